"""Which images a new run learns, whatever became of their set in the library meanwhile."""

from core.base.registry import UnknownName
from core.base.words import say
from core.data.datasets import Dataset, load_dataset
from core.data.library import LibraryError
from tp5gui.words import explained

KEPT = 3  # sets of runs that were on the bench


class RunImages:
    """Keeps the images of the runs on the bench, so that none of them needs its set's file again.

    A new run learns a set as it is in the library. One whose set is gone from there, or cannot be read,
    learns the images that the last run of that name had; so does one that follows an opened run, which
    brings its own, until a set is changed in this window.
    """

    def __init__(self) -> None:
        self._kept: dict[str, Dataset] = {}  # by name, the one used last at the end
        self._brought = ""  # the name of the set that an opened run brought along

    def take_up(self, dataset: Dataset) -> None:
        """A run on these images is on the bench now."""
        self._kept.pop(dataset.name, None)
        self._kept[dataset.name] = dataset
        if len(self._kept) > KEPT:
            del self._kept[next(iter(self._kept))]

    def bring(self, dataset: Dataset) -> None:
        """An opened run brought these images along."""
        self.take_up(dataset)
        self._brought = dataset.name

    def library_changed(self) -> None:
        """The person changed a set: from now on those in the library come first."""
        self._brought = ""

    def of(self, name: str) -> tuple[Dataset, str]:
        """The images that a new run learns, and what is to be said of them; "" where they are as expected.

        Raises
        ------
        UnknownName : there is no such set, and no run on the bench had one of that name.
        LibraryError : it cannot be read, and no run had one of that name.
        """
        kept = self._kept.get(name)
        try:
            found = load_dataset(name)
        except (UnknownName, LibraryError) as error:
            if kept is None:
                raise
            return kept, _missed(name, error)
        if kept is None or _same(kept, found):
            return found if kept is None else kept, ""
        if name == self._brought:
            words = say("This run has images of its own; “{name}” in the data sets has others.", name=name)
            return kept, words
        words = say(
            "“{name}” has changed since the run before; the new run learns it as it is now.", name=name
        )
        return found, words


def _missed(name: str, error: Exception) -> str:
    if isinstance(error, UnknownName):
        return say(
            "“{name}” is not among the data sets any more; the new run learns the images of the run before.",
            name=name,
        )
    return say(
        "“{name}” cannot be read ({reason}); the new run learns the images of the run before.",
        name=name, reason=explained(error),
    )  # fmt: skip


def _same(first: Dataset, second: Dataset) -> bool:
    """Whether two sets hold the same pictures under the same labels."""
    return (
        first.labels == second.labels
        and first.shape == second.shape
        and bool((first.images == second.images).all())
    )
