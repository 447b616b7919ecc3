"""Study: ask a question, and watch thirty runs of every setting answer it."""

import time
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QCursor, QGuiApplication
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QProgressBar,
    QPushButton,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from core.base.registry import UnknownName
from core.experiment.fields import SpecError
from core.experiment.spec import FIELDS
from core.studies.axes import parse_axis
from core.studies.command_line import command_of
from core.studies.questions import Question, question, questions
from core.studies.study import Row, Study
from core.studies.summary import Cell, ceiling, cells, setting
from core.studies.tables import write_table
from tp5gui import theme
from tp5gui.canvases.study_plot import Mark, StudyPlot
from tp5gui.panels.choices import choice_box
from tp5gui.panels.note import Note
from tp5gui.panels.places import ask_place
from tp5gui.session.session import Session
from tp5gui.session.studying import Studying, Told
from tp5gui.words import duration, translated

LISTED = 100  # runs of a setting that its menu shows, at most
OWN = "vary"  # the question that is not ready-made: what the person varies of the settings on the left

MEASURES = (
    ("recognised", "Recognised", "Characters with at most one wrong pixel."),
    ("perfect", "Perfect", "Characters without a wrong pixel."),
    ("wrong_pixels", "Wrong pixels", "Of the whole set."),
    ("squared_error", "Squared error", "A pixel."),
    ("loss", "Loss", "What training makes small."),
    ("ssim", "Similarity", "Structural similarity, for images of at least 7x7 pixels."),
    ("nearest_own", "Nearest their own", "Outputs nearest to their own image."),
    ("kl", "KL", "Nats an image, of variational runs."),
    ("active_units", "Active units", "Of a variational code."),
    ("seconds", "Seconds", "A run's share of the time."),
)
BANDS = (
    ("sd", "± sd", "The band is the standard deviation of the runs."),
    ("range", "range", "The band goes from the least to the most."),
    ("bootstrap", "95 %", "The band is the 95 % bootstrap interval of the mean."),
)


