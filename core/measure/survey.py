"""What a network does with the images of a set, column by column: what a look inside it is compared with.

The columns are the hidden layers and the code, as data flows.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.choices.activations import Activation
from core.data.datasets import Images
from core.measure.rules import evenly
from core.nn.model import Model
from core.nn.penalties import divergence
from core.nn.variance import bounded

Array = NDArray[np.float32]

SURVEYED = 256
"""Images, evenly spaced, that stand for a set."""

QUICK = 1.5e7
"""Multiplications of a quick survey: 1 to 2 ms with all that is made of them."""

FEWEST = 16
"""Images that a quick survey may have, however large the network is."""

ROUNDING = 1e-6
"""Activities that differ by less than this share of their size may differ by rounding alone."""

SHALLOW = 0.01
"""A unit is saturated where its activation's slope is below this share of the largest it has anywhere."""


@dataclass(frozen=True, slots=True, eq=False)
class Survey:
    """What a network does with N images of a set.

    It costs a pass of them all, so it is made now and then, while images are read all the time: it may be
    older by some epochs than the weights it is used beside.

    Attributes
    ----------
    model : the network, with the weights that it had.
    numbers : (N,) the images' numbers in the set.
    fed : (N, D) the images as they are fed.
    columns : (N, U) the activities of every column, those of the code its means.
    reach : (U,) of every column, the largest absolute activity of each unit.
    low, high : (L,) the least and the largest of each number of the code.
    telling : (L,) how much each number of the code tells: its mean KL in nats where the code is variational,
        else its standard deviation.
    """

    model: Model
    numbers: NDArray[np.int64]
    fed: Array
    columns: tuple[Array, ...]
    reach: tuple[Array, ...]
    low: Array
    high: Array
    telling: Array
    _images: Tensor  # (N, D) in [0, 1]

    @property
    def code(self) -> int:
        """Which column is the code."""
        return len(self.columns) // 2

    def exciting(self, column: int, units: NDArray[np.int64]) -> Array:
        """What excites K units: (K, H, W) in [-1, 1].

        A pixel is above 0 where it is lit more when the unit is more active, and below 0 where it is lit
        less: it is the sum of (activity - its mean) x pixel over the images, as a share of the sum of
        |activity|. Where no activity is negative, that is the mean image weighted by activity, minus the
        plain mean image. All 0 for a unit that is `constant`.

        The column is neither the first nor the last, whose units are pictures of their weights.
        """
        shares = torch.from_numpy(_shares(self.columns[column][:, units], self.reach[column][units]))
        pictures: Array = (shares.T @ self._images).numpy()
        return pictures.reshape(-1, *self.model.shape)

    def saturated(self, column: int, unit: int) -> float:
        """The share of the images for which a unit's activation is nearly flat, see `SHALLOW`."""
        layer = self.model.layers()[column]
        before = torch.from_numpy(self.columns[column - 1] if column else self.fed)
        z = before @ layer.weight[0, :, unit].cpu() + layer.bias[0, 0, unit].cpu()
        slopes = _slopes(layer.activation, z)
        return float((slopes < SHALLOW * _steepest(layer.activation)).mean(dtype=torch.float32))


def survey_of(model: Model, images: Images, *, quick: bool = False) -> Survey:
    """What a network of one replica does with the images (N, H, W) of a set, or with `SURVEYED` of them.

    A `quick` survey, one of many while a run trains, is of fewer images where the network is large.

    Raises
    ------
    Refusal : images of another shape than the network's.
    """
    some = evenly(len(images), _affordable(model) if quick else SURVEYED)
    fed, *encoded, head = model.encoding(images[some])
    codes = finite(head[:, : model.latent])
    _, *decoded, _ = model.decoding(codes)
    columns = tuple(finite(activities) for activities in (*encoded, codes, *decoded))
    return Survey(
        model=model,
        numbers=np.arange(len(images))[some],
        fed=fed,
        columns=columns,
        reach=tuple(np.maximum(activities.max(0), -activities.min(0)) for activities in columns),
        low=codes.min(0),
        high=codes.max(0),
        telling=_telling(codes, head[:, model.latent :]),
        _images=torch.tensor(images[some], device="cpu").flatten(1),
    )


def _affordable(model: Model) -> int:
    """Images of a quick survey."""
    multiplications = sum(layer.weight[0].numel() for layer in model.layers())
    return min(SURVEYED, max(FEWEST, int(QUICK / multiplications)))


def constant(activities: Array) -> NDArray[np.bool_]:
    """Which units have the same activity for all images, to rounding: (N, U) to (U,)."""
    high, low = activities.max(0), activities.min(0)
    with np.errstate(over="ignore"):
        return np.asarray(high - low <= ROUNDING * np.maximum(high, -low))


def _shares(activities: Array, reach: Array) -> Array:
    """How far activities (N, K) are from their mean over the images, as shares of the sum of their sizes."""
    most = np.maximum(reach, np.finfo(np.float32).tiny)
    sizes = np.asarray(activities / most, dtype=np.float32)  # of the largest: no sum overflows
    shares: Array = (sizes - sizes.mean(0)) / np.maximum(np.abs(sizes).sum(0), 1)  # which is 1 at least, or 0
    shares[:, constant(sizes)] = 0
    return shares


def _telling(means: Array, log_variances: Array) -> Array:
    """How much each number of codes (N, L) tells; the log-variances are (N, L), or (N, 0) where none are."""
    if not log_variances.shape[1]:
        deviation: Array = means.astype(np.float64).std(0).astype(np.float32)
        return deviation
    spread = bounded(torch.from_numpy(log_variances))
    return finite(divergence(torch.from_numpy(means), spread).mean(0).numpy())


def finite(numbers: Array) -> Array:
    """The same array, made such as can be drawn: infinite numbers are the largest, and what is none is 0."""
    torch.from_numpy(numbers).nan_to_num_()
    return numbers


def _slopes(activation: Activation, z: Tensor) -> Tensor:
    """Absolute slopes of an activation at weighted sums (N,): (N,)."""
    return activation.backward(torch.ones_like(z), z, activation.forward(z)).abs()


@cache
def _steepest(activation: Activation) -> float:
    """The largest absolute slope of an activation."""
    return float(_slopes(activation, torch.linspace(-8, 8, 1601, device="cpu")).max())
