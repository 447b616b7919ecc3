"""Losses, their parts and their weighting by focus against closed forms in plain Python."""

import math
from dataclasses import replace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from oracles import COUNT, LATE, PENALTIES, batch_of, naive_halves, naive_jacobian, prior_draws
from strategies import KINDS, specs

from core.base.generators import Generators
from core.choices.losses import OUTPUTS
from core.experiment.replicas import ByReplica
from core.experiment.spec import Spec
from core.nn.objective import Objective, focus_weights

PAIRS = [("bce", "sigmoid")] + [
    (loss, output) for loss in ("squared-error", "half-squared-error") for output in ("sigmoid", "tanh")
]


def closed_form(loss, output, z, pixel):
    """Loss of one pixel from its logit, in doubles."""
    if loss == "bce":  # -log p or -log (1 - p) of p = 1 / (1 + exp -z), which rounds to 1 from 37 on
        wrong = -z if pixel else z
        return max(wrong, 0.0) + math.log1p(math.exp(-abs(z)))
    # the logistic function by tanh, which does not overflow
    a, t = ((1 + math.tanh(z / 2)) / 2, pixel) if output == "sigmoid" else (math.tanh(z), 2 * pixel - 1)
    return (a - t) ** 2 * (0.5 if loss.startswith("half") else 1)


@pytest.mark.parametrize(("loss", "output"), PAIRS)
@pytest.mark.parametrize("reduction", ["sum", "mean"])
@given(data=st.data())
def test_that_the_loss_of_an_image_is_its_closed_form(loss, output, reduction, data):
    rows = data.draw(
        st.lists(
            st.lists(st.tuples(st.floats(-12, 12), st.booleans()), min_size=3, max_size=3),
            min_size=1, max_size=4,
        )
    )  # fmt: skip
    objective = Objective(ByReplica(Spec(loss=loss, output=output, reduction=reduction)), 3)
    logits = torch.tensor([[[z for z, _ in row] for row in rows]], dtype=torch.float64)
    pixels = torch.tensor([[[float(on) for _, on in row] for row in rows]], dtype=torch.float64)
    ours = objective.per_image(logits, objective.output.encode(pixels))[0].tolist()
    theirs = [sum(closed_form(loss, output, z, int(on)) for z, on in row) for row in rows]
    assert ours == pytest.approx([loss / (3 if reduction == "mean" else 1) for loss in theirs], rel=1e-7)


@pytest.mark.parametrize(("loss", "output"), PAIRS)
@pytest.mark.parametrize("reduction", ["sum", "mean"])
@given(seed=st.integers(0, 999), count=st.integers(1, 5), focus=st.sampled_from([0.0, 0.5, 2.0]))
def test_that_the_gradient_is_that_of_the_weighted_mean_loss(loss, output, reduction, seed, count, focus):
    generator = torch.Generator().manual_seed(seed)
    objective = Objective(ByReplica(Spec(loss=loss, output=output, reduction=reduction, focus=focus)), 4)
    logits = torch.randn(2, count, 4, generator=generator, dtype=torch.float64).mul_(3).requires_grad_()
    target = objective.output.encode(torch.rand(2, count, 4, generator=generator, dtype=torch.float64))
    losses = Objective.per_image(objective, logits * 1, target)
    weights = (losses / losses.mean(1, keepdim=True)).clamp(min=0.05) ** focus
    (losses * weights.detach()).mean(1).sum().backward()
    torch.testing.assert_close(
        objective.gradient(logits.detach(), target), logits.grad, rtol=1e-9, atol=1e-13
    )


@pytest.mark.parametrize("output", OUTPUTS.names())
@given(pixel=st.floats(0, 1, width=32))
def test_that_pixels_come_back_from_their_coding(output, pixel):
    coding = OUTPUTS[output]
    x = torch.tensor([pixel])
    torch.testing.assert_close(coding.decode(coding.encode(x)), x, rtol=0, atol=1e-7)


@given(st.lists(st.floats(0, 50), min_size=1, max_size=8), st.floats(0, 2))
def test_that_focus_is_a_power_of_the_share_of_the_mean_with_a_floor(losses, power):
    mean = sum(losses) / len(losses)
    if mean < 1e-30:
        return
    ours = focus_weights(torch.tensor(losses, dtype=torch.float64).view(1, -1, 1), power)
    assert ours.flatten().tolist() == pytest.approx([max(loss / mean, 0.05) ** power for loss in losses])


