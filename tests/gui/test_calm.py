"""The wheel changes no control without the focus, and Tab walks through what is in sight."""

from itertools import product

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QWheelEvent
from PySide6.QtWidgets import (
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDockWidget,
    QScrollBar,
    QTabBar,
    QWidget,
)

from tp5gui.panels.calm import CalmBox, CalmSlider, CalmSpinBox

DOWN, UP = -120, 120
PANELS = ("training", "explore", "study", "runs", "network")
BESIDE = {"experiment", "runs"}  # they share a place, and so do the others


def turn(widget, angle):
    """Turn the wheel over the middle of a widget."""
    middle = widget.rect().center()
    event = QWheelEvent(
        QPointF(middle), QPointF(widget.mapToGlobal(middle)), QPoint(), QPoint(0, angle),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(widget, event)


def state(control):
    if isinstance(control, QComboBox | QTabBar):
        return control.currentIndex()
    return control.value()


def controls(window):
    """Everything that has a value which a wheel could turn; a bar that scrolls is what the wheel is for."""
    kinds = (QComboBox, QAbstractSpinBox, QAbstractSlider, QTabBar)
    found = [one for one in window.findChildren(QWidget) if isinstance(one, kinds)]
    return [one for one in found if not isinstance(one, QScrollBar)]


def turn_all(window):
    (QApplication.focusWidget() or window).clearFocus()
    found = controls(window)
    for control in found:
        before = state(control)
        for angle in (DOWN, UP, UP, DOWN, DOWN):
            turn(control, angle)
            assert state(control) == before, (type(control), control.accessibleName(), control.objectName())
        assert not control.hasFocus()
    return found


def test_that_the_wheel_changes_nothing_that_has_not_the_focus(window):
    window.setFocus()
    for name in PANELS:
        window.findChild(QDockWidget, name).raise_()
        found = turn_all(window)
    for kind in (CalmBox, CalmSlider, CalmSpinBox, QTabBar):
        assert any(isinstance(one, kind) for one in found), kind
    assert len(found) > 25


def test_that_the_wheel_changes_nothing_in_the_import_dialog(window):
    sets = window.open_data_sets()
    sets.open_import()
    assert len(turn_all(sets.importing)) >= 4
    sets.importing.reject()
    sets.close()


def test_that_the_wheel_turns_what_has_the_focus(window, qtbot):
    window.activateWindow()
    box, slider = window.experiment.form.row("activation").editor.box, window.controls.speed
    for control, angle in ((box, UP), (slider, DOWN)):
        control.setFocus()
        qtbot.waitUntil(control.hasFocus)
        before = state(control)
        turn(control, angle)
        if state(control) == before:  # at its end
            turn(control, -angle)
        assert state(control) != before


def test_that_panels_put_together_later_are_calm_as_well(window, qtbot):
    experiment, draw = (window.findChild(QDockWidget, name) for name in ("experiment", "draw"))
    window.tabifyDockWidget(experiment, draw)
    qtbot.waitUntil(lambda: len([bar for bar in window.findChildren(QTabBar) if bar.isVisible()]) == 2)
    turn_all(window)


def walk(qtbot, window, key):
    """The widgets that a key leads to, until it comes back to one of them."""
    window.activateWindow()
    window.controls.start.setFocus()
    qtbot.waitUntil(window.controls.start.hasFocus)
    seen = []
    while (here := QApplication.focusWidget()) not in seen:
        assert here is not None
        seen.append(here)
        qtbot.keyClick(here, key)
        assert len(seen) < 200
    return seen


def panel_of(window, widget):
    return next((dock.objectName() for dock in window.docks if dock.isAncestorOf(widget)), "")


def test_that_tab_walks_through_the_whole_window_and_no_panel_behind_another(window, qtbot):
    for front, key in product(PANELS, (Qt.Key.Key_Tab, Qt.Key.Key_Backtab)):
        check_walk(qtbot, window, front, key)


def check_walk(qtbot, window, front, key):
    window.findChild(QDockWidget, front).raise_()
    qtbot.waitUntil(lambda: not window.findChild(QDockWidget, front).visibleRegion().isEmpty())
    seen = walk(qtbot, window, key)
    panels = {panel_of(window, widget) for widget in seen}
    assert {"", front, "draw", "latent"} <= panels
    assert all(len(panels & sharing) == 1 for sharing in (BESIDE, set(PANELS) - BESIDE))
    for one in seen:
        assert one.isVisible()
        assert one.isEnabled()
    expected = [one for one in window.findChildren(QWidget) if reachable(window, one)]
    assert set(expected) <= set(seen), [(type(one), one.objectName()) for one in set(expected) - set(seen)]


def reachable(window, widget):
    """What a person sees and can use by keyboard."""
    takes = widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.focusProxy() is None
    shown = widget.isVisibleTo(window) and widget.isEnabled() and widget.window() is window
    behind = [dock for dock in window.docks if dock.visibleRegion().isEmpty()]
    return bool(takes) and shown and not any(dock.isAncestorOf(widget) for dock in behind)


def test_that_tab_never_walks_into_a_panel_that_was_closed(window, qtbot):
    window.findChild(QDockWidget, "latent").close()
    assert "latent" not in {panel_of(window, one) for one in walk(qtbot, window, Qt.Key.Key_Tab)}


def test_that_all_that_tab_reaches_has_a_name_for_a_screen_reader(window, qtbot):
    for front in PANELS:
        window.findChild(QDockWidget, front).raise_()
        for one in walk(qtbot, window, Qt.Key.Key_Tab):
            name = QAccessible.queryAccessibleInterface(one).text(QAccessible.Text.Name)
            assert name or isinstance(one, QTabBar), (type(one), panel_of(window, one))
