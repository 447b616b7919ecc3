"""Penalties against their twins, closed forms, and torch's own distributions and Jacobians."""

import math
from dataclasses import replace

import oracles
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from oracles import COUNT, LATE, batch_of, naive_halves, naive_jacobian
from strategies import specs
from torch.distributions import Normal, kl_divergence

from core.base.generators import Generators
from core.choices import penalties
from core.choices.activations import ACTIVATIONS
from core.choices.penalties import PENALTIES
from core.choices.sparsities import SPARSITIES
from core.experiment.spec import Spec
from core.nn.network import Network
from core.nn.penalties import (
    contraction_gradients,
    divergence,
    divergence_gradients,
    squared_jacobian,
)

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
    ours = divergence(*(torch.tensor([[[value]]], dtype=torch.float64) for value in (mean, log_variance)))
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
        for gradient in divergence_gradients(mean, log_variance, free):
            assert gradient.shape == shape
    activities = mean.sigmoid()
    kept = activities.clone()
    for name in SPARSITIES.names():
        SPARSITIES[name].value(activities, 0.1)
        SPARSITIES[name].gradient(activities, 0.1)
    for name in PENALTIES.names():
        PENALTIES[name].value(activities, Generators(*range(shape[0])))
        PENALTIES[name].gradient(activities, Generators(*range(shape[0])))
    assert torch.equal(activities, kept)
    assert torch.equal(mean, before[0])
    assert torch.equal(log_variance, before[1])


@given(SHAPES, st.integers(0, 999), st.sampled_from([0.0, 0.001, 0.05, 0.5, 50.0]))
def test_that_the_gradients_of_the_divergence_are_those_of_autograd_with_free_bits(shape, seed, free):
    mean, log_variance = (tensor.requires_grad_() for tensor in moments(shape, seed))
    units = kl_divergence(Normal(mean, log_variance.exp().sqrt()), Normal(0.0, 1.0)).mean(1)
    (units.clamp(min=free).sum() * shape[1]).backward()
    ours = divergence_gradients(mean.detach(), log_variance.detach(), free)
    torch.testing.assert_close(ours[0], mean.grad, rtol=1e-9, atol=1e-12)
    torch.testing.assert_close(ours[1], log_variance.grad, rtol=1e-9, atol=1e-12)


@given(st.floats(0.01, 2), st.floats(0.01, 2), st.integers(1, 4))
def test_that_free_bits_let_go_exactly_the_units_that_stay_below_in_the_mean(own, free, count):
    """Two units code `count` images at one mean: the KL of a unit is mean^2 / 2, nats an image."""
    kl = [own, 1.0]
    mean = torch.tensor([[[math.sqrt(2 * nats) for nats in kl]] * count], dtype=torch.float64)
    if min(abs(nats - free) for nats in kl) < 1e-9:
        return
    gradients = divergence_gradients(mean, torch.full_like(mean, 0.0), free)
    for unit, nats in enumerate(kl):
        assert (gradients[0][..., unit] == (mean[..., unit] if nats > free else 0)).all()
    spread = divergence_gradients(torch.zeros_like(mean), torch.full_like(mean, -4.0), 1e-9)[1]
    assert (spread < 0).all()  # too narrow: widen


def test_that_free_bits_are_counted_over_the_images_and_for_every_replica_alone():
    """One image above and one below: what counts is the mean. The second replica is silent."""
    mean = torch.tensor([[[2.0], [0.0]], [[0.1], [0.1]]])  # KL 2 and 0; 0.005 each
    paid = divergence_gradients(mean, torch.zeros_like(mean), 0.9)[0]
    assert paid.flatten().tolist() == [2.0, 0.0, 0.0, 0.0]
    assert not divergence_gradients(mean, torch.zeros_like(mean), 1.1)[0].any()
    assert torch.equal(divergence_gradients(mean, torch.zeros_like(mean), 0.0)[0], mean)


