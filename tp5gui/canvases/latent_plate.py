"""The plate with the image at the cursor of a latent map: how it looks, and where it is in nobody's way."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter

from tp5gui import theme

PREVIEW = 84  # px: about the longer side of the image on the plate
SMALLER = 44  # px: of that on a plate in a small map
ASIDE = 20  # px from the cursor to the plate
CLEAR = 17  # px around the cursor that stay clear
INSIDE = 5  # px from the plate to the edge of the map, at least
AROUND = 18  # px above the image on a plate, between it and the words, and below
STEP = 32  # px: widths of a plate are multiples, so that it rests while its words change
STAY = 2.5  # images that a better side must cover fewer of, for the plate to change sides

SIDES = ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (1, -1), (-1, 1), (-1, -1))
"""Where a plate can be, seen from the cursor: right and down, the favoured ones first."""


@dataclass(frozen=True, slots=True)
class Plate:
    """A plate without the image on it.

    Attributes
    ----------
    size : of the plate.
    spot : where on it the image is.
    words : what stands below.
    """

    size: QSizeF
    spot: QRectF
    words: str


def plate_for(
    shape: tuple[int, ...], caption: str, font: QFont, room: QSize, height: float = math.inf
) -> Plate:
    """A plate with room for an image of a shape (H, W) and a caption below, for a map of that size.

    Where it is to keep within a part of the map of some height, it is so low that it finds a place there,
    above the cursor or below it.
    """
    high, wide = shape
    metrics = QFontMetricsF(font)
    beside = min(room.width(), room.height()) / 2 - CLEAR - INSIDE  # of a cursor in the middle
    longer = PREVIEW if beside >= PREVIEW + metrics.height() + AROUND else SMALLER
    low = min(longer, height / 2 - CLEAR - INSIDE - metrics.height() - AROUND)
    cell = max(1, int(min(longer / max(high, wide), low / high)))
    most = max(wide * cell, room.width() * 2 // 3 - 16)
    words = metrics.elidedText(caption, Qt.TextElideMode.ElideMiddle, most)
    width = -(-int(max(wide * cell, metrics.horizontalAdvance(words)) + 16) // STEP) * STEP
    size = QSizeF(width, round(high * cell + metrics.height() + AROUND))
    return Plate(size, QRectF((width - wide * cell) // 2, 8, wide * cell, high * cell), words)


def paint_plate(painter: QPainter, plate: Plate, font: QFont, table: theme.Tokens) -> None:
    """Paint a plate with its upper left corner where the painter begins."""
    size, spot = plate.size, plate.spot
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    painter.setFont(font)
    painter.setPen(QColor(table.line))
    painter.setBrush(QColor(table.surface))
    painter.drawRoundedRect(QRectF(0.5, 0.5, size.width() - 1, size.height() - 1), theme.RADIUS, theme.RADIUS)
    painter.setPen(QColor(table.text))
    below = QRectF(0, spot.bottom() + 2, size.width(), painter.fontMetrics().height() + 4)
    painter.drawText(below, Qt.AlignmentFlag.AlignCenter, plate.words)


def picture_of(plate: Plate, font: QFont, ratio: float, table: theme.Tokens) -> QImage:
    """A plate as a picture of the screen, to be kept while it stays as it is."""
    picture = QImage((plate.size * ratio).toSize(), QImage.Format.Format_ARGB32_Premultiplied)
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    paint_plate(painter, plate, font, table)
    painter.end()
    return picture


def beside(
    rooms: Sequence[QRectF], size: QSizeF, cursor: QPointF, taken: NDArray[np.float64], before: int
) -> tuple[int, QRectF]:
    """On which side of the cursor a plate of that size stands, and where.

    It lies inside the first of the rooms in which it leaves the cursor free, or else inside the last, and
    covers few images; it stays on its side from `before` (an index into `SIDES`, -1 for none) unless another
    is clearly better.

    Parameters
    ----------
    taken : (N, 2) the middles of what it should not cover.
    """
    best = (np.inf, 0, QRectF())
    around = QRectF(cursor - QPointF(CLEAR, CLEAR), cursor + QPointF(CLEAR, CLEAR))
    for room in rooms:
        best = (np.inf, 0, QRectF())
        for side, (right, down) in enumerate(SIDES):
            plate = _inside(room, size, cursor, right, down)
            corner, across = [plate.left(), plate.top()], [plate.right(), plate.bottom()]
            covered = float(((taken > corner) & (taken < across)).all(1).sum())
            cost = covered + 0.1 * side - (STAY if side == before else 0)
            cost += 1000 if plate.intersects(around) else 0
            best = min(best, (cost, side, plate), key=lambda one: one[0])
        if not best[2].intersects(around):
            break
    return best[1], best[2]


def _inside(room: QRectF, size: QSizeF, cursor: QPointF, right: int, down: int) -> QRectF:
    """The plate on a side of the cursor, moved into the room."""

    def along(middle: float, length: float, low: float, high: float, way: int) -> float:
        start = middle + (ASIDE if way > 0 else -ASIDE - length) if way else middle - length / 2
        return float(round(min(max(start, low + INSIDE), max(low + INSIDE, high - INSIDE - length))))

    x = along(cursor.x(), size.width(), room.left(), room.right(), right)
    y = along(cursor.y(), size.height(), room.top(), room.bottom(), down)
    return QRectF(QPointF(x, y), size)
