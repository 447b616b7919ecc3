"""Small images painted big: crisp squares on a quiet ground, with wrong pixels marked by shape and colour."""

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from tp5gui import theme

Image = NDArray[np.float32]

GRID_FROM = 6  # px of a cell from which hairlines between cells are drawn
MARK_FROM = 5  # px of a cell from which an error has room for a ring or a cross
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


def from_words(words: NDArray[np.uint32]) -> QImage:
    """(H, W) colours 0xffRRGGBB as an image that owns its pixels."""
    words = np.ascontiguousarray(words)
    height, width = words.shape
    return QImage(words.data, width, height, words.strides[0], QImage.Format.Format_RGB32).copy()


def to_qimage(array: Image, ink: QColor, paper: QColor) -> QImage:
    """(H, W) in [0, 1] as an image that owns its pixels, coloured from `paper` at 0 to `ink` at 1.

    Raises
    ------
    ValueError : the array has not two dimensions.
    """
    if array.ndim != 2:
        raise ValueError(f"expected (H, W), got {array.shape}")
    return from_words(colour_ramp(ink, paper)[levels(array)])


def cells_between(start: tuple[int, int], end: tuple[int, int]) -> NDArray[np.int64]:
    """The cells (K, 2) of a connected line between two of (row, column), both included (Bresenham 1965)."""
    (row, column), (last_row, last_column) = start, end
    down, right = abs(last_row - row), abs(last_column - column)
    step_down, step_right = (1 if last_row > row else -1), (1 if last_column > column else -1)
    error, cells = right - down, [(row, column)]
    while (row, column) != (last_row, last_column):
        doubled = 2 * error
        if doubled > -down:
            error -= down
            column += step_right
        if doubled < right:
            error += right
            row += step_down
        cells.append((row, column))
    return np.array(cells, dtype=np.int64)


