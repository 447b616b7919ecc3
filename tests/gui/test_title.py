"""The title names what is open, and is marked where nothing holds the run as it is."""

import shutil

import pytest
from PySide6.QtCore import Qt

from tp5gui.session.session import RUNS

SHIPPED = RUNS / "font-autoencoder.tp5"


def title(window):
    """The title without the place of the mark, and whether it is marked."""
    return window.windowTitle().replace("[*] ", " ", 1), window.isWindowModified()


def opened(qtbot, window, path):
    before = window.session.frame.version
    window.open_run(str(path))
    qtbot.waitUntil(lambda: window.session.frame.version != before)


def test_that_a_run_that_comes_with_the_application_is_named_by_what_it_is(window):
    assert title(window) == ("font-autoencoder — tp5gui", False)


def test_that_a_run_of_the_persons_own_is_named_by_its_file(window, qtbot, tmp_path):
    shutil.copy(SHIPPED, tmp_path / "my-run.tp5")
    opened(qtbot, window, tmp_path / "my-run.tp5")
    assert title(window) == ("my-run.tp5 — tp5gui", False)


def test_that_a_new_run_is_marked_from_its_first_epoch_until_it_is_saved_and_from_the_next_one(
    window, qtbot, tmp_path
):
    qtbot.keyClick(window, Qt.Key.Key_F7)
    qtbot.waitUntil(lambda: window.session.frame.snapshot.epoch == 0)
    assert title(window) == ("font-autoencoder — tp5gui", False)
    qtbot.keyClick(window, Qt.Key.Key_F9)
    qtbot.waitUntil(lambda: title(window) == ("font-autoencoder — tp5gui", True))
    with qtbot.waitSignal(window.session.saved):
        window.session.save(str(tmp_path / "one.tp5"))
    assert title(window) == ("one.tp5 — tp5gui", False)
    qtbot.keyClick(window, Qt.Key.Key_F9)
    qtbot.waitUntil(lambda: title(window) == ("one.tp5 — tp5gui", True))


def test_that_a_run_that_trains_as_soon_as_it_is_opened_is_marked(window, qtbot, tmp_path):
    qtbot.keyClick(window, Qt.Key.Key_F7)
    qtbot.waitUntil(lambda: window.session.frame.snapshot.epoch == 0)
    window.session.save(str(tmp_path / "one.tp5"))
    qtbot.waitUntil(lambda: title(window) == ("one.tp5 — tp5gui", False))
    before = window.session.frame.version
    window.open_run(str(tmp_path / "one.tp5"))
    for _ in range(3):
        window.session.step()  # the first frame may come after any of them
    qtbot.waitUntil(lambda: window.session.frame.version != before)
    qtbot.waitUntil(lambda: window.session.frame.snapshot.epoch == 3)
    assert title(window) == ("one.tp5 — tp5gui", True)


def test_that_a_run_that_is_set_otherwise_than_its_file_is_marked_until_that_is_undone(window, qtbot):
    window.session.store.update(epochs=9000)
    qtbot.waitUntil(window.isWindowModified)
    window.session.undo()
    qtbot.waitUntil(lambda: not window.isWindowModified())


def test_that_a_run_that_was_kept_by_itself_is_in_no_file_of_the_persons(window, qtbot, settings):
    place = settings.kept / "2026-11-25 21.04.10"
    place.mkdir(parents=True)
    kept = place / "2026-11-25 21.30.05 font-autoencoder epoch 10000.tp5"
    shutil.copy(SHIPPED, kept)
    opened(qtbot, window, kept)
    assert title(window) == ("font-autoencoder — tp5gui", True)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("run[*].tp5", "run[*][*].tp5[*] — tp5gui"),
        ("a\u202egnp.tp5", "a\ufffdgnp.tp5[*] — tp5gui"),
        ("<b>run & co</b>.tp5".replace("/", ""), "<b>run & co<b>.tp5[*] — tp5gui"),
    ],
)
def test_that_a_name_from_outside_steers_nothing(window, qtbot, tmp_path, name, shown):
    shutil.copy(SHIPPED, tmp_path / name)
    opened(qtbot, window, tmp_path / name)
    assert window.windowTitle() == shown
