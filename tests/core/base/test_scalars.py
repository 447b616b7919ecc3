"""The words of compiled forms against double precision, compiled and as plain Python."""

from types import FunctionType

import numpy as np
import pytest
import torch
from numba import njit

from core.base import scalars
from core.compiled.parts import EXACT, form

ENDS = np.array([0, -0.0, 1e-45, -1e-45, 1e-38, -1e-38, 3e38, -3e38], np.float32)
EVERYWHERE = np.concatenate([
    np.arange(0, 2**32, 30_011, dtype=np.uint64).astype(np.uint32).view(np.float32),  # of every exponent
    np.linspace(-100, 100, 100_001, dtype=np.float32),
    np.linspace(-1, 1, 20_001, dtype=np.float32),
    ENDS,
])  # fmt: skip
NUMBERS = EVERYWHERE[np.isfinite(EVERYWHERE)]


def _wave(function):
    def bound(x, exact):
        return np.where(abs(x) < 1000, 2e-7, abs(x) / 1e7)

    return function, bound


def _of_its_size(share, until=np.inf):
    def bound(x, exact):
        return np.where(abs(x) <= until, share * abs(exact) + 1e-38, np.inf)

    return bound


def _within(size):
    return lambda x, exact: np.full(x.shape, size)


WORDS = {
    "exp": (lambda x: x.clamp(-87, 88).exp(), _of_its_size(2e-7)),
    "sine": _wave(torch.sin),
    "cosine": _wave(torch.cos),
    "sigmoid": (torch.sigmoid, _within(1e-7)),
    "tanh": (torch.tanh, lambda x, exact: np.where(abs(x) < 0.5, 2e-7 * abs(exact) + 1e-45, 2e-7)),
    "softplus": (lambda x: torch.logaddexp(x, x * 0), _of_its_size(4e-7, 87)),
    "normal_share": (
        lambda x: torch.special.erfc(x * -(0.5**0.5)) / 2,
        lambda x, exact: np.where(x < -1, 2e-5 * exact + 1e-38, 3e-7),
    ),
    "normal_density": (lambda x: (x.square() / -2).exp() / (2 * torch.pi) ** 0.5, _within(1e-7)),
}
"""Name -> the function in double precision, and (x, exact value) -> how far the word may be from it."""

LIMITS = {
    "exp": (np.exp(-87.0), np.exp(88.0)), "sine": (np.nan, np.nan), "cosine": (np.nan, np.nan),
    "sigmoid": (0, 1), "tanh": (-1, 1), "softplus": (0, np.inf), "normal_share": (0, 1),
    "normal_density": (0, 0),
}  # fmt: skip
"""Name -> its values at minus and plus infinity."""


@pytest.fixture(scope="module", params=WORDS)
def name(request):
    return request.param


@pytest.fixture(scope="module")
def compiled(name):
    """The word on arrays, as the forms of the records are compiled."""
    word = form(getattr(scalars, name))

    @njit(error_model="numpy", fastmath=EXACT)
    def fill(x, y):
        for k in range(x.size):
            y[k] = word(x[k])

    def call(x):
        y = np.empty_like(x)
        fill(x, y)
        return y

    return call


def exactly(name, x):
    return WORDS[name][0](torch.from_numpy(x).double()).numpy()


def test_that_every_word_has_its_twin():
    functions = {name for name, thing in vars(scalars).items() if isinstance(thing, FunctionType)}
    public = {name for name in functions if not name.startswith("_")}
    assert public - {"smaller", "larger", "within", "positive"} == set(WORDS)


def test_that_numbers_are_compared_as_python_does():
    some = [np.float32(x) for x in (-3, -0.5, 0, 0.5, 3)]
    for x in some:
        assert scalars.positive(x) == max(x, 0)
        for y in some:
            assert (scalars.smaller(x, y), scalars.larger(x, y)) == (min(x, y), max(x, y))
            assert x > y or scalars.within(np.float32(1), x, y) == min(max(1, x), y)
    nan = np.float32(np.nan)
    assert np.isnan([scalars.positive(nan), scalars.within(nan, *some[::4])]).all()


def test_that_a_word_is_within_its_bound_everywhere(name, compiled):
    found, exact = compiled(NUMBERS), exactly(name, NUMBERS)
    assert np.isfinite(found).all()
    worst = np.argmax(abs(found - exact) - WORDS[name][1](NUMBERS, exact))
    assert (abs(found - exact) <= WORDS[name][1](NUMBERS, exact)).all(), NUMBERS[worst]


def test_that_a_word_has_its_limits_and_keeps_nan(name, compiled):
    at = compiled(np.array([-np.inf, np.inf, np.nan], np.float32))
    np.testing.assert_allclose(at, [*LIMITS[name], np.nan], rtol=2e-7, atol=1e-37)


def test_that_waves_stay_between_their_ends_however_far_out():
    for name in ("sine", "cosine"):
        word = getattr(scalars, name)
        with np.errstate(all="ignore"):
            assert max(abs(word(x)) for x in np.float32(1.7) ** np.arange(160, dtype=np.float32)) <= 1 + 2e-7


def test_that_a_word_is_single_precision_and_the_same_without_the_compiler(name, compiled):
    """But for the last two places: the compiler makes a product and a sum in one rounding."""
    some = np.concatenate([NUMBERS[:: len(NUMBERS) // 1500], ENDS, np.linspace(-9, 9, 500, dtype=np.float32)])
    some = some[abs(some) < 1000] if name in ("sine", "cosine") else some
    with np.errstate(all="ignore"):
        plain = [getattr(scalars, name)(x) for x in some]
        beyond = [getattr(scalars, name)(np.float32(x)) for x in (-np.inf, np.inf, np.nan)]
    assert {type(value) for value in plain + beyond} == {np.float32}
    np.testing.assert_allclose(beyond, [*LIMITS[name], np.nan], rtol=2e-7, atol=1e-37)
    np.testing.assert_allclose(compiled(some), plain, rtol=2.4e-7, atol=1.2e-7 if name != "exp" else 0)
