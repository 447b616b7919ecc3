"""The folder of the kept runs, the mark that tells a crash from a close, the line that offers a run back."""

import os
import subprocess
import sys
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from core import Trainer, load_run, preset, save_run
from core.data.datasets import Dataset, load_dataset
from core.experiment.presets import presets
from core.experiment.wording import name_of
from core.train.about import About
from core.train.kept import folder as kept_folder
from core.train.listing import read_about
from core.train.run_header import relabel
from tp5gui.session.kept_runs import MARK, Bound, KeptRuns
from tp5gui.session.mark import Mark, left_behind
from tp5gui.session.session import Session
from tp5gui.settings import Settings
from tp5gui.windows.main_window import MainWindow
from tp5gui.words import moment

ROOT = Path(__file__).resolve().parent.parent.parent
LEFT = Qt.MouseButton.LeftButton
SPEC = replace(preset("font-denoiser"), hidden=(8,), latent=3, epochs=4)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "kept"


@pytest.fixture
def opened(folder):
    """Makes the kept runs of one window after another; in the end all are closed."""
    windows = []

    def opened(*bound):
        windows.append(KeptRuns(folder, *bound))
        return windows[-1]

    yield opened
    for kept in windows:
        kept.close()


def bytes_of(size):
    """What writes a run of so many bytes."""
    return lambda path: Path(path).write_bytes(b"x" * size)


def put(kept, epoch, last=None, size=10):
    return kept.put(SPEC, epoch, bytes_of(size), last)


def crash(kept, run):
    """Leave everything as a window does that is killed: in its folder is a mark that nobody holds."""
    kept.close()
    (run.path.parent / MARK).touch()


def epochs(kept):
    return [run.epoch for run in kept.runs()]


# --- what is called how ---


@pytest.mark.parametrize("record", presets(), ids=lambda record: record.name)
def test_that_a_run_is_called_by_its_preset_whatever_its_seed_and_live_fields(record):
    assert name_of(replace(record.spec, seed=77, epochs=3, learning_rate=0.5)) == record.name


def test_that_any_other_run_is_called_by_its_set_and_its_layers():
    assert name_of(SPEC) == "font5x7 8-3"


def test_that_the_longest_name_of_a_set_makes_a_file(opened):
    spec = replace(SPEC, dataset="𐐀" * 50, hidden=(4096,) * 12)
    run = opened().put(spec, 10_000_000, bytes_of(1), None)
    assert run.path.is_file()


def test_that_runs_kept_in_the_same_second_have_files_of_their_own(opened):
    windows = [opened() for _ in range(3)]
    runs = [put(kept, 7) for kept in windows for _ in range(4)]
    assert len({run.path for run in runs}) == 12
    assert len({run.path.parent for run in runs}) == 3
    assert all(run.path.is_file() for run in runs)


# --- how much is kept ---


def test_that_a_run_replaces_itself_but_never_a_longer_one(opened):
    kept = opened()
    first = put(kept, 10)
    second = put(kept, 20, first)
    assert epochs(kept) == [20]
    put(kept, 5, second)
    assert sorted(epochs(kept)) == [5, 20]


def test_that_a_full_disk_costs_no_run_that_was_kept(opened):
    kept = opened(Bound(1, 1))
    first = put(kept, 10)

    def full(path):
        raise OSError(28, "No space left on device", path)

    with pytest.raises(OSError, match="No space"):
        kept.put(SPEC, 20, full, first)
    assert kept.runs() == [first]
    assert first.path.is_file()


def test_that_the_oldest_go_beyond_the_number(opened):
    kept = opened(Bound(3, 500))
    for epoch in range(1, 8):
        put(kept, epoch)
    assert epochs(kept) == [7, 6, 5]


def test_that_the_oldest_go_beyond_the_size_and_the_newest_never(opened):
    kept = opened(Bound(20, 1))
    for epoch in range(1, 6):
        put(kept, epoch, size=400_000)
    assert epochs(kept) == [5, 4]
    put(kept, 6, size=1_500_000)
    assert epochs(kept) == [6]


def test_that_short_runs_do_not_push_out_that_of_a_crash_nor_that_of_an_open_window(folder, opened):
    crashed, other, kept = (opened(Bound(2, 500)) for _ in range(3))
    crash(crashed, put(crashed, 9000))
    put(other, 500)
    for epoch in range(1, 6):
        put(kept, epoch)
    assert sorted(epochs(kept)) == [4, 5, 500, 9000]
    kept.answered(kept.lost())
    other.close()
    put(kept, 6)
    assert sorted(epochs(kept)) == [5, 6]
    assert len(list(folder.iterdir())) == 1  # no empty folders are left


