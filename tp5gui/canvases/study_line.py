"""A study of one setting: the mean of its runs and what is around it, from left to right."""

import math
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF

from core.measure.rules import Scale, logarithmic
from tp5gui import theme
from tp5gui.canvases.gestures import walk
from tp5gui.canvases.study_axis import fitting
from tp5gui.canvases.study_legend import (
    Entry,
    arrange,
    band_of,
    best_pen,
    paint_dot,
    paint_legend,
    paint_ring,
    paint_square,
)
from tp5gui.canvases.study_mark import Legend, Mark, Point

NEAR = 12  # px from a mark within which the mouse is on it
INSET = 20  # px between the marks and the ends of the axis
CAP = 5  # px: half of the stroke at the end of a bar
SHORT = 14  # px: half of the dashes of the best possible where nothing is joined
LEAST = 3  # px: half of the height of the band under the mouse


class StudyLine:
    """Marks along an axis, which is logarithmic where their values are far apart.

    Parameters
    ----------
    marks : the settings.
    x : the value of every setting, or its number where it has none.
    slides : the slides' points.
    best : the best possible at the marks; empty where it is not known.
    scale : what the numbers of the measure can be.
    joined : whether the settings are numbers, so that a line between them means something.
    legend : what the shapes are.
    """

    columns = 0

    def __init__(
        self,
        marks: Sequence[Mark],
        x: Sequence[float],
        slides: Sequence[Point] = (),
        best: Sequence[Point] = (),
        scale: Scale = Scale(),  # noqa: B008  # frozen
        joined: bool = True,
        legend: Legend = Legend(),  # noqa: B008  # frozen
    ) -> None:
        self.marks, self.slides, self.best, self.legend = marks, slides, best, legend
        self._joined, self._logarithmic = joined, logarithmic(x)
        self._x = [self._scaled(value) for value in x]
        self._order = sorted(range(len(marks)), key=lambda index: self._x[index])
        self._known = [index for index in self._order if marks[index].known]
        around = [value for mark in marks for value in (mark.low, mark.high)]
        others = [point.y for point in (*slides, *best)]
        self.up = fitting([*(mark.mean for mark in marks), *others], around, scale)

    def margins(self, metrics: QFontMetricsF, width: float) -> tuple[float, float]:
        """The px that numbers take on the left, and the names of the settings below."""
        left = max(metrics.horizontalAdvance(text) for _, text in self.up.ticks) + 12
        rows = max((row for *_, row in self._names(metrics, QRectF(left, 0, width - left, 1))), default=0)
        return left, (rows + 1) * metrics.lineSpacing() + 4

    def entries(self, room: QRectF, metrics: QFontMetricsF) -> list[Entry]:
        """The legend."""
        return arrange(self.legend, room, metrics)

    def place_of(self, index: int, area: QRectF) -> QPointF:
        """Where a mark is painted; one that is not known lies on the axis."""
        mark = self.marks[index]
        return self._place(self._x[index], mark.mean if mark.known else self.up.low, area)

    def beside(self, index: int, step: tuple[int, int]) -> int:
        """The mark that a step (right, down) leads to, as they stand from left to right; -1 is none yet."""
        place = self._order.index(index) if index >= 0 else -1
        return self._order[walk(place, step, len(self._order), len(self._order))]

    def reach(self, area: QRectF) -> tuple[float, float]:
        """How far from a mark, across and up, a point still belongs to it."""
        return NEAR, NEAR

    def told_at(self, place: QPointF, area: QRectF) -> tuple[str, QRectF]:
        """What there is to say of a point of the plot, and of which rectangle; "" for nothing."""
        around = QRectF(-NEAR, -NEAR, 2 * NEAR, 2 * NEAR)
        for index, mark in enumerate(self.marks):
            middle = self.place_of(index, area)
            spot = around.translated(middle)
            if mark.known and not self._joins:
                spot = spot.united(QRectF(middle.x(), self._up(mark.high, area), 1, 0))
                spot = spot.united(QRectF(middle.x(), self._up(mark.low, area), 1, 0))
            if spot.contains(place):
                return mark.explained, spot
        for point in (*self.slides, *self.best):
            spot = around.translated(self._place(self._scaled(point.x), point.y, area))
            if spot.contains(place):
                return point.explained, spot
        if self._joins and self._in_band(place, area):
            return "\n".join(filter(None, self.legend.band)), around.translated(place)
        return "", QRectF()

    def paint(self, painter: QPainter, area: QRectF, table: theme.Tokens) -> None:
        """Paint everything but the names of the axes and the legend."""
        self._paint_grid(painter, area, table)
        self._paint_around(painter, area, table)
        if self._joins:
            painter.setPen(QPen(QColor(table.series), 1.5))
            painter.drawPolyline(QPolygonF([self.place_of(index, area) for index in self._known]))
        self._paint_best(painter, area, table)
        for point in self.slides:
            paint_square(painter, self._place(self._scaled(point.x), point.y, area), table)
        for index, mark in enumerate(self.marks):
            (paint_dot if mark.known else paint_ring)(painter, self.place_of(index, area), table)
        painter.setPen(QColor(table.text_soft))
        metrics = QFontMetricsF(painter.font())
        for name, x, row in self._names(metrics, area):
            painter.drawText(
                QPointF(x, area.bottom() + 4 + metrics.ascent() + row * metrics.lineSpacing()), name
            )

    def paint_legend(self, painter: QPainter, entries: Sequence[Entry], table: theme.Tokens) -> None:
        """Paint the legend."""
        paint_legend(painter, entries, table)

    @property
    def _joins(self) -> bool:
        """Whether there is a line between the means, and a band around it."""
        return self._joined and len(self._known) > 1

    def _paint_grid(self, painter: QPainter, area: QRectF, table: theme.Tokens) -> None:
        metrics = QFontMetricsF(painter.font())
        for value, text in self.up.ticks:
            y = self._up(value, area)
            painter.setPen(QColor(table.line))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            painter.setPen(QColor(table.text_soft))
            left = area.left() - 6 - metrics.horizontalAdvance(text)
            painter.drawText(QPointF(left, y + metrics.capHeight() / 2), text)

    def _paint_around(self, painter: QPainter, area: QRectF, table: theme.Tokens) -> None:
        """The band between its two edges, or where nothing is joined a bar for every setting."""
        edges = [[self._edge(index, which, area) for index in self._known] for which in ("high", "low")]
        if self._joins:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(band_of(table))
            painter.drawPolygon(QPolygonF(edges[0] + edges[1][::-1]))
        painter.setPen(QPen(QColor(table.series), 1))
        if self._joins:
            for edge in edges:
                painter.drawPolyline(QPolygonF(edge))
            return
        for top, bottom in zip(*edges, strict=True):
            painter.drawLine(top, bottom)
            for end in (top, bottom):
                painter.drawLine(end - QPointF(CAP, 0), end + QPointF(CAP, 0))

    def _paint_best(self, painter: QPainter, area: QRectF, table: theme.Tokens) -> None:
        places = [self._place(self._scaled(point.x), point.y, area) for point in self.best]
        painter.setPen(best_pen(table))
        if self._joined and len(places) > 1:
            painter.drawPolyline(QPolygonF(sorted(places, key=lambda place: place.x())))
            return
        for place in places:
            painter.drawLine(place - QPointF(SHORT, 0), place + QPointF(SHORT, 0))

    def _names(self, metrics: QFontMetricsF, area: QRectF) -> list[tuple[str, float, int]]:
        """The names of the settings below their marks, with their left ends and their rows.

        Where one row has no room for them there are two, and what finds no room there either is left out: its
        mark says it.
        """
        named = ((self.marks[index].name, self._across(self._x[index], area)) for index in self._order)
        room = [(name, middle, metrics.horizontalAdvance(name)) for name, middle in named]
        spots: list[tuple[str, float, int]] = []
        for rows in (1, 2):
            spots, ends = [], [-math.inf] * rows
            for number, (name, middle, wide) in enumerate(room):
                left = min(middle - wide / 2, area.right() + INSET / 2 - wide)
                row = number % rows
                if left > ends[row] + 6:
                    spots.append((name, max(0.0, left), row))
                    ends[row] = left + wide
            if len(spots) == len(room):
                break
        return spots

    def _in_band(self, place: QPointF, area: QRectF) -> bool:
        pairs = zip(self._known, self._known[1:], strict=False)
        for before, after in pairs:
            start, end = (self._across(self._x[index], area) for index in (before, after))
            if start <= place.x() <= end and end > start:
                share = (place.x() - start) / (end - start)
                top, bottom = (
                    (1 - share) * self._edge(before, which, area).y()
                    + share * self._edge(after, which, area).y()
                    for which in ("high", "low")
                )
                return top - LEAST <= place.y() <= bottom + LEAST
        return False

    def _edge(self, index: int, which: str, area: QRectF) -> QPointF:
        return self._place(self._x[index], getattr(self.marks[index], which), area)

    def _scaled(self, value: float) -> float:
        return math.log10(value) if self._logarithmic else value

    def _place(self, x: float, y: float, area: QRectF) -> QPointF:
        return QPointF(self._across(x, area), self._up(y, area))

    def _across(self, x: float, area: QRectF) -> float:
        low, high = min(self._x), max(self._x)
        share = (x - low) / (high - low) if high > low else 0.5
        return area.left() + INSET + share * (area.width() - 2 * INSET)

    def _up(self, value: float, area: QRectF) -> float:
        return area.bottom() - self.up.share(value) * area.height()
