"""Small images painted big: crisp squares on a quiet ground, with wrong pixels marked by shape and colour."""

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from tp5gui import theme

Image = NDArray[np.float32]

GRID_FROM = 6  # px of a cell from which hairlines between cells are drawn
GRID_FULL = 16  # px of a cell from which they have their full strength
SMOOTH_FROM = 14  # px of a cell from which a mark is drawn as a curve, not as a pattern of pixels
MARGIN = 4  # px around the image, room for the focus ring


def colour_ramp(ink: QColor, paper: QColor) -> NDArray[np.uint32]:
    """256 colours from paper to ink, as Qt's 0xffRRGGBB."""
    share = np.linspace(0, 1, 256)[:, None]
    ends = np.array([[c.red(), c.green(), c.blue()] for c in (paper, ink)], dtype=float)
    red, green, blue = ((1 - share) * ends[0] + share * ends[1]).round().astype(np.uint32).T
    return np.asarray(0xFF000000 | red << 16 | green << 8 | blue, dtype=np.uint32)


def levels(array: Image) -> NDArray[np.uint8]:
    """Pixels in [0, 1] as 0 to 255; what is outside is cut, NaN is 0."""
    return (np.nan_to_num(array).clip(0, 1) * 255).round().astype(np.uint8)


def from_words(words: NDArray[np.uint32], *, see_through: bool = False) -> QImage:
    """(H, W) colours 0xffRRGGBB as an image that owns its pixels; with `see_through`, 0 is no colour."""
    words = np.ascontiguousarray(words)
    height, width = words.shape
    kind = QImage.Format.Format_ARGB32_Premultiplied if see_through else QImage.Format.Format_RGB32
    return QImage(words.data, width, height, words.strides[0], kind).copy()


def to_qimage(array: Image, ink: QColor, paper: QColor) -> QImage:
    """(H, W) in [0, 1] as an image that owns its pixels, coloured from `paper` at 0 to `ink` at 1.

    Raises
    ------
    ValueError : the array has not two dimensions.
    """
    if array.ndim != 2:
        raise ValueError(f"expected (H, W), got {array.shape}")
    return from_words(colour_ramp(ink, paper)[levels(array)])


def to_layout(rect: QRect, ratio: float) -> QRect:
    """A rectangle of screen pixels in layout pixels, `ratio` times fewer, rounded."""
    size = QSizeF(rect.size()) / ratio
    return QRectF(QPointF(rect.topLeft()) / ratio, size).toRect()


