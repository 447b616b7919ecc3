"""Compiled functions are read from what was kept, or compiled anew: right in any case, and never an error."""

import errno
import io
import os
import pickle
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest
import standin
from bits import bits

from core import Spec, Trainer
from core.compiled import forms, preparing, suits
from core.compiled.folder import FORSAKEN
from core.compiled.preparing import EPOCHS, Preparation
from core.compiled.sealed import Sealed
from core.compiled.sources import name_of

posix = pytest.mark.skipif(os.name != "posix", reason="modes of POSIX")


def prepared(added=1.0):
    """A preparation as a new process has it, made ready, its function right."""
    preparation = standin.prepared(added)
    assert preparation.prepare()
    assert preparation.ready
    assert preparation.made(3.0) == 6 + added
    return preparation


def other():
    """The same in a process of its own."""
    places = os.pathsep.join([*sys.path, str(Path(standin.__file__).parent)])
    return subprocess.Popen(
        [sys.executable, standin.__file__],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": places},
    )  # fmt: skip


def said(process):
    out, err = process.communicate(timeout=120)
    assert (process.returncode, err) == (0, "")
    return out.split()


def test_that_another_process_reads_what_one_has_compiled(cache):
    assert said(other()) == ["True", "7.0"]
    assert said(other()) == ["False", "7.0"]


def test_that_of_two_processes_at_once_both_are_right_and_a_third_reads(cache):
    two = [other(), other()]
    assert [said(one)[1] for one in two] == ["7.0", "7.0"]
    assert said(other()) == ["False", "7.0"]


def test_that_a_changed_form_is_compiled_anew(cache):
    assert prepared().compiled
    assert prepared(added=2.0).compiled
    assert not prepared().compiled
    assert not prepared(added=2.0).compiled


@pytest.mark.parametrize("place", [5, 200, -200, -1])
def test_that_a_damaged_one_is_compiled_anew_and_kept_again(cache, place):
    path = prepared().sealed().path
    content = bytearray(path.read_bytes())
    content[place] ^= 0x10
    path.write_bytes(content)
    assert prepared().compiled
    assert not prepared().compiled


@posix
def test_that_one_that_others_can_write_is_compiled_anew_and_kept_again(cache):
    prepared()
    cache.chmod(0o777)
    assert prepared().compiled
    assert not prepared().compiled


class Crafted:
    """Makes a file where it is unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return Path.touch, (self.path,)


def crafted(path, trace):
    """The file of a sealed one, in which every file of numba's makes the file `trace` where it is read."""
    with zipfile.ZipFile(io.BytesIO(path.read_bytes()[32:])) as archive:
        names = archive.namelist()
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name in names:
            archive.writestr(name, pickle.dumps(Crafted(trace)))
    return content.getvalue()


def test_that_the_seal_is_looked_at_before_anything_is_unpickled(cache, tmp_path):
    path, trace = prepared().sealed().path, tmp_path / "executed"
    path.write_bytes(path.read_bytes()[:32] + crafted(path, trace))
    assert prepared().compiled
    assert not trace.exists()


@posix
def test_that_a_sealed_one_of_a_folder_that_others_can_write_is_not_unpickled(cache, tmp_path):
    path, trace = prepared().sealed().path, tmp_path / "executed"
    content = crafted(path, trace)
    path.write_bytes(sha256(content).digest() + content)
    cache.chmod(0o777)
    assert prepared().compiled
    assert not trace.exists()


def test_that_what_numba_keeps_elsewhere_is_not_looked_at(cache, tmp_path, monkeypatch):
    from numba import config

    monkeypatch.setattr(config, "CACHE_DIR", str(tmp_path / "of a person"))
    beside = set(Path(standin.__file__).parent.rglob("*.nb?"))
    prepared()
    assert str(tmp_path / "of a person") == config.CACHE_DIR
    assert config.CACHE_LOCATOR_CLASSES == ""
    assert not (tmp_path / "of a person").exists()
    assert set(Path(standin.__file__).parent.rglob("*.nb?")) == beside


def test_that_one_that_numba_cannot_read_is_compiled_in_memory_and_removed(cache):
    path = prepared().sealed().path
    with zipfile.ZipFile(io.BytesIO(path.read_bytes()[32:])) as archive:
        names = archive.namelist()
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name in names:
            archive.writestr(name, b"no pickle")
    path.write_bytes(sha256(content.getbuffer()).digest() + content.getvalue())
    assert prepared().compiled
    assert not path.exists()
    prepared()
    assert not prepared().compiled


def full(*arguments, **options):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize("where", ["scratch", "numba", "cache", "a file", "no name"])
def test_that_where_nothing_can_be_kept_it_is_compiled_in_memory(cache, monkeypatch, where):
    if where == "scratch":
        monkeypatch.setattr(tempfile, "TemporaryDirectory", full)
    elif where == "numba":
        from numba.core import caching

        monkeypatch.setattr(caching.IndexDataCacheFile, "save", full)
    elif where == "cache":
        monkeypatch.setattr(Sealed, "pack", full)
    elif where == "no name":
        monkeypatch.setattr(standin, "name_of", full)
    else:
        cache.parent.mkdir(mode=0o700)
        cache.write_bytes(b"")
    for _ in range(2):
        assert prepared().compiled


