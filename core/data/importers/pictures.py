"""Pictures: a folder of them, one alone, or a sheet that is cut into cells."""

import re
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from core.base.progress import OnProgress
from core.data.datasets import Images
from core.data.importers.checks import GRID, PICTURES, SIZE, check_images, naming
from core.data.importers.reading import Read, Wishes, fit
from core.data.limits import MAX_SIDE, MAX_SOURCE_PIXELS, check_bytes, require

SUFFIXES = re.compile(r"\.(png|jpe?g|gif|bmp|webp|tiff?|p[bgpn]m)", re.IGNORECASE)
"""In a folder, a file so called has to be a picture; any other file is skipped if it is not one."""


def read_folder(path: Path, wishes: Wishes, on_progress: OnProgress) -> Read:
    """Every picture of a folder, in natural order, labelled with its name."""
    images: list[Images] = []
    labels: list[str] = []
    files = (file for file in path.iterdir() if file.is_file() and not file.name.startswith("."))
    for file in sorted(files, key=_natural):
        with naming(file.name):
            try:
                (image,) = fit(_grey(file, wishes.size is not None)[None], wishes.size)
            except UnidentifiedImageError:
                require(not SUFFIXES.fullmatch(file.suffix), "is not a picture, though its name says so")
                continue
            if images:
                (height, width), (high, wide) = image.shape, images[0].shape
                require(
                    image.shape == images[0].shape,
                    "is {width:d}x{height:d} pixels, but {first} is {wide:d}x{high:d}; "
                    "give {size} to make all of them alike",
                    width=width, height=height, first=labels[0], wide=wide, high=high, size=SIZE,
                )  # fmt: skip
            check_images((len(images) + 1, *image.shape), None)
            images.append(image)
            labels.append(file.stem)
    require(bool(images), "has no pictures in it ({formats})", formats=", ".join(PICTURES))
    return Read(np.stack(images), labels, wishes)


def _natural(path: Path) -> tuple[list[str | int], str]:
    """Sorts a2 before a10; text and numbers alternate, so like meets like."""
    parts = re.split(r"(\d+)", path.name.casefold())
    return [int(part) if i % 2 else part for i, part in enumerate(parts)], path.name


def read_picture(path: Path, wishes: Wishes, on_progress: OnProgress) -> Read:
    """One picture, or the cells of a sheet up to the last that is drawn on, labelled with their numbers."""
    pixels = _grey(path, bool(wishes.grid or wishes.size))  # (H, W)
    if wishes.grid is None:
        return Read(fit(pixels[None], wishes.size), "1", wishes)
    (columns, rows), (height, width) = wishes.grid, pixels.shape
    require(
        width % columns == height % rows == 0,
        "is {width:d}x{height:d} pixels, which {columns:d}x{rows:d} cells do not divide evenly; "
        "give another {grid}",
        width=width, height=height, columns=columns, rows=rows, grid=GRID,
    )  # fmt: skip
    check_images((columns * rows, height // rows, width // columns), wishes.size)
    sheet = pixels.reshape(rows, height // rows, columns, width // columns).swapaxes(1, 2)
    cells = sheet.reshape(rows * columns, height // rows, width // columns)
    drawn = np.flatnonzero((cells != pixels[-1, -1]).any((1, 2)))
    require(drawn.size > 0, "is blank: all of its pixels are alike")
    return Read(fit(cells[: drawn[-1] + 1], wishes.size), range(1, drawn[-1] + 2), wishes)


def _grey(path: Path, any_size: bool) -> Images:
    """The pixels (H, W) in [0, 1] of a picture, upright; of sides to `MAX_SIDE` unless `any_size`.

    Raises
    ------
    UnidentifiedImageError : it is no picture at all.
    """
    with path.open("rb") as file, Image.open(file, formats=PICTURES) as image:
        check_bytes(path.stat().st_size)  # not before: in a folder, what is no picture may be large
        width, height = image.size
        if width * height > MAX_SOURCE_PIXELS:
            raise Image.DecompressionBombError
        require(
            any_size or max(image.size) <= MAX_SIDE,
            "is {width:d}x{height:d} pixels, too large for one image; "
            "set {size} to shrink it, or {grid} to cut it into cells",
            width=width, height=height, size=SIZE, grid=GRID,
        )  # fmt: skip
        require(
            image.format == "MPO" or not getattr(image, "is_animated", False),
            "is animated or has several pages; save one frame of it and import that",
        )
        ImageOps.exif_transpose(image, in_place=True)
        pixels, white = _luminance(image)
    pixels /= white
    require(
        bool(pixels.min() >= 0 and pixels.max() <= 1),
        "has pixels outside the range from 0 to {white}", white=white,
    )  # fmt: skip
    return pixels


def _luminance(image: Image.Image) -> tuple[Images, int]:
    """(H, W), over black, and the number that is white."""
    if image.mode.startswith(("I", "F")):
        return np.array(image, np.float32), 1 if image.mode == "F" else 65_535
    grey = image.convert("L")
    if image.has_transparency_data:
        black = Image.new("L", image.size)
        clear = image if "A" in image.getbands() else image.convert("RGBA")
        black.paste(grey, mask=clear.getchannel("A"))
        grey = black
    return np.array(grey, np.float32), 255
