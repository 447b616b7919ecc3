"""Runs a study: its groups go to any executor, its rows into a journal that outlives a crash."""

import hashlib
import json
import os
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import IO, Any

from core.base.files import whole
from core.base.words import Refusal
from core.studies.groups import Group, Stopped, groups, run_group
from core.studies.study import Row, Study, StudyError

RETRIES = 3
"""How often groups are given to a new executor after an executor broke."""

OnRows = Callable[[list[Row], float], bool]
"""Called with the new rows and the fraction of the study that is done; return False to stop."""


@dataclass(slots=True)
class Journal:
    """The finished groups of a study: one line of a file per group, or only in memory.

    Attributes
    ----------
    done : number of the group -> its rows.
    """

    done: dict[int, list[Row]] = field(default_factory=dict)
    _file: IO[str] | None = None

    def add(self, number: int, rows: list[Row]) -> None:
        """Keep the rows of a group; they are on the disk when this returns."""
        self.done[number] = rows
        if self._file is not None:
            self._file.write(json.dumps([number, rows]) + "\n")
            self._file.flush()
            os.fsync(self._file.fileno())

    def table(self) -> list[Row]:
        """All rows so far, in the order of the groups, whichever of them finished first."""
        return [row for number in sorted(self.done) for row in self.done[number]]


def _belongs(head: str, study: Study) -> bool:
    """Whether a journal with this first line is the study's; a field that came later is at its default."""
    try:
        return Study.from_json(head) == study
    except Refusal:
        return False


def journal_path(folder: Path, study: Study) -> Path:
    """The file in a folder for the journal of a study: one that is there, or where a new one goes.

    Raises
    ------
    OSError : a file cannot be read.
    """
    name = hashlib.sha256(study.to_json().encode()).hexdigest()[:16]
    new = folder / f"{name}.jsonl"
    if new.exists():
        return new
    for path in sorted(folder.glob("*.jsonl")):  # one of an earlier version, whose specs had fewer fields
        with path.open(encoding="utf-8", errors="replace") as file:
            if _belongs(file.readline(), study):
                return path
    return new


@contextmanager
def journal(study: Study, path: Path | None) -> Iterator[Journal]:
    """The journal of a study: a new one, or the one that an earlier attempt left in the file `path`.

    It may have been left by an earlier version: fields that came later are at their defaults.

    Raises
    ------
    StudyError : the file is the journal of another study, or not a journal.
    OSError : it cannot be read or written.
    """
    if path is None:
        yield Journal()
        return
    head, kept = study.to_json() + "\n", ""
    done: dict[int, list[Row]] = {}
    programs = groups(study)
    if path.is_file() and path.stat().st_size:
        try:
            lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        except UnicodeDecodeError as error:
            raise StudyError("{path} is not a journal: {error}", path=path, error=error) from error
        if not _belongs(lines[0], study):
            raise StudyError("{path} belongs to another study; give another file, or remove it", path=path)
        kept = head
        for line in lines[1:]:
            if not line.endswith("\n"):
                break  # a crash cut it short
            try:
                number, rows = _entry(study, programs, json.loads(line))
            except (ValueError, TypeError, RecursionError) as error:
                raise StudyError("{path} is damaged: {error}", path=path, error=error) from error
            done[number] = rows
            kept += line
    with whole(path) as file:
        file.write((kept or head).encode())
    with path.open("a", encoding="utf-8") as file:
        yield Journal(done, file)


def _entry(study: Study, programs: list[Group], line: Any) -> tuple[int, list[Row]]:
    """Number and rows of a group; `ValueError` or `TypeError` if the line is not of this study."""
    number, rows = line
    if type(number) is not int or not 0 <= number < len(programs):
        raise ValueError(f"there is no group {number!r:.20}")
    expected = len(programs[number].runs) * max(1, len(study.tests))
    if not isinstance(rows, list) or len(rows) != expected or not all(isinstance(row, dict) for row in rows):
        raise ValueError(f"group {number} needs {expected} rows")
    for row in rows:
        if isinstance(row.get("hidden"), list):
            row["hidden"] = tuple(row["hidden"])  # JSON knows no tuples
    return number, rows


