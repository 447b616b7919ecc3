"""A thread with a worker in it: it starts, hears requests between two pieces of work, and ends."""

import logging
import sys
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Qt, QThread, Signal, Slot

log = logging.getLogger(__name__)

STACK = 16 << 20  # bytes: macOS gives second threads 512 KB, which OpenBLAS overruns (numpy/numpy#11551)

SWITCH = 0.0005  # s that a thread waits for Python's lock before it asks for it; 0.005 is Python's own choice
"""A slice that has ended waits this long while the window paints, and so does the window for a frame."""

WRITING = 60_000  # ms that a run has to be written in the end, once all else has stopped: a disk may be slow

_ORPHANS: list[QObject] = []
"""Threads that did not end in time: kept, because Qt aborts the process when a running one is deleted."""


def orphaned() -> bool:
    """Whether a thread did not end in time, so that the process cannot end in the usual way."""
    return bool(_ORPHANS)


class Worker(QObject):
    """Lives in a thread of its own and does there what it is asked, one thing after another.

    Signals
    -------
    stopped() : it has stopped for good; the thread may end.
    """

    stopped = Signal()

    @property
    def writing(self) -> bool:
        """Whether it writes what must not be lost, and does nothing else; may be asked in any thread."""
        return False

    @Slot(object)
    def on_request(self, request: Callable[[Any], object]) -> None:
        """Do what was asked from another thread."""
        # not for subclasses: of a slot that is overridden PySide 6.11 makes one of the window's thread
        self.do(request)

    def do(self, request: Callable[[Any], object]) -> None:
        """Do what was asked, in the worker's own thread."""
        request(self)

    def give_up(self) -> None:
        """Begin nothing new, because `shutdown` is asked for next; may be called in any thread."""

    def shutdown(self) -> None:
        """Stop for good, and say so by `stopped`."""
        self.stopped.emit()


class WorkerThread(QObject):
    """The thread in which a worker lives.

    Parameters
    ----------
    worker : moves to the thread at once; it must have no parent.
    name : of the thread.
    """

    _asked = Signal(object)

    def __init__(self, worker: Worker, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._worker = worker
        self._thread = QThread(self)
        self._thread.setObjectName(name)
        self._thread.setStackSize(STACK)
        worker.moveToThread(self._thread)
        self._asked.connect(worker.on_request)
        # direct: the window waits for the thread, so it could not deliver this itself
        worker.stopped.connect(self._thread.quit, Qt.ConnectionType.DirectConnection)

    @property
    def running(self) -> bool:
        """Whether the thread has started and not yet ended."""
        return self._thread.isRunning()

    def ask(self, request: Callable[[Any], object]) -> None:
        """Let the worker do something in its own thread, after what it was asked before."""
        self._asked.emit(request)

    def start(self) -> None:
        """Start the thread; the worker hears what it was asked meanwhile."""
        sys.setswitchinterval(SWITCH)
        self._thread.start()

    def give_up(self) -> None:
        """Let the worker begin nothing new, because the thread is ended next."""
        if self.running:
            self._worker.give_up()

    def end(self, milliseconds: int) -> bool:
        """End the thread, in the middle of what the worker does; whether it ended in time."""
        if not self.running:
            return True
        self.give_up()
        self.ask(_shut_down)
        if self._thread.wait(milliseconds) or (self._worker.writing and self._thread.wait(WRITING)):
            return True
        log.info("the %s thread did not stop within %d ms", self._thread.objectName(), milliseconds)
        self._thread.setParent(None)
        _ORPHANS.extend((self._thread, self._worker))
        return False


def _shut_down(worker: Worker) -> None:
    worker.shutdown()
