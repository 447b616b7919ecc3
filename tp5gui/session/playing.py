"""The clock of the film that plays a run: which of its moments is shown when. No widget."""

import math
import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from core.base.words import say

SPEEDS = (2.0, 5.0, 10.0, 20.0, 60.0)
"""Seconds that a whole run takes, to choose from."""

USUAL = 10.0
LEAST = 1 / 60  # s from picture to picture, at least
LONGEST = 0.25  # s that count between two of them, at most: a film that had to wait does not leap


def about_time() -> str:
    """How time runs in the film, for people."""
    return say(
        "The film goes from point to point of the curves, which are denser early: so one sees the first "
        "epochs too, in which most is learned."
    )


class Playing(QObject):
    """Plays the moments of a run, forwards to now or backwards to the start.

    Time runs along the moments as they follow each other, not along their epochs: they are the points of the
    curves, denser early, and by epochs the early learning would be over in a blink. The next moment comes
    only after the last one was shown; where showing takes long, moments are left out, and the film keeps its
    speed.

    Parameters
    ----------
    clock : gives the time in seconds.

    Signals
    -------
    moved(int) : this epoch is to be shown, and then `shown` to be called.
    ended() : the film has come to its end by itself: forwards at now, backwards at the start.
    changed() : it plays, or plays no more, or otherwise.
    """

    moved = Signal(int)
    ended = Signal()
    changed = Signal()

    def __init__(
        self, parent: QObject | None = None, *, clock: Callable[[], float] = time.perf_counter
    ) -> None:
        super().__init__(parent)
        self._clock = clock
        self._moments: NDArray[np.int64] = np.zeros(0, dtype=np.int64)
        self._speed = USUAL
        self._way = 0  # 1 forwards, -1 backwards, 0 while it does not play
        self._forwards = True
        self._place = 0.0  # among the moments, by number, and a part of the way to the next
        self._counted = self._told = 0.0  # when it was there, and when a moment was last to be shown
        self._waits = False  # for `shown`
        self._epoch: int | None = None  # that was last to be shown
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self.tick)

    @property
    def plays(self) -> bool:
        """Whether it plays."""
        return self._way != 0

    @property
    def forwards(self) -> bool:
        """Whether it plays forwards, or did when it last played."""
        return self._forwards

    @property
    def speed(self) -> float:
        """Seconds that the whole run takes, whatever its length."""
        return self._speed

    @speed.setter
    def speed(self, seconds: float) -> None:
        if seconds == self._speed:
            return
        self._advance()
        self._speed = seconds
        self._plan()
        self.changed.emit()

    def set_moments(self, moments: NDArray[np.int64]) -> None:
        """Take the epochs (K,) of the moments, rising. A film that plays goes on from the epoch it is at."""
        if self.plays and len(moments):
            self._advance()
            epoch = np.interp(self._place, np.arange(len(self._moments)), self._moments)
            self._place = float(np.interp(epoch, moments, np.arange(len(moments))))
        self._moments = moments
        if self.plays:
            if len(moments) < 2:
                self.stop()
            else:
                self._plan()

    def play(self, forwards: bool, start: int | None = None) -> None:
        """Play from an epoch on, None for now.

        From the end of its way it plays the whole run: forwards from now it begins at the start, backwards
        from the start at now. With fewer than two moments there is nothing to play.
        """
        last = len(self._moments) - 1
        if last < 1:
            return
        place = float(last)
        if start is not None:
            place = float(np.interp(start, self._moments, np.arange(last + 1)))
        if forwards and place >= last:
            place = 0.0
        elif not forwards and place <= 0:
            place = float(last)
        self._way, self._forwards, self._place = 1 if forwards else -1, forwards, place
        self._counted = self._clock()
        self._told, self._waits, self._epoch = -math.inf, False, None
        self.changed.emit()
        self._show()

    @Slot()
    def stop(self) -> None:
        """Play no more; what is shown stays."""
        if self.plays:
            self._way = 0
            self._timer.stop()
            self.changed.emit()

    @Slot()
    def shown(self) -> None:
        """The last moment that was to be shown is on the screen: the next one may come."""
        if self._waits:
            self._waits = False
            self._plan()

    @Slot()
    def tick(self) -> None:
        """Show the moment whose time has come, if one has; the film does this by itself."""
        if self.plays and not self._waits:
            self._advance()
            self._show()

    def _advance(self) -> None:
        """Go as far as the time since it last went allows."""
        if not self.plays:
            return
        now = self._clock()
        passed, self._counted = min(max(now - self._counted, 0.0), LONGEST), now
        last = len(self._moments) - 1
        self._place = min(max(self._place + self._way * passed * last / self._speed, 0.0), float(last))

    def _show(self) -> None:
        """Have the moment shown that the film has reached, and end it at its last one."""
        last = len(self._moments) - 1
        epoch = int(self._moments[self._reached()])
        ends = self._place >= last if self._forwards else self._place <= 0
        if epoch != self._epoch and self._clock() - self._told >= LEAST - 1e-6:
            self._epoch, self._told, self._waits = epoch, self._clock(), True
            self.moved.emit(epoch)
        elif epoch != self._epoch:
            ends = False  # the last picture has its time too
        if ends and self.plays:  # whoever was told may have stopped it
            self.stop()
            self.ended.emit()
        else:
            self._plan()

    def _reached(self) -> int:
        """Which moment the film has come to: of the two around its place, the one that it came by."""
        return math.floor(self._place + 1e-9) if self._forwards else math.ceil(self._place - 1e-9)

    def _plan(self) -> None:
        """Wake up when the next moment is due."""
        if not self.plays or self._waits:
            self._timer.stop()
            return
        away = self._reached() + self._way - self._place  # moments to the next one
        due = abs(away) * self._speed / (len(self._moments) - 1) - (self._clock() - self._counted)
        rest = LEAST - (self._clock() - self._told)
        wait = min(max(due, rest, 0.0), LONGEST / 2)  # what is longer would not count as a whole
        self._timer.start(max(1, math.ceil(1000 * wait)))
