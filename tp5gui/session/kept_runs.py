"""The runs that the window keeps by itself: how many stay, which ones a crash left, what is said of them.

How they are called and listed stands in `core.train.kept`, so that the command line sees the same runs.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from threading import RLock

from PySide6.QtCore import QFile

from core.base.words import Refusal, say
from core.experiment.spec import Spec
from core.experiment.wording import name_of
from core.train.about import About
from core.train.kept import (
    MARK,
    TIME,
    KeptRun,
    bring_back,
    folders,
    kept_run,
    kept_runs,
    new_folder,
    put_away,
    size_of,
)
from core.train.listing import read_about
from core.train.run_header import relabel
from tp5gui.session.mark import Mark, left_behind, remove_mark
from tp5gui.words import as_name, count, moment

__all__ = ["BOUNDS", "MARK", "Bound", "KeptRun", "KeptRuns", "called", "words_of"]

STRAY = 86_400  # s after which nobody writes a file any more that was begun and not finished


@dataclass(frozen=True, slots=True)
class Bound:
    """How much is kept at most; the newest run is kept however large it is.

    Attributes
    ----------
    runs : how many.
    megabytes : how much, in millions of bytes.
    """

    runs: int = 20
    megabytes: int = 500


BOUNDS = (Bound(5, 100), Bound(), Bound(100, 5000))
"""Those that a person can choose from."""


def words_of(run: KeptRun) -> str:
    """What was trained, how far, and when, as lists and messages tell it."""
    return say(
        "{name}, epoch {epoch}, {when}",
        name=as_name(run.title), epoch=count(run.epoch), when=moment(run.time),
    )  # fmt: skip


def called(path: str) -> str:
    """What to call the run in a file: what it is where it was kept by itself, else the name of the file."""
    run = kept_run(Path(path))
    return as_name(Path(path).name) if run is None else words_of(run)


class KeptRuns:
    """The kept runs of all windows, and the folder of this one. Any thread may write, one after the other.

    A run that a person has pinned, named or noted something of is never removed to make room. It counts as
    any other: where such runs alone are more than the bound, they stay, and beside them the newest.

    Parameters
    ----------
    folder : where they lie; it is made when the first run is kept.
    bound : how much is kept at most.
    """

    def __init__(self, folder: Path, bound: Bound | None = None) -> None:
        self.folder = folder
        self.bound = bound or Bound()
        self._writing = RLock()
        self._own: Path | None = None
        self._latest = datetime(1, 1, 1)
        self._mark: Mark | None = None

    def runs(self) -> list[KeptRun]:
        """All of them, the newest first; files that are called otherwise are left alone."""
        return kept_runs(self.folder)

    def put(self, spec: Spec, epoch: int, save: Callable[[str], object], last: KeptRun | None) -> KeptRun:
        """Write a run, then remove what is more than the bound allows.

        Parameters
        ----------
        save : writes it, whole, to the place that it is given.
        last : the same run when it was kept before; it is replaced unless it had come further.

        Raises
        ------
        OSError : it cannot be written; then all is as it was.
        """
        with self._writing:
            kept = self._new(name_of(spec), epoch)
            save(str(kept.path))
            self._latest = kept.time
            if last is not None and last.epoch <= epoch:
                self._follow(last.path, kept.path)
                last.path.unlink(missing_ok=True)
            self._tidy(kept.path)
        return kept

    def label(self, path: Path, about: About) -> None:
        """Say something else of a run, in its file.

        Raises
        ------
        Refusal : it is no run any more.
        OSError : it is gone, or cannot be written.
        """
        with self._writing:
            relabel(path, about)

    def copy(self, path: Path, name: str, epoch: int, about: About) -> KeptRun:
        """Keep the run of another file as well, called by what was trained, with this said of it.

        Raises
        ------
        Refusal : it is no run.
        OSError : it cannot be read, or the copy not written.
        """
        with self._writing:
            kept = self._new(name, epoch)
            relabel(path, about, kept.path)
            self._latest = kept.time
            self._tidy(kept.path)
        return kept

    def delete(self, path: Path) -> Path:
        """Take a run away; where it waits to be brought back.

        Raises
        ------
        OSError : it is gone, or cannot be moved.
        """
        with self._writing:
            return put_away(path, self.folder)

    def bring_back(self, waiting: Path, path: Path) -> None:
        """Put a run back that was deleted; see `core.train.kept.bring_back`."""
        with self._writing:
            bring_back(waiting, path)

    def holds(self, path: Path) -> bool:
        """Whether a file is one of those that are kept, so that it may be deleted."""
        return kept_run(path) is not None and path.parent.parent == self.folder

    def is_anothers(self, path: Path) -> bool:
        """Whether a run is of another window, which is open, or whose crash the person does not know yet."""
        return path.parent != self._own and (path.parent / MARK).exists()

    def extent(self) -> tuple[int, int]:
        """How many runs are kept now, and how many bytes they take."""
        runs = self.runs()
        return len(runs), sum(size_of(run.path) for run in runs)

    def free(self) -> list[KeptRun]:
        """Those of windows that were closed, of which a person has said nothing.

        What one keeps that is open, or was lost, may be needed.
        """
        marked = self._marked()
        return [run for run in self.runs() if run.path.parent not in marked and not _stays(run.path)]

    def clear(self) -> None:
        """Put those that are free in the trash of the system.

        Raises
        ------
        OSError : the system has no trash for them; what is there no more is there.
        """
        for run in self.free():
            if not QFile.moveToTrash(str(run.path)) and run.path.exists():
                raise OSError(say("{file} cannot be put in the trash", file=run.path.name))

    def lost(self) -> KeptRun | None:
        """The newest run of the windows that ended without being closed; marks of older ones are removed."""
        left = {folder for folder in folders(self.folder) if left_behind(folder / MARK)}
        newest = next((run for run in self.runs() if run.path.parent in left), None)
        for folder in left:
            if newest is None or folder != newest.path.parent:
                remove_mark(folder / MARK)
        return newest

    def answered(self, lost: KeptRun) -> None:
        """The person knows of a lost run: it is not offered again, and stays among the others."""
        remove_mark(lost.path.parent / MARK)

    def close(self) -> None:
        """The window is closed, not lost."""
        if self._mark is not None:
            self._mark.remove()
            self._mark = None

    def _marked(self) -> set[Path]:
        """The folders of windows that are open, or whose crash is not yet known to the person."""
        return {folder for folder in folders(self.folder) if (folder / MARK).exists()}

    def _new(self, name: str, epoch: int) -> KeptRun:
        """What is written next, in the folder of this window.

        It is of a second that no run of this window has had, so that no file takes the name of one that is
        gone.
        """
        now = max(datetime.now().replace(microsecond=0), self._latest + timedelta(seconds=1))
        path = self._own_folder() / f"{now.strftime(TIME)} {name} epoch {epoch}.tp5"
        return KeptRun(path, name, epoch, now)

    def _follow(self, last: Path, path: Path) -> None:
        """Let a run that was written again be called as its last file is by now.

        Whoever renamed that one, in this window, in another or on the command line, renamed the run.
        """
        with suppress(OSError, Refusal):  # there is no such file any more, or it was none of ours
            now, before = read_about(path), read_about(last)
            if now.marked_as(before) != now:
                relabel(path, now.marked_as(before))

    def _own_folder(self) -> Path:
        """The folder of this window; marked, so that what it holds is found after a crash."""
        while self._own is None or not self._own.is_dir():
            self.folder.mkdir(parents=True, exist_ok=True)
            self.close()
            self._own = new_folder(self.folder)
            with suppress(OSError):  # no locks there: a crash will go unnoticed, but the run is kept
                self._mark = Mark(self._own / MARK)
        return self._own

    def _tidy(self, written: Path) -> None:
        """Remove the oldest runs beyond the bound, and what windows of former days left in their folders.

        The run that was just `written` stays, whatever the clock says, the newest of all, the newest of each
        folder that is marked (there a window is open, or its crash is not yet known to the person), and
        those that a person has marked.
        """
        runs = self.runs()
        sizes = {run.path: size_of(run.path) for run in runs}
        most = 1_000_000 * self.bound.megabytes
        if len(runs) > self.bound.runs or sum(sizes.values()) > most:
            marked = self._marked()
            spared = {written, *(run.path for run in runs[:1])}
            for run in runs:
                if run.path.parent in marked:
                    marked.discard(run.path.parent)
                    spared.add(run.path)
            staying = {run.path for run in runs if _stays(run.path)}
            count = size = 0
            for run in sorted(runs, key=lambda run: run.path not in staying):
                count, size = count + 1, size + sizes[run.path]
                over = count > self.bound.runs or size > most
                if over and run.path not in spared | staying:
                    _remove(run.path)
        for folder in folders(self.folder):
            if folder != self._own and not (folder / MARK).exists():
                for part in folder.glob(".*.part"):
                    if time.time() - part.stat().st_mtime > STRAY:
                        _remove(part)
                with suppress(OSError):  # runs are in it, or files of the person's own
                    folder.rmdir()


def _stays(path: Path) -> bool:
    """Whether a person has marked a run as worth keeping; a file that is no run has no such mark."""
    try:
        return read_about(path).stays
    except (OSError, Refusal):
        return False


def _remove(path: Path) -> None:
    with suppress(OSError):
        path.unlink(missing_ok=True)
