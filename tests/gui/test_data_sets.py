"""The data sets by hand: real mouse, keys and drops on the real windows."""

import threading

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QThread, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QPushButton

from core import preset
from core.data import library
from core.data.datasets import Dataset, dataset_names, load_dataset, save_dataset
from tp5gui.canvases import thumbnails
from tp5gui.canvases.thumbnails import Thumbnails
from tp5gui.session.background import Background
from tp5gui.session.session import Session
from tp5gui.session.shelf import described, fault_of, free_name
from tp5gui.windows.data_sets import DataSets
from tp5gui.windows.dropping import droppable
from tp5gui.windows.import_images import ImportImages

LEFT = Qt.MouseButton.LeftButton
FONT = load_dataset("font5x7")


@pytest.fixture(autouse=True)
def shelf_of_nobody(tmp_path, monkeypatch):
    """An empty library."""
    monkeypatch.setattr(library, "folder", lambda: tmp_path / "library")


@pytest.fixture
def sets(qapp, qtbot, light):
    """The window on the font, with a session whose thread is not even begun."""
    session = Session(preset("font-autoencoder"))
    session.drawing.set_image(1 - FONT.images[3])
    window = DataSets(session)
    window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    window.show()
    window.session = session
    qtbot.addWidget(window)
    yield window
    window.close()


@pytest.fixture
def own(sets):
    """The same on a set of the person's own: the first three characters."""
    save_dataset(Dataset("mine", FONT.images[:3], FONT.labels[:3]))
    sets.on_changed()
    sets.shelf.look_at("mine", 0)
    return sets


@pytest.fixture
def reading(monkeypatch):
    """Stand in for `core.data.importers`: every call is noted, and the font's first characters come back."""
    calls = []

    def read(source, name, **options):
        calls.append((QThread.currentThread(), source, options))
        count = options["grid"][0] if options["grid"] else 4
        if options["size"] == (7, 7):
            raise ValueError("too small")
        return Dataset(name, FONT.images[:count], FONT.labels[:count])

    module = type("importers", (), {"import_images": staticmethod(read)})
    monkeypatch.setitem(__import__("sys").modules, "core.data.importers", module)
    return calls


def click(qtbot, widget):
    assert widget.isEnabled(), widget.toolTip()
    qtbot.mouseClick(widget, LEFT)


def point(qtbot, pictures, index):
    qtbot.mouseClick(pictures.viewport(), LEFT, pos=pictures.tile(index).center())


def write(qtbot, field, words):
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, words)


def drop(widget, *paths):
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    keys = Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(5, 5), Qt.DropAction.CopyAction, mime, LEFT, keys)
    QApplication.sendEvent(widget, enter)
    if not enter.isAccepted():
        return False
    QApplication.sendEvent(widget, QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, mime, LEFT, keys))
    return True


# --- the window ---


def test_that_every_set_is_listed_and_the_one_in_training_is_shown(sets):
    assert sets.sets.names() == dataset_names()
    assert sets.sets.current_name == "font5x7"
    assert sets.head.kind.text() == "32 images, 5x7 pixels, black and white"
    assert len(sets.pictures.pictures) == 32


def test_that_a_set_of_the_list_is_shown_by_the_keyboard(sets, qtbot):
    sets.sets.setFocus()
    qtbot.keyClick(sets.sets, Qt.Key.Key_Down)
    assert sets.head.kind.text() == "97 images, 20x20 pixels, grey"
    for _ in range(9):  # the headings are passed over
        qtbot.keyClick(sets.sets, Qt.Key.Key_Up)
    assert sets.shelf.name == "font5x7"


def test_that_the_drawing_is_added_under_its_label_and_kept_at_once(own, qtbot):
    write(qtbot, own.tools.new_label, "new one")
    with qtbot.waitSignal(own.library_changed):
        click(qtbot, own.tools.add)
    kept = load_dataset("mine")
    assert kept.labels == (*FONT.labels[:3], "new one")
    assert np.array_equal(kept.images[3], own.session.drawing.image)
    assert own.pictures.current == 3
    assert own.tools.new_label.text() == ""


