"""What every reader of a source is given and gives back."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.data.datasets import Images


class Wishes(NamedTuple):
    """The options of `import_images` that its readers need."""

    grid: tuple[int, int] | None
    size: tuple[int, int] | None
    characters: str | None


Read: TypeAlias = tuple[Images, Iterable[object]]
"""Images (N, H, W) and what to label them with."""

Reader: TypeAlias = Callable[[Path, Wishes], Read]


def fit(images: NDArray[Any], size: tuple[int, int] | None) -> Images:
    """Images (N, H, W) of any numbers as float32 (N, height, width) of the same range."""
    _, height, width = images.shape
    if size is None or size == (width, height):
        return images.astype(np.float32)
    wide, high = size
    repeats, shrinks = wide % width == high % height == 0, wide <= width and high <= height
    ways = Image.Resampling
    way = ways.NEAREST if repeats else ways.BOX if shrinks else ways.BILINEAR
    resized = np.empty((len(images), high, wide), np.float32)
    for i, image in enumerate(images):
        resized[i] = np.asarray(Image.fromarray(image.astype(np.float32)).resize(size, way))
    return resized
