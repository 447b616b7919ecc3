"""A latent map beside others: it says which image is pointed at, and marks the one that another points at."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from tp5gui import theme
from tp5gui.canvases.canvas import on_paper
from tp5gui.canvases.latent_map import LatentMap
from tp5gui.canvases.latent_points import paintable
from tp5gui.canvases.pixels import Image
from tp5gui.words import as_name

AROUND = 12  # px, without a zoom: half a side of the frame around the image that is marked
GAP = 5  # px from the frame to its label


class SideMap(LatentMap):
    """A map of which every image has a number that it has on the others too.

    Attributes
    ----------
    corners : what it shows at first, whatever its own points are; None for these.

    Signals
    -------
    pointed(int) : the number of the image under the pointer, -1 for none.
    """

    pointed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.corners: tuple[tuple[float, float], tuple[float, float]] | None = None
        self._numbers: NDArray[np.int64] = np.zeros(0, dtype=np.int64)
        self._marked = self._hovered = -1

    def set_codes(self, points: NDArray[np.float32], images: Image, labels: tuple[str, ...]) -> None:
        """Show n images (n, H, W) at their codes (n, 2); those that have no place on the map are left out."""
        self._numbers = np.flatnonzero(paintable(points))
        self._marked = self._hovered = -1
        self.set_points(points, images, labels)
        self.fit()

    def set_marked(self, number: int) -> None:
        """Frame the image of this number and name it; -1 for none."""
        if number != self._marked:
            self._marked = number
            self.update()

    @property
    def marked(self) -> int:
        """The number of the image that is framed, -1 for none."""
        return self._marked

    def place_of(self, number: int) -> QPointF | None:
        """Where in the widget the image of a number is; None where it is nowhere."""
        found = np.flatnonzero(self._numbers == number)
        if not len(found):
            return None
        x, y = self.points[found[0]].tolist()
        return self.to_widget(x, y)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        index = self.point_at(event.position())
        self._hover(int(self._numbers[index]) if index >= 0 else -1)

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(-1)
        super().leaveEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        place = None if on_paper() else self.place_of(self._marked)
        if place is not None:
            self._paint_frame(place)

    def _extent(self) -> tuple[tuple[float, float], tuple[float, float]]:
        return super()._extent() if self.corners is None else self.corners

    def _hover(self, number: int) -> None:
        if number != self._hovered:
            self._hovered = number
            self.pointed.emit(number)

    def _paint_frame(self, place: QPointF) -> None:
        """A frame around the image, and its label on a plate that stays inside."""
        painter, table, half = QPainter(self), theme.tokens(), theme.size(AROUND)
        painter.setFont(theme.caption_font(self.font()))
        frame = QRectF(place.x() - half, place.y() - half, 2 * half, 2 * half)
        for colour, thick in ((table.paper, 4), (table.accent, 2)):
            painter.setPen(QPen(QColor(colour), thick))
            painter.drawRect(frame)
        label = as_name(self.labels[int(np.flatnonzero(self._numbers == self._marked)[0])])
        words = painter.fontMetrics().elidedText(label, Qt.TextElideMode.ElideRight, self.width() // 2)
        size = painter.fontMetrics().size(0, words)
        plate = QRectF(
            frame.right() + GAP, place.y() - size.height() / 2 - 1, size.width() + 8, size.height() + 2
        )
        if plate.right() > self.width():
            plate.moveRight(frame.left() - GAP)
        painter.setPen(QColor(table.line))
        painter.setBrush(QColor(table.surface))
        painter.drawRoundedRect(plate, 3, 3)
        painter.setPen(QColor(table.text))
        painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, words)
