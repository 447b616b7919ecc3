"""What outlives a run, a window or an edit: kept runs, recent ones, dropped files, sets of one's own."""

import itertools
import json
import math
import threading
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
import torch
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication

from core import Spec, Trainer, load_run, preset
from core.data import library
from core.data.datasets import Dataset, delete_dataset, load_dataset, save_dataset
from core.data.pictures import sheet, write_png
from core.train.runfile import save_run
from tp5gui.leaving import Leaving
from tp5gui.session import keeping
from tp5gui.session.bench import Bench
from tp5gui.session.kept_runs import Bound, KeptRuns
from tp5gui.session.messages import Phase
from tp5gui.session.session import Session
from tp5gui.session.view_state import Action
from tp5gui.settings import RECENT, Settings
from tp5gui.windows.main_window import MainWindow
from tp5gui.windows.preferences import Preferences
from tp5gui.words import count, moment

LEFT, KEY = Qt.MouseButton.LeftButton, Qt.Key
FONT = load_dataset("font5x7")
SPEC = replace(preset("font-denoiser"), hidden=(8,), latent=3, epochs=4)


pytestmark = pytest.mark.usefixtures("shelf_of_nobody")


def same(path, twin):
    """Whether a file holds this very run, to the bit."""
    ours, theirs = load_run(path), twin
    assert ours.epoch == theirs.epoch
    tensors, others = ours.checkpoint().tensors, theirs.checkpoint().tensors
    assert all(torch.equal(tensor, others[name]) for name, tensor in tensors.items())
    curves, others = ours.history.curves().values, theirs.history.curves().values
    assert curves.keys() == others.keys()
    return all(np.array_equal(curves[name], others[name]) for name in curves)


def stepped(spec, epochs, dataset=None):
    twin = Trainer(spec, dataset)
    for _ in range(epochs):
        twin.step()
    return twin


# --- the run under way is kept ---


@pytest.fixture
def kept(qapp, qtbot, tmp_path):
    """A session that keeps its run, paused before its first epoch."""
    session = Session(SPEC, kept=KeptRuns(tmp_path / "kept"))
    session.begin()
    session.rewind()
    qtbot.waitUntil(lambda: session.frame is not None)
    yield session
    assert session.close()


@pytest.fixture
def soon(monkeypatch):
    """Runs are kept many times a second."""
    monkeypatch.setattr(keeping, "FIRST", 1)
    monkeypatch.setattr(keeping, "EVERY", 1)
    monkeypatch.setattr(keeping, "SHARE", 0)


def newest(session):
    """The file of the run that was kept last."""
    return session.kept.runs()[0].path


def epoch(session, qtbot, number):
    qtbot.waitUntil(lambda: session.frame.snapshot.epoch == number)


def test_that_a_run_is_kept_by_itself_when_it_ends(kept, qtbot):
    kept.toggle()
    qtbot.waitUntil(lambda: bool(kept.kept.runs()))
    assert same(newest(kept), Trainer(SPEC).run())
    assert load_run(newest(kept)).spec == SPEC


def test_that_a_run_is_kept_after_five_seconds_and_then_every_minute(kept, qtbot, monkeypatch):
    assert (keeping.FIRST, keeping.EVERY) == (5_000, 60_000)
    monkeypatch.setattr(keeping, "FIRST", 1)
    started, start = [], QTimer.start

    def spied(timer, *milliseconds):
        started.extend(milliseconds)
        start(timer, *milliseconds)

    monkeypatch.setattr(QTimer, "start", spied)
    kept.step()
    qtbot.waitUntil(lambda: started == [1, 60_000])
    assert same(newest(kept), stepped(SPEC, 1))
    kept.step()
    epoch(kept, qtbot, 2)
    assert started == [1, 60_000]
    kept.new_seed()
    kept.step()
    qtbot.waitUntil(lambda: started == [1, 60_000] * 2)


def test_that_a_run_found_to_have_diverged_as_it_is_kept_rests_and_the_disk_is_not_blamed(
    soon, kept, qtbot, monkeypatch
):
    monkeypatch.setattr("tp5gui.session.worker.FRAME", math.inf)  # nothing else finds out
    kept._reader.unsound.disconnect()
    unkept, failed = [], []
    kept.unkept.connect(unkept.append)
    kept.failed.connect(failed.append)
    kept.set_speed(20.0)
    kept.start(
        replace(
            preset("font-autoencoder"), activation="identity", optimizer="sgd", learning_rate=10.0,
            momentum=0.999, gain=10.0, focus=0.0,
        )
    )  # fmt: skip
    qtbot.waitUntil(lambda: kept.frame.phase is Phase.DIVERGED)
    assert not unkept
    assert "not a finite number" in failed[0]


def test_that_a_run_in_progress_is_kept_again_and_again_in_one_file(soon, kept, qtbot):
    kept.store.update(epochs=1_000_000)
    kept.toggle()
    seen = set()

    def three():
        runs = kept.kept.runs()
        seen.update(run.epoch for run in runs)
        return len(seen) > 2

    qtbot.waitUntil(three)
    assert kept.close()
    (run,) = kept.kept.runs()
    assert run.epoch == load_run(run.path).epoch >= max(seen)


