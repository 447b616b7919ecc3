"""What a canvas shows while it has nothing to show: one sentence that says what to do."""

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from tp5gui import theme

FLAGS = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap


def paint_empty(painter: QPainter, area: QRect, hint: str) -> None:
    """Paint a hint in the middle of an area, broken into lines where it is long."""
    painter.setPen(QColor(theme.tokens().text_soft))
    painter.drawText(_room(area), FLAGS, hint)


def has_room(metrics: QFontMetrics, area: QRect, hint: str) -> bool:
    """Whether a hint fits into an area whole."""
    room = _room(area)
    return room.contains(metrics.boundingRect(room, FLAGS, hint))


def _room(area: QRect) -> QRect:
    margin = max(theme.SPACE, area.width() // 16)
    return area.adjusted(margin, theme.SPACE, -margin, -theme.SPACE)


class Hint(QWidget):
    """A hint over a canvas that is not ours to paint; the mouse goes through it."""

    def __init__(self, words: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._words = words
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def show_in(self, area: QRect, *, wanted: bool) -> None:
        """Say it in an area of the canvas if it is wanted and has room there."""
        self.setGeometry(area)
        self.setVisible(wanted and has_room(self.fontMetrics(), area, self._words))

    def paintEvent(self, event: QPaintEvent) -> None:
        paint_empty(QPainter(self), self.rect(), self._words)
