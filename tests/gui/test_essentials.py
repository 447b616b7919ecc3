"""The experiment's panel: essentials in sight, the rest in a fold, and nothing that moves."""

import gettext
import re
from dataclasses import replace

import pytest
from measuring import cut_choices, faults
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QApplication

from core import preset, presets
from core.base import words
from core.experiment.spec import FIELDS
from tp5gui import theme
from tp5gui.panels.editors import ChoiceEditor, DatasetEditor
from tp5gui.panels.experiment import ExperimentPanel
from tp5gui.panels.form import ESSENTIALS
from tp5gui.session.session import Session
from tp5gui.settings import Settings
from tp5gui.windows.main_window import MainWindow
from tp5gui.windows.rings import AWAY

pytestmark = pytest.mark.qt_log_ignore("does not support raise", extend=True)  # of a tool tip, offscreen

KEY = Qt.Key
LEFT = Qt.MouseButton.LeftButton
WIDTHS = (260, 306, 420)  # px
MORE = [name for name in FIELDS if name not in ESSENTIALS]


@pytest.fixture
def panel(qapp, qtbot, light):
    """The panel of a session that has not begun."""
    panel = ExperimentPanel(Session(preset("font-autoencoder")))
    qtbot.addWidget(panel)
    panel.resize(306, 700)
    panel.show()
    return panel


def places(panel):
    """Where everything stands that has a place of its own, by name."""
    for _ in range(3):  # what is laid out may ask for another layout
        QApplication.processEvents()
    form = panel.form
    parts = {name: form.row(name).editor for name in FIELDS if form.row(name).editor.isVisible()}
    parts |= {"lesson": panel.board.lesson, "more": form.more.heading, "presets": panel.presets}
    return {name: QRect(part.mapTo(panel, QPoint(0, 0)), part.size()) for name, part in parts.items()}


def unfold(panel, qtbot):
    """Open the fold with the mouse."""
    qtbot.mouseClick(panel.form.more.heading, LEFT)
    assert panel.form.more.is_open
    qtbot.wait(1)  # the layout is done in the loop


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("unfolded", [False, True])
def test_that_another_preset_moves_no_field(panel, qtbot, width, unfolded):
    panel.resize(width, 700)
    if unfolded:
        unfold(panel, qtbot)
    qtbot.wait(1)
    before = places(panel)
    qtbot.keyClick(panel.presets, KEY.Key_Home)
    for _ in presets():
        qtbot.keyClick(panel.presets, KEY.Key_Down)
        qtbot.wait(1)
        assert places(panel) == before, panel.presets.currentText()


def test_that_a_choice_that_gives_others_a_part_moves_no_field(panel, qtbot):
    unfold(panel, qtbot)
    before = places(panel)
    for name in ("variational", "noise", "optimizer"):
        control = panel.form.row(name).editor.focusProxy()
        qtbot.keyClick(control, KEY.Key_Space if name == "variational" else KEY.Key_End)
        qtbot.wait(1)
        assert places(panel) == before, name


def test_that_the_fold_opens_downwards_and_moves_nothing_above_it(panel, qtbot):
    before = places(panel)
    assert set(before) == {*ESSENTIALS, "lesson", "more", "presets"}
    unfold(panel, qtbot)
    after = places(panel)
    assert set(after) == {*FIELDS, "lesson", "more", "presets"}
    assert {name: after[name] for name in before} == before
    lefts, widths = zip(*((after[name].left(), after[name].width()) for name in FIELDS), strict=True)
    assert len(set(lefts)) == len(set(widths)) == 1
    qtbot.keyClick(panel.form.more.heading, KEY.Key_Space)
    qtbot.waitUntil(lambda: places(panel) == before)


@pytest.mark.parametrize("width", WIDTHS)
def test_that_at_any_width_nothing_is_cut_off_or_beyond_the_edge(panel, qtbot, width):
    assert panel.minimumSizeHint().width() <= 260
    panel.resize(width, 700)
    unfold(panel, qtbot)
    assert panel.width() == width
    for name, place in places(panel).items():
        assert 0 <= place.left() <= place.right() < width, name
        assert place.width() >= 60, name
    for name in FIELDS:
        row = panel.form.row(name)
        fits = row.label.sizeHint().width() <= row.label.width()
        assert fits or row.label.toolTip().startswith(row.label.text()), name


def test_that_the_lesson_has_its_place_and_scrolls_where_it_is_longer(panel, qtbot):
    panel.resize(260, 700)
    height = panel.board.lesson.height()
    for record in presets():
        panel.on_spec(record.spec, frozenset())
        assert panel.board.lesson.text() == record.lesson
        assert panel.board.lesson.height() == height
    panel.board.lesson.setText("A long lesson. " * 40)
    qtbot.waitUntil(lambda: panel.board.lesson.verticalScrollBar().maximum() > 0)
    assert panel.board.lesson.height() == height
    assert panel.board.lesson.focusPolicy() == Qt.FocusPolicy.TabFocus
    qtbot.keyClick(panel.board.lesson, KEY.Key_End)
    qtbot.keyClick(panel.board.lesson, KEY.Key_PageDown)
    assert panel.board.lesson.verticalScrollBar().value() > 0


@pytest.mark.parametrize("width", WIDTHS)
def test_that_the_lessons_have_the_room_of_the_longest_and_no_more(panel, width):
    panel.resize(width, 700)
    rest = []
    for record in presets():
        panel.on_spec(record.spec, frozenset())
        places(panel)
        lesson = panel.board.lesson
        rest.append(lesson.height() - lesson.widget().layout().heightForWidth(lesson.width()))
    assert min(rest) == 0


