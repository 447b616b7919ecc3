"""How a run goes, in one word: a pure function of what a frame holds. No Qt."""

from enum import Enum, auto
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.measure.rules import ACTIVE
from tp5gui.session.messages import Frame, Phase

if TYPE_CHECKING:
    from core.train.snapshot import Snapshot

SETTLED = 0.1  # share of its epochs after which a run is judged: before, it has hardly begun
WINDOW = 0.1  # share of the epochs trained so far over which the loss has to fall
LEAST_FALL = 0.01  # by this share of itself
LEAST_POINTS = 5  # of the loss in such a window


class Going(Enum):
    """How a run goes."""

    READY = auto()
    LEARNING = auto()
    STUCK = auto()
    PAUSED = auto()
    DONE = auto()
    COLLAPSED = auto()
    DIVERGED = auto()
    PAST = auto()


def going_of(frame: Frame) -> Going:
    """How the run of a frame goes; of several words that hold, the one that a person should know first."""
    shot, phase = frame.snapshot, frame.phase
    if frame.visit is not None:
        return Going.PAST
    if phase is Phase.DIVERGED:
        return Going.DIVERGED
    if has_collapsed(frame):
        return Going.COLLAPSED
    if phase is Phase.FINISHED:
        return Going.DONE
    if phase is not Phase.RUNNING:
        return Going.PAUSED if shot.epoch else Going.READY
    if shot.epoch < SETTLED * frame.spec.epochs or _faultless(shot, frame.dataset.binary):
        return Going.LEARNING
    loss = shot.curves.values["loss"][:, frame.leader]
    return Going.STUCK if stalled(shot.curves.epochs, loss, _alike_since(frame)) else Going.LEARNING


def has_collapsed(frame: Frame) -> bool:
    """Whether outputs that are all alike are a collapse: at the start of any run they are.

    They are if training cannot leave this state; otherwise once the run has had its share of epochs, unless
    units of the code are active, for then the code has something to say that the decoder has yet to learn.
    """
    shot = frame.snapshot
    if not shot.collapsed or shot.epoch == 0:
        return False
    if shot.cause is not None and shot.cause.lasting:
        return True
    active = shot.kl is not None and bool((shot.kl > ACTIVE).any())
    return not active and (shot.finished or shot.epoch >= SETTLED * frame.spec.epochs)


def stalled(epochs: NDArray[np.int64], loss: NDArray[np.float32], since: int = 0) -> bool:
    """Whether the loss fell by less than `LEAST_FALL` of itself over the last tenth of the epochs so far.

    The median of that tenth is compared with the median of the tenth before, as noise and batches let the
    loss jump from epoch to epoch.

    Parameters
    ----------
    epochs : (K,) where the loss was recorded, rising.
    loss : (K,); what is not finite counts as not recorded.
    since : the epoch from which on the losses can be compared with each other.

    Returns
    -------
    False where the two tenths begin before `since` or have too few points to tell.
    """
    if not len(epochs):
        return False
    last = int(epochs[-1])
    first, middle = last * (1 - 2 * WINDOW), last * (1 - WINDOW)
    if first < since:
        return False
    split, end = np.searchsorted(epochs, (first, middle), side="right").tolist()
    before, after = (part[np.isfinite(part)] for part in (loss[split:end], loss[end:]))
    if min(len(before), len(after)) < LEAST_POINTS:
        return False
    earlier = float(np.median(before))
    return earlier - float(np.median(after)) < LEAST_FALL * abs(earlier)


def _faultless(shot: "Snapshot", binary: bool) -> bool:
    """Whether there is no wrong pixel left, so that a loss that hardly falls is nothing to mend."""
    return binary and shot.wrong_pixels == 0


def _alike_since(frame: Frame) -> int:
    """The epoch since which the loss means the same: after the KL's warm-up and the last live change."""
    marks = [mark.epoch for mark in frame.marks]
    return max(frame.spec.kl_warmup if frame.spec.variational else 0, *marks, 0)
