"""How fast to train and how often to show: a limited speed, the time between frames, the rate shown."""

import math
import time

SLICE = 0.004  # s: how long a tick trains before it listens
FRAME = 0.033  # s: least time between two frames
PAINT_SHARE = 3  # the next frame waits this many times as long as the last one took to paint
MAKE_SHARE = 2  # and this many times as long as it took to make
AS_FAST_AS_IT_GOES = math.inf


class Allowance:
    """The epochs that a limited speed has earned and not yet had.

    Attributes
    ----------
    speed : epochs a second at most; infinity for as fast as it goes.
    """

    def __init__(self) -> None:
        self.speed = AS_FAST_AS_IT_GOES
        self._epochs = self._counted_at = 0.0

    def limit(self, speed: float) -> None:
        """Train at most this fast from now on."""
        self.speed, self._epochs = speed, 0.0

    def restart(self) -> None:
        """Count from now on."""
        self._counted_at, self._epochs = time.perf_counter(), 0.0

    def earn(self, now: float) -> None:
        """Count the time up to `now`; what a slow tick missed is not made up for beyond a slice."""
        earned = self._epochs + (now - self._counted_at) * self.speed
        self._epochs, self._counted_at = min(earned, self.speed * SLICE + 1), now

    def available(self) -> bool:
        """Whether an epoch may be trained."""
        return self._epochs >= 1

    def spend(self) -> None:
        """An epoch was trained."""
        self._epochs -= 1

    def interval(self) -> int:
        """Milliseconds between two ticks: none at full speed, else half of what an epoch has, 1 to 15."""
        return max(1, min(15, int(500 / self.speed))) if math.isfinite(self.speed) else 0


class FramePace:
    """When the next frame is due: painting holds Python's lock, so frames are paced by what they cost."""

    def __init__(self) -> None:
        self._next = 0.0

    def due(self, now: float) -> bool:
        """Whether it is time for a frame."""
        return now >= self._next

    def made(self, tick: float, start: float) -> None:
        """A frame begun at `start` in the tick of time `tick` has just been made."""
        now = time.perf_counter()
        self._next = max(tick + FRAME, now + MAKE_SHARE * (now - start))

    def painted(self, seconds: float) -> None:
        """The window has just painted the last frame, in this time."""
        self._next = max(self._next, time.perf_counter() + max(FRAME - seconds, PAINT_SHARE * seconds))


class Rate:
    """Epochs a second over the last half second or so."""

    def __init__(self) -> None:
        self._since, self._epoch, self._value = 0.0, 0, 0.0

    def restart(self, epoch: int) -> None:
        """Forget what was; counting starts at `epoch` now."""
        self._since, self._epoch, self._value = time.perf_counter(), epoch, 0.0

    def measure(self, epoch: int) -> float:
        """The rate at `epoch` now."""
        now = time.perf_counter()
        if now - self._since > 0.4 and epoch > self._epoch:  # a slow run trains none for a while
            self._value = (epoch - self._epoch) / (now - self._since)
            self._since, self._epoch = now, epoch
        return self._value
