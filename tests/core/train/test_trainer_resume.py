"""What a run owes to its spec alone: the same bits however it is interrupted, evaluated or surrounded."""

from copy import deepcopy
from dataclasses import replace

import numpy as np
import pytest
import torch
from bits import bits
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import KINDS

from core import Dataset, Spec, Trainer, preset
from core.choices.optimizers import OPTIMIZERS
from core.experiment.presets import presets
from core.experiment.spec import FIELDS
from core.train.checkpoint import CheckpointError
from core.train.history import due
from core.train.trainer import Diverged

SMALL = Spec(hidden=(6,), epochs=30)
SHORT = st.integers(0, 4)


def stepped(trainer, count):
    for _ in range(count):
        trainer.step()
    return trainer


def check_resume(spec, before, after):
    spec = replace(spec, epochs=max(1, before + after))
    first, second = stepped(Trainer(spec), before), Trainer(spec)
    second.restore(first.checkpoint(), first.history.curves())
    assert bits(second) == bits(first)
    assert bits(stepped(second, after)) == bits(stepped(Trainer(spec), before + after))


LARGE = ("emoji-vae-slides-3", "digits-denoiser")  # like emoji-vae-slides-2 and font-denoiser, but long
EXAMPLES = [
    pytest.param(example.name, marks=[pytest.mark.slow] * (example.name in LARGE)) for example in presets()
]


@pytest.mark.parametrize("name", EXAMPLES)
@given(before=SHORT, after=SHORT)
@settings(max_examples=2)
def test_that_a_preset_goes_on_to_the_same_bits(name, before, after):
    check_resume(preset(name), before, after)


@pytest.mark.parametrize("optimizer", OPTIMIZERS.names())
@pytest.mark.parametrize(("batch_size", "shuffle"), [(0, True), (5, True), (5, False)])
@pytest.mark.parametrize("noise", ["none", "gaussian"])
@given(before=SHORT, after=SHORT)
@settings(max_examples=2)
def test_that_no_optimiser_batch_or_noise_forgets_at_a_pause(
    optimizer, batch_size, shuffle, noise, before, after
):
    spec = replace(
        SMALL, optimizer=optimizer, batch_size=batch_size, shuffle=shuffle, noise=noise, noise_level=0.2,
        schedule="cosine", weight_decay=0.01, focus=0.5, replicas=2,
    )  # fmt: skip
    check_resume(spec, before, after)


def test_that_a_run_neither_uses_nor_disturbs_the_random_generator_of_its_process():
    spec = replace(SMALL, noise="flip", noise_level=0.2, batch_size=5)
    torch.manual_seed(1)
    before = torch.get_rng_state()
    first = bits(Trainer(spec).run())
    assert torch.equal(before, torch.get_rng_state())
    torch.manual_seed(2)
    assert bits(Trainer(spec).run()) == first


def test_that_another_seed_is_another_run_and_another_noise():
    spec = replace(SMALL, noise="flip", noise_level=0.2, epochs=1)
    shots = [Trainer(replace(spec, seed=seed)).run().snapshot() for seed in range(4)]
    assert len({shot.fed.tobytes() for shot in shots}) == 4
    assert len({shot.codes.tobytes() for shot in shots}) == 4


@pytest.mark.parametrize("optimizer", ["adam", "sgd"])
@pytest.mark.parametrize("activation", ["sine", "silu"])
def test_that_side_by_side_is_the_same_as_one_by_one(optimizer, activation):
    spec = replace(SMALL, epochs=50, seed=5, optimizer=optimizer, activation=activation)
    together = Trainer(replace(spec, replicas=3)).run()
    for index in range(3):
        alone = Trainer(replace(spec, seed=5 + index)).run()
        torch.testing.assert_close(
            together.network.params[index], alone.network.params[0], rtol=1e-4, atol=1e-4
        )
        ours, theirs = together.snapshot(index), alone.snapshot()
        np.testing.assert_allclose(ours.outputs, theirs.outputs, atol=1e-3)
        np.testing.assert_allclose(ours.codes, theirs.codes, rtol=1e-3, atol=1e-3)


def test_that_replicas_are_fed_noise_of_their_own():
    trainer = stepped(Trainer(replace(SMALL, noise="flip", noise_level=0.3, replicas=2)), 1)
    assert (trainer.snapshot(0).fed != trainer.snapshot(1).fed).any()


def test_that_a_snapshot_of_a_replica_is_what_its_model_answers():
    trainer = Trainer(replace(SMALL, replicas=3)).run()
    for replica in range(3):
        shot = trainer.snapshot(replica)
        model = trainer.model
        np.testing.assert_allclose(model.encode(shot.inputs, replica), shot.codes, atol=1e-5)
        np.testing.assert_allclose(model.reconstruct(shot.inputs, replica), shot.outputs, atol=1e-5)
        assert shot.wrong.sum() == shot.wrong_pixels
        assert (shot.wrong <= 1).sum() == shot.recognised
        assert (shot.wrong == 0).sum() == shot.perfect
        assert shot.curves.values["wrong_pixels"][-1, replica] == shot.wrong_pixels


