"""A line of text that counts once it is committed."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QStyle, QStyleOptionFrame

GAP = 3  # px that Qt leaves in a line on either side of its text, the cursor's own among them


class Line(QLineEdit):
    """A line whose text counts once it is committed; Escape goes back to the text in use, and selects it.

    Signals
    -------
    reverted() : the text in use is back.
    """

    reverted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._in_use = ""

    @property
    def uncommitted(self) -> bool:
        """Whether another text stands here than the one in use."""
        return self.text() != self._in_use

    def settle(self, text: str) -> None:
        """Show a text that is in use; what was typed before cannot be undone to any more."""
        self._in_use = text
        self.setText(text)
        self._show_start()

    def hold(self) -> None:
        """Keep a text that is not in use: it was committed, so that it is no typing that one could undo."""
        place = self.cursorPosition()
        self.setText(self.text())
        self.setCursorPosition(place)

    def width_for(self, text: str) -> int:
        """How wide the line is in which this text can be read whole, in px."""
        return width_for(self, text)

    def revert(self) -> None:
        """Go back to the text in use."""
        self.setText(self._in_use)
        self.reverted.emit()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and self._reverts(event):
            event.accept()  # no shortcut takes the key
            return True
        return super().event(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._show_start()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._reverts(event):
            self.revert()
            self.selectAll()  # so that what is typed next takes its place
        else:
            super().keyPressEvent(event)

    def _show_start(self) -> None:
        """Show how a long text begins while nobody writes in it: not the end of 300, 200, 100."""
        if not self.hasFocus():
            self.setCursorPosition(0)

    def _reverts(self, event: QEvent) -> bool:
        escape = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape
        return escape and self.uncommitted


def width_for(line: QLineEdit, text: str) -> int:
    """How wide a line is in which a text can be read whole, in px."""
    option = QStyleOptionFrame()
    line.initStyleOption(option)
    room = line.style().subElementRect(QStyle.SubElement.SE_LineEditContents, option, line)
    around = line.width() - room.width() + 2 * GAP
    return line.fontMetrics().horizontalAdvance(text) + around
