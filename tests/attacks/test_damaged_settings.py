"""Damaged settings: whatever stands in the file, the window opens, in time, and runs nothing."""

import base64
import json
import os
import pickle
import random
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, QSettings, qVersion

from tests.attacks.mutations import mutated, mutated_value
from tp5gui.settings import Settings

ROOT = Path(__file__).resolve().parent.parent.parent
SEED = 11
BATCH = 250  # cases in one child process
REAL = 25  # every so many of them in the real window

in_brief_and_whole = pytest.mark.parametrize(
    "count", [20, pytest.param(5000, marks=[pytest.mark.slow, pytest.mark.timeout(3600)])]
)

CHILD = """
import faulthandler, sys
from pathlib import Path
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDockWidget, QMainWindow
from core import preset
from tp5gui.session.session import Session
from tp5gui.settings import Settings
from tp5gui.windows.main_window import MainWindow

class Still(Session):
    def begin(self):
        pass  # no training thread, which would bring torch


folder, first, last, real = Path(sys.argv[1]), *map(int, sys.argv[2:])
app = QApplication([])
spec = preset("font-autoencoder")


def bare():
    window = QMainWindow()
    window.setDockNestingEnabled(True)
    area = Qt.DockWidgetArea.LeftDockWidgetArea
    for name in ("experiment", "draw", "training", "explore", "study", "runs", "latent"):
        dock = QDockWidget(name)
        dock.setObjectName(name)
        window.addDockWidget(area, dock)
    return window


for case in range(first, last):
    print(case, flush=True)
    faulthandler.dump_traceback_later(20, exit=True)
    settings = Settings(folder / str(case))
    settings.theme, settings.recent()
    if case % real == 0:
        window = MainWindow(Still(spec), settings)
        window.show()
        app.processEvents()
        window.close()
    else:
        window = bare()
        kept = settings.layout()
        if kept is not None and settings.try_layout():
            window.restoreGeometry(kept[0])
            window.restoreState(kept[1], Settings.LAYOUT)
        window.show()
        app.processEvents()
        settings.layout_stands()
        settings.keep_layout(window.saveGeometry(), window.saveState(Settings.LAYOUT))
        window.close()
    window.deleteLater()
    # the window has written its own now, which are sound
    assert not Settings(folder / str(case)).fault, case
    faulthandler.cancel_dump_traceback_later()
"""


class Trap:
    """What runs a command when it is unpickled."""

    def __init__(self, mark: Path) -> None:
        self._mark = mark

    def __reduce__(self):
        return os.system, (f"touch {self._mark}",)


@pytest.fixture(scope="module")
def kept(qapp, tmp_path_factory):
    """Sound settings of the real window, as bytes."""
    from core import preset
    from tp5gui.session.session import Session
    from tp5gui.windows.main_window import MainWindow

    folder = tmp_path_factory.mktemp("sound")
    settings = Settings(folder)
    window = MainWindow(Session(preset("font-autoencoder")), settings)
    settings.keep_layout(window.saveGeometry(), window.saveState(Settings.LAYOUT))
    settings.theme = "dark"
    settings.add_recent(str(folder / "settings.json"))
    window.close()
    window.deleteLater()
    return (folder / "settings.json").read_bytes()


def damaged(draw: random.Random, sound: bytes, trap: bytes) -> bytes:
    """A settings file with damage to its bytes, to its values, or to Qt's bytes in it."""
    kind = draw.random()
    if kind < 0.4:
        return mutated(draw, (sound, trap))
    values = json.loads(sound)
    if kind < 0.7:
        return json.dumps(mutated_value(draw, values)).encode()
    part = draw.choice(("geometry", "state"))
    bytes_of_qt = mutated(draw, (base64.b64decode(values["layout"][part]),))
    values["layout"][part] = base64.b64encode(bytes_of_qt).decode()
    return json.dumps(values).encode()


@in_brief_and_whole
def test_that_no_damage_keeps_the_window_from_opening(kept, count, tmp_path):
    mark = tmp_path / "ran"
    trap = pickle.dumps(Trap(mark))
    for case in range(count):
        place = tmp_path / str(case)
        place.mkdir()
        data = damaged(random.Random(f"{SEED}/{case}"), kept, trap)
        (place / "settings.json").write_bytes(data)
    for first in range(0, count, BATCH):
        numbers = (first, min(first + BATCH, count), REAL)
        done = child(CHILD, tmp_path, *numbers)
        reached = done.stdout.split()[-1:]
        assert done.returncode == 0, f"seed {SEED}, case {reached}: {done.returncode}\n{done.stderr}"
    assert not mark.exists(), "code ran"


START = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from core import preset
from tp5gui.session.session import Session
from tp5gui.settings import Settings
from tp5gui.windows.main_window import MainWindow


class Still(Session):
    def begin(self):
        pass


app = QApplication([])
settings = Settings(Path(sys.argv[1]))
window = MainWindow(Still(preset("font-autoencoder")), settings)
window.show()
QTimer.singleShot(300, app.quit)
app.exec()
print(window.status.fault)
window.close()
"""

KILLERS = ((13, 255), (15, 127), (74, 2), (75, 127), (14, 2))
"""Bytes of the state of the panels at which `restoreState` died (Qt 6.11): a place, and what stands there."""


@pytest.mark.parametrize(
    "killers", [KILLERS[:1], pytest.param(KILLERS, marks=pytest.mark.slow)], ids=["brief", "whole"]
)
def test_that_bytes_that_kill_a_start_kill_no_second_one(kept, killers, tmp_path):
    """A checksum keeps damage out, not intent: such a file has one that fits."""
    died = 0
    for number, (place, value) in enumerate(killers):
        folder = tmp_path / str(number)
        folder.mkdir()
        settings, layout = Settings(folder), json.loads(kept)["layout"]
        state = bytearray(base64.b64decode(layout["state"]))
        state[place] = value
        geometry = QByteArray(base64.b64decode(layout["geometry"]))
        settings.keep_layout(geometry, QByteArray(bytes(state)))
        assert settings.layout() is not None
        if child(START, folder).returncode == 0:
            continue
        died += 1
        os.utime(folder / "restoring", (0, 0))  # a person takes longer than this test to start again
        again = child(START, folder)
        assert again.returncode == 0, again.stderr
        assert "put back" in again.stdout
        once_more = child(START, folder)
        assert (once_more.returncode, once_more.stdout.strip()) == (0, "")
    assert died or not qVersion().startswith("6.11"), "none of these bytes kills Qt any more: find others"


def test_that_settings_of_earlier_versions_are_not_even_read(tmp_path):
    """They were read by something that unpickles what it finds."""
    mark = tmp_path / "ran"
    old = QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)
    old.setValue("theme", Trap(mark))
    old.setValue("recent", Trap(mark))
    old.sync()
    assert b"PyObjectWrapper" in (tmp_path / "settings.ini").read_bytes()
    mark.unlink(missing_ok=True)
    done = child(START, tmp_path)
    assert (done.returncode, done.stdout.strip()) == (0, ""), done.stderr
    assert not mark.exists()


def child(code: str, *arguments: object) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        capture_output=True, text=True, cwd=ROOT, env=environment, check=False, timeout=900,
    )  # fmt: skip
