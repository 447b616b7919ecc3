"""Fonts as bytes, made table by table: with any table of characters, with pictures instead of outlines."""

import io
import struct

import numpy as np
from PIL import Image

from core.data.importers.sfnt import tables


def sfnt(parts):
    """A font of these tables: name -> bytes."""
    head, body, place = [], [], 12 + 16 * len(parts)
    for name in sorted(parts):
        data = parts[name] + bytes(-len(parts[name]) % 4)
        total = sum(struct.unpack(f">{len(data) // 4}I", data)) & 0xFFFFFFFF
        head.append(struct.pack(">4sIII", name, total, place, len(parts[name])))
        body.append(data)
        place += len(data)
    return b"\0\1\0\0" + struct.pack(">HHHH", len(parts), 0, 0, 0) + b"".join(head) + b"".join(body)


def with_tables(font, **parts):
    """The same font with these tables in the place of its own; None takes one away."""
    old = {name: bytes(table) for name, table in tables(font).items()}
    new = {name.ljust(4).encode(): table for name, table in parts.items()}
    return sfnt({name: table for name, table in (old | new).items() if table is not None})


def mapped(codes, platform=3, encoding=1, kind=4):
    """A table of characters that gives these the glyphs 36, 37, ...: A, B, ... in Pillow's own font."""
    return cmap(dict(zip(codes, range(36, 36 + len(codes)), strict=True)), platform, encoding, kind)


def cmap(glyphs, platform=3, encoding=1, kind=4):
    """A table of characters, code -> glyph, of one of the kinds 4, 6, 10, 12 and 13."""
    codes = sorted(glyphs)
    if kind == 4:
        ends = [*codes, 0xFFFF]
        deltas = [*((glyphs[code] - code) & 0xFFFF for code in codes), 1]
        count = len(ends)
        numbers = [2 * count, 0, 0, 0, *ends, 0, *ends, *deltas, *[0] * count]
        inner = struct.pack(f">HHH{len(numbers)}H", 4, 6 + 2 * len(numbers), 0, *numbers)
    elif kind in (6, 10):
        listed = [glyphs.get(code, 0) for code in range(codes[0], codes[-1] + 1)]
        words = struct.pack(f">{len(listed)}H", *listed)
        if kind == 6:
            inner = struct.pack(">HHHHH", 6, (10 + len(words)) & 0xFFFF, 0, codes[0], len(listed)) + words
        else:
            inner = struct.pack(">HHIIII", 10, 0, 20 + len(words), 0, codes[0], len(listed)) + words
    else:
        groups = b"".join(struct.pack(">III", code, code, glyphs[code]) for code in codes)
        inner = struct.pack(">HHIII", kind, 0, 16 + len(groups), 0, len(codes)) + groups
    return struct.pack(">HHHHI", 0, 1, platform, encoding, 12) + inner


def _frame(codes, ems=16):
    """The tables that every font needs, for the glyphs 0 (of what is missing) to len(codes)."""
    count = len(codes) + 1
    return {
        b"head": struct.pack(">IIIIHHQQhhhhHHhhh", 0x10000, 0x10000, 0, 0x5F0F3CF5, 0, ems, 0, 0, 0, 0, ems,
                             ems, 0, 1, 2, 0, 0),
        b"hhea": struct.pack(">IhhhHhhhhhhhhhhhH", 0x10000, ems, 0, 0, ems, 0, 0, ems, *[0] * 8, count),
        b"hmtx": struct.pack(">Hh", ems, 0) * count,
        b"maxp": struct.pack(">IH", 0x5000, count),
        b"post": struct.pack(">IIhhIIIII", 0x30000, 0, 0, 0, 0, 0, 0, 0, 0),
        b"cmap": cmap(dict(zip(codes, range(1, count), strict=True)), encoding=10, kind=12),
    }  # fmt: skip


def of_pictures(glyphs, sizes, coloured=False, depth=1, wide=None):
    """A font without outlines. `glyphs(size)`: character -> (left, top above the line, bytes (H, W)).

    A coloured one may be any bytes in the place of a picture.
    """
    codes = sorted(map(ord, glyphs(sizes[0])))
    bits, places = io.BytesIO(struct.pack(">I", 0x30000 if coloured else 0x20000)), []
    bits.seek(4)
    for size in sizes:
        start, offsets = bits.tell(), []
        for code in [None, *codes]:
            offsets.append(bits.tell() - start)
            left, top, image = (0, 1, np.zeros((1, 1), np.uint8)) if code is None else glyphs(size)[chr(code)]
            shape = (9, 9) if isinstance(image, bytes) else image.shape[:2]
            metrics = struct.pack(">BBbbB", *shape, left, top, size)
            if coloured:
                data = image if isinstance(image, bytes) else png_of(image)
                bits.write(metrics + struct.pack(">I", len(data)) + data)
            else:
                bits.write(metrics + _rows(image, depth))
        offsets.append(bits.tell() - start)
        places.append((start, offsets))
    lists, records = b"", b""
    first = 8 + 48 * len(sizes)
    for size, (start, offsets) in zip(sizes, places, strict=True):
        array = struct.pack(">HHI", 0, len(codes), 8)
        array += struct.pack(">HHI", 1, 17 if coloured else 1, start)
        array += struct.pack(f">{len(offsets)}I", *offsets)
        line = struct.pack(">bbBbbbbbbbbb", size, 0, size, *[0] * 9)
        records += struct.pack(">IIII", first + len(lists), len(array), 1, 0) + line * 2
        records += struct.pack(">HHBBBb", 0, len(codes), wide or size, size, 32 if coloured else depth, 1)
        lists += array
    names = (b"CBLC", b"CBDT") if coloured else (b"EBLC", b"EBDT")
    version = 0x30000 if coloured else 0x20000
    where = struct.pack(">II", version, len(sizes)) + records + lists
    return sfnt(_frame(codes) | dict(zip(names, (where, bits.getvalue()), strict=True)))


def of_apple_pictures(images, size):
    """A font of pictures as Apple keeps them: character -> image of bytes (H, W, 4)."""
    codes = sorted(map(ord, images))
    parts = [b"", *(struct.pack(">hh4s", 0, 0, b"png ") + png_of(images[chr(code)]) for code in codes)]
    place, offsets = 4 + 4 * (len(parts) + 1), []
    for part in [*parts, b""]:
        offsets.append(place)
        place += len(part)
    strike = struct.pack(f">HH{len(offsets)}I", size, 72, *offsets) + b"".join(parts)
    return sfnt(_frame(codes) | {b"sbix": struct.pack(">HHII", 1, 1, 1, 12) + strike})


def png_of(image):
    file = io.BytesIO()
    Image.fromarray(image).save(file, "PNG")
    return file.getvalue()


def _rows(image, depth):
    """The rows of a picture, whole bytes each: levels of so many bits."""
    levels = (image.astype(int) * (2**depth - 1) + 127) // 255
    bits = levels[:, :, None] >> np.arange(depth)[::-1] & 1
    return np.packbits(bits.reshape(len(image), -1).astype(np.uint8), axis=1).tobytes()