def activities_for(kind, shape, seed):
    """Random ones of both signs; from 0 to 1 where the twin refuses others."""
    signed = drawn(shape, seed, 2.0)
    try:
        oracles.SPARSITIES[kind](torch.full((1, 1), -1.0), 0.5)
    except ValueError:
        return signed.sigmoid()
    return signed


def naive_sparsity(kind, activities, rate):
    """(R,) replica by replica."""
    return [oracles.SPARSITIES[kind](replica, rate).item() for replica in activities]


@pytest.mark.parametrize("kind", SPARSITIES.names())
@given(shape=SHAPES, seed=st.integers(0, 999), rate=RATES)
def test_that_a_sparsity_is_its_twin(kind, shape, seed, rate):
    activities = activities_for(kind, shape, seed)
    ours = SPARSITIES[kind].value(activities, rate)
    assert ours.tolist() == pytest.approx(naive_sparsity(kind, activities, rate), rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("kind", SPARSITIES.names())
@given(shape=SHAPES, seed=st.integers(0, 999), rate=RATES)
def test_that_the_gradient_of_a_sparsity_is_that_of_its_differences(kind, shape, seed, rate):
    activities = activities_for(kind, shape, seed)
    gradient = SPARSITIES[kind].gradient(activities, rate)
    assert gradient.shape == shape
    step = 1e-6 * min(activities.abs().min().item(), (1 - activities).abs().min().item())
    for place in [(0, 0, 0), tuple(length - 1 for length in shape)]:
        sides = []
        for side in (-step, step):
            moved = activities.clone()
            moved[place] += side
            sides.append(naive_sparsity(kind, moved, rate)[place[0]])
        assert gradient[place].item() == pytest.approx((sides[1] - sides[0]) / (2 * step), rel=1e-3, abs=1e-3)


@pytest.mark.parametrize("kind", SPARSITIES.names())
@given(shape=SHAPES, seed=st.integers(0, 999), rate=RATES)
def test_that_the_gradient_of_a_sparsity_is_that_of_autograd(kind, shape, seed, rate):
    activities = activities_for(kind, shape, seed).requires_grad_()
    sum(oracles.SPARSITIES[kind](replica, rate) for replica in activities).backward()
    torch.testing.assert_close(
        SPARSITIES[kind].gradient(activities.detach(), rate), activities.grad, rtol=1e-9, atol=1e-12
    )


def test_that_sparsities_are_what_is_worked_out_by_hand():
    """Two images, two units: mean activities 0.2 and 0.5."""
    activities = torch.tensor([[[0.1, 0.6], [0.3, 0.4]]], dtype=torch.float64)
    kl = [0.1 * math.log(0.1 / mean) + 0.9 * math.log(0.9 / (1 - mean)) for mean in (0.2, 0.5)]
    assert SPARSITIES["kl"].value(activities, 0.1).item() == pytest.approx(sum(kl))
    assert SPARSITIES["l1"].value(-activities, 0.1).item() == pytest.approx(0.2 + 0.5)


@given(RATES, st.integers(1, 5))
def test_that_units_at_their_rate_are_left_alone(rate, count):
    activities = torch.full((2, count, 3), rate, dtype=torch.float64)
    assert SPARSITIES["kl"].value(activities, rate).tolist() == pytest.approx([0, 0], abs=1e-12)
    assert SPARSITIES["kl"].gradient(activities, rate).abs().max().item() < 1e-9


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@given(rate=RATES)
def test_that_units_that_are_always_off_or_on_are_drawn_back_by_finite_gradients(dtype, rate):
    """One unit stuck at 0, one at 1."""
    activities = torch.tensor([[[0.0, 1.0]] * 4], dtype=dtype)
    assert torch.isfinite(SPARSITIES["kl"].value(activities, rate)).all()
    off, on = SPARSITIES["kl"].gradient(activities, rate)[0].T
    assert torch.isfinite(torch.stack([off, on])).all()
    assert (off < 0).all()
    assert (on > 0).all()


def test_that_a_silent_unit_is_not_pulled_by_l1():
    gradient = SPARSITIES["l1"].gradient(torch.tensor([[[0.0, 2.0, -0.5]], [[-0.0, 1.0, 1.0]]]), 0.5)
    assert gradient.tolist() == [[[0, 1, -1]], [[0, 1, 1]]]


@given(specs())
def test_that_the_squared_jacobian_of_the_code_is_that_of_autograd(spec):
    """Deep ones and variational ones, of which only the means count."""
    network, _, x, _, _ = batch_of(spec, torch.float64)
    ours = squared_jacobian(network.encoder, x, spec.latent)
    assert ours.shape == (spec.replicas, COUNT)
    for replica in range(spec.replicas):
        encoder, _ = naive_halves(spec, network.params[replica], x.shape[-1])
        theirs = naive_jacobian(spec, encoder, x[replica])  # (L, N, D)
        torch.testing.assert_close(ours[replica], theirs.square().sum((0, 2)).detach(), rtol=1e-9, atol=1e-12)


def test_that_the_squared_jacobian_of_a_linear_code_is_that_of_its_weights():
    network = Network(Spec(hidden=(), latent=2, code_activation="identity"), 3, torch.float64)
    squares = network.encoder.layers[0].weight.square().sum().item()
    squared = squared_jacobian(network.encoder, torch.rand(1, 4, 3, dtype=torch.float64), 2)
    assert squared[0].tolist() == pytest.approx([squares] * 4)


@pytest.mark.parametrize("variational", [False, True])
@pytest.mark.parametrize("hidden", [(), (5,), (5, 4, 3)])
@pytest.mark.parametrize("activation", ACTIVATIONS.names())
def test_that_the_contraction_adds_its_gradient_to_those_of_the_encoder(activation, hidden, variational):
    spec = Spec(
        hidden=hidden, activation=activation, code_activation="identity" if variational else activation,
        variational=variational, latent=3, replicas=2, seed=3,
    )  # fmt: skip
    network, _, x, _, _ = batch_of(spec, torch.float64)
    start = drawn(network.grads.shape, 5)
    network.grads.copy_(start)
    params = network.params.clone()
    with torch.no_grad():
        for buffer, extra in contraction_gradients(network.encoder, x, spec.latent, 0.7):
            buffer.add_(extra)
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
        parts = objective.parts(network, seen, x, target, LATE)
        generators = Generators(*range(3))
        network.backward(objective.gradients(network, seen, x, target, LATE, generators))
        return [*parts.values(), network.grads.clone()]

    others = [index for index in range(3) if index != touched]
    before = looked()
    network.params[touched] *= 1.5
    for one, other in zip(before, looked(), strict=True):
        assert torch.equal(one[others], other[others])


# -- penalties on the codes of a batch


@pytest.mark.parametrize("kind", PENALTIES.names())
@given(shape=SHAPES, seed=st.integers(0, 999))
def test_that_a_penalty_is_its_twin_on_draws_of_each_replicas_own(kind, shape, seed):
    codes = drawn(shape, seed, 2.0)
    ours = PENALTIES[kind].value(codes, Generators(*range(shape[0])))
    theirs = [
        oracles.PENALTIES[kind](row, oracles.prior_draws(row, replica)).item()
        for replica, row in enumerate(codes)
    ]
    assert ours.tolist() == pytest.approx(theirs, rel=1e-9, abs=1e-12)
    assert (ours >= -1e-12).all()


@pytest.mark.parametrize("kind", PENALTIES.names())
@given(shape=SHAPES, seed=st.integers(0, 999))
def test_that_the_gradient_of_a_penalty_is_that_of_autograd(kind, shape, seed):
    codes = drawn(shape, seed, 2.0).requires_grad_()
    draws = [oracles.prior_draws(row, replica) for replica, row in enumerate(codes)]
    sum(oracles.PENALTIES[kind](*pair) for pair in zip(codes, draws, strict=True)).backward()
    ours = PENALTIES[kind].gradient(codes.detach(), Generators(*range(shape[0])))
    torch.testing.assert_close(ours, codes.grad, rtol=1e-9, atol=1e-12)


def test_that_the_discrepancy_is_what_is_worked_out_by_hand():
    """One code and one draw, L = 2: k is 1 of a point with itself, else 4 / (4 + |x - y|^2)."""
    code = torch.tensor([[[1.0, -2.0]]], dtype=torch.float64)
    draw = oracles.prior_draws(code[0], 0)
    squares = sum((a - b) ** 2 for a, b in zip(code[0, 0].tolist(), draw[0].tolist(), strict=True))
    amount = PENALTIES["mmd"].value(code, Generators(0)).item()
    assert amount == pytest.approx(1 + 1 - 2 * 4 / (4 + squares))


def test_that_the_discrepancy_tells_the_prior_from_what_is_not_the_prior():
    """Draws of the prior itself pay least; what is narrower, wider or elsewhere pays more."""
    normal = drawn((1, 2000, 2), 5)
    amounts = {
        name: PENALTIES["mmd"].value(codes, Generators(1)).item()
        for name, codes in {
            "prior": normal, "narrow": normal * 0.5, "wide": normal * 2, "aside": normal + 1,
            "far": normal + 100,
        }.items()
    }  # fmt: skip
    assert amounts["prior"] < 0.002
    assert min(value for name, value in amounts.items() if name != "prior") > 10 * amounts["prior"]
    assert amounts["far"] == max(amounts.values())


def test_that_a_step_against_the_gradient_brings_codes_nearer_to_the_prior():
    codes = drawn((2, 64, 3), 7) * 0.2 + 1
    for seed in range(300):
        codes -= 10 * PENALTIES["mmd"].gradient(codes, Generators(seed, seed + 1))
    assert codes.mean(1).abs().max() < 0.2
    for replica in codes:
        torch.testing.assert_close(torch.cov(replica.T), torch.eye(3).double(), rtol=0, atol=0.3)


def test_that_codes_of_one_image_alone_are_drawn_to_the_prior_and_stay_finite():
    gradient = PENALTIES["mmd"].gradient(torch.full((1, 1, 2), 50.0), Generators(0))
    assert torch.isfinite(gradient).all()
    assert (gradient > 0).all()


@pytest.mark.parametrize("shape", [(1, 1, 1), (3, 5, 2), (2, 9, 4)])
@pytest.mark.parametrize("pairs", [1, 13, 40, 200, 10**9])
def test_that_the_discrepancy_is_the_same_in_pieces(shape, pairs, monkeypatch):
    codes, generators = drawn(shape, 3), lambda: Generators(*range(shape[0]))
    whole = PENALTIES["mmd"].value(codes, generators()), PENALTIES["mmd"].gradient(codes, generators())
    monkeypatch.setattr(penalties, "PAIRS", pairs)
    pieces = PENALTIES["mmd"].value(codes, generators()), PENALTIES["mmd"].gradient(codes, generators())
    torch.testing.assert_close(pieces, whole, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("shape", [(64, 512, 2), (1, 3000, 2)])
def test_that_many_replicas_or_images_never_make_a_kernel_of_more_pairs_than_may_be_held(shape, monkeypatch):
    """In float32, 4 million pairs are 16 MB; all pairs of 64 replicas of 512 codes would be 268 MB."""
    codes, sizes, kernel = drawn(shape, 3).float(), [], penalties._kernel

    def counted(x, y):
        sizes.append(kernel(x, y).numel())
        return kernel(x, y)

    monkeypatch.setattr(penalties, "_kernel", counted)
    PENALTIES["mmd"].gradient(codes, Generators(*range(shape[0])))
    assert sum(sizes) == 2 * shape[0] * shape[1] ** 2
    assert max(sizes) <= penalties.PAIRS == 4_000_000
