"""Importing by hand: what is understood, why, and how to have it otherwise; real mouse, keys and drops."""

import gc
import threading
import weakref
from dataclasses import replace

import numpy as np
import pytest
from hands import FONT, LEFT, click, drop, full, reads, stand_in, understood, write
from measuring import faults
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QPushButton

from core.base.words import Option, Refusal, remark
from core.data import library
from core.data.datasets import Dataset
from core.data.wishes import EVERYWHERE, WISHES, Wishes
from tp5gui import theme
from tp5gui.language import speak
from tp5gui.windows import import_images, import_reading
from tp5gui.windows.import_images import ImportImages

KEY = Qt.Key


pytestmark = pytest.mark.usefixtures("shelf_of_nobody")


@pytest.fixture
def make(qapp, qtbot, light):
    """Opens import dialogs, which are closed after the test."""
    made = []

    def opened():
        dialog = ImportImages()
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        qtbot.addWidget(dialog)
        dialog.show()
        dialog.resize(1240, 760)  # the screen of the tests is smaller than any that people have
        made.append(dialog)
        return dialog

    yield opened
    for dialog in made:
        qtbot.waitUntil(lambda dialog=dialog: not dialog.working)
        dialog.close()


@pytest.fixture
def dialog(make):
    return make()


@pytest.fixture
def source(tmp_path):
    """A file that stands for anything."""
    path = tmp_path / "things.bin"
    path.write_bytes(b"things")
    return path


def bring(qtbot, dialog, path):
    """Drop a file and wait until it is read."""
    assert drop(dialog, path)
    qtbot.waitUntil(lambda: not dialog.working)


def fields(dialog):
    """The wishes whose fields are seen."""
    options = dialog.options
    seen = {
        "array": options.array, "range": options.black, "transpose": options.transpose,
        "mirror": options.mirror, "grid": options.columns, "margin": options.margin,
        "spacing": options.spacing, "characters": options.characters, "size": options.wide,
        "count": options.count, "invert": options.invert,
    }  # fmt: skip
    assert seen.keys() == WISHES
    return {wish for wish, field in seen.items() if field.isVisible()}


# --- what is understood ---


def test_that_the_empty_dialog_says_what_can_be_brought(dialog):
    words = dialog.view.welcome.text()
    assert dialog.view.welcome.isVisible()
    for kind in ("folder", ".npz", "MNIST", ".csv", "BDF", "font.h"):
        assert kind in words
    assert fields(dialog) == EVERYWHERE
    assert not dialog.take.isEnabled()


def test_that_what_was_understood_stands_beside_the_set_in_the_words_of_the_window(
    dialog, qtbot, monkeypatch, source
):
    remarks = (
        remark("It holds {names}; {array} chooses another.", names="x, y", array=Option("array")),
        remark("It is called {name}.", name="<b>x</b>\x07\u202e"),
    )
    reads(monkeypatch, kind="a file of arrays of NumPy", remarks=remarks)
    bring(qtbot, dialog, source)
    assert dialog.view.understood.isVisible()
    first, second, third = dialog.view.understood.text().split("\n")
    assert first == "This is a file of arrays of NumPy."
    assert second == "It holds x, y; “Array” chooses another."
    assert third == "It is called <b>x</b>␇\ufffd."
    assert dialog.view.understood.textFormat() == Qt.TextFormat.PlainText


@pytest.mark.parametrize(
    "uses",
    [{"characters"}, {"array", "range", "transpose", "mirror", "count"}, {"grid", "margin", "spacing"}],
)
def test_that_only_the_fields_that_are_of_use_are_seen(dialog, qtbot, monkeypatch, source, uses):
    reads(monkeypatch, uses=uses | EVERYWHERE, arrays=("x", "y"))
    bring(qtbot, dialog, source)
    assert fields(dialog) == uses | EVERYWHERE


