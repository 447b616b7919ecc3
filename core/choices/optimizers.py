"""Optimisers: rules that turn gradients into steps, elementwise on flat buffers whose rows are replicas.

Each follows `torch.optim`'s arithmetic; the tests compare them step by step.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from core.base.registry import Choice, Registry

if TYPE_CHECKING:
    from torch import Tensor

    Rate = float | Tensor
    Slots = dict[str, Tensor]

EPS = 1e-8


@dataclass(frozen=True, slots=True)
class Optimizer(Choice):
    """A rule that moves parameters.

    Attributes
    ----------
    slots : names of its state tensors, (R, P) like the parameters and zero at first; saved with a run.
    move : (params, grads, slots, rate, step, **fields) moves `params` (R, P) in place; `grads` (R, P) may be
        overwritten. `rate` is a number, or (R, 1), one a replica; `step` counts from 1.
    uses : the fields of a run that the rule uses beside the learning rate: the keyword arguments of `move`.
    """

    slots: tuple[str, ...]
    move: "Callable[..., None]"
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


OPTIMIZERS: Registry[Optimizer] = Registry(
    "optimizer",
    Optimizer(
        "adam", "Adam", "Steps scaled by running means of the gradient and of its square.",
        ("mean", "square"), _adam,
    ),
    Optimizer(
        "adamw", "AdamW", "Adam, and every step also makes the weights a little smaller.",
        ("mean", "square"), _adamw,
    ),
    Optimizer(
        "rprop", "Rprop", "Every weight has a step size of its own; of the gradient only the sign is used.",
        ("previous", "size"), _rprop,
    ),
    Optimizer(
        "sgd", "SGD", "Gradient descent: a step against the gradient, plus a share of the step before.",
        ("velocity",), _sgd,
    ),
    Optimizer(
        "rmsprop", "RMSprop", "Steps divided by a running root mean square of the gradient.",
        ("square",), _rmsprop,
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
