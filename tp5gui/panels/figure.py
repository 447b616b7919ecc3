"""Labels for numbers that change all the time, and move nothing when they do."""

from tp5gui import theme
from tp5gui.panels.label import Label


class Figure(Label):
    """A label in tabular figures that asks for no new layout of the window, which costs 1 ms.

    Qt lays out anew whenever the words of a label change, unless its size is fixed. Where they need more room
    than was foreseen, it becomes wider, and stays so until it is told to `settle`.

    Parameters
    ----------
    widest : the words that room is foreseen for.
    """

    def __init__(self, widest: str) -> None:
        super().__init__()
        self.setFont(theme.figure_font(self.font()))
        self._foreseen = self._room_for(widest)
        self.setFixedHeight(self.fontMetrics().height())
        self.settle()

    def setText(self, text: str) -> None:
        super().setText(text)
        if self._room_for(self.text()) > self.maximumWidth():
            self.settle()

    def settle(self) -> None:
        """Be as wide as was foreseen, or as the words of now need."""
        self.setFixedWidth(max(self._foreseen, self._room_for(self.text())))

    def _room_for(self, words: str) -> int:
        """Pixels that words take; Qt's own hint is never less than the label has."""
        return self.fontMetrics().horizontalAdvance(words) + 1  # a glyph may reach over its advance
