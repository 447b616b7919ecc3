"""The runs of a session as the window knows them: the one shown, and those that still come."""

from dataclasses import dataclass

from core.data.datasets import Dataset
from core.experiment.spec import Spec

MOST_WITH_IMAGES, MOST_IMAGE_BYTES = 256, 500_000_000  # runs whose sets stay in memory for undo


@dataclass(slots=True, eq=False)
class Run:
    """A run of this session. Its version is never given to another one.

    Attributes
    ----------
    version : its number among the runs of this session.
    spec : its settings once every order is carried out; None as long as a file that holds it is not open.
    path : the file that it is opened from, "" for a new run.
    plays : whether it trains as soon as it is there.
    revision : of the store when it was asked for.
    dataset : its images, once it was shown; None again where many later runs had large sets of their own.
    dropped : whether no more of it is in memory than how to begin it again.
    """

    version: int
    spec: Spec | None
    path: str = ""
    plays: bool = False
    revision: int = 0
    dataset: Dataset | None = None
    dropped: bool = False


class Runs:
    """Which run is shown, and which ones are on their way to the bench."""

    def __init__(self) -> None:
        self._shown: Run | None = None
        self._coming: list[Run] = []
        self._versions = 0
        self._with_images: list[Run] = []  # the one shown last at the end

    @property
    def shown(self) -> Run | None:
        """The run that is shown, None before the first."""
        return self._shown

    @property
    def current(self) -> Run | None:
        """The run that will be on the bench once every order is carried out: the one that orders mean."""
        return self._coming[-1] if self._coming else self._shown

    @property
    def coming(self) -> Run | None:
        """The newest run on its way to the bench, None where the one shown is the newest."""
        return self._coming[-1] if self._coming else None

    def new(self, spec: Spec | None, path: str = "") -> Run:
        """A run that nobody has asked for yet."""
        self._versions += 1
        return Run(self._versions, spec, path)

    def ask(self, run: Run) -> None:
        """A run is asked for."""
        self._coming.append(run)

    def arrive(self, version: int) -> Run | None:
        """The run of this version is on the bench; those asked for before it do not come any more."""
        for place in reversed(range(len(self._coming))):  # one that undo asked for again is there twice
            run = self._coming[place]
            if run.version == version:
                self._shown = run
                del self._coming[: place + 1]
                return run
        return self._shown if self._shown is not None and self._shown.version == version else None

    def give_images(self, run: Run, dataset: Dataset) -> None:
        """Remember what a run learns, so that it can begin again; those shown long ago may have to forget it.

        The step of undo that leads to a run keeps it, and there may be many: their images must not add up.
        """
        if run in self._with_images:
            self._with_images.remove(run)
        run.dataset = dataset
        self._with_images.append(run)
        while len(self._with_images) > 1 and _too_much(self._with_images):
            self._with_images.pop(0).dataset = None

    def refuse(self, version: int) -> Run | None:
        """The run of this version does not come; which one it was, if it was on its way."""
        found = next((run for run in self._coming if run.version == version), None)
        if found is not None:
            self._coming.remove(found)
        return found


def _too_much(runs: list[Run]) -> bool:
    """Whether the sets of some runs take too much; one that several share counts once."""
    sets = {id(run.dataset): run.dataset.images.nbytes for run in runs if run.dataset is not None}
    return len(runs) > MOST_WITH_IMAGES or sum(sets.values()) > MOST_IMAGE_BYTES
