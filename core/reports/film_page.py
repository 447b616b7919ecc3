"""A frame of a film: images before and after the network, the map of codes, and a curve, at one epoch."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageColor, ImageDraw, ImageFont

from core.base.ticks import nice_step, ticks
from core.base.words import number, say
from core.measure.headlines import headlines
from core.measure.metrics import METRICS
from core.reports.amounts import amount_words
from core.reports.film_story import Shown, Story, time_of
from core.reports.page import run_title
from core.reports.style import THEMES, Theme

Box: TypeAlias = tuple[float, float, float, float]
"""Left, top, right and bottom, in units of the layout."""

WIDTH, HEIGHT = 760, 520
TITLE, EPOCH, SMALL = 15, 24, 12.5
"""Heights of type."""

BASE = 40
"""Where the words above all else stand."""
PAIRS: Box = (24, 84, 384, 368)
MAP: Box = (412, 84, 736, 368)
CURVE: Box = (72, 414, 736, 488)

ALL, SOME = 100, 60
"""Codes up to which all are shown as images; of more, so many at most, the others as dots."""
SIDES = (28, 24, 20, 16)
"""Lengths that the longer side of an image on the map may have."""
ROOM = 0.75
"""The share of the images that should have room there."""
DEVIATIONS = (1, 2)
"""Circles of the prior."""
DOT, POINT = 1.8, 4.5
"""Radii of a code that is no image, and of where the curve is."""
DOT_INK = 120
"""Of 255, of a code that is no image."""
APART = 80
"""Units between two epochs that are written below the curve."""
FAR = 1e5
"""Pixels beyond which nothing is drawn."""
FINE = 4
"""Parts of a pixel, along either side, of what is drawn smoothly."""


class Page:
    """Draws the frames of a story in the language in use.

    Parameters
    ----------
    scale : pixels for each unit of the layout.

    Attributes
    ----------
    size : (width, height) of a frame, in pixels.
    """

    def __init__(self, story: Story, theme: Theme, scale: float = 1.0) -> None:
        self._story, self._scale = story, scale
        self._colours = {name: ImageColor.getrgb(value)[:3] for name, value in THEMES[theme].items()}
        self.size = round(WIDTH * scale), round(HEIGHT * scale)
        self._cells = _Cells.of(story, scale)
        self._view = _View(story, scale)
        self._line = _Line(story, scale)
        self._headline = next(iter(headlines(story.spec, story.dataset)))

    def frame(self, shown: Shown) -> NDArray[np.uint8]:
        """The page (height, width, 3) as it is at an epoch."""
        page = self._ground.copy()
        draw = ImageDraw.Draw(page)
        self._draw_words(draw, shown.epoch)
        self._draw_pairs(page, shown)
        self._draw_map(page, shown)
        self._draw_line(page, shown.epoch)
        return np.asarray(page)

    # -- what stays as it is

    @cached_property
    def _ground(self) -> Image.Image:
        page = Image.new("RGB", self.size, self._colours["surface"])
        draw = ImageDraw.Draw(page)
        left, top, _, _ = PAIRS
        self._text(draw, (left, BASE), run_title(self._story.spec), "text", TITLE, strong=True)
        self._legend(draw, left, top - 16)
        x, y = MAP[0], top - 16
        self._text(draw, (x, y), say("Latent map"), "text_soft", SMALL)
        draw.rectangle(self._px(MAP), outline=self._colours["line"], width=max(1, round(self._scale)))
        self._draw_prior(page)
        for index, image in enumerate(self._story.before):
            self._paint(page, image, self._cells.place(index, 0), "ink" if self._story.noisy else "truth")
        self._draw_axes(draw)
        if self._line.mask is not None:
            page.paste(self._colours["line"], self._line.corner, self._line.mask)
        return page

    def _legend(self, draw: ImageDraw.ImageDraw, x: float, y: float) -> None:
        entries = (say("fed"), "ink") if self._story.noisy else (say("in"), "truth"), (say("out"), "output")
        for words, role in entries:
            draw.rectangle(self._px((x, y - 9, x + 9, y)), fill=self._colours[role])
            x = self._text(draw, (x + 14, y), words, "text_soft", SMALL) + 16

    def _draw_prior(self, page: Image.Image) -> None:
        prior = self._story.prior
        if prior is None:
            return
        left, top, right, bottom = self._px(MAP)
        mask = Image.new("L", ((right - left) * FINE, (bottom - top) * FINE))
        draw = ImageDraw.Draw(mask)
        x, y = self._view.place(np.array(prior))
        for deviations in DEVIATIONS:
            radius = self._view.length(deviations)
            draw.ellipse(
                tuple(FINE * each for each in (x - radius, y - radius, x + radius, y + radius)),
                outline=255, width=max(1, round(FINE * self._scale)),
            )  # fmt: skip
        page.paste(self._colours["line"], (left, top), mask.reduce(FINE))

    def _draw_axes(self, draw: ImageDraw.ImageDraw) -> None:
        left, _, right, bottom = CURVE
        for y, words in self._line.upward():
            draw.line(self._px((left, y, right, y)), fill=self._colours["sunken"], width=self._thin)
            self._text(draw, (left - 8, y + 4), words, "text_soft", SMALL, anchor="rs")
        for x, words in self._line.along():
            draw.line(self._px((x, bottom, x, bottom + 4)), fill=self._colours["line"], width=self._thin)
            end = x > right - 20
            self._text(draw, (right if end else x, bottom + 18), words, "text_soft", SMALL,
                       anchor="rs" if end else "ms")  # fmt: skip

    # -- what moves

    def _draw_words(self, draw: ImageDraw.ImageDraw, epoch: int) -> None:
        right = MAP[2]
        self._text(draw, (right, BASE), say("epoch {epoch}", epoch=number(epoch)), "text", EPOCH,
                   anchor="rs", strong=True)  # fmt: skip
        y = CURVE[1] - 18
        self._text(draw, (PAIRS[0], y), f"{say('loss')} {self._value('loss', epoch)}", "text", SMALL)
        if self._headline.name != "loss":
            words = self._value(self._headline.name, epoch)
            total = {"images": self._story.measured, "units": self._story.spec.latent}.get(
                self._headline.unit
            )
            label = say(self._headline.label)
            what = label if total is None else say("of {total} {what}", total=number(total), what=label)
            self._text(draw, (right, y), f"{words} {what}", "text", SMALL, anchor="rs")

    def _value(self, name: str, epoch: int) -> str:
        """What a curve was at its last point up to an epoch."""
        index = max(0, int(np.searchsorted(self._story.epochs, epoch, side="right")) - 1)
        value = float(self._story.curves[name][index])
        if not math.isfinite(value):
            return "–"
        return amount_words(round(value) if METRICS[name].whole else float(f"{value:.3g}"))

    def _draw_pairs(self, page: Image.Image, shown: Shown) -> None:
        for index, image in enumerate(shown.after):
            self._paint(page, image, self._cells.place(index, 1), "output")

    def _paint(
        self, page: Image.Image, image: NDArray[np.float32], place: tuple[int, int], role: str
    ) -> None:
        """An image in the colour of a role: 1 is all of it, 0 none."""
        page.paste(self._colours[role], place, _enlarged(image, self._cells.side))

    def _draw_map(self, page: Image.Image, shown: Shown) -> None:
        left, top, right, bottom = self._px(MAP)
        inside = left + 1, top + 1, right, bottom
        field = page.crop(inside)
        spots = self._view.spots(shown.points)
        colour = self._colours["truth"]
        field.paste(colour, (0, 0), self._dots(np.delete(spots, list(self._sprites), 0), field.size))
        for index, sprite in self._sprites.items():
            x, y = spots[index].tolist()
            if abs(x) < FAR and abs(y) < FAR:  # and not where it is not finite
                corner = round(x - sprite.width / 2) - 1, round(y - sprite.height / 2) - 1
                field.paste(colour, corner, sprite)
        page.paste(field, inside[:2])

    @cached_property
    def _sprites(self) -> dict[int, Image.Image]:
        """The images on the map, by their numbers."""
        images, side = self._story.images, self._view.side
        return {index: _enlarged(images[index], side) for index in self._view.sprites}

    def _dots(self, spots: NDArray[np.float64], size: tuple[int, int]) -> Image.Image:
        mask = Image.new("L", (size[0] * FINE, size[1] * FINE))
        draw, radius = ImageDraw.Draw(mask), DOT * self._scale
        for x, y in spots.tolist():
            if 0 <= x < size[0] and 0 <= y < size[1]:
                draw.ellipse(
                    tuple(FINE * each for each in (x - radius, y - radius, x + radius, y + radius)),
                    fill=DOT_INK,
                )
        return mask.reduce(FINE)

    def _draw_line(self, page: Image.Image, epoch: int) -> None:
        line = self._line
        if line.mask is None:
            return
        x, y = line.at(epoch)
        left = line.corner[0]
        past = line.mask.crop((0, 0, max(1, round(x) - left), line.mask.height))
        page.paste(self._colours["part1"], line.corner, past)
        for radius, role in ((POINT + 2, "surface"), (POINT, "accent")):
            reach = radius * self._scale
            side = 2 * math.ceil(reach) + 2
            corner = math.floor(x) - side // 2, math.floor(y) - side // 2
            mask = Image.new("L", (side * FINE, side * FINE))
            middle = x - corner[0], y - corner[1]
            ends = (middle[0] - reach, middle[1] - reach, middle[0] + reach, middle[1] + reach)
            ImageDraw.Draw(mask).ellipse(tuple(FINE * end for end in ends), fill=255)
            page.paste(self._colours[role], corner, mask.reduce(FINE))

    # -- the tools

    @property
    def _thin(self) -> int:
        return max(1, round(self._scale))

    def _px(self, box: Sequence[float]) -> tuple[int, int, int, int]:
        left, top, right, bottom = (round(each * self._scale) for each in box)
        return left, top, right, bottom

    def _text(
        self, draw: ImageDraw.ImageDraw, place: tuple[float, float], words: str, role: str, height: float,
        *, anchor: str = "ls", strong: bool = False,
    ) -> float:  # fmt: skip
        """Write words on a base line, and say where they end, in units of the layout."""
        font = _font(round(height * self._scale, 2), strong)
        x, y = (round(each * self._scale) for each in place)
        draw.text((x, y), words, font=font, fill=self._colours[role], anchor=anchor)
        return place[0] + font.getlength(words) / self._scale


_FONTS: dict[tuple[float, bool], ImageFont.FreeTypeFont] = {}


def _font(size: float, strong: bool) -> ImageFont.FreeTypeFont:
    """The font that comes with matplotlib, the same on every machine."""
    import matplotlib

    if (size, strong) not in _FONTS:
        name = "DejaVuSans-Bold.ttf" if strong else "DejaVuSans.ttf"
        place = f"{matplotlib.get_data_path()}/fonts/ttf/{name}"
        _FONTS[size, strong] = ImageFont.truetype(place, size, layout_engine=ImageFont.Layout.BASIC)
    return _FONTS[size, strong]


def _enlarged(image: NDArray[np.float32], size: tuple[int, int]) -> Image.Image:
    """An image (h, w) in [0, 1] as a mask of another size (width, height)."""
    mask = Image.fromarray(np.rint(255 * np.clip(image, 0, 1)).astype(np.uint8))
    whole = size[0] % mask.width == 0 and size[1] % mask.height == 0
    return mask.resize(size, Image.Resampling.NEAREST if whole else Image.Resampling.BOX)


@dataclass(frozen=True, slots=True)
class _Cells:
    """Where the pairs of images stand: row by row, an image before the network beside the one after it.

    Attributes
    ----------
    columns : pairs in a row.
    side : (width, height) of an image, in pixels.
    corner, step : of the first pair, and from one to the next, in pixels.
    """

    columns: int
    side: tuple[int, int]
    corner: tuple[float, float]
    step: tuple[float, float]

    @classmethod
    def of(cls, story: Story, scale: float) -> "_Cells":
        left, top, right, bottom = (scale * each for each in PAIRS)
        count, height, width = story.before.shape
        between = 8 * scale
        best = 0.0, 1, 1
        for columns in range(1, count + 1):
            rows = -(-count // columns)
            by = min(((right - left) / columns - between) / (2 * width + max(1, width // 8)),
                     ((bottom - top) / rows - between) / height)  # fmt: skip
            best = max(best, (by, columns, rows))
        by, columns, rows = best
        by = math.floor(by) if by >= 2 else max(by, 1 / max(width, height))
        side = max(1, round(width * by)), max(1, round(height * by))
        step = (right - left + between) / columns, min((bottom - top + between) / rows, 1.7 * side[1])
        return cls(columns, side, (left, top), step)

    def place(self, index: int, column: int) -> tuple[int, int]:
        """The corner of an image of a pair: 0 before the network, 1 after it."""
        row, place = divmod(index, self.columns)
        x = self.corner[0] + place * self.step[0] + column * (self.side[0] + max(1, self.side[0] // 8))
        return round(x), round(self.corner[1] + row * self.step[1])


class _View:
    """Where the points of the plane lie on the map, in pixels from its corner: those of the last epoch fit.

    Attributes
    ----------
    sprites : the numbers of the codes that are shown as images.
    side : (width, height) of an image on the map, in pixels.
    """

    def __init__(self, story: Story, scale: float) -> None:
        points = story.scenes[-1].points.astype(np.float64)
        points = points[np.isfinite(points).all(1)]
        if not len(points):
            points = np.zeros((1, 2))
        low, high = points.min(0), points.max(0)
        left, top, right, bottom = (round(scale * each) for each in MAP)
        self._size = np.array([right - left, bottom - top], dtype=np.float64)
        room = self._size - (SIDES[0] + 8) * scale
        extent = np.maximum(high - low, 1e-12)
        self._unit = float((extent / room).max())
        self._middle = (low + high) / 2
        self.sprites, self.side = _fitting(self.spots(story.scenes[-1].points), story.images.shape[1:], scale)

    def place(self, point: NDArray[np.floating]) -> tuple[float, float]:
        (x, y) = self.spots(point[None])[0].tolist()
        return x, y

    def spots(self, points: NDArray[np.floating]) -> NDArray[np.float64]:
        """Points (n, 2) of the plane on the map."""
        away = (points.astype(np.float64) - self._middle) / self._unit
        spots: NDArray[np.float64] = self._size / 2 + away * (1, -1)
        return spots

    def length(self, value: float) -> float:
        return value / self._unit


def _fitting(
    spots: NDArray[np.float64], shape: tuple[int, ...], scale: float
) -> tuple[list[int], tuple[int, int]]:
    """Which codes are shown as images, and how large these are.

    Of few codes all are, as large as most of them have room; of many, those that lie over none before them.
    """
    few = len(spots) <= ALL
    for side in SIDES:
        by = scale * side / max(shape)
        by = math.floor(by) if by > 1 else by
        size = max(1, round(shape[1] * by)), max(1, round(shape[0] * by))
        free = _with_room(spots, size)
        if len(free) >= (ROOM * len(spots) if few else SOME):
            break
    return list(range(len(spots))) if few else free[:SOME], size


def _with_room(spots: NDArray[np.float64], size: tuple[int, int]) -> list[int]:
    """In turn, those that lie over none before them."""
    free: list[int] = []
    for index in np.flatnonzero(np.isfinite(spots).all(1)).tolist():
        if not (np.abs(spots[free] - spots[index]) < size).all(1).any():
            free.append(index)
    return free


class _Line:
    """The curve of the loss against the time of the film, in pixels of the page.

    Attributes
    ----------
    corner, mask : where it is, and its own drawing; None where no point is finite.
    """

    def __init__(self, story: Story, scale: float) -> None:
        self._story, self._scale = story, scale
        epochs, values = story.epochs, story.curves["loss"].astype(np.float64)
        inside = (epochs >= story.first) & (epochs <= story.last) & np.isfinite(values)
        self._epochs, self._values = epochs[inside], values[inside]
        low, high = (self._values.min(), self._values.max()) if len(self._values) else (0.0, 1.0)
        self._log = bool(low > 0 and high / low >= 10)
        self._low, self._high = (math.log10(each) if self._log else float(each) for each in (low, high))
        if self._high <= self._low:
            self._high = self._low + 1
        margin = math.ceil(4 * scale)
        left, top, right, bottom = (round(scale * each) for each in CURVE)
        self.corner = left - margin, top - margin
        self.mask = self._drawn((right - left + 2 * margin, bottom - top + 2 * margin))

    def _drawn(self, size: tuple[int, int]) -> Image.Image | None:
        if not len(self._epochs):
            return None
        mask = Image.new("L", (size[0] * FINE, size[1] * FINE))
        places = [
            (FINE * (x - self.corner[0]), FINE * (y - self.corner[1]))
            for x, y in map(self._place, self._epochs.tolist(), self._values.tolist())
        ]
        width = round(1.8 * FINE * self._scale)
        if len(places) > 1:
            ImageDraw.Draw(mask).line(places, fill=255, width=width, joint="curve")
        return mask.reduce(FINE)

    def at(self, epoch: int) -> tuple[float, float]:
        """Where the curve is at an epoch."""
        index = max(0, int(np.searchsorted(self._epochs, epoch, side="right")) - 1)
        return self._place(epoch, float(self._values[index]))

    def upward(self) -> list[tuple[float, str]]:
        """The heights at which a line is drawn, in units of the layout, and what stands beside it."""
        if self._log:
            whole = range(math.ceil(self._low), math.floor(self._high) + 1)
            values = [10.0**power for power in whole[:: max(1, -(-len(whole) // 4))]]
        else:
            step = nice_step((self._high - self._low) / 4)
            values = ticks(self._low, self._high, step)
        return [(self._place(0, value)[1] / self._scale, number(float(f"{value:.6g}"))) for value in values]

    def along(self) -> list[tuple[float, str]]:
        """The epochs that are written below, and where, in units of the layout."""
        first, last = self._story.first, self._story.last
        powers = [10**power for power in range(len(str(last))) if 10**power < last]
        found = [last, first]
        for epoch in reversed(powers):
            away = [abs(self._x(epoch) - self._x(other)) for other in found]
            if epoch > first and min(away) > APART * self._scale:
                found.append(epoch)
        return [(self._x(epoch) / self._scale, number(epoch)) for epoch in sorted(found)]

    def _x(self, epoch: float) -> float:
        left, _, right, _ = CURVE
        share = float(time_of(epoch, self._story.first, self._story.last))
        return self._scale * (left + share * (right - left))

    def _place(self, epoch: float, value: float) -> tuple[float, float]:
        _, top, _, bottom = CURVE
        if self._log:
            value = math.log10(value) if value > 0 else self._low
        share = (value - self._low) / (self._high - self._low)
        return self._x(epoch), self._scale * (bottom - share * (bottom - top))
