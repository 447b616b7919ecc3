"""What a source and the wishes for it are held against, and how one that cannot become a set is refused."""

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from PIL import Image, UnidentifiedImageError

from core.base.progress import Stopped
from core.base.troubles import told
from core.base.words import Option, Refusal
from core.data import limits
from core.data.importers.reading import Family
from core.data.limits import MAX_COUNT, MAX_SIDE, MAX_SOURCE_PIXELS, printable, require
from core.data.wishes import EVERYWHERE, Wishes

PICTURES = ("PNG", "JPEG", "GIF", "BMP", "WEBP", "TIFF", "PPM")
"""The formats that Pillow may try; not EPS, for one, which runs Ghostscript."""

SIZE, GRID, CHARACTERS, COUNT = Option("size"), Option("grid"), Option("characters"), Option("count")


class ImportRefused(Refusal):
    """A source that cannot become a data set; the message names the file and says what would be right.

    It has the values `file`, the source, and `reason`, the error without the file's name.
    """


@contextmanager
def naming(file: str) -> Iterator[None]:
    """Turn everything that goes wrong inside into one refusal of `file`: decoders raise whatever they like.

    Raises
    ------
    FileNotFoundError, Stopped : as they are.
    ImportRefused : for every other error.
    """
    try:
        yield
    except (FileNotFoundError, Stopped):
        raise
    except Exception as error:
        raise ImportRefused(
            "{file}: {reason}", file=printable(file, len(file)), reason=_reason(error)
        ) from error


def _reason(error: Exception) -> Refusal:
    match error:
        case Refusal():
            return error
        case UnidentifiedImageError():
            return Refusal(
                "is not a picture ({formats}), an array (.npy, .npz, IDX), a font (TTF, OTF, BDF), "
                "a table (CSV), a source in C or Python, nor a text that draws images with two signs",
                formats=", ".join(PICTURES),
            )
        case Image.DecompressionBombError() | Image.DecompressionBombWarning():
            return Refusal(
                "has more than {most} megapixels; make it smaller first", most=MAX_SOURCE_PIXELS >> 20
            )
        case MemoryError():
            return Refusal("there is not enough memory to read it")
    return Refusal("cannot be read: {error}", error=printable(told(error), 200))


def check_wishes(wishes: Wishes) -> None:
    """Refuse wishes that no source could grant."""
    sides, cuts = wishes.size or (1, 1), wishes.grid or (1, 1)
    require(
        min(sides) >= 1 and max(sides) <= MAX_SIDE,
        "{size} must be from 1x1 to {most}x{most} pixels", size=SIZE, most=MAX_SIDE,
    )  # fmt: skip
    require(min(cuts) >= 1, "{grid} needs at least one column and one row", grid=GRID)
    for name, value in (("margin", wishes.margin), ("spacing", wishes.spacing)):
        require((value or 0) >= 0, "{option} must be 0 or more pixels", option=Option(name))
    require(wishes.count is None or wishes.count >= 1, "{option} must be 1 or more", option=COUNT)
    low, high = wishes.range or (0, 1)
    require(
        math.isfinite(low) and math.isfinite(high) and low < high,
        "{option} needs two numbers of which the first is smaller, as in 0:255", option=Option("range"),
    )  # fmt: skip


def check_uses(wishes: Wishes, family: Family) -> None:
    """Refuse wishes that are of no use to a family of formats."""
    for name in sorted(wishes.uses - family.uses - EVERYWHERE):
        raise Refusal("{option} is of no use here: this is {kind}", option=Option(name), kind=family.kind)


def check_pixels(pixels: int) -> None:
    """Refuse to read so many pixels, before resizing, if they are too many."""
    require(
        pixels <= MAX_SOURCE_PIXELS,
        "has {pixels} pixels; at most {most} are read", pixels=pixels, most=MAX_SOURCE_PIXELS,
    )  # fmt: skip


def check_images(shape: Sequence[int], size: tuple[int, int] | None) -> None:
    """Refuse images (N, H, W) that are none or, once resized to `size` (width, height), too many."""
    require(min(shape) > 0, "holds no images: its shape is {shape}", shape=tuple(shape))
    count, height, width = shape
    width, height = size or (width, height)
    makes = {"count": count, "width": width, "height": height}
    require(
        max(width, height) <= MAX_SIDE,
        "makes {count} images of {width:d}x{height:d} pixels; give {size}, at most {most}x{most}",
        size=SIZE, most=MAX_SIDE, **makes,
    )  # fmt: skip
    require(
        count <= MAX_COUNT,
        "makes {count} images of {width:d}x{height:d} pixels; a set has at most {most} images: "
        "{fewer} takes so many of them",
        most=MAX_COUNT, fewer=COUNT, **makes,
    )  # fmt: skip
    check_pixels(math.prod(shape))
    require(
        4 * count * width * height <= limits.MAX_BYTES,
        "makes {count} images of {width:d}x{height:d} pixels, more than {most} MiB; "
        "give a smaller {size}, or take fewer of them with {fewer}",
        size=SIZE, fewer=COUNT, most=limits.MAX_BYTES >> 20, **makes,
    )  # fmt: skip