class PixelView(QWidget):
    """Shows one image as big as it fits, in whole screen pixels a cell.

    Signals
    -------
    clicked() : the left button was pressed and released over the view.
    """

    clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image: Image | None = None
        self._truth: Image | None = None
        self._role = "ink"
        self._hint = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        return QSize(120, 168)

    def minimumSizeHint(self) -> QSize:
        return QSize(48, 64)

    def set_image(self, image: Image | None) -> None:
        """Show (H, W) in [0, 1]; None for nothing."""
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

    def cell_size(self) -> int:
        """Screen pixels of a cell's side, at least 1; 0 without an image."""
        if self._image is None:
            return 0
        rows, columns = self._image.shape
        width, height = self.width() - 2 * MARGIN, self.height() - 2 * MARGIN
        return int(max(1, min(width // columns, height // rows)))

    def area(self) -> QRect:
        """The rectangle that the image covers, centred."""
        if self._image is None:
            return QRect()
        rows, columns = self._image.shape
        cell = self.cell_size()
        width, height = cell * columns, cell * rows
        return QRect((self.width() - width) // 2, (self.height() - height) // 2, width, height)

    def cell_at(self, place: QPointF) -> tuple[int, int]:
        """The (row, column) under a point of the widget; outside the image it lies outside the shape."""
        area, cell = self.area(), max(1, self.cell_size())
        return math.floor((place.y() - area.top()) / cell), math.floor((place.x() - area.left()) // cell)

    def cell_rect(self, row: int, column: int) -> QRect:
        """Where a cell is painted."""
        area, cell = self.area(), self.cell_size()
        return QRect(area.left() + column * cell, area.top() + row * cell, cell, cell)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.clicked.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        table = theme.tokens()
        if self._image is None:
            painter.setPen(QColor(table.text_soft))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect(), flags, self._hint)
            return
        area = self.area()
        picture = to_qimage(self._image, QColor(getattr(table, self._role)), QColor(table.paper))
        painter.drawImage(area, picture)
        if self.cell_size() >= GRID_FROM:
            self._paint_grid(painter, QColor(table.grid))
        painter.setPen(QColor(table.line))
        painter.drawRect(area.adjusted(-1, -1, 0, 0))
        if self._truth is not None and self._truth.shape == self._image.shape:
            self._paint_errors(painter, QColor(table.error), QColor(table.surface))
        self.paint_over(painter)

    def paint_over(self, painter: QPainter) -> None:
        """Paint what lies above the image; for what derives from this."""

    def _paint_grid(self, painter: QPainter, colour: QColor) -> None:
        assert self._image is not None
        area, cell = self.area(), self.cell_size()
        rows, columns = self._image.shape
        painter.setPen(colour)
        for row in range(1, rows):
            painter.drawLine(area.left(), area.top() + row * cell, area.right(), area.top() + row * cell)
        for column in range(1, columns):
            x = area.left() + column * cell
            painter.drawLine(x, area.top(), x, area.bottom())

    def _paint_errors(self, painter: QPainter, colour: QColor, halo: QColor) -> None:
        assert self._image is not None
        assert self._truth is not None
        wrong = np.argwhere((self._image > 0.5) != (self._truth > 0.5))
        cell = self.cell_size()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        for row, column in wrong:
            inner = QRectF(self.cell_rect(int(row), int(column))).adjusted(
                cell * 0.22, cell * 0.22, -cell * 0.22, -cell * 0.22
            )
            for pen in (QPen(halo, max(2.5, cell * 0.2)), QPen(colour, max(1.2, cell * 0.1))):
                painter.setPen(pen)
                paint_mark(painter, inner, missing=bool(self._truth[row, column] > 0.5))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def paint_mark(painter: QPainter, inside: QRectF, *, missing: bool) -> None:
    """A ring where a pixel is missing, a cross where there is one too many, with the painter's pen."""
    if missing:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(inside)
    else:
        painter.drawLine(inside.topLeft(), inside.bottomRight())
        painter.drawLine(inside.topRight(), inside.bottomLeft())


class PixelCanvas(PixelView):
    """An image to draw on. It reports gestures; whoever owns the image applies them and shows the result.

    Signals
    -------
    stroke_began() : a button went down, or a key toggled a cell.
    painted(object, float) : cells (K, 2) of rows and columns, connected, and their new value, 0 or 1.
    stroke_ended() : the button is up again.
    """

    stroke_began = Signal()
    painted = Signal(object, float)
    stroke_ended = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._value: float | None = None  # of the stroke under way
        self._last = (0, 0)
        self._hover: tuple[int, int] | None = None
        self._cursor = (0, 0)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        values = {Qt.MouseButton.LeftButton: 1.0, Qt.MouseButton.RightButton: 0.0}
        if self._image is None or event.button() not in values or self._value is not None:
            return
        self._value = values[event.button()]
        self._last = self.cell_at(event.position())
        self.stroke_began.emit()
        self._report(self._last)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        cell = self.cell_at(event.position())
        if self._value is not None:
            if cell != self._last:
                self._report(cell)
        elif cell != self._hover:
            self._hover = cell
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._end()
        super().mouseReleaseEvent(event)

    def leaveEvent(self, event: object) -> None:
        self._hover = None
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._end()
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        moves = {
            Qt.Key.Key_Left: (0, -1),
            Qt.Key.Key_Right: (0, 1),
            Qt.Key.Key_Up: (-1, 0),
            Qt.Key.Key_Down: (1, 0),
        }
        if self._image is None:
            super().keyPressEvent(event)
        elif key in moves:
            rows, columns = self._image.shape
            down, right = moves[Qt.Key(key)]
            row, column = self._cursor
            self._cursor = (min(max(row + down, 0), rows - 1), min(max(column + right, 0), columns - 1))
            self.update()
        elif key in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._set_cell(0.0 if self._image[self._cursor] > 0.5 else 1.0)
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._set_cell(0.0)
        elif key == Qt.Key.Key_Escape and self._value is not None:
            self._end()
        else:
            super().keyPressEvent(event)

    def set_image(self, image: Image | None) -> None:
        if image is not None and (self._image is None or image.shape != self._image.shape):
            self._cursor = (image.shape[0] // 2, image.shape[1] // 2)
            self._end()
        super().set_image(image)

    def paint_over(self, painter: QPainter) -> None:
        table = theme.tokens()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self._hover is not None and self._inside(np.array([self._hover]))[0]:
            painter.setPen(QColor(table.ink))
            painter.drawRect(self.cell_rect(*self._hover).adjusted(0, 0, -1, -1))
        if self.hasFocus():
            painter.setPen(QPen(QColor(table.accent), 2))
            painter.drawRect(self.area().adjusted(-2, -2, 2, 2))
            painter.setPen(QPen(QColor(table.accent), 2, Qt.PenStyle.DotLine))
            painter.drawRect(self.cell_rect(*self._cursor).adjusted(1, 1, -1, -1))

    def _set_cell(self, value: float) -> None:
        self.stroke_began.emit()
        self.painted.emit(np.array([self._cursor], dtype=np.int64), value)
        self.stroke_ended.emit()

    def _report(self, cell: tuple[int, int]) -> None:
        cells = cells_between(self._last, cell)
        self._last = cell
        cells = cells[self._inside(cells)]
        rows, columns = (0, 0) if self._image is None else self._image.shape
        self._cursor = (min(max(cell[0], 0), rows - 1), min(max(cell[1], 0), columns - 1))
        if len(cells) and self._value is not None:
            self.painted.emit(cells, self._value)

    def _inside(self, cells: NDArray[np.int64]) -> NDArray[np.bool_]:
        shape = (0, 0) if self._image is None else self._image.shape
        return np.asarray(((cells >= 0) & (cells < shape)).all(1))

    def _end(self) -> None:
        if self._value is not None:
            self._value = None
            self.stroke_ended.emit()
