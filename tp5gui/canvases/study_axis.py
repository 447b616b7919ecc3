"""The axis that a study's measure stands along: as far as its numbers go, and no farther than they can."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.base.ticks import nice_step, ticks
from core.measure.rules import Scale, logarithmic
from tp5gui.canvases.ticks import power_text, tick_text

STEPS = 4  # that an axis has, about
CROWDED = 0.6  # of a step between the last two ticks, below which the last but one gives way


@dataclass(frozen=True, slots=True)
class UpAxis:
    """An axis from `low` to `high`.

    Attributes
    ----------
    low, high : the ends.
    ticks : values, rising, and how they are written.
    log : whether it is logarithmic.
    """

    low: float
    high: float
    ticks: tuple[tuple[float, str], ...]
    log: bool = False

    def share(self, value: float) -> float:
        """How far up a value stands, from 0 to 1; what lies beyond an end stands there."""
        return (self._scaled(value) - self._scaled(self.low)) / (
            self._scaled(self.high) - self._scaled(self.low)
        )

    def _scaled(self, value: float) -> float:
        inside = min(max(value, self.low), self.high)
        return math.log10(inside) if self.log else inside


def fitting(measured: Sequence[float], around: Iterable[float], scale: Scale) -> UpAxis:
    """The axis for what was measured and what stands around it (bands).

    It never goes below 0 where nothing was measured there, nor beyond the most that is possible; it is
    logarithmic where nothing bounds what was measured and that is 100 times apart.
    """
    means = [value for value in measured if math.isfinite(value)]
    least = 0.0 if min(means, default=0.0) >= 0 else -math.inf
    values = means + [min(max(value, least), scale.most) for value in around if math.isfinite(value)]
    if scale.most == math.inf and logarithmic(means):
        return _powers(min(means), [value for value in values if value > 0])
    low, high = min(values, default=0.0), max(values, default=1.0)
    step = max(nice_step((high - low or abs(high) or 1.0) / STEPS), 1.0 if scale.whole else 0.0)
    first = math.floor(low / step + 1e-9)
    last = max(math.ceil(high / step - 1e-9), first + 1)
    bottom, top = max(first * step, least), min(last * step, scale.most)
    if bottom >= top:  # all of it is the most there can be
        bottom = top - step
    step = max(nice_step((top - bottom) / STEPS), 1.0 if scale.whole else 0.0)
    return UpAxis(bottom, top, _written(bottom, top, step, scale))


def _written(bottom: float, top: float, step: float, scale: Scale) -> tuple[tuple[float, str], ...]:
    """Round numbers, and at the end of a scale the most there can be."""
    values = ticks(bottom, top * (1 + 1e-12), step)
    if top == scale.most:
        values = [value for value in values if top - value > CROWDED * step]
        values.append(top)
    fine = step if math.isclose(top / step, round(top / step)) else min(step, nice_step(step / 10))
    return tuple(
        (value, tick_text(value, fine if value == top and not scale.whole else step)) for value in values
    )


def _powers(least: float, values: Sequence[float]) -> UpAxis:
    """A logarithmic axis over whole and half decades; what reaches below the least mean tenfold is cut."""
    low = max(min(values), least / 10)
    bottom = math.floor(2 * math.log10(low)) / 2
    top = max(math.ceil(2 * math.log10(max(values))) / 2, bottom + 1)
    powers = range(math.ceil(bottom), math.floor(top) + 1)
    return UpAxis(10.0**bottom, 10.0**top, tuple((10.0**power, power_text(power)) for power in powers), True)