def test_that_a_file_of_the_persons_own_stays(folder, opened):
    former = opened()
    put(former, 1)
    former.close()
    (own,) = folder.iterdir()
    mine = [own / "my favourite.tp5", own / "2026-99-99 00.00.00 x epoch 1.tp5", folder / "notes.txt"]
    for path in mine:
        path.write_bytes(b"mine")
    kept = opened(Bound(1, 1))
    for epoch in (2, 3):
        put(kept, epoch)
    assert epochs(kept) == [3]
    assert all(path.read_bytes() == b"mine" for path in mine)


def test_that_what_a_crash_left_half_written_goes_in_time(opened):
    former = opened()
    own = put(former, 1).path.parent
    former.close()
    old, new = own / ".0123.part", own / ".4567.part"
    for part in (old, new):
        part.write_bytes(b"half")
    yesterday = (datetime.now() - timedelta(days=2)).timestamp()
    os.utime(old, (yesterday, yesterday))
    put(opened(), 2)
    assert not old.exists()
    assert new.exists()  # another window may be writing it


def test_that_a_folder_removed_meanwhile_is_made_again(folder, opened):
    kept = opened()
    (run,) = [put(kept, 1)]
    run.path.unlink()
    (run.path.parent / MARK).unlink()
    run.path.parent.rmdir()
    folder.rmdir()
    put(kept, 2, run)
    assert epochs(kept) == [2]
    assert not left_behind(kept.runs()[0].path.parent / MARK)


# --- what a person has marked ---


def written(about=None):
    """What writes a run of which this is said."""

    def save(path):
        trainer = Trainer(replace(SPEC, hidden=()))
        trainer.about = about or About()
        save_run(trainer, path)

    return save


@pytest.mark.parametrize("about", [About(pinned=True), About(name="mine"), About(note="the best")])
def test_that_what_a_person_has_marked_stays_and_counts(opened, about):
    kept = opened(Bound(2, 500))
    marked = [kept.put(SPEC, epoch, written(about), None) for epoch in (1, 2, 3)]
    for epoch in (4, 5):
        kept.put(SPEC, epoch, written(), None)
    assert epochs(kept) == [5, 3, 2, 1]  # as many as the bound already: beside them the newest alone
    kept.label(marked[1].path, About())
    kept.put(SPEC, 6, written(), None)
    assert epochs(kept) == [6, 3, 1]


def test_that_what_a_person_has_marked_is_not_put_into_the_trash_with_the_others(opened):
    former = opened()
    former.put(SPEC, 1, written(About(name="mine")), None)
    former.put(SPEC, 2, written(), None)
    former.close()
    assert [run.epoch for run in opened().free()] == [2]


def test_that_a_run_that_was_renamed_keeps_its_name_when_it_is_written_again(opened):
    kept = opened()
    first = kept.put(SPEC, 1, written(About(seconds=1)), None)
    relabel(first.path, About("mine", "a note", True, None, 1))  # in another window, or on the command line
    second = kept.put(SPEC, 2, written(About(seconds=2)), first)
    assert epochs(kept) == [2]
    assert read_about(second.path) == About("mine", "a note", True, None, 2)


def test_that_a_copy_is_a_run_of_its_own(opened, tmp_path):
    kept = opened()
    path = tmp_path / "saved.tp5"
    written(About("saved"))(str(path))
    copy = kept.copy(path, "font5x7 2", 7, About("a copy"))
    assert (read_about(path).name, read_about(copy.path).name) == ("saved", "a copy")
    assert kept.runs() == [copy]
    assert kept.holds(copy.path)
    assert not kept.holds(path)


def test_that_a_deleted_run_comes_back_into_a_folder_that_is_gone(opened):
    kept = opened(Bound(5, 500))
    run = put(kept, 1)
    waiting = kept.delete(run.path)
    assert kept.runs() == []
    kept.close()
    run.path.parent.rmdir()
    kept.bring_back(waiting, run.path)
    assert kept.runs() == [run]


def test_that_the_command_line_looks_where_the_window_keeps():
    assert Settings().kept == kept_folder()


# --- a crash ---


def test_that_a_mark_is_left_behind_only_by_a_process_that_is_gone(tmp_path):
    path = tmp_path / MARK
    assert not left_behind(path)
    mark = Mark(path)
    assert not left_behind(path)
    mark.remove()
    assert not path.exists()
    code = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from tp5gui.session.mark import Mark\n"
        f"mark = Mark(Path({str(path)!r}))\n"
        "print('held', flush=True)\n"
        "sys.stdin.read()\n"
        "os._exit(1)\n"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT
    )
    with other:
        assert other.stdout.readline() == b"held\n"
        assert not left_behind(path)
        with pytest.raises(BlockingIOError):
            Mark(path)
        other.kill()
    path.touch()
    assert left_behind(path)


