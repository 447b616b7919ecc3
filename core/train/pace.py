"""How long an epoch takes: as measured, and before there is anything to measure, as its work lets expect."""

import time
from math import ceil, inf

from core.base.words import say_count
from core.data.datasets import Dataset
from core.experiment.spec import Spec
from core.nn.network import parameter_count

RATE = 1e10
"""Multiplications a second that a thread is assumed to make before any was timed."""

MOVING = 20
"""What an optimiser's step costs a parameter, in multiplications: it waits for the memory."""

STARTING = 2e-4
"""Seconds that a batch takes however small it is."""

WAIT, LONG = 1.0, 60.0
"""Seconds into an epoch after which its length is known well, and from which on it is announced."""


class Pace:
    """Times the epochs of a run.

    Parameters
    ----------
    spec, dataset, threads : the run, from which the first expectation is made.
    """

    def __init__(self, spec: Spec, dataset: Dataset, threads: int) -> None:
        self._batches = ceil(dataset.count / (spec.batch_size or dataset.count))
        passes = 3 * dataset.count + MOVING * self._batches  # there, back, and the gradients of the weights
        work = float(spec.replicas) * parameter_count(spec, dataset.pixels) * passes
        self._seconds = work / (RATE * threads) + self._batches * STARTING
        self._started = inf  # not yet
        self._done = 0  # batches of the epoch that is under way
        self._announced = False

    def begin(self) -> None:
        """An epoch begins."""
        self._started, self._done = time.perf_counter(), 0

    def batch(self, count: int = 1) -> None:
        """So many batches are done."""
        self._done += count

    def end(self, epochs: int = 1) -> None:
        """So many epochs are done."""
        self._seconds, self._done = (time.perf_counter() - self._started) / epochs, 0

    @property
    def seconds(self) -> float:
        """Seconds of an epoch: from the batches so far of the one under way, else those of the last one."""
        if not self._done:
            return self._seconds
        return (time.perf_counter() - self._started) * self._batches / self._done

    def announcement(self) -> str:
        """Once, when an epoch has shown that it takes minutes: how many, in words. Otherwise nothing."""
        if self._announced or time.perf_counter() - self._started < WAIT or self.seconds < LONG:
            return ""
        self._announced = True
        minutes = round(self.seconds / 60)
        return say_count(
            "An epoch takes about {count} minute.", "An epoch takes about {count} minutes.", minutes
        )
