"""A picture that is a sheet of cells: how it is cut, as wished or as lines on it show."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import gcd
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.base.progress import OnProgress
from core.base.words import Option, Remark, remark
from core.data.datasets import Images
from core.data.importers.checks import GRID, SIZE, check_images
from core.data.importers.pictures import check_alone, decoded
from core.data.importers.reading import Read, fit, picked
from core.data.importers.transparency import laid
from core.data.limits import MAX_LOOKED_PIXELS, MAX_LOOKED_SIDE, MAX_SOURCE_PIXELS, require
from core.data.wishes import Wish, Wishes

Flags = NDArray[np.bool_]

MARGIN, SPACING = Option("margin"), Option("spacing")

OURS = np.float32(128) / np.float32(255)
"""The grey between the images of a sheet that this application wrote, and in its empty places."""
LEAST = 3
"""Pixels along a side of a cell that is found unasked."""
FEW = 6
"""Cells so few that they may be parts of one picture after all."""
SHARED = 1 / 8
"""Of the pixels in the cells at most so many have the colour of the lines, or those may be a ground."""
COLOURS = 4
"""So many colours of lines are tried, the most frequent first."""
WIDEST = 64
"""Pixels of a margin or a spacing that is looked for where the grid is given."""


@dataclass(frozen=True, slots=True)
class Cut:
    """How a sheet is cut: W = 2 margin + columns w + (columns - 1) spacing, and its height likewise."""

    columns: int
    rows: int
    margin: int = 0
    spacing: int = 0

    def sides(self, pixels: Images) -> tuple[int, int] | None:
        """(height, width) of a cell of a sheet (H, W); None if they would not be whole."""
        sides = []
        for whole, count in zip(pixels.shape, (self.rows, self.columns), strict=True):
            side, rest = divmod(whole - 2 * self.margin - (count - 1) * self.spacing, count)
            if rest or side < 1:
                return None
            sides.append(side)
        return sides[0], sides[1]

    def cells(self, pixels: Images) -> Images:
        """The cells (N, h, w) of a sheet (H, W), row by row."""
        height, width = self.sides(pixels) or (0, 0)
        high, wide = height + self.spacing, width + self.spacing
        inner = pixels[self.margin :, self.margin :][: self.rows * high, : self.columns * wide]
        missing = (self.rows * high - inner.shape[0], self.columns * wide - inner.shape[1])
        if any(missing):  # no spacing behind the last
            inner = np.pad(inner, ((0, missing[0]), (0, missing[1])))
        parts = inner.reshape(self.rows, high, self.columns, wide).swapaxes(1, 2)
        return parts[:, :, :height, :width].reshape(-1, height, width)


@dataclass(frozen=True, slots=True)
class _Lines:
    """Which rows and columns of a picture are all of one level."""

    level: np.float32
    rows: Flags
    columns: Flags

    def part(self, cut: Cut, sides: tuple[int, int]) -> bool:
        """Whether all that a cut leaves out is among them; `sides` is (height, width) of a cell."""
        axes = ((self.rows, cut.rows, sides[0]), (self.columns, cut.columns, sides[1]))
        return all(_parts(full, count, side, cut) for full, count, side in axes)


def _parts(full: Flags, count: int, side: int, cut: Cut) -> bool:
    """Whether the rows, or columns, around and between so many cells `side` long are all full."""
    first, last = cut.margin, len(full) - cut.margin
    between = full[first:last][: (count - 1) * (side + cut.spacing)].reshape(count - 1, side + cut.spacing)
    return bool(full[:first].all() and full[last:].all() and between[:, side:].all())


@dataclass(frozen=True, slots=True)
class _Found:
    """How a picture is cut.

    Attributes
    ----------
    cut : the margin, the cells and their spacing.
    level : of the lines around and between the cells; None where these are not of one colour, or none.
    looked : whether the cut was found by looking at these lines.
    asks : what of it may well be otherwise.
    """

    cut: Cut
    level: np.float32 | None
    looked: bool = False
    asks: frozenset[Wish] = frozenset()

    @property
    def ours(self) -> bool:
        """Whether it looks like a sheet that this application wrote."""
        return self.level is not None and bool(np.isclose(self.level, OURS, atol=1e-4))


def read_picture(path: Path, wishes: Wishes, on_progress: OnProgress) -> Read:
    """One picture, or the cells of a sheet up to the last that is drawn on, labelled with their numbers."""
    wished = wishes.grid is not None or wishes.size is not None
    ink, clear = decoded(path, MAX_SOURCE_PIXELS if wished else MAX_LOOKED_PIXELS)
    on_progress(0.3)
    looks = ink.size <= MAX_LOOKED_PIXELS and max(ink.shape) <= MAX_LOOKED_SIDE
    pixels = laid(ink.copy(), clear).images[0] if looks and clear is not None else ink[0]
    found = _found(pixels, wishes, looks)
    if found is None:
        if wishes.size is None:
            check_alone(pixels.shape[1], pixels.shape[0])
        over = laid(fit(ink, wishes.size), None if clear is None else fit(clear, wishes.size))
        return Read(over.images, "1", wishes, over.remarks)
    cut, asks = found.cut, found.asks
    on_progress(0.6)
    times = _enlarged(cut.cells(pixels)) if found.looked and wishes.size is None else 1
    count, (height, width) = cut.columns * cut.rows, cut.sides(pixels) or (0, 0)
    check_images((min(count, wishes.count or count), height // times, width // times), wishes.size)
    remarks = [_said(cut, wishes.grid is not None)] if found.looked else []
    size = wishes.size
    if times > 1:
        size, asks = (width // times, height // times), asks | {"size"}
        remarks.append(
            remark(
                "Every pixel of its cells is a square of {times:d}x{times:d} and became one again; "
                "{size} {width:d}x{height:d} keeps them as large as they are.",
                times=times, size=SIZE, width=width, height=height,
            )
        )  # fmt: skip
    over = laid(cut.cells(ink[0]), None if clear is None else cut.cells(clear[0]))
    blank = found.level if found.ours else over.images[-1, -1, -1]
    drawn = np.flatnonzero((over.images != blank).any((1, 2)))
    require(drawn.size > 0, "is blank: all of its pixels are alike")
    used = int(drawn[-1]) + 1
    if used < count:
        remarks.append(remark("Cells at its end that are blank and left out: {count}.", count=count - used))
    numbers = picked(used, wishes.count)
    images = fit(over.images[numbers, ::times, ::times], wishes.size)
    done = replace(wishes, grid=(cut.columns, cut.rows), margin=cut.margin, spacing=cut.spacing, size=size)
    return Read(images, numbers + 1, done, (*remarks, *over.remarks), asks=asks)


def _found(pixels: Images, wishes: Wishes, looks: bool) -> _Found | None:
    """How a picture (H, W) is cut; None if it is one image. What is not wished is found where one `looks`."""
    wide = wishes.margin or wishes.spacing
    if wishes.grid is None:
        sheet = _lattice(pixels, wishes) if looks else None
        require(
            not wide or sheet is not None,
            "shows no cells of which {option} is said; give {grid} too",
            option=MARGIN if wishes.margin else SPACING, grid=GRID,
        )  # fmt: skip
        return sheet
    cut = Cut(*wishes.grid, wishes.margin or 0, wishes.spacing or 0)
    sides = cut.sides(pixels)
    if looks and (wishes.margin is None or wishes.spacing is None) and wishes.grid != (1, 1):
        sheet = _lattice(pixels, wishes)
        if sheet is not None and (sides is None or min(sheet.cut.sides(pixels) or (0, 0)) > LEAST):
            return replace(sheet, asks=frozenset(("margin", "spacing")) if sides else frozenset())
        sheet = _narrowest(pixels, wishes) if sides is None else None
        if sheet is not None:
            return sheet
    height, width = pixels.shape
    require(
        sides is not None or bool(wide),
        "is {width:d}x{height:d} pixels, which {columns:d}x{rows:d} cells do not divide evenly; "
        "give another {grid}",
        width=width, height=height, columns=cut.columns, rows=cut.rows, grid=GRID,
    )  # fmt: skip
    require(
        sides is not None,
        "is {width:d}x{height:d} pixels, which {columns:d}x{rows:d} cells with {spacing:d} pixels between "
        "and {margin:d} around them do not divide evenly; give another {grid}, {between} or {around}",
        width=width, height=height, columns=cut.columns, rows=cut.rows, spacing=cut.spacing,
        margin=cut.margin, grid=GRID, between=SPACING, around=MARGIN,
    )  # fmt: skip
    levels = (lines.level for lines in _lines(pixels) if lines.part(cut, sides or (0, 0)))
    return _Found(cut, next(levels, None) if cut.margin or cut.spacing else None)


def _said(cut: Cut, grid_given: bool) -> Remark:
    """Why a picture was cut so, where lines on it show it."""
    if grid_given:
        return remark(
            "Lines of one colour show that its cells lie {spacing:d} px apart and {margin:d} px from the "
            "edge; {between} and {around} say it otherwise.",
            spacing=cut.spacing, margin=cut.margin, between=SPACING, around=MARGIN,
        )  # fmt: skip
    return remark(
        "Lines of one colour part it into {columns:d}x{rows:d} cells, {spacing:d} px apart and {margin:d} px "
        "from the edge; {grid} 1x1 takes it as one picture.",
        columns=cut.columns, rows=cut.rows, spacing=cut.spacing, margin=cut.margin, grid=GRID,
    )  # fmt: skip


def _lines(pixels: Images) -> Iterator[_Lines]:
    """The colours of lines that cross a picture (H, W), the most frequent first, and where these are."""
    (rows, columns), (row_levels, column_levels) = (
        (pixels == pixels[:, :1]).all(1), (pixels == pixels[:1]).all(0),
    ), (pixels[:, 0], pixels[0])  # fmt: skip
    whole = np.concatenate((row_levels[rows], column_levels[columns]))
    levels, counts = np.unique(whole, return_counts=True)
    for level in levels[np.argsort(-counts, kind="stable")][:COLOURS]:
        yield _Lines(level, rows & (row_levels == level), columns & (column_levels == level))


def _lattice(pixels: Images, wishes: Wishes) -> _Found | None:
    """Cells between regular lines of a colour of their own, as wished; None where that is not sure."""
    for lines in _lines(pixels):
        cut = _regular(lines)
        if cut is None or wishes.grid not in (None, (cut.columns, cut.rows)):
            continue
        if wishes.margin in (None, cut.margin) and wishes.spacing in (None, cut.spacing):
            sides, cells = cut.sides(pixels) or (0, 0), cut.cells(pixels)
            shared = _shared(cells, lines.level)
            if min(sides) >= LEAST and cut.spacing <= min(sides) >= cut.margin and shared is not None:
                found = _Found(cut, lines.level, looked=True)
                doubtful = len(cells) < FEW or (shared > 0 and not found.ours)
                return replace(found, asks=frozenset(("grid",))) if doubtful else found
    return None


def _shared(cells: Images, level: np.float32) -> float | None:
    """Which part of the cells, less empty ones at the end, has the colour of the lines.

    None if they are no cells: too much of them has that colour, or they do not differ.
    """
    drawn = np.flatnonzero((cells != level).any((1, 2)))
    cells = cells[: drawn[-1] + 1] if drawn.size else cells[:0]
    varied = int((np.ptp(cells, (1, 2)) > 0).sum()) if len(cells) else 0
    if varied < 2 or not (cells != cells[0]).any():
        return None
    shared = float((cells == level).mean())
    return shared if shared <= SHARED else None


@dataclass(frozen=True, slots=True)
class _Axis:
    """Cells along one side: the lines before the first, their length, the lines between two, their number.

    `spacing` is None where there is one alone; `rest` are the lines behind the last less a margin.
    """

    margin: int
    side: int
    spacing: int | None
    count: int
    rest: int


def _regular(lines: _Lines) -> Cut | None:
    """The cut of which lines show every margin and spacing, but for empty cells at the end."""
    down, across = _axis(lines.rows), _axis(lines.columns)
    if down is None or across is None or down.margin != across.margin:
        return None
    spacings = {axis.spacing for axis in (down, across)} - {None}
    if len(spacings) != 1:
        return None
    (spacing,) = spacings
    counts = []
    for axis in (across, down):
        empty, rest = divmod(axis.rest, axis.side + (spacing or 0))
        if rest or axis.rest < 0:
            return None
        counts.append(axis.count + empty)
    return Cut(counts[0], counts[1], down.margin, spacing or 0)


def _axis(full: Flags) -> _Axis | None:
    """Cells between lines: what is not `full` has to come in parts of one length, equally far apart."""
    edges = np.flatnonzero(np.diff(full.astype(np.int8), prepend=1, append=1))
    starts, ends = edges[::2], edges[1::2]
    if not len(starts):
        return None
    sides, gaps = set((ends - starts).tolist()), set((starts[1:] - ends[:-1]).tolist())
    if len(sides) > 1 or len(gaps) > 1:
        return None
    margin, rest = int(starts[0]), len(full) - int(ends[-1])
    return _Axis(margin, sides.pop(), gaps.pop() if gaps else None, len(starts), rest - margin)


def _narrowest(pixels: Images, wishes: Wishes) -> _Found | None:
    """The narrowest lines of one colour that leave whole cells of the grid that is wished."""
    margins = range(WIDEST + 1) if wishes.margin is None else [wishes.margin]
    spacings = range(1, WIDEST + 1) if wishes.spacing is None else [wishes.spacing]
    columns, rows = wishes.grid or (1, 1)
    cuts = [Cut(columns, rows, margin, spacing) for margin in margins for spacing in spacings]
    colours = list(_lines(pixels))
    for cut in sorted(cuts, key=lambda cut: 2 * cut.margin + cut.spacing):
        sides = cut.sides(pixels)
        if sides is not None:
            for lines in colours:
                if lines.part(cut, sides):
                    return _Found(cut, lines.level, True, frozenset(("margin", "spacing")))
    return None


def _enlarged(cells: Images) -> int:
    """How many pixels of cells (N, H, W) along a side were one, as far as they show: 1 where none were."""
    down = np.flatnonzero((cells[:, 1:] != cells[:, :-1]).any((0, 2))) + 1
    across = np.flatnonzero((cells[:, :, 1:] != cells[:, :, :-1]).any((0, 1))) + 1
    times = gcd(*cells.shape[1:], *down.tolist(), *across.tolist())
    enough = len(down) and len(across) and min(cells.shape[1:]) // times >= LEAST
    return times if enough else 1
