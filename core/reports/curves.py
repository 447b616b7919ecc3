"""The curves of a run as a drawing: against its epochs, each named at its end."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.base.ticks import nice_step, ticks
from core.base.words import number
from core.reports.markup import Markup, place, tag

Numbers = NDArray[np.float64]

WIDTH, HEIGHT = 760, 250
LEFT, RIGHT, TOP, BOTTOM = 62, 210, 10, 34
"""Units around the field: for figures on the left, names on the right."""

COLUMNS = 240
"""Parts of the field, of each of which a curve has its lowest and its highest."""

FLOOR = 1e-6
"""The least that a logarithmic axis reaches down to; what is below lies on its edge."""

LINE = 16
"""Height of a name at the end of a curve."""

DASHES = {
    "part2": "10 5", "part3": "3 4", "part4": "14 5 3 5", "part5": "5 5", "part6": "20 7",
    "perfect": "14 5", "noisy": "3 4", "ideal": "7 5",
}  # fmt: skip
"""Dashes and gaps by role: curves differ in more than colour."""


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """A curve with its name.

    Attributes
    ----------
    name, role : what stands at its end, and whose colour it has.
    epochs, values : (K,); what is not a number is a gap.
    """

    name: str
    role: str
    epochs: NDArray[np.int64]
    values: NDArray[np.float32]


def plot(curves: Sequence[Curve], epochs: int, title: str, words: str, axis: str, *, log: bool) -> Markup:
    """Curves against so many epochs.

    Parameters
    ----------
    title, words : what the drawing is, and what is to be seen in it, for whoever does not see it.
    axis : what the epochs are called.
    log : whether upward are powers of ten.
    """
    scale = _Scale.over([curve.values for curve in curves], epochs, log=log)
    ends = sorted(((scale.y(_last(curve.values)), curve) for curve in curves), key=lambda end: end[0])
    tops = _apart([y for y, _ in ends])
    return tag(
        "svg", tag("title", title), tag("desc", words),
        *_axes(scale, axis),
        *(tag("path", class_="curve", d=_path(scale, curve), **_pen(curve.role)) for curve in curves),
        *(part for top, (y, curve) in zip(tops, ends, strict=True) for part in _name(y, top, curve)),
        viewBox=f"0 0 {WIDTH} {HEIGHT}", role="img",
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Scale:
    """Where epochs and values lie: `low` and `high` are powers of ten where upward is logarithmic."""

    epochs: int
    low: float
    high: float
    log: bool

    @classmethod
    def over(cls, values: Sequence[NDArray[np.float32]], epochs: int, *, log: bool) -> "_Scale":
        every = np.concatenate([np.zeros(0), *values]).astype(np.float64)
        every = every[np.isfinite(every)]
        if log:
            every = np.log10(np.maximum(every[every > 0], FLOOR))
        low = float(every.min()) if log and len(every) else 0.0
        high = float(every.max()) if len(every) else 1.0
        if log:
            low, high = float(math.floor(low)), float(math.ceil(high))
        return cls(max(1, epochs), low, high if high > low else low + 1, log)

    def x(self, epoch: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * epoch / self.epochs

    def y(self, value: float) -> float:
        if self.log:
            value = math.log10(max(value, FLOOR)) if value > 0 else self.low
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * share

    def upward(self) -> list[tuple[float, str]]:
        """The values at which a line is drawn, and what stands beside it."""
        if self.log:
            powers = range(round(self.low), round(self.high) + 1, math.ceil((self.high - self.low) / 5))
            return [(10.0**power, number(10.0**power)) for power in powers]
        step = nice_step((self.high - self.low) / 5)
        return [(tick, _figures(tick)) for tick in ticks(self.low, self.high, step)]

    def along(self) -> list[tuple[float, str]]:
        """The epochs that are written below."""
        step = max(1.0, nice_step(self.epochs / 5))
        return [(tick, _figures(tick)) for tick in ticks(0, self.epochs, step)]


def _figures(tick: float) -> str:
    return number(float(f"{tick:.6g}"))


def _axes(scale: _Scale, axis: str) -> list[Markup]:
    parts = []
    for value, words in scale.upward():
        y = scale.y(value)
        parts.append(tag("path", class_="axis", d=f"M{LEFT} {place(y)}H{WIDTH - RIGHT}"))
        parts.append(tag("text", words, class_="soft", x=LEFT - 8, y=y + 4, text_anchor="end"))
    for epoch, words in scale.along():
        x = scale.x(epoch)
        parts.append(tag("path", class_="axis", d=f"M{place(x)} {HEIGHT - BOTTOM}v5"))
        parts.append(tag("text", words, class_="soft", x=x, y=HEIGHT - BOTTOM + 18, text_anchor="middle"))
    parts.append(tag("text", axis, class_="soft", x=LEFT - 12, y=HEIGHT - BOTTOM + 18, text_anchor="end"))
    return parts


def _pen(role: str) -> dict[str, str | None]:
    return {"style": f"stroke: var(--{role})", "stroke_dasharray": DASHES.get(role)}


def _path(scale: _Scale, curve: Curve) -> str:
    """A curve with two points at most for every column of the field."""
    finite = np.isfinite(curve.values)
    known = curve.values > 0 if scale.log else finite
    kept = np.flatnonzero(finite)
    if not len(kept):
        return ""
    column = (curve.epochs[kept] * COLUMNS) // scale.epochs
    begins = np.append(0, np.flatnonzero((np.diff(column) != 0) | (np.diff(kept) > 1)) + 1)
    ends = np.append(begins[1:], len(kept))
    points = []
    for begin, end in zip(begins.tolist(), ends.tolist(), strict=True):
        part = kept[begin:end]
        low, high = part[curve.values[part].argmin()], part[curve.values[part].argmax()]
        joins = begin > 0 and kept[begin] - kept[begin - 1] == 1
        for order, point in enumerate(sorted({int(low), int(high)})):
            letter = "L" if joins or order else "M"
            y = scale.y(float(curve.values[point]) if known[point] else 0.0)
            points.append(f"{letter}{place(scale.x(int(curve.epochs[point])))} {place(y)}")
    return "".join(points)


def _last(values: NDArray[np.float32]) -> float:
    finite = values[np.isfinite(values)]
    return float(finite[-1]) if len(finite) else 0.0


def _name(y: float, top: float, curve: Curve) -> tuple[Markup, Markup]:
    """The name of a curve, and a piece of its own line that leads to it."""
    start = WIDTH - RIGHT
    lead = tag("path", class_="curve", d=f"M{start} {place(y)}L{start + 22} {place(top)}", **_pen(curve.role))
    return lead, tag("text", curve.name, x=start + 28, y=top + 4)


def _apart(wanted: Sequence[float]) -> list[float]:
    """Places of names, rising, none over another, as near as pushing down and then up leaves them."""
    places: list[float] = []
    for y in wanted:
        places.append(max(y, places[-1] + LINE) if places else max(y, TOP))
    last = HEIGHT - BOTTOM - 2.0
    for index in reversed(range(len(places))):
        places[index] = min(places[index], last)
        last = places[index] - LINE
    return places
