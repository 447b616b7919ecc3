"""One setting of a study, as it stands in a plot."""

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
    """

    name: str
    mean: float
    low: float
    high: float
    explained: str
    row: str = ""

    @property
    def known(self) -> bool:
        """Whether there are runs of it."""
        return math.isfinite(self.mean)
