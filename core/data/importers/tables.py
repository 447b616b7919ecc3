"""Tables of numbers, as CSV: every row is an image, with or without a label."""

import re
from dataclasses import replace
from math import isqrt, prod
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.base.progress import OnProgress
from core.base.words import Refusal, Remark, remark
from core.data.importers.checks import SIZE, check_images
from core.data.importers.ranges import in_range
from core.data.importers.reading import HEAD, Read, before_turning, fit, picked, turned
from core.data.importers.shapes import laid_out
from core.data.importers.table_lines import LABELS, PLACES, Columns, Outline, is_number, lines, parted
from core.data.importers.texts import beginning
from core.data.importers.unpacking import unpacked
from core.data.limits import printable, require
from core.data.wishes import Wish, Wishes

LARGEST = float(np.finfo(np.float32).max)
LEAST = 4
"""Cells of a row at least."""
SMALL = 16
"""Pixels of an image at least, if nothing but the number of columns tells that there is one of labels."""
HEADED = 16
"""Cells at least of a heading that alone tells a table, where the first row is beyond the beginning."""
COUNTING = 0.2
"""Share of the work that it is to go through the table for the first time."""
_HEADING = re.compile(r'"?[^\W\d]{0,12}[ _.-]?\d{1,5}(?:[x_,.-]\d{1,5})?"?')
_PLAIN_PICTURE = re.compile(rb"P[1-7]\s")


def is_table(head: bytes) -> bool:
    """Whether a file that begins so has rows of numbers, one cell of them maybe a word, or their heading."""
    rows = [line.encode() for line in beginning(head).split("\n") if line.strip()]
    if not rows or _PLAIN_PICTURE.match(head):
        return False
    cells = parted(rows[0].removeprefix(b"#"))
    if len(rows) == 1 and len(head) >= HEAD:
        whole = cells.of(rows[0])
        whole = whole if b"\n" in head or b"\r" in head else whole[:-1]  # the last is cut
        named = sum(bool(_HEADING.fullmatch(cell)) for cell in whole)
        return (len(whole) >= HEADED and named >= 0.9 * len(whole)) or _are_numbers(whole, cells.comma)
    return any(_are_numbers(cells.of(row), cells.comma) for row in rows[:2])


