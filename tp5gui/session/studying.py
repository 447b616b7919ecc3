"""A study that runs in the background: it is started, stopped, and reports its progress."""

import math
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from core.base.words import say
from core.studies.pace import Extent, Pace
from core.studies.study import Row, Study, StudyError
from tp5gui.session.background import Background
from tp5gui.session.box import LatestBox
from tp5gui.words import explained

if TYPE_CHECKING:
    from collections.abc import Callable

PAUSE = 0.1  # s between two reports: every report costs the window a repaint


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a study is.

    Attributes
    ----------
    study : which one.
    rows : its table so far.
    trained : how many of its runs are trained; those under way count by the share of their epochs.
    left : the seconds that it still takes, as far as known; they never rise while it computes.
    """

    study: Study
    rows: tuple[Row, ...]
    trained: float
    left: float = math.inf

    @property
    def share(self) -> float:
        """The fraction of its runs that are trained, 0 to 1."""
        return self.trained / self.study.total


class Studying(QObject):
    """Runs one study at a time in a thread of the pool; what is done is kept in a journal in `folder`.

    Signals
    -------
    progressed(object) : the newest `Progress`.
    ended(str) : the study is done or was stopped; else what went wrong, in the window's words.
    told(str) : what else there is to say of it, in the window's words.
    """

    progressed = Signal(object)
    ended = Signal(str)
    told = Signal(str)

    def __init__(self, folder: Path | None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder = folder
        self._box = LatestBox(self)
        self._box.arrived.connect(self.progressed)
        self._background = Background()
        self._background.done.connect(self.on_done)
        self._stop = threading.Event()  # of the study under way
        self._door = threading.Lock()  # nothing is posted to a box that may be gone
        self._closed = self.running = False

    def start(self, study: Study) -> None:
        """Run a study, or what an earlier attempt left of it; one that is under way is stopped before."""
        self._stop.set()
        self._stop = threading.Event()
        self.running = True
        self._background.ask(_Job(self._run, study, self._stop))

    def stop(self) -> None:
        """Stop within a second; every run that is measured is kept, one that is only trained is not."""
        self._stop.set()

    def close(self) -> None:
        """Stop for good; nothing more is reported."""
        self._stop.set()
        with self._door:
            self._closed = True
        self._background.retire()

    @Slot(object, object)
    def on_done(self, job: object, result: object) -> None:
        self.running = False
        self.ended.emit(explained(result) if isinstance(result, Exception) else "")

    def _run(self, study: Study, stop: threading.Event) -> None:
        """In a thread of the pool."""
        from core.studies.journal import JournalDamaged, JournalInUse  # they bring torch: no window waits
        from core.studies.rows import complete
        from core.studies.running import run

        rows: list[Row] = []
        pace = Pace(study)
        reported_at = -PAUSE

        def on_rows(new: list[Row], extent: Extent) -> bool:
            nonlocal reported_at
            rows.extend(new)
            now = time.perf_counter()
            pace.tell(extent, now)
            if now - reported_at >= PAUSE:
                reported_at = now
                self._post(Progress(study, tuple(rows), extent.trained, pace.left))
            return not stop.is_set()

        try:
            path = self._journal(study)
            try:
                table = run(study, path, on_rows=on_rows)
            except JournalDamaged:
                assert path is not None
                self._put_aside(path)
                table = run(study, path, on_rows=on_rows)
        except JournalInUse as error:
            raise StudyError("another window computes this study; ask again when it has ended") from error
        self._post(Progress(study, tuple(table), complete(study, table)))

    def _journal(self, study: Study) -> Path | None:
        """Where the journal of a study is, or is to be."""
        from core.studies.journal import journal_path

        if self._folder is None:
            return None
        self._folder.mkdir(parents=True, exist_ok=True)
        return journal_path(self._folder, study)

    def _put_aside(self, path: Path) -> None:
        """Keep a damaged journal under another name, and say so: its study begins anew."""
        aside = path.with_suffix(".damaged")
        path.replace(aside)
        words = say(
            "What was kept of this study is damaged; it lies in {path}, and the study begins anew.",
            path=aside,
        )
        with self._door:
            if not self._closed:
                self.told.emit(words)

    def _post(self, progress: Progress) -> None:
        with self._door:
            if not self._closed:
                self._box.post(progress)


@dataclass(frozen=True, slots=True)
class _Job:
    """A study to be run, as a call without arguments."""

    run: "Callable[[Study, threading.Event], None]"
    study: Study
    stop: threading.Event = field(compare=False)

    def __call__(self) -> None:
        self.run(self.study, self.stop)