def test_that_what_is_kept_names_the_run_its_epoch_and_the_time(kept, qtbot):
    before = datetime.now().replace(microsecond=0)
    kept.step()
    epoch(kept, qtbot, 1)
    assert kept.keep()
    (run,) = kept.kept.runs()
    assert before <= run.time <= datetime.now() + timedelta(seconds=1)
    assert (run.name, run.epoch) == ("font5x7 8-3", 1)
    assert run.path.name == f"{run.time:%Y-%m-%d %H.%M.%S} font5x7 8-3 epoch 1.tp5"


def test_that_a_run_that_takes_long_to_write_is_kept_less_often(kept, qtbot, monkeypatch):
    monkeypatch.setattr(keeping, "EVERY", 0)
    monkeypatch.setattr(keeping, "SHARE", 1_000_000)
    kept.store.update(epochs=1_000_000)
    kept.step()
    epoch(kept, qtbot, 1)
    assert kept.keep()
    kept.toggle()
    qtbot.waitUntil(lambda: kept.frame.snapshot.epoch > 20)
    assert [run.epoch for run in kept.kept.runs()] == [1]


@pytest.mark.parametrize("epochs", [1, 3])
def test_that_a_paused_run_is_kept_at_closing(kept, qtbot, epochs):
    for number in range(epochs):
        kept.step()
        epoch(kept, qtbot, number + 1)
    assert kept.kept.runs() == []
    assert kept.close()
    assert same(newest(kept), stepped(SPEC, epochs))


def test_that_a_run_in_progress_is_kept_at_closing(kept, qtbot):
    kept.store.update(epochs=1_000_000)
    kept.toggle()
    qtbot.waitUntil(lambda: kept.frame.phase is Phase.RUNNING and kept.frame.snapshot.epoch > 3)
    shown = kept.frame.snapshot.epoch
    assert kept.close()
    found = load_run(newest(kept))
    assert found.epoch >= shown
    assert same(newest(kept), stepped(found.spec, found.epoch))


def test_that_a_run_is_kept_when_another_takes_its_place(kept, qtbot, tmp_path):
    for number in (1, 2):
        kept.step()
        epoch(kept, qtbot, number)
    kept.new_seed()
    epoch(kept, qtbot, 0)
    assert same(newest(kept), stepped(SPEC, 2))
    kept.step()
    epoch(kept, qtbot, 1)
    spec = kept.frame.spec
    kept.open(str(save_run(stepped(SPEC, 4), tmp_path / "run.tp5")))
    epoch(kept, qtbot, 4)
    assert sorted(run.epoch for run in kept.kept.runs()) == [1, 2]
    assert any(same(run.path, stepped(spec, 1)) for run in kept.kept.runs() if run.epoch == 1)


def test_that_a_run_of_no_epoch_is_not_kept(kept):
    assert kept.keep()
    assert kept.close()
    assert kept.kept.runs() == []


@pytest.mark.parametrize("finished", [True, False])
def test_that_a_run_just_opened_is_kept_only_once_it_has_moved_on(kept, qtbot, tmp_path, finished):
    spec = replace(SPEC, epochs=5)
    run = str(save_run(stepped(spec, 5 if finished else 2), tmp_path / "run.tp5"))
    kept.open(run)
    qtbot.waitUntil(lambda: kept.frame.spec == spec)
    assert kept.keep()
    assert kept.kept.runs() == []
    kept.store.update(epochs=6)
    kept.step()
    epoch(kept, qtbot, 6 if finished else 3)
    assert kept.close()
    assert load_run(newest(kept)).epoch == (6 if finished else 3)


def test_that_a_run_that_rests_is_not_written_again(kept, qtbot):
    kept.step()
    assert kept.keep()
    newest(kept).unlink()
    assert kept.keep()
    assert kept.kept.runs() == []
    kept.rewind()
    kept.step()  # as many epochs, but of another run
    assert kept.keep()
    assert len(kept.kept.runs()) == 1


def test_that_a_kept_run_goes_on_to_the_same_bits(kept, qtbot):
    for _ in range(2):
        kept.step()
    assert kept.keep()
    assert same(newest(kept), stepped(SPEC, 2))
    opened = load_run(newest(kept)).run()
    np.testing.assert_array_equal(opened.snapshot().outputs, Trainer(SPEC).run().snapshot().outputs)


def test_that_a_place_that_cannot_be_written_is_said_once_and_the_run_goes_on(soon, kept, qtbot, tmp_path):
    place, said = tmp_path / "kept", []
    kept.unkept.connect(said.append)
    place.write_bytes(b"no folder")
    kept.store.update(epochs=1_000_000)
    kept.toggle()
    qtbot.waitUntil(lambda: bool(said) and kept.frame.snapshot.epoch > 50)
    assert len(said) == 1
    assert str(place) in said[0]
    place.unlink()
    qtbot.waitUntil(lambda: bool(kept.kept.runs()))
    assert kept.close()
    assert len(said) == 1


