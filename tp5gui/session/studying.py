"""A study that runs in the background: it is started, stopped, and reports its progress."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from core.studies.study import Row, Study
from tp5gui.session.background import Background
from tp5gui.session.box import LatestBox
from tp5gui.words import explained

PAUSE = 0.1  # s between two reports without new rows: every report costs the window a repaint


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a study is.

    Attributes
    ----------
    study : which one.
    rows : its table so far.
    share : the fraction of its runs that are done, 0 to 1.
    """

    study: Study
    rows: tuple[Row, ...]
    share: float


class Studying(QObject):
    """Runs one study at a time in a thread of the pool; what is done is kept in a journal in `folder`.

    Signals
    -------
    progressed(object) : the newest `Progress`.
    ended(str) : the study is done or was stopped; else what went wrong, in the window's words.
    """

    progressed = Signal(object)
    ended = Signal(str)

    def __init__(self, folder: Path | None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder = folder
        self._box = LatestBox(self)
        self._box.arrived.connect(self.progressed)
        self._background = Background()
        self._background.done.connect(self.on_done)
        self._stop = threading.Event()
        self._door = threading.Lock()  # nothing is posted to a box that may be gone
        self._closed = self.running = False

    def start(self, study: Study) -> None:
        """Run a study, or what an earlier attempt left of it."""
        if not self.running:
            self.running = True
            self._stop.clear()
            self._background.ask(_Job(self._run, study))

    def stop(self) -> None:
        """Stop at the next epoch; what is done is kept."""
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

    def _run(self, study: Study) -> None:
        """In a thread of the pool."""
        from core.studies.running import journal_path, run  # they bring torch: no window waits for it

        rows: list[Row] = []
        reported_at = -PAUSE

        def on_rows(new: list[Row], share: float) -> bool:
            nonlocal reported_at
            rows.extend(new)
            now = time.perf_counter()
            if new or now - reported_at >= PAUSE:
                reported_at = now
                self._post(Progress(study, tuple(rows), share))
            return not self._stop.is_set()

        path = None
        if self._folder is not None:
            self._folder.mkdir(parents=True, exist_ok=True)
            path = journal_path(self._folder, study)
        table = run(study, path, on_rows=on_rows)
        runs = len(table) / max(1, len(study.tests))
        self._post(Progress(study, tuple(table), runs / study.total))

    def _post(self, progress: Progress) -> None:
        with self._door:
            if not self._closed:
                self._box.post(progress)


@dataclass(frozen=True, slots=True)
class _Job:
    """A study to be run, as a call without arguments."""

    run: Callable[[Study], None]
    study: Study

    def __call__(self) -> None:
        self.run(self.study)
