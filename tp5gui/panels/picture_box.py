"""A box of the images of a set, each with its picture beside its label; only what is seen is painted."""

import numpy as np
from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSize,
    Qt,
)
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QComboBox, QListView

from core.data.datasets import Dataset
from tp5gui.canvases.pixels import Image
from tp5gui.canvases.small_picture import as_icon, small_picture
from tp5gui.panels.calm import CalmBox
from tp5gui.words import as_name

CLOSED, LISTED = 18, 30  # px: sides of a picture in the box, and in its list
LIST_WIDTH = 200  # px of the list at least, however narrow the box
KEPT = 500  # pictures in memory; a list shows far fewer at a time

Row = QModelIndex | QPersistentModelIndex


class _Images(QAbstractListModel):
    """The images of a set as rows; a picture is made when it is first asked for."""

    def __init__(self, dataset: Dataset, parent: QObject) -> None:
        super().__init__(parent)
        self._dataset = dataset
        self.made: dict[int, QIcon] = {}

    def rowCount(self, parent: Row = QModelIndex()) -> int:  # noqa: B008 -- as Qt has it
        return 0 if parent.isValid() else self._dataset.count

    def data(self, index: Row, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = index.row()
        if not 0 <= row < self._dataset.count:
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return as_name(self._dataset.labels[row])
        if role == Qt.ItemDataRole.DecorationRole:
            return self._picture(row)
        return None

    def _picture(self, row: int) -> QIcon:
        if row not in self.made:
            if len(self.made) >= KEPT:
                self.made.clear()
            image = self._dataset.images[row]
            self.made[row] = as_icon(small_picture(image, CLOSED), small_picture(image, LISTED))
        return self.made[row]


class PictureBox(CalmBox):
    """Offers the images of a set by their pictures and labels; with none chosen it says what it is for.

    Parameters
    ----------
    length : letters of a label that it has room for at least.
    """

    elides = Qt.TextElideMode.ElideMiddle  # names of a set often begin alike

    def __init__(self, length: int) -> None:
        super().__init__()
        self._dataset: Dataset | None = None
        rows = QListView()
        rows.setUniformItemSizes(True)  # else every one of thousands is asked how large it is
        rows.setIconSize(QSize(LISTED, LISTED))
        rows.setMinimumWidth(LIST_WIDTH)
        rows.setTextElideMode(self.elides)
        self.setView(rows)
        self.setIconSize(QSize(CLOSED, CLOSED))
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(length)
        self.setMaxVisibleItems(12)

    def sizeHint(self) -> QSize:
        """The size that Qt has for it, in which what it is for can be read whole as well."""
        hint = super().sizeHint()
        return QSize(max(hint.width(), self.width_for([self.placeholderText()])), hint.height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    @property
    def made(self) -> int:
        """How many pictures are in memory."""
        model = self.model()
        return len(model.made) if isinstance(model, _Images) else 0

    def offer(self, dataset: Dataset) -> bool:
        """Offer the images of a set, none of them chosen, unless these are offered; whether they are others.

        Nothing is reported.
        """
        before, self._dataset = self._dataset, dataset
        if before is not None and _same(before, dataset):
            return False
        blocked = self.blockSignals(True)
        self.setModel(_Images(dataset, self))  # which deletes the one before
        self.setCurrentIndex(-1)
        self.blockSignals(blocked)
        return True

    def choose(self, image: Image, label: str) -> None:
        """Choose the image (H, W) of the set with this label, as a person would."""
        if self._dataset is None:
            return
        rows = np.flatnonzero((self._dataset.images == image).all((1, 2))).tolist()
        if rows:
            self.setCurrentIndex(next((row for row in rows if self._dataset.labels[row] == label), rows[0]))

    def showPopup(self) -> None:
        super().showPopup()
        self.view().setIconSize(QSize(LISTED, LISTED))  # Qt gives the list the size of the box

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        model = self.model()
        if event.type() == QEvent.Type.PaletteChange and isinstance(model, _Images):
            model.made.clear()
            self.update()


def _same(one: Dataset, other: Dataset) -> bool:
    """Whether two sets show the same."""
    return one is other or (one.labels == other.labels and np.array_equal(one.images, other.images))
