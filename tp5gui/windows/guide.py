"""The first minute: four things to do, one after the other, in the line at the foot of the window."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolButton, QWidget

from core.base.words import say
from tp5gui import theme
from tp5gui.canvases.telling import Telling
from tp5gui.icons import icon, looks_otherwise
from tp5gui.panels.label import Label
from tp5gui.panels.note import SIDE, Note
from tp5gui.settings import Settings
from tp5gui.windows.rings import Ring

HINTS = ("draw", "start", "map", "pull")
"""The names of the hints in the settings, in their order."""


@dataclass(frozen=True, slots=True)
class Hint:
    """One thing to do.

    Attributes
    ----------
    name : one of `HINTS`.
    words : what to do, and what comes of it.
    place : the widget to do it with.
    """

    name: str
    words: str
    place: QWidget


class Guide(QWidget):
    """Shows one hint at a time, which goes when the person does what it says, or for good by a click.

    What was done or dismissed is known to every window and at the next start. Nothing is covered: the words
    have their place in the line at the foot, where messages come before them, and a ring around the place to
    go to lets every click through.

    Parameters
    ----------
    hints : what to do; those whose place is not in sight wait.
    in_sight : whether a widget can be seen.

    Attributes
    ----------
    words : the line of words.
    ring : around the place of the hint.
    skip, end : the buttons that put away this hint, and all of them.

    Signals
    -------
    ended() : the last hint was followed.
    """

    ended = Signal()

    def __init__(
        self, window: QWidget, settings: Settings, hints: Sequence[Hint], in_sight: Callable[[QWidget], bool]
    ) -> None:
        super().__init__()
        self._settings, self._hints, self._in_sight = settings, tuple(hints), in_sight
        self._done = settings.hints_done()
        self._message = self._fault = False  # something else is said in the same line
        self._hushed = False
        self._count = Label()
        self._count.setObjectName("soft")
        self.words = Note(SIDE)
        self.words.setObjectName("caption")
        self.words.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.words.setMinimumWidth(1)
        self._telling = Telling(self.words, always=True)
        self.skip, self.end = QToolButton(), QToolButton()
        self.skip.setText(say("Skip"))
        self.skip.setToolTip(say("Put this hint away for good."))
        self.end.setToolTip(say("No more hints. The Help menu brings them back."))
        self.end.setAccessibleName(say("No more hints"))
        self.skip.clicked.connect(self._on_skip)
        self.end.clicked.connect(self.dismiss)
        self._row = QWidget()  # whether this widget itself is shown is a matter of the line that holds it
        outer = QHBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._row)
        row = QHBoxLayout(self._row)
        row.setContentsMargins(theme.SPACE // 2, 0, 0, 0)
        row.setSpacing(theme.SPACE)
        for widget in (self._count, self.words, self.skip, self.end):
            row.addWidget(widget)
        self.ring = Ring()
        self._dress()
        window.installEventFilter(self)
        self.refresh()

    @property
    def hint(self) -> Hint | None:
        """What is to be done next; None where nothing is left, or nothing that can be seen."""
        return next((hint for hint in self._left() if self._in_sight(hint.place)), None)

    @property
    def over(self) -> bool:
        """Whether every hint was followed or dismissed."""
        return not self._left()

    def done(self, name: str) -> None:
        """The person did what a hint says, whether it was shown or not."""
        if name not in self._done:
            self._note([name])
            if self.over:
                self.ended.emit()

    @Slot()
    def dismiss(self) -> None:
        """Show no hint any more."""
        self._note(HINTS)

    @Slot()
    def begin_again(self) -> None:
        """Show all hints once more."""
        self._settings.forget_hints()
        self._done = frozenset()
        self.refresh()

    def retire(self) -> None:
        """Show nothing any more: another guide takes over."""
        self._hints = ()
        self.refresh()
        self.ring.deleteLater()

    def hush(self, on: bool) -> None:
        """Show nothing for the while, before a class, or go on."""
        self._hushed = on
        self.refresh()

    @Slot(str)
    def on_message(self, message: str) -> None:
        """Be quiet while a message stands in the same line; none is "" or nothing."""
        self._message = bool(message)
        self.refresh()

    @Slot(bool)
    def on_fault(self, on: bool) -> None:
        """Be quiet while a fault stands there."""
        self._fault = on
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Show the next hint, where there is one."""
        hint = None if self._fault or self._hushed else self.hint
        self._row.setVisible(hint is not None and not self._message)
        self.ring.surround(None if hint is None else hint.place)
        self._telling.show(self.words.text, "" if self._message or hint is None else hint.words)
        if hint is not None:
            number = self._hints.index(hint) + 1
            self._count.setText(say("{number} of {count}", number=number, count=len(self._hints)))
            self.words.setText(hint.words)
            self._keep_height()

    def _keep_height(self) -> None:
        """From the first hint on the line is that high, so that nothing above it moves when a hint goes."""
        self.setMinimumHeight(self._row.sizeHint().height())

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest and self.minimumHeight():
            self._keep_height()  # type may be smaller now
        return super().event(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.WindowActivate:
            self._done = self._settings.hints_done()  # another window may have shown them meanwhile
            self.refresh()
        return False

    def changeEvent(self, event: QEvent) -> None:
        if looks_otherwise(event):
            self._dress()
        super().changeEvent(event)

    def _left(self) -> list[Hint]:
        return [hint for hint in self._hints if hint.name not in self._done]

    def _note(self, names: Iterable[str]) -> None:
        """Remember that hints were followed or dismissed."""
        self._done |= frozenset(names)
        self._settings.note_hints(names)
        self.refresh()

    def _on_skip(self) -> None:
        if self.hint is not None:
            self._note([self.hint.name])

    def _dress(self) -> None:
        self.end.setIcon(icon("close"))
