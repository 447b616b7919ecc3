"""However a run is cut into slices, stopped, hurried, saved or resumed: the same bits."""

import copy
import threading
from dataclasses import replace

import numpy as np
import pytest
import torch
from bits import bits
from hypothesis import given, reject, settings
from hypothesis import strategies as st
from strategies import specs

from core import Spec, Trainer, load_run, preset, presets, save_run
from core.compiled.suits import has_forms
from core.experiment.replicas import ByReplica
from core.train import compiled_epochs
from core.train.run import Diverged

COMPILED = [example for example in presets() if has_forms(ByReplica(example.spec))]
EPOCHS = {"font5x7": 40, "digits": 3, "emojis": 4, "emojis-20": 5, "emojis-55": 3}
LONG = replace(preset("font-autoencoder"), hidden=(3,), epochs=1250)
"""Past epoch 1,000, where the curves have a point every tenth epoch."""


def made(spec):
    return Trainer(spec, engine="compiled")


def by_steps(run, draw):
    while run.step():
        pass


def in_slices(run, draw):
    while not run.finished:
        count = int(draw.integers(1, 2 + run.spec.epochs // 2))
        before = run.epoch
        assert run.advance(count) == run.epoch - before == min(count, run.spec.epochs - before)


def in_slices_that_listen(run, draw):
    while not run.finished:
        run.advance(int(draw.integers(1, 2 + run.spec.epochs // 2)), stopped=lambda: False)


def stopped_at_random(run, draw):
    while not run.finished:
        run.advance(int(draw.integers(1, 9)), stopped=lambda: draw.random() < 0.02)


def stopped_within_epochs(run, draw):
    """Every epoch in parts, and some of them undone."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compiled_epochs, "LISTEN", 1e-9)
        for epochs in (1, 3, 10**6):
            until = min(run.epoch + epochs, run.spec.epochs)
            while run.epoch < until:
                held = bits(run)
                if not run.step(stopped=lambda: draw.random() < 0.02):
                    assert bits(run) == held


def hurried(run, draw):
    """By another thread, all the time."""
    done = threading.Event()

    def hurry():
        while not done.wait(draw.random() / 1000):
            run.hurry()

    thread = threading.Thread(target=hurry)
    thread.start()
    try:
        while not run.finished:
            assert run.advance(10**6) > 0
    finally:
        done.set()
        thread.join()


WAYS = (by_steps, in_slices, in_slices_that_listen, stopped_at_random, stopped_within_epochs, hurried)


@pytest.mark.parametrize("example", COMPILED, ids=lambda example: example.name)
def test_that_a_preset_has_the_same_bits_however_it_is_cut(example):
    spec = replace(example.spec, epochs=EPOCHS[example.spec.dataset])
    whole = bits(made(spec).run())
    for number, way in enumerate(WAYS):
        run = made(spec)
        way(run, np.random.default_rng(number))
        assert bits(run) == whole, way.__name__


def test_that_points_measured_together_are_those_measured_one_by_one_also_on_several_threads():
    """The curves are made with torch, of as many points at a time as a slice has."""
    spec = replace(preset("emoji-vae"), hidden=(30,), epochs=30, replicas=2)
    runs = [Trainer(spec, threads=3, engine="compiled") for _ in range(2)]
    by_steps(runs[0], None)
    assert bits(runs[0]) == bits(runs[1].run())
    assert runs[1].history.curves().epochs.tolist() == list(range(31))


@pytest.mark.parametrize("way", [by_steps, in_slices, stopped_within_epochs])
def test_that_slices_across_the_thinning_of_the_curves_have_the_same_bits(way):
    run = made(LONG)
    way(run, np.random.default_rng(1))
    assert bits(run) == bits(made(LONG).run())
    assert run.history.curves().epochs.tolist() == [*range(1000), *range(1000, 1251, 10)]


@given(specs(), st.lists(st.integers(1, 5), min_size=1, max_size=4), st.integers(0, 99))
@settings(max_examples=20)
def test_that_any_spec_has_the_same_bits_however_it_is_cut(spec, counts, seed):
    spec = replace(spec, contraction=0.0)
    whole, run = made(spec), made(spec)
    try:
        whole.run()
    except Diverged:
        reject()
    draw = np.random.default_rng(seed)
    for count in counts:
        run.advance(count, stopped=(lambda: draw.random() < 0.2) if draw.random() < 0.5 else None)
    stopped_within_epochs(run, draw)
    assert bits(run) == bits(whole)


@pytest.mark.parametrize("example", presets(), ids=lambda example: example.name)
def test_that_a_preset_goes_on_to_the_same_bits_from_a_file_and_from_a_checkpoint(example, tmp_path):
    """With the engine that suits it, which a run that is opened has to choose as well."""
    epochs = EPOCHS[example.spec.dataset]
    spec = replace(example.spec, epochs=epochs)
    whole, run, other = (Trainer(spec) for _ in range(3))
    run.advance(epochs // 2)
    save_run(run, tmp_path / "run.tp5")
    opened = load_run(tmp_path / "run.tp5")
    other.restore(run.checkpoint(), run.history.curves())
    assert run.engine == opened.engine == other.engine
    assert bits(opened) == bits(other) == bits(run)
    wanted = bits(whole.run())
    for each in (run, opened, other):
        assert bits(each.run()) == wanted


@pytest.mark.parametrize("by_replica", [{}, {"seed": [7, 1, 5, 5, 0], "learning_rate": [0.01] * 4 + [0.02]}])
@pytest.mark.parametrize("kind", [
    {"batch_size": 7, "noise": "gaussian", "noise_level": 0.2}, {"variational": True, "kl_warmup": 5},
    {"penalty": "mmd", "hidden": (9, 6)},
], ids=["noisy batches", "variational", "penalised"])  # fmt: skip
def test_that_a_replica_of_five_has_the_bits_of_a_single_run(kind, by_replica):
    spec = Spec(**kind, replicas=5, epochs=20, optimizer="rmsprop")
    together = Trainer(spec, None, by_replica, engine="compiled").run()
    for index in range(5):
        own = {name: row[index] for name, row in by_replica.items()}
        alone = made(replace(spec, **{"seed": index} | own, replicas=1)).run()
        assert torch.equal(together.network.params[index], alone.network.params[0])
        assert torch.equal(together.checkpoint().generators[index], alone.checkpoint().generators[0])
        ours, theirs = together.history.curves().replica(index), alone.history.curves().replica(0)
        for name, values in theirs.items():
            assert np.array_equal(ours[name], values), name


def ends_by_the_rule(curves, patience):
    """The epoch at which a run is patient enough, as its curves tell it: the first that can be."""
    since = None
    for epoch, wrong in zip(curves.epochs.tolist(), curves.values["wrong_pixels"].min(1), strict=True):
        since = None if wrong else epoch if since is None else since
        if since is not None and epoch - since >= patience:
            break
    return None if since is None else since + patience


@pytest.mark.parametrize(("patience", "replicas"), [(1, 1), (9, 2), (50, 1), (173, 1)])
def test_that_patience_ends_a_run_at_the_epoch_of_its_rule_however_it_is_cut(patience, replicas):
    spec = replace(
        preset("font-autoencoder"), hidden=(24,), epochs=3000, patience=patience, replicas=replicas
    )
    whole = made(spec).run()
    assert whole.finished
    assert whole.epoch == ends_by_the_rule(whole.history.curves(), patience) < 3000
    held = bits(whole)
    for number, way in enumerate((in_slices_of_any_length, in_slices_that_listen, hurried)):
        run = made(spec)
        way(run, np.random.default_rng(number))
        assert bits(run) == held, way.__name__


def in_slices_of_any_length(run, draw):
    while not run.finished:
        run.advance(int(draw.integers(1, 400)))


def test_that_patience_between_two_points_of_the_curves_ends_where_the_torch_engine_ends():
    """Past epoch 1,000: a run is known to be perfect at its points alone, but may end between them."""
    spec = replace(preset("font-autoencoder"), hidden=(24,), epochs=3000)
    start = made(spec)
    start.advance(1003)
    since = start.epoch - start.checkpoint().perfect_since
    for patience in (400, 600, 10**6):
        ends = []
        for engine in ("compiled", "torch"):
            for slices in (1, 7, 10**6):
                run = Trainer(spec, engine=engine)
                run.restore(start.checkpoint(), start.history.curves())
                run.update(replace(spec, patience=since + patience, epochs=1100))
                while run.advance(slices):
                    pass
                assert run.finished
                ends.append(run.epoch)
        assert len(set(ends)) == 1, ends


def test_that_a_hurry_from_another_thread_ends_a_million_epochs_while_python_runs_on():
    spec = replace(preset("font-autoencoder"), epochs=2_000_000)
    run = made(spec)
    run.advance(50)
    advanced, began, turns = threading.Event(), threading.Event(), 0

    def train():
        began.set()
        run.advance(1_000_000)
        advanced.set()

    thread = threading.Thread(target=train)
    thread.start()
    assert began.wait(10)
    while turns < 200_000 and not advanced.is_set():  # some tenths of a second of Python alone
        turns += 1
    assert turns == 200_000
    assert not advanced.is_set()
    run.hurry()
    assert advanced.wait(5)
    thread.join()
    assert 50 < run.epoch < 1_000_050
    held = run.epoch
    twin = made(spec)
    twin.advance(held)
    assert bits(run) == bits(twin)


def test_that_a_copy_in_the_middle_goes_on_by_itself():
    run, whole = made(LONG), made(LONG).run()
    run.advance(1003)
    twin, held = copy.deepcopy(run), bits(run)
    assert bits(twin) == held
    assert bits(twin.run()) == bits(whole)
    assert bits(run) == held
    assert bits(run.run()) == bits(whole)


class Broken(BaseException):
    """As Ctrl+C: no mere error."""


def broken(*_):
    raise Broken


@pytest.mark.parametrize("name", ["_take", "settle"])
def test_that_after_ctrl_c_in_a_call_a_run_goes_on_to_the_same_bits(monkeypatch, name):
    """Python raises it after the call: the weights have moved on, and nothing else has."""
    run, whole = made(LONG), made(LONG).run()
    run.advance(1003)
    with monkeypatch.context() as patch:
        patch.setattr(compiled_epochs.CompiledEpochs, name, broken)
        with pytest.raises(Broken):
            run.advance(50)
    assert run.epoch == 1000
    assert bits(run.run()) == bits(whole)


@pytest.mark.parametrize("engine", ["compiled", "torch"])
def test_that_after_an_error_of_who_is_asked_whether_to_stop_a_run_goes_on_to_the_same_bits(
    monkeypatch, engine
):
    monkeypatch.setattr(compiled_epochs, "LISTEN", 1e-9)
    spec = replace(LONG, epochs=30, batch_size=5)
    run, whole = Trainer(spec, engine=engine), Trainer(spec, engine=engine).run()
    run.advance(7)
    with pytest.raises(Broken):
        run.advance(5, broken)
    assert run.epoch == 7
    assert bits(run.run()) == bits(whole)


def test_that_an_evaluation_stays_as_it_was_made():
    run = made(replace(LONG, noise="flip", noise_level=0.2))
    run.advance(3)
    evaluation = run.evaluate()
    held = evaluation.pixels.clone()
    run.advance(3)
    assert torch.equal(evaluation.pixels, held)
