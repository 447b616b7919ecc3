"""Curves against epochs: losses above, counts below, named at their ends, read off under the pointer.

This module brings pyqtgraph (0.4 s); import it once the window is on screen.
"""

import math
from collections.abc import Mapping, Sequence
from html import escape

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, Qt, Signal
from PySide6.QtGui import QAccessible, QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from core.base.words import say
from tp5gui import theme
from tp5gui.canvases.canvas import Canvas
from tp5gui.canvases.empty import Hint
from tp5gui.canvases.end_labels import EndLabel, EndLabels
from tp5gui.canvases.gestures import show_tip, zoom_of
from tp5gui.canvases.ghost import Ghost, last_value
from tp5gui.canvases.line import Line, Rule
from tp5gui.canvases.plot import Axis, Plot, on_axis
from tp5gui.words import count

Array = NDArray[np.float32]

GROW = 1.25  # the epoch axis grows by this factor, so that it is laid out anew only now and then
CLOSER = 0.75  # of the epochs in sight, after one step of a zoom by key
STEPS: dict[int, float] = {
    Qt.Key.Key_Left: -1 / 60, Qt.Key.Key_Right: 1 / 60, Qt.Key.Key_PageUp: -1 / 6, Qt.Key.Key_PageDown: 1 / 6,
}  # fmt: skip
"""How far a key goes along the epochs to read them off, in shares of those in sight."""

NEAR_MARK = 5  # px between the pointer and a mark that it rests on
CROWD = 64  # runs of a race whose curves are drawn
LONGEST = 18  # letters of the name of another run


