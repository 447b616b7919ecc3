"""What trains is made ready beside the window: compiled once on a machine, and read at every later start.

`core.compiled.preparing` is imported when it is used: the first window does not wait for it.
"""

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from tp5gui.session.background import Background
from tp5gui.session.pacing import SLICE

if TYPE_CHECKING:
    from core.compiled.preparing import Preparation


class Aside:
    """Prepares in a thread of the pool once a run is shown; a compilation has processes of its own."""

    def __init__(self) -> None:
        self._background = Background()
        self._ended = threading.Event()
        self._claimed = False

    def claim(self) -> None:
        """From now on training waits for this."""
        self._claimed = _epochs().claim()

    def begin(self) -> None:
        """Begin, if it was not begun."""
        if self._claimed:
            self._claimed = False
            self._background.ask(self._prepare)

    def end(self) -> None:
        """Stop; what was compiled by then is lost."""
        if self._ended.is_set():
            return
        self._ended.set()
        if self._claimed:
            self._claimed = False
            _epochs().give_back()
        self._background.retire()

    def _prepare(self) -> None:
        _epochs().prepare(self._ended.is_set, aside=True, claimed=True)


class Awaited(QObject):
    """Waits in the training thread for what trains, a slice of time at a call, so that orders are heard.

    Signals
    -------
    said(str) : what is waited for, in the window's words; none once nothing is.
    """

    said = Signal(str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._words = ""

    def ready(self, engine: str, stopped: Callable[[], bool]) -> bool:
        """Whether a run of this engine can train now; if not, a slice has passed, or `stopped` was True."""
        if engine == "torch" or _epochs().ready:
            self.give_up()
            return True
        if _epochs().under_way(SLICE):
            self._say(_epochs().words())
            return False
        return _epochs().prepare(stopped, aside=True)  # nobody else does it

    def give_up(self) -> None:
        """Wait no longer."""
        self._say("")

    def _say(self, words: str) -> None:
        if words != self._words:
            self._words = words
            self.said.emit(words)


def _epochs() -> "Preparation":
    from core.compiled import preparing

    return preparing.EPOCHS
