"""How alike images are: structural similarity, and which image of a set another one is nearest to."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.data.datasets import Dataset
from core.measure.rules import ON, evenly

if TYPE_CHECKING:
    from torch import Tensor

    from core.measure.evaluation import Evaluation

WINDOW = 7
C1, C2 = 0.01**2, 0.03**2  # the paper's constants for a data range of 1


def ssim(one: ArrayLike, other: ArrayLike) -> NDArray[np.float64]:
    """Structural similarity of every pair of images (N, H, W) in [0, 1]: (N,), 1 for equal ones.

    Wang, Bovik, Sheikh and Simoncelli 2004, with the usual setting: every 7x7 window that lies inside the
    image, evenly weighted, sample covariances.

    Raises
    ------
    ValueError : the images are smaller than the window, or their shapes differ.
    """
    x, y = np.asarray(one, dtype=np.float64), np.asarray(other, dtype=np.float64)
    if x.shape != y.shape or x.ndim != 3 or min(x.shape[1:]) < WINDOW:
        raise ValueError(f"needs two equal (N, H, W) of at least {WINDOW}x{WINDOW}, got {x.shape}, {y.shape}")
    sample = WINDOW**2 / (WINDOW**2 - 1)
    mean_x, mean_y = _windows(x), _windows(y)
    var_x = sample * (_windows(x * x) - mean_x**2)
    var_y = sample * (_windows(y * y) - mean_y**2)
    covariance = sample * (_windows(x * y) - mean_x * mean_y)
    likeness = (2 * mean_x * mean_y + C1) * (2 * covariance + C2)
    scale = (mean_x**2 + mean_y**2 + C1) * (var_x + var_y + C2)
    return np.asarray((likeness / scale).mean((1, 2)))


def _windows(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean of every window: (N, H, W) -> (N, H - 6, W - 6)."""
    views = np.lib.stride_tricks.sliding_window_view(x, (WINDOW, WINDOW), (1, 2))
    return np.asarray(views.mean((-2, -1)))


def mean_ssim(evaluation: "Evaluation") -> "Tensor":
    """Mean structural similarity of the outputs for images without noise: (R,)."""
    import torch

    outputs, images = (
        pixels.reshape(*pixels.shape[:2], *evaluation.dataset.shape).cpu().numpy()
        for pixels in (evaluation.clean.outputs, evaluation.clean.images)
    )
    means = [float(ssim(*pair).mean()) for pair in zip(outputs, images, strict=True)]
    return torch.tensor(means, dtype=torch.float32, device="cpu")


def nearest_own(outputs: "Tensor", images: "Tensor") -> "Tensor":
    """How many outputs (..., N, D) are nearest to the image (..., N, D) that they should be: (...).

    Nearest by squared error. Of images that are alike each counts as the other's own.
    """
    import torch

    away = torch.cdist(outputs, images, compute_mode="donot_use_mm_for_euclid_dist")  # (..., N, N)
    return (away.diagonal(dim1=-2, dim2=-1) <= away.min(-1).values).sum(-1)


SEARCHED = 4096
"""Images of a set among which the nearest is looked for."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """The image of a set that an image is nearest to.

    Attributes
    ----------
    index, label : which one; the first of equals.
    differing : pixels on the other side of one half; None in a set with greys, where they say little.
    squared_error : mean over the pixels.
    """

    index: int
    label: str
    differing: int | None
    squared_error: float


def nearest(image: NDArray[np.float32], dataset: Dataset) -> Likeness:
    """What `image` (H, W) is nearest to: by differing pixels among black and white images, else by error.

    Of a set of more than `SEARCHED` images, evenly spaced ones stand for all.
    """
    some = evenly(dataset.count, SEARCHED)
    images = dataset.images[some]
    errors = np.square(images - image).mean((1, 2))
    differing = ((images > ON) != (image > ON)).sum((1, 2)) if dataset.binary else None
    index = int((errors if differing is None else differing).argmin())
    count = None if differing is None else int(differing[index])
    return Likeness(index * some.step, dataset.labels[index * some.step], count, float(errors[index]))
