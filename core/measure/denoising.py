"""How well a network cleans, beside the best that any method could do with what it is fed."""

from dataclasses import dataclass

import torch
from torch import Tensor

from core.base.generators import Generators
from core.data.datasets import Dataset
from core.data.noise import NOISES, Shape, corrupt
from core.measure.metrics import Score, wrong_pixels
from core.measure.rules import evenly
from core.nn.model import Model

CHUNK = 4_000_000
"""Pixel comparisons at a time: some tens of megabytes."""


def best_possible(noisy: Tensor, characters: Tensor, noise: str, level: float, shape: Shape) -> Tensor:
    """The answer that no method beats on average: the posterior mean of every pixel.

    For equally likely `characters` (N, D) and the named noise at a known level, P(character | noisy) is
    proportional to the product of its pixels' likelihoods. noisy (K, D) -> (K, D) in [0, 1]. For pixels that
    flip with probability q this is (q / (1 - q)) to the power of the Hamming distance.
    """
    answers, likelihood = [], NOISES[noise].log_likelihood
    for part in torch.split(noisy, max(1, CHUNK // characters.numel())):
        some = torch.split(characters, max(1, CHUNK // part.numel()))
        log_odds = [likelihood(each, part.unsqueeze(1), level, shape) for each in some]  # (k, n)
        answers.append(torch.softmax(torch.cat(log_odds, -1), -1) @ characters)
    return torch.cat(answers)


@dataclass(frozen=True, slots=True)
class Ceiling:
    """What the best possible denoiser reaches on average: characters recognised, squared error a pixel."""

    recognised: float
    squared_error: float


AFFORDABLE = 10_000_000
"""Pixel comparisons that the ceiling may cost: about 0.1 s on one core."""


def ceiling(dataset: Dataset, noise: str, level: float, seed: int = 0) -> Ceiling:
    """The best possible on a set, by drawing the noise often.

    At most 100 noisy copies of the set, fewer where it is large; of a very large one, evenly spaced images
    stand for all. `seed` starts the noise.
    """
    clean = torch.from_numpy(dataset.images.copy()).flatten(1)  # (N, D)
    drawn = max(1, AFFORDABLE // clean.numel())  # noisy images in all
    some = clean[evenly(len(clean), drawn)]
    repeats = min(100, max(1, drawn // len(some)))
    generators = Generators(seed)
    right, error = 0.0, 0.0
    for _ in range(repeats):
        ideal = best_possible(
            corrupt(noise, some, level, generators, dataset.shape), clean, noise, level, dataset.shape
        )
        right += float(Score(wrong_pixels(ideal, some)[None]).recognised)
        error += float((ideal - some).square().mean())
    return Ceiling(right / repeats * len(clean) / len(some), error / repeats)


@dataclass(frozen=True, slots=True)
class DenoisingScore:
    """Means over repeats of the whole set: the network and the best possible, on the same noise.

    Counts of characters, and squared errors a pixel of what was fed, answered, and possible.
    """

    recognised: float
    perfect: float
    best_possible_recognised: float
    best_possible_perfect: float
    fed_squared_error: float
    squared_error: float
    best_possible_squared_error: float


def denoising_score(
    model: Model, dataset: Dataset, noise: str, level: float, repeats: int, seed: int = 0
) -> DenoisingScore:
    """Feed every image `repeats` times under fresh noise and count what comes back right.

    `level` in [0, 1]; `seed` starts the noise alone. Of a set of more than `MEASURED` images, evenly spaced
    ones stand for all, and the counts are theirs times as many as each stands for.
    """
    generators = Generators(seed)
    everything = torch.from_numpy(dataset.images.copy()).flatten(1)  # (N, D)
    clean = everything[evenly(dataset.count, MEASURED)]
    totals = torch.zeros(7, dtype=torch.float64)
    for _ in range(repeats):
        noisy = corrupt(noise, clean, level, generators, dataset.shape)
        answers = torch.from_numpy(model.reconstruct(noisy.reshape(-1, *dataset.shape).numpy())).flatten(1)
        ideal = best_possible(noisy, everything, noise, level, dataset.shape)
        counts = [Score(wrong_pixels(outputs, clean)) for outputs in (answers, ideal)]
        totals += torch.stack(
            [
                count.double() * dataset.count / len(clean)
                for score in counts
                for count in (score.recognised, score.perfect)
            ]
            + [(outputs - clean).square().mean().double() for outputs in (noisy, answers, ideal)]
        )
    return DenoisingScore(*(totals / repeats).tolist())


MEASURED = 2048
"""Images that are measured of a large set."""


def affordable_repeats(dataset: Dataset) -> int:
    """How many repeats of `denoising_score` take some seconds: 100 on small sets, fewer on large ones."""
    return max(1, min(100, 100 * AFFORDABLE // (dataset.count**2 * dataset.pixels)))
