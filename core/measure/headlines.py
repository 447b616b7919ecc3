"""The two numbers that a run is read by."""

from typing import TYPE_CHECKING

from core.measure.metrics import METRICS, Metric, Plot

if TYPE_CHECKING:
    from core.data.datasets import Dataset
    from core.experiment.spec import Spec


def headlines(spec: "Spec", dataset: "Dataset") -> tuple[Metric, Metric]:
    """The two metrics that such a run is read by, the count of the lower plot first.

    One of each plot: the first that is measured of the images without noise and is no part of the loss; the
    loss itself where there is none.
    """
    return _first("lower", spec, dataset), _first("upper", spec, dataset)


def _first(plot: Plot, spec: "Spec", dataset: "Dataset") -> Metric:
    drawn = (metric for metric in METRICS if metric.reported and metric.drawn(spec, dataset) == plot)
    return next((metric for metric in drawn if not metric.role.startswith("part")), METRICS["loss"])
