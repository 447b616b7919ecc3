"""The steps of undo that change the runs of the shelf."""

from pathlib import Path
from typing import TYPE_CHECKING

from core.base.words import say
from core.train.about import About
from tp5gui.session.history import Name, Named
from tp5gui.words import literal

if TYPE_CHECKING:
    from tp5gui.session.run_shelf import Recent, RunShelf


class Saying(Named):
    """What is said of a run, before and after."""

    def __init__(self, shelf: "RunShelf", name: Name, run: Path | int, before: About, after: About) -> None:
        super().__init__(name)
        self._shelf, self._run, self._before, self._after = shelf, run, before, after

    def undo(self) -> None:
        self._shelf.label(self._run, self._before)

    def redo(self) -> None:
        self._shelf.label(self._run, self._after)


class Presence(Named):
    """Whether a kept run is there: it was deleted, or made, when this is pushed."""

    def __init__(
        self, shelf: "RunShelf", name: Name, path: Path, waiting: Path | None, *, here: bool
    ) -> None:
        super().__init__(name)
        self._shelf, self._path, self._waiting = shelf, path, waiting
        self._made, self._done = here, True

    def undo(self) -> None:
        self._done = False
        self._turn(here=not self._made)

    def redo(self) -> None:
        if not self._done:
            self._done = True
            self._turn(here=self._made)

    def _turn(self, *, here: bool) -> None:
        if not here:
            self._shelf.put_away(self._path, self._wait)
        elif self._waiting is not None:
            self._shelf.bring_back(self._waiting, self._path)

    def _wait(self, waiting: Path) -> None:
        self._waiting = waiting


class Listing(Named):
    """A file that is taken off the list."""

    def __init__(self, shelf: "RunShelf", recent: "Recent", title: str, path: Path) -> None:
        super().__init__(lambda: say("Take {name} off the list", name=literal(title)))
        self._shelf, self._recent, self._path = shelf, recent, path

    def undo(self) -> None:
        self._recent.add_recent(str(self._path))
        self._shelf.look()

    def redo(self) -> None:
        self._recent.drop_recent(str(self._path))
        self._shelf.look()
