import threading
from dataclasses import replace

import numpy as np
import pytest
import torch
from PySide6.QtCore import QCoreApplication, QObject, QThread, Slot
from PySide6.QtGui import QUndoStack

from core import Spec, Trainer, preset
from core.measure.denoising import best_possible
from tests.gui.frames import frame_of, shot_of
from tp5gui.session.bench import Bench
from tp5gui.session.box import LatestBox
from tp5gui.session.drawing import Drawing
from tp5gui.session.messages import Answers, Backdrop, Phase, Questions
from tp5gui.session.session import Session
from tp5gui.session.store import Store
from tp5gui.session.view_state import Action, Coming, Facts, resolve


class Reader(QObject):
    def __init__(self, box):
        super().__init__()
        self.values, self.threads = [], set()
        box.arrived.connect(self.on_value)

    @Slot(object)
    def on_value(self, value):
        self.values.append(value)
        self.threads.add(QThread.currentThread())


def test_that_the_last_value_posted_from_another_thread_always_arrives_in_this_one(qapp, qtbot):
    box = LatestBox()
    reader = Reader(box)
    poster = threading.Thread(target=lambda: [box.post(number) for number in range(20_000)])
    poster.start()
    qtbot.waitUntil(lambda: bool(reader.values) and reader.values[-1] == 19_999)
    poster.join()
    assert reader.values == sorted(reader.values)
    assert reader.threads == {QCoreApplication.instance().thread()}
    assert not box.pending()


def test_that_a_partial_answer_that_waits_is_not_lost_to_the_next(qapp, qtbot):
    box = LatestBox(merge=lambda waiting, new: waiting | new)
    reader = Reader(box)
    for number in range(5):
        box.post({number})
    qtbot.waitUntil(lambda: bool(reader.values))
    assert reader.values == [{0, 1, 2, 3, 4}]


def test_that_answers_fill_the_silence_of_newer_ones_of_the_same_run_only():
    old = Answers(1, 4, cursor="a place", backdrop="tiles")
    assert Answers(1, 5, backdrop="new tiles").after(old) == Answers(1, 5, None, "a place", "new tiles")
    assert Answers(2, 5).after(old) == Answers(2, 5)


def test_that_a_store_tells_what_changed_and_only_that(qapp, qtbot):
    store = Store(Spec())
    with qtbot.waitSignal(store.changed) as told:
        store.update(latent=3, epochs=Spec().epochs)
    assert told.args == [Spec(latent=3), frozenset({"latent"})]
    with qtbot.assertNotEmitted(store.changed):
        store.update(latent=3)
        with pytest.raises(ValueError, match="latent"):
            store.update(latent=0)
    assert store.spec == Spec(latent=3)


def test_that_every_stroke_is_one_step_of_undo(qapp):
    drawing = Drawing((7, 5), QUndoStack(qapp))
    for column in range(3):
        drawing.begin_stroke()
        for row in range(7):
            drawing.paint(np.array([[row, column]]), 1.0)
        drawing.end_stroke(lambda: "stroke")
    assert drawing.stack.count() == 3
    assert drawing.image.sum() == 21
    drawing.stack.undo()
    assert drawing.image.sum() == 14
    drawing.stack.redo()
    assert drawing.image.sum() == 21
    drawing.begin_stroke()
    drawing.paint(np.array([[0, 0]]), 1.0)
    drawing.end_stroke(lambda: "changes nothing")
    assert drawing.stack.count() == 3
    drawing.stack.deleteLater()


def test_that_the_drawing_of_another_shape_waits_and_comes_back(qapp):
    drawing = Drawing((7, 5), QUndoStack(qapp))
    drawing.replace(np.ones((7, 5)), lambda: "first")
    drawing.begin_stroke()
    drawing.fit(np.zeros((4, 4)))
    drawing.end_stroke(lambda: "a stroke that another shape cut off")
    assert (drawing.image.shape, drawing.stack.count()) == ((4, 4), 1)
    drawing.fit(np.zeros((7, 5)))
    assert drawing.image.sum() == 35
    drawing.stack.deleteLater()


SPEC = Spec()
DEEP = replace(SPEC, latent=3)


