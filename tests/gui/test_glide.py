"""Places on their way: they glide where news is rare, and end exactly where they are."""

import time
from dataclasses import replace

import numpy as np
import pytest

from core import preset
from tests.gui.frames import frame_of
from tp5gui.canvases.glide import LONGEST, SLOWEST, SMOOTH, STEP, Glide
from tp5gui.canvases.latent_map import LatentMap
from tp5gui.session.bench import Bench
from tp5gui.session.messages import Backdrop, Phase, Questions

HERE, THERE = np.float32([[0, 0], [2, 1]]), np.float32([[1, 0.1], [2, 3]])


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
def glide(qapp, clock):
    glide = Glide()
    glide.put(HERE)
    yield glide
    glide.arrive()


def test_that_places_glide_evenly_and_end_exactly_where_they_are(glide, clock):
    clock.now += 0.1
    glide.send(THERE)
    np.testing.assert_array_equal(glide.now, HERE)
    clock.now += 0.025
    np.testing.assert_allclose(glide.now, HERE + (THERE - HERE) / 4, atol=1e-6)
    clock.now += 0.08
    assert glide.now is THERE
    assert glide.end is THERE


def test_that_a_glide_that_is_overtaken_goes_on_from_where_it_is(glide, clock):
    clock.now += 0.2
    glide.send(THERE)
    clock.now += 0.1
    half = glide.now
    glide.send(HERE)
    np.testing.assert_allclose(glide.now, half, atol=1e-6)


def test_that_what_comes_often_does_not_lag_behind(glide, clock):
    clock.now += SMOOTH / 2
    glide.send(THERE)
    assert glide.now is THERE


def test_that_a_run_of_slow_epochs_does_not_creep(glide, clock):
    clock.now += 60.0
    glide.send(THERE)
    clock.now += LONGEST + 0.001
    assert glide.now is THERE


def test_that_other_places_are_there_at_once(glide, clock):
    clock.now += 0.2
    glide.send(THERE[:1])
    assert glide.now.shape == (1, 2)


def test_that_a_glide_comes_to_rest(glide, clock, qtbot):
    clock.now += 0.1
    with qtbot.waitSignal(glide.moved):
        glide.send(THERE)
    clock.now += 0.1
    with qtbot.waitSignal(glide.moved):
        pass
    with qtbot.assertNotEmitted(glide.moved, wait=50):
        pass


def moving(latent_panel, clock, *phases):
    """Show frames of a run after 0, 10, 20 epochs, 0.1 s apart; where each began to be painted."""
    bench, painted = Bench.build(preset("font-autoencoder"), 1, None), []
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
    bench = Bench.build(preset("font-autoencoder"), 1, None)
    first = frame_of(bench, phase=Phase.RUNNING)
    bench.trainer.advance(10)
    for frame in (first, frame_of(bench, phase=Phase.RUNNING), first):
        clock.now += 0.1
        latent_panel.on_frame(frame)
    assert latent_panel.map.painted is first.points


def test_that_a_map_out_of_sight_is_where_it_should_be(qtbot, light, clock):
    latent = LatentMap()
    qtbot.addWidget(latent)
    latent.show()
    latent.set_points(HERE, None, ("a", "b"))
    clock.now += 0.1
    latent.set_points(THERE, None, ("a", "b"), glides=True)
    np.testing.assert_array_equal(latent.painted, HERE)
    latent.hide()
    np.testing.assert_array_equal(latent.painted, THERE)


def test_that_a_map_out_of_sight_takes_no_tiles_and_forgets_those_of_another_run(latent_panel):
    bench = Bench.build(preset("font-autoencoder"), 1, None)
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


def test_that_dear_pictures_of_a_glide_come_less_often_and_never_too_seldom(glide):
    steps = []
    for cost in (0.0, 0.0035, 1.0):
        glide.costs(cost)
        steps.append(glide.step)
    assert steps[0] == STEP
    assert STEP < steps[1] < SLOWEST
    assert steps[2] == SLOWEST
