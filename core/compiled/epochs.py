"""Whole epochs of every replica: what is fed, forward, reverse pass, optimiser, and what the curves are made of.

One compiled function, `epochs`, which never comes back to Python before it is done, so that painting goes on
beside it. It follows `core.train.trainer` step by step and draws the same random numbers in the same order.
Everything is single precision; a batch is (units, images), see `dense`.
"""

from typing import Any, NamedTuple

import numpy as np
from numba import njit

from core.base import twister
from core.base.scalars import HALF, ONE, ZERO, F, exp, softplus  # noqa: F401
from core.compiled import dense
from core.compiled.choices import (
    OPTIONS,
    activate,
    constants,
    corrupt,
    derive,
    loss_gradient,
    loss_value,
    move,
    penalise,
    sparse,
)
from core.nn.objective import FLOOR
from core.nn.variance import HIGHEST, LOWEST

Array = Any

_FLOOR, _LOWEST, _HIGHEST = F(FLOOR), F(LOWEST), F(HIGHEST)
_TINY = F(np.finfo(np.float32).tiny)


class Plan(NamedTuple):
    """A run in numbers; those of records are their places in `choices`, -1 where they play no part.

    Attributes
    ----------
    wide, high : (layers,) inputs and outputs of every layer, encoder first.
    start : (layers,) where its weights (in, out) begin among the parameters; its biases follow them.
    place : (layers,) outputs of all layers before it.
    kind : (layers,) its activation; of the last one, the output function.
    code : which layer ends the encoder.
    latent : units of the code.
    variational : whether the encoder ends in as many means and log-variances.
    on_logits : whether the loss gives its gradient at the logits.
    hidden : whether sparsity is about the hidden layers of the encoder.
    low, span : what a black pixel is coded as, and how far a white one is above it.
    scale : on the loss of an image.
    shape : (H, W).
    """

    wide: Array
    high: Array
    start: Array
    place: Array
    kind: Array
    code: int
    latent: int
    variational: bool
    loss: int
    on_logits: bool
    optimizer: int
    sparsity: int
    hidden: bool
    penalty: int
    noise: int
    low: float
    span: float
    scale: float
    focus: float
    free_bits: float
    sparsity_rate: float
    momentum: float
    beta2: float
    weight_decay: float
    batch: int
    shuffled: bool
    shape: tuple[int, int]


class Course(NamedTuple):
    """What changes from epoch to epoch or from replica to replica.

    Attributes
    ----------
    rate, kl : (epochs, R) float64 learning rates; what of the KL counts.
    noise : (R,) float64 levels.
    sparsity, penalty : (R,) float64 weights.
    due : (epochs,) bool, whether the curves have a point after it.
    """

    rate: Array
    kl: Array
    noise: Array
    sparsity: Array
    penalty: Array
    due: Array


class State(NamedTuple):
    """What training changes, and what a run needs to go on from there.

    Attributes
    ----------
    params, first, second : (R, P) parameters and the optimiser's slots.
    generators : (R, 632) uint64, see `core.base.twister`.
    """

    params: Array
    first: Array
    second: Array
    generators: Array


class Images(NamedTuple):
    """The set.

    Attributes
    ----------
    pixels, target : (N, D) in [0, 1], and as they are coded.
    shown : (n,) int64, those that curves are made of.
    among : (N,) int64, the place of each among them, -1 for the others.
    """

    pixels: Array
    target: Array
    shown: Array
    among: Array


class Room(NamedTuple):
    """Where the work is done: the last ten are flat, as large as the largest batch needs.

    Attributes
    ----------
    grads : (P,).
    orders : (R, N) int64, the order of the images in this epoch.
    fed : (R, n, D) what was fed of the images shown, where there is noise.
    x, t, losses : inputs, targets and losses of a batch, D a column.
    z, a, g : weighted sums, activities and gradients of all layers.
    code, deviation, epsilon, back : of a variational code, or of the draws of a penalty.
    clean, noisy : images in rows.
    weights : of the images.
    """

    grads: Array
    orders: Array
    fed: Array
    x: Array
    t: Array
    losses: Array
    z: Array
    a: Array
    g: Array
    code: Array
    deviation: Array
    epsilon: Array
    back: Array
    clean: Array
    noisy: Array
    weights: Array


