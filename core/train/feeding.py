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
"""A batch of images: a slice or numbers (B,) that all replicas have, or (R, B), one row a replica."""


@dataclass(frozen=True, slots=True)
class Fed:
    """What the network was fed, of n images.

    Attributes
    ----------
    index : (R, n) into the set, rising.
    batch : the same images, as a slice or (n,) where all replicas have the same.
    pixels : (R, n, D) in [0, 1].
    """

    index: Tensor
    batch: Batch
    pixels: Tensor


class Feeding:
    """Feeds a data set to R replicas and remembers what was fed in the last epoch.

    Of a set that is too large, only what was fed of some of its images, the same in every epoch and spread
    evenly over the set.

    Parameters
    ----------
    dataset, replicas, device : what is fed to how many replicas, and where they are computed.
    generators : R random generators, for the order of the images and their noise.
    remembered : how many images an epoch to remember at most.

    Attributes
    ----------
    images : (N, D) clean pixels in [0, 1].
    shown : which images are remembered: a slice of all, or the numbers (n,) of some.
    """

    def __init__(
        self, dataset: Dataset, replicas: int, device: str, generators: Generators, remembered: int
    ) -> None:
        self.images = torch.from_numpy(dataset.images.copy()).flatten(1).to(device)
        self._shape, self._replicas, self._device = dataset.shape, replicas, device
        self._generators = generators
        count = len(self.images)
        self._everything = torch.arange(count, device=device).expand(replicas, -1)
        self.shown: Batch = slice(0, count)
        self._some = _Some(spread(count, remembered).to(device), count) if count > remembered else None
        if self._some is not None:
            self.shown = self._some.numbers
        self._taken: Tensor | None = None  # (R, n, D), what was fed elsewhere
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
        self._whole = True

    def rows(self, rows: Tensor, batch: Batch) -> Tensor:
        """A batch of `rows` (N, D) for every replica, (R, B, D): a view where all have the same."""
        return rows[batch].expand(self._replicas, -1, -1)

    def corrupted(self, batch: Batch, fields: ByReplica) -> Tensor | None:
        """A batch under fresh noise, every replica its own: (R, B, D); None where there is no noise."""
        if not fields.noisy:
            return None
        pixels = self._under_noise(self.rows(self.images, batch), fields, self._generators)
        if self._some is None:
            self._last.append((self._everything[:, batch] if isinstance(batch, slice) else batch, pixels))
        else:
            self._some.remember(batch, pixels)
        return pixels

    def take(self, pixels: Tensor | None) -> None:
        """Remember what was fed elsewhere in an epoch, of the images shown: (R, n, D); None without noise.

        It is not copied before `last` gives it out: what is written to it later was fed.
        """
        self._whole, self._taken = True, pixels

    def last(self, fields: ByReplica) -> Fed:
        """What was fed in the last epoch, of as many images as are remembered.

        Before the end of the first epoch, what would be fed; the random generators are left as they are.
        """
        pixels = self._remembered() if self._whole else None
        if pixels is None:
            pixels = self.rows(self.images, self.shown)
            if fields.noisy:
                pixels = self._under_noise(pixels, fields, self._generators.twin())
        return Fed(self.index, self.shown, pixels)

    @property
    def index(self) -> Tensor:
        """The numbers of the images that are remembered, for every replica: (R, n)."""
        return self._everything[:, self.shown]

    def _remembered(self) -> Tensor | None:
        """What was fed of the images shown, in the order of the set: (R, n, D); None without noise."""
        if self._taken is not None:
            return self._taken.clone()
        if self._some is not None:
            return self._some.pixels
        if not self._last:
            return None
        order = torch.cat([part for part, _ in self._last], 1).argsort(1)
        pixels = torch.cat([part for _, part in self._last], 1)
        return pixels.gather(1, order.unsqueeze(-1).expand(-1, -1, pixels.shape[-1]))

    def forget(self) -> None:
        """Forget what was fed."""
        self._whole = False  # whether an epoch was fed to its end
        self._taken = None
        self._last: list[tuple[Tensor, Tensor]] = []  # numbers (R, B) and pixels (R, B, D), batch by batch
        if self._some is not None:
            self._some.forget()

    def _under_noise(self, clean: Tensor, fields: ByReplica, generators: Generators) -> Tensor:
        """Clean pixels (R, B, D) under the run's noise, drawn by the processor whatever the device."""
        level = fields.value("noise_level", -1, 1, 1)
        return corrupt(fields.spec.noise, clean.cpu(), level, generators, self._shape).to(self._device)


class _Some:
    """What was fed of some images of a large set.

    Parameters
    ----------
    numbers : (n,) of these images in the set, rising.
    count : N, the images of the set.
    """

    def __init__(self, numbers: Tensor, count: int) -> None:
        self.numbers = numbers
        self._kept: Tensor | None = None  # (R, n + 1, D)
        # where an image is remembered; all the others share the place after the last
        self._place = torch.full((count,), len(numbers), device=numbers.device)
        self._place[numbers] = torch.arange(len(numbers), device=numbers.device)

    @property
    def pixels(self) -> Tensor | None:
        """As they were fed, (R, n, D); None if nothing was."""
        return None if self._kept is None else self._kept[:, :-1]

    def remember(self, batch: Batch, pixels: Tensor) -> None:
        """Take what was fed of these images from a batch (R, B, D)."""
        if self._kept is None:
            self._kept = pixels.new_empty(len(pixels), len(self.numbers) + 1, pixels.shape[2])
        place = self._place[batch].expand(len(pixels), -1).unsqueeze(-1)
        self._kept.scatter_(1, place.expand_as(pixels), pixels)

    def forget(self) -> None:
        """Forget what was fed."""
        self._kept = None


def spread(count: int, most: int) -> Tensor:
    """The numbers of `most` of `count` images, spread evenly over them and rising: (most,).

    Not by equal steps, as `core.measure.rules.evenly` takes them, which may be little more than half as many.
    """
    return torch.arange(most, device="cpu") * count // most
