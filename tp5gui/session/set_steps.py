"""Changes of a data set that can be undone: each holds the pictures that it touches, not the whole set."""

from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from core.base.words import Refusal
from core.data.datasets import Dataset, Images


class Overtaken(Refusal):
    """The set is no longer as the step left it: another window or another program has changed it."""

    def __init__(self, name: str) -> None:
        super().__init__("“{name}” was changed elsewhere, so this step is left out.", name=name)


class Step(Protocol):
    """A change of a set."""

    @property
    def pointed(self) -> int:
        """The picture to mark afterwards."""

    def applied(self, dataset: Dataset) -> Dataset:
        """The set after the change; `Overtaken` where it no longer holds what the step touches."""

    @property
    def inverse(self) -> "Step":
        """The step that undoes this one."""


@dataclass(frozen=True, slots=True, eq=False)
class Pictures:
    """Some images (n, H, W) with their labels; n may be 0."""

    images: Images
    labels: tuple[str, ...]

    @classmethod
    def of(cls, dataset: Dataset, start: int, count: int) -> "Pictures":
        """A copy of `count` pictures of a set, so that the step does not hold on to the rest."""
        end = start + count
        return cls(dataset.images[start:end].copy(), dataset.labels[start:end])

    def are_at(self, dataset: Dataset, start: int) -> bool:
        """Whether a set holds these pictures at this place."""
        end = start + len(self.labels)
        return self.labels == dataset.labels[start:end] and np.array_equal(
            self.images, dataset.images[start:end]
        )


@dataclass(frozen=True, slots=True, eq=False)
class Splice:
    """Other pictures take the place of some, from `start` on."""

    start: int
    out: Pictures
    put: Pictures
    pointed: int
    pointed_before: int

    def applied(self, dataset: Dataset) -> Dataset:
        """The set after the change."""
        start, end = self.start, self.start + len(self.out.labels)
        if not self.out.are_at(dataset, start) or end > dataset.count:
            raise Overtaken(dataset.name)
        images = np.concatenate((dataset.images[:start], self.put.images, dataset.images[end:]))
        return Dataset(dataset.name, images, dataset.labels[:start] + self.put.labels + dataset.labels[end:])

    @property
    def inverse(self) -> "Splice":
        """The first pictures come back."""
        return Splice(self.start, self.put, self.out, self.pointed_before, self.pointed)


@dataclass(frozen=True, slots=True, eq=False)
class Move:
    """A picture goes from one place to another; those between make room, and every label moves along."""

    picture: Pictures
    source: int
    pointed: int

    def applied(self, dataset: Dataset) -> Dataset:
        """The set after the change."""
        if not self.picture.are_at(dataset, self.source) or self.pointed >= dataset.count:
            raise Overtaken(dataset.name)
        order = list(range(dataset.count))
        order.insert(self.pointed, order.pop(self.source))
        return Dataset(dataset.name, dataset.images[order], tuple(dataset.labels[at] for at in order))

    @property
    def inverse(self) -> "Move":
        """The picture goes back."""
        return replace(self, source=self.pointed, pointed=self.source)
