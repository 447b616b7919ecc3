"""The products of a dense layer, on arrays of units by images.

A batch is (units, N), an image a column: then the loops over images are as long as the batch, where those
over the units of a narrow layer would be too short for the processor's vectors. In a batch of one image the
loops go over the units. Weights are (in, out).
"""

from numba import void

from core.base.scalars import ZERO
from core.compiled.memory import INTEGER, REALS, reals
from core.compiled.parts import FAST, part


@part(void(REALS, INTEGER, INTEGER, REALS, REALS, INTEGER, INTEGER, INTEGER), FAST)
def add_product(weight, across, along, x, y, inputs, outputs, count):
    """Add W x to y, (inputs, N) -> (outputs, N); W's rows are `across`, its columns `along` numbers apart."""
    for o in range(outputs):
        own, row = reals(weight, o * across), reals(y, o * count)
        i = 0
        while i + 4 <= inputs:  # four at a time: the row is loaded and stored a fourth as often
            w0, w1, w2, w3 = own[i * along], own[(i + 1) * along], own[(i + 2) * along], own[(i + 3) * along]
            x0 = reals(x, i * count)
            x1, x2, x3 = reals(x0, count), reals(x0, 2 * count), reals(x0, 3 * count)
            for n in range(count):
                row[n] += w0 * x0[n] + w1 * x1[n] + w2 * x2[n] + w3 * x3[n]
            i += 4
        while i < inputs:
            w0, x0 = own[i * along], reals(x, i * count)
            for n in range(count):
                row[n] += w0 * x0[n]
            i += 1


@part(void(REALS, REALS, REALS, REALS, INTEGER, INTEGER, INTEGER), FAST)
def forward(weight, bias, x, z, wide, high, count):
    """Fill z = weight^T x + bias: (in, out), (out,), (in, N) -> (out, N)."""
    for o in range(high):
        row = reals(z, o * count)
        for n in range(count):
            row[n] = bias[o]
    if count > 1:
        add_product(weight, 1, high, x, z, wide, high, count)
        return
    for i in range(wide):
        s, row = x[i], reals(weight, i * high)
        if s != ZERO:  # half of the pixels, and dead units, cost nothing
            for o in range(high):
                z[o] += s * row[o]


@part(void(REALS, REALS, REALS, INTEGER, INTEGER, INTEGER), FAST)
def backward(weight, g, back, wide, high, count):
    """Fill back = weight g, the gradient at the layer's input: (in, out), (out, N) -> (in, N)."""
    if count > 1:
        for k in range(wide * count):
            back[k] = ZERO
        add_product(weight, high, 1, g, back, high, wide, count)
        return
    for i in range(wide):
        total, row = ZERO, reals(weight, i * high)
        for o in range(high):
            total += row[o] * g[o]
        back[i] = total


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