def test_that_a_session_without_a_place_keeps_nothing(session, qtbot, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    session.store.update(epochs=1)
    session.toggle()
    qtbot.waitUntil(lambda: session.frame.phase is Phase.FINISHED)
    assert session.keep()
    assert session.close()
    assert list(tmp_path.iterdir()) == []


def test_that_a_window_that_is_closed_is_not_taken_for_a_crash(kept, qtbot, tmp_path):
    kept.step()
    assert kept.keep()
    assert KeptRuns(tmp_path / "kept").lost() is None  # another window, while this one is open
    assert kept.close()
    assert KeptRuns(tmp_path / "kept").lost() is None
    assert [path.suffix for path in newest(kept).parent.iterdir()] == [".tp5"]


def test_that_a_run_that_comes_another_way_to_the_epoch_it_was_kept_at_is_kept_again(kept, qtbot):
    kept.step()
    epoch(kept, qtbot, 1)
    kept.store.update(learning_rate=0.5)
    kept.step()
    epoch(kept, qtbot, 2)
    assert kept.keep()
    kept.undo()
    epoch(kept, qtbot, 1)
    kept.step()
    epoch(kept, qtbot, 2)
    assert kept.close()
    assert same(newest(kept), stepped(SPEC, 2))


# --- an epoch that takes long ---

LONG = Spec(hidden=(1024, 1024), latent=8, batch_size=1, epochs=1000)  # an epoch of a second or so


def at_work(monkeypatch):
    """An event that is set while an epoch is being trained, and whether each was, one at a slice."""
    busy, answers, advance = threading.Event(), [], Trainer.advance

    def watched(trainer, count, *stopped, **how):
        busy.set()
        trained = advance(trainer, count, *stopped, **how)
        answers.append(trained == 1)
        return trained

    monkeypatch.setattr(Trainer, "advance", watched)
    return busy, answers


def stepping(tmp_path, monkeypatch):
    """A session whose first long epoch is asked for as a single step, and what `at_work` tells of it."""
    busy, answers = at_work(monkeypatch)
    session = Session(LONG, kept=KeptRuns(tmp_path / "kept"))
    session.begin()
    session.rewind()
    session.step()
    return session, busy, answers


def in_its_second_epoch(qtbot, tmp_path, monkeypatch):
    """A session in the middle of its second long epoch, and which epochs were trained."""
    session, busy, answers = stepping(tmp_path, monkeypatch)
    qtbot.waitUntil(lambda: session.frame is not None and session.frame.snapshot.epoch == 1)
    busy.clear()
    session.play()
    assert busy.wait(20)
    return session, answers


def test_that_closing_undoes_the_epoch_under_way_and_keeps_the_run(qapp, qtbot, tmp_path, monkeypatch):
    session, answers = in_its_second_epoch(qtbot, tmp_path, monkeypatch)
    assert session.close()
    assert answers[-1] is False
    assert same(newest(session), stepped(LONG, answers.count(True)))


def test_that_the_run_is_kept_at_once_in_the_middle_of_an_epoch_and_goes_on(
    qapp, qtbot, tmp_path, monkeypatch
):
    session, answers = in_its_second_epoch(qtbot, tmp_path, monkeypatch)
    assert session.keep(20_000)
    assert answers == [True, False]
    assert session.kept.runs()[0].epoch == 1
    qtbot.waitUntil(lambda: session.frame.snapshot.epoch > 1)
    assert session.close()


def test_that_a_single_step_is_not_undone_because_the_run_is_kept(qapp, qtbot, tmp_path, monkeypatch):
    session, busy, answers = stepping(tmp_path, monkeypatch)
    assert busy.wait(60)
    assert session.keep(60_000)
    assert answers == [True]
    assert [run.epoch for run in session.kept.runs()] == [1]
    assert session.close()


def test_that_a_run_that_undo_brought_back_is_kept_though_its_file_made_room_for_others(kept, qtbot):
    kept.kept.bound = Bound(1)
    kept.step()
    epoch(kept, qtbot, 1)
    first = kept.frame
    for _ in range(2):
        kept.new_seed()
        epoch(kept, qtbot, 0)
        kept.step()
        epoch(kept, qtbot, 1)
        assert kept.frame.version > first.version
    kept.undo()
    kept.undo()
    qtbot.waitUntil(lambda: kept.frame.version == first.version)
    assert kept.close()
    assert any(load_run(run.path).spec.seed == first.spec.seed for run in kept.kept.runs())


def test_that_a_slow_disk_does_not_cost_the_run_at_closing(kept, qtbot, monkeypatch):
    kept.step()
    epoch(kept, qtbot, 1)
    save, slow = Bench.save, threading.Event()

    def slowly(bench, path):
        slow.wait(0.5)
        return save(bench, path)

    monkeypatch.setattr(Bench, "save", slowly)
    assert kept.close(200)
    assert same(newest(kept), stepped(SPEC, 1))


@pytest.mark.parametrize("command", ["toggle", "rewind", "new_seed", "undo"])
def test_that_a_command_does_not_wait_for_the_epoch_under_way(qapp, qtbot, monkeypatch, command):
    busy, answers = at_work(monkeypatch)
    session = Session(LONG)
    session.begin()
    session.rewind()
    qtbot.waitUntil(lambda: session.frame is not None)
    session.new_seed()
    version = session.frame.version
    qtbot.waitUntil(lambda: session.frame.version != version)
    session.play()
    assert busy.wait(20)
    qtbot.waitUntil(lambda: session.state.action is Action.PAUSE)
    getattr(session, command)()
    qtbot.waitUntil(lambda: False in answers)
    assert session.close()


def test_that_of_two_steps_both_are_trained(qapp, qtbot, monkeypatch):
    busy, answers = at_work(monkeypatch)
    session = Session(LONG)
    session.begin()
    session.rewind()
    session.step()
    assert busy.wait(60)
    session.step()
    qtbot.waitUntil(lambda: session.frame is not None and session.frame.snapshot.epoch == 2)
    assert answers == [True, True]
    assert session.close()


# --- runs of lately ---


def some_runs(folder, count):
    paths = [folder / f"run {number}.tp5" for number in range(count)]
    for path in paths:
        path.write_bytes(b"")
    return [str(path) for path in paths]


def test_that_runs_of_lately_are_remembered_the_newest_first_and_once_each(settings, tmp_path):
    paths = some_runs(tmp_path, 3)
    assert settings.recent() == []
    for path in (*paths, paths[0], paths[0]):
        settings.add_recent(path)
    wanted = [paths[0], paths[2], paths[1]]
    assert settings.recent() == wanted
    assert Settings(tmp_path).recent() == wanted


def test_that_one_run_alone_is_remembered(settings, tmp_path):
    (path,) = some_runs(tmp_path, 1)
    settings.add_recent(path)
    assert Settings(tmp_path).recent() == [path]


def test_that_no_more_runs_are_remembered_than_a_menu_has_room_for(settings, tmp_path):
    paths = some_runs(tmp_path, 12)
    for path in paths:
        settings.add_recent(path)
    assert settings.recent() == paths[:3:-1]
    assert len(settings.recent()) == RECENT == 8


def test_that_a_run_that_is_gone_is_forgotten(settings, tmp_path):
    paths = some_runs(tmp_path, 4)
    for path in paths:
        settings.add_recent(path)
    (tmp_path / "run 2.tp5").unlink()
    assert settings.recent() == [paths[3], paths[1], paths[0]]
    (tmp_path / "run 2.tp5").mkdir()
    assert paths[2] not in settings.recent()


def test_that_a_run_named_from_the_folder_one_is_in_is_found_from_another(settings, tmp_path, monkeypatch):
    (path,) = some_runs(tmp_path, 1)
    monkeypatch.chdir(tmp_path)
    settings.add_recent("run 0.tp5")
    settings.add_recent(path)
    monkeypatch.chdir("/")
    assert settings.recent() == [path]


@pytest.mark.parametrize("bad", [7, ["", 3], {"a": 1}, "nowhere.tp5"])
def test_that_a_bad_list_is_dropped(settings, tmp_path, bad):
    (tmp_path / "settings.json").write_text(json.dumps({"recent": bad}))
    assert settings.recent() == Settings(tmp_path).recent() == []
    (path,) = some_runs(tmp_path, 1)
    settings.add_recent(path)
    assert settings.recent() == [path]


def recent_menu(window):
    """What the menu lists once it opens: words and what they open."""
    window.menus.recent.aboutToShow.emit()
    return [(action.text(), action.data(), action.isEnabled()) for action in window.menus.recent.actions()]


def take(qtbot, window, number):
    """Open the menu and click an entry."""
    menu = window.menus.recent
    menu.popup(window.mapToGlobal(QPoint(60, 60)))
    qtbot.waitUntil(menu.isVisible)
    qtbot.mouseClick(menu, LEFT, pos=menu.actionGeometry(menu.actions()[number]).center())
    assert not menu.isVisible()


def run_of(folder, name, **changes):
    path = folder / f"{name}.tp5"
    save_run(stepped(replace(SPEC, **changes), 1), path)
    return str(path)


def test_that_the_menu_says_when_there_is_no_run_of_lately(window):
    assert recent_menu(window) == [("None yet", None, False)]


@pytest.mark.qt_log_ignore("does not support")  # a menu raises itself and takes the keyboard
def test_that_runs_saved_and_opened_are_listed_and_open_again(window, qtbot, tmp_path):
    session = window.session
    with qtbot.waitSignal(session.saved):
        session.save(str(tmp_path / "first.tp5"))
    other = run_of(tmp_path, "other", latent=5)
    window.open_run(other)
    qtbot.waitUntil(lambda: session.frame.spec.latent == 5)
    assert recent_menu(window) == [
        ("other.tp5", other, True), ("first.tp5", str(tmp_path / "first.tp5"), True),
    ]  # fmt: skip
    take(qtbot, window, 1)
    qtbot.waitUntil(lambda: session.frame.spec.latent == 2)
    assert window.statusBar().currentMessage() == "Opened first.tp5"
    assert [words for words, _, _ in recent_menu(window)] == ["first.tp5", "other.tp5"]


def test_that_a_run_that_cannot_be_opened_is_not_remembered(window, qtbot, tmp_path):
    bad = tmp_path / "bad.tp5"
    bad.write_bytes(b"junk")
    with qtbot.waitSignal(window.session.failed):
        window.open_run(str(bad))
    window.session.open_trained("font-denoiser")  # nor is the next one remembered under its name
    qtbot.waitUntil(lambda: window.session.frame.spec.latent == 32)
    assert window.settings.recent() == []


def test_that_a_fault_of_something_else_does_not_put_another_run_in_the_place_of_the_file(
    qapp, qtbot, light, settings, tmp_path
):
    path = run_of(tmp_path, "named", latent=5)
    window = MainWindow(Session(SPEC), settings, str(path))
    window.show()
    with qtbot.waitSignal(window.shown_first):
        pass
    qapp.processEvents()
    window.session.fail("Text cannot be dropped here.")
    qtbot.waitUntil(lambda: window.session.frame is not None)
    assert window.session.frame.spec.latent == window.session.store.spec.latent == 5
    assert not window.session.history.stack.canUndo()
    window.close()
    window.deleteLater()


def test_that_a_run_that_cannot_be_kept_is_said_until_it_is_read(keeper, qtbot, settings, tmp_path):
    path = run_of(tmp_path, "other", latent=5)
    keeper.session.step()
    epoch(keeper.session, qtbot, 1)
    settings.kept.parent.mkdir(parents=True, exist_ok=True)
    settings.kept.write_bytes(b"no folder")
    keeper.open_run(str(path))
    qtbot.waitUntil(lambda: keeper.session.frame.spec.latent == 5)
    qtbot.waitUntil(lambda: str(settings.kept) in keeper.status.fault)
    assert settings.recent() == [str(path)]
    keeper.session.new_seed()
    qtbot.waitUntil(lambda: keeper.session.frame.spec.seed != SPEC.seed)
    assert str(settings.kept) in keeper.status.fault


@pytest.fixture
def keeper(qapp, qtbot, light, settings):
    """The window as the application makes it: with a place for the run under way."""
    window = MainWindow(Session(SPEC, kept=KeptRuns(settings.kept)), settings)
    window.show()
    qtbot.waitUntil(lambda: window.session.frame is not None and window.training.curves is not None)
    yield window
    window.close()
    window.deleteLater()


def kept_menu(window):
    """What the menu of the kept runs lists once it opens: words and what they open."""
    window.menus.kept.aboutToShow.emit()
    entries = window.menus.kept.actions()
    runs = itertools.takewhile(lambda action: not action.isSeparator(), entries)
    return [(action.text(), action.data()) for action in runs]


@pytest.mark.qt_log_ignore("does not support")  # a menu raises itself and takes the keyboard
def test_that_the_menu_lists_what_is_kept_and_it_opens(keeper, qtbot):
    assert kept_menu(keeper) == [("None yet", None)]
    qtbot.mouseClick(keeper.controls.start, LEFT)
    qtbot.waitUntil(lambda: bool(keeper.session.kept.runs()))
    (run,) = keeper.session.kept.runs()
    keeper.session.open_trained("font-autoencoder")
    qtbot.waitUntil(lambda: keeper.session.frame.spec.latent == 2)
    (entry,) = kept_menu(keeper)
    assert entry == (f"font5x7 8-3, epoch 4, {moment(run.time)}", str(run.path))
    menu = keeper.menus.kept
    menu.popup(keeper.mapToGlobal(QPoint(60, 60)))
    qtbot.waitUntil(menu.isVisible)
    qtbot.mouseClick(menu, LEFT, pos=menu.actionGeometry(menu.actions()[0]).center())
    qtbot.waitUntil(lambda: keeper.session.frame.spec == SPEC)
    assert keeper.session.frame.snapshot.epoch == 4
    assert recent_menu(keeper) == [("None yet", None, False)]  # it stays among the kept ones


def test_that_the_person_chooses_how_much_is_kept(keeper, qtbot, settings):
    kept_menu(keeper)
    keeper.menus.kept.actions()[-1].trigger()
    box = keeper.findChild(Preferences).bound
    words = ["5 runs, 100 MB", "20 runs, 500 MB", f"100 runs, {count(5000)} MB"]
    assert ([box.itemText(place) for place in range(box.count())], box.currentText()) == (words, words[1])
    box.setCurrentIndex(0)
    assert settings.kept_bound == keeper.session.kept.bound == Bound(5, 100)


@pytest.mark.parametrize("bad", ["7", "many", "", "-1", "1e9"])
def test_that_a_bad_bound_is_the_usual_one(settings, bad):
    settings.kept_bound = Bound(bad, 1)
    assert settings.kept_bound == Bound(20, 500)


def test_that_a_window_that_closes_while_it_trains_leaves_its_run(keeper, qtbot):
    keeper.session.store.update(epochs=1_000_000)
    qtbot.mouseClick(keeper.controls.start, LEFT)
    qtbot.waitUntil(lambda: keeper.session.frame.snapshot.epoch > 2)
    keeper.close()
    assert load_run(newest(keeper.session)).epoch > 2


def test_that_a_logout_keeps_the_run_which_goes_on_if_it_is_called_off(qapp, keeper, qtbot):
    leaving = Leaving(qapp, keeper)
    keeper.session.store.update(epochs=1_000_000)
    keeper.session.step()
    qtbot.waitUntil(lambda: keeper.session.frame.snapshot.epoch == 1)
    assert keeper.session.kept.runs() == []
    leaving.on_logout(None)
    assert [run.epoch for run in keeper.session.kept.runs()] == [1]
    keeper.session.step()
    qtbot.waitUntil(lambda: keeper.session.frame.snapshot.epoch == 2)
    with leaving.listening():  # lets go of what it holds
        pass


@pytest.mark.qt_log_ignore("does not support raise")
def test_that_every_window_is_gone_before_the_run_is_kept(keeper, qtbot, monkeypatch):
    sets = keeper.open_data_sets()
    sets.open_import()
    importing = sets.importing
    seen = []
    close = keeper.session.close

    def closing():
        seen.extend(window.isVisible() for window in (keeper, sets, importing))
        return close()

    monkeypatch.setattr(keeper.session, "close", closing)
    with qtbot.waitSignal(keeper.closed):
        keeper.close()
    assert seen == [False] * 3


# --- what is dropped on the window ---


def drop_of(widget, mime, wanted=Qt.DropAction.CopyAction):
    """Drag something onto a widget and let go; what its source is told was done with it."""
    may, keys = Qt.DropAction.CopyAction | Qt.DropAction.MoveAction, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(5, 5), may, mime, LEFT, keys)
    let_go = QDropEvent(QPointF(5, 5), may, mime, LEFT, keys)
    for event in (enter, let_go):
        event.setDropAction(wanted)
        event.ignore()
        QApplication.sendEvent(widget, event)
        if not event.isAccepted():
            return Qt.DropAction.IgnoreAction
    return let_go.dropAction()