@pytest.mark.parametrize("epochs", [1, 7, 1234])
def test_that_curves_hold_every_due_epoch_and_the_last(epochs):
    shot = Trainer(replace(SMALL, hidden=(), latent=1, epochs=epochs)).run().snapshot()
    assert shot.curves.epochs.tolist() == [e for e in range(epochs + 1) if due(e) or e == epochs]
    assert shot.finished


def test_that_a_finished_run_is_not_run_again():
    trainer = Trainer(SMALL).run()
    before = bits(trainer)
    assert bits(trainer.run()) == before


def test_that_a_longer_run_goes_on():
    trainer = Trainer(SMALL).run()
    trainer.update(replace(SMALL, epochs=60))
    assert not trainer.finished
    assert trainer.run().epoch == 60
    assert torch.equal(trainer.network.params, Trainer(replace(SMALL, epochs=60)).run().network.params)


# a live field, where it plays a part
LIVE_IN = {
    "beta": {"variational": True}, "kl_warmup": {"variational": True}, "free_bits": {"variational": True},
    "sparsity_weight": {"sparsity": "l1"},
    "penalty_weight": {"penalty": "mmd"},
    "sparsity_rate": {"sparsity": "kl", "code_activation": "sigmoid"}, "noise": {"noise_level": 0.5},
    "noise_level": {"noise": "flip"}, "weight_decay": {"optimizer": "adamw", "learning_rate": 0.1},
}  # fmt: skip
OTHER = {
    "hidden": (3,), "latent": 3, "activation": "tanh", "code_activation": "tanh", "output": "tanh",
    "gain": 2.0, "noise": "flip", "noise_level": 0.5, "loss": "bce", "reduction": "mean", "focus": 1.0,
    "optimizer": "sgd", "learning_rate": 0.5, "schedule": "cosine", "momentum": 0.1, "beta2": 0.1,
    "weight_decay": 0.1, "batch_size": 4, "shuffle": False, "epochs": 9, "patience": 4, "seed": 1,
    "replicas": 2, "variational": True, "beta": 2.0, "kl_reduction": "mean", "kl_warmup": 50,
    "free_bits": 0.3, "sparsity": "l1", "sparse_units": "hidden", "sparsity_weight": 0.7,
    "sparsity_rate": 0.5, "contraction": 0.1, "penalty": "mmd", "penalty_weight": 3.0, "device": "cpu",
}  # fmt: skip
BASE = replace(SMALL, loss="squared-error")


@pytest.mark.parametrize("name", [name for name in FIELDS if name != "dataset"])
def test_that_every_field_has_the_effect_that_it_declares(name):
    trainer, wanted = Trainer(BASE), replace(BASE, **{name: OTHER[name]})
    if FIELDS[name].metadata["effect"] == "live":
        trainer.update(wanted)
        assert trainer.spec == wanted
        stepped(trainer, 2)
        assert np.isfinite(trainer.snapshot().loss)
    else:
        before = bits(trainer)
        with pytest.raises(ValueError, match="new run"):
            trainer.update(wanted)
        assert trainer.spec == BASE
        assert bits(trainer) == before


@pytest.mark.parametrize(
    "name", [n for n in FIELDS if FIELDS[n].metadata["effect"] == "live" and n not in ("epochs", "patience")]
)
def test_that_every_live_field_is_taken_at_the_next_epoch_as_if_it_had_been_so(name):
    """From the start on it is a run of the changed spec, to the bit; and the change makes a difference."""
    spec = replace(BASE, **LIVE_IN.get(name, {}))
    wanted = replace(spec, **{name: OTHER[name]})
    changed, kept = Trainer(spec), Trainer(spec)
    changed.update(wanted)
    weights = [stepped(trainer, 3).network.params for trainer in (changed, Trainer(wanted), kept)]
    assert torch.equal(weights[0], weights[1])
    assert not torch.equal(weights[0], weights[2])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("replicas", [1, 3])
@pytest.mark.parametrize(("batch_size", "shuffle"), [(0, True), (5, True), (5, False)])
@given(before=SHORT, after=SHORT)
@settings(max_examples=2)
def test_that_no_kind_of_run_forgets_at_a_pause(kind, replicas, batch_size, shuffle, before, after):
    fields = {"batch_size": batch_size, "shuffle": shuffle, "replicas": replicas} | KINDS[kind]
    check_resume(replace(SMALL, **fields), before, after)


