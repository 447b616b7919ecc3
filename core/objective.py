"""What training makes small: the comparison of output and target, and how outputs stand for pixels."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from core.registry import LOSSES, OUTPUTS
from core.spec import Spec

aten = torch.ops.aten


@dataclass(frozen=True, slots=True)
class Output:
    """The output function, and the coding of pixels that goes with it.

    Attributes
    ----------
    forward : logits -> coded output.
    backward : (g, a) -> dL/d(logits), where a is the output and g = dL/da.
    encode : pixels in [0, 1] -> coded values; what the network is fed and compared with.
    decode : the inverse of `encode`.
    """

    forward: Callable[[Tensor], Tensor]
    backward: Callable[[Tensor, Tensor], Tensor]
    encode: Callable[[Tensor], Tensor]
    decode: Callable[[Tensor], Tensor]


@dataclass(frozen=True, slots=True)
class Loss:
    """A comparison of every output pixel with its target, on logits for accuracy.

    Attributes
    ----------
    value : (logits, output, target) -> loss of every pixel, same shape.
    gradient : (logits, output, target, output function) -> d(value)/d(logits), same shape.
    """

    value: Callable[[Tensor, Tensor, Tensor], Tensor]
    gradient: Callable[[Tensor, Tensor, Tensor, Output], Tensor]


OUTPUTS.implement("sigmoid")(
    Output(torch.sigmoid, lambda g, a: aten.sigmoid_backward(g, a), lambda x: x, lambda a: a)
)
OUTPUTS.implement("tanh")(
    Output(torch.tanh, lambda g, a: aten.tanh_backward(g, a), lambda x: 2 * x - 1, lambda a: (a + 1) / 2)
)

# -t log s(z) - (1-t) log(1-s(z)) = softplus(z) - t z, which neither overflows nor rounds to zero
LOSSES.implement("bce")(
    Loss(
        lambda z, a, t: torch.nn.functional.softplus(z).sub_(t * z),
        lambda z, a, t, out: a - t,
    )
)
LOSSES.implement("squared-error")(
    Loss(lambda z, a, t: (a - t).square_(), lambda z, a, t, out: out.backward((a - t).mul_(2), a))
)
LOSSES.implement("half-squared-error")(
    Loss(lambda z, a, t: (a - t).square_().mul_(0.5), lambda z, a, t, out: out.backward(a - t, a))
)


class Objective:
    """The loss of a batch and its gradient, as the spec's fields say."""

    def __init__(self, spec: Spec, pixels: int) -> None:
        self.output: Output = OUTPUTS[spec.output]
        self._loss: Loss = LOSSES[spec.loss]
        self._scale = 1 / pixels if spec.reduction == "mean" else 1.0
        self.focus = spec.focus

    def pixels(self, logits: Tensor) -> Tensor:
        """Logits -> pixels in [0, 1], same shape."""
        return self.output.decode(self.output.forward(logits))

    def per_image(self, logits: Tensor, target: Tensor) -> Tensor:
        """Loss of every image: logits, coded target (R, N, D) -> (R, N), pixels reduced as the spec says."""
        return self._loss.value(logits, self.output.forward(logits), target).sum(-1).mul_(self._scale)

    def gradient(self, logits: Tensor, target: Tensor) -> Tensor:
        """d(mean over images of weighted losses)/d(logits): (R, N, D)."""
        output = self.output.forward(logits)
        g = self._loss.gradient(logits, output, target, self.output)
        share = self._scale / logits.shape[1]
        if self.focus:
            losses = self._loss.value(logits, output, target).sum(-1, keepdim=True)  # (R, N, 1)
            return g.mul_(focus_weights(losses, self.focus).mul_(share))
        return g if share == 1 else g.mul_(share)


FLOOR = 0.05
"""No image's loss counts as less than this share of the mean when the focus weighs it."""


def focus_weights(losses: Tensor, power: float) -> Tensor:
    """Weight of every image, (loss / mean loss)^power: losses (R, N, 1) -> (R, N, 1), taken as constants.

    A loss under `FLOOR` of the mean counts as `FLOOR`, so that a learned image is not forgotten.
    """
    mean = losses.mean(1, keepdim=True).clamp_(min=torch.finfo(losses.dtype).tiny)
    return (losses / mean).clamp_(min=FLOOR).pow_(power)
