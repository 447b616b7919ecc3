"""What a study's table shows: means and bands of every setting, and how often something happens."""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.studies.study import Row, Study

BANDS = ("sd", "range", "bootstrap")
"""Standard deviation; least and most; 95 % bootstrap interval of the mean."""

RESAMPLES = 2000
Z = 1.959963984540054  # 97.5 % of the normal distribution


@dataclass(frozen=True, slots=True)
class Cell:
    """A setting, and how its runs turned out in one measure.

    Attributes
    ----------
    values : the varied fields' values, in the order of the study's axes.
    runs : how many runs with the measure there are so far; the rest is NaN where there is none.
    mean, low, high : of the measure; low and high as the band says.
    """

    values: tuple[Any, ...]
    runs: int
    mean: float
    low: float
    high: float


def cells(study: Study, rows: Sequence[Row], measure: str, band: str = "sd") -> list[Cell]:
    """The summary of every setting, in order; of no runs where none has this measure, or none is done."""
    found: dict[tuple[Any, ...], list[float]] = {}
    for row in rows:
        value = row.get(measure)
        if value is not None:
            found.setdefault(setting(study, row), []).append(float(value))
    order = itertools.product(*(axis.values for axis in study.axes))
    return [Cell(values, *_summed(np.array(found.get(values, [])), band)) for values in order]


def setting(study: Study, row: Row) -> tuple[Any, ...]:
    """The varied fields' values of a row, in the order of the study's axes; layers are lists in a journal."""
    values = (row[axis.field] for axis in study.axes)
    return tuple(tuple(value) if isinstance(value, list) else value for value in values)


def ceiling(study: Study, rows: Sequence[Row], measure: str) -> list[Cell]:
    """What the best possible denoiser reaches of a measure in every setting; empty where not known."""
    name = f"best_possible_{measure}"
    found = cells(study, rows, name) if any(name in row for row in rows) else []
    return found if all(math.isfinite(cell.mean) for cell in found) else []


def _summed(x: np.ndarray[Any, Any], band: str) -> tuple[int, float, float, float]:
    if not len(x):
        return 0, math.nan, math.nan, math.nan
    mean = float(np.clip(x.mean(), x.min(), x.max()))  # a rounding may leave the range
    if band == "range":
        return len(x), mean, float(x.min()), float(x.max())
    if band == "bootstrap":
        drawn = np.random.default_rng(0).choice(x, (RESAMPLES, len(x))).mean(1)
        low, high = np.percentile(drawn, (2.5, 97.5)).tolist()
        return len(x), mean, min(low, mean), max(high, mean)
    spread = float(x.std(ddof=1)) if len(x) > 1 else 0.0
    return len(x), mean, mean - spread, mean + spread


def interval(hits: int, runs: int) -> tuple[float, float]:
    """95 % interval of a share of which `hits` of `runs` were seen (Wilson 1927): from 0 to 1."""
    if not runs:
        return 0.0, 1.0
    share, z2 = hits / runs, Z * Z
    middle = (share + z2 / (2 * runs)) / (1 + z2 / runs)
    half = Z / (1 + z2 / runs) * math.sqrt(share * (1 - share) / runs + z2 / (4 * runs * runs))
    return max(0.0, middle - half), min(1.0, middle + half)


def success(rows: Sequence[Row], epochs: Sequence[int]) -> list[float]:
    """Share of runs that had no wrong pixel by every one of these epochs: a number from 0 to 1 for each."""
    firsts = [row["first_perfect"] for row in rows]
    return [
        sum(first is not None and first <= epoch for first in firsts) / max(1, len(rows)) for epoch in epochs
    ]


def races(rows: Sequence[Row], size: int) -> list[Row]:
    """The best run of every `size` in turn: fewest wrong pixels, then the smallest loss."""
    groups = [rows[start : start + size] for start in range(0, len(rows), size)]
    return [min(group, key=lambda row: (row["wrong_pixels"], row["loss"])) for group in groups]
