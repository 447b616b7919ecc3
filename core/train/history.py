"""The curves of a run, in bounded memory whatever its length.

A point is kept for every epoch below 1,000, every tenth below 10,000, every hundredth below 100,000 and so
on: 900 points a decade, three significant digits of epoch everywhere, and the same points in every run.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]


def stride(epoch: int) -> int:
    """Distance between recorded epochs around `epoch`."""
    step = 1
    while epoch >= 1000 * step:
        step *= 10
    return step


def due(epoch: int) -> bool:
    """Whether `epoch` is one that the curves keep."""
    return epoch % stride(epoch) == 0


@dataclass(frozen=True, slots=True)
class Curves:
    """What was measured so far, read-only.

    Attributes
    ----------
    epochs : (K,) int64, rising.
    values : name -> (K, R) float32, one column a replica.
    """

    epochs: NDArray[np.int64]
    values: dict[str, Array]

    def replica(self, index: int) -> dict[str, Array]:
        """The curves of one replica: name -> (K,)."""
        return {name: column[:, index] for name, column in self.values.items()}


class History:
    """Grows by `record`; `curves` never changes what it gave out before."""

    def __init__(self, names: tuple[str, ...], replicas: int) -> None:
        self.names = names
        self._count = 0
        self._epochs = np.zeros(256, dtype=np.int64)
        self._values = np.zeros((len(names), 256, replicas), dtype=np.float32)

    def record(self, epoch: int, values: dict[str, Array]) -> None:
        """Add a point; `values` holds (R,) for each of the names."""
        if self._count == len(self._epochs):  # double, leaving old views valid
            self._epochs = np.concatenate([self._epochs, np.zeros_like(self._epochs)])
            self._values = np.concatenate([self._values, np.zeros_like(self._values)], axis=1)
        self._epochs[self._count] = epoch
        for row, name in enumerate(self.names):
            self._values[row, self._count] = values[name]
        self._count += 1

    @property
    def last_epoch(self) -> int:
        """The newest recorded epoch, -1 before the first."""
        return int(self._epochs[self._count - 1]) if self._count else -1

    def curves(self) -> Curves:
        """All points so far, as read-only views: recorded points never change, so nothing is copied."""
        epochs = self._epochs[: self._count]
        epochs.flags.writeable = False
        values = {}
        for row, name in enumerate(self.names):
            column = self._values[row, : self._count]
            column.flags.writeable = False
            values[name] = column
        return Curves(epochs, values)

    def restore(self, epochs: NDArray[np.int64], values: dict[str, Array]) -> None:
        """Replace everything by saved curves: (K,) and name -> (K, R)."""
        self._count = len(epochs)
        self._epochs = epochs.astype(np.int64)
        self._values = np.stack([values[name] for name in self.names]).astype(np.float32)
