"""What the session says of the inside of the network: with frames, glances and answers, where it is asked."""

from dataclasses import replace

import numpy as np
import pytest

from core import Spec, load_dataset, preset
from core.measure.survey import SURVEYED
from tests.gui.frames import frame_of, shot_of
from tp5gui.session.bench import Bench
from tp5gui.session.messages import Answers, Phase, Questions

FONT = load_dataset("font5x7").images
SPEC = Spec(hidden=(20,), latent=3, epochs=1000)
ASKED = Questions(drawing=FONT[2], inside=True)


def bench_of(spec=SPEC, version=1):
    return Bench.build(spec, version, None)


@pytest.fixture
def bench():
    bench = bench_of()
    bench.trainer.advance(5)
    return bench


def of(asked, **changes):
    """The questions with some of them changed."""
    return replace(asked, ticket=asked.ticket + 1, **changes)


# --- when it is answered ---


def test_that_the_inside_is_told_only_where_it_is_shown(bench):
    assert frame_of(bench, of(ASKED, inside=False)).answers.drawing.inside is None
    assert frame_of(bench, ASKED).answers.drawing.inside is not None
    assert bench.reading.answer(shot_of(bench), ASKED).drawing.inside is not None
    assert bench.reading.glance(shot_of(bench), ASKED).drawing.inside is None
    assert frame_of(bench, Questions(inside=True)).answers.drawing is None


def test_that_a_drawing_of_another_shape_has_no_inside(bench):
    asked = of(ASKED, drawing=np.zeros((20, 20), dtype=np.float32), unit=(0, 1), pulled=((0, 1.0),))
    answers = frame_of(bench, asked).answers
    assert (answers.drawing, answers.unit) == (None, None)


@pytest.mark.parametrize(
    "change", [{"inside": False}, {"pulled": ((1, 2.0),)}, {"drawing": FONT[3]}, {"noise_seed": 3}]
)
def test_that_what_changes_the_inside_is_answered_anew_and_nothing_else_is(bench, change):
    shot, again = shot_of(bench), of(ASKED, **change)
    assert bench.reading.answer(shot, again, known=ASKED).drawing is not None
    assert bench.reading.answer(shot, of(ASKED, cursor=(0.0, 0.0)), known=ASKED).drawing is None
    assert bench.reading.answer(shot, of(ASKED, unit=(0, 1)), known=ASKED).drawing is None


@pytest.mark.parametrize(
    "spec",
    [
        replace(preset("emoji-vae"), hidden=(30, 12), epochs=2),
        replace(preset("digits-vae"), epochs=2), replace(preset("font-sparse"), epochs=2),
        replace(preset("font-denoiser"), epochs=2), Spec(hidden=(), latent=2, epochs=2),
    ],
    ids=["emojis", "digits", "no hidden layer", "denoiser", "two numbers"],
)  # fmt: skip
def test_that_inside_and_output_are_of_one_network_whatever_the_set(spec):
    bench = bench_of(spec)
    bench.trainer.step()
    images = bench.trainer.dataset.images
    asked = Questions(drawing=images[5], inside=True, unit=(len(spec.hidden), 1))
    answers = frame_of(bench, asked).answers
    inside, model = answers.drawing.inside, bench.trainer.model
    assert len(inside.layers) == 2 * len(spec.hidden)
    np.testing.assert_allclose(inside.code.values, model.encode(images[5:6])[0], atol=1e-5)
    np.testing.assert_allclose(model.decode(inside.code.values[None])[0], answers.drawing.output, atol=1e-5)
    assert min(len(images), SURVEYED) // 2 < answers.unit.counts.sum() <= len(images)


def test_that_the_network_that_is_looked_into_is_the_one_that_is_ahead():
    bench = bench_of(replace(SPEC, replicas=3))
    leaders = set()
    for _ in range(40):
        bench.trainer.advance(3)
        frame = frame_of(bench, ASKED)
        leaders.add(frame.leader)
        own = bench.trainer.model.encode(FONT[2:3], frame.leader)[0]
        np.testing.assert_allclose(frame.answers.drawing.inside.code.values, own, atol=1e-5)
    assert len(leaders) > 1