def drop(widget, *paths):
    """Drop files onto a widget; whether it takes them."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return drop_of(widget, mime) == Qt.DropAction.CopyAction


def test_that_a_run_dropped_on_the_window_is_opened(window, qtbot, tmp_path):
    path = run_of(tmp_path, "dropped", latent=5)
    assert drop(window, path)
    qtbot.waitUntil(lambda: window.session.frame.spec.latent == 5)
    assert window.session.store.spec == window.session.frame.spec
    assert window.settings.recent() == [path]
    assert window.data_sets is None


@pytest.mark.qt_log_ignore("does not support raise")
def test_that_a_folder_dropped_on_the_window_is_offered_as_a_data_set(window, qtbot, tmp_path):
    folder = tmp_path / "pictures"
    folder.mkdir()
    for number in range(3):
        write_png(sheet(FONT.images[number : number + 1], 1, 1), folder / f"{number}.png")
    assert drop(window, folder)
    dialog = window.data_sets.importing
    assert window.data_sets.isVisible()
    assert dialog.isVisible()
    qtbot.waitUntil(lambda: dialog.dataset is not None)
    assert dialog.dataset.count == 3
    sets = window.data_sets
    qtbot.mouseClick(dialog.take, LEFT)
    qtbot.waitUntil(lambda: sets.importing is None)
    assert "pictures" in sets.sets.names()
    sets.close()
    assert window.data_sets is None


def test_that_what_cannot_be_opened_gets_a_word_when_it_is_dropped(window, tmp_path):
    run = run_of(tmp_path, "a")
    for url, words in (
        (QUrl.fromLocalFile(str(tmp_path / "no such run.tp5")), "no such run.tp5 is not there."),
        (QUrl("https://example.org/run.tp5"), "https://example.org/run.tp5 is a web address"),
    ):
        mime = QMimeData()
        mime.setUrls([url])
        assert drop_of(window, mime) == Qt.DropAction.IgnoreAction
        assert words in window.statusBar().currentMessage()
    mime = QMimeData()
    mime.setText(run)
    assert drop_of(window, mime) == Qt.DropAction.IgnoreAction
    assert "Text cannot be dropped here" in window.statusBar().currentMessage()
    assert window.data_sets is None
    assert window.settings.recent() == []


def test_that_of_several_runs_that_are_dropped_the_first_is_opened_and_named(window, qtbot, tmp_path):
    runs = [run_of(tmp_path, name, latent=latent) for name, latent in (("a", 4), ("b", 5))]
    assert drop(window, *runs)
    qtbot.waitUntil(lambda: window.session.frame.spec.latent == 4)
    assert "a.tp5 is taken, one of 2 that were dropped." in window.statusBar().currentMessage()
    assert window.settings.recent() == [runs[0]]


def test_that_a_run_is_one_whatever_the_case_of_its_suffix(window, qtbot, tmp_path):
    path = tmp_path / "Shouted.TP5"
    Path(run_of(tmp_path, "quiet", latent=6)).rename(path)
    assert drop(window, path)
    qtbot.waitUntil(lambda: window.session.frame.spec.latent == 6)
    assert window.settings.recent() == [str(path)]
    assert recent_menu(window)[0][1] == str(path)
    assert window.data_sets is None


def test_that_a_drop_on_the_window_is_answered_as_a_copy(window, qtbot, tmp_path):
    """After a move, the source may delete the original."""
    path = run_of(tmp_path, "moved", latent=7)
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(path)])
    for place in (window, window.draw, window.experiment.form):
        assert drop_of(place, mime, Qt.DropAction.MoveAction) == Qt.DropAction.CopyAction
    qtbot.waitUntil(lambda: window.session.frame.spec.latent == 7)


def test_that_a_damaged_run_dropped_on_the_window_is_said_and_changes_nothing(window, qtbot, tmp_path):
    path, frame = tmp_path / "damaged.tp5", window.session.frame
    path.write_bytes(b"junk" * 9)
    with qtbot.waitSignal(window.session.failed):
        assert drop(window, path)
    assert "damaged.tp5" in window.statusBar().currentMessage()
    assert window.session.frame is frame


# --- sets of the person's own ---


def mine(count, name="mine"):
    dataset = Dataset(name, FONT.images[:count], FONT.labels[:count])
    save_dataset(dataset)
    return dataset


@pytest.fixture
def bench(session, qtbot):
    """A session on a set of the person's own, of three characters, before its first epoch."""
    mine(3)
    session.store.replace(replace(SPEC, dataset="mine"))
    session.rewind()
    qtbot.waitUntil(lambda: session.frame.spec.dataset == "mine")
    return session


