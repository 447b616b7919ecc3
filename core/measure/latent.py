"""Latent space as a plane that can be drawn, whatever its dimension."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Plane:
    """A plane in latent space: code = origin + x axes[0] + y axes[1].

    Attributes
    ----------
    origin : (L,)
    axes : (2, L), orthonormal rows; with L = 1 the second is zero.
    """

    origin: Array
    axes: Array

    def points(self, codes: Array) -> Array:
        """Where codes (N, L) fall on the plane: (N, 2)."""
        return np.asarray((codes - self.origin) @ self.axes.T, dtype=np.float32)

    def codes(self, points: Array) -> Array:
        """The codes (K, L) of points (K, 2) of the plane."""
        return np.asarray(self.origin + points @ self.axes, dtype=np.float32)


def plane_of(codes: Array, previous: Plane | None = None) -> Plane:
    """The plane on which codes (N, L) are drawn.

    Two dimensions are drawn as they are, one along the horizontal; more on the plane of their first two
    principal components, turned so that a `previous` plane of the same run does not flip over.
    """
    width = codes.shape[1]
    if width <= 2:
        axes = np.eye(2, width, dtype=np.float32)
        return Plane(np.zeros(width, dtype=np.float32), axes)
    origin = codes.mean(0)
    spread = torch.from_numpy(codes - origin)
    # of the small (L, L) matrix, and by torch, which keeps to its number of threads: numpy's SVD of 1,797
    # codes of 64 took 1 s on two busy cores
    axes = torch.linalg.eigh(spread.mT @ spread).eigenvectors.mT.numpy()[:-3:-1]
    if previous is not None and previous.axes.shape == axes.shape:
        signs = np.sign(np.einsum("al,al->a", axes, previous.axes))
        axes = axes * np.where(signs == 0, 1, signs)[:, None]
    return Plane(origin.astype(np.float32), axes.astype(np.float32))


STAGGER = 7  # rows over which the points of a code of one number are spread


def places(plane: Plane, codes: Array) -> Array:
    """Where codes (N, L) are drawn: (N, 2). Codes of one number are staggered in height, to be told apart."""
    points = plane.points(codes)
    if codes.shape[1] == 1 and len(codes) > 1:
        rank = points[:, 0].argsort().argsort()
        points[:, 1] = (rank % STAGGER - STAGGER // 2) * 0.1 * np.ptp(points[:, 0])
    return points


def grid(left: float, bottom: float, right: float, top: float, rows: int, columns: int) -> Array:
    """Centres of a rows x columns tiling of a rectangle, row by row from the top left: (K, 2)."""
    x = left + (np.arange(columns) + 0.5) * (right - left) / columns
    y = top - (np.arange(rows) + 0.5) * (top - bottom) / rows
    return np.stack(np.broadcast_arrays(x[None, :], y[:, None]), -1).reshape(-1, 2).astype(np.float32)


def straight(start: Array, end: Array, steps: int) -> Array:
    """Codes on the line from `start` to `end`, both (L,), ends included: (steps, L)."""
    share = np.linspace(0, 1, steps, dtype=np.float32)[:, None]
    return np.asarray((1 - share) * start + share * end, dtype=np.float32)


def spherical(start: Array, end: Array, steps: int) -> Array:
    """Codes on the arc about the origin from `start` to `end`, both (L,), ends included: (steps, L).

    The draws of a many-dimensional normal distribution lie near a sphere, which the straight line leaves
    (White 2016). The direction turns evenly, the length changes evenly. Codes in one direction or in
    opposite ones, or one of them in the origin, are joined by the line.
    """
    lengths = float(np.linalg.norm(start)), float(np.linalg.norm(end))
    if min(lengths) < 1e-6:
        return straight(start, end, steps)
    one, other = start.astype(np.float64) / lengths[0], end.astype(np.float64) / lengths[1]
    angle = 2 * np.arctan2(np.linalg.norm(one - other), np.linalg.norm(one + other))
    if np.sin(angle) < 1e-6:
        return straight(start, end, steps)
    share = np.linspace(0, 1, steps)[:, None]
    turned = (np.sin((1 - share) * angle) * one + np.sin(share * angle) * other) / np.sin(angle)
    arc = np.asarray(turned * ((1 - share) * lengths[0] + share * lengths[1]), dtype=np.float32)
    arc[-1], arc[0] = end, start
    return arc


PATHS = {"linear": straight, "spherical": spherical}
"""Ways from one code to another, by name."""


def prior_draws(count: int, latent: int, seed: int) -> Array:
    """Codes (count, latent) from the standard normal distribution, the prior of a variational code."""
    return np.random.default_rng(seed).standard_normal((count, latent)).astype(np.float32)
