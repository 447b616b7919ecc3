"""The map of latent space as a drawing: images at their codes where there is room, the others as dots."""

import numpy as np
from numpy.typing import NDArray

from core.base.ticks import nice_step, ticks
from core.base.words import number
from core.reports.facts import Map
from core.reports.markup import Markup, place, tag
from core.reports.pictures import address, factor, reduced

Array = NDArray[np.float32]

WIDTH, LEFT, RIGHT, TOP, BOTTOM = 760, 62, 12, 12, 48
TALLEST, FLATTEST = 560, 260
"""Bounds of the field's height; one unit is as long upward as across."""

IMAGES = 110
"""Images that are drawn at most."""

SIDES = (40, 34, 28, 24, 20)
"""Lengths that the longer side of an image may have."""

MOST = 0.75
"""The share of the images that should have room."""

DEVIATIONS = (1, 2)
"""Circles of the prior: 39 and 86 of 100 draws fall inside."""


def drawing(shown: Map, across: str, upward: str, title: str, words: str) -> tuple[Markup, int]:
    """The map, and how many images it shows.

    Parameters
    ----------
    across, upward : what the axes are called; "" for one that means nothing.
    title, words : what the drawing is, and what is to be seen in it.
    """
    finite = np.isfinite(shown.points).all(1)
    points, images = shown.points[finite].astype(np.float64), shown.images[finite]
    view = _View(points)
    spots = np.array([[view.x(x), view.y(y)] for x, y in points]).reshape(-1, 2)
    (wide, high), chosen = _fitting(spots, images.shape[1:])
    small = reduced(images[chosen], factor(images.shape[1:]))
    others = np.delete(spots, chosen, 0)
    return tag(
        "svg", tag("title", title), tag("desc", words),
        *_axes(view, across, upward),
        *_prior(view, shown.prior, flat=not upward),
        *(
            tag("image", class_="pixels", href=address(image), x=x - wide / 2, y=y - high / 2, width=wide,
                height=high, preserveAspectRatio="none")
            for image, (x, y) in zip(small, spots[chosen], strict=True)
        ),
        tag("path", class_="dots", d=_dots(others), stroke_width=4 if len(others) < 500 else 2.5),
        viewBox=f"0 0 {WIDTH} {place(view.height)}", role="img", class_="map",
    ), len(chosen)  # fmt: skip


def _fitting(spots: NDArray[np.float64], shape: tuple[int, ...]) -> tuple[tuple[float, float], list[int]]:
    """Width and height of an image in the drawing, and which images are drawn.

    The largest of `SIDES` at which most of the images have room, or as many as are drawn at most; else the
    smallest.
    """
    wanted = min(IMAGES, MOST * len(spots))
    for side in SIDES:
        size = side * shape[1] / max(shape), side * shape[0] / max(shape)
        chosen = _with_room(spots, size)
        if len(chosen) >= wanted:
            break
    return size, chosen


class _View:
    """Where the points of the plane lie in the drawing.

    Attributes
    ----------
    height : of the whole drawing.
    low, high : (2,) the corners of the plane that are in sight.
    """

    def __init__(self, points: NDArray[np.float64]) -> None:
        low, high = (points.min(0), points.max(0)) if len(points) else (np.zeros(2), np.zeros(2))
        size = high - low
        size = np.maximum(size, (float(size.max()) or 1.0) / 20)
        field = WIDTH - LEFT - RIGHT
        inner = min(max(field * float(size[1] / size[0]), FLATTEST), TALLEST)
        self.height = inner + TOP + BOTTOM
        room = SIDES[0] + 8
        self._unit = float(max(size[0] / (field - room), size[1] / (inner - room)))
        reach = self._unit * np.array([field, inner]) / 2
        self.low, self.high = (low + high) / 2 - reach, (low + high) / 2 + reach

    def x(self, value: float) -> float:
        return LEFT + (value - float(self.low[0])) / self._unit

    def y(self, value: float) -> float:
        return TOP + (float(self.high[1]) - value) / self._unit

    def length(self, value: float) -> float:
        return value / self._unit


def _with_room(spots: NDArray[np.float64], size: tuple[float, float]) -> list[int]:
    """Which images are drawn: in turn, those that lie over none that is drawn already."""
    chosen: list[int] = []
    for index in range(len(spots)):
        away = np.abs(spots[chosen] - spots[index])
        if not (away < size).all(1).any():
            chosen.append(index)
        if len(chosen) == IMAGES:
            break
    return chosen


def _dots(spots: NDArray[np.float64]) -> str:
    return "".join(f"M{place(x)} {place(y)}h0" for x, y in spots.tolist())


def _axes(view: _View, across: str, upward: str) -> list[Markup]:
    foot, parts = view.height - BOTTOM, []
    step = nice_step(float(view.high[0] - view.low[0]) / 8)
    for tick in ticks(float(view.low[0]), float(view.high[0]), step):
        x = place(view.x(tick))
        parts.append(tag("path", class_="axis", d=f"M{x} {TOP}V{place(foot)}"))
        parts.append(
            tag("text", _figures(tick), class_="soft", x=view.x(tick), y=foot + 16, text_anchor="middle")
        )
    if upward:
        for tick in ticks(float(view.low[1]), float(view.high[1]), step):
            y = place(view.y(tick))
            parts.append(tag("path", class_="axis", d=f"M{LEFT} {y}H{WIDTH - RIGHT}"))
            parts.append(
                tag("text", _figures(tick), class_="soft", x=LEFT - 8, y=view.y(tick) + 4, text_anchor="end")
            )
        middle = TOP + (foot - TOP) / 2
        turned = f"translate(14 {place(middle)}) rotate(-90)"
        parts.append(tag("text", upward, class_="soft", transform=turned, text_anchor="middle"))
    centre = LEFT + (WIDTH - LEFT - RIGHT) / 2
    parts.append(tag("text", across, class_="soft", x=centre, y=view.height - 8, text_anchor="middle"))
    return parts


def _figures(tick: float) -> str:
    return number(float(f"{tick:.6g}"))


def _prior(view: _View, prior: tuple[float, float] | None, *, flat: bool) -> list[Markup]:
    """The circles of the prior; of a code of one number nothing, where they would mean nothing upward."""
    if prior is None or flat:
        return []
    x, y = view.x(prior[0]), view.y(prior[1])
    field = tag(
        "clipPath", tag("rect", x=LEFT, y=TOP, width=WIDTH - LEFT - RIGHT, height=view.height - TOP - BOTTOM),
        id="field",
    )  # fmt: skip
    circles = (
        tag("circle", class_="prior", cx=x, cy=y, r=view.length(deviations), clip_path="url(#field)")
        for deviations in DEVIATIONS
    )
    return [field, *circles]
