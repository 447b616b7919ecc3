"""What moves: it glides where news is rare, and ends exactly where it is."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PySide6.QtWidgets import QWidget

from core import preset
from tests.gui.frames import frame_of
from tp5gui.canvases.glide import CLOSE, SLOWEST, SMOOTH, STEP, Glide, Way
from tp5gui.panels.moving import AT_ONCE, FLUID, LONGEST, SLOW, STEPPED, Motion, Moving
from tp5gui.session.bench import Bench
from tp5gui.session.messages import Answers, Mark, Phase
from tp5gui.session.pacing import SPEEDS
from tp5gui.session.session import Session

HERE, THERE = np.float32([[0, 0], [2, 1]]), np.float32([[1, 0.1], [2, 3]])
VALUES = arrays(np.float32, (3, 2), elements=st.floats(-1e6, 1e6, width=32))
SHARES = st.floats(0, 1)
SPANS = st.floats(2 * SMOOTH, 1)  # seconds


def underway(start, end, span, *, most=1.0):
    """A way that has just begun, at 100 s."""
    way = Way()
    way.send(start, 100.0 - span, 0.0)
    way.send(end, 100.0, most)
    return way


# -- the way


@given(VALUES, VALUES, SPANS, SHARES, SHARES)
def test_that_a_way_is_even_and_monotone_from_its_start_to_exactly_its_end(start, end, span, one, other):
    way = underway(start, end, span)
    rounding = 1e-6 * (np.abs(start) + np.abs(end))
    np.testing.assert_array_equal(way.at(100.0), start)
    assert way.at(100.0 + span + 1e-6) is end
    early, late = sorted((one, other))
    first, second = (way.at(100.0 + share * span) for share in (early, late))
    low, high = np.minimum(start, end), np.maximum(start, end)
    for values in (first, second):
        assert (values >= low - rounding).all()
        assert (values <= high + rounding).all()
    assert (np.abs(first - start) <= np.abs(second - start) + rounding).all()
    assert (np.abs(first - (start + early * (end - start))) <= 1e-3 + 10 * rounding).all()


@given(VALUES, VALUES, VALUES, SPANS, SHARES)
def test_that_what_is_overtaken_goes_on_from_where_it_is_and_arrives_all_the_same(a, b, c, span, share):
    way = underway(a, b, span)
    now = 100.0 + share * span
    before = way.at(now)
    way.send(c, now, 1.0)
    after = way.at(now)
    if way.goes_on(now):
        off = np.abs(c - b).max()  # none of it is seen where it is but the same news once more
        assert np.abs(after - before).max() <= max(off, 1e-3) * (off <= CLOSE * np.abs(b - a).max()) + 1e-3
    np.testing.assert_array_equal(way.end, c)
    assert way.at(now + 1.0 + 1e-6) is c


@given(VALUES, VALUES, SPANS, SHARES)
def test_that_the_same_news_once_more_neither_hurries_nor_delays_it(start, end, span, share):
    way, told_once = (underway(start, end, span) for _ in range(2))
    again = end.copy()
    way.send(again, 100.0 + share * span, 1.0)
    assert way.end is again
    np.testing.assert_array_equal(way.at(100.0 + share * span), told_once.at(100.0 + share * span))
    assert way.goes_on(100.0 + share * span) == told_once.goes_on(100.0 + share * span)


@given(VALUES, VALUES, st.floats(0, 100), st.floats(0, 1))
def test_that_no_way_takes_longer_than_the_news_did_or_than_it_may(start, end, since, most):
    way = underway(start, end, since, most=most)
    assert not way.goes_on(100.0 + min(since, most) + 1e-6)
    if since < SMOOTH - 1e-6 or most == 0:
        assert way.at(100.0) is end  # what comes often does not lag behind


@pytest.mark.parametrize(
    "values", [THERE[:1], np.float32([[np.nan, 0], [0, 0]]), np.float32([[np.inf, 0], [0, 0]])]
)
def test_that_what_cannot_be_compared_is_there_at_once(values):
    assert underway(HERE, values, 0.5).at(100.0) is values


# -- its clock


@pytest.fixture
def glide(qtbot, clock):
    view = QWidget()
    qtbot.addWidget(view)
    with qtbot.waitExposed(view):
        view.show()
    glide = Glide(view, STEP)
    glide.send("places", HERE)
    clock.now += 0.1
    return glide


def test_that_a_glide_is_painted_until_it_rests_and_then_no_more(glide, clock, qtbot):
    with qtbot.waitSignals([glide.moved, glide.moved]):
        glide.send("places", THERE, 1.0)
    clock.now += 0.1
    with qtbot.waitSignal(glide.moved):
        pass
    assert glide.now("places") is THERE
    with qtbot.assertNotEmitted(glide.moved, wait=50):
        glide.send("places", THERE.copy(), 1.0)  # the same again is no news


def test_that_dear_pictures_of_a_glide_come_less_often_and_never_too_seldom(glide):
    steps = []
    for cost in (0.0, 0.0035, 1.0):
        glide.costs(cost)
        steps.append(glide.step)
    assert steps[0] == STEP
    assert STEP < steps[1] < SLOWEST
    assert steps[2] == SLOWEST


# -- when it glides


def run(**changes):
    return Bench.build(replace(preset("font-autoencoder"), **changes), 1, None)


@pytest.fixture(scope="module")
def frames():
    """Frames of a run that trains after 0, 1, 2 epochs, and one where it has paused then."""
    bench, seen = run(), []
    for _ in range(3):
        seen.append(frame_of(bench, phase=Phase.RUNNING))
        bench.trainer.advance(1)
    return [*seen, replace(seen[-1], phase=Phase.PAUSED)]


@pytest.fixture
def session(qapp):
    session = Session(preset("font-autoencoder"))
    session.set_speed(1.0)
    return session


def last_motion(session, *frames):
    moving = Moving(session)
    return [moving.to_frame(frame) for frame in frames][-1]


@pytest.mark.parametrize("speed", SPEEDS)
def test_that_all_moves_at_a_slow_pace_until_the_next_epoch_and_only_places_at_a_fast_one(
    session, frames, speed
):
    session.set_speed(speed)
    moving, glance = Moving(session), Answers(1, 1, points=frames[1].points)
    moving.to_frame(frames[0])
    slow = speed <= SLOW
    for motion in (moving.to_frame(frames[1]), moving.to_answers(glance)):
        assert motion == (Motion(1 / speed, 1 / speed) if slow else Motion(FLUID))
        assert max(motion.places, motion.others) <= 1
    assert moving.to_answers(replace(glance, points=None)) == AT_ONCE  # a hand waits for it
    end = moving.to_frame(replace(frames[2], phase=Phase.FINISHED))
    assert end == (motion if slow else AT_ONCE)


@pytest.mark.parametrize(("rate", "over"), [(20.0, 0.1), (4.0, 0.25), (0.2, LONGEST)])
def test_that_it_takes_as_long_as_an_epoch_does_where_that_is_longer_than_was_wished(
    session, frames, rate, over
):
    session.set_speed(10.0)
    assert last_motion(session, frames[0], replace(frames[1], rate=rate)) == Motion(over, over)


def test_that_a_jump_in_time_is_no_movement(session, frames):
    first, second, third, paused = frames
    other, change = replace(third, version=2), (Mark(1, 1, third.spec, third.spec),)
    turned = replace(third, answers=replace(third.answers, axes=third.answers.axes + 1))
    for no_movement in (paused, other, replace(third, marks=change), turned, first):
        assert last_motion(session, first, second, no_movement) == AT_ONCE, no_movement
    assert last_motion(session, first) == AT_ONCE
    moving = Moving(session)
    moving.to_frame(second)
    assert moving.to_answers(Answers(1, 1, points=third.points, axes=7)) == AT_ONCE


def test_that_a_single_step_glides_and_several_epochs_at_once_do_not(session, frames):
    resting = [replace(frame, phase=Phase.PAUSED) for frame in frames]
    assert last_motion(session, *resting[:2]) == Motion(STEPPED, STEPPED)
    assert last_motion(session, resting[0], resting[2]) == AT_ONCE
    assert last_motion(session, resting[1], resting[0]) == AT_ONCE


def test_that_axes_of_a_map_are_other_ones_for_another_leader_or_another_direction():
    bench = run(latent=5)
    seen = [frame_of(bench).answers.axes for _ in range(2)]
    codes = bench.trainer.snapshot().codes
    least = np.linalg.svd(codes - codes.mean(0))[2][-2:]  # where they spread least, and no plane may stay
    bench.reading.plane = replace(bench.reading.plane, axes=least)
    seen.append(frame_of(bench).answers.axes)
    assert seen[0] == seen[1] != seen[2]
