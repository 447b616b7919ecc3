"""Optimisers and learning-rate schedules, elementwise on the flat buffers: rows are replicas.

Each follows `torch.optim`'s arithmetic (the tests compare them step by step). The learning rate is a number,
or a tensor (R, 1) with one rate a replica.
"""

import math
from abc import ABC, abstractmethod

import torch
from torch import Tensor

from core.registry import OPTIMIZERS, SCHEDULES
from core.spec import Spec

EPS = 1e-8


class Optimizer(ABC):
    """Turns gradients into steps.

    Attributes
    ----------
    steps : how many steps were taken.
    slots : the state tensors by name, each (R, P) like the parameters, for saving.
    """

    def __init__(self, params: Tensor) -> None:
        self.steps = 0
        self.slots: dict[str, Tensor] = self._slots(params)

    @abstractmethod
    def _slots(self, params: Tensor) -> dict[str, Tensor]: ...

    def step(self, params: Tensor, grads: Tensor, rate: float | Tensor, spec: Spec) -> None:
        """Move `params` (R, P) in place; `grads` may be overwritten."""
        self.steps += 1
        self._move(params, grads, rate, spec)

    @abstractmethod
    def _move(self, params: Tensor, grads: Tensor, rate: float | Tensor, spec: Spec) -> None: ...


@OPTIMIZERS.implement("adam")
class Adam(Optimizer):
    """Adam (Kingma and Ba 2015), beta 1 = momentum."""

    def _slots(self, params: Tensor) -> dict[str, Tensor]:
        return {"mean": torch.zeros_like(params), "square": torch.zeros_like(params)}

    def _move(self, params: Tensor, grads: Tensor, rate: float | Tensor, spec: Spec) -> None:
        mean, square = self.slots["mean"], self.slots["square"]
        mean.lerp_(grads, 1 - spec.momentum)
        square.mul_(spec.beta2).addcmul_(grads, grads, value=1 - spec.beta2)
        # mean / c1 / (sqrt(square / c2) + EPS), with both corrections gathered in the step's length
        root_of_c2 = (1 - spec.beta2**self.steps) ** 0.5
        length = rate * (root_of_c2 / (1 - spec.momentum**self.steps))
        _descend(params, mean, square.sqrt().add_(EPS * root_of_c2), length)


@OPTIMIZERS.implement("adamw")
class AdamW(Adam):
    """Adam with decoupled weight decay (Loshchilov and Hutter 2019)."""

    def _move(self, params: Tensor, grads: Tensor, rate: float | Tensor, spec: Spec) -> None:
        params.mul_(1 - rate * spec.weight_decay)
        super()._move(params, grads, rate, spec)


@OPTIMIZERS.implement("rprop")
class Rprop(Optimizer):
    """Rprop with torch's etas (0.5, 1.2) and step limits (1e-6, 50) (Riedmiller and Braun 1993).

    The learning rate is the first step size of every weight; later changes of it have no effect.
    """

    def _slots(self, params: Tensor) -> dict[str, Tensor]:
        return {"previous": torch.zeros_like(params), "size": torch.zeros_like(params)}

    def _move(self, params: Tensor, grads: Tensor, rate: float | Tensor, spec: Spec) -> None:
        previous, size = self.slots["previous"], self.slots["size"]
        if self.steps == 1:
            size.add_(rate)
        agreement = torch.sign(grads * previous)  # 1: same direction as before, -1: turned, 0: neither
        factor = torch.ones_like(size).masked_fill_(agreement > 0, 1.2).masked_fill_(agreement < 0, 0.5)
        size.mul_(factor).clamp_(1e-6, 50)
        grads.mul_(agreement >= 0)  # where the direction turned, wait one step
        params.sub_(grads.sign() * size)
        previous.copy_(grads)


@OPTIMIZERS.implement("sgd")
class SGD(Optimizer):
    """Gradient descent with classical momentum."""

    def _slots(self, params: Tensor) -> dict[str, Tensor]:
        return {"velocity": torch.zeros_like(params)}

    def _move(self, params: Tensor, grads: Tensor, rate: float | Tensor, spec: Spec) -> None:
        velocity = self.slots["velocity"].mul_(spec.momentum).add_(grads)
        params.sub_(velocity * rate)


@OPTIMIZERS.implement("rmsprop")
class RMSprop(Optimizer):
    """RMSprop (Tieleman and Hinton 2012), alpha = beta 2."""

    def _slots(self, params: Tensor) -> dict[str, Tensor]:
        return {"square": torch.zeros_like(params)}

    def _move(self, params: Tensor, grads: Tensor, rate: float | Tensor, spec: Spec) -> None:
        square = self.slots["square"].mul_(spec.beta2).addcmul_(grads, grads, value=1 - spec.beta2)
        _descend(params, grads, square.sqrt().add_(EPS), rate)


def _descend(params: Tensor, pull: Tensor, scale: Tensor, length: float | Tensor) -> None:
    """Params -= length x pull / scale, in one operation where all replicas step alike."""
    if isinstance(length, Tensor):
        params.sub_(torch.div(pull, scale, out=scale).mul_(length))
    else:
        params.addcdiv_(pull, scale, value=-length)


@SCHEDULES.implement("constant")
def constant(progress: float) -> float:
    """1, whatever the progress."""
    return 1.0


@SCHEDULES.implement("cosine")
def cosine(progress: float) -> float:
    """From 1 to 0 along half a cosine (Loshchilov and Hutter 2017, without restarts)."""
    return 0.5 * (1 + math.cos(math.pi * min(1.0, progress)))
