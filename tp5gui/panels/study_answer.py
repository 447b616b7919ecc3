"""The answer of a study as far as it has grown, and how the plot shows it."""

import math
from dataclasses import dataclass

from core.base.registry import Choice
from core.base.words import FieldName, say
from core.experiment.spec import Spec
from core.experiment.wording import name_of
from core.measure.metrics import METRICS, Metric
from core.measure.rules import Scale
from core.studies.measures import RUN_FACTS, measure_words, measures, scale_of
from core.studies.questions import Question
from core.studies.rows import complete
from core.studies.study import Row, Study
from core.studies.summary import Cell, ceiling, cells, setting
from tp5gui.canvases.study_plot import Mark, Point, StudyPlot
from tp5gui.panels.choices import Entry
from tp5gui.panels.study_words import amount, explained, figure, legend, shown
from tp5gui.words import capital, naming


@dataclass(frozen=True, slots=True)
class Answer:
    """The runs of a study so far, summed up in one measure.

    Attributes
    ----------
    study : what is asked.
    rows : its table so far.
    asked : the ready-made question that it is, None for one of the person's own.
    measure : the column of the table that is compared.
    band : what goes around the mean; one of `core.studies.summary.BANDS`.
    """

    study: Study
    rows: tuple[Row, ...]
    asked: Question | None
    measure: str
    band: str

    @property
    def name(self) -> str:
        """What to call a file of it: by the question, or by the run and what varies."""
        if self.asked is not None:
            return self.asked.name
        return f"{name_of(self.study.base)} by {' '.join(axis.field for axis in self.study.axes)}"

    @property
    def done(self) -> int:
        """Runs that are done."""
        return complete(self.study, self.rows)

    @property
    def seconds(self) -> float:
        """The computing time of these runs."""
        total: float = sum(row["seconds"] for row in self.rows)
        return total / max(1, len(self.study.tests))

    def cells(self) -> list[Cell]:
        """The summary of every setting, in order."""
        return cells(self.study, self.rows, self.measure, self.band)

    @property
    def known(self) -> bool:
        """Whether any run has the measure."""
        return any(cell.runs for cell in self.cells())

    @property
    def scale(self) -> Scale:
        """What the numbers of the measure can be."""
        return scale_of(self.study, self.measure)

    @property
    def settings(self) -> set[tuple[object, ...]]:
        """The settings of which runs are done."""
        return {setting(self.study, row) for row in self.rows}

    def amount(self, value: float) -> str:
        """A number of the measure with its unit."""
        return amount(value, self.measure, self.scale)

    def best_possible(self) -> list[Cell]:
        """What the best possible denoiser reaches in every setting; empty where that is not known."""
        return ceiling(self.study, self.rows, self.measure)

    def slides(self) -> tuple[tuple[float, float], ...]:
        """The slides' points, setting and measure, to lay over ours."""
        if self.asked is None or self.asked.measure != self.measure:
            return ()
        return self.asked.theirs

    def runs_of(self, cell: Cell) -> list[Row]:
        """The rows of one setting."""
        return [row for row in self.rows if setting(self.study, row) == cell.values]

    def value_of(self, row: Row) -> float:
        """The measure of one run; NaN where it has none."""
        value = row.get(self.measure)
        return math.nan if value is None else float(value)

    def typical(self, cell: Cell) -> Row | None:
        """The run of a setting that is nearest to the mean of all; the first where no run has the measure.

        None where no run of the setting is done.
        """
        runs = self.runs_of(cell)
        measured = [row for row in runs if math.isfinite(self.value_of(row))]
        if not measured:
            return runs[0] if runs else None
        return min(measured, key=lambda row: abs(self.value_of(row) - cell.mean))

    def spec_of(self, cell: Cell, row: Row) -> Spec:
        """The spec of one run of a setting."""
        pairs = zip(self.study.axes, cell.values, strict=True)
        trained = [value for axis, value in pairs if axis in self.study.trained]
        return self.study.spec_of(trained, row["run"])


