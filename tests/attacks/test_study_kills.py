"""Studies that are killed again and again: the next one goes on, and in the end nothing is missing."""

import csv
import random
import signal
import subprocess
import sys
import time

import pytest

from core.studies.journal import journal
from core.studies.study import Study

SEED = 11
KILLS = pytest.mark.parametrize("kills", [1, pytest.param(20, marks=pytest.mark.slow)])
ENDS = (signal.SIGKILL, pytest.param(signal.SIGINT, marks=pytest.mark.slow), signal.SIGTERM)
LONGEST = 180  # s: a machine that is busy with other things
SHAPES = ";".join(map(str, range(2, 8)))
WORDS = (
    "study", "vary", "font-autoencoder", "--vary", f"hidden={SHAPES}", "--runs", "4",
    "--set", "epochs=150", "--set", "activation=tanh",
)  # fmt: skip
ROWS = 24


def begin(*words):
    code = "import sys; from core.cli.parser import main; sys.exit(main())"
    return subprocess.Popen(
        [sys.executable, "-c", code, *WORDS, *map(str, words)],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def lines(path):
    """The whole lines of a journal that may be written just now."""
    return path.read_bytes().split(b"\n")[:-1] if path.exists() else []


def table(path):
    """The rows of a table, without what differs from time to time."""
    with path.open(newline="", encoding="utf-8") as file:
        return [
            {name: value for name, value in row.items() if name != "seconds"} for row in csv.DictReader(file)
        ]


@pytest.fixture(scope="module")
def unharmed(tmp_path_factory):
    """The table of a study that nobody killed."""
    path = tmp_path_factory.mktemp("unharmed") / "table.csv"
    with begin("--out", path) as process:
        assert process.wait(LONGEST) == 0, process.stderr.read()
    return table(path)


def end(process, how, more, path):
    """End a study some moments after its journal has so many lines more; what it said last."""
    wanted, until = len(lines(path)) + more[0], time.monotonic() + LONGEST
    while process.poll() is None and len(lines(path)) < wanted and time.monotonic() < until:
        time.sleep(0.002)
    time.sleep(more[1])
    process.send_signal(how)
    return process.communicate(timeout=LONGEST)[1]


@KILLS
@pytest.mark.parametrize("how", ENDS, ids=lambda how: how.name)
@pytest.mark.parametrize("workers", [(), pytest.param(("--workers", 2), marks=pytest.mark.slow)])
def test_that_a_study_that_is_ended_again_and_again_loses_nothing(unharmed, tmp_path, how, kills, workers):
    path, out = tmp_path / "journal", tmp_path / "table.csv"
    for number in range(kills):
        draw, case = random.Random(f"{SEED}/{how.name}/{number}"), f"seed {SEED}, kill {number}"
        before = lines(path)
        with begin("--journal", path, "--out", out, *workers) as process:
            # a process that has only just begun knows no signal yet: it may be killed at any time, no more
            rows = draw.randrange(3) if how is signal.SIGKILL else 1 + draw.randrange(2)
            said = end(process, how, (rows, draw.uniform(0, 0.1)), path)
        assert lines(path)[: len(before)] == before, case
        if process.returncode == 0:
            assert table(out) == unharmed, case
            out.unlink()
            path.unlink()  # and from the beginning
            continue
        assert process.returncode == (-how if how is signal.SIGKILL else 128 + how), (case, said)
        if how is not signal.SIGKILL:
            assert said.count("\n") == 1, (case, said)
            assert f"of {ROWS} runs done; the same command goes on from {path}" in said, case
            with path.open("rb") as file, journal(Study.from_json(file.readline().decode()), path) as kept:
                assert len(kept.done) == len(lines(path)) - 1 or workers, case
    with begin("--journal", path, "--out", out) as process:
        assert process.wait(LONGEST) == 0, process.stderr.read()
    assert table(out) == unharmed
    assert sorted(each.name for each in tmp_path.iterdir()) == ["journal", "table.csv"]