def trains_on(session, qtbot, count, change):
    """Make a change that brings a new run, and wait for it; whether it has so many images."""
    version = session.frame.version
    change()
    qtbot.waitUntil(lambda: session.frame.version > version)
    assert session.frame.dataset.count == len(session.frame.snapshot.inputs) == count


def test_that_the_next_start_trains_on_the_set_as_it_is_then(bench, qtbot):
    bench.toggle()
    qtbot.waitUntil(lambda: bench.frame.phase is Phase.FINISHED)
    assert bench.frame.dataset.count == 3
    mine(5)
    bench.forget_data()
    trains_on(bench, qtbot, 5, bench.toggle)
    qtbot.waitUntil(lambda: bench.frame.phase is Phase.FINISHED)
    wanted = Trainer(bench.frame.spec, load_dataset("mine")).run().snapshot().outputs
    np.testing.assert_array_equal(bench.frame.snapshot.outputs, wanted)


def test_that_the_first_start_too_trains_on_the_set_as_it_is_then(bench, qtbot):
    assert bench.frame.snapshot.epoch == 0
    mine(5)
    bench.forget_data()
    bench.toggle()
    qtbot.waitUntil(lambda: bench.frame.phase is Phase.FINISHED)
    assert bench.frame.dataset.count == 5