@pytest.mark.parametrize("power", [0.5, 1.0, 2.0])
def test_that_focus_stays_finite_where_nothing_is_left_to_learn(power):
    assert torch.isfinite(focus_weights(torch.zeros(2, 3, 1), power)).all()


def plain_parts(spec, seen, hidden, x, target, jacobian):
    """What one replica pays for its pass (codes, log-variances, logits), number by number."""
    pixels = [[(value + 1) / 2 if spec.output == "tanh" else value for value in row] for row in target]
    images = [
        sum(closed_form(spec.loss, spec.output, z, pixel) for z, pixel in zip(*rows, strict=True))
        / (len(rows[0]) if spec.reduction == "mean" else 1)
        for rows in zip(seen["logits"], pixels, strict=True)
    ]
    parts = {"reconstruction": sum(images) / len(images), "kl": 0.0, "sparsity": 0.0, "contraction": 0.0}
    parts["penalty"] = 0.0
    paid = 0.0
    if spec.variational:
        units = []
        for means, logs in zip(*(zip(*seen[name], strict=True) for name in ("codes", "logs")), strict=True):
            nats = [(m * m + math.exp(v) - 1 - v) / 2 for m, v in zip(means, logs, strict=True)]
            units.append(sum(nats) / len(nats))
        parts["kl"] = sum(units)
        paid = sum(max(spec.free_bits, unit) for unit in units)
        paid /= len(units) if spec.kl_reduction == "mean" else 1
    for layer in [seen["codes"]] if spec.sparse_units == "code" else hidden:
        for unit in zip(*layer, strict=True):
            mean, rate = sum(unit) / len(unit), spec.sparsity_rate
            if spec.sparsity == "l1":
                parts["sparsity"] += spec.sparsity_weight * sum(map(abs, unit)) / len(unit)
            elif spec.sparsity == "kl":
                kl = rate * math.log(rate / mean) + (1 - rate) * math.log((1 - rate) / (1 - mean))
                parts["sparsity"] += spec.sparsity_weight * kl
    parts["contraction"] = spec.contraction * sum(slope**2 for slope in jacobian) / len(images)
    codes = torch.tensor(seen["codes"], dtype=torch.float64)
    if spec.penalty != "none":
        parts["penalty"] = spec.penalty_weight * PENALTIES[spec.penalty](codes, prior_draws(codes, 0)).item()
    return parts, paid


@given(specs(), st.integers(0, 60))
def test_that_every_part_of_the_loss_is_what_it_says_and_they_add_up(spec, epoch):
    network, objective, x, target, epsilon = batch_of(spec, torch.float64)
    seen = network.forward(x, record=True, epsilon=epsilon)
    ours = objective.parts(network, seen, x, target, epoch)
    assert set(ours) == {"loss", "reconstruction", "kl", "sparsity", "contraction", "penalty"}
    share = min(1, epoch / spec.kl_warmup) if spec.kl_warmup else 1
    for row in range(spec.replicas):
        lists = {"codes": seen.codes[row].tolist(), "logits": seen.logits[row].tolist()}
        lists["logs"] = None if seen.log_variance is None else seen.log_variance[row].tolist()
        hidden = [activity[row].tolist() for activity in network.encoder.hidden]
        encoder, _ = naive_halves(spec, network.params[row], x.shape[-1])
        jacobian = naive_jacobian(spec, encoder, x[row]).flatten().tolist()
        theirs, paid = plain_parts(spec, lists, hidden, x[row].tolist(), target[row].tolist(), jacobian)
        for name, value in theirs.items():
            assert ours[name].shape == (spec.replicas,)
            assert ours[name][row].item() == pytest.approx(value, rel=1e-8, abs=1e-12), name
        total = sum(theirs.values()) - theirs["kl"] + share * spec.beta * paid
        assert ours["loss"][row].item() == pytest.approx(total, rel=1e-8)


def parts_of(spec, share):
    """The parts of a batch at an epoch where this share of beta, in hundredths, is the KL weight."""
    spec = replace(spec, kl_warmup=100)
    network, objective, x, target, _ = batch_of(spec, torch.float64)
    parts = objective.parts(network, network.forward(x, record=True), x, target, round(100 * share))
    return {name: value.tolist() for name, value in parts.items()}


