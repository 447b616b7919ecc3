"""Frames as an animated PNG or GIF: one palette, and of every frame only what has changed.

No torch is needed here: a command line and a dialog ask how many frames a film may have before there is one.
"""

import struct
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

Kind: TypeAlias = Literal["png", "gif"]

SUFFIXES: dict[str, Kind] = {".png": "png", ".gif": "gif"}
"""What a film's file may end in, and what it becomes."""

MOST_COLOURS = 255
"""Of a film; one number more is left for what stays as it was."""

FRAMES, FEWEST, MOST = 90, 2, 300
"""Frames of a film that nobody wishes otherwise, and the fewest and the most that may be wished."""

PACE, SLOWEST, LAST = 12, 50, 200
"""Hundredths of a second for which a frame is shown, at most so many where there are few; the last one."""

Pixels = NDArray[np.uint8]


def frames_of(seconds: float) -> int:
    """How many frames a film has that takes so long, once through."""
    return min(max(FEWEST, round((100 * seconds - LAST) / PACE) + 1), MOST)


def seconds_of(frames: int) -> float:
    """How long a film of so many frames takes."""
    return (PACE * (frames - 1) + LAST) / 100


def durations(count: int, asked: int) -> tuple[int, ...]:
    """For how many hundredths of a second each of `count` frames is shown, of so many that were asked for."""
    each = min(SLOWEST, round(PACE * asked / count))
    return (*([each] * (count - 1)), LAST)


def palette_of(frames: Sequence[Pixels], colours: int) -> Pixels:
    """The colours (n, 3), at most so many, that suit frames (H, W, 3) best."""
    from PIL import Image  # which only a file needs

    strip = Image.fromarray(np.concatenate(frames))
    found = strip.quantize(colours, Image.Quantize.MAXCOVERAGE, kmeans=2, dither=Image.Dither.NONE)
    values = np.array(found.getpalette(), dtype=np.uint8).reshape(-1, 3)
    return np.unique(values[: int(np.asarray(found).max()) + 1], axis=0)


class Numbering:
    """Colours as numbers of a palette: 0 is none, 1 its first colour. What is not in it takes the nearest."""

    def __init__(self, palette: Pixels) -> None:
        self._palette = palette.astype(np.int32)
        self._numbers = np.zeros(2**24, dtype=np.uint8)  # by colour; 0 for one that did not come yet

    def __call__(self, frame: Pixels) -> Pixels:
        """The numbers (H, W) of a frame (H, W, 3)."""
        red, green, blue = np.moveaxis(frame.astype(np.int32), -1, 0)
        packed = (red << 16) | (green << 8) | blue
        numbers = self._numbers[packed]
        if not numbers.all():
            new = np.unique(packed[numbers == 0])
            values = np.stack([new >> 16, (new >> 8) & 255, new & 255], -1)
            for start in range(0, len(new), 4096):
                part = slice(start, start + 4096)
                away = ((values[part, None] - self._palette) ** 2).sum(-1)
                self._numbers[new[part]] = away.argmin(1) + 1
            numbers = self._numbers[packed]
        return np.asarray(numbers)


def changes(numbers: Pixels, before: Pixels | None) -> tuple[Pixels, tuple[int, int]]:
    """What has changed since the frame before, 0 where nothing has, and the place (x, y) of its corner."""
    if before is None:
        return numbers, (0, 0)
    changed = numbers != before
    rows, columns = np.flatnonzero(changed.any(1)), np.flatnonzero(changed.any(0))
    if not len(rows):
        return np.zeros((1, 1), dtype=np.uint8), (0, 0)
    part = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
    return np.where(changed[part], numbers[part], 0).astype(np.uint8), (int(columns[0]), int(rows[0]))


def written(
    kind: Kind, size: tuple[int, int], palette: Pixels, frames: Iterable[Pixels], durations: Sequence[int]
) -> Iterator[bytes]:
    """The parts of a file, one for every frame at least.

    Parameters
    ----------
    size : (W, H).
    palette : (n, 3) colours, at most `MOST_COLOURS`.
    frames : numbers (H, W) of the colours, from 1 on.
    durations : for how long every frame is shown, in hundredths of a second.
    """
    before = None
    write = _png if kind == "png" else _gif
    head, part, tail = write(size, palette, len(durations))
    yield head
    for numbers, hundredths in zip(frames, durations, strict=True):
        changed, place = changes(numbers, before)
        yield part(changed, place, hundredths)
        before = numbers
    yield tail


Part: TypeAlias = Callable[[Pixels, tuple[int, int], int], bytes]


def _png(size: tuple[int, int], palette: Pixels, count: int) -> tuple[bytes, Part, bytes]:
    """An animated PNG, as its specification has it (W3C, PNG 3): head, how a frame is written, and tail."""
    head = b"\x89PNG\r\n\x1a\n" + b"".join((
        _chunk(b"IHDR", struct.pack(">IIBBBBB", *size, 8, 3, 0, 0, 0)),
        _chunk(b"acTL", struct.pack(">II", count, 0)),
        _chunk(b"PLTE", bytes(3) + palette.tobytes()),
        _chunk(b"tRNS", b"\0"),
    ))  # fmt: skip
    order = 0

    def part(changed: Pixels, place: tuple[int, int], hundredths: int) -> bytes:
        nonlocal order
        height, width = changed.shape
        over = order > 0  # the first frame covers what was there; the others lie over the one before
        facts = struct.pack(">IIIIIHHBB", order, width, height, *place, hundredths, 100, 0, over)
        packed = zlib.compress(np.pad(changed, ((0, 0), (1, 0))).tobytes(), 9)
        if not order:
            order = 1
            return _chunk(b"fcTL", facts) + _chunk(b"IDAT", packed)
        order += 2
        return _chunk(b"fcTL", facts) + _chunk(b"fdAT", struct.pack(">I", order - 1) + packed)

    return head, part, _chunk(b"IEND", b"")


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def _gif(size: tuple[int, int], palette: Pixels, count: int) -> tuple[bytes, Part, bytes]:
    """An animated GIF: head, how a frame is written, and tail."""
    from PIL import GifImagePlugin, Image

    colours = np.zeros((256, 3), dtype=np.uint8)
    colours[1 : len(palette) + 1] = palette
    head = b"".join((
        b"GIF89a", struct.pack("<HHBBB", *size, 0xF7, 0, 0), colours.tobytes(),
        b"\x21\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00",  # again and again
    ))  # fmt: skip

    def part(changed: Pixels, place: tuple[int, int], hundredths: int) -> bytes:
        image = Image.frombytes("P", changed.shape[::-1], changed.tobytes())
        known: dict[str, Any] = {"duration": 10 * hundredths, "transparency": 0, "disposal": 1}
        return b"".join(GifImagePlugin.getdata(image, place, **known))

    return head, part, b";"
