"""The network: an encoder, a code and a decoder, R independent replicas in one tensor program.

Every weight is (R, in, out) and every batch (R, N, width): replica r sees only row r. All parameters of a
replica lie in one row of one buffer, all gradients in another of the same layout, so that an optimiser is a
few elementwise lines. The reverse pass of a dense stack is written out (the tests hold it against
`torch.autograd`): on networks this small autograd's bookkeeping costs several times the arithmetic.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor

from core.registry import ACTIVATIONS
from core.spec import Spec

aten = torch.ops.aten


@dataclass(frozen=True, slots=True)
class Activation:
    """An elementwise function and its reverse pass.

    Attributes
    ----------
    forward : z -> a.
    backward : (g, z, a) -> dL/dz, where g = dL/da.
    """

    forward: Callable[[Tensor], Tensor]
    backward: Callable[[Tensor, Tensor, Tensor], Tensor]


for _name, _activation in {
    "sine": Activation(torch.sin, lambda g, z, a: torch.cos(z).mul_(g)),
    "tanh": Activation(torch.tanh, lambda g, z, a: aten.tanh_backward(g, a)),
    "sigmoid": Activation(torch.sigmoid, lambda g, z, a: aten.sigmoid_backward(g, a)),
    "relu": Activation(torch.relu, lambda g, z, a: aten.threshold_backward(g, a, 0)),
    "leaky-relu": Activation(
        torch.nn.functional.leaky_relu, lambda g, z, a: aten.leaky_relu_backward(g, z, 0.01, False)
    ),
    "silu": Activation(torch.nn.functional.silu, lambda g, z, a: aten.silu_backward(g, z)),
    "gelu": Activation(torch.nn.functional.gelu, lambda g, z, a: aten.gelu_backward(g, z)),
    "identity": Activation(lambda z: z, lambda g, z, a: g),
}.items():
    ACTIVATIONS.implement(_name)(_activation)


@dataclass(frozen=True, slots=True)
class Layer:
    """One dense layer's place in the buffers: views that share their memory.

    Attributes
    ----------
    weight, weight_grad : (R, in, out).
    bias, bias_grad : (R, 1, out).
    activation : what is applied to the weighted sums.
    """

    weight: Tensor
    bias: Tensor
    weight_grad: Tensor
    bias_grad: Tensor
    activation: Activation


class Stack:
    """Dense layers applied one after another, with the reverse pass written out."""

    def __init__(self, layers: Iterable[Layer]) -> None:
        self.layers = tuple(layers)
        self._tape: list[tuple[Tensor, Tensor, Tensor]] = []

    def replica(self, index: int) -> "Stack":
        """The stack of one replica alone, sharing its weights: R = 1."""
        only = slice(index, index + 1)
        return Stack(
            Layer(
                each.weight[only],
                each.bias[only],
                each.weight_grad[only],
                each.bias_grad[only],
                each.activation,
            )
            for each in self.layers
        )

    def forward(self, x: Tensor, *, record: bool = False) -> Tensor:
        """Map x (R, N, in) to (R, N, out); with `record`, keep what `backward` needs."""
        self._tape = []
        for layer in self.layers:
            z = torch.baddbmm(layer.bias, x, layer.weight)  # (R, N, out)
            a = layer.activation.forward(z)
            if record:
                self._tape.append((x, z, a))
            x = a
        return x

    def backward(self, g: Tensor, *, to_input: bool) -> Tensor:
        """Fill the gradients from g = dL/d(output) (R, N, out) of the last recorded `forward`.

        Returns dL/d(input) (R, N, in); without `to_input` its cost is saved and what returns has no meaning.
        """
        for depth in reversed(range(len(self.layers))):
            layer, (x, z, a) = self.layers[depth], self._tape[depth]
            g = layer.activation.backward(g, z, a)  # dL/dz
            torch.bmm(x.mT, g, out=layer.weight_grad)
            torch.sum(g, 1, keepdim=True, out=layer.bias_grad)
            if depth or to_input:
                g = torch.bmm(g, layer.weight.mT)
        return g


def widths(spec: Spec, pixels: int) -> tuple[int, ...]:
    """The widths of all layers, input to output, as the slides write them: (35, 10, 2, 10, 35)."""
    return (pixels, *spec.hidden, spec.latent, *reversed(spec.hidden), pixels)


def parameter_count(spec: Spec, pixels: int) -> int:
    """Weights and biases of one replica."""
    sizes = widths(spec, pixels)
    return sum((a + 1) * b for a, b in pairwise(sizes))


class Network:
    """R autoencoders with their gradients.

    Attributes
    ----------
    params, grads : (R, P) float32; row r is replica r.
    encoder : (R, N, D) coded pixels -> (R, N, L) codes.
    decoder : (R, N, L) codes -> (R, N, D) logits; the output function is the objective's affair.
    """

    def __init__(self, spec: Spec, pixels: int, dtype: torch.dtype = torch.float32) -> None:
        self.replicas = spec.replicas
        self.params = torch.zeros(spec.replicas, parameter_count(spec, pixels), dtype=dtype)
        self.grads = torch.zeros_like(self.params)
        sizes = widths(spec, pixels)
        depth = len(spec.hidden) + 1  # layers of each half
        half = [spec.activation] * len(spec.hidden)
        names = [*half, spec.code_activation, *half, "identity"]
        layers, start = [], 0
        for fan_in, fan_out, name in zip(sizes, sizes[1:], names, strict=False):
            layers.append(self._layer(start, fan_in, fan_out, ACTIVATIONS[name]))
            start += (fan_in + 1) * fan_out
        self.encoder = Stack(layers[:depth])
        self.decoder = Stack(layers[depth:])
        self._initialise(spec)

    def _layer(self, start: int, fan_in: int, fan_out: int, activation: Activation) -> Layer:
        def views(buffer: Tensor) -> tuple[Tensor, Tensor]:
            weight = buffer[:, start : start + fan_in * fan_out].view(-1, fan_in, fan_out)
            bias = buffer[:, start + fan_in * fan_out : start + (fan_in + 1) * fan_out].view(-1, 1, fan_out)
            return weight, bias

        return Layer(*views(self.params), *views(self.grads), activation)

    def _initialise(self, spec: Spec) -> None:
        """Xavier-uniform weights (Glorot and Bengio 2010) times the gain; biases zero. Replica r: seed+r."""
        layers = self.encoder.layers + self.decoder.layers
        for replica in range(spec.replicas):
            generator = torch.Generator().manual_seed(spec.seed + replica)
            for layer in layers:
                fan_in, fan_out = layer.weight.shape[1:]
                limit = spec.gain * (6 / (fan_in + fan_out)) ** 0.5
                layer.weight[replica].uniform_(-limit, limit, generator=generator)

    def forward(self, x: Tensor, *, record: bool = False) -> tuple[Tensor, Tensor]:
        """Coded pixels (R, N, D) -> codes (R, N, L) and logits (R, N, D)."""
        codes = self.encoder.forward(x, record=record)
        return codes, self.decoder.forward(codes, record=record)

    def backward(self, g: Tensor) -> None:
        """Fill `grads` from g = dL/d(logits) (R, N, D) of the last recorded `forward`."""
        self.encoder.backward(self.decoder.backward(g, to_input=True), to_input=False)
