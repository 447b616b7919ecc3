"""How fast a run trains: as it suits the run until a person wishes otherwise."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel

from core import preset
from tp5gui.panels.controls import ControlBar
from tp5gui.session.messages import Phase
from tp5gui.session.pacing import IN_SIGHT, SPEEDS, pace
from tp5gui.session.session import Session
from tp5gui.settings import Settings
from tp5gui.windows.main_window import MainWindow

KEY = Qt.Key
LEFT = Qt.MouseButton.LeftButton


@given(st.integers(1, 10_000_000))
def test_that_a_run_without_a_wish_takes_about_ten_seconds_or_is_not_held_back(epochs):
    speed = pace(None, epochs)
    assert speed in SPEEDS
    if math.isfinite(speed) and epochs >= IN_SIGHT:
        assert IN_SIGHT / 3.1 <= epochs / speed <= 3.1 * IN_SIGHT


@given(st.sampled_from(SPEEDS), st.integers(1, 10_000_000))
def test_that_a_wish_holds_whatever_the_run(speed, epochs):
    assert pace(speed, epochs) == speed


@pytest.fixture
def bar(qapp, qtbot, light):
    """A bar of a session whose run chooses its pace."""
    session = Session(replace(preset("font-autoencoder"), epochs=3000))
    session.set_speed(None)
    bar = ControlBar(session)
    qtbot.addWidget(bar)
    bar.resize(1600, 48)
    bar.show()
    return bar


def test_that_the_slider_stands_where_the_run_trains(bar):
    assert bar.speed.speed == 300
    assert bar.speed.words() == "300/s"


def test_that_end_is_full_speed_and_backspace_leaves_it_to_the_run(bar, qtbot):
    slider, wishes = bar.speed, []
    slider.wished.connect(wishes.append)
    qtbot.keyClick(slider, KEY.Key_End)
    assert (slider.speed, slider.words()) == (math.inf, "full speed")
    qtbot.keyClick(slider, KEY.Key_Backspace)
    assert slider.speed == 300
    qtbot.keyClick(slider, KEY.Key_Left)
    assert slider.speed == 100
    qtbot.mouseDClick(slider, LEFT, pos=QPoint(slider.width() // 2, slider.height() // 2))
    assert slider.speed == 300
    assert wishes == [math.inf, None, 100, None]


def test_that_the_words_beside_the_slider_explain_the_same(bar, qtbot):
    words = next(label for label in bar.findChildren(QLabel) if label.text() == "300/s")
    assert words.toolTip() == bar.speed.toolTip()
    qtbot.keyClick(bar.speed, KEY.Key_End)
    assert words.text() == "full speed"
    assert words.toolTip() == bar.speed.toolTip()
    assert "Backspace" in words.toolTip()


def test_that_either_end_is_one_click_away_and_a_click_on_the_handle_wishes_nothing(bar, qtbot):
    slider, wishes, middle = bar.speed, [], bar.speed.height() // 2
    slider.wished.connect(wishes.append)
    share = slider.value() / slider.maximum()
    handle = QPoint(round(7 + share * (slider.width() - 14)), middle)
    qtbot.mouseClick(slider, LEFT, pos=handle)
    assert (slider.speed, wishes) == (300, [])
    qtbot.mouseClick(slider, LEFT, pos=QPoint(slider.width() - 2, middle))
    assert (slider.speed, wishes) == (math.inf, [math.inf])
    qtbot.mouseClick(slider, LEFT, pos=QPoint(2, middle))
    assert (slider.speed, wishes) == (1, [math.inf, 1])


def test_that_a_speed_from_elsewhere_moves_the_slider(bar):
    bar.speed.wished.connect((wishes := []).append)
    for speed in (1.0, math.inf, 30.0):
        bar._session.set_speed(speed)
        assert bar.speed.speed == speed
    assert wishes == []


@pytest.fixture
def opened(qapp, qtbot, light):
    """Opens a window with a run of 3,000 epochs at its first, and closes those that are open."""
    windows = []

    def open_with(settings):
        window = MainWindow(Session(replace(preset("font-autoencoder"), epochs=3000)), settings)
        windows.append(window)
        window.show()
        qtbot.waitUntil(lambda: window.session.frame is not None)
        return window

    yield open_with
    for window in windows:
        window.close()
        window.deleteLater()


def test_that_a_new_run_is_seen_to_learn_and_a_wish_is_remembered(opened, qtbot, settings, tmp_path):
    window, epochs = opened(settings), []
    window.session.framed.connect(lambda frame: epochs.append(frame.snapshot.epoch))
    qtbot.mouseClick(window.controls.start, LEFT)
    qtbot.waitUntil(lambda: epochs[-1:] > [50])
    assert epochs[-1] < 1000  # at full speed it would be done
    window.session.store.update(epochs=1000)  # with fewer epochs it goes slower
    qtbot.waitUntil(lambda: window.controls.speed.speed == 100)
    qtbot.keyClick(window.controls.speed, KEY.Key_End)
    qtbot.waitUntil(lambda: window.session.frame.phase is Phase.FINISHED)
    window.close()
    assert Settings(tmp_path).speed == math.inf
    again = opened(Settings(tmp_path))
    assert again.controls.speed.speed == math.inf
    qtbot.keyClick(again.controls.speed, KEY.Key_Delete)
    assert Settings(tmp_path).speed is None


@pytest.mark.parametrize("value", ["fast", 7.0, 10, math.inf, -1.0, True, [1.0]])
def test_that_a_speed_that_nobody_could_choose_is_dropped(tmp_path, value):
    settings = Settings(tmp_path)
    settings._change("speed", lambda _: value)
    assert Settings(tmp_path).speed is None
