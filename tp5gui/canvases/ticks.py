"""Round numbers along an axis, and how they are written."""

import math

from tp5gui.words import decimal


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


def tick_text(value: float, step: float) -> str:
    """A tick's number with the digits that its step needs, thousands marked."""
    return decimal(float(value), max(0, -math.floor(math.log10(step) + 1e-9)))


def power_text(power: int) -> str:
    """A power of ten as it is read most easily: 1,000 or 0.001, and 10⁻⁵ where that would be long."""
    if abs(power) < 4:
        return decimal(10.0**power, max(0, -power))
    return "10" + "".join(RAISED[digit] for digit in str(power))


RAISED = dict(zip("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹", strict=True))
