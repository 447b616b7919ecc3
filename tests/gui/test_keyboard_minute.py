"""A whole first minute by keyboard: real keys alone, from the start to the end, in the real window."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog

from tp5gui.session.messages import Phase
from tp5gui.windows.picture_manner import PictureManner

pytestmark = pytest.mark.qt_log_ignore("does not support (propagateSizeHints|raise|grabbing)")  # of windows

KEY, CTRL, SHIFT = Qt.Key, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
ALT, NONE = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.NoModifier


class Hands:
    """Presses keys, which go to whatever has the focus."""

    def __init__(self, qtbot):
        self._qtbot = qtbot

    def press(self, *keys, modifier=NONE):
        for key in keys:
            there = QApplication.activePopupWidget() or QApplication.focusWidget()
            self._qtbot.keyClick(there, key, modifier)

    def write(self, words):
        self._qtbot.keyClicks(QApplication.focusWidget(), words)

    def go(self, key, reached, modifier=NONE):
        """Press a key until the focus is where it should be; it comes around in fewer than 60 steps."""
        for _ in range(60):
            if reached():
                return
            self.press(key, modifier=modifier)
        raise AssertionError(QApplication.focusWidget())


@pytest.fixture
def hands(qtbot):
    return Hands(qtbot)


def test_that_a_whole_first_minute_goes_by_keyboard(window, qtbot, hands):
    session, drawing = window.session, window.session.drawing

    def answered():
        qtbot.waitUntil(lambda: np.array_equal(window.draw.answered, drawing.image))
        return window.draw.output.image.copy()

    # a pixel is drawn, and the network answers
    empty = drawing.image.copy()
    hands.press(KEY.Key_Left, KEY.Key_Up, KEY.Key_Space)
    assert np.abs(drawing.image - empty).sum() == 1
    answered()
    hands.press(KEY.Key_Z, modifier=CTRL)
    assert np.array_equal(drawing.image, empty)

    # on the map the cursor moves, its image follows, and is taken
    hands.go(KEY.Key_F6, window.latent.map.hasFocus)
    plane = window.latent.map
    qtbot.waitUntil(lambda: plane.cursor_image is not None)
    before, place = plane.cursor_image.copy(), plane.cursor_point
    hands.press(*[KEY.Key_Right] * 3, modifier=SHIFT)
    assert plane.cursor_point.x() > place.x()
    qtbot.waitUntil(lambda: not np.array_equal(plane.cursor_image, before))
    view = plane.bounds()
    hands.press(KEY.Key_Plus)
    assert plane.bounds().width() < view.width()
    hands.press(KEY.Key_Left, modifier=CTRL)
    assert plane.bounds().center().x() < plane.cursor_point.x()
    hands.press(KEY.Key_F)
    hands.press(KEY.Key_Return)
    qtbot.waitUntil(lambda: not np.array_equal(drawing.image, empty))
    answered()

    # it trains, and rests
    hands.press(KEY.Key_F5)
    qtbot.waitUntil(lambda: session.frame.phase is Phase.RUNNING and session.frame.snapshot.epoch > 10)
    hands.press(KEY.Key_F5)
    qtbot.waitUntil(lambda: session.frame.phase is not Phase.RUNNING)

    # the curves are read off, and come nearer
    curves = window.training.curves
    hands.go(KEY.Key_F6, curves.hasFocus, SHIFT)
    hands.press(KEY.Key_Left)
    last = curves.pointed
    hands.press(KEY.Key_Left, KEY.Key_PageUp)
    assert curves.pointed < last
    (low, high), _ = curves.ranges
    hands.press(KEY.Key_Plus)
    assert curves.ranges[0][1] - curves.ranges[0][0] < high - low
    assert curves.ranges[0][0] < curves.pointed < curves.ranges[0][1]
    hands.press(KEY.Key_Escape, KEY.Key_F)
    assert curves.pointed is None

    # a number of the experiment is another one, and training begins with it
    form, presets = window.experiment.form, window.experiment.presets
    hands.go(KEY.Key_F6, presets.hasFocus, SHIFT)
    hands.go(KEY.Key_Tab, form.row("latent").editor.line.hasFocus)
    hands.write("3")
    hands.press(KEY.Key_Return)
    assert session.store.spec.latent == 3
    hands.press(KEY.Key_F5)
    qtbot.waitUntil(lambda: session.frame.spec.latent == 3 and session.frame.snapshot.epoch > 0)
    hands.press(KEY.Key_F5)
    qtbot.waitUntil(lambda: session.frame.phase is not Phase.RUNNING)

    # a preset is chosen from its list
    hands.go(KEY.Key_Tab, presets.hasFocus, SHIFT)
    hands.press(KEY.Key_Down)
    assert session.store.spec.latent != 3
    hands.press(KEY.Key_F5)
    qtbot.waitUntil(lambda: session.frame.spec == session.store.spec)
    hands.press(KEY.Key_F5)

    # inside the network a unit is chosen, and what is said of it stays
    network = window.network.network
    hands.go(KEY.Key_F6, network.view.hasFocus)
    qtbot.waitUntil(lambda: network.view.row is not None)
    hands.press(KEY.Key_Right, modifier=CTRL)
    hands.press(KEY.Key_Return)
    qtbot.waitUntil(network.card.isVisible)

    # an image on the walk is drawn
    strip = window.explore.strip
    hands.go(KEY.Key_F6, strip.hasFocus, SHIFT)
    qtbot.waitUntil(lambda: strip.images is not None)
    before = drawing.image.copy()
    hands.press(KEY.Key_Right, KEY.Key_Right, KEY.Key_Return)
    qtbot.waitUntil(lambda: not np.array_equal(drawing.image, before))

    # the picture is saved, or would be
    hands.press(KEY.Key_E, modifier=CTRL | SHIFT)
    (manner,) = window.findChildren(PictureManner)
    qtbot.waitUntil(manner.isActiveWindow)
    hands.press(KEY.Key_Return)
    (dialog,) = window.findChildren(QFileDialog)
    qtbot.waitUntil(dialog.isActiveWindow)
    hands.press(KEY.Key_Escape)
    qtbot.waitUntil(lambda: not dialog.isVisible())
    assert window.focusWidget() is strip  # as soon as the window is active
    window.activateWindow()
    qtbot.waitUntil(strip.hasFocus)

    # and out by the menu
    hands.press(KEY.Key_F, modifier=ALT)
    hands.press(KEY.Key_Q)
    qtbot.waitUntil(lambda: not window.isVisible())
