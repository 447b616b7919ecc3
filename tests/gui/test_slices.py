"""Training in slices: how much is trained at a time, what ends a slice, and what is shown between two."""

import itertools
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
from core.data.datasets import load_dataset
from tests.gui.frames import frame_of, shot_of
from tp5gui.session import reader
from tp5gui.session.bench import Bench
from tp5gui.session.box import LatestBox
from tp5gui.session.messages import Phase, Questions
from tp5gui.session.pacing import LONGEST, MAKE_SHARE, SCREEN, SLICE, Pacing
from tp5gui.session.reader import Reader
from tp5gui.session.reading import Reading
from tp5gui.session.slices import Slices
from tp5gui.session.view_state import Action
from tp5gui.session.worker import TrainingWorker


class Runner:
    """Stands for a trainer whose epochs take a known time, by a clock of its own."""

    def __init__(self, monkeypatch, seconds):
        self.now, self.epoch, self.seconds = 100.0, 0, seconds
        self.pace = SimpleNamespace(seconds=seconds)
        monkeypatch.setattr(time, "perf_counter", lambda: self.now)

    def advance(self, count, stopped=None, *, settled=True):
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


def one(runner, slices):
    """Train a slice; how long it took."""
    start = runner.now
    slices.train(runner, slices.epochs(runner, runner.now))
    return runner.now - start


def test_that_a_slice_lasts_as_long_as_it_should_whatever_an_epoch_takes(slices_of):
    for seconds in (1e-6, 3e-5, 1e-3):
        assert one(*slices_of(seconds)) == pytest.approx(SLICE, rel=0.05)


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
            count = slices.epochs(runner, runner.now)
            if count:
                slices.train(runner, count)
            assert runner.epoch <= (runner.now - start) * speed + 1e-6


def test_that_a_limited_speed_is_kept_where_a_frame_holds_training_up(monkeypatch):
    runner, slices = Runner(monkeypatch, 1e-6), Slices()
    slices.allowance.limit(1000)
    slices.allowance.restart()
    for step in (0.001, 0.05, 0.001, 0.03) * 20:
        runner.now += step
        slices.train(runner, slices.epochs(runner, runner.now))
    assert runner.epoch == pytest.approx((runner.now - 100) * 1000, abs=2)


def test_that_slices_of_any_length_come_to_the_same_bits():
    spec = replace(preset("font-denoiser"), epochs=37)
    run, slices = Trainer(spec), Slices()
    for length in itertools.cycle((1, 5, 2)):
        slices.train(run, length)
        if run.finished:
            break
    assert run.epoch == 37
    assert np.array_equal(run.snapshot().outputs, Trainer(spec).run().snapshot().outputs)


# -- what is shown between two slices


@pytest.fixture
def bench():
    return Bench.build(Spec(epochs=1000), 1, None)


QUESTIONS = Questions(drawing=load_dataset("font5x7").images[2], cursor=(0.4, -0.3))


@pytest.fixture
def shown(qapp):
    """A reader in this thread, and what it showed."""
    frames, answers = LatestBox(), LatestBox()
    reading = Reader(frames, answers)
    got = SimpleNamespace(frames=[], answers=[], boxes=(frames, answers), reader=reading, unsound=[])
    frames.arrived.connect(got.frames.append)
    answers.arrived.connect(got.answers.append)
    reading.unsound.connect(got.unsound.append)
    yield got
    reading.shutdown()


def test_that_a_glance_says_of_the_map_and_the_answers_what_a_frame_says(bench):
    before = frame_of(bench, QUESTIONS)
    bench.trainer.advance(20)
    glance, frame = bench.reading.glance(shot_of(bench), QUESTIONS), frame_of(bench, QUESTIONS)
    assert not np.array_equal(before.points, frame.points)
    np.testing.assert_allclose(glance.points, frame.points, atol=1e-6)
    np.testing.assert_allclose(glance.drawing.output, frame.answers.drawing.output, atol=1e-6)
    np.testing.assert_allclose(glance.cursor.image, frame.answers.cursor.image, atol=1e-6)
    assert (glance.backdrop, glance.walk) == (None, None)


def test_that_a_shot_stays_as_it_was_taken_while_the_run_trains_on(bench):
    shot, frame = shot_of(bench), frame_of(bench)
    bench.trainer.advance(20)
    again = bench.reading.frame(shot, Questions())
    np.testing.assert_array_equal(again.snapshot.outputs, frame.snapshot.outputs)
    assert (again.snapshot.epoch, again.snapshot.loss) == (frame.snapshot.epoch, frame.snapshot.loss)
    assert again.snapshot.curves.epochs.tolist() == [0]


def running(bench):
    return shot_of(bench, Phase.RUNNING)


def test_that_nothing_is_shown_twice_and_nothing_waits_behind_another(bench, shown, qtbot, qapp):
    shown.reader.on_shot(shot_of(bench, Phase.RUNNING, at_once=True))
    bench.trainer.advance(1)
    shown.reader.on_shot(running(bench))  # the frame before was not fetched yet
    qapp.processEvents()
    assert (len(shown.frames), len(shown.answers)) == (1, 0)
    shown.reader.on_painted(0.0)
    qtbot.waitUntil(lambda: len(shown.frames) == 2)
    glanced = len(shown.answers)
    assert glanced <= 1
    for _ in range(3):  # it has not moved on since
        shown.reader.on_shot(running(bench))
        qapp.processEvents()
    assert (len(shown.frames), len(shown.answers)) == (2, glanced)


