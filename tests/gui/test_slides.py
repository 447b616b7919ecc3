"""Every slide has its place here, and going there takes nothing away that undo does not bring back."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction

from core.experiment.presets import preset, presets
from core.studies.questions import questions
from tp5gui import theme
from tp5gui.windows.slide_places import parts
from tp5gui.windows.slides import Slides

LEFT, CTRL = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier
SLIDES = [slide for _, slides in parts() for slide in slides]


@pytest.fixture
def dialog(window):
    """The list of the slides, as the menu opens it."""
    next(one for one in window.findChildren(QAction) if one.iconText().startswith("The slides")).trigger()
    return window.findChild(Slides)


def go(qtbot, dialog, slide):
    dialog.choose(slide)
    assert dialog.slide == slide
    qtbot.mouseClick(dialog.go, LEFT)


def test_that_all_experiments_and_studies_of_the_slides_are_led_to():
    theirs = {known.name for known in presets() if "slides" in known.name}
    assert theirs <= {slide.preset for slide in SLIDES}
    assert {asked.name for asked in questions() if asked.theirs} <= {slide.study for slide in SLIDES}


def test_that_every_place_is_one_and_its_words_are_whole_sentences(window, dialog):
    names = {dock.objectName() for dock in window.docks}
    known = {"", *(one.name for one in presets())}
    asked = {"", *(one.name for one in questions() if one.axes)}
    walks = {"", *(window.explore.kind.itemData(place) for place in range(window.explore.kind.count()))}
    for slide in SLIDES:
        assert slide.panel in names
        assert slide.preset in known
        assert slide.study in asked
        assert slide.walk in walks
        assert slide.words.endswith(".")


def test_that_it_opens_beside_the_window(window, dialog):
    assert dialog.isVisible()
    assert not dialog.isModal()


def test_that_a_preset_is_taken_waits_for_the_next_start_and_is_undone(window, dialog, qtbot):
    before, version = window.session.store.spec, window.session.frame.version
    slide = next(slide for slide in SLIDES if slide.preset == "emoji-vae-slides-1")
    go(qtbot, dialog, slide)
    assert window.session.store.spec == preset("emoji-vae-slides-1")
    assert window.session.state.stale
    assert window.session.frame.version == version
    assert "waits for the next start" in dialog.leads.text()
    assert "Emoji VAE, attempt 1" in dialog.leads.text()
    qtbot.keyClick(dialog, Qt.Key.Key_Z, CTRL)
    assert window.session.store.spec == before


def test_that_a_study_is_chosen_and_not_begun(window, dialog, qtbot):
    slide = next(slide for slide in SLIDES if slide.study == "noise")
    go(qtbot, dialog, slide)
    assert window.study.form.question.currentData() == "noise"
    qtbot.waitUntil(lambda: not window.study.visibleRegion().isEmpty())
    assert not window.studying.running


def test_that_a_panel_that_was_closed_is_shown_with_the_way_to_explore(window, dialog, qtbot):
    window.dock("explore").close()
    slide = next(slide for slide in SLIDES if slide.walk == "beside")
    go(qtbot, dialog, slide)
    assert window.explore.kind.currentData() == "beside"
    qtbot.waitUntil(lambda: not window.explore.visibleRegion().isEmpty())


def test_that_enter_in_the_list_goes_there_and_no_heading_can_be_chosen(window, dialog, qtbot):
    dialog.choose(next(slide for slide in SLIDES if slide.study == "learning-rate"))
    qtbot.keyClick(dialog.list, Qt.Key.Key_Return)
    assert window.study.form.question.currentData() == "learning-rate"
    for _ in range(2 * len(SLIDES)):
        qtbot.keyClick(dialog.list, Qt.Key.Key_Up)
    assert dialog.slide == SLIDES[0]


def test_that_the_list_makes_way_for_the_place_and_a_button_brings_it_back(window, dialog, qtbot):
    back, slide = window.menus.help.back, next(slide for slide in SLIDES if slide.panel == "latent")
    assert not back.isVisible()
    dialog.move(window.dock("latent").mapToGlobal(QPoint()))
    go(qtbot, dialog, slide)
    assert dialog.isVisible()  # a second click of a double click is none on what it covers
    qtbot.waitUntil(lambda: not dialog.isVisible())
    assert window.statusBar().currentMessage() == slide.words
    qtbot.mouseClick(back, LEFT)
    assert (dialog.isVisible(), back.isVisible(), dialog.slide) == (True, False, slide)
    dialog.move(window.geometry().bottomRight())  # beside the window it covers nothing
    with qtbot.waitSignal(dialog.made_way):
        go(qtbot, dialog, slide)
    assert (dialog.isVisible(), back.isVisible()) == (True, False)


def test_that_headings_of_the_list_go_with_type(dialog, qapp):
    def heights():
        return [dialog.list.visualItemRect(dialog.list.item(row)).height() for row in (0, 1)]

    before = heights()
    theme.set_zoom(qapp, 150)
    try:
        qapp.processEvents()
        heading, slide = heights()
        assert heading == slide > before[0]
    finally:
        theme.set_zoom(qapp, 100)
