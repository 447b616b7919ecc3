"""Sparsity: penalties on the activity of units, with their gradients, and the groups of units."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.base.registry import Choice, Registry
from core.base.scalars import ONE, ZERO, F, within

if TYPE_CHECKING:
    from torch import Tensor

    from core.base.scalars import Real


@dataclass(frozen=True, slots=True)
class Sparsity(Choice):
    """A penalty on the activities (R, N, units) of one layer, a replica's mean over its N images.

    Attributes
    ----------
    value : (activities, rate) -> (R,).
    gradient : (activities, rate) -> d(value)/d(activities), (R, N, units).
    compiled : (activity, mean activity of the unit, rate) -> N times the gradient, for single numbers, in the
        words of `core.base.scalars`; None: such a run trains with torch.
    """

    value: "Callable[[Tensor, float], Tensor]"
    gradient: "Callable[[Tensor, float], Tensor]"
    compiled: "Callable[[Real, Real, Real], Real] | None" = None


def _mean_activity(a: "Tensor") -> "Tensor":
    """(R, N, units) -> (R, 1, units), kept off 0 and 1, where the divergence is infinite."""
    import torch

    edge = torch.finfo(a.dtype).eps
    return a.mean(1, keepdim=True).clamp_(edge, 1 - edge)


def _rate_value(a: "Tensor", rate: float) -> "Tensor":
    """Sum over units of KL(Bernoulli(rate) || Bernoulli(mean activity)), Ng 2011."""
    mean = _mean_activity(a)
    kl = rate * (rate / mean).log() + (1 - rate) * ((1 - rate) / (1 - mean)).log()
    return kl.sum((1, 2))


def _rate_gradient(a: "Tensor", rate: float) -> "Tensor":
    mean = _mean_activity(a)
    return ((1 - rate) / (1 - mean) - rate / mean).div_(a.shape[1]).expand_as(a)


def _towards_rate(a: "Real", mean: "Real", rate: "Real") -> "Real":
    edge = F(1.1920929e-07)  # the eps of single precision
    mean = within(mean, edge, ONE - edge)
    return (ONE - rate) / (ONE - mean) - rate / mean


SPARSITIES: Registry[Sparsity] = Registry(
    "sparsity",
    Sparsity(
        "none", "None", "Activity is not penalised.",
        lambda a, rate: a.new_zeros(a.shape[0]), lambda a, rate: a.new_zeros(a.shape),
        lambda a, mean, rate: ZERO,
    ),
    Sparsity(
        "l1", "L1", "The sum of the absolute activities. Most units become zero for most images.",
        lambda a, rate: a.abs().sum(-1).mean(-1), lambda a, rate: a.sign() / a.shape[1],
        lambda a, mean, rate: ONE if a > ZERO else -ONE if a < ZERO else ZERO,
    ),
    Sparsity(
        "kl", "KL to a rate",
        "The KL divergence between a target rate and the mean activity of every unit. It needs sigmoid "
        "units.",
        _rate_value, _rate_gradient, _towards_rate,
    ),
)  # fmt: skip

SPARSE_UNITS: Registry[Choice] = Registry(
    "group of units",
    Choice("code", "The code", "The units of the code."),
    Choice("hidden", "Hidden units", "The units of all hidden layers of the encoder."),
)
