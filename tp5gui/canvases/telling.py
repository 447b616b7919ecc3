"""What is said of a picture to who does not see it: when it is asked for, and aloud once it has settled."""

from collections.abc import Callable
from functools import cache

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QAccessibleInterface
from PySide6.QtWidgets import QAccessibleWidget, QApplication, QWidget

from core.base.words import one_line

SETTLED = 700  # ms that nothing may change before it is told

ENDS = ("", ".", "!", "?", "…")  # of a sentence, or of nothing

Words = Callable[[], str]
"""Puts into a sentence what a widget shows at the moment."""

_last = ""  # what was told last, by whichever view: a drawing is shown in two panels


class Telling(QObject):
    """Tells a screen reader what a widget shows; without one, nothing is put into words.

    A view says `show` as often as it likes, at every frame as well. What changes from frame to frame is told
    when it has come to rest: from the widget that has the focus, or where `always` says so, from anyone that
    can be seen. What a widget shows at first is no news and is not told.

    Parameters
    ----------
    widget : what is told of.
    role : what a screen reader calls such a thing; None leaves it what it is to Qt.

    Attributes
    ----------
    always : whether it is told wherever the focus is.

    Signals
    -------
    told(str) : these words were handed to the screen reader.
    """

    told = Signal(str)

    def __init__(
        self, widget: QWidget, role: QAccessible.Role | None = None, *, always: bool = False
    ) -> None:
        super().__init__(widget)
        self.role, self.always = role, always
        self._widget = widget
        self._words: Words | None = None
        self._news: tuple[object, ...] | None = None
        self._told = ""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SETTLED)
        self._timer.timeout.connect(self.on_settled)

    def show(self, words: Words, *news: object) -> None:
        """Say how to put into words what is shown; these are told when one of the `news` has changed."""
        before, self._news, self._words = self._news, news, words
        if before is not None and before != news and QAccessible.isActive():
            self._timer.start()

    def forget(self) -> None:
        """What was shown is gone: the same words are news when they come again."""
        global _last
        if _last == self._told:
            _last = ""
        self._told = ""
        self.show(str, "")

    @property
    def words(self) -> str:
        """What the widget shows now, as sentences on one line; "" while there is nothing to say."""
        words = "" if self._words is None else one_line(self._words())
        return words if words[-1:] in ENDS else f"{words}."

    @property
    def description(self) -> str:
        """What it shows now, and what there is to know about it."""
        about = self._widget.accessibleDescription() or self._widget.toolTip()
        return " ".join((self.words, one_line(about))).strip()

    @Slot()
    def on_settled(self) -> None:
        """Tell what is shown, if the person is there to hear it and has not just heard it."""
        if not (self._has_focus() or (self.always and not self._widget.visibleRegion().isEmpty())):
            return
        global _last
        words = self.words
        if words and words not in (self._told, _last):
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self._widget, words))
            self.told.emit(words)
            _last = words
        self._told = words

    def _has_focus(self) -> bool:
        focused = QApplication.focusWidget()
        return focused is not None and (focused is self._widget or self._widget.isAncestorOf(focused))


class _Told(QAccessibleWidget):
    """A widget with a `telling` as Qt presents it to a screen reader.

    It keeps no hold of either: PySide keeps what is left of it when both are gone.
    """

    def text(self, kind: QAccessible.Text) -> str:
        if kind is not QAccessible.Text.Description:
            return super().text(kind)
        telling = _telling_of(self.object())
        return "" if telling is None else telling.description


def _telling_of(thing: QObject) -> Telling | None:
    telling = getattr(thing, "telling", None)
    return telling if isinstance(telling, Telling) else None


def _presented(key: str, thing: QObject) -> QAccessibleInterface | None:
    telling = _telling_of(thing)
    if telling is None or telling.role is None or not isinstance(thing, QWidget):
        return None
    return _Told(thing, telling.role)


@cache
def install() -> None:
    """Have Qt present every widget that has a `telling` to screen readers by its role and its words."""
    QAccessible.installFactory(_presented)
