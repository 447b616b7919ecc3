"""What a person says of a run, in its file."""

import json
import os
import stat
from dataclasses import asdict

import pytest
from bits import bits
from hypothesis import given
from hypothesis import strategies as st

from core import RunFileError, Spec, Trainer, load_run, save_run
from core.base.words import Refusal
from core.train.about import MAX_NAME, MAX_NOTE, About, Parent, as_line, as_note
from core.train.listing import read_about
from core.train.run_header import read_header, relabel

TEXT = st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp"))
LINES = st.text(TEXT, max_size=MAX_NAME)
ABOUTS = st.builds(
    About, LINES, st.text(TEXT | st.just("\n"), max_size=MAX_NOTE), st.booleans(),
    st.none() | st.builds(Parent, LINES, st.integers(0, 2**53)), st.floats(0, 1e12),
)  # fmt: skip
NAMED = About("the first", "after lunch\nwith more rate", True, Parent("font-autoencoder", 200), 12.5)


@pytest.fixture(scope="module")
def trainer():
    trainer = Trainer(Spec(hidden=(4,), epochs=3))
    trainer.step()
    return trainer


@pytest.fixture
def path(trainer, tmp_path):
    """The file of a run of which nothing is said."""
    return save_run(trainer, tmp_path / "run.tp5")


def header_of(path):
    data = path.read_bytes()
    end = 8 + int.from_bytes(data[:8], "little")
    return json.loads(data[8:end]), data[end:]


@given(about=ABOUTS)
def test_that_what_is_said_of_a_run_is_read_as_it_was_written(about):
    assert About.from_json(about.to_json()) == about


@given(text=st.text())
def test_that_whatever_is_typed_becomes_a_name_and_a_note(text):
    about = About(as_line(text), as_note(text))
    assert as_line(about.name) == about.name
    assert as_note(about.note) == about.note


@given(about=ABOUTS)
def test_that_nothing_is_written_only_where_nothing_is_said(about):
    assert bool(about.to_json()) == (about != About())
    assert About().to_json() == ""


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("name", 3), ("name", None), ("name", "x" * (MAX_NAME + 1)), ("name", "two\nlines"), ("name", "a\0"),
        ("name", "\ud800"), ("note", ["x"]), ("note", "x" * (MAX_NOTE + 1)), ("note", "\x1b[2J"),
        ("pinned", 1), ("pinned", None), ("parent", "x"), ("parent", {"name": "x"}),
        ("parent", {"name": "x", "epoch": -1}), ("parent", {"name": "x", "epoch": 2.0}),
        ("parent", {"name": "x", "epoch": True}), ("parent", {"name": "\n", "epoch": 1}),
        ("seconds", -1), ("seconds", 1e13), ("seconds", "1"), ("seconds", True), ("seconds", float("nan")),
    ],
)  # fmt: skip
def test_that_what_no_run_has_is_refused_and_named(key, value):
    with pytest.raises(Refusal, match=key):
        About.from_json(json.dumps({key: value}))


@pytest.mark.parametrize("text", ["[]", "x", "3", "[" * 100_000, "{}" + " " * 300_000])
def test_that_what_is_no_object_is_refused(text):
    with pytest.raises(Refusal, match="about"):
        About.from_json(text)


def test_that_a_key_to_come_is_left_aside():
    assert About.from_json('{"name": "x", "stars": 5}') == About("x")


def test_that_a_file_carries_what_is_said_and_one_of_which_nothing_is_said_has_no_word_of_it(trainer, path):
    plain = path.read_bytes()
    assert b'"about"' not in plain
    assert load_run(path).about == About()
    trainer.about = NAMED
    try:
        save_run(trainer, path)
        assert load_run(path).about == read_about(path) == NAMED
    finally:
        trainer.about = About()
    assert save_run(trainer, path).read_bytes() == plain


def test_that_relabelling_changes_the_header_alone_and_back_again_not_a_byte(path):
    plain, weights = path.read_bytes(), bits(load_run(path))
    os.utime(path, (1_000_000_000, 1_000_000_000))
    path.chmod(0o640)
    relabel(path, NAMED)
    assert (stat.S_IMODE(path.stat().st_mode), path.stat().st_mtime) == (0o640, 1_000_000_000)
    loaded = load_run(path)
    assert (loaded.about, bits(loaded)) == (NAMED, weights)
    before = path.with_name("plain.tp5")
    before.write_bytes(plain)
    named, body = header_of(path)
    assert About.from_json(named["__metadata__"].pop("about")) == NAMED
    assert (named, body) == header_of(before)
    relabel(path, About())
    assert path.read_bytes() == plain


def test_that_a_named_run_is_written_as_a_relabelled_one(trainer, path, tmp_path):
    trainer.about = NAMED
    try:
        save_run(trainer, tmp_path / "named.tp5")
    finally:
        trainer.about = About()
    relabel(path, NAMED)
    assert path.read_bytes() == (tmp_path / "named.tp5").read_bytes()


def test_that_a_relabelled_copy_leaves_the_file_as_it_was(path, tmp_path):
    plain = path.read_bytes()
    relabel(path, NAMED, tmp_path / "copy.tp5")
    assert path.read_bytes() == plain
    assert read_about(tmp_path / "copy.tp5") == NAMED


def test_that_a_full_disk_leaves_the_file_as_it_was(path, monkeypatch):
    plain = path.read_bytes()

    def full(number):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        relabel(path, NAMED)
    assert path.read_bytes() == plain
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("data", [b"", b"notes", b"\xff" * 100, b"\2" + b"\0" * 7 + b"[]"])
def test_that_what_is_no_run_is_not_relabelled(data, tmp_path):
    path = tmp_path / "notes.tp5"
    path.write_bytes(data)
    with pytest.raises(Refusal):
        relabel(path, NAMED)
    assert path.read_bytes() == data


def test_that_damaged_words_about_a_run_are_refused_by_name(path):
    header, body = header_of(path)
    header["__metadata__"]["about"] = json.dumps(asdict(About()) | {"name": 3})
    text = json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + body)
    with pytest.raises(RunFileError, match=r"run\.tp5.*name must be a text"):
        load_run(path)


def test_that_the_header_tells_where_every_array_lies(trainer, path):
    with path.open("rb") as file:
        header = read_header(file)
        epochs = header.array(file, "history.epochs", 1 << 20)
        first = header.array(file, "dataset", 1)
    assert epochs.tolist() == trainer.history.curves().epochs.tolist()
    assert (first == trainer.dataset.images[:1]).all()
