"""A study's figure, for print: mean and band of every setting, or a map of two fields; PNG, SVG or PDF.

matplotlib draws it; it takes half a second to load, so import this module only when a figure is wanted.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from core.base.files import whole
from core.base.words import Refusal, say, say_count
from core.experiment.spec import FIELDS
from core.measure.rules import Scale, logarithmic
from core.studies.measures import measure_words, scale_of
from core.studies.study import TEST_NOISE, Study
from core.studies.summary import Cell
from core.studies.tables import FIGURES

MEASURED, BAND, THEIRS, LIMIT = "#393913", "#39391333", "#856b3c", "#875dc6"
"""The window's colours of the same meanings in light, for print: `series`, `reference` and `ideal`."""

DOT = 0.03  # of the height of the plot: the room of a dot at its edge


def write_figure(
    path: str | os.PathLike[str],
    study: Study,
    cells: Sequence[Cell],
    measure: str,
    band: str,
    *,
    title: str = "",
    theirs: Sequence[tuple[float, float]] = (),
    ceiling: Sequence[Cell] = (),
) -> Path:
    """Draw a study of one or two axes, in the language in use; the suffix of `path` says which kind of file.

    Parameters
    ----------
    cells : the summary of every setting, with this band around the mean of this measure.
    title : of the figure; may be empty.
    theirs : the slides' points, (setting, value).
    ceiling : the best possible in the same settings.

    Raises
    ------
    Refusal : the suffix is none of .png, .svg and .pdf, the study has no axis, or no run has the measure.
    """
    path = Path(path)
    if path.suffix.lower() not in FIGURES:
        raise Refusal("a figure is a .png, .svg or .pdf file, not {path}", path=path)
    if not study.axes:
        raise Refusal("a study in which nothing varies has no figure")
    if not any(cell.runs for cell in cells):
        raise Refusal(
            "there is no figure of {measure}: none of the runs has it", measure=measure_words(measure)
        )
    figure = Figure(figsize=(5.2, 3.6), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    measured = measure_words(measure)
    if len(study.axes) == 2 and len(study.axes[1].values) > 1:
        _map(figure, axes, study, cells, measured)
    else:
        _line(axes, study, cells, theirs, ceiling)
        axes.set_ylabel(measured, fontsize=9)
        _keep_to(axes, [cell.mean for cell in cells if cell.runs], scale_of(study, measure))
        caption = _caption(band, max((cell.runs for cell in cells), default=0))
        axes.annotate(caption, (1, 1.01), xycoords="axes fraction", ha="right", fontsize=7, color="#5a636c")
    if title:
        axes.set_title(title, fontsize=9, loc="left", pad=14)
    with whole(path) as file:
        figure.savefig(file, format=path.suffix.lower()[1:], dpi=300)
    return path


def _keep_to(axes: Any, means: Sequence[float], scale: Scale) -> None:
    """Let the axis end where the measure does, but for the room of a dot: a band may reach beyond."""
    low, high = axes.get_ylim()
    room = DOT * (high - low)
    axes.set_ylim(max(low, -room) if min(means) >= 0 else low, min(high, scale.most + room))


def _caption(band: str, runs: int) -> str:
    """What the points and the band around them are."""
    if band == "sd":
        return say_count(
            "mean and standard deviation of {count} run", "mean and standard deviation of {count} runs", runs
        )
    if band == "range":
        return say_count("mean and range of {count} run", "mean and range of {count} runs", runs)
    return say_count(
        "mean of {count} run and its 95 % interval", "mean of {count} runs and its 95 % interval", runs
    )


def _name(field: str) -> str:
    """What an axis is called, with its unit."""
    if field == TEST_NOISE:
        return say("Test noise")
    facts = FIELDS[field].metadata
    if not facts["unit"]:
        return say(facts["label"])
    return say("{label} ({unit})", label=say(facts["label"]), unit=say(facts["unit"]))


def _shown(value: Any) -> str:
    """A value of an axis: layers with dashes between them."""
    return "-".join(map(str, value)) or say("none") if isinstance(value, tuple) else f"{value}"


def _line(
    axes: Any, study: Study, cells: Sequence[Cell], theirs: Sequence[tuple[float, float]],
    ceiling: Sequence[Cell],
) -> None:  # fmt: skip
    """Points with a band over numbers, or with error bars over categories."""
    axis = study.axes[0]
    numeric = all(isinstance(value, int | float) and not isinstance(value, bool) for value in axis.values)
    x = list(axis.values) if numeric else list(range(len(axis.values)))
    mean, low, high = ([getattr(cell, name) for cell in cells] for name in ("mean", "low", "high"))
    if numeric:
        order = sorted(range(len(x)), key=lambda index: x[index])
        x, mean, low, high = ([column[index] for index in order] for column in (x, mean, low, high))
        axes.fill_between(x, low, high, color=BAND, linewidth=0)
        axes.plot(x, mean, "o-", color=MEASURED, markersize=4, linewidth=1.2)
        if logarithmic(x):
            axes.set_xscale("log")
    else:
        errors = [
            [middle - end for middle, end in zip(mean, low, strict=True)],
            [end - middle for middle, end in zip(mean, high, strict=True)],
        ]
        axes.errorbar(x, mean, errors, fmt="o", color=MEASURED, ecolor=BAND[:7], capsize=3, markersize=4)
        axes.set_xticks(x, [_shown(value) for value in axis.values], rotation=30, ha="right", fontsize=8)
    if theirs:
        axes.plot(*zip(*theirs, strict=True), "s", color=THEIRS, markersize=5, label=say("slides"))
    if ceiling:
        places = axis.values if numeric else range(len(axis.values))
        best = sorted((place, cell.mean) for place, cell in zip(places, ceiling, strict=True))
        axes.plot(*zip(*best, strict=True), "--", color=LIMIT, linewidth=1, label=say("best possible"))
    if theirs or ceiling:
        axes.legend(frameon=False, fontsize=8)
    axes.set_xlabel(_name(axis.field))
    axes.spines[["top", "right"]].set_visible(False)


def _map(figure: Any, axes: Any, study: Study, cells: Sequence[Cell], measured: str) -> None:
    """A tile for every pair of values, with its mean written in it."""
    down, across = study.axes
    wide = len(across.values)
    means = [[cell.mean for cell in cells[row : row + wide]] for row in range(0, len(cells), wide)]
    image = axes.imshow(means, cmap="viridis", aspect="auto", origin="lower")
    for row, values in enumerate(means):
        for column, value in enumerate(values):
            axes.text(column, row, f"{value:.3g}", ha="center", va="center", fontsize=7, color="w",
                      path_effects=_outline())  # fmt: skip
    axes.set_xticks(range(wide), [_shown(value) for value in across.values], fontsize=8)
    axes.set_yticks(range(len(down.values)), [_shown(value) for value in down.values], fontsize=8)
    axes.set_xlabel(_name(across.field))
    axes.set_ylabel(_name(down.field))
    figure.colorbar(image, label=measured)


def _outline() -> list[Any]:
    from matplotlib.patheffects import withStroke

    return [withStroke(linewidth=1.5, foreground="#0008")]
