"""One undo for the whole window; nothing that a press takes away is lost."""

import threading
from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from core import Trainer, preset
from core.data.datasets import Dataset
from tp5gui.session import history, runs, worker
from tp5gui.session.bench import Bench
from tp5gui.session.messages import Phase
from tp5gui.session.moment import Moments
from tp5gui.session.view_state import Action

KEY, CTRL, LEFT = Qt.Key, Qt.KeyboardModifier.ControlModifier, Qt.MouseButton.LeftButton


@pytest.fixture
def slowly(monkeypatch):
    """No two steps follow each other fast enough to be one."""
    monkeypatch.setattr(history, "SOON", 0.0)


@pytest.fixture
def trained(session, qtbot):
    """A session whose run has trained for some epochs and rests."""
    for _ in range(5):
        session.step()
    qtbot.waitUntil(lambda: session.frame.snapshot.epoch == 5)
    return session


def steps_to(session, qtbot, epoch):
    while session.frame.snapshot.epoch < epoch:
        before = session.frame.snapshot.epoch
        session.step()
        qtbot.waitUntil(lambda before=before: session.frame.snapshot.epoch > before)


# --- a replaced run ---

REPLACED = {
    "Rewind": lambda session: session.rewind(),
    "New seed": lambda session: session.new_seed(),
    "New run": lambda session: session.start(session.store.spec),
    "Open font-denoiser.tp5": lambda session: session.open_trained("font-denoiser"),
    "Data set digits": lambda session: session.choose_set("digits"),
}


@pytest.mark.parametrize("name", REPLACED)
def test_that_one_undo_brings_a_replaced_run_back_and_it_goes_on_to_the_same_bits(trained, qtbot, name):
    session, before, drawn = trained, trained.frame, trained.drawing.image
    spec = session.store.spec
    REPLACED[name](session)
    qtbot.waitUntil(lambda: session.frame.version != before.version)
    assert session.history.undo_text == name
    session.undo()
    qtbot.waitUntil(lambda: session.frame.version == before.version)
    shot = session.frame.snapshot
    assert (session.frame.phase, shot.epoch, session.store.spec) == (Phase.PAUSED, 5, spec)
    assert np.array_equal(shot.outputs, before.snapshot.outputs)
    assert np.array_equal(shot.curves.epochs, before.snapshot.curves.epochs)
    assert np.array_equal(session.drawing.image, drawn)
    steps_to(session, qtbot, 8)
    twin = Trainer(spec)
    for _ in range(8):
        twin.step()
    assert np.array_equal(session.frame.snapshot.outputs, twin.snapshot().outputs)
    session.undo()  # there is nothing before the first run
    assert session.frame.version == before.version


def test_that_redo_brings_the_newer_run_back_where_it_was(trained, qtbot):
    session, old = trained, trained.frame.version
    session.new_seed()
    qtbot.waitUntil(lambda: session.frame.version != old)
    steps_to(session, qtbot, 3)
    new = session.frame
    session.undo()
    qtbot.waitUntil(lambda: session.frame.version == old)
    session.redo()
    qtbot.waitUntil(lambda: session.frame.version == new.version)
    assert session.frame.snapshot.epoch == 3
    assert session.store.spec == session.frame.spec == new.spec
    assert np.array_equal(session.frame.snapshot.outputs, new.snapshot.outputs)


def test_that_ten_presses_of_new_seed_are_one_step_and_build_two_runs_at_most(trained, qtbot, monkeypatch):
    session, before, built, pressed = trained, trained.frame, [], threading.Event()
    build = Bench.build

    def slowly(*about):
        built.append(about)
        assert pressed.wait(20)
        return build(*about)

    monkeypatch.setattr(Bench, "build", slowly)
    for _ in range(10):
        session.new_seed()
    pressed.set()
    seed = session.store.spec.seed
    qtbot.waitUntil(lambda: session.frame.spec.seed == seed)
    assert 1 <= len(built) <= 2  # the first may have begun before the second press
    session.undo()
    qtbot.waitUntil(lambda: session.frame.version == before.version)
    assert session.frame.snapshot.epoch == 5
    assert not session.history.stack.canUndo()


