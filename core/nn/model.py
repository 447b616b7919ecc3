"""The trained network as a person uses it: numpy images and codes in, numpy images and codes out."""

from dataclasses import replace
from typing import Any

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor

from core.base.words import Refusal
from core.choices.losses import OUTPUTS, Output
from core.experiment.spec import Spec
from core.nn.network import Layer, Network, Stack
from core.nn.variance import deviations

Array = NDArray[np.float32]


class Model:
    """Encode, decode and reconstruct with one replica of a network, without touching its training.

    It is compared by identity: two models are equal where they are the same network at work.

    Attributes
    ----------
    shape : (H, W) of the images.
    latent : L, the width of the code.
    """

    def __init__(self, network: Network, output: Output, shape: tuple[int, int], latent: int) -> None:
        self.shape = shape
        self.latent = latent
        self._network = network
        self._output = output

    def of(self, replica: int) -> "Model":
        """The model of one replica alone, sharing its weights."""
        return Model(self._network.replica(replica), self._output, self.shape, self.latent)

    def __reduce__(self) -> tuple[Any, ...]:
        """For those who send a model to another process; it arrives on the processor."""
        network = self._network
        spec = replace(network.spec, replicas=network.replicas, device="cpu")
        return _again, (spec, self.shape, network.params.cpu().numpy())

    def encode(self, images: ArrayLike, replica: int = 0) -> Array:
        """Images (N, H, W) in [0, 1] -> codes (N, L), of a variational network the means.

        Raises
        ------
        Refusal : another shape, or pixels that are not numbers from 0 to 1.
        """
        coded = self._output.encode(self._flat(images))
        return np.ascontiguousarray(self._run(self._network.encoder, coded, replica)[:, : self.latent])

    def spread(self, images: ArrayLike, replica: int = 0) -> Array:
        """Standard deviations (N, L) of the codes of images (N, H, W); `Refusal` if not variational."""
        if not self._network.variational:
            raise Refusal("only a variational network gives its codes a spread")
        coded = self._output.encode(self._flat(images))
        return deviations(self._run(self._network.encoder, coded, replica)[:, self.latent :])

    def decode(self, codes: ArrayLike, replica: int = 0) -> Array:
        """Codes (N, L) -> images (N, H, W) in [0, 1].

        Raises
        ------
        Refusal : another shape, or numbers that are not finite.
        """
        return self._images(self._points(codes), replica)

    def reconstruct(self, images: ArrayLike, replica: int = 0) -> Array:
        """Images (N, H, W) in [0, 1] -> what the network makes of them, (N, H, W) in [0, 1].

        Raises
        ------
        Refusal : another shape, or pixels that are not numbers from 0 to 1.
        """
        return self._images(self.encode(images, replica), replica)

    def encoding(self, images: ArrayLike, replica: int = 0) -> tuple[Array, ...]:
        """What images (N, H, W) in [0, 1] become on their way through the encoder.

        The pixels as they are fed, (N, D), then the activities (N, U) of every layer. The last are the codes;
        of a variational network (N, 2 L), the means and the log-variances as the encoder gives them.

        Raises
        ------
        Refusal : another shape, or pixels that are not numbers from 0 to 1.
        """
        return self._way(self._network.encoder, self._output.encode(self._flat(images)), replica)

    def decoding(self, codes: ArrayLike, replica: int = 0) -> tuple[Array, ...]:
        """What codes (N, L) become on their way through the decoder.

        The codes, then the activities (N, U) of every layer. The last are the logits (N, D).

        Raises
        ------
        Refusal : another shape, or numbers that are not finite.
        """
        return self._way(self._network.decoder, torch.from_numpy(self._points(codes)), replica)

    def pixels(self, logits: Array) -> Array:
        """Logits (N, D) -> images (N, H, W) in [0, 1]."""
        images: Array = self._output.pixels(torch.from_numpy(logits)).reshape(-1, *self.shape).numpy()
        return images

    def layers(self, replica: int = 0) -> tuple[Layer, ...]:
        """The layers of encoder and decoder, R = 1, which share the weights of the network."""
        encoder, decoder = (
            stack.replica(replica) for stack in (self._network.encoder, self._network.decoder)
        )
        return encoder.layers + decoder.layers

    def _points(self, codes: ArrayLike) -> Array:
        points = _numbers(codes)
        if points.ndim != 2 or points.shape[1] != self.latent:
            raise Refusal(
                "codes must be of shape (N, {latent}), not {shape}", latent=self.latent, shape=points.shape
            )
        if not np.isfinite(points).all():
            raise Refusal("codes must be finite numbers")
        return points

    def _images(self, codes: Array, replica: int) -> Array:
        return self.pixels(self._run(self._network.decoder, torch.from_numpy(codes), replica))

    def _flat(self, images: ArrayLike) -> Tensor:
        pixels = _numbers(images)
        if pixels.ndim != 3 or pixels.shape[1:] != self.shape:
            height, width = self.shape
            raise Refusal(
                "images must be of shape (N, {height}, {width}), not {shape}",
                height=height, width=width, shape=pixels.shape,
            )  # fmt: skip
        if not ((pixels >= 0) & (pixels <= 1)).all():
            raise Refusal("every pixel must be a number from 0 to 1")
        return torch.from_numpy(pixels).flatten(1)

    def _run(self, stack: Stack, x: Tensor, replica: int) -> Array:
        x = x.to(stack.layers[0].weight.device)
        result: Array = stack.replica(replica).forward(x.unsqueeze(0))[0].cpu().numpy()
        return result.copy()

    def _way(self, stack: Stack, x: Tensor, replica: int) -> tuple[Array, ...]:
        one = stack.replica(replica)  # with a tape of its own
        fed = x.to(one.layers[0].weight.device).unsqueeze(0)
        last = one.forward(fed, record=True)
        return tuple(a[0].cpu().numpy() for a in (fed, *one.hidden, last))


def _numbers(values: ArrayLike) -> Array:
    """A copy as float32; `Refusal` where there is anything but numbers, or rows of different lengths."""
    try:
        return np.array(values, dtype=np.float32)
    except (TypeError, ValueError) as error:
        raise Refusal("images and codes must be arrays of numbers: {error}", error=str(error)) from error


def _again(spec: Spec, shape: tuple[int, int], params: Array) -> Model:
    """The model with these weights (R, P)."""
    network = Network(spec, shape[0] * shape[1])
    network.params.copy_(torch.from_numpy(params))
    return Model(network, OUTPUTS[spec.output], shape, spec.latent)
