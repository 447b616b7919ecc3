"""The images of runs that are side by side: what each makes of every original, sorted by what changed."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from core.base.words import say
from core.reports.comparing import Compared, Paired
from core.reports.comparing_words import common_words
from tp5gui import theme
from tp5gui.canvases.pair_grid import PairGrid
from tp5gui.canvases.side_mark import LETTERS
from tp5gui.panels.calm import CalmBox
from tp5gui.panels.label import Label
from tp5gui.words import count

WORSE, BETTER, IN_ORDER = "worse", "better", "order"


class ImagesPage(QWidget):
    """Every image with what each makes of it; what became better and worse is marked and sorted.

    Attributes
    ----------
    grid : the images.
    beside, sorting : which one is held against the first one, and in which order they stand.
    summary : how many became better and worse.

    Signals
    -------
    pointed(int) : the image that is pointed at, -1 for none.
    """

    pointed = Signal(int)

    def __init__(self, found: Compared, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._found = found
        self.grid = PairGrid()
        self.grid.setAccessibleName(say("The same images as each makes them"))
        self.grid.set_hint(common_words(found))
        self.grid.pointed.connect(self.pointed)
        self.beside, self.sorting = CalmBox(), CalmBox()
        self.beside.setAccessibleName(say("Which one is compared with A"))
        self.sorting.setAccessibleName(say("Order of the images"))
        for side in range(1, len(found.sides)):
            self.beside.addItem(say("{side} beside A", side=LETTERS[side]), side)
        for name, words in (
            (WORSE, say("What became worse first")),
            (BETTER, say("What became better first")),
            (IN_ORDER, say("As in the data set")),
        ):
            self.sorting.addItem(words, name)
        self.summary = Label()
        self.summary.setObjectName("soft")
        row = QHBoxLayout()
        row.setSpacing(theme.SPACE)
        for box in (self.beside, self.sorting):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
            box.currentIndexChanged.connect(self._sort)
            row.addWidget(box)
        row.addWidget(self.summary, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, theme.SPACE, 0, 0)
        column.setSpacing(theme.SPACE)
        column.addLayout(row)
        column.addWidget(self.grid, 1)
        paired = found.paired
        self.sorting.setVisible(paired is not None)
        self.beside.setVisible(paired is not None and len(found.sides) > 2)
        if paired is not None:
            growth = np.stack([paired.growth(side) for side in range(len(found.sides))])
            wrong = paired.wrong if paired.counted else None
            self.grid.set_pairs(paired.inputs, paired.outputs, paired.labels, growth, wrong)
            self._sort()

    def mark(self, number: int) -> None:
        """Mark the image of this number; -1 for none."""
        self.grid.set_marked(number)

    def _sort(self) -> None:
        paired = self._found.paired
        if paired is None:
            return
        side = int(self.beside.currentData())
        self.grid.set_order(_order(paired, side, str(self.sorting.currentData())))
        change = paired.change(side)
        words = say(
            "{side} beside A: {better} better, {worse} worse, {same} the same", side=LETTERS[side],
            better=count(len(change.better)), worse=count(len(change.worse)), same=count(len(change.same)),
        )  # fmt: skip
        self.summary.setText(words)


def _order(paired: Paired, side: int, sorting: str) -> NDArray[np.int64]:
    """The numbers of the images in an order."""
    change = paired.change(side)
    if sorting == WORSE:
        return np.concatenate([change.worse, change.same, change.better[::-1]])
    if sorting == BETTER:
        return np.concatenate([change.better, change.same, change.worse[::-1]])
    return np.arange(len(paired.labels))
