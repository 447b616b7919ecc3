"""How fast to train and how often to show: a limited speed, the time between frames, the rate shown."""

import math
import time

SLICE = 0.05  # s: how long to train before listening again
SCREEN = 1 / 60  # s: least time between two glances, the time between two pictures of most screens
FRAME = 1 / 8  # s: least time between two whole frames: figures that change faster are not read
MAKE_SHARE = 9  # the next one waits this many times as long as the last one cost to make
PAINT_SHARE = 2  # and this many times as long as it cost to paint
LONGEST = 0.5  # s that it waits at most for what the last one cost to make
AS_FAST_AS_IT_GOES = math.inf
SPEEDS = (1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1000.0, 3000.0, 10_000.0, AS_FAST_AS_IT_GOES)
"""Epochs a second that a person can choose."""
IN_SIGHT = 10.0  # s that a run takes, about, where no speed was chosen


def pace(wish: float | None, epochs: int) -> float:
    """Epochs a second at most: as was wished, or without a wish as many as let a person see a run learn.

    A small network is done in a third of a second, before anybody has looked. Without a wish all `epochs` of
    a run take about `IN_SIGHT`; a run of very many, or a slow one, is not held back.

    Parameters
    ----------
    wish : epochs a second, infinity for as fast as it goes; None for none.
    epochs : of the whole run.
    """
    if wish is not None:
        return wish
    wanted = epochs / IN_SIGHT
    if wanted > 3 * SPEEDS[-2]:
        return AS_FAST_AS_IT_GOES
    return min(SPEEDS[:-1], key=lambda speed: abs(math.log(speed / wanted)))


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
        """Train at most this fast from now on; what was earned at another speed is lost."""
        if speed != self.speed:
            self.speed, self._epochs = speed, 0.0

    def restart(self) -> None:
        """Count from now on."""
        self._counted_at, self._epochs = time.perf_counter(), 0.0

    def earn(self, now: float) -> None:
        """Count the time up to `now`; what a slow tick missed is not made up for beyond a frame."""
        if math.isinf(self.speed):
            self._epochs = math.inf
            return
        earned = self._epochs + (now - self._counted_at) * self.speed
        self._epochs, self._counted_at = min(earned, self.speed * FRAME + 1), now

    @property
    def epochs(self) -> float:
        """How many epochs may be trained; a part of one is none yet."""
        return self._epochs

    def spend(self, epochs: int) -> None:
        """So many epochs were trained."""
        self._epochs -= epochs

    def interval(self) -> int:
        """Milliseconds between two ticks: none at full speed, else half of what an epoch has, 1 to 15."""
        return max(1, min(15, int(500 / self.speed))) if math.isfinite(self.speed) else 0


class Pacing:
    """When the next one of what is shown again and again is due: the dearer it is, the more seldom.

    Costs are seconds of the processor (`time.thread_time`): on a busy machine the clock tells of others.

    Parameters
    ----------
    least : seconds between two.
    """

    def __init__(self, least: float) -> None:
        self._least = least
        self._next = 0.0

    def left(self, now: float) -> float:
        """Seconds until the next one is due, 0 if it is."""
        return max(0.0, self._next - now)

    def made(self, start: float, cost: float) -> None:
        """One that was begun at `start` has just been made."""
        self._next = start + max(self._least, min(LONGEST, (1 + MAKE_SHARE) * cost))

    def painted(self, cost: float) -> None:
        """The window has just painted the last one."""
        self._next = max(self._next, time.perf_counter() + PAINT_SHARE * cost)


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
