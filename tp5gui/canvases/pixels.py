"""Arrays turned into colours: the pixels of images, and the marks of wrong pixels."""

import math
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QImage, QPaintEngine, QPainter, QPen, QPixmap

from core.measure.rules import ON
from tp5gui import theme

Image = NDArray[np.float32]
"""An image (H, W) in [0, 1], or several (N, H, W)."""

FINE = 4  # pixels for each of the layout that pixels have in a picture of lines: SVG, PDF

SMOOTH_FROM = 14  # px of a cell from which a mark is drawn as a curve, not as a pattern of pixels


def colour_ramp(ink: QColor, paper: QColor) -> NDArray[np.uint32]:
    """256 colours from paper to ink, as Qt's 0xffRRGGBB; read-only."""
    return _ramp(ink.rgb(), paper.rgb())


@cache  # there are as many as pairs of colours in the two themes
def _ramp(ink: int, paper: int) -> NDArray[np.uint32]:
    share = np.linspace(0, 1, 256)[:, None]
    ends = np.array([[c >> 16 & 255, c >> 8 & 255, c & 255] for c in (paper, ink)], dtype=float)
    red, green, blue = ((1 - share) * ends[0] + share * ends[1]).round().astype(np.uint32).T
    ramp = np.asarray(0xFF000000 | red << 16 | green << 8 | blue, dtype=np.uint32)
    ramp.flags.writeable = False
    return ramp


def levels(array: Image) -> NDArray[np.uint8]:
    """Pixels in [0, 1] as levels from 0 to 255; values outside are clipped, NaN is 0."""
    return np.asarray(np.rint(np.minimum(np.fmax(array, 0), 1) * 255), dtype=np.uint8)


def from_words(words: NDArray[np.uint32], *, see_through: bool = False) -> QImage:
    """Colours 0xffRRGGBB (H, W) as an image that owns its pixels; with `see_through`, 0 is transparent."""
    words = np.ascontiguousarray(words)
    height, width = words.shape
    kind = QImage.Format.Format_ARGB32_Premultiplied if see_through else QImage.Format.Format_RGB32
    return QImage(words.data, width, height, words.strides[0], kind).copy()


def words_of(image: QImage) -> NDArray[np.uint32]:
    """The colours 0xffRRGGBB (H, W) of an image of four bytes a pixel, to be read and changed in place."""
    return np.frombuffer(image.bits(), np.uint32).reshape(image.height(), image.width())


def to_qimage(array: Image, ink: QColor, paper: QColor) -> QImage:
    """An array (H, W) in [0, 1] as an image that owns its pixels, from `paper` at 0 to `ink` at 1.

    Raises
    ------
    ValueError : the array does not have two dimensions.
    """
    if array.ndim != 2:
        raise ValueError(f"expected (H, W), got {array.shape}")
    return from_words(colour_ramp(ink, paper)[levels(array)])


def is_raster(painter: QPainter) -> bool:
    """Whether pixels are painted, not a picture of lines and text."""
    return painter.paintEngine().type() is QPaintEngine.Type.Raster


def draw_image(painter: QPainter, place: QRectF, image: QImage, part: QRect | None = None) -> None:
    """Draw an image, or a part of it, over a place, with crisp pixels.

    In a picture of lines, where whoever shows it may smooth an image that is enlarged, it is as fine as the
    place; and `QSvgGenerator` knows no parts (Qt 6.11).
    """
    part = image.rect() if part is None else part
    if is_raster(painter):
        painter.drawImage(place, image, QRectF(part))
        return
    times = max(1, math.ceil(FINE * place.width() * painter.worldTransform().m11() / part.width()))
    painter.drawImage(place, image.copy(part).scaled(part.size() * times))


def laid_on(image: QImage, ground: QColor) -> QImage:
    """An image that is seen through, on a ground; what shows a PDF paints a grey edge around such images."""
    opaque = QImage(image.size(), QImage.Format.Format_RGB32)
    opaque.fill(ground)
    painter = QPainter(opaque)
    painter.drawImage(0, 0, image)
    painter.end()
    return opaque


def on_screen(size: QSize, ratio: float) -> QSize:
    """How many pixels of the screen a size of the layout covers, those that it covers in part included.

    A picture kept of a widget has to have them: where a scale is no whole number, they would stay black.
    """
    return QSize(math.ceil(size.width() * ratio - 1e-6), math.ceil(size.height() * ratio - 1e-6))


def to_layout(rect: QRect, ratio: float) -> QRect:
    """A rectangle in pixels of the screen as one in pixels of the layout, which are `ratio` times larger."""
    size = QSizeF(rect.size()) / ratio
    return QRectF(QPointF(rect.topLeft()) / ratio, size).toRect()


def mark_pattern(cell: int, *, missing: bool) -> NDArray[np.bool_]:
    """The pixels (cell, cell) of the mark of a wrong pixel: a ring where ink is missing, else a cross.

    The two must differ at every size. At 4 px the cross is a full square, at 3 px a plus; below that the
    ring has no hole left and is a bar, and the cross is a full square.
    """
    at, thick = np.arange(cell), max(1, round(cell / 5))
    row, column = at[:, None], at[None, :]
    depth = np.minimum(at, cell - 1 - at)  # from the nearer edge
    if cell < 3:
        mark = row + 0 * column >= (cell // 2 if missing else 0)
    elif missing:
        mark = np.minimum(depth[:, None], depth[None, :]) < thick
        if cell > 4:  # round it; on less the corners are needed to see it at all
            mark &= depth[:, None] + depth[None, :] > 0
    elif cell < 5:
        mark = (row == 1) | (column == 1) if cell == 3 else row + 0 * column >= 0
    else:
        mark = (abs(row - column) < thick) | (abs(row + column - cell + 1) < thick)
    return np.asarray(mark, dtype=np.bool_)


def wrong_pixels(image: Image, truth: Image) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Where ink is missing and where there is too much, both of the shape of the two images."""
    on, wanted = image > ON, truth > ON
    return wanted & ~on, on & ~wanted


def mark_pixmap(cell: int, table: theme.Tokens, *, missing: bool) -> QPixmap:
    """What is laid over a wrong cell: the mark in the colour of errors, with an edge of paper around it."""
    if cell < SMOOTH_FROM:
        pattern = mark_pattern(cell, missing=missing)
        words = np.where(pattern, QColor(table.error).rgba(), QColor(table.paper).rgba()).astype(np.uint32)
        return QPixmap.fromImage(from_words(words))
    pixmap = QPixmap(cell, cell)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    inside = QRectF(0, 0, cell, cell).adjusted(cell * 0.25, cell * 0.25, -cell * 0.25, -cell * 0.25)
    width = max(1.5, cell * 0.1)
    for colour, thick in ((table.paper, width + max(2.0, cell * 0.1)), (table.error, width)):
        cap = Qt.PenCapStyle.RoundCap
        painter.setPen(QPen(QColor(colour), thick, Qt.PenStyle.SolidLine, cap))
        if missing:
            painter.drawEllipse(inside)
        else:
            painter.drawLine(inside.topLeft(), inside.bottomRight())
            painter.drawLine(inside.topRight(), inside.bottomLeft())
    painter.end()
    return pixmap
