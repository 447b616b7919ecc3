"""A line of words: where it has no room it ends in an ellipsis, and its tool tip says it whole."""

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy

from tp5gui import theme
from tp5gui.panels.label import LONGEST, Label
from tp5gui.words import folded, harmless

CENTRED = Qt.AlignmentFlag.AlignCenter
SIDE = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class Note(Label):
    """A quiet label in tabular figures that never makes its neighbours wider.

    Qt lays out the whole window anew, which costs 1 ms, when the words of a label change; where a note is as
    wide as its place whatever it says, other words are only painted.
    """

    def __init__(
        self,
        place: Qt.AlignmentFlag = CENTRED,
        elides: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
    ) -> None:
        self._words, self._elides = "", elides
        super().__init__()
        self.setObjectName("soft")
        self.setAlignment(place)
        self.setFont(theme.figure_font(self.font()))
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def text(self) -> str:
        return self._words

    def setText(self, text: str) -> None:
        before, self._words = self._words, harmless(text[:LONGEST])
        if not (before and text) or self.sizePolicy().horizontalPolicy() != QSizePolicy.Policy.Ignored:
            super().setText(text)
            self.setAccessibleName("")  # which would stand before the words
        elif before != self._words:
            self.setAccessibleName(self._words)
            self.update()

    def become(self, name: str, place: Qt.AlignmentFlag) -> None:
        """Take the style of this name, and a place for the words that suits it."""
        self.setAlignment(place)
        theme.set_style(self, objectName=name)
        # polishing alone leaves a frame's padding as it was (Qt 6.11)
        QCoreApplication.sendEvent(self, QEvent(QEvent.Type.StyleChange))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, whole, room = QPainter(self), self.text(), self.contentsRect()
        words = self.fontMetrics().elidedText(whole, self._elides, room.width())
        self.setToolTip(folded(whole) if words != whole else "")
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(room, self.alignment(), words)