def test_that_a_drawing_without_a_label_gets_its_number(own, qtbot):
    click(qtbot, own.tools.add)
    assert load_dataset("mine").labels[3] == "4"


def test_that_a_picture_is_edited_by_loading_drawing_and_replacing(own, qtbot):
    point(qtbot, own.pictures, 2)
    click(qtbot, own.tools.load)
    assert np.array_equal(own.session.drawing.image, FONT.images[2])
    own.session.drawing.paint(np.array([[0, 0]]), 1.0)
    click(qtbot, own.tools.replace)
    kept = load_dataset("mine")
    assert kept.images[2, 0, 0] == 1
    assert kept.labels == FONT.labels[:3]
    own.session.drawing.stack.undo()


def test_that_a_double_click_loads_a_picture_into_the_drawing(own, qtbot):
    qtbot.mouseDClick(own.pictures.viewport(), LEFT, pos=own.pictures.tile(1).center())
    assert np.array_equal(own.session.drawing.image, FONT.images[1])


def test_that_a_picture_is_renamed_by_enter_and_left_alone_by_escape(own, qtbot):
    point(qtbot, own.pictures, 1)
    write(qtbot, own.tools.label, "first")
    qtbot.keyClick(own.tools.label, Qt.Key.Key_Return)
    assert load_dataset("mine").labels[1] == "first"
    write(qtbot, own.tools.label, "second")
    qtbot.keyClick(own.tools.label, Qt.Key.Key_Escape)
    assert own.tools.label.text() == "first"
    assert own.isVisible()


def test_that_a_picture_is_removed_by_button_or_key_but_never_the_last(own, qtbot):
    point(qtbot, own.pictures, 0)
    click(qtbot, own.tools.remove)
    own.activateWindow()
    own.pictures.setFocus()
    qtbot.keyClick(own.pictures, Qt.Key.Key_Delete)
    assert load_dataset("mine").labels == (FONT.labels[2],)
    assert not own.tools.remove.isEnabled()
    assert "at least one" in own.tools.remove.toolTip()
    qtbot.keyClick(own.pictures, Qt.Key.Key_Delete)
    assert load_dataset("mine").count == 1