def test_that_the_noise_on_the_drawing_is_what_the_network_reads(bench):
    noisy = of(ASKED, noise="flip", noise_level=0.4, noise_seed=8)
    drawing = frame_of(bench, noisy).answers.drawing
    own = bench.trainer.model.encode(drawing.fed[None])[0]
    assert not np.array_equal(drawing.fed, FONT[2])
    np.testing.assert_allclose(drawing.inside.code.values, own, atol=1e-5)


# --- what a person pulls ---


def test_that_the_answer_follows_the_code_that_is_pulled(bench):
    model, shot = bench.trainer.model, shot_of(bench)
    free = bench.reading.answer(shot, ASKED).drawing
    pulled = bench.reading.answer(shot, of(ASKED, pulled=((1, 2.5), (0, -1.0)))).drawing
    code = model.encode(FONT[2:3])
    code[0, :2] = -1.0, 2.5
    np.testing.assert_array_equal(pulled.output, model.decode(code)[0])
    np.testing.assert_array_equal(pulled.inside.code.values, code[0])
    np.testing.assert_allclose(pulled.point, bench.reading.plane.points(code)[0], atol=1e-6)
    assert pulled.output_like.squared_error != free.output_like.squared_error
    assert pulled.ideal is free.ideal  # the best possible depends on no network: it is not worked out again
    glance = bench.reading.glance(shot, of(ASKED, pulled=((1, 2.5), (0, -1.0)))).drawing
    np.testing.assert_allclose(glance.output, pulled.output, atol=1e-6)
    back = bench.reading.answer(shot, of(ASKED, pulled=())).drawing
    np.testing.assert_array_equal(back.output, free.output)


def test_that_a_number_that_a_run_lacks_is_pulled_in_vain(bench):
    asked = of(ASKED, pulled=((9, 5.0),))
    frame, free = frame_of(bench, asked), frame_of(bench, ASKED)
    np.testing.assert_array_equal(frame.answers.drawing.output, free.answers.drawing.output)
    assert not frame.answers.drawing.inside.code.pulled.any()


def test_that_places_on_the_map_are_the_networks_own_whatever_is_pulled(bench):
    shot = shot_of(bench)
    free, pulled = (
        bench.reading.glance(shot, each).points for each in (ASKED, of(ASKED, pulled=((0, 99.0),)))
    )
    np.testing.assert_array_equal(free, pulled)


# --- one unit ---


def test_that_a_unit_is_reported_when_asked_for_and_with_frames_but_not_with_glances(bench):
    shot, asked = shot_of(bench), of(ASKED, unit=(1, 2))
    bench.reading.answer(shot, ASKED)
    answers = bench.reading.answer(shot, asked, known=ASKED)
    assert answers.drawing is None
    report = answers.unit
    assert (report.column, report.unit, report.counts.sum()) == (1, 2, 32)
    assert report.activity == pytest.approx(float(bench.trainer.model.encode(FONT[2:3])[0, 2]))
    assert frame_of(bench, asked).answers.unit is not None
    assert bench.reading.glance(shot, asked).unit is None
    assert bench.reading.answer(shot, of(asked, cursor=(0.0, 0.0)), known=asked).unit is None
    stroke = bench.reading.answer(shot, of(asked, drawing=FONT[7]), known=asked).unit
    assert stroke.activity == pytest.approx(float(bench.trainer.model.encode(FONT[7:8])[0, 2]))


@pytest.mark.parametrize("unit", [(1, 3), (3, 0), (0, 20)])
def test_that_a_unit_that_the_run_lacks_has_no_report(bench, unit):
    assert frame_of(bench, of(ASKED, unit=unit)).answers.unit is None


def test_that_no_unit_is_reported_while_the_inside_is_hidden(bench):
    assert frame_of(bench, of(ASKED, unit=(1, 2), inside=False)).answers.unit is None


