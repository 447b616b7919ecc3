"""Live changes beside compiled epochs, also those that hand a run from one engine to the other."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from bits import bits
from hypothesis import given, settings
from hypothesis import strategies as st

from core import Dataset, Spec, Trainer, load_run, save_run
from core.choices.activations import ACTIVATIONS, Activation
from core.compiled.suits import engine
from core.data.noise import NOISES, Noise
from core.experiment.replicas import ByReplica

SPEC = Spec(hidden=(8,), activation="tanh", epochs=60, batch_size=11)
VAE = replace(SPEC, variational=True, beta=0.5, kl_warmup=20)

CHANGES = {
    "noise on": (SPEC, {"noise": "flip", "noise_level": 0.2}),
    "another noise": (replace(SPEC, noise="flip", noise_level=0.1), {"noise": "block", "noise_level": 0.4}),
    "noise off": (replace(SPEC, noise="gaussian", noise_level=0.2), {"noise": "none"}),
    "noise level": (replace(SPEC, noise="masking", noise_level=0.2), {"noise_level": 0.0}),
    "rate": (SPEC, {"learning_rate": 0.001, "schedule": "cosine"}),
    "optimiser fields": (
        replace(SPEC, optimizer="adamw"),
        {"momentum": 0.5, "beta2": 0.9, "weight_decay": 0.5},
    ),
    "beta": (VAE, {"beta": 2.0, "kl_warmup": 5, "free_bits": 0.1}),
    "focus": (SPEC, {"focus": 0.8}),
    "sparsity": (replace(SPEC, sparsity="l1", sparse_units="hidden"), {"sparsity_weight": 0.0}),
    "penalty": (replace(SPEC, penalty="mmd"), {"penalty_weight": 0.0}),
    "epochs": (SPEC, {"epochs": 33}),
    "contraction": (SPEC, {"contraction": 0.1}),
}


@pytest.mark.parametrize("name", CHANGES)
def test_that_a_live_change_leaves_the_weights_and_then_goes_the_way_of_the_torch_engine(name):
    spec, fields = CHANGES[name]
    ours, theirs = Trainer(spec), Trainer(spec, engine="torch")
    assert ours.engine == "compiled"
    for settings_now in (replace(spec, **fields), spec):
        for trainer in (ours, theirs):
            trainer.advance(9)
            held = bits(trainer)
            trainer.update(settings_now)
            assert bits(trainer) == held
        assert ours.engine == ("torch" if settings_now.contraction else "compiled")
    ours.run()
    theirs.run()
    assert ours.epoch == theirs.epoch == 60
    assert torch.equal(ours.checkpoint().generators[:, 8:5024], theirs.checkpoint().generators[:, 8:5024])
    torch.testing.assert_close(ours.network.params, theirs.network.params, rtol=1e-3, atol=2e-3)
    for name, values in theirs.history.curves().values.items():
        if name in ("loss", "reconstruction", "squared_error"):
            np.testing.assert_allclose(ours.history.curves().values[name], values, rtol=5e-3, err_msg=name)


@given(
    st.lists(st.tuples(st.integers(0, 9), st.sampled_from(list(CHANGES))), min_size=1, max_size=4),
    st.integers(1, 20),
)
@settings(max_examples=10)
def test_that_a_run_of_changes_has_the_same_bits_in_slices_and_after_a_file(tmp_path_factory, course, slices):
    """A change is made after an epoch; what is saved then goes on with the fields as they are."""
    path = tmp_path_factory.mktemp("runs") / "run.tp5"
    one, other = Trainer(SPEC), Trainer(SPEC)
    for pause, name in course:
        until, fields = one.epoch + pause, CHANGES[name][1]
        known = {key: value for key, value in fields.items() if key != "epochs"}
        for _ in range(pause):
            one.step()
        while other.epoch < until:
            other.advance(min(slices, until - other.epoch))
        one.update(replace(one.spec, **known))
        other.update(replace(other.spec, **known))
        save_run(other, path)
        other = load_run(path)
        assert bits(one) == bits(other)
        assert one.engine == other.engine
    assert bits(one.run()) == bits(other.run())


def test_that_fewer_epochs_end_a_run_and_more_let_it_go_on():
    run, whole = Trainer(SPEC), Trainer(SPEC)
    run.advance(40)
    run.update(replace(SPEC, epochs=20))
    assert run.finished
    assert run.advance(5) == 0
    run.update(replace(SPEC, epochs=45))
    assert run.advance(10**6) == 5
    run.update(SPEC)
    assert run.advance(10**6) == 15
    assert bits(run) == bits(whole.run())


# -- which engine


SMALL = Dataset("small", np.random.default_rng(0).random((9, 4, 4), dtype=np.float32), tuple("abcdefghi"))


def suits(spec, by_replica=None, device="cpu"):
    return engine(ByReplica(spec, by_replica or {}), SMALL, device)


def test_that_a_card_and_a_contraction_are_for_torch():
    assert suits(SPEC) == "compiled"
    assert suits(SPEC, device="cuda") == suits(SPEC, device="mps") == "torch"
    assert suits(replace(SPEC, contraction=0.1)) == "torch"
    assert suits(replace(SPEC, replicas=2), {"contraction": [0.0, 0.1]}) == "torch"
    assert (
        suits(replace(SPEC, replicas=40_000))
        == suits(replace(SPEC, hidden=(2000, 2000), batch_size=0))
        == "torch"
    )


def test_that_a_record_without_a_compiled_form_is_for_torch_where_it_is_used():
    ACTIVATIONS.add(Activation("cube", "Cube", "x^3.", lambda z: z**3, lambda g, z, a: 3 * g * z.square()))
    dim = Noise(
        "dim", "Dim", "Half.", lambda x, level, generators, shape: x * level, NOISES["none"].log_likelihood
    )
    NOISES.add(dim)
    try:
        assert (
            suits(replace(SPEC, activation="cube")) == suits(replace(SPEC, code_activation="cube")) == "torch"
        )
        assert suits(replace(SPEC, noise="dim")) == "compiled"
        assert suits(replace(SPEC, noise="dim", noise_level=0.5)) == "torch"
        spec = replace(SPEC, noise="dim", noise_level=0.5, activation="cube")
        for asked in (None, "compiled"):
            run = Trainer(spec, SMALL, engine=asked)
            assert run.engine == "torch"
            assert run.advance(3) == 3
        run = Trainer(replace(SPEC, noise="dim"), SMALL)
        assert run.engine == "compiled"
        run.advance(3)
        run.update(replace(SPEC, noise="dim", noise_level=0.5))
        assert run.engine == "torch"
        assert run.advance(3) == 3
    finally:
        del ACTIVATIONS._records["cube"], NOISES._records["dim"]


def test_that_a_record_that_came_after_the_compiled_function_was_written_is_for_torch(monkeypatch):
    """Also one in place of another: the function would take it for the one that it knows, or do nothing."""
    assert Trainer(replace(SPEC, epochs=1), SMALL).advance(1) == 1
    assert suits(SPEC) == "compiled"
    monkeypatch.setattr(ACTIVATIONS, "_records", dict(ACTIVATIONS._records))
    ACTIVATIONS.add(replace(ACTIVATIONS["tanh"], name="late"))
    assert suits(replace(SPEC, activation="late")) == "torch"
    assert suits(replace(SPEC, code_activation="late")) == "torch"
    ACTIVATIONS._records["tanh"] = replace(ACTIVATIONS["relu"], name="tanh")
    assert suits(SPEC) == "torch"


def test_that_a_record_that_is_gone_leaves_the_others_as_they_were(monkeypatch):
    spec = replace(SPEC, activation="gelu")
    before = bits(Trainer(spec, SMALL, engine="compiled").run())
    rest = {name: record for name, record in ACTIVATIONS._records.items() if name != "tanh"}
    monkeypatch.setattr(ACTIVATIONS, "_records", rest)
    assert bits(Trainer(spec, SMALL, engine="compiled").run()) == before


def test_that_the_choice_follows_from_spec_and_data_set_alone():
    for fields in ({}, {"replicas": 40}, {"hidden": (300,)}, {"batch_size": 1}):
        spec = replace(SPEC, **fields)
        choices = {
            suits(replace(spec, seed=seed, learning_rate=rate)) for seed in (0, 5) for rate in (0.1, 1e-4)
        }
        run = Trainer(spec, SMALL, threads=2)
        assert {run.engine} == choices
        run.advance(2)
        run.update(run.spec)
        assert {run.engine} == choices
