"""What is said of a table: numpy by hand, Wilson's equation, and what a race keeps."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from core import Spec
from core.studies.groups import groups, run_group
from core.studies.study import TEST_NOISE, Axis, Study
from core.studies.summary import BANDS, RESAMPLES, Z, cells, interval, races, success

RATE = Study(Spec(), (Axis("learning_rate", (0.1, 0.01)),), 9)
NUMBERS = st.floats(-1e6, 1e6) | st.integers(-99, 99)
SAMPLES = st.lists(NUMBERS, min_size=1, max_size=12)


def rows_of(rate, values, measure="loss"):
    return [{"learning_rate": rate, measure: value} for value in values]


def only(values, band="sd"):
    """The summary of one setting's runs."""
    return cells(RATE, rows_of(0.1, values), "loss", band)[0]


def near(wanted):
    return pytest.approx(wanted, rel=1e-9, abs=1e-6)


# -- means and bands


@given(SAMPLES)
def test_that_the_band_of_the_standard_deviation_lies_around_the_mean(values):
    cell = only(values)
    mean = math.fsum(values) / len(values)
    spread = 0.0
    if len(values) > 1:
        spread = math.sqrt(math.fsum((value - mean) ** 2 for value in values) / (len(values) - 1))
    assert (cell.runs, cell.values) == (len(values), (0.1,))
    assert (cell.mean, cell.low, cell.high) == (near(mean), near(mean - spread), near(mean + spread))


@given(SAMPLES)
def test_that_the_range_is_from_the_least_to_the_most(values):
    cell = only(values, "range")
    assert (cell.low, cell.high) == (min(values), max(values))


@given(SAMPLES)
def test_that_the_bootstrap_leaves_a_fortieth_of_the_means_of_other_draws_on_either_side(values):
    """Drawn here with other chance; 2,000 means put its ends to within 0.015 of the share, if not less."""
    cell = only(values, "bootstrap")
    drawn = np.random.default_rng(1).choice(np.array(values, float), (20_000, len(values))).mean(1)
    some = 1e-9 * max(1, np.abs(drawn).max())
    assert (drawn < cell.low - some).mean() < 0.04
    assert (drawn <= cell.low + some).mean() > 0.01
    assert (drawn > cell.high + some).mean() < 0.04
    assert (drawn >= cell.high - some).mean() > 0.01
    assert cell.mean == near(np.mean(values))


@given(SAMPLES)
def test_that_the_bootstrap_is_the_same_whenever_it_is_asked_for(values):
    assert RESAMPLES >= 1000
    assert only(values, "bootstrap") == only(values, "bootstrap")


@pytest.mark.parametrize("band", BANDS)
@given(values=SAMPLES)
def test_that_the_mean_lies_in_its_band_and_the_band_among_the_runs(band, values):
    """To the bit: bars of an error that is negative cannot be drawn."""
    cell = only(values, band)
    assert cell.low <= cell.mean <= cell.high
    if band != "sd":
        assert min(values) - 1e-6 <= cell.low
        assert cell.high <= max(values) + 1e-6


@pytest.mark.parametrize("band", BANDS)
@given(value=NUMBERS, count=st.integers(1, 12))
def test_that_runs_that_are_all_alike_have_no_band(band, value, count):
    cell = only([value] * count, band)
    assert cell.low <= cell.mean <= cell.high
    assert (cell.low, cell.high) == (near(value), near(value))


@pytest.mark.parametrize("band", BANDS)
def test_that_one_run_is_its_own_mean_without_a_band(band):
    cell = only([0.25], band)
    assert (cell.runs, cell.mean, cell.low, cell.high) == (1, 0.25, 0.25, 0.25)


# -- settings


def test_that_every_setting_has_its_own_runs_in_the_order_of_the_axes():
    study = Study(
        Spec(noise="flip", noise_level=0.1),
        (Axis("hidden", ((4,), (8, 4))), Axis(TEST_NOISE, (0.3, 0.0, 0.1))),
        2,
    )
    expected = {}
    rows = []
    for number, hidden in enumerate(((4,), (8, 4))):
        for place, level in enumerate((0.3, 0.0, 0.1)):
            values = [100 * number + 10 * place + run for run in range(2)]
            expected[hidden, level] = np.mean(values)
            rows += [{"hidden": hidden, TEST_NOISE: level, "recognised": value} for value in values]
    rows = [rows[index] for index in np.random.default_rng(0).permutation(len(rows))]
    found = cells(study, rows, "recognised")
    assert [cell.values for cell in found] == list(expected)
    assert [cell.mean for cell in found] == list(expected.values())


def test_that_layers_read_from_a_journal_are_those_of_the_axis():
    study = Study(Spec(), (Axis("hidden", ((4,), (8, 4))),), 1)
    rows = [{"hidden": [8, 4], "loss": 2.0}, {"hidden": [4], "loss": 1.0}]
    assert [cell.mean for cell in cells(study, rows, "loss")] == [1.0, 2.0]


@pytest.mark.parametrize("band", BANDS)
def test_that_a_setting_without_runs_has_no_mean(band):
    done, waiting = cells(RATE, rows_of(0.1, [1.0, 2.0]), "loss", band)
    assert (done.runs, done.mean) == (2, 1.5)
    assert (waiting.values, waiting.runs) == ((0.01,), 0)
    assert all(math.isnan(number) for number in (waiting.mean, waiting.low, waiting.high))
    assert [cell.runs for cell in cells(RATE, [], "loss", band)] == [0, 0]


def test_that_a_run_without_the_measure_does_not_count():
    rows = [*rows_of(0.1, [1.0, 2.0]), {"learning_rate": 0.1}, {"learning_rate": 0.1, "loss": None}]
    assert cells(RATE, rows, "loss")[0] == only([1.0, 2.0])


