"""A curve as small as a word, to stand beside its last value."""

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QAccessible, QColor, QPainter, QPaintEvent, QPen, QPolygonF, QTransform
from PySide6.QtWidgets import QWidget

from tp5gui import theme
from tp5gui.canvases.telling import Telling

MOST = 60  # points of the line
HEIGHT = 14  # px
EDGE = 2.5  # px around the line, room for the dot at its end
DOT = 4  # px across

Points = NDArray[np.float64]


class Sparkline(QWidget):
    """A curve without axes: where it came from, and how it goes. A dot marks its last value.

    It is as wide as its place, and whoever shows it says in words what it is of.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._points: Points = np.zeros((0, 2))
        self._lines: list[QPolygonF] = []
        self._role = "text"
        self.telling = Telling(self, QAccessible.Role.Chart)
        self.setFixedHeight(HEIGHT)

    def sizeHint(self) -> QSize:
        return QSize(80, HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(16, HEIGHT)

    def set_curve(
        self, epochs: NDArray[np.int64], values: NDArray[np.float32], role: str, *, log: bool = False
    ) -> None:
        """Show values (K,) against epochs (K,), rising, in the colour of a role.

        On a logarithmic scale (`log`) what is not above 0 is a gap, as is what is not finite on any.
        """
        self._points, self._role = shape(epochs, values, log=log), role
        self._lines = lines_of(self._points)
        self.update()

    @property
    def points(self) -> Points:
        """The line (K, 2): how far along the epochs and how far up, both from 0 to 1; NaN for a gap."""
        return self._points

    @property
    def role(self) -> str:
        """Whose colour it has: a field of `theme.Tokens`."""
        return self._role

    def paintEvent(self, event: QPaintEvent) -> None:
        if len(self._points):
            paint_curve(QPainter(self), QRectF(self.rect()), self._points, self._lines, self._role)


def paint_curve(painter: QPainter, area: QRectF, points: Points, lines: list[QPolygonF], role: str) -> None:
    """Paint a curve of at least one point over its base line, in the colour of a role.

    Parameters
    ----------
    points : (K, 2) as `shape` makes them.
    lines : what `lines_of` makes of them.
    """
    table, colour = theme.tokens(), QColor(getattr(theme.tokens(), role))
    painter.save()
    painter.translate(area.topLeft())
    painter.setPen(QColor(table.line))
    base = area.height() - 0.5
    painter.drawLine(QPointF(0, base), QPointF(area.width(), base))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    wide, high = area.width() - 2 * EDGE, area.height() - 2 * EDGE
    square = QTransform(wide, 0, 0, -high, EDGE, area.height() - EDGE)
    painter.setTransform(square, True)
    pen = QPen(colour, 1)
    pen.setCosmetic(True)  # as wide whatever the scale
    painter.setPen(pen)
    for line in lines:
        painter.drawPolyline(line)
    end = QPointF(*points[-1].tolist())
    if math.isfinite(end.y()):
        painter.setTransform(square.inverted()[0], True)
        painter.setPen(QPen(colour, DOT, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawPoint(square.map(end))
    painter.restore()


def lines_of(points: Points) -> list[QPolygonF]:
    """The pieces of a curve (K, 2) between its gaps."""
    return [QPolygonF([QPointF(x, y) for x, y in piece.tolist()]) for piece in pieces(points)]


def shape(epochs: NDArray[np.int64], values: NDArray[np.float32], *, log: bool) -> Points:
    """A curve as at most `MOST` points (K, 2) of the unit square, its last one included; NaN for a gap."""
    if not len(epochs):
        return np.zeros((0, 2))
    first, last = int(epochs[0]), int(epochs[-1])
    steps = np.linspace(first, last, MOST)
    kept = np.unique(np.searchsorted(epochs, steps).clip(max=len(epochs) - 1))
    up = values[kept].astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        up = np.log10(up) if log else up
    up[~np.isfinite(up)] = np.nan
    known = up[np.isfinite(up)]
    if len(known) and known.max() > known.min():
        up = (up - known.min()) / (known.max() - known.min())
    else:
        up = up * 0 + 0.5  # a flat line lies in the middle
    return np.column_stack([(epochs[kept] - first) / max(1, last - first), up])


def pieces(points: Points) -> list[Points]:
    """The rows of points (K, 2) between gaps; one alone is there twice, so that it is a line as well."""
    sound = np.isfinite(points[:, 1])
    if sound.all():
        return [points] if len(points) > 1 else []
    rows = np.split(points, np.flatnonzero(np.diff(sound)) + 1)
    return [row if len(row) > 1 else row.repeat(2, 0) for row in rows if np.isfinite(row[0, 1])]