class StudyPanel(QWidget):
    """Chooses a question, shows the answer as it grows, takes a typical run of any setting to the bench."""

    def __init__(self, session: Session, studying: Studying, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._studying = session, studying
        self._told: Told | None = None
        self._began, self._began_at = 0.0, -1.0  # when the study began, and with what share of it done
        self._asked: Question | None = None
        entries = [(each.name, each.label, each.asks) for each in questions() if each.axes]
        own = (OWN, self.tr("Vary a setting of mine"), self.tr("A field of the experiment on the left."))
        self.question = choice_box([*entries, own], width=16)
        self.question.setAccessibleName(self.tr("Question"))
        self.field = choice_box(
            ((name, each.metadata["label"], each.metadata["help"]) for name, each in FIELDS.items()
             if name not in ("seed", "replicas")), width=8,
        )  # fmt: skip
        self.field.setAccessibleName(self.tr("What varies"))
        self.field.setCurrentIndex(self.field.findData("learning_rate"))
        self.values = QLineEdit("0.1, 0.03, 0.01, 0.003")
        self.values.setAccessibleName(self.tr("Values"))
        self.values.setToolTip(
            self.tr("Values between commas, or LOW:HIGH:COUNT; layers between semicolons.")
        )
        self.runs = QSpinBox()
        self.runs.setRange(1, 1000)
        self.runs.setValue(30)
        self.runs.setAccessibleName(self.tr("Runs"))
        self.runs.setToolTip(self.tr("Runs of each setting."))
        self.runs.setSuffix(self.tr(" runs"))
        self.measure = choice_box(MEASURES, width=6)
        self.measure.setAccessibleName(self.tr("Measure"))
        self.band = choice_box(BANDS, width=4)
        self.band.setAccessibleName(self.tr("Band"))
        self.start = QPushButton(self.tr("Ask"))
        self.start.setToolTip(self.tr("Run the study; asked again, it goes on where it was stopped."))
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setFixedHeight(4)
        self.progress.setRange(0, 1000)
        self._words = Note()
        self.plot = StudyPlot()
        self.plot.setAccessibleName(self.tr("Answer"))
        self.plot.setToolTip(
            self.tr("Blue: mean and band of the runs. Orange squares: the slides. Dashed: the best possible. "
                    "A click on a setting trains a typical run of it on the bench, the right "
                    "button lists all its runs.")
        )  # fmt: skip
        self.plot.set_hint(self.tr("Choose a question and press Ask: the answer grows while you watch."))
        self._lay_out()
        self.question.currentIndexChanged.connect(self._on_question)
        for box in (self.measure, self.band):
            box.currentIndexChanged.connect(self._show)
        self.start.clicked.connect(self._on_start)
        self.plot.picked.connect(self._on_picked)
        self.plot.listed.connect(self._on_listed)
        studying.told.connect(self.on_told)
        studying.ended.connect(self.on_ended)
        self._on_question()

    def _lay_out(self) -> None:
        first, second = QHBoxLayout(), QHBoxLayout()
        for row in (first, second):
            row.setSpacing(theme.SPACE)
        for widget in (self.question, self.field, self.values, self.runs, self.start):
            first.addWidget(widget, 1 if widget is self.values else 0)
        first.addStretch(0)
        exports = [
            self._export(self.tr("Table..."), self.tr("Write all runs as CSV or JSON."), self._on_table),
            self._export(
                self.tr("Figure..."), self.tr("Write the figure for print: PNG, SVG or PDF."), self._on_figure
            ),
            self._export(
                self.tr("Command"),
                self.tr("Copy the command that asks this on a command line."),
                self._on_command,
            ),
        ]
        self._exports = exports
        second.addWidget(self.measure)
        second.addWidget(self.band)
        second.addWidget(self.progress, 1)
        for button in exports:
            second.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.SPACE, theme.SPACE // 2, theme.SPACE, theme.SPACE // 2)
        layout.setSpacing(theme.SPACE // 2)
        layout.addLayout(first)
        layout.addLayout(second)
        layout.addWidget(self._words)
        layout.addWidget(self.plot, 1)

    def _export(self, title: str, help: str, slot: object) -> QToolButton:
        button = QToolButton()
        button.setText(title)
        button.setToolTip(help)
        button.setEnabled(False)
        button.clicked.connect(slot)
        return button

    @Slot(object)
    def on_told(self, told: Told) -> None:
        if self._began_at < 0:
            self._began, self._began_at = time.perf_counter(), told.share  # what an earlier attempt left
        self._told = told
        self.progress.setValue(round(1000 * told.share))
        self._show()

    @Slot(str)
    def on_ended(self, problem: str) -> None:
        self.start.setText(self.tr("Ask"))
        if problem:
            self._session.failed.emit(problem)

    def _on_question(self) -> None:
        own = self.question.currentData() == OWN
        self.field.setVisible(own)
        self.values.setVisible(own)
        if own:
            self._words.setText(self.tr("The rest is as in the experiment on the left."))
            return
        asked = question(self.question.currentData())
        self.runs.setValue(asked.runs)
        self.measure.setCurrentIndex(self.measure.findData(asked.measure))
        self._words.setText(translated(asked.asks))

    def _study(self) -> tuple[Study, Question | None]:
        """What is asked, and the ready-made question it is, if any; `SpecError` or `ValueError` if none."""
        if self.question.currentData() != OWN:
            asked = question(self.question.currentData())
            return asked.study(self.runs.value()), asked
        axis = parse_axis(self.field.currentData(), self.values.text())
        return Study(self._session.store.spec, (axis,), self.runs.value()), None

    def _on_start(self) -> None:
        if self._studying.running:
            self._studying.stop()
            return
        try:
            study, asked = self._study()
        except (SpecError, UnknownName, ValueError) as error:
            self._session.failed.emit(str(error))
            return
        self._told = Told(study, (), 0.0)
        self._asked = asked
        self._show()
        self.start.setText(self.tr("Stop"))
        self.progress.setValue(0)
        self._began_at = -1.0
        self._studying.start(study)

    def _cells(self) -> list[Cell]:
        assert self._told is not None
        try:
            return cells(
                self._told.study, self._told.rows, self.measure.currentData(), self.band.currentData()
            )
        except KeyError:  # not measured of such runs
            return []

    def _show(self) -> None:
        told = self._told
        for button in self._exports:
            button.setEnabled(told is not None and bool(told.rows))
        if told is None or not told.study.axes:
            return
        cells, axes = self._cells(), told.study.axes
        said = self.measure.currentText()
        names = [_field_name(axis.field) for axis in axes]
        if not cells or not told.rows:
            self.plot.set_line((), (), ("", ""))
            self.plot.set_hint(
                self.tr("These runs have no such measure.")
                if told.rows
                else self.tr("The first runs are under way...")
            )
        elif len(axes) == 2 and len(axes[1].values) > 1:
            marks = [self._mark(cell, f"{_value(cell.values[1])}|{_value(cell.values[0])}") for cell in cells]
            self.plot.set_map(marks, len(axes[1].values), (names[1], f"{names[0]}, {said}"))
        else:
            values = axes[0].values
            numeric = all(isinstance(each, int | float) and not isinstance(each, bool) for each in values)
            x = [float(each) for each in values] if numeric else [float(each) for each in range(len(values))]
            marks = [self._mark(cell, _value(cell.values[0])) for cell in cells]
            best = self._best(self.measure.currentData())
            self.plot.set_line(marks, x, (names[0], said), self._theirs(), [cell.mean for cell in best])
        if told.rows:
            seconds = sum(row["seconds"] for row in told.rows) / max(1, len(told.study.tests))
            words = self.tr("%1 of %2 runs; %3 of computing")
            left = self._seconds_left()
            if left >= 1:
                words += self.tr("; %4 left")
            done = len(told.rows) // max(1, len(told.study.tests))
            facts = (str(done), str(told.study.total), duration(seconds), duration(left))
            for number, text in enumerate(facts, 1):
                words = words.replace(f"%{number}", text)
            self._words.setText(words)

    def _seconds_left(self) -> float:
        """At the pace since Ask was pressed; 0 where nothing runs."""
        share = self._told.share if self._told is not None else 0.0
        if not self._studying.running or share <= self._began_at:
            return 0.0
        return (time.perf_counter() - self._began) * (1 - share) / (share - self._began_at)

    def _mark(self, cell: Cell, name: str) -> Mark:
        words = self.tr("%1: %2 (%3 to %4), %5 runs")
        setting = ", ".join(_value(each) for each in cell.values)
        said = (setting, *(f"{each:.4g}" for each in (cell.mean, cell.low, cell.high)), str(cell.runs))
        for number, text in enumerate(said, 1):
            words = words.replace(f"%{number}", text)
        return Mark(name, cell.mean, cell.low, cell.high, words)

    def _theirs(self) -> tuple[tuple[float, float], ...]:
        asked = self._asked
        return asked.theirs if asked is not None and asked.measure == self.measure.currentData() else ()

    def _best(self, measure: str) -> list[Cell]:
        assert self._told is not None
        return ceiling(self._told.study, self._told.rows, measure)

    def _runs_of(self, cell: Cell) -> list[Row]:
        assert self._told is not None
        return [row for row in self._told.rows if setting(self._told.study, row) == cell.values]

    def _on_picked(self, index: int) -> None:
        """Train a typical run of a setting on the bench: the one nearest to the mean."""
        cell, measure = self._cells()[index], self.measure.currentData()
        self._take_up(cell, min(self._runs_of(cell), key=lambda row: abs(row[measure] - cell.mean))["run"])

    def _on_listed(self, index: int) -> None:
        """Offer all runs of a setting."""
        cell, measure = self._cells()[index], self.measure.currentData()
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for row in self._runs_of(cell)[:LISTED]:
            words = self.tr("Run %1, seed %2: %3")
            for number, text in enumerate((row["run"] + 1, row["seed"], f"{row[measure]:.4g}"), 1):
                words = words.replace(f"%{number}", str(text))
            menu.addAction(words, partial(self._take_up, cell, row["run"]))
        menu.popup(QCursor.pos())

    def _take_up(self, cell: Cell, run: int) -> None:
        """Train a run of a setting on the bench."""
        assert self._told is not None
        study = self._told.study
        pairs = zip(study.axes, cell.values, strict=True)
        self._session.store.replace(
            study.spec_of([value for axis, value in pairs if axis in study.trained], run)
        )
        self._session.rewind("play")

    def _on_table(self) -> None:
        ask_place(self, self.tr("Save the table"), self.tr("Tables (*.csv *.json)"), "csv", self.write_table)

    def _on_figure(self) -> None:
        ask_place(
            self, self.tr("Save the figure"), self.tr("Figures (*.png *.svg *.pdf)"), "svg", self.write_figure
        )

    def write_table(self, path: str) -> None:
        """Write all runs; `saved` or `failed` of the session says how it went."""
        assert self._told is not None
        rows = self._told.rows
        self._session.attempt(lambda: write_table(Path(path), rows), path)

    def write_figure(self, path: str) -> None:
        """Write the figure for print; `saved` or `failed` of the session says how it went."""
        from core.studies.figure import write_figure

        assert self._told is not None
        told, measure, band = self._told, self.measure.currentData(), self.band.currentData()
        title = self._asked.asks if self._asked is not None else ""
        cells, theirs = self._cells(), self._theirs()
        self._session.attempt(
            lambda: write_figure(
                path,
                told.study,
                cells,
                measure,
                band,
                title=title,
                theirs=theirs,
                ceiling=self._best(measure),
            ),
            path,
        )

    def _on_command(self) -> None:
        assert self._told is not None
        QGuiApplication.clipboard().setText(
            command_of(self._told.study, self.measure.currentData(), self.band.currentData())
        )


def _field_name(field: str) -> str:
    return translated(FIELDS[field].metadata["label"]) if field in FIELDS else translated("Test noise")


def _value(value: object) -> str:
    if isinstance(value, tuple | list):
        return "-".join(map(str, value)) or "none"
    return f"{value:g}" if isinstance(value, float) else str(value)
