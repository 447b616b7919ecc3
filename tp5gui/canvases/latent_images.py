"""Images at the size that all have on a latent map: those at their codes and the tiles behind alike."""

import math

import numpy as np

from tp5gui.canvases.pixels import Image

SIDE = 21  # px: about the longer side of an image
MOST = 32  # px of the longer side from which an image is made coarser


def cell_of(shape: tuple[int, int], ratio: float) -> int:
    """Pixels of the screen along a pixel of an image (H, W), `ratio` of them in one of the layout."""
    return max(1, round(SIDE * ratio / max(shape)))


def coarse(images: Image, ratio: float) -> Image:
    """Images (..., H, W), made coarser by whole pixels where they are too large to be shown as they are."""
    high, wide = images.shape[-2:]
    step = math.ceil(max(high, wide) / (MOST * ratio))
    if step <= 1:
        return images
    rows, columns = math.ceil(high / step), math.ceil(wide / step)
    wider = [(0, 0)] * (images.ndim - 2) + [(0, rows * step - high), (0, columns * step - wide)]
    blocks = np.pad(images, wider).reshape(*images.shape[:-2], rows, step, columns, step)
    return np.asarray(blocks.mean((-3, -1)), dtype=np.float32)


def size_of(shape: tuple[int, int], ratio: float) -> tuple[int, int]:
    """Width and height in pixels of the screen of an image (H, W) on the map."""
    high, wide = coarse(np.zeros(shape, dtype=np.float32), ratio).shape
    cell = cell_of((high, wide), ratio)
    return wide * cell, high * cell
