"""Pictures: a folder of them, one alone, or a sheet that is cut into cells."""

import re
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from core.base.progress import OnProgress
from core.data.datasets import Images
from core.data.importers.checks import GRID, PICTURES, SIZE, check_images, naming
from core.data.importers.reading import Read, Wishes, fit
from core.data.importers.transparency import laid
from core.data.limits import MAX_SIDE, MAX_SOURCE_PIXELS, check_bytes, require

SUFFIXES = re.compile(r"\.(png|jpe?g|gif|bmp|webp|tiff?|p[bgpn]m)", re.IGNORECASE)
"""In a folder, a file so called has to be a picture; any other file is skipped if it is not one."""


def read_folder(path: Path, wishes: Wishes, on_progress: OnProgress) -> Read:
    """Every picture of a folder, in natural order, labelled with its name."""
    inks: list[Images] = []
    clears: list[Images | None] = []
    labels: list[str] = []
    files = (file for file in path.iterdir() if file.is_file() and not file.name.startswith("."))
    for file in sorted(files, key=_natural):
        with naming(file.name):
            try:
                ink, clear = _decoded(file, wishes.size is not None)
            except UnidentifiedImageError:
                require(not SUFFIXES.fullmatch(file.suffix), "is not a picture, though its name says so")
                continue
            ink = fit(ink, wishes.size)
            clear = None if clear is None else fit(clear, wishes.size)
            if inks:
                (_, height, width), (_, high, wide) = ink.shape, inks[0].shape
                require(
                    ink.shape == inks[0].shape,
                    "is {width:d}x{height:d} pixels, but {first} is {wide:d}x{high:d}; "
                    "give {size} to make all of them alike",
                    width=width, height=height, first=labels[0], wide=wide, high=high, size=SIZE,
                )  # fmt: skip
            check_images((len(inks) + 1, *ink.shape[1:]), None)
            inks.append(ink)
            clears.append(clear)
            labels.append(file.stem)
    require(bool(inks), "has no pictures in it ({formats})", formats=", ".join(PICTURES))
    gaps = [np.zeros_like(inks[0]) if each is None else each for each in clears]
    somewhere = any(each is not None for each in clears)
    over = laid(np.concatenate(inks), np.concatenate(gaps) if somewhere else None, labels)
    return Read(over.images, labels, wishes, over.remarks)


def _natural(path: Path) -> tuple[list[str | int], str]:
    """Sorts a2 before a10; text and numbers alternate, so like meets like."""
    parts = re.split(r"(\d+)", path.name.casefold())
    return [int(part) if i % 2 else part for i, part in enumerate(parts)], path.name


def read_picture(path: Path, wishes: Wishes, on_progress: OnProgress) -> Read:
    """One picture, or the cells of a sheet up to the last that is drawn on, labelled with their numbers."""
    over = laid(*_decoded(path, bool(wishes.grid or wishes.size)))
    (pixels,), remarks = over.images, over.remarks  # (H, W)
    if wishes.grid is None:
        return Read(fit(over.images, wishes.size), "1", wishes, remarks)
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
    return Read(fit(cells[: drawn[-1] + 1], wishes.size), range(1, drawn[-1] + 2), wishes, remarks)


def _decoded(path: Path, any_size: bool) -> tuple[Images, Images | None]:
    """A picture's ink and what is clear of it, as `laid` takes them: each (1, H, W) in [0, 1], upright.

    Its sides are up to `MAX_SIDE` unless `any_size`.

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
        opacity = _opacity(image)
    pixels /= white
    require(
        bool(pixels.min() >= 0 and pixels.max() <= 1),
        "has pixels outside the range from 0 to {white}", white=white,
    )  # fmt: skip
    if opacity is None:
        return pixels[None], None
    if opacity.any():  # a picture of which nothing is seen at all has a channel that means something else
        pixels *= opacity
        return pixels[None], 1 - opacity[None]
    return pixels[None], None


def _luminance(image: Image.Image) -> tuple[Images, int]:
    """(H, W), whatever is clear, and the number that is white."""
    if image.mode.startswith(("I", "F")):
        return np.array(image, np.float32), 1 if image.mode == "F" else 65_535
    return np.array(image.convert("L"), np.float32), 255


def _opacity(image: Image.Image) -> Images | None:
    """(H, W) in [0, 1]; None where nothing can be clear."""
    if not image.has_transparency_data:
        return None
    if image.mode.startswith("I"):  # one grey of a picture of 16 bits is clear
        clear_grey: int = image.info["transparency"]
        return np.not_equal(np.array(image), clear_grey).astype(np.float32)
    shown = image if "A" in image.getbands() else image.convert("RGBA")
    return np.array(shown.getchannel("A"), np.float32) / np.float32(255)
