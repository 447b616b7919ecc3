"""How the code depends on the images: whose codes are near, how active its units are, what a pixel does."""

from typing import TYPE_CHECKING

from core.measure.rules import evenly

if TYPE_CHECKING:
    from torch import Tensor

    from core.measure.evaluation import Evaluation

DIFFERENTIATED = 256
"""Images, evenly spaced, of which the Jacobian is taken."""

MOVED = 32
"""Images, evenly spaced, of which every pixel is inverted in turn."""

ROUNDING = 1e-6
"""Codes that are nearer to each other than this share of their size may differ by rounding alone."""


def label_agreement(evaluation: "Evaluation") -> "Tensor":
    """Share of images whose nearest other code has the same label; (R,) from 0 to 1.

    Of several codes that are equally near, each counts in part. A code that is not finite is near to none.
    """
    import torch

    shares = []
    for replica, codes in enumerate(evaluation.codes.cpu()):
        words = evaluation.labels(replica)
        numbers = {label: number for number, label in enumerate(dict.fromkeys(words))}
        labels = torch.tensor([numbers[label] for label in words], device="cpu")
        same, far = labels.unsqueeze(1) == labels, torch.tensor(torch.inf, dtype=torch.float64, device="cpu")
        # exact for near ones, and doubles for far ones
        away = torch.cdist(codes.double(), codes.double(), compute_mode="donot_use_mm_for_euclid_dist")
        away = torch.where(away.isnan(), far, away).fill_diagonal_(torch.inf)
        nearest = away.min(1, keepdim=True).values
        near = (away == nearest) & nearest.isfinite()
        shares.append(float(((near & same).sum(1) / near.sum(1).clamp(min=1)).mean()))
    return torch.tensor(shares, dtype=torch.float32, device="cpu")


def mean_activity(evaluation: "Evaluation") -> "Tensor":
    """Mean absolute activity, over images and units, of the code or the units sparsity is about: (R,)."""
    import torch

    from core.nn.terms import sparse_activities

    spec, network = evaluation.spec, evaluation.network
    seen = network.forward(evaluation.objective.output.encode(evaluation.clean.images), record=True)
    layers = sparse_activities(spec, seen) if spec.sparsity != "none" else (seen.codes,)
    return torch.cat([activity.abs().flatten(1) for activity in layers], 1).mean(1)


def jacobian_norm(evaluation: "Evaluation") -> "Tensor":
    """Root mean square over images of the norm of d code / d image (Frobenius), pixels from 0 to 1: (R,)."""
    import torch

    from core.nn.penalties import squared_jacobian

    output = evaluation.objective.output
    images = evaluation.clean.images
    x = output.encode(images[:, evenly(images.shape[1], DIFFERENTIATED)])
    black, white = output.encode(torch.tensor([0.0, 1.0], dtype=torch.float32, device="cpu"))
    squares = squared_jacobian(evaluation.network.encoder, x, evaluation.spec.latent)  # (R, n)
    return squares.mean(1).sqrt() * float(white - black)  # a pixel from 0 to 1 is so much as it is fed


def pixel_move(evaluation: "Evaluation") -> "Tensor":
    """How far one inverted pixel moves the code, as a share of the distance to the nearest other code: (R,).

    Means over images. Unlike the Jacobian, it is the same when all codes shrink.

    The nearest other code is that of an image that differs: equal images have one code whatever the network,
    and their distance of 0 says nothing. NaN where there is nothing to compare with: all images are equal, or
    the codes of different ones are so near to each other that rounding alone parts them.
    """
    import torch

    images, codes = evaluation.clean.images, evaluation.codes.cpu().double()
    chosen = torch.arange(images.shape[1], device="cpu")[evenly(images.shape[1], MOVED)].tolist()
    moves, gaps = [], []
    for number in chosen:
        moved = images[:, number, None].repeat(1, images.shape[2], 1)  # (R, D, D): every pixel in turn
        diagonal = moved.diagonal(dim1=1, dim2=2)
        diagonal.copy_(1 - diagonal)
        coded = evaluation.network.encoder.forward(evaluation.objective.output.encode(moved))
        own = codes[:, number, None]
        moves.append((coded[..., : evaluation.spec.latent].cpu() - own).norm(dim=-1).mean(1))
        away = (codes - own).norm(dim=-1)  # (R, n)
        away[(images == images[:, number, None]).all(-1).cpu()] = torch.inf
        gaps.append(away.min(1).values)
    gap = torch.stack(gaps).mean(0)
    gap[gap <= ROUNDING * codes.abs().amax((1, 2))] = torch.nan
    gap[gap.isinf()] = torch.nan
    return torch.stack(moves).mean(0) / gap
