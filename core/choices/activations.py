"""Activations: elementwise functions of a layer's weighted sums, with their derivatives."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from core.base.registry import Choice, Registry
from core.base.scalars import ONE, ZERO, F, cosine, normal_density, normal_share, sigmoid, sine, tanh

if TYPE_CHECKING:
    from torch import Tensor

    from core.base.scalars import Real


@dataclass(frozen=True, slots=True)
class Activation(Choice):
    """An elementwise function and its reverse pass.

    Attributes
    ----------
    forward : z -> a, same shape.
    backward : (g, z, a) -> dL/dz, where g = dL/da; all of one shape.
    compiled : the same two for single numbers, in the words of `core.base.scalars`; None: such a run trains
        with torch.
    """

    forward: "Callable[[Tensor], Tensor]"
    backward: "Callable[[Tensor, Tensor, Tensor], Tensor]"
    compiled: "tuple[Callable[[Real], Real], Callable[[Real, Real, Real], Real]] | None" = None


@cache  # an import statement at every call would cost a small network some percent of its speed
def aten() -> Any:
    """The operations that torch's own autograd calls; torch is imported at first use."""
    import torch

    return torch.ops.aten


@cache
def functions() -> Any:
    """`torch.nn.functional`, imported at first use."""
    from torch.nn import functional

    return functional


def _silu_backward(g: "Real", z: "Real", a: "Real") -> "Real":
    share = sigmoid(z)
    return g * (share * (ONE + z * (ONE - share)))


ACTIVATIONS: Registry[Activation] = Registry(
    "activation",
    Activation(
        "sine", "Sine",
        "sin x, a periodic function. Ten sine units tell 32 characters apart where ten tanh units do not.",
        lambda z: z.sin(), lambda g, z, a: z.cos().mul_(g),
        (sine, lambda g, z, a: cosine(z) * g),
        within="sine",
    ),
    Activation(
        "tanh", "Tanh", "Squashes to (-1, 1).",
        lambda z: z.tanh(), lambda g, z, a: aten().tanh_backward(g, a),
        (tanh, lambda g, z, a: g * (ONE - a * a)),
        within="tanh",
    ),
    Activation(
        "sigmoid", "Sigmoid", "Squashes to (0, 1).",
        lambda z: z.sigmoid(), lambda g, z, a: aten().sigmoid_backward(g, a),
        (sigmoid, lambda g, z, a: g * (a * (ONE - a))),
        within="sigmoid",
    ),
    Activation(
        "relu", "ReLU", "max(0, x).",
        lambda z: z.relu(), lambda g, z, a: aten().threshold_backward(g, a, 0),
        (lambda z: ZERO if z < ZERO else z, lambda g, z, a: ZERO if a <= ZERO else g),
    ),
    Activation(
        "leaky-relu", "Leaky ReLU", "x above zero, 0.01 x below.",
        lambda z: functions().leaky_relu(z),
        lambda g, z, a: aten().leaky_relu_backward(g, z, 0.01, False),
        (lambda z: z if z > ZERO else F(0.01) * z, lambda g, z, a: g if z > ZERO else F(0.01) * g),
    ),
    Activation(
        "silu", "SiLU", "x times sigmoid x: a smooth ReLU.",
        lambda z: functions().silu(z), lambda g, z, a: aten().silu_backward(g, z),
        (lambda z: z * sigmoid(z), _silu_backward),
    ),
    Activation(
        "gelu", "GELU", "x times the normal distribution function of x: a smooth ReLU.",
        lambda z: functions().gelu(z), lambda g, z, a: aten().gelu_backward(g, z),
        (
            lambda z: z * normal_share(z),
            lambda g, z, a: g * (normal_share(z) + z * normal_density(z)),
        ),
    ),
    Activation(
        "identity", "Identity", "x itself: a linear layer.", lambda z: z, lambda g, z, a: g,
        (lambda z: z, lambda g, z, a: g),
        within="identity",
    ),
)  # fmt: skip
