"""A command that ends early: real processes, real signals, one line, a shell's status, and a readable run."""

import signal
import subprocess
import sys

import pytest
from bits import bits

from core import Trainer, load_run
from core.cli.ending import Ended, ended_by_signals, heeded
from core.experiment.presets import preset
from core.experiment.spec import edit

CHILD = """
import os, sys
from {module} import {name} as owner
from core.cli import main
original, calls = owner.{function}, 0

def counted(*arguments, **more):
    global calls
    calls += 1
    if calls == {when}:
        os.kill(os.getpid(), {number})
    return original(*arguments, **more)

owner.{function} = counted
sys.exit(main(sys.argv[1:]))
"""
BATCH = ("core.train.pace", "Pace", "batch")
BOTH = pytest.mark.parametrize(
    ("number", "status"), [pytest.param(signal.SIGINT, 130, marks=pytest.mark.slow), (signal.SIGTERM, 143)]
)
"""The one is handled as the other; a process takes seconds to begin."""


def signalled(number, when, place, *words):
    """`tp5` with these words in a process that sends itself a signal at call `when` of a function."""
    module, name, function = place
    code = CHILD.format(module=module, name=name, function=function, when=when, number=int(number))
    command = [sys.executable, "-c", code, *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, done.stdout, done.stderr


def fields(**values):
    return [word for name, value in values.items() for word in ("--set", f"{name}={value}")]


@pytest.mark.parametrize(
    ("form", "number", "status"), [([], signal.SIGINT, 130), (["--json"], signal.SIGTERM, 143)]
)
def test_that_training_that_is_ended_leaves_the_run_of_its_last_whole_epoch(tmp_path, number, status, form):
    """By torch, which a contraction needs: it can end in the middle of an epoch."""
    path, own = tmp_path / "run.tp5", {"epochs": 1000, "batch_size": 5, "contraction": 0.01}
    words = ["train", "font-autoencoder", *fields(**own), "--out", path, *form]
    found, out, err = signalled(number, 7 * 3 + 2, BATCH, *words)  # in the fourth epoch
    assert (found, out) == (status, "")
    assert err == f"tp5: stopped at epoch 3; the run is in {path}\n"
    kept, whole = load_run(path), Trainer(edit(preset("font-autoencoder"), own))
    for _ in range(3):
        whole.step()
    assert bits(kept) == bits(whole)


@BOTH
def test_that_compiled_training_that_is_ended_leaves_the_run_of_its_last_whole_epoch(
    tmp_path, number, status
):
    path, own = tmp_path / "run.tp5", {"epochs": 10_000_000}
    place = ("core.train.pace", "Pace", "end")
    found, out, err = signalled(number, 2, place, "train", "font-autoencoder", *fields(**own), "--out", path)
    kept, whole = load_run(path), Trainer(edit(preset("font-autoencoder"), own))
    assert (found, out) == (status, "")
    assert err == f"tp5: stopped at epoch {kept.epoch}; the run is in {path}\n"
    assert whole.advance(kept.epoch) > 0
    assert bits(kept) == bits(whole)


@BOTH
def test_that_a_signal_during_the_saving_does_not_lose_the_run(tmp_path, number, status):
    path = tmp_path / "run.tp5"
    saving = ("core.train", "runfile", "check_size")
    words = ["train", "font-autoencoder", *fields(epochs=2), "--out", path, "--json"]
    found, out, err = signalled(number, 1, saving, *words)
    assert (found, err, out.count("\n")) == (0, "", 1)  # all its epochs were trained
    assert load_run(path).epoch == 2


def test_that_training_without_a_file_says_that_nothing_is_kept():
    words = ["train", "font-autoencoder", *fields(epochs=1000, contraction=0.01)]
    status, out, err = signalled(signal.SIGINT, 2, BATCH, *words)
    assert (status, out) == (130, "")
    assert err == "tp5: stopped at epoch 2; without --out nothing is kept\n"


def test_that_training_that_diverges_leaves_its_last_sound_weights(tp5, tmp_path):
    wild = fields(activation="identity", optimizer="sgd", learning_rate=10, momentum=0.999, gain=10)
    path = tmp_path / "run.tp5"
    status, out, err = tp5("train", "font-autoencoder", *wild, "--out", path, "--json")
    kept = load_run(path)
    assert (status, out, err.count("\n")) == (1, "", 1)
    assert f"weights of epoch {kept.epoch} were kept" in err
    assert str(path) in err
    assert kept.snapshot().loss < float("inf")


@BOTH
def test_that_a_measurement_ends_in_one_line(tmp_path, number, status):
    path = tmp_path / "run.tp5"
    from core.train.runfile import save_run

    save_run(Trainer(edit(preset("font-autoencoder"), {"epochs": 1})), path)
    place = ("core.measure", "denoising", "posterior")
    words = ["evaluate", path, "--noise", "0.2", "--json"]
    assert signalled(number, 3, place, *words) == (status, "", "tp5: stopped\n")


def test_that_signals_are_given_back_as_they_were():
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(Ended) as ended, ended_by_signals():
        signal.raise_signal(signal.SIGTERM)
    assert ended.value.status == 143
    assert signal.getsignal(signal.SIGINT) is before


def test_that_the_first_signal_is_heeded_and_the_second_does_not_wait():
    with heeded() as stop:
        assert not stop()
        signal.raise_signal(signal.SIGTERM)
        assert stop()
        with pytest.raises(Ended) as ended:
            signal.raise_signal(signal.SIGINT)
    assert (stop.number, ended.value.status) == (signal.SIGTERM, 130)


def test_that_an_ignored_signal_stays_ignored():
    """As Ctrl+C is for what a shell runs in the background."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with heeded() as stop:
            signal.raise_signal(signal.SIGINT)
            assert not stop()
    finally:
        signal.signal(signal.SIGINT, before)


def test_that_an_epoch_of_minutes_is_announced_and_a_short_one_is_not(tp5, monkeypatch):
    words = ["train", "font-autoencoder", *fields(epochs=5, batch_size=5)]
    assert tp5(*words)[2] == ""
    monkeypatch.setattr("core.train.pace.WAIT", 0)
    monkeypatch.setattr("core.train.pace.Pace.seconds", 330.0)
    status, out, err = tp5(*words, "--json")
    assert (status, err) == (0, "An epoch takes about 6 minutes.\n")  # 5.5, rounded to even
    assert out.count("\n") == 1