def test_that_an_opened_run_keeps_the_images_it_brought_until_the_person_changes_a_set(
    bench, qtbot, tmp_path
):
    run = str(save_run(stepped(bench.store.spec, 1), tmp_path / "run.tp5"))
    mine(5)
    trains_on(bench, qtbot, 3, lambda: bench.open(run))
    trains_on(bench, qtbot, 3, bench.rewind)
    bench.step()
    epoch(bench, qtbot, 1)
    wanted = stepped(bench.store.spec, 1, Dataset("mine", FONT.images[:3], FONT.labels[:3]))
    np.testing.assert_array_equal(bench.frame.snapshot.outputs, wanted.snapshot().outputs)
    mine(6)
    bench.forget_data()
    trains_on(bench, qtbot, 6, bench.rewind)


def test_that_an_opened_run_of_a_set_that_is_not_here_can_always_begin_anew(session, qtbot, tmp_path):
    """Whatever happens to the sets that are here: nobody else has its images."""
    theirs = Dataset("theirs", FONT.images[:4], FONT.labels[:4])
    spec, complaints = replace(SPEC, dataset="theirs"), []
    session.failed.connect(complaints.append)
    run = str(save_run(stepped(spec, 1, theirs), tmp_path / "run.tp5"))
    trains_on(session, qtbot, 4, lambda: session.open(run))
    trains_on(session, qtbot, 4, session.rewind)
    mine(5)  # another set
    session.forget_data()
    version = session.frame.version
    session.rewind()
    qtbot.waitUntil(lambda: session.frame.version > version or bool(complaints))
    assert complaints == []
    assert session.frame.dataset.count == 4