@pytest.mark.parametrize("kind", KINDS)
def test_that_looking_at_a_run_of_any_kind_changes_nothing(kind):
    spec = replace(SMALL, batch_size=5, replicas=2, **KINDS[kind])
    watched = Trainer(spec)
    for _ in range(4):
        for replica in range(2):
            watched.snapshot(replica)
            watched.model.reconstruct(watched.dataset.images, replica)
        watched.step()
    assert bits(watched) == bits(stepped(Trainer(spec), 4))


@pytest.mark.parametrize(
    "wrong",
    [lambda g: g[:1], lambda g: g[:, :-1], lambda g: g[0], lambda g: g.double(), lambda g: g * 0],
)
def test_that_the_generators_of_another_number_of_replicas_is_refused(wrong):
    trainer = Trainer(replace(SMALL, replicas=2))
    checkpoint = trainer.checkpoint()
    assert checkpoint.generators.shape[0] == 2
    before = bits(trainer)
    with pytest.raises(CheckpointError, match="generators"):
        trainer.restore(replace(checkpoint, generators=wrong(checkpoint.generators)))
    assert bits(trainer) == before


def test_that_a_warm_up_begins_without_the_kl_and_ends_with_all_of_it():
    """Its first epoch is one of beta 0; once it is over, every epoch is one of beta."""
    spec = replace(SMALL, variational=True, beta=2.0, kl_warmup=4)
    first = stepped(Trainer(spec), 1)
    assert torch.equal(first.network.params, stepped(Trainer(replace(spec, beta=0.0)), 1).network.params)
    stepped(first, 3)
    whole = Trainer(spec)
    whole.restore(first.checkpoint())
    whole.update(replace(spec, kl_warmup=0))
    assert torch.equal(stepped(first, 3).network.params, stepped(whole, 3).network.params)
    loss, parts = first.history.curves().values["loss"][:, 0], first.history.curves().values
    betas = np.array([0, 0.5, 1, 1.5, 2, 2, 2, 2])
    np.testing.assert_allclose(loss, (parts["reconstruction"][:, 0] + betas * parts["kl"][:, 0]), rtol=1e-5)


TWO = Dataset("two", np.stack([np.zeros((2, 2)), np.ones((2, 2))]), ("off", "on"))


@pytest.mark.parametrize("patience", [1, 20])
def test_that_a_run_stops_once_it_was_perfect_for_as_long_as_patience_asks(patience):
    trainer = Trainer(replace(SMALL, epochs=900, learning_rate=0.05, patience=patience), TWO)
    wrong = []
    trainer.run(lambda now: wrong.append(now.snapshot().wrong_pixels))
    assert trainer.epoch < 900
    assert wrong[-patience - 1 :] == [0] * (patience + 1)
    assert 0 not in [sum(wrong[start : start + patience + 1]) for start in range(len(wrong) - patience - 1)]


def test_that_without_patience_a_perfect_run_goes_on():
    trainer = Trainer(replace(SMALL, epochs=300, learning_rate=0.05), TWO).run()
    assert trainer.epoch == 300
    assert trainer.snapshot().wrong_pixels == 0


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_that_a_diverged_run_is_back_where_it_was_sound_to_the_bit(optimizer):
    spec = replace(
        SMALL, epochs=900, activation="identity", optimizer=optimizer, learning_rate=10.0, momentum=0.999,
        gain=10.0, noise="flip", noise_level=0.1,
    )  # fmt: skip
    trainer = Trainer(spec)
    if optimizer == "adam":  # bounded steps do not diverge by themselves
        stepped(trainer, 5)
        trainer.network.params[0, 0] = np.nan
    with pytest.raises(Diverged, match="learning rate below 10"):
        trainer.run()
    assert bits(trainer) == bits(stepped(Trainer(spec), trainer.epoch))


@pytest.mark.parametrize("batch_size", [0, 5])
def test_that_a_snapshot_before_training_shows_the_noise_without_spending_it(batch_size):
    spec = replace(SMALL, noise="flip", noise_level=0.2, batch_size=batch_size)
    trainer = Trainer(spec)
    assert (trainer.snapshot().fed != trainer.snapshot().inputs).any()
    assert np.array_equal(trainer.snapshot().fed, trainer.snapshot().fed)
    assert bits(trainer) == bits(Trainer(spec))


# -- points of the curves that were noted and not measured


def ahead(spec, epochs):
    """A trainer so many epochs on, with points of its curves still to be measured."""
    trainer = Trainer(spec)
    trainer.advance(epochs, settled=False)
    return trainer


def test_that_a_copy_has_the_points_that_were_noted():
    trainer = ahead(Spec(epochs=20), 7)
    assert deepcopy(trainer).history.curves().epochs.tolist() == list(range(8))


def test_that_a_run_restored_without_other_curves_keeps_the_points_that_it_noted():
    checkpoint = ahead(Spec(epochs=20), 5).checkpoint()
    trainer = ahead(Spec(epochs=20), 9)
    trainer.restore(checkpoint)
    assert trainer.history.curves().epochs.tolist() == list(range(6))
