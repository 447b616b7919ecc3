"""Images that are drawn with two signs in a text, as in `.##.` or `0 1 1 0`."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from math import isqrt
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.base.progress import OnProgress
from core.base.words import Option, Refusal, Word, remark
from core.data.importers.checks import SIZE, check_images, check_pixels
from core.data.importers.reading import Read, fit, picked, turned
from core.data.importers.texts import beginning, whole_text
from core.data.limits import MAX_SIDE, MAX_TEXT_IMAGES, printable, require
from core.data.wishes import Wishes

INK = "#*X@O█1x■●▓"
"""Signs of a pixel that is on."""
GROUND = ". -_0·░□○"
"""Signs of one that is off."""
MOST_NAME = 40
"""Characters of a line that names an image."""

_ROW = re.compile(f"[{re.escape(INK + GROUND)}\t]*")
_NAME = re.compile(
    r"""\[(.+)\]|:(.+)=|"(.+)"|'(.+)'|(?:\#+|//|;|>|--)\s*(\S.*?)\s*:?|(\S.*?)\s*[:=]""", re.VERBOSE
)
"""How a line that names an image may be written; else it is the name itself."""
_COMMENT = re.compile(r"(?:\#+|//|;|>|--)\s+\S", re.VERBOSE)
"""A line that may name an image by one of the signs."""
_NUMBERS = re.compile(r"(?:[0-9.]+[\s,;]+){3,}[0-9.]+")
"""A line of a table, which names no image."""
_PLAIN_PICTURE = re.compile(rb"P[1-6]\s")
"""A picture whose pixels are written as digits, which Pillow reads."""


def is_signs(head: bytes) -> bool:
    """Whether a file that begins so is drawn with two signs: at least two rows, and maybe names of images."""
    lines = [line.strip() for line in beginning(head).split("\n") if line.strip()]
    rows = [line for line in lines if _ROW.fullmatch(line)]
    others = [line for line in lines if not _ROW.fullmatch(line)]
    wide = _wide(rows)
    return (
        not _PLAIN_PICTURE.match(head)
        and len(wide) > max(1, len(others))
        and not any(len(line) > MOST_NAME or _NUMBERS.fullmatch(line) for line in others)
        and _pair(set("".join(wide))) is not None
    )


def _wide(rows: list[str]) -> list[str]:
    """The rows that tell which signs are drawn with: not those that may be names."""
    wide = [row for row in rows if len(row) > 1]
    return [row for row in wide if not _COMMENT.fullmatch(row)] or wide


def _pair(drawn: set[str]) -> tuple[str, str] | None:
    """The sign of ink and that of the ground; None where it is not drawn with two such signs.

    Blanks are the ground where there is no other.
    """
    signs = drawn - set(" \t")
    ink, ground = "".join(signs & set(INK)), "".join(signs & set(GROUND))
    if not signs or len(ink) > 1 or len(ground) > 1 or len(ink) + len(ground) < len(signs):
        return None
    return ink, ground or " "


@dataclass(slots=True)
class _Block:
    """Rows that follow each other.

    Attributes
    ----------
    line : the number of its first row, from 1.
    name : the line before it that is no row, with its number; or None.
    rows : its rows, one sign a pixel.
    """

    line: int
    name: tuple[str, int] | None
    rows: list[str] = field(default_factory=list)


def read_signs(path: Path, wishes: Wishes, on_progress: OnProgress) -> Read:
    """The images between blank lines, or of the size wished for, named by the lines before them."""
    text = whole_text(path)
    lines = text.split("\n")
    drawn = set("").union(*_wide([line.strip() for line in lines if _ROW.fullmatch(line)]))
    pair = _pair(drawn)
    if pair is None or not pair[0]:
        raise Refusal(
            "is not drawn with two signs: one of {ink} where a pixel is on, and one of {ground} elsewhere",
            ink=" ".join(INK), ground=" ".join(GROUND.replace(" ", "")),
        )  # fmt: skip
    ink, ground = pair
    blocks = _blocks(lines, ink, ground, lambda share: on_progress(0.8 * share))
    labels = _names(blocks, ink, ground)
    _even(blocks, blanks=ground == " ")
    images = _images(blocks, wishes)
    count = len(images)
    if labels is None or len(labels) != count:
        labels = [str(i + 1) for i in range(count)]
    taken = picked(count, wishes.count)
    made = _drawn([images[i] for i in taken], ink, wishes)
    height, width = images[0].shape
    on_progress(1)
    said = remark(
        "Images of {width:d}x{height:d} pixels, {count} in all, are drawn with {ink} on {ground}; {invert} "
        "swaps the two.",
        count=count, width=width, height=height, ink=ink,
        ground=Word("blanks") if ground == " " else ground, invert=Option("invert"),
    )  # fmt: skip
    return Read(made, [labels[i] for i in taken], wishes, (said,))


def _blocks(lines: list[str], ink: str, ground: str, on_progress: OnProgress) -> list[_Block]:
    """The rows of a text, between lines that are blank or name what follows."""
    row = re.compile(f"[{re.escape(ink + ground)} \t]*")
    blocks: list[_Block] = []
    name: tuple[str, int] | None = None
    apart = True
    for number, line in enumerate(lines, 1):
        if not number % 4096:
            on_progress(number / len(lines))
        words = line.strip()
        if not words:
            apart = True
        elif row.fullmatch(line):
            if apart:
                blocks.append(_Block(number, name))
                require(
                    len(blocks) <= MAX_TEXT_IMAGES, "has more than {most} images", most=MAX_TEXT_IMAGES
                )  # fmt: skip
                name, apart = None, False
            blocks[-1].rows.append(
                line.rstrip() if ground == " " else words.replace(" ", "").replace("\t", "")
            )  # fmt: skip
        else:
            if len(words) > MOST_NAME or (name is not None and blocks):
                raise _other_signs(words, number, ink, ground)
            name, apart = (words, number), True
    if name is not None:
        raise _other_signs(*name, ink, ground)
    return blocks


