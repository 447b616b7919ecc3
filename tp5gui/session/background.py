"""Work in the background, beside the window's thread: only the job asked for last counts."""

import logging
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QObject, QRunnable, Qt, QThreadPool, Signal, Slot

log = logging.getLogger(__name__)


class Background(QObject):
    """Runs one job at a time in Qt's pool of threads; of the jobs asked for meanwhile, only the last.

    It belongs to the application, not to a window, so that a job that outlives its window can still report;
    `retire` lets it go.

    Signals
    -------
    done(object, object) : the job, and what it returned or the exception that it raised; in the thread of
        this object, and only where no later job is waiting.
    """

    done = Signal(object, object)
    _ended = Signal(object, object)

    def __init__(self) -> None:
        super().__init__(QCoreApplication.instance())
        self._running = self._retired = False
        self._waiting: Callable[[], object] | None = None
        self._ended.connect(self.on_ended, Qt.ConnectionType.QueuedConnection)

    @property
    def busy(self) -> bool:
        """Whether a job is under way."""
        return self._running

    def ask(self, job: Callable[[], object]) -> None:
        """Run a job, at once or after the one under way."""
        if self._running:
            self._waiting = job
            return
        self._running = True
        QThreadPool.globalInstance().start(_Run(job, self._ended.emit))

    @Slot()
    def retire(self) -> None:
        """Report nothing more, and go once no job is under way."""
        self._retired, self._waiting = True, None
        if not self._running:
            self.deleteLater()

    @Slot(object, object)
    def on_ended(self, job: Callable[[], object], result: object) -> None:
        self._running = False
        waiting, self._waiting = self._waiting, None
        if self._retired:
            self.deleteLater()
        elif waiting is not None:
            self.ask(waiting)
        else:
            self.done.emit(job, result)


class _Run(QRunnable):
    """One job in a thread of the pool; the one boundary where its errors are caught."""

    def __init__(self, job: Callable[[], object], report: Callable[[object, object], object]) -> None:
        super().__init__()
        self._job, self._report = job, report

    def run(self) -> None:
        result: object
        try:
            result = self._job()
        except Exception as error:
            if not isinstance(error, ValueError | OSError):  # those are shown to the person, and nowhere else
                log.warning("in the background: %s", error, exc_info=True)
            result = error
        self._report(self._job, result)
