"""What one look at a run sees: the curves' next point, and the snapshot that a window or a script shows."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.measure.metrics import Score
from core.measure.rules import ACTIVE, ALIKE
from core.train.history import Curves

Array = NDArray[np.float32]

EVALUATED = 2048
"""Images, from the first, that curves and snapshots look at; all of every built-in set."""

PARTS = ("loss", "reconstruction", "kl", "sparsity", "contraction", "penalty")
COUNTS = (
    "squared_error", "wrong_pixels", "recognised", "perfect",
    "fed_recognised", "fed_squared_error", "active_units",
)  # fmt: skip
CURVES = PARTS + COUNTS
"""What is measured: see `Objective.parts`; the squared error a pixel, and counts over the images shown."""

COMPARED = 256
"""Images, from the first, that are compared with each other."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A run at one moment: copies, read-only, of one replica. n is at most `EVALUATED`.

    Attributes
    ----------
    epoch : epochs trained.
    loss : mean loss per image of what the network was last fed; a variational code is taken at its mean.
    labels : n words, of `inputs`.
    inputs, fed, outputs : (n, H, W) in [0, 1]: the data, the data as last fed, what became of it.
    wrong : (n,) wrong pixels of `outputs` against `inputs`.
    codes : (n, L) codes of `inputs`.
    kl : (L,) mean divergence of every unit of a variational code, in nats; else None.
    squared_error : a pixel, when the network is fed `inputs` without noise, as the rest from here on.
    nearest_own, compared : how many of the first `compared` outputs are nearest to their own input.
    wrong_pixels, recognised, perfect : counts.
    collapsed : whether all outputs are the same: they vary less than `ALIKE` as much as the inputs.
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
    curves: Curves
    finished: bool


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What the network makes of the images it is shown, replica by replica."""

    index: Tensor  # (R, n) into the set, rising
    pixels: Tensor  # (R, n, D), as last fed
    outputs: Tensor  # (R, n, D), of what was fed
    parts: dict[str, Tensor]  # each (R,), of what was fed
    codes: Tensor  # (R, n, L), from here on of the clean images
    kl: Tensor | None  # (R, L)
    images: Tensor  # (R, n, D)
    answers: Tensor  # (R, n, D)
    squared_error: Tensor  # (R,)
    fed_error: Tensor  # (R,), the same of what was fed
    clean: Score
    fed: Score

    def point(self) -> dict[str, Array]:
        """A point of every curve."""
        silent = self.squared_error.new_zeros(self.squared_error.shape)
        counts = (
            self.squared_error, self.clean.wrong_pixels, self.clean.recognised, self.clean.perfect,
            self.fed.recognised, self.fed_error, silent if self.kl is None else (self.kl > ACTIVE).sum(-1),
        )  # fmt: skip
        values = self.parts | dict(zip(COUNTS, counts, strict=True))
        rows = torch.stack([value.float() for value in values.values()]).cpu().numpy()
        return dict(zip(values, rows, strict=True))

    def collapsed(self, replica: int) -> bool:
        """Whether all answers of a replica are the same."""
        varied, left = (each[replica].var(0, correction=0).mean() for each in (self.images, self.answers))
        return bool(left < ALIKE * varied)
