"""How long an epoch takes is expected, measured, and announced once where it is minutes."""

from types import SimpleNamespace

import pytest

import core.train.pace
from core import Spec, load_dataset
from core.train.pace import LONG, WAIT, Pace

FONT = load_dataset("font5x7")


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands until it is set."""
    clock = SimpleNamespace(now=100.0)
    monkeypatch.setattr(core.train.pace, "time", SimpleNamespace(perf_counter=lambda: clock.now))
    return clock


def begun(clock, batches, seconds):
    """An epoch of 32 batches of which some are done after so many seconds."""
    pace = Pace(Spec(batch_size=1), FONT, 1)
    pace.begin()
    for _ in range(batches):
        pace.batch()
    clock.now += seconds
    return pace


def test_that_an_epoch_under_way_is_judged_by_its_batches(clock):
    assert begun(clock, 8, 5.0).seconds == 20.0


def test_that_an_epoch_that_is_done_is_judged_as_a_whole(clock):
    pace = begun(clock, 32, 5.0)
    pace.end()
    assert pace.seconds == 5.0


@pytest.mark.parametrize(("minutes", "words"), [(1, "about 1 minute."), (7, "about 7 minutes.")])
def test_that_an_epoch_of_minutes_is_announced_once(clock, minutes, words):
    pace = begun(clock, 8, 60 * minutes / 4)
    assert pace.announcement() == f"An epoch takes {words}"
    assert pace.announcement() == ""
    pace.begin()
    clock.now += 60 * minutes
    assert pace.announcement() == ""


def test_that_a_shorter_epoch_is_not_announced(clock):
    assert begun(clock, 8, LONG / 4 - 0.01).announcement() == ""


def test_that_nothing_is_announced_before_the_first_epoch_has_begun(clock):
    pace = Pace(Spec(hidden=(4096, 4096), replicas=4096), FONT, 1)
    assert pace.seconds > LONG
    assert pace.announcement() == ""


def test_that_nothing_is_announced_before_the_pace_is_known(clock):
    assert begun(clock, 1, 0.99 * WAIT).announcement() == ""


def test_that_an_epoch_of_one_great_batch_is_announced_by_its_work(clock):
    pace = Pace(Spec(hidden=(4096, 4096), replicas=4096), FONT, 1)
    pace.begin()
    clock.now += WAIT
    assert "minutes" in pace.announcement()
