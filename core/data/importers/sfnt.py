"""What the tables of a TrueType or OpenType font say: which characters it has, at which sizes it was drawn.

Pillow tells neither. Whatever a table promises is held against the bytes that there are; a table that cannot
be read counts as none, since FreeType, which draws, has a mind of its own on what is damaged.
"""

import struct
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Tables: TypeAlias = dict[bytes, memoryview]
"""Name -> bytes of the tables of one font."""
Numbers: TypeAlias = NDArray[np.int64]

CODES = 0x110000
"""As many numbers can be characters."""
MAX_STRIKES = 256
"""Sizes that are looked at; fonts have up to twenty."""
UCS4 = ((3, 10), (0, 4), (0, 6))
UNICODE = ((3, 1), (0, 3), (0, 2), (0, 1), (0, 0))
SYMBOL = ((3, 0),)
"""(platform, encoding) of tables of characters by Unicode, all of it or the first plane, and of symbols."""


def tables(data: bytes) -> Tables:
    """The tables of a font; of a collection, those of its first font."""
    view = memoryview(data)
    start = _number(view, 12, 4) if data.startswith(b"ttcf") else 0
    found: Tables = {}
    for place in range(start + 12, start + 12 + 16 * _number(view, start + 4, 2), 16):
        record = view[place : place + 16]
        if len(record) < 16:
            break
        name, _, offset, length = struct.unpack(">4sIII", record)
        found.setdefault(name, view[offset : offset + length])
    return found


def _number(view: memoryview, place: int, size: int) -> int:
    """The whole number of so many bytes that stands there; 0 behind the end."""
    return int.from_bytes(view[place : place + size], "big")


def characters(font: Tables) -> tuple[list[int], str]:
    """The numbers of its characters, sorted, and Pillow's name of their encoding if it is not the usual one.

    None where the font has no table of them that can be read.
    """
    cmap = font.get(b"cmap", memoryview(b""))
    records = {}
    for place in range(4, 4 + 8 * _number(cmap, 2, 2), 8):
        if place + 8 > len(cmap):
            break
        platform, encoding, offset = struct.unpack(">HHI", cmap[place : place + 8])
        records[platform, encoding] = offset
    glyphs = _number(font.get(b"maxp", memoryview(b"")), 4, 2)
    for kinds, name in ((UCS4, ""), (UNICODE, ""), (SYMBOL, "symb")):
        for kind in kinds:
            if kind in records:
                codes = _mapped(cmap[records[kind] :], glyphs)
                if codes:
                    return codes, name
    return [], ""


def _mapped(table: memoryview, glyphs: int) -> list[int]:
    """The characters that a table leads to one of so many glyphs; the first is the sign for missing ones."""
    match _number(table, 0, 2):
        case 4:
            codes, found = _by_segments(table)
        case 6:
            first, count = _number(table, 6, 2), _number(table, 8, 2)
            found = _array(table[10:], ">u2", count)
            codes = np.arange(first, first + len(found))
        case 10:
            first, count = _number(table, 12, 4), _number(table, 16, 4)
            found = _array(table[20:], ">u2", count)
            codes = np.arange(first, first + len(found))
        case 12 | 13 as kind:
            codes, found = _by_groups(table, one_glyph=kind == 13)
        case _:
            return []
    there = (found > 0) & (found < glyphs) & (codes < CODES)
    numbers: list[int] = codes[there].tolist()
    return numbers


def _array(table: memoryview, kind: str, count: int) -> Numbers:
    """The numbers with which a table begins, as many as it has of those promised."""
    count = min(count, len(table) // np.dtype(kind).itemsize, CODES)
    return np.frombuffer(table, kind, count).astype(np.int64)


def _by_segments(table: memoryview) -> tuple[Numbers, Numbers]:
    """Characters and their glyphs by the format of the first plane."""
    double = _number(table, 6, 2) & ~1
    lasts, firsts, deltas, offsets = (
        _array(table[start:], ">u2", double // 2)
        for start in (14, 16 + double, 16 + 2 * double, 16 + 3 * double)
    )
    count = len(offsets)  # the last of them: fewer in a table that is cut
    lasts, firsts, deltas = lasts[:count], firsts[:count], deltas[:count]
    codes, of = _spread(firsts, lasts)
    words = _array(table, ">u2", len(table))
    places = (16 + 3 * double) // 2 + of + offsets[of] // 2 + codes - firsts[of]
    listed = offsets[of] > 0
    inside = listed & (places < len(words))
    found = np.where(listed, 0, codes)
    found[inside] = words[places[inside]]
    glyphs = np.where(listed & (found == 0), 0, (found + deltas[of]) & 0xFFFF)
    marks = (codes == 0xFFFF) | (offsets[of] == 0xFFFF)  # of the end, and a wrong one of old fonts
    glyphs[marks] = 0
    return codes, glyphs


def _by_groups(table: memoryview, one_glyph: bool) -> tuple[Numbers, Numbers]:
    """Characters and their glyphs by the formats of all of Unicode."""
    numbers = _array(table[16:], ">u4", 3 * _number(table, 12, 4))
    firsts, lasts, starts = numbers[: len(numbers) // 3 * 3].reshape(-1, 3).T
    codes, of = _spread(firsts, lasts)
    return codes, starts[of] if one_glyph else starts[of] + codes - firsts[of]


def _spread(firsts: Numbers, lasts: Numbers) -> tuple[Numbers, Numbers]:
    """All characters of some ranges, sorted, and the ranges that they are in; none twice, so not too many."""
    behind = np.maximum.accumulate(np.concatenate([[0], lasts + 1]))[:-1] if len(lasts) else lasts
    starts = np.maximum(firsts, behind)
    ends = np.minimum(lasts + 1, CODES)
    lengths = np.maximum(ends - starts, 0)
    of = np.repeat(np.arange(len(firsts)), lengths)
    within = np.arange(len(of)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    return starts[of] + within, of


def has_outlines(font: Tables) -> bool:
    """Whether its characters are drawn by lines, at any size."""
    return any(name in font for name in (b"glyf", b"CFF ", b"CFF2"))


def strikes(font: Tables) -> tuple[list[int], bool]:
    """The pixels an em at which its characters are kept as pictures; whether these have colours."""
    sizes = set()
    for name in (b"EBLC", b"bloc", b"CBLC"):
        table = font.get(name, memoryview(b""))
        for place in range(8, 8 + 48 * min(_number(table, 4, 4), MAX_STRIKES), 48):
            if place + 48 > len(table):
                break
            sizes.add(table[place + 45])  # FreeType is asked for it by its height
    table = font.get(b"sbix", memoryview(b""))
    for offset in _array(table[8:], ">u4", _number(table, 4, 4)).tolist()[:MAX_STRIKES]:
        sizes.add(_number(table, offset, 2))
    coloured = b"CBLC" in font or b"sbix" in font
    return sorted(sizes - {0}), coloured