def test_that_every_change_is_undone_and_redone_on_disk_as_well(own, qtbot):
    states = [load_dataset("mine")]
    point(qtbot, own.pictures, 1)
    for change in (own.tools.add, own.tools.replace, own.tools.remove):
        click(qtbot, change)
        states.append(load_dataset("mine"))
    for state in states[-2::-1]:
        qtbot.keyClick(own, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        assert np.array_equal(load_dataset("mine").images, state.images)
    assert not own.shelf.undo.canUndo()
    for state in states[1:]:
        own.shelf.undo.redo()
        assert np.array_equal(load_dataset("mine").images, state.images)


def test_that_every_set_has_its_own_undo(own, qtbot):
    click(qtbot, own.tools.add)
    own.shelf.look_at("font5x7")
    assert not own.shelf.undo.canUndo()
    own.shelf.look_at("mine")
    assert own.shelf.undo.canUndo()


def test_that_a_change_that_cannot_be_kept_is_said_and_leaves_everything(own, qtbot, monkeypatch):
    def refuse(*_):
        raise OSError("the disk is full")

    with monkeypatch.context() as broken:
        broken.setattr(library, "write", refuse)
        click(qtbot, own.tools.add)
    assert own.refusal.text() == "the disk is full"
    assert own.shelf.dataset.count == load_dataset("mine").count == 3
    assert not own.shelf.undo.canUndo()
    click(qtbot, own.tools.add)
    assert own.refusal.isHidden()
    assert load_dataset("mine").count == 4


@pytest.mark.parametrize("tool", ["add", "replace", "remove"])
def test_that_the_first_change_of_a_built_in_set_is_made_in_a_copy(sets, qtbot, tool):
    point(qtbot, sets.pictures, 5)
    click(qtbot, getattr(sets.tools, tool))
    assert sets.shelf.name == "font5x7 copy"
    assert load_dataset("font5x7").count == 32
    copy = load_dataset("font5x7 copy")
    assert copy.count == {"add": 33, "replace": 32, "remove": 31}[tool]
    assert "copy" in sets.message.text()
    assert sets.shelf.undo.canUndo()
    click(qtbot, getattr(sets.tools, tool))
    assert sets.sets.names() == (*dataset_names()[:-1], "font5x7 copy")


def test_that_the_copy_of_a_built_in_set_is_named_in_the_window(sets, qtbot):
    write(qtbot, sets.naming.field, "digits")
    click(qtbot, sets.tools.add)
    assert "already" in sets.refusal.text()
    assert sets.shelf.name == "font5x7"
    write(qtbot, sets.naming.field, "with mine")
    click(qtbot, sets.tools.add)
    assert load_dataset("with mine").count == 33
    assert sets.refusal.isHidden()


def test_that_a_drawing_of_another_shape_is_refused_with_the_reason(sets):
    sets.shelf.look_at("emojis", 0)
    for tool in (sets.tools.add, sets.tools.replace, sets.tools.load):
        assert not tool.isEnabled()
        assert "5x7" in tool.toolTip()
        assert "20x20" in tool.toolTip()
    assert sets.tools.misfit.isVisible()
    sets.session.drawing.set_image(np.zeros((20, 20), dtype=np.float32))
    assert sets.tools.add.isEnabled()
    assert not sets.tools.misfit.isVisible()


def test_that_a_new_set_begins_with_the_drawing(sets, qtbot):
    click(qtbot, sets.new)
    write(qtbot, sets.naming.field, "faces")
    qtbot.keyClick(sets.naming.field, Qt.Key.Key_Return)
    assert np.array_equal(load_dataset("faces").images, sets.session.drawing.image[None])
    assert sets.head.kind.text() == "1 image, 5x7 pixels, black and white"
    assert sets.sets.current_name == "faces"


def test_that_escape_calls_a_name_off_and_leaves_the_window(own, qtbot):
    click(qtbot, own.head.save_as)
    assert own.naming.isVisible()
    qtbot.keyClick(own.naming.field, Qt.Key.Key_Escape)
    assert not own.naming.isVisible()
    assert own.isVisible()


def test_that_a_set_is_saved_under_another_name(own, qtbot):
    click(qtbot, own.head.save_as)
    click(qtbot, own.naming.take)
    assert load_dataset("mine copy").labels == FONT.labels[:3]
    assert own.shelf.name == "mine copy"


def test_that_a_set_is_deleted_by_the_second_click_alone(own, qtbot):
    click(qtbot, own.delete)
    assert own.delete.text() == "Really delete?"
    own.pictures.setFocus()
    assert own.delete.text() == "Delete set"
    click(qtbot, own.delete)
    qtbot.mouseDClick(own.delete, LEFT)
    assert "mine" in dataset_names()
    own.delete.calm()
    click(qtbot, own.delete)
    with qtbot.waitSignal(own.library_changed):
        click(qtbot, own.delete)
    assert "mine" not in dataset_names()
    assert own.shelf.name == "font5x7"
    assert not own.delete.isEnabled()


def test_that_a_damaged_set_is_said_and_can_be_deleted(own, qtbot):
    (library.folder() / "mine.npz").write_bytes(b"nothing")
    own.shelf.look_at("font5x7")
    own.shelf.look_at("mine")
    assert "mine.npz" in own.refusal.text()
    assert not own.tools.add.isEnabled()
    assert not own.head.train.isEnabled()
    click(qtbot, own.delete)
    click(qtbot, own.delete)
    assert own.sets.names() == dataset_names()


def test_that_the_set_to_train_on_is_named(own, qtbot):
    with qtbot.waitSignal(own.chosen) as chosen:
        click(qtbot, own.head.train)
    assert chosen.args == ["mine"]


def test_that_everything_says_what_it_is(sets):
    for button in sets.findChildren(QPushButton):
        assert button.text(), button
        assert button.toolTip() or not button.isVisible(), button.text()
        assert not button.autoDefault(), "Enter in a field would press it"
    for field in sets.findChildren(QLineEdit):
        assert field.accessibleName()


# --- the canvas ---


@pytest.mark.parametrize("count", [1, 97, 65_536])
def test_that_only_pictures_in_sight_are_painted(qtbot, light, monkeypatch, count):
    painted = []
    real = thumbnails.to_qimage
    monkeypatch.setattr(thumbnails, "to_qimage", lambda *image: painted.append(1) or real(*image))
    view = Thumbnails()
    qtbot.addWidget(view)
    view.resize(600, 400)
    view.set_pictures(np.zeros((count, 8, 8), dtype=np.float32), [str(number) for number in range(count)])
    view.show()
    qtbot.waitUntil(lambda: bool(painted))
    painted.clear()
    view.grab()
    assert len(painted) == min(count, len(painted))
    assert len(painted) < 80
    view.close()


def test_that_the_keyboard_reaches_every_picture_and_brings_it_into_sight(qtbot, light):
    view = Thumbnails()
    qtbot.addWidget(view)
    view.resize(600, 400)
    view.set_pictures(np.zeros((1797, 8, 8), dtype=np.float32), ["x"] * 1797)
    view.show()
    columns = view.columns
    keys = Qt.Key
    for key, where in (
        (keys.Key_Right, 0), (keys.Key_Right, 1), (keys.Key_Down, 1 + columns), (keys.Key_Up, 1),
        (keys.Key_End, 1796), (keys.Key_Right, 1796), (keys.Key_Left, 1795), (keys.Key_Home, 0),
    ):  # fmt: skip
        qtbot.keyClick(view, key)
        assert view.current == where
        assert view.viewport().rect().contains(view.tile(where))
    qtbot.keyClick(view, keys.Key_PageDown)
    assert view.current > columns
    with qtbot.waitSignal(view.activated):
        qtbot.keyClick(view, keys.Key_Return)
    assert "x" in view.accessibleDescription()
    view.close()


@pytest.mark.parametrize("shape", [(1, 1), (7, 5), (300, 20), (5, 2000)])
def test_that_a_picture_of_any_shape_fits_its_tile(qtbot, light, shape):
    view = Thumbnails()
    qtbot.addWidget(view)
    view.resize(400, 300)
    view.set_pictures(np.ones((3, *shape), dtype=np.float32), ["a", "b", "c"])
    wide, high = view.picture_size
    tile = view.tile(0)
    assert 1 <= wide <= tile.width()
    assert 1 <= high <= tile.height()
    view.grab()


# --- names ---


def test_that_a_free_name_is_one_that_a_set_can_have():
    save_dataset(Dataset("Faces", FONT.images, FONT.labels))
    for wanted in ("faces", "font5x7", "a/b:c*", "   ", "..", "x" * 200, "ñandú"):
        name = free_name(wanted)
        assert fault_of(name) == ""
        assert library.check_name(name) == name
    assert free_name("faces") == "faces 2"
    assert free_name("a/b") == "a b"
    assert fault_of("faces")
    assert fault_of("")


def test_that_a_set_is_described_in_words():
    assert described(load_dataset("digits")) == "1,797 images, 8x8 pixels, grey"


# --- import ---


@pytest.fixture
def importing(qapp, qtbot, light, tmp_path, reading):
    """The dialog with a source that stands for a folder of four pictures."""
    folder = tmp_path / "My faces!"
    folder.mkdir()
    dialog = ImportImages()
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    dialog.show()
    qtbot.addWidget(dialog)
    dialog.folder = folder
    yield dialog
    qtbot.waitUntil(lambda: not dialog.background.busy)
    dialog.close()


def dropped(importing, qtbot):
    assert drop(importing, importing.folder)
    qtbot.waitUntil(lambda: importing.dataset is not None and not importing.working)
    return importing


def test_that_a_dropped_folder_is_read_in_the_background_and_shown(importing, qtbot, reading, qapp):
    assert not importing.take.isEnabled()
    dropped(importing, qtbot)
    thread, source, options = reading[-1]
    assert thread is not qapp.thread()
    assert source == str(importing.folder)
    assert options == {"grid": None, "size": None, "characters": None, "invert": False}
    assert len(importing.pictures.pictures) == 4
    assert importing.kind.text() == "4 images, 5x7 pixels, black and white"
    assert importing.options.name == "My faces"


def test_that_every_option_is_read_anew(importing, qtbot, reading):
    dropped(importing, qtbot)
    write(qtbot, importing.options.columns, "3")
    qtbot.waitUntil(lambda: len(importing.pictures.pictures) == 3)
    write(qtbot, importing.options.rows, "2")
    write(qtbot, importing.options.wide, "12")
    write(qtbot, importing.options.characters, "abc")
    qtbot.mouseClick(importing.options.invert, LEFT, pos=QPoint(8, importing.options.invert.height() // 2))
    qtbot.waitUntil(lambda: not importing.working)
    assert reading[-1][2] == {"grid": (3, 2), "size": (12, 12), "characters": "abc", "invert": True}


def test_that_a_refusal_stands_where_the_preview_would_and_names_the_file(importing, qtbot):
    dropped(importing, qtbot)
    importing.options.wide.setValue(7)
    qtbot.waitUntil(lambda: importing.refusal.isVisible())
    assert importing.refusal.text() == "My faces!: too small"
    assert not importing.pictures.isVisible()
    assert not importing.take.isEnabled()
    importing.options.wide.setValue(8)
    qtbot.waitUntil(lambda: importing.pictures.isVisible() and importing.take.isEnabled())


def test_that_what_was_seen_is_taken_under_its_name(importing, qtbot):
    dropped(importing, qtbot)
    write(qtbot, importing.options.field, "digits")
    assert importing.options.fault.isVisible()
    assert not importing.take.isEnabled()
    write(qtbot, importing.options.field, "faces")
    with qtbot.waitSignal(importing.taken) as taken:
        click(qtbot, importing.take)
    assert taken.args == ["faces"]
    assert load_dataset("faces").labels == FONT.labels[:4]
    assert not importing.isVisible()


def test_that_a_set_that_cannot_be_kept_leaves_the_dialog_open(importing, qtbot, monkeypatch):
    dropped(importing, qtbot)

    def refuse(*_):
        raise OSError("the disk is full")

    with monkeypatch.context() as broken:
        broken.setattr(library, "write", refuse)
        click(qtbot, importing.take)
        qtbot.waitUntil(lambda: not importing.working)
    assert importing.options.fault.text() == "the disk is full"
    assert importing.take.isEnabled()


def test_that_the_name_that_the_person_chose_outlives_another_source(importing, qtbot, tmp_path):
    write(qtbot, importing.options.field, "chosen")
    dropped(importing, qtbot)
    assert importing.options.name == "chosen"


def test_that_real_pictures_come_in_and_what_is_none_is_refused(qapp, qtbot, light, tmp_path):
    pytest.importorskip("core.data.importers")
    np.save(tmp_path / "three.npy", FONT.images[:3])
    (tmp_path / "broken.png").write_bytes(b"no picture")
    dialog = ImportImages()
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(dialog)
    dialog.show()
    assert drop(dialog, tmp_path / "three.npy")
    qtbot.waitUntil(lambda: dialog.take.isEnabled())
    assert np.array_equal(dialog.pictures.pictures, FONT.images[:3])
    dialog.options.columns.setValue(2)
    qtbot.waitUntil(lambda: dialog.refusal.isVisible())
    assert "three.npy: “Grid of one image” cuts" in dialog.refusal.text()
    dialog.options.columns.setValue(0)
    dialog.set_source(str(tmp_path / "broken.png"))
    qtbot.waitUntil(lambda: "broken.png: " in dialog.refusal.text())
    assert str(tmp_path) not in dialog.refusal.text()
    dialog.close()


@pytest.mark.parametrize("which", ["choose_file", "choose_folder"])
def test_that_a_source_is_chosen_in_a_dialog_that_blocks_nothing(importing, qtbot, which):
    click(qtbot, getattr(importing, which))
    (chooser,) = importing.findChildren(QFileDialog)
    assert chooser.isVisible()
    chooser.fileSelected.emit(str(importing.folder))
    chooser.close()
    qtbot.waitUntil(lambda: importing.dataset is not None)


def test_that_the_window_routes_a_drop_and_selects_what_was_taken(sets, qtbot, tmp_path, reading):
    source = tmp_path / "strip.png"
    source.write_bytes(b"")
    for place in (sets.pictures.viewport(), sets.tools.new_label):
        assert drop(place, source)
        dialog = sets.importing
        qtbot.waitUntil(lambda dialog=dialog: dialog.take.isEnabled())
        if place is sets.tools.new_label:
            with qtbot.waitSignal(sets.library_changed):
                click(qtbot, dialog.take)
        else:
            qtbot.keyClick(dialog, Qt.Key.Key_Escape)
        qtbot.waitUntil(lambda: sets.importing is None)
    assert sets.shelf.name == "strip"
    assert sets.sets.current_name == "strip"


@pytest.mark.qt_log_ignore("does not support raise")
def test_that_one_import_is_open_at_a_time(sets, qtbot, reading):
    click(qtbot, sets.open_importing)
    first = sets.importing
    sets.open_import()
    assert sets.importing is first
    first.close()
    assert sets.importing is None


def test_that_a_dialog_may_close_while_its_source_is_being_read(qtbot, light, tmp_path, monkeypatch):
    going, enough = threading.Event(), threading.Event()

    def read(source, name, **options):
        going.set()
        assert enough.wait(5)
        return FONT

    module = type("importers", (), {"import_images": staticmethod(read)})
    monkeypatch.setitem(__import__("sys").modules, "core.data.importers", module)
    dialog = ImportImages()
    dialog.show()
    dialog.set_source(str(tmp_path))
    assert going.wait(5)
    background, gone = dialog.background, []
    background.destroyed.connect(lambda: gone.append(1))
    dialog.close()
    enough.set()
    qtbot.waitUntil(lambda: bool(gone))


def test_that_of_many_jobs_the_last_is_done_and_those_between_are_not(qtbot):
    background, begun, done = Background(), [], []
    gate = threading.Event()

    def job(number):
        def work():
            begun.append(number)
            assert gate.wait(5)
            return number

        return work

    background.done.connect(lambda _, result: done.append(result))
    for number in range(50):
        background.ask(job(number))
    gate.set()
    qtbot.waitUntil(lambda: bool(done))
    assert done == [49]
    assert begun == [0, 49]
    background.retire()


def test_that_a_job_that_fails_reports_its_error_and_the_next_is_done(qtbot):
    background, done = Background(), []
    background.done.connect(lambda _, result: done.append(result))
    for job in (lambda: 1 / 0, lambda: "fine"):
        background.ask(job)
        qtbot.waitUntil(lambda: not background.busy)
    assert isinstance(done[0], ZeroDivisionError)
    assert done[1] == "fine"
    background.retire()


@pytest.mark.parametrize(
    ("names", "taken"),
    [
        (["a.png"], True),
        (["folder"], True),
        (["run.tp5"], False),
        (["a.png", "b.png"], False),
        (["no"], False),
    ],
)
def test_that_one_file_or_folder_that_is_no_run_can_be_dropped(tmp_path, names, taken):
    for name in ("a.png", "b.png", "run.tp5"):
        (tmp_path / name).write_bytes(b"")
    (tmp_path / "folder").mkdir()
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(tmp_path / name)) for name in names])
    assert (droppable(mime) is not None) == taken
    mime.setUrls([QUrl("https://example.org/a.png")])
    assert droppable(mime) is None
