"""How well a network cleans, beside the best that any method could do with what it is fed."""

from collections.abc import Callable

import torch
from torch import Tensor

from core.base.generators import Generators
from core.base.progress import OnProgress
from core.data.datasets import Dataset
from core.data.noise import NOISES, Shape, corrupt
from core.measure.answers import Known, mean
from core.measure.evaluation import Comparison
from core.measure.metrics import METRICS, Best, Numbers, squared_error
from core.measure.rules import evenly
from core.nn.model import Model

CHUNK = 4_000_000
"""Pixel comparisons at a time: some tens of megabytes."""

AFFORDABLE = 10_000_000
"""Pixel comparisons that the ceiling may cost: about 0.1 s on one core."""

FEWEST = 32
"""Noisy images from which the ceiling is worked out at least; the number of a smaller set is enough."""

MEASURED = 2048
"""Images that are measured of a large set."""


def posterior(
    noisy: Tensor,
    images: Tensor,
    noise: str,
    level: float,
    shape: Shape,
    on_progress: OnProgress | None = None,
) -> Tensor:
    """How likely each noisy image came from each of the equally likely `images`, rows adding up to 1.

    noisy (K, D), images (N, D) of the given shape (H, W), the named noise at a known level -> (K, N). For
    pixels that flip with probability q it is proportional to (q / (1 - q)) to the power of the Hamming
    distance.
    """
    weights, likelihood = [], NOISES[noise].log_likelihood
    parts = torch.split(noisy, max(1, CHUNK // images.numel()))
    for done, part in enumerate(parts):
        some = torch.split(images, max(1, CHUNK // part.numel()))
        log_odds = []
        for number, clean in enumerate(some, 1):
            log_odds.append(likelihood(clean, part.unsqueeze(1), level, shape))  # (k, n)
            if on_progress is not None:
                on_progress((done + number / len(some)) / len(parts))
        weights.append(torch.softmax(torch.cat(log_odds, -1), -1))
    return torch.cat(weights)


def best_possible(noisy: Tensor, images: Tensor, noise: str, level: float, shape: Shape) -> Tensor:
    """The posterior mean of noisy images, of the least squared error: (K, D) in [0, 1]; see `posterior`."""
    return mean(Known(images), posterior(noisy, images, noise, level, shape))


def _best() -> dict[str, Best]:
    """The metrics of which it is known how well they can be."""
    return {metric.name: metric.best for metric in METRICS if metric.best is not None}


class _Totals:
    """Means over repeats of numbers of `count` images, from the `measured` ones that stand for them."""

    def __init__(self, count: int, measured: int) -> None:
        self._count, self._measured = count, measured
        self._sums: dict[str, float] = {}
        self._counted: set[str] = set()  # those that are counts of the images, not means over them

    def add(self, name: str, judge: Callable[[Comparison], Tensor], outputs: Tensor, images: Tensor) -> None:
        """Add what outputs are judged to be beside images, both (n, D)."""
        value = judge(Comparison(outputs[None], images[None]))
        if not value.is_floating_point():
            self._counted.add(name)
        self._sums[name] = self._sums.get(name, 0.0) + float(value)

    def over(self, repeats: int) -> Numbers:
        """The means."""
        return Numbers(**{name: self._mean(name, total, repeats) for name, total in self._sums.items()})

    def _mean(self, name: str, total: float, repeats: int) -> float:
        """Of counts, divided once, so that what is true of all that were measured is a count of all."""
        if name not in self._counted:
            return total / repeats
        return total * self._count / (self._measured * repeats)


def _affordable(dataset: Dataset, noise: str, level: float, comparisons: int) -> int:
    """How many noisy images can be compared with the whole set by so many comparisons of pixels."""
    return comparisons // (dataset.images.size * NOISES[noise].cost(level, dataset.shape))


def ceiling_known(dataset: Dataset, noise: str, level: float) -> bool:
    """Whether enough noisy images can be afforded to say what the best possible is, see `ceiling`."""
    return _affordable(dataset, noise, level, AFFORDABLE) >= min(FEWEST, dataset.count)


def ceiling(
    dataset: Dataset, noise: str, level: float, seed: int = 0, counted: int | None = None
) -> Numbers | None:
    """What the best possible denoiser reaches on a set on average, by the names of the metrics.

    The noise is drawn for at most 100 copies of the set, fewer where the set is large or the noise costly;
    of a very large one, evenly spaced images stand for all. `seed` starts the noise. Counts are of `counted`
    images, by default of as many as the set has. None where so few noisy images can be afforded that they
    would say little: fewer than `FEWEST`, and than the set has.
    """
    if not ceiling_known(dataset, noise, level):
        return None
    drawn = _affordable(dataset, noise, level, AFFORDABLE)  # noisy images in all
    images = torch.from_numpy(dataset.images.copy()).flatten(1)  # (N, D)
    known, shape = Known(images), dataset.shape
    some = images[evenly(len(images), drawn)]
    repeats = min(100, drawn // len(some))
    generators, totals = Generators(seed), _Totals(counted or len(images), len(some))
    for _ in range(repeats):
        weights = posterior(corrupt(noise, some, level, generators, shape), images, noise, level, shape)
        for name, best in _best().items():
            totals.add(name, best.judge, best.answer(known, weights), some)
    return totals.over(repeats)


def _measured(dataset: Dataset, noise: str, level: float) -> slice:
    """The images that `denoising_score` feeds: all, or evenly spaced ones where all would take too long."""
    affordable = _affordable(dataset, noise, level, 100 * AFFORDABLE)
    return evenly(dataset.count, max(1, min(MEASURED, affordable)))


def denoising_score(
    model: Model,
    dataset: Dataset,
    noise: str,
    level: float,
    repeats: int,
    seed: int = 0,
    on_progress: OnProgress | None = None,
) -> Numbers:
    """Feed the images of a set `repeats` times under fresh noise; means over the repeats.

    For every metric of which the best possible is known, the numbers hold what the network reached under the
    metric's name and the best possible on the same noise as `best_possible_...`; and `fed_squared_error`,
    of the noisy images themselves. `level` is from 0 to 1; `seed` starts the noise alone. Of a set of more
    than `MEASURED` images, or where one repeat would cost more than 100 times `AFFORDABLE`, evenly spaced
    images stand for all, and the counts are theirs times as many as each stands for; `measured` says how many
    they are.
    """
    images = torch.from_numpy(dataset.images.copy()).flatten(1)  # (N, D)
    clean = images[_measured(dataset, noise, level)]
    known, shape = Known(images), dataset.shape
    generators, totals = Generators(seed), _Totals(len(images), len(clean))
    for repeat in range(repeats):

        def told(share: float, repeat: int = repeat) -> None:
            if on_progress is not None:
                on_progress((repeat + share) / repeats)

        noisy = corrupt(noise, clean, level, generators, shape)
        answers = torch.from_numpy(model.reconstruct(noisy.reshape(-1, *shape).numpy())).flatten(1)
        weights = posterior(noisy, images, noise, level, shape, told)
        totals.add("fed_squared_error", squared_error, noisy, clean)
        for name, best in _best().items():
            totals.add(name, best.judge, answers, clean)
            totals.add(f"best_possible_{name}", best.judge, best.answer(known, weights), clean)
    return Numbers(measured=len(clean), **vars(totals.over(repeats)))


def affordable_repeats(dataset: Dataset, noise: str, level: float) -> int:
    """How many repeats of `denoising_score` take some seconds: 100 on small sets, fewer on large ones."""
    measured = len(range(dataset.count)[_measured(dataset, noise, level)])
    return max(1, min(100, _affordable(dataset, noise, level, 100 * AFFORDABLE) // measured))
