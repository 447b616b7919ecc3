"""The reverse pass, the losses and the penalties against torch's own, written again the naive way."""

from dataclasses import replace
from itertools import cycle, islice, product

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from oracles import (
    COUNT,
    LATE,
    PIXELS,
    batch_of,
    both_gradients,
    naive_activities,
    naive_halves,
    naive_losses,
    naive_parts,
)
from strategies import KINDS, specs
from torch.distributions import Normal

from core.base.generators import Generators
from core.choices.activations import ACTIVATIONS
from core.choices.losses import LOSSES
from core.experiment.replicas import ByReplica
from core.experiment.spec import Spec
from core.nn.network import Network, parameter_count
from core.nn.objective import Objective
from core.nn.variance import bounded

TOLERANCES = {torch.float64: 1e-9, torch.float32: 1e-5}


def check_gradients(spec, dtype):
    """Entry by entry; one that nearly cancels may be off by as much of the largest."""
    ours, theirs = both_gradients(spec, dtype)
    tolerance = TOLERANCES[dtype]
    torch.testing.assert_close(
        ours, theirs, rtol=tolerance, atol=tolerance * max(theirs.abs().max().item(), 1e-3)
    )


@given(specs())
def test_that_the_reverse_pass_agrees_with_autograd_in_double_precision(spec):
    check_gradients(spec, torch.float64)


@pytest.mark.parametrize("activation", ACTIVATIONS.names())
@pytest.mark.parametrize("loss", LOSSES.names())
@pytest.mark.parametrize("replicas", [1, 3])
def test_that_the_reverse_pass_agrees_with_autograd_in_single_precision(activation, loss, replicas):
    spec = Spec(hidden=(7, 4), latent=3, activation=activation, loss=loss, replicas=replicas)
    check_gradients(spec, torch.float32)


@given(specs())
def test_that_the_loss_of_an_image_agrees_with_torch(spec):
    objective = Objective(ByReplica(spec), PIXELS)
    logits = torch.linspace(-8, 8, spec.replicas * COUNT * PIXELS, dtype=torch.float64)
    logits = logits.view(spec.replicas, COUNT, PIXELS)
    target = objective.output.encode((logits.sin() > 0).double())
    ours = objective.per_image(logits, target)
    theirs = torch.stack([naive_losses(spec, *pair) for pair in zip(logits, target, strict=True)])
    torch.testing.assert_close(ours, theirs)


@given(st.floats(-300, 300))
def test_that_cross_entropy_stays_finite_for_any_logit(logit):
    objective = Objective(ByReplica(Spec()), 1)
    for target in (0.0, 1.0):
        z = torch.tensor([[[logit]]])
        assert torch.isfinite(objective.per_image(z, torch.full_like(z, target))).all()
        assert torch.isfinite(objective.gradient(z, torch.full_like(z, target))).all()


@given(specs())
def test_that_the_parameters_are_counted_as_they_are_laid_out(spec):
    network = Network(spec, PIXELS)
    assert network.params.shape == (spec.replicas, parameter_count(spec, PIXELS))
    layers = network.encoder.layers + network.decoder.layers
    assert sum(layer.weight[0].numel() + layer.bias[0].numel() for layer in layers) == network.params.shape[1]
    assert all(layer.weight.data_ptr() >= network.params.data_ptr() for layer in layers)


