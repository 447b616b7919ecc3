"""A run keeps moments of its past, in bounded memory, and any epoch between them comes again to the bit."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

from core import RunFileError, Spec, Trainer, load_run, preset, save_run
from core.base.progress import Stopped
from core.base.words import Refusal
from core.train.checkpoint import Checkpoint
from core.train.history import due
from core.train.moments import Moments, best_epochs
from core.train.past import Replay

SMALL = Spec(hidden=(4,), epochs=300)
KINDS = {
    "compiled": SMALL,
    "noisy": replace(SMALL, noise="salt-and-pepper", noise_level=0.2),
    "batches": replace(SMALL, batch_size=7, shuffle=True, epochs=60),
    "variational": replace(SMALL, variational=True),
    "torch": replace(SMALL, contraction=0.05, epochs=60),
    "replicas": replace(SMALL, replicas=3, epochs=60),
}


def checkpoint(epoch, size=100):
    return Checkpoint(epoch, epoch, None, torch.zeros(1, size // 4), {}, torch.zeros(1, 0, dtype=torch.uint8))


def states(trainer):
    return [tensor.clone() for tensor in trainer.live().tensors.values()]


def same(one, other):
    return all(torch.equal(a, b) for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("spec", KINDS.values(), ids=KINDS)
def test_that_every_epoch_of_the_past_comes_again_to_the_bit(spec):
    trainer = Trainer(spec)
    stages = {0: states(trainer)}
    while trainer.step():
        stages[trainer.epoch] = states(trainer)
    past = trainer.past()
    few = replace(past, moments=(past.moments[0], past.moments[len(past.moments) // 2], past.moments[-1]))
    replay = Replay(few)
    for epoch in (1, 40, 7, 8, spec.epochs - 1, 0, spec.epochs, 33):
        assert same(replay.checkpoint(epoch).tensors.values(), stages[epoch])
        assert torch.equal(replay.still(epoch).network.params, stages[epoch][0])


@pytest.mark.parametrize("slices", [1, 7, 64, 1000])
def test_that_the_moments_do_not_depend_on_how_the_epochs_are_cut(slices):
    trainer = Trainer(replace(SMALL, epochs=1200), moment_bytes=400_000)
    while not trainer.finished:
        trainer.advance(slices, settled=False)
    whole = Trainer(replace(SMALL, epochs=1200), moment_bytes=400_000).run()
    assert trainer.moments.epochs == whole.moments.epochs
    assert all(
        same(one.tensors.values(), other.tensors.values())
        for one, other in zip(trainer.moments.kept(), whole.moments.kept(), strict=True)
    )


def test_that_a_run_takes_a_moment_at_a_tenth_of_the_points_of_its_curves():
    trainer = Trainer(replace(SMALL, epochs=1500), moment_bytes=10**9).run()
    expected = [*range(100), *range(100, 1000, 10), *range(1000, 1501, 100)]
    assert trainer.moments.epochs == tuple(expected)
    assert all(map(due, expected))


def test_that_live_changes_are_made_again_where_they_were_made():
    trainer = Trainer(SMALL, moment_bytes=60_000)
    stages, rate = {}, 0.001
    while not trainer.finished:
        trainer.advance(13)
        rate *= 1.1
        trainer.update(replace(trainer.spec, learning_rate=rate))
        for _ in range(3):
            trainer.step()
            stages[trainer.epoch] = states(trainer)
    assert len(trainer.moments.epochs) < len(stages)
    replay = Replay(trainer.past())
    assert all(same(replay.checkpoint(epoch).tensors.values(), state) for epoch, state in stages.items())


def test_that_a_change_of_the_engine_comes_again_as_well():
    trainer = Trainer(replace(SMALL, epochs=60), moment_bytes=0)
    start = trainer.checkpoint()
    trainer.advance(20)
    trainer.update(replace(trainer.spec, contraction=0.1))
    trainer.advance(20)
    stage = states(trainer)
    trainer.advance(10)
    past = replace(trainer.past(), moments=(start, trainer.checkpoint()))
    assert same(Replay(past).checkpoint(40).tensors.values(), stage)


@given(st.lists(st.integers(1, 5000), min_size=3, max_size=120, unique=True), st.integers(100, 3000))
def test_that_the_bound_holds_and_the_first_and_the_last_stay(epochs, most):
    moments = Moments(most)
    for epoch in sorted(epochs):
        moments.take(checkpoint(epoch))
        moments.thin(())
        assert moments.nbytes <= most + 200
    assert moments.epochs[0] == min(epochs)
    assert moments.epochs[-1] == max(epochs)
    assert moments.nbytes == 100 * len(moments.epochs)


def test_that_early_moments_stay_closer_together_than_late_ones():
    moments = Moments(5000)
    for epoch in range(3001):
        if due(epoch):
            moments.take(checkpoint(epoch))
            moments.thin(())
    gaps = [after - before for before, after in pairwise(moments.epochs)]
    early, late = gaps[: len(gaps) // 4], gaps[-len(gaps) // 4 :]
    assert np.mean(early) < np.mean(late) / 3
    assert max(gaps) < 3000 / 8


@given(st.sets(st.integers(1, 999), max_size=20))
def test_that_precious_moments_are_dropped_last(precious):
    moments = Moments(3000)
    for epoch in range(1000):
        moments.take(checkpoint(epoch))
        moments.thin(precious)
    assert precious <= set(moments.epochs)


def test_that_a_run_whose_moments_are_too_large_has_none():
    trainer = Trainer(SMALL, moment_bytes=100).run()
    assert trainer.moments.epochs == ()
    assert trainer.past().epochs == (300,)
    with pytest.raises(Refusal, match="no moment before epoch 300"):
        trainer.at(20)


def test_that_an_epoch_beyond_the_past_is_refused_with_those_there_are():
    trainer = Trainer(SMALL)
    trainer.advance(20)
    with pytest.raises(Refusal, match="from 0 to 20, not 21"):
        trainer.at(21)


def test_that_a_run_that_goes_back_forgets_what_came_after():
    trainer = Trainer(SMALL)
    trainer.advance(50)
    there = trainer.checkpoint()
    trainer.advance(50)
    trainer.restore(there)
    assert trainer.moments.epochs[-1] == 50
    trainer.advance(100)
    stage = states(trainer)
    trainer.advance(1)
    assert same(Replay(trainer.past()).checkpoint(150).tensors.values(), stage)


def test_that_the_last_sound_moment_before_a_divergence_is_kept():
    calm = Spec(hidden=(6,), activation="identity", optimizer="sgd", learning_rate=1e-5, momentum=0.9)
    trainer = Trainer(replace(calm, epochs=2000), moment_bytes=60_000)
    trainer.advance(90)
    trainer.update(replace(trainer.spec, learning_rate=10.0, momentum=0.99))
    with pytest.raises(ArithmeticError):
        trainer.advance(200)
    assert trainer.moments.epochs[-1] == trainer.epoch
    assert 0 in trainer.moments.epochs


def test_that_what_leads_to_the_best_epoch_by_each_metric_is_kept():
    trainer = Trainer(replace(SMALL, epochs=2000), moment_bytes=100_000).run()
    curves = trainer.history.curves()
    best = best_epochs(curves, trainer.spec, trainer.dataset)
    assert best["loss"] == curves.epochs[np.argmin(curves.values["loss"][:, 0])]
    assert best["recognised"] == curves.epochs[np.argmax(curves.values["recognised"][:, 0])]
    bests, leads = {}, {}
    trainer = Trainer(replace(SMALL, epochs=2000), moment_bytes=100_000)
    while not trainer.finished:
        trainer.advance(50)
        found = best_epochs(trainer.history.curves(), trainer.spec, trainer.dataset)
        for name, epoch in found.items():
            lead = trainer.moments.before(epoch)
            assert bests.get(name) != epoch or lead >= leads[name]
            bests[name], leads[name] = epoch, lead


def test_that_the_model_of_an_epoch_answers_as_it_did_then():
    trainer = Trainer(SMALL)
    trainer.advance(123)
    then = trainer.model.reconstruct(trainer.dataset.images)
    trainer.run()
    assert np.array_equal(trainer.at(123).reconstruct(trainer.dataset.images), then)


def test_that_what_training_anew_raises_leaves_it_usable():
    trainer = Trainer(KINDS["torch"]).run()  # which is asked after every epoch
    past = trainer.past()
    replay = Replay(replace(past, moments=(past.moments[0], past.moments[-1])))
    shares = []

    def stop(share):
        shares.append(share)
        if len(shares) == 2:
            raise Stopped

    with pytest.raises(Stopped):
        replay.still(45, stop)
    assert all(0 <= share < 1 for share in shares)
    assert torch.equal(replay.still(45).network.params, past.still(45).network.params)


def test_that_the_past_stays_as_it_is_while_the_run_trains_on():
    trainer = Trainer(SMALL)
    trainer.advance(100)
    past, stage = trainer.past(), states(trainer)
    trainer.advance(100)
    assert past.last == 100
    assert torch.equal(past.still(100).network.params, stage[0])
    assert np.array_equal(past.now.curves.epochs, np.arange(101))


def test_that_what_is_fed_at_a_moment_is_what_the_run_was_fed_next():
    trainer = Trainer(KINDS["noisy"])
    trainer.advance(20)
    trainer.step()
    fed = trainer.still().fed
    trainer.advance(20)
    assert torch.equal(trainer.past().still(20).fed, fed)


def test_that_a_trained_denoiser_of_the_study_comes_again():
    trainer = Trainer(replace(preset("font-denoiser"), epochs=40))
    trainer.advance(29)
    stage = states(trainer)
    trainer.run()
    past = trainer.past()
    assert same(
        Replay(replace(past, moments=(past.moments[0], past.moments[-1]))).checkpoint(29).tensors.values(),
        stage,
    )


def test_that_a_run_that_went_back_is_not_trained_anew_from_where_it_no_longer_was():
    trainer = Trainer(SMALL)
    trainer.advance(140)
    there = trainer.checkpoint()
    trainer.advance(20)
    replay = Replay(trainer.past())
    replay.still(143)
    trainer.restore(there)
    trainer.update(replace(trainer.spec, learning_rate=0.05))
    trainer.advance(5)
    stage = states(trainer)
    trainer.advance(10)
    replay.past = trainer.past()
    assert same(replay.checkpoint(145).tensors.values(), stage)


def test_that_a_run_put_back_has_no_moments_of_another_way_that_it_took_meanwhile():
    trainer = Trainer(SMALL)
    trainer.advance(50)
    there = trainer.checkpoint()
    trainer.update(replace(trainer.spec, learning_rate=0.05))
    trainer.advance(20)
    stage = states(trainer)
    trainer.advance(30)
    end, curves, changes, spec = trainer.checkpoint(), trainer.history.curves(), trainer.changes, trainer.spec
    trainer.restore(there)
    trainer.update(SMALL)
    trainer.advance(30)
    trainer.update(spec)
    trainer.restore(end, curves, changes)
    assert trainer.moments.before(70) == 50
    assert same(Replay(trainer.past()).checkpoint(70).tensors.values(), stage)


def test_that_what_is_trained_anew_is_what_a_moment_there_would_be():
    trainer = Trainer(KINDS["noisy"])
    for number in range(6):
        trainer.advance(33)
        trainer.update(replace(trainer.spec, learning_rate=0.001 * (number + 1)))
    past = trainer.past()
    replay = Replay(replace(past, moments=(past.moments[0], past.moments[-1])))
    for epoch in (165, 132, 50, 66):
        found, expected = replay.still(epoch), past.still(epoch)
        assert found.fields.spec == expected.fields.spec
        assert found.changes == expected.changes
        assert found.moments == expected.moments
        assert torch.equal(found.fed, expected.fed)
        assert torch.equal(found.network.params, expected.network.params)


# -- in files


def written(trainer, tmp_path, **options):
    return load_run(save_run(trainer, tmp_path / "run.tp5", **options))


@pytest.mark.parametrize("spec", KINDS.values(), ids=KINDS)
def test_that_a_file_keeps_the_past_to_the_bit(spec, tmp_path):
    trainer = Trainer(spec)
    trainer.advance(30)
    stage = states(trainer)
    trainer.run()
    loaded = written(trainer, tmp_path)
    assert loaded.moments.epochs == trainer.moments.epochs
    past = loaded.past()
    few = replace(past, moments=(past.moments[0], past.moments[-1]))
    assert same(Replay(few).checkpoint(30).tensors.values(), stage)
    again = save_run(loaded, tmp_path / "again.tp5")
    assert again.read_bytes() == (tmp_path / "run.tp5").read_bytes()


def test_that_a_file_has_the_start_and_no_more_than_it_may(tmp_path):
    trainer = Trainer(replace(SMALL, epochs=1500), moment_bytes=10**8).run()
    size = trainer.checkpoint().nbytes
    loaded = written(trainer, tmp_path, moment_bytes=20 * size)
    assert loaded.moments.epochs[0] == 0
    assert 20 <= len(loaded.moments.epochs) <= 22
    assert written(trainer, tmp_path, moment_bytes=0).past().epochs == (1500,)


def test_that_a_larger_past_of_a_file_takes_no_more_memory_than_it_may(tmp_path):
    trainer = Trainer(replace(SMALL, epochs=200)).run()
    path, size = save_run(trainer, tmp_path / "run.tp5"), trainer.checkpoint().nbytes
    moments = load_run(path, 20 * size).moments
    assert moments.nbytes <= 22 * size
    assert moments.epochs[0] == 0
    held = {
        tensor.untyped_storage().data_ptr(): tensor.untyped_storage().nbytes()
        for one in moments.kept()
        for tensor in one.tensors.values()
    }
    assert sum(held.values()) == moments.nbytes


def test_that_a_run_without_moments_opens_and_goes_on(tmp_path):
    trainer = Trainer(SMALL)
    trainer.advance(50)
    loaded = written(trainer, tmp_path, moment_bytes=0)
    assert loaded.past().first == loaded.past().last == 50
    loaded.advance(20)
    trainer.advance(20)
    assert same(states(loaded), states(trainer))
    assert loaded.past().first == 50


def test_that_a_file_with_live_changes_replays_them(tmp_path):
    trainer = Trainer(SMALL)
    trainer.advance(20)
    trainer.update(replace(trainer.spec, learning_rate=0.05))
    trainer.advance(15)
    stage = states(trainer)
    trainer.advance(15)
    trainer.update(replace(trainer.spec, learning_rate=0.001))
    trainer.advance(10)
    past = written(trainer, tmp_path).past()
    few = replace(past, moments=(past.moments[0], past.moments[-1]))
    assert same(Replay(few).checkpoint(35).tensors.values(), stage)


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda arrays: arrays["moments.counters"].__setitem__((2, 0), 0), "moments must rise"),
        (lambda arrays: arrays["moments.counters"].__setitem__((2, 0), 10**6), "moments must rise"),
        (lambda arrays: arrays["moments.params"].__setitem__((1, 0, 3), np.nan), "not finite"),
        (lambda arrays: arrays["moments.generators"].fill(7), "random generator"),
        (lambda arrays: arrays.__setitem__("moments.params", arrays["moments.params"][1:]), "moments.params"),
        (lambda arrays: arrays.pop("moments.optimizer.mean"), "it lacks moments.optimizer.mean"),
    ],
)
def test_that_damaged_moments_are_refused_by_name(damage, words, tmp_path):
    path = save_run(Trainer(replace(SMALL, epochs=9)).run(), tmp_path / "run.tp5")
    arrays = load_file(path)
    with safe_open(path, framework="numpy") as file:
        header = file.metadata()
    damage(arrays)
    save_file(arrays, path, header)
    with pytest.raises(RunFileError, match=words):
        load_run(path)
