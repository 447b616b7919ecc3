"""Distributions on a latent map: the cloud of every variational code, and the prior that draws come from."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QTransform

from tp5gui import theme

DEVIATIONS = 2  # standard deviations of the prior within the circle that stands for it
LEAST = 1.5  # px: half the thickness of a cloud that has none
LARGEST = 128  # px: half axes of clouds that are kept as pictures; larger ones are painted each time
BEYOND = 4000  # px: half an axis of a cloud that is wider than any view, and shows nothing
TURN = 36  # directions that a cloud can have: every 5 degrees
FILL, LINE = 0.16, 0.62  # opacity of a cloud, and of the line around it


def ellipses(covariances: NDArray[np.float32]) -> NDArray[np.float64]:
    """The ellipses of one standard deviation of covariances (N, 2, 2): (N, 3).

    Each as its longer and its shorter half axis, and the angle of the longer one from the first axis, counter
    clockwise, in radians.
    """
    across, up, both = (
        covariances[:, row, column].astype(np.float64) for row, column in ((0, 0), (1, 1), (0, 1))
    )
    middle, away = (across + up) / 2, np.hypot((across - up) / 2, both)
    angle = np.arctan2(2 * both, across - up) / 2
    return np.stack([np.sqrt(middle + away), np.sqrt((middle - away).clip(0)), angle], 1)


def paint_clouds(
    painter: QPainter, places: NDArray[np.float64], shapes: NDArray[np.float64], table: theme.Tokens
) -> None:
    """Paint ellipses (N, 3) in pixels, as `ellipses` gives them, around places (N, 2).

    None is painted that is wider than the view whichever way.
    """
    halves = np.maximum(np.rint(shapes[:, :2]), LEAST)
    turns = np.rint(-shapes[:, 2] * TURN / np.pi).astype(int) % TURN
    device = painter.device()
    whole = np.hypot(device.width(), device.height()) * device.devicePixelRatio()  # px of the screen
    whole /= painter.worldTransform().m11()
    seen = (halves[:, 0] < BEYOND) & (halves[:, 1] < whole / 2)  # many wider ones would hide everything
    for (x, y), (long, short), turn in zip(
        places[seen].tolist(), halves[seen].tolist(), turns[seen].tolist(), strict=True
    ):
        if long <= LARGEST:
            cloud = _cloud(long, short, turn, table.truth)
            half = cloud.width() // 2
            painter.drawImage(round(x) - half, round(y) - half, cloud)
        else:
            painter.save()
            painter.setTransform(QTransform.fromTranslate(x, y), True)
            _paint_cloud(painter, long, short, turn, table.truth)
            painter.restore()


@lru_cache(maxsize=512)  # of these sizes and directions a run in training needs the same again and again
def _cloud(long: float, short: float, turn: int, colour: str) -> QImage:
    """A cloud in the middle of a square of an odd number of pixels."""
    half = int(long) + 2
    image = QImage(2 * half + 1, 2 * half + 1, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setTransform(QTransform.fromTranslate(half + 0.5, half + 0.5), True)
    _paint_cloud(painter, long, short, turn, colour)
    painter.end()
    return image


def _paint_cloud(painter: QPainter, long: float, short: float, turn: int, colour: str) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    fill, line = QColor(colour), QColor(colour)
    fill.setAlphaF(FILL)
    line.setAlphaF(LINE)
    painter.rotate(turn * 180 / TURN)
    painter.setBrush(fill)
    painter.setPen(QPen(line, 1))
    painter.drawEllipse(QPointF(0, 0), long, short)


def paint_prior(
    painter: QPainter, room: QSize, middle: QPointF, radius: float, table: theme.Tokens, *, flat: bool
) -> None:
    """Paint the prior of a run, dashed: a circle, or the two bounds of a `flat` code of one number.

    Parameters
    ----------
    middle, radius : in pixels of the widget; `radius` is that of `DEVIATIONS` standard deviations.
    """
    if radius > BEYOND:
        return
    pen = QPen(QColor(table.text_soft), 1.2)
    pen.setDashPattern([4, 4])
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, not flat)
    if flat:
        for x in (middle.x() - radius, middle.x() + radius):
            painter.drawLine(QPointF(x, 0), QPointF(x, room.height()))
    else:
        painter.drawEllipse(middle, radius, radius)


def words_beside(
    room: QRectF, middle: QPointF, radius: float, size: QSizeF, taken: NDArray[np.float64], *, flat: bool
) -> QRectF:
    """Where the words about the prior stand: above it or below, where they cover less; empty if nowhere.

    Parameters
    ----------
    room : of the widget, what is free of figures; above it there is room for the name of an axis.
    size : of the words.
    taken : (N, 2) the middles of what they should not cover, in pixels of the widget.
    """
    best = (np.inf, QRectF())
    if size.width() + 8 > room.width():
        return best[1]
    height = size.height()
    low, high = room.top() + 2 * height, room.bottom() - height
    edges = (low + height, high - height)
    if not flat:
        edges = (middle.y() - radius - height, middle.y() + radius + height)
    for number, y in enumerate(edges):
        if not (low < y < high and 0 < middle.x() < room.right()):
            continue
        left = min(max(middle.x() - size.width() / 2, room.left() + 4), room.right() - size.width() - 4)
        box = QRectF(QPointF(round(left), round(y - height / 2)), size)
        wider = box.adjusted(-10, -12, 10, 12)
        corner, across = [wider.left(), wider.top()], [wider.right(), wider.bottom()]
        covered = float(((taken > corner) & (taken < across)).all(1).sum())
        best = min(best, (covered + number, box), key=lambda one: one[0])
    return best[1]
