"""What is laid over a latent map: places of a walk, the code of the drawing, the cursor and its image."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from tp5gui import theme
from tp5gui.canvases.pixels import Image, to_qimage

PREVIEW_HEIGHT = 84  # px: about the height of the image beside the cursor
ASIDE = 22  # px from the cursor to the plate of its image


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
    corners = ((0, -8), (8, 0), (0, 8), (-8, 0))
    diamond = QPolygonF([place + QPointF(x, y) for x, y in corners])
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for pen in (QPen(QColor(table.paper), 4), QPen(QColor(table.ink), 2)):
        painter.setPen(pen)
        painter.drawPolygon(diamond)


def paint_cursor(painter: QPainter, place: QPointF, table: theme.Tokens) -> None:
    """A ring with four ticks, which shows on ink and on paper."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for pen in (QPen(QColor(table.paper), 5), QPen(QColor(table.text), 2)):
        painter.setPen(pen)
        painter.drawEllipse(place, 9, 9)
        for x, y in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            painter.drawLine(place + QPointF(9 * x, 9 * y), place + QPointF(15 * x, 15 * y))


def paint_plate(
    painter: QPainter, room: QSize, place: QPointF, image: Image, caption: str, table: theme.Tokens
) -> None:
    """The image (H, W) at the cursor and a caption, on a plate beside it, on the side where there is room."""
    high, wide = image.shape
    cell = max(1, PREVIEW_HEIGHT // high)
    metrics = painter.fontMetrics()
    most = max(wide * cell, room.width() // 2 - 40)
    words = metrics.elidedText(caption, Qt.TextElideMode.ElideRight, most)
    width = max(wide * cell, metrics.horizontalAdvance(words)) + 16
    height = high * cell + metrics.height() + 18
    right, left = place.x() + ASIDE, max(4.0, place.x() - ASIDE - width)
    x = right if right + width < room.width() else left
    y = min(max(4.0, place.y() - height / 2), room.height() - height - 4.0)
    plate = QRectF(round(x), round(y), width, height)
    painter.setPen(QColor(table.line))
    painter.setBrush(QColor(table.surface))
    painter.drawRoundedRect(plate, theme.RADIUS, theme.RADIUS)
    inside = QRectF(plate.left() + (width - wide * cell) // 2, plate.top() + 8, wide * cell, high * cell)
    painter.drawImage(inside, to_qimage(image, QColor(table.output), QColor(table.paper)))
    painter.setPen(QColor(table.text))
    below = QRectF(plate.left(), inside.bottom() + 2, width, metrics.height() + 4)
    painter.drawText(below, Qt.AlignmentFlag.AlignCenter, words)