WEIGHED = {
    "sparsity_weight": ("sparsity", {"sparsity": "l1", "sparsity_weight": 0.3}),
    "contraction": ("contraction", {"contraction": 0.3}),
    "penalty_weight": ("penalty", {"penalty": "mmd", "penalty_weight": 0.3}),
}


@pytest.mark.parametrize("field", WEIGHED)
def test_that_a_penalty_grows_with_its_weight_and_moves_no_other_part(field):
    part, fields = WEIGHED[field]
    spec = Spec(**fields, variational=part != "penalty", hidden=(4,), latent=3)
    one, two = parts_of(spec, 0.5), parts_of(replace(spec, **{field: 0.6}), 0.5)
    none = parts_of(replace(spec, **{field: 0.0}), 0.5)
    assert two[part] == pytest.approx([2 * paid for paid in one[part]])
    assert none[part] == [0]
    for name in {"reconstruction", "kl", "sparsity", "contraction", "penalty"} - {part}:
        assert one[name] == two[name] == none[name]
    assert one["loss"][0] - none["loss"][0] == pytest.approx(one[part][0])


def test_that_beta_and_free_bits_weigh_the_loss_and_not_the_shown_kl():
    spec = Spec(variational=True, hidden=(4,), latent=3)
    kl = parts_of(spec, 0.0)["kl"][0]
    assert kl > 0
    for beta, share_of_beta in ((0.0, 1.0), (0.5, 1.0), (2.0, 1.0), (2.0, 0.0), (2.0, 0.25)):
        for reduction, share in (("sum", 1), ("mean", 3)):
            for free, paid in ((0.0, kl), (100.0, 300.0)):
                parts = parts_of(
                    replace(spec, beta=beta, kl_reduction=reduction, free_bits=free), share_of_beta
                )
                assert parts["kl"] == [kl]
                assert parts["loss"][0] - parts["reconstruction"][0] == pytest.approx(
                    share_of_beta * beta * paid / share, abs=1e-9
                )


@pytest.mark.parametrize("kind", KINDS)
def test_that_only_the_parts_that_a_kind_has_are_paid(kind):
    spec = Spec(**KINDS[kind])
    parts = parts_of(spec, 1.0)
    assert (parts["kl"][0] > 0) is spec.variational
    assert (parts["sparsity"][0] > 0) is (spec.sparsity != "none")
    assert (parts["contraction"][0] > 0) is (spec.contraction > 0)
    assert (parts["penalty"][0] > 0) is (spec.penalty != "none")
    network, objective, x, target, epsilon = batch_of(spec, torch.float32)
    seen = network.forward(x, record=True, epsilon=epsilon)
    gradients = objective.gradients(network, seen, x, target, LATE, Generators(0))
    assert (gradients.log_variance is not None) is spec.variational
    assert len(gradients.hidden) == (len(spec.hidden) if spec.sparse_units == "hidden" else 0)
    at_code = (spec.sparsity != "none" and spec.sparse_units == "code") or spec.penalty != "none"
    assert (gradients.codes is not None) is (spec.variational or at_code)
    assert bool(gradients.parameters) is (spec.contraction > 0)


@pytest.mark.parametrize("kl_reduction", ["sum", "mean"])
def test_that_the_gradients_of_the_divergence_vanish_exactly_below_the_free_bits(kl_reduction):
    spec = Spec(variational=True, hidden=(4,), latent=4, replicas=2, kl_reduction=kl_reduction)
    network, objective, x, target, epsilon = batch_of(spec, torch.float64)
    seen = network.forward(x, record=True, epsilon=epsilon)
    own = (seen.codes**2 + seen.log_variance.exp() - 1 - seen.log_variance).mean(1) / 2  # (R, L)
    free = own.flatten().sort().values[3:5].mean().item()  # half of the units lie below
    half_warm = replace(spec, free_bits=free, beta=1.4, kl_warmup=10)
    objective = Objective(ByReplica(half_warm), x.shape[-1])
    gradients = objective.gradients(network, seen, x, target, 5, Generators(0, 1))
    for gradient, whole in [
        (gradients.codes, seen.codes), (gradients.log_variance, (seen.log_variance.exp() - 1) / 2),
    ]:  # fmt: skip
        wanted = whole * 0.7 / COUNT / (4 if kl_reduction == "mean" else 1)
        torch.testing.assert_close(gradient, wanted * (own > free).unsqueeze(1), rtol=1e-12, atol=0)
        assert ((gradient == 0).all(1) == (own <= free)).all()
        assert 0 < (own > free).sum() < own.numel()
