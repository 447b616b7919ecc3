"""Pictures and sets on their way into files: one after the other, in the background, until stopped."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

import shiboken6
from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QDialog

from core.base.words import say
from tp5gui.canvases.picture_out import Picture
from tp5gui.manner import Manner
from tp5gui.session.in_turn import InTurn
from tp5gui.settings import Settings
from tp5gui.words import explained, harmless

OFTEN = 200  # ms between two looks at how far it is


class Teller(Protocol):
    """Says what became of a picture; a session does.

    Attributes
    ----------
    folder : where dialogs begin.
    """

    folder: str

    def tell(self, words: str) -> None:
        """Say what was done."""

    def attempt(self, write: Callable[[], object], path: str) -> None:
        """Write a file in some way, and say how it went."""


class Beside:
    """Says in a dialog what became of a picture; see `Teller`."""

    def __init__(self, dialog: QDialog, tell: Callable[[str], object], folder: str) -> None:
        self._dialog, self._tell, self.folder = dialog, tell, folder

    @property
    def there(self) -> bool:
        """Whether the dialog is still open."""
        return shiboken6.isValid(self._dialog) and self._dialog.isVisible()

    def tell(self, words: str) -> None:
        self._tell(words)

    def attempt(self, write: Callable[[], object], path: str) -> None:
        try:
            write()
        except (OSError, ValueError, ArithmeticError) as error:
            self._tell(explained(error))
        else:
            self.folder = str(Path(path).absolute().parent)
            self._tell(say("Saved {path}", path=harmless(path)))


class Writing(Protocol):
    """What is to be written, unless it is stopped before it is a file.

    Attributes
    ----------
    path : where.
    beside : the dialog that asked for it, None for the window.
    """

    @property
    def path(self) -> str: ...

    @property
    def beside(self) -> Beside | None: ...

    @property
    def doing(self) -> str:
        """What is said while it is being written, and how far that is."""

    def __call__(self, stopped: Callable[[], bool], /) -> str:
        """Write it, in a thread of the pool; what is to be said of the file, empty for nothing."""


class PictureWriting(QObject):
    """Writes pictures and sets: a large one takes seconds.

    It outlives those who ask for them, whatever becomes of them meanwhile.

    Parameters
    ----------
    teller : is told what became of a file, unless a dialog that asked for it is still there.
    settings : remember how a picture was saved last; None for as long as this lives.

    Signals
    -------
    told(str) : what is being written; none once there is nothing to stop.
    """

    told = Signal(str)

    def __init__(self, teller: Teller, parent: QObject, settings: Settings | None = None) -> None:
        super().__init__(parent)
        self._teller, self._settings, self._manner = teller, settings, Manner()
        self._turns: InTurn[Writing] = InTurn(self)
        self._turns.begun.connect(self.on_begun)
        self._turns.ended.connect(self.on_ended)
        self._said = ""  # of what is being written
        self._looks = QTimer(self)
        self._looks.setInterval(OFTEN)
        self._looks.timeout.connect(self.on_look)

    @property
    def busy(self) -> bool:
        """Whether something is being written."""
        return self._turns.busy

    def stop(self, beside: Beside | None = None) -> bool:
        """Write nothing more of what was asked for, or only of what a dialog did; whether there was any."""
        stopped = self._turns.stop(lambda writing: beside is None or writing.beside is beside)
        for writing in stopped:
            self._tell(writing, "")
            words = say("Stopped: {file} was not written.", file=harmless(Path(writing.path).name))
            self._teller_of(writing).tell(words)
        return bool(stopped)

    @property
    def manner(self) -> Manner:
        """How a picture was saved last."""
        return self._manner if self._settings is None else self._settings.picture

    def keep_manner(self, manner: Manner) -> None:
        """Remember how a picture is saved, for the next one."""
        self._manner = manner
        if self._settings is not None:
            self._settings.picture = manner

    def write(self, picture: Picture, path: str, beside: Beside | None = None) -> None:
        """Write a picture in the background; it is said how that went, beside it where a dialog asked."""
        self.ask(_PictureOut(picture, path, beside))

    def ask(self, writing: Writing) -> None:
        """Write something in the background; it is said how that went, beside the dialog that asked."""
        self._turns.ask(writing)
        if self._turns.now is not writing:  # which was said as it began
            self.on_begun(writing)

    @Slot(object)
    def on_begun(self, writing: Writing) -> None:
        self._looks.start()
        self._tell(writing, writing.doing)

    @Slot()
    def on_look(self) -> None:
        """Say how far it is, where that is known."""
        writing = self._turns.now
        if writing is not None and writing.doing != self._said:
            self._tell(writing, writing.doing)

    @Slot(object, object)
    def on_ended(self, writing: Writing, result: object) -> None:
        self._looks.stop()
        if self._turns.now is None:
            return  # it was said when it was stopped
        self.told.emit("")
        teller = self._teller_of(writing)
        teller.attempt(partial(_again, result), writing.path)
        if isinstance(result, str) and result:
            saved = say("Saved {path}", path=harmless(writing.path))
            teller.tell(say("{saved}. {remark}", saved=saved, remark=result))

    def _teller_of(self, writing: Writing) -> Teller:
        """The dialog that asked for it while it is there, else that of the window."""
        beside = writing.beside
        return beside if beside is not None and beside.there else self._teller

    def _tell(self, writing: Writing, words: str) -> None:
        self._said = words
        self.told.emit(words)
        if writing.beside is not None and writing.beside.there:
            writing.beside.tell(words)


@dataclass(frozen=True, slots=True, eq=False)
class _PictureOut:
    """A picture to be written, unless it is stopped before it is a file."""

    picture: Picture
    path: str
    beside: Beside | None

    @property
    def doing(self) -> str:
        return say("Writing the picture… Esc stops it.")

    def __call__(self, stopped: Callable[[], bool]) -> str:
        """In a thread of the pool."""
        self.picture.write(self.path, stopped)
        return ""


def _again(result: object) -> None:
    """Raise what another thread raised."""
    if isinstance(result, Exception):
        raise result
