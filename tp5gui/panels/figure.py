"""Labels for numbers that change all the time, and move nothing when they do."""

import re

from PySide6.QtCore import QEvent

from tp5gui import theme
from tp5gui.panels.label import Label


class Figure(Label):
    """A label in tabular figures that asks for no new layout of the window, which costs 1 ms.

    Qt lays out anew whenever the words of a label change, unless its size is fixed. Where they need more room
    than was foreseen, it becomes wider, and stays so until it is told to `settle`.

    Parameters
    ----------
    widest : the words that room is foreseen for, several in lines; whatever figures stand in them.
    step : of the scale of type that it is written in.
    strong : whether it is read first.
    """

    def __init__(self, widest: str, step: int = theme.BODY, *, strong: bool = False) -> None:
        super().__init__()
        self._type, self._widest = (step, strong), widest
        self._dress()

    def setText(self, text: str) -> None:
        super().setText(text)
        if self._room_for(self.text()) > self.maximumWidth():
            self.settle()

    def foresee(self, widest: str) -> None:
        """Have room for other words from now on."""
        self._widest = widest
        written = [re.sub(r"\d", figure, line) for line in widest.split("\n") for figure in "0123456789"]
        self._foreseen = max(map(self._room_for, written))
        self.settle()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        # all type was zoomed; the font that Qt brought back may have the size already, but not the room
        now = theme.size(self._type[0])
        if event.type() == QEvent.Type.StyleChange and {self._size, self.font().pixelSize()} != {now}:
            self._dress()

    def settle(self) -> None:
        """Be as wide as was foreseen, or as the words of now need."""
        self.setFixedWidth(max(self._foreseen, self._room_for(self.text())))

    def _dress(self) -> None:
        step, strong = self._type
        self._size = theme.size(step)  # px that the room is measured in
        self.setFont(theme.figure_font(theme.sized_font(self.font(), step, strong=strong)))
        self.setFixedHeight(self.fontMetrics().height())
        self.foresee(self._widest)

    def _room_for(self, words: str) -> int:
        """Pixels that words take; Qt's own hint is never less than the label has."""
        return self.fontMetrics().horizontalAdvance(words) + 1  # a glyph may reach over its advance