def _are_numbers(cells: list[str], comma: bool) -> bool:
    words = sum(not is_number(cell, comma) for cell in cells)
    return len(cells) >= LEAST and words <= max(1, len(cells) // 10)


def read_table(path: Path, wishes: Wishes, on_progress: OnProgress) -> Read:
    """A table of rows of pixels, labelled by the column of labels where there is one.

    It is gone through twice: once to count its rows, so that what it makes is held against the limits before
    anything is kept, and once for the rows that are taken.
    """
    outline, size = Outline(), path.stat().st_size
    read = 0
    with unpacked(path) as file:
        for part in lines(file):
            outline.take(part)
            read += sum(len(line) for _, line in part)
            on_progress(COUNTING * read / (read + size))
    columns = _columns(outline, wishes)
    count, pixels = outline.count - columns.heading, len(columns.pixels)
    require(count > 0, "has a heading and no rows")
    (rows, height, width), said, asks = _layout(columns, count, pixels, wishes)
    numbers = picked(count, wishes.count) if rows == count else np.arange(count)
    check_images((len(numbers) if rows == count else 1, height, width), wishes.size)
    values, labels = _taken(path, columns, numbers, lambda share: on_progress(COUNTING + 0.7 * share))
    ranged = in_range(values, wishes, lambda share: on_progress(COUNTING + 0.7 + 0.1 * share))
    images = fit(turned(ranged.values.reshape(-1, height, width), wishes), wishes.size)
    made = images.shape[2], images.shape[1]
    on_progress(1)
    return Read(
        images,
        labels or (numbers + 1 if rows == count else "1"),
        replace(wishes, range=ranged.range, size=wishes.size or (None if rows != count else made)),
        (*said, *ranged.remarks),
        asks=asks | ranged.asks,
    )


def _taken(
    path: Path, columns: Columns, numbers: NDArray[np.intp], on_progress: OnProgress
) -> tuple[NDArray[Any], list[str]]:
    """The pixels (n, P) of the rows of these numbers, and their labels; bytes as long as all of them are."""
    values: NDArray[Any] = np.empty((len(numbers), len(columns.pixels)), np.uint8)
    labels: list[str] = []
    row, done = -int(columns.heading), 0
    with unpacked(path) as file:
        for part in lines(file):
            until = done + int(np.searchsorted(numbers[done:], row + len(part)))
            chosen = [part[i] for i in numbers[done:until] - row]
            row += len(part)
            if not chosen:
                continue
            found, named = columns.parse(chosen)
            if values.dtype == np.uint8 and not _are_bytes(found):
                values = values.astype(np.float32)
            values[done:until] = found.clip(-LARGEST, LARGEST)
            labels += named
            done = until
            on_progress(done / len(numbers))
    require(done == len(numbers), "has changed while it was read")
    return values, labels


def _are_bytes(values: NDArray[Any]) -> bool:
    if values.dtype.kind == "f" and not bool((values == np.rint(values)).all()):
        return False
    return bool(values.min() >= 0 and values.max() <= 255)


def _columns(outline: Outline, wishes: Wishes) -> Columns:
    """What the columns are, by the heading, the first row, and the edges of some rows."""
    cells, first = outline.cells, outline.first
    top, below = (cells.of(first[i]) for i in (0, min(1, len(first) - 1)))
    named = not all(is_number(cell, cells.comma) for cell in top)
    if named and len(below) == len(top) + 1 and not below[-1]:  # the heading alone ends without a mark
        cells = replace(cells, ending=True)
        below = below[:-1]
    words = [[i for i, cell in enumerate(line) if not is_number(cell, cells.comma)] for line in (top, below)]
    counts = _counts(top) and not _counts(below)
    heading = len(first) > 1 and (len(words[0]) > len(words[1]) or counts)
    row, apart = (below, words[1]) if heading else (top, words[0])
    label: int | None = None
    why, dropped = "", tuple[int, ...]()
    if heading:
        names = [cell.lower() for cell in top]
        dropped = tuple(i for i, name in enumerate(names) if name in PLACES and (name or i == 0))
        label = next((i for name in LABELS for i, each in enumerate(names) if each == name), None)
        why = "heading" if label is not None else ""
    rest = [i for i in apart if i not in dropped and i != label]
    if label is None and rest:
        label, why, rest = rest[0], "words", rest[1:]
    for column in rest:
        raise Refusal(
            "has {word} in line {line:d}, column {column:d}, where a number should be",
            word=printable(row[column], 40) or '""', line=1 + heading, column=column + 1,
        )  # fmt: skip
    left = len(row) - len(dropped)
    if label is None and _one_more(left, wishes):
        label, why = _edge(outline, len(row), dropped, heading), "count"
    return Columns(cells, len(row), heading, label, why, dropped, bool(apart))


def _one_more(columns: int, wishes: Wishes) -> bool:
    """Whether all columns but one make an image: of the size wished for, or else a square, unless all do."""
    if wishes.size is not None and columns - prod(wishes.size) in (0, 1):
        return columns > prod(wishes.size)
    return not _square(columns, 2) and _square(columns - 1, SMALL)


def _square(pixels: int, least: int) -> bool:
    """Whether so many pixels make a square of `least` or more."""
    return pixels >= least and isqrt(pixels) ** 2 == pixels


def _counts(line: list[str]) -> bool:
    """Whether the numbers in a line count on, as a heading without names does."""
    numbers = [cell for cell in line if cell.isdecimal() and len(cell) < 9]
    return (
        len(numbers) >= max(LEAST, len(line) - 2)
        and int(numbers[0]) in (0, 1)
        and all(int(cell) == int(numbers[0]) + i for i, cell in enumerate(numbers))
    )


def _edge(outline: Outline, count: int, dropped: tuple[int, ...], heading: bool) -> int:
    """Whether labels are first or last: pixels at an edge are mostly alike, labels are not."""
    edges = outline.edges[heading:] or outline.edges
    first, last = ([edge[i] for edge in edges] for i in (0, 1))
    return count - 1 if _alike(last) < _alike(first) else 1 if 0 in dropped else 0


def _alike(cells: list[str]) -> int:
    """How many are what most of them are."""
    return max(map(cells.count, set(cells)))


def _layout(
    columns: Columns, count: int, pixels: int, wishes: Wishes
) -> tuple[tuple[int, int, int], tuple[Remark, ...], frozenset[Wish]]:
    """(N, H, W) of the rows, one image each or all one picture, before they are turned; what is said."""
    require(pixels > 0, "has no column of numbers")
    size, side = before_turning(wishes), isqrt(pixels)
    sure = columns.heading or columns.label is not None
    asks = frozenset[Wish]()
    if size is not None and prod(size) == pixels:
        width, height = size
    elif side > 1 and side * side == pixels and (sure or count != pixels):
        width = height = side
    else:
        require(
            not sure,
            "has rows of {count} pixels, which make no square; {size} says how they lie, as in 5x7 for 35",
            count=pixels, size=SIZE,
        )  # fmt: skip
        layout = laid_out((count, pixels), wishes)
        return (layout.count, layout.height, layout.width), layout.remarks, layout.asks
    if size is None and not sure and max(count, pixels) <= 128:
        asks = frozenset(("size",))
    said = [
        remark(
            "Every row of {pixels} numbers is an image of {width:d}x{height:d} pixels; {size} lays them out "
            "otherwise.",
            pixels=pixels, width=width, height=height, size=SIZE,
        )
    ]  # fmt: skip
    if columns.label is not None:
        column = columns.label + 1
        said.append(
            remark("Column {column:d} is headed as the one of labels.", column=column)
            if columns.why == "heading"
            else remark("Column {column:d} holds words: it is taken for the labels.", column=column)
            if columns.why == "words"
            else remark(
                "Column {column:d} is taken for the labels: the other {pixels} make whole images.",
                column=column, pixels=pixels,
            )
        )  # fmt: skip
    if columns.dropped:
        said.append(
            remark("Column {column:d} numbers the rows and is left out.", column=columns.dropped[0] + 1)
        )
    return (count, height, width), tuple(said), asks
