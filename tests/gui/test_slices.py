"""Training in slices: how much is trained at a time, what ends a slice, and what is shown between two."""

import math
import threading
import time
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import Spec, Trainer, preset
from tp5gui.session.bench import Bench
from tp5gui.session.box import LatestBox
from tp5gui.session.messages import Phase, Questions
from tp5gui.session.pacing import MAKE_SHARE, SCREEN, SLICE, Pacing
from tp5gui.session.showing import Showing
from tp5gui.session.slices import HAND_SLICE, Slices


class Runner:
    """Stands for a trainer whose epochs take a known time, by a clock of its own."""

    def __init__(self, monkeypatch, seconds):
        self.now, self.epoch, self.seconds = 100.0, 0, seconds
        self.pace = SimpleNamespace(seconds=seconds)
        monkeypatch.setattr(time, "perf_counter", lambda: self.now)

    def advance(self, count, stopped=None):
        self.now += count * self.seconds
        self.pace.seconds = self.seconds
        self.epoch += count
        return count


@pytest.fixture
def slices_of(monkeypatch):
    def make(seconds, expected=None):
        runner, slices = Runner(monkeypatch, seconds), Slices()
        runner.pace.seconds = expected or seconds
        return runner, slices

    return make


def one(runner, slices, room=0.0):
    """Train a slice; how long it took."""
    start = runner.now
    slices.train(runner, slices.epochs(runner, runner.now, room))
    return runner.now - start


def test_that_a_slice_lasts_as_long_as_a_picture_and_a_short_one_while_a_hand_moves(slices_of):
    runner, slices = slices_of(3e-5)
    assert one(runner, slices) == pytest.approx(SLICE, rel=0.01)
    slices.touched()
    assert one(runner, slices) == pytest.approx(HAND_SLICE, rel=0.02)
    runner.now += 1
    assert one(runner, slices) == pytest.approx(SLICE, rel=0.01)


def test_that_a_slice_goes_on_until_something_has_to_be_shown(slices_of):
    runner, slices = slices_of(3e-5)
    assert one(runner, slices, room=0.03) == pytest.approx(0.03, rel=0.01)
    assert one(runner, slices, room=0.008) == pytest.approx(SLICE, rel=0.01)
    slices.touched()
    assert one(runner, slices, room=0.03) == pytest.approx(HAND_SLICE, rel=0.02)


def test_that_a_wrong_expectation_of_an_epoch_holds_for_one_slice(slices_of):
    runner, slices = slices_of(1e-3, expected=1e-4)
    one(runner, slices)
    assert one(runner, slices) == pytest.approx(SLICE, rel=0.01)


def test_that_an_epoch_longer_than_a_slice_is_trained_alone(slices_of):
    runner, slices = slices_of(2.0)
    one(runner, slices)
    assert runner.epoch == 1


@given(speed=st.floats(0.5, 5000), steps=st.lists(st.floats(0.0005, 0.5), min_size=1, max_size=60))
def test_that_a_limited_speed_never_trains_more_than_it_has_earned(speed, steps):
    with pytest.MonkeyPatch.context() as patch:
        runner, slices = Runner(patch, 1e-6), Slices()
        slices.allowance.limit(speed)
        slices.allowance.restart()
        start = runner.now
        for step in steps:
            runner.now += step
            count = slices.epochs(runner, runner.now, 1.0)
            if count:
                slices.train(runner, count)
            assert runner.epoch <= (runner.now - start) * speed + 1e-6


def test_that_a_limited_speed_is_kept_where_a_frame_holds_training_up(monkeypatch):
    runner, slices = Runner(monkeypatch, 1e-6), Slices()
    slices.allowance.limit(1000)
    slices.allowance.restart()
    for step in (0.001, 0.05, 0.001, 0.03) * 20:
        runner.now += step
        slices.train(runner, slices.epochs(runner, runner.now, 1.0))
    assert runner.epoch == pytest.approx((runner.now - 100) * 1000, abs=2)


def test_that_slices_of_any_length_come_to_the_same_bits():
    spec = replace(preset("font-denoiser"), epochs=37)
    run, slices = Trainer(spec), Slices()
    while not run.finished:
        slices.train(run, slices.epochs(run, time.perf_counter(), SLICE * (run.epoch % 3) / 2))
    assert run.epoch == 37
    assert np.array_equal(run.snapshot().outputs, Trainer(spec).run().snapshot().outputs)


