"""The reverse pass and the losses against torch's own, written again the naive way."""

from dataclasses import replace
from itertools import pairwise

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from strategies import specs
from torch.nn import functional as F

from core.network import Network, parameter_count, widths
from core.objective import FLOOR, Objective
from core.registry import ACTIVATIONS, LOSSES
from core.spec import Spec

FUNCTIONS = {
    "sine": torch.sin, "tanh": torch.tanh, "sigmoid": torch.sigmoid, "relu": F.relu,
    "leaky-relu": lambda z: F.leaky_relu(z, 0.01), "silu": F.silu, "gelu": F.gelu, "identity": lambda z: z,
}  # fmt: skip
PIXELS, COUNT = 6, 5


def naive_logits(spec, params, x):
    """One replica, layer by layer, from its flat row of parameters: x (N, D) -> (N, D)."""
    sizes, start, depth = widths(spec, x.shape[1]), 0, len(spec.hidden) + 1
    for layer, (fan_in, fan_out) in enumerate(pairwise(sizes)):
        weight = params[start : start + fan_in * fan_out].reshape(fan_in, fan_out)
        bias = params[start + fan_in * fan_out : start + (fan_in + 1) * fan_out]
        start += (fan_in + 1) * fan_out
        x = x @ weight + bias
        if layer == depth - 1:
            x = FUNCTIONS[spec.code_activation](x)
        elif layer < 2 * depth - 1:
            x = FUNCTIONS[spec.activation](x)
    return x


def naive_losses(spec, logits, target):
    """Loss of every image (N,)."""
    if spec.loss == "bce":
        each = F.binary_cross_entropy_with_logits(logits, target, reduction="none")
    else:
        output = torch.sigmoid(logits) if spec.output == "sigmoid" else torch.tanh(logits)
        each = F.mse_loss(output, target, reduction="none") * (
            0.5 if spec.loss == "half-squared-error" else 1
        )
    return each.sum(1) if spec.reduction == "sum" else each.mean(1)


def both_gradients(spec, dtype):
    """Ours and autograd's, each (R, P), of the same batch."""
    network, objective = Network(spec, PIXELS, dtype), Objective(spec, PIXELS)
    generator = torch.Generator().manual_seed(spec.seed)
    network.params.add_(torch.randn(network.params.shape, generator=generator, dtype=dtype) * 0.1)
    images = (torch.rand(spec.replicas, COUNT, PIXELS, generator=generator, dtype=dtype) > 0.5).to(dtype)
    coded = objective.output.encode(images)
    _, logits = network.forward(coded, record=True)
    network.backward(objective.gradient(logits, coded))
    naive = []
    for replica in range(spec.replicas):
        params = network.params[replica].clone().requires_grad_()
        losses = naive_losses(spec, naive_logits(spec, params, coded[replica]), coded[replica])
        weights = (losses / losses.mean()).clamp(min=FLOOR).pow(spec.focus).detach()
        (losses * weights).mean().backward()
        naive.append(params.grad)
    return network.grads, torch.stack(naive)


