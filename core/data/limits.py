"""The bounds of every door: what may come in from a file, and how what is beyond them is refused.

Every reader holds what a file promises against these numbers before it unpacks anything, and reads no more
than was promised. What is made here (a `Dataset`, a run) is held against them when it is made or written, so
that whatever was written can be read again.
"""

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

from core.base.words import Refusal

MAX_FILE_BYTES = 512 * 2**20
"""Of a file to import, and of what is unpacked from it."""
MAX_BDF_BYTES, MAX_BDF_LINES = 64 * 2**20, 4 * 2**20
"""Of a font of pixels, whose lines are read one by one."""
MAX_FONT_BYTES = 128 * 2**20
"""Of a font of outlines, which is read whole."""
MAX_GLYPH_PIXELS = 4 * 2**20
"""Of one character of such a font, drawn at 64 pixels an em: 32 times as wide and as high as usual."""
MAX_TEXT_BYTES, MAX_TEXT_LINES = 32 * 2**20, 2 * 2**20
"""Of a text that is read whole: a source in C, or images drawn with signs."""
MAX_TEXT_PARTS, MAX_TEXT_IMAGES = 2**19, 2**18
"""Braces, words in quotes and comments of a source in C, and drawings with signs: all are looked at."""
MAX_TEXT_NUMBERS = 8 * 2**20
"""Numbers in all arrays of a source in C, those that C fills up with zeros included."""
MAX_TEXT_ARRAYS = 1000
"""Arrays of a source in C."""
MAX_TABLE_LINE, MAX_TABLE_LINES, MAX_TABLE_CELLS = 2**20, 4 * 2**20, 2**17
"""Bytes of a line of a table, lines, and cells of a line."""
MAX_SOURCE_PIXELS = 64 * 2**20
"""In one picture, or in a whole array, before resizing."""
MAX_LOOKED_PIXELS, MAX_LOOKED_SIDE = 16 * 2**20, 32_768
"""In a picture, and along a side of it, that is looked at for lines that make it a sheet."""
MAX_FILES = 300_000
"""In a folder to import and the folders in it, or listed in a table; each is looked at."""
MAX_TABLE_BYTES = 64 * 2**20
"""Of a table that lists the pictures of a folder."""

MAX_STREAM_BYTES = 2**30
"""Of what is unpacked from a file to import in passing: images are taken from it, and the others not kept."""
MAX_SOURCE_IMAGES = 4 * 2**20
"""In an array, of which some are taken."""

MAX_COUNT = 100_000
"""Images of an imported set: all of MNIST, 70,000, are one file of OpenML. So many of 25x25 pixels reach
`MAX_BYTES`, which bounds the memory however many they are."""
MAX_SIDE = 128
"""Pixels along either side of an image of an imported set, after resizing."""
MAX_BYTES = 256 * 2**20
"""Of all images of an imported set together, as float32."""
MAX_LABEL = 64
"""Characters in a label of an imported set; longer ones are cut."""

MAX_IMAGES = 1_000_000
"""Images of any set."""
MAX_PIXELS = 256 * 2**20
"""Of all images of any set together: 1 GiB as float32."""
MAX_LABEL_TEXT = 4 * 2**20
"""Characters of all labels of any set together; so many fit the header of a run."""

MAX_FIRST_BYTES = 16 * 2**20
"""Bytes of the first images of a set, which a list shows: they are read at once, while it is painted."""

MAX_SET_FILE_BYTES = 2 * 2**30
"""Of a file of the library."""
MAX_LABEL_BYTES = 64 * MAX_LABEL_TEXT
"""Of the labels in a file of the library: text of JSON, four bytes a character."""
MAX_RUN_BYTES = 4 * 2**30
"""Of a run file."""
MAX_HEADER_BYTES = 100_000_000
"""Of the header of a run file; the safetensors library has the same bound."""

MAX_SETTINGS_TEXT = 10_000
"""Characters of the settings of a run as a text."""


def require(truth: bool, template: str, /, **values: object) -> None:
    """Refuse with these words, unless `truth`."""
    if not truth:
        raise Refusal(template, **values)


def check_bytes(count: int, most: int | None = None) -> None:
    """Refuse a file, or part of one, of so many bytes, if they are more than `most` or `MAX_FILE_BYTES`."""
    most = MAX_FILE_BYTES if most is None else most
    require(0 <= count <= most, "is larger than {most} MiB", most=most >> 20)


def opened(path: Path, most: int | None = None) -> IO[bytes]:
    """The file for reading; refused if it is too large."""
    check_bytes(path.stat().st_size, most)
    return path.open("rb")


def check_set(shape: Sequence[int]) -> None:
    """Refuse images (N, H, W) that no set can have: none, or too many, or too many pixels."""
    require(
        len(shape) == 3 and min(shape) > 0,
        "images must be of shape (N, H, W) and not empty, not {shape}", shape=tuple(shape),
    )  # fmt: skip
    require(
        shape[0] <= MAX_IMAGES, "{count} images are too many; a set has at most {most}",
        count=shape[0], most=MAX_IMAGES,
    )  # fmt: skip
    require(
        math.prod(shape) <= MAX_PIXELS, "{count} pixels are too many; a set has at most {most}",
        count=math.prod(shape), most=MAX_PIXELS,
    )  # fmt: skip


def parsed(text: str | bytes, part: str) -> Any:
    """The value of a JSON text, which stands in this part of a file; refused in words if it is not JSON."""
    try:
        return json.loads(text)
    except ValueError as error:
        raise Refusal("{part} is not JSON: {error}", part=part, error=str(error)) from error
    except RecursionError as error:
        raise Refusal("{part} is nested too deeply", part=part) from error


def printable(text: str, limit: int = MAX_LABEL) -> str:
    """The first `limit` characters, with a replacement character for those that cannot be printed."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text[:limit])
