"""What a terminal cannot show, a reader does not read or a place does not take: one line, no traceback."""

import os
import subprocess
import sys
from dataclasses import replace
from io import BytesIO, TextIOWrapper
from pathlib import Path

import numpy as np
import pytest

import core.data.library
from core import Dataset, Spec, Trainer, save_run
from core.base.words import Refusal
from core.cli.commands import check_place
from core.cli.parser import main
from core.cli.streams import shown
from core.data.datasets import load_dataset, save_dataset

LABELS = ("é\u202e", "\x1b[2J\r", "\ud800x", "😀" * 64, "a\nb", "")
"""Words that some terminal cannot show, or that would change what it shows."""
TP5 = [sys.executable, "-c", "import sys; from core.cli import main; sys.exit(main())"]
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="streams and devices of POSIX")


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A folder with a library that has a set `odd`, and a run on it."""
    place = tmp_path_factory.mktemp("home")
    odd = Dataset("odd", np.eye(6, dtype=np.float32).reshape(6, 2, 3), LABELS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(core.data.library, "folder", lambda: place / "tp5gui" / "datasets")
        save_dataset(odd)
        spec = Spec(dataset="odd", hidden=(), epochs=2, variational=True)
        save_run(Trainer(spec, odd).run(), place / "run.tp5")
    return place


def tp5(home, *words, **streams):
    """The command in a process of its own."""
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | streams
    settings = os.environ | {"XDG_DATA_HOME": str(home)}
    return subprocess.run([*TP5, *map(str, words)], cwd=home, env=settings, check=False, **streams)


@pytest.fixture
def ascii_only(home, monkeypatch):
    """The command with streams that take only ASCII: its status and the bytes that it prints."""
    monkeypatch.setattr(core.data.library, "folder", lambda: home / "tp5gui" / "datasets")
    monkeypatch.chdir(home)

    def run(*words):
        for name in ("stdout", "stderr"):
            monkeypatch.setattr(sys, name, TextIOWrapper(BytesIO(), encoding="ascii", errors="strict"))
        status = main(words)
        sys.stderr.flush()
        return status, sys.stdout.buffer.getvalue(), sys.stderr.buffer.getvalue()

    return run


COMMANDS = {
    "datasets": ["datasets"],
    "train": ["train", "font-vae", "--set", "dataset=odd", "--set", "epochs=2", "--set", "hidden="],
    "evaluate": ["evaluate", "run.tp5", "--repeats", "2"],
    "reconstruct": ["reconstruct", "run.tp5"],
    "interpolate": ["interpolate", "run.tp5", "é\u202e", "😀" * 64],
    "generate": ["generate", "run.tp5", "--offset", "0.1"],
    "samples": ["generate", "run.tp5", "--samples", "3"],
}


@pytest.mark.parametrize("command", COMMANDS)
def test_that_labels_that_a_terminal_cannot_show_end_no_command(ascii_only, command):
    status, out, err = ascii_only(*COMMANDS[command])
    assert (status, err) == (0, b"")
    assert b"\x1b" not in out


@pytest.mark.parametrize(
    "words",
    [
        ["evaluate", "é" * 90],
        ["reconstruct", "run.tp5", "--characters", "\udcff\x1b"],
        ["interpolate", "run.tp5", "ñ\n", "1"],
        ["train", "ñ\x1b[2J"],
        ["train", "font-vae", "--set", "dataset=\udcff"],
        ["datasets", "import", "ñ\ny", "--name", "new"],
    ],
)
def test_that_what_is_complained_of_is_one_line_whatever_it_is_called(ascii_only, words):
    status, out, err = ascii_only(*words)
    assert (status, out, err.count(b"\n")) == (2, b"", 1)
    assert err.startswith(b"tp5: ")
    assert b"\x1b" not in err


def test_that_only_what_a_terminal_would_obey_is_replaced():
    assert shown("é 😀 \u202e\xa0\n\x1b\r\ud800\x00") == "é 😀 \u202e\xa0\n" + "\ufffd" * 4


@POSIX
@pytest.mark.parametrize("words", [["presets", "--json"], ["--help"]])
def test_that_a_reader_that_has_gone_ends_the_command_without_a_word(home, words):
    ours, theirs = os.pipe()
    os.close(ours)
    try:
        done = tp5(home, *words, stdout=theirs)
    finally:
        os.close(theirs)
    assert done.stderr == b""
    assert done.returncode in (0, 1)  # argparse ends with 0


@POSIX
def test_that_a_full_disk_under_standard_output_is_one_line(home):
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    with Path("/dev/full").open("wb") as full:
        done = tp5(home, "presets", stdout=full)
    assert (done.returncode, done.stderr) == (1, b"tp5: the disk is full\n")


@POSIX
def test_that_closed_streams_are_printed_into_nothing(home):
    words = [
        "sh",
        "-c",
        '"$@" >&- 2>&-',
        "sh",
        *TP5,
        "train",
        "font-vae",
        "--set",
        "epochs=2",
        "--out",
        "closed.tp5",
    ]
    (home / "closed.tp5").unlink(missing_ok=True)
    done = subprocess.run(words, cwd=home, capture_output=True, check=False)
    assert done.returncode == 0
    assert (home / "closed.tp5").read_bytes()[8:10] == b'{"'


# -- places


@pytest.fixture
def call(home, capsys, monkeypatch):
    """The command in this process: its status and its one line of complaint."""
    monkeypatch.setattr(core.data.library, "folder", lambda: home / "tp5gui" / "datasets")
    monkeypatch.chdir(home)

    def run(*words):
        status = main([str(word) for word in words])
        out, err = capsys.readouterr()
        assert (out, err.count("\n")) == ("", 1)
        assert err.startswith("tp5: ")
        return status, err

    return run


LONG = "x" * 5000
PLACES = [
    ["evaluate", "{}"],
    ["reconstruct", "{}"],
    ["interpolate", "{}", "a", "b"],
    ["generate", "{}", "--samples", "2"],
    ["train", "font-vae", "--out", "{}.tp5"],
    ["reconstruct", "run.tp5", "--out", "{}.png"],
    ["interpolate", "run.tp5", "0", "1", "--out", "{}.png"],
    ["generate", "run.tp5", "--samples", "2", "--out", "{}.png"],
    ["study", "restarts", "--out", "{}.csv"],
    ["study", "learning-rate", "--figure", "{}.png"],
    ["study", "restarts", "--journal", "{}"],
    ["datasets", "import", "{}", "--name", "new"],
]


@pytest.mark.parametrize("words", PLACES, ids=lambda words: " ".join(words))
@pytest.mark.parametrize("place", [LONG, f"/{LONG}/a", "nowhere/a", "run.tp5/a", "loop/a"])
def test_that_a_place_that_cannot_be_is_one_line_before_the_work(call, home, words, place):
    if not (home / "loop").is_symlink():
        (home / "loop").symlink_to("loop")
    before = sorted(home.rglob("*"))
    status, _ = call(*[word.format(place) for word in words])
    assert status in (1, 2)
    assert sorted(home.rglob("*")) == before


def test_that_a_closed_folder_keeps_only_those_out_who_put_a_new_file_in_it(home, monkeypatch):
    monkeypatch.setattr(os, "access", lambda place, mode: not Path(place).is_dir())
    for new in (home / "new.tp5", home / "run.tp5"):
        with pytest.raises(Refusal, match="cannot be written to"):
            check_place(new)
    check_place(home / "run.tp5", replaces=False)  # as a journal, which is added to
    if os.name == "posix":
        check_place(Path(os.devnull))  # in a folder that only the system's own user may write to


@pytest.mark.parametrize("command", ["reconstruct", "interpolate", "generate"])
@pytest.mark.parametrize("name", ["x.jpg", "x.gif", "x", "x.png.txt"])
def test_that_a_picture_of_another_kind_is_refused_with_what_would_be_right(call, command, name):
    more = {"interpolate": ["0", "1"], "generate": ["--samples", "2"]}.get(command, [])
    status, line = call(command, "run.tp5", *more, "--out", name)
    assert status == 2
    assert line == f"tp5: --out {name}: its name must end in one of .png\n"


def test_that_a_library_that_cannot_be_is_one_line(call, home, monkeypatch):
    (home / "file").write_bytes(b"")
    monkeypatch.setattr(core.data.library, "folder", lambda: home / "file" / "datasets")
    np.save(home / "some.npy", np.eye(3)[None])
    status, line = call("datasets", "import", "some.npy", "--name", "new")
    assert status == 1
    assert "file" in line
    status, line = call("train", "font-vae", "--set", "dataset=new")
    assert status == 2
    assert "font5x7" in line


def test_that_a_run_says_under_which_name_it_is_kept(home, capsys, monkeypatch):
    monkeypatch.chdir(home)
    words = ["train", "font-vae", "--set", "epochs=1"]
    assert main([*words, "--out", "other.txt"]) == 0
    assert capsys.readouterr().err == "the run is in other.txt.tp5\n"
    assert main([*words, "--out", "other.TP5"]) == 0
    assert capsys.readouterr().err == ""
    assert main(["evaluate", "other.txt", "--repeats", "1"]) == 0
    assert {"other.txt.tp5", "other.TP5"} <= {path.name for path in home.iterdir()}


def test_that_a_set_of_the_library_comes_back_with_its_odd_labels(home, monkeypatch):
    monkeypatch.setattr(core.data.library, "folder", lambda: home / "tp5gui" / "datasets")
    repaired = tuple(label.replace("\ud800", "\ufffd") for label in LABELS)
    assert load_dataset("odd").labels == repaired
    assert replace(load_dataset("odd"), name="again").labels == repaired
