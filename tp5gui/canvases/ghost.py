"""The curves of another run, pale and dashed behind those of the run that is shown.

This module brings pyqtgraph (0.4 s); import it once the window is on screen.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtGui import QColor

from tp5gui import theme
from tp5gui.canvases.line import Line
from tp5gui.canvases.plot import Plot, on_axis

Array = NDArray[np.float32]

DASHES = (4.0, 4.0)
"""Dashes and gaps of a ghost, in widths of the line."""

BEHIND = -8  # in front of the other runs of a race, behind marks and curves


class Ghost:
    """Draws of another run those curves that a plot shows of the run itself.

    Parameters
    ----------
    plots : in which it is drawn.

    Attributes
    ----------
    name : of the run, "" for none.
    epochs, values : (K,) rising, and its curves by name, (K,) each.
    """

    def __init__(self, plots: Sequence[Plot]) -> None:
        self._plots = plots
        self._lines: list[dict[str, Line]] = [{} for _ in plots]
        self._drawn: object = None
        self.name = ""
        self.epochs: NDArray[np.int64] = np.zeros(0, dtype=np.int64)
        self.values: dict[str, Array] = {}

    def put(self, name: str, epochs: NDArray[np.int64], values: Mapping[str, Array]) -> None:
        """Be the ghost of a run of this name; of none, where it has no name."""
        self.name, self.epochs = name, epochs
        self.values = dict(values) if name else {}
        self._drawn = None

    def announce(self, shown: Sequence[Mapping[str, Array]]) -> None:
        """Make room in every plot for what it is to show, before its curves are drawn."""
        for plot, curves in zip(self._plots, shown, strict=True):
            plot.behind = [self.values[name] for name in curves if name in self.values]

    def draw(self, along: Callable[[NDArray[np.int64]], NDArray[np.float64]], logs: Sequence[bool]) -> bool:
        """Draw it behind the curves that there are now; whether there are other lines than before.

        Parameters
        ----------
        along : where epochs lie along their axis.
        logs : whether the vertical axis of each plot is logarithmic.
        """
        names = [[name for name in plot.curves if name in self.values] for plot in self._plots]
        wanted = (self.values, names, tuple(logs), float(along(np.ones(1, dtype=np.int64) * 100)[0]))
        if self._drawn == wanted:
            return False
        self._drawn = wanted
        across, other = along(self.epochs), False
        for plot, lines, kept, log in zip(self._plots, self._lines, names, logs, strict=True):
            for name in [name for name in lines if name not in kept]:
                plot.item.removeItem(lines.pop(name))
            for name in kept:
                if name not in lines:
                    lines[name], other = plot.add_line(), True
                    lines[name].setZValue(BEHIND)
                lines[name].put(across, on_axis(self.values[name], log))
        return other

    def dress(self, roles: Mapping[str, str], table: theme.Tokens) -> None:
        """Take the colours of a theme: those of the curves, half as strong."""
        for lines in self._lines:
            for name, line in lines.items():
                colour = QColor(getattr(table, roles.get(name, "text")))
                line.setPen(pg.mkPen(_pale(colour, QColor(table.surface)), width=1, dash=DASHES))

    def end(self, number: int, epoch: float) -> tuple[Line, float] | None:
        """The line by which a plot names it, the first one, and its value at an epoch or before.

        None where the plot shows nothing of it.
        """
        lines = self._lines[number]
        if not lines:
            return None
        name = next(iter(lines))
        return lines[name], last_value(self.values[name], self.epochs, epoch)


def last_value(column: Array, epochs: NDArray[np.int64], epoch: float) -> float:
    """What was measured last up to an epoch: NaN where nothing was."""
    until = int(np.searchsorted(epochs, epoch, side="right"))
    known = np.flatnonzero(np.isfinite(column[:until]))
    return float(column[known[-1]]) if len(known) else float("nan")


def _pale(colour: QColor, ground: QColor) -> QColor:
    """A colour half way to the ground, so that what lies before it is the clearer one."""
    ends = ((part(colour), part(ground)) for part in (QColor.red, QColor.green, QColor.blue))
    mixed = [round((one + other) / 2) for one, other in ends]
    return QColor(*mixed)
