"""Sets of images to learn from."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core import library
from core.registry import DATASETS, UnknownName

Images = NDArray[np.float32]

DATA = Path(__file__).resolve().parent.parent / "data"
"""Beside `core` both in a checkout and in an installed wheel."""


TOLERANCE = 1
"""Wrong pixels that a recognised character may have (slides; `ej1a.py` of their code)."""


def evenly(count: int, most: int) -> slice:
    """Which of `count` images stand for all where more than `most` would be too many: evenly spaced ones."""
    return slice(None, None, max(1, -(-count // most)))


@dataclass(frozen=True, slots=True)
class Dataset:
    """Named images with a label each.

    Attributes
    ----------
    name : as in `Spec.dataset`.
    images : (N, H, W) float32 in [0, 1], read-only.
    labels : N words, shown beside the images.
    binary : whether every pixel is black or white, so that counting wrong pixels says all.

    Raises
    ------
    ValueError : the arrays do not have these shapes or ranges.
    """

    name: str
    images: Images
    labels: tuple[str, ...]
    binary: bool = field(init=False)

    def __post_init__(self) -> None:
        images = np.ascontiguousarray(self.images, dtype=np.float32).copy()
        if images.ndim != 3 or 0 in images.shape:
            raise ValueError(f"{self.name}: images must be (N, H, W) and not empty, got {images.shape}")
        if not (np.isfinite(images).all() and images.min() >= 0 and images.max() <= 1):
            raise ValueError(f"{self.name}: every pixel must be a number in [0, 1]")
        if len(self.labels) != len(images):
            raise ValueError(f"{self.name}: {len(images)} images but {len(self.labels)} labels")
        images.flags.writeable = False
        object.__setattr__(self, "images", images)
        object.__setattr__(self, "binary", bool(((images == 0) | (images == 1)).all()))

    @property
    def count(self) -> int:
        """N, the number of images."""
        return len(self.images)

    @property
    def shape(self) -> tuple[int, int]:
        """(H, W) of every image."""
        return self.images.shape[1], self.images.shape[2]

    @property
    def pixels(self) -> int:
        """H x W, the width of the network's input and output."""
        height, width = self.shape
        return height * width


def dataset_names() -> tuple[str, ...]:
    """Every set there is: the built-in ones, then the person's own."""
    return DATASETS.names() + tuple(name for name in library.names() if name not in DATASETS.names())


def load_dataset(name: str) -> Dataset:
    """The data set of that name, built in or the person's own.

    Raises
    ------
    UnknownName : no data set has this name; the message lists those there are.
    LibraryError : the person's set of this name is damaged.
    """
    if name in DATASETS.names():
        return _built_in(name)
    if name not in library.names():
        raise UnknownName(f"unknown data set {name!r}; known: {', '.join(dataset_names())}")
    images, labels = library.read(name)
    try:
        return Dataset(name, images, labels)
    except ValueError as error:
        raise library.LibraryError(f"the file of the data set is damaged: {error}") from error


def save_dataset(dataset: Dataset) -> None:
    """Keep a set of the person's own; `load_dataset` and `--set dataset=NAME` find it from now on.

    Raises
    ------
    LibraryError : the name is a built-in set's, or cannot be a set's at all.
    OSError : the folder of the library cannot be written.
    """
    if dataset.name in DATASETS.names():
        raise library.LibraryError(f"{dataset.name!r} is built in; choose another name")
    library.write(dataset.name, dataset.images, dataset.labels)


def delete_dataset(name: str) -> None:
    """Forget a set of the person's own; the built-in ones stay."""
    library.delete(name)


@cache
def _built_in(name: str) -> Dataset:
    build: Callable[[], Dataset] = DATASETS[name]
    return build()


@DATASETS.implement("font5x7")
def font5x7() -> Dataset:
    """The 32 characters 0x60 to 0x7f of the slides: images (32, 7, 5), every pixel 0 or 1."""
    table = json.loads((DATA / "font5x7.json").read_text(encoding="utf-8"))
    rows = np.array(table["rows"], dtype=np.uint8)  # (32, 7): five bits a row, bit 4 the left column
    images = (rows[:, :, None] >> np.arange(4, -1, -1)) & 1  # (32, 7, 5)
    return Dataset("font5x7", images.astype(np.float32), tuple(table["chars"]))


@DATASETS.implement("emojis")
def emojis() -> Dataset:
    """97 faces of Noto Color Emoji: images (97, 20, 20), grey; labels are their CLDR names in English."""
    return _packed("emojis")


@DATASETS.implement("emojis-20")
def emojis_20() -> Dataset:
    """The first 20 of `emojis`, as many as the slides' first two attempts had."""
    return _first("emojis-20", emojis(), 20)


@DATASETS.implement("emojis-55")
def emojis_55() -> Dataset:
    """The first 55 of `emojis`, as many as the slides' third attempt had."""
    return _first("emojis-55", emojis(), 55)


@DATASETS.implement("digits")
def digits() -> Dataset:
    """1,797 handwritten digits (UCI, Alpaydin and Kaynak 1998): images (1797, 8, 8), 17 levels of grey."""
    return _packed("digits")


def _packed(name: str) -> Dataset:
    """A set committed as whole numbers: `images` (N, H, W) uint8 up to `white`, and `labels`."""
    with np.load(DATA / f"{name}.npz", allow_pickle=False) as kept:
        images = kept["images"].astype(np.float32) / kept["white"]
        return Dataset(name, images, tuple(kept["labels"].tolist()))


def _first(name: str, whole: Dataset, count: int) -> Dataset:
    return Dataset(name, whole.images[:count], whole.labels[:count])
