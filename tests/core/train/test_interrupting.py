"""An epoch that is interrupted leaves the run at the end of the epoch before, to the bit."""

from contextlib import suppress
from dataclasses import replace

import numpy as np
import pytest
import torch
from bits import bits
from hypothesis import given
from hypothesis import strategies as st
from strategies import COSTLY, specs

from core import Dataset, Spec, Trainer
from core.train import compiled_epochs, torch_epochs, trainer
from core.train.trainer import Diverged

SMALL = Spec(hidden=(6,), epochs=30, batch_size=5)


def after(questions):
    """Answers True from question number `questions` on, counted from 0; `asked` holds how many there were."""

    def stopped():
        stopped.asked += 1
        return stopped.asked > questions

    stopped.asked = 0
    return stopped


@pytest.fixture(params=["between batches", "between layers", "between compiled batches"])
def long(request, monkeypatch):
    """What interrupts an epoch: torch after a batch or within it, or the compiled engine where it can."""
    if request.param == "between compiled batches":
        monkeypatch.setattr(compiled_epochs, "LISTEN", 0)
        return
    by_torch(monkeypatch)
    if request.param == "between layers":
        monkeypatch.setattr(torch_epochs, "LONG", 0)


def by_torch(monkeypatch):
    monkeypatch.setattr(trainer, "suits", lambda *_: "torch")


@pytest.mark.usefixtures("long")
@COSTLY
@given(specs(), st.integers(0, 4), st.integers(0, 40))
def test_that_an_interrupted_epoch_never_was(spec, before, questions):
    spec = replace(spec, epochs=6, batch_size=5)
    run, whole = Trainer(spec), Trainer(spec)
    with suppress(Diverged):
        for _ in range(before):
            run.step()
        held, stopped = bits(run), after(questions)
        trained = run.step(stopped)
        assert trained == (stopped.asked <= questions)
        assert trained or bits(run) == held
        run.run()
    with suppress(Diverged):
        whole.run()
    assert bits(run) == bits(whole)


@pytest.mark.usefixtures("long")
def test_that_an_epoch_between_two_points_of_the_curves_is_undone_as_well():
    spec = replace(SMALL, hidden=(), latent=1, epochs=1100, batch_size=16, optimizer="rprop")
    run, twin = Trainer(spec), Trainer(spec)
    for _ in range(1003):
        run.step()
        twin.step()
    held = bits(run)
    assert not run.step(after(0))
    assert bits(run) == held
    assert bits(run.run()) == bits(twin.run())


def test_that_an_epoch_of_several_batches_is_asked_after_each(monkeypatch):
    monkeypatch.setattr(compiled_epochs, "LISTEN", 0)
    for engine in ("torch", "compiled"):
        stopped = after(1000)
        assert Trainer(SMALL, engine=engine).step(stopped)
        # 32 images in batches of 5; after the last one torch has a point of the curves to measure still
        assert stopped.asked == {"torch": 7, "compiled": 6}[engine]


def test_that_one_short_batch_is_not_asked_and_a_long_one_is_asked_between_its_layers(monkeypatch):
    whole = replace(SMALL, batch_size=0)
    assert Trainer(whole).step(lambda: True)
    assert Trainer(whole, engine="torch").step(lambda: True)
    monkeypatch.setattr(torch_epochs, "LONG", 0)
    run = Trainer(whole, engine="torch")
    held = bits(run)
    assert not run.step(after(2))
    assert bits(run) == held


def test_that_a_stopped_network_still_answers(monkeypatch):
    """What interrupts an epoch is asked by the epoch alone."""
    monkeypatch.setattr(torch_epochs, "LONG", 0)
    run = Trainer(SMALL, engine="torch")
    assert not run.step(lambda: True)
    assert run.model.reconstruct(run.dataset.images).shape == (32, 7, 5)
    assert np.isfinite(run.snapshot().loss)


def test_that_a_run_that_is_stopped_stands_at_a_whole_epoch_and_goes_on_to_the_same_bits():
    run, seen = Trainer(SMALL), []
    run.run(lambda trainer: seen.append(trainer.epoch), after(12))
    assert 0 < run.epoch < 30
    assert seen == list(range(1, run.epoch + 1))
    assert bits(run.run()) == bits(Trainer(SMALL).run())


def test_that_a_run_of_short_epochs_is_asked_between_them():
    run = Trainer(replace(SMALL, batch_size=0), engine="torch").run(stopped=after(12))
    assert run.epoch == 12


def test_that_compiled_epochs_are_asked_many_times_a_second():
    run = Trainer(replace(SMALL, epochs=10_000_000)).run(stopped=after(5))
    assert 0 < run.epoch < 1_000_000  # a slice takes a twentieth of a second


def test_that_a_batch_that_takes_seconds_is_left_within_one():
    """The whole of a large set at once: every layer is a place to stop, on the way there and back."""
    images = np.random.default_rng(0).random((3000, 28, 28), dtype=np.float32)
    dataset = Dataset("large", images, tuple(map(str, range(3000))))
    spec = Spec(hidden=(512, 512, 512), latent=64, epochs=5, device="cpu")
    run, whole = Trainer(spec, dataset), after(10**6)
    assert run.step(whole)
    assert whole.asked >= 8 * 2  # every layer, forward and backward
    weights = run.network.params.clone()
    assert not run.step(after(9))
    assert torch.equal(run.network.params, weights)
