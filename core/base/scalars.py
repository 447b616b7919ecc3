"""Functions of one number in single precision: the words that compiled forms are written in.

They are plain Python, so that a record can use them without a compiler. `core.compiled` compiles them, and
then a loop over them works on eight numbers at a time, which it would not over the processor's `exp` or
`sin`. A constant beside a single-precision number has to be one itself, `ONE` and not 1, or all becomes
double.
"""

from typing import Any

import numpy as np

Real = Any
"""A `numpy.float32`, or in compiled code a float."""

F = np.float32

ZERO, HALF, ONE, TWO = F(0), F(0.5), F(1), F(2)


def smaller(x: Real, y: Real) -> Real:
    """The smaller one; the compiler needs far longer for `min` and `max`."""
    return x if x < y else y


def larger(x: Real, y: Real) -> Real:
    """The larger one."""
    return x if x > y else y


def within(x: Real, low: Real, high: Real) -> Real:
    """The number from `low` to `high` that is nearest to x. NaN stays NaN."""
    return low if x < low else high if x > high else x


def positive(x: Real) -> Real:
    """x, or zero where it is negative. NaN stays NaN."""
    return ZERO if x < ZERO else x


_LOG2_E = F(1.44269504)
# the high part is short enough for a whole number times it to be exact
_LN2_HIGH, _LN2_LOW = F(0.693359375), F(-2.12194440e-4)
_E2, _E3, _E4, _E5, _E6, _E7 = (
    F(5.0000001201e-1), F(1.6666665459e-1), F(4.1665795894e-2), F(8.3334519073e-3), F(1.3981999507e-3),
    F(1.9875691500e-4),
)  # fmt: skip
_BIAS, _FRACTION = np.int32(127), np.int32(23)  # of the exponent of a single-precision number


def exp(x: Real) -> Real:
    """e^x, within 2e-7 of its size; of x beyond [-87, 88], that of the nearer end. NaN stays NaN.

    The coefficients are those of Moshier's Cephes library (expf).
    """
    x = within(x, F(-87), F(88))
    n = np.rint(x * _LOG2_E)
    r = (x - n * _LN2_HIGH) - n * _LN2_LOW
    series = ((((_E7 * r + _E6) * r + _E5) * r + _E4) * r + _E3) * r + _E2
    return (series * r * r + r + ONE) * np.int32((np.int32(n) + _BIAS) << _FRACTION).view(np.float32)


_INVERSE_PI = F(0.3183098861837907)
_PI_1, _PI_2, _PI_3 = F(3.140625), F(9.67502593994140625e-4), F(1.509957990978376432e-7)
_S3, _S5 = F(-0.166666597127914), F(8.33307858556509e-3)
_S7, _S9 = F(-1.98106907191686e-4), F(2.6083159809786e-6)
_FAR = F(2.5)


def _turned(x: Real, half_turns: Real) -> Real:
    """The sine of what so many half turns leave of x; of an x too large to tell, none that grows."""
    r = within(((x - half_turns * _PI_1) - half_turns * _PI_2) - half_turns * _PI_3, -_FAR, _FAR)
    square = r * r
    return r + r * square * (_S3 + square * (_S5 + square * (_S7 + square * _S9)))


def sine(x: Real) -> Real:
    """The sine, within 2e-7 for |x| below 1,000, further out within |x| / 10^7, and never beyond [-1, 1]."""
    k = np.rint(x * _INVERSE_PI)
    odd = _turned(x, k)
    return -odd if np.int32(k) & np.int32(1) else odd


def cosine(x: Real) -> Real:
    """The cosine, as close as `sine`."""
    # k is a half more than a whole number: sin(x + pi / 2) with the half turn taken off exactly
    k = np.rint(x * _INVERSE_PI + HALF) - HALF
    odd = _turned(x, k)
    return -odd if np.int32(k + HALF) & np.int32(1) else odd


def sigmoid(x: Real) -> Real:
    """1 / (1 + e^-x), within 1e-7."""
    return ONE / (ONE + exp(-x))


_T3, _T5, _T7, _T9, _T11 = (
    F(-3.33332819422e-1), F(1.33314422036e-1), F(-5.37397155531e-2), F(2.06390887954e-2),
    F(-5.70498872745e-3),
)  # fmt: skip


def tanh(x: Real) -> Real:
    """The hyperbolic tangent, within 2e-7, and of small x within 2e-7 of its size.

    The series is that of Cephes (tanhf).
    """
    square = x * x
    series = ((((_T11 * square + _T9) * square + _T7) * square + _T5) * square + _T3) * square * x + x
    # a layer of small activities would lose its digits in the difference from one
    return series if abs(x) < F(0.5) else ONE - TWO / (exp(TWO * x) + ONE)


def softplus(x: Real) -> Real:
    """log(1 + e^x), within 4e-7 of its size from x = -87 on; it neither overflows nor becomes zero."""
    small = exp(-abs(x))
    # log(1 + t) = 2 artanh(t / (2 + t)), a series whose terms fall by 9 at least
    s = small / (TWO + small)
    square = s * s
    series = ONE + square * (
        F(1 / 3) + square * (F(1 / 5) + square * (F(1 / 7) + square * (F(1 / 9) + square * F(1 / 11))))
    )
    return positive(x) + TWO * s * series


_Q0, _Q1, _Q2, _Q3, _Q4, _Q5, _Q6, _Q7, _Q8, _Q9 = (
    F(-1.26551223), F(1.00002368), F(0.37409196), F(0.09678418), F(-0.18628806), F(0.27886807),
    F(-1.13520398), F(1.48851587), F(-0.82215223), F(0.17087277),
)  # fmt: skip


def normal_share(x: Real) -> Real:
    """The normal distribution function of x, within 3e-7, and of an x below -1 within 2e-5 of its size.

    The fit is that of Press et al., Numerical Recipes (1992), 6.2.
    """
    size = abs(x) * F(0.7071067811865476)
    t = ONE / (ONE + HALF * size)
    series = _Q4 + t * (_Q5 + t * (_Q6 + t * (_Q7 + t * (_Q8 + t * _Q9))))
    series = _Q0 + t * (_Q1 + t * (_Q2 + t * (_Q3 + t * series)))
    beyond = HALF * t * exp(series - size * size)
    return beyond if x < ZERO else ONE - beyond


def normal_density(x: Real) -> Real:
    """The density of the normal distribution at x, within 1e-7."""
    return F(0.3989422804014327) * exp(-HALF * x * x)
