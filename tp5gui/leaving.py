"""How the application is left: by its window, by the terminal, or with the person's session."""

import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType

from PySide6.QtCore import QObject, QSocketNotifier, QThreadPool, Slot
from PySide6.QtGui import QSessionManager
from PySide6.QtWidgets import QApplication

from tp5gui.session.thread import orphaned
from tp5gui.windows.main_window import MainWindow

PATIENCE = 3_000  # ms that work in the background has to end, once the window is gone

SIGNALS = [
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name)
]
"""Ctrl+C, a polite kill, the terminal or, on Windows, the console is closed."""


class Leaving(QObject):
    """Closes the window, which keeps its run, where something else than its button ends the application.

    Attributes
    ----------
    signal : the signal that ended the application, 0 for none.
    """

    def __init__(self, app: QApplication, window: MainWindow) -> None:
        super().__init__()
        self._window = window
        self.signal = 0
        # Qt's loop sleeps in C, where Python hears no signal: Python writes to a socket that wakes the loop
        self._ours, self._python = socket.socketpair()
        self._ours.setblocking(False)
        self._python.setblocking(False)
        self._notifier = QSocketNotifier(self._ours.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self.on_woken)
        app.commitDataRequest.connect(self.on_logout)
        window.closed.connect(app.quit)

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Hear signals inside the block."""
        wakeup = signal.set_wakeup_fd(self._python.fileno(), warn_on_full_buffer=False)
        former = {number: signal.signal(number, self._on_signal) for number in SIGNALS}
        try:
            yield
        finally:
            for number, handler in former.items():
                signal.signal(number, handler)
            signal.set_wakeup_fd(wakeup)
            self._notifier.setEnabled(False)
            self._ours.close()
            self._python.close()

    @Slot()
    def on_woken(self) -> None:
        with suppress(BlockingIOError):
            self._ours.recv(64)
        if self.signal:
            self._window.close()

    @Slot(QSessionManager)
    def on_logout(self, manager: QSessionManager) -> None:
        """The person logs out, which may still be called off: the run is kept and goes on."""
        self._window.session.keep()

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self.signal = number


def end(status: int, give_up: Callable[[], bool]) -> int:
    """The exit status, once nothing works in the background; if that takes too long, the process ends here.

    Qt and Python would wait for a thread that computes, or abort the process.

    Parameters
    ----------
    give_up : stops what is still being written, so that no part of it is left behind; whether there was any.
    """
    pool = QThreadPool.globalInstance()
    ended = pool.waitForDone(PATIENCE) or (give_up() and pool.waitForDone(PATIENCE))
    if ended and not orphaned():
        return status
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)
