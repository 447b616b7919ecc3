"""Choosing an image of the set by pointing at it: one part of the window asks, others answer."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from core.base.words import say
from tp5gui.session.messages import Image
from tp5gui.words import as_name

Taken = Callable[[Image, str], object]
"""What is done with the image (H, W) that was pointed at, and its label."""


class Picking(QObject):
    """Knows who asks for an image; the next one that is pointed at is theirs, and that is the end of it.

    Signals
    -------
    began() : from now on a click on an image chooses it.
    ended() : a click does again what it does.
    said(str) : what a click is for now; none once it is over.
    """

    began = Signal()
    ended = Signal()
    said = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._words = ""
        self._taken: Taken | None = None

    @property
    def active(self) -> bool:
        """Whether an image is asked for."""
        return self._taken is not None

    def ask(self, question: str, taken: Taken) -> None:
        """Ask for an image in words, as "Where from?"; whoever asked before asks no more."""
        self.stop()
        self._words, self._taken = question, taken
        self.began.emit()
        self.point_at(None)

    def point_at(self, label: str | None) -> None:
        """Say which image a click would choose now; None for none."""
        if not self.active:
            return
        if label is not None:
            self.said.emit(say("{question} “{label}”", question=self._words, label=as_name(label)))
        else:
            how = say("Click an image on the map or in the Training panel. Escape leaves it as it is.")
            self.said.emit(f"{self._words} {how}")

    def give(self, image: Image, label: str) -> None:
        """Choose an image (H, W) of the set."""
        taken = self._taken
        self.stop()
        if taken is not None:
            taken(image, label)

    def stop(self) -> None:
        """Ask no more."""
        if self.active:
            self._taken = None
            self.said.emit("")
            self.ended.emit()
