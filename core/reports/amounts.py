"""Numbers as a report writes them, with the whole number beside for whoever reads the page by machine."""

import math

from core.base.words import number, say
from core.reports.markup import Markup, tag

FIGURES = 4
"""Significant digits of what is measured; what is counted has all of them."""


def amount_words(value: bool | int | float) -> str:
    """A number as it is read: 1,240, 0.00123, yes."""
    if isinstance(value, bool):
        return say("yes") if value else say("no")
    if isinstance(value, int):
        return number(value)
    return number(float(f"{value:.{FIGURES}g}")) if math.isfinite(value) else "–"


def amount(value: bool | int | float) -> Markup:
    """A number as an element, which keeps all its digits."""
    return tag("data", amount_words(value), value=repr(int(value) if isinstance(value, bool) else value))
