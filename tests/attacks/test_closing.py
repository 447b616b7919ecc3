"""The window is closed while it is busy: it is gone at once, says nothing, and the run is kept."""

import json
import random
import signal
import time

import numpy as np
import pytest
from window import complaints, launched, reports

from core import Trainer, load_run, preset, save_run
from core.experiment.spec import edit
from tp5gui.session.kept_runs import MARK, KeptRuns

SITUATIONS = (
    "training", "a long epoch", "a longer epoch", "opening", "building", "a study", "importing", "measuring",
    "saving", "answering", "nothing shown yet",
)  # fmt: skip
ENDINGS = {"button": 0, "SIGTERM": 128 + signal.SIGTERM, "SIGINT": 128 + signal.SIGINT}
GONE = 3.0  # s until the window must be off the screen; on a quiet machine it takes a tenth of one
ENDED = 30.0  # s until the process must have ended; beyond its own patience a busy machine takes some


@pytest.fixture(scope="module")
def supplies(tmp_path_factory):
    """Large files to open and to import."""
    folder = tmp_path_factory.mktemp("supplies")
    np.save(folder / "large.npy", np.random.default_rng(0).integers(0, 255, (20_000, 28, 28), dtype=np.uint8))
    save_run(Trainer(edit(preset("font-autoencoder"), {"hidden": (2048, 2048)})), folder / "large.tp5")
    return folder


def close_while_busy(supplies, home, seed, case):
    """Close the window once; the situation, the moment and the way are drawn from seed and case."""
    draw = random.Random(f"{seed}/{case}")
    situation = SITUATIONS[case % len(SITUATIONS)]
    seconds, how = draw.choice((0.0, 0.02, 0.1, 0.4, 1.0)), draw.choice(("button", "button", *ENDINGS))
    where = f"seed {seed}, case {case}: {situation}, {how} after {seconds} s"
    button = how == "button"
    process = launched(supplies, home, situation=situation, seconds=seconds, how="button" if button else "")
    try:
        told = reports(process, "shown")
        assert "shown" in told, f"{where}: {process.stderr.read()}"
        if not button:
            time.sleep(seconds)
            process.send_signal(getattr(signal, how))
        began = time.monotonic()
        out, err = process.communicate(timeout=60)
        took = time.monotonic() - began - (seconds if button else 0)
    finally:
        process.kill()
        process.communicate()
    for line in out.splitlines():
        told |= json.loads(line)
    assert complaints(err) == "", f"{where}: {err}"
    assert process.returncode == ENDINGS[how], where
    assert took < ENDED, f"{where}: the process took {took:.1f} s"
    if button:
        assert told["hidden"] < GONE, f"{where}: the window took {told['hidden']:.2f} s"
    kept = KeptRuns(home / "tp5gui" / "kept")
    if situation in ("training", "a long epoch"):
        assert load_run(kept.runs()[0].path).epoch >= max(1, told.get("epoch", 1)), where
    assert kept.lost() is None, where
    assert not list(home.rglob(MARK)), where
    assert not list(home.rglob("*.part")), where


@pytest.mark.parametrize("case", [0, *(pytest.param(case, marks=pytest.mark.slow) for case in (1, 4))])
def test_that_closing_while_busy_is_answered_at_once_and_loses_nothing(supplies, tmp_path, case):
    close_while_busy(supplies, tmp_path, 1, case)


@pytest.mark.slow
@pytest.mark.parametrize("case", range(50))
def test_that_fifty_closes_while_busy_lose_nothing(supplies, tmp_path, case):
    close_while_busy(supplies, tmp_path, 2, case)
