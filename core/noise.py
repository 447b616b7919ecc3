"""What is done to an image before the network sees it. Every noise is `(x, level, chance) -> x`.

`x` is (R, ..., D) float in [0, 1] and is left as it is; the result has its shape and range. `level` is a
number in [0, 1]. All chance comes from `chance`, which has R generators (one may serve any shape).
"""

import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from core.chance import Chance
from core.registry import NOISES

Noise = Callable[[Tensor, Any, Chance], Tensor]


def corrupt(name: str, x: Tensor, level: float | Tensor, chance: Chance) -> Tensor:
    """`x` under the named noise; `x` itself where there is none to add, with no chance consumed.

    `level` may be (R, 1, 1), one a replica; chance is then drawn at level 0 as well.

    Raises
    ------
    UnknownName : no noise has this name.
    """
    apply: Noise = NOISES[name]
    if name == "none" or (not isinstance(level, Tensor) and level == 0):
        return x
    if isinstance(level, Tensor) and name != "salt-and-pepper-count":
        level = level.to(x.dtype)
    return apply(x, level, chance)


@NOISES.implement("none")
def none(x: Tensor, level: Any, chance: Chance) -> Tensor:
    """The image as it is."""
    return x


@NOISES.implement("salt-and-pepper")
def salt_and_pepper(x: Tensor, level: float | Tensor, chance: Chance) -> Tensor:
    """Each pixel is hit with probability `level`; one that is hit becomes 0 or 1 evenly."""
    u = chance.uniform(x.shape, x.dtype)
    return torch.where(u < level / 2, 0.0, torch.where(u >= 1 - level / 2, 1.0, x))


@NOISES.implement("salt-and-pepper-count")
def salt_and_pepper_count(x: Tensor, level: float | Tensor, chance: Chance) -> Tensor:
    """`ceil(D level)` places set to 1, then as many to 0, drawn with replacement (the slides' noise)."""
    if isinstance(level, Tensor):  # every replica hits as many places as its own level says
        rows = zip(x, level.flatten().tolist(), strict=True)
        return torch.stack(
            [corrupt("salt-and-pepper-count", row, own, chance.only(r)) for r, (row, own) in enumerate(rows)]
        )
    size = x.shape[-1]
    places = math.ceil(size * level)
    salt, pepper = chance.integers(size, (*x.shape[:-1], 2 * places)).chunk(2, -1)
    return x.scatter(-1, salt, 1.0).scatter_(-1, pepper, 0.0)


@NOISES.implement("gaussian")
def gaussian(x: Tensor, level: float | Tensor, chance: Chance) -> Tensor:
    """Normal noise of standard deviation `level` added, the sum cut to [0, 1]."""
    return chance.normal(x.shape, x.dtype).mul_(level).add_(x).clamp_(0, 1)


@NOISES.implement("masking")
def masking(x: Tensor, level: float | Tensor, chance: Chance) -> Tensor:
    """Each pixel becomes 0 with probability `level` (Vincent et al. 2008)."""
    return x * (chance.uniform(x.shape, x.dtype) >= level)


@NOISES.implement("flip")
def flip(x: Tensor, level: float | Tensor, chance: Chance) -> Tensor:
    """Each pixel becomes its complement with probability `level`."""
    u = chance.uniform(x.shape, x.dtype)
    return torch.where(u < level, 1 - x, x)


def log_likelihood(name: str, level: float, clean: Tensor, noisy: Tensor) -> Tensor:
    """Log-probability (up to a constant) that the named noise turned each pixel of `clean` into `noisy`.

    Shapes broadcast. For noise by count the pixels are taken as independent with their true single-pixel
    probabilities, which is very nearly right. Impossible pixels get a large finite penalty, so that a
    drawing that the noise could not have made still has a nearest character.
    """
    impossible = 1e-6
    same = (noisy - clean).abs() < 1e-6
    if name == "gaussian" and level > 0:
        # the cut to [0, 1] gathers all that lies beyond in its ends
        inside = -(((noisy - clean) / level) ** 2) / 2
        below = torch.special.log_ndtr(-clean / level).expand_as(inside)
        above = torch.special.log_ndtr((clean - 1) / level).expand_as(inside)
        return torch.where(noisy <= 0, below, torch.where(noisy >= 1, above, inside))
    if name == "salt-and-pepper":
        kept, white, black = 1 - level, level / 2, level / 2
    elif name == "salt-and-pepper-count":
        size = clean.shape[-1]
        hit = 1 - (1 - 1 / size) ** math.ceil(size * level)
        kept, white, black = (1 - hit) ** 2, hit * (1 - hit), hit
    elif name == "masking":
        kept, white, black = 1 - level, 0.0, level
    elif name == "flip":
        flipped = ((noisy + clean) - 1).abs() < 1e-6
        return (same * (1 - level) + flipped * level).clamp(min=impossible).log()
    else:
        kept, white, black = 1.0, 0.0, 0.0
    likelihood = same * kept + (noisy == 1) * white + (noisy == 0) * black
    return likelihood.clamp(min=impossible).log()
