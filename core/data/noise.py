"""What is done to an image before the network sees it.

A noise is one record: how it corrupts, and how likely it is to have turned one image into another. The second
is what the best possible denoiser is made of (`core.measure.denoising`).
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.base.registry import Choice, Registry

if TYPE_CHECKING:
    from torch import Tensor

    from core.base.generators import Generators

Shape = tuple[int, int]
"""(H, W) of an image of D = H x W pixels."""

IMPOSSIBLE = 1e-6
"""Likelihood of a pixel that a noise could not have made: finite, so that a drawing that matches no image of
the set still has a nearest one."""

SAME = 1e-6
"""Pixels that differ by less count as equal."""


@dataclass(frozen=True, slots=True)
class Noise(Choice):
    """A way to corrupt images, at a level in [0, 1].

    Attributes
    ----------
    corrupt : (x, level, generators, shape) -> noisy. `x` is (R, ..., D) in [0, 1] and is left as it is; the
        result has its shape and range. `level` is a number, or (R, 1, 1), one a replica. All randomness comes
        from `generators`, which has R random generators (one may serve any shape).
    log_likelihood : (clean, noisy, level, shape) -> (...), the log-probability (up to a constant) that the
        noise turned the image `clean` (..., D) into `noisy` (..., D); shapes broadcast.
    """

    corrupt: "Callable[[Tensor, Any, Generators, Shape], Tensor]"
    log_likelihood: "Callable[[Tensor, Tensor, float, Shape], Tensor]"


def corrupt(
    name: str, x: "Tensor", level: "float | Tensor", generators: "Generators", shape: Shape
) -> "Tensor":
    """`x` (R, ..., D) under the named noise; `x` itself where there is none to add, drawing nothing.

    `level` may be (R, 1, 1), one a replica; numbers are then drawn at level 0 as well.

    Raises
    ------
    UnknownName : no noise has this name.
    """
    noise = NOISES[name]
    if name == "none" or (isinstance(level, float | int) and level == 0):
        return x
    return noise.corrupt(x, level, generators, shape)


def _cast(level: "float | Tensor", x: "Tensor") -> "float | Tensor":
    """A level as `x` can be compared with it, which never changes what is drawn."""
    return level if isinstance(level, float | int) else level.to(x.dtype)


def _same(clean: "Tensor", noisy: "Tensor") -> "Tensor":
    return (noisy - clean).abs() < SAME


def _log(likelihood: "Tensor") -> "Tensor":
    """Likelihoods of pixels (..., D) -> log-likelihood of the image (...)."""
    return likelihood.clamp(min=IMPOSSIBLE).log().sum(-1)


def _replaced(clean: "Tensor", noisy: "Tensor", kept: float, white: float, black: float) -> "Tensor":
    """Of a noise that keeps each pixel, or makes it white or black, with these probabilities."""
    return _log(_same(clean, noisy) * kept + (noisy == 1) * white + (noisy == 0) * black)


def _salt_and_pepper(x: "Tensor", level: Any, generators: "Generators", shape: Shape) -> "Tensor":
    u, half = generators.uniform(x.shape, x.dtype), _cast(level, x) / 2
    return x.masked_fill(u < half, 0.0).masked_fill(u >= 1 - half, 1.0)


def _by_count(x: "Tensor", level: Any, generators: "Generators", shape: Shape) -> "Tensor":
    if not isinstance(level, float | int):  # every replica hits as many places as its own level says
        import torch

        rows = zip(x, level.flatten().tolist(), strict=True)
        return torch.stack(
            [corrupt("salt-and-pepper-count", row, own, generators.only(r), shape)
             for r, (row, own) in enumerate(rows)]
        )  # fmt: skip
    size = x.shape[-1]
    places = math.ceil(size * level)
    salt, pepper = generators.integers(size, (*x.shape[:-1], 2 * places)).chunk(2, -1)
    return x.scatter(-1, salt, 1.0).scatter_(-1, pepper, 0.0)


def _by_count_likelihood(clean: "Tensor", noisy: "Tensor", level: float, shape: Shape) -> "Tensor":
    """With the pixels taken as independent, at their true probabilities one by one: very nearly right."""
    size = clean.shape[-1]
    hit = 1 - (1 - 1 / size) ** math.ceil(size * level)
    return _replaced(clean, noisy, (1 - hit) ** 2, hit * (1 - hit), hit)


def _gaussian(x: "Tensor", level: Any, generators: "Generators", shape: Shape) -> "Tensor":
    return generators.normal(x.shape, x.dtype).mul_(_cast(level, x)).add_(x).clamp_(0, 1)


def _gaussian_likelihood(clean: "Tensor", noisy: "Tensor", level: float, shape: Shape) -> "Tensor":
    """The cut to [0, 1] gathers in its ends all the probability that lies beyond them."""
    import torch

    if level == 0:
        return _replaced(clean, noisy, 1.0, 0.0, 0.0)
    inside = -(((noisy - clean) / level) ** 2) / 2
    below = torch.special.log_ndtr(-clean / level).expand_as(inside)
    above = torch.special.log_ndtr((clean - 1) / level).expand_as(inside)
    return torch.where(noisy <= 0, below, torch.where(noisy >= 1, above, inside)).sum(-1)


def _masking(x: "Tensor", level: Any, generators: "Generators", shape: Shape) -> "Tensor":
    return x * (generators.uniform(x.shape, x.dtype) >= _cast(level, x))


def _flip(x: "Tensor", level: Any, generators: "Generators", shape: Shape) -> "Tensor":
    return (1 - x).where(generators.uniform(x.shape, x.dtype) < _cast(level, x), x)


def _flip_likelihood(clean: "Tensor", noisy: "Tensor", level: float, shape: Shape) -> "Tensor":
    flipped = ((noisy + clean) - 1).abs() < SAME
    return _log(_same(clean, noisy) * (1 - level) + flipped * level)


NOISES: Registry[Noise] = Registry(
    "noise",
    Noise(
        "none", "None", "The network is fed the images as they are.",
        lambda x, level, generators, shape: x,
        lambda clean, noisy, level, shape: _replaced(clean, noisy, 1.0, 0.0, 0.0),
    ),
    Noise(
        "salt-and-pepper", "Salt and pepper",
        "Each pixel is hit with this probability; a pixel that is hit becomes black or white evenly.",
        _salt_and_pepper,
        lambda clean, noisy, level, shape: _replaced(clean, noisy, 1 - level, level / 2, level / 2),
    ),
    Noise(
        "salt-and-pepper-count", "By count (slides)",
        "As in the slides: this share of the pixels, rounded up, is salted, then as many are peppered; "
        "places are drawn with replacement.",
        _by_count, _by_count_likelihood,
    ),
    Noise(
        "gaussian", "Gaussian",
        "Normal noise of this standard deviation is added to every pixel, and the sum is cut to [0, 1].",
        _gaussian, _gaussian_likelihood,
    ),
    # Vincent et al. 2008
    Noise(
        "masking", "Masking", "Each pixel is switched off with this probability.",
        _masking, lambda clean, noisy, level, shape: _replaced(clean, noisy, 1 - level, 0.0, level),
    ),
    Noise(
        "flip", "Pixel flips", "Each pixel is inverted with this probability.", _flip, _flip_likelihood,
    ),
)  # fmt: skip
