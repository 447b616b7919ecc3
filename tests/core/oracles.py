"""Independent twins of what the records compute: torch's own functions, autograd and loops, slow and plain.

Every table has the names of a registry; `test_that_every_record_has_its_twin` holds them against each other.
"""

import math
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import torch
from torch.distributions import Bernoulli, Normal, kl_divergence
from torch.nn import functional as F

from core.base.generators import Generators
from core.experiment.replicas import ByReplica
from core.measure.metrics import METRICS as RECORDS
from core.measure.similarity import ssim
from core.nn.network import Network
from core.nn.objective import FLOOR, Objective

FUNCTIONS = {
    "sine": torch.sin, "tanh": torch.tanh, "sigmoid": torch.sigmoid, "relu": F.relu,
    "leaky-relu": lambda z: F.leaky_relu(z, 0.01), "silu": F.silu, "gelu": F.gelu, "identity": lambda z: z,
}  # fmt: skip
"""Activations: z -> a, with a graph."""

PIXEL_LOSSES = {
    "bce": lambda z, output, target: F.binary_cross_entropy_with_logits(z, target, reduction="none"),
    "squared-error": lambda z, output, target: F.mse_loss(output, target, reduction="none"),
    "half-squared-error": lambda z, output, target: F.mse_loss(output, target, reduction="none") / 2,
}
"""(logits, output, target) -> the loss of every pixel, with a graph."""

OPTIMIZERS = {
    "adam": lambda params, rate, spec: torch.optim.Adam([params], rate, (spec.momentum, spec.beta2)),
    "adamw": lambda params, rate, spec: torch.optim.AdamW(
        [params], rate, (spec.momentum, spec.beta2), weight_decay=spec.weight_decay
    ),
    "rprop": lambda params, rate, spec: torch.optim.Rprop([params], rate),
    "sgd": lambda params, rate, spec: torch.optim.SGD([params], rate, spec.momentum),
    "rmsprop": lambda params, rate, spec: torch.optim.RMSprop([params], rate, spec.beta2),
}
"""(params, rate, spec) -> torch's optimiser."""

SCHEDULES = {
    "constant": lambda done: 1.0,
    "cosine": lambda done: (1 + math.cos(math.pi * done)) / 2,
}
"""The share of the epochs that are done, 0 to 1 -> the factor on the learning rate."""

SPARSITIES = {
    "none": lambda activities, rate: activities.sum() * 0,
    "l1": lambda activities, rate: activities.abs().sum() / len(activities),
    "kl": lambda activities, rate: kl_divergence(
        Bernoulli(torch.tensor(rate, dtype=activities.dtype)), Bernoulli(activities.mean(0))
    ).sum(),
}
"""(activities (N, units), rate) -> the penalty on one layer of one replica, a scalar with a graph."""


def mmd(codes, draws):
    """Squared discrepancy of two sets (N, L) by the kernel of Tolstikhin et al. 2018, self-pairs included."""
    size = 2 * codes.shape[1]
    within, prior, across = (
        (size / (size + (one[:, None] - other[None]).square().sum(-1))).mean()
        for one, other in ((codes, codes), (draws, draws), (codes, draws))
    )
    return within + prior - 2 * across


PENALTIES = {"none": lambda codes, draws: codes.sum() * 0, "mmd": mmd}
"""(codes (N, L), draws of the prior (N, L)) -> the penalty of one replica, a scalar with a graph."""

PIXELS, COUNT = 6, 5
LATE = 10**9
"""An epoch after any warm-up."""


def naive_halves(spec, params, pixels):
    """Encoder and decoder of one replica from its flat row: each a list of (weight, bias, function)."""
    inside = [spec.activation] * len(spec.hidden)
    code = 2 * spec.latent if spec.variational else spec.latent
    halves, start = [], 0
    for sizes, names in [
        ((pixels, *spec.hidden, code), [*inside, spec.code_activation]),
        ((spec.latent, *spec.hidden[::-1], pixels), [*inside, "identity"]),
    ]:
        half = []
        for (fan_in, fan_out), name in zip(pairwise(sizes), names, strict=True):
            weight = params[start : start + fan_in * fan_out].reshape(fan_in, fan_out)
            bias = params[start + fan_in * fan_out : start + (fan_in + 1) * fan_out]
            half.append((weight, bias, FUNCTIONS[name]))
            start += (fan_in + 1) * fan_out
        halves.append(half)
    assert start == params.numel()
    return halves


def naive_activities(half, x):
    """What every layer gives: x (N, in) -> a list of (N, out)."""
    activities = []
    for weight, bias, function in half:
        x = function(x @ weight + bias)
        activities.append(x)
    return activities


