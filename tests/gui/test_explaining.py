"""What am I seeing? Every panel says it, by mouse and by key, and nothing has to wait for it."""

import re

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QApplication

from tp5gui import theme
from tp5gui.windows.comparing import open_comparison
from tp5gui.windows.gestures import hands
from tp5gui.windows.panel_words import panel_words
from tp5gui.windows.preferences import Preferences
from tp5gui.windows.slides import Slides

LEFT = Qt.MouseButton.LeftButton
pytestmark = pytest.mark.qt_log_ignore("does not support (propagateSizeHints|raise|grabbing)")  # of menus


DIALOGS = {"data sets", "import", "slides", "comparing", "preferences"}


def dock_of(window, name):
    return next(dock for dock in window.docks if dock.objectName() == name)


def test_that_every_panel_has_its_words_in_a_few_whole_sentences(window):
    names = {dock.objectName() for dock in window.docks}
    assert set(panel_words()) == names | {"controls"} | DIALOGS
    for words in panel_words().values():
        for text in (words.shows, words.looks, words.hands):
            assert text.endswith(".")
            assert len(text) < 260


def test_that_the_mark_in_a_title_explains_its_panel_in_the_window_without_cutting_a_word(window, qtbot):
    for name in ("experiment", "draw", "training", "explore", "study", "runs", "network", "latent"):
        check_mark(qtbot, window, name)


def check_mark(qtbot, window, name):
    dock, card = dock_of(window, name), window.explaining.card
    dock.bring()
    qtbot.waitUntil(lambda: not dock.help.visibleRegion().isEmpty())
    qtbot.mouseClick(dock.help, LEFT)
    assert (card.isVisible(), card.about, card.title.text()) == (True, name, dock.windowTitle())
    assert window.rect().contains(card.geometry())
    for label in card.sentences:
        assert label.height() >= label.heightForWidth(label.width())
    qtbot.mouseClick(dock.help, LEFT)
    assert not card.isVisible()


@pytest.fixture(autouse=True)
def _pointer_elsewhere(qapp):
    """The pointer over no window, wherever the test before has left it."""
    QCursor.setPos(QPoint(5000, 5000))


def point_at(widget):
    QCursor.setPos(widget.mapToGlobal(widget.rect().center()))
    assert QCursor.pos() == widget.mapToGlobal(widget.rect().center())


def test_that_the_focus_that_a_new_window_has_by_itself_explains_no_bar(window, qtbot):
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(window, Qt.Key.Key_F1)
    assert window.explaining.card.about == "draw"


def test_that_the_key_explains_what_moved_last_the_pointer_or_the_focus(window, qtbot):
    card = window.explaining.card
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    point_at(window.latent.map)
    qtbot.keyClick(window, Qt.Key.Key_F1)
    assert card.about == "latent"
    qtbot.keyClick(window, Qt.Key.Key_F1)
    assert not card.isVisible()
    window.controls.start.setFocus()
    window.training.grid.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(window, Qt.Key.Key_F1)
    assert card.about == "training"
    point_at(window.controls.start)
    qtbot.keyClick(window, Qt.Key.Key_F1)
    assert card.about == "controls"
    point_at(window.statusBar())  # which explains nothing: then the focus says it
    qtbot.keyClick(window, Qt.Key.Key_F1)
    assert card.about == "training"


def test_that_the_menu_explains_the_panel_with_the_focus_whatever_lies_below_it(window, qtbot):
    window.activateWindow()
    window.controls.start.setFocus()
    window.latent.map.setFocus()
    qtbot.waitUntil(window.latent.map.hasFocus)
    (entry,) = [one for one in window.menuBar().actions() if one.iconText() == "Help"]
    menu = entry.menu()
    menu.popup(window.draw.canvas.mapToGlobal(QPoint(20, 20)))
    place = menu.actionGeometry(menu.actions()[0]).center()
    QCursor.setPos(menu.mapToGlobal(place))
    qtbot.mouseClick(menu, LEFT, pos=place)
    assert window.explaining.card.about == "latent"


def test_that_the_key_explains_the_panel_with_the_focus_and_escape_closes_it(window, qtbot):
    card = window.explaining.card
    window.activateWindow()
    window.controls.start.setFocus()
    window.latent.map.setFocus()
    qtbot.waitUntil(window.latent.map.hasFocus)
    qtbot.keyClick(window.latent.map, Qt.Key.Key_F1)
    assert card.about == "latent"
    qtbot.keyClick(window.latent.map, Qt.Key.Key_Escape)
    assert not card.isVisible()
    assert QApplication.focusWidget() is window.latent.map
    window.controls.start.setFocus()
    qtbot.keyClick(window.controls.start, Qt.Key.Key_F1)
    assert card.about == "controls"


