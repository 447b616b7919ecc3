"""`tp5 runs`: the runs that the window keeps by itself, listed, renamed and deleted."""

import argparse
from datetime import datetime
from pathlib import Path
from typing import Any

from core.base.words import Refusal, say
from core.cli.commands import answer
from core.train import kept
from core.train.kept import KeptRun, kept_runs, put_away
from core.train.listing import RunEntry, read_about, read_entry
from core.train.run_header import relabel

TOLD = ("loss", "squared_error", "recognised")
"""The metrics that a list tells, of runs that are read by them."""


def list_runs(options: argparse.Namespace) -> None:
    """`tp5 runs`."""
    entries = [read_entry(run.path) for run in kept_runs(kept.folder())]
    lines = [_line(number, entry) for number, entry in enumerate(entries, 1)]
    none = say("No run is kept yet: the window keeps what it trains, and `tp5 train --out` writes files.")
    answer(options, [_row(entry) for entry in entries], "\n".join(lines) or none)


def rename_run(options: argparse.Namespace) -> None:
    """`tp5 runs rename`."""
    path = _found(options.run_asked)
    relabel(path, read_about(path).renamed(options.name.strip()))
    entry = read_entry(path)
    said = say("{path} is called {name!r} now", path=path, name=entry.about.name)
    answer(options, _row(entry), said if entry.about.name else say("{path} has no name now", path=path))


def delete_run(options: argparse.Namespace) -> None:
    """`tp5 runs delete`."""
    path = _found(options.run_asked)
    run = next((run for run in kept_runs(kept.folder()) if run.path.resolve() == path.resolve()), None)
    if run is None:
        raise Refusal(
            "{path} is not one of the runs that the window keeps; delete the file itself", path=path
        )
    if run.marked:
        raise Refusal(
            "{path} is of a window that is open, or that ended without being closed and has to offer it",
            path=path,
        )  # fmt: skip
    waiting = put_away(run.path, kept.folder())
    words = say(
        "{path} is deleted; for {days} days it lies in {folder}",
        path=path, days=kept.TRASH_DAYS, folder=waiting.parent,
    )  # fmt: skip
    answer(options, {"file": str(run.path), "deleted": str(waiting)}, words)


def _found(asked: str) -> Path:
    """The file of the run that is meant by a path, a number of the list, or a name that one run has."""
    runs = kept_runs(kept.folder())
    numbered = asked.isdecimal() and len(asked) < 9 and 0 < int(asked) <= len(runs)
    found = [runs[int(asked) - 1].path] if numbered else []
    found += [run.path for run in runs if _name(run) == asked and asked and run.path not in found]
    if not found and Path(asked).is_file():
        return Path(asked)
    if not found:
        raise Refusal(
            "{run}: there is no such file, and no run with this number or name; `tp5 runs` lists them",
            run=asked,
        )  # fmt: skip
    if len(found) > 1:
        places = [str(number) for number, run in enumerate(runs, 1) if run.path in found]
        raise Refusal(
            "{run} can be several runs; name one by its file: they have the numbers {numbers}",
            run=asked, numbers=", ".join(places),
        )  # fmt: skip
    return found[0]


def _name(run: KeptRun) -> str:
    """What a person has called a run; "" also where its file cannot be read."""
    try:
        return read_about(run.path).name
    except (OSError, Refusal):
        return ""


def _row(entry: RunEntry) -> dict[str, Any]:
    """A run as one document."""
    about = entry.about
    row: dict[str, Any] = {
        "file": str(entry.path), "bytes": entry.size, "name": about.name, "note": about.note,
        "pinned": about.pinned,
    }  # fmt: skip
    if entry.fault is not None or entry.spec is None:
        return row | {"error": str(entry.fault)}
    row |= {
        "run": entry.kind, "dataset": entry.spec.dataset, "epoch": entry.epoch, "epochs": entry.spec.epochs,
        "written": _time(entry),
    }  # fmt: skip
    row |= {name: entry.metrics[name] for name in TOLD if name in entry.metrics}
    more = {
        "preset": entry.preset.name if entry.preset is not None else None,
        "images": entry.count or None,
        "seconds": about.seconds or None,
        "parent": None if about.parent is None else {"name": about.parent.name, "epoch": about.parent.epoch},
    }
    return row | {name: value for name, value in more.items() if value is not None}


def _line(number: int, entry: RunEntry) -> str:
    """A run in one line for a person."""
    if entry.fault is not None or entry.spec is None:
        return say("{number:3d}  {name}: {fault}", number=number, name=entry.path.name, fault=entry.fault)
    title = entry.kind if not entry.about.name else f"{entry.about.name} ({entry.kind})"
    words = say(
        "{number:3d}  {name}: epoch {epoch} of {epochs}, {when}",
        number=number, name=title, epoch=entry.epoch, epochs=entry.spec.epochs, when=_time(entry),
    )  # fmt: skip
    return say("{run}, pinned", run=words) if entry.about.pinned else words


def _time(entry: RunEntry) -> str:
    """When a run was written, in local time."""
    return datetime.fromtimestamp(entry.when).isoformat(" ", "minutes")
