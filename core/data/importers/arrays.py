"""From the numbers of an array in a file, whatever its format, to images."""

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.base.progress import OnProgress
from core.base.words import Remark
from core.data.datasets import Images
from core.data.importers.checks import check_images
from core.data.importers.ranges import in_range
from core.data.importers.reading import before_turning, fit, picked, turned
from core.data.importers.shapes import Layout, laid_out
from core.data.importers.transparency import laid
from core.data.limits import MAX_SOURCE_IMAGES, MAX_STREAM_BYTES, check_bytes, require
from core.data.numbers import Header, Readable, taken
from core.data.wishes import Wish, Wishes

READ, RANGED = 0.6, 0.8
"""Shares of the work that are done once the numbers are read, and once they are from 0 to 1."""
BATCH = 2**20
"""Pixels of images that are resized in one go."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """The images of an array.

    Attributes
    ----------
    images : (N, H, W) in [0, 1], a rounding apart.
    total : how many the array has.
    rows : (N,), which of them these are, from 0.
    found, remarks, asks : as in `Read`.
    """

    images: Images
    total: int
    rows: NDArray[np.intp]
    found: Wishes
    remarks: tuple[Remark, ...]
    asks: frozenset[Wish]

    @property
    def numbers(self) -> list[int]:
        """What they are called where they have no labels: which of them they are, from 1."""
        return [int(row) + 1 for row in self.rows]


def gathered(
    file: Readable, header: Header, wishes: Wishes, on_progress: OnProgress, certain: bool = False
) -> Gathered:
    """The images of the array whose numbers begin here; `certain` as in `laid_out`.

    Raises
    ------
    Refusal : it is no images of numbers, has too many, or is damaged.
    """
    require(
        header.dtype.kind in "biuf",
        "is an array of {dtype} of shape {shape}; images need numbers of shape (count, height, width)",
        dtype=header.dtype, shape=header.shape,
    )  # fmt: skip
    layout = laid_out(header.shape, replace(wishes, size=before_turning(wishes)), certain)
    size = None if layout.laid else wishes.size
    _check(header, layout, wishes, size)
    rows = picked(layout.count, wishes.count)

    def share(first: float, last: float) -> OnProgress:
        return lambda part: on_progress(first + (last - first) * part)

    planes = taken(file, header._replace(shape=layout.rows), rows, layout.planes, share(0, READ))
    ranged = in_range(planes[:, 0], wishes, share(READ, RANGED))
    remarks = (*layout.remarks, *ranged.remarks)
    if planes.shape[1] == 1:
        del planes
        images = _sized(turned(ranged.values, wishes), size, share(RANGED, 1))
    else:
        opacity = _opacity(planes[:, 1])
        half = (1 + RANGED) / 2
        ink = _sized(turned(ranged.values * opacity, wishes), size, share(RANGED, half))
        clear = _sized(turned(1 - opacity, wishes), size, share(half, 1))
        over = laid(ink, clear, [str(row + 1) for row in rows])
        images, remarks = over.images, (*remarks, *over.remarks)
    if len(layout.rows) == 2 and wishes.size is None:
        wishes = replace(wishes, size=(layout.width, layout.height))
    found = replace(wishes, range=ranged.range)
    return Gathered(images, layout.count, rows, found, remarks, layout.asks | ranged.asks)


def _check(header: Header, layout: Layout, wishes: Wishes, size: tuple[int, int] | None) -> None:
    """Refuse an array of which too much would have to be kept, or looked through."""
    count = layout.count if wishes.count is None else min(wishes.count, layout.count)
    sides = (layout.width, layout.height) if wishes.transpose else (layout.height, layout.width)
    check_images((count, *sides), size)
    require(
        layout.count <= MAX_SOURCE_IMAGES,
        "has {count} images; at most {most} are looked through", count=layout.count, most=MAX_SOURCE_IMAGES,
    )  # fmt: skip
    check_bytes(header.bytes, MAX_STREAM_BYTES)
    one = math.prod(layout.rows[1:]) * header.dtype.itemsize
    check_bytes(one if layout.axis and header.order == "C" else count * one)


def _sized(images: NDArray[Any], size: tuple[int, int] | None, on_progress: OnProgress) -> Images:
    """Images (N, H, W) of this size (width, height), where one is wished."""
    count, height, width = images.shape
    if size is None or size == (width, height):
        return np.ascontiguousarray(images, np.float32)
    made, step = np.empty((count, size[1], size[0]), np.float32), max(1, BATCH // (height * width))
    for start in range(0, count, step):
        made[start : start + step] = fit(images[start : start + step], size)
        on_progress(min(1, (start + step) / count))
    return made


def _opacity(values: NDArray[Any]) -> Images:
    """How opaque pixels are, from 0 to 1: numbers up to 1, 255 or 65,535 are made so."""
    low, high = float(values.min()), float(values.max())
    require(
        bool(low >= 0 and high <= 65_535),
        "has an opacity from {low} to {high}; it must be from 0 to 1, 255 or 65535",
        low=str(low), high=str(high),
    )  # fmt: skip
    white = 1 if high <= 1 else 255 if high <= 255 else 65_535
    return values.astype(np.float32) / np.float32(white)