def run(
    study: Study,
    path: Path | None = None,
    executor: Callable[[], Executor] | None = None,
    on_rows: OnRows | None = None,
) -> list[Row]:
    """Run a study, or the part that an earlier attempt left undone; the table of all its runs.

    Parameters
    ----------
    path : of the journal; None keeps the rows only in memory.
    executor : makes an executor for the groups, and another one if it breaks; None computes them in this
        thread.
    on_rows : called by this thread as rows come in; where it returns False, the study stops and the rows so
        far are returned.

    Raises
    ------
    StudyError, OSError : see `journal`.
    BrokenExecutor : more than `RETRIES` executors broke.
    """
    programs = groups(study)
    with journal(study, path) as kept:
        notify = on_rows or (lambda rows, share: True)
        sizes = [len(group.runs) for group in programs]
        left = [number for number in range(len(programs)) if number not in kept.done]

        def share(of_next: float = 0.0) -> float:
            return (sum(sizes[number] for number in kept.done) + of_next) / sum(sizes)

        if notify(kept.table(), share()):
            if executor is None:
                _here(study, programs, left, kept, notify, share)
            else:
                _elsewhere(study, programs, left, kept, executor, lambda rows: notify(rows, share()))
        return kept.table()


def _here(
    study: Study, programs: list[Group], left: list[int], kept: Journal, notify: OnRows,
    share: Callable[[float], float],
) -> None:  # fmt: skip
    """Compute one group after another in this thread."""
    for number in left:
        size = len(programs[number].runs)
        try:
            rows = run_group(study, programs[number], lambda part, size=size: notify([], share(size * part)))  # type: ignore[misc]
        except Stopped:
            return
        kept.add(number, rows)
        if not notify(rows, share(0.0)):
            return


def _elsewhere(
    study: Study, programs: list[Group], left: list[int], kept: Journal,
    executor: Callable[[], Executor], notify: Callable[[list[Row]], bool],
) -> None:  # fmt: skip
    """Compute all groups on an executor; what is left when it breaks goes to a new one."""
    for attempt in range(RETRIES + 1):
        left = [number for number in left if number not in kept.done]
        try:
            with executor() as pool:
                waiting: dict[Future[list[Row]], int] = {
                    pool.submit(run_group, study, programs[number]): number for number in left
                }
                while waiting:
                    finished, _ = wait(waiting, return_when=FIRST_COMPLETED)
                    # results first: a broken one, which raises, may be among them
                    for future in sorted(finished, key=lambda future: future.exception() is not None):
                        kept.add(waiting.pop(future), rows := future.result())
                        if not notify(rows):
                            for unfinished in waiting:
                                unfinished.cancel()
                            return
            return
        except BrokenExecutor:
            if attempt == RETRIES:
                raise


def processes(workers: int) -> Executor:
    """An executor of so many new processes; forked ones would inherit torch's threads."""
    return ProcessPoolExecutor(workers, mp_context=get_context("spawn"))


def cluster(address: str) -> Executor:
    """An executor on a Dask scheduler's workers; `StudyError` where Dask is missing or nobody answers."""
    try:
        from distributed import Client
    except ImportError as error:
        raise StudyError("a cluster needs Dask: pip install 'tp5gui[cluster]'") from error
    try:
        client = Client(address, timeout=10)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise StudyError(
            "no Dask scheduler answers at {address}: {error}", address=address, error=error
        ) from error
    return _Cluster(client)


class _Cluster(Executor):
    """A Dask client as an executor that closes the client when it is shut down; Dask's own leaves it open."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._executor = client.get_executor()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = self._executor.submit(fn, *args, **kwargs)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        self._executor.shutdown(wait=wait)
        self._client.close()
