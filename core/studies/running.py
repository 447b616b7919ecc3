"""Runs a study: its groups go to any executor, its rows into a journal that outlives a crash."""

import os
import signal
import tempfile
import threading
import uuid
from collections.abc import Callable, Container, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import connection, get_context, parent_process
from pathlib import Path
from typing import Any

from core.compiled.preparing import prepare
from core.data.datasets import load_dataset
from core.nn.device import choose
from core.studies.groups import Group, Stopped, Watch, cost, engine_of, groups, run_group
from core.studies.journal import Journal, journal
from core.studies.pace import Extent
from core.studies.study import Key, Row, Study, StudyError
from core.train.memory import check_memory

RETRIES = 3
"""How often groups are given to a new executor after an executor broke."""

ASKED_EVERY = 0.2
"""Seconds between two questions whether to go on, while others compute."""

GRACE = 30.0
"""Seconds that others have to bring what they finished, once they are told to stop."""

OnRows = Callable[[list[Row], Extent], bool]
"""Called with the new rows and how far the study is; return False to stop."""


def run(
    study: Study,
    path: Path | None = None,
    executor: Callable[[], Executor] | None = None,
    on_rows: OnRows | None = None,
) -> list[Row]:
    """Run a study, or the part that an earlier attempt left undone; the table of all its rows.

    Parameters
    ----------
    path : of the journal; None keeps the rows only in memory.
    executor : makes an executor for the groups, and another one if it breaks; None computes them in this
        thread.
    on_rows : called by this thread as rows come in, and several times a second meanwhile; where it returns
        False, the study stops and the rows so far are returned: all that are measured by then, here and
        elsewhere.

    Raises
    ------
    StudyError, OSError : see `journal`.
    SpecError : a setting needs more memory than there is, or a device that is not there.
    BrokenExecutor : more than `RETRIES` executors broke.
    """
    with journal(study, path) as kept:
        news = _News(study, kept, on_rows)
        try:
            news.tell(kept.table())
            _prepare(news)
            if executor is None:
                _here(study, kept, news)
            else:
                _elsewhere(study, kept, news, executor)
        except Stopped:
            pass
        return kept.table()


class _News:
    """Tells of rows and of how far a study is, and hears whether it is to go on."""

    def __init__(self, study: Study, kept: Journal, on_rows: OnRows | None) -> None:
        self._study, self._kept, self._on_rows = study, kept, on_rows
        self._trained = float(sum(group.trained(study, kept.done) for group in groups(study)))
        self._to_train = sum(cost(group) for group in self.left())

    def left(self) -> list[Group]:
        """The groups that have rows to come, in the order in which they are best run."""
        every = groups(self._study)
        return [group for group in every if self._own(group)]

    def _own(self, group: Group) -> int:
        """How many runs of a group have rows to come."""
        return len(group.runs) - group.trained(self._study, self._kept.done)

    def tell(self, rows: list[Row]) -> None:
        """Tell of new rows; `Stopped` if the study is not to go on."""
        extent = Extent(self._trained, len(self._kept.done), self._to_train)
        if self._on_rows is not None and not self._on_rows(rows, extent):
            raise Stopped

    def watch(self, group: Group) -> Watch:
        """What counts the runs of a group by the share of it that is trained, from here on."""
        trained, to_train, own, all_of_it = self._trained, self._to_train, self._own(group), cost(group)

        def watch(share: float) -> bool:
            self._trained = trained + share * own
            self._to_train = to_train - share * all_of_it
            self.tell([])
            return True

        return watch

    def came(self, group: Group, rows: list[Row]) -> None:
        """Keep rows of a group that was computed elsewhere, and tell of them."""
        before = self._own(group)
        self._kept.add(rows)
        self._trained += before - self._own(group)
        if not self._own(group):
            self._to_train -= cost(group)
        self.tell(rows)


def _prepare(news: _News) -> None:
    """Compile what trains before others need it: each of them would, at the same time."""

    def stopped() -> bool:
        news.tell([])
        return False

    if any(engine_of(group) == "compiled" for group in news.left()):
        prepare(stopped)


def _here(study: Study, kept: Journal, news: _News) -> None:
    """Compute one group after another in this thread; one that cannot be is refused before the first."""
    for group in news.left():
        dataset = load_dataset(group.spec.dataset)
        check_memory(group.spec, dataset, choose(group.spec, dataset))
    for group in news.left():
        for row in run_group(study, group, news.watch(group), kept.done):
            kept.add([row])
            news.tell([row])


def _elsewhere(study: Study, kept: Journal, news: _News, executor: Callable[[], Executor]) -> None:
    """Compute all groups on an executor; what is left when it breaks goes to a new one."""
    for attempt in range(RETRIES + 1):
        try:
            with _Flag.lowered() as flag, executor() as pool:
                jobs = {
                    pool.submit(_compute, study, group, kept.of(group), flag): group for group in news.left()
                }
                _gather(jobs, kept, news, flag)
            return
        except BrokenExecutor:
            news.tell([])  # it may have been broken to end the study
            if attempt == RETRIES:
                raise


def _gather(jobs: dict[Future[list[Row]], Group], kept: Journal, news: _News, flag: "_Flag") -> None:
    """Take rows as they come; whatever ends this, what others have measured by then is kept."""
    try:
        while jobs:
            finished, _ = wait(jobs, ASKED_EVERY, FIRST_COMPLETED)
            # results first: a broken one, which raises, may be among them
            for future in sorted(finished, key=lambda future: future.exception() is not None):
                news.came(jobs.pop(future), future.result())
            if not finished:
                news.tell([])
    finally:
        if jobs:
            flag.wave()
            finished, late = wait(jobs, GRACE)
            kept.add([row for future in finished if not future.exception() for row in future.result()])
            for future in late:
                future.cancel()


def _compute(study: Study, group: Group, done: Container[Key], flag: "_Flag") -> list[Row]:
    """The rows of a group, or those that were measured when the flag was waved; in a worker."""
    rows: list[Row] = []
    with suppress(Stopped):
        if not flag.waved():
            rows.extend(run_group(study, group, lambda share: not flag.waved(), done))
    return rows


@dataclass(frozen=True, slots=True)
class _Flag:
    """Tells workers to stop, in whichever process of this machine: a file that is there once it is waved.

    Workers that see other files, on another machine, finish their groups.
    """

    path: Path

    @classmethod
    @contextmanager
    def lowered(cls) -> Iterator["_Flag"]:
        """A new flag; nothing is left of it after the block."""
        flag = cls(Path(tempfile.gettempdir()) / f"tp5-stop-{uuid.uuid4().hex}")
        try:
            yield flag
        finally:
            flag.path.unlink(missing_ok=True)

    def wave(self) -> None:
        self.path.touch()

    def waved(self) -> bool:
        return self.path.exists()


def processes(workers: int) -> Executor:
    """An executor of so many new processes; forked ones would inherit torch's threads."""
    return ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_begin_worker)


def _begin_worker() -> None:
    """In a new process: leave Ctrl+C, which reaches them all, to the first; end when that one has died."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_the_first, daemon=True).start()


def _end_with_the_first() -> None:
    first = parent_process()
    if first is not None:
        connection.wait([first.sentinel])
        os._exit(1)


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
