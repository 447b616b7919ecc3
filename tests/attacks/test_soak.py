"""A long session neither slows the window down nor fills the memory."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

SOAK = Path(__file__).with_name("soak.py")
GROWTH = 40  # MB that a whole soak may add


def soak(seconds):
    done = subprocess.run(
        [sys.executable, "-W", "error", str(SOAK), str(seconds)],
        capture_output=True, text=True, timeout=seconds + 120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_that_a_window_in_use_trains_and_fails_at_nothing():
    found = soak(5)
    assert found["failures"] == []
    assert found["last"]["frames"] > 5
    assert found["epoch"] > 100


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_that_the_last_minute_of_twelve_is_like_the_first():
    found = soak(720)
    assert found["failures"] == []
    assert found["last"]["memory_mb"] - found["first"]["memory_mb"] <= GROWTH, found
    assert found["last"]["gap_ms"][1] <= 1.5 * found["first"]["gap_ms"][1], found
    assert found["last"]["epochs_per_second"] >= 0.7 * found["first"]["epochs_per_second"], found
