"""The run under way is kept in a file that outlives a crash."""

import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from core.base.words import say
from core.train.listing import read_about
from tp5gui.session.kept_runs import KeptRun, KeptRuns
from tp5gui.words import explained

if TYPE_CHECKING:  # brings torch
    from tp5gui.session.bench import Bench

FIRST = 5_000  # ms of training until a run is kept for the first time
EVERY = 60_000  # ms until it is kept again
SHARE = 20  # after a run that took long to write, the next one waits this many times as long


class Keeper(QObject):
    """Writes a run that has moved on since it was last kept. It lives in the training thread.

    Parameters
    ----------
    runs : where to; None for nowhere.

    Attributes
    ----------
    writing : whether it writes now; may be read in any thread.

    Signals
    -------
    failed(str) : it could not be kept, in the window's words; said once, until it can be kept again.
    due() : it is kept next, because its time has come.
    """

    failed = Signal(str)
    due = Signal()

    def __init__(self, runs: KeptRuns | None, parent: QObject) -> None:
        super().__init__(parent)
        self._runs = runs
        self._bench: Bench | None = None
        self._safe = 0  # the epoch that lies in a file
        self._moved = False  # on from there, or back
        self._files: dict[int, KeptRun | None] = {}  # by version; None where it could not be kept
        self._tried = self._said = self.writing = False
        self._every: int | None = None  # ms, where the person has chosen
        self._pause = EVERY
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.on_time)

    def take_up(self, bench: "Bench") -> None:
        """Another run is on the bench; where it was just opened, it is in a file already.

        One that was there before may not be: its file may have made room for others, or could not be
        written.
        """
        epoch = bench.trainer.epoch
        self._bench, self._safe, self._tried = bench, epoch, False
        self._moved = bench.version in self._files and not _holds(self._files[bench.version], epoch)
        self._adopt(bench)
        self._timer.stop()

    def moved(self) -> None:
        """The run on the bench has moved on by an epoch."""
        self._moved = True
        if self._runs is not None and not self._timer.isActive():
            self._timer.start(self._pause if self._tried else FIRST)

    def keep_every(self, milliseconds: int) -> None:
        """Keep a run that moves on this often, from now on."""
        self._every = self._pause = milliseconds
        if self._tried and self._timer.isActive():
            self._timer.start(milliseconds)

    def keep(self) -> None:
        """Write the run if it has moved on, or went back to an earlier epoch."""
        bench, runs = self._bench, self._runs
        if bench is None or runs is None or bench.trainer.epoch == 0:
            return
        epoch, began = bench.trainer.epoch, time.perf_counter()
        if epoch == self._safe and not self._moved:
            return
        self._tried = self.writing = True
        try:
            last = self._files.setdefault(bench.version, None)
            self._files[bench.version] = runs.put(bench.trainer.spec, epoch, bench.save, last)
        except (OSError, ValueError, MemoryError) as error:
            if not self._said:
                self._said = True
                self.failed.emit(say("The run cannot be kept for you: {error}", error=explained(error)))
            return
        finally:
            self.writing = False
        self._adopt(bench)
        self._safe, self._moved, self._said = epoch, False, False
        every = EVERY if self._every is None else self._every
        self._pause = max(every, round(1000 * SHARE * (time.perf_counter() - began)))

    def label(self) -> None:
        """Say in the run's file, where it is kept in one, what is said of the run by now."""
        bench, runs = self._bench, self._runs
        path = None if bench is None else self.file_of(bench.version)
        if bench is not None and runs is not None and path is not None:
            try:
                runs.label(path, bench.trainer.about)
            except (OSError, ValueError, MemoryError) as error:
                self.failed.emit(say("The run cannot be kept for you: {error}", error=explained(error)))

    def file_of(self, version: int) -> Path | None:
        """The file in which the run of this version is kept, if there is one; may be asked in any thread."""
        kept = self._files.get(version)
        return kept.path if kept is not None and kept.path.is_file() else None

    def _adopt(self, bench: "Bench") -> None:
        """Call a run as its file is called, which may have been renamed elsewhere."""
        path = self.file_of(bench.version)
        if path is not None:
            with suppress(OSError, ValueError):
                bench.label(read_about(path))

    def end(self) -> None:
        """Write the run a last time; the window is closed, not lost."""
        self._timer.stop()
        self.keep()
        self._bench = None
        if self._runs is not None:
            self._runs.close()

    @Slot()
    def on_time(self) -> None:
        self.due.emit()
        self.keep()
        self._timer.start(self._pause)


def _holds(kept: KeptRun | None, epoch: int) -> bool:
    """Whether a run is in its file as it was at this epoch."""
    return kept is not None and kept.epoch == epoch and kept.path.is_file()
