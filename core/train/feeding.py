"""What the network is fed: the images in batches, under fresh noise, and what was fed last."""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from core.base.generators import Generators
from core.data.datasets import Dataset
from core.data.noise import corrupt
from core.experiment.replicas import ByReplica
from core.experiment.spec import Spec

Batch = slice | Tensor
"""A batch of images: a slice of the set that all replicas have, or indices (R, B), one row a replica."""


@dataclass(frozen=True, slots=True)
class Fed:
    """What the network was fed, of n images.

    Attributes
    ----------
    index : (R, n) into the set, rising.
    batch : the same images, as a slice where all replicas have the same.
    pixels : (R, n, D) in [0, 1].
    """

    index: Tensor
    batch: Batch
    pixels: Tensor


class Feeding:
    """Feeds a data set to R replicas and remembers what was fed of its first images in the last epoch.

    Parameters
    ----------
    dataset, replicas, device : what is fed to how many replicas, and where they are computed.
    generators : R random generators, for the order of the images and their noise.
    remembered : how many images an epoch to remember at most.

    Attributes
    ----------
    images : (N, D) clean pixels in [0, 1].
    """

    def __init__(
        self, dataset: Dataset, replicas: int, device: str, generators: Generators, remembered: int
    ) -> None:
        self.images = torch.from_numpy(dataset.images.copy()).flatten(1).to(device)
        self._shape, self._replicas, self._device = dataset.shape, replicas, device
        self._generators = generators
        self._remembered = min(len(self.images), remembered)
        self._everything = torch.arange(len(self.images), device=device).expand(replicas, -1)
        self.forget()

    def epoch(self, spec: Spec) -> Iterator[Batch]:
        """The batches of a new epoch; what was fed before is forgotten."""
        self.forget()
        count = len(self.images)
        size = spec.batch_size or count
        if spec.shuffle and size < count:
            yield from torch.split(self._generators.orders(count).to(self._device), size, 1)
        else:
            yield from (slice(start, start + size) for start in range(0, count, size))

    def rows(self, rows: Tensor, batch: Batch) -> Tensor:
        """A batch of `rows` (N, D) for every replica, (R, B, D): a view where all have the same."""
        return rows[batch].expand(self._replicas, -1, -1)

    def corrupted(self, batch: Batch, fields: ByReplica) -> Tensor | None:
        """A batch under fresh noise, every replica its own: (R, B, D); None where there is no noise."""
        if not fields.noisy:
            return None
        pixels = self._under_noise(self.rows(self.images, batch), fields, self._generators)
        if self._covered < self._remembered:
            self._last.append((self._everything[:, batch] if isinstance(batch, slice) else batch, pixels))
            self._covered += pixels.shape[1]
        return pixels

    def last(self, fields: ByReplica) -> Fed:
        """What was fed in the last epoch, of as many images as are remembered.

        Before the first epoch, what would be fed; the random generators are left as they are.
        """
        if not self._last:
            first = slice(0, self._remembered)
            pixels = self.rows(self.images, first)
            if fields.noisy:
                pixels = self._under_noise(pixels, fields, self._generators.twin())
            return Fed(self._everything[:, first], first, pixels)
        index = torch.cat([part for part, _ in self._last], 1)[:, : self._remembered]
        order = index.argsort(1)
        pixels = torch.cat([part for _, part in self._last], 1)
        pixels = pixels.gather(1, order.unsqueeze(-1).expand(-1, -1, pixels.shape[-1]))
        index = index.gather(1, order)
        whole = index.shape[1] == len(self.images)
        return Fed(index, slice(0, len(self.images)) if whole else index, pixels)

    def forget(self) -> None:
        """Forget what was fed."""
        self._last: list[tuple[Tensor, Tensor]] = []  # indices (R, B) and pixels (R, B, D), batch by batch
        self._covered = 0  # images in it

    def _under_noise(self, clean: Tensor, fields: ByReplica, generators: Generators) -> Tensor:
        """Clean pixels (R, B, D) under the run's noise, drawn by the processor whatever the device."""
        level = fields.value("noise_level", -1, 1, 1)
        return corrupt(fields.spec.noise, clean.cpu(), level, generators, self._shape).to(self._device)
