"""How good a reconstruction is, and how good any method could be.

A pixel is on above one half. A character is *recognised* with at most one wrong pixel (the slides' rule)
and *perfect* with none.
"""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.datasets import Dataset
from core.model import Model
from core.noise import corrupt, log_likelihood

TOLERANCE = 1
"""Wrong pixels that a recognised character may have (slides; `ej1a.py` of their code)."""


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


def best_possible(noisy: Tensor, characters: Tensor, noise: str, level: float) -> Tensor:
    """The answer that no method beats on average: the posterior mean of every pixel.

    For equally likely `characters` (N, D) and the named noise at a known level, P(character | noisy) is
    proportional to the product of its pixels' likelihoods. noisy (K, D) -> (K, D) in [0, 1]. For pixels that
    flip with probability q this is (q / (1 - q)) to the power of the Hamming distance.
    """
    log_odds = log_likelihood(noise, level, characters, noisy.unsqueeze(1)).sum(-1)  # (K, N)
    return torch.softmax(log_odds, -1) @ characters


def nearest(image: NDArray[np.float32], images: NDArray[np.float32]) -> tuple[int, int]:
    """The image (N, H, W) with the fewest pixels on the other side of one half from `image` (H, W).

    Returns its index and that number of pixels; the first of equals.
    """
    differing = ((images > 0.5) != (image > 0.5)).sum((1, 2))
    index = int(differing.argmin())
    return index, int(differing[index])


AFFORDABLE = 10_000_000
"""Pixel comparisons that the ceiling may cost: about 0.1 s on one core."""


def best_possible_recognised(dataset: Dataset, noise: str, level: float, seed: int = 0) -> float:
    """How many of the images the best possible denoiser recognises on average, by drawing the noise often.

    At most 100 noisy copies of the set, fewer where the set is large; `seed` starts the noise.
    """
    clean = torch.from_numpy(dataset.images.copy()).flatten(1)  # (N, D)
    repeats = min(100, max(1, AFFORDABLE // (dataset.count * clean.numel())))
    generator = torch.Generator().manual_seed(seed)
    right = 0
    for _ in range(repeats):
        ideal = best_possible(corrupt(noise, clean, level, generator), clean, noise, level)
        right += int(Score(wrong_pixels(ideal, clean)[None]).recognised)
    return right / repeats


@dataclass(frozen=True, slots=True)
class DenoisingScore:
    """Mean counts over repeats of the whole set: the network and the best possible, on the same noise."""

    recognised: float
    perfect: float
    best_possible_recognised: float
    best_possible_perfect: float


def denoising_score(
    model: Model, dataset: Dataset, noise: str, level: float, repeats: int, seed: int = 0
) -> DenoisingScore:
    """Feed every image `repeats` times under fresh noise and count what comes back right.

    `level` in [0, 1]; `seed` starts the noise alone.
    """
    generator = torch.Generator().manual_seed(seed)
    clean = torch.from_numpy(dataset.images.copy()).flatten(1)  # (N, D)
    totals = torch.zeros(4, dtype=torch.float64)
    for _ in range(repeats):
        noisy = corrupt(noise, clean, level, generator)
        answers = torch.from_numpy(model.reconstruct(noisy.reshape(-1, *dataset.shape).numpy())).flatten(1)
        scores = [
            Score(wrong_pixels(outputs, clean))
            for outputs in (answers, best_possible(noisy, clean, noise, level))
        ]
        totals += torch.stack([count for score in scores for count in (score.recognised, score.perfect)])
    return DenoisingScore(*(totals / repeats).tolist())
