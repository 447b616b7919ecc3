"""What there is to say of the settings, in a place above them whose height stays."""

from collections.abc import Iterable

from PySide6.QtCore import QEvent
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from core.base.words import say
from tp5gui import theme
from tp5gui.panels.label import Label
from tp5gui.panels.passage import Passage

LINES = 8  # of words, at most; what is longer scrolls


class Board(QWidget):
    """A lesson, or in its place what was refused, and below it what waits for a new run.

    It is as high as the longest of some lessons is in its width: whichever of them it tells, nothing moves.

    Parameters
    ----------
    lessons : those, in the language in use.

    Attributes
    ----------
    lesson : what an experiment teaches.
    stale : says that some settings wait for the next start; hidden where none does.
    back : the button that goes back to the settings of the run; hidden where they are in use.
    refused : why a value is not in use; hidden where all are.
    """

    def __init__(self, lessons: Iterable[str]) -> None:
        super().__init__()
        self._lessons = tuple(lessons)
        self.lesson, self.refused = Passage("soft"), Passage("reason")
        self.lesson.setAccessibleName(say("What this experiment teaches"))
        self.refused.setAccessibleName(say("What is not in use yet"))
        self.stale = Label(say("The marked settings wait for a new run."))
        self.stale.setObjectName("stale")
        self.stale.setWordWrap(True)
        self.back = QPushButton(say("Go back"))
        self._said = QStackedWidget()
        self._said.addWidget(self.lesson)
        self._said.addWidget(self.refused)
        waiting, column = QHBoxLayout(), QVBoxLayout(self)
        waiting.setSpacing(theme.SPACE)
        waiting.addWidget(self.stale, 1)
        waiting.addWidget(self.back)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE // 2)
        column.addWidget(self._said, 1)
        column.addLayout(waiting)
        self.say_waiting(waits=False, running=False)
        self._fit()

    def say_lesson(self, words: str) -> None:
        """Tell what an experiment teaches."""
        self.lesson.setText(words)

    def say_refused(self, words: str) -> None:
        """Tell why a value is not in use; no words bring the lesson back."""
        self.refused.setText(words)
        self._said.setCurrentWidget(self.refused if words else self.lesson)

    def say_waiting(self, *, waits: bool, running: bool) -> None:
        """Tell whether settings wait for a new run, and whether the run that one can go back to trains."""
        words = say("Back to what is running") if running else say("Back to the run shown")
        self.back.setToolTip(words)
        self.back.setAccessibleName(words)
        if self.back.hasFocus() and not waits:
            self.setFocus()  # Qt would put it on some other button
        for widget in (self.stale, self.back):
            widget.setVisible(waits)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    def _fit(self) -> None:
        longest = max(self.lesson.height_for(words, self.width()) for words in self._lessons)
        self.setFixedHeight(min(longest, LINES * self.fontMetrics().lineSpacing()))
