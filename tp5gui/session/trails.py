"""The ways of codes through the past of a run, on the plane of now. No Qt; this brings torch."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.base.progress import Stopped
from core.measure.latent import Plane, places
from core.measure.rules import evenly
from core.train.past import Past
from tp5gui.session.messages import Recalled

MOMENTS = 100  # along a trail, at most
NUMBERS = 4e9  # multiplications that all of them may take, so that a large network has fewer moments


@dataclass(frozen=True, slots=True, eq=False)
class Trails:
    """The way of every code over the moments of a run.

    Attributes
    ----------
    version, strand : of the run.
    epochs : (K,) of the moments, rising.
    paths : (n, K, 2) where the codes of the images looked at were, on the plane of now.
    """

    version: int
    strand: int
    epochs: NDArray[np.int64]
    paths: NDArray[np.float32]


def trails_of(recalled: Recalled, past: Past, plane: Plane, stopped: Callable[[], bool]) -> Trails:
    """The trails of the images that a run is looked at with, over moments spread evenly over those kept.

    Raises
    ------
    Stopped : `stopped` has answered True.
    """
    now = past.now
    leader = now.curves.leader
    images = now.images[leader].reshape(-1, *now.dataset.shape).cpu().numpy()
    cost = len(images) * now.network.params.shape[1]
    moments = past.moments[evenly(len(past.moments), _count(cost))]
    paths = []
    for moment in moments:
        if stopped():
            raise Stopped
        paths.append(places(plane, past.still(moment.epoch).model(leader).encode(images)))
    epochs = np.array([moment.epoch for moment in moments], dtype=np.int64)
    return Trails(recalled.version, recalled.strand, epochs, np.stack(paths, 1))


def _count(cost: float) -> int:
    """How many moments a trail has where one costs so many multiplications."""
    return int(min(MOMENTS, max(2, NUMBERS // max(cost, 1))))
