"""Files are written whole: the old one or the new one, and nothing else."""

import os
import stat
import sys
import threading
from pathlib import Path

import pytest

from core.base.files import whole
from core.base.troubles import told

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="modes, links and devices of POSIX")
AS_USER = pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root may write anywhere")


def names(folder):
    return sorted(file.name for file in folder.iterdir())


def put(path, content=b"new"):
    with whole(path) as file:
        file.write(content)


def test_that_the_new_file_takes_the_place_of_the_old_one_only_in_the_end(tmp_path):
    path = tmp_path / "a.tp5"
    path.write_bytes(b"old")
    with whole(path) as file:
        file.write(b"new")
        assert path.read_bytes() == b"old"
    assert path.read_bytes() == b"new"
    assert names(tmp_path) == ["a.tp5"]


@pytest.mark.parametrize("error", [ValueError, OSError, MemoryError, KeyboardInterrupt, SystemExit])
@pytest.mark.parametrize("before", [b"old", None])
def test_that_whatever_fails_leaves_the_old_file_and_nothing_else(error, before, tmp_path):
    path = tmp_path / "a.tp5"
    if before is not None:
        path.write_bytes(before)

    def fail(file):
        file.write(b"half")
        raise error

    with pytest.raises(error), whole(path) as file:
        fail(file)
    assert [file.read_bytes() for file in tmp_path.iterdir()] == [before] * (before is not None)


@pytest.mark.parametrize("name", ["a" * 255, "é" * 127, ".hidden", "a b", "-", "a.part"])
def test_that_any_name_that_the_system_allows_can_be_written(name, tmp_path):
    put(tmp_path / name)
    assert names(tmp_path) == [name]


def test_that_files_of_other_people_stay_as_they_are(tmp_path):
    others = {"a.tp5.part": b"a download", ".part": b"", "a.tp5~": b"a copy"}
    for name, content in others.items():
        (tmp_path / name).write_bytes(content)
    put(tmp_path / "a.tp5")
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == others | {"a.tp5": b"new"}


def test_that_many_can_write_one_file_at_once(tmp_path):
    """Each writer's file is whole; one of them stays."""
    contents = [bytes([letter]) * 100_000 for letter in range(8)]

    def write(content):
        for _ in range(5):
            put(tmp_path / "a", content)

    threads = [threading.Thread(target=write, args=(content,)) for content in contents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert names(tmp_path) == ["a"]
    assert (tmp_path / "a").read_bytes() in contents


@POSIX
@pytest.mark.parametrize(("mask", "mode"), [(0o022, 0o644), (0o002, 0o664), (0o077, 0o600)])
def test_that_a_new_file_has_the_mode_that_the_umask_allows(mask, mode, tmp_path):
    before = os.umask(mask)
    try:
        put(tmp_path / "a")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == mode


@POSIX
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o666, 0o755])
def test_that_a_file_that_is_replaced_hands_on_its_mode(mode, tmp_path):
    (tmp_path / "a").write_bytes(b"old")
    (tmp_path / "a").chmod(mode)
    put(tmp_path / "a")
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == mode


@POSIX
@pytest.mark.parametrize("there", [True, False])
def test_that_a_link_stays_and_its_file_is_replaced(there, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    if there:
        (tmp_path / "elsewhere" / "real").write_bytes(b"old")
    (tmp_path / "first").symlink_to(tmp_path / "second")
    (tmp_path / "second").symlink_to(Path("elsewhere", "real"))
    put(tmp_path / "first")
    assert (tmp_path / "first").is_symlink()
    assert (tmp_path / "second").is_symlink()
    assert names(tmp_path / "elsewhere") == ["real"]
    assert (tmp_path / "elsewhere" / "real").read_bytes() == b"new"


@POSIX
def test_that_a_device_stays_a_device_and_gets_the_bytes():
    put("/dev/null")
    assert Path("/dev/null").is_char_device()


@POSIX
def test_that_a_full_device_is_an_error_that_names_it():
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    with pytest.raises(OSError, match="/dev/full") as caught:
        put("/dev/full")
    assert told(caught.value) == "/dev/full: the disk is full"


@POSIX
def test_that_a_pipe_gets_the_bytes_if_somebody_reads_it(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="pipe") as caught:
        put(tmp_path / "pipe")
    assert told(caught.value) == f"{tmp_path / 'pipe'}: nobody reads from there"
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    put(tmp_path / "pipe")
    assert os.read(reader, 10) == b"new"
    os.close(reader)
    assert (tmp_path / "pipe").is_fifo()


@POSIX
@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("loop", "the link leads in a circle"),
        ("a" * 300, "the name is too long"),
        ("/".join(["folder" * 10] * 100), "the name is too long"),
        ("folder", "this is a folder"),
        ("file/a", "a file stands where a folder should be"),
        ("gone/a", "there is no such file or folder"),
    ],
)
def test_that_a_place_that_cannot_be_written_is_named_and_explained(place, words, tmp_path):
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_bytes(b"old")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(OSError, match=place) as caught:
        put(tmp_path / place)
    assert told(caught.value) == f"{tmp_path / place}: {words}"
    assert sorted(tmp_path.rglob("*")) == before
    assert (tmp_path / "file").read_bytes() == b"old"


@AS_USER
@pytest.mark.parametrize("protected", ["a", "."])
def test_that_what_is_protected_is_not_replaced(protected, tmp_path):
    (tmp_path / "a").write_bytes(b"old")
    mode = stat.S_IMODE((tmp_path / protected).stat().st_mode)
    (tmp_path / protected).chmod(mode & 0o555)
    try:
        with pytest.raises(PermissionError) as caught:
            put(tmp_path / "a")
    finally:
        (tmp_path / protected).chmod(mode)
    assert str(tmp_path / "a") in told(caught.value)
    assert [file.read_bytes() for file in tmp_path.iterdir()] == [b"old"]


@pytest.fixture
def held(tmp_path, monkeypatch):
    """A file that another program holds open, as on Windows; how often it refuses to be replaced."""
    (tmp_path / "a").write_bytes(b"old")
    really = os.replace
    refusals = [sys.maxsize]

    def replace(part, target):
        refusals[0] -= 1
        if refusals[0] >= 0:
            raise PermissionError(13, "Permission denied", str(part), None, str(target))
        really(part, target)

    monkeypatch.setattr("core.base.files.sys.platform", "win32")
    monkeypatch.setattr("core.base.files.time.sleep", lambda seconds: None)
    monkeypatch.setattr(os, "replace", replace)
    return refusals


def test_that_a_file_that_is_held_for_a_moment_is_replaced_all_the_same(held, tmp_path):
    held[0] = 2
    put(tmp_path / "a")
    assert [file.read_bytes() for file in tmp_path.iterdir()] == [b"new"]


def test_that_a_file_that_is_held_for_long_stays_and_that_is_explained(held, tmp_path):
    with pytest.raises(PermissionError) as caught:
        put(tmp_path / "a")
    assert told(caught.value).startswith(f"{tmp_path / 'a'}: access is denied; it may be")
    assert [file.read_bytes() for file in tmp_path.iterdir()] == [b"old"]


def test_that_errors_about_other_files_keep_their_names(tmp_path):
    with pytest.raises(FileNotFoundError) as caught, whole(tmp_path / "a"):
        (tmp_path / "other").read_bytes()
    assert caught.value.filename == str(tmp_path / "other")
    assert names(tmp_path) == []
