"""One of the two plots of a run: its curves, a line of words above it, and the range that they need.

This module brings pyqtgraph (0.4 s); import it once the window is on screen.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QPainter
from PySide6.QtWidgets import QGraphicsSceneResizeEvent

from core.base.ticks import nice_below, nice_step, ticks
from tp5gui import theme
from tp5gui.canvases.line import Line, Rule, logarithms
from tp5gui.canvases.ticks import power_text, tick_text

Array = NDArray[np.float32]

FLOOR = 1e-6  # the least loss that a logarithmic axis reaches down to; what is below lies on its edge
DECADE, EPOCHS = 24, 56  # px between two figures, without a zoom: upward, and along the epochs
AXIS = 52  # px, without a zoom: the figures beside the curves
BETWEEN = 4  # px, between two figures along the epochs, at least
OVER = 8  # px beyond the ends of the epochs that their figures may take: what lies there is empty

DASHES = {
    "part2": (6.0, 3.0), "part3": (1.5, 2.5), "part4": (8.0, 3.0, 1.5, 3.0),
    "part5": (3.0, 3.0), "part6": (12.0, 4.0), "perfect": (8.0, 3.0), "noisy": (1.5, 2.5),
}  # fmt: skip
"""Dashes and gaps in widths of the line, by role: curves that measure alike differ in more than colour."""

WHOLE = "part1"  # the role of the loss itself: a full line below its dashed parts, so that both show


class Axis(pg.AxisItem):  # type: ignore[misc]  # pyqtgraph comes without types
    """An axis with as many round numbers as there is room for, two where it can; logarithmic, powers of ten.

    pyqtgraph 0.14 writes 2 to 9 over each other where the range is about one decade, and 1e+06 for a million;
    along the epochs it leaves out a number that reaches beyond an end of the axis, and so the last ones of
    a narrow plot, where this one moves it inside.

    Parameters
    ----------
    side : of the plot.
    apart : px between two figures at least.

    Attributes
    ----------
    whole : whether what is measured comes in whole numbers, and is never below 0.
    """

    def __init__(self, side: str, apart: int) -> None:
        super().__init__(side)
        self.whole, self._apart = False, apart
        if side == "bottom":
            self.setStyle(hideOverlappingLabels=apart)  # px that one may reach beyond

    def tickValues(self, minVal: float, maxVal: float, size: float) -> list[tuple[float, list[float]]]:
        apart = theme.size(self._apart)
        least = (maxVal - minVal) * apart / max(size, 1)
        if self.logMode:
            low, high = math.ceil(minVal), math.floor(maxVal)
            powers = max(1, min(math.ceil((high - low) * apart / max(size, 1)), high - low))
            return [(float(powers), [float(power) for power in range(low, high + 1, powers)])]
        step = nice_step(max(least, 1.0 if self.whole else 1e-30))
        if self.whole and minVal <= 0 < maxVal < step:  # nothing but the zero would be in sight
            step = max(1.0, nice_below(maxVal))
        return [(step, ticks(max(minVal, 0.0) if self.whole else minVal, maxVal, step))]

    def generateDrawSpecs(self, p: QPainter) -> Any:
        specs = super().generateDrawSpecs(p)
        if specs is None or self.orientation != "bottom":
            return specs
        line, marks, words = specs
        room = self.mapRectFromParent(self.geometry()).adjusted(-OVER, 0, OVER, 0)
        apart: list[Any] = []  # from the last one on: it is the one that is moved, towards the one before
        for place, flags, text in reversed(words):
            inside = _inside(place, room)
            if not apart or inside.right() + BETWEEN <= apart[-1][0].left():
                apart.append((inside, flags, text))
        return line, marks, apart

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        if self.logMode:
            return [power_text(round(value)) for value in values]
        return [tick_text(value, spacing) for value in values]


class Head(pg.LabelItem):  # type: ignore[misc]
    """Words over a plot that ask for no width: pyqtgraph's ask for all of theirs, and the plot grows.

    Values that are read off take as many lines as they need; of these none goes before the reading ends, so
    that the plot does not move with every figure.
    """

    _reads = False
    _room = (0.0, 0.0)  # px, the width and the height that the longest of these values took

    def write(self, words: str, size: int, *, reads: bool) -> None:
        """Show words of so many px, in pyqtgraph's markup; `reads` says that they are values read off."""
        self._reads = reads
        if not reads:
            self._room = (0.0, 0.0)
        self.setText(words, size=f"{size}px")

    def resizeEvent(self, event: QGraphicsSceneResizeEvent | None) -> None:
        self.item.setTextWidth(self.width() if self._reads else -1)
        super().resizeEvent(event)

    def updateMin(self) -> None:
        super().updateMin()
        if self._reads:
            width, height = self._room
            taken = self.itemRect().height()
            self._room = (self.width(), max(taken, height) if self.width() == width else taken)
            self.setMinimumHeight(self._room[1])

    def setMinimumWidth(self, width: float) -> None:
        super().setMinimumWidth(0)

    def sizeHint(self, hint: Qt.SizeHint, constraint: QSizeF) -> QSizeF:
        asked: QSizeF = super().sizeHint(hint, constraint)
        if hint is Qt.SizeHint.MaximumSize:  # none: it gets the width of the plot
            return asked
        return QSizeF(0, max(asked.height(), self._room[1]))


