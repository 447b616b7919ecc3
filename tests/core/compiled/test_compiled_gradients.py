"""Gradients and steps of the compiled engine against torch's and the usual loop in double precision."""

from contextlib import suppress
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
import torch
from hypothesis import example, given
from hypothesis import strategies as st
from strategies import COSTLY, KINDS, specs
from usual import ENGINES, TINY, by_layer, trainer_of, usual_course

from core import Dataset, Spec
from core.choices.activations import ACTIVATIONS
from core.choices.losses import LOSSES, OUTPUTS, REDUCTIONS
from core.choices.optimizers import OPTIMIZERS, Stepper
from core.compiled.suits import has_forms
from core.data.noise import NOISES
from core.train import run as training
from core.train.trainer import Diverged

OBJECTIVES = [
    (loss, output) for loss, output in product(LOSSES.names(), OUTPUTS.names())
    if loss != "bce" or output == "sigmoid"
]  # fmt: skip
HEADS = {
    "ordinary": {"hidden": (5, 6), "latent": 3},
    "variational": {"hidden": (5, 6), "latent": 3, "variational": True, "code_activation": "identity"},
}
CASES = list(product(ACTIVATIONS.names(), OBJECTIVES, HEADS))

VARIANTS = [
    {"batch_size": 0, "reduction": "sum", "focus": 0.0, "noise": "flip", "noise_level": 0.2},
    {"batch_size": 3, "reduction": "mean", "focus": 0.5, "replicas": 3},
    {"batch_size": 1, "reduction": "sum", "focus": 0.0, "shuffle": False},
    {"batch_size": 5, "focus": 1.5, "noise": "gaussian", "noise_level": 0.3, "replicas": 2},
    {"batch_size": 100, "reduction": "mean", "focus": 0.0, "hidden": (), "latent": 9},
    {"batch_size": 4, "shuffle": False, "hidden": (9,), "latent": 1, "noise": "block", "noise_level": 0.4},
    {"batch_size": 1, "shuffle": True, "focus": 0.7, "noise": "masking", "noise_level": 0.5},
]  # fmt: skip
"""What else differs from case to case: whole sets, remainders of three and one, single images."""

# small steps of SGD with momentum: the velocity gathers the gradients of all batches near one place
GENTLE = {"optimizer": "sgd", "momentum": 0.5, "learning_rate": 1e-6}


def gradients(spec, by_replica=None):
    """The gradients that an epoch gathers: compiled, torch's and in double precision, (R, P) each."""
    compiled, torchs = (trainer_of(replace(spec, **GENTLE), engine, by_replica) for engine in ENGINES)
    assert (compiled.engine, torchs.engine) == ENGINES
    exact = usual_course(compiled).velocity
    compiled.step()
    torchs.step()
    return (*(trainer.optimizer.slots["velocity"].double() for trainer in (compiled, torchs)), exact)


def furthest(spec, ours, theirs):
    """The largest difference, as a share of the largest number of its layer."""
    pairs = zip(by_layer(spec, TINY, ours), by_layer(spec, TINY, theirs), strict=True)
    return max(float((a - b).abs().max() / max(b.abs().max(), 1e-6)) for a, b in pairs)


def check(spec, by_replica=None, most=1e-5):
    compiled, torchs, exact = gradients(spec, by_replica)
    assert furthest(spec, compiled, exact) <= most, spec
    assert furthest(spec, compiled, torchs) <= most, spec


def varied(activation, objective, head, number):
    """The spec of a case, with the variant of that number."""
    (loss, output), variant = objective, VARIANTS[number % len(VARIANTS)]
    code = {"code_activation": activation}
    return Spec(
        **(code | HEADS[head] | variant),
        activation=activation,
        loss=loss,
        output=output,
        epochs=9,
        seed=number,
    )


@pytest.mark.parametrize("activation", ACTIVATIONS.names())
def test_that_the_gradient_of_every_activation_loss_and_head_is_torchs_and_that_of_double_precision(
    activation,
):
    for number, (name, objective, head) in enumerate(CASES):
        if name == activation:
            check(varied(name, objective, head, number))


@pytest.mark.slow
@pytest.mark.parametrize("variant", range(len(VARIANTS)))
def test_that_no_variant_of_any_activation_loss_and_head_parts_the_gradients(variant):
    """Less near than above: of a thousand layers some are nearly dead, and torch is no nearer there."""
    for case, seed in product(CASES, range(3)):
        check(varied(*case, variant + seed * len(VARIANTS)), most=5e-5)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if not KINDS[kind].get("contraction")])
