"""The moments of a run: checkpoints of its past, in bounded memory, from which any of its epochs comes again.

One is taken at the start, at points of the curves and at every live change. Where they take more memory than
they may, some between are dropped: early epochs stay close together, as in the curves, and late ones lie
further apart. The start, the last one, live changes and what leads to the best epoch by each metric go last.
"""

from bisect import bisect_right
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from core.data.datasets import Dataset
from core.experiment.spec import Spec
from core.measure.metrics import METRICS
from core.train.checkpoint import Checkpoint
from core.train.history import Curves

BYTES = 8_000_000
"""What moments take at most, in memory and in a file, beside start and end, unless more is asked for."""

ROOM = 15 / 16
"""What is left of full moments after some were dropped, so that this need not be done for every new one."""

SPACING = 10
"""They are taken at every tenth point of the curves, see `core.train.history.stride`: one after each of a
cheap run's first thousand epochs would slow it down, and ten epochs, or a hundred, soon come again."""

EVENLY = 10
"""In the last share of so many of a run the moments lie evenly; before, the earlier the closer."""


class Moments:
    """The moments of one run, in the order of their epochs.

    Parameters
    ----------
    most_bytes : what they may take, beside the first and the last one; a run of which one alone takes more
        has none.
    """

    def __init__(self, most_bytes: int = BYTES) -> None:
        self._most_bytes = most_bytes
        self._kept: list[Checkpoint] = []
        self._epochs: list[int] = []
        self._nbytes = 0

    @property
    def epochs(self) -> tuple[int, ...]:
        """Their epochs, rising."""
        return tuple(self._epochs)

    @property
    def nbytes(self) -> int:
        """Bytes that they take."""
        return self._nbytes

    @property
    def most_bytes(self) -> int:
        """What they may take, beside the first and the last one."""
        return self._most_bytes

    def kept(self) -> tuple[Checkpoint, ...]:
        """They themselves."""
        return tuple(self._kept)

    def before(self, epoch: int) -> int:
        """The epoch of the last one up to `epoch`, that of the first one where there is none."""
        return self._epochs[max(0, bisect_right(self._epochs, epoch) - 1)]

    def take(self, checkpoint: Checkpoint) -> None:
        """Keep a checkpoint, which nobody writes to; one of the same epoch that is there stays."""
        size = checkpoint.nbytes
        if size > self._most_bytes:
            return
        place = bisect_right(self._epochs, checkpoint.epoch)
        if place and self._epochs[place - 1] == checkpoint.epoch:
            return
        self._kept.insert(place, checkpoint)
        self._epochs.insert(place, checkpoint.epoch)
        self._nbytes += size

    @property
    def full(self) -> bool:
        """Whether they take more than they may, see `thin`."""
        return self._over(self._most_bytes)

    def thin(self, precious: Iterable[int]) -> None:
        """Drop some, if they take more than they may; those of `precious` epochs last."""
        if self.full:
            self._thin(ROOM * self._most_bytes, set(precious))

    def bounded(self, most_bytes: int, precious: Iterable[int]) -> "Moments":
        """The same, or fewer of them, in so much memory."""
        some = Moments(most_bytes)
        some.fill(self._kept)
        if some.full:
            some._thin(most_bytes, set(precious))
        return some

    def fill(self, checkpoints: Iterable[Checkpoint]) -> None:
        """Keep these instead of what was there."""
        self._kept, self._epochs, self._nbytes = [], [], 0
        for checkpoint in checkpoints:
            self.take(checkpoint)

    def cut(self, first: int, last: int) -> None:
        """Forget what is not from epoch `first` to `last`."""
        if self._kept and not (first <= self._epochs[0] and self._epochs[-1] <= last):
            self.fill([one for one in self._kept if first <= one.epoch <= last])

    def _over(self, most_bytes: float) -> bool:
        if self._nbytes <= most_bytes or len(self._kept) < 3:
            return False
        return self._nbytes - self._kept[0].nbytes - self._kept[-1].nbytes > most_bytes

    def _thin(self, most_bytes: float, precious: set[int]) -> None:
        """Drop one after another until they take so much: that whose neighbours lie closest together."""
        while self._over(most_bytes):
            epochs = np.array(self._epochs, dtype=np.float64)
            gaps = (epochs[2:] - epochs[:-2]) / (epochs[1:-1] + epochs[-1] / EVENLY)
            gaps[[epoch in precious for epoch in self._epochs[1:-1]]] += _LAST
            place = 1 + int(gaps.argmin())
            self._nbytes -= self._kept[place].nbytes
            del self._kept[place], self._epochs[place]


_LAST = 1e9
"""Far more than any gap between the neighbours of a moment."""


def best_epochs(curves: Curves, spec: Spec, dataset: Dataset) -> dict[str, int]:
    """The epoch at which a run was best by each metric, of the points of its curves: the first of equals.

    A run of replicas is as good as the best of them. Metrics that make no sense for it are left out.
    """
    found = {}
    for metric in METRICS:
        if metric.better and metric.name in curves.values and metric.applies(spec, dataset):
            worse: NDArray[np.float32] = curves.values[metric.name]
            worse = -worse if metric.better == "higher" else worse
            best = np.where(np.isfinite(worse), worse, np.inf).min(1)
            if np.isfinite(best).any():
                found[metric.name] = int(curves.epochs[best.argmin()])
    return found