class Curves(Canvas):
    """Two plots with one epoch axis.

    Wheel, + and -: zoom along the epochs; double click or F: show all of them. Pointer, or Left and Right:
    read the values off.

    Attributes
    ----------
    labels : the names of the curves, beside their ends.
    hint : what is said in the upper plot before there is a line in it.

    Signals
    -------
    ranged() : the epochs in sight have changed, or where they lie.
    """

    ranged = Signal()
    reads_as = QAccessible.Role.Chart

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layout = pg.GraphicsLayoutWidget()
        self._layout.setFocusProxy(self)  # it would take the arrow keys to scroll
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        for widget in (self, self._layout):
            widget.setAccessibleName(say("Curves"))
        self._layout.ci.setContentsMargins(0, 2, 8, 0)
        self._layout.ci.setSpacing(2)
        self._upper, self._lower = Plot(self._layout, 0), Plot(self._layout, 1)
        self._upper.item.getAxis("bottom").setStyle(showValues=False)
        self._upper.item.getAxis("bottom").setHeight(4)
        self._lower.item.setXLink(self._upper.item)
        self._crowd: list[Line] = []
        self._ghost = Ghost(self._plots)
        self._marks: dict[int, str] = {}
        self._epochs: NDArray[np.int64] = np.zeros(0, dtype=np.int64)
        self._roles: dict[str, str] = {}
        self._explained: dict[str, str] = {}
        self._units = ("", "")
        self._here: int | None = None
        self._log = (False, True)
        self._reach = 0.0  # the last epoch that the axis has room for
        self._planned = math.inf  # how many the run is to have
        self._following = True
        self._pointed: float | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.labels = EndLabels()
        self.hint = Hint(say("The curves grow here."), self._layout.viewport())
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._layout, 1)
        row.addWidget(self.labels)
        self._layout.viewport().setMouseTracking(True)
        self._layout.viewport().installEventFilter(self)
        self._upper.item.getViewBox().sigRangeChangedManually.connect(self._on_zoomed)
        self._lower.item.getViewBox().sigRangeChangedManually.connect(self._on_zoomed)
        self._upper.item.getViewBox().sigXRangeChanged.connect(self._on_ranged)
        for plot in (self._upper, self._lower):
            plot.item.getViewBox().sigResized.connect(self._on_ranged)
        self.dress()

    @property
    def epochs(self) -> NDArray[np.int64]:
        """The recorded epochs that are shown, (K,), rising."""
        return self._epochs

    @property
    def values(self) -> dict[str, Array]:
        """The curves that are shown by their names, (K,) each, those of the upper plot first."""
        return self._upper.values | self._lower.values

    @property
    def names(self) -> tuple[list[str], list[str]]:
        """What is named beside the upper and the lower plot, in the order of the curves."""
        shown = [label.name for label in self.labels.labels]
        upper, lower = ([name for name in self._named(plot) if name in shown] for plot in self._plots)
        return upper, lower

    @property
    def heads(self) -> tuple[str, str]:
        """What stands over the upper and the lower plot, with marks of colour: units, or values read off."""
        return self._upper.head.text, self._lower.head.text

    @property
    def reference(self) -> float | None:
        """Where the dashed line of the lower plot is drawn."""
        line = self._lower.reference
        return None if line is None else float(line.value())

    @property
    def ghost(self) -> tuple[str, NDArray[np.int64], dict[str, Array]]:
        """The name, the epochs (K,) and the curves (K,) of the run behind the one that is shown.

        Without a ghost there is no name.
        """
        return self._ghost.name, self._ghost.epochs, dict(self._ghost.values)

    @property
    def marks(self) -> dict[int, str]:
        """The words of the marks by their epochs."""
        return dict(self._marks)

    @property
    def pointed(self) -> float | None:
        """The epoch at which values are read off, if any."""
        return self._pointed if self._upper.line.isVisible() else None

    @property
    def colours(self) -> dict[str, str]:
        """The colour of every curve, as `#rrggbb`."""
        return {name: pen.color().name() for name, pen in self.pens.items()}

    @property
    def pens(self) -> dict[str, QPen]:
        """What every curve is drawn with."""
        drawn = self._upper.curves | self._lower.curves
        return {name: curve.opts["pen"] for name, curve in drawn.items()}

    @property
    def viewport(self) -> QWidget:
        """The widget that the pointer moves over."""
        viewport: QWidget = self._layout.viewport()
        return viewport

    @property
    def ranges(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """First and last epoch in sight, and the lower and upper end of the upper plot.

        On logarithmic axes these are powers of ten.
        """
        across, up = self._upper.item.getViewBox().viewRange()
        return (float(across[0]), float(across[1])), (float(up[0]), float(up[1]))

    @property
    def axes(self) -> tuple[Axis, Axis, Axis]:
        """The axes along the left of the upper and of the lower plot, and that of the epochs."""
        return self._upper.axis, self._lower.axis, self._lower.item.getAxis("bottom")

    @property
    def span(self) -> tuple[float, float, bool]:
        """First and last epoch in sight, and whether they are spaced by their logarithm."""
        low, high = self.ranges[0]
        return (10.0**low, 10.0**high, True) if self._log[0] else (low, high, False)

    @property
    def sides(self) -> tuple[float, float]:
        """Where the first and the last epoch in sight lie, in px from the left edge of the widget."""
        view = self._upper.item.getViewBox()
        left, right = (
            self._layout.mapFromScene(view.mapToScene(corner)).x()
            for corner in (view.rect().topLeft(), view.rect().topRight())
        )
        place = self._layout.viewport().mapTo(self, QPoint(0, 0)).x()
        return float(place + left), float(place + right)

    def set_roles(self, roles: Mapping[str, str]) -> None:
        """Say whose colour each named curve takes: a field of `theme.Tokens`."""
        self._roles = dict(roles)

    def set_words(self, explained: Mapping[str, str], units: tuple[str, str]) -> None:
        """Say what the tool tip of every name explains, and what stands over the two plots."""
        self._explained, self._units = dict(explained), units
        self._show_names()
        self._place_labels()

    def set_curves(
        self, epochs: NDArray[np.int64], upper: Mapping[str, Array], lower: Mapping[str, Array]
    ) -> None:
        """Show curves by name, (K,) each, against epochs (K,), rising."""
        known = (*self._upper.curves, *self._lower.curves)
        self._epochs = epochs
        across = self._along(epochs)
        self._ghost.announce((upper, lower))
        self._upper.show(across, upper, self._log[1])
        self._lower.show(across, lower, False)
        haunted = self._ghost.draw(self._along, (self._log[1], False))
        if haunted or known != (*self._upper.curves, *self._lower.curves):
            self.dress()
        self._reserve(float(epochs[-1]) if len(epochs) else 1.0)
        self._place_labels()
        self.telling.show(self._told, len(epochs), epochs[-1:].tolist())
        if self._pointed is not None:
            self._read_off()

    def set_planned(self, epochs: int) -> None:
        """Say how many epochs the run is to have: the axis ends there, so that a whole run fills it."""
        self._planned = float(epochs)

    def set_crowd(self, epochs: NDArray[np.int64], columns: Array | None) -> None:
        """Draw (K, R) faintly behind the upper plot, at most `CROWD` columns of it; None for nothing."""
        shown = 0 if columns is None else min(columns.shape[1], CROWD)
        while len(self._crowd) > shown:
            self._upper.item.removeItem(self._crowd.pop())
        while len(self._crowd) < shown:
            curve = self._upper.add_line()
            curve.setZValue(-10)
            self._crowd.append(curve)
            self.dress()
        if columns is not None:
            across = self._along(epochs)
            for index, curve in enumerate(self._crowd):
                curve.put(across, on_axis(columns[:, index], self._log[1]))

    def set_ghost(self, name: str, epochs: NDArray[np.int64], values: Mapping[str, Array]) -> None:
        """Draw the curves of another run behind those of this one, pale and dashed, and name the run.

        Parameters
        ----------
        name : of the other run; "" takes it away.
        epochs, values : (K,) rising, and its curves (K,) by the names that they have here; of these, those
            are drawn that are shown of this run.
        """
        self._ghost.put(name, epochs, values)
        self.set_curves(self._epochs, self._upper.values, self._lower.values)

    def set_reference(self, name: str, value: float | None) -> None:
        """Draw a dashed line at a value of the lower plot, and name it; None takes it away."""
        plot = self._lower
        if plot.reference is not None and (value is None or plot.reference.value() != value):
            plot.item.removeItem(plot.reference)
            plot.reference = None
            self._place_labels()
        if value is not None and plot.reference is None:
            plot.reference = Rule(pos=value, angle=0)
            plot.reference.setZValue(10)  # over the curves that bounce against it
            plot.reference_name = name
            plot.item.addItem(plot.reference, ignoreBounds=True)
            self.dress()

    def set_marks(self, marks: Mapping[int, str]) -> None:
        """Draw a thin upright line at every epoch; its words show while the pointer rests on it."""
        if marks != self._marks:
            self._marks = dict(marks)
            self._place_marks()

    def set_here(self, epoch: int | None) -> None:
        """Draw an upright line at the epoch that is shown of the past; None: now is shown."""
        self._here = epoch
        place = None if epoch is None else float(self._along(np.array([epoch]))[0])
        for plot in self._plots:
            plot.set_here(place, theme.tokens())

    def mark_at(self, place: QPoint) -> str:
        """The words of the mark near a place of the viewport, "" where there is none."""
        at = {self._across(epoch): words for epoch, words in self._marks.items()}
        nearest = min(at, key=lambda x: abs(x - place.x()), default=math.inf)
        return at[nearest] if abs(nearest - place.x()) <= NEAR_MARK else ""

    def _place_marks(self) -> None:
        at = [math.log10(max(epoch, 1)) if self._log[0] else float(epoch) for epoch in self._marks]
        for plot in (self._upper, self._lower):
            plot.set_marks(at, theme.tokens())

    def _along(self, epochs: NDArray[np.int64]) -> NDArray[np.float64]:
        """Where epochs (K,) lie along their axis."""
        return np.log10(np.maximum(epochs, 1)) if self._log[0] else epochs.astype(np.float64)

    def _across(self, epoch: int) -> float:
        """Where an epoch lies in the viewport, in pixels from the left."""
        x = math.log10(max(epoch, 1)) if self._log[0] else float(epoch)
        scene = self._upper.item.getViewBox().mapViewToScene(QPointF(x, 0.0))
        return float(self._layout.mapFromScene(scene).x())

    def set_log(self, epochs: bool, loss: bool) -> None:
        """Choose logarithmic axes for the epochs and for the losses."""
        self._log = (epochs, loss)
        self._upper.item.setLogMode(x=epochs, y=loss)
        self._lower.item.setLogMode(x=epochs, y=False)
        self._upper.range = self._lower.range = (math.nan, math.nan)
        self._reach = 0.0
        self.set_curves(self._epochs, self._upper.values, self._lower.values)
        self._place_marks()
        self.set_here(self._here)

    def show_all(self) -> None:
        """Show every epoch, and follow the run from now on."""
        self._following, self._reach = True, 0.0
        self._reserve(float(self._epochs[-1]) if len(self._epochs) else 1.0)

    def read_off(self, epoch: float) -> tuple[int, dict[str, float]]:
        """The recorded epoch nearest to `epoch` and every curve's value there."""
        index = self._nearest(epoch)
        return int(self._epochs[index]), {name: float(column[index]) for name, column in self.values.items()}

    def _told(self) -> str:
        """The last value of every curve."""
        if not len(self._epochs) or not self.values:
            return say("The curves grow here.")
        epoch = int(self._epochs[-1])
        columns = [each for plot in self._plots for each in plot.values.items()]
        ends = ", ".join(f"{name} {_figure(float(column[-1]))}" for name, column in columns)
        return say("Epoch {epoch}: {values}.", epoch=count(epoch), values=ends)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self.dress()
        super().changeEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        nearer = zoom_of(event)
        if event.key() == Qt.Key.Key_F:
            self.show_all()
        elif nearer:
            self._zoom(nearer)
        elif event.key() in STEPS and len(self._epochs):
            self._read_beside(STEPS[event.key()])
        elif event.key() == Qt.Key.Key_Escape and self.held:
            self._read_none()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._read_none()

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if event.type() == QEvent.Type.MouseMove and isinstance(event, QMouseEvent):
            self._point(event.position())
        elif event.type() == QEvent.Type.Leave:
            self._read_none()
        elif event.type() == QEvent.Type.MouseButtonDblClick:
            self.show_all()
        return show_tip(event, self, lambda place: (self.mark_at(place), QRect()))

    def _on_zoomed(self) -> None:
        self._following = False

    def _reserve(self, last: float) -> None:
        """Give the epoch axis room for `last`, in steps."""
        most = max(self._planned, last)
        fits = last <= self._reach <= min(last * GROW * GROW, most)
        if not self._following or fits:
            return
        self._reach = last
        if last > 10:
            self._reach = float(GROW ** math.ceil(math.log(last, GROW) - 1e-9))
            if self._reach > last * 1.2:
                self._reach = last * 1.08
            self._reach = min(self._reach, most)
        end = max(self._reach, 10.0)
        low, high = (0.0, math.log10(end)) if self._log[0] else (0.0, end)
        self._upper.item.setXRange(low, high, padding=0.01)

    def _point(self, place: QPointF) -> None:
        if not len(self._epochs):
            return
        view = self._upper.item.getViewBox()
        x = view.mapSceneToView(self._layout.mapToScene(place.toPoint())).x()
        self._pointed = float(10.0**x if self._log[0] else x)
        self._read_off()

    def _read_none(self) -> None:
        self._pointed = None
        self.hold("")
        self._show_names()

    def _read_beside(self, share: float) -> None:
        """Read off another epoch, beside the one before or else from the edge on; it comes into sight.

        Parameters
        ----------
        share : how far beside, of the epochs in sight; it is another one at least.
        """
        (low, high), along = self.ranges[0], self._along(self._epochs)
        start = (high if share < 0 else low) if self._pointed is None else along[self._nearest(self._pointed)]
        before = int(np.abs(along - start).argmin())
        index = int(np.abs(along - start - share * (high - low)).argmin())
        if index == before and self._pointed is not None:
            index = min(max(before + (1 if share > 0 else -1), 0), len(along) - 1)
        self._pointed = float(self._epochs[index])
        outside = min(0.0, along[index] - low) + max(0.0, along[index] - high)
        if outside:
            self._following = False
            self._upper.item.getViewBox().translateBy(x=outside)
        self._read_off()

    def _zoom(self, steps: int) -> None:
        """Show fewer epochs, or more where negative, around the one that is read off or the middle."""
        low, high = self.ranges[0]
        at = (low + high) / 2
        if self._pointed is not None:
            at = float(self._along(self._epochs)[self._nearest(self._pointed)])
        self._following = False
        self._upper.item.getViewBox().scaleBy(x=CLOSER**steps, center=(at, 0.0))

    def _nearest(self, epoch: float) -> int:
        """Which of the recorded epochs is the nearest one."""
        return int(np.abs(self._epochs - epoch).argmin())

    def _read_off(self) -> None:
        """Show the values at the pointer in place of the names."""
        assert self._pointed is not None
        self.hold(say("Esc ends the reading of the curves."))
        index = self._nearest(self._pointed)
        epoch = int(self._epochs[index])
        at = math.log10(max(epoch, 1)) if self._log[0] else float(epoch)
        for plot in self._plots:
            plot.line.setPos(at)
            plot.line.show()
        self._write(
            [
                {name: f"{name} {_figure(float(column[index]))}" for name, column in plot.values.items()}
                for plot in self._plots
            ],
            (say("epoch {epoch}", epoch=count(epoch)), ""),
        )

    def _show_names(self) -> None:
        for plot in (self._upper, self._lower):
            plot.line.hide()
        self._write(({}, {}), self._units)

    def _write(self, said: Sequence[Mapping[str, str]], heads: tuple[str, str]) -> None:
        """Write over either plot its head, and what is said of its curves."""
        table = theme.tokens()
        for plot, words, first in zip(self._plots, said, heads, strict=True):
            parts = [_span(first, table.text_soft)] if first else []
            parts += [
                _span(words[name], self._text_colour(name, table)) for name in plot.curves if name in words
            ]
            if plot.reference is not None and words:
                value = _figure(plot.reference.value())
                parts.append(_span(f"{plot.reference_name} {value}", table.ideal))
            plot.head.write("&nbsp;&nbsp; ".join(parts), theme.size(theme.CAPTION), reads=bool(words))

    @property
    def _plots(self) -> tuple[Plot, Plot]:
        return self._upper, self._lower

    def _named(self, plot: Plot) -> list[str]:
        """What of a plot has a name."""
        return [*plot.curves, *([plot.reference_name] if plot.reference is not None else [])]

    def _on_ranged(self) -> None:
        self._place_labels()
        self.ranged.emit()

    def _place_labels(self) -> None:
        """Name every curve where it ends, or where it leaves what is in sight."""
        end = self.ranges[0][1]
        sight = 10.0**end if self._log[0] else end
        last = int(np.searchsorted(self._epochs, sight, side="right")) - 1
        labels, table = [], theme.tokens()
        for number, (plot, log) in enumerate(((self._upper, self._log[1]), (self._lower, False))):
            values = {
                name: last_value(column, self._epochs, sight) if last >= 0 else 0.0
                for name, column in plot.values.items()
            }
            pens = {name: curve.opts["pen"] for name, curve in plot.curves.items()}
            if plot.reference is not None:
                values[plot.reference_name] = float(plot.reference.value())
                pens[plot.reference_name] = plot.reference.pen
            for name, y in zip(values, plot.heights(list(values.values()), log), strict=True):
                colour, words = self._text_colour(name, table), self._explained.get(name, name)
                labels.append(EndLabel(name, words, float(round(y)), pens[name], colour))
            labels += self._ghost_label(number, sight, table, log=log)
        self.labels.set_labels(labels)
        self._place_hint()

    def _ghost_label(self, number: int, sight: float, table: theme.Tokens, *, log: bool) -> list[EndLabel]:
        """The name of the ghost beside one of the plots, if it is there."""
        found = self._ghost.end(number, sight)
        if found is None:
            return []
        line, value = found
        (y,) = self._plots[number].heights([value], log)
        words = say("{name}: the run that is pinned, behind the one that is shown", name=self._ghost.name)
        return [EndLabel(short(self._ghost.name), words, float(round(y)), line.opts["pen"], table.text_soft)]

    def _place_hint(self) -> None:
        """Say in the upper plot that the curves are still to come, where there is room for the words."""
        room = self._layout.mapFromScene(self._upper.item.getViewBox().sceneBoundingRect()).boundingRect()
        self.hint.show_in(room, wanted=len(self._epochs) < 2)

    def _text_colour(self, name: str, table: theme.Tokens) -> str:
        role = self._roles.get(name, "text")
        if self._lower.reference is not None and name == self._lower.reference_name:
            return table.ideal
        return str(getattr(table, f"{role}_text", getattr(table, role)))

    def dress(self) -> None:
        table = theme.tokens()
        self.setMinimumSize(theme.size(220), theme.size(96))
        self._layout.setBackground(table.surface)
        for curve in self._crowd:
            curve.setPen(pg.mkPen(QColor(table.quiet), width=1))
        font = theme.caption_font(self.font())
        self._ghost.dress(self._roles, table)
        for plot in (self._upper, self._lower):
            plot.dress(self._roles, table, font)
        self._place_marks()
        self.set_here(self._here)
        self._show_names()
        self._place_labels()


def short(name: str) -> str:
    """A name that leaves the plots their room beside it."""
    return name if len(name) <= LONGEST else name[: LONGEST - 1] + "…"


def _span(words: str, colour: str) -> str:
    """Words in a colour that stay in one line, in the markup that pyqtgraph's labels take."""
    return f'<span style="color:{colour}; white-space:nowrap">{escape(words)}</span>'


def _figure(value: float) -> str:
    """A whole count as it is, a measure with four significant digits, a dash where nothing was measured."""
    if not math.isfinite(value):
        return "–"
    return count(round(value)) if value == round(value) and abs(value) < 1e12 else f"{value:.4g}"
