"""Whole epochs of every replica: what is fed, both passes, the optimiser, and what the curves show.

One compiled function, `epochs`, which never comes back to Python before it is done, so that painting goes on
beside it. It follows `core.train.torch_epochs` step by step and draws the same random numbers in the same
order. Everything is single precision; a batch is (units, images), see `dense`.
"""

import numpy as np
from numba import void

from core.base import twister
from core.base.scalars import HALF, ONE, ZERO, F, exp, larger, positive, smaller, within
from core.choices.losses import FLOOR
from core.compiled import dense
from core.compiled.choices import (
    activate,
    corrupt,
    derive,
    loss_gradients,
    loss_values,
    move,
    penalise,
    sparse,
)
from core.compiled.draws import normal, order
from core.compiled.memory import INTEGER, INTEGERS, REALS, doubles, flags, integers, reals, words
from core.compiled.parts import part
from core.compiled.records import COURSE, IMAGES, PLAN, POINTS, ROOM, STATE, layer_of
from core.nn.variance import HIGHEST, LOWEST

_FLOOR, _LOWEST, _HIGHEST = F(FLOOR), F(LOWEST), F(HIGHEST)
_TINY = F(np.finfo(np.float32).tiny)


def _bounded(spread):
    return within(spread, _LOWEST, _HIGHEST)


def _sample(plan, room, head, count, drawn):
    """Means and log-variances (2 L, B) -> what is decoded, (L, B)."""
    if not drawn:
        return head
    code, deviation, epsilon = reals(room.code, 0), reals(room.deviation, 0), reals(room.epsilon, 0)
    free = reals(head, plan.latent * count)
    for unit in range(plan.latent):
        for n in range(count):
            k = unit * count + n
            deviation[k] = exp(HALF * _bounded(free[k]))
            code[k] = head[k] + deviation[k] * epsilon[n * plan.latent + unit]
    return code


@part(void(PLAN, ROOM, REALS, REALS, INTEGER, INTEGER))
def forward(plan, room, params, x, count, drawn):
    """Coded pixels (D, B) through all layers; with `drawn`, the code is a draw by `room.epsilon` (B, L)."""
    h = x
    for number in range(plan.depth):
        layer = layer_of(plan.layers, number)
        wide, high, weight = layer.wide, layer.high, reals(params, layer.start)
        z, a = reals(room.z, layer.place * count), reals(room.a, layer.place * count)
        dense.forward(weight, reals(weight, wide * high), h, z, wide, high, count)
        activate(layer.kind, high * count, z, a)
        h = a
        if plan.variational and number == plan.code:
            h = _sample(plan, room, a, count, drawn)


def _weigh(plan, room, z, a, t, g, count):
    """Weigh the gradients (D, B) of the images: mean over images, scale, focus."""
    share, size = plan.scale / F(count), plan.pixels * count
    if plan.focus == ZERO:
        for k in range(size):
            g[k] *= share
        return
    losses, weights = reals(room.losses, 0), reals(room.weights, 0)
    loss_values(plan.loss, size, z, a, t, losses)
    for n in range(count):
        weights[n] = ZERO
    for first in range(0, size, count):
        for n in range(count):
            weights[n] += losses[first + n]
    mean = ZERO
    for n in range(count):
        mean += weights[n]
    mean = larger(mean / F(count), _TINY)
    for n in range(count):
        weights[n] = share * larger(weights[n] / mean, _FLOOR) ** plan.focus
    for first in range(0, size, count):
        for n in range(count):
            g[first + n] *= weights[n]


def _sparse(plan, weight, units, a, g, count):
    """Add the gradients of the penalty on the activities (units, B) of a layer to the first rows of g."""
    for first in range(0, units * count, count):
        total = ZERO
        for k in range(first, first + count):
            total += a[k]
        sparse(
            plan.sparsity, count, reals(a, first), reals(g, first), total / F(count), plan.sparsity_rate,
            weight / F(count),
        )  # fmt: skip


def _variational_gradients(plan, room, share, head, g, count):
    """Gradients at means and log-variances (2 L, B), from those at what was decoded, in `room.back`."""
    back, epsilon, deviation = reals(room.back, 0), reals(room.epsilon, 0), reals(room.deviation, 0)
    free, pulls = reals(head, plan.latent * count), reals(g, plan.latent * count)
    for unit in range(plan.latent):
        paid, first = share, unit * count
        if plan.free_bits > ZERO:
            total = ZERO
            for k in range(first, first + count):
                spread = _bounded(free[k])
                total += positive(HALF * (head[k] * head[k] + exp(spread) - ONE - spread))
            paid = share if total / F(count) > plan.free_bits else ZERO
        for n in range(count):
            k = first + n
            g[k] = back[k] + paid * head[k]
            pull = paid * HALF * (exp(_bounded(free[k])) - ONE)
            pull += HALF * back[k] * deviation[k] * epsilon[n * plan.latent + unit]
            pulls[k] = ZERO if free[k] <= _LOWEST or free[k] >= _HIGHEST else pull


