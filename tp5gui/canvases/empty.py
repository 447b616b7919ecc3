"""What a canvas shows while it has nothing to show: one sentence that says what to do."""

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QPainter

from tp5gui import theme


def paint_empty(painter: QPainter, area: QRect, hint: str) -> None:
    """Paint a hint in the middle of an area, broken into lines where it is long."""
    margin = max(theme.SPACE, area.width() // 16)
    painter.setPen(QColor(theme.tokens().text_soft))
    flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
    painter.drawText(area.adjusted(margin, theme.SPACE, -margin, -theme.SPACE), flags, hint)