@pytest.fixture
def forgetful(monkeypatch):
    """No replaced run is kept in memory."""
    monkeypatch.setattr(worker, "MOST_RUN_BYTES", 0)


def test_that_a_run_that_is_no_longer_in_memory_is_said_to_begin_again(forgetful, trained, qtbot):
    session, before, told = trained, trained.frame, []
    session.told.connect(told.append)
    session.new_seed()
    qtbot.waitUntil(lambda: session.frame.version != before.version)
    assert session.history.undo_text == "New seed (only from the start)"
    session.undo()
    qtbot.waitUntil(lambda: session.frame.version == before.version)
    assert session.frame.snapshot.epoch == 0
    assert session.frame.spec == before.spec
    qtbot.waitUntil(lambda: told == ["That run is no longer in memory: it begins again at epoch 0."])


def test_that_moments_are_bounded_in_number_and_bytes():
    class Sized:
        nbytes, dataset = 40, SimpleNamespace(images=np.zeros(0))

    few = Moments(3, 100)
    assert few.keep("a", Sized()) == few.keep("b", Sized()) == []
    assert few.keep("c", Sized()) == ["a"]
    assert (few.nbytes, few.take("a"), "b" in few) == (80, None, True)
    assert Moments(1, 100).keep("a", Sized()) == []
    assert Moments(1, 30).keep("a", Sized()) == ["a"]


def test_that_a_refused_run_leaves_no_step(trained, qtbot, tmp_path):
    (tmp_path / "bad.tp5").write_bytes(b"junk")
    with qtbot.waitSignal(trained.failed):
        trained.open(str(tmp_path / "bad.tp5"))
    assert not trained.history.stack.canUndo()
    assert trained.frame.snapshot.epoch == 5


# --- a live change ---


def test_that_undoing_a_live_change_goes_back_to_its_epoch_and_redo_to_the_later_one(trained, qtbot, slowly):
    session, before = trained, trained.frame.snapshot
    session.store.update(learning_rate=0.1)
    assert session.history.undo_text == "Learning rate 0.015 → 0.1"
    steps_to(session, qtbot, 9)
    later = session.frame.snapshot
    (mark,) = session.frame.marks
    assert (mark.epoch, mark.before.learning_rate, mark.after.learning_rate) == (5, 0.015, 0.1)
    session.undo()
    qtbot.waitUntil(lambda: session.frame.snapshot.epoch == 5)
    assert session.frame.spec.learning_rate == session.store.spec.learning_rate == 0.015
    assert session.frame.marks == ()
    assert np.array_equal(session.frame.snapshot.outputs, before.outputs)
    session.redo()
    qtbot.waitUntil(lambda: session.frame.snapshot.epoch == 9)
    assert session.frame.spec.learning_rate == session.store.spec.learning_rate == 0.1
    assert session.frame.marks == (mark,)
    assert np.array_equal(session.frame.snapshot.outputs, later.outputs)


def test_that_a_run_goes_on_training_when_a_live_change_is_undone(session, qtbot):
    session.set_speed(300)
    session.play()
    qtbot.waitUntil(lambda: session.frame.snapshot.epoch > 3)
    session.store.update(learning_rate=0.1)
    qtbot.waitUntil(lambda: bool(session.frame.marks))
    session.undo()
    qtbot.waitUntil(lambda: not session.frame.marks)
    reached = session.frame.snapshot.epoch
    assert session.frame.phase is Phase.RUNNING
    qtbot.waitUntil(lambda: session.frame.snapshot.epoch > reached)


def test_that_small_steps_that_follow_each_other_at_once_are_one(trained, qtbot):
    for level in (0.016, 0.017, 0.018):
        trained.store.update(learning_rate=level)
    assert trained.history.undo_text == "Learning rate 0.015 → 0.018"
    assert trained.history.stack.count() == 1
    qtbot.waitUntil(lambda: len(trained.frame.marks) == 1 and trained.frame.spec.learning_rate == 0.018)
    trained.store.update(learning_rate=0.015)
    assert not trained.history.stack.canUndo()