def said_by(session):
    """What the session tells from now on."""
    said = []
    session.told.connect(said.append)
    return said


def gone():
    delete_dataset("mine")


def damaged():
    (library.folder() / "mine.npz").write_bytes(b"nothing")


def replaced():
    mine(5)


@pytest.mark.parametrize("trained", [True, False])
@pytest.mark.parametrize(
    ("happens", "count", "words"),
    [
        (gone, 3, "is not among the data sets any more"),
        (damaged, 3, "cannot be read"),
        (replaced, 5, "changed"),
    ],
)
def test_that_whatever_becomes_of_its_set_a_run_begins_anew_and_says_with_what(
    bench, qtbot, happens, count, words, trained
):
    said, complaints = said_by(bench), []
    bench.failed.connect(complaints.append)
    if trained:
        bench.toggle()
        qtbot.waitUntil(lambda: bench.frame.phase is Phase.FINISHED)
    happens()
    bench.forget_data()
    trains_on(bench, qtbot, count, bench.rewind)
    qtbot.waitUntil(lambda: bool(said))
    assert "“mine”" in said[0]
    assert words in said[0]
    bench.toggle()
    qtbot.waitUntil(lambda: bench.frame.phase is Phase.FINISHED)
    trains_on(bench, qtbot, count, bench.toggle)  # train again
    assert complaints == []
    wanted = Dataset("mine", FONT.images[:count], FONT.labels[:count])
    qtbot.waitUntil(lambda: bench.frame.phase is Phase.FINISHED)
    twin = Trainer(bench.frame.spec, wanted).run().snapshot().outputs
    np.testing.assert_array_equal(bench.frame.snapshot.outputs, twin)


def test_that_a_run_goes_back_to_a_set_that_is_gone_after_another_one_was_trained(bench, qtbot):
    gone()
    bench.forget_data()
    bench.store.update(dataset="font5x7")
    trains_on(bench, qtbot, 32, bench.rewind)
    bench.store.update(dataset="mine")
    trains_on(bench, qtbot, 3, bench.rewind)


def test_that_an_opened_run_with_other_images_than_its_set_says_so(bench, qtbot, tmp_path):
    run = str(save_run(stepped(bench.store.spec, 1), tmp_path / "run.tp5"))
    mine(5)
    trains_on(bench, qtbot, 3, lambda: bench.open(run))
    said = said_by(bench)
    trains_on(bench, qtbot, 3, bench.rewind)
    qtbot.waitUntil(lambda: bool(said))
    assert said == ["This run has images of its own; “mine” in the data sets has others."]


@pytest.mark.qt_log_ignore("does not support raise")
def test_that_the_images_of_a_run_whose_set_is_gone_can_be_saved_again(window, qtbot):
    mine(3)
    session = window.session
    session.store.replace(replace(SPEC, dataset="mine"))
    qtbot.mouseClick(window.controls.rewind, LEFT)
    qtbot.waitUntil(lambda: session.frame.spec.dataset == "mine")
    gone()
    sets = window.open_data_sets()
    assert "“Save as...” keeps the pictures shown here" in sets.refusal.text()
    qtbot.mouseClick(sets.head.save_as, LEFT)
    sets.naming.field.selectAll()
    qtbot.keyClicks(sets.naming.field, "mine")
    qtbot.mouseClick(sets.naming.take, LEFT)
    assert load_dataset("mine").labels == FONT.labels[:3]
    sets.close()


