"""Optimisers: rules that turn gradients into steps, elementwise on flat buffers whose rows are replicas.

Each follows `torch.optim`'s arithmetic; the tests compare them step by step.
"""

import inspect
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from core.base.registry import Choice, Registry
from core.base.scalars import HALF, ONE, ZERO, F, within

if TYPE_CHECKING:
    from torch import Tensor

    from core.base.scalars import Real

    Rate = float | Tensor
    Slots = dict[str, Tensor]

EPS = 1e-8


@dataclass(frozen=True, slots=True)
class CompiledMove:
    """An optimiser for one parameter, in the words of `core.base.scalars`.

    Attributes
    ----------
    constants : (rate, step, momentum, beta2, weight decay) -> five numbers that all parameters share in this
        step, of double precision; `step` counts from 1.
    move : (parameter, gradient, first slot, second slot, *constants) -> the new parameter and slots, all of
        single precision. Slots that the record does not name stay zero.
    """

    constants: "Callable[..., tuple[float, float, float, float, float]]"
    move: "Callable[..., tuple[Real, Real, Real]]"


@dataclass(frozen=True, slots=True)
class Optimizer(Choice):
    """A rule that moves parameters.

    Attributes
    ----------
    slots : names of its state tensors, (R, P) like the parameters and zero at first; saved with a run.
    move : (params, grads, slots, rate, step, **fields) moves `params` (R, P) in place; `grads` (R, P) may be
        overwritten. `rate` is a number, or (R, 1), one a replica; `step` counts from 1.
    compiled : the same for one parameter; at most two slots. None: such a run trains with torch.
    uses : the fields of a run that the rule uses beside the learning rate: the keyword arguments of `move`.
    """

    slots: tuple[str, ...]
    move: "Callable[..., None]"
    compiled: CompiledMove | None = None
    uses: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        parameters = inspect.signature(self.move).parameters.values()
        uses = frozenset(one.name for one in parameters if one.kind is one.KEYWORD_ONLY)
        object.__setattr__(self, "uses", uses)


def _adam(
    params: "Tensor", grads: "Tensor", slots: "Slots", rate: "Rate", step: int,
    *, momentum: float, beta2: float,
) -> None:  # fmt: skip
    """Adam (Kingma and Ba 2015), beta 1 = momentum."""
    mean, square = slots["mean"], slots["square"]
    mean.lerp_(grads, 1 - momentum)
    square.mul_(beta2).addcmul_(grads, grads, value=1 - beta2)
    # mean / c1 / (sqrt(square / c2) + EPS), with both corrections gathered in the step's length
    root_of_c2 = (1 - beta2**step) ** 0.5
    length = rate * (root_of_c2 / (1 - momentum**step))
    _descend(params, mean, square.sqrt().add_(EPS * root_of_c2), length)


def _adamw(
    params: "Tensor", grads: "Tensor", slots: "Slots", rate: "Rate", step: int,
    *, momentum: float, beta2: float, weight_decay: float,
) -> None:  # fmt: skip
    """Adam with decoupled weight decay (Loshchilov and Hutter 2019)."""
    params.mul_(1 - rate * weight_decay)
    _adam(params, grads, slots, rate, step, momentum=momentum, beta2=beta2)


def _rprop(params: "Tensor", grads: "Tensor", slots: "Slots", rate: "Rate", step: int) -> None:
    """Rprop with torch's etas (0.5, 1.2) and step limits (1e-6, 50) (Riedmiller and Braun 1993).

    The learning rate is the first step size of every weight; later changes of it have no effect.
    """
    previous, size = slots["previous"], slots["size"]
    if step == 1:
        size.add_(rate)
    agreement = (grads * previous).sign()  # 1: same direction as before, -1: turned, 0: neither
    factor = size.new_ones(size.shape).masked_fill_(agreement > 0, 1.2).masked_fill_(agreement < 0, 0.5)
    size.mul_(factor).clamp_(1e-6, 50)
    grads.mul_(agreement >= 0)  # where the direction turned, wait one step
    params.sub_(grads.sign() * size)
    previous.copy_(grads)


def _sgd(
    params: "Tensor", grads: "Tensor", slots: "Slots", rate: "Rate", step: int, *, momentum: float
) -> None:
    """Gradient descent with classical momentum."""
    velocity = slots["velocity"].mul_(momentum).add_(grads)
    params.sub_(velocity * rate)


def _rmsprop(
    params: "Tensor", grads: "Tensor", slots: "Slots", rate: "Rate", step: int, *, beta2: float
) -> None:
    """RMSprop (Tieleman and Hinton 2012), alpha = beta 2."""
    square = slots["square"].mul_(beta2).addcmul_(grads, grads, value=1 - beta2)
    _descend(params, grads, square.sqrt().add_(EPS), rate)


def _descend(params: "Tensor", direction: "Tensor", scale: "Tensor", length: "Rate") -> None:
    """Params -= length x direction / scale, in one operation where all replicas step alike."""
    if isinstance(length, float | int):
        params.addcdiv_(direction, scale, value=-length)
    else:
        params.sub_((direction / scale).mul_(length))


