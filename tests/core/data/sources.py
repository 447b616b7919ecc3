"""Files that become sets, as bytes, and what is made of them."""

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image, ImageFont

from core.data.importers import ImportRefused, import_images

BDF = """STARTFONT 2.1
FONT -tiny-
SIZE 5 75 75
FONTBOUNDINGBOX 4 5 0 -1
CHARS 3
STARTCHAR A
ENCODING 65
BBX 3 4 0 0
BITMAP
40
A0
E0
A0
ENDCHAR
STARTCHAR comma
ENCODING 44
BBX 1 2 1 -1
BITMAP
80
80
ENDCHAR
STARTCHAR space
ENCODING 32
BBX 0 0 0 0
BITMAP
ENDCHAR
ENDFONT
"""
TRUETYPE = ImageFont.load_default(16).font_bytes


def written(path, blob):
    path.write_bytes(blob)
    return path


def packed(save, *arguments, **options):
    file = io.BytesIO()
    save(file, *arguments, **options)
    return file.getvalue()


def png(pixels, kind="PNG", **options):
    return packed(Image.fromarray(pixels).save, kind, **options)


def npy(array):
    return packed(np.save, array)


def npz(**arrays):
    return packed(np.savez_compressed, **arrays)


def idx(array):
    return bytes((0, 0, 8, array.ndim)) + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes()


def chunk(kind, data=b""):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_header(width, height):
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(100)))


def refusal(path, **options):
    """The one line with which it is refused, which names it."""
    with pytest.raises(ImportRefused) as caught:
        import_images(path, "mine", **options)
    line = str(caught.value)
    assert path.name in line
    assert line.isprintable()
    assert ": " in line
    return line


def a_set_or_a_refusal(path, **options):
    """The set, or None where it is refused in one line. Anything else fails the test."""
    try:
        made = import_images(path, "mine", **options)
    except ImportRefused as error:
        line = str(error)
    else:
        assert made.images.dtype == np.float32
        return made
    assert path.name in line
    assert line.isprintable()
    return None


def values(made):
    return np.rint(made.images * 255).astype(np.uint8)