@pytest.mark.parametrize("rows", [rows_of(0.1, [1.0]), rows_of(0.1, [None, None], "ssim")])
def test_that_of_what_no_run_has_every_setting_is_there_and_none_is_known(rows):
    found = cells(RATE, rows, "ssim")
    assert [cell.values for cell in found] == [(value,) for value in RATE.axes[0].values]
    assert all(cell.runs == 0 and math.isnan(cell.mean) for cell in found)


def test_that_yes_and_no_are_a_share():
    rows = rows_of(0.1, [True, False, False, True], "collapsed")
    assert cells(RATE, rows, "collapsed")[0].mean == 0.5


def test_that_without_an_axis_there_is_one_setting():
    (cell,) = cells(Study(Spec(), (), 3), [{"loss": 1.0}, {"loss": 2.0}, {"loss": 6.0}], "loss", "range")
    assert (cell.values, cell.runs, cell.mean, cell.low, cell.high) == ((), 3, 3.0, 1.0, 6.0)


def test_that_a_table_of_a_real_study_is_summed_setting_by_setting():
    study = Study(Spec(hidden=(4,), epochs=5), (Axis("learning_rate", (0.05, 0.001)),), 3)
    table = [row for group in groups(study) for row in run_group(study, group)]
    for cell in cells(study, table, "loss", "range"):
        own = [row["loss"] for row in table if row["learning_rate"] == cell.values[0]]
        assert len(own) == cell.runs == 3
        assert (cell.mean, cell.low, cell.high) == (near(np.mean(own)), min(own), max(own))


# -- shares


def wilson(hits, runs):
    """Where |share - p| = z sqrt(p (1 - p) / runs), by halving on either side of the share."""
    share = hits / runs

    def root(inside, outside):
        for _ in range(200):
            middle = (inside + outside) / 2
            if abs(share - middle) <= Z * math.sqrt(middle * (1 - middle) / runs):
                inside = middle
            else:
                outside = middle
        return inside

    return root(share, 0.0), root(share, 1.0)


@given(st.integers(1, 5000), st.data())
def test_that_the_interval_of_a_share_solves_the_equation_of_its_score(runs, data):
    hits = data.draw(st.integers(0, runs))
    low, high = interval(hits, runs)
    assert 0 <= low <= high <= 1
    assert low - 1e-12 <= hits / runs <= high + 1e-12
    assert (low, high) == pytest.approx(wilson(hits, runs), abs=1e-9)


def test_that_z_leaves_a_fortieth_above():
    assert 0.5 * math.erfc(Z / math.sqrt(2)) == pytest.approx(0.025, rel=1e-12)


@given(st.integers(1, 500), st.data())
def test_that_the_interval_of_failures_is_that_of_hits_mirrored(runs, data):
    hits = data.draw(st.integers(0, runs))
    low, high = interval(hits, runs)
    assert interval(runs - hits, runs) == pytest.approx((1 - high, 1 - low), abs=1e-12)


@given(st.integers(1, 200), st.integers(2, 9), st.data())
def test_that_more_runs_of_the_same_share_say_it_more_exactly(runs, times, data):
    hits = data.draw(st.integers(0, runs))
    (low, high), (closer, nearer) = interval(hits, runs), interval(hits * times, runs * times)
    assert nearer - closer < high - low


def test_that_a_hundred_of_a_hundred_are_at_least_ninety_six_in_a_hundred():
    assert interval(100, 100) == pytest.approx((0.9630, 1.0), abs=1e-4)
    assert interval(0, 100) == pytest.approx((0.0, 0.0370), abs=1e-4)


def test_that_without_runs_a_share_is_anything():
    assert interval(0, 0) == (0.0, 1.0)


# -- success

FIRSTS = st.lists(st.none() | st.integers(0, 100), min_size=1, max_size=20)


@given(FIRSTS, st.lists(st.integers(0, 110), max_size=9))
def test_that_success_counts_the_runs_that_were_perfect_by_then(firsts, epochs):
    rows = [{"first_perfect": first} for first in firsts]
    told = success(rows, epochs)
    assert len(told) == len(epochs)
    for epoch, share in zip(epochs, told, strict=True):
        by_then = [first for first in firsts if first is not None and first <= epoch]
        assert share == len(by_then) / len(firsts)


@given(FIRSTS)
def test_that_success_only_grows(firsts):
    told = success([{"first_perfect": first} for first in firsts], range(101))
    assert told == sorted(told)
    assert told[-1] == sum(first is not None for first in firsts) / len(firsts)


def test_that_without_runs_nothing_succeeded():
    assert success([], [1, 2]) == [0.0, 0.0]


# -- races

ROWS = st.lists(
    st.tuples(st.integers(0, 3), st.floats(0, 1)).map(
        lambda pair: {"wrong_pixels": pair[0], "loss": pair[1]}
    ),
    max_size=20,
)


@given(ROWS, st.integers(1, 9))
def test_that_a_race_keeps_the_best_of_every_few_runs_in_turn(rows, size):
    kept = races(rows, size)
    assert len(kept) == -(-len(rows) // size)
    for number, best in enumerate(kept):
        rivals = rows[number * size : (number + 1) * size]
        assert best in rivals
        least = min(row["wrong_pixels"] for row in rivals)
        assert best["wrong_pixels"] == least
        assert best["loss"] == min(row["loss"] for row in rivals if row["wrong_pixels"] == least)


@given(ROWS)
def test_that_a_race_of_one_is_every_run_and_a_race_of_all_one(rows):
    assume(rows)
    assert races(rows, 1) == rows
    assert len(races(rows, len(rows))) == 1
