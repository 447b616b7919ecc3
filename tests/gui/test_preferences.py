"""Preferences act at once, are there at the next start, and wait for nothing."""

import json
import os
from pathlib import Path

import pytest
from PySide6.QtCore import QFile, Qt
from PySide6.QtWidgets import QLabel

from core import Spec, preset
from core.data.datasets import load_dataset
from core.nn.device import thread_count, use_at_most
from tp5gui import theme
from tp5gui.session import keeping
from tp5gui.session.kept_runs import MARK, KeptRuns
from tp5gui.session.session import RUNS, Session
from tp5gui.settings import KEEPING, Settings
from tp5gui.windows.main_window import MainWindow
from tp5gui.windows.preferences import Preferences

LEFT, CTRL = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier
LARGE = Spec(dataset="emojis", hidden=(2000, 2000), latent=20)


def opened(qtbot, window):
    qtbot.keyClick(window, Qt.Key.Key_Comma, CTRL)
    return window.findChild(Preferences)


@pytest.fixture
def keeper(qapp, qtbot, light, settings):
    """A window that keeps its runs, where two were kept yesterday and one by a window that is open."""
    for folder, marked in (("2026-11-24 10.00.00", False), ("2026-11-24 11.00.00", True)):
        place = settings.kept / folder
        place.mkdir(parents=True)
        (place / "2026-11-24 12.00.00 font-vae epoch 7.tp5").write_bytes(b"x" * 1_500_000)
        if marked:
            (place / MARK).touch()
    path = str(RUNS / "font-autoencoder.tp5")
    window = MainWindow(Session(preset("font-autoencoder"), kept=KeptRuns(settings.kept)), settings, path)
    window.show()
    qtbot.waitUntil(lambda: window.session.frame is not None)
    yield window
    window.close()
    window.deleteLater()


@pytest.fixture
def unbound():
    yield
    use_at_most(0)


def test_that_they_open_by_a_key_beside_the_window_and_once(window, qtbot):
    dialog = opened(qtbot, window)
    assert dialog.isVisible()
    assert not dialog.isModal()
    assert opened(qtbot, window) is dialog
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: window.findChild(Preferences) is None)


def test_that_the_theme_changes_at_once_and_stays(window, qtbot, tmp_path):
    box = opened(qtbot, window).scheme
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_End)
    assert (theme.tokens().dark, Settings(tmp_path).theme) == (True, "dark")


def test_that_the_size_of_type_changes_at_once_stays_and_follows_the_keys(window, qtbot, tmp_path):
    try:
        box = opened(qtbot, window).type_size
        box.setFocus()
        qtbot.keyClick(box, Qt.Key.Key_Down)
        assert box.currentData() == "115"
        assert theme.zoom() == Settings(tmp_path).zoom == 115
        qtbot.keyClick(box, Qt.Key.Key_0, CTRL)
        assert theme.zoom() == Settings(tmp_path).zoom == 100
        qtbot.waitUntil(lambda: box.currentData() == "100")
    finally:
        window.set_zoom(100)


def test_that_how_often_a_run_is_kept_is_that_from_now_on_and_at_the_next_start(
    keeper, qtbot, tmp_path, monkeypatch
):
    asked = []
    monkeypatch.setattr(keeping.Keeper, "keep_every", lambda self, time: asked.append(time))
    box = opened(qtbot, keeper).every
    assert box.currentData() == "60"
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_Home)
    qtbot.waitUntil(lambda: asked == [20_000])
    settings = Settings(tmp_path)
    assert settings.keeping == 20
    other = MainWindow(Session(preset("font-autoencoder")), settings)
    other.show()
    qtbot.waitUntil(lambda: asked == [20_000, 20_000])
    other.close()
    other.deleteLater()


def test_that_the_usual_time_is_that_of_the_keeper():
    assert KEEPING[1] * 1000 == keeping.EVERY


def test_that_a_keeper_that_waits_keeps_the_new_time(qapp, qtbot):
    keeper = keeping.Keeper(None, qapp)
    keeper._tried = True
    keeper._timer.start(60_000)
    keeper.keep_every(20_000)
    assert keeper._timer.remainingTime() < 30_000
    keeper.end()