def test_that_a_slow_run_has_the_frame_of_an_epoch_that_was_glanced_at(bench, shown, qtbot):
    """Nothing newer comes: the reader looks again by itself."""
    shown.reader.on_shot(running(bench))
    qtbot.waitUntil(lambda: len(shown.frames) == 1)
    bench.trainer.advance(1)
    shown.reader.on_shot(running(bench))
    qtbot.waitUntil(lambda: len(shown.frames) == 2)
    assert [frame.snapshot.epoch for frame in shown.frames] == [0, 1]
    assert len(shown.answers) <= 1


def test_that_of_two_shots_not_read_the_newer_is_read_at_once_if_either_was_to_be(bench):
    first, second = (shot_of(bench, at_once=at_once) for at_once in (True, False))
    assert second.after(first).at_once
    assert not second.after(second).at_once
    elsewhere = shot_of(Bench.build(Spec(epochs=1), 2, None))
    assert not elsewhere.after(first).at_once


def test_that_the_next_one_waits_many_times_as_long_as_the_last_one_cost_but_not_for_ever():
    pacing = Pacing(SCREEN)
    pacing.made(100.0, 0.0001)
    assert pacing.left(100.0) == pytest.approx(SCREEN)
    pacing.made(100.0, 0.010)
    assert pacing.left(100.0) == pytest.approx(0.010 * (1 + MAKE_SHARE))
    pacing.made(100.0, 3.0)
    assert pacing.left(100.0) == pytest.approx(LONGEST)


@pytest.mark.parametrize("at_once", [False, True])
def test_that_weights_that_are_no_numbers_are_told_and_not_shown(bench, shown, qapp, at_once):
    bench.trainer.network.params.fill_(math.nan)
    shown.reader.on_shot(shot_of(bench, Phase.RUNNING, at_once=at_once))
    shown.reader.on_questions(QUESTIONS)
    qapp.processEvents()
    assert set(shown.unsound) == {1}
    assert not shown.frames
    assert not shown.answers


def test_that_a_run_whose_weights_are_told_to_be_no_numbers_goes_back_and_rests(session, qtbot):
    session.store.update(epochs=10_000_000)
    failed = []
    session.failed.connect(failed.append)

    def breaks(worker):
        worker._bench.trainer.network.params.fill_(math.nan)

    session.step()
    qtbot.waitUntil(lambda: session.frame.snapshot.epoch == 1)
    with qtbot.waitSignal(session.failed):
        session._thread.ask(breaks)
        session._reader.unsound.emit(session.frame.version)
    assert "not a finite number" in failed[0]
    session.step()
    qtbot.waitUntil(lambda: session.frame.snapshot.epoch == 2)
    assert math.isfinite(session.frame.snapshot.loss)


def test_that_a_run_that_cannot_be_read_rests_and_says_why(session, qtbot, monkeypatch):
    session.store.update(epochs=10_000_000)
    failed = []
    session.failed.connect(failed.append)
    session.toggle()
    qtbot.waitUntil(lambda: session.frame.phase is Phase.RUNNING)
    with monkeypatch.context() as patch:
        patch.setattr(Reading, "glance", broken)
        patch.setattr(Reading, "frame", broken)
        qtbot.waitUntil(lambda: session.state.action is Action.RESUME)
    assert "too small a screen" in failed[0]
    session.step()
    qtbot.waitUntil(lambda: session.frame.phase is Phase.PAUSED)


def broken(*_):
    raise ValueError("too small a screen")


# -- what a hand waits for


def test_that_a_question_has_its_answer_before_the_window_paints_on(session, qapp, monkeypatch):
    monkeypatch.setattr(reader, "GIVE_WAY", 60.0)
    seen = []
    session.answered.connect(seen.append)
    for x in (0.25, 0.5):
        session.asking.move_cursor(x, 0.0)
        qapp.processEvents()
        assert seen[-1].cursor.place == (x, 0.0)


def test_that_a_question_that_takes_long_holds_the_window_up_for_no_more_than_a_moment(
    session, qtbot, monkeypatch
):
    answer, go_on = Reading.answer, threading.Event()
    monkeypatch.setattr(Reading, "answer", lambda *asked: go_on.wait() and answer(*asked))
    seen = []
    session.answered.connect(seen.append)
    start = time.perf_counter()
    session.asking.move_cursor(0.25, 0.0)
    assert time.perf_counter() - start < 2.0
    go_on.set()
    qtbot.waitUntil(lambda: bool(seen) and seen[-1].cursor.place == (0.25, 0.0))


# -- what ends a slice


def test_that_a_hand_is_answered_within_a_slice_of_an_hour_which_a_pause_and_the_close_end(
    session, qtbot, monkeypatch
):
    """Slices without end train until they are hurried."""
    begun = threading.Event()
    monkeypatch.setattr(Slices, "epochs", lambda self, trainer, now: begun.set() or 10**9)
    monkeypatch.setattr(TrainingWorker, "_show_due", lambda self, bench: None)
    session.store.update(epochs=10_000_000)
    session.toggle()
    seen = []
    session.answered.connect(seen.append)
    qtbot.waitUntil(begun.is_set)
    for x in (0.25, 0.5):
        session.asking.move_cursor(x, 0.0)
        qtbot.waitUntil(lambda x=x: bool(seen) and seen[-1].cursor.place == (x, 0.0))
    session.toggle()
    qtbot.waitUntil(lambda: session.frame.snapshot.epoch > 0)
    assert session.frame.phase is Phase.PAUSED
    begun.clear()
    session.toggle()
    qtbot.waitUntil(begun.is_set)  # and so the fixture closes the session
