"""How the window keeps up: a stroke to the picture, and training while the window watches.

    python tests/benchmarks/window.py [--json]

Offscreen at 1280x800 with all four panels live, one torch thread. Medians; times in ms. The share kept is of
the speed of the trainer alone, in slices of the same length and with the points of its curves, measured in
turns.
"""

import json
import math
import os
import statistics
import sys
import tempfile
import time
from dataclasses import replace
from functools import partial
from itertools import pairwise
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"

import numpy as np
import torch
from PySide6.QtCore import QEvent, QEventLoop, QObject, QPoint, Qt, QTimer, Slot
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from core import Trainer, preset
from tp5gui.session.messages import Phase
from tp5gui.session.session import Session
from tp5gui.session.slices import Slices
from tp5gui.settings import Settings
from tp5gui.theme import apply_theme
from tp5gui.windows.main_window import MainWindow

PRESETS = ("font-autoencoder", "emoji-vae")
WARM = {"font5x7": 2000, "emojis": 100}
SECONDS, TURNS = 2.0, 5
STROKES = 60
BETWEEN = 1 / 30  # s between two gestures: a quick hand. One that came sooner would wait for older pictures


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


def let_go_on(app, seconds):
    """Let the window go on for a while."""
    pause = QTimer()
    pause.setSingleShot(True)
    pause.start(round(1000 * seconds))
    wait_until(app, lambda: not pause.isActive())


class AnswerClock(QObject):
    """Notes when the panels were given the answer to a gesture: connected after them, so they have it.

    What a panel paints while it is given the answer is painted after it was given: `painted` notes that.
    """

    def __init__(self, session, answers_it, painted, at_once):
        super().__init__()
        self.answers_it, self.time = answers_it, 0.0
        self.painted, self.at_once = painted, at_once
        session.framed.connect(self.on_frame)
        session.answered.connect(self.on_answers)

    @Slot(object)
    def on_frame(self, frame):
        self.on_answers(frame.answers)

    @Slot(object)
    def on_answers(self, answers):
        if not self.time and self.answers_it(answers):
            self.time = self.painted.times[-1] - 1e-9 if self.at_once else time.perf_counter()


def latency(app, window, widget, gestures, answers_it, *, at_once=False):
    """Median milliseconds from a gesture until the answer to it, and no older one, has been painted.

    Between two of them the window goes about its work for a moment, as beside a hand.
    """
    painted = PaintClock(widget)
    answers = AnswerClock(window.session, answers_it, painted, at_once)
    latencies = []
    for gesture in gestures:
        answers.time = math.inf  # not yet
        let_go_on(app, BETWEEN)
        start = time.perf_counter()
        gesture()
        answers.time = 0.0
        wait_until(app, lambda: answers.time and painted.times[-1:] > [answers.time])
        latencies.append(1000 * (painted.times[-1] - start))
    return statistics.median(latencies)


def strokes(app, window):
    """Latency of single-pixel strokes to the network's answer."""
    canvas = window.draw.canvas

    def click(number):
        lit = window.session.drawing.image[number % 7, number % 5] > 0.5
        button = Qt.MouseButton.RightButton if lit else Qt.MouseButton.LeftButton
        QTest.mouseClick(canvas, button, pos=canvas.cell_rect(number % 7, number % 5).center())

    def answers_it(answers):
        drawn = answers.drawing
        return drawn is not None and np.array_equal(drawn.drawing, window.session.drawing.image)

    clicks = [partial(click, number) for number in range(STROKES)]
    # the draw panel paints a new answer as soon as it has it
    return latency(app, window, window.draw.output, clicks, answers_it, at_once=True)


def drags(app, window):
    """Latency of moves of the latent cursor to the decoded image."""
    latent = window.latent.map
    places = [QPoint(60 + 4 * number, 80 + 5 * number) for number in range(STROKES)]
    QTest.mousePress(latent, Qt.MouseButton.LeftButton, pos=QPoint(60, 60))
    asking = window.session.asking

    def answers_it(answers):
        return answers.cursor is not None and answers.cursor.place == asking.questions.cursor

    moves = [partial(QTest.mouseMove, latent, place) for place in places]
    median = latency(app, window, latent, moves, answers_it)
    QTest.mouseRelease(latent, Qt.MouseButton.LeftButton, pos=places[-1])
    return median


def alone(spec):
    """Epochs a second of a new trainer, once warm, in slices as long as those of the window."""
    trainer, slices = Trainer(spec), Slices()
    trainer.advance(warm(spec))
    start, first = time.perf_counter(), trainer.epoch
    while (now := time.perf_counter()) - start < SECONDS:
        slices.train(trainer, slices.epochs(trainer, now))
    trainer.settle()
    return (trainer.epoch - first) / (time.perf_counter() - start)


def watched(app, window):
    """Epochs a second while the window watches, and the times when its map was painted."""
    session, clock = window.session, PaintClock(window.latent.map)
    start, first = time.perf_counter(), session.frame.snapshot.epoch
    wait_until(app, lambda: time.perf_counter() - start > SECONDS)
    return (session.frame.snapshot.epoch - first) / (time.perf_counter() - start), clock.times


def in_turns(app, window, spec):
    """The speed alone and watched, turn by turn, as the machine's own speed drifts; gaps of frames."""
    session, rates, gaps = window.session, [], []
    for _ in range(TURNS):
        rates.append((alone(spec),))
        before = session.frame.version
        session.start(spec)  # a new run as well: the first epochs of a run have more points of curves
        wait_until(app, lambda before=before: session.frame.version != before)
        wait_until(app, lambda: session.frame.snapshot.epoch > warm(spec))
        rate, times = watched(app, window)
        rates[-1] += (rate,)
        gaps += [1000 * (b - a) for a, b in pairwise(times)]
        session.toggle()
        wait_until(app, lambda: session.frame.phase is Phase.PAUSED)
    return {
        "epochs_per_second_alone": statistics.median(each for each, _ in rates),
        "epochs_per_second_watched": statistics.median(each for _, each in rates),
        "share_kept": statistics.median(watched / alone for alone, watched in rates),
        "frame_gap_p95_ms": sorted(gaps)[int(0.95 * len(gaps))],
    }


def warm(spec):
    """Epochs after which a run is measured: fewer of its epochs are recorded then."""
    return WARM[spec.dataset]


def measure(app, name):
    """The figures of one preset: at rest, and while it trains."""
    spec = replace(preset(name), epochs=10_000_000)
    with tempfile.TemporaryDirectory() as folder:
        window = MainWindow(Session(spec), Settings(Path(folder)))
        window.session.set_speed(math.inf)
        window.resize(1280, 800)
        window.show()
        wait_until(app, lambda: window.session.frame is not None and window.training.curves is not None)
        wait_until(
            app, lambda: window.latent.map.cursor_image is not None and window.draw.output.image is not None
        )
        result = {"stroke_ms": strokes(app, window), "drag_ms": drags(app, window)}
        result |= in_turns(app, window, spec)
        window.session.toggle()
        wait_until(app, lambda: window.session.frame.phase is Phase.RUNNING)
        result |= {"stroke_training_ms": strokes(app, window), "drag_training_ms": drags(app, window)}
        window.close()
    return result


def main() -> None:
    torch.set_num_threads(1)
    app = QApplication([])
    apply_theme(app, "light")
    result = {f"{name} {figure}": value for name in PRESETS for figure, value in measure(app, name).items()}
    if "--json" in sys.argv:
        print(json.dumps(result))
    else:
        for name, value in result.items():
            print(f"{name:46} {value:10.2f}")


if __name__ == "__main__":
    main()
