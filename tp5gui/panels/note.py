"""A quiet line of words: where it has no room it ends in an ellipsis, and its tool tip says it whole."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy

from tp5gui import theme


class Note(QLabel):
    """A label, centred, in tabular figures, that never makes its neighbours wider."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("soft")
        self.setFont(theme.figure_font(self.font()))
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        words = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        self.setToolTip(self.text() if words != self.text() else "")
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, words)