def test_that_one_array_alone_is_not_offered_so_that_no_field_moves_under_the_hand(dialog, qtbot, tmp_path):
    (tmp_path / "font.c").write_text(f"char font[] = {{ {', '.join(['0x7e, 0x11, 0x24, 0x11'] * 10)} }};")
    bring(qtbot, dialog, tmp_path / "font.c")
    assert dialog.refusal.isVisible()
    QApplication.processEvents()
    before = dialog.options.wide.mapTo(dialog, QPoint())
    write(qtbot, dialog.options.wide, "4")
    write(qtbot, dialog.options.high, "8")
    click(qtbot, dialog.options.transpose)
    qtbot.waitUntil(lambda: not dialog.working)
    QApplication.processEvents()
    assert dialog.dataset is not None
    assert "array" not in fields(dialog)
    assert dialog.options.wide.mapTo(dialog, QPoint()) == before


def test_that_a_wish_whose_field_is_not_seen_does_not_count(dialog, qtbot, monkeypatch, source, tmp_path):
    asked = reads(monkeypatch)
    bring(qtbot, dialog, source)
    write(qtbot, dialog.options.columns, "3")
    write(qtbot, dialog.options.wide, "9")
    qtbot.waitUntil(lambda: not dialog.working)
    assert asked[-1] == Wishes(grid=(3, 1), size=(9, 9))
    np.save(tmp_path / "three.npy", FONT.images[:3])
    monkeypatch.undo()
    monkeypatch.setattr(library, "folder", lambda: tmp_path / "library")
    bring(qtbot, dialog, tmp_path / "three.npy")
    assert dialog.dataset.images.shape == (3, 9, 9)
    assert "grid" not in fields(dialog)


def test_that_a_field_that_was_left_alone_says_what_was_found(dialog, qtbot, monkeypatch, source):
    found = Wishes(
        grid=(8, 4), margin=1, spacing=0, size=(5, 7), characters="abc", range=(0.0, 16.5), array="y"
    )
    asked = reads(monkeypatch, found=found, arrays=("x", "y"))
    bring(qtbot, dialog, source)
    options = dialog.options
    numbers = options.columns, options.rows, options.margin, options.spacing, options.wide, options.high
    assert [box.text() for box in numbers] == [f"auto: {number}" for number in (8, 4, 1, 0, 5, 7)]
    lines = options.black, options.white, options.characters
    assert [line.placeholderText() for line in lines] == ["auto: 0", "auto: 16.5", "auto: abc"]
    assert options.array.currentText() == "y"
    assert options.count.text() == "all"
    write(qtbot, options.rows, "2")
    write(qtbot, options.white, "9,5")
    write(qtbot, options.spacing, "0")
    qtbot.waitUntil(lambda: not dialog.working)
    assert asked[-1] == Wishes(grid=(8, 2), range=(0.0, 9.5), spacing=0)
    assert options.columns.text() == "auto: 8"
    write(qtbot, options.wide, "9")
    qtbot.waitUntil(lambda: not dialog.working)
    assert asked[-1].size == (9, 9)
    assert options.high.text() == "auto: 9"  # as it is, and not as it was found
    write(qtbot, options.white, "nine")
    qtbot.waitUntil(lambda: not dialog.working)
    assert np.isnan(asked[-1].range[1])


