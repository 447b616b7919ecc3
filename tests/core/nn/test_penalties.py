"""Penalties against closed forms in plain Python and torch's own distributions and Jacobians."""

import math
from dataclasses import replace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from strategies import specs
from test_network import COUNT, batch_of, naive_halves, naive_jacobian
from torch.distributions import Normal, kl_divergence

from core.choices.activations import ACTIVATIONS
from core.choices.sparsities import SPARSITIES
from core.experiment.spec import Spec
from core.nn.network import Network
from core.nn.penalties import add_contraction, code_slope, divergence, divergence_slopes

RATES = st.floats(0.001, 0.999)
SHAPES = st.tuples(st.integers(1, 3), st.integers(1, 5), st.integers(1, 4))  # (R, N, units)


def drawn(shape, seed, scale=1.0):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64) * scale


def moments(shape, seed):
    """Means and log-variances of codes, some units near silence, some far from it."""
    reach = torch.tensor([0.05, 0.3, 1.0, 2.0])[: shape[-1]]
    return drawn(shape, seed) * reach, drawn(shape, seed + 1) * reach


@given(st.floats(-20, 20), st.floats(-20, 8))
def test_that_the_divergence_of_a_code_is_that_of_two_normal_distributions(mean, log_variance):
    ours = divergence(*(torch.tensor([[[each]]], dtype=torch.float64) for each in (mean, log_variance)))
    deviation = math.exp(log_variance / 2)
    theirs = kl_divergence(
        Normal(torch.tensor(mean, dtype=torch.float64), deviation),
        Normal(torch.tensor(0.0, dtype=torch.float64), 1.0),
    )
    closed = math.log(1 / deviation) + (deviation**2 + mean**2) / 2 - 0.5
    assert ours.item() == pytest.approx(theirs.item(), rel=1e-9, abs=1e-12)
    assert ours.item() == pytest.approx(closed, rel=1e-9, abs=1e-12)
    assert ours.item() >= -1e-12


def test_that_only_the_standard_normal_distribution_costs_nothing():
    nothing, something = torch.zeros(1, 1, 1), torch.full((1, 1, 1), 0.1)
    assert divergence(nothing, nothing).item() == 0
    assert all(divergence(*pair).item() > 0 for pair in [(something, nothing), (nothing, something)])


@given(SHAPES, st.integers(0, 999))
def test_that_asking_for_a_penalty_leaves_its_input_alone(shape, seed):
    mean, log_variance = moments(shape, seed)
    before = mean.clone(), log_variance.clone()
    divergence(mean, log_variance)
    for free in (0.0, 0.3):
        for slope in divergence_slopes(mean, log_variance, free):
            assert slope.shape == shape
    activities = mean.sigmoid()
    kept = activities.clone()
    for name in SPARSITIES.names():
        SPARSITIES[name].value(activities, 0.1)
        SPARSITIES[name].slope(activities, 0.1)
    assert torch.equal(activities, kept)
    assert torch.equal(mean, before[0])
    assert torch.equal(log_variance, before[1])


@given(SHAPES, st.integers(0, 999), st.sampled_from([0.0, 0.001, 0.05, 0.5, 50.0]))
def test_that_the_slopes_of_the_divergence_are_those_of_autograd_with_free_bits(shape, seed, free):
    mean, log_variance = (each.requires_grad_() for each in moments(shape, seed))
    units = kl_divergence(Normal(mean, log_variance.exp().sqrt()), Normal(0.0, 1.0)).mean(1)
    (units.clamp(min=free).sum() * shape[1]).backward()
    ours = divergence_slopes(mean.detach(), log_variance.detach(), free)
    torch.testing.assert_close(ours[0], mean.grad, rtol=1e-9, atol=1e-12)
    torch.testing.assert_close(ours[1], log_variance.grad, rtol=1e-9, atol=1e-12)