def test_that_a_report_that_waits_is_not_lost_to_a_glance(bench):
    shot, asked = shot_of(bench), of(ASKED, unit=(1, 2))
    answers, glance = bench.reading.answer(shot, asked), bench.reading.glance(shot, asked)
    assert glance.after(answers).unit is answers.unit
    assert Answers(2, 9).after(answers).unit is None


# --- while it trains ---


def test_that_units_stay_while_a_run_trains_until_the_drawing_changes(bench):
    def shown(asked, phase=Phase.RUNNING):
        answers = bench.reading.answer(shot_of(bench, phase), asked)
        return [units.shown.tolist() for units in answers.drawing.inside.layers]

    asked = of(ASKED, drawing=FONT[2])
    start = shown(asked)
    bench.trainer.advance(200)
    assert shown(asked) == start
    assert shown(of(asked, noise="flip", noise_level=0.1)) == start
    elsewhere = of(asked, drawing=FONT[9])
    there = shown(elsewhere)
    assert there != start
    for before, after in zip(start, there, strict=True):
        stays = set(before) & set(after)
        assert all(before.index(unit) == after.index(unit) for unit in stays)
    activities = bench.reading.answer(shot_of(bench), elsewhere).drawing.inside.layers[0].activities
    assert set(there[0]) == set(np.argsort(-np.abs(activities))[:10])


def test_that_a_survey_is_made_once_a_frame_and_whole_when_training_rests():
    bench = bench_of(replace(preset("emoji-vae"), epochs=100))
    asked = Questions(drawing=bench.trainer.dataset.images[5], inside=True, unit=(1, 1))

    def counted(phase):
        return frame_of(bench, asked, phase).answers.unit.counts.sum()

    def reach(answers):
        return answers.drawing.inside.layers[1].reach

    assert counted(Phase.RUNNING) < 97
    old = reach(bench.reading.answer(shot_of(bench, Phase.RUNNING), asked))
    bench.trainer.advance(3)
    np.testing.assert_array_equal(reach(bench.reading.answer(shot_of(bench, Phase.RUNNING), asked)), old)
    assert not np.array_equal(reach(frame_of(bench, asked, Phase.RUNNING).answers), old)
    assert counted(Phase.PAUSED) == 97


# --- what the window asks ---


def test_that_what_is_asked_about_the_inside_stands_until_something_else_is(session, qtbot):
    asking, seen = session.asking, []
    session.answered.connect(seen.append)

    def newest():
        qtbot.waitUntil(lambda: bool(seen) and seen[-1].ticket == asking.questions.ticket)
        return seen[-1]

    asking.show_inside(asking, True)
    own = newest().drawing
    assert own.inside is not None
    asking.pull(1, 2.0)
    asking.pull(0, -1.5)
    asking.pull(1, 3.0)
    assert asking.questions.pulled == ((1, 3.0), (0, -1.5))
    pulled = newest().drawing
    assert pulled.inside.code.values.tolist() == [-1.5, 3.0]
    assert not np.array_equal(pulled.output, own.output)
    asking.let_go()
    np.testing.assert_array_equal(newest().drawing.output, own.output)
    asking.ask_unit((0, 3))
    assert newest().unit.unit == 3
    asking.ask_unit(None)
    asking.show_inside(asking, False)
    assert newest().drawing.inside is None


def test_that_what_is_asked_again_is_no_new_question(session):
    asking, ticket = session.asking, session.asking.questions.ticket
    asking.show_inside(asking, False)
    asking.let_go()
    asking.ask_unit(None)
    assert asking.questions.ticket == ticket


def test_that_another_drawing_lets_the_code_go(session):
    session.asking.pull(0, 2.0)
    session.load_character(7)
    assert session.asking.questions.pulled == ()


def test_that_a_new_run_lets_the_code_go(session, qtbot):
    session.asking.show_inside(session, True)
    session.asking.pull(1, 2.0)
    session.asking.ask_unit((0, 9))
    session.store.update(latent=1, hidden=(4,))
    with qtbot.waitSignal(session.framed):
        session.rewind()
    assert session.asking.questions.pulled == ()
    assert session.frame.answers.unit is None
    assert not session.frame.answers.drawing.inside.code.pulled.any()
