"""How an array of any shape is a stack of images."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from core.base.words import Option, Refusal, Remark, remark
from core.data.importers.checks import check_pixels
from core.data.limits import MAX_SIDE, require
from core.data.wishes import Wish, Wishes

SIZE = Option("size")
LUMA = (19_595, 38_470, 7_471)
"""Parts of 65,536 that red, green and blue have in grey: those of Pillow."""
COLOURS = (3, 4)
"""Lengths of an axis of colours: red, green, blue and, where there are four, opacity."""
PICTURE = 8
"""From so many pixels along both sides on, (H, W, 3) is a picture in colour and not images 3 pixels wide."""


@dataclass(frozen=True, slots=True)
class Layout:
    """What the axes of an array are.

    Attributes
    ----------
    rows : the shape with one image after another, the axes of length 1 dropped that stand for nothing.
    height, width : of every image.
    axis : where in `rows` the colours are, 1 or -1; 0 where there are none.
    laid : whether the wish for a size told how rows are laid out, and so is granted.
    remarks : what was guessed.
    asks : "size" where it may well be otherwise.
    """

    rows: tuple[int, ...]
    height: int
    width: int
    axis: Literal[0, 1, -1] = 0
    laid: bool = False
    remarks: tuple[Remark, ...] = ()
    asks: frozenset[Wish] = frozenset()

    @property
    def count(self) -> int:
        """The number of images."""
        return self.rows[0]

    def planes(self, rows: NDArray[Any]) -> NDArray[Any]:
        """Some of the rows as grey and, where there is one, opacity: (n, 1 or 2, H, W), in their own range.

        Whole numbers stay whole, as Pillow rounds them.
        """
        if not self.axis:
            return rows.reshape(-1, 1, self.height, self.width)
        bands = rows if self.axis == 1 else rows.transpose(0, 3, 1, 2)
        with np.errstate(over="ignore", invalid="ignore"):  # what is too large is found by its infinity
            red, green, blue = (part * bands[:, i].astype(np.float32) for i, part in enumerate(LUMA))
            grey = red + green + blue
        if rows.dtype.kind in "iu":
            grey = np.floor((grey + 32_768) / 65_536).astype(rows.dtype)
        else:
            grey /= 65_536
        return np.stack([grey, *(bands[:, i] for i in range(3, bands.shape[1]))], 1)


def laid_out(shape: Sequence[int], wishes: Wishes, certain: bool = False) -> Layout:
    """What the axes of an array of this shape are; `certain` that three of them are (N, H, W) in any case.

    ==================  ====================================================================================
    (N, H, W)           images
    (H, W, 3 or 4)      one picture in colour, if both sides are of 8 pixels or more
    (N, H, W, C)        images in colour, or grey where C is 1; (N, C, H, W) as well
    (N, P)              images of one row each: of the size that is wished, if it has P pixels, or square
    (H, W)              one picture: if the rows are no images, or there are as many rows as columns
    (P,)                one image of the size that is wished
    ==================  ====================================================================================

    Further axes of length 1 are dropped.

    Raises
    ------
    Refusal : it is none of these.
    """
    axes = list(shape)
    require(min(axes, default=1) > 0, "holds no images: its shape is {shape}", shape=tuple(axes))
    while len(axes) > 4 and 1 in axes:
        axes.remove(1)
    match axes:
        case [_, _, _, 1] | [_, 1, _, _]:  # before colours: images may well be 3 or 4 pixels high or wide
            axes.pop(3 if axes[3] == 1 else 1)
            certain = True
        case [count, height, width, 3 | 4] | [count, 3 | 4, height, width]:
            axis: Literal[1, -1] = -1 if axes[3] in COLOURS else 1
            _check_pixels(axes)
            return Layout(
                tuple(axes), height, width, axis, remarks=(remark("Its colours are turned to grey."),)
            )
        case [_, _, _, _] if 1 in axes:
            axes.pop(max(place for place in range(4) if axes[place] == 1))
            certain = True
    match axes:
        case [height, width, 3 | 4] if min(height, width) >= PICTURE and not certain:
            _check_pixels([1, *axes])
            said = remark(
                "It is taken for one picture in colour, of {width:d}x{height:d} pixels. If it is {height} "
                "images, save it in the shape {better}.",
                width=width, height=height, better=(*axes, 1),
            )  # fmt: skip
            return Layout((1, *axes), height, width, -1, remarks=(said,))
        case [_, height, width]:
            _check_pixels(axes)
            return Layout(tuple(axes), height, width)
        case [count, length]:
            return _flat(count, length, wishes)
        case [length] if wishes.size is not None and math.prod(wishes.size) == length:
            return _rows(1, length, wishes.size, laid=True)
    raise Refusal(
        "is an array of shape {shape}; images need (count, height, width), or a row of pixels for each",
        shape=tuple(shape),
    )


def _flat(count: int, length: int, wishes: Wishes) -> Layout:
    """A table of numbers: a row for each image, or one picture."""
    if wishes.size is not None and math.prod(wishes.size) == length:
        return _rows(count, length, wishes.size, laid=True)
    side = math.isqrt(length)
    square = side > 1 and side * side == length
    large = max(count, length) > MAX_SIDE
    if square and (count != length or (large and wishes.size is None)):
        return _rows(count, length, (side, side))
    require(
        not large or wishes.size is not None,
        "is an array of {count:d} rows of {length:d} numbers: if each is an image, {size} says how it is "
        "laid out, as in 28x28 for 784 numbers; if all are one picture, {size} shrinks it",
        count=count, length=length, size=SIZE,
    )  # fmt: skip
    _check_pixels([1, count, length])
    said = remark(
        "It is taken for one picture of {width:d}x{height:d} pixels. If each of its rows is an image, {size} "
        "says how it is laid out.",
        width=length, height=count, size=SIZE,
    )  # fmt: skip
    return Layout((1, count, length), count, length, remarks=(said,), asks=frozenset(("size",)))


def _rows(count: int, length: int, size: tuple[int, int], laid: bool = False) -> Layout:
    """Every row an image of `size` (width, height)."""
    width, height = size
    _check_pixels([1, height, width])
    said = remark(
        "Each of its rows of {length} numbers is an image of {width:d}x{height:d} pixels, as {size} has it."
        if laid
        else "Each of its rows of {length} numbers is taken for an image of {width:d}x{height:d} pixels. "
        "{size} lays them out otherwise; if all are one picture, save it in the shape (1, {count:d}, "
        "{length:d}).",
        size=SIZE,
        count=count,
        length=length,
        width=width,
        height=height,
    )
    doubtful = not laid and max(count, length) <= MAX_SIDE
    return Layout(
        (count, length), height, width, 0, laid, (said,), frozenset(("size",)) if doubtful else frozenset()
    )


def _check_pixels(rows: Sequence[int]) -> None:
    """Refuse images (N, ...) of which one alone has too many numbers."""
    check_pixels(math.prod(rows[1:]))
