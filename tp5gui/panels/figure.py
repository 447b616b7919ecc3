"""Labels for numbers that change all the time, and move nothing when they do."""

import re

from PySide6.QtGui import QFont

from tp5gui import theme
from tp5gui.panels.label import Label


class Figure(Label):
    """A label in tabular figures that asks for no new layout of the window, which costs 1 ms.

    Qt lays out anew whenever the words of a label change, unless its size is fixed. Where they need more room
    than was foreseen, it becomes wider, and stays so until it is told to `settle`.

    Parameters
    ----------
    widest : the words that room is foreseen for, several in lines; whatever figures stand in them.
    font : what it is written in; by default as any label.
    """

    def __init__(self, widest: str, font: QFont | None = None) -> None:
        super().__init__()
        self.setFont(theme.figure_font(font or self.font()))
        self.setFixedHeight(self.fontMetrics().height())
        self.foresee(widest)

    def setText(self, text: str) -> None:
        super().setText(text)
        if self._room_for(self.text()) > self.maximumWidth():
            self.settle()

    def foresee(self, widest: str) -> None:
        """Have room for other words from now on."""
        written = [re.sub(r"\d", figure, line) for line in widest.split("\n") for figure in "0123456789"]
        self._foreseen = max(map(self._room_for, written))
        self.settle()

    def settle(self) -> None:
        """Be as wide as was foreseen, or as the words of now need."""
        self.setFixedWidth(max(self._foreseen, self._room_for(self.text())))

    def _room_for(self, words: str) -> int:
        """Pixels that words take; Qt's own hint is never less than the label has."""
        return self.fontMetrics().horizontalAdvance(words) + 1  # a glyph may reach over its advance