def test_that_the_newest_run_of_a_crash_is_offered_until_it_is_answered(opened):
    windows = [opened() for _ in range(4)]
    runs = [put(kept, 10 + number) for number, kept in enumerate(windows)]
    for kept, run in list(zip(windows, runs, strict=True))[:2]:
        crash(kept, run)
    windows[2].close()  # the fourth is open
    newest = runs[1]
    for _ in range(2):
        start = opened()
        assert start.lost() == newest
    start.answered(newest)
    assert opened().lost() is None
    assert sorted(epochs(start)) == [10, 11, 12, 13]


def test_that_a_crash_before_anything_was_kept_is_not_spoken_of(folder, opened):
    kept = opened()
    run = put(kept, 1)
    run.path.unlink()
    crash(kept, run)
    assert opened().lost() is None
    put(opened(), 2)
    assert len(list(folder.iterdir())) == 1


@pytest.mark.parametrize("kind", ["nothing", "a file", "no permission"])
def test_that_a_folder_that_cannot_be_seen_has_no_runs(folder, kind, monkeypatch, opened):
    if kind == "a file":
        folder.write_bytes(b"")
    if kind == "no permission":
        folder.mkdir()

        def denied(path):
            raise PermissionError(13, "Permission denied", str(path))

        monkeypatch.setattr(Path, "iterdir", denied)
    kept = opened()
    assert kept.runs() == []
    assert kept.lost() is None


# --- the offer ---


@pytest.fixture
def crashed(opened):
    """A run of 3 epochs that a crash left."""
    trainer = Trainer(SPEC)
    for _ in range(3):
        trainer.step()
    kept = opened()
    run = kept.put(SPEC, 3, lambda path: save_run(trainer, path), None)
    crash(kept, run)
    return run


@pytest.fixture
def start(qapp, qtbot, light, settings, opened):
    """Opens windows as the application does."""
    windows = []

    def start():
        window = MainWindow(Session(preset("font-autoencoder"), kept=opened()), settings)
        windows.append(window)
        window.show()
        qtbot.waitUntil(lambda: window.session.frame is not None)
        return window

    yield start
    for window in windows:
        window.close()
        window.deleteLater()


def test_that_after_a_crash_the_run_is_offered_and_opens(qtbot, crashed, start):
    window = start()
    offer = window.offer
    assert offer.isVisible()
    for words in ("font5x7 8-3", "epoch 3", moment(crashed.time)):
        assert words in offer.words.text()
    qtbot.mouseClick(offer.take, LEFT)
    qtbot.waitUntil(lambda: window.session.frame.spec == SPEC)
    assert window.session.frame.snapshot.epoch == 3
    assert window.statusBar().currentMessage() == f"Opened font5x7 8-3, epoch 3, {moment(crashed.time)}"
    assert not offer.isVisible()
    assert not start().offer.isVisible()
    assert load_run(crashed.path).epoch == 3


def test_that_an_offer_that_is_declined_does_not_come_again_and_the_run_stays(qtbot, crashed, start):
    window = start()
    qtbot.mouseClick(window.offer.leave, LEFT)
    assert not window.offer.isVisible()
    assert not start().offer.isVisible()
    assert window.session.kept.runs() == [crashed]


def test_that_an_offer_that_is_ignored_comes_again(qtbot, crashed, start):
    for _ in range(2):
        window = start()
        assert window.offer.isVisible()
        window.session.step()
        qtbot.waitUntil(lambda window=window: window.session.frame.snapshot.epoch == 1)
        window.close()
    assert crashed in window.session.kept.runs()


def test_that_nothing_is_offered_without_a_crash(qtbot, start):
    window = start()
    assert not window.offer.isVisible()
    window.session.step()
    qtbot.waitUntil(lambda: window.session.frame.snapshot.epoch == 1)
    assert window.session.keep(20_000)
    assert not start().offer.isVisible()  # two windows at once are no crash
    window.close()
    assert not start().offer.isVisible()


def test_that_a_run_whose_set_is_gone_is_brought_back_with_its_images(qtbot, start, opened):
    images = load_dataset("font5x7").images.repeat(300, axis=0)
    trainer = Trainer(
        replace(SPEC, dataset="gone", batch_size=0),
        Dataset("gone", images, tuple(map(str, range(len(images))))),
    )
    trainer.step()
    kept = opened()
    crash(kept, kept.put(trainer.spec, 1, lambda path: save_run(trainer, path), None))
    window = start()
    qtbot.mouseClick(window.offer.take, LEFT)
    qtbot.waitUntil(lambda: window.session.frame.dataset == trainer.dataset)
    assert len(window.session.kept.runs()) == 1
