"""What every reader of a source is given and gives back."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.base.progress import OnProgress
from core.base.words import Remark, Word
from core.data.datasets import Images
from core.data.wishes import Wish, Wishes


@dataclass(frozen=True, slots=True)
class Read:
    """What a reader made of a source.

    Attributes
    ----------
    images : (N, H, W) in [0, 1]; a rounding may have left it by a hair.
    labels : N of them.
    found : the wishes, with what was found by looking in the place of None.
    remarks : what was understood and why, in the order in which a person wants to know it.
    arrays : the names that `Wishes.array` could have; empty where a source has no named arrays.
    asks : what was found but may well be otherwise, so that a person should look at it.
    """

    images: Images
    labels: Iterable[object]
    found: Wishes
    remarks: tuple[Remark, ...] = ()
    arrays: tuple[str, ...] = ()
    asks: frozenset[Wish] = frozenset()


class Reader(Protocol):
    """Reads one family of formats."""

    def __call__(self, path: Path, wishes: Wishes, on_progress: OnProgress, /) -> Read:
        """Read a source.

        Raises
        ------
        Exception : whatever a decoder raises; it becomes a refusal that names the source.
        """


@dataclass(frozen=True, slots=True)
class Family:
    """One family of formats.

    Attributes
    ----------
    kind : what a source of it is called, as in "this is ...".
    read : its reader.
    uses : the wishes that are of use to it, beside those of `EVERYWHERE`.
    claims : whether a file that begins so, unpacked where it was gzipped, is of this family; `HEAD` bytes or
        all there are.
    """

    kind: Word
    read: Reader
    uses: frozenset[Wish]
    claims: Callable[[bytes], bool]


HEAD = 4096
"""Bytes of the beginning of a file, by which its family is recognised."""


def begins(*magics: bytes) -> Callable[[bytes], bool]:
    """Whether a file begins with one of these."""
    return lambda head: head.startswith(magics)


def picked(total: int, count: int | None) -> NDArray[np.intp]:
    """The numbers of the images, from 0, that are taken of `total`: evenly spread where they are too many."""
    if count is None or count >= total:
        return np.arange(total)
    return np.arange(count) * total // count


def fit(images: NDArray[Any], size: tuple[int, int] | None) -> Images:
    """Images (N, H, W) of any numbers as float32 (N, height, width) of the same range."""
    _, height, width = images.shape
    if size is None or size == (width, height):
        return images.astype(np.float32, copy=False)
    wide, high = size
    repeats, shrinks = wide % width == high % height == 0, wide <= width and high <= height
    ways = Image.Resampling
    way = ways.NEAREST if repeats else ways.BOX if shrinks else ways.BILINEAR
    resized = np.empty((len(images), high, wide), np.float32)
    for i, image in enumerate(images):
        resized[i] = np.asarray(Image.fromarray(image.astype(np.float32)).resize(size, way))
    return resized


def before_turning(wishes: Wishes) -> tuple[int, int] | None:
    """(width, height) of images whose size is wished, as they lie in the source."""
    if wishes.size is None or not wishes.transpose:
        return wishes.size
    width, height = wishes.size
    return height, width


def turned(images: NDArray[Any], wishes: Wishes) -> NDArray[Any]:
    """Images (N, H, W) as `mirror` and `transpose` want them."""
    mirrored = images[:, :, ::-1] if wishes.mirror else images
    return mirrored.swapaxes(1, 2) if wishes.transpose else mirrored
