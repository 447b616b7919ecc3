"""What Qt only mutters fails here: threads, timers and windows left behind, named by where they started."""

import gc
import math
import time
import traceback
import weakref
from functools import partial
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import QEvent, QThread, QTimer

from core import preset
from core.data import library
from tp5gui.panels.latent import LatentPanel
from tp5gui.session.session import Session
from tp5gui.settings import Settings
from tp5gui.theme import LIGHT, apply_theme, tokens
from tp5gui.windows.main_window import MainWindow

PATIENCE = 60_000  # ms that a test waits for what must come, also where two cores do the work of eight


def _delete_what_waits(qapp):
    """Let objects that asked to be deleted go; processing events alone leaves them."""
    qapp.processEvents()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()


def _where() -> str:
    return "".join(traceback.format_stack()[-4:-2])


@pytest.fixture
def no_leaks(qapp, monkeypatch):
    """Fail if a thread runs, a timer ticks or a window stands after the test."""
    threads, timers = weakref.WeakKeyDictionary(), weakref.WeakKeyDictionary()

    def watch(kind, started):
        real = kind.start

        def start(self, *arguments):
            started[self] = _where()
            return real(self, *arguments)

        monkeypatch.setattr(kind, "start", start)

    watch(QThread, threads)
    watch(QTimer, timers)
    before = {id(widget) for widget in qapp.topLevelWidgets()}
    yield
    for widget in qapp.topLevelWidgets():  # a second window that a test only closes would be dressed for ever
        if isinstance(widget, MainWindow) and id(widget) not in before and not widget.isVisible():
            widget.deleteLater()
    _delete_what_waits(qapp)
    running = {where for thread, where in threads.items() if shiboken6.isValid(thread) and thread.isRunning()}
    ticking = {where for timer, where in timers.items() if shiboken6.isValid(timer) and timer.isActive()}
    # pyqtgraph keeps hidden menus without a parent until its items are collected; those are no windows
    shown = [widget for widget in qapp.topLevelWidgets() if widget.isVisible()]
    left = [widget for widget in shown if id(widget) not in before]
    assert not running, f"threads still run, started at {running}"
    assert not ticking, f"timers still tick, started at {ticking}"
    assert not left, f"windows still stand: {left}"


def pytest_runtest_setup(item):
    if "qapp" in item.fixturenames and "no_leaks" not in item.fixturenames:
        item.fixturenames.insert(item.fixturenames.index("qapp") + 1, "no_leaks")


@pytest.fixture
def qtbot(qtbot):
    """The bot of pytest-qt, patient: a slow machine alone fails no test."""
    qtbot.waitUntil = partial(qtbot.waitUntil, timeout=PATIENCE)
    qtbot.waitSignal = partial(qtbot.waitSignal, timeout=PATIENCE)
    return qtbot


@pytest.fixture
def shelf_of_nobody(tmp_path, monkeypatch):
    """An empty library, so that nobody's sets are among those there are."""
    monkeypatch.setattr(library, "folder", lambda: tmp_path / "library")


@pytest.fixture
def light(qapp):
    """The light theme, whatever another test chose; where it is worn already nothing is dressed anew."""
    if tokens() is not LIGHT or not qapp.styleSheet():
        apply_theme(qapp, "light")


@pytest.fixture
def session(qapp, qtbot):
    """A session of the best autoencoder with its thread running and its first frame shown."""
    session = Session(preset("font-autoencoder"))
    session.begin()
    session.rewind()
    qtbot.waitUntil(lambda: session.frame is not None)
    yield session
    assert session.close()


class Clock:
    """A clock that stands until it is set."""

    def __init__(self):
        self.now = 50.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    """The clock by which things glide, in a test's own hand."""
    clock = Clock()
    monkeypatch.setattr(time, "perf_counter", clock)
    return clock


@pytest.fixture
def latent_panel(qapp, qtbot, light):
    """The panel of the map alone, of a session that has not begun."""
    panel = LatentPanel(Session(preset("font-autoencoder")))
    qtbot.addWidget(panel)
    panel.resize(400, 500)
    panel.show()
    yield panel
    panel.close()


@pytest.fixture
def settings(tmp_path):
    """Settings of nobody."""
    return Settings(Path(tmp_path))


@pytest.fixture
def window(qapp, qtbot, light, settings):
    """The workbench with the trained autoencoder on it, everything loaded; it trains at full speed."""
    from tp5gui.session.session import RUNS

    window = MainWindow(Session(preset("font-autoencoder")), settings, str(RUNS / "font-autoencoder.tp5"))
    window.session.set_speed(math.inf)  # not at the pace at which a person sees it learn
    window.resize(1280, 800)
    window.show()
    qtbot.waitUntil(lambda: window.session.frame is not None)
    qtbot.waitUntil(lambda: window.training.curves is not None)
    qtbot.waitUntil(lambda: window.draw.output.image is not None)
    yield window
    window.close()
    window.deleteLater()
    _delete_what_waits(qapp)
    assert not shiboken6.isValid(window)
