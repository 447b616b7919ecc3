"""The window shows any epoch of the past of its run, to the bit, while the run may train on."""

from dataclasses import replace

import numpy as np
import pytest

from core import Trainer, load_run, preset
from tp5gui.session.reading import Reading
from tp5gui.session.replaying import Arrival
from tp5gui.session.session import Session

SPEC = replace(preset("font-autoencoder"), epochs=3000)


@pytest.fixture
def travelled(qapp, qtbot):
    """A session whose run has been trained for 600 epochs."""
    session = Session(replace(SPEC, epochs=600))
    session.begin()
    session.rewind()
    qtbot.waitUntil(lambda: session.frame is not None)
    session.play()
    qtbot.waitUntil(lambda: session.frame.snapshot.finished)
    yield session
    assert session.close()


def outputs(epoch, epochs=600):
    """What a run of its own gives back after that epoch."""
    trainer = Trainer(replace(SPEC, epochs=epochs))
    trainer.advance(epoch)
    return trainer.snapshot().outputs


def arrive(qtbot, session, epoch):
    session.travelling.travel(epoch)
    qtbot.waitUntil(lambda: session.frame.visit is not None and session.frame.visit.exact)
    qtbot.waitUntil(lambda: session.frame.snapshot.epoch == epoch)


@pytest.mark.parametrize("epoch", [0, 40, 123, 577])
def test_that_any_epoch_is_shown_to_the_bit(travelled, qtbot, epoch):
    arrive(qtbot, travelled, epoch)
    assert np.array_equal(travelled.frame.snapshot.outputs, outputs(epoch))
    assert travelled.frame.now == 600
    assert travelled.frame.snapshot.curves.epochs[-1] == 600


def test_that_the_nearest_moment_stands_in_and_says_so(travelled, qtbot):
    frames = []
    travelled.framed.connect(frames.append)
    arrive(qtbot, travelled, 123)
    first = next(frame for frame in frames if frame.visit is not None)
    assert (first.visit.asked, first.snapshot.epoch, first.visit.exact) == (123, 120, False)
    assert np.array_equal(first.snapshot.outputs, outputs(120))


def test_that_the_run_itself_is_shown_again(travelled, qtbot):
    now = travelled.frame.snapshot.outputs
    arrive(qtbot, travelled, 20)
    travelled.travelling.back()
    qtbot.waitUntil(lambda: travelled.frame.visit is None)
    assert travelled.frame.snapshot.epoch == 600
    assert np.array_equal(travelled.frame.snapshot.outputs, now)


def test_that_the_map_keeps_the_plane_of_now(travelled, qtbot):
    points = travelled.frame.points
    arrive(qtbot, travelled, 20)
    travelled.travelling.travel(600)  # that is now
    qtbot.waitUntil(lambda: travelled.frame.visit is None)
    assert np.array_equal(travelled.frame.points, points)


def test_that_a_drawing_is_answered_by_the_network_of_then(travelled, qtbot):
    arrive(qtbot, travelled, 120)
    image = travelled.frame.dataset.images[3]
    answers = []
    travelled.answered.connect(answers.append)
    travelled.load_image(image, "c")
    qtbot.waitUntil(
        lambda: any(a.drawing is not None and np.array_equal(a.drawing.drawing, image) for a in answers)
    )
    trainer = Trainer(replace(SPEC, epochs=600))
    trainer.advance(120)
    assert np.allclose(answers[-1].drawing.output, trainer.model.reconstruct(image[None])[0], atol=1e-6)


def test_that_training_goes_on_while_one_looks_back(qapp, qtbot):
    session = Session(replace(SPEC, epochs=1_000_000))
    session.begin()
    session.rewind()
    qtbot.waitUntil(lambda: session.frame is not None)
    session.play()
    qtbot.waitUntil(lambda: session.frame.snapshot.epoch > 300)
    arrive(qtbot, session, 200)
    before = session.frame.now
    qtbot.waitUntil(lambda: session.frame.now > before + 300)
    assert session.frame.snapshot.epoch == 200
    assert session.state.running
    session.travelling.travel(before + 100)  # which its past did not have when it was told
    qtbot.waitUntil(lambda: session.frame.snapshot.epoch == before + 100)
    session.travelling.back()
    qtbot.waitUntil(lambda: session.frame.visit is None)
    assert session.frame.snapshot.epoch > before + 300
    assert session.close()