def _adam_constants(
    rate: float, step: int, momentum: float, beta2: float, weight_decay: float
) -> tuple[float, float, float, float, float]:
    root_of_c2 = math.sqrt(1.0 - beta2**step)
    length = rate * (root_of_c2 / (1.0 - momentum**step))
    return length, EPS * root_of_c2, 1.0 - momentum, 1.0 - beta2, 1.0


def _adamw_constants(
    rate: float, step: int, momentum: float, beta2: float, weight_decay: float
) -> tuple[float, float, float, float, float]:
    root_of_c2 = math.sqrt(1.0 - beta2**step)
    length = rate * (root_of_c2 / (1.0 - momentum**step))
    return length, EPS * root_of_c2, 1.0 - momentum, 1.0 - beta2, 1.0 - rate * weight_decay


def _adam_move(
    p: "Real", g: "Real", mean: "Real", square: "Real",
    length: "Real", eps: "Real", new: "Real", new_square: "Real", shrunk: "Real",
) -> "tuple[Real, Real, Real]":  # fmt: skip
    away = g - mean
    mean = mean + new * away if new < HALF else g - (ONE - new) * away  # as torch: a mean of the newest is it
    square = (ONE - new_square) * square + new_square * (g * g)  # one that overflowed stays, its weight rests
    return shrunk * p - length * (mean / (F(math.sqrt(square)) + eps)), mean, square


def _rprop_move(
    p: "Real", g: "Real", previous: "Real", size: "Real",
    first: "Real", b: "Real", c: "Real", d: "Real", e: "Real",
) -> "tuple[Real, Real, Real]":  # fmt: skip
    agreement, size = g * previous, size + first
    if agreement > ZERO:
        size *= F(1.2)
    if agreement < ZERO:
        size *= F(0.5)
        g = ZERO
    size = within(size, F(1e-6), F(50))
    step = size if g > ZERO else -size if g < ZERO else ZERO
    return p - step, g, size


def _sgd_move(
    p: "Real", g: "Real", velocity: "Real", unused: "Real",
    rate: "Real", momentum: "Real", c: "Real", d: "Real", e: "Real",
) -> "tuple[Real, Real, Real]":  # fmt: skip
    velocity = velocity * momentum + g
    return p - velocity * rate, velocity, unused


def _rmsprop_move(
    p: "Real", g: "Real", square: "Real", unused: "Real",
    rate: "Real", eps: "Real", new_square: "Real", d: "Real", e: "Real",
) -> "tuple[Real, Real, Real]":  # fmt: skip
    square = (ONE - new_square) * square + new_square * (g * g)
    return p - rate * (g / (F(math.sqrt(square)) + eps)), square, unused


OPTIMIZERS: Registry[Optimizer] = Registry(
    "optimizer",
    Optimizer(
        "adam", "Adam", "Steps scaled by running means of the gradient and of its square.",
        ("mean", "square"), _adam, CompiledMove(_adam_constants, _adam_move),
    ),
    Optimizer(
        "adamw", "AdamW", "Adam, and every step also makes the weights a little smaller.",
        ("mean", "square"), _adamw, CompiledMove(_adamw_constants, _adam_move),
    ),
    Optimizer(
        "rprop", "Rprop", "Every weight has a step size of its own; of the gradient only the sign is used.",
        ("previous", "size"), _rprop,
        CompiledMove(
            lambda rate, step, momentum, beta2, decay: (rate if step == 1 else 0.0, 0.0, 0.0, 0.0, 0.0),
            _rprop_move,
        ),
    ),
    Optimizer(
        "sgd", "SGD", "Gradient descent: a step against the gradient, plus a share of the step before.",
        ("velocity",), _sgd,
        CompiledMove(
            lambda rate, step, momentum, beta2, decay: (rate, momentum, 0.0, 0.0, 0.0), _sgd_move
        ),
    ),
    Optimizer(
        "rmsprop", "RMSprop", "Steps divided by a running root mean square of the gradient.",
        ("square",), _rmsprop,
        CompiledMove(
            lambda rate, step, momentum, beta2, decay: (rate, EPS, 1.0 - beta2, 0.0, 0.0), _rmsprop_move
        ),
    ),
)  # fmt: skip


@dataclass(slots=True)
class Stepper:
    """An optimiser at work on one buffer of parameters.

    Attributes
    ----------
    rule : the record that moves.
    slots : its state tensors by name, all (R, P).
    steps : how many steps were taken.
    """

    rule: Optimizer
    slots: "Slots"
    steps: int = 0
    _read: tuple[Any, dict[str, Any]] = field(default=(None, {}), init=False, repr=False)

    @classmethod
    def on(cls, name: str, params: "Tensor") -> "Stepper":
        """The named optimiser before its first step on `params` (R, P)."""
        rule = OPTIMIZERS[name]
        return cls(rule, {slot: params.new_zeros(params.shape) for slot in rule.slots})

    def step(self, params: "Tensor", grads: "Tensor", rate: "Rate", settings: Any) -> None:
        """Move `params` (R, P) in place.

        The fields that the rule uses are attributes of `settings`, a value that never changes: `Spec`.
        """
        self.steps += 1
        if self._read[0] is not settings:
            self._read = settings, {name: getattr(settings, name) for name in self.rule.uses}
        self.rule.move(params, grads, self.slots, rate, self.steps, **self._read[1])