def entries(study: Study | None) -> list[Entry]:
    """What a study can compare, for a box: what its runs are measured by; everything where there is no study.

    First stands what has a known best possible, and of that first what is the better the higher it is.
    """
    everything = (*(metric for metric in METRICS if metric.reported), *RUN_FACTS)
    names = {record.name for record in (everything if study is None else measures(study))}
    offered = sorted((record for record in everything if record.name in names), key=_place)
    return [(record.name, capital(say(record.label)), say(record.help)) for record in offered]


def _place(record: Choice) -> int:
    """Where a measure stands in the box: 0 is first."""
    if not isinstance(record, Metric) or record.best is None:
        return 2
    return 0 if record.better == "higher" else 1


def bands() -> tuple[Entry, ...]:
    """What can go around the mean."""
    return (
        ("sd", say("± standard deviation"), say("The band is the standard deviation of the runs.")),
        ("range", say("range"), say("The band goes from the lowest run to the highest.")),
        ("bootstrap", say("95 %"), say("The band is the 95 % bootstrap interval of the mean.")),
    )


def show_answer(plot: StudyPlot, answer: Answer, running: bool) -> None:
    """Show an answer on a plot; `running` says whether more comes."""
    axes, found = answer.study.axes, answer.cells()
    names = [naming(FieldName(axis.field)) for axis in axes]
    measure = capital(measure_words(answer.measure))
    if not answer.known:
        plot.set_line((), (), ("", ""))
        if answer.rows:
            plot.set_hint(say("None of these runs has this measure."))
        elif running:
            plot.set_hint(say("The first runs are being trained."))
        else:
            plot.set_hint(say("Stopped before a run was done. Press Run study to train them."))
    elif len(axes) == 2 and len(axes[1].values) > 1:
        marks = _marks(answer, found, rows=True)
        up = say("{field} (up), {measure}", field=names[0], measure=measure)
        words = legend(found, answer.measure, answer.band, joined=True, slides=False, best=False)
        plot.set_map(marks, len(axes[1].values), (names[1], up), legend=words)
    else:
        _show_line(plot, answer, found, (names[0], measure))


def _show_line(plot: StudyPlot, answer: Answer, found: list[Cell], names: tuple[str, str]) -> None:
    places, joined = _places(answer.study.axes[0].values)
    best = [
        Point(place, cell.mean, say("Best possible: {best}", best=answer.amount(cell.mean)))
        for place, cell in zip(places, answer.best_possible(), strict=False)
    ]
    slides = [
        Point(
            x, y,
            say("The slides report {amount} at {value}.", amount=answer.amount(y), value=shown(x)),
        )
        for x, y in answer.slides()
    ]  # fmt: skip
    words = legend(found, answer.measure, answer.band, joined=joined, slides=bool(slides), best=bool(best))
    plot.set_line(
        _marks(answer, found, rows=False), places, names, slides, best,
        scale=answer.scale, joined=joined, legend=words,
    )  # fmt: skip


def _places(values: tuple[object, ...]) -> tuple[list[float], bool]:
    """Where the settings of an axis stand, and whether they are numbers: others stand side by side."""
    numbers = [
        float(value) for value in values if isinstance(value, int | float) and not isinstance(value, bool)
    ]
    if len(numbers) == len(values):
        return numbers, True
    return [float(place) for place in range(len(values))], False


def _marks(answer: Answer, found: list[Cell], *, rows: bool) -> list[Mark]:
    """The settings as marks; in a map, those of one row share their first value."""
    scale, best, done = (
        answer.scale,
        {cell.values: cell.mean for cell in answer.best_possible()},
        answer.settings,
    )
    return [
        Mark(
            shown(cell.values[1 if rows else 0]), cell.mean, cell.low, cell.high,
            explained(
                answer.study, cell, answer.measure, answer.band, scale,
                best=best.get(cell.values, math.nan), done=cell.values in done,
            ),
            shown(cell.values[0]) if rows else "", figure(cell.mean, scale),
        )
        for cell in found
    ]  # fmt: skip