def test_that_a_click_elsewhere_closes_it_and_does_what_it_does(window, qtbot):
    card, canvas = window.explaining.card, window.draw.canvas
    qtbot.mouseClick(dock_of(window, "latent").help, LEFT)
    before = window.session.drawing.image
    qtbot.mouseClick(canvas, LEFT, pos=canvas.cell_rect(0, 0).center())
    assert not card.isVisible()
    assert not np.array_equal(window.session.drawing.image, before)


def test_that_a_click_on_the_card_leaves_it(window, qtbot):
    card = window.explaining.card
    qtbot.mouseClick(dock_of(window, "latent").help, LEFT)
    qtbot.mouseClick(card.sentences[0], LEFT)
    assert card.isVisible()


def test_that_it_goes_with_its_panel(window, qtbot):
    qtbot.mouseClick(dock_of(window, "latent").help, LEFT)
    dock_of(window, "latent").close()
    assert not window.explaining.card.isVisible()


def test_that_the_marks_are_reached_by_the_keyboard_alone(window, qtbot):
    dock = dock_of(window, "latent")
    dock.help.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(dock.help, Qt.Key.Key_Space)
    assert window.explaining.card.about == "latent"


def test_that_it_goes_when_its_panel_is_behind_another(window, qtbot):
    dock_of(window, "training").bring()
    qtbot.waitUntil(lambda: window.is_in_sight(window.training))
    qtbot.mouseClick(dock_of(window, "training").help, LEFT)
    assert window.explaining.card.about == "training"
    dock_of(window, "study").bring()
    qtbot.waitUntil(lambda: not window.explaining.card.isVisible())


def test_that_without_a_focus_a_panel_that_can_be_seen_is_explained(window, qtbot):
    dock_of(window, "draw").close()
    window.tabifyDockWidget(dock_of(window, "latent"), dock_of(window, "experiment"))
    dock_of(window, "latent").bring()
    qtbot.waitUntil(lambda: not window.is_in_sight(window.experiment))
    if QApplication.focusWidget() is not None:
        QApplication.focusWidget().clearFocus()
    window.explaining.explain_looked_at()
    assert window.is_in_sight(dock_of(window, window.explaining.card.about).widget())


def opened(window, qtbot):
    """Every dialog that is explained, as its menu or its button opens it, the one in use at a time."""
    sets = window.open_data_sets()
    yield sets
    sets.open_importing.click()
    yield sets.importing
    window.menus.help.show_slides()
    yield window.findChild(Slides)
    yield open_comparison(window, [])
    window.menus.show_preferences()
    yield window.findChild(Preferences)


def test_that_the_key_explains_a_dialog_in_itself_and_the_card_outlives_it(window, qtbot, qapp):
    card, explained = window.explaining.card, set()
    for percent in (100, 200):
        theme.set_zoom(qapp, percent)
        for dialog in opened(window, qtbot):
            qtbot.waitUntil(dialog.isActiveWindow)
            qtbot.keyClick(dialog, Qt.Key.Key_F1)
            assert (card.isVisible(), card.about, card.window()) == (True, dialog.objectName(), dialog)
            assert dialog.rect().contains(card.geometry())
            qtbot.keyClick(dialog, Qt.Key.Key_Escape)
            assert (card.isVisible(), dialog.isVisible()) == (False, True)
            qtbot.keyClick(dialog, Qt.Key.Key_F1)
            explained.add(dialog.objectName())
            if dialog is not window.data_sets:
                dialog.close()
                qapp.sendPostedEvents(dialog, QEvent.Type.DeferredDelete)
                assert (card.isVisible(), card.window()) == (False, window)
    theme.set_zoom(qapp, 100)
    assert explained == DIALOGS
    window.data_sets.activateWindow()
    qtbot.waitUntil(window.data_sets.isActiveWindow)
    card.put_away()
    qtbot.mouseClick(window.data_sets.head.help, LEFT)
    assert (card.about, card.window()) == ("data sets", window.data_sets)


def test_that_the_words_of_a_panel_name_the_keys_of_its_picture(qapp):
    (drawn,) = [each for each in hands() if each.kind == "PixelCanvas"]
    keys = {key for gesture in drawn.gestures for key in gesture.keys}
    named = panel_words()["draw"].hands
    assert "arrow keys" in named
    assert {"Space", "Del"} <= keys & set(re.findall(r"\w+", named))
