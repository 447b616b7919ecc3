"""The decoded tiles behind a latent map: which ones suit a view, and how they are painted."""

import math

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage

from tp5gui import theme
from tp5gui.canvases.pixels import Image, colour_ramp, from_words, levels

TILE = 30  # px: about the width of a tile
QUIET = 0.34  # share of the colour of outputs in a tile; the rest is paper


def tile_grid(view: QRectF, unit: float, shape: tuple[int, int]) -> tuple[int, int, QRectF]:
    """Rows, columns and bounds of the whole tiles that cover a view, a little beyond its edges.

    The grid is fixed in the plane, so that tiles stay where they are while the view moves.

    Parameters
    ----------
    view : the rectangle of the plane in sight; its `top` is the smallest y.
    unit : units of the plane per pixel of the widget.
    shape : (H, W) of an image, which is the shape of a tile.
    """
    across = 2.0 ** math.ceil(math.log2(TILE * unit * 0.75))  # a power of two, so that zooming halves tiles
    up = across * shape[0] / shape[1]
    left, right = math.floor(view.left() / across), math.ceil(view.right() / across)
    bottom, top = math.floor(view.top() / up), math.ceil(view.bottom() / up)
    bounds = QRectF(left * across, bottom * up, (right - left) * across, (top - bottom) * up)
    return top - bottom, right - left, bounds


def tile_sheet(tiles: Image, table: theme.Tokens) -> QImage:
    """Tiles (rows, columns, H, W) as one quiet picture, a blank line between neighbours."""
    rows, columns, high, wide = tiles.shape
    framed = np.zeros((rows, columns, high + 1, wide + 1), dtype=np.float32)
    framed[:, :, :high, :wide] = tiles
    sheet = framed.swapaxes(1, 2).reshape(rows * (high + 1), columns * (wide + 1))
    colour = _mixed(QColor(table.output), QColor(table.paper), QUIET)
    return from_words(colour_ramp(colour, QColor(table.paper))[levels(sheet)])


def _mixed(first: QColor, second: QColor, share: float) -> QColor:
    """The colour that has this share of the first and the rest of the second."""
    pairs = ((first.red(), second.red()), (first.green(), second.green()), (first.blue(), second.blue()))
    return QColor(*(round(share * one + (1 - share) * other) for one, other in pairs))
