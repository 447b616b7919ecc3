"""What moves: it glides where news is rare, and ends exactly where it is."""

import time
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PySide6.QtCore import QRectF
from PySide6.QtWidgets import QWidget

from core import preset
from tests.gui.frames import frame_of
from tp5gui.canvases.canvas import laid_on_paper
from tp5gui.canvases.glide import CLOSE, SLOWEST, SMOOTH, STEP, Glide, Way
from tp5gui.canvases.glyph_grid import GlyphGrid
from tp5gui.canvases.latent_map import LatentMap
from tp5gui.canvases.pixel_view import PixelView
from tp5gui.canvases.unit_bars import UnitBars
from tp5gui.panels.explore import ExplorePanel
from tp5gui.panels.moving import AT_ONCE, FLUID, LONGEST, SLOW, STEPPED, Motion, Moving
from tp5gui.panels.story import Story
from tp5gui.session.bench import Bench
from tp5gui.session.messages import Answers, Backdrop, Between, Mark, Phase, Questions
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


class Clock:
    def __init__(self):
        self.now = 50.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(time, "perf_counter", clock)
    return clock


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
    plane = bench.reading.plane
    bench.reading.plane = replace(plane, axes=plane.axes[::-1].copy())
    seen.append(frame_of(bench).answers.axes)
    assert seen[0] == seen[1] != seen[2]


# -- the views


def moving(latent_panel, clock, *phases):
    """Show frames of a run after 0, 10, 20 epochs, 0.1 s apart; where each began to be painted."""
    bench, painted = run(), []
    for phase in phases:
        clock.now += 0.1
        latent_panel.on_frame(frame_of(bench, phase=phase))
        painted.append(latent_panel.map.painted)
        bench.trainer.advance(10)
    return painted


def test_that_a_run_that_trains_glides_and_a_paused_one_stands_where_it_is(latent_panel, clock):
    before, after = moving(latent_panel, clock, Phase.PAUSED, Phase.RUNNING)
    np.testing.assert_array_equal(before, after)
    clock.now += 0.2
    np.testing.assert_array_equal(latent_panel.map.painted, latent_panel.map.points)
    moving(latent_panel, clock, Phase.RUNNING, Phase.RUNNING, Phase.PAUSED)
    assert latent_panel.map.painted is latent_panel.map.points


def test_that_going_back_is_no_movement(latent_panel, clock):
    bench = run()
    first = frame_of(bench, phase=Phase.RUNNING)
    bench.trainer.advance(10)
    for frame in (first, frame_of(bench, phase=Phase.RUNNING), first):
        clock.now += 0.1
        latent_panel.on_frame(frame)
    assert latent_panel.map.painted is first.points


def pixels(view):
    return view.grab(view.rect().adjusted(3, 3, -3, -3)).toImage()  # without the frame of the focus


GREY, HALF = np.full((7, 5), 0.2, dtype=np.float32), np.full((7, 5), 0.6, dtype=np.float32)


def set_map(view, image, glides):
    scale, corners = float(image[0, 0]), np.float32([[-3, -3], [3, 3]])  # so that the view rests
    clouds = np.broadcast_to(np.eye(2, dtype=np.float32) * scale, (4, 2, 2))
    points = np.concatenate([corners, THERE * np.float32(scale)])
    view.set_cursor_image(image, "", glides=glides)
    view.set_backdrop(image[None, None].repeat(3, 0), QRectF(-1, -1, 1, 3), glides=glides)
    view.set_points(points, None, "abcd", clouds=clouds, glides=glides)


def set_grid(view, image, glides):
    outputs, none = image[None], np.zeros(1, dtype=np.int64)
    view.set_samples(GREY[None], None, outputs, none, ["a"], marks=False, glides=glides)


def set_bars(view, image, glides):
    view.set_values(np.append(image[0], np.float32(1)), 0.0, "", glides=glides)


@pytest.mark.parametrize(
    ("kind", "put"),
    [
        (LatentMap, set_map),
        (GlyphGrid, set_grid),
        (UnitBars, set_bars),
        (PixelView, lambda view, image, glides: view.glide_to(image, glides)),
    ],
)
def test_that_a_view_is_between_two_pictures_ends_at_the_last_and_glides_neither_hidden_nor_on_paper(
    kind, put, qtbot, light, clock
):
    view = kind()
    qtbot.addWidget(view)
    view.resize(220, 260)
    with qtbot.waitExposed(view):
        view.show()
    put(view, HALF, 0.0)
    last = pixels(view)
    put(view, GREY, 0.0)
    first = pixels(view)
    clock.now += 2
    put(view, HALF, 1.0)
    assert pixels(view) == first != last
    clock.now += 0.5
    assert pixels(view) not in (first, last)
    if kind is not UnitBars:  # no canvas: it is never taken away
        with laid_on_paper(view, 1.0):
            paper = pixels(view)
        clock.now += 0.5
        with laid_on_paper(view, 1.0):
            assert pixels(view) == paper
    clock.now += 0.5
    assert pixels(view) == last
    put(view, GREY, 1.0)
    clock.now += 0.1
    view.hide()  # out of sight it is where it should be
    view.show()
    assert pixels(view) == first


