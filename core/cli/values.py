"""What the value of an option may be: texts in, numbers out; a wrong one is refused in one line."""

import argparse
import math

from core.base.words import say
from core.experiment.fields import SEED_LIMIT
from core.experiment.spec import FIELDS
from core.reports.film_files import FEWEST
from core.reports.film_files import MOST as MOST_FRAMES

MOST = 1_000_000
"""Of whatever is counted."""


def seed(text: str) -> int:
    """A whole number from 0 to `SEED_LIMIT`."""
    return _whole(text, 0, SEED_LIMIT)


def count(text: str) -> int:
    """A whole number from 1 to `MOST`."""
    return _whole(text, 1, MOST)


def epoch(text: str) -> int:
    """An epoch of a run: a whole number from 0."""
    return _whole(text, 0, int(FIELDS["epochs"].metadata["high"]))


def megabytes(text: str) -> int:
    """Bytes, given in megabytes: a whole number of these from 0."""
    return 1_000_000 * _whole(text, 0, 100_000)


def steps(text: str) -> int:
    """A whole number from 2 to 1,000."""
    return _whole(text, 2, 1000)


def frames(text: str) -> int:
    """Frames of a film: a whole number from `FEWEST` to `MOST_FRAMES`."""
    return _whole(text, FEWEST, MOST_FRAMES)


def scale(text: str) -> int:
    """The side of a pixel in a picture file: a whole number from 1 to 64."""
    return _whole(text, 1, 64)


def offset(text: str) -> float:
    """A number from -1e6 to 1e6."""
    return _number(text, -1e6, 1e6)


def level(text: str) -> float:
    """A number from 0 to 1."""
    return _number(text, 0, 1)


def pixels(text: str) -> int:
    """A whole number of pixels, from 0 to `MOST`."""
    return _whole(text, 0, MOST)


def span(text: str) -> tuple[float, float]:
    """Two numbers, the smaller one first, as in `0:255`."""
    low, colon, high = text.partition(":")
    try:
        found = float(low), float(high)
    except ValueError:
        found = 0.0, 0.0
    if not (colon and found[0] < found[1] and math.isfinite(found[1] - found[0])):
        raise argparse.ArgumentTypeError(
            say("must be two numbers as in 0:255, the smaller one first, not {text!r:.20}", text=text)
        )
    return found


def pair(text: str) -> tuple[int, int]:
    """Two whole numbers above 0, as in `15x7`."""
    first, cross, second = text.lower().partition("x")
    if not (cross and first.isdecimal() and second.isdecimal() and int(first[:9]) * int(second[:9])):
        raise argparse.ArgumentTypeError(
            say("must be two whole numbers as in 15x7, not {text!r:.20}", text=text)
        )
    return int(first[:9]), int(second[:9])


def _whole(text: str, low: int, high: int) -> int:
    if not text.isdecimal() or not low <= int(text[:19]) <= high:
        raise argparse.ArgumentTypeError(
            say("must be a whole number from {low} to {high}, not {text!r:.20}",
                low=low, high=high, text=text)
        )  # fmt: skip
    return int(text[:19])


def _number(text: str, low: float, high: float) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not low <= number <= high:
        raise argparse.ArgumentTypeError(
            say("must be a number from {low} to {high}, not {text!r:.20}", low=low, high=high, text=text)
        )
    return number
