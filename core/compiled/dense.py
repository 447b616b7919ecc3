"""The products of a dense layer, on arrays of units by images.

A batch is (units, N), an image a column: then the loops over images are as long as the batch, where those
over the units of a narrow layer would be too short for the processor's vectors. In a batch of one image the
loops go over the units. Weights are (in, out).

Two rows of a product are made at a time from four others, so that what is loaded serves twice: some 24
thousand million multiplications a second on a core that makes 10 of them row by row.
"""

from numba import void

from core.base.scalars import ZERO
from core.compiled.memory import INTEGER, REALS, reals
from core.compiled.parts import FAST, part


@part(void(REALS, INTEGER, INTEGER, REALS, REALS, INTEGER, INTEGER, INTEGER), FAST)
def add_product(weight, across, along, x, y, inputs, outputs, count):
    """Add W x to y, (inputs, N) -> (outputs, N); W's rows are `across`, its columns `along` numbers apart."""
    for pair in range(outputs // 2):
        w, v = reals(weight, 2 * pair * across), reals(weight, (2 * pair + 1) * across)
        row, next_row = reals(y, 2 * pair * count), reals(y, (2 * pair + 1) * count)
        for four in range(inputs // 4):
            i = 4 * four
            w0, w1, w2, w3 = w[i * along], w[(i + 1) * along], w[(i + 2) * along], w[(i + 3) * along]
            v0, v1, v2, v3 = v[i * along], v[(i + 1) * along], v[(i + 2) * along], v[(i + 3) * along]
            own = reals(x, i * count)
            for n in range(count):
                x0, x1, x2, x3 = own[n], own[count + n], own[2 * count + n], own[3 * count + n]
                row[n] += w0 * x0 + w1 * x1 + w2 * x2 + w3 * x3
                next_row[n] += v0 * x0 + v1 * x1 + v2 * x2 + v3 * x3
        for i in range(inputs // 4 * 4, inputs):
            w0, v0, own = w[i * along], v[i * along], reals(x, i * count)
            for n in range(count):
                row[n] += w0 * own[n]
                next_row[n] += v0 * own[n]
    if outputs % 2:
        w, row = reals(weight, (outputs - 1) * across), reals(y, (outputs - 1) * count)
        for i in range(inputs):
            w0, own = w[i * along], reals(x, i * count)
            for n in range(count):
                row[n] += w0 * own[n]


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
        total, own = ZERO, reals(g, o * count)
        for n in range(count):
            total += own[n]
        bias[o] = total
    for pair in range(high // 2):
        o, a, b = 2 * pair, reals(g, 2 * pair * count), reals(g, (2 * pair + 1) * count)
        for four in range(wide // 4):
            own, row = reals(x, 4 * four * count), reals(weight, 4 * four * high + o)
            a0 = a1 = a2 = a3 = b0 = b1 = b2 = b3 = ZERO
            for n in range(count):
                x0, x1, x2, x3 = own[n], own[count + n], own[2 * count + n], own[3 * count + n]
                a0 += a[n] * x0
                a1 += a[n] * x1
                a2 += a[n] * x2
                a3 += a[n] * x3
                b0 += b[n] * x0
                b1 += b[n] * x1
                b2 += b[n] * x2
                b3 += b[n] * x3
            row[0], row[high], row[2 * high], row[3 * high] = a0, a1, a2, a3
            row[1], row[high + 1], row[2 * high + 1], row[3 * high + 1] = b0, b1, b2, b3
        for i in range(wide // 4 * 4, wide):
            a0, b0, own = ZERO, ZERO, reals(x, i * count)
            for n in range(count):
                a0 += a[n] * own[n]
                b0 += b[n] * own[n]
            weight[i * high + o], weight[i * high + o + 1] = a0, b0
    if high % 2:
        a = reals(g, (high - 1) * count)
        for i in range(wide):
            a0, own = ZERO, reals(x, i * count)
            for n in range(count):
                a0 += a[n] * own[n]
            weight[(i + 1) * high - 1] = a0
