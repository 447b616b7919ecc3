"""Questions asked in the window itself instead of in a box over it: a name, and whether one is sure."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from core.base.words import say
from tp5gui import theme
from tp5gui.panels.label import Label


def button(text: str, help: str = "", name: str = "") -> QPushButton:
    """A button that Enter in a field does not press."""
    made = QPushButton(text)
    made.setAutoDefault(False)
    made.setToolTip(help)
    made.setObjectName(name)
    return made


class SureButton(QPushButton):
    """A button that asks back in its own words: only the second click counts.

    Signals
    -------
    asking() : it asks back; the time to say what follows from a second click.
    calmed() : the question is taken back, or answered.
    confirmed() : it was clicked once more.
    """

    asking = Signal()
    calmed = Signal()
    confirmed = Signal()

    def __init__(self, text: str, question: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._texts = text, question
        self._asking = False
        self.setAutoDefault(False)
        self.clicked.connect(self._on_clicked)

    def sizeHint(self) -> QSize:
        """Room for the longer text, so that nothing moves when it asks."""
        hint, metrics = super().sizeHint(), self.fontMetrics()
        wide = max(metrics.horizontalAdvance(text) for text in self._texts)
        return QSize(hint.width() - metrics.horizontalAdvance(self.text()) + wide, hint.height())

    def calm(self) -> None:
        """Take the question back."""
        if self._asking:
            self._ask(False)
            self.calmed.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        event.accept()  # two quick clicks are a habit of the hand, not an answer

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.calm()
        super().focusOutEvent(event)

    def _on_clicked(self) -> None:
        if self._asking:
            self.calm()
            self.confirmed.emit()
        else:
            self._ask(True)
            self.asking.emit()

    def _ask(self, on: bool) -> None:
        self._asking = on
        self.setText(self._texts[on])


class NameRow(QWidget):
    """Asks for a name: a prompt, and below it a field and a button that accepts it; Escape cancels.

    Signals
    -------
    taken(str) : the name, without space around it.
    cancelled() : the person cancelled.
    """

    taken = Signal(str)
    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._prompt = Label()
        self._prompt.setWordWrap(True)
        self.field = QLineEdit()
        self.field.setMaxLength(64)
        self._prompt.setBuddy(self.field)
        self.field.setMinimumWidth(12 * theme.SPACE)
        self.take = button("", "")
        self.cancel = button(say("Cancel"), say("Leave everything as it is."))
        rows, row = QVBoxLayout(self), QHBoxLayout()
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(theme.SPACE // 2)
        rows.addWidget(self._prompt)
        rows.addLayout(row)
        row.setSpacing(theme.SPACE)
        row.addWidget(self.field, 1)
        row.addWidget(self.take)
        row.addWidget(self.cancel)
        self.field.returnPressed.connect(self._on_take)
        self.take.clicked.connect(self._on_take)
        self.cancel.clicked.connect(self.cancelled)

    @property
    def name(self) -> str:
        """What stands in the field, without space around it."""
        return self.field.text().strip()

    def ask(self, prompt: str, name: str, take: str, help: str, *, can_cancel: bool = True) -> None:
        """Show the line with a name proposed."""
        self._prompt.setText(prompt)
        self.field.setAccessibleName(prompt)
        self.field.setToolTip(help)
        self.field.setText(name)
        self.take.setText(take)
        self.take.setToolTip(help)
        self.cancel.setVisible(can_cancel)
        self.show()

    def focus(self) -> None:
        """Go to the field, the proposed name ready to be overwritten."""
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)
        self.field.selectAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and not self.cancel.isHidden():
            self.cancelled.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()  # the field has had it; a dialog would press its default button
        else:
            super().keyPressEvent(event)

    def _on_take(self) -> None:
        self.taken.emit(self.name)
