"""Round numbers along an axis."""

import math


def nice_step(least: float) -> float:
    """The smallest of 1, 2 and 5 times a power of ten that is at least `least` > 0."""
    power = 10.0 ** math.floor(math.log10(least))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= least * 0.999999)


def nice_below(most: float) -> float:
    """The largest of 1, 2 and 5 times a power of ten that is at most `most` > 0."""
    power = 10.0 ** math.floor(math.log10(most))
    return next(factor * power for factor in (5, 2, 1) if factor * power <= most * 1.000001)


def ticks(low: float, high: float, step: float) -> list[float]:
    """The multiples of `step` from `low` to `high`."""
    return [index * step for index in range(math.ceil(low / step), math.floor(high / step) + 1)]
