"""What another process compiles is kept for this one; it ends when it is told, and leaves nothing behind."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import standin

from core.compiled import aside
from core.compiled.aside import compile_aside


def prepared_aside():
    preparation = standin.prepared()
    assert preparation.prepare(aside=True)
    assert preparation.made(3.0) == 7.0
    return preparation


def test_that_it_is_compiled_there_and_read_here(cache):
    assert not prepared_aside().compiled


def test_that_one_that_has_compiled_ends_well_and_says_so(cache):
    sealed = standin.PREPARATION.sealed()
    assert compile_aside("standin:PREPARATION", sealed.path.name, lambda: False)
    assert sealed.sound()


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
    assert not compile_aside("standin:PREPARATION", "another name", lambda: False)
    assert not list(cache.glob("*"))


def test_that_one_that_is_told_to_stop_is_gone_and_leaves_nothing(cache, tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    started, real = [], subprocess.Popen

    def popen(*arguments, **options):
        started.append(real(*arguments, **options))
        return started[-1]

    monkeypatch.setattr(aside.subprocess, "Popen", popen)
    at_work = lambda: len(list(tmp_path.glob("tp5-*/tp5-*"))) > 0  # noqa: E731
    assert not compile_aside("standin:ENDLESS", "endless.compiled", at_work)
    (process,) = started
    assert process.returncode is not None
    assert not list(tmp_path.glob("tp5-*"))


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_that_it_ends_when_the_process_that_asked_is_killed(cache, tmp_path):
    code = (
        "from core.compiled.aside import compile_aside\n"
        "compile_aside('standin:ENDLESS', 'endless.compiled', lambda: False)\n"
    )
    places = os.pathsep.join([*sys.path, str(Path(standin.__file__).parent)])
    environment = {**os.environ, "PYTHONPATH": places, "TMPDIR": str(tmp_path)}
    process = subprocess.Popen([sys.executable, "-c", code], env=environment)
    while not list(tmp_path.glob("tp5-*/tp5-*")):
        assert process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.wait()
    while list(tmp_path.glob("tp5-*")):  # removed by the child, the last that it does
        pass