def test_that_nothing_is_left_in_the_folder_for_what_is_temporary(cache, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    prepared()
    prepared()
    assert not list(tmp_path.glob("tp5-*"))


def test_that_what_a_killed_process_left_goes_in_time_and_nothing_else(cache, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    elsewhere = tmp_path / "elsewhere"
    names = ("tp5-old", "tp5-new", "another's", "elsewhere")
    for name in names:
        (tmp_path / name / "inside").mkdir(parents=True)
    (tmp_path / "tp5-link").symlink_to(elsewhere)
    for name in ("tp5-old", "another's", "elsewhere", "tp5-link"):
        os.utime(tmp_path / name, (0, time.time() - 2 * FORSAKEN))
    prepared()
    assert not (tmp_path / "tp5-old").exists()
    assert all((tmp_path / name / "inside").exists() for name in (*names[1:], "tp5-link"))


class Gate:
    """A preparation that takes as long as the test likes."""

    def __init__(self):
        self.begun, self.open, self.times = threading.Event(), threading.Event(), 0
        self.preparation = Preparation(self._load, lambda: "gate", "")

    def _load(self):
        self.times += 1
        self.begun.set()
        assert self.open.wait(60)


def test_that_of_many_threads_one_prepares_and_the_others_wait(cache):
    gate, done = Gate(), []
    threads = [threading.Thread(target=lambda: done.append(gate.preparation.prepare())) for _ in range(5)]
    for thread in threads:
        thread.start()
    assert gate.begun.wait(60)
    assert gate.preparation.under_way(0.01)
    assert gate.preparation.words() == "Preparing, once on this machine"
    assert gate.preparation.prepare(lambda: True) is False  # who is asked to stop does not wait
    gate.open.set()
    for thread in threads:
        thread.join()
    assert done == [True] * 5
    assert gate.times == 1
    assert not gate.preparation.under_way(0.01)
    assert gate.preparation.words() == ""


def test_that_others_wait_for_who_has_claimed_it_until_it_is_given_back(cache):
    gate = Gate()
    gate.open.set()
    assert gate.preparation.claim()
    assert not gate.preparation.claim()
    assert gate.preparation.under_way(0.01)
    assert not gate.preparation.prepare(lambda: True)
    gate.preparation.give_back()
    assert not gate.preparation.under_way(0.01)
    assert gate.preparation.claim()
    assert gate.preparation.prepare(claimed=True)
    assert not gate.preparation.claim()


def test_that_reading_has_no_words_for_a_moment_only(cache, tmp_path, monkeypatch):
    files = tmp_path / "files"
    files.mkdir()
    Sealed("gate").pack(files)
    gate = Gate()
    thread = threading.Thread(target=gate.preparation.prepare)
    monkeypatch.setattr(preparing, "MOMENT", 1e9)
    thread.start()
    assert gate.begun.wait(60)
    assert gate.preparation.words() == ""
    monkeypatch.setattr(preparing, "MOMENT", 0)
    assert gate.preparation.words()
    gate.open.set()
    thread.join()


@pytest.mark.parametrize("error", [LookupError("no such type"), ModuleNotFoundError("numba")])
def test_that_an_error_of_the_compiler_is_told_once_and_blocks_nobody(cache, caplog, error):
    def load():
        tried.append(1)
        raise error

    tried, preparation = [], Preparation(load, lambda: "broken", "")
    for _ in range(2):
        assert not preparation.prepare()
        assert preparation.failed
        assert not preparation.claim()  # nobody waits for what cannot be
        assert not preparation.under_way(0.01)
    assert len(tried) == 2  # once with a folder, and once without
    assert str(error) in caplog.text


def test_that_without_the_compiler_a_run_is_trained_by_torch(monkeypatch, caplog):
    def load():
        raise ModuleNotFoundError("numba")

    monkeypatch.setattr(preparing, "EPOCHS", Preparation(load, lambda: "broken", ""))
    monkeypatch.setattr(suits, "EPOCHS", preparing.EPOCHS)
    run = Trainer(Spec(epochs=3))
    assert run.engine == "compiled"
    assert run.advance(2) == 2
    assert run.engine == "torch"
    assert bits(run.run()) == bits(Trainer(Spec(epochs=3), engine="torch").run())
    assert "numba" in caplog.text


def test_that_a_window_can_ask_before_numba_and_torch_are_loaded():
    code = (
        "import sys\nfrom core.compiled.preparing import EPOCHS\n"
        "EPOCHS.sealed().read()\nEPOCHS.words()\nassert not EPOCHS.under_way(0)\n"
        "assert not {'numba', 'torch', 'llvmlite'} & set(sys.modules), sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def named(*forms):
    return name_of([], forms)


def test_that_a_form_counts_with_all_that_its_code_names():
    def scaled(by):
        return lambda x: by * x

    world = {"__name__": "elsewhere", "half": 0.5}
    exec("def helper(x):\n    return half * x\ndef form(x):\n    return helper(x) + 1", world)
    before = named(world["form"])
    assert before == named(world["form"])
    world["half"] = 0.25
    assert named(world["form"]) != before
    assert named(scaled(1)) == named(scaled(1)) != named(scaled(2))


def test_that_a_form_that_calls_itself_counts():
    def first(x):
        return second(x - 1) if x > 0 else 0

    def second(x):
        return first(x - 1) if x > 0 else 1

    assert named(first) == named(first) != named(second)


def test_that_every_record_of_the_house_counts_for_the_epochs(monkeypatch):
    from core.choices.activations import ACTIVATIONS, Activation

    monkeypatch.setattr(forms, "_written", {})  # as in a process that has not trained yet
    before = EPOCHS.sealed().path
    monkeypatch.setattr(ACTIVATIONS, "_records", dict(ACTIVATIONS._records))
    assert EPOCHS.sealed().path == before
    own = Activation(
        "own", "Own", "x.", lambda z: z, lambda g, z, a: g, compiled=(lambda z: z, lambda g, z, a: g)
    )
    ACTIVATIONS.add(own)
    assert EPOCHS.sealed().path != before