# --- orders mean the run that they were given for ---


def test_that_what_is_chosen_after_an_opening_stands(session, qtbot):
    session.open_trained("font-denoiser")
    session.store.replace(preset("font-sparse"))
    qtbot.waitUntil(lambda: session.frame.spec.latent == 32)
    assert session.store.spec == preset("font-sparse")
    assert session.state.action is Action.START_WITH_THESE


def test_that_a_new_run_asked_for_after_an_opening_takes_its_place(session, qtbot):
    session.open_trained("font-denoiser")
    session.start(preset("font-sparse"))
    qtbot.waitUntil(lambda: session.frame.spec == preset("font-sparse"))
    assert session.store.spec == preset("font-sparse")
    assert not session.state.stale


def test_that_a_live_change_is_never_sent_to_a_run_that_it_was_not_meant_for(session, qtbot):
    session.failed.connect((said := []).append)
    hidden = session.store.spec.hidden
    session.store.update(hidden=(7,))
    session.rewind()
    session.store.update(hidden=hidden)
    session.store.update(learning_rate=0.02)
    qtbot.waitUntil(lambda: session.frame.spec.hidden == (7,))
    assert said == []
    assert session.state.stale == {"hidden", "learning_rate"}


def test_that_settings_left_behind_are_one_press_away_in_both_directions(window, qtbot):
    session, form = window.session, window.experiment
    version, running = session.frame.version, session.store.spec
    form.presets.activated.emit(form.presets.findData("font-sparse"))
    assert window.controls.start.text() == "Start with these"
    assert form.board.back.isVisibleTo(window)
    qtbot.mouseClick(form.board.back, LEFT)
    assert session.store.spec == running
    assert not form.board.back.isVisibleTo(window)
    qtbot.keyClick(window, KEY.Key_Z, CTRL)
    assert session.store.spec == preset("font-sparse")
    qtbot.mouseClick(window.controls.start, LEFT)
    qtbot.waitUntil(lambda: session.frame.version != version)
    assert session.frame.spec == preset("font-sparse")
    assert window.controls.start.text() == "Pause"


# --- the window ---


def test_that_the_menu_and_the_bar_name_what_is_undone_in_the_order_of_time(window, qtbot, slowly):
    undo, redo, session = window.controls.undoing.undo, window.controls.undoing.redo, window.session
    assert (undo.text(), undo.isEnabled()) == ("Undo", False)
    canvas = window.draw.canvas
    qtbot.mouseClick(canvas, LEFT, pos=canvas.cell_rect(0, 0).center())
    session.choose_preset("font-sparse")
    session.store.update(patience=3)
    named = ["Undo: Stop when perfect 0 → 3", "Undo: Preset Sparse font autoencoder", "Undo: Stroke", "Undo"]
    for index, name in enumerate(named):
        if index:
            qtbot.keyClick(window, KEY.Key_Z, CTRL)
        assert undo.text() == name
    assert redo.text() == "Redo: Stroke"
    for _ in range(3):
        qtbot.keyClick(window, KEY.Key_Y, CTRL)
    assert undo.text() == named[0]


def test_that_ctrl_z_undoes_typing_first_and_the_window_then(window, qtbot):
    session, line = window.session, window.experiment.form.row("hidden").editor.line
    session.store.update(latent=3)
    line.setFocus()
    line.selectAll()
    qtbot.keyClicks(line, "12")
    qtbot.keyClick(line, KEY.Key_Z, CTRL)
    assert session.store.spec.latent == 3
    while line.isUndoAvailable():
        qtbot.keyClick(line, KEY.Key_Z, CTRL)
    assert line.text() == "10"
    qtbot.keyClick(line, KEY.Key_Z, CTRL)
    assert session.store.spec.latent == 2


