"""The runs that are kept by themselves: in one folder, a folder in it for each window.

`2026-11-25 21.04.10/2026-11-25 21.30.05 font-autoencoder epoch 4200.tp5` is a run of the window that kept its
first one at 21:04. Until that window is closed its folder has a mark; what a crash leaves is found by it.
"""

import re
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from PySide6.QtCore import QFile

from core.base.words import say
from core.experiment.presets import presets
from core.experiment.spec import Spec
from core.experiment.wording import name_of
from tp5gui.session.mark import Mark, left_behind, remove_mark
from tp5gui.words import as_name, count, moment

TIME = "%Y-%m-%d %H.%M.%S"
NAME = re.compile(r"(\d{4}-\d\d-\d\d \d\d\.\d\d\.\d\d) (.+) epoch (\d+)\.tp5")
MARK = "in use"
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


@dataclass(frozen=True, slots=True)
class KeptRun:
    """A run that is kept.

    Attributes
    ----------
    path : its file.
    name : what was trained.
    epoch : how far it was.
    time : when it was written, in local time.
    """

    path: Path
    name: str
    epoch: int
    time: datetime

    @property
    def title(self) -> str:
        """What was trained, as a person reads it: the preset's label, or the name."""
        return next((say(record.label) for record in presets() if record.name == self.name), self.name)

    @property
    def words(self) -> str:
        """What was trained, how far, and when, as lists and messages tell it."""
        return say(
            "{name}, epoch {epoch}, {when}",
            name=as_name(self.title), epoch=count(self.epoch), when=moment(self.time),
        )  # fmt: skip


def called(path: str) -> str:
    """What to call the run in a file: what it is where it was kept by itself, else the name of the file."""
    run = _run(Path(path))
    return as_name(Path(path).name) if run is None else run.words


class KeptRuns:
    """The kept runs of all windows, and the folder of this one. One thread writes, any thread may look.

    Parameters
    ----------
    folder : where they lie; it is made when the first run is kept.
    bound : how much is kept at most.
    """

    def __init__(self, folder: Path, bound: Bound | None = None) -> None:
        self._folder = folder
        self.bound = bound or Bound()
        self._own: Path | None = None
        self._latest = datetime(1, 1, 1)
        self._mark: Mark | None = None

    def runs(self) -> list[KeptRun]:
        """All of them, the newest first; files that are called otherwise are left alone."""
        found = [_run(path) for folder in self._folders() for path in _inside(folder)]
        return sorted((run for run in found if run is not None), key=_age)

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
        # a second that no run of this window has had, so that no file takes the name of one that is gone
        now = max(datetime.now().replace(microsecond=0), self._latest + timedelta(seconds=1))
        name = name_of(spec)
        path = self._own_folder() / f"{now.strftime(TIME)} {name} epoch {epoch}.tp5"
        save(str(path))
        self._latest = now
        if last is not None and last.epoch <= epoch:
            last.path.unlink(missing_ok=True)
        self._tidy(path)
        return KeptRun(path, name, epoch, now)

    def extent(self) -> tuple[int, int]:
        """How many runs are kept now, and how many bytes they take."""
        runs = self.runs()
        return len(runs), sum(_size(run.path) for run in runs)

    def free(self) -> list[KeptRun]:
        """Those of windows that were closed; what one keeps that is open, or was lost, may be needed."""
        marked = {folder for folder in self._folders() if (folder / MARK).exists()}
        return [run for run in self.runs() if run.path.parent not in marked]

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
        left = {folder for folder in self._folders() if left_behind(folder / MARK)}
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

    def _folders(self) -> list[Path]:
        return [folder for folder in _inside(self._folder) if folder.is_dir()]

    def _own_folder(self) -> Path:
        """The folder of this window; marked, so that what it holds is found after a crash."""
        while self._own is None or not self._own.is_dir():
            self._folder.mkdir(parents=True, exist_ok=True)
            self.close()
            self._own = _new_folder(self._folder)
            with suppress(OSError):  # no locks there: a crash will go unnoticed, but the run is kept
                self._mark = Mark(self._own / MARK)
        return self._own

    def _tidy(self, written: Path) -> None:
        """Remove the oldest runs beyond the bound, and what windows of former days left in their folders.

        The run that was just `written` stays, whatever the clock says, the newest of all, and the newest of
        each folder that is marked: there a window is open, or its crash is not yet known to the person.
        """
        marked = {folder for folder in self._folders() if (folder / MARK).exists()}
        count = size = 0
        for run in self.runs():
            count, size = count + 1, size + _size(run.path)
            over = count > self.bound.runs or size > 1_000_000 * self.bound.megabytes
            if count > 1 and over and run.path != written and run.path.parent not in marked:
                _remove(run.path)
            marked.discard(run.path.parent)
        for folder in self._folders():
            if folder != self._own and not (folder / MARK).exists():
                for part in folder.glob(".*.part"):
                    if time.time() - part.stat().st_mtime > STRAY:
                        _remove(part)
                with suppress(OSError):  # runs are in it, or files of the person's own
                    folder.rmdir()


def _run(path: Path) -> KeptRun | None:
    """The kept run in a file, by its name; None where it is none."""
    hit = NAME.fullmatch(path.name)
    if hit is None:
        return None
    try:
        when = datetime.strptime(hit[1], TIME)
    except ValueError:
        return None
    return KeptRun(path, hit[2], int(hit[3]), when)


def _age(run: KeptRun) -> tuple[float, float]:
    """Sorts runs from the newest to the oldest, those of the same second as well."""
    try:
        written = run.path.stat().st_mtime
    except OSError:  # another window has just removed it
        written = 0.0
    return -run.time.timestamp(), -written


def _inside(folder: Path) -> list[Path]:
    """What lies in a folder; nothing where that cannot be seen."""
    try:
        return list(folder.iterdir())
    except OSError:
        return []


def _new_folder(parent: Path) -> Path:
    """A new folder that is called after the present time."""
    now = datetime.now()
    while True:
        folder = parent / now.strftime(TIME)
        try:
            folder.mkdir()
        except FileExistsError:
            now += timedelta(seconds=1)  # another window began in this very second
        else:
            return folder


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:  # another window has just removed it
        return 0


def _remove(path: Path) -> None:
    with suppress(OSError):
        path.unlink(missing_ok=True)
