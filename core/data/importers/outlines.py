"""TrueType and OpenType fonts: characters drawn by lines or, in fonts without these, kept as pictures."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from core.base.progress import OnProgress
from core.base.words import Refusal, remark
from core.data.importers.characters import Chosen, choose, drawable, named, paced
from core.data.importers.checks import SIZE, check_images
from core.data.importers.reading import Read, fit
from core.data.importers.sfnt import characters, has_outlines, strikes, tables
from core.data.importers.transparency import laid
from core.data.importers.unpacking import unpacked
from core.data.limits import MAX_FONT_BYTES, MAX_GLYPH_PIXELS, check_bytes, require
from core.data.wishes import Wishes

FONT_SIZE = (16, 16)
"""(width, height) of characters whose font has no pixels of its own."""
PROBE = 64
"""Pixels an em at which such characters are measured."""
SMALL = 12
"""Pixels an em at which all characters are tried of a font that has no readable table of them."""
ROW = 64
"""So many of these are tried at once."""
NOTHING = "\U0010fffe"
"""Never a character, so that it is drawn as the sign for those that the font lacks."""

Pixels: TypeAlias = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Face:
    """A font, ready to be opened at any size.

    Attributes
    ----------
    data : the file.
    encoding : Pillow's name of the table by which characters are found; the usual one if empty.
    coloured : whether characters are pictures with colours of their own.
    """

    data: bytes
    encoding: str = ""
    coloured: bool = False

    def at(self, pixels: int) -> ImageFont.FreeTypeFont:
        """The font at so many pixels an em."""
        file = io.BytesIO(self.data)  # given a path that is no font, Pillow would look for it in the system
        return ImageFont.truetype(file, pixels, encoding=self.encoding, layout_engine=ImageFont.Layout.BASIC)

    def drawn(self, font: ImageFont.FreeTypeFont, character: str) -> tuple[int, int, Image.Image]:
        """The left and top edge of its ink, right of and below the origin on the baseline; the ink.

        Where characters are coloured, it has two bands: grey times opacity, and opacity.
        """
        left, top, right, bottom = map(int, font.getbbox(character, anchor="ls"))
        width, height = max(right - left, 0), max(bottom - top, 0)
        require(
            width * height <= MAX_GLYPH_PIXELS, "draws {character} far too large", character=named(character)
        )
        canvas = Image.new("RGBA" if self.coloured else "L", (width, height))
        draw, place = ImageDraw.Draw(canvas), (-left, -top)
        if self.coloured:  # what is drawn over nothing has its colours times its opacity
            draw.text(place, character, "white", font, anchor="ls", embedded_color=True)
            opacity = canvas.getchannel("A")
            canvas, box = Image.merge("LA", (canvas.convert("RGB").convert("L"), opacity)), opacity.getbbox()
        else:
            draw.text(place, character, 255, font, anchor="ls")
            box = canvas.getbbox()
        box = box or (0, 0, 0, 0)
        return left + box[0], top + box[1], canvas.crop(box)


def read_outlines(path: Path, wishes: Wishes, on_progress: OnProgress) -> Read:
    """A font: drawn by lines as large as fits, else at one of the sizes at which it keeps pictures."""
    with unpacked(path) as file:
        data = file.read(MAX_FONT_BYTES + 1)
    check_bytes(len(data), MAX_FONT_BYTES)
    font = tables(data)
    codes, encoding = characters(font)
    sizes, coloured = strikes(font)
    if has_outlines(font) or not sizes:
        face = Face(data, encoding)
        if not codes:
            codes = _tried(face.at(SMALL), on_progress)
        return _from_lines(face, choose(wishes, codes), wishes, on_progress)
    return _from_pictures(Face(data, encoding, coloured), sizes, choose(wishes, codes), wishes, on_progress)


def _tried(font: ImageFont.FreeTypeFont, on_progress: OnProgress) -> list[int]:
    """The characters of the Basic Multilingual Plane that are drawn otherwise than one that is lacking."""

    def look(text: str) -> tuple[object, ...]:
        left, top, right, bottom = font.getbbox(text, anchor="ls")
        require((right - left) * (bottom - top) <= MAX_GLYPH_PIXELS, "draws {character} far too large",
                character=named(text[0]))  # fmt: skip
        mask, offset = font.getmask2(text, "L", anchor="ls")
        return mask.size, offset, bytes(mask)

    letters = "".join(letter for letter in map(chr, range(0x10000)) if drawable(letter))
    lacking, lacking_row = look(NOTHING), look(NOTHING * ROW)
    found = [" "]
    for start in range(0, len(letters), ROW):
        on_progress(0.5 * start / len(letters))
        row = letters[start : start + ROW]
        if len(row) < ROW or look(row) != lacking_row:  # of most rows, nothing is there
            found += [letter for letter in row if look(letter) != lacking]
    return sorted(set(map(ord, found)))


@dataclass(slots=True)
class Extent:
    """The ink of all characters together, right of and below the origin.

    Attributes
    ----------
    left, top, right, bottom : its edges.
    widest : the largest width of one of them.
    """

    left: int = 0
    top: int = 0
    right: int = 0
    bottom: int = 0
    widest: int = 0

    def add(self, left: int, top: int, ink: Image.Image) -> None:
        """Take in one more, if it has any ink."""
        right, bottom = left + ink.width, top + ink.height
        if not self.widest:
            self.left, self.top, self.right, self.bottom = left, top, right, bottom
        elif ink.width:
            self.left, self.top = min(self.left, left), min(self.top, top)
            self.right, self.bottom = max(self.right, right), max(self.bottom, bottom)
        self.widest = max(self.widest, ink.width)

    @property
    def shape(self) -> tuple[int, int]:
        """(H, W) of the box around all of it, at least a pixel."""
        return max(self.height, 1), max(self.right - self.left, 1)

    @property
    def height(self) -> int:
        """From the highest ink to the lowest."""
        return self.bottom - self.top


def _measured(
    face: Face, pixels: int, letters: str, on_progress: OnProgress, start: float, end: float
) -> Extent:
    """The extent of characters at so many pixels an em; only edges are kept, since pictures may be large."""
    font, extent = face.at(pixels), Extent()
    for letter in paced(letters, on_progress, start, end):
        extent.add(*face.drawn(font, letter))
    return extent


def _laid(
    face: Face,
    pixels: int,
    letters: str,
    shape: tuple[int, int],
    place: Callable[[int, int, Image.Image], tuple[int, int]],
    on_progress: OnProgress,
) -> Pixels:
    """Characters in cells of this shape (H, W), each where `place` puts its left and top edge and its ink.

    Returns
    -------
    ndarray : (N, H, W) or, where characters are coloured, the two bands (N, H, W, 2).
    """
    font = face.at(pixels)
    bands, mode = ((2,), "LA") if face.coloured else ((), "L")
    cells = np.zeros((len(letters), *shape, *bands), np.uint8)
    for image, letter in zip(cells, paced(letters, on_progress, 0.8, 1.0), strict=True):
        left, top, ink = face.drawn(font, letter)
        cell = Image.new(mode, shape[::-1])
        cell.paste(ink, place(left, top, ink))
        image[:] = np.asarray(cell)
    return cells


def _from_lines(face: Face, chosen: Chosen, wishes: Wishes, on_progress: OnProgress) -> Read:
    """As large as all the ink fits the cell, centred across, on one baseline."""
    width, height = wishes.size or FONT_SIZE
    check_images((len(chosen.letters), height, width), wishes.size)
    extent = _measured(face, PROBE, chosen.letters, on_progress, 0.5, 0.65)
    largest = 1 + int(PROBE * _room(extent, width, height))
    pixels, start = largest, 0.65
    while True:  # a size is only met up to rounding, so measure
        end = (start + 0.8) / 2
        extent = _measured(face, pixels, chosen.letters, on_progress, start, end)
        room = _room(extent, width, height)
        if room >= 1 or pixels == 1:
            break
        pixels, start = max(1, min(pixels - 1, ceil(pixels * room))), end
    baseline = (height - extent.height) // 2 - extent.top

    def place(left: int, top: int, ink: Image.Image) -> tuple[int, int]:
        return (width - ink.width) // 2, baseline + top

    cells = _laid(face, pixels, chosen.letters, (height, width), place, on_progress)
    return Read(_grey(cells), chosen.labels, chosen.found, chosen.remarks, asks=chosen.asks)


def _room(extent: Extent, width: int, height: int) -> float:
    """How many times as large all characters could be."""
    return min(width / max(extent.widest, 1), height / max(extent.height, 1))


def _grey(cells: Pixels) -> NDArray[np.float32]:
    """Bytes as numbers from 0 to 1."""
    return cells.astype(np.float32) / np.float32(255)


def _from_pictures(
    face: Face, sizes: list[int], chosen: Chosen, wishes: Wishes, on_progress: OnProgress
) -> Read:
    """At the size nearest to that of the images, every character where it stands on the line."""
    letters, (_, high) = chosen.letters, wishes.size or FONT_SIZE
    taken = min(sizes, key=lambda size: (abs(size - high), size))
    names = ", ".join(map(str, sizes))
    unread = Refusal(
        "has no outlines, only pictures of its characters in the sizes {sizes}, which cannot be read here; "
        "give a font with outlines",
        sizes=names,
    )
    extent = Extent()
    try:
        font = face.at(taken)
        for letter in paced(letters, on_progress, 0.0, 0.8):
            extent.add(*face.drawn(font, letter))
            check_images((len(letters), *extent.shape), wishes.size)  # before more of them are unpacked
    except OSError as error:  # kept in a way, or at a size, that FreeType does not take
        raise unread from error
    if not extent.widest and letters.strip():
        raise unread

    def place(left: int, top: int, ink: Image.Image) -> tuple[int, int]:
        return left - extent.left, top - extent.top

    cells = _laid(face, taken, letters, extent.shape, place, on_progress)
    words = remark(
        "It has no outlines, only pictures of its characters in the sizes {sizes}; those of {taken} were "
        "taken. {size} chooses by its height.",
        sizes=names, taken=taken, size=SIZE,
    )  # fmt: skip
    remarks = *chosen.remarks, words
    if not face.coloured:
        images = fit(_grey(cells), wishes.size)
    else:
        ink, clear = (fit(_grey(band), wishes.size) for band in (cells[..., 0], 255 - cells[..., 1]))
        laid_out = laid(ink, clear, chosen.labels)
        images, remarks = laid_out.images, (*remarks, *laid_out.remarks)
    return Read(images, chosen.labels, chosen.found, remarks, asks=chosen.asks)
