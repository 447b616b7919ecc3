"""What a window or a script shows of a run as it is at one epoch."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.measure.collapse import Cause
from core.train.history import Curves

Array = NDArray[np.float32]

EVALUATED = 2048
"""Images, evenly spaced, that curves and snapshots are made of; all of every built-in set."""

COMPARED = 256
"""Images, evenly spaced, that are compared with each other."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One replica of a run at one epoch: copies, read-only. n is at most `EVALUATED`.

    Attributes
    ----------
    epoch : epochs trained.
    loss : mean loss per image of what the network was last fed; a variational code is taken at its mean.
    labels : n words, of `inputs`.
    inputs, fed, outputs : (n, H, W) in [0, 1]: the data, the data as last fed, what became of it.
    wrong : (n,) wrong pixels of `outputs` against `inputs`.
    codes : (n, L) codes of `inputs`.
    kl : (L,) mean divergence of every unit of a variational code, in nats; else None.
    squared_error : mean over pixels when the network is fed `inputs` without noise, as the rest from here on.
    nearest_own, compared : how many of `compared` outputs, evenly spaced, are nearest to their own input.
    wrong_pixels, recognised, perfect : counts over the n images.
    collapsed : whether all outputs are the same image.
    cause : why they are, where that is certain; else None.
    bounded : log-variances of a variational code that are held at a bound, of n x L.
    curves : everything measured so far.
    finished : whether training has ended by itself.
    """

    epoch: int
    loss: float
    labels: tuple[str, ...]
    inputs: Array
    fed: Array
    outputs: Array
    wrong: NDArray[np.int64]
    codes: Array
    kl: Array | None
    squared_error: float
    nearest_own: int
    compared: int
    wrong_pixels: int
    recognised: int
    perfect: int
    collapsed: bool
    cause: Cause | None
    bounded: int
    curves: Curves
    finished: bool
