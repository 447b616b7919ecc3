"""Which of many images on a map stand, so that none covers another."""

import numpy as np
from numpy.typing import NDArray

SPARE = 4  # px more that an image needs to come than to stay, so that none comes and goes on one spot


def overlapping(
    places: NDArray[np.float64], size: tuple[float, float], spare: float = 0.0
) -> NDArray[np.bool_]:
    """Which images of a size (width, height) around places (N, 2) overlap, or are less than `spare` apart."""
    across, up = (np.abs(side[:, None] - side[None, :]) for side in places.T)
    touching: NDArray[np.bool_] = (across < size[0] + spare) & (up < size[1] + spare)
    return touching


def thinned(
    places: NDArray[np.float64], size: tuple[float, float], before: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Which images of one size (width, height) around places (N, 2) stand, (N,).

    No two overlap, and whoever does not stand is kept out by one that does. Those that stood `before` stay
    unless they overlap; a new one comes only where it has room to spare. Otherwise the first come first.
    """
    near = _rows(overlapping(places, size, SPARE))
    touching = _rows(overlapping(places, size))
    stand = np.zeros(len(places), dtype=np.bool_)
    taken = 0
    for index in np.flatnonzero(before).tolist():
        if not touching[index] & taken:
            stand[index] = True
            taken |= 1 << index
    for index in np.flatnonzero(~before).tolist():
        if not near[index] & taken:
            stand[index] = True
            taken |= 1 << index
    return stand


def _rows(table: NDArray[np.bool_]) -> list[int]:
    """Every row of a table as the bits of one number: what a number at a time is far faster asked."""
    return [int.from_bytes(row.tobytes(), "little") for row in np.packbits(table, axis=1, bitorder="little")]
