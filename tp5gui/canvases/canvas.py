"""What every canvas is: a widget that paints a picture, onto the screen or onto paper."""

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QPointF, Signal
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QWidget

from tp5gui import theme
from tp5gui.canvases.telling import Telling

_ratio = 0.0  # pixels of the paper in one of the layout; 0 while canvases paint onto the screen


def on_paper() -> bool:
    """Whether what is being painted is a picture to take away: without what only a hand needs."""
    return _ratio > 0


class Canvas(QWidget):
    """A widget whose picture can be taken away.

    It asks itself for its ratio and its focus as any widget does, and on paper it has those of the paper: so
    one way of painting serves both, and what it keeps between two paintings is as fine as where it goes.

    Attributes
    ----------
    reads_as : what a screen reader calls such a picture.
    telling : what it says of it.
    held : what Escape ends in it at the moment, in words; "" where it leaves Escape to others.

    Signals
    -------
    holds() : `held` is another.
    """

    holds = Signal()
    reads_as = QAccessible.Role.Canvas

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.telling = Telling(self, self.reads_as)
        self.held = ""

    def devicePixelRatioF(self) -> float:
        """Pixels in one of the layout: of the screen, or of the paper."""
        return _ratio or super().devicePixelRatioF()

    def hasFocus(self) -> bool:
        """Whether keys come here; on paper no focus is shown."""
        return not on_paper() and super().hasFocus()

    @property
    def picture_name(self) -> str:
        """What its picture is called."""
        return self.accessibleName()

    def hold(self, words: str) -> None:
        """Say what Escape ends from now on; "" leaves it to others."""
        if words != self.held:
            self.held = words
            self.holds.emit()

    def dress(self) -> None:
        """Take the colours of the theme, where a canvas keeps any; most ask for them as they paint."""

    def leaves_right_button(self, place: QPointF) -> bool:
        """Whether a click with the right button does nothing there, and may open a menu."""
        return True

    def leaves_menu_key(self) -> bool:
        """Whether the keys that open a menu do nothing else now."""
        return True


@contextmanager
def laid_on_paper(canvas: Canvas, ratio: float) -> Iterator[None]:
    """Have a canvas paint onto paper until the end of the block, with so many pixels in one of the layout."""
    global _ratio
    try:
        with theme.wearing(theme.PAPER):
            _ratio = ratio
            canvas.dress()
            yield
    finally:
        _ratio = 0.0
        canvas.dress()
