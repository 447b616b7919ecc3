"""The real window in a process of its own, which an attack drives, kills or closes: python window.py JSON.

It reports on standard output, a JSON object a line: `kept` and `epoch` once a run lies in its file, `shown`
once the situation has been brought about, `hidden` seconds after it was asked to close, `epoch` as it was on
screen then, `offered` the file that it offers back at its start.
"""

import json
import os
import random
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QObject, QTimer, Signal, Slot

from core import Spec, preset
from core.studies.study import Axis, Study
from tp5gui import app
from tp5gui.session import keeping
from tp5gui.session.kept_runs import KeptRuns
from tp5gui.session.messages import Between
from tp5gui.windows.main_window import MainWindow

ROOT = Path(__file__).resolve().parent.parent.parent

SMALL = replace(preset("font-autoencoder"), epochs=10_000_000)
LONG = replace(SMALL, hidden=(2048, 2048), batch_size=1)  # an epoch of some seconds
LONGER = replace(preset("digits-vae"), hidden=(2048, 2048), batch_size=8, device="cpu")  # of a minute
LARGE = replace(SMALL, hidden=(4096, 2048), latent=64, replicas=4)
GREY = replace(preset("digits-vae"), epochs=1)
SPECS = {"training": SMALL, "a long epoch": LONG, "a longer epoch": LONGER, "measuring": GREY}


def launched(folder: Path, home: Path, **asked: object) -> subprocess.Popen[str]:
    """The window in a process of its own, with a home of its own; `folder` has what it opens and imports."""
    environment = {
        **os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT),
        "XDG_DATA_HOME": str(home), "XDG_CONFIG_HOME": str(home),
    }  # fmt: skip
    command = [sys.executable, __file__, json.dumps({"folder": str(folder)} | asked)]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, cwd=ROOT, env=environment)


def reports(process: subprocess.Popen[str], until: str) -> dict[str, Any]:
    """What the window reports until that has come, or to its end."""
    told = {}
    for line in process.stdout:
        told |= json.loads(line)
        if until in told:
            break
    return told


def complaints(err: str) -> str:
    """What a window said on standard error, but for what Qt says of every window offscreen."""
    lines = err.splitlines(keepends=True)
    return "".join(line for line in lines if "does not support propagateSizeHints" not in line)


def report(**values: object) -> None:
    """One line, in one piece: the threads of the window report at the same time."""
    sys.stdout.write(json.dumps(values) + "\n")
    sys.stdout.flush()


class Situation(QObject):
    """Brings a window into a situation, waits, and closes it from another thread, as its button would."""

    asked = Signal()

    def __init__(self, name: str, seconds: float, how: str, folder: Path) -> None:
        super().__init__()
        self._name, self._seconds, self._how, self._folder = name, seconds, how, folder
        self._window: MainWindow | None = None
        self._asked_at = 0.0
        self._begun = False

    def watch(self, window: MainWindow) -> None:
        """A window was made."""
        self._window = window
        self.asked.connect(window.close)
        window.installEventFilter(self)
        window.session.framed.connect(self.on_frame)
        if not window.offer.isHidden():
            report(offered=window.offer.words.text())
        if self._name == "nothing shown yet":
            self._begin()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Hide and self._asked_at and self._window is not None:
            frame = self._window.session.frame
            report(hidden=time.perf_counter() - self._asked_at, epoch=frame.snapshot.epoch if frame else 0)
        return False

    @Slot(object)
    def on_frame(self, frame) -> None:
        trains = self._name in ("training", "a long epoch")
        if not self._begun and frame.snapshot.epoch >= trains:
            self._begin()

    def _begin(self) -> None:
        self._begun = True
        getattr(self, "_" + self._name.replace(" ", "_"), lambda: None)()
        report(shown=self._name)
        if self._how:
            threading.Timer(self._seconds, self._close).start()

    def _close(self) -> None:
        self._asked_at = time.perf_counter()
        self.asked.emit()

    def _opening(self) -> None:
        self._window.open_run(str(self._folder / "large.tp5"))

    def _building(self) -> None:
        self._window.session.store.replace(LARGE)
        self._window.session.rewind()

    def _a_study(self) -> None:
        spec = replace(SMALL, epochs=1_000_000)
        self._window.studying.start(Study(spec, (Axis("learning_rate", (0.01, 0.001)),), 10))

    def _importing(self) -> None:
        self._window.open_data_sets().open_import(str(self._folder / "large.npy"))

    def _saving(self) -> None:
        for number in range(20):
            self._window.session.save(str(self._folder / f"saved {number}.tp5"))

    def _answering(self) -> None:
        session, draw = self._window.session, random.Random(0)
        session.start(session.store.spec)
        timer = QTimer(self)
        timer.timeout.connect(lambda: session.asking.move_cursor(draw.random(), draw.random()))
        timer.timeout.connect(lambda: session.asking.ask_walk(Between(0, draw.randrange(32), 40, "linear")))
        timer.start(0)


def main(asked: dict[str, Any]) -> int:
    """Open the window as the command does."""
    folder = Path(asked["folder"])
    keeping.FIRST, keeping.EVERY = asked.get("first", 5_000), asked.get("every", 60_000)
    situation = Situation(asked["situation"], asked.get("seconds", 0.0), asked.get("how", ""), folder)
    put, show = KeptRuns.put, MainWindow.__init__

    def putting(self, *arguments):
        run = put(self, *arguments)
        report(kept=str(run.path), epoch=run.epoch)
        return run

    def showing(self, *arguments, **options):
        show(self, *arguments, **options)
        situation.watch(self)

    KeptRuns.put, MainWindow.__init__ = putting, showing
    spec: Spec | None = SPECS.get(asked["situation"])
    if spec is not None:
        app.preset = lambda name: spec
    return app.main(["--train"] if spec is not None else [])


if __name__ == "__main__":
    sys.exit(main(json.loads(sys.argv[1])))
