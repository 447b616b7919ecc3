"""The views that glide: between two pictures while a run trains, and else exactly where they are."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtWidgets import QWidget

from core import preset
from tests.gui.frames import frame_of
from tp5gui.canvases.canvas import laid_on_paper
from tp5gui.canvases.glide import Glide
from tp5gui.canvases.glyph_grid import GlyphGrid
from tp5gui.canvases.latent_map import LatentMap
from tp5gui.canvases.pixel_view import PixelView
from tp5gui.canvases.unit_bars import UnitBars
from tp5gui.panels.explore import ExplorePanel
from tp5gui.panels.story import Story
from tp5gui.session.bench import Bench
from tp5gui.session.messages import Backdrop, Between, Phase, Questions
from tp5gui.session.session import Session

THERE = np.float32([[1, 0.1], [2, 3]])


def run():
    return Bench.build(preset("font-autoencoder"), 1, None)


@pytest.fixture
def session(qapp):
    session = Session(preset("font-autoencoder"))
    session.set_speed(1.0)
    return session


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
def asked():
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
