"""What this is, in a few lines, and what it runs on."""

import platform

from PySide6.QtCore import Qt, qVersion
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from core import __version__
from core.base.words import say
from tp5gui import theme
from tp5gui.panels.label import Label


class About(QDialog):
    """Name, version, purpose and licence, and the versions that a report of a fault should name.

    Attributes
    ----------
    runs_on : a label that names the builds of PyTorch, Qt and Python; it can be copied.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(say("About tp5gui"))
        title = Label(f"tp5gui {__version__}")
        title.setObjectName("title")
        words = Label(
            say(
                "A desktop laboratory for autoencoders. Draw a character and watch it be reconstructed or "
                "denoised, drag a cursor through latent space, and watch training live."
            )
        )
        words.setWordWrap(True)
        words.setMinimumWidth(380)
        self.runs_on = Label(_builds())
        self.runs_on.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        licence = Label(say("MIT licence."))
        for small in (self.runs_on, licence):
            small.setObjectName("soft")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(3 * theme.SPACE, 3 * theme.SPACE, 3 * theme.SPACE, 2 * theme.SPACE)
        column.setSpacing(2 * theme.SPACE)
        for widget in (title, words, self.runs_on, licence, buttons):
            column.addWidget(widget)


def _builds() -> str:
    """The builds that this process runs on, a line each."""
    import torch  # the training thread has it by now; the window did not wait for it

    return "\n".join(
        (
            say("PyTorch {version}, {build}", version=torch.__version__, build=_build_of(torch.version)),
            say("Qt {version}", version=qVersion()),
            say("Python {version}", version=platform.python_version()),
        )
    )


def _build_of(version: object) -> str:
    """For which devices PyTorch was built, from its own record of versions."""
    cuda, rocm = getattr(version, "cuda", None), getattr(version, "hip", None)
    if cuda:
        return say("built for CUDA {version}", version=str(cuda))
    if rocm:
        return say("built for ROCm {version}", version=str(rocm))
    return say("CPU build")
