"""What a finished run has reached, as the numbers that scripts and studies rely on."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import torch

from core.measure.metrics import label_agreement, nearest_own
from core.measure.rules import ACTIVE, evenly
from core.measure.similarity import WINDOW, ssim
from core.nn.penalties import squared_jacobian
from core.nn.terms import sparse_activities
from core.train.evaluation import Snapshot
from core.train.trainer import Trainer


@dataclass(frozen=True, slots=True)
class Report:
    """One replica of a run, measured without noise on the images of its snapshot: all, or 2,048 of them.

    Attributes
    ----------
    epochs : trained.
    loss : mean over images of what the network was last fed.
    squared_error : a pixel, range 0 to 1.
    wrong_pixels, recognised, perfect : counts over the set.
    ssim : mean structural similarity; None where images are smaller than its 7x7 window.
    nearest_own : outputs nearest to their own image.
    active_units : units of a variational code with a mean KL above 0.01 nat; else None.
    kl : nats an image of a variational code; else None.
    label_agreement : share of images whose nearest other code has their label; None where no label
        comes twice.
    collapsed : whether all outputs are the same: they vary less than 1 % as much as the images.
    mean_activity : mean absolute activity of the code, or of the units that sparsity is about.
    slope : root mean square of the norm of d code / d image, the Jacobian (Frobenius).
    pixel_move : how far one inverted pixel moves the code, on average, as a share of the distance to the
        nearest other code; unlike the slope, it is the same when all codes shrink. None for one image alone.
    """

    epochs: int
    loss: float
    squared_error: float
    wrong_pixels: int
    recognised: int
    perfect: int
    ssim: float | None
    nearest_own: int
    active_units: int | None
    kl: float | None
    label_agreement: float | None
    collapsed: bool
    mean_activity: float
    slope: float
    pixel_move: float | None

    def to_dict(self) -> dict[str, Any]:
        """The numbers by name, without those that make no sense for this run."""
        return {name: value for name, value in asdict(self).items() if value is not None}


def report(trainer: Trainer, replica: int = 0) -> Report:
    """Measure one replica of a run as it is now.

    Raises
    ------
    Diverged : the loss is not finite.
    """
    shot = trainer.snapshot(replica)
    answers = trainer.model.reconstruct(shot.inputs, replica)
    activity, slope = _code(trainer, shot, replica)
    return Report(
        epochs=shot.epoch,
        loss=shot.loss,
        squared_error=shot.squared_error,
        wrong_pixels=shot.wrong_pixels,
        recognised=shot.recognised,
        perfect=shot.perfect,
        ssim=float(ssim(answers, shot.inputs).mean()) if min(trainer.dataset.shape) >= WINDOW else None,
        nearest_own=nearest_own(
            *(torch.from_numpy(each.copy()).flatten(1) for each in (answers, shot.inputs))
        ),
        active_units=None if shot.kl is None else int((shot.kl > ACTIVE).sum()),
        kl=None if shot.kl is None else float(shot.kl.sum()),
        label_agreement=label_agreement(shot.codes, shot.labels),
        collapsed=shot.collapsed,
        mean_activity=activity,
        slope=slope,
        pixel_move=_pixel_move(trainer, shot, replica),
    )


def _code(trainer: Trainer, shot: Snapshot, replica: int) -> tuple[float, float]:
    """Mean activity and root mean square slope of the code."""
    network, objective = trainer.network, trainer.objective
    x = objective.output.encode(torch.from_numpy(shot.inputs.copy()).flatten(1).to(trainer.device))
    x = x.expand(network.replicas, -1, -1)
    seen = network.forward(x, record=True)
    sparse = trainer.spec.sparsity != "none"
    layers = sparse_activities(trainer.spec, network, seen) if sparse else (seen.codes,)
    activity = torch.cat([a[replica].abs().flatten() for a in layers]).mean()
    slope = squared_jacobian(network.encoder.replica(replica), x[:1, :256], trainer.spec.latent).mean().sqrt()
    black, white = objective.output.encode(torch.tensor([0.0, 1.0])).tolist()
    return float(activity), float(slope) * (white - black)  # a pixel from 0 to 1 is so much as it is fed


MOVED = 32
"""Images, evenly spaced, of which every pixel is inverted in turn."""


def _pixel_move(trainer: Trainer, shot: Snapshot, replica: int) -> float | None:
    if len(shot.inputs) < 2:
        return None
    chosen = np.arange(len(shot.inputs))[evenly(len(shot.inputs), MOVED)]
    pixels = trainer.dataset.pixels
    moves, gaps = [], []
    for index in chosen.tolist():
        flat = np.repeat(shot.inputs[index].reshape(1, -1), pixels, 0)
        flat[np.diag_indices(pixels)] = 1 - flat[np.diag_indices(pixels)]
        moved = trainer.model.encode(flat.reshape(-1, *trainer.dataset.shape), replica)
        moves.append(np.linalg.norm(moved - shot.codes[index], axis=1).mean())
        away = np.linalg.norm(shot.codes - shot.codes[index], axis=1)
        away[index] = np.inf
        gaps.append(away.min())
    return float(np.mean(moves) / max(float(np.mean(gaps)), 1e-12))
