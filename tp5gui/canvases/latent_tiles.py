"""The decoded tiles behind a latent map: which ones suit a view, and how they are painted.

A tile is as large as the images at the codes, whatever the zoom, and stands in the middle of a square of a
grid that is fixed in the plane. It fades with the distance to the nearest code.
"""

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor

from tp5gui import theme
from tp5gui.canvases.latent_images import cell_of, coarse, size_of
from tp5gui.canvases.pixels import Image, colour_ramp, levels

APART = 5  # px between neighbouring tiles, at least; at most a square of twice the size
SQUARE = 36  # px: about the side of a square of the grid
NEAR, FAR = 0.8, 3.2  # squares from the nearest code: up to where a tile is as clear as any, and none is left
QUIET = 0.45  # share of the colour of outputs in the clearest tile; the rest is paper


def tile_grid(view: QRectF, unit: float, shape: tuple[int, int]) -> tuple[int, int, QRectF]:
    """Rows, columns and bounds of the whole squares that cover a view, a little beyond its edges.

    The grid is fixed in the plane, so that tiles stay where they are while the view moves.

    Parameters
    ----------
    view : the rectangle of the plane in sight; its `top` is the smallest y.
    unit : units of the plane per pixel of the widget.
    shape : (H, W) of an image.
    """
    least = (max(size_of(shape, 1.0)) + APART) * unit
    side = 2.0 ** math.ceil(math.log2(least))  # a power of two, so that zooming halves squares
    left, right = math.floor(view.left() / side), math.ceil(view.right() / side)
    bottom, top = math.floor(view.top() / side), math.ceil(view.bottom() / side)
    bounds = QRectF(left * side, bottom * side, (right - left) * side, (top - bottom) * side)
    return top - bottom, right - left, bounds


def clearness(
    x: NDArray[np.float64], y: NDArray[np.float64], points: NDArray[np.float64], square: float
) -> NDArray[np.float32]:
    """How clear the tiles around columns x (C,) and rows y (R,) are, from 0 to 1: (R, C).

    Parameters
    ----------
    points : (N, 2) the codes, in the units of x and y.
    square : the side of a square in these units.
    """
    reach = FAR * square
    low, high = [x.min() - reach, y.min() - reach], [x.max() + reach, y.max() + reach]
    near = points[((points > low) & (points < high)).all(1)]
    if not len(near):
        return np.zeros((len(y), len(x)), dtype=np.float32)
    # |t - c|^2 = |t|^2 - 2 t.c + |c|^2 from the middle, where single numbers suffice
    middle = [x.mean(), y.mean()]
    codes = ((near - middle) / square).astype(np.float32)
    centres = np.stack(np.meshgrid(x - middle[0], y - middle[1]), -1).reshape(-1, 2) / square
    tiles = centres.astype(np.float32)
    apart = ((codes**2).sum(1) - 2 * tiles @ codes.T).min(1) + (tiles**2).sum(1)
    share = ((FAR - np.sqrt(apart.clip(0))) / (FAR - NEAR)).clip(0, 1)
    return np.asarray(share * share * (3 - 2 * share), dtype=np.float32).reshape(len(y), len(x))


def paint_tiles(
    words: NDArray[np.uint32],
    tiles: Image,
    clear: NDArray[np.float32],
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    ratio: float,
    table: theme.Tokens,
) -> None:
    """Fill a picture (height, width) of colours with tiles on paper.

    Parameters
    ----------
    tiles : (rows, columns, H, W) in [0, 1].
    clear : (rows, columns) how clear each is.
    x, y : the middles of the columns and rows, in pixels of the picture.
    ratio : pixels of the picture in one of the layout.
    """
    small = coarse(tiles, ratio)
    rows, columns, high, wide = small.shape
    cell = cell_of((high, wide), ratio)
    sheet = np.zeros((rows * high + 1, columns * wide + 1), dtype=np.uint8)  # the last ones are paper
    faded = levels(small * clear[:, :, None, None])
    sheet[:-1, :-1] = faded.swapaxes(1, 2).reshape(rows * high, columns * wide)
    across = _sources(words.shape[1], x, wide, cell)
    down = _sources(words.shape[0], y, high, cell)
    colour = _mixed(QColor(table.output), QColor(table.paper), QUIET)
    ramp = colour_ramp(colour, QColor(table.paper))
    # the few pixels of the sheet are coloured and widened, before whole rows of these are copied
    np.take(ramp[sheet].take(across, 1), down, 0, out=words, mode="wrap")


def _sources(length: int, middles: NDArray[np.float64], cells: int, cell: int) -> NDArray[np.intp]:
    """Which row or column of a sheet every pixel of a picture shows, -1 for paper: (length,)."""
    shown = np.full(length, -1, dtype=np.intp)
    steps = np.arange(cells * cell)
    starts = np.rint(middles - cells * cell / 2).astype(np.intp)
    at = starts[:, None] + steps
    source = np.arange(len(middles))[:, None] * cells + steps // cell
    inside = (at >= 0) & (at < length)
    shown[at[inside]] = source[inside]
    return shown


def _mixed(first: QColor, second: QColor, share: float) -> QColor:
    """The colour that has this share of the first and the rest of the second."""
    pairs = ((first.red(), second.red()), (first.green(), second.green()), (first.blue(), second.blue()))
    return QColor(*(round(share * one + (1 - share) * other) for one, other in pairs))
