"""The curves of a run, in bounded memory whatever its length.

A point is kept for every epoch below 1,000, every tenth below 10,000, every hundredth below 100,000 and so
on: 900 points a decade, three significant digits of epoch everywhere, and the same points in every run.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]

ROOM = 256
"""Points that a history holds before it first grows."""


def stride(epoch: int, spacing: int = 1) -> int:
    """Distance between recorded epochs around `epoch`; so many times as far for what is kept more seldom.

    Parameters
    ----------
    spacing : a power of ten up to 100.
    """
    step = 1
    while epoch * spacing >= 1000 * step:
        step *= 10
    return step


def due(epoch: int, spacing: int = 1) -> bool:
    """Whether `epoch` is one that the curves keep, or what is kept more seldom, see `stride`."""
    return epoch % stride(epoch, spacing) == 0


def due_among(epochs: NDArray[np.int64], spacing: int = 1) -> NDArray[np.bool_]:
    """Which of these epochs the curves keep, as `due` says of one."""
    strides = 10 ** np.searchsorted(10 ** np.arange(3, 19), epochs * spacing, side="right")
    due_ones: NDArray[np.bool_] = epochs % strides == 0
    return due_ones


def points(epochs: int) -> int:
    """How many points the curves of so many epochs have."""
    count, step = 1, 1  # of epoch 0
    while epochs >= 1000 * step:
        count += 900 if step > 1 else 999
        step *= 10
    return count + (epochs - 100 * step) // step + 1 if step > 1 else epochs + 1


def most_room(epochs: int) -> int:
    """How many points a history has room for, at most, in a run of so many epochs: at its last growth.

    The room doubles, and the old one is there until the new one is filled.
    """
    room = ROOM
    while room < points(epochs):
        room *= 2
    return room if room == ROOM else room + room // 2


@dataclass(frozen=True, slots=True)
class Curves:
    """What was measured so far, read-only.

    Attributes
    ----------
    epochs : (K,) int64, rising.
    values : name -> (K, R) float32, one column a replica; NaN where a quantity was not measured.
    """

    epochs: NDArray[np.int64]
    values: dict[str, Array]

    @property
    def leader(self) -> int:
        """The replica that was ahead at the last point: fewest wrong pixels, then the smallest loss."""
        return int(np.lexsort((self.values["loss"][-1], self.values["wrong_pixels"][-1]))[0])

    def replica(self, index: int) -> dict[str, Array]:
        """The curves of one replica: name -> (K,)."""
        return {name: column[:, index] for name, column in self.values.items()}


def common(one: Curves, other: Curves) -> int:
    """The last epoch up to which two runs measured the same, -1 where they never did."""
    count = min(len(one.epochs), len(other.epochs))
    same = one.epochs[:count] == other.epochs[:count]
    for name in one.values.keys() & other.values.keys():
        values, others = one.values[name][:count], other.values[name][:count]
        same &= ((values == others) | (np.isnan(values) & np.isnan(others))).all(1)
    length = count if same.all() else int(same.argmin())
    return int(one.epochs[length - 1]) if length else -1


class History:
    """The one place where a run keeps its curves. What `curves` has given out never changes.

    Parameters
    ----------
    names : the quantities that are measured.
    replicas : R.
    """

    def __init__(self, names: tuple[str, ...], replicas: int) -> None:
        self.names = names
        self._count = 0
        self._epochs = np.zeros(ROOM, dtype=np.int64)
        self._values = np.zeros((len(names), ROOM, replicas), dtype=np.float32)

    def extend(self, epochs: Sequence[int], values: Mapping[str, Array]) -> None:
        """Add points; `values` holds (K, R) for every one of the names."""
        count = self._count + len(epochs)
        while count > len(self._epochs):
            self._grow()
        self._epochs[self._count : count] = epochs
        for row, name in enumerate(self.names):
            self._values[row, self._count : count] = values[name]
        self._count = count

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

    def restore(self, curves: Curves, until: int) -> None:
        """Go on from the points of `curves` up to epoch `until`; those after it are cut.

        A quantity that `curves` lacks is NaN at every point; one that this history does not know is dropped.
        The points are copied, so that curves given out before stay as they are.
        """
        count = int(np.searchsorted(curves.epochs, until, side="right"))
        unmeasured = np.full((count, self._values.shape[2]), np.nan, dtype=np.float32)
        self._epochs = curves.epochs[:count].astype(np.int64)
        self._values = np.stack([curves.values.get(name, unmeasured)[:count] for name in self.names])
        self._count = count

    def _grow(self) -> None:
        """Double the room, in new arrays, so that views given out before stay valid."""
        more = max(ROOM, len(self._epochs))
        self._epochs = np.pad(self._epochs, (0, more))
        self._values = np.pad(self._values, ((0, 0), (0, more), (0, 0)))
