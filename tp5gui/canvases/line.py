"""A curve of any number of points, drawn from two a pixel of width: its highest and its lowest.

pyqtgraph's own way to draw fewer points (`PlotDataItem`, 0.14) costs three times as much at every change.

This module brings pyqtgraph (0.4 s); import it once the window is on screen.
"""

import math
from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter, QPainterPath, QPen

from tp5gui.canvases.canvas import on_paper

Numbers = NDArray[np.float64]


def paint_on_paper(item: pg.GraphicsItem, painter: QPainter, path: QPainterPath, pen: QPen) -> None:
    """Paint a path in the units of a plot with a pen as wide as on the screen, whatever the scale.

    pyqtgraph's own pens are one pixel wide at every scale, and wide as a house where a picture of lines
    knows no such pens (librsvg 2.54).
    """
    to_scene = item.sceneTransform()
    pen = QPen(pen)
    pen.setCosmetic(False)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    painter.setTransform(to_scene.inverted()[0], True)
    painter.setPen(pen)
    painter.drawPath(to_scene.map(path))
    painter.restore()


class Line(pg.PlotCurveItem):  # type: ignore[misc]  # pyqtgraph comes without types
    """A curve in the units of its plot: powers of ten along a logarithmic axis."""

    def __init__(self) -> None:
        super().__init__(skipFiniteCheck=True)
        self._whole: tuple[Numbers, Numbers] = (np.zeros(0), np.zeros(0))

    def put(self, across: Numbers, up: Numbers) -> None:
        """Show points (K,), rising along `across`; one that is not a number is a gap."""
        self._whole = across, up
        self.fit()

    def paint(self, p: QPainter, opt: Any, widget: Any) -> None:
        if on_paper():
            paint_on_paper(self, p, self.getPath(), self.opts["pen"])
        else:
            super().paint(p, opt, widget)

    def fit(self) -> None:
        """Draw what there is to see of the curve where the view is by now."""
        view = self.getViewBox()
        if view is not None:
            left, right = view.viewRange()[0]
            across, up, joined = outline(*self._whole, left, right, max(1, round(view.width())))
            self.setData(across, up, connect="all" if joined.all() else joined)


class Rule(pg.InfiniteLine):  # type: ignore[misc]
    """A straight line from edge to edge of a plot."""

    def paint(self, p: QPainter, *args: Any) -> None:
        if not on_paper():
            super().paint(p, *args)
            return
        rule = QPainterPath(QPointF(self._endPoints[0], 0.0))
        rule.lineTo(QPointF(self._endPoints[1], 0.0))
        paint_on_paper(self, p, rule, self.pen)


def outline(
    across: Numbers, up: Numbers, left: float, right: float, columns: int
) -> tuple[Numbers, Numbers, NDArray[np.bool_]]:
    """What is drawn of a curve between two places: two points for every column and every piece within it.

    What is not a number is a gap. A point alone between gaps is a dash that reaches half into
    the next one, at the end of a curve into the one before.

    Parameters
    ----------
    across, up : (K,) the points, rising along `across`.
    left, right : the places in sight.
    columns : between them.

    Returns
    -------
    across, up : (2 G,) lowest and highest of each part of the curve, in the order that suits its course. The
        first point out of sight on either side is a part, so that the curve leads out of the picture.
    joined : (2 G,) whether a line leads on from a point to the next.
    """
    first = max(0, int(np.searchsorted(across, left)) - 1)
    seen = slice(first, int(np.searchsorted(across, right, side="right")) + 1)
    across, up = across[seen], up[seen]
    kept = np.flatnonzero(np.isfinite(up))
    if not len(kept):
        return np.zeros(0), np.zeros(0), np.zeros(0, dtype=np.bool_)
    x, y = across[kept], up[kept]
    column = np.floor((x - left) * (columns / max(right - left, 1e-300)))
    broken = np.diff(kept) > 1
    begins = np.append(0, np.flatnonzero(broken | (np.diff(column) != 0)) + 1)
    ends = np.append(begins[1:], len(kept)) - 1
    low, high = np.minimum.reduceat(y, begins), np.maximum.reduceat(y, begins)
    falls = y[ends] < y[begins]
    leads = np.append(~broken[ends[:-1]], False)  # a line leads on to the next part
    start, until = x[begins], x[ends]
    alone = np.flatnonzero((begins == ends) & ~leads & ~np.append(False, leads[:-1]))
    number = kept[ends[alone]]
    until[alone] = (until[alone] + across[np.minimum(number + 1, len(across) - 1)]) / 2
    last = alone[number == len(across) - 1]
    start[last] = (start[last] + across[max(0, len(across) - 2)]) / 2
    x, y = _pairs(start, until), _pairs(np.where(falls, high, low), np.where(falls, low, high))
    return x, y, _pairs(np.ones_like(leads), leads)


def _pairs(first: Any, second: Any) -> Any:
    """The numbers of two rows (G,) by turns, (2 G,)."""
    return np.stack([first, second], 1).ravel()


def logarithms(values: NDArray[np.float32], least: float) -> Numbers:
    """The powers of ten of values (K,), those below `least` at the edge; NaN where a value has none."""
    known = np.where(values > 0, np.maximum(values, least), math.nan)
    return np.asarray(np.log10(known), dtype=np.float64)
