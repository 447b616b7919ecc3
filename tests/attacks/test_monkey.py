"""A monkey at the real window: mouse, keys and wheel anywhere, in any order.

`Monkey(window, random.Random(seed))` does the same things again, as far as the clock allows.
"""

import random
import sys
import time
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QLineEdit, QMenu, QWidget

from core import preset
from tp5gui.panels import places
from tp5gui.session.session import RUNS, Session
from tp5gui.settings import Settings
from tp5gui.theme import apply_theme
from tp5gui.windows.main_window import MainWindow

LEFT, RIGHT, MIDDLE = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton
NONE, SHIFT, CTRL = (
    Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier,
)  # fmt: skip
TEXTS = ("7", "0.5", "-1", "1e9", "nan", "12,6", "abc", "", "0.01", "3", "999", "inf", " ", "0:1:3", "x" * 80)
KEYS = "Left Right Up Down Space Delete Backspace Home End PageDown Tab Backtab Return Escape F2 Plus Minus"
SHORTCUTS = (
    (Qt.Key.Key_F5, NONE), (Qt.Key.Key_F9, NONE), (Qt.Key.Key_F7, NONE), (Qt.Key.Key_F8, NONE),
    (Qt.Key.Key_F6, NONE), (Qt.Key.Key_F6, NONE), (Qt.Key.Key_F6, SHIFT),
    (Qt.Key.Key_Z, CTRL), (Qt.Key.Key_Z, CTRL), (Qt.Key.Key_Z, CTRL), (Qt.Key.Key_Y, CTRL),
    (Qt.Key.Key_D, CTRL), (Qt.Key.Key_I, CTRL), (Qt.Key.Key_Backspace, CTRL), (Qt.Key.Key_O, CTRL),
    (Qt.Key.Key_S, CTRL),
)  # fmt: skip
NEVER = ("this change needs a new run", "Traceback", "object has no attribute")
SLOWEST = 20.0  # s that the window may take to hear of anything, on a busy machine


