from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.measure.rules import evenly, logarithmic


@pytest.mark.parametrize(
    ("values", "decades"),
    [
        ((0.1, 0.001), True), ((0.3, 0.003), True), ((0.003, 0.3, 0.01), True), ((1, 100), True),
        ((0.1, 0.0012), False), ((0.0, 0.1, 100), False), ((-1.0, 100.0), False),
        ((5.0,), False), ((), False),
    ],
)  # fmt: skip
def test_that_an_axis_is_logarithmic_where_positive_values_span_two_decades(values, decades):
    assert logarithmic(values) == decades


@given(st.integers(1, 5000), st.integers(1, 5000))
def test_that_evenly_spaced_images_are_as_many_as_may_be_and_begin_with_the_first(count, most):
    chosen = list(range(count))[evenly(count, most)]
    assert chosen[0] == 0
    assert len(chosen) <= most
    assert len(chosen) == count or len(chosen) * 2 >= most  # nor far fewer
    assert len({after - before for before, after in pairwise(chosen)}) <= 1
