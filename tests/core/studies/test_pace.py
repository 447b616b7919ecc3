"""The time that a study still takes: told from what it took, and never more than before."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import Spec
from core.studies.pace import SETTLED, Extent, Pace
from core.studies.study import TEST_NOISE, Axis, Study

RATES = Axis("learning_rate", (0.1, 0.01))
PLAIN = Study(Spec(), (RATES,), 5)
TESTED = Study(Spec(noise="flip", noise_level=0.1), (RATES, Axis(TEST_NOISE, (0.1, 0.2))), 5)
STEPS = st.lists(st.tuples(st.floats(1e-3, 100), st.floats(0, 0.2), st.integers(0, 2)), max_size=60)


@given(st.sampled_from([PLAIN, TESTED]), STEPS)
def test_that_the_time_left_never_rises_and_is_never_below_nothing(study, steps):
    pace, now, left, measured, told = Pace(study), 0.0, 1.0, 0, []
    pace.tell(Extent(0, 0, left), now)
    for seconds, work, rows in steps:
        now, left = now + seconds, max(0.0, left - work)
        measured = min(measured + rows, study.total * len(study.levels))
        pace.tell(Extent(0, measured, left), now)
        told.append(pace.left)
    assert told == sorted(told, reverse=True)
    assert all(seconds >= 0 for seconds in told)


def told(study, steps):
    """What is left after every (seconds, share of the training, rows measured)."""
    pace, now, lefts = Pace(study), 0.0, []
    pace.tell(Extent(0, 0, 1.0), now)
    for seconds, share, measured in steps:
        now += seconds
        pace.tell(Extent(0, measured, 1 - share), now)
        lefts.append(pace.left)
    return lefts


def test_that_training_at_an_even_pace_is_foreseen():
    assert told(PLAIN, [(5.0, 0.25, 0), (5.0, 0.5, 0), (5.0, 0.75, 0)]) == pytest.approx([15, 10, 5])


def test_that_measuring_has_a_pace_of_its_own_which_is_waited_for():
    """Half of the training took 10 s; then each of 20 rows takes 2."""
    lefts = told(TESTED, [(10.0, 0.5, 0), (2.0, 0.5, 1), (2.0, 0.5, 2), (10.0, 1.0, 2), (2.0, 1.0, 3)])
    assert lefts == pytest.approx([math.inf, 10 + 2 * 19, 10 + 2 * 18, 2 * 18, 2 * 17])


def test_that_nothing_is_told_of_the_first_moments_nor_counted_of_an_earlier_attempt():
    assert told(PLAIN, [(SETTLED / 2, 0.5, 0)]) == [math.inf]
    pace = Pace(PLAIN)
    pace.tell(Extent(5, 5, 0.5), 100.0)  # half was done before
    pace.tell(Extent(6, 6, 0.4), 102.0)
    assert pace.left == pytest.approx(8)
