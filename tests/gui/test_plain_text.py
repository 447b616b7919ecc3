"""What comes from outside is never markup: not in a label, a tool tip, a menu, a message or a question."""

import string
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QPoint, Qt, QTimer
from PySide6.QtGui import QAction, QHelpEvent, QKeySequence
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QLabel,
    QLineEdit,
    QMessageBox,
    QToolTip,
    QWidget,
)

from core import Spec, Trainer, save_run
from core.data import library
from core.data.datasets import Dataset, load_dataset, save_dataset
from tp5gui.session.history import undo_name
from tp5gui.words import LONGEST_NAME, as_name, folded, harmless, literal

pytestmark = pytest.mark.qt_log_ignore("does not support")  # a tool tip raises itself

FONT = load_dataset("font5x7")
EVIL = "<img src='/dev/zero'> & <b>x</b>"
LONG = "W" * 10_000
STEERING = "\u202egnp.exe\u2066\x00\x07\t\n\r\x1b[31m\u2028\ufeff\ud800"
PLAIN = Qt.TextFormat.PlainText


# --- the words themselves ---


@given(st.text() | st.sampled_from([EVIL, LONG, STEERING]))
def test_that_no_letter_of_a_name_steers_and_no_name_is_long(text):
    name = as_name(text)
    assert len(name) <= LONGEST_NAME
    kinds = {unicodedata.category(letter) for letter in name if letter not in "\u200c\u200d"}
    assert not kinds & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    name.encode()  # no half of a pair is left
    assert as_name(name) == name
    assert QKeySequence.mnemonic(literal(text)).isEmpty()


@given(st.text(string.ascii_letters + string.digits + " áñß字あ<>&'\"é", max_size=LONGEST_NAME))
def test_that_an_ordinary_name_stays_as_it_is(text):
    assert as_name(text) == harmless(text) == text


def test_that_letters_that_are_joined_stay_joined():
    family = "👨\u200d👩\u200d👧"
    assert as_name(family) == family


@given(st.lists(st.text(st.characters(categories=["L"]), min_size=1), max_size=40).map(" ".join))
def test_that_what_is_folded_has_every_word(text):
    assert folded(text).split() == text.split()


# --- the window with a run whose every text is markup ---


def run_of(path, label, name="font5x7"):
    trainer = Trainer(Spec(epochs=3, hidden=(4,)), Dataset(name, FONT.images, (label,) * FONT.count))
    trainer.step()
    return str(save_run(trainer, path))


def open_evil(window, qtbot, tmp_path, label):
    path = run_of(tmp_path / "<b>&run.tp5", label)
    window.open_run(path)
    qtbot.waitUntil(lambda: window.session.frame.dataset.labels[0] == label.replace("\ud800", "\ufffd"))
    qtbot.waitUntil(lambda: window.latent.map.caption != "")
    return path


def tip_at(widget, place):
    """What Qt shows when the pointer rests there, and how; None for nothing."""
    QToolTip.hideText()
    event = QHelpEvent(QEvent.Type.ToolTip, place, widget.mapToGlobal(place))
    QApplication.sendEvent(widget, event)
    tips = [one for one in QApplication.topLevelWidgets() if one.inherits("QTipLabel") and one.isVisible()]
    return (tips[0].text(), tips[0].textFormat()) if tips and QToolTip.text() else None


def labels_of(*windows):
    return [label for window in windows for label in window.findChildren(QLabel)]


@pytest.mark.parametrize("label", [EVIL, LONG, STEERING], ids=["markup", "long", "steering"])
def test_that_every_label_and_tool_tip_of_the_window_is_plain_text(window, qtbot, tmp_path, label):
    open_evil(window, qtbot, tmp_path, label)
    qtbot.mouseClick(window.training.grid, Qt.MouseButton.LeftButton, pos=QPoint(30, 30))
    qtbot.waitUntil(lambda: window.draw.notes[window.draw.ideal].text() != "")
    for one in labels_of(window):
        assert one.textFormat() == PLAIN, one.text()
        assert not set(one.text()) & set("\u202e\x00\x07\x1b\u2028")
        assert len(one.text()) < 3000
    assert any(as_name(label)[:20] in one.text() for one in labels_of(window))
    seen = set()
    for widget in window.findChildren(QWidget):
        shown = tip_at(widget, widget.rect().center())
        if shown is not None:
            assert shown[1] == PLAIN, shown
            assert not set(shown[0]) & set("\u202e\x00\x07\x1b\u2028")
            assert max(map(len, shown[0].split("\n"))) <= 2 * LONGEST_NAME
            seen.add(shown[0])
    assert len(seen) > 30
    QToolTip.hideText()


