"""Back in time by hand: the line under the curves, its buttons and keys, and what every panel shows then."""

import math
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from core import Trainer, preset, save_run
from core.train.about import About
from core.train.run_header import relabel
from tp5gui.session.progress import Going, going_of
from tp5gui.windows.comparing import comparing_of

LEFT, KEY = Qt.MouseButton.LeftButton, Qt.Key


@pytest.fixture
def trained(window, qtbot):
    """The workbench with a run that it has trained for 500 epochs itself."""
    window.session.start(replace(preset("font-autoencoder"), epochs=500))
    qtbot.waitUntil(lambda: window.session.frame.snapshot.finished and window.session.frame.now == 500)
    return window


def settled(qtbot, window, epoch):
    """Wait until this epoch of the past is shown everywhere; None for now."""
    session = window.session

    def shown():
        visit = session.frame.visit
        if epoch is None:
            return visit is None
        return visit is not None and visit.exact and session.frame.snapshot.epoch == epoch

    qtbot.waitUntil(shown)


def drag(qtbot, line, epochs):
    """Drag the handle along these epochs."""
    places = [QPoint(round(line.axis.x_of(epoch)), line.height() - 12) for epoch in epochs]
    qtbot.mousePress(line, LEFT, pos=places[0])
    for place in places[1:]:
        qtbot.mouseMove(line, place)
    qtbot.mouseRelease(line, LEFT, pos=places[-1])


def test_that_a_drag_shows_every_panel_as_it_was(trained, qtbot):
    time, now = trained.training.time, trained.session.frame
    drag(qtbot, time.line, (500, 400, 300, 200))
    epoch = trained.session.travelling.epoch
    assert 150 < epoch < 250
    settled(qtbot, trained, epoch)
    frame = trained.session.frame
    assert frame.snapshot.recognised < now.snapshot.recognised
    assert going_of(frame) is Going.PAST
    assert trained.controls.going.text() == "Looking back"
    assert trained.training.curves.epochs[-1] == 500
    assert np.array_equal(trained.latent.map.points, frame.points)
    assert time.line.shown == epoch
    assert trained.experiment.isEnabled()


def test_that_one_key_returns_to_now(trained, qtbot):
    line = trained.training.time.line
    line.setFocus()
    qtbot.keyClick(line, KEY.Key_Home)
    settled(qtbot, trained, 0)
    assert line.shown == 0
    qtbot.keyClick(line, KEY.Key_End)
    settled(qtbot, trained, None)
    assert line.shown is None
    assert trained.session.frame.snapshot.epoch == 500
    qtbot.keyClick(line, KEY.Key_Left)
    settled(qtbot, trained, 490)
    qtbot.keyClick(trained, KEY.Key_F4)
    settled(qtbot, trained, None)


def test_that_the_film_plays_to_now_and_ends_there(trained, qtbot):
    time, epochs = trained.training.time, []
    trained.session.framed.connect(lambda frame: epochs.append(frame.snapshot.epoch))
    time.playing.speed = 4
    qtbot.keyClick(trained, KEY.Key_F3)
    assert time.playing.plays
    qtbot.waitUntil(lambda: not time.playing.plays)
    settled(qtbot, trained, None)
    assert epochs == sorted(epochs)
    assert len(set(epochs)) > 3


@pytest.mark.parametrize(("start", "forwards"), [(0, True), (490, False), (None, False)])
def test_that_the_film_leaves_the_moment_that_is_shown_already(trained, qtbot, start, forwards):
    time = trained.training.time
    if start is not None:
        trained.session.travelling.travel(start)
        settled(qtbot, trained, start)
    time.playing.speed = 2
    time._play(forwards)
    qtbot.waitUntil(lambda: not time.playing.plays)
    settled(qtbot, trained, None if forwards else 0)


def test_that_a_film_ends_where_another_run_comes(trained, qtbot):
    time, past = trained.training.time, trained.session.frame
    time.playing.speed = 60
    qtbot.keyClick(trained, KEY.Key_F3)
    qtbot.waitUntil(lambda: (trained.session.travelling.epoch or 0) > 3)
    trained.session.travelling.branch()  # which has moments of its own
    qtbot.waitUntil(lambda: trained.session.frame.version != past.version)
    assert len(trained.session.frame.moments) > 2
    assert not time.playing.plays


def test_that_escape_ends_the_film_where_it_is(trained, qtbot):
    time = trained.training.time
    time.playing.speed = 60
    qtbot.keyClick(trained, KEY.Key_F3)
    qtbot.waitUntil(lambda: trained.session.travelling.epoch == 3)
    qtbot.keyClick(trained, KEY.Key_Escape)
    assert not time.playing.plays
    assert trained.session.travelling.epoch is not None


def test_that_ctrl_b_branches_where_one_looks(trained, qtbot):
    version = trained.session.frame.version
    trained.session.travelling.travel(200)
    settled(qtbot, trained, 200)
    qtbot.keyClick(trained, KEY.Key_B, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: trained.session.frame.version != version)
    assert trained.session.frame.now == 200
    assert trained.training.time.line.now == 200
    assert trained.session.frame.about.parent.epoch == 200


def test_that_a_branch_is_said(trained, qtbot):
    trained.session.travelling.travel(200)
    settled(qtbot, trained, 200)
    trained.training.time.branch.trigger()
    qtbot.waitUntil(lambda: trained.session.frame.now == 200)
    assert trained.status.currentMessage().startswith("A branch begins at epoch 200.")