def test_that_a_mark_says_what_was_changed_where_the_pointer_rests(window, qtbot):
    session, curves = window.session, window.training.curves
    epoch = session.frame.snapshot.epoch
    session.store.update(learning_rate=0.1)
    qtbot.waitUntil(lambda: curves.marks == {epoch: "Learning rate 0.015 → 0.1"})
    across = [x for x in range(curves.viewport.width()) if curves.mark_at(QPoint(x, 20))]
    assert 1 <= len(across) <= 11
    assert across == list(range(across[0], across[-1] + 1))
    session.undo()
    qtbot.waitUntil(lambda: curves.marks == {})


def test_that_rewind_by_its_button_prints_nothing(window, qtbot, capfd):
    window.session.step()
    qtbot.waitUntil(lambda: window.controls.rewind.isEnabled())
    version = window.session.frame.version
    capfd.readouterr()
    qtbot.mouseClick(window.controls.rewind, LEFT)
    qtbot.waitUntil(lambda: window.session.frame.version > version)
    assert capfd.readouterr() == ("", "")


def test_that_runs_that_share_their_images_count_them_once():
    class Sized:
        nbytes = 40

        def __init__(self, dataset):
            self.dataset = dataset

    shared, other = (
        (Dataset("mine", np.zeros((count, 5, 5), np.float32), ("a",) * count)) for count in (1, 2)
    )
    runs = Moments(9, 1000)
    for key in range(9):
        assert runs.keep(key, Sized(shared)) == []
    assert runs.nbytes == 9 * 40 + 100
    runs.take(0)
    runs.keep("other", Sized(other))
    assert runs.nbytes == 9 * 40 + 300
    changes = Moments(9, 1000, images=False)
    changes.keep("one", Sized(other))
    assert changes.nbytes == 40


def test_that_the_images_of_runs_of_long_ago_do_not_add_up(monkeypatch):
    monkeypatch.setattr(runs, "MOST_IMAGE_BYTES", 1000)
    known = runs.Runs()
    made = [known.new(None) for _ in range(30)]
    for run in made:
        known.give_images(run, Dataset("mine", np.zeros((4, 5, 5), np.float32), tuple("abcd")))
    assert [run.dataset is not None for run in made] == [False] * 28 + [True] * 2
    one = made[-1].dataset
    for run in made:
        known.give_images(run, one)
    assert all(run.dataset is one for run in made)  # shared, they take no more than once


def test_that_a_run_whose_images_are_forgotten_begins_again_with_those_of_its_set(forgetful, trained, qtbot):
    before = trained.frame
    trained.new_seed()
    qtbot.waitUntil(lambda: trained.frame.version != before.version)
    step = trained.history.last
    step.before.run.dataset = None
    trained.undo()
    qtbot.waitUntil(lambda: trained.frame.version == before.version)
    assert (trained.frame.spec, trained.frame.snapshot.epoch) == (before.spec, 0)
    assert trained.frame.dataset == before.dataset


def test_that_a_run_asked_for_twice_is_not_waited_for_once_it_is_there():
    known = runs.Runs()
    first, second = known.new(None), known.new(None)
    for run in (first, second, first):  # undo, redo, undo, of which only the last frame is shown
        known.ask(run)
    assert known.arrive(first.version) is first
    assert (known.coming, known.current) == (None, first)


def test_that_redo_passes_over_a_step_that_means_nothing_any_more(trained, qtbot):
    for name in ("font-vae", "font-denoiser"):
        trained.choose_preset(name)
    for _ in range(2):
        trained.undo()
    trained.history.stack.command(0).setObsolete(True)
    trained.redo()
    assert trained.store.spec == preset("font-denoiser")


def test_that_a_redo_says_that_its_run_begins_again(forgetful, trained, qtbot):
    before = trained.frame
    trained.new_seed()
    qtbot.waitUntil(lambda: trained.frame.version != before.version)
    steps_to(trained, qtbot, 1)
    trained.undo()
    qtbot.waitUntil(lambda: trained.frame.version == before.version)
    qtbot.waitUntil(lambda: trained.history.redo_text == "New seed (only from the start)")
