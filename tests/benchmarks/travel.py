"""How fast the window goes through time, by a hand on the time line, and what moments cost training.

    python tests/benchmarks/travel.py [--json]

Offscreen at 1280x800, one torch thread. Delay: from one gesture to the painted picture of its moment. Frame:
from picture to picture, while the hand drags on at 60 gestures a second. Medians and 95th percentiles, in ms.
The cost of moments is the processor's time of a run that takes them, 256 MB at most, over that of the same
run without, in turns: the ratio of the least times.
"""

import json
import math
import os
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"

import numpy as np
import torch
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from core import Trainer, preset
from tp5gui.session.session import Session
from tp5gui.settings import Settings
from tp5gui.theme import apply_theme
from tp5gui.windows.main_window import MainWindow

EPOCHS = {"font-autoencoder": 5000, "emoji-vae": 400}
COSTED = {"font-autoencoder": (10_000, 15), "emoji-vae": (300, 3)}  # epochs and turns
MOMENT_BYTES = 256_000_000
SECONDS = 4.0  # of a drag that does not wait
DRAGS = 200  # gestures, spread over all moments


def wait_until(app, condition, seconds=300.0):
    """Wait as an application does: asleep until something comes."""
    end = time.perf_counter() + seconds
    while not condition():
        app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        if time.perf_counter() > end:
            raise TimeoutError


def scrub(app, name):
    """Milliseconds from gesture to picture, over a drag through the moments of a run and back."""
    session = Session(replace(preset(name), epochs=EPOCHS[name], patience=0))
    window = MainWindow(session, Settings(Path(tempfile.mkdtemp())))
    session.set_speed(math.inf)
    window.resize(1280, 800)
    window.show()
    wait_until(app, lambda: session.frame is not None and window.training.curves is not None)
    session.play()
    wait_until(app, lambda: session.frame.snapshot.finished)
    moments = [epoch for epoch in session.frame.moments if epoch < session.frame.now]
    forth = [moments[place] for place in np.linspace(0, len(moments) - 1, DRAGS // 2).astype(int)]
    session.travelling.travel(moments[-1])  # the past is told once, at the first gesture
    wait_until(app, lambda: session.frame.visit is not None)
    times = []
    for epoch in [*reversed(forth), *forth]:
        if epoch == session.travelling.epoch:
            continue
        began = time.perf_counter()
        window.training.time.travel(epoch)
        wait_until(app, lambda epoch=epoch: session.frame.visit and session.frame.snapshot.epoch == epoch)
        app.processEvents()  # what the views asked to have painted
        times.append(1000 * (time.perf_counter() - began))
    shown = drag(app, window, [*reversed(moments), *moments])
    window.close()
    return {"moments": len(moments), "delay": middle(times), "frame": middle(shown)}


def drag(app, window, epochs):
    """Milliseconds from picture to picture while a hand drags on without waiting."""
    shown = []

    def note(frame):
        QTimer.singleShot(0, window, lambda: shown.append(time.perf_counter()))  # after it is painted

    window.session.framed.connect(note)
    end = time.perf_counter() + SECONDS
    while (left := end - time.perf_counter()) > 0:
        place = min(len(epochs) - 1, int((1 - left / SECONDS) * len(epochs)))
        window.training.time.travel(epochs[place])
        until = time.perf_counter() + 1 / 60
        while time.perf_counter() < until:
            app.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 4)
            time.sleep(0.0005)
    return 1000 * np.diff(shown)


def middle(times):
    return {"median": round(float(np.median(times)), 1), "p95": round(float(np.percentile(times, 95)), 1)}


def cost(name):
    """What a run that takes moments costs, over the same run without."""
    epochs, turns = COSTED[name]
    spec = replace(preset(name), epochs=epochs, patience=0)
    Trainer(replace(spec, epochs=3)).run()
    least = {0: math.inf, MOMENT_BYTES: math.inf}
    for _ in range(turns):
        for most in least:
            trainer = Trainer(spec, threads=1, moment_bytes=most)
            began = time.process_time()
            while not trainer.finished:
                trainer.advance(400)
            least[most] = min(least[most], time.process_time() - began)
    return {"epochs": epochs, "ratio": least[MOMENT_BYTES] / least[0]}


def main():
    torch.set_num_threads(1)
    app = QApplication([])
    apply_theme(app, "light")
    found = {name: {"scrub": scrub(app, name), "cost": cost(name)} for name in EPOCHS}
    if "--json" in sys.argv:
        print(json.dumps(found))
        return
    for name, numbers in found.items():
        print(name, *(f"{kind}: {values}" for kind, values in numbers.items()), sep="\n  ")


if __name__ == "__main__":
    main()
