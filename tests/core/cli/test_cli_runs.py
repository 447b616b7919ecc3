"""The runs that the window keeps, on the command line."""

import pytest

from core import Spec, Trainer, load_run, save_run
from core.train import kept
from core.train.about import MAX_NAME, About, Parent
from core.train.kept import MARK, bring_back
from core.train.listing import read_about
from core.train.run_header import relabel

pytestmark = pytest.mark.usefixtures("library")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The kept runs of this test alone."""
    monkeypatch.setattr(kept, "folder", lambda: tmp_path / "kept")
    return tmp_path / "kept"


@pytest.fixture
def runs(folder):
    """Three runs of two windows, the newest first."""
    paths = []
    for hour, window, about in (
        (12, "noon", About("the best", "a note", True, Parent("font-autoencoder", 1), 61)),
        (11, "noon", About()),
        (10, "morning", About("twice")),
    ):
        trainer = Trainer(Spec(hidden=(3,), epochs=4, seed=hour))
        trainer.advance(2)
        trainer.about = about
        path = folder / window / f"2026-11-25 {hour}.00.00 font5x7 3-2 epoch 2.tp5"
        path.parent.mkdir(parents=True, exist_ok=True)
        paths.append(save_run(trainer, path))
    return paths


def test_that_no_run_is_said_in_a_sentence(document, tp5, folder):
    assert document("runs") == []
    status, out, err = tp5("runs")
    assert (status, err) == (0, "")
    assert "No run is kept yet" in out


def test_that_the_runs_are_listed_with_what_their_files_say(document, tp5, runs):
    listed = document("runs")
    assert [row["file"] for row in listed] == [str(path) for path in runs]
    run = load_run(runs[0])
    first = listed[0]
    assert first["loss"] == pytest.approx(float(run.history.curves().values["loss"][-1, 0]))
    told = {name: first[name] for name in ("name", "note", "pinned", "epoch", "epochs", "seconds", "dataset")}
    assert told == {
        "name": "the best", "note": "a note", "pinned": True, "epoch": 2, "epochs": 4, "seconds": 61,
        "dataset": "font5x7",
    }  # fmt: skip
    assert first["parent"] == {"name": "font-autoencoder", "epoch": 1}
    assert first["bytes"] == runs[0].stat().st_size
    lines = tp5("runs")[1].splitlines()
    assert [line.split()[0] for line in lines] == ["1", "2", "3"]
    assert "the best (font5x7 3-2): epoch 2 of 4" in lines[0]
    assert lines[0].endswith(", pinned")


def test_that_a_broken_file_does_not_hide_the_others(document, tp5, runs):
    runs[1].write_bytes(b"x")
    assert ["error" in row for row in document("runs")] == [False, True, False]
    assert "damaged" in tp5("runs")[1].splitlines()[1]


@pytest.mark.parametrize("by", ["number", "name", "file"])
def test_that_a_run_is_renamed_by_number_name_or_file(document, runs, by):
    before = load_run(runs[0])
    row = document("runs", "rename", {"number": 1, "name": "the best", "file": runs[0]}[by], " another ")
    assert row["name"] == "another"
    loaded = load_run(runs[0])
    assert loaded.about == before.about.renamed("another")
    assert loaded.epoch == before.epoch
    assert document("runs", "rename", "1", "")["name"] == ""


def test_that_any_file_can_be_renamed_and_only_kept_ones_deleted(document, mistaken, runs, tmp_path):
    mine = save_run(Trainer(Spec(hidden=())), tmp_path / "here" / "mine.tp5")
    assert document("runs", "rename", "mine.tp5", "my own")["name"] == "my own"
    assert "delete the file itself" in mistaken("runs", "delete", mine)


def test_that_a_deleted_run_can_be_brought_back(document, runs):
    told = document("runs", "delete", "twice")
    assert [row["file"] for row in document("runs")] == [str(path) for path in runs[:2]]
    bring_back(type(runs[2])(told["deleted"]), runs[2])
    assert load_run(runs[2]).about.name == "twice"


def test_that_a_run_of_an_open_window_is_not_deleted_but_can_be_renamed(document, mistaken, runs):
    (runs[0].parent / MARK).touch()
    assert "open" in mistaken("runs", "delete", "1")
    assert document("runs", "rename", "1", "another")["name"] == "another"
    document("runs", "delete", "3")


@pytest.mark.parametrize("what", ["rename", "delete"])
def test_that_what_is_no_run_or_several_is_refused(mistaken, runs, what):
    more = ["x"] if what == "rename" else []
    for asked in ("4", "0", "-1", "nobody", "", "gone.tp5"):
        words = ["--", asked] if asked.startswith("-") else [asked]
        assert "there is no" in mistaken("runs", what, *words, *more)
    relabel(runs[1], About("twice"))
    assert "2, 3" in mistaken("runs", what, "twice", *more)
    relabel(runs[1], About("3"))
    assert "2, 3" in mistaken("runs", what, "3", *more)


@pytest.mark.parametrize("name", ["x" * (MAX_NAME + 1), "two\nlines"])
def test_that_a_name_that_no_run_can_have_is_refused(mistaken, runs, name):
    mistaken("runs", "rename", "1", name)
    assert read_about(runs[0]).name == "the best"
