"""An image to draw on, pixel by pixel, by mouse or keyboard."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRect, Qt, Signal
from PySide6.QtGui import QAccessible, QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QWidget

from core.base.words import say
from tp5gui import theme
from tp5gui.canvases.canvas import on_paper
from tp5gui.canvases.gestures import CHOOSE, by_keyboard, step_of
from tp5gui.canvases.pixel_view import PixelView
from tp5gui.canvases.pixels import Image
from tp5gui.canvases.telling import Telling
from tp5gui.words import decimal


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


class PixelCanvas(PixelView):
    """An image to draw on. It reports gestures; the owner of the image applies them and shows the result.

    The left button draws and the right one erases; a button that is pressed and released is a stroke, not
    a click. On the keyboard, arrow keys move a cursor, Space or Enter toggles its cell, Delete erases it, and
    Escape ends the stroke.

    Signals
    -------
    stroke_began() : a button went down, or a key is about to set a cell.
    painted(object, float) : cells (K, 2) inside the image, int64 (row, column), and their new value: 0 or the
        pen's. They continue the last ones without a gap unless the stroke left the image in between.
    stroke_ended() : the button is up again, or the cell is set.

    Attributes
    ----------
    telling_cell : says where the keyboard's cursor is.
    """

    stroke_began = Signal()
    painted = Signal(object, float)
    stroke_ended = Signal()
    reads_as = QAccessible.Role.Canvas

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._button = Qt.MouseButton.NoButton  # that is down during a stroke
        self._value, self._pen = 0.0, 1.0
        self._last = (0, 0)
        self._hover: tuple[int, int] | None = None
        self._cursor = (0, 0)
        self._by_key = False  # the cursor shows only while the keyboard is used
        self.telling_cell = Telling(self)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)

    def set_pen(self, value: float) -> None:
        """Set what the left button paints, above 0 and up to 1."""
        self._pen = value

    def set_image(self, image: Image | None) -> None:
        """Show (H, W) in [0, 1], None for nothing; an image of another shape ends the stroke."""
        old = None if self._image is None else self._image.shape
        super().set_image(image)
        if image is None or image.shape != old:
            self._end()
            self._hover = None
            self._cursor = (0, 0) if image is None else (image.shape[0] // 2, image.shape[1] // 2)
        if image is not None:
            self.telling_cell.show(self._told_cell, self._cursor, float(image[self._cursor]))

    @property
    def pen(self) -> float:
        """What the left button paints."""
        return self._pen

    def leaves_right_button(self, place: QPointF) -> bool:
        return False  # it erases

    def mousePressEvent(self, event: QMouseEvent) -> None:
        values = {Qt.MouseButton.LeftButton: self._pen, Qt.MouseButton.RightButton: 0.0}
        if self._image is None or event.button() not in values or self._stroking():
            return
        self._button, self._value = event.button(), values[event.button()]
        self._last = self.cell_at(event.position())
        self._by_key = False
        self.stroke_began.emit()
        self._report(self._last)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.mousePressEvent(event)  # two quick dots are two strokes

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        cell = self.cell_at(event.position())
        if self._stroking() and cell != self._last:
            self._report(cell)
        if cell != self._hover:
            self._hover = cell
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == self._button:
            self._end()

    def leaveEvent(self, event: QEvent) -> None:
        self._hover = None
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._by_key = by_keyboard(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._end()
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, step = event.key(), step_of(event)
        if self._stroking() and key == Qt.Key.Key_Escape:
            self._end()
        elif self._image is None or self._stroking():
            super().keyPressEvent(event)
        elif step is not None:
            self._by_key = True
            self._move_cursor((self._cursor[0] + step[1], self._cursor[1] + step[0]))
        elif key in CHOOSE:
            self._set_cell(0.0 if self._image[self._cursor] > 0 else self._pen)
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._set_cell(0.0)
        else:
            super().keyPressEvent(event)

    def paint_over(self, painter: QPainter) -> None:
        table = theme.tokens()
        unit = max(1, round(self.devicePixelRatioF()))
        if self._hover is not None and not on_paper() and self._inside(np.array([self._hover]))[0]:
            _frame(painter, self._cell(*self._hover), unit, QColor(table.text_soft))
        if self.hasFocus() and self._by_key:  # two rings, so that it shows on ink and on paper
            cell, inner = self._cell(*self._cursor), 2 * unit
            _frame(painter, cell, inner, QColor(table.text))
            _frame(painter, cell.adjusted(inner, inner, -inner, -inner), unit, QColor(table.surface))

    def _stroking(self) -> bool:
        return self._button != Qt.MouseButton.NoButton

    def _set_cell(self, value: float) -> None:
        self._by_key = True
        self.stroke_began.emit()
        self.painted.emit(np.array([self._cursor], dtype=np.int64), value)
        self.stroke_ended.emit()
        self.update()

    def _move_cursor(self, cell: tuple[int, int]) -> None:
        """Move the keyboard's cursor to the cell of the image that is nearest to this one."""
        rows, columns = (1, 1) if self._image is None else self._image.shape
        self._cursor = (min(max(cell[0], 0), rows - 1), min(max(cell[1], 0), columns - 1))
        if self._image is not None:
            self.telling_cell.show(self._told_cell, self._cursor, float(self._image[self._cursor]))
        self.update()

    def _told_cell(self) -> str:
        """Where the cursor is, and what is drawn there; nothing while the mouse draws."""
        if self._image is None or not self._by_key:
            return ""
        (row, column), value = self._cursor, float(self._image[self._cursor])
        place = {"row": row + 1, "column": column + 1}
        if value in (0, 1):
            on = say("Row {row}, column {column} is on.", **place)
            return on if value else say("Row {row}, column {column} is off.", **place)
        return say("Row {row}, column {column} is {value}.", **place, value=decimal(value, 2))

    def _report(self, cell: tuple[int, int]) -> None:
        cells = cells_between(self._last, cell)
        self._last = cell
        self._move_cursor(cell)
        cells = cells[self._inside(cells)]
        if len(cells):
            self.painted.emit(cells, self._value)

    def _inside(self, cells: NDArray[np.int64]) -> NDArray[np.bool_]:
        shape = (0, 0) if self._image is None else self._image.shape
        return np.asarray(((cells >= 0) & (cells < shape)).all(1))

    def _end(self) -> None:
        if self._stroking():
            self._button = Qt.MouseButton.NoButton
            self.stroke_ended.emit()


def _frame(painter: QPainter, rect: QRect, thick: int, colour: QColor) -> None:
    """The outline of a rectangle, inside it, in whole pixels."""
    painter.fillRect(rect.left(), rect.top(), rect.width(), thick, colour)
    painter.fillRect(rect.left(), rect.bottom() + 1 - thick, rect.width(), thick, colour)
    painter.fillRect(rect.left(), rect.top(), thick, rect.height(), colour)
    painter.fillRect(rect.right() + 1 - thick, rect.top(), thick, rect.height(), colour)