def test_that_the_gradient_of_every_kind_is_torchs_and_that_of_double_precision(kind):
    for number, variant in enumerate(VARIANTS):
        plain = {"activation": "tanh", "seed": number, "epochs": 9}
        fields = plain | variant | KINDS[kind]
        if fields.get("sparse_units") == "hidden" and not fields.get("hidden", True):
            fields["hidden"] = (5,)
        check(Spec(**fields))


@pytest.mark.parametrize("noise", NOISES.names())
def test_that_every_noise_feeds_what_torch_feeds(noise):
    """To the bit, but for normal numbers; and the random generators go on alike."""
    for number, (level, variant) in enumerate(product((0.15, 0.5, 1.0), VARIANTS)):
        spec = Spec(**variant | {"noise": noise, "noise_level": level, "seed": number, "epochs": 9})
        check(spec)
        compiled, torchs = (trainer_of(spec, engine) for engine in ENGINES)
        for _ in range(2):
            compiled.step()
            torchs.step()
        fed, theirs = (trainer.snapshot(spec.replicas - 1).fed for trainer in (compiled, torchs))
        np.testing.assert_allclose(fed, theirs, rtol=0, atol=1e-5 if noise == "gaussian" else 0)
        assert torch.equal(compiled.generators.state(), torchs.generators.state())


BY_REPLICA = {
    "learning_rate": [1e-6, 1e-5, 1e-7], "noise_level": [0.0, 0.35, 0.8], "beta": [0.0, 0.5, 3.0],
    "sparsity_weight": [0.0, 0.1, 2.0], "penalty_weight": [0.0, 1.0, 30.0], "seed": [4, 4, 9],
}  # fmt: skip


@pytest.mark.parametrize("kind", ["denoising", "variational", "l1 hidden", "kl code", "wasserstein"])
@pytest.mark.parametrize("noise", ["salt-and-pepper", "salt-and-pepper-count", "block", "gaussian"])
def test_that_replicas_that_differ_have_each_its_own_gradient(kind, noise):
    spec = Spec(**{"activation": "tanh"} | KINDS[kind] | {"noise": noise, "replicas": 3, "batch_size": 4})
    check(spec, BY_REPLICA)


@COSTLY
@given(specs(), st.integers(0, 6))
def test_that_the_gradient_of_any_spec_is_torchs_and_that_of_double_precision(spec, batch_size):
    """Less near than those above: the sums of a layer of one unit may cancel, in torch as here."""
    check(replace(spec, contraction=0.0, batch_size=batch_size), most=1e-4)


def steps(spec, engine):
    trainer = trainer_of(spec, engine)
    before = trainer.network.params.double()
    trainer.step()
    return trainer.network.params.double() - before


@pytest.mark.parametrize("optimizer", OPTIMIZERS.names())
def test_that_one_step_of_every_activation_loss_and_head_is_torchs_where_no_sign_is_in_doubt(optimizer):
    for activation, objective, head in CASES:
        spec = replace(
            varied(activation, objective, head, 1), optimizer=optimizer, learning_rate=0.01, weight_decay=0.1,
            batch_size=0, replicas=1,
        )  # fmt: skip
        start = trainer_of(spec, "torch")
        exact = usual_course(start)
        sure = exact.gradients.abs() > 1e-3 * torch.cat(
            [layer.abs().max().expand_as(layer) for layer in by_layer(spec, TINY, exact.gradients)]
        )
        assert sure.any()
        wanted = (exact.params - start.network.params.double())[sure]
        for engine in ENGINES:
            found = steps(spec, engine)[sure]
            torch.testing.assert_close(found, wanted, rtol=1e-3, atol=3e-7, msg=engine)


