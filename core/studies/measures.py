"""What a study measures of its runs, by name: the metrics that apply to them, and facts of the runs."""

import math

from core.base.registry import Choice, Registry
from core.base.words import Refusal, say
from core.data.datasets import load_dataset
from core.measure.metrics import METRICS
from core.measure.rules import Scale
from core.studies.study import Study

RUN_FACTS: Registry[Choice] = Registry(
    "fact of a run",
    Choice("epochs", "epochs", "Epochs that were trained."),
    Choice("seconds", "seconds", "The share of the time that one run took."),
    Choice("first_perfect", "first perfect epoch", "The first recorded epoch without a wrong pixel."),
)

FED = Choice("fed_squared_error", "squared error of the noisy images", "What the noise does to the images.")
"""Measured under a test noise."""


def measures(study: Study) -> tuple[Choice, ...]:
    """Everything that the runs of a study are measured by, at least in one of its settings.

    Under a test noise, the best possible of every metric that has one follows as `best_possible_...`.
    """
    settings = [study.spec_of(cell) for cell in study.cells()]
    pairs = [(spec, load_dataset(spec.dataset)) for spec in settings]
    metrics = [
        metric for metric in METRICS
        if metric.reported and any(metric.applies(spec, dataset) for spec, dataset in pairs)
    ]  # fmt: skip
    tested = [
        Choice(f"best_possible_{metric.name}", metric.label, metric.help)
        for metric in metrics if study.tests and metric.best is not None
    ]  # fmt: skip
    return (*metrics, *RUN_FACTS, *tested, *([FED] if study.tests else []))


def scale_of(study: Study, name: str) -> Scale:
    """What the numbers of a measure can be in the settings of a study; unbounded where a set is gone."""
    bare = name.removeprefix("best_possible_")
    if name == FED.name or bare not in METRICS:
        return Scale(whole=bare in ("epochs", "first_perfect"))
    metric, specs = METRICS[bare], [study.spec_of(cell) for cell in study.cells()]
    match metric.unit:
        case "images":
            most = max(map(_images, {spec.dataset for spec in specs}))
        case "units":
            most = max(spec.latent for spec in specs)
        case _:
            most = metric.most
    return Scale(most, metric.whole)


def _images(dataset: str) -> float:
    """How many images a set has, infinity where it is no longer there: an answer outlives its set."""
    try:
        return load_dataset(dataset).count
    except Refusal:
        return math.inf


def measure_words(name: str) -> str:
    """What an axis calls a measure, in the language in use: with its unit where it has one."""
    if name == FED.name:  # not the curve of this name, which is of the outputs
        return say(FED.label)
    bare = name.removeprefix("best_possible_")
    if bare in METRICS:
        words = METRICS[bare].axis
        return words if bare == name else say("best possible: {measure}", measure=words)
    return say(RUN_FACTS[name].label) if name in RUN_FACTS else name
