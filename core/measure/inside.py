"""What happens inside a network while it reads one image: units as pictures, activities, contributions."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]

SHOWN = 10
"""Units of a hidden layer that are shown as pictures, the most active first."""

CODE_SHOWN = 8
"""Numbers of a code that are shown with a bar, those that tell most first."""


@dataclass(frozen=True, slots=True, eq=False)
class Units:
    """A hidden layer of U units; K of them are shown.

    Attributes
    ----------
    decodes : whether it stands behind the code.
    shown : (K,) their numbers, by how active they are, the most active first; one that was shown before
        stays in its place.
    activities : (U,) of all units, for this image.
    reach : (U,) the largest absolute activity of each over the images of the set; 0 for one that is silent.
    pictures : (K, H, W), signed. Next to an image, the weights of the unit; else what excites it, in [-1, 1],
        see `Survey.exciting`.
    """

    decodes: bool
    shown: NDArray[np.int64]
    activities: Array
    reach: Array
    pictures: Array


@dataclass(frozen=True, slots=True, eq=False)
class Code:
    """The code of L numbers; K of them are shown.

    Attributes
    ----------
    shown : (K,) their numbers, rising: those that vary most over the set, of a variational code those of the
        largest mean KL; one that was shown before stays in its place.
    values, spread : (L,) this image's code as it is decoded; its standard deviations, of a variational one.
    low, high : (L,) the least and the largest of each over the images of the set.
    pulled : (L,) bool, which numbers are not the network's own, because a person pulls them.
    """

    shown: NDArray[np.int64]
    values: Array
    spread: Array | None
    low: Array
    high: Array
    pulled: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Links:
    """The contributions (weight x activity) from one column to the next, the strongest first.

    A whole image is one place, 0: from it comes what its pixels add up to in a unit; to it goes the unit's
    activity times the length of its outgoing weights.

    Attributes
    ----------
    source, target : (M,) places among those shown of the two columns.
    values : (M,).
    """

    source: NDArray[np.int64]
    target: NDArray[np.int64]
    values: Array


@dataclass(frozen=True, slots=True, eq=False)
class Inside:
    """What happens inside a network while it reads one image.

    Attributes
    ----------
    layers : the hidden layers, those of the encoder first, as data flows.
    code : between them.
    links : from the image to the first column, between the columns, and to the answer; one more than columns,
        where the columns are the hidden layers and the code. Those into a number of the code that is pulled
        are what the network would make of it.
    """

    layers: tuple[Units, ...]
    code: Code
    links: tuple[Links, ...]


@dataclass(frozen=True, slots=True, eq=False)
class UnitReport:
    """One unit of a hidden layer or of the code, over the images of the set.

    Attributes
    ----------
    column, unit : which one; columns as in `Inside`: hidden layers and code as data flows.
    picture : as in `Units`, (H, W).
    weights : whether it is of weights.
    activity : for the image that is read.
    counts, edges : a histogram of its activity over the set, (B,) and (B + 1,).
    exciting : numbers in the set of the images that excite it most, the most exciting first.
    dead : its activity is the same for every image of the set; never of a set of one image.
    saturated : the share of the images for which its activation's slope is below a hundredth of the largest
        that this activation has anywhere.
    """

    column: int
    unit: int
    picture: Array
    weights: bool
    activity: float
    counts: NDArray[np.int64]
    edges: Array
    exciting: tuple[int, ...]
    dead: bool
    saturated: float