@given(
    name=st.sampled_from(OPTIMIZERS.names()), momentum=st.sampled_from([0.0, 0.5, 0.99]),
    beta2=st.sampled_from([0.0, 0.9, 0.999]), decay=st.floats(0, 0.5), seed=st.integers(0, 99),
    rates=st.tuples(st.floats(1e-4, 1), st.floats(1e-4, 1)),
)  # fmt: skip
@example(name="adam", momentum=0.99, beta2=0.0, decay=0.0, seed=25, rates=(0.25, 0.5))
def test_that_the_form_of_an_optimiser_follows_its_torch_form_in_double_precision(
    name, momentum, beta2, decay, seed, rates
):
    """Step by step, through gradients of every sign, some of them zero, and a new rate.

    Gradients may cancel in a mean, which is then divided by almost nothing. So how near is judged by a twin
    that starts below zero and whose gradients are all positive: nothing cancels there, and its numbers are as
    large as what was added up, as far as the rule remembers it.
    """
    spec = Spec(momentum=momentum, beta2=beta2, weight_decay=decay)
    draw, form = np.random.default_rng(seed), OPTIMIZERS[name].compiled
    start = draw.normal(size=(1, 6)).astype(np.float32)
    theirs, large = torch.from_numpy(start).double(), -torch.from_numpy(start).double().abs()
    stepper, twin = Stepper.on(name, theirs), Stepper.on(name, large)
    ours = [(p, np.float32(0), np.float32(0)) for p in start[0]]
    for step in range(1, 13):
        rate = rates[step > 6]
        # of very different sizes: a running mean must not remember more digits of what it forgets
        sizes = 10.0 ** draw.integers(-4, 4, 6) * (draw.random(6) > 0.3)
        grads = (draw.normal(size=6) * sizes).astype(np.float32)
        exact = torch.from_numpy(grads).double()[None]
        twin.step(large, exact.abs(), rate, spec)
        stepper.step(theirs, exact, rate, spec)
        shared = [np.float32(c) for c in form.constants(rate, step, momentum, beta2, decay)]
        ours = [
            form.move(p, g, first, second, *shared) for (p, first, second), g in zip(ours, grads, strict=True)
        ]
        assert {type(number) for row in ours for number in row} == {np.float32}
        wanted, most = (
            torch.cat([rows, *own.slots.values()]) for rows, own in ((theirs, stepper), (large, twin))
        )
        away = np.abs(np.array(ours, float).T[: len(wanted)] - wanted.numpy())
        assert (away <= 3e-6 * most.abs().numpy()).all()


@pytest.mark.parametrize("name", ["adam", "adamw", "rmsprop"])
def test_that_a_weight_whose_squared_gradient_overflowed_stands_still(name):
    form = OPTIMIZERS[name].compiled
    weight, rows = np.float32(0.5), [np.float32(0.5), np.float32(0), np.float32(0)]
    with np.errstate(over="ignore"):
        for step, gradient in enumerate((1e30, 1.0, 1.0), 1):
            shared = [np.float32(c) for c in form.constants(0.01, step, 0.9, 0.999, 0.0)]
            rows = form.move(rows[0], np.float32(gradient), *rows[1:], *shared)
    assert rows[0] == weight
    assert np.isinf(rows[1:]).sum() == 1


def many(count):
    images = np.random.default_rng(1).random((count, 4, 5), dtype=np.float32)
    return Dataset("many", images, tuple(map(str, range(count))))


@pytest.mark.parametrize("noise", ["none", "flip"])
@pytest.mark.parametrize("kind", [kind for kind in KINDS if not KINDS[kind].get("contraction")])
def test_that_the_curves_are_those_of_the_torch_engine(kind, noise, monkeypatch):
    """Of more images than are measured at a time, and of a set of which only some are measured."""
    for shown in (1000, 75):
        monkeypatch.setattr(training, "EVALUATED", shown)
        fields = {"noise": noise, "noise_level": 0.2, "replicas": 2, "batch_size": 32, "epochs": 4} | KINDS[
            kind
        ]
        compiled, torchs = (trainer_of(Spec(**fields), engine, None, many(150)) for engine in ENGINES)
        with suppress(Diverged):
            compiled.run()
            torchs.run()
        ours, theirs = (trainer.history.curves() for trainer in (compiled, torchs))
        assert ours.epochs.tolist() == theirs.epochs.tolist() == [0, 1, 2, 3, 4]
        for name, values in theirs.values.items():
            # of 3,000 pixels a few may stand on the edge of being on
            apart = 3 if name == "wrong_pixels" else 1 if "recognised" in name or name == "perfect" else 1e-6
            np.testing.assert_allclose(ours.values[name], values, rtol=2e-4, atol=apart, err_msg=name)


def test_that_every_combination_offered_has_compiled_forms():
    from core.experiment.replicas import ByReplica

    for activation, objective, head in CASES:
        for optimizer, reduction in product(OPTIMIZERS.names(), REDUCTIONS.names()):
            spec = replace(varied(activation, objective, head, 0), optimizer=optimizer, reduction=reduction)
            assert has_forms(ByReplica(spec))
