"""What the plot of a study says of its dots, bands and lines: numbers with their units, in sentences."""

import math
from collections.abc import Sequence

from core.base.words import FieldName, say, say_count
from core.experiment.fields import value_text
from core.measure.metrics import METRICS
from core.measure.rules import Scale
from core.studies.study import Study
from core.studies.summary import Cell
from tp5gui.canvases.study_plot import Legend
from tp5gui.words import count, decimal, naming

NONE = ("", "")  # of a shape that is not in the plot
FIGURES = 3  # of a number that counts nothing


def figure(value: float, scale: Scale) -> str:
    """A number of a measure: counts with one digit after the point at most, others with three figures."""
    if not math.isfinite(value):
        return "–"
    if scale.whole:
        return count(round(value)) if value == round(value) else decimal(value, 1)
    if value and abs(value) < 1e-3:
        return f"{value:.{FIGURES}g}"
    before = math.floor(math.log10(abs(value))) + 1 if value else 1
    return decimal(value, max(0, FIGURES - before))


def amount(value: float, measure: str, scale: Scale) -> str:
    """A number of a measure with its unit: `20.9 of 32 images`, `0.013 per image`, `epoch 120`."""
    written = figure(value, scale)
    unit = METRICS[measure].unit if measure in METRICS else ""
    if unit in ("images", "units") and math.isfinite(scale.most):
        return say("{value} of {most} {unit}", value=written, most=count(round(scale.most)), unit=say(unit))
    match measure:
        case "wrong_pixels":
            return say_count("{value} wrong pixel", "{value} wrong pixels", math.ceil(value), value=written)
        case "first_perfect":
            return say("epoch {value}", value=written)
        case "epochs":
            return say_count("{value} epoch", "{value} epochs", math.ceil(value), value=written)
        case "seconds":
            return say("{value} s", value=written)
    return f"{written} {say(unit)}" if unit else written


def shown(value: object) -> str:
    """A setting's value, short enough to stand below its mark: layers as 64-32."""
    if isinstance(value, tuple):
        return "-".join(map(str, value)) or say("none")
    return value_text(value)


def explained(
    study: Study, cell: Cell, measure: str, band: str, scale: Scale, *, best: float, done: bool
) -> str:
    """What there is to say of a setting.

    Parameters
    ----------
    cell : how its runs turned out.
    measure, band, scale : what is compared, what is around the mean, and what the numbers can be.
    best : the best possible in it; NaN where that is not known.
    done : whether there are runs of it, with the measure or without.
    """
    lines = [
        say("{field}: {value}", field=naming(FieldName(axis.field)), value=shown(value))
        for axis, value in zip(study.axes, cell.values, strict=True)
    ]
    if not cell.runs:
        missing = say("None of its runs has this measure.") if done else say("None of its runs is done yet.")
        return "\n".join((*lines, missing))
    mean = amount(cell.mean, measure, scale)
    lines.append(
        say_count("{mean}: the one run so far", "{mean} on average of {count} runs", cell.runs, mean=mean)
    )
    if cell.runs > 1:
        lines.append(_around(cell, band, scale))
    if math.isfinite(best):
        lines.append(say("Best possible: {best}", best=amount(best, measure, scale)))
    lines.append(say("A click takes up a typical run, the right button lists all of them."))
    return "\n".join(lines)


def _around(cell: Cell, band: str, scale: Scale) -> str:
    """What the band of a setting is, with its numbers."""
    low, high = figure(cell.low, scale), figure(cell.high, scale)
    if band == "range":
        return say("The lowest run: {low}; the highest: {high}.", low=low, high=high)
    if band == "bootstrap":
        return say("The mean lies between {low} and {high} (95 % interval).", low=low, high=high)
    return say("Standard deviation of the runs: {spread}", spread=figure(cell.high - cell.mean, scale))


def legend(
    cells: Sequence[Cell], measure: str, band: str, *, joined: bool, slides: bool, best: bool
) -> Legend:
    """What the shapes of the plot are.

    Parameters
    ----------
    cells : the settings.
    measure, band : what is compared, and what is around the mean.
    joined : whether a line joins the settings, and a band goes around it; else every one has a bar.
    slides, best : whether there are points of the slides, and the best possible.
    """
    runs = [cell.runs for cell in cells if cell.runs]
    most = max(runs, default=0)
    return Legend(
        (_mean(runs), say("A click on a dot takes up a typical run of its setting.")),
        _band(most, measure, band, joined=joined) if most > 1 else NONE,
        (say("slides"), say("What the slides report of the same settings.")) if slides else NONE,
        (say("best possible"), say("What no method exceeds on average under this noise.")) if best else NONE,
        (say("no result yet"), say("No run of this setting has the measure so far."))
        if len(runs) < len(cells)
        else NONE,
    )


def _mean(runs: Sequence[int]) -> str:
    least, most = min(runs, default=0), max(runs, default=0)
    if least < most:
        return say("mean of {least} to {most} runs", least=least, most=most)
    return say_count("{count} run", "mean of {count} runs", most)


def _band(runs: int, measure: str, band: str, *, joined: bool) -> tuple[str, str]:
    what = say("band") if joined else say("bar")
    if band == "range":
        words = (
            say("{what}: from the worst to the best of {runs} runs", what=what, runs=runs)
            if measure in METRICS and METRICS[measure].better
            else say("{what}: from the lowest to the highest of {runs} runs", what=what, runs=runs)
        )
        return words, say("All runs of a setting lie in it.")
    if band == "bootstrap":
        words = say("{what}: 95 % interval of the mean", what=what)
        return words, say("With as many new runs, their mean would lie in it about 95 times out of 100.")
    words = say("{what}: one standard deviation to either side", what=what)
    return words, say("About two thirds of the runs of a setting lie in it.")