def mark_pattern(cell: int, *, missing: bool) -> NDArray[np.bool_]:
    """The pixels (cell, cell) of the mark of a wrong pixel: a ring where one is missing, else a cross.

    Small cells need other shapes to be told apart: at 4 px the cross is a full square, at 3 px a plus, and
    below that the ring, which has no hole left, is a bar and the cross a full square.
    """
    at, thick = np.arange(cell), max(1, round(cell / 5))
    row, column = at[:, None], at[None, :]
    depth = np.minimum(at, cell - 1 - at)  # from the nearer edge
    if cell < 3:
        mark = row + 0 * column >= (cell // 2 if missing else 0)
    elif missing:
        mark = np.minimum(depth[:, None], depth[None, :]) < thick
        if cell > 4:  # round it; on less the corners are needed to see it at all
            mark &= depth[:, None] + depth[None, :] > 0
    elif cell < 5:
        mark = (row == 1) | (column == 1) if cell == 3 else row + 0 * column >= 0
    else:
        mark = (abs(row - column) < thick) | (abs(row + column - cell + 1) < thick)
    return np.asarray(mark, dtype=np.bool_)


class PixelView(QWidget):
    """Shows one image as big as it fits, in whole screen pixels a cell, the rest left around it.

    Signals
    -------
    clicked() : the left button was pressed and released over the view.
    double_clicked() : and once more, quickly.
    """

    clicked = Signal()
    double_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image: Image | None = None
        self._truth: Image | None = None
        self._role = "ink"
        self._hint = ""
        self._pressed = False
        self._over: tuple[object, QPixmap] = (None, QPixmap())  # hairlines and border, and what for
        self._marks: tuple[object, list[QPixmap]] = (None, [])  # cross and ring, and what for
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        return QSize(120, 168)

    def minimumSizeHint(self) -> QSize:
        return QSize(48, 64)

    def set_image(self, image: Image | None) -> None:
        """Show (H, W) in [0, 1]; None for nothing.

        Raises
        ------
        ValueError : the array has not two dimensions.
        """
        if image is not None and image.ndim != 2:
            raise ValueError(f"expected (H, W), got {image.shape}")
        self._image = image
        self.update()

    def set_role(self, role: str) -> None:
        """Whose pixels these are: `ink`, `output`, `truth` or `ideal`, a colour of the theme."""
        self._role = role
        self.update()

    def set_truth(self, truth: Image | None) -> None:
        """Mark the pixels on the other side of one half from this image (H, W); None marks none."""
        self._truth = truth
        self.update()

    def set_hint(self, hint: str) -> None:
        """What to say while there is no image."""
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
        """Screen (not layout) pixels of a cell's side, at least 1; 0 without an image."""
        if self._image is None:
            return 0
        rows, columns = self._image.shape
        width, height = self._screen_size()
        room = 2 * round(MARGIN * self.devicePixelRatioF())
        return int(max(1, min((width - room) // columns, (height - room) // rows)))

    def cell_at(self, place: QPointF) -> tuple[int, int]:
        """The (row, column) under a point of the widget; outside the image it lies outside the shape."""
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
            painter.setPen(QColor(table.text_soft))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            space = theme.SPACE
            painter.drawText(self.rect().adjusted(space, space, -space, -space), flags, self._hint)
            return
        # from here on a unit is one pixel of the screen, so that every cell is equally large
        ratio = self.devicePixelRatioF()
        painter.scale(1 / ratio, 1 / ratio)
        area = self._screen_area()
        painter.drawImage(
            area, to_qimage(self._image, QColor(getattr(table, self._role)), QColor(table.paper))
        )
        painter.drawPixmap(area.topLeft() - QPoint(1, 1), self._hairlines(table))
        if self._truth is not None and self._truth.shape == self._image.shape:
            self._paint_errors(painter, table)
        self.paint_over(painter)

    def paint_over(self, painter: QPainter) -> None:
        """Paint what lies above the image, in pixels of the screen; for what derives from this."""

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
        """The border and the lines between cells, one pixel larger all round than the image."""
        area, cell = self._screen_area(), self.cell_size()
        key = (area.size(), cell, table)
        if self._over[0] != key:
            pixmap = QPixmap(area.width() + 2, area.height() + 2)
            pixmap.fill(Qt.GlobalColor.transparent)
            painter = QPainter(pixmap)
            if cell >= GRID_FROM:
                colour = QColor(table.grid)
                colour.setAlphaF(min(1.0, cell / GRID_FULL))  # fine cells would drown in full lines
                for x in range(cell, area.width(), cell):
                    painter.fillRect(1 + x, 1, 1, area.height(), colour)
                for y in range(cell, area.height(), cell):
                    painter.fillRect(1, 1 + y, area.width(), 1, colour)
            painter.setPen(QColor(table.line))
            painter.drawRect(0, 0, area.width() + 1, area.height() + 1)
            painter.end()
            self._over = (key, pixmap)
        return self._over[1]

    def _paint_errors(self, painter: QPainter, table: theme.Tokens) -> None:
        assert self._image is not None
        assert self._truth is not None
        on = self._truth > 0.5
        cell, corner = self.cell_size(), self._screen_area().topLeft()
        if self._marks[0] != (cell, table):
            self._marks = (cell, table), [_mark_pixmap(cell, table, missing=each) for each in (False, True)]
        for row, column in np.argwhere((self._image > 0.5) != on).tolist():
            place = corner + QPoint(column * cell, row * cell)
            painter.drawPixmap(place, self._marks[1][int(on[row, column])])


def _mark_pixmap(cell: int, table: theme.Tokens, *, missing: bool) -> QPixmap:
    """What is laid over a wrong cell: the mark in the error's colour, set off from any ink by paper."""
    if cell < SMOOTH_FROM:
        pattern = mark_pattern(cell, missing=missing)
        words = np.where(pattern, QColor(table.error).rgba(), QColor(table.paper).rgba()).astype(np.uint32)
        return QPixmap.fromImage(from_words(words))
    pixmap = QPixmap(cell, cell)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    inside = QRectF(0, 0, cell, cell).adjusted(cell * 0.25, cell * 0.25, -cell * 0.25, -cell * 0.25)
    width = max(1.5, cell * 0.1)
    for colour, thick in ((table.paper, width + max(2.0, cell * 0.1)), (table.error, width)):
        cap = Qt.PenCapStyle.RoundCap
        painter.setPen(QPen(QColor(colour), thick, Qt.PenStyle.SolidLine, cap))
        if missing:
            painter.drawEllipse(inside)
        else:
            painter.drawLine(inside.topLeft(), inside.bottomRight())
            painter.drawLine(inside.topRight(), inside.bottomLeft())
    painter.end()
    return pixmap
