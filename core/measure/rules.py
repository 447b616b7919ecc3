"""The rules by which results are counted, stated once. Nothing here waits for torch."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

ON = 0.5
"""A pixel is on above this value, as the person sees it and as wrong pixels are counted."""

TOLERANCE = 1
"""Wrong pixels that a recognised character may have (slides; `ej1a.py` of their code)."""

ACTIVE = 0.01
"""Nats: a unit of a variational code whose mean KL is above this tells something of the image."""

ALIKE = 0.01
"""Outputs that vary by less than this share of what the images vary are all the same: collapse."""


@dataclass(frozen=True, slots=True)
class Scale:
    """What the numbers of a measure can be; none is below 0 unless one was measured there.

    Attributes
    ----------
    most : the most that it can be, infinity where nothing bounds it.
    whole : whether it counts something.
    """

    most: float = math.inf
    whole: bool = False


def evenly(count: int, most: int) -> slice:
    """Which of `count` images stand for all where more than `most` would be too many: evenly spaced ones."""
    return slice(None, None, max(1, -(-count // most)))


def logarithmic(values: Sequence[float]) -> bool:
    """Whether an axis suits these values better as a logarithmic one: all above 0, and 100 times apart.

    0.7 / 0.007 is a little under 100, so a thousandth less will do.
    """
    return min(values, default=0.0) > 0 and max(values) / min(values) >= 99.9