def _at_code(plan, course, room, epoch, replica, head, g, count):
    """The gradients at the end of the encoder, from those at what was decoded and what is asked beside it."""
    if plan.variational:
        kl = F(doubles(course.kl, epoch * plan.replicas + replica)[0] / count)
        _variational_gradients(plan, room, kl, head, g, count)
    elif plan.penalty >= 0:
        weight = F(doubles(course.penalty, replica)[0])
        penalise(plan.penalty, head, reals(room.epsilon, 0), g, plan.latent, count, weight)
    if plan.sparsity >= 0 and not plan.hidden:
        _sparse(plan, F(doubles(course.sparsity, replica)[0]), plan.latent, head, g, count)


@part(void(PLAN, COURSE, ROOM, REALS, REALS, INTEGER, INTEGER, INTEGER))
def backward(plan, course, room, params, x, epoch, replica, count):
    """The gradients of all parameters, from those at the logits in `room.g`."""
    for number in range(plan.depth - 1, -1, -1):
        layer = layer_of(plan.layers, number)
        wide, high, place = layer.wide, layer.high, layer.place
        z, a, g = reals(room.z, place * count), reals(room.a, place * count), reals(room.g, place * count)
        if number == plan.code:
            _at_code(plan, course, room, epoch, replica, a, g, count)
        elif number < plan.code and plan.hidden and plan.sparsity >= 0:
            _sparse(plan, F(doubles(course.sparsity, replica)[0]), high, a, g, count)
        if number < plan.depth - 1 or not plan.on_logits:
            derive(layer.kind, high * count, g, z, a)
        drawn = plan.variational and number == plan.code + 1
        before = (place - wide) * count
        h = x if number == 0 else reals(room.code, 0) if drawn else reals(room.a, before)
        grads = reals(room.grads, layer.start)
        dense.gradients(h, g, grads, reals(grads, wide * high), wide, high, count)
        if number > 0:
            back = reals(room.back, 0) if drawn else reals(room.g, before)
            dense.backward(reals(params, layer.start), g, back, wide, high, count)


def _load(size, row, column, count, batch, low, span):
    """An image, (D,), as a column of a batch (D, B): `low` + `span` x pixel."""
    for i in range(size):
        batch[i * count + column] = low + span * row[i]


def _feed(plan, level, generator, images, room, orders, fed, count):
    """Fill `room.x` with a batch under noise."""
    size, clean, noisy = plan.pixels, reals(room.clean, 0), reals(room.noisy, 0)
    for n in range(count):
        row, own = reals(images.pixels, orders[n] * size), reals(clean, n * size)
        for i in range(size):
            own[i] = row[i]
    corrupt(plan.noise, generator, clean, noisy, size * count, level, plan.height, plan.width)
    for n in range(count):
        row, place = reals(noisy, n * size), integers(images.among, orders[n])[0]
        _load(size, row, n, count, reals(room.x, 0), plan.low, plan.span)
        if place >= 0:
            kept = reals(fed, place * size)
            for i in range(size):
                kept[i] = row[i]