@given(st.floats(0.01, 2), st.floats(0.01, 2), st.integers(1, 4))
def test_that_free_bits_let_go_exactly_the_units_that_stay_below_in_the_mean(own, free, count):
    """Each of two units codes `count` images at one mean: its KL is mean^2 / 2 a piece, nats."""
    kl = [own, 1.0]
    mean = torch.tensor([[[math.sqrt(2 * each) for each in kl]] * count], dtype=torch.float64)
    if min(abs(each - free) for each in kl) < 1e-9:
        return
    pulls = divergence_slopes(mean, torch.full_like(mean, 0.0), free)
    for unit, each in enumerate(kl):
        assert (pulls[0][..., unit] == (mean[..., unit] if each > free else 0)).all()
    spread = divergence_slopes(torch.zeros_like(mean), torch.full_like(mean, -4.0), 1e-9)[1]
    assert (spread < 0).all()  # too narrow: widen


def test_that_free_bits_are_counted_over_the_images_and_for_every_replica_alone():
    """One image above and one below: what counts is the mean. The second replica is silent."""
    mean = torch.tensor([[[2.0], [0.0]], [[0.1], [0.1]]])  # KL 2 and 0; 0.005 each
    paid = divergence_slopes(mean, torch.zeros_like(mean), 0.9)[0]
    assert paid.flatten().tolist() == [2.0, 0.0, 0.0, 0.0]
    assert not divergence_slopes(mean, torch.zeros_like(mean), 1.1)[0].any()
    assert torch.equal(divergence_slopes(mean, torch.zeros_like(mean), 0.0)[0], mean)


def naive_sparsity(kind, activities, rate):
    """(R,) by loops over replicas, units and images."""
    values = []
    for replica in activities.tolist():
        total = 0.0
        for unit in zip(*replica, strict=True):
            if kind == "l1":
                total += sum(abs(a) for a in unit) / len(unit)
            elif kind == "kl":
                mean = sum(unit) / len(unit)
                total += rate * math.log(rate / mean) + (1 - rate) * math.log((1 - rate) / (1 - mean))
        values.append(total)
    return values