def test_that_one_steps_from_moment_to_moment(travelled, qtbot):
    travelling = travelled.travelling
    seen = []
    for _ in range(3):
        travelling.step(-1)
        seen.append(travelling.epoch)
    assert seen == [590, 580, 570]
    travelling.step(2)
    assert travelling.epoch == 590
    travelling.step(5)
    assert travelling.epoch is None
    travelling.step(-1000)
    assert travelling.epoch == 0


def test_that_another_run_ends_the_look_back(travelled, qtbot):
    arrive(qtbot, travelled, 200)
    version = travelled.frame.version
    travelled.rewind()
    qtbot.waitUntil(lambda: travelled.frame.version != version)
    assert travelled.travelling.epoch is None
    qtbot.waitUntil(lambda: travelled.frame.visit is None)


# -- branches


def branch(qtbot, session):
    version = session.frame.version
    session.travelling.branch()
    qtbot.waitUntil(lambda: session.frame.version != version)


@pytest.mark.parametrize("epoch", [200, 123, 0])
def test_that_a_branch_with_nothing_changed_repeats_the_run_to_the_bit(travelled, qtbot, epoch):
    end = travelled.frame.snapshot
    arrive(qtbot, travelled, epoch)
    branch(qtbot, travelled)
    assert travelled.frame.now == epoch
    assert travelled.travelling.epoch is None
    assert travelled.frame.about.parent.epoch == epoch
    travelled.play()
    qtbot.waitUntil(lambda: travelled.frame.snapshot.finished)
    assert np.array_equal(travelled.frame.snapshot.outputs, end.outputs)
    for name, values in end.curves.values.items():
        assert np.array_equal(travelled.frame.snapshot.curves.values[name], values, equal_nan=True), name


def test_that_a_branch_is_one_step_of_undo(travelled, qtbot):
    version, spec = travelled.frame.version, travelled.store.spec
    arrive(qtbot, travelled, 100)
    branch(qtbot, travelled)
    assert travelled.history.undo_text == "Branch at epoch 100"
    travelled.store.update(learning_rate=0.001)
    travelled.undo()
    travelled.undo()
    qtbot.waitUntil(lambda: travelled.frame.version == version)
    assert travelled.frame.now == 600
    assert travelled.store.spec == spec
    assert 100 in travelled.frame.moments


def test_that_a_branch_has_the_settings_of_then(qapp, qtbot):
    session = Session(replace(SPEC, epochs=400))
    session.begin()
    session.rewind()
    qtbot.waitUntil(lambda: session.frame is not None)
    for _ in range(5):
        session.step()
    qtbot.waitUntil(lambda: session.frame.now == 5)
    first = session.store.spec
    session.store.update(learning_rate=0.0005)
    for _ in range(5):
        session.step()
    qtbot.waitUntil(lambda: session.frame.now == 10)
    arrive(qtbot, session, 3)
    assert session.frame.spec == first
    assert session.frame.built.learning_rate == 0.0005
    branch(qtbot, session)
    assert session.store.spec == first
    assert session.close()


def test_that_closing_while_an_epoch_is_trained_anew_ends_every_thread(qapp, qtbot):
    session = Session(replace(preset("emoji-vae"), epochs=40))
    session.begin()
    session.rewind()
    qtbot.waitUntil(lambda: session.frame is not None)
    session.step()
    qtbot.waitUntil(lambda: session.frame.now == 1)
    session.travelling.travel(0)
    session.travelling.branch()
    assert session.close()


def test_that_the_past_is_told_anew_once_a_live_change_is_undone(qapp, qtbot):
    session = Session(replace(SPEC, epochs=400))
    session.begin()
    session.rewind()
    qtbot.waitUntil(lambda: session.frame is not None)

    def train(epochs):
        end = session.frame.now + epochs
        for _ in range(epochs):
            session.step()
        qtbot.waitUntil(lambda: session.frame.now == end)

    train(20)
    session.store.update(learning_rate=0.1)
    train(20)
    arrive(qtbot, session, 37)
    arrive(qtbot, session, 5)
    session.undo()
    qtbot.waitUntil(lambda: session.frame.now == 20)
    assert session.travelling.epoch == 5
    train(22)
    for epoch in (20, 37):
        arrive(qtbot, session, epoch)
        assert session.frame.spec.learning_rate == SPEC.learning_rate
        assert np.array_equal(session.frame.snapshot.outputs, outputs(epoch, 400))
    assert session.close()


