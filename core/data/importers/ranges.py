"""Which numbers are black and white."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.base.progress import OnProgress, unheard
from core.base.words import Option, Remark, digits, remark
from core.data.datasets import Images
from core.data.limits import require
from core.data.wishes import Wish, Wishes

RANGE = Option("range")

Range = tuple[float, float]
"""The numbers that are black and white."""

SLIP = 1e-4
"""By so much numbers may miss [0, 1], or a larger range in proportion: resizing and averages overshoot."""
LEVELS = 16
"""Whole numbers up to this one are counted levels, as in the digits of scikit-learn, and not bytes."""
BRIGHT = 128
"""Bytes of which none is as bright as this one may well be something else."""
EXTREMES, WHOLE = 0.2, 0.4
"""Shares of the work that are done once the extremes are known, and whether all are whole."""
BLOCK = 2**20
"""Numbers that are looked at in one go, between two reports of progress."""


class Ranged(NamedTuple):
    """Numbers in [0, 1], and how they came there.

    Attributes
    ----------
    values : as many as there were, in the same shape.
    range : (low, high), the numbers that became 0 and 1.
    remarks : what was guessed.
    asks : "range" where it may well be otherwise.
    """

    values: Images
    range: Range
    remarks: tuple[Remark, ...]
    asks: frozenset[Wish]


class _Guess(NamedTuple):
    range: Range
    plain: bool
    """What everybody takes it for, so that nothing needs to be said."""
    doubtful: bool


def in_range(values: NDArray[Any], wishes: Wishes, on_progress: OnProgress = unheard) -> Ranged:
    """Numbers of any type from black to white as 0 to 1; those beyond are taken for black and white.

    Unless it is wished, the range is guessed from the least and the largest of them:

    =====================================  ===========  ==================================================
    numbers                                range        why
    =====================================  ===========  ==================================================
    from 0 to 1                            0 to 1
    whole, from 0 to 16                    0 to largest  a set whose brightest pixel is 16 of 255 is black
                                                        to the eye: nobody brings it, but everybody has
                                                        the digits of scikit-learn, from 0 to 16
    whole, from 0 to 255                   0 to 255     bytes, in whatever type they are kept; asked about
                                                        if the largest is below 128
    whole, up to 65,535 and over 32,767    0 to 65,535  the other common depth of pictures
    from 0 to 255 and over 128             0 to 255     bytes that were resized or averaged
    from -1 to 1, the least near -1        -1 to 1      how networks are often fed
    =====================================  ===========  ==================================================

    Raises
    ------
    Refusal : a number is not finite, or no range is wished and none of these suits.
    """
    low, high = _extremes(values, on_progress)
    require(
        bool(np.isfinite(low) and np.isfinite(high)),
        "holds numbers from {low} to {high}; every one must be finite", low=str(low), high=str(high),
    )  # fmt: skip
    if wishes.range is not None:
        return Ranged(_scaled(values, wishes.range, on_progress), wishes.range, (), frozenset())
    found = _guess(values, low, high, on_progress)
    (black, white), said = found.range, f"{digits(_rounded(low))}:{digits(_rounded(high))}"
    remarks = (
        remark(
            "Its numbers go from {low} to {high}: {black} is taken for black and {white} for white. "
            "{range} chooses others.",
            low=_rounded(low), high=_rounded(high), black=black, white=white, range=RANGE,
        ),
    )  # fmt: skip
    require(
        white > black,
        "holds numbers from {low} to {high}, and nothing tells which of them are black and white; "
        "{range} does, as in {example}",
        low=_rounded(low), high=_rounded(high), range=RANGE, example=said,
    )  # fmt: skip
    return Ranged(
        _scaled(values, found.range, on_progress),
        found.range,
        () if found.plain else remarks,
        frozenset(("range",)) if found.doubtful else frozenset(),
    )


def _guess(values: NDArray[Any], low: float, high: float, on_progress: OnProgress) -> _Guess:
    """The range of `in_range`; one of no width where none suits."""
    if low >= -SLIP and high <= 1 + SLIP:
        return _Guess((0.0, 1.0), plain=True, doubtful=False)
    if -1 - SLIP <= low <= -0.9 and high <= 1 + SLIP:
        return _Guess((-1.0, 1.0), plain=False, doubtful=True)
    if low < -255 * SLIP or not _inside_a_depth(high):
        return _Guess((0.0, 0.0), plain=False, doubtful=True)
    if high >= BRIGHT:
        deep = high > 256
        if deep and not _whole(values, on_progress):
            return _Guess((0.0, 0.0), plain=False, doubtful=True)
        return _Guess((0.0, 65_535.0 if deep else 255.0), values.dtype == np.uint8, doubtful=deep)
    if not _whole(values, on_progress):
        return _Guess((0.0, 0.0), plain=False, doubtful=True)
    return _Guess((0.0, high if high <= LEVELS else 255.0), plain=False, doubtful=True)


def _inside_a_depth(high: float) -> bool:
    """Whether the largest number could be one of 8 bits, or needs all of 16."""
    return high <= 255 * (1 + SLIP) or 32_767 < high <= 65_535


def _extremes(values: NDArray[Any], on_progress: OnProgress) -> Range:
    """The least and the largest of the numbers; both are nan where one is."""
    found = []
    for part, share in _blocks(values):
        found.append((float(part.min()), float(part.max())))
        on_progress(EXTREMES * share)
    lows, highs = zip(*found, strict=True) if found else ((0.0,), (0.0,))
    return float(np.min(lows)), float(np.max(highs))


def _whole(values: NDArray[Any], on_progress: OnProgress) -> bool:
    """Whether there is no fraction among numbers that are finite."""
    if values.dtype.kind in "biu":
        return True
    for part, share in _blocks(values):
        if not bool((part == np.rint(part)).all()):
            return False
        on_progress(EXTREMES + (WHOLE - EXTREMES) * share)
    return True


def _rounded(number: float) -> float:
    """A number with six digits that count, as a person would write it."""
    return float(f"{number:.6g}")


def _blocks(values: NDArray[Any]) -> Iterator[tuple[NDArray[Any], float]]:
    """All of the numbers, some at a time along the first axis, and the share that is done with these."""
    rows = max(1, BLOCK * len(values) // max(1, values.size))
    for start in range(0, len(values), rows):
        yield values[start : start + rows], min(1, (start + rows) / len(values))


def _scaled(values: NDArray[Any], span: Range, on_progress: OnProgress) -> Images:
    (low, high), done = span, 0
    scaled = np.empty(values.shape, np.float32)
    for part, share in _blocks(values):
        numbers = np.asarray(part, np.float64).clip(low, high)
        scaled[done : done + len(part)] = (numbers - low) / (high - low)
        done += len(part)
        on_progress(WHOLE + (1 - WHOLE) * share)
    return scaled
