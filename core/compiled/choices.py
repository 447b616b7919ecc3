"""The compiled forms of the records: one part a kind of record, which is called with a record's number.

A form works on single numbers; here it stands in a loop over many, which the compiler turns into one over
eight at a time. Which record a run uses is a number, so that one compilation serves every run.
"""

from collections.abc import Callable
from textwrap import indent
from typing import Any

from numba import void

from core.base.registry import Registry
from core.base.scalars import F
from core.choices.activations import ACTIVATIONS
from core.choices.losses import LOSSES
from core.choices.optimizers import OPTIMIZERS
from core.choices.penalties import PENALTIES
from core.choices.sparsities import SPARSITIES
from core.compiled import draws  # noqa: F401
from core.compiled.forms import known, write
from core.compiled.memory import DOUBLE, INTEGER, REAL, REALS, WORDS
from core.compiled.parts import form, part
from core.data.noise import NOISES


def number(registry: Registry[Any], name: str) -> int:
    """The number of a record in the parts below; it has to have a form, see `forms`."""
    return known(registry).index(registry[name])


def _by_number(
    name: str, signature: Any, arguments: str, body: str, registry: Registry[Any], **forms: Callable[..., Any]
) -> Any:
    """A part (number, arguments) that does, for the record of this number, what `body` says.

    As text, because the compiler wants every call written out. `forms` say how to get the functions that the
    body names from a record's `compiled`.
    """
    names: dict[str, Any] = {"F": F, "__name__": __name__}
    text = f"def {name}(number, {arguments}):\n"
    for k, record in enumerate(write(registry)):
        own = body
        for word, function in forms.items():
            names[f"{word}_{k}"] = form(function(record.compiled))
            own = own.replace(f"{word}(", f"{word}_{k}(")
        text += f"    if number == {k}:\n{indent(own, ' ' * 8)}\n"
    exec(compile(text, __file__, "exec"), names)  # the cache wants a file, and looks at its age
    return part(signature)(names[name])


activate = _by_number(
    "activate", void(INTEGER, INTEGER, REALS, REALS), "size, z, a",
    "for k in range(size): a[k] = forward(z[k])",
    ACTIVATIONS, forward=lambda pair: pair[0],
)  # fmt: skip
"""(number, size, z, a) fills a, all (size,)."""

derive = _by_number(
    "derive", void(INTEGER, INTEGER, REALS, REALS, REALS), "size, g, z, a",
    "for k in range(size): g[k] = backward(g[k], z[k], a[k])",
    ACTIVATIONS, backward=lambda pair: pair[1],
)  # fmt: skip
"""(number, size, g, z, a) turns dL/da into dL/dz in place."""

loss_values = _by_number(
    "loss_values", void(INTEGER, INTEGER, REALS, REALS, REALS, REALS), "size, z, a, t, losses",
    "for k in range(size): losses[k] = value(z[k], a[k], t[k])",
    LOSSES, value=lambda loss: loss.value,
)  # fmt: skip
"""(number, size, logits, outputs, targets, losses) fills the losses of all pixels."""

loss_gradients = _by_number(
    "loss_gradients", void(INTEGER, INTEGER, REALS, REALS, REALS), "size, a, t, g",
    "for k in range(size): g[k] = gradient(a[k], t[k])",
    LOSSES, gradient=lambda loss: loss.gradient,
)  # fmt: skip
"""(number, size, outputs, targets, gradients) fills the gradients, by the logits or by the outputs."""

move = _by_number(
    "move", void(INTEGER, INTEGER, REALS, REALS, REALS, REALS, DOUBLE, INTEGER, DOUBLE, DOUBLE, DOUBLE),
    "size, p, g, first, second, rate, step, momentum, beta2, decay",
    "c0, c1, c2, c3, c4 = constants(rate, step, momentum, beta2, decay)\n"
    "f0, f1, f2, f3, f4 = F(c0), F(c1), F(c2), F(c3), F(c4)\n"
    "for k in range(size):\n"
    "    p[k], first[k], second[k] = rule(p[k], g[k], first[k], second[k], f0, f1, f2, f3, f4)",
    OPTIMIZERS, constants=lambda optimizer: optimizer.constants, rule=lambda optimizer: optimizer.move,
)  # fmt: skip
"""(number, size, parameters, gradients, first slots, second slots, rate, step, momentum, beta2, weight decay)
takes one step in place."""

sparse = _by_number(
    "sparse", void(INTEGER, INTEGER, REALS, REALS, REAL, REAL, REAL), "size, a, g, mean, rate, share",
    "for k in range(size): g[k] += share * gradient(a[k], mean, rate)",
    SPARSITIES, gradient=lambda gradient: gradient,
)  # fmt: skip
"""(number, size, activities of a unit, gradients, its mean activity, rate, share) adds to the gradients."""

penalise = _by_number(
    "penalise", void(INTEGER, REALS, REALS, REALS, INTEGER, INTEGER, REAL),
    "codes, draws, g, latent, count, weight", "gradient(codes, draws, g, latent, count, weight)",
    PENALTIES, gradient=lambda gradient: gradient,
)  # fmt: skip
"""(number, codes (L, N), draws (N, L), gradients (L, N), L, N, weight) adds to the gradients."""

corrupt = _by_number(
    "corrupt", void(INTEGER, WORDS, REALS, REALS, INTEGER, DOUBLE, INTEGER, INTEGER),
    "state, clean, noisy, size, level, height, width",
    "noise(state, clean, noisy, size, level, height, width)",
    NOISES, noise=lambda noise: noise,
)  # fmt: skip
"""(number, state, clean (size,), noisy (size,), size, level, height, width) fills `noisy`, image by image."""