class Points(NamedTuple):
    """What the network made of the images shown, at every point of the curves: as fed, and without noise.

    Attributes
    ----------
    logits : (1 or 2, K, R, n, D).
    heads : (1 or 2, K, R, n, outputs of the encoder).
    hidden : (K, R, n, hidden units of the encoder) where sparsity is about them.
    """

    logits: Array
    heads: Array
    hidden: Array


@njit(**OPTIONS)
def _forward(plan, params, room, x, drawn):
    """Coded pixels (D, B) through all layers; with `drawn`, the code is a draw by `room.epsilon` (B, L)."""
    count = x.shape[1]
    h = x
    for layer in range(plan.wide.size):
        wide, high, start, place = plan.wide[layer], plan.high[layer], plan.start[layer], plan.place[layer]
        weight = params[start : start + wide * high].reshape((wide, high))
        bias = params[start + wide * high : start + (wide + 1) * high]
        z = room.z[place * count : (place + high) * count]
        a = room.a[place * count : (place + high) * count]
        dense.forward(weight, bias, h, z.reshape((high, count)))
        activate(plan.kind[layer], z, a)
        h = a.reshape((high, count))
        if plan.variational and layer == plan.code:
            h = _sample(plan, h, room, drawn)


@njit(**OPTIONS)
def _sample(plan, head, room, drawn):
    """Means and log-variances (2 L, B) -> what is decoded, (L, B)."""
    units, count = plan.latent, head.shape[1]
    code = room.code[: units * count].reshape((units, count))
    if not drawn:
        code[:] = head[:units]
        return code
    epsilon = room.epsilon[: units * count].reshape((count, units))
    deviation = room.deviation[: units * count].reshape((units, count))
    for unit in range(units):
        for n in range(count):
            spread = min(max(head[units + unit, n], _LOWEST), _HIGHEST)
            deviation[unit, n] = exp(HALF * spread)
            code[unit, n] = head[unit, n] + deviation[unit, n] * epsilon[n, unit]
    return code