def test_that_a_number_is_typed_over_what_was_found_wherever_the_mouse_set_the_cursor(
    dialog, qtbot, monkeypatch, source
):
    asked = reads(monkeypatch, found=Wishes(grid=(8, 4)))
    bring(qtbot, dialog, source)
    for field, number in ((dialog.options.columns, "12"), (dialog.options.margin, "0")):
        qtbot.mouseClick(field.lineEdit(), LEFT, pos=QPoint(12, field.height() // 2))
        qtbot.keyClicks(field, number)
    qtbot.waitUntil(lambda: not dialog.working)
    assert asked[-1] == Wishes(grid=(12, 4), margin=0)
    for field in (dialog.options.columns, dialog.options.margin):  # an empty field goes back
        field.setFocus()
        field.selectAll()
        qtbot.keyClick(field, KEY.Key_Backspace)
    dialog.path.setFocus()
    qtbot.waitUntil(lambda: not dialog.working)
    assert asked[-1] == Wishes()
    assert (dialog.options.columns.text(), dialog.options.margin.text()) == ("auto: 8", "auto")


def test_that_an_array_is_chosen_by_the_keyboard_and_forgotten_with_its_file(
    dialog, qtbot, monkeypatch, source, tmp_path
):
    asked = reads(monkeypatch, found=Wishes(array="x"), arrays=("x", "y", "z"))
    bring(qtbot, dialog, source)
    assert asked == [Wishes()]
    dialog.options.array.setFocus()
    qtbot.keyClick(dialog.options.array, KEY.Key_Down)
    qtbot.waitUntil(lambda: not dialog.working)
    assert asked[-1] == Wishes(array="y")
    assert dialog.options.array.currentText() == "y"
    (tmp_path / "other").write_bytes(b"other")
    bring(qtbot, dialog, tmp_path / "other")
    assert asked[-1] == Wishes()
    assert dialog.options.array.currentText() == "x"


def test_that_a_guess_asks_beside_its_field_until_the_person_changes_it_and_nothing_moves(
    dialog, qtbot, monkeypatch, source
):
    span = Wishes(range=(0.0, 16.0))
    stand_in(
        monkeypatch,
        lambda path, name, wishes, on_progress: understood(
            Dataset(name, FONT.images, FONT.labels), found=span, asks={"range"} if not wishes.range else ()
        ),
    )
    bring(qtbot, dialog, source)
    title, question = dialog.options.titles["range"], dialog.options.questions["range"]
    assert title.asks
    assert question.isVisible()
    assert "0 is black and 16 is white" in question.text()
    asking = {wish for wish, each in dialog.options.titles.items() if each.asks}
    assert asking == {"range"}
    QApplication.processEvents()
    before = [each.mapTo(dialog, QPoint()) for each in dialog.findChildren(QLabel) if each.isVisible()]
    dialog.options.white.setFocus()
    qtbot.keyClicks(dialog.options.white, "255")
    assert not title.asks
    qtbot.waitUntil(lambda: not dialog.working)
    QApplication.processEvents()
    assert question.text() == ""
    after = [each.mapTo(dialog, QPoint()) for each in dialog.findChildren(QLabel) if each.isVisible()]
    assert after == before


def test_that_a_refusal_does_not_stand_beside_gaps_that_were_found_for_another_margin(
    dialog, qtbot, monkeypatch, source
):
    def understand(path, name, wishes, on_progress):
        if wishes.margin is not None:
            raise Refusal("is not cut in equal parts with 0 pixels between")
        found = Wishes(grid=(8, 4), margin=2, spacing=1)
        return understood(Dataset(name, FONT.images, FONT.labels), found=found)

    stand_in(monkeypatch, understand)
    bring(qtbot, dialog, source)
    options = dialog.options
    assert (options.margin.text(), options.spacing.text()) == ("auto: 2", "auto: 1")
    write(qtbot, options.margin, "3")
    qtbot.waitUntil(lambda: dialog.refusal.isVisible() and not dialog.working)
    assert (options.margin.text(), options.spacing.text()) == ("3", "auto")
    assert (options.columns.text(), options.rows.text()) == ("auto: 8", "auto: 4")


def test_that_a_refusal_brings_the_fields_that_it_names_and_leaves_those_of_before(
    dialog, qtbot, monkeypatch, source
):
    def refuse(*_):
        reason = Refusal("too many; {count} takes so many, {size} shrinks", count=Option("count"), size=1)
        raise Refusal("{file}: {reason}", file="things.bin", reason=reason)

    stand_in(monkeypatch, refuse, EVERYWHERE)
    bring(qtbot, dialog, source)
    assert dialog.refusal.isVisible()
    assert dialog.refusal.text() == "things.bin: too many; “At most” takes so many, 1 shrinks"
    assert fields(dialog) == {*EVERYWHERE, "count"}
    stand_in(monkeypatch, refuse, {"grid", *EVERYWHERE})
    write(qtbot, dialog.options.count, "7")
    qtbot.waitUntil(lambda: not dialog.working)
    assert fields(dialog) == {*EVERYWHERE, "count", "grid"}
    assert dialog.options.count.hasFocus()
    source.unlink()
    stand_in(monkeypatch, refuse, ())
    write(qtbot, dialog.options.count, "8")
    qtbot.waitUntil(lambda: not dialog.working)
    assert fields(dialog) == {*EVERYWHERE, "count", "grid"}


# --- what takes long ---


class Slow:
    """A reading that goes on only when it is let, and says how far it is.

    Attributes
    ----------
    begun, ended : the wishes of the readings that began, and of those that came to their end.
    """

    def __init__(self, monkeypatch):
        self.begun, self.ended, self._gate = [], [], threading.Semaphore(0)
        stand_in(monkeypatch, self.understand)

    def understand(self, path, name, wishes, on_progress):
        self.begun.append(wishes)
        while not self._gate.acquire(timeout=0.01):
            on_progress(0.34)
        self.ended.append(wishes)
        return understood(Dataset(name, FONT.images[:4], FONT.labels[:4]))

    def let(self, qtbot, number):
        """Let a reading come to its end, once so many have begun: a stopped one may still end before it."""
        qtbot.waitUntil(lambda: len(self.begun) == number)
        self._gate.release()


@pytest.fixture
def slow(monkeypatch):
    monkeypatch.setattr(import_images, "SOON", 20)
    monkeypatch.setattr(import_images, "OFTEN", 10)
    return Slow(monkeypatch)


def test_that_long_reading_says_how_far_it_is_and_what_was_read_before_stays(dialog, qtbot, slow, source):
    assert drop(dialog, source)
    qtbot.waitUntil(lambda: dialog.view.bar.value() == 34)
    assert dialog.view.bar.isVisible()
    assert dialog.kind.text() == "Reading: 34 %. Esc stops it."
    assert dialog.pictures.hint == dialog.kind.text()
    slow.let(qtbot, 1)
    qtbot.waitUntil(lambda: dialog.take.isEnabled())
    assert not dialog.view.bar.isVisible()
    QApplication.processEvents()
    stage = dialog.pictures.geometry()
    write(qtbot, dialog.options.wide, "9")
    qtbot.waitUntil(lambda: dialog.view.bar.isVisible())
    assert len(dialog.pictures.pictures) == 4
    assert dialog.pictures.isVisible()
    assert dialog.pictures.geometry() == stage
    assert not dialog.take.isEnabled()
    slow.let(qtbot, 2)
    qtbot.waitUntil(lambda: dialog.take.isEnabled())


def test_that_what_is_read_at_once_is_not_said_to_be_read(dialog, qtbot, monkeypatch, source):
    reads(monkeypatch)
    bring(qtbot, dialog, source)
    said = []
    dialog.options.changed.connect(lambda: said.append(dialog.kind.text()))
    write(qtbot, dialog.options.wide, "9")
    assert said == ["4 images, 5x7 pixels, black and white"]
    assert not dialog.view.bar.isVisible()


def test_that_escape_stops_the_reading_first_and_it_can_be_taken_up_again(dialog, qtbot, slow, source):
    assert drop(dialog, source)
    slow.let(qtbot, 1)
    qtbot.waitUntil(lambda: dialog.take.isEnabled())
    assert not dialog.again.isVisible()
    write(qtbot, dialog.options.wide, "9")
    qtbot.keyClick(dialog.options.wide, KEY.Key_Escape)
    assert dialog.isVisible()
    assert not dialog.working
    assert dialog.kind.text() == "Stopped before it was read."
    assert len(dialog.pictures.pictures) == 4
    assert not dialog.take.isEnabled()  # it is not what the fields say
    click(qtbot, dialog.again)
    slow.let(qtbot, 3)
    qtbot.waitUntil(lambda: dialog.take.isEnabled())
    assert not dialog.again.isVisible()
    assert slow.ended == [Wishes(), Wishes(size=(9, 9))]
    qtbot.keyClick(dialog.options.wide, KEY.Key_Escape)
    assert not dialog.isVisible()


def test_that_typing_stops_what_is_being_read_and_queues_nothing(dialog, qtbot, slow, source):
    assert drop(dialog, source)
    qtbot.waitUntil(lambda: len(slow.begun) == 1)
    dialog.options.characters.setFocus()
    qtbot.keyClicks(dialog.options.characters, "abcdefghij")
    qtbot.waitUntil(lambda: slow.begun[-1] == Wishes(characters="abcdefghij"))
    assert len(slow.begun) <= 3
    slow.let(qtbot, len(slow.begun))
    qtbot.waitUntil(lambda: dialog.take.isEnabled())
    assert slow.ended == [Wishes(characters="abcdefghij")]


def test_that_nothing_can_be_pressed_that_would_do_nothing_while_a_set_is_kept(
    dialog, qtbot, monkeypatch, source
):
    go_on = threading.Event()
    monkeypatch.setattr(import_reading, "save_dataset", lambda dataset: go_on.wait(10))
    reads(monkeypatch)
    bring(qtbot, dialog, source)
    assert dialog.cancel.isEnabled()
    with qtbot.waitSignal(dialog.taken):
        click(qtbot, dialog.take)
        pressed = [each for each in dialog.findChildren(QPushButton) if each.isVisible() and each.isEnabled()]
        go_on.set()
    assert pressed == []


# --- the dialog as a whole ---


def refused(monkeypatch):
    def refuse(*_):
        raise Refusal("too many; {count} takes so many of them, evenly spread", count=Option("count"))

    stand_in(monkeypatch, refuse)


@pytest.mark.qt_log_ignore("does not support raise", extend=True)
@pytest.mark.parametrize(("becomes", "language"), [(None, "en"), (full, "en"), (full, "es"), (refused, "en")])
def test_that_no_word_is_cut_off_at_any_size_of_type(
    qapp, qtbot, make, monkeypatch, source, becomes, language
):
    speak(qapp, language)
    dialog = make()
    try:
        if becomes is not None:
            becomes(monkeypatch)
            bring(qtbot, dialog, source)
        for percent, sizes in (
            (100, ((940, 620), (1016, 660))),
            (130, ((1270, 740),)),
            (200, ((1016, 660),)),
        ):
            theme.set_zoom(qapp, percent)
            for size in sizes:
                dialog.resize(*size)
                for _ in range(3):
                    qapp.processEvents()
                assert dialog.size().toTuple() == size
                assert faults(dialog) == [], (percent, size)
    finally:
        theme.set_zoom(qapp, 100)
        speak(qapp, "en")


def test_that_the_set_is_beside_the_fields_again_once_a_zoom_is_undone(
    qapp, qtbot, dialog, monkeypatch, source
):
    full(monkeypatch)
    bring(qtbot, dialog, source)

    def below():
        view, fields = dialog.view.mapTo(dialog, QPoint()), dialog.options.mapTo(dialog, QPoint())
        return view.x() == fields.x()

    try:
        for percent in (100, 200, 100):
            theme.set_zoom(qapp, percent)
            for _ in range(3):
                qapp.processEvents()
            assert below() == (percent == 200)
    finally:
        theme.set_zoom(qapp, 100)


def test_that_another_language_keeps_the_source_and_the_fields(make, qapp, qtbot, monkeypatch, source):
    asked = reads(monkeypatch, found=Wishes(array="x"), arrays=("x", "y"))
    before = make()
    bring(qtbot, before, source)
    write(qtbot, before.options.field, "chosen")
    write(qtbot, before.options.black, "0.5")
    write(qtbot, before.options.white, "3")
    write(qtbot, before.options.margin, "0")
    before.options.array.setFocus()
    qtbot.keyClick(before.options.array, KEY.Key_Down)
    qtbot.mouseClick(before.options.mirror, LEFT, pos=QPoint(8, before.options.mirror.height() // 2))
    qtbot.waitUntil(lambda: not before.working)
    wishes = Wishes(range=(0.5, 3.0), margin=0, array="y", mirror=True)
    assert asked[-1] == wishes
    after = make()
    after.take_over(before)
    qtbot.waitUntil(lambda: not after.working)
    assert asked[-1] == wishes
    assert (after.path.text(), after.options.name) == (str(source), "chosen")
    assert after.options.array.currentText() == "y"


def test_that_a_dialog_that_was_closed_is_gone_with_all_that_it_read(
    window, qapp, qtbot, monkeypatch, source
):
    reads(monkeypatch)

    def closed():
        sets = window.open_data_sets()
        assert drop(sets, source)
        dialog = sets.importing
        qtbot.waitUntil(dialog.take.isEnabled)
        parts = sets, dialog, dialog.view
        for each in (dialog, sets):
            each.close()
        return [weakref.ref(each) for each in parts]

    parts = closed()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    assert [each() is None for each in parts] == [True] * 3


@pytest.mark.qt_log_ignore("does not support raise", extend=True)
def test_that_in_another_language_one_number_counts_with_what_was_found_for_the_other(
    window, qtbot, monkeypatch, source
):
    asked = reads(monkeypatch, found=Wishes(grid=(8, 4), range=(0.0, 16.0)))
    sets = window.open_data_sets()
    assert drop(sets, source)
    qtbot.waitUntil(sets.importing.take.isEnabled)
    write(qtbot, sets.importing.options.columns, "5")
    write(qtbot, sets.importing.options.black, "0.5")
    qtbot.waitUntil(sets.importing.take.isEnabled)
    before = asked[-1]
    assert before == Wishes(grid=(5, 4), range=(0.5, 16.0))
    window.speak("es")
    try:
        again = window.data_sets.importing
        qtbot.waitUntil(again.take.isEnabled)
        assert asked[-1] == before
        write(qtbot, again.options.margin, "1")
        qtbot.waitUntil(again.take.isEnabled)
        assert asked[-1] == replace(before, margin=1)
    finally:
        window.speak("en")


def test_that_a_source_that_was_refused_is_read_again_once_it_is_there(dialog, qtbot, tmp_path):
    np.save(tmp_path / "a.npy", FONT.images)
    bring(qtbot, dialog, tmp_path / "a.npy")
    assert not dialog.again.isVisible()
    (tmp_path / "a.npy").unlink()
    write(qtbot, dialog.options.wide, "9")
    qtbot.waitUntil(lambda: not dialog.working)
    assert dialog.refusal.isVisible()
    np.save(tmp_path / "a.npy", FONT.images)
    assert dialog.again.isVisible()
    click(qtbot, dialog.again)
    qtbot.waitUntil(dialog.take.isEnabled)
    assert dialog.dataset.shape == (9, 9)
    assert not dialog.again.isVisible()


def test_that_choosing_a_folder_begins_beside_the_file_and_proposes_no_file(dialog, qtbot, tmp_path):
    np.save(tmp_path / "a.npy", FONT.images)
    bring(qtbot, dialog, tmp_path / "a.npy")
    click(qtbot, dialog.choose_folder)
    (chooser,) = dialog.findChildren(QFileDialog)
    assert chooser.directory().path() == str(tmp_path)
    assert str(tmp_path / "a.npy") not in chooser.selectedFiles()
    chooser.close()
