"""The parts of the loss beside the reconstruction, one record a part; `Objective` goes over them in turn."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from core.base.generators import Generators
from core.choices.penalties import PENALTIES
from core.choices.sparsities import SPARSITIES
from core.experiment.replicas import ByReplica
from core.experiment.spec import Spec
from core.nn.network import Gradients, Network, Pass
from core.nn.penalties import contraction_gradients, divergence, divergence_gradients, squared_jacobian


@dataclass(slots=True)  # not frozen: made at every step, and a frozen one takes three times as long to make
class Batch:
    """What a part of the loss is computed from.

    Attributes
    ----------
    run : the fields, one number or one a replica.
    network, seen : the network and its recorded pass of the batch.
    x : (R, N, D), the coded pixels that were fed.
    epoch : epochs trained so far; one number a replica, where the replicas are those of several epochs.
    """

    run: ByReplica
    network: Network
    seen: Pass
    x: Tensor
    epoch: int | Sequence[int]


@dataclass(frozen=True, slots=True)
class Term:
    """One part of the loss.

    Attributes
    ----------
    name : of its curve.
    plays : run -> whether any replica pays this part; where not, its curve is 0.
    value : batch -> what the curve shows, and what the loss pays with its weight, both (R,). Curves and
        snapshots are made of it: it uses no random generator of the run and gives the same numbers again.
    add_gradients : (batch, gradients, generators) adds the gradient of what the loss pays. What it draws
        comes from the generators of the run, one a replica.
    """

    name: str
    plays: Callable[[ByReplica], bool]
    value: Callable[[Batch], tuple[Tensor, Tensor]]
    add_gradients: Callable[[Batch, Gradients, Generators], None]


def kl_share(spec: Spec, epoch: int) -> float:
    """What of beta counts: less than all during the warm-up, and 1 / L of it where units are averaged."""
    return spec.beta_share(epoch) * (1 / spec.latent if spec.kl_reduction == "mean" else 1.0)


def _kl_share(batch: Batch) -> Any:
    """The same of a batch: one number, or (R,) where the replicas are those of several epochs."""
    spec = batch.run.spec
    if isinstance(batch.epoch, int):
        return kl_share(spec, batch.epoch)
    shares = [kl_share(spec, epoch) for epoch in batch.epoch]
    return torch.tensor(shares, dtype=torch.float32, device=batch.x.device)


def _kl_value(batch: Batch) -> tuple[Tensor, Tensor]:
    """Nats an image are shown, unweighted; beta, warm-up, reduction and free bits count in the loss alone."""
    assert batch.seen.log_variance is not None
    units = divergence(batch.seen.codes, batch.seen.log_variance).mean(1)  # (R, L)
    weight = batch.run.value("beta", -1) * _kl_share(batch)
    return units.sum(-1), weight * units.clamp(min=batch.run.spec.free_bits).sum(-1)


def _add_kl(batch: Batch, gradients: Gradients, generators: Generators) -> None:
    assert batch.seen.log_variance is not None
    share = batch.run.value("beta", -1, 1, 1) * (_kl_share(batch) / batch.x.shape[1])
    to_mean, to_log_variance = divergence_gradients(
        batch.seen.codes, batch.seen.log_variance, batch.run.spec.free_bits
    )
    gradients.add_codes(to_mean * share)
    gradients.log_variance = to_log_variance * share


def sparse_activities(spec: Spec, seen: Pass) -> tuple[Tensor, ...]:
    """The activities (R, N, units) of the units that `sparse_units` names, layer by layer."""
    return seen.hidden if spec.sparse_units == "hidden" else (seen.codes,)


def _sparsity_value(batch: Batch) -> tuple[Tensor, Tensor]:
    spec, kind = batch.run.spec, SPARSITIES[batch.run.spec.sparsity]
    layers = sparse_activities(spec, batch.seen)
    total = torch.stack([kind.value(a, spec.sparsity_rate) for a in layers]).sum(0)
    return _twice(batch.run.value("sparsity_weight", -1) * total)


def _add_sparsity(batch: Batch, gradients: Gradients, generators: Generators) -> None:
    spec, kind = batch.run.spec, SPARSITIES[batch.run.spec.sparsity]
    weight = batch.run.value("sparsity_weight", -1, 1, 1)
    layers = sparse_activities(spec, batch.seen)
    own = tuple(kind.gradient(a, spec.sparsity_rate) * weight for a in layers)
    if spec.sparse_units == "hidden":
        gradients.hidden = own
    else:
        gradients.add_codes(own[0])


def _contraction_value(batch: Batch) -> tuple[Tensor, Tensor]:
    squares = squared_jacobian(batch.network.encoder, batch.x, batch.run.spec.latent).mean(-1)
    return _twice(batch.run.value("contraction", -1) * squares)


def _add_contraction(batch: Batch, gradients: Gradients, generators: Generators) -> None:
    weight, latent = batch.run.value("contraction", -1), batch.run.spec.latent
    gradients.parameters += contraction_gradients(batch.network.encoder, batch.x, latent, weight)


COMPARED_CODES = 512
"""Codes, from the first, of which a curve shows the penalty: its cost grows as their square."""


def _penalty_value(batch: Batch) -> tuple[Tensor, Tensor]:
    """With the same draws of the prior for every replica, at every epoch: the curve moves as the codes do."""
    codes = batch.seen.codes[:, :COMPARED_CODES]
    fixed = Generators(*(0 for _ in codes))
    value = PENALTIES[batch.run.spec.penalty].value(codes, fixed)
    return _twice(batch.run.value("penalty_weight", -1) * value)


def _add_penalty(batch: Batch, gradients: Gradients, generators: Generators) -> None:
    """With fresh draws of the prior at every step."""
    gradient = PENALTIES[batch.run.spec.penalty].gradient(batch.seen.codes, generators)
    gradients.add_codes(gradient.mul_(batch.run.value("penalty_weight", -1, 1, 1)))


def _twice(paid: Tensor) -> tuple[Tensor, Tensor]:
    """Of a part whose curve shows what the loss pays."""
    return paid, paid


TERMS = (
    Term("kl", lambda run: run.spec.variational, _kl_value, _add_kl),
    Term(
        "sparsity", lambda run: run.spec.sparsity != "none" and run.weighs("sparsity_weight"),
        _sparsity_value, _add_sparsity,
    ),
    Term("contraction", lambda run: run.weighs("contraction"), _contraction_value, _add_contraction),
    # whatever its weight, so that what a replica draws does not depend on the weights of the others
    Term("penalty", lambda run: run.spec.penalty != "none", _penalty_value, _add_penalty),
)  # fmt: skip
"""In the order in which their values are added up."""
