"""The window is killed without warning: a whole run is left, no older than the last save, and is offered."""

import json
import random
import time

import pytest
from window import complaints, launched, reports

from core import load_run
from tp5gui.session.kept_runs import KeptRuns


def kill(home, seed, case):
    """Kill a window that trains and keeps its run many times a second; then start another one."""
    draw = random.Random(f"{seed}/{case}")
    saves, delay, every = draw.randint(1, 12), draw.uniform(0, 0.1), draw.choice((1, 20, 100))
    where = f"seed {seed}, case {case}: {delay:.3f} s after save {saves}"
    process = launched(home, home, situation="training", first=1, every=every)
    saved = 0
    for _ in range(saves):
        saved = reports(process, "kept").get("epoch", saved)
    time.sleep(delay)  # anywhere between two saves, or within one
    process.kill()
    out, _ = process.communicate(timeout=60)
    whole = [json.loads(line) for line in out.splitlines(keepends=True) if line.endswith("\n")]
    saved = max([saved, *(line.get("epoch", 0) for line in whole)])
    assert saved > 0, where
    kept = KeptRuns(home / "tp5gui" / "kept")
    newest = kept.runs()[0]
    assert newest.epoch >= saved, where
    for run in kept.runs():
        assert load_run(run.path).epoch == run.epoch, where

    process = launched(home, home, situation="nothing shown yet", how="button", seconds=0.5)
    out, err = process.communicate(timeout=60)
    told = {}
    for line in out.splitlines():
        told |= json.loads(line)
    assert f"{newest.epoch:,}" in told.get("offered", "nothing"), where
    assert (process.returncode, complaints(err)) == (0, ""), where
    assert kept.lost() == newest, where  # nobody has answered
    assert load_run(newest.path).epoch == newest.epoch, where


@pytest.mark.parametrize("case", [0, pytest.param(1, marks=pytest.mark.slow)])
def test_that_a_kill_leaves_the_run_which_is_offered_back(tmp_path, case):
    kill(tmp_path, 1, case)


@pytest.mark.slow
@pytest.mark.parametrize("case", range(20))
def test_that_twenty_kills_leave_their_runs_which_are_offered_back(tmp_path, case):
    kill(tmp_path, 2, case)
