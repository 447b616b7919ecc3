"""The pictures of a set that are in it more than once: how many there are, and a way to each of them."""

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QToolButton, QWidget

from core.base.words import say
from core.data.datasets import Dataset
from core.data.repeats import in_words, repeats


class Twins(QToolButton):
    """Says how many pictures are identical to another one, and goes to the next; hidden where there is none.

    Attributes
    ----------
    remarks : what the tool tip of a picture says besides its label, by its index.

    Signals
    -------
    pointed_at(int) : the index of the next such picture.
    """

    pointed_at = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setToolTip(say("Go to the next one of them."))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._indices: list[int] = []
        self._next = 0
        self.remarks: dict[int, str] = {}
        self.clicked.connect(self._on_clicked)
        self.show_set(None)

    def show_set(self, dataset: Dataset | None) -> None:
        """Look through another set, or another state of it."""
        self.show_found({} if dataset is None else repeats(dataset.images))

    def show_found(self, found: Mapping[int, int]) -> None:
        """Show what `core.data.repeats.repeats` found in a set: for a large one it takes a while."""
        self._indices, self._next = list(found), 0
        self.remarks = {
            index: say("identical to picture {first}", first=first + 1) for index, first in found.items()
        }
        self.setText(in_words(found))
        self.setVisible(bool(found))

    def _on_clicked(self) -> None:
        self.pointed_at.emit(self._indices[self._next % len(self._indices)])
        self._next += 1