def test_that_the_ring_around_any_field_leaves_the_letters_of_its_label_whole(panel, qtbot):
    for width in WIDTHS:
        panel.resize(width, 700)
        panel.form.more.set_open(True)
        places(panel)
        for name in FIELDS:
            row = panel.form.row(name)
            ring = row.editor.geometry().adjusted(-AWAY, -AWAY, AWAY, AWAY)
            assert not ring.intersects(row.label.geometry()), (width, name)


def test_that_the_heading_counts_what_the_person_changed_in_the_fold_and_nothing_of_a_preset(panel):
    heading, store = panel.form.more.heading, panel._session.store
    for record in presets():
        store.replace(record.spec)
        store.update(seed=5, epochs=77)
        assert (heading.text(), heading.toolTip()) == ("More", "All other settings."), record.name
    store.replace(preset("font-autoencoder"))
    store.update(gain=2.0)
    store.update(sparsity_rate=0.2)  # which plays no part
    assert heading.text() == "More (1 changed)"
    assert heading.toolTip().splitlines()[1:] == ["Changed from “Font autoencoder”:", "Initial gain: 2"]
    store.update(gain=1.25)
    assert heading.text() == "More"


def test_that_a_mark_cuts_no_label_off_and_moves_nothing(panel, qtbot):
    unfold(panel, qtbot)
    before = places(panel)
    panel.form.mark_stale(frozenset(FIELDS))
    panel.resize(330, 700)
    panel.resize(306, 700)
    qtbot.waitUntil(lambda: places(panel) == before)
    assert faults(panel) == []


class Longer(gettext.NullTranslations):
    """A language in which every word is a third longer."""

    def gettext(self, message):
        parts = re.split(r"({[^}]*})", message)  # the places of a template stay as they are
        return "".join(part if part[:1] == "{" else re.sub(r"\w{3,}", self.stretched, part) for part in parts)

    def ngettext(self, one, many, count):
        return self.gettext(one if count == 1 else many)

    @staticmethod
    def stretched(word):
        return word[0] + word[0][-1] * round(len(word[0]) / 3)


@pytest.mark.parametrize("zoom", [100, 130])
def test_that_in_a_language_of_longer_words_none_of_the_form_is_cut_off(
    qapp, qtbot, light, monkeypatch, zoom
):
    monkeypatch.setattr(words, "_catalogue", Longer())
    theme.set_zoom(qapp, zoom)
    panel = ExperimentPanel(Session(preset("font-autoencoder")))
    qtbot.addWidget(panel)
    panel.resize(theme.size(276), 700)
    panel.form.more.set_open(True)
    panel.show()
    panel.form.mark_stale(frozenset(FIELDS))
    for part in (panel.board.back, panel.board.stale):
        part.show()
    places(panel)
    assert faults(panel) == []
    boxes = (panel.form.row(name).editor for name in FIELDS)
    cut = [
        cut for one in boxes if isinstance(one, ChoiceEditor | DatasetEditor) for cut in cut_choices(one.box)
    ]
    assert cut == []
    theme.set_zoom(qapp, 100)


def test_that_a_setting_in_the_fold_that_waits_shows_at_its_heading(panel):
    for names, shown in (({"gain"}, True), ({"hidden"}, False), (set(), False)):
        panel.form.mark_stale(frozenset(names))
        assert panel.form.more.heading.property("stale") is shown


def test_that_a_refusal_opens_the_fold_and_stays_known_where_it_is_closed_again(panel, qtbot):
    heading = panel.form.more.heading
    unfold(panel, qtbot)
    line = panel.form.row("seed").editor.line
    line.setFocus()
    line.selectAll()
    qtbot.keyClicks(line, "2147483648")
    qtbot.keyClick(line, KEY.Key_Return)
    assert "between 0 and 2,147,483,647, not 2,147,483,648" in panel.board.refused.text()
    qtbot.mouseClick(heading, LEFT)
    assert not panel.form.more.is_open
    assert heading.text() == "More (1 refused)"
    assert heading.property("invalid")
    qtbot.mouseClick(heading, LEFT)
    line.selectAll()
    qtbot.keyClicks(line, "2,147,483,647")  # as the limit was said
    qtbot.keyClick(line, KEY.Key_Return)
    assert panel._session.store.spec.seed == 2_147_483_647
    assert not heading.property("invalid")


def test_that_a_fault_opens_the_fold_without_a_gesture(panel, qtbot):
    panel._session.store.replace(replace(panel._session.store.spec, penalty="mmd"))
    assert not panel.form.more.is_open
    qtbot.keyClick(panel.form.row("variational").editor.box, KEY.Key_Space)
    assert panel.form.more.is_open
    box = panel.form.row("penalty").editor.box
    qtbot.waitUntil(lambda: not box.visibleRegion().isEmpty())


def test_that_the_fold_stays_as_the_person_left_it(window, qapp, qtbot, light, tmp_path):
    more = window.experiment.form.more
    assert not more.is_open
    qtbot.mouseClick(more.heading, LEFT)
    assert Settings(tmp_path).more_open
    again = MainWindow(Session(preset("font-autoencoder")), Settings(tmp_path))
    assert again.experiment.form.more.is_open
    again.deleteLater()
    qtbot.keyClick(more.heading, KEY.Key_Space)
    assert not Settings(tmp_path).more_open


def test_that_a_fold_that_a_fault_opened_is_not_what_the_person_left(window, qtbot):
    window.session.store.replace(replace(window.session.store.spec, penalty="mmd"))
    qtbot.keyClick(window.experiment.form.row("variational").editor.box, KEY.Key_Space)
    assert window.experiment.form.more.is_open
    assert not window.settings.more_open
