"""Sets of images to learn from."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.registry import DATASETS

Images = NDArray[np.float32]

DATA = Path(__file__).resolve().parent.parent / "data"
"""Beside `core` both in a checkout and in an installed wheel."""


@dataclass(frozen=True, slots=True)
class Dataset:
    """Named images with a label each.

    Attributes
    ----------
    name : as in `Spec.dataset`.
    images : (N, H, W) float32 in [0, 1], read-only.
    labels : N words, shown beside the images.

    Raises
    ------
    ValueError : the arrays do not have these shapes or ranges.
    """

    name: str
    images: Images
    labels: tuple[str, ...]

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


@cache
def load_dataset(name: str) -> Dataset:
    """The data set of that name.

    Raises
    ------
    UnknownName : no data set has this name; the message lists those there are.
    """
    build: Callable[[], Dataset] = DATASETS[name]
    return build()


@DATASETS.implement("font5x7")
def font5x7() -> Dataset:
    """The 32 characters 0x60 to 0x7f of the slides: images (32, 7, 5), every pixel 0 or 1."""
    table = json.loads((DATA / "font5x7.json").read_text(encoding="utf-8"))
    rows = np.array(table["rows"], dtype=np.uint8)  # (32, 7): five bits a row, bit 4 the left column
    images = (rows[:, :, None] >> np.arange(4, -1, -1)) & 1  # (32, 7, 5)
    return Dataset("font5x7", images.astype(np.float32), tuple(table["chars"]))
