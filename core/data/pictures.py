"""Images as PNG files: one row after another, pixels enlarged to crisp squares."""

import os
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.base.files import whole
from core.base.words import Refusal

PICTURES = (".png",)
"""The kinds of files for a picture: every pixel is kept as it is."""

Array = NDArray[np.float32]


def sheet(images: Array, columns: int, scale: int) -> NDArray[np.uint8]:
    """Images (N, H, W) in [0, 1], where 1 is white, side by side as one page (H', W') uint8.

    Every pixel becomes a square of `scale` x `scale`; one pixel of mid-grey separates the images, and empty
    places in the last row are mid-grey.
    """
    count, height, width = images.shape
    rows = -(-count // columns)
    cells = np.full((rows * columns, height * scale + 1, width * scale + 1), 128, dtype=np.uint8)
    levels = np.rint(255 * images).astype(np.uint8)
    cells[:count, :-1, :-1] = levels.repeat(scale, 1).repeat(scale, 2)
    page = cells.reshape(rows, columns, *cells.shape[1:]).swapaxes(1, 2)
    return page.reshape(rows * cells.shape[1], -1)[:-1, :-1]


def write_png(page: NDArray[np.uint8], path: str | os.PathLike[str]) -> Path:
    """Write a page (H, W) uint8 as a grey PNG.

    Raises
    ------
    Refusal : the suffix is not .png.
    OSError : the place cannot be written.
    """
    path = Path(path)
    if path.suffix.lower() not in PICTURES:
        raise Refusal("a picture is a .png file, not {path}", path=path)
    from PIL import Image  # which only a file needs

    with whole(path) as file:
        Image.fromarray(page).save(file, format="PNG")
    return path
