"""What is done to an image before the network sees it.

A noise is one record: how it corrupts, and how likely it is to have turned one image into another. The second
is what the best possible denoiser is made of (`core.measure.denoising`).
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Any

import numpy as np

from core.base.registry import Choice, Registry
from core.base.scalars import ONE, ZERO, F, smaller, within
from core.base.twister import double, integer, normal, uniform

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
    compiled : (state, clean, noisy, size, level, height, width) fills `noisy` (size,) for one replica, in
        the words of `core.base.scalars` and `core.base.twister`, with the draws that `corrupt` makes from a
        generator in this state; None: such a run trains with torch.
    cost : (level, shape) -> the work of `log_likelihood` for a pair of images, in comparisons of two pixels
        for every pixel: 1 where every pixel is compared once, more where a noise sums over places.
    """

    corrupt: "Callable[[Tensor, Any, Generators, Shape], Tensor]"
    log_likelihood: "Callable[[Tensor, Tensor, float, Shape], Tensor]"
    compiled: "Callable[..., None] | None" = None
    cost: Callable[[float, Shape], int] = lambda level, shape: 1


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


def _replaced(clean: "Tensor", noisy: "Tensor", *shares: float) -> "Tensor":
    """Log-likelihood of a noise that keeps a pixel, or makes it white or black, in this order: `shares`."""
    # as numbers of the images' type: true times a plain number would be of torch's default type
    kept, white, black = (clean.new_tensor(share) for share in shares)
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
    return _log(_same(clean, noisy) * clean.new_tensor(1 - level) + flipped * clean.new_tensor(level))


def _extent(level: Any, shape: Shape) -> Any:
    """The level as a share of the shorter side, in whole pixels: a number, or (R, 1, 1) float64."""
    if isinstance(level, float | int):
        return round(level * min(shape))
    return (level.double() * min(shape)).round()


def _draw(x: "Tensor", counts: Sequence[Any], generators: "Generators") -> "tuple[Tensor, ...]":
    """For every image of `x` (R, ..., D) a random whole number below each count: (R, ..., 1), one a count."""
    import torch

    drawn = torch.split(generators.uniform((*x.shape[:-1], len(counts)), torch.float64), 1, -1)
    return tuple((u * count).floor() for u, count in zip(drawn, counts, strict=True))


def _grid(x: "Tensor", shape: Shape) -> "Tensor":
    """Flat images (..., D) as (..., H, W)."""
    return x.reshape(*x.shape[:-1], *shape)


def _coordinates(shape: Shape) -> "tuple[Tensor, Tensor]":
    """Row and column of every pixel: (D,) twice."""
    import torch

    pixel = torch.arange(shape[0] * shape[1], device="cpu")
    return pixel // shape[1], pixel % shape[1]


def _block(x: "Tensor", level: Any, generators: "Generators", shape: Shape) -> "Tensor":
    side = _extent(level, shape)
    top, left = _draw(x, [length - side + 1 for length in shape], generators)
    row, column = _coordinates(shape)
    inside = (row >= top) & (row < top + side) & (column >= left) & (column < left + side)
    return x.masked_fill(inside, 0.0)


def _squares(x: "Tensor", side: int) -> "Tensor":
    """Sums over all squares of `side` pixels: (..., H, W) -> (..., H - side + 1, W - side + 1)."""
    import torch

    for axis in (-2, -1):
        start = torch.zeros_like(x.narrow(axis, 0, 1))
        running = torch.cat((start, x.cumsum(axis)), axis)
        length = x.shape[axis] - side + 1
        x = running.narrow(axis, side, length) - running.narrow(axis, 0, length)
    return x


def _block_likelihood(clean: "Tensor", noisy: "Tensor", level: float, shape: Shape) -> "Tensor":
    """Under the square a pixel has to be black, beside it as it was."""
    changed = _grid((~_same(clean, noisy)).to(clean.dtype), shape)
    lit = _grid((noisy != 0).to(clean.dtype), shape)
    beside_and_under = changed.sum((-2, -1), keepdim=True) + _squares(lit - changed, _extent(level, shape))
    wrong = beside_and_under.flatten(-2)  # (..., places)
    return (wrong * math.log(IMPOSSIBLE)).logsumexp(-1) - math.log(wrong.shape[-1])


def _shift(x: "Tensor", level: Any, generators: "Generators", shape: Shape) -> "Tensor":
    reach = _extent(level, shape)
    down, right = (drawn - reach for drawn in _draw(x, [2 * reach + 1] * 2, generators))
    row, column = _coordinates(shape)
    row, column = (row - down).long(), (column - right).long()  # where every pixel comes from
    outside = (row < 0) | (row >= shape[0]) | (column < 0) | (column >= shape[1])
    return x.gather(-1, (row * shape[1] + column).masked_fill(outside, 0)).masked_fill(outside, 0.0)


def _shift_likelihood(clean: "Tensor", noisy: "Tensor", level: float, shape: Shape) -> "Tensor":
    """The image has to be what is seen of the clean one through a window, at one of its places."""
    import torch

    (height, width), reach = shape, _extent(level, shape)
    padded = torch.nn.functional.pad(_grid(clean, shape), [reach] * 4)
    image, places = _grid(noisy, shape), range(2 * reach + 1)

    def wrong(top: int, left: int) -> "Tensor":
        seen = padded[..., top : top + height, left : left + width]
        return (seen - image).flatten(-2).abs_().ge_(SAME).sum(-1)

    # place by place: the memory does not grow with the places, and the numbers stay in the processor's cache
    likelihoods = (wrong(top, left) * math.log(IMPOSSIBLE) for top in places for left in places)
    return reduce(torch.logaddexp, likelihoods) - math.log(len(places) ** 2)


