"""The first minute: a person follows the hints one by one, with the mouse and the keys, or dismisses them."""

import json

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QRect, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication

from tp5gui.session.messages import Phase
from tp5gui.session.preparing import Awaited
from tp5gui.settings import Settings
from tp5gui.windows.guide import HINTS

LEFT = Qt.MouseButton.LeftButton


def shown(window):
    """Which hint stands in the line at the foot, None for none."""
    guide = window.guide
    if not guide.ring.isVisible():
        assert not guide.words.isVisible()
        return None
    assert guide.words.text() == guide.hint.words
    return guide.hint.name


def stroke(qtbot, window):
    canvas = window.draw.canvas
    cells = [(0, 0), (0, 1), (0, 2)]
    places = [canvas.cell_rect(*cell).center() for cell in cells]
    qtbot.mousePress(canvas, LEFT, pos=places[0])
    for place in places[1:]:
        qtbot.mouseMove(canvas, place)
    qtbot.mouseRelease(canvas, LEFT, pos=places[-1])


def drag_the_cursor(qtbot, window):
    plane = window.latent.map
    qtbot.mousePress(plane, LEFT, pos=QPoint(80, 80))
    qtbot.mouseMove(plane, QPoint(160, 140))
    qtbot.mouseRelease(plane, LEFT, pos=QPoint(160, 140))


def pull(qtbot, window):
    view = window.draw.network.view
    qtbot.waitUntil(lambda: view.inside is not None)
    track = view.track(0)
    qtbot.mousePress(view, LEFT, pos=track.center().toPoint())
    qtbot.mouseMove(view, track.center().toPoint() + QPoint(12, 0))
    qtbot.mouseRelease(view, LEFT, pos=track.center().toPoint() + QPoint(12, 0))


def test_that_a_whole_first_minute_goes_by_itself_and_never_comes_again(window, qtbot, tmp_path):
    session, seen = window.session, []
    seen.append(shown(window))
    answer = window.draw.output.image.copy()
    stroke(qtbot, window)
    qtbot.waitUntil(lambda: not np.array_equal(window.draw.output.image, answer))
    seen.append(shown(window))
    qtbot.mouseClick(window.controls.start, LEFT)
    qtbot.waitUntil(lambda: window.guide.hint.name != "start")
    assert session.frame.snapshot.epoch > 0
    seen.append(shown(window))
    drag_the_cursor(qtbot, window)
    seen.append(shown(window))
    pull(qtbot, window)
    seen.append(shown(window))
    assert seen == [*HINTS, None]
    assert "first minute" in window.status.currentMessage()
    assert Settings(tmp_path).hints_done() == set(HINTS)
    qtbot.mouseClick(window.controls.start, LEFT)


def test_that_to_press_start_is_not_yet_to_watch_the_network_learn(window, qtbot, monkeypatch):
    session, controls = window.session, window.controls
    monkeypatch.setattr(Awaited, "ready", lambda self, *_: self._say("Preparing"))  # for as long as it likes
    window.guide.done("draw")
    qtbot.mouseClick(controls.start, LEFT)
    qtbot.waitUntil(lambda: window.status.currentMessage() == "Preparing")
    qtbot.mouseClick(controls.start, LEFT)
    qtbot.waitUntil(lambda: session.frame.phase is Phase.PAUSED)
    assert (session.frame.snapshot.epoch, shown(window)) == (0, "start")
    monkeypatch.undo()
    qtbot.keyClick(window, Qt.Key.Key_F9)  # a step is not yet to watch it, either
    qtbot.waitUntil(lambda: session.frame.snapshot.epoch == 1)
    assert shown(window) == "start"
    qtbot.mouseClick(controls.start, LEFT)
    qtbot.waitUntil(lambda: shown(window) == "map")
    assert session.frame.snapshot.epoch > 1


def test_that_a_run_that_is_opened_is_not_one_that_was_watched(window, qtbot):
    before = window.session.frame.version
    window.guide.done("draw")
    window.session.open_trained("font-denoiser")
    qtbot.waitUntil(lambda: window.session.frame.version != before)
    assert shown(window) == "start"


def test_that_what_is_done_before_it_is_asked_for_is_not_asked_for(window, qtbot):
    drag_the_cursor(qtbot, window)
    assert shown(window) == "draw"
    stroke(qtbot, window)
    window.guide.skip.click()
    assert shown(window) == "pull"


