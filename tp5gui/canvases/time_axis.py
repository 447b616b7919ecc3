"""The axis of a time line: where its epochs lie across a widget, and which of its moments have a tick there.

No widget.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

APART = 4.0  # px between two ticks, at least: closer ones would be one grey block
NEAR = 4.0  # px within which what has a name draws the hand to itself


@dataclass(frozen=True, slots=True)
class TimeAxis:
    """Where epochs lie: evenly, or by their logarithm, in which epoch 0 lies where epoch 1 does.

    Attributes
    ----------
    left, right : px, the ends of the line.
    low, high : the epochs that lie there; they need not be whole, nor above 0.
    log : whether epochs lie by their logarithm.
    """

    left: float
    right: float
    low: float
    high: float
    log: bool = False

    def across(self, epochs: NDArray[np.int64]) -> NDArray[np.float64]:
        """Where epochs (K,) lie, in px (K,)."""
        low, high = self._ends
        along = np.log10(np.maximum(epochs, 1)) if self.log else epochs.astype(np.float64)
        return np.asarray(self.left + (along - low) * ((self.right - self.left) / (high - low)))

    def x_of(self, epoch: int) -> float:
        """Where an epoch lies, in px; it may be beyond either end."""
        low, high = self._ends
        along = math.log10(max(epoch, 1)) if self.log else epoch
        return self.left + (along - low) * ((self.right - self.left) / (high - low))

    def epoch_at(self, x: float) -> float:
        """The epoch that lies at a place, a part of one included."""
        low, high = self._ends
        along = low + (x - self.left) * (high - low) / max(self.right - self.left, 1.0)
        return float(10.0 ** min(along, 18.0)) if self.log else along

    def is_in_sight(self, x: float) -> bool:
        """Whether a place is on the line, but for rounding."""
        return self.left - 1 <= x <= self.right + 1

    def near(self, x: float, named: Iterable[int]) -> int | None:
        """The nearest of the named epochs to a place, None where none lies within `NEAR` px."""
        away = {epoch: abs(self.x_of(epoch) - x) for epoch in named}
        nearest = min(away, key=lambda epoch: away[epoch], default=None)
        return nearest if nearest is not None and away[nearest] <= NEAR else None

    @property
    def _ends(self) -> tuple[float, float]:
        """The ends as they lie, powers of ten on a logarithmic axis; never the same."""
        low, high = self.low, self.high
        if self.log:
            low, high = (math.log10(max(end, 1e-3)) for end in (low, high))
        return low, high if high > low else low + 1


def ticks_of(axis: TimeAxis, moments: NDArray[np.int64]) -> NDArray[np.float64]:
    """Where the ticks of moments (K,), rising, stand, in px: of those in sight, none nearer than `APART`.

    However many moments there are, only one of every px is looked at.
    """
    across = axis.across(moments)
    low, high = np.searchsorted(across, [axis.left - 0.5, axis.right + 0.5]).tolist()
    across = across[low:high]
    columns = np.floor(across)
    first = np.flatnonzero(np.diff(columns, prepend=-np.inf))
    stand: list[float] = []
    for x in across[first].tolist():
        if not stand or x - stand[-1] >= APART:
            stand.append(x)
    return np.array(stand)
