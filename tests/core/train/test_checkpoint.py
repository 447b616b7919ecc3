"""A checkpoint is all that a run goes on from, taken once and never changed."""

from dataclasses import FrozenInstanceError, fields, replace

import numpy as np
import pytest
import torch
from bits import bits
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import KINDS

from core import Spec, Trainer, preset
from core.train.checkpoint import CheckpointError
from core.train.trainer import Diverged

SMALL = Spec(hidden=(6,), epochs=30, noise="flip", noise_level=0.1, batch_size=8)


def stepped(trainer, count):
    for _ in range(count):
        trainer.step()
    return trainer


@pytest.mark.parametrize("kind", KINDS)
@given(st.integers(0, 5), st.integers(1, 5), st.integers(0, 5))
@settings(max_examples=2)
def test_that_going_back_is_as_if_what_followed_had_never_been(kind, before, wasted, after):
    spec = replace(SMALL, replicas=2, **KINDS[kind])
    trainer = stepped(Trainer(spec), before)
    checkpoint = trainer.checkpoint()
    stepped(trainer, wasted)
    trainer.restore(checkpoint)
    assert bits(trainer) == bits(stepped(Trainer(spec), before))
    assert bits(stepped(trainer, after)) == bits(stepped(Trainer(spec), before + after))


@given(st.lists(st.integers(0, 8), min_size=1, max_size=6))
@settings(max_examples=10)
def test_that_many_checkpoints_can_be_held_and_gone_to_in_any_order(journey):
    trainer, whole = Trainer(SMALL), Trainer(SMALL)
    held = [(trainer.checkpoint(), bits(trainer))]
    for _ in range(8):
        trainer.step()
        held.append((trainer.checkpoint(), bits(trainer)))
    curves = trainer.history.curves()
    for epoch in journey:
        checkpoint, then = held[epoch]
        trainer.restore(checkpoint, curves)
        assert bits(trainer) == then
        trainer.step()  # must not touch what is held
    trainer.restore(held[8][0], curves)
    assert bits(stepped(trainer, 3)) == bits(stepped(whole, 11))


def test_that_a_checkpoint_goes_to_another_trainer_with_its_curves_or_without():
    first = stepped(Trainer(SMALL), 4)
    with_curves, without = Trainer(SMALL), Trainer(SMALL)
    with_curves.restore(first.checkpoint(), first.history.curves())
    without.restore(first.checkpoint())
    assert bits(with_curves) == bits(first)
    assert without.history.curves().epochs.tolist() == [0]
    stepped(without, 2)
    assert without.history.curves().epochs.tolist() == [0, 5, 6]
    assert torch.equal(without.network.params, stepped(first, 2).network.params)


@given(st.integers(0, 6), st.integers(0, 9))
def test_that_curves_after_the_checkpoint_are_cut_and_those_given_out_stay(kept, more):
    trainer = stepped(Trainer(SMALL), kept)
    checkpoint = trainer.checkpoint()
    stepped(trainer, more)
    given_out = trainer.history.curves()
    before = {name: values.copy() for name, values in given_out.values.items()}
    trainer.restore(checkpoint)
    trainer.update(replace(SMALL, learning_rate=0.5))
    stepped(trainer, more)
    assert trainer.history.curves().epochs.tolist() == given_out.epochs.tolist()
    for name, values in before.items():
        assert np.array_equal(given_out.values[name], values)
    if more:
        assert (trainer.history.curves().values["loss"][-1] != given_out.values["loss"][-1]).any()


def test_that_a_checkpoint_cannot_be_changed_and_training_does_not_change_it():
    trainer = stepped(Trainer(SMALL), 2)
    checkpoint = trainer.checkpoint()
    before = {name: tensor.clone() for name, tensor in checkpoint.tensors.items()}
    stepped(trainer, 3)
    for name, tensor in checkpoint.tensors.items():
        assert torch.equal(tensor, before[name]), name
    with pytest.raises(FrozenInstanceError):
        checkpoint.epoch = 3


def test_that_a_perfect_run_knows_since_when_after_going_back():
    trainer = Trainer(replace(preset("font-autoencoder"), hidden=(24,), patience=50))
    trainer.run()
    assert trainer.finished
    perfect = trainer.checkpoint()
    assert perfect.epoch - perfect.perfect_since == 50
    again = Trainer(trainer.spec)
    again.restore(perfect)
    assert again.finished
    again.restore(Trainer(trainer.spec).checkpoint())
    assert not again.finished


def test_that_the_sizes_are_those_of_the_buffers():
    checkpoint = Trainer(preset("font-autoencoder")).checkpoint()
    assert checkpoint.nbytes == 3 * 797 * 4 + 5056
    assert Trainer(preset("emoji-vae")).checkpoint().nbytes < 5_000_000


@pytest.mark.parametrize(
    ("name", "changed", "part"),
    [
        ("epoch", lambda e: -1, "epoch"),
        ("epoch", lambda e: e + 0.5, "epoch"),
        ("epoch", lambda e: True, "epoch"),
        ("epoch", lambda e: 2**53, "epoch"),
        ("steps", lambda s: None, "steps"),
        ("steps", lambda s: -1, "steps"),
        ("perfect_since", lambda p: -1, "perfect_since"),
        ("perfect_since", lambda p: 4, "perfect_since"),
        ("params", lambda p: p[:, 1:], "params"),
        ("params", lambda p: p.double(), "params"),
        ("params", lambda p: p * torch.nan, "params"),
        ("params", lambda p: p / 0, "params"),
        ("slots", lambda s: {}, "optimizer.mean"),
        ("slots", lambda s: s | {"square": s["square"][:0]}, "optimizer.square"),
        ("slots", lambda s: s | {"square": s["square"].half()}, "optimizer.square"),
        ("generators", lambda g: g[:, :8], "generators"),
        ("generators", lambda g: g * 0, "generators"),
    ],
)
def test_that_a_checkpoint_that_does_not_fit_is_refused_by_the_name_of_its_part(name, changed, part):
    trainer = stepped(Trainer(SMALL), 2)
    checkpoint, before = stepped(Trainer(SMALL), 3).checkpoint(), bits(trainer)
    with pytest.raises(CheckpointError, match=rf"^{part} "):
        trainer.restore(replace(checkpoint, **{name: changed(getattr(checkpoint, name))}))
    assert bits(trainer) == before


def test_that_a_run_whose_optimiser_overflowed_can_be_gone_back_to():
    trainer = stepped(Trainer(SMALL), 2)
    trainer.optimizer.slots["square"][0, 0] = torch.inf
    checkpoint = trainer.checkpoint()
    stepped(trainer, 1)
    trainer.restore(checkpoint)
    assert torch.isinf(trainer.optimizer.slots["square"][0, 0])


@given(st.integers(1, 3), st.integers(0, 3))
def test_that_divergence_goes_back_to_the_last_evaluation_with_every_counter(before, more):
    trainer, twin = stepped(Trainer(SMALL), before), stepped(Trainer(SMALL), before)
    for call in (trainer.snapshot, trainer.step):
        trainer.network.params.fill_(torch.nan)
        with pytest.raises(Diverged) as raised:
            call()
        assert f"weights of epoch {before} were kept" in str(raised.value)
        assert bits(trainer) == bits(twin)
    assert bits(stepped(trainer, more)) == bits(stepped(twin, more))


def test_that_every_field_of_a_checkpoint_is_compared_by_these_tests():
    names = {"epoch", "steps", "perfect_since", "params", "slots", "generators"}
    assert {field.name for field in fields(Trainer(SMALL).checkpoint())} == names
