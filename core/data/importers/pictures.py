"""One picture, decoded: its ink, and what is clear of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from core.data.datasets import Images
from core.data.importers.checks import GRID, PICTURES, SIZE
from core.data.limits import MAX_SIDE, MAX_SOURCE_PIXELS, check_bytes, require

GREYS = {"1": 255, "L;2": 85, "L;4": 17}
"""How much white of eight bits is one step of a picture of fewer bits, as Pillow calls them."""


def decoded(path: Path, freely: int = MAX_SOURCE_PIXELS) -> tuple[Images, Images | None]:
    """A picture's ink and what is clear of it, as `transparency.laid` takes them: each (1, H, W), upright.

    A picture of more pixels than `freely` has to be small enough for one image.

    Raises
    ------
    UnidentifiedImageError : it is no picture at all.
    """
    with _opened(path) as image:
        check_bytes(path.stat().st_size)  # not before: in a folder, what is no picture may be large
        width, height = image.size
        if width * height > MAX_SOURCE_PIXELS:
            raise Image.DecompressionBombError
        if width * height > freely:
            check_alone(width, height)
        require(
            image.format == "MPO" or not getattr(image, "is_animated", False),
            "is animated or has several pages; save one frame of it and import that",
        )
        ImageOps.exif_transpose(image, in_place=True)
        pixels, white = _luminance(image)
        opacity = _opacity(image)
    pixels /= white
    require(
        bool(pixels.min() >= 0 and pixels.max() <= 1),
        "has pixels outside the range from 0 to {white}", white=white,
    )  # fmt: skip
    if opacity is None or not opacity.any():  # where nothing at all would be seen, it means something else
        return pixels[None], None
    pixels *= opacity
    return pixels[None], np.subtract(1, opacity, out=opacity)[None]


def check_alone(width: int, height: int) -> None:
    """Refuse a picture of so many pixels as one image."""
    require(
        max(width, height) <= MAX_SIDE,
        "is {width:d}x{height:d} pixels, too large for one image; "
        "set {size} to shrink it, or {grid} to cut it into cells",
        width=width, height=height, size=SIZE, grid=GRID,
    )  # fmt: skip


@contextmanager
def _opened(path: Path) -> Iterator[Image.Image]:
    """A picture of which no more than the head is read, with its clear colour as it will be decoded."""
    with path.open("rb") as file, Image.open(file, formats=PICTURES) as image:
        packing = str(image.tile[0][3]) if image.tile else ""
        clear = image.info.get("transparency")
        if packing in GREYS and isinstance(clear, int):
            image.info["transparency"] = min(clear * GREYS[packing], 255)
        elif packing.startswith("RGB;16") and isinstance(clear, tuple):
            image.info["transparency"] = tuple(level >> 8 for level in clear)
        yield image


def _luminance(image: Image.Image) -> tuple[Images, int]:
    """(H, W), whatever is clear, and the number that is white."""
    if image.mode.startswith(("I", "F")):
        return np.array(image, np.float32), 1 if image.mode == "F" else 65_535
    plain = image.convert("LA") if image.mode == "La" else image  # of which Pillow knows no other way
    return np.array(plain.convert("L"), np.float32), 255


def _opacity(image: Image.Image) -> Images | None:
    """(H, W) in [0, 1]; None where nothing can be clear."""
    if image.mode == "La":
        image = image.convert("LA")
    if not image.has_transparency_data:
        return None
    if image.mode.startswith("I"):  # one grey of a picture of 16 bits is clear
        return np.array(np.array(image) != int(image.info["transparency"]), np.float32)
    shown = image if "A" in image.getbands() else image.convert("RGBA")
    opacity = np.array(shown.getchannel("A"), np.float32)
    opacity /= np.float32(255)
    return opacity
