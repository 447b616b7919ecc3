"""What a film shows of a run: at some of its epochs, images out of the network, and codes on one plane."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray

from core.base.generators import Generators
from core.base.progress import OnProgress, unheard
from core.base.words import Refusal
from core.data.datasets import Dataset
from core.data.noise import corrupt
from core.experiment.spec import Spec
from core.measure.latent import Plane, places, plane_of
from core.measure.rules import evenly
from core.nn.device import Threads
from core.reports.pictures import factor, reduced
from core.train.past import Past, Replay
from core.train.snapshot import EVALUATED

if TYPE_CHECKING:
    from core.train.still import Still

Array = NDArray[np.float32]

PAIRS = 40
"""Images that are shown before and after the network."""

CODES = 400
"""Codes that the map shows."""

BEND = 100
"""How much earlier epochs are stretched: the first hundredth of a run has 15 % of a film, a tenth 52 %."""


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """A run at one epoch.

    Attributes
    ----------
    epoch : epochs trained.
    after : (m, h, w) what the network makes of the images, in [0, 1].
    points : (n, 2) where the codes are; NaN for one that is not finite.
    """

    epoch: int
    after: Array
    points: Array


@dataclass(frozen=True, slots=True, eq=False)
class Story:
    """A run from its first epoch to its last, as its leading network has it.

    Attributes
    ----------
    spec, dataset : its settings, as they are at its end, and what it learned.
    noisy : whether the images are under its noise, the same at every epoch.
    before : (m, h, w) images as the network is fed them, evenly spread over the set.
    images : (n, h, w) those of the points.
    prior : where the middle of the standard normal prior falls; None for a run without one.
    epochs, curves : (K,) the recorded epochs, and the curves (K,) by the names of the metrics.
    measured : of how many images its counts are.
    scenes : what it is at some epochs, which rise.
    """

    spec: Spec
    dataset: Dataset
    noisy: bool
    before: Array
    images: Array
    prior: tuple[float, float] | None
    epochs: NDArray[np.int64]
    curves: dict[str, Array]
    measured: int
    scenes: tuple[Shown, ...]

    @property
    def first(self) -> int:
        """The first epoch that is shown."""
        return self.scenes[0].epoch

    @property
    def last(self) -> int:
        """The last one."""
        return self.scenes[-1].epoch


def time_of(epoch: NDArray[np.int64] | float, first: int, last: int) -> NDArray[np.float64]:
    """When epochs are shown, as shares of the film: early ones take longer than late ones."""
    shares = np.asarray(epoch, dtype=np.float64) - first
    return np.asarray(np.log1p(BEND * shares / max(1, last - first)) / np.log1p(BEND))


def chosen(past: Past, recorded: NDArray[np.int64], frames: int) -> tuple[int, ...]:
    """At most so many epochs of a run, rising, from its first to its last.

    They are points of its curves, dense early. Where the run keeps one nearby, it is that one.
    """
    first, last = past.first, past.last
    shares = np.linspace(0, 1, max(2, frames))
    wanted = first + (last - first) * np.expm1(shares * np.log1p(BEND)) / BEND
    points = np.unique(np.concatenate([[first, last], recorded[(recorded > first) & (recorded < last)]]))
    kept = np.array(past.epochs)
    room = np.minimum(np.diff(wanted, prepend=-np.inf), np.diff(wanted, append=np.inf)) / 2
    near, exact = (_nearest(some, wanted) for some in (kept, points))
    found = np.unique(np.where(np.abs(near - wanted) < room, near, exact))
    times, taken = time_of(points, first, last), time_of(found, first, last)
    while len(found) < min(len(points), frames):  # several were wanted near one point: the widest gaps
        index = int(np.abs(times[:, None] - taken).min(1).argmax())
        if points[index] in found:
            break
        found, taken = np.append(found, points[index]), np.append(taken, times[index])
    return tuple(np.unique(found).tolist())


def _nearest(some: NDArray[np.int64], wanted: NDArray[np.float64]) -> NDArray[np.int64]:
    """Of some rising epochs the nearest to each of those wanted."""
    right = np.clip(np.searchsorted(some, wanted), 1, max(1, len(some) - 1))
    left, right = some[right - 1], some[np.minimum(right, len(some) - 1)]
    return np.where(wanted - left <= right - wanted, left, right)


def story_of(past: Past, frames: int, plane: Plane | None = None, on_progress: OnProgress = unheard) -> Story:
    """Look at a run at so many of its epochs, or fewer. What is not kept is trained again, exactly.

    Parameters
    ----------
    plane : on which its codes were drawn last, so that the map is not mirrored.

    Raises
    ------
    Refusal : there is nothing to be seen but one epoch.
    Exception : what `on_progress` raises, which ends the work.
    """
    _check(past)
    with Threads(past.threads):
        return _told(past, chosen(past, past.now.curves.epochs, frames), plane, on_progress)


def glimpse_of(past: Past, plane: Plane | None = None) -> Story:
    """The same at three of the epochs that are kept, quickly: the first, the last, and one in between."""
    _check(past)
    middle = past.first + (past.last - past.first) * float(np.expm1(np.log1p(BEND) / 2)) / BEND
    epochs = sorted({past.first, past.nearest(round(middle)), past.last})
    with Threads(past.threads):
        return _told(past, tuple(epochs), plane, unheard)


def _check(past: Past) -> None:
    """Refuse a past in which there is nothing to be seen but one epoch."""
    if past.last == 0:
        raise Refusal("the run has not been trained: there is no learning to be seen yet")
    if past.first == past.last:
        raise Refusal("the run has only its last epoch, {epoch}: how it came there was not kept",
                      epoch=past.last)  # fmt: skip


def _told(past: Past, epochs: tuple[int, ...], plane: Plane | None, on_progress: OnProgress) -> Story:
    end = past.now
    leader, spec, dataset = end.curves.leader, end.fields.spec, end.dataset
    by, images = factor(dataset.shape), dataset.images
    fed = _fed(images[_spread(dataset.count, PAIRS)], spec)
    measured = images[evenly(dataset.count, EVALUATED)]
    codes = end.model(leader).encode(measured)
    drawn = plane_of(codes, plane)
    shown = _spread(len(measured), CODES)
    heights = places(drawn, codes)[shown, 1] if spec.latent == 1 else None
    replay = Replay(past)
    share = _Share(past, epochs, on_progress)
    scenes = []
    for index, epoch in enumerate(epochs):
        share.begin(index)
        still = replay.still(epoch, share.within)
        scenes.append(_look(still, leader, fed, by, drawn, measured[shown], heights))
    on_progress(1.0)
    return Story(
        spec=spec,
        dataset=dataset,
        noisy=spec.noisy,
        before=reduced(fed, by),
        images=reduced(measured[shown], by),
        prior=drawn.prior() if spec.has_prior and spec.latent > 1 else None,
        epochs=end.curves.epochs,
        curves=end.curves.replica(leader),
        measured=len(measured),
        scenes=tuple(scenes),
    )


def _look(
    still: "Still", leader: int, fed: Array, by: int, plane: Plane, images: Array, heights: Array | None
) -> Shown:
    model = still.model(leader)
    after = np.nan_to_num(model.reconstruct(fed))
    points = plane.points(model.encode(images))
    if heights is not None:  # of a code of one number, which would jump from height to height
        points[:, 1] = heights
    return Shown(still.epoch, reduced(after, by), points)


def _fed(images: Array, spec: Spec) -> Array:
    """Images (m, H, W) under the noise of a run, the same whenever they are asked for."""
    if not spec.noisy:
        return images
    shape = images.shape[1:]
    clean = torch.from_numpy(images.copy()).flatten(1)
    noisy = corrupt(spec.noise, clean, spec.noise_level, Generators(spec.seed), (shape[0], shape[1]))
    return noisy.reshape(-1, *shape).numpy()


def _spread(count: int, most: int) -> NDArray[np.int64]:
    """The numbers of at most so many of `count` images, the first and the last among them."""
    return np.unique(np.linspace(0, count - 1, min(count, most)).round().astype(np.int64))


class _Share:
    """How far a story is: by its epochs where some are trained again, else by its scenes."""

    def __init__(self, past: Past, epochs: tuple[int, ...], on_progress: OnProgress) -> None:
        self._tell = on_progress
        count = len(epochs)
        quick = set(past.epochs).issuperset(epochs)
        ends = range(1, count + 1) if quick else epochs
        self._ends = [0.0, *(end / max(ends) for end in ends)]
        self._index = 0

    def begin(self, index: int) -> None:
        self._index = index
        self._tell(self._ends[index])

    def within(self, share: float) -> None:
        low, high = self._ends[self._index : self._index + 2]
        self._tell(low + share * (high - low))
