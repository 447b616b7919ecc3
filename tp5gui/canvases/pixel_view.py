"""A small image painted big: crisp squares on a quiet ground, wrong pixels marked by shape and colour."""

import math

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QColor, QMouseEvent, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from tp5gui import theme
from tp5gui.canvases.canvas import Canvas
from tp5gui.canvases.empty import paint_empty
from tp5gui.canvases.glide import Glide
from tp5gui.canvases.pixels import (
    Image,
    draw_image,
    is_raster,
    mark_pixmap,
    to_layout,
    to_qimage,
    wrong_pixels,
)

GRID_FROM = 6  # px of a cell from which hairlines between cells are drawn
GRID_FULL = 16  # px of a cell from which they have their full strength
MARGIN = 4  # px around the image


class PixelView(Canvas):
    """Shows one image as large as it fits; every cell has the same whole number of screen pixels.

    Signals
    -------
    clicked() : the left button was pressed and released over the view.
    double_clicked() : the same twice, quickly.
    """

    clicked = Signal()
    double_clicked = Signal()
    reads_as = QAccessible.Role.Graphic

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image: Image | None = None
        self._glide = Glide(self)
        self._truth: Image | None = None
        self._role = "ink"
        self._hint = ""
        self._pressed = False
        self._over: tuple[object, QPixmap] = (None, QPixmap())  # hairlines and border, and what for
        self._marks: tuple[object, list[QPixmap]] = (None, [])  # ring and cross, and what for
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        return QSize(120, 168)

    def minimumSizeHint(self) -> QSize:
        return QSize(48, 48)

    def set_image(self, image: Image | None) -> None:
        """Show (H, W) in [0, 1]; None for nothing.

        Raises
        ------
        ValueError : the array does not have two dimensions.
        """
        self.glide_to(image, 0.0)

    def glide_to(self, image: Image | None, most: float) -> None:
        """Show the same; its pixels glide for so many seconds at most. The marks are there at once.

        Raises
        ------
        ValueError : the array does not have two dimensions.
        """
        if image is not None and image.ndim != 2:
            raise ValueError(f"expected (H, W), got {image.shape}")
        if image is None or self._image is None:
            self.update()
        self._image = image
        if image is not None:
            self._glide.send("image", image, most)

    def set_role(self, role: str) -> None:
        """Set whose pixels these are: `ink`, `output`, `truth` or `ideal`, a colour of the theme."""
        self._role = role
        self.update()

    def set_truth(self, truth: Image | None) -> None:
        """Mark the pixels that are wrong compared with this image (H, W); None marks none."""
        if not _same(truth, self._truth):
            self.update()
        self._truth = truth

    def set_hint(self, hint: str) -> None:
        """Set what is said while there is no image."""
        self._hint = hint
        self.update()

    @property
    def image(self) -> Image | None:
        """The image (H, W) on show, None for nothing."""
        return self._image

    @property
    def truth(self) -> Image | None:
        """The image (H, W) against which wrong pixels are marked, None for none."""
        return self._truth

    @property
    def role(self) -> str:
        """Whose pixels these are: a colour of the theme."""
        return self._role

    @property
    def hint(self) -> str:
        """What is said while there is no image."""
        return self._hint

    def cell_size(self) -> int:
        """Side of a cell in pixels of the screen (not of the layout), at least 1; 0 without an image."""
        if self._image is None:
            return 0
        rows, columns = self._image.shape
        width, height = self._screen_size()
        room = 2 * round(MARGIN * self.devicePixelRatioF())
        return int(max(1, min((width - room) // columns, (height - room) // rows)))

    def cell_at(self, place: QPointF) -> tuple[int, int]:
        """The (row, column) under a point of the widget; outside the image it lies outside its shape."""
        area, cell, ratio = self._screen_area(), max(1, self.cell_size()), self.devicePixelRatioF()
        return (
            math.floor((place.y() * ratio - area.top()) / cell),
            math.floor((place.x() * ratio - area.left()) / cell),
        )

    def area(self) -> QRect:
        """The rectangle that the image covers, centred, in the widget's own coordinates."""
        return to_layout(self._screen_area(), self.devicePixelRatioF())

    def cell_rect(self, row: int, column: int) -> QRect:
        """Where a cell is painted, in the widget's own coordinates."""
        return to_layout(self._cell(row, column), self.devicePixelRatioF())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = event.button() == Qt.MouseButton.LeftButton

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, self._pressed = self._pressed, False
        if pressed and self.rect().contains(event.position().toPoint()):
            self.clicked.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.double_clicked.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        table = theme.tokens()
        if self._image is None:
            paint_empty(painter, self.rect(), self._hint)
            return
        # from here on a unit is one pixel of the screen, so that every cell is equally large
        ratio = self.devicePixelRatioF()
        painter.scale(1 / ratio, 1 / ratio)
        area = self._screen_area()
        image = to_qimage(self._glide.now("image"), QColor(getattr(table, self._role)), QColor(table.paper))
        draw_image(painter, QRectF(area), image)
        corner = area.topLeft() - QPoint(1, 1)
        if is_raster(painter):
            painter.drawPixmap(corner, self._hairlines(table))
        else:
            painter.save()
            painter.translate(corner)
            self._paint_hairlines(painter, table)
            painter.restore()
        if self._truth is not None and self._truth.shape == self._image.shape:
            self._paint_errors(painter, table)
        self.paint_over(painter)

    def paint_over(self, painter: QPainter) -> None:
        """Paint what lies above the image, in pixels of the screen; a derived class overrides this."""

    def _screen_size(self) -> tuple[int, int]:
        ratio = self.devicePixelRatioF()
        return int(self.width() * ratio), int(self.height() * ratio)

    def _screen_area(self) -> QRect:
        """The rectangle that the image covers, centred, in pixels of the screen."""
        if self._image is None:
            return QRect()
        rows, columns = self._image.shape
        cell = self.cell_size()
        width, height = self._screen_size()
        return QRect((width - cell * columns) // 2, (height - cell * rows) // 2, cell * columns, cell * rows)

    def _cell(self, row: int, column: int) -> QRect:
        area, cell = self._screen_area(), self.cell_size()
        return QRect(area.left() + column * cell, area.top() + row * cell, cell, cell)

    def _hairlines(self, table: theme.Tokens) -> QPixmap:
        """The border and the lines between cells as a picture of the screen."""
        area, cell = self._screen_area(), self.cell_size()
        key = (area.size(), cell, table)
        if self._over[0] != key:
            pixmap = QPixmap(area.width() + 2, area.height() + 2)
            pixmap.fill(Qt.GlobalColor.transparent)
            painter = QPainter(pixmap)
            self._paint_hairlines(painter, table)
            painter.end()
            self._over = (key, pixmap)
        return self._over[1]

    def _paint_hairlines(self, painter: QPainter, table: theme.Tokens) -> None:
        """The border and the lines between cells, one pixel larger all round than the image."""
        area, cell = self._screen_area(), self.cell_size()
        if cell >= GRID_FROM:
            colour = QColor(table.grid)
            colour.setAlphaF(min(1.0, cell / GRID_FULL))  # fine cells would drown in full lines
            for x in range(cell, area.width(), cell):
                painter.fillRect(1 + x, 1, 1, area.height(), colour)
            for y in range(cell, area.height(), cell):
                painter.fillRect(1, 1 + y, area.width(), 1, colour)
        painter.setPen(QColor(table.line))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(0, 0, area.width() + 1, area.height() + 1)

    def _paint_errors(self, painter: QPainter, table: theme.Tokens) -> None:
        assert self._image is not None
        assert self._truth is not None
        cell, corner = self.cell_size(), self._screen_area().topLeft()
        if self._marks[0] != (cell, table):
            pixmaps = [mark_pixmap(cell, table, missing=missing) for missing in (True, False)]
            self._marks = (cell, table), pixmaps
        for mark, cells in zip(self._marks[1], wrong_pixels(self._image, self._truth), strict=True):
            for row, column in zip(*cells.nonzero(), strict=True):
                painter.drawPixmap(corner + QPoint(int(column) * cell, int(row) * cell), mark)


def _same(image: Image | None, shown: Image | None) -> bool:
    """Whether two images look the same, so that nothing need be painted."""
    if image is None or shown is None:
        return image is shown
    return image is shown or np.array_equal(image, shown)
