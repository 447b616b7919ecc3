"""A compiled run that blows up in the middle of a slice: as when it is advanced one by one."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from bits import bits

from core import Spec, Trainer
from core.train import compiled_epochs
from core.train.trainer import Diverged

WILD = Spec(
    hidden=(6,), activation="identity", optimizer="sgd", learning_rate=0.05, momentum=0.9, epochs=2000
)


def blown_up(run, slices, stopped=None):
    """Advance until it diverges: the epoch that is named."""
    named = None
    while named is None:
        try:
            assert run.advance(slices, stopped)
        except Diverged as error:
            named = error
    assert torch.isfinite(run.network.params).all()
    assert np.isfinite(run.snapshot().loss)
    return named.epoch, str(named)


def wild(start=0, **fields):
    """A run that is calm until `start`, and wild from there on."""
    spec = replace(WILD, **fields)
    run = Trainer(replace(spec, learning_rate=1e-5), engine="compiled")
    run.advance(start)
    run.update(spec)
    assert run.epoch == start
    return run


CASES = {
    "within a few epochs": {"learning_rate": 1.0, "momentum": 0.99},
    "after a while": {"hidden": (6, 6, 6)},
    "noisy batches": {"batch_size": 5, "noise": "gaussian", "noise_level": 0.4, "hidden": (6, 6, 6)},
    "one of three": {"hidden": (6, 6, 6), "replicas": 3},
}
SLICES = (2, 7, 100, 10**6)


@pytest.mark.parametrize("start", [0, 3, 995, 1003])
@pytest.mark.parametrize("case", CASES)
def test_that_a_run_blows_up_at_the_same_epoch_and_goes_back_to_the_same_bits_whatever_the_slices(
    case, start
):
    """From its start, and after a live change between two points of the curves or at one."""
    one_by_one = wild(start, **CASES[case])
    named, held = blown_up(one_by_one, 1), bits(one_by_one)
    assert one_by_one.epoch < named[0]
    for slices in SLICES:
        run = wild(start, **CASES[case])
        assert blown_up(run, slices) == named
        assert bits(run) == held, slices
        assert blown_up(run, slices) == named  # and again, from where it went back to
        assert bits(run) == held, slices


def test_that_an_epoch_in_parts_blows_up_alike(monkeypatch):
    one_by_one, run = (wild(**CASES["noisy batches"]) for _ in range(2))
    named = blown_up(one_by_one, 1)
    monkeypatch.setattr(compiled_epochs, "LISTEN", 1e-9)
    assert blown_up(run, 10**6, lambda: False) == named
    assert bits(run) == bits(one_by_one)


@pytest.mark.parametrize("slices", [1, 4, 10**6])
def test_that_a_change_after_the_weights_broke_unseen_goes_back_to_sound_ones(slices):
    """Past epoch 1,000 ten epochs pass between two points, and nobody looks at the loss meanwhile."""
    run = wild(1000, learning_rate=10.0, momentum=0.99)
    run.advance(9)
    assert not torch.isfinite(run.network.params).all()
    run.update(replace(run.spec, learning_rate=0.001))
    assert blown_up(run, slices)[0] == 1010
    assert run.epoch == 1000
    assert bits(run)[:3] == (1000, 1000, None)


def test_that_a_run_goes_on_calmly_from_where_it_went_back_to():
    run = wild(1003, **CASES["after a while"])
    blown_up(run, 10**6)
    calm = replace(run.spec, learning_rate=1e-5, momentum=0.0, epochs=run.epoch + 500)
    twin = Trainer(calm, engine="compiled")
    twin.restore(run.checkpoint(), run.history.curves())
    run.update(calm)
    assert run.advance(10**6) == 500
    assert bits(run) == bits(twin.run())
