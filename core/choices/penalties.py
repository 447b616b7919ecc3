"""Penalties on the codes of a batch taken together: how far their distribution is from the prior's."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.base.registry import Choice, Registry
from core.base.scalars import ONE, ZERO, F

if TYPE_CHECKING:
    from torch import Tensor

    from core.base.generators import Generators
    from core.base.scalars import Real


@dataclass(frozen=True, slots=True)
class Penalty(Choice):
    """A penalty on the codes (R, N, L) of a batch, one number a replica.

    Both functions draw what they need from random generators, one a replica.

    Attributes
    ----------
    value : (codes, generators) -> (R,).
    gradient : (codes, generators) -> d(value)/d(codes), (R, N, L), for the same draws as `value`.
    compiled : (codes (L, N), draws (N, L), gradients (L, N), L, N, weight), all flat, adds `weight` times the
        gradient of one replica to its gradients; `draws` are standard normal numbers, as many as the codes,
        drawn for it. None: such a run trains with torch.
    prior : whether it makes codes look like draws of the standard normal prior, so that such draws can be
        decoded.
    """

    value: "Callable[[Tensor, Generators], Tensor]"
    gradient: "Callable[[Tensor, Generators], Tensor]"
    prior: bool = False
    compiled: "Callable[..., None] | None" = None


def _with_prior(codes: "Tensor", generators: "Generators") -> "tuple[Tensor, Tensor]":
    """Codes, then as many draws of the prior: (R, 2N, L); and 1 for a code, -1 for a draw: (2N,)."""
    import torch

    draws = generators.normal(codes.shape, codes.dtype).to(codes.device)
    sign = codes.new_ones(2 * codes.shape[1])
    sign[codes.shape[1] :] = -1
    return torch.cat((codes, draws), 1), sign


PAIRS = 4_000_000
"""Pairs of points whose kernel is held at a time: some tens of megabytes."""


def _by_rows(compute: "Callable[[Tensor, Tensor], Tensor]", x: "Tensor", y: "Tensor") -> "Tensor":
    """`compute(x, y)` on some points of x at a time, at most `PAIRS` pairs (at least one point of x).

    x (R, N, L), y (R, M, L) -> (R, N, ...), where a row depends on one point of x and all points of y. How a
    replica is divided does not depend on the number of replicas, so that its numbers do not either.
    """
    import torch

    rows = min(x.shape[1], max(1, PAIRS // y.shape[1]))
    replicas = max(1, PAIRS // (rows * y.shape[1]))
    return torch.cat([
        torch.cat([compute(part, theirs) for part in torch.split(own, rows, 1)], 1)
        for own, theirs in zip(torch.split(x, replicas), torch.split(y, replicas), strict=True)
    ])  # fmt: skip


def _kernel(x: "Tensor", y: "Tensor") -> "Tensor":
    """Inverse multiquadratic, C / (C + |x - y|^2), C = 2 L: x (R, N, L), y (R, M, L) -> (R, N, M).

    C is the mean squared distance of two draws of the prior. The kernel falls slowly, so that a code far from
    the prior is still drawn to it.
    """
    import torch

    size = 2 * x.shape[-1]
    squares = torch.cdist(x, y, compute_mode="donot_use_mm_for_euclid_dist").square_()
    return squares.add_(size).reciprocal_().mul_(size)


def _mmd_value(codes: "Tensor", generators: "Generators") -> "Tensor":
    """Squared maximum mean discrepancy between the codes and as many draws of the standard normal prior.

    This is the V-statistic, mean k(x, x') + mean k(y, y') - 2 mean k(x, y), where a point is compared with
    itself as well: it is never negative, and a batch may be one image. The unbiased U-statistic leaves these
    pairs out. They are constant, so only one thing differs in its gradient: codes push each other N / (N - 1)
    times as much.
    """
    points, sign = _with_prior(codes, generators)
    rows = _by_rows(lambda some, others: _kernel(some, others).mul_(sign).sum(-1), points, points)  # (R, 2N)
    return rows.mul_(sign).sum(-1) / codes.shape[1] ** 2


def _mmd_gradient(codes: "Tensor", generators: "Generators") -> "Tensor":
    """From d k / d x = -2 (x - y) k^2 / C: codes push each other apart, draws of the prior attract them."""
    points, sign = _with_prior(codes, generators)

    def step(some: "Tensor", others: "Tensor") -> "Tensor":
        force = _kernel(some, others).square_().mul_(sign)  # (R, n, 2N)
        return force @ others - some * force.sum(-1, keepdim=True)

    return _by_rows(step, codes, points).mul_(2 / (codes.shape[-1] * codes.shape[1] ** 2))


def _compiled_mmd(
    codes: "Any", draws: "Any", gradients: "Any", latent: int, count: int, weight: "Real"
) -> None:
    size = F(2 * latent)
    share = weight * F(2 / (latent * count * count))
    for n in range(count):
        for other in range(2 * count):
            square = ZERO
            for unit in range(latent):
                away = codes[unit * count + n] - (
                    codes[unit * count + other] if other < count else draws[(other - count) * latent + unit]
                )
                square += away * away
            kernel = size / (size + square)
            force = share * kernel * kernel * (ONE if other < count else -ONE)
            for unit in range(latent):
                there = (
                    codes[unit * count + other] if other < count else draws[(other - count) * latent + unit]
                )
                gradients[unit * count + n] += force * (there - codes[unit * count + n])


PENALTIES: Registry[Penalty] = Registry(
    "penalty",
    Penalty(
        "none", "None", "The codes are not penalised.",
        lambda codes, generators: codes.new_zeros(codes.shape[0]),
        lambda codes, generators: codes.new_zeros(codes.shape),
    ),
    Penalty(
        "mmd", "MMD",
        "The distance (maximum mean discrepancy) between the codes of a batch and draws from the standard "
        "normal distribution: a Wasserstein autoencoder (Tolstikhin et al. 2018).",
        _mmd_value, _mmd_gradient, prior=True, compiled=_compiled_mmd,
    ),
)  # fmt: skip
