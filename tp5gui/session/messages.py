"""The frozen values that pass between the window's thread and the training thread."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.data.datasets import Dataset
from core.experiment.spec import Spec
from core.train.about import About

if TYPE_CHECKING:  # these bring torch, which the first window does not wait for
    from core.measure.inside import Inside, UnitReport
    from core.measure.latent import Plane
    from core.measure.metrics import Numbers
    from core.measure.similarity import Likeness
    from core.train.past import Past
    from core.train.snapshot import Snapshot

Image = NDArray[np.float32]


class Phase(Enum):
    """What the training thread is doing. DIVERGED: it paused by itself, for the loss was not finite."""

    LOADING = auto()
    PAUSED = auto()
    DIVERGED = auto()
    RUNNING = auto()
    FINISHED = auto()


@dataclass(frozen=True, slots=True)
class Filed:
    """What a file holds of a run.

    Attributes
    ----------
    path : of the file.
    version, epoch, spec : which run, how far it was, and its settings then.
    """

    path: str
    version: int
    epoch: int
    spec: Spec


@dataclass(frozen=True, slots=True, eq=False)
class Recalled:
    """How a run came to where it was when this was asked for.

    Attributes
    ----------
    version : of the run, -1 where there is none.
    past : what it was up to then; None where that cannot be told.
    plane : on which its codes are drawn in the window.
    fault : why the past cannot be told, in the window's words.
    strand : as in `Frame`.
    """

    version: int
    past: "Past | None"
    plane: "Plane | None" = None
    fault: str = ""
    strand: int = 0


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
    """What the views want to know about the network. Every frame answers them again until they are replaced.

    Attributes
    ----------
    ticket : rises with every change, so that an answer can be told from an older one.
    audience : rises with views that have heard no answers yet: everything is answered to them.
    drawing : (H, W) in [0, 1], what the person drew.
    noise, noise_level, noise_seed : the noise that is added to the drawing before the network sees it.
    cursor : a point of the latent plane.
    backdrop : which decoded tiles to show behind the map.
    walk : which codes to decode in the Explore panel.
    inside : whether what happens inside the network is shown.
    pulled : numbers of the drawing's code that a person pulls, and to where.
    unit : the column and the number of the unit that is reported while the inside is shown.
    """

    ticket: int = 0
    audience: int = 0
    drawing: Image | None = None
    noise: str = "none"
    noise_level: float = 0.0
    noise_seed: int = 0
    cursor: tuple[float, float] | None = None
    backdrop: Backdrop | None = None
    walk: "Walk | None" = None
    inside: bool = False
    pulled: tuple[tuple[int, float], ...] = ()
    unit: tuple[int, int] | None = None


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
    """Codes beside those of the set: the same number is added to every number of every code."""

    offset: float


@dataclass(frozen=True, slots=True)
class Draws:
    """Codes drawn from the standard normal prior."""

    count: int
    seed: int


Walk = Between | Beside | Draws


@dataclass(frozen=True, slots=True)
class DrawingAnswer:
    """What the network makes of the drawing.

    Attributes
    ----------
    drawing, fed, output, ideal : (H, W) in [0, 1]: the drawing, the same with noise, the network's output,
        the best possible denoiser's output.
        Where numbers of the code are pulled, the output is that of the pulled code.
    point : the code that was decoded, as a place on the latent plane.
    output_like, ideal_like : the images of the set that the two outputs are nearest to.
    compared, total : images of the set that the best possible was worked out from, and all there are.
    inside : what happened inside the network meanwhile, if that is shown.
    """

    drawing: Image
    fed: Image
    output: Image
    ideal: Image
    point: tuple[float, float]
    output_like: "Likeness"
    ideal_like: "Likeness"
    compared: int
    total: int
    inside: "Inside | None" = None


@dataclass(frozen=True, slots=True)
class CursorAnswer:
    """The image (H, W) decoded at a place of the plane, and the image of the set that it is nearest to."""

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
    """The answers to `Questions`, by the network of run `version`; None where nothing was asked.

    `points` (n, 2) are the codes of the images of the last frame, on the latent plane, as they are by now.
    `unit` comes when it is asked for and with every frame; None for a unit that the run lacks. `axes` is
    another number where the axes of that map are others than before, and places on it cannot be compared.
    """

    version: int
    ticket: int
    drawing: DrawingAnswer | None = None
    cursor: CursorAnswer | None = None
    backdrop: BackdropAnswer | None = None
    walk: WalkAnswer | None = None
    points: NDArray[np.float32] | None = None
    unit: "UnitReport | None" = None
    axes: int = 0

    def after(self, older: "Answers") -> "Answers":
        """These answers, completed by older ones of the same run where nothing was asked."""
        if older.version != self.version:
            return self
        return Answers(
            self.version,
            self.ticket,
            self.drawing or older.drawing,
            self.cursor or older.cursor,
            self.backdrop or older.backdrop,
            self.walk or older.walk,
            older.points if self.points is None else self.points,
            self.unit or older.unit,
            self.axes,
        )


@dataclass(frozen=True, slots=True)
class Mark:
    """A live change of a run.

    Attributes
    ----------
    change : its number among the live changes of this session.
    epoch : epochs that were trained before it.
    before, after : the settings.
    """

    change: int
    epoch: int
    before: Spec
    after: Spec


@dataclass(frozen=True, slots=True)
class Visit:
    """A look at the past of a run.

    Attributes
    ----------
    asked : the epoch that is to be shown.
    exact : whether it is; else the nearest moment is, while that epoch is trained anew.
    now, built : the epoch of the run now, and its settings.
    """

    asked: int
    exact: bool
    now: int
    built: Spec


@dataclass(frozen=True, slots=True)
class Frame:
    """Everything the window shows of a run at one epoch.

    Attributes
    ----------
    version : which run; rises with every new run and every opened file.
    spec, dataset : the settings of the run at that epoch, and the images it is trained on.
    snapshot : see `core.train.evaluation.Snapshot`.
    points : (n, 2) the codes on the latent plane.
    clouds : (n, 2, 2) covariances of variational codes on that plane; else None.
    prior : where on that plane the middle of the standard normal prior is; None for a run without one.
    rate : epochs a second, 0 while paused.
    leader : the replica that is shown: the best one so far.
    device, threads : where the run is computed, and with how many threads.
    ceiling : what the best possible denoiser reaches with the run's noise; None without noise, or where it
        would take too long to find out.
    phase, turn : what the training thread was doing, and how often this had changed.
    answers : to the current questions.
    marks : the live changes so far, in the order of their epochs.
    visit : the look at the past that this is; None where it is the run now.
    moments : the epochs of the past of which there are checkpoints, rising.
    best : the epochs at which the run was best, by the name of the metric.
    about : what is said of the run, and where it comes from.
    strand : rises where the run went back or its settings changed: an older past of it no longer holds.
    """

    version: int
    spec: Spec
    dataset: Dataset
    snapshot: "Snapshot"
    points: NDArray[np.float32]
    clouds: NDArray[np.float32] | None
    prior: tuple[float, float] | None
    rate: float
    leader: int
    device: str
    threads: int
    ceiling: "Numbers | None"
    phase: Phase
    turn: int
    answers: Answers = field(repr=False)
    marks: tuple[Mark, ...] = ()
    visit: Visit | None = None
    moments: tuple[int, ...] = ()
    best: Mapping[str, int] = field(default_factory=dict)
    about: About = field(default_factory=About)
    strand: int = 0

    @property
    def now(self) -> int:
        """The epoch of the run now, whatever epoch is shown."""
        return self.snapshot.epoch if self.visit is None else self.visit.now

    @property
    def built(self) -> Spec:
        """The settings of the run now."""
        return self.spec if self.visit is None else self.visit.built
