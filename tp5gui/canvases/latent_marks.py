"""What is laid over a latent map: places of a walk, the code of the drawing, the cursor, the way to it."""

import math
from collections.abc import Callable, Sequence
from functools import lru_cache

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPolygonF, QTransform

from tp5gui import theme
from tp5gui.canvases.pixels import is_raster

HALF = 18  # px: half of the square that a mark has room in
INSET = 20  # px from the edge of the map to the arrow


def paint_walk(painter: QPainter, places: Sequence[QPointF], joined: bool, table: theme.Tokens) -> None:
    """Dots at places of the widget, joined by a line where they are a walk, with an edge of paper."""
    line = QPolygonF(places)
    for colour, thick, dot in ((table.paper, 5, 9), (table.output, 2, 6)):
        if joined:
            painter.setPen(QPen(QColor(colour), thick))
            painter.drawPolyline(line)
        painter.setPen(QPen(QColor(colour), dot, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawPoints(line)


def paint_diamond(painter: QPainter, place: QPointF, table: theme.Tokens) -> None:
    """The code of the person's drawing."""
    _paint_mark(painter, place, _diamond, table)


def paint_cursor(painter: QPainter, place: QPointF, table: theme.Tokens) -> None:
    """A ring with four ticks, which shows on ink and on paper."""
    _paint_mark(painter, place, _ring, table)


def paint_arrow(painter: QPainter, place: QPointF, angle: float, table: theme.Tokens) -> None:
    """A disc with an arrow that points in a direction of the widget, in radians clockwise from the right."""
    painter.save()
    painter.setTransform(QTransform.fromTranslate(place.x(), place.y()), True)
    painter.setPen(QPen(QColor(table.paper), 3))
    painter.setBrush(QColor(table.text))
    painter.drawEllipse(QPointF(0, 0), 13, 13)
    painter.rotate(math.degrees(angle))
    painter.setPen(QPen(QColor(table.paper), 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.drawLine(QPointF(-6, 0), QPointF(6, 0))
    painter.drawPolyline([QPointF(1, -5), QPointF(6, 0), QPointF(1, 5)])
    painter.restore()


def edge_towards(room: QSize, place: QPointF) -> tuple[QPointF, float]:
    """Where at the edge of a map the arrow to a place outside is; its angle, clockwise from the right."""
    middle = QPointF(room.width() / 2, room.height() / 2)
    way = place - middle
    angle = math.atan2(way.y(), way.x())
    half = middle - QPointF(INSET, INSET)
    share = min(
        limit / abs(length) if length else math.inf
        for limit, length in ((half.x(), way.x()), (half.y(), way.y()))
    )
    return middle + way * share, angle


def _paint_mark(
    painter: QPainter,
    place: QPointF,
    draw: Callable[[QPainter, theme.Tokens], None],
    table: theme.Tokens,
) -> None:
    """Paint a mark at the nearest pixel of the screen, if it is in sight: it may be anywhere, or nowhere."""
    room = painter.window()
    if not (-HALF < place.x() < room.width() + HALF and -HALF < place.y() < room.height() + HALF):
        return
    if not is_raster(painter):
        painter.save()
        painter.translate(place)
        draw(painter, table)
        painter.restore()
        return
    ratio = painter.device().devicePixelRatioF()
    x, y = (round(along * ratio) / ratio - HALF for along in (place.x(), place.y()))
    painter.drawImage(QPointF(x, y), _mark(draw, ratio, table))


@lru_cache(maxsize=32)
def _mark(draw: Callable[[QPainter, theme.Tokens], None], ratio: float, table: theme.Tokens) -> QImage:
    side = round(2 * HALF * ratio)
    image = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    painter.setTransform(QTransform.fromTranslate(HALF, HALF), True)
    draw(painter, table)
    painter.end()
    return image


def _diamond(painter: QPainter, table: theme.Tokens) -> None:
    diamond = QPolygonF([QPointF(0, -8), QPointF(8, 0), QPointF(0, 8), QPointF(-8, 0)])
    for pen in (QPen(QColor(table.paper), 4), QPen(QColor(table.ink), 2)):
        painter.setPen(pen)
        painter.drawPolygon(diamond)


def _ring(painter: QPainter, table: theme.Tokens) -> None:
    for pen in (QPen(QColor(table.paper), 5), QPen(QColor(table.text), 2)):
        painter.setPen(pen)
        painter.drawEllipse(QPointF(0, 0), 9, 9)
        for x, y in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            painter.drawLine(QPointF(9 * x, 9 * y), QPointF(15 * x, 15 * y))
