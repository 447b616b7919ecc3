"""Fonts of pixels (BDF): every character as it stands on the common baseline, no ink lost."""

import io
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.base.progress import OnProgress
from core.base.words import Refusal, Remark, remark
from core.data.importers.characters import choose, drawable, named, paced
from core.data.importers.checks import check_images
from core.data.importers.reading import Read, fit
from core.data.importers.unpacking import unpacked
from core.data.limits import MAX_BDF_BYTES, MAX_BDF_LINES, check_bytes, printable, require
from core.data.wishes import Wishes

LINES = 4096
"""Lines between two words of progress."""


@dataclass(frozen=True, slots=True)
class Box:
    """Pixels right of and below the origin on the baseline, from the first to the one behind the last."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        """Pixels across."""
        return self.right - self.left

    @property
    def height(self) -> int:
        """Pixels down."""
        return self.bottom - self.top


@dataclass(frozen=True, slots=True)
class Glyph:
    """One character: its box, and its rows, whole bytes in hex."""

    box: Box
    digits: str


def read_bdf(path: Path, wishes: Wishes, on_progress: OnProgress) -> Read:
    """The glyphs of a BDF font, placed as they stand in the box that holds all of them."""
    frame, glyphs = _font(path, on_progress)
    chosen = choose(wishes, sorted(glyphs))
    taken = [(letter, glyphs[ord(letter)]) for letter in chosen.letters]
    inks = [_ink(letter, glyph) for letter, glyph in paced(taken, on_progress, 0.5, 0.75)]
    shape, cell, remarks = _cell(frame, [ink for ink in inks if ink is not None], len(taken), wishes)
    cells = np.zeros(shape, np.uint8)
    pairs = list(zip(cells, taken, inks, strict=True))
    for image, (letter, glyph), ink in paced(pairs, on_progress, 0.75, 1.0):
        if ink is not None:
            box, bits = glyph.box, _bits(letter, glyph)
            lit = bits[ink.top - box.top : ink.bottom - box.top, ink.left - box.left : ink.right - box.left]
            top, left = ink.top - cell.top, ink.left - cell.left
            image[top : top + ink.height, left : left + ink.width] = lit
    images = fit(cells, wishes.size)
    return Read(images, chosen.labels, chosen.found, (*chosen.remarks, *remarks), asks=chosen.asks)


def _cell(
    frame: Box | None, inks: list[Box], count: int, wishes: Wishes
) -> tuple[tuple[int, int, int], Box, tuple[Remark, ...]]:
    """The shape (N, H, W) of the images, their common box, and what is to be said of it.

    It is the box that the header promises with all ink; where that is no box, or more than a set can hold,
    all ink alone. Refused where that is more than a set can hold as well.
    """
    ink = _around(inks) if inks else Box(0, 0, 1, 1)
    if frame is not None and min(frame.width, frame.height) > 0:
        cell = _around([frame, *inks])
        shape = count, cell.height, cell.width
        try:
            check_images(shape, wishes.size)
        except Refusal:
            pass  # then the promise is not kept
        else:
            sizes = {"wide": frame.width, "high": frame.height, "width": cell.width, "height": cell.height}
            words = remark(
                "Characters reach beyond the {wide:d}x{high:d} pixels that its header promises; the images "
                "have {width:d}x{height:d}, so that no ink is lost.",
                **sizes,
            )
            return shape, cell, () if cell == frame else (words,)
    shape = count, ink.height, ink.width
    check_images(shape, wishes.size)
    words = remark(
        "Its header promises no box that could hold its characters; the images have {width:d}x{height:d} "
        "pixels, as many as their ink needs.",
        width=ink.width, height=ink.height,
    )  # fmt: skip
    return shape, ink, (words,)


def _around(boxes: list[Box]) -> Box:
    return Box(
        min(box.left for box in boxes),
        min(box.top for box in boxes),
        max(box.right for box in boxes),
        max(box.bottom for box in boxes),
    )


def _ink(letter: str, glyph: Glyph) -> Box | None:
    """The box of the pixels that are on; None: there are none."""
    bits = _bits(letter, glyph)
    rows, columns = np.flatnonzero(bits.any(1)), np.flatnonzero(bits.any(0))
    if not rows.size:
        return None
    left, top = glyph.box.left, glyph.box.top
    return Box(
        left + int(columns[0]), top + int(rows[0]), left + int(columns[-1]) + 1, top + int(rows[-1]) + 1
    )


def _bits(letter: str, glyph: Glyph) -> NDArray[np.uint8]:
    """The pixels (H, W) of a glyph, 0 or 1: no more than its rows have, whatever it promises."""
    width, height = glyph.box.width, glyph.box.height
    character = named(letter)
    try:
        packed = bytes.fromhex(glyph.digits)
    except ValueError as error:
        raise Refusal("has rows of {character} that are no bytes in hex", character=character) from error
    promised = min(width, height) >= 0 and len(packed) == (width + 7) // 8 * height
    require(promised, "lacks rows of {character} that its BBX promises", character=character)
    if not packed:
        return np.zeros((0, 0), np.uint8)
    return np.unpackbits(np.frombuffer(packed, np.uint8).reshape(height, -1), axis=1)[:, :width]


def _font(path: Path, on_progress: OnProgress) -> tuple[Box | None, dict[int, Glyph]]:
    """The box that a font promises, if it does, and its glyphs by the numbers of their characters."""
    with unpacked(path) as file:
        data = file.read(MAX_BDF_BYTES + 1)
    check_bytes(len(data), MAX_BDF_BYTES)
    lines = data.count(b"\n") + data.count(b"\r")
    require(lines <= MAX_BDF_LINES, "has more than {most} lines", most=MAX_BDF_LINES)
    glyphs: dict[int, Glyph] = {}
    frame: Box | None = None
    box, rows, code = Box(0, 0, 0, 0), [""], -1
    for number, line in enumerate(io.TextIOWrapper(io.BytesIO(data), encoding="latin-1")):
        if number % LINES == 0:
            on_progress(min(0.5, 0.5 * number / max(1, lines)))
        word, *rest = line.split(maxsplit=1) or [""]
        if word == "FONTBOUNDINGBOX":
            frame = _box(rest, word)
        elif word == "ENCODING":
            code = _whole(rest, word)[0]
        elif word == "BBX":
            box = _box(rest, word)
        elif word == "BITMAP":
            rows = []
        elif word == "ENDCHAR":
            if 0 <= code <= 0x10FFFF and drawable(chr(code)):  # others cannot be asked for
                glyphs[code] = Glyph(box, "".join(rows))
        elif not rest:
            rows.append(word)
    return frame, glyphs


def _box(rest: list[str], line: str) -> Box:
    numbers = _whole(rest, line)
    require(len(numbers) == 4, "{line} needs four whole numbers", line=line)
    width, height, left, bottom = numbers
    return Box(left, -(bottom + height), left + width, -bottom)


def _whole(rest: list[str], line: str) -> list[int]:
    """The numbers on a line, at most seven digits each, more than any Unicode character or any size has."""
    words = " ".join(rest).split(maxsplit=5)
    fine = bool(words) and all(re.fullmatch(r"[+-]?[0-9]{1,7}", word) for word in words)
    require(fine, "{line} needs whole numbers, not {words}", line=line, words=printable(" ".join(words)))
    return [int(word) for word in words]
