"""What the import dialog asks for: a source and wishes become a set, or the reason why there is none."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from core.base.progress import OnProgress
from core.base.words import Option, Refusal, Remark, one_line, say
from core.data.datasets import Dataset, save_dataset
from core.data.repeats import repeats
from core.data.wishes import WISHES, Wish, Wishes
from tp5gui.session.shelf import free_name
from tp5gui.words import explained

if TYPE_CHECKING:  # it brings Pillow, which the first window does not wait for
    from core.data.importers import Understood


@dataclass(frozen=True, slots=True)
class Made:
    """A source that became a set.

    Attributes
    ----------
    understood : the set, and how the source was understood.
    repeats : which of its pictures are identical to an earlier one; see `core.data.repeats.repeats`.
    """

    understood: "Understood"
    repeats: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Refused:
    """A source that did not become a set.

    Attributes
    ----------
    error : why.
    uses : the wishes that could make something else of the source; none where that is not known.
    """

    error: Exception
    uses: frozenset[Wish] = frozenset()

    @property
    def cures(self) -> frozenset[Wish]:
        """The wishes that the refusal names."""
        return frozenset(wish for wish in WISHES if wish in set(_options(self.error)))

    def words(self, source: str) -> str:
        """The refusal in one line that names the source, without the folders around it."""
        name, error = Path(source).name, self.error
        if isinstance(error, FileNotFoundError):
            return say("{file}: there is no such file or folder", file=name)
        reason = error.values.get("reason") if isinstance(error, Refusal) else None
        words = explained(reason if isinstance(reason, Exception) else error)
        return say("{file}: {reason}", file=name, reason=one_line(words))


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be read, and how; see `core.data.importers.understand`.

    Attributes
    ----------
    source : a file or a folder.
    wishes : those that are of no use to the source are left out, for their fields are not seen.
    """

    source: str
    wishes: Wishes

    def __call__(self, on_progress: OnProgress) -> Made | Refused:
        """Read it; may be called in any thread.

        Raises
        ------
        Stopped : whatever `on_progress` raises.
        """
        from core.data.importers import understand, uses_of

        uses: frozenset[Wish] = frozenset()
        try:
            uses = uses_of(self.source)
            name = free_name(Path(self.source).stem)
            understood = understand(self.source, name, self.wishes.of(uses), on_progress)
            on_progress(1.0)
            return Made(understood, repeats(understood.dataset.images))
        except (OSError, ValueError) as error:
            return Refused(error, uses)


@dataclass(frozen=True, slots=True)
class Keep:
    """A set that is to be saved."""

    dataset: Dataset

    def __call__(self) -> str:
        """Save it; may be called in any thread."""
        save_dataset(self.dataset)
        return self.dataset.name


def _options(said: object) -> Iterator[str]:
    """The names of the options that an error or a remark names, also within what it quotes."""
    match said:
        case Option(name):
            yield name
        case Refusal() | Remark():
            for value in said.values.values():
                yield from _options(value)
