"""The units of a column as one picture: what each of them shows, and a frame lit by its activity around it.

Which pixel shows which cell of which unit is worked out once, as is how far it stands outside its unit; what
changes from frame to frame is a list of colours. So a column costs one look-up, however many units it has.
"""

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from core.measure.inside import Array, Units
from tp5gui import theme
from tp5gui.canvases.network_layout import Column
from tp5gui.canvases.pixels import colour_ramp, draw_image

Words = NDArray[np.uint32]
Places = NDArray[np.intp]

FRAME = (1.0, 2.0)  # px of a unit's frame, which stands around it: silent, and as active as it ever is
FAINT = 0.7  # of the strength of a silent one
LIGHTS = 24  # by which frames differ, of either sign
NOTHING = np.zeros(1, dtype=np.uint32)
DASH = 5.0  # px of a dash of the frame of a unit whose activity is negative, and of a gap


class Sheet:
    """Paints the units of one column.

    Parameters
    ----------
    column : where they stand.
    shape : (H, W) of what each of them shows: one cell where it is a chip.
    ratio : pixels of the screen in one of the layout.
    """

    def __init__(self, column: Column, shape: tuple[int, int], ratio: float) -> None:
        self._ratio, self._chips = ratio, column.chips
        self._count = len(column.pictures)
        rings = math.ceil(FRAME[1] * ratio)
        around = QRectF()
        for place in column.pictures:
            around = around.united(place)
        # in pixels of the screen, on which it begins: one to spare on either side, for what is rounded
        left, top = (math.floor(start * ratio) - rings - 1 for start in (around.left(), around.top()))
        right, bottom = (math.ceil(end * ratio) + rings + 1 for end in (around.right(), around.bottom()))
        self._corner = QPointF(left, top) / ratio
        self._colours: Places = np.zeros((bottom - top, right - left), dtype=np.intp)
        # which of the colours a pixel takes; the first is none
        cells = math.prod(shape)
        for number, place in enumerate(column.pictures):
            x, y = round(place.left() * ratio) - left, round(place.top() * ratio) - top
            size = round(place.height() * ratio), round(place.width() * ratio)
            room = self._colours[y - rings : y + size[0] + rings, x - rings : x + size[1] + rings]
            frames = 1 + self._count * cells + 2 * rings * number
            room[...] = _framed(size, rings, round(DASH * ratio), frames)
            room[rings:-rings, rings:-rings] = 1 + number * cells + _cells(size, shape)

    def paint(self, painter: QPainter, units: Units, shares: Array, table: theme.Tokens) -> None:
        """Paint them as they are, of activities that are these shares (U,) of how active they ever are."""
        if not self._count:
            return
        shown = shares[units.shown[: self._count]]
        if self._chips:
            cells = _signed(shown, 1.0, table)
        else:
            cells = picture_colours(units.pictures[: self._count], table)
        lights = np.ceil(np.abs(shown) * LIGHTS) * np.where(shown < 0, -1, 1)  # the faintest has its sign
        frames = _frames(table.positive, table.negative, self._ratio)[lights.astype(np.intp) + LIGHTS]
        colours = np.concatenate([NOTHING, cells.ravel(), frames.ravel()])
        picture = _image(colours.take(self._colours))
        picture.setDevicePixelRatio(self._ratio)
        painter.drawImage(self._corner, picture)


def paint_strip(painter: QPainter, place: QRectF, shares: Array, table: theme.Tokens) -> None:
    """So many units, or numbers of a code, as one line of colours; none where there is no place for it."""
    if not place.isNull():
        draw_image(painter, place, _image(_signed(shares[None, :], 1.0, table)))


def share_of(activities: Array, reach: Array) -> Array:
    """Activities as shares of how active the units ever are, -1 to 1; 0 where there are none."""
    shares = np.divide(activities, reach, out=np.zeros_like(activities), where=reach > 0)
    shares[np.isnan(shares)] = 0  # a run may diverge while it is read
    return np.minimum(np.maximum(shares, -1), 1)


