"""The title of the window: what is open, and whether it is in a file as it is."""

from pathlib import Path

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from core.experiment.wording import name_of
from tp5gui.session.messages import Filed, Frame
from tp5gui.session.session import RUNS, Session
from tp5gui.words import as_name


class Title(QObject):
    """Names the run shown in a window's title, by its file where the person has one, else by what it learns.

    The window is marked as changed, in the way of the platform, where nothing holds the run as it is: it was
    trained, and is in no file, or was trained on or set otherwise since it was written. What the window
    keeps for after a crash is no file of the person's.

    Parameters
    ----------
    kept : the folder of the runs that are kept by themselves.
    """

    def __init__(self, window: QWidget, session: Session, kept: Path) -> None:
        super().__init__(window)
        self._window, self._session, self._kept = window, session, kept
        self._filed: dict[int, Filed] = {}  # what files hold, by the version of the run
        window.setWindowTitle("tp5gui")
        session.filed.connect(self.on_filed)
        session.framed.connect(self.on_frame)

    @Slot(object)
    def on_filed(self, filed: Filed) -> None:
        if self._kept in Path(filed.path).parents:
            return
        self._filed[filed.version] = filed
        frame = self._session.frame
        if frame is not None and frame.version == filed.version:
            self.on_frame(frame)

    @Slot(object)
    def on_frame(self, frame: Frame) -> None:
        filed = self._filed.get(frame.version)
        if filed is None:
            name, changed = name_of(frame.built), frame.now > 0
        else:
            name = _called(Path(filed.path))
            changed = (frame.now, frame.built) != (filed.epoch, filed.spec)
        self._window.setWindowTitle(f"{_literal(name)}[*] \N{EM DASH} tp5gui")
        self._window.setWindowModified(changed)


def _called(path: Path) -> str:
    """What to call a file: those that come with the application are no files of the person's."""
    return path.stem if path.parent == RUNS else path.name


def _literal(name: str) -> str:
    """A name in a title, in which Qt would take a single "[*]" for the place of its mark."""
    return as_name(name).replace("[*]", "[*][*]")
