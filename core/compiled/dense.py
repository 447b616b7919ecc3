"""The products of a dense layer, on arrays of units by images.

A batch is (units, N), an image a column: then the loops over images are as long as the batch, where those
over the units of a narrow layer would be too short for the processor's vectors. A batch of one image is a
vector, and its loops go over the units. Weights are (in, out).
"""

from numba import njit

FAST = {"contract", "nsz", "arcp", "reassoc"}
"""What the compiler may do to these sums: take them in another order."""


@njit(nogil=True, error_model="numpy", fastmath=FAST)
def forward(weight, bias, x, z):
    """z = weight^T x + bias: (in, out), (out,), (in, N) -> (out, N)."""
    wide, high, count = weight.shape[0], weight.shape[1], x.shape[1]
    if count == 1:
        _vector_forward(weight, bias, x.ravel(), z.ravel())
        return
    for o in range(high):
        row = z[o]
        row[:] = bias[o]
        for q in range(wide // 4):
            i = 4 * q
            w0, w1, w2, w3 = weight[i, o], weight[i + 1, o], weight[i + 2, o], weight[i + 3, o]
            for n in range(count):
                row[n] += w0 * x[i, n] + w1 * x[i + 1, n] + w2 * x[i + 2, n] + w3 * x[i + 3, n]
        for i in range(wide // 4 * 4, wide):
            w0 = weight[i, o]
            for n in range(count):
                row[n] += w0 * x[i, n]


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
            total, row = weight[i, 0] * 0, weight[i]
            for o in range(high):
                total += row[o] * vector[o]
            back[i, 0] = total
        return
    for i in range(wide):
        row = back[i]
        row[:] = 0
        for q in range(high // 4):
            o = 4 * q
            w0, w1, w2, w3 = weight[i, o], weight[i, o + 1], weight[i, o + 2], weight[i, o + 3]
            for n in range(count):
                row[n] += w0 * g[o, n] + w1 * g[o + 1, n] + w2 * g[o + 2, n] + w3 * g[o + 3, n]
        for o in range(high // 4 * 4, high):
            w0 = weight[i, o]
            for n in range(count):
                row[n] += w0 * g[o, n]


@njit(nogil=True, error_model="numpy", fastmath=FAST)
def gradients(x, g, weight, bias):
    """Fill the gradients of weight (in, out) and bias (out,), from the layer's input and dL/dz."""
    wide, high, count = weight.shape[0], weight.shape[1], g.shape[1]
    if count == 1:
        vector = g.ravel()
        bias[:] = vector
        for i in range(wide):
            s, row = x[i, 0], weight[i]
            for o in range(high):
                row[o] = s * vector[o]
        return
    for o in range(high):
        total, theirs = bias[o] * 0, g[o]
        for n in range(count):
            total += theirs[n]
        bias[o] = total
        for i in range(wide):
            total, own = bias[o] * 0, x[i]
            for n in range(count):
                total += own[n] * theirs[n]
            weight[i, o] = total
