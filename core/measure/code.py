"""How the code depends on the images: whose codes are near, how active its units are, what a pixel does."""

from typing import TYPE_CHECKING

import numpy as np

from core.measure.rules import evenly

if TYPE_CHECKING:
    from torch import Tensor

    from core.measure.evaluation import Evaluation

DIFFERENTIATED = 256
"""Images, from the first, of which the Jacobian is taken."""

MOVED = 32
"""Images, evenly spaced, of which every pixel is inverted in turn."""


def label_agreement(evaluation: "Evaluation") -> "Tensor":
    """Share of images whose nearest other code has the same label; (R,) from 0 to 1."""
    import torch

    shares = []
    for replica, codes in enumerate(evaluation.codes.cpu()):
        away = torch.cdist(codes, codes, compute_mode="donot_use_mm_for_euclid_dist")  # exact for near ones
        nearest = away.fill_diagonal_(torch.inf).argmin(1).numpy()
        labels = np.array(evaluation.labels(replica))
        shares.append(float((labels[nearest] == labels).mean()))
    return torch.tensor(shares, dtype=torch.float32, device="cpu")


def mean_activity(evaluation: "Evaluation") -> "Tensor":
    """Mean absolute activity, over images and units, of the code or the units sparsity is about: (R,)."""
    import torch

    from core.nn.terms import sparse_activities

    spec, network = evaluation.spec, evaluation.network
    seen = network.forward(evaluation.objective.output.encode(evaluation.clean.images), record=True)
    layers = sparse_activities(spec, network, seen) if spec.sparsity != "none" else (seen.codes,)
    return torch.cat([activity.abs().flatten(1) for activity in layers], 1).mean(1)


def jacobian_norm(evaluation: "Evaluation") -> "Tensor":
    """Root mean square over images of the norm of d code / d image (Frobenius), pixels from 0 to 1: (R,)."""
    import torch

    from core.nn.penalties import squared_jacobian

    output = evaluation.objective.output
    x = output.encode(evaluation.clean.images[:, :DIFFERENTIATED])
    black, white = output.encode(torch.tensor([0.0, 1.0], dtype=torch.float32, device="cpu"))
    squares = squared_jacobian(evaluation.network.encoder, x, evaluation.spec.latent)  # (R, n)
    return squares.mean(1).sqrt() * float(white - black)  # a pixel from 0 to 1 is so much as it is fed


def pixel_move(evaluation: "Evaluation") -> "Tensor":
    """How far one inverted pixel moves the code, as a share of the distance to the nearest other code: (R,).

    Means over images. Unlike the Jacobian, it is the same when all codes shrink.
    """
    import torch

    images, codes = evaluation.clean.images, evaluation.codes
    chosen = torch.arange(images.shape[1], device="cpu")[evenly(images.shape[1], MOVED)].tolist()
    moves, gaps = [], []
    for number in chosen:
        moved = images[:, number, None].repeat(1, images.shape[2], 1)  # (R, D, D): every pixel in turn
        diagonal = moved.diagonal(dim1=1, dim2=2)
        diagonal.copy_(1 - diagonal)
        coded = evaluation.network.encoder.forward(evaluation.objective.output.encode(moved))
        own = codes[:, number, None]
        moves.append((coded[..., : evaluation.spec.latent] - own).norm(dim=-1).mean(1))
        away = (codes - own).norm(dim=-1)  # (R, n)
        away[:, number] = torch.inf
        gaps.append(away.min(1).values)
    return torch.stack(moves).mean(0) / torch.stack(gaps).mean(0).clamp(min=1e-12)
