"""How round numbers along an axis are written."""

import math

from tp5gui.words import decimal, fixed

LONG = 1e10  # what is larger is written as a power of ten: epochs and pixels are fewer


def tick_text(value: float, step: float) -> str:
    """A tick's number with the digits that its step needs, thousands marked."""
    digits = max(0, -math.floor(math.log10(step) + 1e-9))
    return fixed(value, digits) if abs(value) < LONG else decimal(value, digits)


def power_text(power: int) -> str:
    """A power of ten as it is read most easily: 1,000 or 0.001, and 10⁻⁵ where that would be long."""
    if abs(power) < 4:
        return decimal(10.0**power, max(0, -power))
    return "10" + "".join(RAISED[digit] for digit in str(power))


RAISED = dict(zip("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹", strict=True))
