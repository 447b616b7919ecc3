"""A Start before what trains is ready: words, every other order heard, and training once it is."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from core import preset
from core.compiled import preparing
from core.compiled.preparing import Preparation
from tp5gui.session.messages import Phase
from tp5gui.session.pacing import Rate
from tp5gui.session.session import Session

WORDS = "Preparing, once on this machine"


class Gate(Preparation):
    """The preparation of what trains, held up as long as the test likes."""

    def __init__(self):
        self.held = threading.Event()
        super().__init__(self._load_later, self._no_name, "")

    def _load_later(self):
        assert self.held.wait(60)
        real.prepare()

    def _no_name(self):
        raise OSError("nothing can be kept")


real = preparing.EPOCHS


@pytest.fixture
def gate(monkeypatch):
    """Nothing is ready before the test says so."""
    gate = Gate()
    monkeypatch.setattr(preparing, "EPOCHS", gate)
    yield gate
    gate.held.set()


@pytest.fixture
def unprepared(gate, session, qtbot):
    """A session whose thread runs, with a run that the compiled engine trains, and what it has said."""
    session.said = []
    session.awaited.connect(session.said.append)
    qtbot.waitUntil(lambda: gate.under_way(0))
    return session


def test_that_a_start_before_it_is_ready_says_so_and_trains_by_itself_once_it_is(gate, unprepared, qtbot):
    unprepared.toggle()
    qtbot.waitUntil(lambda: unprepared.said == [WORDS])
    assert unprepared.frame.phase is Phase.PAUSED
    gate.held.set()
    qtbot.waitUntil(lambda: unprepared.frame.snapshot.epoch > 0)
    assert unprepared.said == [WORDS, ""]


def test_that_what_is_waited_is_no_part_of_the_rate(gate, unprepared, qtbot, monkeypatch):
    restarts = []
    monkeypatch.setattr(Rate, "restart", lambda self, epoch: restarts.append(epoch))
    unprepared.toggle()
    qtbot.waitUntil(lambda: len(restarts) > 3)
    assert not gate.held.is_set()


def test_that_a_pause_is_heard_meanwhile_and_takes_the_words_back(gate, unprepared, qtbot):
    unprepared.toggle()
    qtbot.waitUntil(lambda: unprepared.said == [WORDS])
    unprepared.toggle()
    qtbot.waitUntil(lambda: unprepared.said == [WORDS, ""])
    gate.held.set()
    qtbot.waitUntil(lambda: gate.ready)
    assert unprepared.frame.snapshot.epoch == 0
    unprepared.toggle()
    qtbot.waitUntil(lambda: unprepared.frame.snapshot.epoch > 0)
    assert unprepared.said == [WORDS, ""]


def test_that_what_is_asked_of_the_network_is_answered_meanwhile(gate, unprepared, qtbot):
    unprepared.toggle()
    qtbot.waitUntil(lambda: unprepared.said == [WORDS])
    with qtbot.waitSignal(unprepared.answered):
        unprepared.asking.move_cursor(0.25, 0.75)
    assert not gate.held.is_set()


def test_that_one_step_waits_for_it_as_well(gate, unprepared, qtbot):
    unprepared.step()
    qtbot.waitUntil(lambda: unprepared.said == [WORDS])
    gate.held.set()
    qtbot.waitUntil(lambda: unprepared.frame.snapshot.epoch == 1)
    assert unprepared.frame.phase is Phase.PAUSED


def test_that_a_window_closes_meanwhile(gate, unprepared, qtbot):
    unprepared.toggle()
    qtbot.waitUntil(lambda: unprepared.said == [WORDS])
    assert unprepared.close(2000)


def test_that_a_run_is_opened_and_shown_meanwhile(gate, qapp, qtbot):
    session = Session(preset("font-autoencoder"))
    session.begin()
    session.open_trained("font-autoencoder")
    qtbot.waitUntil(lambda: session.frame is not None)
    assert session.frame.snapshot.epoch > 0
    assert gate.under_way(0)
    assert session.close()


def test_that_the_window_shows_the_words_as_long_as_they_hold(window):
    window.session.awaited.emit(WORDS)
    assert window.status.currentMessage() == WORDS
    window.session.awaited.emit("")
    assert window.status.currentMessage() == ""


@pytest.mark.skipif(os.name != "posix", reason="groups of processes")
def test_that_a_window_that_closes_while_another_process_compiles_leaves_nothing(tmp_path):
    code = (
        "import sys\n"
        "from PySide6.QtCore import QTimer\n"
        "from tp5gui import app\n"
        "from tp5gui.windows.main_window import MainWindow\n"
        "def watch(self, show=MainWindow.show):\n"
        "    show(self)\n"
        "    self.watcher = QTimer(self, interval=10)\n"
        "    self.watcher.timeout.connect(self.look)\n"
        "    self.watcher.start()\n"
        "def look(self):\n"
        "    from pathlib import Path\n"
        f"    if list(Path({str(tmp_path)!r}).glob('tp5-*')):\n"
        "        print('compiles', flush=True)\n"
        "        self.close()\n"
        "MainWindow.show, MainWindow.look = watch, look\n"
        "sys.exit(app.main(['--train']))\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        cwd=Path(__file__).parent.parent.parent, start_new_session=True,
        env={
            **os.environ, "TMPDIR": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache"),
            "XDG_DATA_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path),
        },
    )  # fmt: skip
    out, err = process.communicate(timeout=120)
    assert (process.returncode, out) == (0, "compiles\n"), err
    with pytest.raises(ProcessLookupError):  # nobody of its group is left
        os.killpg(process.pid, 0)
    assert not list(tmp_path.glob("tp5-*"))
    assert not list((tmp_path / "cache").rglob("*.compiled"))
