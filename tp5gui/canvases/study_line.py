"""A study of one setting: the mean of its runs with a band, from left to right."""

import math
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from core.measure.rules import logarithmic
from tp5gui import theme
from tp5gui.canvases.study_mark import Mark
from tp5gui.canvases.ticks import nice_step, tick_text, ticks

NEAR = 12  # px from a mark within which the mouse is on it
INSET = 16  # px between the marks and the ends of the axis


class StudyLine:
    """Marks along an axis, which is logarithmic where their values are far apart.

    Parameters
    ----------
    marks : the settings.
    x : the value of every setting, or its number where it has none.
    slides : the slides' points: a setting's value and their result.
    best_possible : the best possible at every mark; empty where it is not known.
    """

    def __init__(
        self,
        marks: Sequence[Mark],
        x: Sequence[float],
        slides: Sequence[tuple[float, float]] = (),
        best_possible: Sequence[float] = (),
    ) -> None:
        self.marks, self.slides, self.best_possible = marks, slides, best_possible
        self._logarithmic = logarithmic(x)
        self._x = [self._scaled(value) for value in x]
        self._low, self._high, self._step = self._range()

    def place_of(self, index: int, area: QRectF) -> QPointF:
        """Where a mark is painted; one that is not known lies on the axis."""
        mark = self.marks[index]
        return self._place(self._x[index], mark.mean if mark.known else self._low, area)

    def reach(self, area: QRectF) -> tuple[float, float]:
        """How far from a mark, across and up, a point still belongs to it."""
        return NEAR, NEAR

    def paint(self, painter: QPainter, area: QRectF, table: theme.Tokens) -> None:
        """Paint everything but the names of the axes."""
        known = [index for index, mark in enumerate(self.marks) if mark.known]
        order = sorted(known, key=lambda index: self._x[index])
        self._paint_grid(painter, area, table)
        self._paint_series(painter, area, table, order)
        if self.best_possible:
            best = [self._place(self._x[index], self.best_possible[index], area) for index in order]
            painter.setPen(QPen(QColor(table.ideal), 1.5, Qt.PenStyle.DashLine))
            painter.drawPolyline(QPolygonF(best))
        slides = [self._place(self._scaled(x), y, area) for x, y in self.slides]
        painter.setPen(QPen(QColor(table.reference), 8, Qt.PenStyle.SolidLine, Qt.PenCapStyle.SquareCap))
        painter.drawPoints(QPolygonF(slides))
        self._paint_names(painter, area, table)

    def _paint_grid(self, painter: QPainter, area: QRectF, table: theme.Tokens) -> None:
        metrics = painter.fontMetrics()
        for value in ticks(self._low, self._high, self._step):
            y = self._up(value, area)
            painter.setPen(QColor(table.grid))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            painter.setPen(QColor(table.text_soft))
            text = tick_text(value, self._step)
            painter.drawText(QPointF(area.left() - 6 - metrics.horizontalAdvance(text), y + 4), text)

    def _paint_series(
        self, painter: QPainter, area: QRectF, table: theme.Tokens, order: Sequence[int]
    ) -> None:
        """The band, and over it the means as round dots joined by a line."""
        edge = [self._place(self._x[index], self.marks[index].high, area) for index in order]
        edge += [self._place(self._x[index], self.marks[index].low, area) for index in reversed(order)]
        band = QColor(table.series)
        band.setAlphaF(0.18)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(band)
        painter.drawPolygon(QPolygonF(edge))
        means = QPolygonF([self.place_of(index, area) for index in order])
        painter.setPen(QPen(QColor(table.series), 1.5))
        painter.drawPolyline(means)
        painter.setPen(QPen(QColor(table.series), 7, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawPoints(means)

    def _paint_names(self, painter: QPainter, area: QRectF, table: theme.Tokens) -> None:
        """The names of the settings, as many as there is room for."""
        metrics, end = painter.fontMetrics(), -math.inf
        painter.setPen(QColor(table.text_soft))
        for index in sorted(range(len(self.marks)), key=lambda index: self._x[index]):
            name, x = self.marks[index].name, self._across(self._x[index], area)
            width = metrics.horizontalAdvance(name)
            if x - width / 2 > end + 4:
                painter.drawText(QPointF(x - width / 2, area.bottom() + 14), name)
                end = x + width / 2

    def _scaled(self, value: float) -> float:
        return math.log10(value) if self._logarithmic else value

    def _place(self, x: float, y: float, area: QRectF) -> QPointF:
        return QPointF(self._across(x, area), self._up(y, area))

    def _across(self, x: float, area: QRectF) -> float:
        low, high = min(self._x), max(self._x)
        share = (x - low) / (high - low) if high > low else 0.5
        return area.left() + INSET + share * (area.width() - 2 * INSET)

    def _up(self, value: float, area: QRectF) -> float:
        return area.bottom() - (value - self._low) / (self._high - self._low) * area.height()

    def _range(self) -> tuple[float, float, float]:
        """The least and the greatest value in sight, rounded outward to whole steps, and the ticks' step."""
        values = [value for mark in self.marks for value in (mark.low, mark.mean, mark.high)]
        values += [result for _, result in self.slides] + list(self.best_possible)
        finite = [value for value in values if math.isfinite(value)]
        low, high = min(finite, default=0.0), max(finite, default=1.0)
        step = nice_step((high - low or abs(high) or 1.0) / 4)
        first = math.floor(low / step)
        last = max(math.ceil(high / step), first + 1)
        return first * step, last * step, nice_step((last - first) * step / 4)