@given(specs())
def test_that_the_reverse_pass_agrees_with_autograd_in_double_precision(spec):
    ours, theirs = both_gradients(spec, torch.float64)
    torch.testing.assert_close(ours, theirs, rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize("activation", ACTIVATIONS.names())
@pytest.mark.parametrize("loss", LOSSES.names())
@pytest.mark.parametrize("replicas", [1, 3])
def test_that_the_reverse_pass_agrees_with_autograd_in_single_precision(activation, loss, replicas):
    spec = Spec(hidden=(7, 4), latent=3, activation=activation, loss=loss, replicas=replicas)
    ours, theirs = both_gradients(spec, torch.float32)
    torch.testing.assert_close(ours, theirs, rtol=1e-5, atol=1e-6)


@given(specs())
def test_that_the_loss_of_an_image_agrees_with_torch(spec):
    objective = Objective(spec, PIXELS)
    logits = torch.linspace(-8, 8, spec.replicas * COUNT * PIXELS, dtype=torch.float64)
    logits = logits.view(spec.replicas, COUNT, PIXELS)
    target = objective.output.encode((logits.sin() > 0).double())
    ours = objective.per_image(logits, target)
    theirs = torch.stack([naive_losses(spec, *pair) for pair in zip(logits, target, strict=True)])
    torch.testing.assert_close(ours, theirs)


@given(st.floats(-300, 300))
def test_that_cross_entropy_stays_finite_for_any_logit(logit):
    objective = Objective(Spec(), 1)
    for target in (0.0, 1.0):
        z = torch.tensor([[[logit]]])
        assert torch.isfinite(objective.per_image(z, torch.full_like(z, target))).all()
        assert torch.isfinite(objective.gradient(z, torch.full_like(z, target))).all()


@given(specs())
def test_that_the_parameters_are_counted_as_they_are_laid_out(spec):
    network = Network(spec, PIXELS)
    assert network.params.shape == (spec.replicas, parameter_count(spec, PIXELS))
    layers = network.encoder.layers + network.decoder.layers
    assert sum(each.weight[0].numel() + each.bias[0].numel() for each in layers) == network.params.shape[1]
    assert all(each.weight.data_ptr() >= network.params.data_ptr() for each in layers)


@given(specs(), st.integers(0, 2))
def test_that_a_replica_starts_like_a_single_run_of_its_own_seed(spec, index):
    spec = replace(spec, seed=spec.seed // 2, replicas=3)
    alone = Network(replace(spec, seed=spec.seed + index, replicas=1), PIXELS)
    assert torch.equal(Network(spec, PIXELS).params[index], alone.params[0])


LAYOUTS = [(), (7,), (7, 4)]
OBJECTIVES = [
    (loss, output, reduction)
    for loss, output in [
        ("bce", "sigmoid"), ("squared-error", "sigmoid"), ("squared-error", "tanh"),
        ("half-squared-error", "sigmoid"), ("half-squared-error", "tanh"),
    ]
    for reduction in ("sum", "mean")
]  # fmt: skip


@pytest.mark.parametrize("replicas", [1, 3])
@pytest.mark.parametrize("activation", ACTIVATIONS.names())
def test_that_no_choice_of_depth_and_objective_parts_the_reverse_pass_from_autograd(activation, replicas):
    for hidden in LAYOUTS:
        for number, (loss, output, reduction) in enumerate(OBJECTIVES):
            spec = Spec(
                hidden=hidden, latent=3, activation=activation, code_activation=activation, loss=loss,
                output=output, reduction=reduction, focus=0.5 * (number % 2), replicas=replicas, seed=number,
            )  # fmt: skip
            ours, theirs = both_gradients(spec, torch.float64)
            torch.testing.assert_close(ours, theirs, rtol=1e-9, atol=1e-11)
            ours, theirs = both_gradients(spec, torch.float32)
            torch.testing.assert_close(ours, theirs, rtol=1e-5, atol=1e-6)


@given(specs(), st.floats(0.1, 3))
def test_that_the_start_is_uniform_within_its_limit_and_without_bias(spec, gain):
    network = Network(replace(spec, gain=gain), PIXELS)
    for layer in network.encoder.layers + network.decoder.layers:
        limit = gain * (6 / sum(layer.weight.shape[1:])) ** 0.5
        assert layer.weight.abs().max() <= limit * (1 + 1e-6)
        assert not layer.bias.any()


def test_that_the_start_fills_its_range_evenly():
    weight = Network(Spec(hidden=(400,), gain=2), PIXELS * 50).encoder.layers[0].weight
    limit = 2 * (6 / (PIXELS * 50 + 400)) ** 0.5
    assert abs(weight.mean().item()) < 5 * limit / 3**0.5 / weight.numel() ** 0.5
    assert weight.std().item() == pytest.approx(limit / 3**0.5, rel=0.01)


@given(specs(), st.integers(0, 2))
def test_that_no_replica_sees_another(spec, touched):
    network = Network(replace(spec, replicas=3, seed=1), PIXELS)
    x = torch.rand(3, COUNT, PIXELS, generator=torch.Generator().manual_seed(0))
    before = network.forward(x)[1].clone()
    network.params[touched] += 1
    others = [index for index in range(3) if index != touched]
    assert torch.equal(network.forward(x)[1][others], before[others])