def test_that_marks_and_figures_of_the_grid_are_those_of_the_last_snapshot_at_once(qtbot, light, clock):
    grid, black = GlyphGrid(), np.ones((1, 7, 5), dtype=np.float32)
    qtbot.addWidget(grid)
    with qtbot.waitExposed(grid):
        grid.show()
    grid.set_samples(black, None, black, np.int64([0]), ["a"])
    clock.now += 1
    grid.set_samples(black, None, black * 0, np.int64([35]), ["a"], glides=1.0)
    missed = pixels(grid)
    clock.now += 1
    assert grid.explained(0) == "a: 35 wrong pixels"
    assert pixels(grid) == missed  # marks cover all of it


def test_that_what_is_behind_a_tab_does_no_work(qtbot, light, clock):
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(400, 300)
    seen, behind = PixelView(window), PixelView(window)
    behind.move(-2000, 0)  # there Qt puts what is behind a tab, and takes it for visible
    with qtbot.waitExposed(window):
        window.show()
    assert behind.isVisible()
    painted = []
    for view in (seen, behind):
        view.set_image(GREY)
        clock.now += 1
        view.glide_to(HALF, 1.0)
        painted.append(view.findChild(Glide).now("image"))
    np.testing.assert_array_equal(painted[0], GREY)
    np.testing.assert_array_equal(painted[1], HALF)


@pytest.fixture(scope="module")
def asked(frames):
    """Two frames of a run that trains, with what a drawing and a walk become, and a glance at another one."""
    bench, shown = run(), []
    drawing, other = bench.trainer.dataset.images[1:3]
    questions = Questions(drawing=drawing, walk=Between(0, 1, 3, "linear"))
    for _ in range(2):
        shown.append(frame_of(bench, questions, phase=Phase.RUNNING))
        bench.trainer.advance(1)
    glance = replace(frame_of(bench, replace(questions, drawing=other)).answers, points=shown[0].points)
    return *shown, glance


def glides_on(view, clock):
    """Whether a view is elsewhere a while later."""
    before = pixels(view)
    clock.now += 0.5
    return pixels(view) != before


def test_that_an_answer_glides_for_the_same_drawing_and_never_under_a_hand(
    session, asked, qtbot, light, clock
):
    story = Story(session)
    qtbot.addWidget(story)
    story.resize(700, 400)
    with qtbot.waitExposed(story):
        story.show()
    first, second, glance = asked

    def news(answers):
        clock.now += 1
        story.on_answers(answers)
        return glides_on(story.output, clock)

    story.on_frame(first)
    clock.now += 1
    story.on_frame(second)
    assert glides_on(story.output, clock)
    assert not glides_on(story.ideal, clock)
    assert not news(glance)
    assert not news(replace(second.answers, points=glance.points))
    assert news(replace(first.answers, points=glance.points))
    assert not news(second.answers)  # what a hand asked for
    session.asking.pull(0, 1.0)
    assert not news(replace(first.answers, points=glance.points))


def test_that_a_walk_glides_with_the_run(session, asked, qtbot, light, clock):
    panel = ExplorePanel(session)
    qtbot.addWidget(panel)
    panel.resize(600, 300)
    with qtbot.waitExposed(panel):
        panel.show()
    first, second, _ = asked
    for frame in (first, second):
        clock.now += 1
        panel.on_frame(frame)
        panel.between.start.setCurrentIndex(0)
        panel.between.end.setCurrentIndex(1)
        panel.between.steps.setValue(3)
    assert panel.strip.images is not None
    assert glides_on(panel.strip, clock)


def test_that_a_map_out_of_sight_takes_no_tiles_and_forgets_those_of_another_run(latent_panel):
    bench = run()
    frame = frame_of(bench, Questions(backdrop=Backdrop(-1, -1, 1, 1, 3, 3)))
    answers = frame.answers
    latent_panel.on_frame(frame)
    assert latent_panel.map.tiles is not None
    before = latent_panel.map.tiles
    latent_panel.set_shown(False)
    other = frame_of(bench, Questions(backdrop=Backdrop(-2, -2, 2, 2, 3, 3)))
    latent_panel.on_answers(other.answers)  # which were under way
    assert latent_panel.map.tiles is before
    latent_panel.on_frame(replace(frame, version=frame.version + 1))
    assert latent_panel.map.tiles is None
    latent_panel.set_shown(True)
    latent_panel.on_answers(answers)
    assert latent_panel.map.tiles is not None
