"""Python's garbage is collected in the window's thread alone, as long as there are other threads."""

import gc
import time

from PySide6.QtCore import QObject, QTimer, Slot

EVERY = 500  # ms
WHOLE = 120  # s between two looks through everything, which take about 0.1 s: torch alone has 200,000 objects


class Garbage(QObject):
    """Collects what refers to itself in a circle; all else goes by itself at once.

    Python does this in whatever thread asks for memory. If what it finds there belongs to Qt, that thread
    waits for Python's lock inside of Qt's, while the window's thread holds the first and waits for the other:
    both stand still for ever (seen with PySide 6.11 and Python 3.11).
    """

    _at_work = 0  # collectors: of several sessions the last one gives the work back
    _before = True  # whether Python did it

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY)
        self._timer.timeout.connect(self.on_time)
        self._whole_at = time.monotonic()

    def begin(self) -> None:
        """Take the work over."""
        if not Garbage._at_work:
            Garbage._before = gc.isenabled()
        Garbage._at_work += 1
        gc.disable()
        self._timer.start()

    def end(self) -> None:
        """Give it back, unless that was done."""
        if not self._timer.isActive():
            return
        self._timer.stop()
        Garbage._at_work -= 1
        if not Garbage._at_work and Garbage._before:
            gc.enable()

    @Slot()
    def on_time(self) -> None:
        """Collect the oldest generation that has more to look through than Python would leave, if any."""
        full = [count > most for count, most in zip(gc.get_count(), gc.get_threshold(), strict=True)]
        whole = full[2] and time.monotonic() - self._whole_at > WHOLE
        if whole:
            self._whole_at = time.monotonic()
        if any(full):
            gc.collect(2 if whole else int(full[1]))
