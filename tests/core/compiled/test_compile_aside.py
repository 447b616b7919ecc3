"""What another process compiles is kept for this one; it ends when it is told, and leaves nothing behind."""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
import standin

from core.compiled import aside
from core.compiled.aside import compile_aside
from core.compiled.folder import claimed, given
from core.compiled.sealed import Sealed


def prepared_aside():
    preparation = standin.prepared()
    assert preparation.prepare(aside=True)
    assert preparation.made(3.0) == 7.0
    return preparation


def test_that_it_is_compiled_there_and_read_here(cache):
    assert not prepared_aside().compiled


def test_that_one_that_has_compiled_ends_well_and_says_so(cache):
    sealed = standin.PREPARATION.sealed()
    assert compile_aside("standin:PREPARATION", sealed, lambda: False)
    assert sealed.read() is not None


def test_that_where_no_process_can_be_started_it_is_compiled_here(cache, monkeypatch):
    monkeypatch.setattr(sys, "executable", "/no/such/python")
    assert prepared_aside().compiled


def test_that_a_program_without_an_interpreter_does_not_start_itself_again(cache, monkeypatch):
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(subprocess, "Popen", None)
    assert prepared_aside().compiled


def test_that_no_process_is_started_where_nothing_could_be_kept(cache, monkeypatch):
    monkeypatch.setattr(subprocess, "Popen", None)
    cache.parent.mkdir(mode=0o700)
    cache.write_bytes(b"")
    assert prepared_aside().compiled


def test_that_one_with_other_sources_does_not_compile(cache):
    assert not compile_aside("standin:PREPARATION", Sealed("another name"), lambda: False)
    assert not list(cache.glob("*"))


def test_that_of_several_that_fill_a_folder_one_compiles_a_function(tmp_path):
    with given(tmp_path / "kept", tmp_path):
        assert [claimed("one"), claimed("one"), claimed("another")] == [True, False, True]
    assert claimed("one")


@pytest.mark.parametrize("cores", [1, 2, 3])
def test_that_those_that_are_told_to_stop_are_gone_and_leave_nothing(cache, tmp_path, monkeypatch, cores):
    monkeypatch.setattr(os, "cpu_count", lambda: cores)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    started, real = [], subprocess.Popen

    def popen(*arguments, **options):
        started.append(real(*arguments, **options))
        return started[-1]

    monkeypatch.setattr(aside.subprocess, "Popen", popen)
    at_work = lambda: len(list(tmp_path.glob(f"tp5-*/{standin.BEGUN}"))) > 0  # noqa: E731
    assert not compile_aside("standin:ENDLESS", standin.ENDLESS.sealed(), at_work)
    assert len(started) == min(cores, aside.MOST)
    assert all(process.returncode is not None for process in started)
    assert not list(tmp_path.glob("tp5-*"))


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_that_they_end_when_the_process_that_asked_is_killed(cache, tmp_path):
    code = (
        "from standin import ENDLESS\nfrom core.compiled.aside import compile_aside\n"
        "compile_aside('standin:ENDLESS', ENDLESS.sealed(), lambda: False)\n"
    )
    places = os.pathsep.join([*sys.path, str(Path(standin.__file__).parent)])
    environment = {**os.environ, "PYTHONPATH": places, "TMPDIR": str(tmp_path)}
    process = subprocess.Popen([sys.executable, "-c", code], env=environment)
    while not list(tmp_path.glob(f"tp5-*/{standin.BEGUN}")):
        assert process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.wait()
    while list(tmp_path.glob("tp5-*")):  # removed by the children, the last that they do
        pass
