"""Before a class: full screen, larger type, few controls, one panel alone; and as it was after it."""

import pytest
from PySide6.QtCore import Qt

from tp5gui import theme

CTRL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture(autouse=True)
def _usual_type(qapp):
    yield
    theme.set_zoom(qapp, 100)


def sizes(window):
    return {dock.objectName(): dock.size() for dock in window.docks if window.is_in_sight(dock.widget())}


def closed(window):
    return {dock.objectName() for dock in window.docks if dock.is_closed}


def test_that_presenting_shows_few_controls_in_large_type_and_escape_ends_it(window, qtbot, settings):
    before, size = sizes(window), window.size()
    qtbot.keyClick(window, Qt.Key.Key_P, CTRL_SHIFT)
    assert window.isFullScreen()
    assert theme.zoom() > 100
    assert settings.zoom == 100
    assert closed(window) == {"experiment"}
    assert "Esc" in window.status.currentMessage()
    assert not window.closed_panels.isVisible()
    assert window.menuBar().height() == 0
    version = window.session.frame.version
    qtbot.keyClick(window, Qt.Key.Key_F8)  # the keys of the menus work: another seed
    qtbot.waitUntil(lambda: window.session.frame.version != version)
    window.setFocus()
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert not window.isFullScreen()
    assert (theme.zoom(), closed(window)) == (100, set())
    assert "Esc" not in window.status.currentMessage()
    qtbot.waitUntil(lambda: window.menuBar().height() > 0)
    qtbot.waitUntil(lambda: window.latent.map.tiles is not None)  # the ground of the map is there as before
    window.resize(size)  # no window manager gives it back offscreen
    qtbot.waitUntil(lambda: sizes(window) == before)


def test_that_one_panel_is_presented_alone_and_the_same_key_ends_it(window, qtbot):
    qtbot.mouseClick(window.latent.map, LEFT)
    window.latent.map.setFocus(Qt.FocusReason.MouseFocusReason)
    window.explaining.on_focus_changed(window.draw.canvas, window.latent.map)
    qtbot.keyClick(window, Qt.Key.Key_O, CTRL_SHIFT)
    assert window.isFullScreen()
    assert closed(window) == {dock.objectName() for dock in window.docks} - {"latent"}
    qtbot.keyClick(window, Qt.Key.Key_O, CTRL_SHIFT)
    assert not window.isFullScreen()
    assert closed(window) == set()


def test_that_full_screen_alone_changes_nothing_in_the_window(window, qtbot):
    qtbot.keyClick(window, Qt.Key.Key_F11)
    assert window.isFullScreen()
    assert closed(window) == set()
    assert window.menuBar().height() > 0
    qtbot.keyClick(window, Qt.Key.Key_F11)
    assert not window.isFullScreen()


def test_that_a_panel_that_was_closed_stays_closed_and_type_zoomed_meanwhile_is_forgotten(
    window, qtbot, settings
):
    window.dock("study").close()
    qtbot.keyClick(window, Qt.Key.Key_P, CTRL_SHIFT)
    assert closed(window) == {"experiment", "study"}
    qtbot.keyClick(window, Qt.Key.Key_Plus, Qt.KeyboardModifier.ControlModifier)
    assert settings.zoom == 100
    qtbot.keyClick(window, Qt.Key.Key_P, CTRL_SHIFT)
    assert closed(window) == {"study"}
    assert theme.zoom() == 100


def test_that_a_window_that_closes_before_a_class_opens_as_it_was_before(window, qtbot, settings):
    before = window.arrangement.now
    qtbot.keyClick(window, Qt.Key.Key_P, CTRL_SHIFT)
    window.close()
    assert settings.layout() == before
    assert theme.zoom() == 100