@njit(**OPTIONS)
def _weigh(plan, room, z, a, t, g, count):
    """Weigh the gradients (D, B) of the images: mean over images, scale, focus."""
    share = plan.scale / F(count)
    if plan.focus == ZERO:
        for k in range(g.size):
            g[k] *= share
        return
    losses, weights = room.losses[: g.size], room.weights[:count]
    loss_value(plan.loss, z, a, t, losses)
    weights[:] = ZERO
    for row in losses.reshape((g.size // count, count)):
        for n in range(count):
            weights[n] += row[n]
    mean = ZERO
    for n in range(count):
        mean += weights[n]
    mean = max(mean / F(count), _TINY)
    for n in range(count):
        weights[n] = share * max(weights[n] / mean, _FLOOR) ** plan.focus
    for row in g.reshape((g.size // count, count)):
        for n in range(count):
            row[n] *= weights[n]


@njit(**OPTIONS)
def _code_gradients(plan, course, room, epoch, replica, head, g):
    """Add to the gradients at the code, (L, B) of an ordinary one, what is asked of it beside decoding."""
    units, count = plan.latent, head.shape[1]
    if plan.penalty >= 0:
        draws = room.epsilon[: units * count].reshape((count, units))
        penalise(plan.penalty, head, draws, g, F(course.penalty[replica]))
    if plan.sparsity >= 0 and not plan.hidden:
        _sparse(plan, course, replica, head[:units], g)


@njit(**OPTIONS)
def _variational_gradients(plan, course, room, epoch, replica, head, g):
    """Gradients at means and log-variances (2 L, B), from those at what was decoded, in `room.back`."""
    units, count = plan.latent, head.shape[1]
    back = room.back[: units * count].reshape((units, count))
    epsilon = room.epsilon[: units * count].reshape((count, units))
    deviation = room.deviation[: units * count].reshape((units, count))
    share = F(course.kl[epoch, replica] / count)
    for unit in range(units):
        mean, free = head[unit], head[units + unit]
        paid = share
        if plan.free_bits > ZERO:
            total = ZERO
            for n in range(count):
                spread = min(max(free[n], _LOWEST), _HIGHEST)
                total += max(HALF * (mean[n] * mean[n] + exp(spread) - ONE - spread), ZERO)
            paid = share if total / F(count) > plan.free_bits else ZERO
        for n in range(count):
            spread = min(max(free[n], _LOWEST), _HIGHEST)
            g[unit, n] = back[unit, n] + paid * mean[n]
            pull = paid * HALF * (exp(spread) - ONE)
            pull += HALF * back[unit, n] * deviation[unit, n] * epsilon[n, unit]
            g[units + unit, n] = ZERO if free[n] <= _LOWEST or free[n] >= _HIGHEST else pull
    if plan.sparsity >= 0 and not plan.hidden:
        _sparse(plan, course, replica, head[:units], g)


@njit(**OPTIONS)
def _sparse(plan, course, replica, activities, g):
    """Add the gradients of the penalty on the activities (units, B) of a layer to the first rows of g."""
    count = activities.shape[1]
    share = F(course.sparsity[replica] / count)
    for unit in range(activities.shape[0]):
        total = ZERO
        for n in range(count):
            total += activities[unit, n]
        sparse(plan.sparsity, activities[unit], g[unit], total / F(count), plan.sparsity_rate, share)


@njit(**OPTIONS)
def _backward(plan, course, params, grads, room, epoch, replica, x):
    """The gradients of all parameters, from those at the logits in `room.g`."""
    count, last = x.shape[1], plan.wide.size - 1
    for layer in range(last, -1, -1):
        wide, high, start, place = plan.wide[layer], plan.high[layer], plan.start[layer], plan.place[layer]
        z = room.z[place * count : (place + high) * count]
        a = room.a[place * count : (place + high) * count]
        g = room.g[place * count : (place + high) * count]
        wide_g = g.reshape((high, count))
        if layer == plan.code:
            head = a.reshape((high, count))
            if plan.variational:
                _variational_gradients(plan, course, room, epoch, replica, head, wide_g)
            else:
                _code_gradients(plan, course, room, epoch, replica, head, wide_g)
        elif layer < plan.code and plan.hidden and plan.sparsity >= 0:
            _sparse(plan, course, replica, a.reshape((high, count)), wide_g)
        if layer < last or not plan.on_logits:
            derive(plan.kind[layer], g, z, a)
        drawn = plan.variational and layer == plan.code + 1
        if layer == 0:
            h = x
        elif drawn:
            h = room.code[: wide * count].reshape((wide, count))
        else:
            h = room.a[(place - wide) * count : place * count].reshape((wide, count))
        weight_grads = grads[start : start + wide * high].reshape((wide, high))
        dense.gradients(h, wide_g, weight_grads, grads[start + wide * high : start + (wide + 1) * high])
        if layer > 0:
            back = room.back[: wide * count] if drawn else room.g[(place - wide) * count : place * count]
            weight = params[start : start + wide * high].reshape((wide, high))
            dense.backward(weight, wide_g, back.reshape((wide, count)))


@njit(**OPTIONS)
def _step(plan, course, state, images, room, epoch, replica, first, count, step):
    """One step of one replica on `count` images, from the `first` on in this epoch's order."""
    size = images.pixels.shape[1]
    generator = state.generators[replica]
    t = room.t[: size * count].reshape((size, count))
    for n in range(count):
        k = room.orders[replica, first + n] if plan.shuffled else first + n
        for i in range(size):
            t[i, n] = images.target[k, i]
    x = t
    if plan.noise >= 0:
        x = room.x[: size * count].reshape((size, count))
        clean = room.clean[: size * count].reshape((count, size))
        noisy = room.noisy[: size * count].reshape((count, size))
        for n in range(count):
            k = room.orders[replica, first + n] if plan.shuffled else first + n
            clean[n] = images.pixels[k]
        corrupt(plan.noise, generator, clean, noisy, course.noise[replica], plan.shape)
        for n in range(count):
            k = room.orders[replica, first + n] if plan.shuffled else first + n
            if images.among[k] >= 0:
                room.fed[replica, images.among[k]] = noisy[n]
            for i in range(size):
                x[i, n] = plan.low + plan.span * noisy[n, i]
    if plan.variational:
        twister.normal(generator, room.epsilon[: plan.latent * count])
    params = state.params[replica]
    _forward(plan, params, room, x, True)
    if plan.penalty >= 0:
        twister.normal(generator, room.epsilon[: plan.latent * count])
    last = plan.wide.size - 1
    ends = slice(plan.place[last] * count, (plan.place[last] + size) * count)
    z, a, g = room.z[ends], room.a[ends], room.g[ends]
    flat = room.t[: size * count]
    loss_gradient(plan.loss, a, flat, g)
    _weigh(plan, room, z, a, flat, g, count)
    _backward(plan, course, params, room.grads, room, epoch, replica, x)
    c0, c1, c2, c3, c4 = constants(
        plan.optimizer, course.rate[epoch, replica], step, plan.momentum, plan.beta2, plan.weight_decay
    )
    move(
        plan.optimizer, params, room.grads, state.first[replica], state.second[replica],
        F(c0), F(c1), F(c2), F(c3), F(c4),
    )  # fmt: skip


@njit(**OPTIONS)
def _record(plan, state, images, room, points, kinds, replica, point, columns):
    """What the network makes of the images shown, `columns` at a time."""
    size, shown = images.pixels.shape[1], images.shown.size
    code, last = plan.code, plan.wide.size - 1
    for kind in range(kinds):
        for first in range(0, shown, columns):
            count = min(columns, shown - first)
            x = room.x[: size * count].reshape((size, count))
            for n in range(count):
                k = images.shown[first + n]
                for i in range(size):
                    if kind == 0 and plan.noise >= 0:
                        x[i, n] = plan.low + plan.span * room.fed[replica, first + n, i]
                    else:
                        x[i, n] = images.target[k, i]
            _forward(plan, state.params[replica], room, x, False)
            heads = plan.high[code]
            for n in range(count):
                for i in range(size):
                    points.logits[kind, point, replica, first + n, i] = room.z[
                        (plan.place[last] + i) * count + n
                    ]
                for i in range(heads):
                    points.heads[kind, point, replica, first + n, i] = room.a[
                        (plan.place[code] + i) * count + n
                    ]
                if kind == 0:
                    for i in range(points.hidden.shape[3]):
                        points.hidden[point, replica, first + n, i] = room.a[i * count + n]


@njit(cache=True, **OPTIONS)
def epochs(plan, course, state, kept, images, room, points, columns, steps, begin, end, divisible, flag):
    """Train the epochs of `course`; returns how many, batches done in the last of them, and points recorded.

    Parameters
    ----------
    kept : becomes the state at the last point of the curves.
    columns : images that a point of the curves takes at a time.
    steps : steps that the optimiser has taken.
    begin, end : the batches of every epoch that are trained; all of them, unless it is one epoch in parts.
    divisible : whether a flag ends an epoch after the batch under way; if not, after the epoch.
    flag : (1,) uint8; another thread raises it to end this early.
    """
    replicas, count = state.params.shape[0], images.pixels.shape[0]
    batches = -(-count // plan.batch)
    capacity, kinds, recorded = points.logits.shape[1], points.logits.shape[0], 0
    for epoch in range(course.rate.shape[0]):
        until = end
        for replica in range(replicas):
            if begin == 0 and plan.shuffled:
                twister.order(state.generators[replica], room.orders[replica])
            for batch in range(begin, until):
                first = batch * plan.batch
                step = steps + epoch * batches + (batch - begin) + 1
                _step(
                    plan, course, state, images, room, epoch, replica, first,
                    min(plan.batch, count - first), step,
                )  # fmt: skip
                if divisible and replica == 0 and batch + 1 < until and flag[0]:
                    until = batch + 1
        if until < batches:
            return epoch, until, recorded
        if course.due[epoch]:
            for replica in range(replicas):
                _record(plan, state, images, room, points, kinds, replica, recorded, columns)
            kept.params[:] = state.params
            kept.first[:] = state.first
            kept.second[:] = state.second
            kept.generators[:] = state.generators
            recorded += 1
        if flag[0] or recorded == capacity:
            return epoch + 1, 0, recorded
    return course.rate.shape[0], 0, recorded
