"""The report of the run on the bench: asked for in the menu, written while it trains on."""

import threading
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QThreadPool
from PySide6.QtWidgets import QFileDialog, QLineEdit

import core.reports.facts
from core.measure.evaluation import Unsound
from core.reports.style import DARK, LIGHT
from tp5gui import theme
from tp5gui.canvases import picture_out
from tp5gui.session.messages import Phase

pytestmark = pytest.mark.qt_log_ignore("does not support")  # what an open menu says offscreen


def test_that_the_menu_asks_for_a_place_and_writes_the_report_there(window, qtbot, tmp_path):
    window.session.folder = str(tmp_path)
    window.session.store.update(learning_rate=0.123)  # after the last epoch, which was trained without it
    (file, *_) = window.menuBar().actions()
    file.menu().popup(window.mapToGlobal(window.rect().topLeft()))
    qtbot.keyClick(file.menu(), Qt.Key.Key_T)
    (dialog,) = window.findChildren(QFileDialog)
    place = tmp_path / "font-autoencoder-10000.html"
    assert dialog.selectedFiles() == [str(place)]
    said = []
    window.session.reporting.told.connect(said.append)
    with qtbot.waitSignal(window.session.saved) as saved:
        qtbot.keyClick(dialog.findChild(QLineEdit), Qt.Key.Key_Return)
    assert saved.args == [str(place)]
    assert said[0] == "Writing the report…"
    assert "Writing the report: 100 %. Esc stops it." in said
    assert said[-1] == ""
    assert window.status.currentMessage() == f"Saved {place}"
    page = place.read_text(encoding="utf-8")
    assert "<h1>Font autoencoder</h1>" in page
    assert '<data value="32">32</data>' in page
    assert "0.123" not in page


def test_that_a_run_trains_on_while_its_report_is_written(session, qtbot, tmp_path):
    session.set_speed(100)  # epochs a second, of 10,000
    session.play()
    qtbot.waitUntil(lambda: session.frame.snapshot.epoch > 0)
    with qtbot.waitSignal(session.saved) as saved:
        session.report(str(tmp_path / "report.html"))
    assert Path(*saved.args).is_file()
    before = session.frame.snapshot.epoch
    qtbot.waitUntil(lambda: session.frame.snapshot.epoch > before)
    assert session.frame.phase is Phase.RUNNING


def test_that_reports_asked_for_one_after_the_other_are_all_written(session, qtbot, tmp_path):
    written, places = [], [str(tmp_path / f"{name}.html") for name in "abc"]
    session.saved.connect(written.append)
    for place in places:
        session.report(place)
    qtbot.waitUntil(lambda: written == places)


@pytest.mark.parametrize(("name", "said"), [("gone/report.html", "gone"), ("report.tp5", ".html")])
def test_that_a_report_that_cannot_be_written_says_why(session, qtbot, tmp_path, name, said):
    with qtbot.waitSignal(session.failed) as failed:
        session.report(str(tmp_path / name))
    assert said in failed.args[0]
    assert not list(tmp_path.glob("**/report.*"))


@pytest.mark.parametrize(("colours", "tokens"), [(LIGHT, theme.LIGHT), (DARK, theme.DARK)])
def test_that_a_colour_means_on_a_page_what_it_means_in_the_window(colours, tokens):
    assert colours == {name: getattr(tokens, name) for name in colours}


def test_that_a_run_that_is_diverging_says_that_it_has_no_numbers(session, qtbot, tmp_path, monkeypatch):
    def nothing(*_):
        raise Unsound

    monkeypatch.setattr("core.reports.facts.facts_of", nothing)
    with qtbot.waitSignal(session.failed) as failed:
        session.report(str(tmp_path / "report.html"))
    assert "diverging" in failed.args[0]


@pytest.fixture
def held(monkeypatch):
    """Reports that wait in the middle: an event that says so, and one that lets them go on."""
    measure, begun, go = core.reports.facts.facts_of, threading.Event(), threading.Event()

    def slow(still, threads, plane, on_progress):
        begun.set()
        assert go.wait(60)
        return measure(still, threads, plane, on_progress)

    monkeypatch.setattr("core.reports.facts.facts_of", slow)
    yield begun, go
    go.set()


def test_that_escape_stops_a_report_and_nothing_is_left_of_it(window, qtbot, tmp_path, held):
    begun, go = held
    ended, written = [], []
    window.session.saved.connect(written.append)
    window.session.report(str(tmp_path / "report.html"))
    qtbot.waitUntil(begun.is_set)
    window.session.reporting.told.connect(ended.append)
    assert "report" in window.status.currentMessage()
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert ended == [""]
    window.stage.present()
    window.session.report(str(tmp_path / "report2.html"))  # while the first still ends
    qtbot.waitUntil(lambda: ended == ["", "Writing the report…"])
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert ended == ["", "Writing the report…", ""]
    assert window.stage.on
    go.set()
    window.session.report(str(tmp_path / "next.html"))  # the next one is written
    qtbot.waitUntil(lambda: written == [str(tmp_path / "next.html")])
    assert (list(tmp_path.glob("*report*")), window.status.fault) == ([], "")
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert not window.stage.on


def test_that_escape_in_a_floating_panel_does_what_it_does_in_the_window(
    window, qtbot, tmp_path, held, monkeypatch
):
    begun, go = held
    made = picture_out._png
    monkeypatch.setattr(picture_out, "_png", lambda image: go.wait(60) and made(image))
    window.dock("latent").setFloating(True)
    window.stage.toggle_full_screen()
    window.session.report(str(tmp_path / "report.html"))
    qtbot.waitUntil(begun.is_set)
    window.writing.write(picture_out.picture_of(window.latent.map, "", 1), str(tmp_path / "map.png"))
    said = dict.fromkeys(("report", "picture"), "it is being written")
    window.session.reporting.told.connect(partial(said.__setitem__, "report"))
    window.writing.told.connect(partial(said.__setitem__, "picture"))
    left = []
    for _ in range(3):
        qtbot.keyClick(window.latent.map, Qt.Key.Key_Escape)
        left.append([bool(said["report"]), bool(said["picture"]), window.isFullScreen()])
    assert left == [[False, True, True], [False, False, True], [False, False, False]]
    go.set()
    qtbot.waitUntil(lambda: not window.writing.busy)
    assert list(tmp_path.iterdir()) == []
    window.dock("latent").setFloating(False)


def test_that_a_window_that_closes_in_the_middle_of_a_report_leaves_nothing_of_it(
    window, qtbot, tmp_path, held
):
    begun, go = held
    window.session.report(str(tmp_path / "report.html"))
    qtbot.waitUntil(begun.is_set)
    window.close()
    go.set()
    assert QThreadPool.globalInstance().waitForDone(60_000)
    assert list(tmp_path.glob("*report*")) == []