def test_that_a_setting_changed_while_one_looks_back_is_known_where_a_run_then_begins(travelled, qtbot):
    travelled.rewind()
    qtbot.waitUntil(lambda: travelled.frame.now == 0)
    for _ in range(10):
        travelled.step()
    qtbot.waitUntil(lambda: travelled.frame.now == 10)
    arrive(qtbot, travelled, 3)
    travelled.store.update(learning_rate=0.0005)
    for _ in range(5):
        travelled.step()
    qtbot.waitUntil(lambda: travelled.frame.now == 15)
    arrive(qtbot, travelled, 10)
    branch(qtbot, travelled)
    assert travelled.store.spec.learning_rate == 0.0005


@pytest.fixture
def journeys(travelled, monkeypatch, qtbot):
    """What the replaying thread is asked for, which it never does; the past is known, and epoch 40 shown."""
    arrive(qtbot, travelled, 40)
    sent = []
    monkeypatch.setattr(travelled.travelling._replayer, "go", sent.append)
    return sent


def test_that_a_hand_that_has_just_come_to_rest_does_not_take_a_branch_back(travelled, journeys):
    travelled.travelling.travel(577)
    travelled.travelling.branch()
    travelled.travelling.on_rest()
    assert [journey.leaves for journey in journeys] == [True]


def test_that_a_branch_is_forgotten_by_whoever_looks_elsewhere(travelled, journeys, qtbot):
    travelling = travelled.travelling
    travelling.travel(577)
    travelling.branch()
    (journey,) = journeys
    travelling.travel(20)
    assert journeys[-1] is None
    with qtbot.assertNotEmitted(travelling.departed), qtbot.assertNotEmitted(travelling.progressed):
        travelling.on_progressed(0.5)
        travelling.on_arrived(Arrival(journey))


def test_that_nothing_is_looked_at_any_more_once_the_window_is_closed(qapp, qtbot):
    session = Session(replace(SPEC, epochs=400))
    session.begin()
    session.rewind()
    qtbot.waitUntil(lambda: session.frame is not None)
    for _ in range(10):
        session.step()
    qtbot.waitUntil(lambda: session.frame.now == 10)
    session.travelling.travel(5)
    assert session.close()  # the past is told meanwhile
    qapp.processEvents()
    session.travelling.travel(5)
    assert session.travelling.epoch is None
    assert not session.travelling._rest.isActive()


def test_that_undo_brings_back_what_is_said_of_a_branch_from_the_start(travelled, qtbot):
    arrive(qtbot, travelled, 0)
    branch(qtbot, travelled)
    version, about = travelled.frame.version, travelled.frame.about
    travelled.rewind()
    qtbot.waitUntil(lambda: travelled.frame.version != version)
    travelled.undo()
    qtbot.waitUntil(lambda: travelled.frame.version == version)
    assert travelled.frame.about == about
    assert about.parent.epoch == 0


def test_that_a_file_saved_while_one_looks_back_is_the_run_of_now(travelled, qtbot, tmp_path):
    now = travelled.frame.snapshot.outputs
    arrive(qtbot, travelled, 123)
    with qtbot.waitSignals([travelled.saved, travelled.filed]):
        travelled.save(str(tmp_path / "now.tp5"))
    trainer = load_run(tmp_path / "now.tp5")
    assert trainer.epoch == 600
    assert np.array_equal(trainer.snapshot().outputs, now)


def test_that_what_is_past_answers_only_what_is_newly_asked_while_the_run_trains(qapp, qtbot, monkeypatch):
    session = Session(replace(SPEC, epochs=1_000_000))
    session.begin()
    session.rewind()
    qtbot.waitUntil(lambda: session.frame is not None)
    session.play()
    qtbot.waitUntil(lambda: session.frame.snapshot.epoch > 300)
    arrive(qtbot, session, 200)
    known, answer = [], Reading.answer

    def noted(self, shot, questions, before=None):
        known.append(before)
        return answer(self, shot, questions, before)

    monkeypatch.setattr(Reading, "answer", noted)
    for index in (3, 4, 5):
        now = session.frame.now
        session.load_image(session.frame.dataset.images[index], str(index))
        qtbot.waitUntil(lambda now=now: session.frame.now > now + 100)
    asked = [before for before in known if before is not None]
    assert len(asked) >= 2  # the first one may be answered everything
    assert session.close()
