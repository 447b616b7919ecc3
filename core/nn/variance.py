"""The bounds between which a variational code's log-variances are held before they are exponentiated.

An encoder gives any number; the exponential of one above 88 is no longer a single number, and the KL with it.
The bounds are those of Rombach et al. 2022 (`DiagonalGaussianDistribution` of CompVis/latent-diffusion),
which much other code has taken over. A healthy run stays far inside, where they change no bit.
"""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.choices.activations import aten, functions

if TYPE_CHECKING:
    from torch import Tensor

LOWEST, HIGHEST = -30.0, 20.0
"""A standard deviation from 3e-7 to 22,026."""


def bounded(free: "Tensor") -> "Tensor":
    """What the encoder gives as log-variances, held between the bounds; same shape."""
    held: Tensor = functions().hardtanh(free, LOWEST, HIGHEST)
    return held


def deviations(free: NDArray[np.float32]) -> NDArray[np.float32]:
    """Standard deviations of what the encoder gives as log-variances, held between the bounds; same shape."""
    return np.exp(free.clip(LOWEST, HIGHEST) / 2)


def bounded_gradient(g: "Tensor", free: "Tensor") -> "Tensor":
    """dL/d(free) of g = dL/d(bounded): nothing where the bounds hold it, so that it learns no more there."""
    passed: Tensor = aten().hardtanh_backward(g, free, LOWEST, HIGHEST)
    return passed


def held(log_variance: "Tensor") -> "Tensor":
    """How many of bounded log-variances (R, N, L) the bounds hold: (R,)."""
    return ((log_variance <= LOWEST) | (log_variance >= HIGHEST)).sum((1, 2))
