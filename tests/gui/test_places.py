"""Where files are saved and found: suffixes, in any case, and what is asked before a file is replaced."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from core import preset
from core.studies.questions import question
from core.studies.study import Axis, Study
from tp5gui.panels.places import as_file_name, ask_place, ask_source, saved_as
from tp5gui.panels.study_answer import Answer
from tp5gui.settings import Settings

RUNS, TABLES = "Runs (*.tp5)", "Tables (*.csv *.json)"


@pytest.fixture
def parent(qtbot):
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.show()
    return widget


def choose(parent, path, kinds=RUNS, suffix="tp5"):
    """Ask for a place and choose one; the list that gets the path."""
    taken = []
    ask_place(parent, "Save", kinds, suffix, taken.append)
    dialog = parent.findChildren(QFileDialog)[-1]
    dialog.fileSelected.emit(str(path))
    dialog.close()
    return taken


def press(parent, qtbot, words):
    """Press a button of the one question that is asked."""
    (box,) = parent.findChildren(QMessageBox)
    assert box.isVisible()
    button = next(button for button in box.buttons() if button.text() == words)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not parent.findChildren(QMessageBox))
    return box


@pytest.mark.parametrize(
    ("name", "kinds", "suffix", "saved"),
    [
        ("run", RUNS, "tp5", "run.tp5"),
        ("run.tp5", RUNS, "tp5", "run.tp5"),
        ("run.TP5", RUNS, "tp5", "run.TP5"),
        ("other.txt", RUNS, "tp5", "other.txt.tp5"),
        ("rate 0.01", RUNS, "tp5", "rate 0.01.tp5"),
        ("table.JSON", TABLES, "csv", "table.JSON"),
        ("table.tp5", TABLES, "csv", "table.tp5.csv"),
        ("strip.jpg", "Pictures (*.png)", "png", "strip.jpg.png"),
    ],
)
def test_that_a_file_gets_the_suffix_of_its_kind_behind_its_whole_name(
    parent, tmp_path, name, kinds, suffix, saved
):
    assert saved_as(str(tmp_path / name), kinds, suffix) == str(tmp_path / saved)
    assert choose(parent, tmp_path / name, kinds, suffix) == [str(tmp_path / saved)]


@pytest.mark.parametrize(("words", "replaced"), [("Replace it", True), ("Cancel", False)])
def test_that_a_file_is_replaced_under_the_name_with_its_suffix_only_when_that_was_said(
    parent, qtbot, tmp_path, words, replaced
):
    (tmp_path / "other.txt.tp5").write_bytes(b"a run")
    taken = choose(parent, tmp_path / "other.txt")
    assert taken == []
    (box,) = parent.findChildren(QMessageBox)
    assert "other.txt.tp5" in box.text()
    press(parent, qtbot, words)
    assert taken == ([str(tmp_path / "other.txt.tp5")] if replaced else [])


def test_that_a_name_that_the_dialog_has_asked_about_is_not_asked_about_again(parent, tmp_path):
    (tmp_path / "run.tp5").write_bytes(b"a run")
    assert choose(parent, tmp_path / "run.tp5") == [str(tmp_path / "run.tp5")]
    assert not parent.findChildren(QMessageBox)


def test_that_dialogs_list_a_suffix_in_capitals_too(parent):
    ask_source(parent, "Open", lambda path: None, kinds=RUNS)
    (dialog,) = parent.findChildren(QFileDialog)
    assert dialog.nameFilters() == ["Runs (*.tp5 *.TP5)"]
    dialog.close()


def test_that_a_name_is_proposed_in_the_folder_that_was_used_last(parent, tmp_path):
    ask_place(parent, "Save", RUNS, "tp5", lambda path: None, name="font-vae-1240", folder=str(tmp_path))
    (dialog,) = parent.findChildren(QFileDialog)
    assert dialog.selectedFiles() == [str(tmp_path / "font-vae-1240.tp5")]
    dialog.close()


def test_that_a_folder_that_is_gone_is_no_reason_not_to_ask(parent, tmp_path):
    ask_place(parent, "Save", RUNS, "tp5", lambda path: None, name="run", folder=str(tmp_path / "gone"))
    (dialog,) = parent.findChildren(QFileDialog)
    assert dialog.selectedFiles()[0].endswith("run.tp5")
    dialog.close()


@pytest.mark.parametrize(
    ("name", "proposed"),
    [
        ("tired face to cold face", "tired face to cold face"),
        ("a/b\\c:d", "a-b-c-d"),
        ("../../etc", "etc"),
        ("a\u202eb\nc", "a\ufffdb c"),
        ("..", "untitled"),
        ("x" * 300, "x" * 60),
    ],
)
def test_that_a_name_that_is_proposed_is_one_of_a_file(name, proposed):
    assert as_file_name(name) == proposed


def test_that_a_run_is_proposed_by_what_it_is_and_how_far(window, qtbot, tmp_path):
    window.session.folder = str(tmp_path)
    qtbot.keyClick(window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    (dialog,) = window.findChildren(QFileDialog)
    assert dialog.selectedFiles() == [str(tmp_path / "font-autoencoder-10000.tp5")]
    dialog.close()


def test_that_the_folder_of_a_file_that_was_saved_is_known_at_the_next_start(
    window, settings, qtbot, tmp_path
):
    place = tmp_path / "pictures"
    place.mkdir()
    window.session.save_picture(np.zeros((8, 8), np.uint8), str(place / "a.png"))
    assert (window.session.folder, Settings(tmp_path).folder) == (str(place), str(place))


def test_that_a_picture_is_proposed_by_what_it_is(window, qtbot, tmp_path):
    window.session.folder = str(tmp_path)
    window.dock("explore").bring()
    qtbot.waitUntil(window.explore.save.isEnabled)
    for kind, name in (("between", "a to o.png"), ("beside", "beside all codes, +0.10.png")):
        window.explore.kind.setCurrentIndex(window.explore.kind.findData(kind))
        qtbot.waitUntil(window.explore.save.isEnabled)
        qtbot.mouseClick(window.explore.save, Qt.MouseButton.LeftButton)
        dialog = window.explore.findChildren(QFileDialog)[-1]
        assert dialog.selectedFiles() == [str(tmp_path / name)]
        dialog.close()


def test_that_what_is_taken_of_a_study_is_proposed_by_the_name_of_the_study():
    asked = question("noise-surface")
    assert Answer(asked.study(1), (), asked, "recognised", "sd").name == "noise-surface"
    own = Study(preset("font-vae"), (Axis("beta", (1.0, 2.0)),), 2)
    assert Answer(own, (), None, "recognised", "sd").name == "font-vae by beta"
