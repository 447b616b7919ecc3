"""Pictures on their way into files: one after the other, in the background, until they are stopped."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, Slot

from core.base.words import say
from tp5gui.canvases.picture_out import Picture
from tp5gui.session.background import Background
from tp5gui.words import explained, harmless


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

    def __init__(self, tell: Callable[[str], object], folder: str) -> None:
        self._tell, self.folder = tell, folder

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


class PictureWriting(QObject):
    """Writes pictures: a large one takes seconds.

    Parameters
    ----------
    teller : is told how it goes.
    """

    def __init__(self, teller: Teller, parent: QObject) -> None:
        super().__init__(parent)
        self._teller = teller
        self._background = Background()
        self._background.done.connect(self.on_written)
        self.destroyed.connect(self._background.retire)
        self._waiting: list[_Writing] = []
        self._stop = threading.Event()  # of those that were asked for

    @property
    def busy(self) -> bool:
        """Whether a picture is being written."""
        return self._background.busy

    def stop(self) -> bool:
        """Write none of the pictures that were asked for; whether there was one to stop."""
        under_way = self.busy and not self._stop.is_set()
        self._waiting.clear()
        self._stop.set()
        return under_way

    def write(self, picture: Picture, path: str, scale: int) -> None:
        """Write a picture in the background; it is said how that went."""
        if (
            not self.busy or self._stop.is_set()
        ):  # else those before it are written first, and stopped with it
            self._stop = threading.Event()
        writing = _Writing(picture, path, scale, self._stop)
        if self.busy:
            self._waiting.append(writing)
        else:
            self._begin(writing)

    @Slot(object, object)
    def on_written(self, job: "_Writing", result: object) -> None:
        if self._waiting:
            self._begin(self._waiting.pop(0))
        if job.stop.is_set():
            self._teller.tell("")
        else:
            self._teller.attempt(partial(_again, result), job.path)

    def _begin(self, writing: "_Writing") -> None:
        self._teller.tell(say("Writing the picture… Esc stops it."))
        self._background.ask(writing)


@dataclass(frozen=True, slots=True, eq=False)
class _Writing:
    """A picture to be written, as a call without arguments, unless it is stopped before it is a file."""

    picture: Picture
    path: str
    scale: int
    stop: threading.Event

    def __call__(self) -> None:
        """In a thread of the pool."""
        self.picture.write(self.path, self.scale, self.stop.is_set)


def _again(result: object) -> None:
    """Raise what another thread raised."""
    if isinstance(result, Exception):
        raise result
