"""A command says once on standard error that what trains is compiled, and nothing where it only is read."""

import threading

import pytest

from core.compiled import preparing
from core.compiled.preparing import Preparation

WORDS = "Preparing, once on this machine\n"
FAST = ("--set", "epochs=20")
STUDY = (
    "study",
    "vary",
    "--vary",
    "latent=1,2",
    "--set",
    "epochs=20",
    "--set",
    "hidden=4",
    "--runs",
    "1",
    "--json",
)


def unprepared(name, monkeypatch, load=lambda: None):
    """What trains, as in a process that has just begun."""
    preparing.EPOCHS.prepare()
    preparation = Preparation(load, name, "")
    monkeypatch.setattr(preparing, "EPOCHS", preparation)
    return preparation


def nowhere():
    raise OSError("nothing can be kept")


@pytest.fixture
def compiles(monkeypatch):
    return unprepared(nowhere, monkeypatch)


@pytest.fixture
def reads(monkeypatch, tmp_path):
    monkeypatch.setattr(preparing.Sealed, "read", lambda self: b"PK\5\6" + bytes(18))
    return unprepared(lambda: "kept", monkeypatch)


def test_that_train_says_that_it_compiles(tp5, compiles):
    status, _, err = tp5("train", "font-autoencoder", *FAST, "--json")
    assert (status, err) == (0, WORDS)
    assert compiles.ready


def test_that_train_says_nothing_where_it_reads(tp5, reads):
    status, _, err = tp5("train", "font-autoencoder", *FAST, "--json")
    assert (status, err) == (0, "")
    assert reads.ready


def test_that_a_run_that_torch_trains_compiles_nothing(tp5, compiles):
    status, _, err = tp5("train", "font-autoencoder", *FAST, "--set", "contraction=0.1", "--json")
    assert (status, err) == (0, "")
    assert not compiles.ready


def test_that_a_study_says_once_that_it_compiles(tp5, compiles):
    status, _, err = tp5(*STUDY)
    assert (status, err) == (0, WORDS)
    assert compiles.ready


def test_that_a_study_with_workers_prepares_before_they_begin(tp5, compiles, monkeypatch):
    from core.studies import running

    begun, real = [], running.processes
    monkeypatch.setattr(running, "processes", lambda count: begun.append(compiles.ready) or real(count))
    status, _, err = tp5(*STUDY, "--workers", "1")
    assert (status, err) == (0, WORDS)
    assert begun == [True]


def test_that_a_study_that_is_stopped_does_not_wait_for_others(monkeypatch):
    from core import Spec
    from core.studies.running import run
    from core.studies.study import Axis, Study

    gate, begun = threading.Event(), threading.Event()
    preparation = unprepared(nowhere, monkeypatch, lambda: begun.set() or gate.wait(60))
    thread = threading.Thread(target=preparation.prepare)
    thread.start()
    assert begun.wait(60)
    told = []

    def on_rows(rows, extent):
        told.append(rows)
        return len(told) < 3

    assert run(Study(Spec(epochs=5), (Axis("latent", (1, 2)),), 1), on_rows=on_rows) == []
    gate.set()
    thread.join()