def test_that_the_images_of_an_opened_run_are_not_taken_for_another_set(bench, qtbot, tmp_path):
    run = str(save_run(stepped(bench.store.spec, 1), tmp_path / "run.tp5"))
    trains_on(bench, qtbot, 3, lambda: bench.open(run))
    mine(7, "other")
    bench.store.update(dataset="other")
    trains_on(bench, qtbot, 7, bench.rewind)


@pytest.mark.parametrize("trained", [True, False])
@pytest.mark.qt_log_ignore("does not support raise")
def test_that_a_picture_added_by_hand_is_in_the_next_start(window, qtbot, trained):
    mine(3)
    session = window.session
    session.store.replace(replace(SPEC, dataset="mine"))
    qtbot.mouseClick(window.controls.rewind, LEFT)
    qtbot.waitUntil(lambda: session.frame.spec.dataset == "mine")
    if trained:
        qtbot.mouseClick(window.controls.start, LEFT)
        qtbot.waitUntil(lambda: session.frame.phase is Phase.FINISHED)
    sets = window.open_data_sets()
    assert sets.shelf.name == "mine"
    with qtbot.waitSignal(sets.library_changed):
        qtbot.mouseClick(sets.tools.add, LEFT)
    sets.close()
    assert session.frame.dataset.count == 3  # what runs goes on as it was
    qtbot.mouseClick(window.controls.start, LEFT)
    qtbot.waitUntil(lambda: session.frame.phase is Phase.FINISHED and session.frame.snapshot.epoch == 4)
    qtbot.waitUntil(lambda: session.frame.dataset.count == 4)


# --- what takes effect without a new run ---


LIVE = [
    ("font-vae", {}, {"beta": 40.0}),
    ("font-vae", {"kl_warmup": 1000}, {"kl_warmup": 1}),
    ("font-vae", {"kl_warmup": 0}, {"free_bits": 20.0}),
    ("font-sparse", {}, {"sparsity_weight": 50.0}),
    ("font-sparse", {}, {"sparsity_rate": 0.7}),
    ("font-contractive", {}, {"contraction": 30.0}),
    ("font-autoencoder", {}, {"contraction": 5.0}),
    ("font-contractive", {}, {"contraction": 0.0}),
    ("font-denoiser", {"hidden": (8,)}, {"noise_level": 0.7}),
    ("font-denoiser", {"hidden": (8,)}, {"noise": "flip"}),
    ("font-autoencoder", {}, {"focus": 2.0}),
    ("font-autoencoder", {}, {"learning_rate": 0.3}),
    ("font-autoencoder", {}, {"schedule": "constant", "momentum": 0.1}),
]


def test_that_a_live_change_takes_effect_at_the_next_epoch_and_builds_nothing(session, qtbot):
    for name, at_first, change in LIVE:
        spec = replace(preset(name), epochs=6, **at_first)
        changed, twin, unchanged = replace(spec, **change), stepped(spec, 3), stepped(spec, 6)
        before = session.frame.version
        session.store.replace(spec)
        session.rewind()
        qtbot.waitUntil(lambda before=before: session.frame.version > before)
        for _ in range(3):
            session.step()
        epoch(session, qtbot, 3)
        version = session.frame.version
        session.store.update(**change)
        assert not session.state.stale, change
        qtbot.waitUntil(lambda changed=changed: session.frame.spec == changed)
        assert session.frame.snapshot.epoch == 3, change
        for _ in range(3):
            session.step()
        epoch(session, qtbot, 6)
        twin.update(changed)
        for _ in range(3):
            twin.step()
        assert session.frame.version == version, change
        shot = session.frame.snapshot
        np.testing.assert_array_equal(shot.outputs, twin.snapshot().outputs, str(change))
        assert not np.array_equal(shot.codes, unchanged.snapshot().codes), change


TYPED = [
    ("font-vae", "beta", "40", 40.0),
    ("font-vae", "kl_warmup", "7", 7),
    ("font-sparse", "sparsity_weight", "5", 5.0),
    ("font-contractive", "contraction", "9", 9.0),
]


def test_that_a_live_field_typed_while_it_trains_is_in_force_at_once(window, qtbot):
    session = window.session
    window.experiment.form.more.set_open(True)
    for name, field, typed, value in TYPED:
        before, row = session.frame.version, window.experiment.form.row(field)
        session.store.replace(replace(preset(name), epochs=1_000_000))
        qtbot.mouseClick(window.controls.rewind, LEFT)
        qtbot.waitUntil(lambda before=before: session.frame.version > before)
        qtbot.mouseClick(window.controls.start, LEFT)
        qtbot.waitUntil(lambda: session.frame.phase is Phase.RUNNING and session.frame.snapshot.epoch > 3)
        version, line = session.frame.version, row.editor.line
        assert line.isVisibleTo(window.experiment.form)
        assert line.isEnabled()
        line.selectAll()
        qtbot.keyClicks(line, typed)
        qtbot.keyClick(line, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda field=field, value=value: getattr(session.frame.spec, field) == value)
        assert not row.label.property("stale")
        since = session.frame.snapshot.epoch
        qtbot.waitUntil(lambda since=since: session.frame.snapshot.epoch > since)
        assert session.frame.phase is Phase.RUNNING
        assert session.frame.version == version