@part(void(PLAN, COURSE, STATE, IMAGES, ROOM, INTEGER, INTEGER, INTEGER, INTEGER))
def step(plan, course, state, images, room, epoch, replica, batch, count):
    """One step of one replica on `count` images of this epoch's order."""
    size, generator = plan.pixels, words(state.generators, replica * twister.WORDS)
    params = reals(state.params, replica * plan.parameters)
    orders = integers(room.orders, replica * plan.images + batch * plan.batch)
    t, epsilon = reals(room.t, 0), reals(room.epsilon, 0)
    for n in range(count):
        _load(size, reals(images.target, orders[n] * size), n, count, t, ZERO, ONE)
    x = t
    if plan.noise >= 0:
        x = reals(room.x, 0)
        fed = reals(room.fed, replica * plan.shown * size)
        _feed(plan, doubles(course.noise, replica)[0], generator, images, room, orders, fed, count)
    if plan.variational:
        normal(generator, epsilon, plan.latent * count)
    forward(plan, room, params, x, count, True)
    if plan.penalty >= 0:
        normal(generator, epsilon, plan.latent * count)
    end = layer_of(plan.layers, plan.depth - 1).place * count
    z, a, g = reals(room.z, end), reals(room.a, end), reals(room.g, end)
    loss_gradients(plan.loss, size * count, a, t, g)
    _weigh(plan, room, z, a, t, g, count)
    backward(plan, course, room, params, x, epoch, replica, count)
    steps = course.steps + epoch * -(-plan.images // plan.batch) + batch - course.begin + 1
    move(
        plan.optimizer, plan.parameters, params, reals(room.grads, 0),
        reals(state.first, replica * plan.parameters), reals(state.second, replica * plan.parameters),
        doubles(course.rate, epoch * plan.replicas + replica)[0], steps, plan.momentum, plan.beta2,
        plan.weight_decay,
    )  # fmt: skip


def _save(batch, column, count, size, row):
    """A column of a batch (D, B) as a row (D,)."""
    for i in range(size):
        row[i] = batch[i * count + column]


@part(void(PLAN, STATE, IMAGES, ROOM, POINTS, INTEGER, INTEGER, INTEGER))
def see(plan, state, images, room, points, kind, point, replica):
    """What a network makes of the images shown, `columns` at a time, as fed (kind 0) or without noise."""
    size, x = plan.pixels, reals(room.x, 0)
    seen = (point * plan.replicas + replica) * plan.shown
    row = kind * points.capacity * plan.replicas * plan.shown + seen
    end, code = layer_of(plan.layers, plan.depth - 1).place, layer_of(plan.layers, plan.code).place
    for first in range(0, plan.shown, points.columns):
        count = smaller(points.columns, plan.shown - first)
        for n in range(count):
            if kind == 0 and plan.noise >= 0:
                fed = reals(room.fed, (replica * plan.shown + first + n) * size)
                _load(size, fed, n, count, x, plan.low, plan.span)
            else:
                image = integers(images.shown, first + n)[0]
                _load(size, reals(images.target, image * size), n, count, x, ZERO, ONE)
        forward(plan, room, reals(state.params, replica * plan.parameters), x, count, False)
        for n in range(count):
            image, units, hidden = row + first + n, points.heads_units, points.hidden_units
            _save(reals(room.z, end * count), n, count, size, reals(points.logits, image * size))
            _save(reals(room.a, code * count), n, count, units, reals(points.heads, image * units))
            if kind == 0:
                _save(reals(room.a, 0), n, count, hidden, reals(points.hidden, (seen + first + n) * hidden))


def _copy(size, source, target):
    for k in range(size):
        target[k] = source[k]


def _note(plan, state, states, place):
    size, draws = plan.replicas * plan.parameters, plan.replicas * twister.WORDS
    _copy(size, reals(state.params, 0), reals(states.params, place * size))
    _copy(size, reals(state.first, 0), reals(states.first, place * size))
    _copy(size, reals(state.second, 0), reals(states.second, place * size))
    _copy(draws, words(state.generators, 0), words(states.generators, place * draws))


def _epoch(plan, course, state, images, room, epoch):
    """Train the batches asked for, or fewer if a flag is raised; returns the end of those trained."""
    end = course.end
    for replica in range(plan.replicas):
        if plan.shuffled and course.begin == 0:
            generator = words(state.generators, replica * twister.WORDS)
            order(generator, integers(room.orders, replica * plan.images), plan.images)
        for batch in range(course.begin, end):
            count = smaller(plan.batch, plan.images - batch * plan.batch)
            step(plan, course, state, images, room, epoch, replica, batch, count)
            if course.divisible and replica == 0 and batch + 1 < end and flags(course.flag, 0)[0]:
                end = batch + 1
    return end


@part(void(PLAN, COURSE, STATE, STATE, IMAGES, ROOM, POINTS, INTEGERS))
def epochs(plan, course, state, states, images, room, points, done):
    """Train the epochs of `course`.

    `done` (4,) is filled: epochs, and batches of one more that was divided; its third and fourth number
    count on the points and the states of moments recorded before. `states` takes the state at points of the
    curves, of no more moments than it has room for.
    """
    for epoch in range(course.epochs):
        done[0], done[1] = epoch, _epoch(plan, course, state, images, room, epoch)
        if done[1] * plan.batch < plan.images:
            return
        done[0], done[1] = epoch + 1, 0
        if flags(course.due, epoch)[0]:
            for kind in range(points.kinds):
                for replica in range(plan.replicas):
                    see(plan, state, images, room, points, kind, done[2], replica)
            last = points.states - 1  # the place of a state that only the next point may need
            if done[3] < last and flags(course.moments, epoch)[0]:
                _note(plan, state, states, done[3])
                done[3] += 1
            else:
                _note(plan, state, states, last)
            done[2] += 1
        if flags(course.flag, 0)[0] or done[2] == points.capacity:
            return
