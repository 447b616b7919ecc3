"""What am I seeing? Every panel says it, by mouse and by key, and nothing has to wait for it."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from tp5gui.windows.panel_words import panel_words

LEFT = Qt.MouseButton.LeftButton


def dock_of(window, name):
    return next(dock for dock in window.docks if dock.objectName() == name)


def test_that_every_panel_has_its_words_in_a_few_whole_sentences(window):
    names = {dock.objectName() for dock in window.docks}
    assert set(panel_words()) == names | {"controls"}
    for words in panel_words().values():
        for text in (words.shows, words.looks, words.hands):
            assert text.endswith(".")
            assert len(text) < 260


@pytest.mark.parametrize("name", ["experiment", "draw", "training", "explore", "study", "network", "latent"])
def test_that_the_mark_in_a_title_explains_its_panel_in_the_window_without_cutting_a_word(
    window, qtbot, name
):
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


def test_that_the_key_explains_the_panel_with_the_focus_and_escape_closes_it(window, qtbot):
    card = window.explaining.card
    window.activateWindow()
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
    window.explaining.explain_focused()
    assert window.is_in_sight(dock_of(window, window.explaining.card.about).widget())