def naive_losses(spec, logits, target):
    """Loss of every image (N,)."""
    pixels = PIXEL_LOSSES[spec.loss](logits, FUNCTIONS[spec.output](logits), target)
    return pixels.sum(1) if spec.reduction == "sum" else pixels.mean(1)


def naive_jacobian(spec, encoder, x):
    """d code / d pixel of every image, (L, N, D): images do not touch each other."""
    return torch.autograd.functional.jacobian(
        lambda pixels: naive_activities(encoder, pixels)[-1][:, : spec.latent].sum(0), x, create_graph=True
    )


def naive_parts(spec, params, x, target, epsilon=None, beta=None, draws=None):
    """What one replica pays for coded pixels x (N, D), part by part, with weights: scalars with a graph.

    `draws` (N, L) are those of the prior; without them, what the curves take.
    """
    encoder, decoder = naive_halves(spec, params, x.shape[1])
    *hidden, head = naive_activities(encoder, x)
    codes = drawn = head[:, : spec.latent]
    parts = {}
    if spec.variational:
        deviation = torch.exp(head[:, spec.latent :].clamp(-30, 20) / 2)  # Rombach et al. 2022
        if epsilon is not None:
            drawn = codes + deviation * epsilon
        units = kl_divergence(Normal(codes, deviation), Normal(0.0, 1.0)).mean(0)
        paid = torch.stack([unit if unit > spec.free_bits else unit * 0 + spec.free_bits for unit in units])
        paid = paid.sum() if spec.kl_reduction == "sum" else paid.mean()
        parts["kl"] = (spec.beta if beta is None else beta) * paid
    losses = naive_losses(spec, naive_activities(decoder, drawn)[-1], target)
    weights = (losses / losses.mean()).clamp(min=FLOOR).pow(spec.focus).detach()
    parts["reconstruction"] = (losses * weights).mean()
    for activity in [codes] if spec.sparse_units == "code" else hidden:
        if spec.sparsity != "none":
            penalty = SPARSITIES[spec.sparsity](activity, spec.sparsity_rate)
            parts["sparsity"] = parts.get("sparsity", 0) + spec.sparsity_weight * penalty
    if spec.contraction:
        parts["contraction"] = spec.contraction * naive_jacobian(spec, encoder, x).square().sum() / len(x)
    if spec.penalty != "none":
        draws = prior_draws(codes, 0) if draws is None else draws
        parts["penalty"] = spec.penalty_weight * PENALTIES[spec.penalty](codes, draws)
    return parts


def prior_draws(codes, seed):
    """As many draws of the standard normal prior as there are codes (N, L), from a generator of this seed."""
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(codes.shape, generator=generator, dtype=codes.dtype)


def batch_of(spec, dtype):
    """A network off its start, coded noisy pixels, their coded targets, and draws for the code."""
    network, objective = Network(spec, PIXELS, dtype), Objective(ByReplica(spec), PIXELS)
    generator = torch.Generator().manual_seed(spec.seed)
    network.params.add_(torch.randn(network.params.shape, generator=generator).to(dtype) * 0.1)
    clean, noisy = torch.rand(2, spec.replicas, COUNT, PIXELS, generator=generator).to(dtype)
    clean, noisy = (objective.output.encode((images > 0.5).to(dtype)) for images in (clean, noisy))
    epsilon = torch.randn(spec.replicas, COUNT, spec.latent, generator=generator).to(dtype)
    return network, objective, noisy, clean, epsilon if spec.variational else None


def both_gradients(spec, dtype):
    """Ours and autograd's, both (R, P), of the same batch; replica r draws from a generator of seed r."""
    network, objective, x, target, epsilon = batch_of(spec, dtype)
    seen = network.forward(x, record=True, epsilon=epsilon)
    generators = Generators(*range(spec.replicas))
    network.backward(objective.gradients(network, seen, x, target, LATE, generators))
    naive = []
    for replica in range(spec.replicas):
        params = network.params[replica].clone().requires_grad_()
        draw = None if epsilon is None else epsilon[replica]
        prior = prior_draws(seen.codes[replica], replica)
        sum(naive_parts(spec, params, x[replica], target[replica], draw, draws=prior).values()).backward()
        naive.append(params.grad)
    return network.grads, torch.stack(naive)


# -- metrics


def agreement(run):
    """Of every image the share of the nearest other codes that have its label, on average."""
    codes, shares = run.codes.astype(float), []
    for own, code in enumerate(codes):
        away = [math.dist(code, other) if number != own else math.inf for number, other in enumerate(codes)]
        near = [number for number, distance in enumerate(away) if distance == min(away)]
        shares.append(np.mean([run.labels[number] == run.labels[own] for number in near]))
    return np.mean(shares)


