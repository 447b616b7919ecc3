"""A study of two settings: a field for every pair of values, the stronger in colour the larger its mean."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QLinearGradient, QPainter, QPen

from tp5gui import theme
from tp5gui.canvases.gestures import walk
from tp5gui.canvases.study_legend import Entry
from tp5gui.canvases.study_mark import Legend, Mark

FAINT, FULL = 0.06, 0.36  # opacity of the least and of the largest mean; numbers must be legible on both
RAMP = 60  # px of the scale of colour in the legend
GAP = 6  # px beside it


class StudyMap:
    """Marks row by row from the bottom, in columns of equal width."""

    def __init__(self, marks: Sequence[Mark], columns: int, legend: Legend = Legend()) -> None:  # noqa: B008  # frozen
        self.marks, self.columns, self.legend = marks, columns, legend
        self._rows = max(1, -(-len(marks) // columns))

    def margins(self, metrics: QFontMetricsF, width: float) -> tuple[float, float]:
        """The px that the names of the rows take on the left, and those of the columns below."""
        left = max(metrics.horizontalAdvance(mark.row) for mark in self.marks[:: self.columns]) + 12
        return left, metrics.lineSpacing() + 4

    def entries(self, room: QRectF, metrics: QFontMetricsF) -> list[Entry]:
        """The legend: one line, of the scale of colour and what it is of."""
        words, explained = self.legend.mean
        low, high = self._ends()
        scale = sum(metrics.horizontalAdvance(one) for one in (low, high)) + RAMP + 3 * GAP
        shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, room.width() - scale)
        wide = scale + metrics.horizontalAdvance(shown)
        place = QRectF(room.left(), room.top(), wide, metrics.lineSpacing())
        return [Entry("scale", shown, f"{words}\n{explained}".strip(), place)]

    def place_of(self, index: int, area: QRectF) -> QPointF:
        """The middle of a mark's field."""
        row, column = divmod(index, self.columns)
        half_width, half_height = self.reach(area)
        return QPointF(
            area.left() + (2 * column + 1) * half_width, area.bottom() - (2 * row + 1) * half_height
        )

    def beside(self, index: int, step: tuple[int, int]) -> int:
        """The mark that a step (right, down) leads to; -1 is none yet. The first row is at the bottom."""
        right, down = step
        return walk(index, (right, -down), self.columns, len(self.marks))

    def reach(self, area: QRectF) -> tuple[float, float]:
        """Half the width and half the height of a field."""
        return area.width() / self.columns / 2, area.height() / self._rows / 2

    def told_at(self, place: QPointF, area: QRectF) -> tuple[str, QRectF]:
        """What there is to say of a point of the plot, and of which rectangle; "" for nothing."""
        for index, mark in enumerate(self.marks):
            field = self._field(index, area)
            if field.contains(place):
                return mark.explained, field
        return "", QRectF()

    def paint(self, painter: QPainter, area: QRectF, table: theme.Tokens) -> None:
        """Paint everything but the names of the axes and the legend."""
        means = [mark.mean for mark in self.marks if mark.known]
        low, spread = min(means), (max(means) - min(means)) or 1.0
        metrics = QFontMetricsF(painter.font())
        for index, mark in enumerate(self.marks):
            field = self._field(index, area)
            if mark.known:
                painter.fillRect(field, self._ground((mark.mean - low) / spread, table))
                painter.setPen(QColor(table.text))
                painter.drawText(field, Qt.AlignmentFlag.AlignCenter, mark.figure or f"{mark.mean:.3g}")
            else:
                painter.setPen(QPen(QColor(table.line), 1))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(field.adjusted(0.5, 0.5, -0.5, -0.5))
            painter.setPen(QColor(table.text_soft))
            if index < self.columns:
                below = QRectF(field.left(), area.bottom() + 2, field.width(), metrics.lineSpacing())
                painter.drawText(below, Qt.AlignmentFlag.AlignCenter, mark.name)
            if index % self.columns == 0:
                left = area.left() - 6 - metrics.horizontalAdvance(mark.row)
                painter.drawText(QPointF(left, field.center().y() + metrics.capHeight() / 2), mark.row)

    def paint_legend(self, painter: QPainter, entries: Sequence[Entry], table: theme.Tokens) -> None:
        """Paint the legend in the painter's font."""
        metrics = QFontMetricsF(painter.font())
        low, high = self._ends()
        for entry in entries:
            x, base = entry.place.left(), entry.place.top() + metrics.ascent()
            painter.setPen(QColor(table.text_soft))
            painter.drawText(QPointF(x, base), low)
            x += metrics.horizontalAdvance(low) + GAP
            ramp = QLinearGradient(QPointF(x, 0), QPointF(x + RAMP, 0))
            for share in (0.0, 1.0):
                ramp.setColorAt(share, self._ground(share, table))
            painter.fillRect(QRectF(x, entry.place.center().y() - 5, RAMP, 10), ramp)
            painter.drawText(QPointF(x + RAMP + GAP, base), high)
            x += RAMP + 2 * GAP + metrics.horizontalAdvance(high)
            painter.drawText(QPointF(x, base), entry.words)

    def _ends(self) -> tuple[str, str]:
        """The least and the largest mean, as they are written."""
        known = sorted((mark for mark in self.marks if mark.known), key=lambda mark: mark.mean)
        low, high = (
            (mark.figure or f"{mark.mean:.3g}" for mark in (known[0], known[-1])) if known else ("", "")
        )
        return low, high

    def _ground(self, share: float, table: theme.Tokens) -> QColor:
        ground = QColor(table.series)
        ground.setAlphaF(FAINT + (FULL - FAINT) * share)
        return ground

    def _field(self, index: int, area: QRectF) -> QRectF:
        half_width, half_height = self.reach(area)
        corner = QPointF(half_width - 1, half_height - 1)
        place = self.place_of(index, area)
        return QRectF(place - corner, place + corner)
