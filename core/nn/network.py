"""The network: an encoder, a code and a decoder, R independent replicas in one tensor program.

The code of a variational network is a normal distribution: the encoder ends in a mean and a log-variance for
every unit, and what is decoded is a draw from it, or its mean.

Every weight is (R, in, out) and every batch (R, N, width): replica r sees only row r. All parameters of a
replica lie in one row of one buffer, all gradients in another of the same layout, so that an optimiser is a
few elementwise lines. The reverse pass of a dense stack is written out (the tests hold it against
`torch.autograd`): on networks this small autograd's bookkeeping costs several times the arithmetic.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise

import torch
from torch import Tensor

from core.choices.activations import ACTIVATIONS, Activation
from core.experiment.spec import Spec
from core.nn.variance import bounded, bounded_gradient

Stopped = Callable[[], bool]
"""Asked from time to time during long work: whether to stop."""


class Interrupted(Exception):
    """Work was stopped before it was done, because `Stopped` answered True."""


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
    turned: Tensor = field(init=False)  # weight as (R, out, in), a view made once

    def __post_init__(self) -> None:
        object.__setattr__(self, "turned", self.weight.mT)


class Stack:
    """Dense layers applied one after another, with the reverse pass written out.

    Attributes
    ----------
    stopped : asked before every layer, if there; where it answers True, `Interrupted` ends the pass.
    """

    def __init__(self, layers: Iterable[Layer]) -> None:
        self.layers = tuple(layers)
        self.stopped: Stopped | None = None
        self._tape: list[tuple[Tensor, Tensor, Tensor]] = []

    def replica(self, index: int) -> "Stack":
        """The stack of one replica alone, sharing its weights but no tape: R = 1."""
        if index == 0 and len(self.layers[0].weight) == 1:  # views of the same again would take 15 us a layer
            return Stack(self.layers)
        only = slice(index, index + 1)
        return Stack(
            Layer(
                layer.weight[only],
                layer.bias[only],
                layer.weight_grad[only],
                layer.bias_grad[only],
                layer.activation,
            )
            for layer in self.layers
        )

    def with_weights(self, tensors: Sequence[Tensor]) -> "Stack":
        """The same layers with other weights and biases, given in turn, layer by layer."""
        return Stack(
            replace(layer, weight=weight, bias=bias)
            for layer, weight, bias in zip(self.layers, tensors[::2], tensors[1::2], strict=True)
        )

    def forward(self, x: Tensor, *, record: bool = False) -> Tensor:
        """Map x (R, N, in) to (R, N, out); with `record`, keep what `backward` needs."""
        self._tape = []
        for layer in self.layers:
            if self.stopped is not None and self.stopped():
                raise Interrupted
            z = torch.baddbmm(layer.bias, x, layer.weight)  # (R, N, out)
            a = layer.activation.forward(z)
            if record:
                self._tape.append((x, z, a))
            x = a
        return x

    @property
    def hidden(self) -> tuple[Tensor, ...]:
        """Activities (R, N, units) of every layer but the last in the last recorded `forward`."""
        return tuple(a for _, _, a in self._tape[:-1])

    def backward(self, g: Tensor, *, to_input: bool, hidden: Sequence[Tensor] = ()) -> Tensor:
        """Fill the gradients from g = dL/d(output) (R, N, out) of the last recorded `forward`.

        `hidden` holds gradients to add at the activities of every layer but the last, (R, N, units); empty:
        none. Returns dL/d(input) (R, N, in). If `to_input` is false, the last product is skipped; ignore the
        result.
        """
        for depth in range(len(self.layers) - 1, -1, -1):
            if self.stopped is not None and self.stopped():
                raise Interrupted
            layer, (x, z, a) = self.layers[depth], self._tape[depth]
            if depth < len(hidden):
                g = g + hidden[depth]
            g = layer.activation.backward(g, z, a)  # dL/dz
            torch.bmm(x.mT, g, out=layer.weight_grad)
            torch.sum(g, 1, keepdim=True, out=layer.bias_grad)
            if depth or to_input:
                g = torch.bmm(g, layer.turned)
        return g


def widths(spec: Spec, pixels: int) -> tuple[int, ...]:
    """The widths of all layers, input to output, as the slides write them: (35, 10, 2, 10, 35)."""
    return (pixels, *spec.hidden, spec.latent, *reversed(spec.hidden), pixels)


def layer_sizes(spec: Spec, pixels: int) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """(in, out) of the layers of encoder and decoder; a variational code has two outputs a unit."""
    sizes, depth = widths(spec, pixels), len(spec.hidden) + 1
    pairs = list(pairwise(sizes))
    if spec.variational:
        pairs[depth - 1] = (pairs[depth - 1][0], 2 * spec.latent)
    return pairs[:depth], pairs[depth:]


def parameter_count(spec: Spec, pixels: int) -> int:
    """Weights and biases of one replica."""
    encoder, decoder = layer_sizes(spec, pixels)
    return sum((fan_in + 1) * fan_out for fan_in, fan_out in encoder + decoder)


@dataclass(frozen=True, slots=True)
class Pass:
    """What one forward pass gave.

    Attributes
    ----------
    codes : (R, N, L); of a variational network the means.
    log_variance : (R, N, L) of a variational network, held between the bounds of `variance.py`; else None.
    logits : (R, N, D); the output function is the objective's affair.
    hidden : (R, N, units) activities of every hidden layer of the encoder, if the pass was recorded.
    """

    codes: Tensor
    log_variance: Tensor | None
    logits: Tensor
    hidden: tuple[Tensor, ...] = ()


@dataclass(slots=True)
class Gradients:
    """dL/d of what a forward pass gave; `Network.backward` makes the gradients of the parameters of them.

    Attributes
    ----------
    logits : (R, N, D).
    codes : (R, N, L), to be added to what comes back through the decoder; None: nothing.
    log_variance : (R, N, L), likewise.
    hidden : (R, N, units) of every hidden layer of the encoder, likewise; empty: nothing.
    parameters : pairs of a view of `Network.grads` and what is added to it after the reverse pass.
    """

    logits: Tensor
    codes: Tensor | None = None
    log_variance: Tensor | None = None
    hidden: tuple[Tensor, ...] = ()
    parameters: tuple[tuple[Tensor, Tensor], ...] = ()

    def add_codes(self, gradient: Tensor) -> None:
        """Add to the gradient at the codes: (R, N, L)."""
        self.codes = gradient if self.codes is None else self.codes + gradient


class Network:
    """R autoencoders with their gradients.

    Parameters
    ----------
    spec, pixels, dtype, device : what is built, and where; D is `pixels`.
    seeds : where each replica starts; by default seed, seed + 1, ...

    Attributes
    ----------
    replicas : R, which of a network of one replica alone is 1, whatever its `spec` says.
    params, grads : (R, P) float32; row r is replica r.
    """

    def __init__(
        self,
        spec: Spec,
        pixels: int,
        dtype: torch.dtype = torch.float32,
        seeds: Sequence[int] = (),
        device: str = "cpu",
    ) -> None:
        self.spec = spec
        self._pixels = pixels
        self.replicas = spec.replicas
        self.latent = spec.latent
        self.variational = spec.variational
        self.params = torch.zeros(spec.replicas, parameter_count(spec, pixels), dtype=dtype, device=device)
        self.grads = torch.zeros_like(self.params)
        self._free: Tensor | None = None  # the log-variances of the last pass before they were bounded
        self._draw: tuple[Tensor, Tensor] | None = None  # standard deviation and epsilon of the last pass
        self._initialise(spec.gain, seeds or range(spec.seed, spec.seed + spec.replicas))

    @property
    def encoder(self) -> Stack:
        """(R, N, D) coded pixels -> (R, N, L) codes, or (R, N, 2 L) means and log-variances."""
        return self._stacks[0]

    @property
    def decoder(self) -> Stack:
        """(R, N, L) codes -> (R, N, D) logits."""
        return self._stacks[1]

    @cached_property
    def _stacks(self) -> tuple[Stack, Stack]:
        """The layers, laid out in the buffers when they are first used: a twin is often only kept."""
        spec = self.spec
        encoder, decoder = layer_sizes(spec, self._pixels)
        half = [spec.activation] * len(spec.hidden)
        names = [*half, spec.code_activation, *half, "identity"]
        layers, start = [], 0
        for (fan_in, fan_out), name in zip(encoder + decoder, names, strict=True):
            layers.append(self._layer(start, fan_in, fan_out, ACTIVATIONS[name]))
            start += (fan_in + 1) * fan_out
        return Stack(layers[: len(encoder)]), Stack(layers[len(encoder) :])

    def _layer(self, start: int, fan_in: int, fan_out: int, activation: Activation) -> Layer:
        def views(buffer: Tensor) -> tuple[Tensor, Tensor]:
            weight = buffer[:, start : start + fan_in * fan_out].view(-1, fan_in, fan_out)
            bias = buffer[:, start + fan_in * fan_out : start + (fan_in + 1) * fan_out].view(-1, 1, fan_out)
            return weight, bias

        return Layer(*views(self.params), *views(self.grads), activation)

    def _initialise(self, gain: float, seeds: Sequence[int]) -> None:
        """Xavier-uniform weights (Glorot and Bengio 2010) times the gain; biases zero."""
        layers = self.encoder.layers + self.decoder.layers
        for replica, seed in enumerate(seeds):
            generator = torch.Generator().manual_seed(seed)
            for layer in layers:
                fan_in, fan_out = layer.weight.shape[1:]
                limit = gain * (6 / (fan_in + fan_out)) ** 0.5
                # drawn by the processor, so that a seed starts alike on every device
                drawn = torch.empty(fan_in, fan_out, dtype=layer.weight.dtype, device="cpu")
                layer.weight[replica].copy_(drawn.uniform_(-limit, limit, generator=generator))

    def replica(self, index: int) -> "Network":
        """The network of one replica alone, sharing its weights: R = 1."""
        one = copy(self)
        one.replicas = 1
        one.params, one.grads = self.params[index : index + 1], self.grads[index : index + 1]
        one._stacks = self.encoder.replica(index), self.decoder.replica(index)
        return one

    def twin(self, params: Tensor | None = None) -> "Network":
        """The network with weights of its own, only to look at: the gradients are shared.

        Parameters
        ----------
        params : (R, P), its weights, which are not copied; by default those of this one, copied.
        """
        one = copy(self)
        one.params = self.params.clone() if params is None else params
        vars(one).pop("_stacks", None)
        return one

    @contextmanager
    def watched(self, stopped: Stopped | None) -> Iterator[None]:
        """Inside the block every pass ends with `Interrupted` where `stopped` answers True."""
        self.encoder.stopped = self.decoder.stopped = stopped
        try:
            yield
        finally:
            self.encoder.stopped = self.decoder.stopped = None

    def forward(self, x: Tensor, *, record: bool = False, epsilon: Tensor | None = None) -> Pass:
        """Coded pixels (R, N, D) through the whole network.

        A variational network decodes mean + standard deviation x `epsilon` (R, N, L), or without it the mean.
        """
        head = self.encoder.forward(x, record=record)
        if not self.variational:
            return Pass(head, None, self.decoder.forward(head, record=record), self.encoder.hidden)
        mean, self._free = head.chunk(2, -1)
        log_variance = bounded(self._free)
        drawn, self._draw = mean, None
        if epsilon is not None:
            deviation = log_variance.mul(0.5).exp_()
            drawn = torch.addcmul(mean, deviation, epsilon)
            self._draw = deviation, epsilon
        logits = self.decoder.forward(drawn, record=record)
        return Pass(mean, log_variance, logits, self.encoder.hidden)

    def backward(self, gradients: Gradients) -> None:
        """Fill `grads` from the gradients at what the last recorded `forward` gave."""
        g = self.decoder.backward(gradients.logits, to_input=True)  # dL/d(what was decoded)
        head = g if gradients.codes is None else g + gradients.codes
        if self.variational:
            assert gradients.log_variance is not None  # the KL is always there
            assert self._free is not None
            spread = gradients.log_variance
            if self._draw is not None:
                deviation, epsilon = self._draw  # d(drawn)/d(log-variance) = deviation x epsilon / 2
                spread = torch.addcmul(spread, g, deviation * epsilon, value=0.5)
            head = torch.cat((head, bounded_gradient(spread, self._free)), -1)
        self.encoder.backward(head, to_input=False, hidden=gradients.hidden)
        for buffer, extra in gradients.parameters:
            buffer.add_(extra)
