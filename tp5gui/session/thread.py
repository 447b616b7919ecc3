"""The training thread: it starts, hears requests between two epochs, and ends."""

import logging
import sys
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QThread, Signal

from tp5gui.session.worker import TrainingWorker

log = logging.getLogger(__name__)

STACK = 16 << 20  # bytes: macOS gives second threads 512 KB, which OpenBLAS overruns (numpy/numpy#11551)

SWITCH = 0.001  # s that a thread waits for Python's lock before it asks for it; 0.005 is Python's own choice
"""A slice that has ended waits this long while the window paints, and so does the window for a frame."""

WRITING = 60_000  # ms that a run has to be written in the end, once all else has stopped: a disk may be slow

_ORPHANS: list[QObject] = []
"""Threads that did not end in time: kept, because Qt aborts the process when a running one is deleted."""


def orphaned() -> bool:
    """Whether a thread did not end in time, so that the process cannot end in the usual way."""
    return bool(_ORPHANS)


class TrainingThread(QObject):
    """The thread in which a worker lives.

    Parameters
    ----------
    worker : moves to the thread at once; it must have no parent.
    """

    _asked = Signal(object)

    def __init__(self, worker: TrainingWorker, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._worker = worker
        self._thread = QThread(self)
        self._thread.setObjectName("training")
        self._thread.setStackSize(STACK)
        worker.moveToThread(self._thread)
        self._asked.connect(worker.on_request)
        # direct: the window waits for the thread, so it could not deliver this itself
        worker.stopped.connect(self._thread.quit, Qt.ConnectionType.DirectConnection)

    @property
    def running(self) -> bool:
        """Whether the thread has started and not yet ended."""
        return self._thread.isRunning()

    def ask(self, request: Callable[[TrainingWorker], object]) -> None:
        """Let the worker do something in its own thread, after what it was asked before."""
        self._asked.emit(request)

    def start(self) -> None:
        """Start the thread; the worker hears what it was asked meanwhile."""
        sys.setswitchinterval(SWITCH)
        self._thread.start()

    def end(self, milliseconds: int) -> bool:
        """End the thread, in the middle of an epoch; whether it ended in time."""
        if not self.running:
            return True
        self._worker.give_up()
        self.ask(TrainingWorker.shutdown)
        if self._thread.wait(milliseconds) or (self._worker.writing and self._thread.wait(WRITING)):
            return True
        log.info("the training thread did not stop within %d ms", milliseconds)
        self._thread.setParent(None)
        _ORPHANS.extend((self._thread, self._worker))
        return False
