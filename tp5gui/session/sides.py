"""Runs side by side, read and measured: what a window shows of them, and what their networks decode. No Qt.

All of it is done in threads of the pool. This module brings torch.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.base.progress import OnProgress, unheard
from core.experiment.spec import needs_rebuild
from core.measure.latent import Plane, grid, places, plane_of
from core.measure.similarity import Likeness, nearest
from core.nn.device import Threads
from core.reports.comparing import Compared, Seen, Side, compared, distinct, see
from core.train.past import Past, Replay
from core.train.runfile import load_run
from tp5gui.session.comparing import Source
from tp5gui.session.messages import Backdrop, Image

LOADED = 0.1
"""The share of the work on one run that it takes to read it, and then to come to the epoch asked for."""
REPLAYED = 0.6


Corners = tuple[tuple[float, float], tuple[float, float]]
"""The lower left and the upper right corner of points on a plane."""


@dataclass(frozen=True, slots=True, eq=False)
class Spread:
    """The codes of one run on its map.

    Attributes
    ----------
    plane : on which they are drawn.
    points : (n, 2), NaN for a code that is not finite.
    corners : of the points.
    prior : where the middle of the prior falls, None for a run without one.
    """

    plane: Plane
    points: NDArray[np.float32]
    corners: Corners
    prior: tuple[float, float] | None


@dataclass(frozen=True, slots=True, eq=False)
class SideBySide:
    """What is shown of those that are compared.

    Attributes
    ----------
    compared : the comparison; every row of values in it is in the order of the sources.
    spreads : the map of each.
    one_frame : whether places on one map mean the same on the others: they are of one run, or began alike.
    """

    compared: Compared
    spreads: tuple[Spread, ...]
    one_frame: bool

    @property
    def frame(self) -> Corners | None:
        """What every map shows at first, where they have one frame; None where each has its own."""
        if not self.one_frame:
            return None
        return corners_of(np.concatenate([spread.points for spread in self.spreads]))

    def elsewhere(self, place: tuple[float, float], side: int) -> tuple[tuple[float, float], ...]:
        """The same place of one map on each: as far from the edges of its codes, where frames differ."""
        if self.one_frame:
            return (place,) * len(self.spreads)
        (left, bottom), (right, top) = self.spreads[side].corners
        across = (place[0] - left) / (right - left)
        up = (place[1] - bottom) / (top - bottom)
        found = []
        for spread in self.spreads:
            (left, bottom), (right, top) = spread.corners
            found.append((left + across * (right - left), bottom + up * (top - bottom)))
        found[side] = place  # to the last digit
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Decoded:
    """What one network decodes at a place of its map: the image (H, W), and which of the set it is like."""

    image: Image
    like: Likeness


def gather(sources: Sequence[Source], past: Past | None, on_progress: OnProgress = unheard) -> SideBySide:
    """Read and measure what is to be compared.

    Parameters
    ----------
    past : of the run on the bench, where it is one of them.

    Raises
    ------
    Refusal : a file is no run, an epoch is not known, or a run has no numbers.
    OSError : a file cannot be read.
    Exception : what `on_progress` raises, which ends the work.
    """
    pasts = {"": past}
    names = distinct([source.words for source in sources])
    seen: list[Seen] = []
    for done, (source, name) in enumerate(zip(sources, names, strict=True)):

        def tell(share: float, done: int = done) -> None:
            on_progress((done + share) / len(sources))

        tell(0.0)
        seen.append(_seen(source, name, pasts, tell))
    return side_by_side(compared(seen))


def side_by_side(found: Compared) -> SideBySide:
    """A comparison with the maps of its runs."""
    sides = found.sides
    alike = found.same_images and all(not needs_rebuild(sides[0].spec, side.spec) for side in sides)
    longest = max(sides, key=lambda side: side.epoch)
    shared = plane_of(longest.codes) if alike else None
    spreads = []
    for side in sides:
        plane = shared or plane_of(side.codes)
        points = places(plane, side.codes)
        prior = plane.prior() if side.spec.has_prior else None
        spreads.append(Spread(plane, points, corners_of(points), prior))
    return SideBySide(found, tuple(spreads), alike)


def corners_of(points: NDArray[np.float32]) -> Corners:
    """The corners of those points (n, 2) that are finite, never in one place."""
    points = points[np.isfinite(points).all(1)].astype(np.float64)
    if not len(points):
        return (-1.0, -1.0), (1.0, 1.0)
    low, high = points.min(0), points.max(0)
    flat = high - low < 1e-6 * max(1.0, float(np.abs(points).max()))
    low, high = np.where(flat, low - 1.0, low), np.where(flat, high + 1.0, high)
    return (float(low[0]), float(low[1])), (float(high[0]), float(high[1]))


def decode_at(shown: SideBySide, places_of: Sequence[tuple[float, float]]) -> tuple[Decoded, ...]:
    """What each network decodes at its place of its map."""
    found = []
    with Threads(1):
        for side, spread, place in zip(shown.compared.sides, shown.spreads, places_of, strict=True):
            assert side.model is not None
            code = spread.plane.codes(np.array([place], dtype=np.float32))
            image = side.model.decode(code)[0]
            found.append(Decoded(image, nearest(image, side.dataset)))
    return tuple(found)


def tiles_of(shown: SideBySide, asked: Sequence[Backdrop | None]) -> tuple[Image | None, ...]:
    """What each network decodes behind its map: (rows, columns, H, W), None where nothing is asked for."""
    found: list[Image | None] = []
    with Threads(1):
        for side, spread, one in zip(shown.compared.sides, shown.spreads, asked, strict=True):
            if one is None:
                found.append(None)
                continue
            assert side.model is not None
            points = grid(one.left, one.bottom, one.right, one.top, one.rows, one.columns)
            images = side.model.decode(spread.plane.codes(points))
            found.append(images.reshape(one.rows, one.columns, *images.shape[1:]))
    return tuple(found)


def _seen(source: Source, name: str, pasts: dict[str, Past | None], on_progress: OnProgress) -> Seen:
    """What there is to compare of one; a file is read once, however many of its epochs are asked for."""
    if source.path not in pasts:
        trainer = load_run(source.path)
        trainer.settle()
        pasts[source.path] = trainer.past()
    past = pasts[source.path]
    assert past is not None, "the run on the bench was not lent"
    on_progress(LOADED)
    still = past.now
    if source.epoch is not None:
        still = Replay(past).still(
            source.epoch, lambda share: on_progress(LOADED + share * (REPLAYED - LOADED))
        )
    start = LOADED if source.epoch is None else REPLAYED
    side = Side(name, still, past.threads)
    return see(side, lambda share: on_progress(start + share * (1 - start)))
