"""A study of two settings: a field for every pair of values, the stronger in colour the larger its mean."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from tp5gui import theme
from tp5gui.canvases.study_mark import Mark

FAINT, FULL = 0.06, 0.36  # opacity of the least and of the largest mean; numbers must be legible on both


class StudyMap:
    """Marks row by row from the bottom, in columns of equal width."""

    def __init__(self, marks: Sequence[Mark], columns: int) -> None:
        self.marks, self.columns = marks, columns
        self._rows = max(1, -(-len(marks) // columns))

    def place_of(self, index: int, area: QRectF) -> QPointF:
        """The middle of a mark's field."""
        row, column = divmod(index, self.columns)
        half_width, half_height = self.reach(area)
        return QPointF(
            area.left() + (2 * column + 1) * half_width, area.bottom() - (2 * row + 1) * half_height
        )

    def reach(self, area: QRectF) -> tuple[float, float]:
        """Half the width and half the height of a field."""
        return area.width() / self.columns / 2, area.height() / self._rows / 2

    def paint(self, painter: QPainter, area: QRectF, table: theme.Tokens) -> None:
        """Paint everything but the names of the axes."""
        half_width, half_height = self.reach(area)
        means = [mark.mean for mark in self.marks if mark.known]
        low, spread = min(means), (max(means) - min(means)) or 1.0
        for index, mark in enumerate(self.marks):
            place = self.place_of(index, area)
            corner = QPointF(half_width - 1, half_height - 1)
            field = QRectF(place - corner, place + corner)
            if mark.known:
                ground = QColor(table.series)
                ground.setAlphaF(FAINT + (FULL - FAINT) * (mark.mean - low) / spread)
                painter.fillRect(field, ground)
                painter.setPen(QColor(table.text))
                painter.drawText(field, Qt.AlignmentFlag.AlignCenter, f"{mark.mean:.3g}")
            painter.setPen(QColor(table.text_soft))
            if index < self.columns:
                below = QRectF(field.left(), area.bottom() + 2, field.width(), 16)
                painter.drawText(below, Qt.AlignmentFlag.AlignCenter, mark.name)
            if index % self.columns == 0:
                width = painter.fontMetrics().horizontalAdvance(mark.row)
                painter.drawText(QPointF(area.left() - 6 - width, place.y() + 4), mark.row)
