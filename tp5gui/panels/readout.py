"""A large number with its unit, and as a small curve how it came about."""

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from core.base.words import say, say_count
from core.measure.metrics import Metric
from tp5gui import theme
from tp5gui.canvases.sparkline import Sparkline
from tp5gui.panels.figure import Figure
from tp5gui.session.messages import Frame
from tp5gui.words import capital, count, decimal, folded, measured

Array = NDArray[np.float32]

GAP = 6  # px between the number and what stands beside it
FIGURES = 5  # of a number that is no count; those before the point take the place of those after it


class Readout(QWidget):
    """A metric of the run: its value in large figures, what it is a number of, and its curve below that.

    Nothing in it moves while the run trains: there is room for the largest value so far.

    Attributes
    ----------
    number : the value.
    unit : what it is a number of.
    curve : how it came about.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.number = Figure("0", theme.FIGURE, strong=True)
        self.unit = Figure("", theme.CAPTION)
        self.unit.setObjectName("soft")
        self.curve = Sparkline()
        self.curve.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)  # what its words need
        self._kind: object = None  # of run, by which the words differ
        self.curve.setAccessibleDescription(say("The small curve shows how it came about."))
        self._digits = -1  # before the point, that there is room for
        self._words = ""  # that explain it
        beside = QVBoxLayout()
        beside.setSpacing(1)
        beside.addWidget(self.unit)
        beside.addWidget(self.curve)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.SPACE, 0, 0, 0)  # or a long number touches the words before it
        row.setSpacing(GAP)
        row.addWidget(self.number)
        row.addLayout(beside)
        self.number.setAlignment(Qt.AlignmentFlag.AlignRight)

    def show_metric(self, metric: Metric, frame: Frame) -> None:
        """Show how the run of a frame does by a metric."""
        shot = frame.snapshot
        recorded = shot.curves.values[metric.name][:, frame.leader]
        value = float(getattr(shot, metric.name, recorded[-1]))
        kind = (metric, frame.version, frame.spec.noisy, frame.dataset.count)
        if kind != self._kind:  # a live change of the noise takes other words as well
            self._kind, self._digits = kind, -1
            self._words = _explained(metric, frame)
            self.curve.setAccessibleName(say("Small curve: {metric}", metric=say(metric.label)))
            self.unit.foresee("\n".join(_unit(metric, number, frame) for number in (1.0, 2.0)))
        most = _total(metric, frame)
        self._make_room(metric, _largest(recorded, value) if most is None else most)
        self.number.setText(self._figures(metric, value))
        self.unit.setText(_unit(metric, value, frame))
        log = metric.drawn(frame.spec, frame.dataset) == "upper"
        self.curve.set_curve(shot.curves.epochs, recorded, metric.role, log=log)
        self.setToolTip("\n".join((self._words, *_of_now(metric, frame))))

    def _make_room(self, metric: Metric, most: float) -> None:
        """Have room for a value as large as `most`, and for all smaller ones."""
        digits = len(str(int(most))) if most >= 1 else 0
        if digits > self._digits:
            self._digits = digits
            self.number.foresee(self._figures(metric, 10.0 ** max(digits, 1) - 1))

    def _figures(self, metric: Metric, value: float) -> str:
        """A value as it is written: all of a run with as many figures after the point."""
        if not math.isfinite(value):
            return "–"
        return count(round(value)) if metric.whole else decimal(value, max(0, FIGURES - self._digits))


def _total(metric: Metric, frame: Frame) -> int | None:
    """Out of how many it counts, where that has a meaning for whoever reads it."""
    return {"images": len(frame.snapshot.inputs), "units": frame.spec.latent}.get(metric.unit)


def _largest(recorded: Array, value: float) -> float:
    """The largest finite number of a curve and of its last value."""
    return float(np.max(recorded, initial=0.0, where=np.isfinite(recorded))) if len(recorded) else value


def _unit(metric: Metric, value: float, frame: Frame) -> str:
    """What a value is a number of: `of 32 recognised`, `wrong pixels`, `squared error per pixel`."""
    total = _total(metric, frame)
    if total is not None:
        return say("of {total} {what}", total=count(total), what=say(metric.label))
    if metric.name == "wrong_pixels":
        return say_count("wrong pixel", "wrong pixels", round(value) if math.isfinite(value) else 2)
    return f"{say(metric.label)} {say(metric.unit)}".rstrip()


def _explained(metric: Metric, frame: Frame) -> str:
    """What a metric says of such a run."""
    lines = [say("{label}: {help}", label=capital(say(metric.label)), help=say(metric.help))]
    if frame.spec.noisy and not metric.role.startswith("part"):
        lines.append(say("Of the images without noise. The grid shows them under the run's noise."))
    some = measured(len(frame.snapshot.inputs), frame.dataset.count)
    if some:
        lines.append(some)
    return folded(*lines, say("The small curve shows how it came about."))


def _of_now(metric: Metric, frame: Frame) -> list[str]:
    """What a frame adds to it."""
    shot = frame.snapshot
    if metric.name != "squared_error":
        return []
    near = say(
        "{own} of {total} outputs are nearer to their own image than to any other.",
        own=count(shot.nearest_own), total=count(shot.compared),
    )  # fmt: skip
    return [near]
