"""Runs as the window lists them: what there is to list, also the run on the bench, and what it is called."""

from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from core.base.words import say
from core.train.kept import folders, kept_run
from core.train.listing import RunEntry, read_entry
from tp5gui.session.messages import Frame
from tp5gui.words import as_name

SPARK = 64  # points of the curve of the run on the bench

Stamp = tuple[int, int, int]
"""What tells one state of a file from another."""


@dataclass(slots=True, eq=False)
class Look:
    """A job: what there is by now. Files that are as they were are not read again."""

    folder: Path | None
    recent: list[str]
    known: dict[Path, tuple[Stamp, RunEntry]]
    read: dict[Path, tuple[Stamp, RunEntry]] = field(default_factory=dict)

    def __call__(self) -> list[RunEntry]:
        """In a thread of the pool."""
        kept = [] if self.folder is None else _kept(self.folder)
        paths = dict.fromkeys([*kept, *(Path(path) for path in self.recent)])
        for path in paths:
            stamp = stamp_of(path)
            if stamp is None:
                continue
            before = self.known.get(path)
            entry = before[1] if before is not None and before[0] == stamp else read_entry(path)
            self.read[path] = stamp, entry
        entries = [entry for _, entry in self.read.values()]
        return sorted(entries, key=lambda entry: (not entry.about.pinned, -entry.when))


def entry_of(frame: Frame, kept: Path | None) -> RunEntry:
    """The run of a frame, as a file of it would be listed: as it is now, also while one looks back."""
    shot = frame.snapshot
    curves = shot.curves
    last = {name: float(column[-1, frame.leader]) for name, column in curves.values.items() if len(column)}
    if frame.visit is None:
        last |= {"loss": shot.loss, "squared_error": shot.squared_error}
        last |= {"recognised": shot.recognised, "wrong_pixels": shot.wrong_pixels}
    if not frame.dataset.binary:
        last = {name: value for name, value in last.items() if name not in ("recognised", "wrong_pixels")}
    places = np.unique(np.linspace(0, len(curves.epochs) - 1, min(SPARK, len(curves.epochs))).round())
    some = places.astype(int)
    return RunEntry(
        kept or Path(), 0, 0.0, None, frame.about, frame.built, frame.now, frame.dataset.count,
        frame.dataset.shape, last, (curves.epochs[some], curves.values["loss"][some, frame.leader]),
    )  # fmt: skip


def on_the_bench(entry: RunEntry) -> bool:
    """Whether this is the run on the bench, as it is or was: no file was read for it."""
    return entry.when == 0 and entry.fault is None


def title_of(entry: RunEntry) -> str:
    """What to call a run on screen: its own name, or what was trained."""
    return as_name(entry.about.name or kind_of(entry))


def kind_of(entry: RunEntry) -> str:
    """What was trained: the label of the preset, or the set and the layers; of no run the file's name."""
    preset = entry.preset
    return as_name(entry.kind) if preset is None else say(preset.label)


def stamp_of(path: Path) -> Stamp | None:
    """What tells one state of a file from another; None where there is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


def _kept(folder: Path) -> list[Path]:
    found = []
    for window in folders(folder):
        with suppress(OSError):
            found += [path for path in window.iterdir() if kept_run(path) is not None]
    return found
