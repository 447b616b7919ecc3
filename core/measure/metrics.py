"""Metrics, one record for each: its words, how it is computed, where it is shown, and its best possible.

The curves of a run, the window's panels, the report, the measures of a study, the figures and the JSON
documents are all made from `METRICS`: what is added here appears in all of them. No torch is needed to read
the records.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Literal

from core.base.registry import Choice, Registry
from core.base.words import say
from core.measure import answers, code
from core.measure.rules import ACTIVE, ALIKE, TOLERANCE
from core.measure.similarity import WINDOW, mean_ssim, nearest_own

if TYPE_CHECKING:
    from torch import Tensor

    from core.data.datasets import Dataset
    from core.experiment.spec import Spec
    from core.measure.evaluation import Comparison, Evaluation

Plot = Literal["upper", "lower"]
"""The two plots of a run: losses and errors above, on a logarithmic axis, counts below."""


class Numbers(SimpleNamespace):
    """Measured numbers by name, as attributes; None where one makes no sense."""

    def to_dict(self) -> dict[str, Any]:
        """The numbers that make sense, by name."""
        return {name: value for name, value in vars(self).items() if value is not None}


@dataclass(frozen=True, slots=True)
class Best:
    """How well a metric can be under a known noise.

    Attributes
    ----------
    answer : (known set, posterior weights (K, N)) -> (K, D), the answer that no method beats on average.
    judge : outputs beside images -> (R,), the metric itself; whole numbers are counts over the images, others
        means.
    """

    answer: "Callable[[answers.Known, Tensor], Tensor]"
    judge: "Callable[[Comparison], Tensor]"


def _always(spec: "Spec", dataset: "Dataset") -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Metric(Choice):
    """Something that is measured of a run. `name` is its JSON key and the name of its curve.

    Attributes
    ----------
    unit : what one of it is, for axes; may be empty.
    better : which way is better.
    role : whose colour it has: a field of the window's `Tokens`.
    measure : evaluation -> (R,).
    applies : whether it makes sense for such a run; reports leave it out where it does not.
    plot : in which plot such a run draws its curve, None: in neither; the curve is recorded all the same.
        Without a `plot` the metric has no curve: it costs too much for one, and stands in the report alone.
    reported : whether it stands in reports, in studies and in JSON documents.
    at_end : how a report measures it where not as the curve does: evaluation -> (R,).
    best : how well it can be under a known noise, where that is known.
    most : the most that it can be, where it is a share.
    whole : whether it counts something.
    """

    unit: str
    better: Literal["higher", "lower", ""]
    role: str
    measure: "Callable[[Evaluation], Tensor]"
    applies: "Callable[[Spec, Dataset], bool]" = _always
    plot: "Callable[[Spec, Dataset], Plot | None] | None" = None
    reported: bool = True
    at_end: "Callable[[Evaluation], Tensor] | None" = None
    best: Best | None = None
    most: float = math.inf
    whole: bool = False

    def drawn(self, spec: "Spec", dataset: "Dataset") -> Plot | None:
        """The plot in which such a run draws its curve, if in any."""
        return None if self.plot is None else self.plot(spec, dataset)

    def report(self, evaluation: "Evaluation") -> bool | int | float | None:
        """The number of an evaluation of one replica; None where it makes no sense, or is not finite."""
        if not self.applies(evaluation.spec, evaluation.dataset):
            return None
        value: bool | int | float = (self.at_end or self.measure)(evaluation).item()
        return value if math.isfinite(value) else None

    @property
    def axis(self) -> str:
        """What an axis is called, in the language in use: the label, and the unit if there is one."""
        if not self.unit:
            return say(self.label)
        return say("{label} ({unit})", label=say(self.label), unit=say(self.unit))


def curve_names() -> tuple[str, ...]:
    """The names of all curves that a run records."""
    return tuple(metric.name for metric in METRICS if metric.plot is not None)


# -- facts of a run on which it depends what makes sense


def _variational(spec: "Spec", dataset: "Dataset") -> bool:
    return spec.variational


def _in_parts(spec: "Spec", dataset: "Dataset") -> bool:
    """Whether the loss has parts beside the reconstruction."""
    return spec.variational or spec.sparse or spec.contraction > 0 or spec.penalised


def _windowed(spec: "Spec", dataset: "Dataset") -> bool:
    return min(dataset.shape) >= WINDOW


def _labels_repeat(spec: "Spec", dataset: "Dataset") -> bool:
    return len(set(dataset.labels)) < dataset.count


def _several(spec: "Spec", dataset: "Dataset") -> bool:
    return dataset.count > 1


def _among(plot: Plot, shown: "Callable[[Spec, Dataset], bool]") -> "Callable[[Spec, Dataset], Plot | None]":
    """Drawn in this plot for the runs that `shown` names."""
    return lambda spec, dataset: plot if shown(spec, dataset) else None


def _error_plot(spec: "Spec", dataset: "Dataset") -> Plot | None:
    """The squared error is for sets with greys; beside losses where the lower plot has the active units."""
    if dataset.binary:
        return None
    return "upper" if spec.variational else "lower"


# -- how they are computed


def part(name: str) -> "Callable[[Evaluation], Tensor]":
    """A part of the loss of what was fed, (R,)."""
    return lambda evaluation: evaluation.parts[name]


def squared_error(compared: "Comparison") -> "Tensor":
    """Mean squared error per pixel: (R,)."""
    return compared.squared_error


def wrong_pixels(compared: "Comparison") -> "Tensor":
    """Wrong pixels of all images: (R,)."""
    return compared.wrong.sum(-1)


def recognised(compared: "Comparison") -> "Tensor":
    """Images with at most one wrong pixel: (R,)."""
    return (compared.wrong <= TOLERANCE).sum(-1)


def perfect(compared: "Comparison") -> "Tensor":
    """Images without a wrong pixel: (R,)."""
    return (compared.wrong == 0).sum(-1)


def _active_units(evaluation: "Evaluation") -> "Tensor":
    if evaluation.kl is None:
        return evaluation.index.new_zeros(len(evaluation.index))
    return (evaluation.kl > ACTIVE).sum(-1)


def _kl(evaluation: "Evaluation") -> "Tensor":
    assert evaluation.kl is not None
    return evaluation.kl.sum(-1)


def _held(evaluation: "Evaluation") -> "Tensor":
    assert evaluation.held is not None
    return evaluation.held


def _collapsed(evaluation: "Evaluation") -> "Tensor":
    """Whether all outputs are the same: they vary less than `ALIKE` as much as the images."""
    varied, left = (
        pixels.var(1, correction=0).mean(-1) for pixels in (evaluation.clean.images, evaluation.clean.outputs)
    )
    return left < ALIKE * varied


METRICS: Registry[Metric] = Registry(
    "metric",
    # the parts of the loss, of what was last fed
    Metric(
        "loss", "loss", "The mean loss per image; training minimises it.", "per image", "lower", "part1",
        part("loss"), plot=_among("upper", _always),
    ),
    Metric(
        "reconstruction", "reconstruction", "The part of the loss that compares outputs with targets.",
        "per image", "lower", "part2", part("reconstruction"), reported=False,
        plot=_among("upper", _in_parts),
    ),
    Metric(
        "kl", "KL",
        "How far the codes' distributions are from the prior, not weighted; it can lie above the loss.",
        "nats per image", "lower", "part3", part("kl"), _variational,
        plot=_among("upper", _variational), at_end=_kl,
    ),
    Metric(
        "sparsity", "sparsity", "The weighted penalty on the activity of units.", "per image", "lower",
        "part4", part("sparsity"), reported=False, plot=_among("upper", lambda spec, dataset: spec.sparse),
    ),
    Metric(
        "contraction", "contraction", "The weighted penalty on the gradient of the code.", "per image",
        "lower", "part5", part("contraction"), reported=False,
        plot=_among("upper", lambda spec, dataset: spec.contraction > 0),
    ),
    Metric(
        "penalty", "code penalty", "The weighted penalty on the distribution of a batch's codes.",
        "per image", "lower", "part6", part("penalty"), reported=False,
        plot=_among("upper", lambda spec, dataset: spec.penalised),
    ),
    # of the images without noise
    Metric(
        "wrong_pixels", "wrong pixels", "Pixels on the wrong side of one half, of all images.", "", "lower",
        "error", lambda evaluation: wrong_pixels(evaluation.clean),
        plot=_among("upper", lambda spec, dataset: dataset.binary),
        best=Best(answers.likelier_pixels, wrong_pixels), whole=True,
    ),
    Metric(
        "squared_error", "squared error", "The mean squared error per pixel.", "per pixel", "lower", "error",
        lambda evaluation: squared_error(evaluation.clean), plot=_error_plot,
        best=Best(answers.mean, squared_error),
    ),
    Metric(
        "recognised", "recognised", "Images with at most one wrong pixel.", "images", "higher",
        "recognised", lambda evaluation: recognised(evaluation.clean),
        plot=_among("lower", lambda spec, dataset: dataset.binary),
        best=Best(answers.most_recognised, recognised), whole=True,
    ),
    Metric(
        "perfect", "perfect", "Images without a wrong pixel.", "images", "higher", "perfect",
        lambda evaluation: perfect(evaluation.clean),
        plot=_among("lower", lambda spec, dataset: dataset.binary),
        best=Best(answers.most_likely, perfect), whole=True,
    ),
    # of the images as they were last fed
    Metric(
        "fed_recognised", "recognised, noisy", "Images recognised under the noise of that epoch.", "images",
        "higher",
        "noisy", lambda evaluation: recognised(evaluation.fed), reported=False,
        plot=_among("lower", lambda spec, dataset: dataset.binary and spec.noisy), whole=True,
    ),
    Metric(
        "fed_squared_error", "squared error, noisy",
        "The mean squared error per pixel under the noise of that epoch.",
        "per pixel", "lower", "noisy", lambda evaluation: squared_error(evaluation.fed), reported=False,
        plot=_among("lower", lambda spec, dataset: spec.noisy and not (dataset.binary or spec.variational)),
    ),
    Metric(
        "active_units", "active units", "Units of the code whose mean KL is above 0.01 nat.", "units", "",
        "code", _active_units, _variational,
        plot=_among("lower", lambda spec, dataset: spec.variational and not dataset.binary), whole=True,
    ),
    # those that cost too much for a curve
    Metric(
        "ssim", "similarity", "The mean structural similarity (SSIM) of outputs and images.", "", "higher",
        "output", mean_ssim, _windowed, most=1.0,
    ),
    Metric(
        "nearest_own", "closest to their own image",
        "Outputs that are closer to their own image than to any other.", "images", "higher", "recognised",
        lambda evaluation: nearest_own(evaluation.clean.outputs, evaluation.clean.images), whole=True,
    ),
    Metric(
        "label_agreement", "label agreement", "Share of images whose nearest other code has the same label.",
        "", "higher", "code", code.label_agreement, _labels_repeat, most=1.0,
    ),
    Metric(
        "collapsed", "collapsed", "Whether all outputs are the same image.", "", "lower", "error", _collapsed,
        most=1.0,
    ),
    Metric(
        "bounded", "bounded log-variances",
        "Log-variances of the code that are held at a bound, -30 or 20, over all images; there they learn no "
        "more.",
        "", "lower", "error", _held, _variational, whole=True,
    ),
    Metric(
        "mean_activity", "mean activity",
        "The mean absolute activity of the code, or of the units that sparsity is about.", "", "", "code",
        code.mean_activity,
    ),
    Metric(
        "slope", "code gradient", "The root mean square norm of the code's Jacobian by the image.",
        "", "", "code", code.jacobian_norm,
    ),
    Metric(
        "pixel_move", "pixel move",
        "How far one inverted pixel moves the code, as a share of the distance to the nearest other code.",
        "", "lower", "code", code.pixel_move, _several,
    ),
)  # fmt: skip
