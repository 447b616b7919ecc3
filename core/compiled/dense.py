"""The products of a dense layer, on arrays of units by images.

A batch is (units, N), an image a column: then the loops over images are as long as the batch, where those
over the units of a narrow layer would be too short for the processor's vectors. A batch of one image is a
vector, and its loops go over the units. Weights are (in, out).

Two rows are made at a time of four others, so that what is loaded is used twice: some 24 thousand million
multiplications a second on a core where one row of one reaches 10.
"""

from numba import njit

from core.base.scalars import F

FAST = {"contract", "nsz", "arcp", "reassoc"}
"""What the compiler may do to these sums: take them in another order."""


@njit(nogil=True, error_model="numpy", fastmath=FAST)
def forward(weight, bias, x, z):
    """z = weight^T x + bias: (in, out), (out,), (in, N) -> (out, N)."""
    wide, high, count = weight.shape[0], weight.shape[1], x.shape[1]
    if count == 1:
        _vector_forward(weight, bias, x.ravel(), z.ravel())
        return
    for pair in range(high // 2):
        o = 2 * pair
        for n in range(count):
            z[o, n], z[o + 1, n] = bias[o], bias[o + 1]
        for four in range(wide // 4):
            i = 4 * four
            w0, w1, w2, w3 = weight[i, o], weight[i + 1, o], weight[i + 2, o], weight[i + 3, o]
            v0, v1, v2, v3 = weight[i, o + 1], weight[i + 1, o + 1], weight[i + 2, o + 1], weight[i + 3, o + 1]
            for n in range(count):
                x0, x1, x2, x3 = x[i, n], x[i + 1, n], x[i + 2, n], x[i + 3, n]
                z[o, n] += w0 * x0 + w1 * x1 + w2 * x2 + w3 * x3
                z[o + 1, n] += v0 * x0 + v1 * x1 + v2 * x2 + v3 * x3
        for i in range(wide // 4 * 4, wide):
            w0, v0 = weight[i, o], weight[i, o + 1]
            for n in range(count):
                z[o, n] += w0 * x[i, n]
                z[o + 1, n] += v0 * x[i, n]
    if high % 2:
        o = high - 1
        for n in range(count):
            z[o, n] = bias[o]
        for i in range(wide):
            w0 = weight[i, o]
            for n in range(count):
                z[o, n] += w0 * x[i, n]


@njit(nogil=True, error_model="numpy", fastmath=FAST)
def _vector_forward(weight, bias, x, z):
    high = weight.shape[1]
    for o in range(high):
        z[o] = bias[o]
    for i in range(x.size):
        s, row = x[i], weight[i]
        if s != 0:  # half of the pixels, and dead units, cost nothing
            for o in range(high):
                z[o] += s * row[o]


@njit(nogil=True, error_model="numpy", fastmath=FAST)
def backward(weight, g, back):
    """back = weight g, the gradient at the layer's input: (in, out), (out, N) -> (in, N)."""
    wide, high, count = weight.shape[0], weight.shape[1], g.shape[1]
    if count == 1:
        vector = g.ravel()
        for i in range(wide):
            total, row = F(0), weight[i]
            for o in range(high):
                total += row[o] * vector[o]
            back[i, 0] = total
        return
    for pair in range(wide // 2):
        i = 2 * pair
        for n in range(count):
            back[i, n], back[i + 1, n] = F(0), F(0)
        for four in range(high // 4):
            o = 4 * four
            w0, w1, w2, w3 = weight[i, o], weight[i, o + 1], weight[i, o + 2], weight[i, o + 3]
            v0, v1, v2, v3 = weight[i + 1, o], weight[i + 1, o + 1], weight[i + 1, o + 2], weight[i + 1, o + 3]
            for n in range(count):
                g0, g1, g2, g3 = g[o, n], g[o + 1, n], g[o + 2, n], g[o + 3, n]
                back[i, n] += w0 * g0 + w1 * g1 + w2 * g2 + w3 * g3
                back[i + 1, n] += v0 * g0 + v1 * g1 + v2 * g2 + v3 * g3
        for o in range(high // 4 * 4, high):
            w0, v0 = weight[i, o], weight[i + 1, o]
            for n in range(count):
                back[i, n] += w0 * g[o, n]
                back[i + 1, n] += v0 * g[o, n]
    if wide % 2:
        i = wide - 1
        for n in range(count):
            back[i, n] = F(0)
        for o in range(high):
            w0 = weight[i, o]
            for n in range(count):
                back[i, n] += w0 * g[o, n]


@njit(nogil=True, error_model="numpy", fastmath=FAST)
def gradients(x, g, weight, bias):
    """Fill the gradients of weight (in, out) and bias (out,), from the layer's input and dL/dz."""
    wide, high, count = weight.shape[0], weight.shape[1], g.shape[1]
    if count == 1:
        _vector_gradients(x.ravel(), g.ravel(), weight, bias)
        return
    for o in range(high):
        total = F(0)
        for n in range(count):
            total += g[o, n]
        bias[o] = total
    for pair in range(high // 2):
        o = 2 * pair
        for four in range(wide // 4):
            i = 4 * four
            w0 = w1 = w2 = w3 = v0 = v1 = v2 = v3 = F(0)
            for n in range(count):
                x0, x1, x2, x3 = x[i, n], x[i + 1, n], x[i + 2, n], x[i + 3, n]
                w0 += g[o, n] * x0
                w1 += g[o, n] * x1
                w2 += g[o, n] * x2
                w3 += g[o, n] * x3
                v0 += g[o + 1, n] * x0
                v1 += g[o + 1, n] * x1
                v2 += g[o + 1, n] * x2
                v3 += g[o + 1, n] * x3
            weight[i, o], weight[i + 1, o], weight[i + 2, o], weight[i + 3, o] = w0, w1, w2, w3
            weight[i, o + 1], weight[i + 1, o + 1], weight[i + 2, o + 1], weight[i + 3, o + 1] = v0, v1, v2, v3
        for i in range(wide // 4 * 4, wide):
            w0 = v0 = F(0)
            for n in range(count):
                w0 += g[o, n] * x[i, n]
                v0 += g[o + 1, n] * x[i, n]
            weight[i, o], weight[i, o + 1] = w0, v0
    if high % 2:
        o = high - 1
        for i in range(wide):
            w0 = F(0)
            for n in range(count):
                w0 += g[o, n] * x[i, n]
            weight[i, o] = w0


@njit(nogil=True, error_model="numpy", fastmath=FAST)
def _vector_gradients(x, g, weight, bias):
    for o in range(g.size):
        bias[o] = g[o]
    for i in range(x.size):
        s, row = x[i], weight[i]
        for o in range(g.size):
            row[o] = s * g[o]