@pytest.mark.parametrize("kind", SPARSITIES.names())
@given(shape=SHAPES, seed=st.integers(0, 999), rate=RATES)
def test_that_a_sparsity_is_its_closed_form(kind, shape, seed, rate):
    activities = drawn(shape, seed, 2.0)
    activities = activities.sigmoid() if kind == "kl" else activities
    ours = SPARSITIES[kind].value(activities, rate)
    assert ours.tolist() == pytest.approx(naive_sparsity(kind, activities, rate), rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("kind", SPARSITIES.names())
@given(shape=SHAPES, seed=st.integers(0, 999), rate=RATES)
def test_that_the_slope_of_a_sparsity_is_that_of_its_differences(kind, shape, seed, rate):
    activities = drawn(shape, seed, 2.0)
    activities = activities.sigmoid() if kind == "kl" else activities
    slope = SPARSITIES[kind].slope(activities, rate)
    assert slope.shape == shape
    step = 1e-6 * min(activities.abs().min().item(), (1 - activities).abs().min().item())
    for place in [(0, 0, 0), tuple(each - 1 for each in shape)]:
        sides = []
        for side in (-step, step):
            moved = activities.clone()
            moved[place] += side
            sides.append(naive_sparsity(kind, moved, rate)[place[0]])
        assert slope[place].item() == pytest.approx((sides[1] - sides[0]) / (2 * step), rel=1e-3, abs=1e-3)


@given(SHAPES, st.integers(0, 999), RATES)
def test_that_the_slope_towards_a_rate_is_that_of_autograd(shape, seed, rate):
    activities = drawn(shape, seed, 2.0).sigmoid().requires_grad_()
    mean = activities.mean(1)
    (rate * torch.log(rate / mean) + (1 - rate) * torch.log((1 - rate) / (1 - mean))).sum().backward()
    torch.testing.assert_close(
        SPARSITIES["kl"].slope(activities.detach(), rate), activities.grad, rtol=1e-9, atol=1e-12
    )


@given(RATES, st.integers(1, 5))
def test_that_units_at_their_rate_are_left_alone(rate, count):
    activities = torch.full((2, count, 3), rate, dtype=torch.float64)
    assert SPARSITIES["kl"].value(activities, rate).tolist() == pytest.approx([0, 0], abs=1e-12)
    assert SPARSITIES["kl"].slope(activities, rate).abs().max().item() < 1e-9


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@given(rate=RATES)
def test_that_units_that_are_always_off_or_on_are_drawn_back_by_finite_pulls(dtype, rate):
    """One unit stuck at 0, one at 1."""
    activities = torch.tensor([[[0.0, 1.0]] * 4], dtype=dtype)
    assert torch.isfinite(SPARSITIES["kl"].value(activities, rate)).all()
    off, on = SPARSITIES["kl"].slope(activities, rate)[0].T
    assert torch.isfinite(torch.stack([off, on])).all()
    assert (off < 0).all()
    assert (on > 0).all()


def test_that_a_silent_unit_is_not_pulled_by_l1():
    slope = SPARSITIES["l1"].slope(torch.tensor([[[0.0, 2.0, -0.5]], [[-0.0, 1.0, 1.0]]]), 0.5)
    assert slope.tolist() == [[[0, 1, -1]], [[0, 1, 1]]]


@given(specs())
def test_that_the_slope_of_the_code_is_the_square_of_its_jacobian(spec):
    """Deep ones and variational ones, of which only the means count."""
    network, _, x, _, _ = batch_of(spec, torch.float64)
    ours = code_slope(network.encoder, x, spec.latent)
    assert ours.shape == (spec.replicas, COUNT)
    for replica in range(spec.replicas):
        encoder, _ = naive_halves(spec, network.params[replica], x.shape[-1])
        theirs = naive_jacobian(spec, encoder, x[replica])  # (L, N, D)
        torch.testing.assert_close(ours[replica], theirs.square().sum((0, 2)).detach(), rtol=1e-9, atol=1e-12)


def test_that_the_slope_of_a_linear_code_is_that_of_its_weights():
    network = Network(Spec(hidden=(), latent=2, code_activation="identity"), 3, torch.float64)
    squares = network.encoder.layers[0].weight.square().sum().item()
    slopes = code_slope(network.encoder, torch.rand(1, 4, 3, dtype=torch.float64), 2)
    assert slopes[0].tolist() == pytest.approx([squares] * 4)


@pytest.mark.parametrize("variational", [False, True])
@pytest.mark.parametrize("hidden", [(), (5,), (5, 4, 3)])
@pytest.mark.parametrize("activation", ACTIVATIONS.names())
def test_that_the_contraction_adds_its_slope_to_the_gradients_of_the_encoder(activation, hidden, variational):
    spec = Spec(
        hidden=hidden, activation=activation, code_activation="identity" if variational else activation,
        variational=variational, latent=3, replicas=2, seed=3,
    )  # fmt: skip
    network, _, x, _, _ = batch_of(spec, torch.float64)
    start = drawn(network.grads.shape, 5)
    network.grads.copy_(start)
    params = network.params.clone()
    with torch.no_grad():
        add_contraction(network.encoder, x, spec.latent, 0.7)
    assert torch.equal(network.params, params)
    assert not network.params.requires_grad
    for replica in range(2):
        leaf = params[replica].clone().requires_grad_()
        encoder, decoder = naive_halves(spec, leaf, x.shape[-1])
        (0.7 * naive_jacobian(spec, encoder, x[replica]).square().sum() / COUNT).backward()
        added = network.grads[replica] - start[replica]
        torch.testing.assert_close(added, leaf.grad, rtol=1e-9, atol=1e-11)
        assert not added[-sum(bias.numel() + weight.numel() for weight, bias, _ in decoder) :].any()


@given(specs(), st.integers(0, 2))
def test_that_no_penalty_of_a_replica_depends_on_another(spec, touched):
    spec = replace(spec, replicas=3, seed=1)
    network, objective, x, target, epsilon = batch_of(spec, torch.float64)

    def looked():
        seen = network.forward(x, record=True, epsilon=epsilon)
        parts = objective.parts(network, seen, x, target, 1.0)
        network.backward(objective.pulls(network, seen, target, 1.0))
        return [*parts.values(), network.grads.clone()]

    others = [index for index in range(3) if index != touched]
    before = looked()
    network.params[touched] *= 1.5
    for one, other in zip(before, looked(), strict=True):
        assert torch.equal(one[others], other[others])
