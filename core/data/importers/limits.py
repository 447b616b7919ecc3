"""How large a source and a set may be, and how a source that cannot become a set is refused."""

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from PIL import Image, UnidentifiedImageError

from core.base.words import Option, Refusal

MAX_COUNT = 65_536
"""Images in a set."""
MAX_SIDE = 128
"""Pixels along either side of an image of the set, after resizing."""
MAX_BYTES = 256 * 2**20
"""Of all images of a set together, as float32."""
MAX_FILE_BYTES = 512 * 2**20
"""Of a file, and of what is unpacked from it."""
MAX_SOURCE_PIXELS = 64 * 2**20
"""In one picture, or in a whole array, before resizing."""
MAX_LABEL = 64
"""Characters in a label."""

PICTURES = ("PNG", "JPEG", "GIF", "BMP", "WEBP", "TIFF", "PPM")
"""The formats that Pillow may try; not EPS, for one, which runs Ghostscript."""

SIZE, GRID, CHARACTERS = Option("size"), Option("grid"), Option("characters")


class ImportRefused(Refusal):
    """A source that cannot become a data set; the message names the file and says what would be right.

    The outermost error has the values `file`, the source, and `reason`, the error without the file's name or
    a text in English.
    """


def require(truth: bool, template: str, /, **values: object) -> None:
    """Refuse the source with these words, unless `truth`."""
    if not truth:
        raise ImportRefused(template, **values)


@contextmanager
def naming(file: str) -> Iterator[None]:
    """Turn everything that goes wrong inside into one refusal of `file`: decoders raise whatever they like.

    Raises
    ------
    FileNotFoundError : as it is.
    ImportRefused : for every other error.
    """
    try:
        yield
    except FileNotFoundError:
        raise
    except Exception as error:
        raise ImportRefused(
            "{file}: {reason}", file=printable(file, len(file)), reason=_reason(error)
        ) from error


def _reason(error: Exception) -> ImportRefused:
    match error:
        case ImportRefused():
            return error
        case UnidentifiedImageError():
            return ImportRefused(
                "is not a picture ({formats}) nor an .npy, .npz, IDX, TTF, OTF or BDF file",
                formats=", ".join(PICTURES),
            )
        case Image.DecompressionBombError() | Image.DecompressionBombWarning():
            return ImportRefused(
                "has more than {most} megapixels; make it smaller first", most=MAX_SOURCE_PIXELS >> 20
            )
    said = printable(str(error) or type(error).__name__, 200)
    return ImportRefused("cannot be read: {error}", error=said)


def printable(text: str, limit: int = MAX_LABEL) -> str:
    """The first `limit` characters, with a replacement character for those that cannot be printed."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text[:limit])


def opened(path: Path) -> IO[bytes]:
    """The file for reading; refused if it is too large."""
    check_bytes(path.stat().st_size)
    return path.open("rb")


def check_bytes(count: int) -> None:
    """Refuse a file, or part of one, that has or promises so many bytes, if they are too many."""
    require(0 <= count <= MAX_FILE_BYTES, "is larger than {most} MiB", most=MAX_FILE_BYTES >> 20)


def check_options(grid: tuple[int, int] | None, size: tuple[int, int] | None) -> None:
    """Refuse a grid (columns, rows) or a size (width, height) that no source could have."""
    sides, cuts = size or (1, 1), grid or (1, 1)
    require(
        min(sides) >= 1 and max(sides) <= MAX_SIDE,
        "{size} must be from 1x1 to {most}x{most} pixels", size=SIZE, most=MAX_SIDE,
    )  # fmt: skip
    require(min(cuts) >= 1, "{grid} needs at least one column and one row", grid=GRID)


def check_images(shape: Sequence[int], size: tuple[int, int] | None) -> None:
    """Refuse images (N, H, W) that are none or, once resized to `size` (width, height), too many."""
    require(min(shape) > 0, "holds no images: its shape is {shape}", shape=tuple(shape))
    count, height, width = shape
    pixels = math.prod(shape)
    width, height = size or (width, height)
    makes = {"count": count, "width": width, "height": height}
    require(
        max(width, height) <= MAX_SIDE,
        "makes {count} images of {width:d}x{height:d} pixels; give {size}, at most {most}x{most}",
        size=SIZE, most=MAX_SIDE, **makes,
    )  # fmt: skip
    require(
        count <= MAX_COUNT,
        "makes {count} images of {width:d}x{height:d} pixels; a set has at most {most} images",
        most=MAX_COUNT, **makes,
    )  # fmt: skip
    require(
        pixels <= MAX_SOURCE_PIXELS,
        "has {pixels} pixels; at most {most} are read", pixels=pixels, most=MAX_SOURCE_PIXELS,
    )  # fmt: skip
    require(
        4 * count * width * height <= MAX_BYTES,
        "makes {count} images of {width:d}x{height:d} pixels, more than {most} MiB; "
        "give a smaller {size}, or fewer images",
        size=SIZE, most=MAX_BYTES >> 20, **makes,
    )  # fmt: skip
