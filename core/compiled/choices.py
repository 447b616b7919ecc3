"""The compiled forms of the records, compiled, and one function a kind of record that calls them by number.

A form works on single numbers; here it becomes a loop over arrays, `kernel`, which the compiler turns into
one over eight numbers at a time. Which record a run uses is a number, its place among those of its registry,
so that one compilation serves every run.
"""

from collections.abc import Callable, Sequence
from typing import Any

from numba import njit
from numba.extending import register_jitable

from core.base import scalars, twister
from core.base.registry import Registry
from core.choices.activations import ACTIVATIONS
from core.choices.losses import LOSSES
from core.choices.optimizers import OPTIMIZERS
from core.choices.penalties import PENALTIES
from core.choices.sparsities import SPARSITIES
from core.data.noise import NOISES

EXACT = {"contract", "nsz"}
"""What the compiler may do to the arithmetic of the forms: no reordering, which would cost them their last
digits, and no wrong ideas about NaN."""

OPTIONS: dict[str, Any] = {"nogil": True, "error_model": "numpy", "fastmath": EXACT}

for word in (*scalars.WORDS, *twister.DRAWS):
    register_jitable(word)


def number(registry: Registry[Any], name: str) -> int:
    """The number of a record among those of its registry that have a compiled form; -1 for one that has none."""
    names = [record.name for record in registry if record.compiled is not None]
    return names.index(name) if name in names else -1


def _forms(registry: Registry[Any]) -> list[Any]:
    return [record.compiled for record in registry if record.compiled is not None]


def _by_number(kernels: Sequence[Callable[..., Any]], arguments: str) -> Callable[..., Any]:
    """A compiled function of a number and `arguments` that hands them to the kernel of that number.

    As text, because the compiler wants every call written out.
    """
    lines = [f"    if number == {n}:\n        return kernel_{n}({arguments})\n" for n in range(len(kernels))]
    names = {f"kernel_{n}": kernel for n, kernel in enumerate(kernels)}
    text = f"def call(number, {arguments}):\n{''.join(lines[:-1])}    return kernel_{len(lines) - 1}({arguments})\n"
    exec(text, names)
    return njit(**OPTIONS)(names["call"])


def _kernel(make: Callable[..., Callable[..., Any]], *forms: Callable[..., Any]) -> Callable[..., Any]:
    return njit(**OPTIONS)(make(*(register_jitable(form) for form in forms)))


def _forward(form: Callable[..., Any]) -> Callable[..., None]:
    def kernel(z, a):
        for k in range(z.size):
            a[k] = form(z[k])

    return kernel


def _backward(form: Callable[..., Any]) -> Callable[..., None]:
    def kernel(g, z, a):
        for k in range(g.size):
            g[k] = form(g[k], z[k], a[k])

    return kernel


def _value(form: Callable[..., Any]) -> Callable[..., None]:
    def kernel(z, a, t, losses):
        for k in range(z.size):
            losses[k] = form(z[k], a[k], t[k])

    return kernel


def _gradient(form: Callable[..., Any]) -> Callable[..., None]:
    def kernel(a, t, g):
        for k in range(a.size):
            g[k] = form(a[k], t[k])

    return kernel


def _move(form: Callable[..., Any]) -> Callable[..., None]:
    def kernel(p, g, first, second, c0, c1, c2, c3, c4):
        for k in range(p.size):
            p[k], first[k], second[k] = form(p[k], g[k], first[k], second[k], c0, c1, c2, c3, c4)

    return kernel


def _sparse(form: Callable[..., Any]) -> Callable[..., None]:
    def kernel(a, g, mean, rate, share):
        for k in range(a.size):
            g[k] += share * form(a[k], mean, rate)

    return kernel


_activations, _losses, _optimizers = _forms(ACTIVATIONS), _forms(LOSSES), _forms(OPTIMIZERS)

activate = _by_number([_kernel(_forward, form[0]) for form in _activations], "z, a")
"""(number, z, a) fills a, all (n,) float32."""

derive = _by_number([_kernel(_backward, form[1]) for form in _activations], "g, z, a")
"""(number, g, z, a) turns dL/da into dL/dz in place."""

loss_value = _by_number([_kernel(_value, form.value) for form in _losses], "z, a, t, losses")
"""(number, logits, outputs, targets, losses) fills the losses of all pixels."""

loss_gradient = _by_number([_kernel(_gradient, form.gradient) for form in _losses], "a, t, g")
"""(number, outputs, targets, gradients) fills the gradients, by the logits or by the outputs."""

constants = _by_number(
    [njit(**OPTIONS)(form.constants) for form in _optimizers], "rate, step, momentum, beta2, decay"
)
"""(number, rate, step, momentum, beta2, weight decay) -> five numbers."""

move = _by_number(
    [_kernel(_move, form.move) for form in _optimizers], "p, g, first, second, c0, c1, c2, c3, c4"
)
"""(number, parameters, gradients, first slots, second slots, five numbers) takes one step in place."""

sparse = _by_number([_kernel(_sparse, form) for form in _forms(SPARSITIES)], "a, g, mean, rate, share")
"""(number, activities of a unit, gradients, its mean activity, rate, share) adds to the gradients."""

penalise = _by_number([njit(**OPTIONS)(form) for form in _forms(PENALTIES)], "codes, draws, gradients, weight")
"""(number, codes (L, N), draws (N, L), gradients (L, N), weight) adds to the gradients."""

corrupt = _by_number([njit(**OPTIONS)(form) for form in _forms(NOISES)], "state, clean, noisy, level, shape")
"""(number, state, clean (N, D), noisy (N, D), level, shape) fills `noisy`."""
