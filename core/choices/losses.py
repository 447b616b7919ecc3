"""Output functions and losses: what the network's last numbers mean, and how they are compared."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from core.base.registry import Choice, Registry
from core.base.scalars import HALF, TWO, softplus
from core.choices.activations import ACTIVATIONS, Activation, functions

if TYPE_CHECKING:
    from torch import Tensor

    from core.base.scalars import Real


@dataclass(frozen=True, slots=True)
class Output(Choice):
    """The output function, and the coding of pixels that goes with it.

    Attributes
    ----------
    low, high : the coded values of a black and of a white pixel, the ends of the function's range.
    """

    low: float
    high: float
    _activation: Activation = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_activation", ACTIVATIONS[self.name])

    def forward(self, logits: "Tensor") -> "Tensor":
        """Logits -> coded output, same shape."""
        return self._activation.forward(logits)

    def backward(self, g: "Tensor", a: "Tensor") -> "Tensor":
        """dL/d(logits), of the coded output a and g = dL/da; the derivative needs a alone."""
        return self._activation.backward(g, a, a)

    def encode(self, pixels: "Tensor") -> "Tensor":
        """Pixels in [0, 1] -> coded values: what the network is fed and compared with."""
        return pixels if (self.low, self.high) == (0, 1) else pixels * (self.high - self.low) + self.low

    def decode(self, coded: "Tensor") -> "Tensor":
        """The inverse of `encode`."""
        return coded if (self.low, self.high) == (0, 1) else (coded - self.low) / (self.high - self.low)

    def pixels(self, logits: "Tensor") -> "Tensor":
        """Logits -> pixels in [0, 1], same shape."""
        return self.decode(self.forward(logits))


OUTPUTS: Registry[Output] = Registry(
    "output",
    Output("sigmoid", "Sigmoid (0, 1)", "Pixels are fed and compared as 0 to 1.", 0, 1),
    Output("tanh", "Tanh (-1, 1)", "As in the slides: pixels are fed and compared as -1 to 1.", -1, 1),
)


@dataclass(frozen=True, slots=True)
class CompiledLoss:
    """A loss in the words of `core.base.scalars`.

    Attributes
    ----------
    value : (logit, output, target) -> loss of the pixel.
    gradient : (output, target) -> d(value)/d(logit) where it is `on_logits`, else d(value)/d(output), which
        is then taken through the output function.
    """

    value: "Callable[[Real, Real, Real], Real]"
    gradient: "Callable[[Real, Real], Real]"
    on_logits: bool = False


@dataclass(frozen=True, slots=True)
class Loss(Choice):
    """A comparison of every output pixel with its target, on logits for accuracy.

    Attributes
    ----------
    value : (logits, output, target) -> loss of every pixel, same shape.
    gradient : (logits, output, target, output function) -> d(value)/d(logits), same shape.
    compiled : the same for single numbers, None: such a run trains with torch.
    """

    value: "Callable[[Tensor, Tensor, Tensor], Tensor]"
    gradient: "Callable[[Tensor, Tensor, Tensor, Output], Tensor]"
    compiled: "CompiledLoss | None" = None


def _cross_entropy(z: "Tensor", a: "Tensor", t: "Tensor") -> "Tensor":
    """-t log s(z) - (1-t) log(1-s(z)) = softplus(z) - t z, which neither overflows nor rounds to zero."""
    z_plus: Tensor = functions().softplus(z)
    return z_plus.sub_(t * z)


LOSSES: Registry[Loss] = Registry(
    "loss",
    Loss(
        "bce", "Cross-entropy",
        "Binary cross-entropy, the negative log-likelihood of the pixels. It leaves fewer wrong pixels than "
        "a squared error.",
        _cross_entropy, lambda z, a, t, out: a - t,
        CompiledLoss(lambda z, a, t: softplus(z) - t * z, lambda a, t: a - t, on_logits=True),
    ),
    Loss(
        "squared-error", "Squared error",
        "(output - target) squared; with the mean over pixels this is MSE.",
        lambda z, a, t: (a - t).square_(), lambda z, a, t, out: out.backward((a - t).mul_(2), a),
        CompiledLoss(lambda z, a, t: (a - t) * (a - t), lambda a, t: TWO * (a - t)),
    ),
    Loss(
        "half-squared-error", "Half squared", "Half of the squared error, as in the slides.",
        lambda z, a, t: (a - t).square_().mul_(0.5), lambda z, a, t, out: out.backward(a - t, a),
        CompiledLoss(lambda z, a, t: HALF * (a - t) * (a - t), lambda a, t: a - t),
    ),
)  # fmt: skip

FLOOR = 0.05
"""No image's loss counts as less than this share of the mean when the focus weighs it."""

REDUCTIONS: Registry[Choice] = Registry(
    "reduction",
    Choice("sum", "Sum", "The values of an image's pixels, or of a code's units, are added."),
    Choice("mean", "Mean", "The values of an image's pixels, or of a code's units, are averaged."),
)