def kl_by_unit(run):
    """Mean over the images of every unit's KL, (L,)."""
    deviation = run.model.spread(run.images, run.replica).astype(float)
    return (0.5 * (run.codes**2 + deviation**2 - 1) - np.log(deviation)).mean(0)


def exact(run):
    """The encoder in doubles, and what it is fed for pixels: their flat images (N, D) -> (N, D)."""
    params = run.trainer.network.params[run.replica].double()
    encoder, _ = naive_halves(run.trainer.spec, params, run.images[0].size)
    return encoder, run.trainer.objective.output.encode


def activity(run):
    encoder, encode = exact(run)
    spec = run.trainer.spec
    *hidden, head = naive_activities(encoder, encode(run.flat))
    about_hidden = spec.sparsity != "none" and spec.sparse_units == "hidden"
    layers = hidden if about_hidden else [head[:, : spec.latent]]
    return torch.cat([layer.abs().flatten() for layer in layers]).mean().item()


def slope(run):
    """Images do not touch each other, so one Jacobian of the sum of their codes holds all of theirs."""
    encoder, encode = exact(run)
    jacobian = torch.autograd.functional.jacobian(
        lambda pixels: naive_activities(encoder, encode(pixels))[-1][:, : run.trainer.spec.latent].sum(0),
        run.flat[:256],
    )  # (L, N, D)
    return jacobian.square().sum((0, 2)).mean().sqrt().item()


def pixel_move(run):
    """NaN where codes are so near to each other that single precision cannot say how near.

    The nearest other code is that of another image, however often an image is in the set.
    """
    encoder, encode = exact(run)

    def codes(pixels):
        return naive_activities(encoder, encode(pixels))[-1][:, : run.trainer.spec.latent]

    own, moves, gaps = codes(run.flat), [], []
    for number in range(0, len(own), math.ceil(len(own) / 32)):
        for pixel in range(run.flat.shape[1]):
            moved = run.flat[number : number + 1].clone()
            moved[0, pixel] = 1 - moved[0, pixel]
            moves.append((codes(moved)[0] - own[number]).norm().item())
        others = [i for i in range(len(own)) if not torch.equal(run.flat[i], run.flat[number])]
        gaps.append(min((own[number] - own[i]).norm().item() for i in others))
    return np.mean(moves) / np.mean(gaps) if np.mean(gaps) > 1e-3 else math.nan


def bounded(run):
    """Of the log-variances that the encoder gives, how many are outside the bounds."""
    encoder, encode = exact(run)
    free = naive_activities(encoder, encode(run.flat))[-1][:, run.trainer.spec.latent :]
    return sum(not -30 < number < 20 for number in free.flatten().tolist())


METRICS = {
    "loss": lambda run: run.trainer.snapshot(run.replica).loss,  # `naive_parts` is the twin of its parts
    "kl": lambda run: kl_by_unit(run).sum(),
    "wrong_pixels": lambda run: run.wrong.sum(),
    "squared_error": lambda run: np.square(run.outputs - run.images).mean(),
    "recognised": lambda run: (run.wrong <= 1).sum(),
    "perfect": lambda run: (run.wrong == 0).sum(),
    "active_units": lambda run: (kl_by_unit(run) > 0.01).sum(),
    "ssim": lambda run: ssim(run.outputs, run.images).mean(),
    "nearest_own": lambda run: sum(
        np.square(output - run.images).sum((1, 2)).argmin() == number
        for number, output in enumerate(run.outputs)
    ),
    "label_agreement": agreement,
    "bounded": bounded,
    "collapsed": lambda run: run.outputs.var(0).mean() < 0.01 * run.images.var(0).mean(),
    "mean_activity": activity,
    "slope": slope,
    "pixel_move": pixel_move,
}
"""(what `by_hand` knows of a run) -> the number that a report has of it; one for every reported metric."""


def by_hand(trainer, replica=0):
    """What a report has to say of a replica that saw all its images, from images in and images out."""
    model, dataset = trainer.model, trainer.dataset
    outputs, codes = model.reconstruct(dataset.images, replica), model.encode(dataset.images, replica)
    run = SimpleNamespace(
        trainer=trainer, replica=replica, model=model, images=dataset.images.astype(float),
        outputs=outputs.astype(float), codes=codes.astype(float), labels=np.array(dataset.labels),
        flat=torch.from_numpy(dataset.images.astype(float)).flatten(1),
        wrong=((outputs > 0.5) != (dataset.images > 0.5)).sum((1, 2)),
    )  # fmt: skip
    applying = (name for name in METRICS if RECORDS[name].applies(trainer.spec, dataset))
    return {"epochs": trainer.epoch, "measured": len(dataset.images)} | {
        name: METRICS[name](run) for name in applying
    }