class Plot:
    """One of the two plots: its curves, a line of words above it, and the range they need.

    A plot that was drawn before it had its size shows, once it has it, what a plot of that size shows.
    """

    def __init__(self, layout: pg.GraphicsLayoutWidget, row: int) -> None:
        self.head = Head(justify="left")
        layout.addItem(self.head, row=2 * row, col=0)
        self.axis = Axis("left", DECADE)
        axes = {"left": self.axis, "bottom": Axis("bottom", EPOCHS)}
        axes["bottom"].whole = True
        self.item: pg.PlotItem = layout.addPlot(row=2 * row + 1, col=0, axisItems=axes)
        self.item.setMenuEnabled(False)
        self.item.hideButtons()
        self.item.setMouseEnabled(x=True, y=False)
        self.item.getAxis("left").enableAutoSIPrefix(False)
        self.item.getAxis("bottom").enableAutoSIPrefix(False)
        self.item.getViewBox().setDefaultPadding(0.0)
        self.item.disableAutoRange()
        view = self.item.getViewBox()
        for changed in (view.sigXRangeChanged, view.sigResized):
            changed.connect(self._thin)
        self.line = Rule(angle=90, movable=False)
        self.line.hide()
        self.item.addItem(self.line, ignoreBounds=True)
        self.curves: dict[str, Line] = {}
        self.values: dict[str, Array] = {}
        self.marks: list[Rule] = []
        self.here = Rule(angle=90)
        self.here.setZValue(-4)  # below the curves, over what was changed
        self.here.hide()
        self.item.addItem(self.here, ignoreBounds=True)
        self.reference: Rule | None = None
        self.reference_name = ""
        self.range = (math.nan, math.nan)
        self.behind: list[Array] = []  # values of another run that have to be in sight as well

    def show(self, across: NDArray[np.float64], values: Mapping[str, Array], log: bool) -> None:
        """Draw these curves; `log` says that the vertical axis is logarithmic, where zero has no place.

        Parameters
        ----------
        across : (K,) where along the epochs, in the units of the axis.
        """
        self.values = dict(values)
        for name in [name for name in self.curves if name not in values]:
            self.item.removeItem(self.curves.pop(name))
        for name in values:  # the order is that of the mapping, whichever curve came first
            self.curves[name] = self.curves.pop(name) if name in self.curves else self.add_line()
        for name, column in values.items():
            self.curves[name].put(across, on_axis(column, log))
        self._fit(log)

    def add_line(self) -> Line:
        """A new curve without points."""
        line = Line()
        self.item.addItem(line)
        return line

    def heights(self, values: Sequence[float], log: bool) -> list[float]:
        """How far below the top of all plots values are drawn, in px; at an edge where out of sight."""
        view = self.item.getViewBox()
        area, (low, high) = view.sceneBoundingRect(), view.viewRange()[1]
        top, bottom = float(area.top()), float(area.bottom())
        shares = [(_up(value, log) - low) / (high - low) for value in values]
        return [bottom - min(max(share, 0.0), 1.0) * (bottom - top) for share in shares]

    def set_marks(self, places: Sequence[float], table: theme.Tokens) -> None:
        """Draw an upright line at every place along the epochs."""
        for line in self.marks:
            self.item.removeItem(line)
        self.marks = [Rule(pos=place, angle=90) for place in places]
        for line in self.marks:
            line.setPen(pg.mkPen(table.ink, width=1))
            line.setZValue(-5)  # below the curves
            self.item.addItem(line, ignoreBounds=True)

    def set_here(self, place: float | None, table: theme.Tokens) -> None:
        """Draw an upright line where one looks, along the epochs; none where one looks at now."""
        if place is None:
            self.here.hide()
            return
        self.here.setPen(pg.mkPen(table.accent, width=1))
        self.here.setValue(place)
        self.here.show()

    def dress(self, roles: Mapping[str, str], table: theme.Tokens, font: QFont) -> None:
        """Take the colours of a theme; `roles` says whose colour each named curve takes."""
        self.axis.setWidth(theme.size(AXIS))
        for side in ("left", "bottom"):
            axis = self.item.getAxis(side)
            axis.setPen(pg.mkPen(table.line, cosmetic=False))
            axis.setTextPen(pg.mkPen(table.text_soft))
            axis.setTickFont(font)
            axis.setStyle(tickLength=-4, maxTickLevel=1 if side == "bottom" else 0)
        for name, curve in self.curves.items():
            role = roles.get(name, "text")
            colour, dashes = QColor(getattr(table, role)), DASHES.get(role)
            # one pixel: a line of two costs a frame 3 ms more (pyqtgraph 0.14, 2,700 points)
            curve.setPen(pg.mkPen(colour, width=1, dash=dashes))
            curve.setZValue(-1 if role == WHOLE else 0)
        self.line.setPen(pg.mkPen(table.text_soft))
        if self.reference is not None:
            self.reference.setPen(pg.mkPen(table.ideal, style=Qt.PenStyle.DashLine))

    def _thin(self) -> None:
        """Draw the curves anew from what suits the range along the epochs, and the width that is left."""
        for item in self.item.items:
            if isinstance(item, Line):
                item.fit()

    def _fit(self, log: bool) -> None:
        """Set the vertical range outward to round values, only when the curves no longer suit it."""
        values = [column[np.isfinite(column)] for column in (*self.values.values(), *self.behind)]
        everything = np.concatenate([*values, np.zeros(0, dtype=np.float32)])
        if not len(everything):
            return
        high = float(everything.max())
        if self.reference is not None:
            high = max(high, float(self.reference.value()))
        self.axis.whole = not log and bool((everything == np.round(everything)).all())
        if log:
            above = everything[everything > 0]
            low = max(float(above.min()), FLOOR) if len(above) else 1.0
            high = max(high, low)
            # half decades where the curves span several, whole ones where they do not: two figures at least
            part = 2 if high > 100 * low else 1
            bottom, top = math.floor(math.log10(low) * part) / part, math.ceil(math.log10(high) * part) / part
            wanted = (bottom - 0.05, max(top, bottom + 1) + 0.05)
        else:
            high = high or 1.0
            wanted = (-0.04 * high, high * 1.08)
        if wanted != self.range:
            self.range = wanted
            self.item.setYRange(*wanted, padding=0)


def _inside(place: QRectF, room: QRectF) -> QRectF:
    """A place moved along the epochs until it lies in its room."""
    left = max(room.left(), min(place.left(), room.right() - place.width()))
    return place.translated(left - place.left(), 0)


def on_axis(column: Array, log: bool) -> NDArray[np.float64]:
    """Where values (K,) stand on a vertical axis; NaN where they have no place."""
    return logarithms(column, FLOOR) if log else column.astype(np.float64)


def _up(value: float, log: bool) -> float:
    """Where a value stands on an axis; what has no place there is below everything."""
    if not math.isfinite(value) or (log and value <= 0):
        return -math.inf
    return math.log10(value) if log else value
