"""Train at full speed in the shown window for a while; how it keeps up, early and late.

    python tests/attacks/soak.py [SECONDS]      (default: 720)

One torch thread, offscreen at 1280x800, a drawing every tenth of a second and a drag over the map. Prints one
JSON document: for the first and the last span the gaps between frames (ms: median, 95 %, longest), epochs a
second and resident memory (MB), and whatever failed. A span is a minute, or a third of a shorter soak.
"""

import json
import math
import os
import resource
import sys
import tempfile
import time
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
import torch
from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QApplication

from core import preset
from tp5gui.session.session import Session
from tp5gui.settings import Settings
from tp5gui.theme import apply_theme
from tp5gui.windows.main_window import MainWindow

WARM = 3.0  # s after the first frame, while caches fill


def resident():
    """Megabytes of memory that the process holds now; the most it ever held where that cannot be asked."""
    status = Path("/proc/self/statm")
    if status.exists():
        return int(status.read_text().split()[1]) * resource.getpagesize() / 2**20
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


class Diary(QObject):
    """Notes the frames that arrive, the memory held, and what goes wrong."""

    trained = Signal()

    def __init__(self, session):
        super().__init__()
        self.frames, self.memory, self.failures = [], [], []
        session.framed.connect(self.on_frame)
        session.failed.connect(self.failures.append)

    @Slot(object)
    def on_frame(self, frame):
        self.frames.append((time.perf_counter(), frame.snapshot.epoch))
        self.memory.append(resident())
        if frame.snapshot.epoch:
            self.trained.emit()

    def span(self, start, end):
        """What happened between two times."""
        rows = [number for number, (at, _) in enumerate(self.frames) if start <= at < end]
        gaps = [1000 * (self.frames[b][0] - self.frames[a][0]) for a, b in pairwise(rows)]
        first, last = self.frames[rows[0]], self.frames[rows[-1]]
        return {
            "frames": len(rows),
            "gap_ms": [round(float(np.quantile(gaps, share)), 1) for share in (0.5, 0.95, 1.0)],
            "epochs_per_second": round((last[1] - first[1]) / (last[0] - first[0])),
            "memory_mb": round(float(np.median([self.memory[row] for row in rows]))),
        }


def play(window, turn):
    """One small gesture: a new drawing, and the cursor a little further."""
    draw = np.random.default_rng(turn)
    session = window.session
    session.drawing.replace((draw.random(session.drawing.image.shape) > 0.5).astype(np.float32), str)
    session.asking.move_cursor(*(float(value) for value in draw.normal(size=2)))


def soak(seconds):
    """Run the window for so long; what `Diary` noted of its first and last span."""
    torch.set_num_threads(1)
    app = QApplication.instance() or QApplication([])
    apply_theme(app, "light")
    spec = replace(preset("font-autoencoder"), epochs=10_000_000, patience=0)
    with tempfile.TemporaryDirectory() as home:
        window = MainWindow(Session(spec), Settings(Path(home)), train=True)
        window.session.set_speed(math.inf)
        window.resize(1280, 800)
        window.show()
        diary, turns = Diary(window.session), iter(range(10**9))
        gestures = QTimer()
        gestures.timeout.connect(lambda: play(window, next(turns)))
        gestures.start(100)
        ending = QTimer()
        ending.setSingleShot(True)
        ending.timeout.connect(app.quit)
        # from the first epoch on: what trains may have to be compiled before
        diary.trained.connect(lambda: ending.isActive() or ending.start(round(1000 * seconds)))
        app.exec()
        gestures.stop()
        closing = time.perf_counter()
        window.close()
        closed = time.perf_counter() - closing
    first = next(at for at, epoch in diary.frames if epoch)
    start, end = first + min(WARM, seconds / 10), diary.frames[-1][0]
    length = min(60.0, (end - start) / 3)
    return {
        "seconds": seconds,
        "first": diary.span(start, start + length),
        "last": diary.span(end - length, end),
        "epoch": diary.frames[-1][1],
        "closed_in_s": round(closed, 2),
        "failures": diary.failures,
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(soak(float(sys.argv[1]) if len(sys.argv) > 1 else 720.0)) + "\n")
