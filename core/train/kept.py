"""The runs that the window keeps by itself: in one folder, a folder in it for each window. No Qt, no torch.

`2026-11-25 21.04.10/2026-11-25 21.30.05 font-autoencoder epoch 4200.tp5` is a run of the window that kept its
first one at 21:04. As long as that window is open its folder has a mark, and after a crash until the person
has been told. What is deleted waits beside the folder for a while, so that it can be brought back.
"""

import re
import shutil
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import platformdirs

from core.base.words import Refusal, say
from core.experiment.presets import presets

TIME = "%Y-%m-%d %H.%M.%S"
NAME = re.compile(r"(\d{4}-\d\d-\d\d \d\d\.\d\d\.\d\d) (.+) epoch (\d+)\.tp5")
MARK = "in use"
TRASH = "deleted"
"""The folder, beside that of the kept runs, of those that were deleted."""
TRASH_RUNS, TRASH_BYTES, TRASH_DAYS = 20, 500_000_000, 7
"""How many deleted runs wait at most, how much they take, and for how long; the newest always waits."""


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
    def marked(self) -> bool:
        """Whether its window is open, or ended without being closed and the person does not know yet."""
        return (self.path.parent / MARK).exists()


def folder() -> Path:
    """The folder of the kept runs, which need not exist yet."""
    return Path(platformdirs.user_data_dir("tp5gui", appauthor=False)) / "kept"


def kept_runs(folder: Path) -> list[KeptRun]:
    """All runs that are kept, the newest first; files that are called otherwise are left alone."""
    found = [kept_run(path) for window in folders(folder) for path in _inside(window)]
    return sorted((run for run in found if run is not None), key=_age)


def kept_run(path: Path) -> KeptRun | None:
    """The kept run in a file, by its name; None where it is none."""
    hit = NAME.fullmatch(path.name)
    if hit is None:
        return None
    try:
        when = datetime.strptime(hit[1], TIME)
    except ValueError:
        return None
    return KeptRun(path, hit[2], int(hit[3]), when)


def folders(folder: Path) -> list[Path]:
    """The folders of all windows."""
    return [each for each in _inside(folder) if each.is_dir()]


def new_folder(parent: Path, after: datetime | None = None) -> Path:
    """A new folder that is called after the present time, or after a later one."""
    now = max(datetime.now(), after or datetime.min)
    while True:
        made = parent / now.strftime(TIME)
        try:
            made.mkdir()
        except FileExistsError:
            now += timedelta(seconds=1)  # another window began in this very second
        else:
            return made


def put_away(path: Path, folder: Path) -> Path:
    """Delete a kept run, so that it can be brought back for a while; where it waits.

    Parameters
    ----------
    folder : that of the kept runs.

    Raises
    ------
    OSError : it cannot be moved.
    """
    trash = folder.with_name(TRASH)
    trash.mkdir(parents=True, exist_ok=True)
    latest = max(filter(None, map(_began, folders(trash))), default=datetime.min)
    place = new_folder(trash, None if latest == datetime.min else latest + timedelta(seconds=1))
    try:
        waiting = path.rename(place / path.name)
    except OSError:
        place.rmdir()
        raise
    _empty(trash, waiting)
    return waiting


def bring_back(waiting: Path, path: Path) -> None:
    """Put a deleted run back where it was.

    Raises
    ------
    Refusal : it has gone from the trash meanwhile, or another file has taken its place.
    OSError : it cannot be moved.
    """
    if not waiting.is_file():
        raise Refusal("{name} is no longer there to be brought back", name=path.name)
    if path.exists():
        raise Refusal("{name} cannot be brought back: another file has its place", name=path.name)
    path.parent.mkdir(parents=True, exist_ok=True)
    waiting.rename(path)
    with suppress(OSError):
        waiting.parent.rmdir()


def size_of(path: Path) -> int:
    """Bytes of a file; 0 where there is none."""
    try:
        return path.stat().st_size
    except OSError:  # another window has just removed it
        return 0


def _empty(trash: Path, newest: Path) -> None:
    """Let go of what has waited long, and of what is more than the bound."""
    count = size = 0
    for place in sorted(folders(trash), key=lambda place: place.name, reverse=True):
        began = _began(place)
        if began is None:  # a folder of the person's own
            continue
        files = _inside(place)
        count, size = count + 1, size + sum(map(size_of, files))
        old = datetime.now() - began > timedelta(days=TRASH_DAYS)
        over = count > TRASH_RUNS or size > TRASH_BYTES or old
        if over and newest not in files:
            shutil.rmtree(place, ignore_errors=True)


def _began(place: Path) -> datetime | None:
    """When a folder was made, by its name; None where it is called otherwise."""
    try:
        return datetime.strptime(place.name, TIME)
    except ValueError:
        return None


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
