"""Fonts: outlines (TrueType, OpenType) and pixels (BDF)."""

import io
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from core.base.progress import OnProgress
from core.base.words import Refusal
from core.data.importers.checks import CHARACTERS, check_images
from core.data.importers.reading import Read, Wishes, fit
from core.data.limits import (
    MAX_BDF_BYTES,
    MAX_BDF_LINES,
    MAX_LABEL,
    MAX_SOURCE_PIXELS,
    opened,
    printable,
    require,
)

ASCII = "".join(map(chr, range(ord("!"), ord("~") + 1)))
FONT_SIZE = (16, 16)
"""(width, height) of characters whose font has no pixels of its own."""
PROBE = 64
"""Pixels an em at which such characters are measured."""


def _chosen(wishes: Wishes, shape: tuple[int, int], has: Callable[[str], bool]) -> str:
    """The characters to draw in cells of `shape` (H, W), without repetitions; refused if one is lacking."""
    chosen = "".join(dict.fromkeys(ASCII if wishes.characters is None else wishes.characters))
    require(
        bool(chosen), "{characters} is empty; give a text whose characters become images",
        characters=CHARACTERS,
    )  # fmt: skip
    check_images((len(chosen), *shape), wishes.size)
    lacking = " ".join(letter for letter in chosen if not (letter.isprintable() and has(letter)))
    shown = printable(lacking) + (" ..." if len(lacking) > MAX_LABEL else "")
    require(
        not lacking, "lacks {lacking}; choose others with {characters}",
        lacking=shown, characters=CHARACTERS,
    )  # fmt: skip
    return chosen


_Ink: TypeAlias = tuple[int, int, Image.Image]
"""A character without margins; its left and top edge, right of and below the origin on the baseline."""


def read_outlines(path: Path, wishes: Wishes, on_progress: OnProgress) -> Read:
    """TrueType and OpenType: as large as all the ink fits the cell, centred across, on one baseline."""
    width, height = wishes.size or FONT_SIZE
    data = path.read_bytes()  # given a path that is no font, Pillow would look for its name in the system

    def font(pixels: int) -> ImageFont.FreeTypeFont:
        return ImageFont.truetype(io.BytesIO(data), pixels, layout_engine=ImageFont.Layout.BASIC)

    probe = font(PROBE)
    nothing = _ink(probe, "\U0010fffe")  # never a character: draws the sign for those that the font lacks
    chosen = _chosen(wishes, (height, width), lambda letter: letter == " " or _ink(probe, letter) != nothing)
    wide, top, bottom = _extent([_ink(probe, letter) for letter in chosen])
    largest = 1 + int(PROBE * min(width / max(wide, 1), height / max(bottom - top, 1)))
    for pixels in range(largest, 0, -1):  # a size is only met up to rounding, so measure
        face = font(pixels)
        inks = [_ink(face, letter) for letter in chosen]
        wide, top, bottom = _extent(inks)
        if wide <= width and bottom - top <= height:
            break
    baseline = (height - (bottom - top)) // 2 - top
    cells = [Image.new("L", (width, height)) for _ in inks]
    for cell, (_, above, ink) in zip(cells, inks, strict=True):
        cell.paste(ink, ((width - ink.width) // 2, baseline + above))
    images = np.stack([np.asarray(cell, np.float32) for cell in cells]) / np.float32(255)
    return Read(images, chosen, replace(wishes, characters=chosen))


def _ink(font: ImageFont.FreeTypeFont, character: str) -> _Ink:
    left, top, right, bottom = map(int, font.getbbox(character, anchor="ls"))
    require(
        (right - left) * (bottom - top) <= MAX_SOURCE_PIXELS,
        "draws {character} far too large", character=character,
    )  # fmt: skip
    canvas = Image.new("L", (right - left, bottom - top))
    ImageDraw.Draw(canvas).text((-left, -top), character, 255, font, anchor="ls")
    box = canvas.getbbox() or (0, 0, 0, 0)
    return left + box[0], top + box[1], canvas.crop(box)


def _extent(inks: list[_Ink]) -> tuple[int, int, int]:
    """The largest width, the highest top and the lowest bottom, below the baseline."""
    return (
        max(ink.width for _, _, ink in inks),
        min(top for _, top, _ in inks),
        max(top + ink.height for _, top, ink in inks),
    )


def read_bdf(path: Path, wishes: Wishes, on_progress: OnProgress) -> Read:
    """The glyphs of a BDF font, placed as they stand in the box that holds all of them."""
    frame, glyphs = _bdf(path)
    width, height, left, bottom = frame
    chosen = _chosen(wishes, (height, width), lambda letter: ord(letter) in glyphs)
    cells = np.empty((len(chosen), height, width), np.float32)
    for i, character in enumerate(chosen):
        (wide, high, x, y), digits = glyphs[ord(character)]
        try:
            bits = bytes.fromhex(digits)
        except ValueError as error:
            raise Refusal("has rows of {character} that are no bytes in hex", character=character) from error
        promised = min(wide, high) >= 0 and len(bits) == (wide + 7) // 8 * high
        require(promised, "lacks rows of {character} that its BBX promises", character=character)
        cell = Image.new("1", (width, height))
        if bits:
            cell.paste(Image.frombytes("1", (wide, high), bits), (x - left, height - (y - bottom) - high))
        cells[i] = np.asarray(cell)
    return Read(fit(cells, wishes.size), chosen, replace(wishes, characters=chosen))


_Box: TypeAlias = tuple[int, int, int, int]
"""Width, height, left edge, bottom edge."""


def _bdf(path: Path) -> tuple[_Box, dict[int, tuple[_Box, str]]]:
    """The box of a font, and of every character its box and its rows: whole bytes in hex."""
    with opened(path, MAX_BDF_BYTES) as file:
        data = file.read()
    lines = data.count(b"\n") + data.count(b"\r")
    require(lines <= MAX_BDF_LINES, "has more than {most} lines", most=MAX_BDF_LINES)
    glyphs: dict[int, tuple[_Box, str]] = {}
    frame, box, rows, code = None, (0, 0, 0, 0), [""], -1
    for line in io.TextIOWrapper(io.BytesIO(data), encoding="latin-1"):
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
            glyphs[code] = box, "".join(rows)
        elif not rest:
            rows.append(word)
    if frame is None:
        raise Refusal("lacks its {line}", line="FONTBOUNDINGBOX")
    return frame, glyphs


def _box(rest: list[str], line: str) -> _Box:
    numbers = _whole(rest, line)
    require(len(numbers) == 4, "{line} needs four whole numbers", line=line)
    width, height, left, bottom = numbers
    return width, height, left, bottom


def _whole(rest: list[str], line: str) -> list[int]:
    """The numbers on a line, at most seven digits each, more than any Unicode character or any size has."""
    words = " ".join(rest).split(maxsplit=5)
    fine = bool(words) and all(re.fullmatch(r"[+-]?[0-9]{1,7}", word) for word in words)
    require(fine, "{line} needs whole numbers, not {words}", line=line, words=printable(" ".join(words)))
    return [int(word) for word in words]
