"""A set on its way out, by hand: every set, as every kind of file, and what is said of it."""

import threading
from pathlib import Path

import numpy as np
import pytest
from hands import FONT, click
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QMessageBox, QPushButton

from core import preset
from core.data import exporting
from core.data.datasets import Dataset, save_dataset
from core.data.importers import import_images
from tp5gui import leaving
from tp5gui.session.session import Session
from tp5gui.session.shelf import Shelf
from tp5gui.windows.data_sets import DataSets

KEY = Qt.Key
GREY = np.linspace(0, 1, 4 * 35, dtype=np.float32).reshape(4, 7, 5)


pytestmark = pytest.mark.usefixtures("shelf_of_nobody")


@pytest.fixture
def sets(qapp, qtbot, light):
    """The window of the data sets on the font."""
    session = Session(preset("font-autoencoder"))
    window = DataSets(session, Shelf(session))
    window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    window.show()
    qtbot.addWidget(window)
    yield window
    qtbot.waitUntil(lambda: not window.pictures_out.writing.busy)
    window.close()


def choose(qtbot, sets, path, kind):
    """Export to a path, as one of the kinds, by the button and the dialog that it opens."""
    click(qtbot, sets.export)
    dialog = sets.findChildren(QFileDialog)[-1]
    dialog.selectNameFilter(dialog.nameFilters()[kind])
    proposed = dialog.selectedFiles()[0]
    dialog.fileSelected.emit(str(path))
    dialog.close()
    return proposed


def exported(qtbot, sets, path, kind):
    """The same, waiting until it is said how it went; what is said."""
    choose(qtbot, sets, path, kind)
    qtbot.waitUntil(lambda: not sets.pictures_out.writing.busy)
    return sets.message.text()


def test_that_a_built_in_set_goes_out_as_each_kind_and_it_is_said_what_is_lost(sets, qtbot, tmp_path):
    (lost,) = exporting.losses(FONT, tmp_path / "font.png")
    assert exported(qtbot, sets, tmp_path / "font", 0) == f"Saved {tmp_path / 'font.npz'}"
    assert exported(qtbot, sets, tmp_path / "font", 1) == f"Saved {tmp_path / 'font.png'}. {lost}"
    assert exported(qtbot, sets, tmp_path / "font", 2) == f"Saved {tmp_path / 'font'}"
    for name in ("font.npz", "font"):
        again = import_images(tmp_path / name, "again")
        assert np.array_equal(again.images, FONT.images)
    assert import_images(tmp_path / "font.npz", "again").labels == FONT.labels


def test_that_a_set_of_ones_own_goes_out_under_its_name_and_finer_greys_are_said(sets, qtbot, tmp_path):
    save_dataset(Dataset("mine", GREY, tuple("abcd")))
    sets.on_changed()
    sets.shelf.look_at("mine")
    proposed = choose(qtbot, sets, tmp_path / "a.png", 1)
    assert proposed.endswith("mine")
    qtbot.waitUntil(lambda: not sets.pictures_out.writing.busy)
    lost = exporting.losses(Dataset("mine", GREY, tuple("abcd")), tmp_path / "a.png")
    assert len(lost) == 2
    assert all(str(each) in sets.message.text() for each in lost)
    assert exported(qtbot, sets, tmp_path / "a.npz", 0) == f"Saved {tmp_path / 'a.npz'}"
    assert np.array_equal(np.load(tmp_path / "a.npz")["images"], GREY)


@pytest.mark.parametrize("kind", range(3))
def test_that_a_set_whose_name_has_a_point_goes_out_under_the_name_that_is_proposed(
    sets, qtbot, tmp_path, kind
):
    save_dataset(Dataset("letters.npy", GREY, tuple("abcd")))
    sets.on_changed()
    sets.shelf.look_at("letters.npy")
    click(qtbot, sets.export)
    dialog = sets.findChildren(QFileDialog)[-1]
    dialog.selectNameFilter(dialog.nameFilters()[kind])
    dialog.fileSelected.emit(str(tmp_path / Path(dialog.selectedFiles()[0]).name))
    dialog.close()
    qtbot.waitUntil(lambda: not sets.pictures_out.writing.busy)
    assert sets.message.text().startswith("Saved ")


def test_that_a_typed_suffix_says_the_kind(sets, qtbot, tmp_path):
    exported(qtbot, sets, tmp_path / "a.png", 2)
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")


