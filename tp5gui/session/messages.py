"""The frozen values that pass between the window's thread and the training thread."""

from dataclasses import dataclass, field
from enum import Enum, auto
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.data.datasets import Dataset
from core.experiment.spec import Spec

if TYPE_CHECKING:  # these bring torch, which the first window does not wait for
    from core.measure.metrics import Numbers
    from core.measure.similarity import Likeness
    from core.train.snapshot import Snapshot

Image = NDArray[np.float32]


class Phase(Enum):
    """What the training thread is doing."""

    LOADING = auto()
    PAUSED = auto()
    RUNNING = auto()
    FINISHED = auto()


@dataclass(frozen=True, slots=True)
class Backdrop:
    """A rectangle of the latent plane and how many tiles to decode in it."""

    left: float
    bottom: float
    right: float
    top: float
    rows: int
    columns: int


@dataclass(frozen=True, slots=True)
class Questions:
    """What the views want to know of the network. They stand until replaced: every frame answers them anew.

    Attributes
    ----------
    ticket : rises with every change, so that an answer can be told from an older one.
    drawing : (H, W) what the person drew.
    noise, noise_level, noise_seed : what is done to the drawing before the network sees it.
    cursor : a point of the latent plane.
    backdrop : which decoded tiles to show behind the map.
    walk : which codes of one's own to decode.
    """

    ticket: int = 0
    drawing: Image | None = None
    noise: str = "none"
    noise_level: float = 0.0
    noise_seed: int = 0
    cursor: tuple[float, float] | None = None
    backdrop: Backdrop | None = None
    walk: "Walk | None" = None


@dataclass(frozen=True, slots=True)
class Between:
    """A walk through latent space from one item of the set to another.

    Attributes
    ----------
    start, end : indices into the set.
    steps : images, ends included.
    path : `linear` or `spherical`.
    """

    start: int
    end: int
    steps: int
    path: str


@dataclass(frozen=True, slots=True)
class Beside:
    """What lives beside the codes of the set: the same number added to every number of every code."""

    offset: float


@dataclass(frozen=True, slots=True)
class Draws:
    """Draws of the prior of a variational code."""

    count: int
    seed: int


Walk = Between | Beside | Draws


@dataclass(frozen=True, slots=True)
class DrawingAnswer:
    """What became of the drawing.

    Attributes
    ----------
    drawing, fed, output, ideal : (H, W): the drawing, under noise, through the network, through the best
        possible denoiser.
    point : where its code falls on the latent plane.
    output_like, ideal_like : the characters that the two answers resemble.
    """

    drawing: Image
    fed: Image
    output: Image
    ideal: Image
    point: tuple[float, float]
    output_like: "Likeness"
    ideal_like: "Likeness"


@dataclass(frozen=True, slots=True)
class CursorAnswer:
    """The image (H, W) decoded at a place of the plane, and the character it resembles."""

    place: tuple[float, float]
    image: Image
    like: "Likeness"


@dataclass(frozen=True, slots=True)
class BackdropAnswer:
    """Decoded tiles (rows, columns, H, W) of the rectangle that was asked for."""

    asked: Backdrop
    tiles: Image


@dataclass(frozen=True, slots=True)
class WalkAnswer:
    """Images (K, H, W) decoded along a walk, and where on the plane (K, 2) their codes lie.

    K is 0 where no walk is asked for, or none that this run can take.
    """

    asked: Walk | None
    images: Image
    points: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers to `Questions`, by the network of run `version`; None where nothing was asked."""

    version: int
    ticket: int
    drawing: DrawingAnswer | None = None
    cursor: CursorAnswer | None = None
    backdrop: BackdropAnswer | None = None
    walk: WalkAnswer | None = None

    def after(self, older: "Answers") -> "Answers":
        """These answers, and where they are silent those that came before, of the same run."""
        if older.version != self.version:
            return self
        return Answers(
            self.version,
            self.ticket,
            self.drawing or older.drawing,
            self.cursor or older.cursor,
            self.backdrop or older.backdrop,
            self.walk or older.walk,
        )


@dataclass(frozen=True, slots=True)
class Frame:
    """Everything the window shows of a run at one moment.

    Attributes
    ----------
    version : which run; rises with every rebuild or opened file.
    spec, dataset : what is being trained on what.
    snapshot : see `core.train.trainer.Snapshot`.
    points : (n, 2) the codes on the latent plane.
    rate : epochs a second, 0 while paused.
    leader : the replica that is shown, the one that is ahead.
    device, threads : where the run is computed, and with how many threads of the processor.
    ceiling : what the best possible denoiser reaches under the run's noise; None without noise.
    answers : to the standing questions.
    """

    version: int
    spec: Spec
    dataset: Dataset
    snapshot: "Snapshot"
    points: NDArray[np.float32]
    rate: float
    leader: int
    device: str
    threads: int
    ceiling: "Numbers | None"
    phase: Phase
    answers: Answers = field(repr=False)
