"""Places that move: where news of them comes seldom, they glide from the last to the next."""

import time

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Qt, QTimer, Signal

STEP = 20  # ms: fifty pictures a second, which leaves a screen of sixty some of its time
SLOWEST = 28  # ms: where the pictures are dear
SHARE = 7  # a picture of a glide comes after so many times what the last one cost
SMOOTH = 1 / 50  # s between news from which on places glide: what comes more often is seen as one movement
LONGEST = 0.25  # s that a glide lasts at most

Places = NDArray[np.float32]


class Glide(QObject):
    """Places (N, 2) on their way.

    Signals
    -------
    moved() : they are elsewhere by now.
    """

    moved = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._start = self._end = np.zeros((0, 2), dtype=np.float32)
        self._began, self._length, self._told = 0.0, 0.0, 0.0
        self._step = STEP
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._on_time)

    @property
    def end(self) -> Places:
        """Where the places are in truth."""
        return self._end

    @property
    def now(self) -> Places:
        """Where they are painted: on the way, and in the end exactly where they are."""
        share = (time.perf_counter() - self._began) / self._length if self._length else 1.0
        if share >= 1.0:
            return self._end
        return self._start + np.float32(max(share, 0.0)) * (self._end - self._start)

    @property
    def step(self) -> int:
        """Milliseconds between two pictures of a glide."""
        return self._step

    def put(self, places: Places) -> None:
        """Be there at once."""
        self._timer.stop()
        self._end, self._length, self._told = places, 0.0, time.perf_counter()
        self.moved.emit()

    def send(self, places: Places) -> None:
        """Be there by the time when the next news is expected, if that is long."""
        told = time.perf_counter()
        since = told - self._told
        if since < SMOOTH or places.shape != self._end.shape:
            self.put(places)
            return
        self._start, self._end = self.now, places
        self._began = self._told = told
        self._length = min(since, LONGEST)
        self._timer.start(self._step)

    def costs(self, seconds: float) -> None:
        """It took so long to paint the places once: the dearer, the more seldom."""
        self._step = round(min(SLOWEST, max(STEP, 1000 * SHARE * seconds)))

    def arrive(self) -> None:
        """Be at the end of the way at once."""
        self.put(self._end)

    def _on_time(self) -> None:
        if time.perf_counter() - self._began >= self._length:
            self._timer.stop()
        self.moved.emit()
