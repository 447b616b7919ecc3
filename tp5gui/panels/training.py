"""Training: the curves, and every character as it goes in, as it is fed and as it comes out."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from core.base.words import say
from core.data.datasets import Dataset
from core.experiment.spec import Spec
from core.measure.metrics import METRICS, Metric
from tp5gui import theme
from tp5gui.canvases.glyph_grid import GlyphGrid
from tp5gui.panels.label import Label
from tp5gui.panels.moving import Moving
from tp5gui.panels.note import Note
from tp5gui.panels.pointing import Pointing
from tp5gui.panels.time_travel import TimeTravel, changes_of
from tp5gui.session.messages import Frame, Image
from tp5gui.session.session import Session
from tp5gui.words import folded, measured

Array = NDArray[np.float32]

if TYPE_CHECKING:
    from tp5gui.canvases.curves import Curves


class TrainingPanel(QWidget):
    """Curves on the left, the grid of characters on the right; a click on a character loads it.

    Attributes
    ----------
    time : the controls of time, below the curves.
    measured : of how many images of a large set the curves and the grid are.

    Signals
    -------
    curves_added(object) : the curves are there.
    """

    curves_added = Signal(object)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.grid = GlyphGrid()
        self.grid.setAccessibleName(say("Characters in and out"))
        self.grid.clicked.connect(session.load_shown)
        self.grid.set_hint(say("The images appear once a network is loaded."))
        Pointing(self.grid, session.picking, self._image_at)
        self.curves: Curves | None = None
        self._behind: tuple[str, NDArray[np.int64], Mapping[str, Array]] | None = None  # of another run
        self._drawn: object = None  # of which run the curves are, and how far
        self._explained: object = None  # what the tool tip of the curves is about
        self._where: dict[Metric, str | None] = {}  # in which plot that run's metrics are drawn
        self._place = QWidget()
        self._left = QVBoxLayout(self._place)
        self._left.setContentsMargins(0, 0, 0, 0)
        self._left.setSpacing(theme.SPACE // 2)  # room for the ring of the focus
        self.log_epochs = QCheckBox(say("log epochs"))
        self.log_loss = QCheckBox(say("log loss"))
        self.log_epochs.setToolTip(say("Space the epochs by their logarithm: the first ones show large."))
        self.log_loss.setToolTip(
            say("Space the losses by their logarithm: small ones show too. A zero is a gap there.")
        )
        self.log_loss.setChecked(True)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2 * theme.SPACE)
        row.addWidget(self.log_epochs)
        row.addWidget(self.log_loss)
        self.measured = Note()
        row.addWidget(self.measured, 1)
        self.leader = Label()
        self.leader.setObjectName("soft")
        self.leader.setToolTip(
            say("Of the runs of a race, the one that is shown; the grey curves are the others.")
        )
        row.addWidget(self.leader)
        self.time = TimeTravel(session)
        self._left.addLayout(row)
        self._left.addStretch(1)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.addWidget(self._place)
        splitter.addWidget(self.grid)
        splitter.setStretchFactor(0, 1)
        splitter.setStretchFactor(1, 1)
        splitter.setSizes([310, 270])
        splitter.setChildrenCollapsible(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.SPACE, theme.SPACE // 2, theme.SPACE, theme.SPACE)
        layout.addWidget(splitter)
        self._session, self._moving = session, Moving(session)
        session.framed.connect(self.on_frame)

    def add_curves(self) -> None:
        """Put the curves in their place, after the first paint: their library takes 0.4 s to load."""
        from tp5gui.canvases.curves import Curves

        curves = Curves()
        curves.set_roles({say(metric.label): metric.role for metric in METRICS})
        self._left.setStretch(1, 0)
        self._left.addWidget(curves, 1)
        self._left.addWidget(self.time)
        self.time.show()
        curves.show()  # at once: what is hidden takes no focus over

        def scale() -> None:
            curves.set_log(self.log_epochs.isChecked(), self.log_loss.isChecked())

        def align() -> None:
            """Let the time line have the epochs of the curves above it."""
            low, high, log = curves.span
            self.time.line.set_span(low, high, log=log)
            self.time.line.set_sides(*curves.sides)

        curves.ranged.connect(align)
        self.log_epochs.toggled.connect(scale)
        self.log_loss.toggled.connect(scale)
        scale()
        self.curves = curves
        if self._behind is not None:
            self.show_behind(*self._behind)
        if self._session.frame is not None:
            self.on_frame(self._session.frame)
        self.curves_added.emit(curves)

    def show_behind(self, name: str, epochs: NDArray[np.int64], values: Mapping[str, Array]) -> None:
        """Draw the curves (K,) of another run, by the names of their metrics, behind those of this one.

        Parameters
        ----------
        name : what the other run is called; "" shows none.
        """
        self._behind = (name, epochs, values)
        if self.curves is not None:
            labels = {metric.name: say(metric.label) for metric in METRICS}
            self.curves.set_ghost(name, epochs, {labels[metric]: row for metric, row in values.items()})

    @Slot(object)
    def on_frame(self, frame: Frame) -> None:
        shot, binary = frame.snapshot, frame.dataset.binary
        self.leader.setText(leading(frame))
        self.grid.set_samples(
            shot.inputs, shot.fed if frame.spec.noisy else None, shot.outputs, shot.wrong,
            shot.labels, marks=binary, glides=self._moving.to_frame(frame).others,
        )  # fmt: skip
        self.measured.setText(measured(len(shot.inputs), frame.dataset.count))
        if self.curves is not None:
            self._show_curves(self.curves, frame)

    def _image_at(self, place: QPointF | None) -> tuple[Image, str] | None:
        """The image of the set at a place of the grid, or where its keyboard points, with its label."""
        index = self.grid.current if place is None else self.grid.sample_at(place)
        return (self.grid.glyphs[0][1][index], self.grid.labels[index]) if index >= 0 else None

    def _show_curves(self, curves: "Curves", frame: Frame) -> None:
        spec, recorded, best = frame.built, frame.snapshot.curves, best_of(frame)
        about = (frame.version, spec, best is not None)
        if self._explained != about:
            self._explained = about
            self._where = {metric: metric.drawn(spec, frame.dataset) for metric in METRICS}
            shown = [metric for metric, where in self._where.items() if where is not None]
            curves.setToolTip(_explained(shown, best is not None, race=spec.replicas > 1))
            curves.set_words(_by_name(shown), ("", _units(spec, frame.dataset)))
        curves.set_reference(say("best"), best)
        curves.set_marks(changes_of(frame.marks))
        curves.set_here(None if frame.visit is None else frame.snapshot.epoch)
        drawn = (about, frame.leader, frame.strand, len(recorded.epochs), int(recorded.epochs[-1]))
        if frame.visit is not None and drawn == self._drawn:  # a hand goes through time: all of it is there
            return
        self._drawn = drawn
        values = recorded.replica(frame.leader)
        upper, lower = (
            {say(metric.label): values[metric.name] for metric, where in self._where.items() if where == plot}
            for plot in ("upper", "lower")
        )
        curves.set_planned(spec.epochs)
        curves.set_crowd(recorded.epochs, recorded.values["loss"] if spec.replicas > 1 else None)
        curves.set_curves(recorded.epochs, upper, lower)


def leading(frame: Frame) -> str:
    """Which run of a race is ahead; nothing where there is no race."""
    runs = frame.spec.replicas
    return say("run {run} of {runs} leads", run=frame.leader + 1, runs=runs) if runs > 1 else ""


def best_of(frame: Frame) -> float | None:
    """The best possible of the first metric in the lower plot under the run's noise, where it is known."""
    if frame.ceiling is None:
        return None
    below = (metric for metric in METRICS if metric.drawn(frame.spec, frame.dataset) == "lower")
    first = next((metric.name for metric in below if metric.best is not None), None)
    return None if first is None else float(getattr(frame.ceiling, first))


def _by_name(metrics: Sequence[Metric]) -> dict[str, str]:
    """What every curve is, by its name, and the best possible."""
    words = {
        say(metric.label): say("{label}: {help}", label=say(metric.label), help=say(metric.help))
        for metric in metrics
    }
    return words | {say("best"): say("best: what the best possible denoiser reaches on average.")}


def _units(spec: Spec, dataset: Dataset) -> str:
    """What is counted or measured in the lower plot."""
    units = [say(metric.unit) for metric in METRICS if metric.drawn(spec, dataset) == "lower"]
    return ", ".join(dict.fromkeys(units))


def _explained(metrics: Sequence[Metric], best: bool, *, race: bool) -> str:
    """What the curves are, one a line."""
    words = _by_name(metrics)
    lines = [words[say(metric.label)] for metric in metrics]
    if best:
        lines.append(words[say("best")])
    if race:
        lines.append(say("Grey: the loss of the other runs of the race."))
    lines.append(say("Upright lines: changes while it trained; rest the pointer on one."))
    lines.append(say("The wheel zooms; a double click shows all epochs."))
    return folded(*lines)