def test_that_one_is_told_that_one_looks_back_and_how_to_return(trained, qtbot):
    word = trained.controls.going
    trained.session.travelling.travel(200)
    settled(qtbot, trained, 200)
    assert "F4 returns to now" in trained.status.currentMessage()
    assert word.objectName() == "stale"
    trained.training.time.now.trigger()
    settled(qtbot, trained, None)
    assert trained.status.currentMessage() == ""
    assert word.objectName() == ""


def test_that_the_card_of_the_run_tells_of_now_while_one_looks_back(trained, qtbot):
    shelf = trained.run_shelf
    entries, live, shots = shelf.entries, shelf.live, shelf.pictures(shelf.live)
    trained.session.travelling.travel(200)
    settled(qtbot, trained, 200)
    assert shelf.entries == entries
    assert (shelf.live.epoch, shelf.live.ended) == (500, True)
    for name, value in live.metrics.items():
        assert math.isclose(shelf.live.metrics[name], value, rel_tol=1e-5)
    assert np.array_equal(shelf.pictures(shelf.live), shots)


def test_that_a_moment_is_compared_with_now(trained, qtbot):
    time = trained.training.time
    assert not time.compare.isEnabled()
    trained.session.travelling.travel(200)
    settled(qtbot, trained, 200)
    time.compare.trigger()
    comparing = comparing_of(trained)
    qtbot.waitUntil(lambda: comparing.shown is not None)
    assert [source.epoch for source in comparing.sources] == [200, None]


def test_that_nothing_can_be_gone_back_to_before_training(window, qtbot):
    window.session.rewind()
    qtbot.waitUntil(lambda: window.session.frame.now == 0)
    time = window.training.time
    assert not time.play.isEnabled()
    assert time.line.is_empty
    time.step(-1)
    assert window.session.travelling.epoch is None


def test_that_the_frame_of_the_map_stays_while_one_travels(trained, qtbot):
    bounds = trained.latent.map.bounds_to_be()
    for epoch in (0, 50, 300):
        trained.session.travelling.travel(epoch)
        settled(qtbot, trained, epoch)
        assert trained.latent.map.bounds_to_be() == bounds


def test_that_codes_leave_trails_while_one_looks_back(trained, qtbot):
    shown = []
    trained.session.travelling.trailed.connect(shown.append)
    trained.session.travelling.travel(300)
    qtbot.waitUntil(lambda: bool(shown) and shown[-1] is not None)
    trails, frame = shown[-1], trained.session.frame
    settled(qtbot, trained, 300)
    frame = trained.session.frame
    place = list(trails.epochs).index(300)
    assert np.allclose(trails.paths[:, place], frame.points, atol=1e-4)
    trained.session.travelling.back()
    assert shown[-1] is None


def test_that_another_language_keeps_where_one_looks(trained, qtbot, qapp):
    trained.session.travelling.travel(200)
    settled(qtbot, trained, 200)
    trained.training.time._set_speed(20)
    qtbot.waitUntil(lambda: trained.latent.map.trails is not None)
    trained.speak("es")
    qapp.processEvents()
    assert trained.training.time.line.shown == 200
    assert trained.training.time.now.isEnabled()
    assert trained.training.time.playing.speed == 20
    assert trained.latent.map.trails is not None
    qtbot.keyClick(trained, KEY.Key_F4)
    settled(qtbot, trained, None)
    qtbot.keyClick(trained, KEY.Key_F3)
    trained.speak("en")
    assert trained.training.time.playing.plays
    trained.training.time.back()
    assert math.isfinite(trained.training.time.line.handle[0])


def test_that_a_pinned_run_stays_behind_the_curves(trained, qtbot, tmp_path):
    path = save_run(Trainer(replace(preset("font-autoencoder"), epochs=80)).run(), tmp_path / "old.tp5")
    relabel(path, About("the old one", pinned=True))
    trained.settings.add_recent(str(path))
    trained.run_shelf.look()
    curves = trained.training.curves
    qtbot.waitUntil(lambda: curves.ghost[0] == "the old one")
    _, epochs, values = curves.ghost
    assert epochs[-1] == 80
    assert {"loss", "recognised"} <= set(values)
    relabel(path, About("the old one"))
    trained.run_shelf.look()
    qtbot.waitUntil(lambda: curves.ghost[0] == "")


def test_that_what_is_said_of_the_run_itself_stays_of_now_while_one_looks_back(trained, qtbot):
    session, now = trained.session, trained.session.frame
    before = trained.run_shelf.live
    session.store.update(epochs=900)
    qtbot.waitUntil(lambda: session.frame.built.epochs == 900)
    session.travelling.travel(200)
    settled(qtbot, trained, 200)
    assert session.frame.spec.epochs == 500
    assert trained.controls._epoch.text() == "200 / 900"
    assert "Epoch 200 of 900, loss " + f"{session.frame.snapshot.loss:.4g}" in trained.controls._told()
    assert trained.controls.speed._epochs == trained.training.time.line._planned == 900
    assert trained.training.curves._planned == 900
    live = trained.run_shelf.live
    assert (live.epoch, live.spec.epochs) == (500, 900)
    assert live.metrics["recognised"] == before.metrics["recognised"] == now.snapshot.recognised
    assert np.array_equal(trained.run_shelf.pictures(live), now.snapshot.outputs[:4])
