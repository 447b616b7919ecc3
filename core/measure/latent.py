"""Latent space as a plane that can be drawn, whatever its dimension and wherever the codes lie.

Codes are single numbers of any size, as a network gives them: they may be all equal, one alone, none at all,
or not finite. What is made of them is computed in double precision, which holds the square of every single
number; a result beyond single precision becomes its largest number.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

Array = NDArray[np.float32]
Doubles = NDArray[np.float64]

LARGEST = float(np.finfo(np.float32).max)
"""The largest single number."""

FLAT = 1e-6
"""Codes that spread less than this share of their size along a direction differ there by rounding alone."""

HELD = 0.95
"""Share of the most variance that a plane can hold that one has to hold to stay as it is."""

HALVINGS = 40  # of the way from one plane to another, to find where enough is held


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
        """Where codes (N, L) fall on the plane: (N, 2); NaN for a code that is not finite."""
        return _mapped(codes, lambda finite: (finite - self.origin) @ self.axes.T.astype(np.float64), 2)

    def codes(self, points: Array) -> Array:
        """The codes (K, L) of points (K, 2) of the plane; NaN for a point that is not finite."""
        width = self.axes.shape[1]
        return _mapped(points, lambda finite: self.origin + finite @ self.axes.astype(np.float64), width)

    def clouds(self, spread: Array) -> Array:
        """The covariances (N, 2, 2) on the plane of codes with these standard deviations (N, L), independent.

        Those of the projection of each normal distribution: axes diag(spread^2) axes^T.
        """
        axes = self.axes.astype(np.float64)
        covariances = (axes * spread.astype(np.float64)[:, None] ** 2) @ axes.T
        return covariances.clip(-LARGEST, LARGEST).astype(np.float32)

    def prior(self) -> tuple[float, float]:
        """Where the middle of the standard normal prior falls, which is standard normal on the plane too."""
        x, y = self.points(np.zeros_like(self.origin)[None])[0].tolist()
        return x, y

    def to_array(self) -> Array:
        """The plane as run files keep it: (3, L), its origin and its axes."""
        return np.concatenate([self.origin[None], self.axes])

    @classmethod
    def from_array(cls, array: NDArray[np.generic], width: int) -> "Plane | None":
        """The plane that `to_array` gave of codes of that width; None if the array is no plane of them."""
        if array.shape != (3, width) or array.dtype != np.float32 or not np.isfinite(array).all():
            return None
        axes = array[1:].astype(np.float64)
        orthonormal = np.diag([1.0, float(width > 1)])
        if not np.allclose(axes @ axes.T, orthonormal, rtol=0, atol=1e-4):
            return None
        return cls(array[0].astype(np.float32), array[1:].astype(np.float32))


def _mapped(rows: Array, of: Callable[[Doubles], Doubles], width: int) -> Array:
    """What `of` makes of rows (N, any), in doubles: (N, width); NaN for a row that is not finite."""
    result = np.full((len(rows), width), np.nan, dtype=np.float32)
    finite = np.isfinite(rows).all(1)
    result[finite] = of(rows[finite].astype(np.float64)).clip(-LARGEST, LARGEST)
    return result


def plane_of(codes: Array, previous: Plane | None = None) -> Plane:
    """The plane on which codes (N, L) are drawn.

    Two dimensions are drawn as they are, one along the horizontal; more on the plane of their first two
    principal components. Without a `previous` plane of the same run the axes are these components, the wider
    one along the horizontal and the largest number of each positive.

    With one, the plane turns away from it only as far as it must to hold `HELD` of the variance that the
    components hold, and the axes turn with it by the shortest way, never within it. Components that vary
    about as much as each other turn at will from epoch to epoch, and change places; a map would turn, flip
    and be another one with them, though no code moves. So the places of codes that move slowly do too, and
    codes that were drawn once are drawn there again.

    Where the codes spread in fewer than two directions, as those of a collapsed run do, the axes that they
    leave open stay as near as can be to the `previous` ones. Codes that are not finite count for nothing.
    """
    width = codes.shape[1]
    nothing, units = np.zeros(width, dtype=np.float32), np.eye(2, width, dtype=np.float32)
    if width <= 2:
        return Plane(nothing, units)
    known = previous if previous is not None and previous.axes.shape == units.shape else None
    finite = codes[np.isfinite(codes).all(1)].astype(np.float64)
    if not len(finite):
        return known or Plane(nothing, units)
    origin = finite.mean(0)
    components, variance = _principal(finite - origin, FLAT * float(np.abs(finite).max()))
    axes = components[:2]
    if known is None:
        leading = axes[np.arange(len(axes)), np.abs(axes).argmax(1)]
        axes = _completed(axes * np.where(leading < 0, -1, 1)[:, None], units.astype(np.float64))
    else:
        before = known.axes.astype(np.float64)
        best = _completed(axes, before)
        near = _nearest_axes(before, best if len(axes) < 2 else components)
        axes = _followed(near, best, variance)
    return Plane(origin.astype(np.float32), axes.astype(np.float32))


def turned(before: Plane, plane: Plane) -> bool:
    """Whether an axis points elsewhere than before, by more than 45 degrees: places cannot be compared."""
    if before.axes.shape != plane.axes.shape:
        return True
    along = (before.axes * plane.axes).sum(1)
    return bool((along < np.sqrt(0.5) * (before.axes**2).sum(1)).any())


def _principal(centred: Doubles, flat: float) -> tuple[Doubles, Doubles]:
    """The principal components of centred codes (N, L), and how codes vary, up to a factor.

    Returns
    -------
    (K, L), the widest first, only those along which the codes' standard deviation is above `flat`; and the
    covariances (L, L).
    """
    size, width = float(np.abs(centred).max()), centred.shape[1]
    if size <= flat:
        return np.zeros((0, width)), np.zeros((width, width))
    spread = torch.from_numpy(centred / size)
    # of the small (L, L) matrix, and by torch, which keeps to its number of threads: numpy's SVD of 1,797
    # codes of 64 took 1 s on two busy cores
    covariances = spread.mT @ spread / len(spread)
    variances, vectors = torch.linalg.eigh(covariances)
    deviations = size * variances.clamp(min=0).sqrt().numpy()
    return np.asarray(vectors.mT.numpy()[::-1][deviations[::-1] > flat]), covariances.numpy()


def _completed(axes: Doubles, wanted: Doubles) -> Doubles:
    """Orthonormal axes, none to two of them, made two by what they leave of the `wanted` ones: (2, L)."""
    while len(axes) < 2:
        rest = wanted - wanted @ axes.T @ axes
        lengths = np.linalg.norm(rest, axis=1)
        # of two wanted axes a single one covers at most one nearly whole
        row = len(axes) if lengths[len(axes)] > 0.5 else 1 - len(axes)
        axes = np.concatenate([axes, rest[row : row + 1] / lengths[row]])
    return axes


def _nearest_axes(axes: Doubles, components: Doubles) -> Doubles:
    """The orthonormal axes (2, L) nearest to `axes` among those along two or more components (K, L).

    Along other directions no code lies, and what a network makes of them was never trained.
    """
    left, _, right = np.linalg.svd(axes @ components.T, full_matrices=False)
    return np.asarray(left @ right @ components)


def _followed(before: Doubles, best: Doubles, covariances: Doubles) -> Doubles:
    """The first axes on the shortest way from those `before` to the plane of the `best` that hold enough.

    Both are (2, L) and orthonormal, and so is the result. The way is the geodesic between the planes: each
    of two directions of one turns evenly into the nearest of the other (Bjorck and Golub 1973).
    """
    to_best, cosines, to_before = np.linalg.svd(best @ before.T)
    starts, ends = to_before @ before, to_best.T @ best
    aside = ends - cosines[:, None] * starts
    sines = np.linalg.norm(aside, axis=1)
    aside /= np.maximum(sines, 1e-300)[:, None]
    angles = np.arctan2(sines, cosines)[:, None]

    def at(share: float) -> Doubles:
        turned = np.cos(share * angles) * starts + np.sin(share * angles) * aside
        return np.asarray(to_before.T @ turned)

    def held(axes: Doubles) -> float:
        return float(((axes @ covariances) * axes).sum())

    enough = HELD * held(best)
    if held(before) >= enough:
        return before
    low, high = 0.0, 1.0
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if held(at(middle)) >= enough else (middle, high)
    return at(high)


STAGGER = 7  # rows over which the points of a code of one number are spread


def places(plane: Plane, codes: Array) -> Array:
    """Where codes (N, L) are drawn: (N, 2); NaN for a code that is not finite.

    Codes of one number are staggered in height, to be told apart.
    """
    points = plane.points(codes)
    across = points[np.isfinite(points[:, 0]), 0].astype(np.float64)
    if codes.shape[1] == 1 and len(across) > 1:
        rank = points[:, 0].argsort().argsort()
        heights = (rank % STAGGER - STAGGER // 2) * 0.1 * np.ptp(across)
        points[:, 1] = np.where(np.isfinite(points[:, 0]), heights, np.nan)
    return points


def grid(left: float, bottom: float, right: float, top: float, rows: int, columns: int) -> Array:
    """Centres of a rows x columns tiling of a rectangle, row by row from the top left: (K, 2)."""
    x = left + (np.arange(columns) + 0.5) * (right - left) / columns
    y = top - (np.arange(rows) + 0.5) * (top - bottom) / rows
    return np.stack(np.broadcast_arrays(x[None, :], y[:, None]), -1).reshape(-1, 2).astype(np.float32)


def straight(start: Array, end: Array, steps: int) -> Array:
    """Codes on the line from `start` to `end`, both (L,), ends included: (steps, L).

    Between ends that are not finite lie codes that are not.
    """
    share = np.linspace(0, 1, steps)[:, None]
    with np.errstate(invalid="ignore"):  # none of an infinite number, or two infinite ones against each other
        return _between(start, end, (1 - share) * start.astype(np.float64) + share * end.astype(np.float64))


def spherical(start: Array, end: Array, steps: int) -> Array:
    """Codes on the arc about the origin from `start` to `end`, both (L,), ends included: (steps, L).

    The draws of a many-dimensional normal distribution lie near a sphere, which the straight line leaves
    (White 2016). The direction turns evenly, the length changes evenly. Codes in one direction or in
    opposite ones, one of them in the origin or a million times nearer to it than the other, and codes that
    are not finite are joined by the line.
    """
    one, other = start.astype(np.float64), end.astype(np.float64)
    lengths = float(np.linalg.norm(one)), float(np.linalg.norm(other))
    if not np.isfinite(lengths).all() or min(lengths) <= 1e-6 * max(lengths):
        return straight(start, end, steps)
    one, other = one / lengths[0], other / lengths[1]
    angle = 2 * np.arctan2(np.linalg.norm(one - other), np.linalg.norm(one + other))
    if np.sin(angle) < 1e-6:
        return straight(start, end, steps)
    share = np.linspace(0, 1, steps)[:, None]
    turned = (np.sin((1 - share) * angle) * one + np.sin(share * angle) * other) / np.sin(angle)
    return _between(start, end, turned * ((1 - share) * lengths[0] + share * lengths[1]))


def _between(start: Array, end: Array, codes: Doubles) -> Array:
    """Codes (steps, L) from end to end as single numbers, the ends exactly as they are."""
    way = np.where(np.isfinite(codes), codes.clip(-LARGEST, LARGEST), np.nan).astype(np.float32)
    way[-1], way[0] = end, start
    return way


PATHS = {"linear": straight, "spherical": spherical}
"""Ways from one code to another, by name."""


def prior_draws(count: int, latent: int, seed: int) -> Array:
    """Codes (count, latent) from the standard normal distribution, the prior of a variational code."""
    return np.random.default_rng(seed).standard_normal((count, latent)).astype(np.float32)
