"""Python's garbage is collected in the window's thread alone, as long as a session's threads run."""

import gc
import threading
import time
import weakref

import pytest
from PySide6.QtCore import QObject

from core import preset
from tp5gui.session.garbage import Garbage
from tp5gui.session.session import Session


class Circle:
    """Refers to itself, and notes in which thread it goes."""

    def __init__(self, seen):
        self.me = self
        weakref.finalize(self, lambda: seen.append(threading.current_thread()))


def test_that_what_another_thread_leaves_behind_goes_in_the_windows_thread(session, qtbot):
    seen = []

    def leave():
        for _ in range(gc.get_threshold()[0] * 3):
            Circle(seen)

    other = threading.Thread(target=leave)
    other.start()
    other.join()
    assert not seen
    qtbot.waitUntil(lambda: bool(seen))
    assert set(seen) == {threading.main_thread()}


@pytest.mark.parametrize("collects", [True, False])
def test_that_the_last_session_gives_the_work_back(qapp, collects):
    (gc.enable if collects else gc.disable)()
    sessions = [Session(preset("font-autoencoder")) for _ in range(2)]
    for session in sessions:
        session.begin()
    for session, left in zip(sessions, (False, collects), strict=True):
        assert not gc.isenabled()
        assert session.close()
        assert session.close()
        assert gc.isenabled() == left


def test_that_everything_is_looked_through_seldom(qapp, monkeypatch):
    looks, now, garbage = [], [time.monotonic()], Garbage(QObject())
    with monkeypatch.context() as patch:
        patch.setattr(gc, "collect", looks.append)
        patch.setattr(gc, "get_count", lambda: (10_000, 100, 100))
        patch.setattr(time, "monotonic", lambda: now[0])
        for seconds in (1, 1000, 1):
            now[0] += seconds
            garbage.on_time()
    assert looks == [1, 2, 1]