@pytest.mark.parametrize("label", [EVIL, LONG, STEERING], ids=["markup", "long", "steering"])
def test_that_what_the_canvases_say_of_a_label_is_plain_text(window, qtbot, tmp_path, label):
    open_evil(window, qtbot, tmp_path, label)
    name, latent, grid = as_name(label), window.latent.map, window.training.grid
    spot = latent.to_widget(*window.session.frame.points[3].tolist()).toPoint()
    for widget, place in ((latent, spot), (grid, grid.sample_rect(3).center())):
        words, how = tip_at(widget, place)
        assert "".join(name.split()) in "".join(words.split())
        assert how == PLAIN
    assert name[:40] in latent.caption or "“" in latent.caption
    for box in (window.draw.characters, window.explore.between.start):
        assert {box.itemText(row) for row in range(box.count())} == {name}
    window.session.load_character(0)
    window.session.load_character(4)
    assert undo_name(window.session.drawing.stack) == f"Load {literal(label)}"


def test_that_a_file_of_any_name_is_named_as_it_is_in_menus_and_messages(window, qtbot, tmp_path):
    path = open_evil(window, qtbot, tmp_path, "a")
    qtbot.waitUntil(lambda: window.status.currentMessage() == "Opened <b>&run.tp5")
    window.menus.recent.aboutToShow.emit()
    (entry,) = [one for one in window.menus.recent.actions() if one.data() == path]
    assert entry.text() == "<b>&&run.tp5"
    assert QKeySequence.mnemonic(entry.text()).isEmpty()
    for action in window.findChildren(QAction):
        assert "<img" not in action.text()
    bad = tmp_path / "<img src=x>&\u202e.tp5"
    bad.write_bytes(b"junk")
    with qtbot.waitSignal(window.session.failed):
        window.open_run(str(bad))
    qtbot.waitUntil(lambda: "<img src=x>&" in window.status.fault)
    assert "\u202e" not in window.status.fault
    assert all(one.textFormat() == PLAIN for one in labels_of(window))


@pytest.fixture
def evil_set(tmp_path, monkeypatch):
    monkeypatch.setattr(library, "folder", lambda: tmp_path / "library")
    save_dataset(Dataset("mine", FONT.images[:4], (EVIL, LONG, STEERING, "d")))
    return "mine"


def test_that_the_window_of_the_data_sets_shows_labels_as_plain_text(evil_set, window, qtbot):
    sets = window.open_data_sets()
    sets.shelf.look_at(evil_set)
    pictures = sets.pictures
    for index, label in enumerate((EVIL, LONG, STEERING)):
        words, how = tip_at(pictures.viewport(), pictures.tile(index).center())
        assert "".join(as_name(label).split()) in "".join(words.split())
        assert how == PLAIN
        pictures.point_at(index)
        assert as_name(label) in pictures.telling.words
        sets.shelf.replace(index, FONT.images[9])
        assert QKeySequence.mnemonic(undo_name(sets.shelf.undo)).isEmpty()
        assert as_name(label).replace("&", "&&") in undo_name(sets.shelf.undo)
    sets.open_import()
    sets.importing.set_source(f"/no/such/{EVIL}")
    qtbot.waitUntil(lambda: not sets.importing.working)
    assert sets.importing.refusal.text() != ""
    for one in labels_of(sets, sets.importing):
        assert one.textFormat() == PLAIN, one.text()
    QToolTip.hideText()
    sets.importing.reject()
    sets.close()


def test_that_even_qts_own_question_takes_no_file_name_for_markup(window, qtbot, tmp_path):
    """Saving over a file of that name makes Qt ask, in a label that is its own."""
    name = "<img src=x> <b>y.tp5"
    (tmp_path / name).touch()
    dialog = QFileDialog(window, "Save", str(tmp_path), "Runs (*.tp5)")
    dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.open()
    dialog.findChild(QLineEdit).setText(name)
    asked = []

    def answer():
        for box in dialog.findChildren(QMessageBox):
            asked.extend((one.text(), one.textFormat()) for one in box.findChildren(QLabel) if one.text())
            box.reject()

    QTimer.singleShot(100, dialog, answer)
    dialog.accept()
    qtbot.waitUntil(lambda: asked != [])
    assert any(name in words for words, _ in asked)
    assert all(how == PLAIN for _, how in asked)
    dialog.reject()
    dialog.deleteLater()
