"""How far a study is, and how long it still takes: told so that what is told never rises."""

import math
from dataclasses import dataclass

from core.studies.study import Study


@dataclass(frozen=True, slots=True)
class Extent:
    """How far a study is.

    Attributes
    ----------
    trained : runs; those under way count by the share of their epochs that they have had.
    measured : rows of the table.
    to_train : the work of training that is left, in multiplications; see `core.studies.groups.cost`.
    """

    trained: float
    measured: int
    to_train: float


SETTLED = 1.0
"""Seconds of work before a pace means anything: the first epochs are slow."""


class Pace:
    """The seconds that a study still takes, from what its training and its measuring took so far.

    Training and measuring have paces of their own. Where runs are measured under several test noises, the
    first such measurement is waited for: before it, nobody knows what the others will take.

    Attributes
    ----------
    left : seconds, infinity while nothing is known; it never rises.
    """

    def __init__(self, study: Study) -> None:
        self.left = math.inf
        self._rows = study.total * len(study.levels)
        self._waits = bool(study.tests)
        self._last: tuple[Extent, float] | None = None
        self._training = self._trained = 0.0  # seconds, and the work that was done in them
        self._measuring, self._measured = 0.0, 0

    def tell(self, extent: Extent, now: float) -> None:
        """Learn how far the study is at a time, in seconds of any clock that only rises."""
        if self._last is not None:
            before, then = self._last
            if extent.to_train < before.to_train:
                self._training += now - then
                self._trained += before.to_train - extent.to_train
            else:
                self._measuring += now - then
                self._measured += extent.measured - before.measured
            if extent.measured > before.measured:
                self._waits = False
        self._last = extent, now
        if not self._waits and self._trained and self._training + self._measuring >= SETTLED:
            self.left = min(self.left, self._estimate(extent))

    def _estimate(self, extent: Extent) -> float:
        training = self._training / self._trained * extent.to_train
        if not self._measured:
            return training
        return training + self._measuring / self._measured * (self._rows - extent.measured)
