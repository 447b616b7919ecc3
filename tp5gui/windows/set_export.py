"""A set on its way out: as arrays, as one picture, or as a folder of pictures."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtWidgets import QDialog

from core.base.progress import OnProgress
from core.base.words import Refusal, say
from core.data.datasets import Dataset
from tp5gui.panels.places import ask_place_and_kind
from tp5gui.session.shelf import title_of
from tp5gui.session.stoppable import Stoppable
from tp5gui.windows.picture_writing import Beside, PictureWriting
from tp5gui.words import naming

FORMS = ("npz", "png", "")
"""The suffixes of what a set can be exported as; a folder has none. The first is proposed."""


def ask_export(dialog: QDialog, dataset: Dataset, writing: PictureWriting, beside: Beside) -> None:
    """Ask where a set is to go, and as what; it is written in the background."""
    title = title_of(dataset.name)
    ask_place_and_kind(
        dialog,
        say("Export “{name}”", name=title),
        list(zip(_forms(), FORMS, strict=True)),
        lambda path, form: writing.ask(SetOut(dataset, path, FORMS[form], beside)),
        name=title.replace(".", "-"),  # for a folder's name has no ending
        folder=beside.folder,
    )


@dataclass(slots=True, eq=False)
class SetOut:
    """A set to be exported; see `tp5gui.windows.picture_writing.Writing`.

    Attributes
    ----------
    form : its suffix, one of `FORMS`.
    """

    dataset: Dataset
    path: str
    form: str
    beside: Beside | None
    _job: Stoppable[str] = field(init=False)

    def __post_init__(self) -> None:
        self._job = Stoppable(self._export)

    @property
    def doing(self) -> str:
        return say("Exporting: {share} %. Esc stops it.", share=round(100 * self._job.share))

    def __call__(self, stopped: Callable[[], bool], /) -> str:
        """In a thread of the pool: export it, and say what the file lacks of the set."""
        return self._job(stopped) or ""

    def _export(self, on_progress: OnProgress) -> str:
        from core.data.exporting import export, losses  # which the first window does not wait for

        path = Path(self.path)
        if not self.form and path.exists():
            raise Refusal("{file} is already there; a folder needs a new name", file=path.name)
        lost = losses(self.dataset, path)
        export(self.dataset, path, on_progress, replace=bool(self.form))  # of a file it was asked
        return " ".join(each.words(naming) for each in lost)


def _forms() -> tuple[str, ...]:
    """What each of `FORMS` is called."""
    return (
        say("Arrays and labels, for NumPy"),
        say("One picture of all, without labels"),
        say("A folder of pictures, with labels"),
    )
