"""Structural similarity of images (Wang, Bovik, Sheikh and Simoncelli 2004)."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

WINDOW = 7
C1, C2 = 0.01**2, 0.03**2  # the paper's constants for a data range of 1


def ssim(one: ArrayLike, other: ArrayLike) -> NDArray[np.float64]:
    """Mean similarity of every pair of images (N, H, W) in [0, 1]: (N,), 1 for equal ones.

    The usual setting: every 7x7 window that lies inside the image, evenly weighted, sample covariances.

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
