"""How good a reconstruction is.

A pixel is on above one half. A character is *recognised* with at most one wrong pixel (the slides' rule)
and *perfect* with none.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.data.datasets import Dataset
from core.measure.rules import TOLERANCE, evenly


def wrong_pixels(outputs: Tensor, targets: Tensor) -> Tensor:
    """Pixels on the wrong side of one half: (..., D) and (..., D) in [0, 1] -> (...) counts."""
    return ((outputs > 0.5) != (targets > 0.5)).sum(-1)


@dataclass(frozen=True, slots=True)
class Score:
    """Counts over a set of characters, replica by replica.

    Attributes
    ----------
    wrong : (R, N) wrong pixels of every character.
    """

    wrong: Tensor

    @property
    def wrong_pixels(self) -> Tensor:
        """(R,) wrong pixels in all."""
        return self.wrong.sum(-1)

    @property
    def recognised(self) -> Tensor:
        """(R,) characters with at most one wrong pixel."""
        return (self.wrong <= TOLERANCE).sum(-1)

    @property
    def perfect(self) -> Tensor:
        """(R,) characters without a wrong pixel."""
        return (self.wrong == 0).sum(-1)


def nearest_own(outputs: Tensor, images: Tensor) -> int:
    """How many outputs (N, D) are nearest, by squared error, to the image (N, D) they should be.

    Of images that are alike each counts as the other's own.
    """
    away = torch.cdist(outputs, images, compute_mode="donot_use_mm_for_euclid_dist")  # (N, N)
    return int((away.diagonal() <= away.min(1).values).sum())


SEARCHED = 4096
"""Images of a set among which the nearest is looked for."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """The image of a set that an image is nearest to.

    Attributes
    ----------
    index, label : which one; the first of equals.
    differing : pixels on the other side of one half; None in a set with greys, where they say little.
    squared_error : a pixel.
    """

    index: int
    label: str
    differing: int | None
    squared_error: float


def nearest(image: NDArray[np.float32], dataset: Dataset) -> Likeness:
    """What `image` (H, W) is nearest to: by differing pixels among black and white images, else by error.

    Of a set of more than `SEARCHED` images, evenly spaced ones stand for all.
    """
    some = evenly(dataset.count, SEARCHED)
    images = dataset.images[some]
    errors = np.square(images - image).mean((1, 2))
    differing = ((images > 0.5) != (image > 0.5)).sum((1, 2)) if dataset.binary else None
    index = int((errors if differing is None else differing).argmin())
    count = None if differing is None else int(differing[index])
    return Likeness(index * some.step, dataset.labels[index * some.step], count, float(errors[index]))


def label_agreement(codes: NDArray[np.float32], labels: Sequence[str]) -> float | None:
    """Share of codes (N, L) whose nearest other code has the same label; None where no label comes twice."""
    if len(set(labels)) == len(labels):
        return None
    points = torch.from_numpy(codes.copy())
    away = torch.cdist(points, points, compute_mode="donot_use_mm_for_euclid_dist").fill_diagonal_(torch.inf)
    words = np.array(labels)
    return float((words[away.argmin(1).numpy()] == words).mean())
