"""Where files are saved and found: suffixes, in any case, and what is asked before a file is replaced."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from tp5gui.panels.places import ask_place, ask_source, saved_as

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