def test_that_what_is_there_is_replaced_only_where_the_person_says_so(sets, qtbot, tmp_path):
    (tmp_path / "font.npz").write_bytes(b"mine")
    choose(qtbot, sets, tmp_path / "font", 0)
    (box,) = sets.findChildren(QMessageBox)
    assert "font.npz" in box.text()
    assert (tmp_path / "font.npz").read_bytes() == b"mine"
    click(qtbot, next(each for each in box.findChildren(QPushButton) if each.text() == "Replace it"))
    qtbot.waitUntil(lambda: sets.message.text() == f"Saved {tmp_path / 'font.npz'}")
    assert np.load(tmp_path / "font.npz")["images"].shape == (32, 7, 5)


def test_that_a_folder_that_is_there_is_left_alone(sets, qtbot, tmp_path):
    (tmp_path / "font").mkdir()
    (tmp_path / "font" / "mine.txt").write_bytes(b"mine")
    assert exported(qtbot, sets, tmp_path / "font", 2) == "font is already there; a folder needs a new name"
    assert not sets.findChildren(QMessageBox)
    assert [each.name for each in (tmp_path / "font").iterdir()] == ["mine.txt"]


def test_that_a_place_that_cannot_be_written_is_said(sets, qtbot, tmp_path):
    (tmp_path / "file").write_bytes(b"")
    words = exported(qtbot, sets, tmp_path / "file" / "font.npz", 0)
    assert words
    assert not words.startswith("Saved")


@pytest.fixture
def slow(monkeypatch):
    """Lets an export go on only where it is stopped, or where the gate is opened."""
    gate, real = threading.Event(), exporting.export

    def export(dataset, path, on_progress, **options):
        while not gate.wait(0.01):
            on_progress(0.34)
        return real(dataset, path, on_progress, **options)

    monkeypatch.setattr(exporting, "export", export)
    return gate


def test_that_it_is_said_how_far_it_is_and_escape_stops_it_before_it_closes_the_window(
    sets, qtbot, tmp_path, slow
):
    choose(qtbot, sets, tmp_path / "font", 0)
    qtbot.waitUntil(lambda: sets.message.text() == "Exporting: 34 %. Esc stops it.")
    qtbot.keyClick(sets.pictures, KEY.Key_Escape)
    assert sets.isVisible()
    assert sets.message.text() == "Stopped: font.npz was not written."
    qtbot.waitUntil(lambda: not sets.pictures_out.writing.busy)
    assert sets.message.text() == "Stopped: font.npz was not written."
    assert not list(tmp_path.glob("font*"))
    qtbot.keyClick(sets.pictures, KEY.Key_Escape)
    assert not sets.isVisible()


def test_that_escape_in_another_dialog_leaves_the_export_alone(window, qtbot, tmp_path, slow):
    sets = window.open_data_sets()
    choose(qtbot, sets, tmp_path / "font", 0)
    qtbot.waitUntil(lambda: sets.message.text() == "Exporting: 34 %. Esc stops it.")
    sets.open_import()
    qtbot.keyClick(sets.importing, KEY.Key_Escape)
    assert sets.importing is None
    choose(qtbot, sets, tmp_path / "again", 0)
    qtbot.keyClick(sets.pictures, KEY.Key_Escape)  # of the dialog that says so, all of it
    assert sets.isVisible()
    slow.set()
    qtbot.waitUntil(lambda: not window.writing.busy)
    assert not list(tmp_path.glob("*.npz"))


def test_that_the_set_that_was_shown_goes_out_whatever_is_shown_meanwhile(sets, qtbot, tmp_path, slow):
    choose(qtbot, sets, tmp_path / "font", 0)
    sets.shelf.look_at("digits")
    slow.set()
    qtbot.waitUntil(lambda: sets.message.text() == f"Saved {tmp_path / 'font.npz'}")
    assert np.load(tmp_path / "font.npz")["images"].shape == (32, 7, 5)


def test_that_leaving_the_application_ends_a_long_export_and_leaves_no_part_of_it(
    sets, qtbot, tmp_path, monkeypatch
):
    begun, over = threading.Event(), threading.Event()

    def pictures(dataset, folder, on_progress):
        (folder / "0001.png").write_bytes(b"")
        begun.set()
        while not over.wait(0.01):
            on_progress(0.5)

    def killed(status):
        over.set()
        raise AssertionError("the process would end with a folder half written")

    monkeypatch.setattr(exporting, "_write_pictures", pictures)
    monkeypatch.setattr(leaving, "PATIENCE", 300)
    monkeypatch.setattr(leaving.os, "_exit", killed)
    before = set(tmp_path.iterdir())
    choose(qtbot, sets, tmp_path / "font", 2)
    assert begun.wait(5)
    assert leaving.end(0, sets.pictures_out.writing.stop) == 0
    assert set(tmp_path.iterdir()) == before
