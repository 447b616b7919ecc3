"""What a plot of a study shows: its settings, and what its legend says."""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mark:
    """A setting and how its runs turned out; mean, low and high are NaN while it has no runs.

    Attributes
    ----------
    name : of the setting, below it; in a map, of its column.
    mean, low, high : of the measure, with its band.
    explained : what the tool tip says.
    row : in a map, the name of its row, to the left.
    figure : the mean as it is written in a map.
    """

    name: str
    mean: float
    low: float
    high: float
    explained: str
    row: str = ""
    figure: str = ""

    @property
    def known(self) -> bool:
        """Whether there are runs of it."""
        return math.isfinite(self.mean)


@dataclass(frozen=True, slots=True)
class Legend:
    """What the shapes of a plot are, in words; empty words for a shape that has none.

    Attributes
    ----------
    mean, band, slides, best, waiting : of dots, of what is around them, of squares, of dashes, of rings; each
        the words that stand there, and what the tool tip adds.
    """

    mean: tuple[str, str] = ("", "")
    band: tuple[str, str] = ("", "")
    slides: tuple[str, str] = ("", "")
    best: tuple[str, str] = ("", "")
    waiting: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True)
class Point:
    """What stands beside the marks: a result of the slides, the best possible.

    Attributes
    ----------
    x, y : along the axes.
    explained : what the tool tip says.
    """

    x: float
    y: float
    explained: str = ""
