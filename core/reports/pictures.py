"""Images and weights as parts of a page: nothing is fetched, and every picture is small."""

import base64
import io

import numpy as np
from numpy.typing import NDArray

from core.reports.markup import Markup, place, tag

Array = NDArray[np.float32]

SIDE = 40
"""Pixels along either side of an image on a page; a larger one is shown reduced."""

UNIT_SIDE = 20
"""The same of a unit's weights, whose pixels are drawn one by one."""


def factor(shape: tuple[int, int], side: int = SIDE) -> int:
    """By how much images (H, W) are reduced on a page; 1 for those that are shown as they are."""
    return -(-max(shape) // side)


def reduced(images: Array, by: int) -> Array:
    """Images (N, H, W) with the mean of every `by` x `by` pixels in their place, the last ones in part."""
    if by == 1:
        return images
    sums = np.add.reduceat(images, range(0, images.shape[1], by), 1)
    sums = np.add.reduceat(sums, range(0, images.shape[2], by), 2)
    rows, columns = (np.diff(np.append(np.arange(0, size, by), size)) for size in images.shape[1:])
    return np.asarray(sums / (rows[:, None] * columns), dtype=np.float32)


def address(image: Array) -> str:
    """An image (H, W) in [0, 1] as the address of a PNG in the page itself: 1 is black, 0 white."""
    from PIL import Image  # which only a page needs

    pixels = np.rint(255 * (1 - np.clip(image, 0, 1))).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, format="PNG", optimize=True)
    return f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode('ascii')}"


def image(pixels: Array, words: str, width: int) -> Markup:
    """An image (H, W) as an element of so many CSS pixels, with the words that stand for it."""
    height = width * pixels.shape[0] / pixels.shape[1]
    return tag("img", class_="pixels", src=address(pixels), alt=words, width=width, height=round(height))


def weights(values: Array, most: float, words: str) -> Markup:
    """Signed numbers (H, W) as squares, as large as the numbers: filled above 0, hollow below.

    Parameters
    ----------
    most : the size of a number that fills its place.
    words : what stands for the picture.
    """
    height, width = values.shape
    filled: list[str] = []
    hollow: list[str] = []
    for (row, column), value in np.ndenumerate(values):
        side = 9 * min(1.0, float(np.sqrt(abs(value) / most))) if most > 0 else 0.0
        if value < 0:
            side = max(0.0, side - 1)  # the line is half outside
        if side >= 0.6:
            corner = f"M{place(10 * column + 5 - side / 2)} {place(10 * row + 5 - side / 2)}"
            (filled if value > 0 else hollow).append(f"{corner}h{place(side)}v{place(side)}h{place(-side)}z")
    return tag(
        "svg", tag("title", words), tag("path", class_="plus", d="".join(filled)),
        tag("path", class_="minus", d="".join(hollow)), viewBox=f"0 0 {10 * width} {10 * height}", role="img",
        class_="fine" if max(values.shape) > 10 else None,
    )  # fmt: skip
