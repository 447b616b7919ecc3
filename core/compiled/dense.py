"""The products of a dense layer, on arrays of units by images.

A batch is (units, N), an image a column: then the loops over images are as long as the batch, where those
over the units of a narrow layer would be too short for the processor's vectors. In a batch of one image the
loops go over the units. Weights are (in, out).
"""

from numba import void

from core.base.scalars import ZERO
from core.compiled.memory import INTEGER, REALS, reals
from core.compiled.parts import FAST, part


@part(void(REALS, REALS, REALS, REALS, INTEGER, INTEGER, INTEGER), FAST)
def forward(weight, bias, x, z, wide, high, count):
    """z = weight^T x + bias: (in, out), (out,), (in, N) -> (out, N)."""
    if count == 1:
        for o in range(high):
            z[o] = bias[o]
        for i in range(wide):
            s, row = x[i], reals(weight, i * high)
            if s != ZERO:  # half of the pixels, and dead units, cost nothing
                for o in range(high):
                    z[o] += s * row[o]
        return
    for o in range(high):
        own, row = reals(weight, o), reals(z, o * count)
        for n in range(count):
            row[n] = bias[o]
        for q in range(wide // 4):
            i = 4 * q
            w0, w1, w2, w3 = own[i * high], own[(i + 1) * high], own[(i + 2) * high], own[(i + 3) * high]
            x0, x1 = reals(x, i * count), reals(x, (i + 1) * count)
            x2, x3 = reals(x, (i + 2) * count), reals(x, (i + 3) * count)
            for n in range(count):
                row[n] += w0 * x0[n] + w1 * x1[n] + w2 * x2[n] + w3 * x3[n]
        for i in range(wide // 4 * 4, wide):
            w0, x0 = own[i * high], reals(x, i * count)
            for n in range(count):
                row[n] += w0 * x0[n]


@part(void(REALS, REALS, REALS, INTEGER, INTEGER, INTEGER), FAST)
def backward(weight, g, back, wide, high, count):
    """back = weight g, the gradient at the layer's input: (in, out), (out, N) -> (in, N)."""
    if count == 1:
        for i in range(wide):
            total, row = ZERO, reals(weight, i * high)
            for o in range(high):
                total += row[o] * g[o]
            back[i] = total
        return
    for i in range(wide):
        own, row = reals(weight, i * high), reals(back, i * count)
        for n in range(count):
            row[n] = ZERO
        for q in range(high // 4):
            o = 4 * q
            w0, w1, w2, w3 = own[o], own[o + 1], own[o + 2], own[o + 3]
            g0, g1 = reals(g, o * count), reals(g, (o + 1) * count)
            g2, g3 = reals(g, (o + 2) * count), reals(g, (o + 3) * count)
            for n in range(count):
                row[n] += w0 * g0[n] + w1 * g1[n] + w2 * g2[n] + w3 * g3[n]
        for o in range(high // 4 * 4, high):
            w0, g0 = own[o], reals(g, o * count)
            for n in range(count):
                row[n] += w0 * g0[n]


@part(void(REALS, REALS, REALS, REALS, INTEGER, INTEGER, INTEGER), FAST)
def gradients(x, g, weight, bias, wide, high, count):
    """Fill the gradients of weight (in, out) and bias (out,), from the layer's input and dL/dz."""
    if count == 1:
        for o in range(high):
            bias[o] = g[o]
        for i in range(wide):
            s, row = x[i], reals(weight, i * high)
            for o in range(high):
                row[o] = s * g[o]
        return
    for o in range(high):
        total, theirs = ZERO, reals(g, o * count)
        for n in range(count):
            total += theirs[n]
        bias[o] = total
        for i in range(wide):
            total, own = ZERO, reals(x, i * count)
            for n in range(count):
                total += own[n] * theirs[n]
            weight[i * high + o] = total