# -- what is shown between two slices


@pytest.fixture
def bench():
    bench = Bench.build(Spec(epochs=1000), 1, None)
    bench.questions = Questions(drawing=bench.trainer.dataset.images[2], cursor=(0.4, -0.3))
    return bench


@pytest.fixture
def shown(qapp):
    """A way to show, and what came of it."""
    frames, answers = LatestBox(), LatestBox()
    got = SimpleNamespace(frames=[], answers=[], boxes=(frames, answers), showing=Showing(frames, answers))
    frames.arrived.connect(got.frames.append)
    answers.arrived.connect(got.answers.append)
    return got


def test_that_a_glance_says_of_the_map_and_the_answers_what_a_frame_says(bench):
    before = bench.frame(Phase.RUNNING, 1.0)
    bench.trainer.advance(20)
    glance, frame = bench.glance(), bench.frame(Phase.RUNNING, 1.0)
    assert not np.array_equal(before.points, frame.points)
    np.testing.assert_allclose(glance.points, frame.points, atol=1e-6)
    np.testing.assert_allclose(glance.drawing.output, frame.answers.drawing.output, atol=1e-6)
    np.testing.assert_allclose(glance.cursor.image, frame.answers.cursor.image, atol=1e-6)
    assert (glance.backdrop, glance.walk) == (None, None)


def test_that_nothing_is_shown_twice_and_nothing_waits_behind_another(bench, shown, qapp):
    shown.showing.show(bench, Phase.RUNNING)
    bench.trainer.advance(1)
    shown.showing.show_due(bench)  # the frame before was not fetched yet
    qapp.processEvents()
    assert (len(shown.frames), len(shown.answers)) == (1, 0)
    shown.showing.show_due(bench)
    qapp.processEvents()
    assert len(shown.frames) + len(shown.answers) == 2
    for _ in range(3):  # it has not moved on since
        shown.showing.show_due(bench)
        qapp.processEvents()
    assert len(shown.frames) + len(shown.answers) == 2


def test_that_a_slow_run_has_the_frame_of_an_epoch_that_was_glanced_at(bench, shown, qapp, monkeypatch):
    monkeypatch.setattr(time, "perf_counter", lambda: now)
    for now in (100.0, 100.02, 160.0):  # a frame, a glance, and its frame once that is due
        bench.trainer.advance(int(now < 160))
        shown.showing.show_due(bench)
        qapp.processEvents()
    assert [frame.snapshot.epoch for frame in shown.frames] == [1, 2]
    assert len(shown.answers) == 1


def test_that_showing_costs_training_a_twentieth_at_most():
    pacing = Pacing(SCREEN)
    pacing.made(100.0, 0.0001)
    assert pacing.left(100.0) == pytest.approx(SCREEN)
    pacing.made(100.0, 0.010)
    assert pacing.left(100.0) == pytest.approx(0.010 * (1 + MAKE_SHARE))


def test_that_codes_that_are_no_numbers_end_in_what_is_said_of_a_diverged_run(bench):
    bench.frame(Phase.RUNNING, 1.0)
    bench.trainer.network.params.fill_(math.nan)
    with pytest.raises(ArithmeticError, match="not a finite number"):
        bench.glance()


# -- what ends a slice


def test_that_a_slice_of_an_hour_ends_at_once_for_a_hand_a_pause_and_the_close(session, qtbot, monkeypatch):
    """Slices without end train until they are hurried, and nothing is shown in between."""
    begun = threading.Event()
    monkeypatch.setattr(Slices, "epochs", lambda self, trainer, now, room: begun.set() or 10**9)
    monkeypatch.setattr(Showing, "show_due", lambda self, bench: None)
    session.store.update(epochs=10_000_000)
    session.toggle()
    seen = []
    session.answered.connect(seen.append)
    for x in (0.25, 0.5):
        qtbot.waitUntil(begun.is_set)
        begun.clear()
        session.asking.move_cursor(x, 0.0)
        qtbot.waitUntil(lambda x=x: bool(seen) and seen[-1].cursor.place == (x, 0.0))
    qtbot.waitUntil(begun.is_set)
    session.toggle()
    qtbot.waitUntil(lambda: session.frame.snapshot.epoch > 0)
    assert session.frame.phase is Phase.PAUSED
    begun.clear()
    session.toggle()
    qtbot.waitUntil(begun.is_set)  # and so the fixture closes the session