@pytest.mark.parametrize(
    ("spec", "facts", "action", "stale"),
    [
        (SPEC, Facts(), Action.START, False),
        (SPEC, Facts(Phase.PAUSED, SPEC, 0), Action.START, False),
        (SPEC, Facts(Phase.RUNNING, SPEC, 7), Action.PAUSE, False),
        (SPEC, Facts(Phase.PAUSED, SPEC, 7), Action.RESUME, False),
        (SPEC, Facts(Phase.FINISHED, SPEC, 7), Action.TRAIN_AGAIN, False),
        (DEEP, Facts(Phase.PAUSED, SPEC, 7), Action.START_WITH_THESE, True),
        (DEEP, Facts(Phase.RUNNING, SPEC, 7), Action.START_WITH_THESE, True),
        (
            replace(SPEC, latent=3),
            Facts(Phase.PAUSED, SPEC, 7, Coming(DEEP, True)),
            Action.PAUSE,
            False,
        ),
        (SPEC, Facts(Phase.RUNNING, SPEC, 7, Coming(SPEC, False)), Action.START, False),
        (
            SPEC,
            Facts(Phase.PAUSED, SPEC, 7, Coming(DEEP, False)),
            Action.START_WITH_THESE,
            True,
        ),
        (SPEC, Facts(Phase.PAUSED, DEEP, 7, Coming(None, False)), Action.START, False),
        (replace(SPEC, learning_rate=0.5), Facts(Phase.PAUSED, SPEC, 7), Action.RESUME, False),
    ],
)
def test_that_the_main_button_does_what_the_facts_allow(spec, facts, action, stale):
    state = resolve(spec, facts)
    assert (state.action, bool(state.stale)) == (action, stale)
    assert state.ready == (facts.built is not None)


def trained(session, epochs):
    return lambda: session.frame.snapshot.epoch >= epochs


def test_that_a_run_in_the_window_has_the_bits_of_one_without(session, qtbot):
    spec = replace(preset("font-denoiser"), epochs=40, seed=3)
    session.store.replace(spec)
    session.toggle()
    qtbot.waitUntil(lambda: session.frame.phase is Phase.FINISHED)
    theirs = Trainer(spec).run().snapshot()
    ours = session.frame.snapshot
    assert ours.epoch == 40
    for name in ("fed", "outputs", "codes"):
        assert np.array_equal(getattr(ours, name), getattr(theirs, name)), name


def test_that_a_pause_changes_nothing_in_the_end(session, qtbot):
    spec = replace(preset("font-denoiser"), epochs=300, seed=5)
    session.store.replace(spec)
    session.set_speed(20.0)  # so slow that it cannot end before the pause
    session.toggle()
    qtbot.waitUntil(trained(session, 1))
    session.toggle()
    qtbot.waitUntil(lambda: session.frame.phase is Phase.PAUSED)
    assert 0 < session.frame.snapshot.epoch < 300
    session.step()
    session.set_speed(float("inf"))
    session.toggle()
    qtbot.waitUntil(lambda: session.frame.phase is Phase.FINISHED)
    assert np.array_equal(session.frame.snapshot.outputs, Trainer(spec).run().snapshot().outputs)


def test_that_a_run_saved_and_opened_goes_on_to_the_same_bits(session, qtbot, tmp_path):
    spec = replace(preset("font-denoiser"), epochs=30)
    session.store.replace(spec)
    session.step()
    qtbot.waitUntil(trained(session, 1))
    with qtbot.waitSignal(session.saved) as saved:
        session.save(str(tmp_path / "run.tp5"))
    session.store.replace(preset("font-autoencoder"))
    session.rewind()
    qtbot.waitUntil(lambda: session.frame.spec != spec)
    session.open(saved.args[0])
    qtbot.waitUntil(lambda: session.frame.spec == spec)
    assert session.store.spec == spec
    session.toggle()
    qtbot.waitUntil(lambda: session.frame.phase is Phase.FINISHED)
    assert np.array_equal(session.frame.snapshot.outputs, Trainer(spec).run().snapshot().outputs)


def test_that_rewind_brings_back_the_same_start(session, qtbot):
    first = session.frame.snapshot.outputs
    session.step()
    qtbot.waitUntil(trained(session, 1))
    session.rewind()
    qtbot.waitUntil(lambda: session.frame.snapshot.epoch == 0)
    assert np.array_equal(session.frame.snapshot.outputs, first)
    before = session.store.spec.seed
    session.new_seed()
    qtbot.waitUntil(lambda: session.frame.spec.seed != before)
    assert not np.array_equal(session.frame.snapshot.outputs, first)


