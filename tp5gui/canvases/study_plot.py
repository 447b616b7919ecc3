"""How the settings of a study turned out: a line with a band, categories, or a map of two fields."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from tp5gui import theme
from tp5gui.canvases.plane_view import nice_step, tick_text, ticks

LEFT, RIGHT, TOP, BOTTOM = 52, 16, 22, 40  # px around the plot
NEAR = 12  # px from a mark within which the mouse names it


@dataclass(frozen=True, slots=True)
class Mark:
    """A setting on the plot; mean, low and high are NaN where it has no runs yet."""

    name: str  # of the setting, beneath it
    mean: float
    low: float
    high: float
    explained: str  # for the tool tip
    row: str = ""  # in a map, the name of its row, to the left


class StudyPlot(QWidget):
    """Marks from left to right, or `rows` x columns of them as a map; a click on one picks it.

    Signals
    -------
    picked(int) : a mark was clicked.
    listed(int) : a mark was clicked with the right button, to see all its runs.
    """

    picked = Signal(int)
    listed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._marks: Sequence[Mark] = ()
        self._x: list[float] = []
        self._spread = False
        self._slides: Sequence[tuple[float, float]] = ()
        self._best_possible: Sequence[float] = ()
        self._columns = 0  # of a map; 0 for a line
        self._names = ("", "")
        self._hint = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMouseTracking(True)

    def sizeHint(self) -> QSize:
        return QSize(420, 220)

    def minimumSizeHint(self) -> QSize:
        return QSize(220, 120)

    def set_hint(self, hint: str) -> None:
        """What to say while there is nothing to show."""
        self._hint = hint
        self.update()

    def set_line(
        self, marks: Sequence[Mark], x: Sequence[float], names: tuple[str, str],
        slides: Sequence[tuple[float, float]] = (), best_possible: Sequence[float] = (),
    ) -> None:  # fmt: skip
        """Show marks at places `x` across, by their logarithm where all are above 0 and far apart.

        `slides` are the slides' points, `best_possible` a value at each mark; empty where not known.
        """
        spread = min(x, default=0) > 0 and max(x) / min(x) >= 99.9
        self._x = [math.log10(value) for value in x] if spread else list(x)
        self._spread, self._slides = spread, slides
        self._marks, self._names, self._best_possible, self._columns = marks, names, best_possible, 0
        self.update()

    def set_map(self, marks: Sequence[Mark], columns: int, names: tuple[str, str]) -> None:
        """Show marks row by row from the bottom, so many in a row; names of what goes across and up."""
        self._marks, self._names, self._columns = marks, names, columns
        self._slides, self._best_possible, self._x = (), (), []
        self.update()

    @property
    def marks(self) -> Sequence[Mark]:
        """The marks on show, in the order of the study."""
        return self._marks

    @property
    def columns(self) -> int:
        """How many marks stand side by side in a map, 0 for a line."""
        return self._columns

    @property
    def axis_names(self) -> tuple[str, str]:
        """The names of what goes across and of what goes up."""
        return self._names

    @property
    def slides(self) -> Sequence[tuple[float, float]]:
        """The slides' points: a setting's value and their result."""
        return self._slides

    @property
    def best_possible(self) -> Sequence[float]:
        """The best possible at each mark; empty where it is not known."""
        return self._best_possible

    @property
    def hint(self) -> str:
        """What is said while there is nothing to show."""
        return self._hint

    def place_of(self, index: int) -> QPointF:
        """Where a mark is painted."""
        area = self._area()
        if self._columns:
            row, column = divmod(index, self._columns)
            rows = -(-len(self._marks) // self._columns)
            wide, high = area.width() / self._columns, area.height() / rows
            return QPointF(area.left() + (column + 0.5) * wide, area.bottom() - (row + 0.5) * high)
        low, high = self._reach()
        value = self._marks[index].mean
        y = area.bottom() - ((value if math.isfinite(value) else low) - low) / (high - low) * area.height()
        return QPointF(self._across(self._x[index]), y)

    def mark_at(self, place: QPointF) -> int:
        """The mark under a point, the nearest of several; -1 if none."""
        known = [index for index, mark in enumerate(self._marks) if math.isfinite(mark.mean)]
        if not known:
            return -1
        area, rows = self._area(), max(1, -(-len(self._marks) // (self._columns or 1)))
        wide, high = (
            (area.width() / self._columns / 2, area.height() / rows / 2) if self._columns else (NEAR, NEAR)
        )
        away = {index: self.place_of(index) - place for index in known}
        near = [index for index in known if abs(away[index].x()) <= wide and abs(away[index].y()) <= high]
        return min(near, key=lambda index: away[index].manhattanLength(), default=-1)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.mark_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and index >= 0:
            self.picked.emit(index)
        elif event.button() == Qt.MouseButton.RightButton and index >= 0:
            self.listed.emit(index)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        over = self.mark_at(event.position()) >= 0
        self.setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            index = self.mark_at(QPointF(event.pos()))
            if index >= 0:
                QToolTip.showText(event.globalPos(), self._marks[index].explained, self)
                return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, table = QPainter(self), theme.tokens()
        painter.setFont(theme.caption_font(self.font()))
        painter.setPen(QColor(table.text_soft))
        if not any(math.isfinite(mark.mean) for mark in self._marks):
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.setFont(self.font())
            painter.drawText(self.rect().adjusted(24, 8, -24, -8), flags, self._hint)
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        if self._columns:
            self._paint_map(painter, table)
        else:
            self._paint_line(painter, table)
        area = self._area()
        painter.setPen(QColor(table.text_soft))
        centre = Qt.AlignmentFlag.AlignCenter
        painter.drawText(QRectF(area.left(), area.bottom() + 20, area.width(), 18), centre, self._names[0])
        painter.drawText(QRectF(4, 2, self.width() - 8, 18), Qt.AlignmentFlag.AlignLeft, self._names[1])

    def _paint_line(self, painter: QPainter, table: theme.Tokens) -> None:
        area, (low, high) = self._area(), self._reach()
        metrics = painter.fontMetrics()

        def down(value: float) -> float:
            return area.bottom() - (value - low) / (high - low) * area.height()

        step = nice_step((high - low) / 4)
        for value in ticks(low, high, step):
            painter.setPen(QColor(table.grid))
            painter.drawLine(QPointF(area.left(), down(value)), QPointF(area.right(), down(value)))
            painter.setPen(QColor(table.text_soft))
            text = tick_text(value, step)
            painter.drawText(
                QPointF(area.left() - 6 - metrics.horizontalAdvance(text), down(value) + 4), text
            )
        known = [index for index, mark in enumerate(self._marks) if math.isfinite(mark.mean)]
        order = sorted(known, key=lambda index: self._x[index])
        edge = [QPointF(self._across(self._x[each]), down(self._marks[each].high)) for each in order]
        edge += [
            QPointF(self._across(self._x[each]), down(self._marks[each].low)) for each in reversed(order)
        ]
        band = QColor(table.ink)
        band.setAlphaF(0.18)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(band)
        painter.drawPolygon(QPolygonF(edge))
        painter.setPen(QPen(QColor(table.ink), 1.5))
        painter.drawPolyline(QPolygonF([self.place_of(each) for each in order]))
        painter.setPen(QPen(QColor(table.ink), 7, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawPoints(QPolygonF([self.place_of(each) for each in order]))
        if self._best_possible:
            painter.setPen(QPen(QColor(table.ideal), 1.5, Qt.PenStyle.DashLine))
            painter.drawPolyline(
                QPolygonF(
                    [QPointF(self._across(self._x[each]), down(self._best_possible[each])) for each in order]
                )
            )
        painter.setPen(QPen(QColor(table.output), 8, Qt.PenStyle.SolidLine, Qt.PenCapStyle.SquareCap))
        painter.drawPoints(
            QPolygonF(
                [
                    QPointF(self._across(math.log10(x) if self._spread else x), down(y))
                    for x, y in self._slides
                ]
            )
        )
        painter.setPen(QColor(table.text_soft))
        last = -1e9
        for index in sorted(range(len(self._marks)), key=lambda each: self._x[each]):
            x, width = self._across(self._x[index]), metrics.horizontalAdvance(self._marks[index].name)
            if x - width / 2 > last + 4:
                painter.drawText(QPointF(x - width / 2, area.bottom() + 14), self._marks[index].name)
                last = x + width / 2

    def _paint_map(self, painter: QPainter, table: theme.Tokens) -> None:
        area, columns = self._area(), self._columns
        rows = -(-len(self._marks) // columns)
        wide, high = area.width() / columns, area.height() / rows
        means = [mark.mean for mark in self._marks if math.isfinite(mark.mean)]
        low, reach = min(means), (max(means) - min(means)) or 1.0
        metrics, centre = painter.fontMetrics(), Qt.AlignmentFlag.AlignCenter
        for index, mark in enumerate(self._marks):
            place = self.place_of(index)
            cell = QRectF(place.x() - wide / 2 + 1, place.y() - high / 2 + 1, wide - 2, high - 2)
            share = (mark.mean - low) / reach if math.isfinite(mark.mean) else 0.0
            ground = QColor(table.ink)
            ground.setAlphaF(0.06 + 0.6 * share)
            if math.isfinite(mark.mean):
                painter.fillRect(cell, ground)
            painter.setPen(QColor(table.text))
            painter.drawText(cell, centre, f"{mark.mean:.3g}" if math.isfinite(mark.mean) else "")
            painter.setPen(QColor(table.text_soft))
            if index < columns:
                painter.drawText(QRectF(cell.left(), area.bottom() + 2, cell.width(), 16), centre, mark.name)
            if index % columns == 0:
                width = metrics.horizontalAdvance(mark.row)
                painter.drawText(QPointF(area.left() - 6 - width, place.y() + 4), mark.row)

    def _area(self) -> QRectF:
        return QRectF(LEFT, TOP, self.width() - LEFT - RIGHT, self.height() - TOP - BOTTOM)

    def _across(self, x: float) -> float:
        low, high = min(self._x), max(self._x)
        area = self._area()
        share = (x - low) / (high - low) if high > low else 0.5
        return area.left() + 16 + share * (area.width() - 32)

    def _reach(self) -> tuple[float, float]:
        """The lowest and highest value in sight, rounded outward."""
        values = [
            each for mark in self._marks for each in (mark.low, mark.mean, mark.high) if math.isfinite(each)
        ]
        values += [y for _, y in self._slides] + list(self._best_possible)
        low, high = min(values, default=0.0), max(values, default=1.0)
        step = nice_step((high - low or abs(high) or 1.0) / 4)
        return math.floor(low / step) * step, max(math.ceil(high / step), math.floor(low / step) + 1) * step