def test_that_a_hint_is_dismissed_for_good_and_all_of_them(window, qtbot, tmp_path):
    qtbot.mouseClick(window.guide.skip, LEFT)
    assert (shown(window), Settings(tmp_path).hints_done()) == ("start", {"draw"})
    qtbot.mouseClick(window.guide.end, LEFT)
    assert (shown(window), Settings(tmp_path).hints_done()) == (None, set(HINTS))


def test_that_a_hint_does_not_come_again_where_nothing_can_be_remembered(window, qtbot, tmp_path):
    (tmp_path / "settings.json").mkdir()
    qtbot.mouseClick(window.guide.skip, LEFT)
    assert not window.guide.ring.isVisible()  # a fault has the line
    window.status.dismiss.click()
    assert shown(window) == "start"
    QApplication.sendEvent(window, QEvent(QEvent.Type.WindowActivate))
    assert shown(window) == "start"


def test_that_the_help_menu_brings_them_back(window, qtbot, tmp_path):
    qtbot.mouseClick(window.guide.end, LEFT)
    action = next(one for one in window.findChildren(QAction) if "first minute" in one.iconText())
    action.trigger()
    assert (shown(window), Settings(tmp_path).hints_done()) == ("draw", set())


def test_that_what_another_window_has_shown_is_not_shown_here_again(window, qtbot, tmp_path):
    other = Settings(tmp_path)
    other.note_hints(["draw", "start"])
    QApplication.sendEvent(window, QEvent(QEvent.Type.WindowActivate))
    assert shown(window) == "map"
    drag_the_cursor(qtbot, window)
    assert Settings(tmp_path).hints_done() == {"draw", "start", "map"}


def test_that_a_hint_whose_panel_is_closed_waits(window, qtbot):
    dock = next(dock for dock in window.docks if dock.objectName() == "draw")
    dock.close()
    assert shown(window) == "start"
    dock.bring()
    assert shown(window) == "draw"


def test_that_a_fault_has_the_line_for_itself(window):
    window.session.fail("Something is wrong.")
    assert shown(window) is None
    window.status.dismiss.click()
    assert shown(window) == "draw"


def test_that_a_hint_covers_and_moves_nothing(window, qtbot):
    canvas = window.draw.canvas
    places = {one: one.geometry() for one in (canvas, window.controls.start, window.latent.map)}
    ring = window.guide.ring
    inside = canvas.geometry().adjusted(3, 3, -3, -3).translated(-ring.geometry().topLeft())
    assert not ring.mask().intersects(inside)
    assert ring.testAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    qtbot.mouseClick(window.guide.end, LEFT)
    assert {one: one.geometry() for one in places} == places


def test_that_the_ring_runs_around_the_network_not_through_its_titles(window, qtbot):
    network, ring = window.draw.network.view, window.guide.ring
    for name in HINTS[:-1]:
        window.guide.done(name)
    assert shown(window) == "pull"
    for width in (1280, 1100):
        window.resize(width, 760)
        QApplication.processEvents()
        assert window.width() == width
        place = QRect(network.mapTo(window, QPoint()), network.size())
        drawn = ring.mask().translated(ring.mapTo(window, QPoint()))
        assert not drawn.intersects(place)
        assert drawn.boundingRect() == place.adjusted(-3, -3, 3, 3)


@pytest.mark.parametrize("value", ["draw", ["draw"] * 40, [7], ["x" * 99]])
def test_that_hints_that_nobody_wrote_like_this_are_shown_anew(tmp_path, value):
    (tmp_path / "settings.json").write_text(json.dumps({"hints": value}))
    settings = Settings(tmp_path)
    assert settings.hints_done() == set()
    assert "damaged" in settings.fault


def test_that_a_message_stands_before_the_hint_which_comes_back_after_it(window):
    words = window.guide.words
    window.status.showMessage("Saved.")
    assert not words.isVisible()
    assert window.guide.ring.isVisible()
    window.status.clearMessage()
    assert words.isVisible()


def test_that_nothing_above_moves_whatever_is_said_at_the_foot(window, qtbot):
    def height():
        QApplication.processEvents()
        return window.status.height()

    before = height()
    window.status.showMessage("Saved.")
    seen = [height()]
    window.status.clearMessage()
    window.status.fail("Something is wrong.")
    seen.append(height())
    window.status.dismiss.click()
    qtbot.mouseClick(window.guide.end, LEFT)
    seen.append(height())
    window.dock("latent").close()
    seen.append(height())
    assert seen == [before] * 4
