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
    before, field = sizes(window), window.experiment.form.row("epochs").editor.line
    field.setFocus()
    qtbot.keyClick(window, Qt.Key.Key_P, CTRL_SHIFT)
    assert window.isFullScreen()
    assert not field.hasFocus()
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
    assert field.hasFocus()
    assert (theme.zoom(), closed(window)) == (100, set())
    assert "Esc" not in window.status.currentMessage()
    qtbot.waitUntil(lambda: window.menuBar().height() > 0)
    qtbot.waitUntil(lambda: window.latent.map.tiles is not None)  # the ground of the map is there as before
    qtbot.waitUntil(lambda: sizes(window) == before)


def look_at_the_map(window, qtbot):
    qtbot.mouseClick(window.latent.map, LEFT)
    window.latent.map.setFocus(Qt.FocusReason.MouseFocusReason)
    window.explaining.on_focus_changed(window.draw.canvas, window.latent.map)


def test_that_it_goes_from_all_panels_to_one_and_back_and_the_same_key_ends_it(window, qtbot):
    """To the very sizes, also of panels in larger type that a person has moved, and also again."""
    window.set_zoom(130)
    window.resizeDocks([window.dock("draw"), window.dock("training")], [301, 390], Qt.Orientation.Vertical)
    qtbot.waitUntil(lambda: not window.arrangement.shares.gives)
    before, all_names = sizes(window), {dock.objectName() for dock in window.docks}
    for keys, last in (("O", "one"), ("PO", "one"), ("OP", "all"), ("POP", "all")):
        for key in keys:
            if key == "O":
                look_at_the_map(window, qtbot)
            qtbot.keyClick(window, getattr(Qt.Key, f"Key_{key}"), CTRL_SHIFT)
            assert window.isFullScreen()
        assert closed(window) == (all_names - {"latent"} if last == "one" else {"experiment"})
        qtbot.keyClick(window, getattr(Qt.Key, f"Key_{keys[-1]}"), CTRL_SHIFT)
        assert not window.isFullScreen()
        qtbot.waitUntil(lambda: not window.arrangement.shares.gives)
        assert (closed(window), theme.zoom()) == (set(), 130)
        assert sizes(window) == before


def test_that_a_maximised_window_is_maximised_again(window, qtbot):
    window.showMaximized()
    for key, modifiers in ((Qt.Key.Key_P, CTRL_SHIFT), (Qt.Key.Key_F11, Qt.KeyboardModifier.NoModifier)):
        qtbot.keyClick(window, key, modifiers)
        assert window.isFullScreen()
        qtbot.keyClick(window, key, modifiers)
        assert (window.isFullScreen(), window.isMaximized()) == (False, True)


def test_that_undo_of_a_closed_panel_wrecks_nothing_that_is_presented(window, qtbot):
    window.dock("study").close()
    qtbot.keyClicks(window, "PP", CTRL_SHIFT)
    assert window.session.history.stack.count() == 1  # of what Qt closes to put it back there is no step
    look_at_the_map(window, qtbot)
    undo = window.controls.undoing.undo
    qtbot.keyClick(window, Qt.Key.Key_O, CTRL_SHIFT)
    alone = closed(window)
    undo.trigger()
    assert closed(window) == alone  # it is shown again afterwards
    qtbot.keyClick(window, Qt.Key.Key_P, CTRL_SHIFT)
    assert closed(window) == {"experiment"}
    window.controls.undoing.redo.trigger()
    assert closed(window) == {"experiment", "study"}
    undo.trigger()
    window.dock("draw").close()
    undo.trigger()
    assert closed(window) == {"experiment"}
    qtbot.keyClick(window, Qt.Key.Key_P, CTRL_SHIFT)
    assert closed(window) == set()
    window.controls.undoing.redo.trigger()
    assert closed(window) == {"draw"}


@pytest.mark.qt_log_ignore("does not support")  # what floating panels say offscreen
def test_that_presenting_ends_with_its_last_panel_and_where_all_panels_are_arranged(window, qtbot):
    look_at_the_map(window, qtbot)
    qtbot.keyClick(window, Qt.Key.Key_O, CTRL_SHIFT)
    window.dock("latent").close()
    qtbot.waitUntil(lambda: not window.stage.on)
    assert closed(window) == set()
    window.dock("draw").setFloating(True)
    window.arrangement.reset()
    assert not window.dock("draw").isFloating()
    qtbot.keyClick(window, Qt.Key.Key_P, CTRL_SHIFT)
    window.controls.undoing.undo.trigger()
    assert not window.stage.on
    assert window.dock("draw").isFloating()
    window.dock("draw").setFloating(False)


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


@pytest.mark.qt_log_ignore("does not support", extend=True)
def test_that_floating_panels_hints_and_the_focus_go_on_after_a_class_in_another_language(window, qtbot):
    window.dock("latent").setFloating(True)
    window.draw.canvas.setFocus()
    hinted = window.guide.ring.around
    assert hinted is not None
    qtbot.keyClick(window, Qt.Key.Key_P, CTRL_SHIFT)
    assert window.guide.ring.around is None  # its words are not said either
    assert window.focusWidget() is window.draw.canvas
    window.speak("es")
    assert window.guide.ring.around is None
    assert window.stage.leave()
    qtbot.waitUntil(lambda: not window.arrangement.shares.gives)
    assert window.dock("latent").isFloating()
    assert window.is_in_sight(window.latent.map)
    assert window.focusWidget() is window.draw.canvas
    assert window.guide.ring.around is not None
    window.speak("en")