def test_that_a_live_change_reaches_the_run_and_a_deep_one_waits(session, qtbot):
    session.store.update(learning_rate=0.5)
    qtbot.waitUntil(lambda: session.frame.spec.learning_rate == 0.5)
    version = session.frame.version
    session.store.update(latent=3)
    assert session.state.stale == {"latent"}
    session.step()
    qtbot.waitUntil(lambda: session.frame.version > version and session.frame.snapshot.epoch == 1)
    assert session.frame.snapshot.codes.shape == (32, 3)
    assert not session.state.stale


def test_that_answers_are_of_the_newest_question_and_the_network_on_the_bench(session, qtbot):
    asked = Backdrop(-1, -1, 1, 1, 3, 4)
    seen = []
    session.answered.connect(seen.append)
    session.asking.ask_backdrop(asked)
    for x in range(50):
        session.asking.move_cursor(x / 50, 0.0)
    qtbot.waitUntil(lambda: bool(seen) and seen[-1].ticket == session.asking.questions.ticket)
    tickets = [answers.ticket for answers in seen]
    assert tickets == sorted(tickets)
    model = Trainer(session.frame.spec).model
    np.testing.assert_allclose(seen[-1].cursor.image, model.decode([[0.98, 0.0]])[0], atol=1e-6)
    tiles = next(answers.backdrop.tiles for answers in seen if answers.backdrop is not None)
    assert tiles.shape == (3, 4, 7, 5)
    np.testing.assert_allclose(tiles[0, 0], model.decode([[-0.75, 2 / 3]])[0], atol=1e-6)


def test_that_the_noise_on_the_drawing_is_thrown_anew_and_the_ideal_undoes_it(session, qtbot):
    session.drawing.set_image(session.frame.dataset.images[1])
    session.asking.set_noise("flip", 0.1)
    throws = []
    for _ in range(3):
        with qtbot.waitSignal(session.answered) as told:
            session.asking.noise_it()
        throws.append(told.args[0].drawing)
    assert len({throw.fed.tobytes() for throw in throws}) > 1
    clean = torch.from_numpy(session.frame.dataset.images.copy()).flatten(1)
    for throw in throws:
        fed = torch.from_numpy(throw.fed.copy()).reshape(1, -1)
        ideal = best_possible(fed, clean, "flip", 0.1, (7, 5)).reshape(7, 5).numpy()
        np.testing.assert_allclose(throw.ideal, ideal, atol=1e-6)


@pytest.mark.parametrize("content", [b"", b"junk" * 99])
def test_that_a_refused_file_leaves_everything_as_it_was(session, qtbot, tmp_path, content):
    path = tmp_path / "broken.tp5"
    path.write_bytes(content)
    frame, spec = session.frame, session.store.spec
    with qtbot.waitSignal(session.failed) as failed:
        session.open(str(path))
    assert "broken.tp5" in failed.args[0]
    assert (session.frame, session.store.spec) == (frame, spec)
    session.step()
    qtbot.waitUntil(trained(session, 1))


def test_that_a_refused_file_does_not_disturb_a_run_in_progress(session, qtbot):
    session.toggle()
    qtbot.waitUntil(lambda: session.frame.phase is Phase.RUNNING)
    with qtbot.waitSignal(session.failed):
        session.toggle()
        session.open("/no/such/run.tp5")
    qtbot.waitUntil(lambda: session.frame.phase is Phase.PAUSED)
    assert session.state.action is Action.RESUME


def test_that_a_save_that_fails_does_not_keep_the_next_run_from_arriving(session, qtbot):
    with qtbot.waitSignal(session.failed):
        session.save("/no/such/folder/run.tp5")
        session.open_trained("font-denoiser")
    qtbot.waitUntil(lambda: session.frame.spec.latent == 32)
    assert session.store.spec.latent == 32


def test_that_an_edit_made_while_a_run_is_built_is_in_force(session, qtbot):
    session.store.update(hidden=(20,))
    session.rewind()
    session.store.update(learning_rate=0.5)
    qtbot.waitUntil(lambda: session.frame.spec.hidden == (20,) and session.frame.spec.learning_rate == 0.5)


def test_that_the_newest_answer_stays_on_screen(session, qtbot):
    shown = []
    session.framed.connect(lambda frame: shown.append(frame.answers))
    session.answered.connect(shown.append)
    session.asking.move_cursor(2.0, 2.0)
    session.step()
    session.asking.move_cursor(3.0, 3.0)
    qtbot.waitUntil(lambda: any(a.cursor is not None and a.cursor.place == (3.0, 3.0) for a in shown))
    qtbot.waitUntil(trained(session, 1))
    places = [answers.cursor.place for answers in shown if answers.cursor is not None]
    assert places[-1] == (3.0, 3.0)


