"""The learning of the run on the bench as a film: asked for in the menu, made while it trains on."""

import math
import threading
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialogButtonBox, QFileDialog, QLineEdit

from core import preset
from core.base.words import language
from core.reports import film as films
from tp5gui.session.messages import Phase
from tp5gui.session.session import Session
from tp5gui.windows.film import FilmDialog
from tp5gui.windows.main_window import MainWindow

pytestmark = pytest.mark.qt_log_ignore("does not support")  # what an open menu says offscreen
KEY = Qt.Key


@pytest.fixture
def trained(qapp, qtbot, light, settings, tmp_path):
    """A window with a run that has a past of sixty epochs, paused."""
    window = MainWindow(Session(preset("font-autoencoder")), settings)
    window.session.folder = str(tmp_path)
    window.session.set_speed(math.inf)
    window.show()
    qtbot.waitUntil(lambda: window.session.frame is not None)
    window.session.store.update(epochs=60)
    window.session.play()
    qtbot.waitUntil(lambda: window.session.frame.phase is Phase.FINISHED)
    yield window
    window.close()
    window.deleteLater()


def asked(window, qtbot):
    """The dialog, by the menu."""
    (file, *_) = window.menuBar().actions()
    file.menu().popup(window.mapToGlobal(window.rect().topLeft()))
    qtbot.keyClick(file.menu(), KEY.Key_F)
    (dialog,) = window.findChildren(FilmDialog)
    return dialog


def save_button(dialog):
    (save, _) = sorted(dialog.findChild(QDialogButtonBox).buttons(), key=lambda each: not each.isDefault())
    return save


def test_that_the_menu_asks_how_and_where_and_writes_the_film_there(trained, qtbot, tmp_path):
    dialog = asked(trained, qtbot)
    assert not save_button(dialog).isEnabled()
    qtbot.waitUntil(lambda: dialog.ready)
    assert save_button(dialog).isEnabled()
    assert not dialog.frame.pixmap().isNull()
    assert "from 0 to 60" in dialog.told.text()
    qtbot.keyClick(dialog.kind, KEY.Key_Down)  # the other kind
    dialog.length.setFocus()
    dialog.length.selectAll()
    qtbot.keyClicks(dialog.length, "4")
    qtbot.keyClick(dialog.length, KEY.Key_Return)
    (place,) = trained.findChildren(QFileDialog)
    assert place.selectedFiles() == [str(tmp_path / "font-autoencoder-60")]
    said = []
    trained.writing.told.connect(said.append)
    with qtbot.waitSignal(trained.session.saved) as saved:
        qtbot.keyClick(place.findChild(QLineEdit), KEY.Key_Return)
    path = tmp_path / "font-autoencoder-60.gif"
    assert saved.args == [str(path)]
    with Image.open(path) as picture:
        assert (picture.format, picture.n_frames) == ("GIF", 18)
    assert said[0] == "Making the film: 0 %. Esc stops it."
    assert said[-1] == ""
    size = f"{round(path.stat().st_size / 1000)} KB"
    assert f"Saved {path}. {size}: 18 frames of 760x520 pixels" in trained.status.currentMessage()


def test_that_a_frame_is_on_the_ground_that_is_chosen(trained, qtbot):
    dialog = asked(trained, qtbot)
    qtbot.waitUntil(lambda: dialog.ready)

    def lightness():
        return dialog.frame.pixmap().toImage().pixelColor(2, 2).lightness()

    assert lightness() > 200
    qtbot.keyClick(dialog.ground, KEY.Key_Down)
    qtbot.waitUntil(lambda: lightness() < 60)
    assert dialog.frame.pixmap().width() >= 400
    qtbot.keyClick(dialog, KEY.Key_Escape)
    qtbot.waitUntil(lambda: not trained.findChildren(FilmDialog))


def test_that_a_run_without_a_past_says_so(window, qtbot):
    dialog = asked(window, qtbot)  # it was opened from a file that has only its end
    qtbot.waitUntil(lambda: "only its last epoch, 10,000" in dialog.told.text())
    assert not dialog.ready
    assert not save_button(dialog).isEnabled()
    dialog.accept()
    assert dialog.isVisible()
    qtbot.keyClick(dialog, KEY.Key_Escape)


def test_that_another_language_closes_the_dialog(trained, qtbot):
    asked(trained, qtbot)
    trained.speak("es")
    qtbot.waitUntil(lambda: not trained.findChildren(FilmDialog))
    trained.speak("en")
    qtbot.waitUntil(lambda: language() == "en")


@pytest.fixture
def held(monkeypatch):
    """Films that wait in the middle: an event that says so, and one that lets them go on."""
    made, begun, go = films.film_of, threading.Event(), threading.Event()

    def slow(story, on_progress, **how):
        begun.set()
        assert go.wait(60)
        return made(story, on_progress, **how)

    monkeypatch.setattr(films, "film_of", slow)
    yield begun, go
    go.set()


def begin(window, qtbot):
    """Have a film written, by default as it is proposed."""
    dialog = asked(window, qtbot)
    qtbot.waitUntil(lambda: dialog.ready)
    qtbot.keyClick(dialog, KEY.Key_Return)
    (place,) = window.findChildren(QFileDialog)
    qtbot.keyClick(place.findChild(QLineEdit), KEY.Key_Return)


def test_that_escape_stops_a_film_and_nothing_is_left_of_it(trained, qtbot, tmp_path, held):
    begun, go = held
    begin(trained, qtbot)
    qtbot.waitUntil(begun.is_set)
    assert "film" in trained.status.currentMessage()
    qtbot.keyClick(trained, KEY.Key_Escape)
    assert trained.status.currentMessage() == "Stopped: font-autoencoder-60.png was not written."
    go.set()
    qtbot.waitUntil(lambda: not trained.writing.busy)
    assert (list(tmp_path.glob("font*")), trained.status.fault) == ([], "")


def test_that_the_run_trains_on_while_its_film_is_made(trained, qtbot, tmp_path, held):
    begun, go = held
    begin(trained, qtbot)
    qtbot.waitUntil(begun.is_set)
    trained.session.store.update(epochs=10_000)
    trained.session.play()
    qtbot.waitUntil(lambda: trained.session.frame.snapshot.epoch > 100)
    with qtbot.waitSignal(trained.session.saved) as saved:
        go.set()
    with Image.open(Path(*saved.args)) as picture:
        assert (picture.format, picture.n_frames) == ("PNG", 61)  # of the run as it was


def test_that_a_film_that_cannot_be_written_says_why(trained, qtbot, tmp_path, held):
    begun, go = held
    trained.session.folder = str(tmp_path / "gone")
    (tmp_path / "gone").mkdir()
    begin(trained, qtbot)
    qtbot.waitUntil(begun.is_set)
    (tmp_path / "gone").rmdir()
    with qtbot.waitSignal(trained.session.failed) as failed:
        go.set()
    assert "gone" in failed.args[0]