def picture_colours(picture: Array, table: theme.Tokens) -> Words:
    """A picture of a unit, or several (K, H, W) that share a scale, as colours."""
    largest = float(np.abs(picture).max(initial=0.0))
    if not largest or not math.isfinite(largest):
        return _signed(np.zeros_like(picture), 1.0, table)
    return _signed(picture, largest, table)


def _signed(values: Array, largest: float, table: theme.Tokens) -> Words:
    """Values from -largest to largest as colours, the sign by one of a pair."""
    levels = (values / np.float32(largest) * 255 + 255.5).astype(np.intp)
    return _signed_ramp(table.positive, table.negative, table.paper).take(levels)


def _image(words: Words) -> QImage:
    """Colours (H, W) as an image that may be seen through; it shares them."""
    high, wide = words.shape
    return QImage(words.data, wide, high, words.strides[0], QImage.Format.Format_ARGB32_Premultiplied)


def _cells(size: tuple[int, int], shape: tuple[int, int]) -> Places:
    """Which cell of a picture of a shape every pixel of its place (height, width) shows."""
    row, column = (np.arange(pixels) * cells // pixels for pixels, cells in zip(size, shape, strict=True))
    return np.asarray(row[:, None] * shape[1] + column, dtype=np.intp)


def _framed(size: tuple[int, int], rings: int, dash: int, first: int) -> Places:
    """Which colour, counted from `first`, every pixel takes of a place and of the rings around it.

    Of every ring, from the inside out, there are two: of what is always seen, and of what is left out where
    the frame is dashed. A dash stands at either end of a side.
    """
    out, left_out = [], []
    for pixels in size:
        at = np.arange(-rings, pixels + rings)
        out.append(np.maximum(-at, at - pixels + 1))
        dashes = 2 * max(1, round(pixels / (2 * dash))) + 1
        left_out.append((at.clip(0, max(0, pixels - 1)) * dashes // max(1, pixels)) % 2)
    down, across = out[0][:, None], out[1][None, :]
    gaps = np.where(down > across, left_out[1][None, :], left_out[0][:, None])
    ring = np.maximum(down, across) - 1
    return np.asarray(first + 2 * ring.clip(0) + gaps, dtype=np.intp)


@lru_cache(maxsize=8)
def _frames(positive: str, negative: str, ratio: float) -> Words:
    """The colours of frames by their light, from -LIGHTS to LIGHTS: of every ring, and of its gaps."""
    rings = math.ceil(FRAME[1] * ratio)
    colours = np.zeros((2 * LIGHTS + 1, rings, 2), dtype=np.uint32)
    for light in range(-LIGHTS, LIGHTS + 1):
        share = abs(light) / LIGHTS
        thick = (FRAME[0] + (FRAME[1] - FRAME[0]) * share) * ratio
        for ring in range(rings):
            seen = (FAINT + (1 - FAINT) * share) * max(0.0, min(1.0, thick - ring))
            colours[light + LIGHTS, ring, 0] = _seen_through(positive if light >= 0 else negative, seen)
    solid = colours[LIGHTS:]
    solid[:, :, 1] = solid[:, :, 0]
    return colours


def _seen_through(colour: str, seen: float) -> int:
    """A colour of which a share is seen, as Qt's premultiplied 0xAARRGGBB."""
    whole = QColor(colour)
    alpha, red, green, blue = (round(seen * part) for part in (255, whole.red(), whole.green(), whole.blue()))
    return alpha << 24 | red << 16 | green << 8 | blue


@lru_cache(maxsize=4)
def _signed_ramp(positive: str, negative: str, paper: str) -> Words:
    """511 colours, from one sign over paper to the other."""
    down, up = (colour_ramp(QColor(ink), QColor(paper)) for ink in (negative, positive))
    return np.concatenate([down[:0:-1], up])
