"""Whatever comes in by a file is a value or a refusal, in bounded time and memory; nothing else happens."""

import subprocess
import sys
from pathlib import Path

import pytest

DOORS = (
    "npy",
    "npz",
    "idx",
    "labels",
    "pictures",
    "sheets",
    "folders",
    "outlines",
    "strikes",
    "bdf",
    "c",
    "lists",
    "signs",
    "tables",
    "library",
    "runs",
    "journals",
)
SCRIPT, BOMBS = (Path(__file__).with_name(name) for name in ("doors.py", "bombs.py"))
SEED = 11
WITHIN = 5.0
"""Seconds of computing that a file may take which is refused for what it promises."""
SOUND = {"zeros-behind.gz", "vast-promise.bdf"}
"""Files that hold a small set all the same."""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a process cannot bound its own memory there")


def attack(door, count, folder):
    """Open so many damaged files; how that ended, case by case, where it did not end well."""
    words = [sys.executable, str(SCRIPT), door, str(SEED), "0", str(count)]
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, errors="replace", check=False)
    if done.returncode:
        case = (folder / "case").read_text() if (folder / "case").exists() else "none"
        return f"{door} {SEED}/{case} ended the process ({done.returncode}):\n{done.stderr[-3000:]}"
    return done.stdout


@pytest.mark.parametrize("door", DOORS)
def test_that_damaged_files_are_read_or_refused(door, tmp_path):
    assert attack(door, 20, tmp_path) == ""


@pytest.mark.slow
@pytest.mark.timeout(0)
@pytest.mark.parametrize("door", DOORS)
def test_that_many_damaged_files_are_read_or_refused(door, tmp_path):
    assert attack(door, 20_000 if door == "runs" else 5000, tmp_path) == ""


def explode(share, folder):
    words = [sys.executable, str(BOMBS), str(share)]
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, errors="replace", check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    lines = [line.split("\t") for line in done.stdout.splitlines()]
    assert len(lines) > 15
    for name, seconds, said in lines:
        assert said.startswith("read: ") == (name in SOUND), f"{name}: {said}"
        assert "memory" not in said, f"{name}: {said}"
        assert float(seconds) < WITHIN, f"{name}: {seconds} s"


on_linux = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is bounded as on Linux")


@on_linux
def test_that_what_hides_or_promises_too_much_is_refused_at_once(tmp_path):
    explode(48, tmp_path)


@on_linux
@pytest.mark.slow
def test_that_what_hides_all_that_it_promises_is_refused_at_once(tmp_path):
    explode(1, tmp_path)
