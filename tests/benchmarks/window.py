"""How the window keeps up: a stroke to the picture, and training while the window watches.

    python tests/benchmarks/window.py [--json]

Offscreen at 1280x800 with all four panels live, one torch thread. Medians; times in ms.
"""

import json
import os
import statistics
import sys
import tempfile
import time
from dataclasses import replace
from functools import partial
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"

import torch
from PySide6.QtCore import QEvent, QEventLoop, QObject, QPoint, Qt, Slot
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from core import Trainer, preset
from tp5gui.session.messages import Phase
from tp5gui.session.session import RUNS, Session
from tp5gui.settings import Settings
from tp5gui.theme import apply_theme
from tp5gui.windows.main_window import MainWindow

SECONDS = 6.0
STROKES = 60


class PaintClock(QObject):
    """Notes when a widget was last painted."""

    def __init__(self, widget):
        super().__init__()
        self.times = []
        widget.installEventFilter(self)

    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint:
            self.times.append(time.perf_counter())
        return False


def wait_until(app, condition, seconds=30.0):
    end = time.perf_counter() + seconds
    while not condition():
        if time.perf_counter() > end:
            raise TimeoutError
        # sleeps until something happens, as the real event loop does: spinning here would hold Python's lock
        app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)


class AnswerClock(QObject):
    """Notes when the panels were given which answers; connected after them, so they have them by then."""

    def __init__(self, session):
        super().__init__()
        self.session, self.ticket, self.time = session, -1, 0.0
        session.framed.connect(self.on_frame)
        session.answered.connect(self.on_answers)

    @Slot(object)
    def on_frame(self, frame):
        self.on_answers(frame.answers)

    @Slot(object)
    def on_answers(self, answers):
        # the first answer to the newest question counts
        if self.ticket < self.session.asking.questions.ticket:
            self.ticket, self.time = answers.ticket, time.perf_counter()


def latency(app, window, widget, gestures):
    """Median milliseconds from a gesture until the answer to it, and no older one, has been painted."""
    session, painted, answers = window.session, PaintClock(widget), AnswerClock(window.session)
    latencies = []
    for gesture in gestures:
        start = time.perf_counter()
        gesture()
        asked = session.asking.questions.ticket
        wait_until(app, lambda asked=asked: answers.ticket >= asked and painted.times[-1:] > [answers.time])
        latencies.append(1000 * (painted.times[-1] - start))
    return statistics.median(latencies)


def strokes(app, window):
    """Latency of single-pixel strokes to the network's answer."""
    canvas = window.draw.canvas

    def click(number):
        lit = window.session.drawing.image[number % 7, number % 5] > 0.5
        button = Qt.MouseButton.RightButton if lit else Qt.MouseButton.LeftButton
        QTest.mouseClick(canvas, button, pos=canvas.cell_rect(number % 7, number % 5).center())

    return latency(app, window, window.draw.output, [partial(click, number) for number in range(STROKES)])


def drags(app, window):
    """Latency of moves of the latent cursor to the decoded image."""
    latent = window.latent.map
    places = [QPoint(60 + 4 * number, 80 + 5 * number) for number in range(STROKES)]
    QTest.mousePress(latent, Qt.MouseButton.LeftButton, pos=QPoint(60, 60))
    median = latency(app, window, latent, [partial(QTest.mouseMove, latent, place) for place in places])
    QTest.mouseRelease(latent, Qt.MouseButton.LeftButton, pos=places[-1])
    return median


def headless(spec):
    """Epochs a second of the trainer alone, once it is warm."""
    trainer = Trainer(spec)
    for _ in range(2000):
        trainer.step()
    start, first = time.perf_counter(), trainer.epoch
    while time.perf_counter() - start < SECONDS:
        trainer.step()
    return (trainer.epoch - first) / (time.perf_counter() - start)


def watched(app, window):
    """Epochs a second, and the 95th percentile of the gap between frames, while the window watches."""
    session = window.session
    wait_until(app, lambda: session.frame.snapshot.epoch > 2000)
    clock = PaintClock(window.latent.map)
    start, first = time.perf_counter(), session.frame.snapshot.epoch
    wait_until(app, lambda: time.perf_counter() - start > SECONDS)
    rate = (session.frame.snapshot.epoch - first) / (time.perf_counter() - start)
    gaps = sorted(1000 * (b - a) for a, b in zip(clock.times, clock.times[1:], strict=False))
    return rate, gaps[int(0.95 * len(gaps))]


def main() -> None:
    torch.set_num_threads(1)
    app = QApplication([])
    apply_theme(app, "light")
    spec = replace(preset("font-autoencoder"), epochs=10_000_000)
    alone = headless(spec)
    with tempfile.TemporaryDirectory() as folder:
        window = MainWindow(Session(spec), Settings(Path(folder)), str(RUNS / "font-autoencoder.tp5"))
        window.resize(1280, 800)
        window.show()
        wait_until(app, lambda: window.session.frame is not None and window.training.curves is not None)
        wait_until(
            app, lambda: window.latent.map.cursor_image is not None and window.draw.output.image is not None
        )
        result = {"stroke_ms": strokes(app, window), "drag_ms": drags(app, window)}
        window.session.store.replace(spec)
        window.session.toggle()
        wait_until(app, lambda: window.session.frame.phase is Phase.RUNNING)
        rate, gap = watched(app, window)
        result |= {
            "epochs_per_second_alone": alone, "epochs_per_second_watched": rate, "share_kept": rate / alone,
            "frame_gap_p95_ms": gap,
        }  # fmt: skip
        result |= {"stroke_training_ms": strokes(app, window), "drag_training_ms": drags(app, window)}
        window.close()
    if "--json" in sys.argv:
        print(json.dumps(result))
    else:
        for name, value in result.items():
            print(f"{name:28} {value:10.2f}")


if __name__ == "__main__":
    main()