def test_that_they_say_how_much_is_kept_and_put_it_in_the_trash_but_for_open_windows(
    keeper, qtbot, settings, monkeypatch
):
    trashed = []

    def trash(path):
        trashed.append(path)
        Path(path).unlink()
        return True

    monkeypatch.setattr(QFile, "moveToTrash", trash)
    dialog = opened(qtbot, keeper)
    assert dialog.kept.text() == "2 runs, 3.0 MB"
    qtbot.mouseClick(dialog.clear, LEFT)
    assert not trashed
    qtbot.mouseClick(dialog.clear, LEFT)
    assert ["2026-11-24 10.00.00" in path for path in trashed] == [True]
    assert dialog.kept.text() == "1 run, 1.5 MB"
    assert not dialog.clear.isEnabled()
    assert dialog.clear.toolTip().startswith("Those of open windows stay")


def test_that_a_system_without_a_trash_loses_nothing_and_says_so(keeper, qtbot, monkeypatch):
    monkeypatch.setattr(QFile, "moveToTrash", lambda path: False)
    dialog = opened(qtbot, keeper)
    qtbot.mouseClick(dialog.clear, LEFT)
    qtbot.mouseClick(dialog.clear, LEFT)
    assert "trash" in keeper.status.fault
    assert dialog.kept.text() == "2 runs, 3.0 MB"


def test_that_a_bound_of_threads_holds_for_runs_that_begin_from_now_on(unbound, monkeypatch):
    monkeypatch.setattr(os, "cpu_count", lambda: 9)
    dataset = load_dataset("emojis")
    assert thread_count(LARGE, dataset) == 8
    use_at_most(3)
    assert thread_count(LARGE, dataset) == 3
    assert thread_count(Spec(), load_dataset("font5x7")) == 1


def test_that_the_bound_is_chosen_among_what_the_machine_has_and_remembered(
    window, qtbot, tmp_path, monkeypatch, unbound
):
    monkeypatch.setattr(os, "cpu_count", lambda: 6)
    box = opened(qtbot, window).threads
    assert [box.itemData(place) for place in range(box.count())] == ["0", "1", "2", "4"]
    with qtbot.waitSignal(window.session.framed):
        box.setFocus()
        qtbot.keyClick(box, Qt.Key.Key_End)
        window.session.rewind()
    assert Settings(tmp_path).threads == 4
    assert thread_count(LARGE, load_dataset("emojis")) == 4


def test_that_a_bound_chosen_on_a_larger_machine_is_said_as_it_is(window, qtbot, settings, monkeypatch):
    monkeypatch.setattr(os, "cpu_count", lambda: 3)
    settings.threads = 16
    box = opened(qtbot, window).threads
    assert [box.itemData(place) for place in range(box.count())] == ["0", "1", "2", "16"]
    assert box.currentText() == "16 at most"


def test_that_the_hints_come_back(window, qtbot):
    window.guide.dismiss()
    qtbot.mouseClick(opened(qtbot, window).hints, LEFT)
    assert window.guide.hint.name == "draw"


def test_that_no_word_is_cut_off(window, qtbot):
    dialog = opened(qtbot, window)
    for label in dialog.findChildren(QLabel):
        if label.isVisibleTo(dialog):
            assert label.width() >= min(label.sizeHint().width(), label.width() if label.wordWrap() else 9999)
            assert label.height() >= label.heightForWidth(label.width())


@pytest.mark.parametrize(
    "values", [{"keeping": 7}, {"keeping": True}, {"threads": 0}, {"threads": 10**9}, {"threads": "2"}]
)
def test_that_a_preference_that_nobody_can_choose_is_the_usual_one(tmp_path, values):
    (tmp_path / "settings.json").write_text(json.dumps(values))
    settings = Settings(tmp_path)
    assert (settings.keeping, settings.threads) == (60, 0)
    assert "damaged" in settings.fault
