"""The trained network as a person uses it: numpy images and codes in, numpy images and codes out."""

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor

from core.choices.losses import Output
from core.nn.network import Network, Stack
from core.nn.variance import HIGHEST, LOWEST

Array = NDArray[np.float32]


class Model:
    """Encode, decode and reconstruct with one replica of a network, without touching its training.

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

    def encode(self, images: ArrayLike, replica: int = 0) -> Array:
        """Images (N, H, W) in [0, 1] -> codes (N, L), of a variational network the means.

        `ValueError` names a wrong shape.
        """
        coded = self._output.encode(self._flat(images))
        return np.ascontiguousarray(self._run(self._network.encoder, coded, replica)[:, : self.latent])

    def spread(self, images: ArrayLike, replica: int = 0) -> Array:
        """Standard deviations (N, L) of the codes of images (N, H, W); `ValueError` if not variational."""
        if not self._network.variational:
            raise ValueError("only a variational network gives its codes a spread")
        coded = self._output.encode(self._flat(images))
        log_variance = self._run(self._network.encoder, coded, replica)[:, self.latent :]
        return np.exp(log_variance.clip(LOWEST, HIGHEST) / 2)

    def decode(self, codes: ArrayLike, replica: int = 0) -> Array:
        """Codes (N, L) -> images (N, H, W) in [0, 1]. `ValueError` names a wrong shape."""
        points = torch.as_tensor(np.asarray(codes, dtype=np.float32))
        if points.ndim != 2 or points.shape[1] != self.latent:
            raise ValueError(f"codes must be (N, {self.latent}), got {tuple(points.shape)}")
        logits = self._run(self._network.decoder, points, replica)
        return self._output.pixels(torch.from_numpy(logits)).reshape(-1, *self.shape).numpy()

    def reconstruct(self, images: ArrayLike, replica: int = 0) -> Array:
        """Images (N, H, W) in [0, 1] -> what the network makes of them, (N, H, W) in [0, 1]."""
        return self.decode(self.encode(images, replica), replica)

    def _flat(self, images: ArrayLike) -> Tensor:
        pixels = torch.as_tensor(np.array(images, dtype=np.float32))
        if pixels.ndim != 3 or tuple(pixels.shape[1:]) != self.shape:
            raise ValueError(
                f"images must be (N, {self.shape[0]}, {self.shape[1]}), got {tuple(pixels.shape)}"
            )
        return pixels.flatten(1)

    def _run(self, stack: Stack, x: Tensor, replica: int) -> Array:
        x = x.to(stack.layers[0].weight.device)
        result: Array = stack.replica(replica).forward(x.unsqueeze(0))[0].cpu().numpy()
        return result.copy()
