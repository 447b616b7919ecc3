"""Replica r of R runs is the single run of seed + r: its draws to the bit, its numbers but for rounding."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import KINDS, specs

from core import Spec, SpecError, Trainer
from core.base.generators import Generators
from core.data.noise import NOISES, corrupt
from core.experiment.replicas import MAY_DIFFER, ByReplica

SMALL = Spec(hidden=(6,), latent=3, epochs=30, seed=11, activation="tanh")


def stepped(spec, count):
    trainer = Trainer(spec)
    for _ in range(count):
        trainer.step()
    return trainer


def pairs(spec, count):
    """(together, its replica, that replica alone), trained for as many epochs."""
    together = stepped(spec, count)
    for index in range(spec.replicas):
        yield together, index, stepped(replace(spec, seed=spec.seed + index, replicas=1), count)


def check_same_draws(together, index, alone):
    assert torch.equal(together.generators.state()[index], alone.generators.state()[0])
    ours, theirs = together.snapshot(index), alone.snapshot()
    assert np.array_equal(ours.inputs, theirs.inputs)
    assert np.array_equal(ours.fed, theirs.fed)


def check_same_numbers(together, index, alone, tolerance):
    """Relative to the whole: single weights may be near zero."""
    ours, theirs = together.network.params[index], alone.network.params[0]
    assert (ours - theirs).norm() <= tolerance * theirs.norm()
    ours, theirs = together.history.curves().replica(index), alone.history.curves().replica(0)
    for name in ("loss", "reconstruction", "kl", "sparsity", "contraction", "penalty", "squared_error"):
        np.testing.assert_allclose(ours[name], theirs[name], rtol=10 * tolerance, atol=10 * tolerance)


@given(specs(), st.integers(1, 3))
@settings(max_examples=25)
def test_that_after_an_epoch_of_any_kind_a_replica_is_a_single_run_of_its_seed(spec, replicas):
    """By gradient descent: others divide by a gradient's size, which may be all rounding."""
    spec = replace(spec, replicas=replicas, seed=spec.seed // 2, optimizer="sgd")
    for pair in pairs(spec, 1):
        check_same_draws(*pair)
        check_same_numbers(*pair, 1e-5)


BATCHES = [{"batch_size": 0}, {"batch_size": 5, "shuffle": True}, {"batch_size": 5, "shuffle": False}]


SLOW = ("deep", "all at once", "contractive", "l1 hidden", "kl hidden", "variational", "free bits")
TWENTY = [
    pytest.param(kind, batches, id=f"{named}-{kind}", marks=[pytest.mark.slow] * (long and kind in SLOW))
    for named, batches, long in zip(("whole", "shuffled", "in order"), BATCHES, (0, 1, 0), strict=True)
    for kind in KINDS
]


@pytest.mark.parametrize(("kind", "batches"), TWENTY)
def test_that_twenty_epochs_later_a_replica_still_is_a_single_run_of_its_seed(kind, batches):
    """Smooth units and small steps, up to 140 of them: 1e-4 of the weights."""
    noise = {"noise": "flip", "noise_level": 0.1}
    fields = {"optimizer": "adam", "learning_rate": 1e-3, "replicas": 3} | noise | batches | KINDS[kind]
    for pair in pairs(replace(SMALL, **fields), 20):
        check_same_draws(*pair)
        check_same_numbers(*pair, 1e-4)


@pytest.mark.parametrize("noise", [name for name in NOISES.names() if name != "none"])
@pytest.mark.parametrize("batches", BATCHES, ids=["whole", "shuffled", "in order"])
def test_that_a_replica_is_fed_to_the_bit_what_it_would_be_fed_alone(noise, batches):
    spec = replace(SMALL, noise=noise, noise_level=0.3, replicas=3, **batches)
    for epochs in (0, 1, 3):
        for pair in pairs(spec, epochs):
            check_same_draws(*pair)


def test_that_no_two_replicas_are_fed_or_ordered_or_drawn_alike():
    spec = replace(SMALL, replicas=3, noise="flip", noise_level=0.3, batch_size=5, variational=True)
    trainer = stepped(spec, 1)
    assert len({trainer.snapshot(index).fed.tobytes() for index in range(3)}) == 3
    orders = trainer.generators.twin().orders(32)
    assert len({tuple(order.tolist()) for order in orders}) == 3
    draws = trainer.generators.twin().normal((3, 8))
    assert len({tuple(draw.tolist()) for draw in draws}) == 3


@pytest.mark.parametrize("variational", [False, True])
@pytest.mark.parametrize("shuffle", [False, True])
@pytest.mark.parametrize("noise", ["none", "flip"])
@pytest.mark.parametrize("penalty", ["none", "mmd"])
def test_that_a_run_draws_only_what_it_uses(variational, shuffle, noise, penalty):
    if variational and penalty != "none":
        return
    spec = replace(
        SMALL, variational=variational, shuffle=shuffle, noise=noise, noise_level=0.5, batch_size=5,
        penalty=penalty,
    )  # fmt: skip
    trainer = Trainer(spec)
    before = trainer.generators.state()
    trainer.step()
    draws = variational or shuffle or noise != "none" or penalty != "none"
    assert torch.equal(before, trainer.generators.state()) is not draws


def test_that_looking_at_a_penalty_draws_nothing_and_gives_the_same_number_again():
    trainer = stepped(replace(SMALL, penalty="mmd", replicas=2), 3)
    before = trainer.generators.state()
    losses = [trainer.snapshot(replica).loss for replica in (0, 1, 0, 1)]
    assert losses[:2] == losses[2:]
    assert torch.equal(before, trainer.generators.state())


def test_that_the_prior_is_drawn_anew_at_every_step():
    """Two steps from the same weights differ, since nothing but the draws of the prior differs."""
    trainer = stepped(replace(SMALL, penalty="mmd", penalty_weight=100.0, optimizer="sgd", momentum=0.0), 0)
    start, moved = trainer.network.params.clone(), []
    for _ in range(2):
        trainer.network.params.copy_(start)
        trainer.step()
        moved.append(trainer.network.params.clone())
    assert not torch.allclose(*moved)


@pytest.mark.parametrize("seed", [0, 1, 77, 2**31 - 1])
def test_that_in_every_replica_training_and_initial_weights_draw_different_chance(seed):
    trainer = Trainer(replace(SMALL, seed=seed, replicas=3))
    for replica in range(3):
        start = torch.Generator().manual_seed(seed + replica)
        assert not torch.equal(
            torch.rand(50, generator=start), trainer.generators.twin().uniform((3, 50))[replica]
        )


DIFFERENT = {
    "seed": ({}, [40, 7, 7]),
    "learning_rate": ({}, [0.001, 0.01, 0.05]),
    "noise_level": ({"noise": "flip"}, [0.1, 0.5, 0.9]),
    "beta": ({"variational": True, "kl_warmup": 4}, [0.0, 0.5, 2.0]),
    "sparsity_weight": ({"sparsity": "l1", "sparsity_weight": 0.0}, [0.0, 0.5, 2.0]),
    "contraction": ({"contraction": 0.0}, [0.0, 0.01, 0.1]),
    "penalty_weight": ({"penalty": "mmd", "penalty_weight": 0.0}, [0.0, 1.0, 30.0]),
}


@pytest.mark.parametrize("name", DIFFERENT)
@pytest.mark.parametrize("batches", BATCHES, ids=["whole", "shuffled", "in order"])
def test_that_replicas_with_values_of_their_own_are_single_runs_with_these(name, batches):
    fields, values = DIFFERENT[name]
    spec = replace(SMALL, optimizer="sgd", learning_rate=0.005, replicas=3, **fields, **batches)
    together = Trainer(spec, by_replica={name: values})
    for _ in range(5):
        together.step()
    for index, value in enumerate(values):
        seed = spec.seed if name == "seed" else spec.seed + index
        alone = stepped(replace(spec, **({"replicas": 1, "seed": seed} | {name: value})), 5)
        check_same_draws(together, index, alone)
        check_same_numbers(together, index, alone, 1e-5)


def test_that_every_field_in_which_replicas_may_differ_is_held_to_that():
    assert set(DIFFERENT) == set(MAY_DIFFER)


@pytest.mark.parametrize("noise", [name for name in NOISES.names() if name != "none"])
def test_that_noise_at_a_level_of_its_own_is_that_of_a_run_at_that_level(noise):
    levels = [0.05, 0.4, 1.0]
    x = torch.rand(3, 4, 35, generator=torch.Generator().manual_seed(0))
    run = ByReplica(replace(SMALL, noise=noise, replicas=3), {"noise_level": levels})
    noisy = corrupt(noise, x, run.value("noise_level", -1, 1, 1), Generators(1, 2, 3), (5, 7))
    for row, level in enumerate(levels):
        alone = corrupt(noise, x[row : row + 1], level, Generators(row + 1), (5, 7))
        torch.testing.assert_close(noisy[row], alone[0], rtol=0, atol=1e-6)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"hidden": [(3,), (4,), (5,)]}, "hidden"), ({"nonsense": [1, 2, 3]}, "nonsense"),
        ({"beta": [1, 2]}, "beta"), ({"beta": [0, 1, -1]}, "beta"), ({"seed": [0, 1, 2.5]}, "seed"),
    ],
)  # fmt: skip
def test_that_values_that_replicas_cannot_have_are_refused_by_field(values, field):
    with pytest.raises(SpecError) as refused:
        Trainer(replace(SMALL, replicas=3), by_replica=values)
    assert refused.value.field == field