def test_that_answers_which_come_before_the_first_frame_of_their_run_are_shown_after_it(qapp):
    session, shown = Session(preset("font-autoencoder")), []
    session.framed.connect(lambda frame: shown.append(frame.answers.ticket))
    session.answered.connect(lambda answers: shown.append(answers.ticket))
    benches = [Bench.build(preset("font-autoencoder"), version, None) for version in (1, 2)]
    first, second = (frame_of(bench, Questions(1)) for bench in benches)
    late, early = (
        bench.reading.answer(shot_of(bench), Questions(ticket, cursor=(1.0, 1.0)), Questions(1))
        for bench, ticket in zip(benches, (5, 6), strict=True)
    )
    session.on_frame(first)
    session.on_answers(early)
    session.on_frame(second)
    session.on_answers(late)
    assert shown == [1, 1, 6]


def test_that_views_that_come_later_hear_all_answers_and_none_to_an_older_question(session, qtbot):
    def answered(place):
        session.asking.move_cursor(*place)
        qtbot.waitUntil(lambda: any(one.cursor and one.cursor.place == place for one in heard))

    heard, place = [], (0.4, -0.3)
    session.answered.connect(heard.append)
    answered(place)
    image = next(one.cursor.image for one in heard if one.cursor and one.cursor.place == place)
    heard.clear()
    session.framed.connect(lambda frame: heard.append(frame.answers))
    session.show_again()
    answered(place)  # which is asked by a new view that takes its place, and was asked before
    qtbot.waitUntil(lambda: any(one.drawing is not None for one in heard))
    cursors = [one.cursor for one in heard if one.cursor is not None]
    assert {cursor.place for cursor in cursors} == {place}
    assert all(np.allclose(cursor.image, image, atol=1e-6) for cursor in cursors)  # but for rounding
    drawings = [one.drawing.drawing for one in heard if one.drawing is not None]
    assert all(np.array_equal(drawing, session.drawing.image) for drawing in drawings)


def test_that_a_finished_run_has_no_epoch_to_step_to(session, qtbot, tmp_path):
    session.store.update(epochs=2)
    session.toggle()
    qtbot.waitUntil(lambda: session.frame.phase is Phase.FINISHED)
    assert not session.state.can_step
    session.step()
    session.step()
    with qtbot.waitSignal(session.saved):
        session.save(str(tmp_path / "finished.tp5"))
    assert session.frame.snapshot.epoch == 2


def test_that_a_run_that_diverges_pauses_keeps_its_weights_and_says_so(session, qtbot):
    session.store.replace(
        replace(
            preset("font-autoencoder"), activation="identity", optimizer="sgd", learning_rate=10.0,
            momentum=0.999, gain=10.0, focus=0.0,
        )
    )  # fmt: skip
    with qtbot.waitSignal(session.failed) as failed:
        session.toggle()
    assert "learning rate" in failed.args[0]
    qtbot.waitUntil(lambda: session.frame.phase is Phase.DIVERGED and session.frame.snapshot.epoch > 0)
    assert session.state.action is Action.RESUME
    assert np.isfinite(session.frame.snapshot.outputs).all()


def test_that_everything_the_session_tells_is_told_in_the_window_s_thread(session, qtbot):
    seen = set()
    real = session.on_frame

    class Witness(QObject):
        @Slot(object)
        def on_frame(self, frame):
            seen.add(QThread.currentThread())

    witness = Witness()
    session.framed.connect(witness.on_frame)
    session.toggle()
    qtbot.waitUntil(lambda: len(session.frame.snapshot.curves.epochs) > 5)
    assert real
    assert seen == {QCoreApplication.instance().thread()}


def test_that_a_limited_speed_is_kept(session, qtbot):
    session.set_speed(30.0)
    session.toggle()
    qtbot.waitUntil(trained(session, 3))
    first = session.frame.snapshot.epoch
    with qtbot.waitSignal(session.framed):
        pass
    assert session.frame.snapshot.epoch - first <= 5


def test_that_closing_while_training_ends_the_thread(qapp, qtbot):
    session = Session(preset("font-autoencoder"))
    session.begin()
    session.rewind()
    session.play()
    qtbot.waitUntil(lambda: session.frame is not None and session.frame.snapshot.epoch > 0)
    assert session.close()
    assert session.close()