class Monkey:
    """Does something to the window at every turn."""

    def __init__(self, window, draw):
        self.window, self.draw, self.last = window, draw, ""

    def control(self):
        """Any widget that is seen and can be used."""
        windows = [
            top for top in QApplication.topLevelWidgets()
            if top.isVisible() and isinstance(top, MainWindow | QDialog | QMenu)
        ]  # fmt: skip
        top = self.draw.choice(windows or [self.window])
        controls = [
            child for child in top.findChildren(QWidget)
            if child.isVisible() and child.isEnabled() and child.width() > 2 and child.height() > 2
        ]  # fmt: skip
        control = self.draw.choice(controls or [top])
        self.last = f"{type(control).__name__} {control.objectName()}"
        return control

    def place(self, control):
        return QPoint(self.draw.randrange(control.width()), self.draw.randrange(control.height()))

    def click(self):
        control = self.control()
        button = self.draw.choice((LEFT, LEFT, LEFT, RIGHT, MIDDLE))
        QTest.mouseClick(control, button, self.draw.choice((NONE, SHIFT)), self.place(control))

    def double_click(self):
        control = self.control()
        QTest.mouseDClick(control, LEFT, NONE, self.place(control))

    def drag(self):
        control, button = self.control(), self.draw.choice((LEFT, LEFT, RIGHT))
        QTest.mousePress(control, button, NONE, self.place(control))
        for _ in range(self.draw.randrange(1, 8)):
            across, down = control.width() + 30, control.height() + 30
            QTest.mouseMove(control, QPoint(self.draw.randrange(-30, across), self.draw.randrange(-30, down)))
        QTest.mouseRelease(control, button, NONE, self.place(control))

    def type(self):
        lines = [line for line in self.window.findChildren(QLineEdit) if line.isVisible()]
        control = self.draw.choice(lines) if lines and self.draw.random() < 0.7 else self.control()
        if isinstance(control, QLineEdit) and self.draw.random() < 0.6:
            control.setFocus()
            control.selectAll()
        QTest.keyClicks(control, self.draw.choice(TEXTS))
        QTest.keyClick(control, self.draw.choice((Qt.Key.Key_Return, Qt.Key.Key_Tab, Qt.Key.Key_Escape)))

    def key(self):
        QTest.keyClick(self.control(), getattr(Qt.Key, f"Key_{self.draw.choice(KEYS.split())}"))

    def shortcut(self):
        QTest.keyClick(self.window, *self.draw.choice(SHORTCUTS))

    def wheel(self):
        control = self.control()
        place = QPointF(self.place(control))
        turn = QPoint(0, self.draw.choice((-120, 120, 1200, -1200, 5)))
        event = QWheelEvent(
            place, QPointF(control.mapToGlobal(place.toPoint())), QPoint(0, 0), turn,
            Qt.MouseButton.NoButton, NONE, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(control, event)

    def put_away(self):
        for top in QApplication.topLevelWidgets():
            if top.isVisible() and isinstance(top, QDialog | QMenu):
                top.close()

    def turn(self):
        acts = {
            self.click: 30, self.double_click: 5, self.drag: 16, self.type: 14, self.key: 12,
            self.shortcut: 14, self.wheel: 8, self.put_away: 4,
        }  # fmt: skip
        (act,) = self.draw.choices(list(acts), list(acts.values()))
        act()
        self.last = f"{act.__name__} {self.last}"
        if QApplication.activePopupWidget() is not None and self.draw.random() < 0.5:
            QApplication.activePopupWidget().close()


@pytest.fixture
def files(tmp_path, monkeypatch):
    """Dialogs for files answer at once, with any of these."""
    (tmp_path / "bad.tp5").write_bytes(b"xx")
    sources = [str(RUNS / "font-autoencoder.tp5"), str(tmp_path / "bad.tp5"), str(tmp_path / "none.tp5")]
    draw = random.Random(0)

    def answer(dialog, then):
        saves = dialog.acceptMode() == QFileDialog.AcceptMode.AcceptSave
        dialog.deleteLater()
        then(str(tmp_path / f"out-{draw.randrange(3)}.tp5") if saves else draw.choice(sources))

    monkeypatch.setattr(places, "_open", answer)
    return tmp_path


@pytest.mark.parametrize(
    ("seed", "seconds"), [(1, 4), *(pytest.param(seed, 600, marks=pytest.mark.slow) for seed in (2, 3))]
)
@pytest.mark.qt_log_ignore("This plugin does not support")  # what the platform without a screen says
@pytest.mark.timeout(900)
def test_that_a_monkey_at_the_window_finds_nothing_that_breaks(
    qapp, qtbot, files, monkeypatch, seed, seconds
):
    apply_theme(qapp, "light")
    raised, said = [], []
    monkeypatch.setattr(sys, "excepthook", lambda kind, error, trace: raised.append(error))
    window = MainWindow(Session(preset("font-autoencoder")), Settings(Path(files)), None)
    window.session.failed.connect(said.append)
    window.resize(1280, 800)
    window.show()
    qtbot.waitUntil(lambda: window.session.frame is not None, timeout=60_000)
    popups = QTimer()  # a menu that opens in a loop of its own does not keep the monkey
    popups.timeout.connect(lambda: qapp.activePopupWidget() and qapp.activePopupWidget().close())
    popups.start(500)
    monkey, until, turns = Monkey(window, random.Random(seed)), time.monotonic() + seconds, 0
    while time.monotonic() < until:
        began = time.monotonic()
        monkey.turn()
        qapp.processEvents()
        turns += 1
        assert time.monotonic() - began < SLOWEST, f"seed {seed}, turn {turns}: {monkey.last}"
        assert not raised, f"seed {seed}, turn {turns}: {monkey.last}: {raised[0]!r}"
        strange = [words for words in said if any(part in words for part in NEVER)]
        assert not strange, f"seed {seed}, turn {turns}: {monkey.last}: {strange}"
        if not window.isVisible():
            window.show()
        if turns % 40 == 0:
            QTest.qWait(30)
    popups.stop()
    monkey.put_away()
    assert turns > 3 * seconds
    window.close()
    window.deleteLater()
