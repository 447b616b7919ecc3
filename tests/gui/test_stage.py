"""Before a class: full screen, larger type, few controls, one panel alone; and as it was after it."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from tp5gui import theme
from tp5gui.windows.tabbing import controls_in

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


def test_that_the_focus_stays_in_the_panel_that_is_presented_and_not_on_a_button_that_trains(window, qtbot):
    window.draw.canvas.setFocus()
    qtbot.keyClick(window, Qt.Key.Key_P, CTRL_SHIFT)
    look_at_the_map(window, qtbot)
    for key in (Qt.Key.Key_O, Qt.Key.Key_O, Qt.Key.Key_P):
        qtbot.keyClick(window, key, CTRL_SHIFT)
        if window.stage.on:
            assert window.focusWidget() is window.latent.map
            continue
        assert window.focusWidget() is window.draw.canvas
        look_at_the_map(window, qtbot)


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


# --- what Esc does next ---

RETURNS = "Esc brings everything back as it was."


def foot(window):
    """What the foot says once it has come to rest."""
    QApplication.processEvents()
    return window.status.currentMessage()


def present(window, qtbot):
    qtbot.keyClick(window, Qt.Key.Key_P, CTRL_SHIFT)
    assert foot(window) == RETURNS


def escape(qtbot):
    """Press Esc wherever the keys go."""
    popup = QApplication.activePopupWidget()
    qtbot.waitUntil(lambda: popup is not None or QApplication.focusWidget() is not None)
    qtbot.keyClick(popup or QApplication.focusWidget(), Qt.Key.Key_Escape)
    QApplication.processEvents()


def test_that_one_escape_ends_what_is_presented_from_any_control(window, qtbot):
    present(window, qtbot)
    controls = [
        each for place in (window.bar, *window.docks, window.status) for each in controls_in(place)
        if window.is_in_sight(each)
    ]  # fmt: skip
    assert {window.draw.network.view, window.latent.map, window.draw.canvas} <= set(controls)
    leaves = []
    window.stage.leave = lambda: leaves.append(QApplication.focusWidget()) or True
    for control in controls:
        control.setFocus()
        assert foot(window) == RETURNS, control
        escape(qtbot)
        assert leaves[-1:] == [control]
    del window.stage.leave
    escape(qtbot)
    assert not window.stage.on


@pytest.mark.parametrize(
    ("picture", "keys", "words"),
    [
        ("curves", [Qt.Key.Key_Left], "Esc ends the reading of the curves."),
        ("view", [Qt.Key.Key_Right], "Esc lets go of what is chosen in the network."),
    ],
)
def test_that_the_foot_says_what_escape_ends_first_in_a_picture(window, qtbot, picture, keys, words):
    present(window, qtbot)
    if picture == "view":
        qtbot.waitUntil(lambda: window.draw.network.view.inside is not None)
    pictures = {"curves": window.training.curves, "view": window.draw.network.view}
    pictures[picture].setFocus()
    for key in keys:
        qtbot.keyClick(pictures[picture], key)
    assert foot(window) == words
    escape(qtbot)
    assert window.stage.on
    assert foot(window) == RETURNS
    for key in keys:
        qtbot.keyClick(pictures[picture], key)
    window.controls.start.setFocus()  # what was held is let go
    assert foot(window) == RETURNS
    escape(qtbot)
    assert not window.stage.on
    assert "Esc" not in foot(window)
    for key in keys:  # at other times the foot is for other words
        pictures[picture].setFocus()
        qtbot.keyClick(pictures[picture], key)
    assert "Esc" not in foot(window)


@pytest.mark.qt_log_ignore("does not support", extend=True)
def test_that_a_menu_opened_by_its_letter_while_presenting_takes_one_escape(window, qtbot):
    window.draw.canvas.setFocus()
    present(window, qtbot)
    qtbot.keyClick(window.draw.canvas, Qt.Key.Key_V, Qt.KeyboardModifier.AltModifier)
    assert QApplication.activePopupWidget() is not None
    QApplication.processEvents()  # the menu is there, and not only asked for
    escape(qtbot)
    qtbot.waitUntil(window.draw.canvas.hasFocus)
    assert window.stage.on
    escape(qtbot)
    assert not window.stage.on


def test_that_the_card_and_the_question_say_that_escape_is_theirs(window, qtbot):
    present(window, qtbot)
    window.draw.canvas.setFocus()
    qtbot.keyClick(window.draw.canvas, Qt.Key.Key_F1)
    assert foot(window) == "Esc closes the explanation."
    qtbot.keyClick(window.draw.canvas, Qt.Key.Key_Left)
    escape(qtbot)
    assert foot(window) == RETURNS
    window.session.picking.ask("Where from?", lambda *_: None)
    window.training.curves.setFocus()
    qtbot.keyClick(window.training.curves, Qt.Key.Key_Left)
    assert foot(window).startswith("Where from?")  # its words say what Esc does
    window.session.picking.stop()
    assert foot(window) == "Esc ends the reading of the curves."
    escape(qtbot)
    assert foot(window) == RETURNS


def test_that_a_study_that_runs_says_that_escape_stops_it_while_the_keys_go_to_its_panel(window, qtbot):
    form = window.study.form
    window.dock("study").raise_()
    present(window, qtbot)
    form.start.setFocus()
    qtbot.keyClick(form.start, Qt.Key.Key_Space)
    assert form.running
    qtbot.waitUntil(lambda: foot(window) == "Esc stops the study.")
    window.draw.canvas.setFocus()
    assert "stops" not in foot(window)
    form.start.setFocus()
    qtbot.waitUntil(lambda: foot(window) == "Esc stops the study.")
    escape(qtbot)
    assert window.stage.on
    qtbot.waitUntil(lambda: not form.running)
    assert foot(window).startswith("Stopped.")
    escape(qtbot)
    assert not window.stage.on


def test_that_what_is_written_says_how_it_is_stopped_also_where_it_began_before(window, qtbot):
    words = "Writing the report: 3 %. Esc stops it."
    window.status.stand("report", words)
    qtbot.keyClick(window, Qt.Key.Key_P, CTRL_SHIFT)
    assert foot(window) == words
    window.status.stand("report", "")
    assert foot(window) == RETURNS
