"""The draws of torch's random generator of the processor, written out so that they can be compiled.

Everything here works on one generator's state as `torch.Generator.get_state` gives it, 5,056 bytes seen as
632 numbers of 64 bits, and leaves it as torch would have: the Mersenne twister of Matsumoto and Nishimura
1998 with 624 words. Whole numbers, orders and uniform numbers are torch's to the bit, normal ones within a
few units of the last place. The layout and the order of draws are those of torch 2.13 (`CPUGeneratorImpl`,
`DistributionTemplates.h`); the tests hold every function against it.
"""

import math
from typing import Any

import numpy as np

from core.base.scalars import F

State = Any
"""(632,) uint64, changed in place by whatever draws."""

Rows = Any
"""An array that is filled."""

WORDS = 632  # of a state

_LEFT, _NEXT, _FIRST = 1, 2, 3  # places: words left before the next round, the next word, the first word
_NORMAL, _THERE = 628, 630  # the normal number that waits, as a double's bits, and whether it does
_LOW = np.uint64(0xFFFFFFFF)
_U = np.uint64


def _bits(state: State) -> Any:
    """The next 32 random bits, as uint64."""
    left, place = np.int64(state[_LEFT] & _LOW) - 1, np.int64(state[_NEXT])
    if left <= 0:
        _next_round(state)
        left, place = np.int64(624), np.int64(0)
    state[_LEFT] = (state[_LEFT] & ~_LOW) | _U(left)
    state[_NEXT] = _U(place + 1)
    y = state[_FIRST + place]
    y ^= y >> _U(11)
    y ^= (y << _U(7)) & _U(0x9D2C5680)
    y ^= (y << _U(15)) & _U(0xEFC60000)
    return y ^ (y >> _U(18))


def _next_round(state: State) -> None:
    """Make 624 new words of the old ones."""
    for k in range(624):
        following = state[_FIRST + (k + 1 if k < 623 else 0)]
        far = state[_FIRST + (k + 397 if k < 227 else k - 227)]
        mixed = (state[_FIRST + k] & _U(0x80000000)) | (following & _U(0x7FFFFFFF))
        odd = _U(0x9908B0DF) if following & _U(1) else _U(0)
        state[_FIRST + k] = far ^ (mixed >> _U(1)) ^ odd


def double(state: State) -> float:
    """A uniform number of double precision."""
    high = _bits(state)
    return float((high << _U(32) | _bits(state)) & _U((1 << 53) - 1)) * 2.0**-53


def uniform(state: State, rows: Rows, first: int, end: int) -> None:
    """Fill float32 from `first` to before `end` as `uniform_` does: from 0 up to, but not including, 1."""
    for k in range(first, end):
        rows[k] = F(np.int64(_bits(state) & _U((1 << 24) - 1))) * F(2.0**-24)


def normal(state: State, rows: Rows, size: int) -> None:
    """Fill (size,) float32 with standard normal numbers as `normal_` does."""
    if size < 16:
        for k in range(size):
            rows[k] = F(_one_normal(state))
        return
    uniform(state, rows, 0, size)
    for first in range(0, size - 15, 16):
        _box_muller(rows, first)
    if size % 16:  # the last sixteen are drawn again, some of them for the second time
        uniform(state, rows, size - 16, size)
        _box_muller(rows, size - 16)


def _box_muller(rows: Rows, first: int) -> None:
    """Sixteen uniform numbers into normal ones, the first eight with the last (Box and Muller 1958)."""
    for k in range(first, first + 8):
        radius = math.sqrt(F(-2) * math.log(F(1) - rows[k]))
        angle = F(2 * math.pi) * rows[k + 8]
        rows[k] = F(radius * math.cos(angle))
        rows[k + 8] = F(radius * math.sin(angle))


def _one_normal(state: State) -> float:
    """One normal number: two are made at a time, and the second waits in the state."""
    if state[_THERE] & _U(1):
        second = _U(state[_NORMAL]).view(np.float64)
        state[_THERE] &= ~_U(1)
        state[_NORMAL] = _U(0)
        return second
    angle = 2 * math.pi * double(state)
    radius = math.sqrt(-2 * math.log1p(-double(state)))
    state[_NORMAL] = np.float64(radius * math.sin(angle)).view(np.uint64)
    state[_THERE] |= _U(1)
    return radius * math.cos(angle)


def integer(state: State, high: int) -> Any:
    """A whole number from 0 up to, but not including, `high`, at most 2^28, as `random_` draws it."""
    return np.int64(_bits(state) % _U(high))


def order(state: State, rows: Rows, size: int) -> None:
    """Fill (size,) int64 with the numbers below `size` in a random order, as `randperm` does."""
    for k in range(size):
        rows[k] = k
    for k in range(size - 1):
        other = k + integer(state, size - k)
        rows[k], rows[other] = rows[other], rows[k]
