"""What moves: where news of it comes seldom, it glides from the last to the newest."""

import math
import time

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QWidget

from tp5gui.canvases.canvas import on_paper

STEP = 20  # ms: fifty pictures a second, which leaves a screen of sixty some of its time
SLOWEST = 33  # ms: where the pictures are dear, or nothing goes from place to place but colours change
SHARE = 7  # a picture of a glide comes after so many times what the last one cost
SMOOTH = 1 / 50  # s between news from which on it glides: what comes more often is seen as one movement
CLOSE = 0.01  # of the way: news that is as near to its end corrects the end, and is no way of its own

Values = NDArray[np.float32]


class Way:
    """Values of any shape on the way from where they were to where they are. Times are in seconds.

    Attributes
    ----------
    end : where they are in truth.
    """

    def __init__(self) -> None:
        self._start = self.end = np.zeros(0, dtype=np.float32)
        self._began = self._length = 0.0
        self._told = -math.inf  # when there was news of them

    def at(self, now: float) -> Values:
        """Where they are shown: evenly on the way, and in the end exactly where they are."""
        if not self.goes_on(now):
            return self.end
        share = max(now - self._began, 0.0) / self._length
        return np.asarray(self._start + np.float32(share) * (self.end - self._start))

    def goes_on(self, now: float) -> bool:
        """Whether they have not arrived."""
        return self._length > 0 and now - self._began < self._length

    def send(self, values: Values, now: float, most: float) -> None:
        """Be there after as long as there was no news, `most` seconds at most; at once if that is short.

        At once also where values are of another shape, or not finite. What is overtaken on its way goes on
        from where it is.
        """
        glides = most > 0 and values.shape == self.end.shape
        if glides and self._corrects(values):
            self.end = values
            return
        here, since = self.at(now), now - self._told
        self._start = self.end = values
        self._told = self._began = now
        self._length = 0.0
        if glides and since >= SMOOTH and _can_go(here, values):
            self._start, self._length = here, min(since, most)

    def _corrects(self, values: Values) -> bool:
        """Whether this is the same news once more, but for rounding."""
        with np.errstate(invalid="ignore", over="ignore"):
            off, way = (np.abs(side - self.end).max(initial=0.0) for side in (values, self._start))
        return bool(off <= CLOSE * way)


def _can_go(here: Values, there: Values) -> bool:
    with np.errstate(invalid="ignore", over="ignore"):
        return bool(np.isfinite(there - here).all())


class Glide(QObject):
    """What of a view moves, by name; the view is painted anew while anything does, and it can be seen.

    Parameters
    ----------
    view : what is painted.
    step : milliseconds between two pictures of a glide, at least.

    Signals
    -------
    moved() : something is elsewhere by now.
    """

    moved = Signal()

    def __init__(self, view: QWidget, step: int = SLOWEST) -> None:
        super().__init__(view)
        self._view = view
        self._ways: dict[str, Way] = {}
        self._least = self._step = step
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._on_time)
        self.moved.connect(view.update)
        view.installEventFilter(self)

    @property
    def step(self) -> int:
        """Milliseconds between two pictures of a glide."""
        return self._step

    def send(self, name: str, values: Values, most: float = 0.0) -> None:
        """Have something at these values, by a glide of so many seconds at most; at once by none."""
        way, now = self._ways.setdefault(name, Way()), time.perf_counter()
        rests = not way.goes_on(now) and np.array_equal(way.end, values)
        way.send(values, now, most if most and self._is_seen() else 0.0)
        if way.goes_on(now) and not self._timer.isActive():
            self._timer.start(self._step)
        if not rests:
            self.moved.emit()

    def end(self, name: str) -> Values:
        """The values that something has in truth."""
        return self._ways[name].end

    def now(self, name: str) -> Values:
        """The values by which something is painted: where it rests, and on paper, those of truth."""
        way = self._ways[name]
        return way.end if on_paper() else way.at(time.perf_counter())

    def costs(self, seconds: float) -> None:
        """It took so long to paint the view once: the dearer, the more seldom."""
        self._step = round(min(SLOWEST, max(self._least, 1000 * SHARE * seconds)))

    def arrive(self) -> None:
        """Have everything where it is in truth."""
        for name, way in self._ways.items():
            self.send(name, way.end)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Hide:
            self.arrive()
            self._timer.stop()
        return False

    def _is_seen(self) -> bool:
        """Whether anything of the view is in sight: behind a tab Qt takes it for visible."""
        return self._view.isVisible() and not self._view.visibleRegion().isEmpty()

    def _on_time(self) -> None:
        now = time.perf_counter()
        if not any(way.goes_on(now) for way in self._ways.values()):
            self._timer.stop()
        self.moved.emit()
