"""A panel that is closed leaves ways back: undo, a button in the line at the foot, the menu."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton

from core import preset
from tp5gui.session.session import Session
from tp5gui.windows.main_window import MainWindow

LEFT, CTRL = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier


def close(qtbot, window, name):
    """Close a panel by the x in its title."""
    dock = next(dock for dock in window.docks if dock.objectName() == name)
    qtbot.mouseClick(dock.findChild(QAbstractButton, "qt_dockwidget_closebutton"), LEFT)
    assert dock.is_closed
    return dock


def entry(window, words):
    return next(one for one in window.findChildren(QAction) if one.iconText() == words)


def test_that_no_panel_is_closed_at_first_whichever_lie_behind_others(window):
    assert not any(dock.is_closed for dock in window.docks)
    assert not window.closed_panels.isVisible()


def test_that_closing_a_panel_is_undone_and_done_again_by_keys(window, qtbot):
    dock = close(qtbot, window, "latent")
    assert "Latent map" in window.status.currentMessage()
    qtbot.keyClick(window, Qt.Key.Key_Z, CTRL)
    assert not dock.is_closed
    qtbot.keyClick(window, Qt.Key.Key_Y, CTRL)
    assert dock.is_closed
    qtbot.keyClick(window, Qt.Key.Key_Z, CTRL)
    assert not dock.is_closed


def test_that_a_button_at_the_foot_brings_the_one_closed_panel_back(window, qtbot):
    dock = close(qtbot, window, "latent")
    button = window.closed_panels
    assert (button.isVisible(), button.text()) == (True, "Show Latent map again")
    qtbot.mouseClick(button, LEFT)
    assert not dock.is_closed
    assert not button.isVisible()


def test_that_a_panel_that_was_shown_again_has_no_closing_left_to_undo(window, qtbot):
    drawing, history = window.session.drawing, window.session.history
    before = drawing.image
    window.draw.clear.trigger()
    close(qtbot, window, "latent")
    assert history.undo_text == "Close Latent map"
    qtbot.mouseClick(window.closed_panels, LEFT)
    qtbot.waitUntil(lambda: history.undo_text == "Clear")
    qtbot.keyClick(window, Qt.Key.Key_Z, CTRL)
    assert np.array_equal(drawing.image, before)
    assert not window.dock("latent").is_closed


def test_that_a_closing_below_another_step_is_passed_over_once_its_panel_is_there_again(window, qtbot):
    drawing = window.session.drawing
    before = drawing.image
    window.draw.invert.trigger()
    close(qtbot, window, "latent")
    window.draw.clear.trigger()
    window.dock("latent").bring()
    for _ in range(2):
        qtbot.keyClick(window, Qt.Key.Key_Z, CTRL)
    assert np.array_equal(drawing.image, before)


def test_that_it_lists_several_and_that_the_menu_shows_them_all(window, qtbot):
    docks = [close(qtbot, window, name) for name in ("latent", "experiment")]
    assert window.closed_panels.text() == "2 panels are closed"
    entry(window, "Show all panels").trigger()
    assert not any(dock.is_closed for dock in docks)


def test_that_a_window_that_is_hidden_has_closed_nothing(window):
    window.hide()
    assert window.closed_panels.closed == []
    window.show()


def test_that_putting_the_panels_back_is_undone_as_well(window, qtbot):
    dock = close(qtbot, window, "latent")
    entry(window, "Reset the panels").trigger()
    assert not dock.is_closed
    qtbot.keyClick(window, Qt.Key.Key_Z, CTRL)
    assert dock.is_closed
    qtbot.keyClick(window, Qt.Key.Key_Z, CTRL)
    assert not dock.is_closed


@pytest.mark.parametrize("name", ["explore", "study"])
def test_that_a_panel_that_comes_back_lies_before_those_that_share_its_place(window, qtbot, name):
    dock = next(dock for dock in window.docks if dock.objectName() == name)
    dock.bring()
    qtbot.waitUntil(lambda: not dock.visibleRegion().isEmpty())
    close(qtbot, window, name)
    qtbot.keyClick(window, Qt.Key.Key_Z, CTRL)
    qtbot.waitUntil(lambda: not dock.visibleRegion().isEmpty())


class Shows(QObject):
    """Notes at every showing of a panel whether its window was there by then."""

    def __init__(self, window):
        super().__init__()
        self.window, self.seen = window, []

    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Show:
            self.seen.append(self.window.isVisible())
        return False


@pytest.mark.qt_log_ignore("does not support raise", extend=True)  # of a floating panel, offscreen
@pytest.mark.parametrize("name", ["latent", "training"])
def test_that_a_floating_panel_that_is_closed_with_its_window_is_there_again(
    window, qtbot, qapp, settings, name
):
    dock = window.dock(name)
    dock.setFloating(True)
    qtbot.waitUntil(dock.isVisible)
    dock.close()  # as the system does where it ends a session: window by window
    window.close()
    again = MainWindow(Session(preset("font-autoencoder")), settings)
    found, shows = again.dock(name), Shows(again)
    found.installEventFilter(shows)
    again.show()
    qtbot.waitUntil(lambda: again.session.frame is not None)
    assert (found.is_closed, found.isFloating(), found.isVisible()) == (False, True, True)
    assert shows.seen == [True]  # before it, it would lie behind it
    again.close()