def _other_signs(words: str, line: int, ink: str, ground: str) -> Refusal:
    return Refusal(
        "has {words} in line {line:d}, neither drawn with {ink} and {ground} nor the name of an image",
        words=printable(words, MOST_NAME), line=line, ink=ink,
        ground=Word("blanks") if ground == " " else ground,
    )  # fmt: skip


def _names(blocks: list[_Block], ink: str, ground: str) -> list[str] | None:
    """The names of all images; None unless every one has its own.

    A name that is one of the signs looks like a row of one pixel, and is taken away.

    Raises
    ------
    Refusal : some images alone have names, but for a heading: they may be rows with a slip.
    """
    if ground != " ":
        alike = [block for block in blocks if block.name is None and len(block.rows) > 2]
        alike = [block for block in alike if len(block.rows[0]) == 1 < min(map(len, block.rows[1:]))]
        if len(alike) + sum(block.name is not None for block in blocks) == len(blocks):
            for block in alike:
                block.name = block.rows.pop(0), block.line
                block.line += 1
    names = [block.name for block in blocks if block.name is not None]
    if len(names) == len(blocks):
        return [_bare(name) for name, _ in names]
    if names and (len(names) > 1 or blocks[0].name is None):
        raise _other_signs(*names[0 if blocks[0].name is None else 1], ink, ground)
    return None


def _bare(line: str) -> str:
    found = _NAME.fullmatch(line)
    return next((group for group in found.groups() if group), line) if found else line


def _even(blocks: list[_Block], blanks: bool) -> None:
    """Rows of one width: blanks at the end of a line, which editors take away, are put back."""
    if blanks:
        width = max(len(row) for block in blocks for row in block.rows)
        check_pixels(width * sum(len(block.rows) for block in blocks))
        for block in blocks:
            block.rows = [row.ljust(width) for row in block.rows]
    for block in blocks:
        width = len(block.rows[0])
        for number, row in enumerate(block.rows, block.line):
            require(
                len(row) == width, "has {count} signs in line {line:d}, but {width} in the lines before",
                count=len(row), line=number, width=width,
            )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Image:
    """One image: its first line, its (height, width), and its rows, which may be one for all of it."""

    line: int
    shape: tuple[int, int]
    rows: list[str]


def _images(blocks: list[_Block], wishes: Wishes) -> list[_Image]:
    """What the blocks hold: an image each, or several of the height wished for, or one in every row."""
    width, height = wishes.size or (0, 0)
    if wishes.transpose:
        width, height = height, width
    wide, high = len(blocks[0].rows[0]), len(blocks[0].rows)
    alone = len(blocks) == 1
    across = all(len(block.rows[0]) == width and not len(block.rows) % height for block in blocks if width)
    if width and across:
        return [
            _Image(block.line + i, (height, width), block.rows[i : i + height])
            for block in blocks
            for i in range(0, len(block.rows), height)
        ]
    if alone and width and wide == width * height:
        return _row_by_row(blocks[0], (height, width))
    if alone and max(wide, high) > MAX_SIDE and not width:
        side = isqrt(wide)
        require(
            side * side == wide and side > 1,
            "has {count} rows of {width} signs and no blank line between images; "
            "{size} says how large an image is, as in 5x7",
            count=high, width=wide, size=SIZE,
        )  # fmt: skip
        return _row_by_row(blocks[0], (side, side))
    for block in blocks:
        require(
            wishes.size is not None or (len(block.rows[0]), len(block.rows)) == (wide, high),
            "has an image of {width:d}x{height:d} signs in line {line:d}, but the first has "
            "{wide:d}x{high:d}; {size} makes all of them alike",
            width=len(block.rows[0]), height=len(block.rows), line=block.line,
            wide=wide, high=high, size=SIZE,
        )  # fmt: skip
    return [_Image(block.line, (len(block.rows), len(block.rows[0])), block.rows) for block in blocks]


def _row_by_row(block: _Block, shape: tuple[int, int]) -> list[_Image]:
    return [_Image(number, shape, [row]) for number, row in enumerate(block.rows, block.line)]


def _drawn(images: list[_Image], ink: str, wishes: Wishes) -> NDArray[np.float32]:
    """The images (N, H, W), of one size."""
    shapes = {image.shape for image in images}
    largest = max(shapes, key=lambda shape: shape[0] * shape[1])
    check_images((len(images), *largest), wishes.size)
    if len(shapes) == 1:
        return fit(turned(np.stack([_pixels(image, ink) for image in images]), wishes), wishes.size)
    each: Iterable[NDArray[np.float32]] = (
        fit(turned(_pixels(image, ink)[None], wishes), wishes.size) for image in images
    )
    return np.concatenate(list(each))


def _pixels(image: _Image, ink: str) -> NDArray[np.bool_]:
    signs = np.frombuffer("".join(image.rows).encode("utf-32-le"), np.uint32)
    pixels: NDArray[np.bool_] = signs == ord(ink)
    return pixels.reshape(image.shape)