@given(specs(), st.integers(0, 2))
def test_that_a_replica_starts_like_a_single_run_of_its_own_seed(spec, index):
    spec = replace(spec, seed=spec.seed // 2, replicas=3)
    alone = Network(replace(spec, seed=spec.seed + index, replicas=1), PIXELS)
    assert torch.equal(Network(spec, PIXELS).params[index], alone.params[0])


LAYOUTS = [(), (7,), (7, 4)]
OBJECTIVES = [
    ("bce", "sigmoid"), ("squared-error", "sigmoid"), ("squared-error", "tanh"),
    ("half-squared-error", "sigmoid"), ("half-squared-error", "tanh"),
]  # fmt: skip
VARIANTS = [
    {
        "hidden": hidden, "loss": loss, "output": output, "reduction": reduction, "focus": focus,
        "kl_reduction": kl_reduction, "free_bits": free_bits,
    }
    for hidden, (loss, output), reduction, focus, kl_reduction, free_bits in product(
        LAYOUTS, OBJECTIVES, ("sum", "mean"), (0.0, 0.5), ("sum", "mean"), (0.0, 0.04)
    )
]  # fmt: skip
CASES = [
    (kind, activation)
    for kind, activation in product(KINDS, ACTIVATIONS.names())
    if KINDS[kind].get("activation", activation) == activation
]


def variants_of(kind, activation, count):
    """Specs of a kind: so many of the variants, evenly spread, others for every kind and activation."""
    start = 7 * CASES.index((kind, activation))
    for number, variant in enumerate(islice(cycle(VARIANTS), start, start + 53 * count, 53)):
        fields = variant | {"latent": 3, "activation": activation, "code_activation": activation}
        fields |= {"seed": number}
        fields |= {"code_activation": "identity"} if "variational" in KINDS[kind] else {}
        if KINDS[kind].get("sparse_units") == "hidden" and not fields["hidden"]:
            fields["hidden"] = (5,)
        yield Spec(**(fields | KINDS[kind] | {key: variant[key] for key in ("focus", "kl_reduction")}))


@pytest.mark.parametrize("replicas", [1, 3])
@pytest.mark.parametrize(("kind", "activation"), CASES)
def test_that_the_whole_gradient_of_every_kind_agrees_with_autograd(kind, activation, replicas):
    for spec in variants_of(kind, activation, 6):
        check_gradients(replace(spec, replicas=replicas), torch.float64)
        check_gradients(replace(spec, replicas=replicas), torch.float32)


@pytest.mark.parametrize("variant", range(len(VARIANTS)))
def test_that_no_choice_of_depth_and_objective_parts_the_reverse_pass_from_autograd(variant):
    spec = Spec(**VARIANTS[variant], latent=2, variational=True, beta=0.6, contraction=0.01, seed=variant)
    check_gradients(spec, torch.float64)
    plain = replace(spec, variational=False, code_activation="tanh", penalty="mmd", penalty_weight=0.5)
    check_gradients(replace(plain, replicas=2), torch.float64)


@given(specs())
def test_that_the_parts_of_the_loss_agree_with_torch(spec):
    spec = replace(spec, focus=0.0)  # focus weighs the gradient, not what is shown
    network, objective, x, target, _ = batch_of(spec, torch.float64)
    ours = objective.parts(network, network.forward(x, record=True), x, target, LATE)
    for replica in range(spec.replicas):
        theirs = naive_parts(spec, network.params[replica], x[replica], target[replica])
        theirs = {name: value.item() for name, value in theirs.items()}
        for name in ("reconstruction", "sparsity", "contraction", "penalty"):
            assert ours[name][replica].item() == pytest.approx(theirs.get(name, 0), rel=1e-9), name
        assert ours["loss"][replica].item() == pytest.approx(sum(theirs.values()), rel=1e-9)


@given(specs(), st.integers(0, 99))
def test_that_a_variational_code_is_decoded_at_its_mean_or_at_a_draw(spec, seed):
    spec = replace(spec, variational=True, code_activation="identity", sparsity="none", penalty="none")
    network, _, x, _, _ = batch_of(spec, torch.float64)
    epsilon = torch.randn(spec.replicas, COUNT, spec.latent, generator=torch.Generator().manual_seed(seed))
    at_mean, at_draw = network.forward(x), network.forward(x, epsilon=epsilon.double())
    torch.testing.assert_close(at_mean.codes, at_draw.codes, rtol=0, atol=0)
    for replica in range(spec.replicas):
        encoder, decoder = naive_halves(spec, network.params[replica], PIXELS)
        head = naive_activities(encoder, x[replica])[-1]
        mean, log_variance = head[:, : spec.latent], bounded(head[:, spec.latent :])
        torch.testing.assert_close(at_mean.codes[replica], mean)
        torch.testing.assert_close(at_mean.log_variance[replica], log_variance)
        drawn = Normal(mean, log_variance.exp().sqrt())
        torch.testing.assert_close(at_mean.logits[replica], naive_activities(decoder, drawn.mean)[-1])
        drawn = drawn.mean + drawn.stddev * epsilon[replica]
        torch.testing.assert_close(at_draw.logits[replica], naive_activities(decoder, drawn)[-1])


@pytest.mark.parametrize("earlier", [False, True])
def test_that_a_code_decoded_at_its_mean_has_the_gradient_of_its_mean(earlier):
    """An earlier pass with a draw must leave nothing behind."""
    spec = Spec(hidden=(4,), variational=True, kl_warmup=9)
    network, objective, x, target, epsilon = batch_of(spec, torch.float64)
    if earlier:
        network.forward(x, record=True, epsilon=epsilon)
    seen = network.forward(x, record=True)
    network.backward(objective.gradients(network, seen, x, target, 0, Generators(0)))
    params = network.params[0].clone().requires_grad_()
    sum(naive_parts(spec, params, x[0], target[0], None, 0.0).values()).backward()
    torch.testing.assert_close(network.grads[0], params.grad)


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
    before = network.forward(x).logits.clone()
    network.params[touched] += 1
    others = [index for index in range(3) if index != touched]
    assert torch.equal(network.forward(x).logits[others], before[others])
