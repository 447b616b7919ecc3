"""What this is, in a few lines."""

from PySide6.QtCore import Qt, qVersion
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from core import __version__
from core.base.words import say
from tp5gui import theme
from tp5gui.panels.label import Label


class About(QDialog):
    """Name, version, purpose and licence."""

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
        small = Label(say("MIT licence. Qt {version}.", version=qVersion()))
        small.setObjectName("soft")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(3 * theme.SPACE, 3 * theme.SPACE, 3 * theme.SPACE, 2 * theme.SPACE)
        column.setSpacing(2 * theme.SPACE)
        for widget in (title, words, small, buttons):
            column.addWidget(widget)