# -- for the compiler: the images of one replica, one after the other


def _compiled_salt_and_pepper(
    state: Any, clean: Any, noisy: Any, size: int, level: float, height: int, width: int
) -> None:
    half, other = F(level / 2), F(1 - level / 2)
    uniform(state, noisy, 0, size)
    for k in range(size):
        noisy[k] = ZERO if noisy[k] < half else ONE if noisy[k] >= other else clean[k]


def _compiled_by_count(
    state: Any, clean: Any, noisy: Any, size: int, level: float, height: int, width: int
) -> None:
    pixels = height * width
    places = math.ceil(pixels * level)
    for k in range(size):
        noisy[k] = clean[k]
    for start in range(0, size, pixels):
        for hit in range(2 * places):
            noisy[start + integer(state, pixels)] = ONE if hit < places else ZERO


def _compiled_gaussian(
    state: Any, clean: Any, noisy: Any, size: int, level: float, height: int, width: int
) -> None:
    deviation = F(level)
    normal(state, noisy, size)
    for k in range(size):
        noisy[k] = within(noisy[k] * deviation + clean[k], ZERO, ONE)


def _compiled_masking(
    state: Any, clean: Any, noisy: Any, size: int, level: float, height: int, width: int
) -> None:
    share = F(level)
    uniform(state, noisy, 0, size)
    for k in range(size):
        noisy[k] = clean[k] if noisy[k] >= share else ZERO


def _compiled_flip(
    state: Any, clean: Any, noisy: Any, size: int, level: float, height: int, width: int
) -> None:
    share = F(level)
    uniform(state, noisy, 0, size)
    for k in range(size):
        noisy[k] = ONE - clean[k] if noisy[k] < share else clean[k]


def _compiled_block(
    state: Any, clean: Any, noisy: Any, size: int, level: float, height: int, width: int
) -> None:
    side = np.int64(np.rint(level * smaller(height, width)))
    for k in range(size):
        noisy[k] = clean[k]
    for start in range(0, size, height * width):
        top = np.int64(double(state) * (height - side + 1))
        left = np.int64(double(state) * (width - side + 1))
        for row in range(top, top + side):
            for column in range(left, left + side):
                noisy[start + row * width + column] = ZERO


def _compiled_shift(
    state: Any, clean: Any, noisy: Any, size: int, level: float, height: int, width: int
) -> None:
    reach = np.int64(np.rint(level * smaller(height, width)))
    for start in range(0, size, height * width):
        down = np.int64(double(state) * (2 * reach + 1)) - reach
        right = np.int64(double(state) * (2 * reach + 1)) - reach
        for row in range(height):
            for column in range(width):
                above, before = row - down, column - right
                inside = 0 <= above < height and 0 <= before < width
                there = start + above * width + before
                noisy[start + row * width + column] = clean[there] if inside else ZERO


NOISES: Registry[Noise] = Registry(
    "noise",
    Noise(
        "none", "None", "The network is fed the images as they are.",
        lambda x, level, generators, shape: x,
        lambda clean, noisy, level, shape: _replaced(clean, noisy, 1.0, 0.0, 0.0),
        within="no noise",
    ),
    Noise(
        "salt-and-pepper", "Salt and pepper",
        "Each pixel is hit with this probability; a pixel that is hit becomes black or white with equal "
        "probability.",
        _salt_and_pepper,
        lambda clean, noisy, level, shape: _replaced(clean, noisy, 1 - level, level / 2, level / 2),
        _compiled_salt_and_pepper,
        within="salt-and-pepper noise",
    ),
    Noise(
        "salt-and-pepper-count", "By count (slides)",
        "As in the slides: this share of the pixels, rounded up, is set to white, then as many to black; "
        "positions may repeat.",
        _by_count, _by_count_likelihood, _compiled_by_count,
        within="the salt-and-pepper noise of the slides",
    ),
    Noise(
        "gaussian", "Gaussian",
        "Normal noise of this standard deviation is added to every pixel, and the sum is cut to [0, 1].",
        _gaussian, _gaussian_likelihood, _compiled_gaussian,
        within="Gaussian noise",
    ),
    # Vincent et al. 2008
    Noise(
        "masking", "Masking", "Each pixel is switched off with this probability.",
        _masking, lambda clean, noisy, level, shape: _replaced(clean, noisy, 1 - level, 0.0, level),
        _compiled_masking,
        within="masking noise",
    ),
    Noise(
        "flip", "Pixel flips", "Each pixel is inverted with this probability.", _flip, _flip_likelihood,
        _compiled_flip,
        within="pixel flips",
    ),
    Noise(
        "block", "Erased square",
        "A square at a random place inside the image is switched off; the level is its side as a share of "
        "the image's shorter side.",
        _block, _block_likelihood, _compiled_block, lambda level, shape: 4,
        within="an erased square",
    ),
    Noise(
        "shift", "Shift",
        "The image is moved at random, across and down, by at most this share of its shorter side; pixels "
        "that enter from outside are off.",
        _shift, _shift_likelihood, _compiled_shift,
        lambda level, shape: (2 * _extent(level, shape) + 1) ** 2,
        within="a shift",
    ),
)  # fmt: skip
