"""The folder of the kept runs, as scripts see it, and what becomes of a run that is deleted."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from core.base.words import Refusal
from core.train import kept
from core.train.kept import MARK, TIME, TRASH, bring_back, kept_runs, put_away


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "kept"


def keep(folder, hour, window="2026-11-25 09.00.00", size=10):
    path = folder / window / f"2026-11-25 {hour:02}.00.00 font-autoencoder epoch {hour}.tp5"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x" * size)
    return path


def waiting(folder):
    return sorted(path for path in folder.with_name(TRASH).rglob("*.tp5"))


def test_that_runs_of_all_windows_are_listed_the_newest_first_and_nothing_else(folder):
    paths = [keep(folder, 10), keep(folder, 12, "another"), keep(folder, 11)]
    (folder / "another" / "mine.tp5").write_bytes(b"")
    (folder / "notes.txt").write_bytes(b"")
    assert [run.path for run in kept_runs(folder)] == [paths[1], paths[2], paths[0]]
    newest = kept_runs(folder)[0]
    assert (newest.title, newest.epoch) == ("Font autoencoder", 12)


def test_that_a_run_is_marked_as_long_as_its_window_is(folder):
    keep(folder, 10)
    keep(folder, 11, "another")
    (folder / "another" / MARK).touch()
    assert [run.marked for run in kept_runs(folder)] == [True, False]


def test_that_a_deleted_run_is_off_the_list_and_comes_back_as_it_was(folder):
    path = keep(folder, 10)
    place = put_away(path, folder)
    assert kept_runs(folder) == []
    assert place.read_bytes() == b"x" * 10
    path.parent.rmdir()  # as whoever tidies up does
    bring_back(place, path)
    assert [run.path for run in kept_runs(folder)] == [path]
    assert waiting(folder) == []


def test_that_what_has_gone_or_lost_its_place_is_not_brought_back(folder):
    path = keep(folder, 10)
    place = put_away(path, folder)
    keep(folder, 10, size=3)
    with pytest.raises(Refusal, match="another file"):
        bring_back(place, path)
    assert path.read_bytes() == b"xxx"
    place.unlink()
    with pytest.raises(Refusal, match="no longer"):
        bring_back(place, path)


def test_that_the_trash_is_bounded_and_the_newest_always_waits(folder, monkeypatch):
    monkeypatch.setattr(kept, "TRASH_RUNS", 3)
    monkeypatch.setattr(kept, "TRASH_BYTES", 100)
    paths = [keep(folder, hour) for hour in range(8, 14)]
    places = [put_away(path, folder) for path in paths]
    assert waiting(folder) == sorted(places[-3:])
    large = put_away(keep(folder, 20, size=500), folder)
    assert waiting(folder) == [large]


def test_that_what_has_waited_long_goes_with_the_next_one(folder):
    trash = folder.with_name(TRASH)
    for days in (6, 8):
        place = trash / (datetime.now() - timedelta(days=days)).strftime(TIME)
        place.mkdir(parents=True)
        (place / f"{days}.tp5").write_bytes(b"")
    (trash / "mine").mkdir()
    (trash / "mine" / "precious.tp5").write_bytes(b"")
    put_away(keep(folder, 10), folder)
    assert {path.stem for path in waiting(folder)} >= {"6", "precious"}
    assert "8" not in {path.stem for path in waiting(folder)}


def test_that_a_run_that_cannot_be_moved_stays(folder, monkeypatch):
    path = keep(folder, 10)

    def denied(*_):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "rename", denied)
    with pytest.raises(PermissionError):
        put_away(path, folder)
    assert path.is_file()
    assert list(folder.with_name(TRASH).iterdir()) == []
