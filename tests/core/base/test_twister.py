"""The draws that compiled code makes, against torch's own from the same state."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from numba import njit

from core.base import twister
from core.compiled.choices import OPTIONS

SIZES = st.one_of(st.integers(1, 40), st.sampled_from([48, 63, 64, 65, 623, 624, 625, 1120, 1300]))
SINGLE, DOUBLE, WHOLE = (torch.float32, np.float32), (torch.float64, np.float64), (torch.int64, np.int64)


@njit(**OPTIONS)
def _draw(kind, state, high, single, double, whole):
    if kind == 0:
        twister.uniform(state, single)
    elif kind == 1:
        twister.uniform_doubles(state, double)
    elif kind == 2:
        twister.normal(state, single)
    elif kind == 3:
        twister.integers(state, high, whole)
    else:
        twister.order(state, whole)


def drawn(kind, size, high, state, draw=_draw):
    """What compiled code draws from a state, which goes on."""
    rows = np.empty(size, np.float32), np.empty(size, np.float64), np.empty(size, np.int64)
    draw(kind, state, high, *rows)
    return rows[{0: 0, 1: 1, 2: 0, 3: 2, 4: 2}[kind]]


def torchs(kind, size, high, generator):
    """What torch draws."""
    return {
        0: lambda: torch.empty(size).uniform_(generator=generator),
        1: lambda: torch.empty(size, dtype=torch.float64).uniform_(generator=generator),
        2: lambda: torch.empty(size).normal_(generator=generator),
        3: lambda: torch.empty(size, dtype=torch.int64).random_(high, generator=generator),
        4: lambda: torch.randperm(size, generator=generator),
    }[kind]().numpy()


def check(kind, size, high, state, generator, draw=_draw):
    """One draw by both: the same numbers, and the same state after it."""
    ours, theirs = drawn(kind, size, high, state, draw), torchs(kind, size, high, generator)
    if kind == 2:  # torch takes logarithm, sine and cosine from approximations of its own, on vectors
        np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=2e-6)
    else:
        assert np.array_equal(ours, theirs)
    after = generator.get_state().numpy().view(np.uint64)
    assert np.array_equal(state[:628], after[:628])
    assert np.array_equal(state[629:], after[629:])
    assert state[628:629].view(np.float64) == pytest.approx(after[628:629].view(np.float64), rel=1e-12)
    state[628] = after[628]  # a waiting number may differ in its last place


def start(seed):
    generator = torch.Generator().manual_seed(seed)
    return generator, generator.get_state().numpy().view(np.uint64).copy()


@given(
    st.integers(0, 2**32 - 1),
    st.lists(st.tuples(st.integers(0, 4), SIZES, st.integers(1, 2**28 - 1)), min_size=1, max_size=12),
)
def test_that_draws_of_any_kind_in_any_turn_are_torchs(seed, plan):
    generator, state = start(seed)
    for kind, size, high in plan:
        check(kind, size, high, state, generator)


@pytest.mark.parametrize("size", [1, 2, 3, 5, 8, 14, 15, 16, 17, 31, 32, 33, 47, 48, 49, 160])
def test_that_normal_numbers_of_any_count_are_torchs_with_one_waiting_or_none(size):
    """Below sixteen torch makes two at a time, and the second waits for whoever asks next."""
    for before in (0, 1, 2, 16):
        generator, state = start(size)
        if before:
            check(2, before, 1, state, generator)
        for other in (2, 0, 2, 4, 2):
            check(other, size, 1, state, generator)


def test_that_a_state_goes_back_to_torch_and_on_from_there():
    generator, state = start(3)
    for turn in range(40):
        for kind in range(5):
            check(kind, 1 + 37 * turn % 91, 35, state, generator)
        generator.set_state(torch.from_numpy(state.view(np.uint8).copy()))


def test_that_the_draws_are_the_same_without_the_compiler():
    generator, state = start(7)
    with np.errstate(over="ignore"):
        for kind, size in ((0, 30), (1, 7), (2, 5), (2, 20), (3, 9), (4, 12), (2, 3), (0, 600)):
            check(kind, size, 35, state, generator, _draw.py_func)
