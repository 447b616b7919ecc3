"""The line at the foot of the window: what was done, for a while, and what went wrong, until it was read."""

from PySide6.QtCore import QCoreApplication, QEvent, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAccessible, QAccessibleEvent, QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStatusBar, QToolButton, QWidget

from core.base.words import say
from tp5gui import theme
from tp5gui.canvases.telling import Telling
from tp5gui.icons import icon, looks_otherwise
from tp5gui.panels.label import Label
from tp5gui.panels.note import SIDE, Note
from tp5gui.words import folded

SHARE = 5  # of the line, one part at least is for what is said beside a fault


class Status(QStatusBar):
    """Shows messages as any status bar does, and faults, with a sign of their own, which no message covers.

    A fault stays until the person dismisses it, or until what they do next settles it. Below it lies the one
    before. What stands, a question or what is waited for, stays until it is taken back by who said it; a
    message comes before it, and what was said last before what was said earlier.

    Attributes
    ----------
    dismiss : the button that puts the fault away.

    Signals
    -------
    faulted(bool) : whether a fault stands, at every change.
    """

    faulted = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._faults: list[tuple[str, bool]] = []  # words, and whether they last; the newest at the end
        self._standing: dict[str, str] = {}  # by who says it; the newest at the end
        self._said = ""  # the message that was said last, until it is gone
        sign = Label()
        sign.setObjectName("sign")
        self._words, self._beside = Note(SIDE), Note(SIDE)
        self._words.setObjectName("fault")
        # the fault takes what it needs, and what is said beside it the rest, a share of the line at least
        self._words.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._words.setMinimumWidth(1)
        self.dismiss = QToolButton()
        self.dismiss.setAccessibleName(say("Dismiss"))
        self.dismiss.setToolTip(say("Put this message away."))
        self.dismiss.clicked.connect(self._on_dismiss)
        self._row = QWidget()
        row = QHBoxLayout(self._row)
        row.setContentsMargins(theme.SPACE // 2, 0, 0, 0)
        row.setSpacing(theme.SPACE)
        row.addWidget(sign)
        row.addWidget(self._words)
        row.addWidget(self._beside, 1)
        row.addWidget(self.dismiss)
        self.addPermanentWidget(self._row, 1)
        self._telling = Telling(self, always=True)
        self._telling.show(self.currentMessage)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._on_time)
        self.messageChanged.connect(self._on_message)
        self.setSizeGripEnabled(False)
        self._dress()
        self._show()

    @property
    def fault(self) -> str:
        """What went wrong and was not read yet, the newest; empty for nothing."""
        return self._faults[-1][0] if self._faults else ""

    def fail(self, words: str, *, lasting: bool = False) -> None:
        """Say what went wrong; where it is `lasting`, it stays until it is dismissed, whatever is done."""
        self.clearMessage()
        self._faults = [fault for fault in self._faults if fault[0] != words]
        self._faults.append((words, lasting))
        self._show()
        QAccessible.updateAccessibility(QAccessibleEvent(self._words, QAccessible.Event.Alert))

    def go_on_from(self, before: "Status") -> None:
        """Say the faults that another line said, and what stood there."""
        self._faults, self._standing = before._faults, before._standing
        self._show()

    def stand(self, who: str, words: str, *, under: bool = False) -> None:
        """Say what holds until the same one says something else; without words it no longer does.

        `under` all else that stands it is said only when that no longer does.
        """
        before = self._standing.pop(who, "")
        if words:
            said = {who: words}
            self._standing = said | self._standing if under else self._standing | said
            self.showMessage(self._newest)
        elif before and before == (self._beside.text() if self._faults else super().currentMessage()):
            self.clearMessage()

    @property
    def stands(self) -> bool:
        """Whether a question, or what is waited for, stands."""
        return bool(self._standing)

    def settle(self) -> None:
        """What was said last no longer holds, because of what the person did."""
        self._faults = [fault for fault in self._faults if fault[1]]
        self.clearMessage()
        self._show()

    def currentMessage(self) -> str:
        return self.fault or super().currentMessage()

    def showMessage(self, message: str, timeout: int | None = 0) -> None:
        """Say what was done, for some milliseconds or until the next message, beside a fault that stands."""
        self._said = message
        self._telling.show(lambda: message, message)
        if not self._faults:
            super().showMessage(message, timeout or 0)
            return
        self._say_beside(message)
        self._timer.stop()
        if timeout:
            self._timer.start(timeout)

    def clearMessage(self) -> None:
        self._on_time()
        super().clearMessage()

    @property
    def _newest(self) -> str:
        """What stands and was said last, "" for nothing."""
        return next(reversed(self._standing.values()), "")

    @Slot()
    def _on_time(self) -> None:
        """Beside a fault, what was done is said no longer."""
        self._say_beside(self._newest if self._faults else "")
        self._forget()

    def _on_message(self, message: str) -> None:
        if not message:
            self._forget()
        if not message and self._standing:  # not at once: others have yet to hear that it is gone
            QTimer.singleShot(0, self, self._say_standing)

    def _forget(self) -> None:
        """A message is gone, and said again it is told again; what stands comes back untold."""
        if self._said != self._newest:
            self._said = ""
            self._telling.forget()

    @Slot()
    def _say_standing(self) -> None:
        """Say again what stands, unless something else has been said meanwhile."""
        if self._standing and not super().currentMessage():
            self.showMessage(self._newest)

    def changeEvent(self, event: QEvent) -> None:
        if looks_otherwise(event):
            self._dress()
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            QCoreApplication.postEvent(self, QEvent(QEvent.Type.LayoutRequest))  # Qt keeps the old height
        super().changeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Write the message; where it has no room it ends in an ellipsis, and the tool tip says it whole."""
        whole, room = super().currentMessage(), self.rect().adjusted(theme.SPACE, 0, -theme.SPACE, 0)
        words = self.fontMetrics().elidedText(whole, Qt.TextElideMode.ElideRight, room.width())
        self.setToolTip(folded(whole) if words != whole else "")
        painter = QPainter(self)
        painter.setPen(QColor(theme.tokens().text_soft))
        if not self._faults:
            painter.drawText(room, SIDE, words)

    def _say_beside(self, words: str = "") -> None:
        self._beside.setText(words)
        self._beside.setMinimumWidth(min(self._beside.sizeHint().width(), self.width() // SHARE))

    def _on_dismiss(self) -> None:
        self._faults.pop()
        self._show()

    def _show(self) -> None:
        self._words.setText(self.fault)
        self._words.setAccessibleName(say("Fault: {words}", words=self.fault) if self.fault else "")
        self.dismiss.setAccessibleDescription(self.fault)
        self._row.setVisible(bool(self._faults))
        self.faulted.emit(bool(self._faults))
        if not self._faults:
            self._say_standing()

    def _dress(self) -> None:
        self.dismiss.setIcon(icon("close"))
