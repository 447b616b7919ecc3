"""Compiled functions are read from a file of our own only, and only as it was written."""

import errno
import os
import stat
import time

import pytest

from core.compiled import sealed
from core.compiled.folder import FORSAKEN
from core.compiled.sealed import NEWEST, Sealed, unpack

posix = pytest.mark.skipif(os.name != "posix", reason="modes and owners of POSIX")


@pytest.fixture
def files(tmp_path):
    """What numba might leave."""
    files = tmp_path / "files"
    (files / "of a source").mkdir(parents=True)
    (files / "of a source" / "f-1.nbi").write_bytes(b"an index")
    (files / "of a source" / "f-1.1.nbc").write_bytes(bytes(range(256)))
    return files


@pytest.fixture
def kept(cache, files):
    """A sealed file."""
    kept = Sealed("0.0-abc")
    kept.pack(files)
    return kept


def unpacked(kept, place):
    """The files that come out of it; None if it is not read."""
    content = kept.read()
    if content is None:
        return None
    place.mkdir()
    unpack(content, place)
    return contents(place)


def contents(place):
    return {path.relative_to(place): path.read_bytes() for path in place.rglob("*") if path.is_file()}


def test_that_what_is_kept_comes_back_whole(kept, files, tmp_path):
    assert kept.read() is not None
    assert unpacked(kept, tmp_path / "back") == contents(files)


@pytest.mark.parametrize("place", [0, 31, 32, 100, -100, -1])
def test_that_a_changed_byte_anywhere_is_set_aside(kept, tmp_path, place):
    content = bytearray(kept.path.read_bytes())
    content[place] ^= 1
    kept.path.write_bytes(content)
    assert kept.read() is None
    assert unpacked(kept, tmp_path / "back") is None
    assert not kept.path.exists()


@pytest.mark.parametrize("length", [0, 10, 32, 200, -1])
def test_that_a_shortened_file_is_set_aside(kept, tmp_path, length):
    kept.path.write_bytes(kept.path.read_bytes()[:length])
    assert unpacked(kept, tmp_path / "back") is None


@posix
@pytest.mark.parametrize("above", [0, 1, 2])
@pytest.mark.parametrize("mode", [0o020, 0o002])
def test_that_what_others_can_write_is_not_read_and_written_anew_it_is_ours_alone(
    kept, files, tmp_path, above, mode
):
    place = (kept.path, *kept.path.parents)[above]
    place.chmod(place.stat().st_mode | mode)
    assert kept.read() is None
    assert unpacked(kept, tmp_path / "back") is None
    kept.pack(files)
    assert kept.read() is not None


@posix
def test_that_what_belongs_to_another_person_is_neither_read_nor_written(kept, files, monkeypatch):
    me = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: me + 1)
    assert kept.read() is None
    assert not kept.writable()
    with pytest.raises(PermissionError):
        kept.pack(files)


@posix
def test_that_it_is_ours_alone_whatever_the_umask(cache, files):
    former = os.umask(0)
    try:
        kept = Sealed("0.0-abc")
        kept.pack(files)
    finally:
        os.umask(former)
    assert kept.read() is not None
    assert stat.S_IMODE(kept.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(cache.stat().st_mode) == 0o700


@posix
def test_that_no_pipe_is_waited_for_and_no_folder_read(cache, files, kept):
    kept.path.unlink()
    os.mkfifo(kept.path, 0o600)
    assert kept.read() is None
    assert not kept.path.exists()
    kept.path.mkdir(0o700)
    assert kept.read() is None


def test_that_an_endless_file_is_not_read(kept, monkeypatch):
    monkeypatch.setattr(sealed, "MOST_BYTES", kept.path.stat().st_size - 1)
    assert kept.read() is None


def test_that_what_cannot_be_written_leaves_what_was_there(kept, files, tmp_path, monkeypatch):
    def full(*arguments):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
        kept.pack(files)
    assert [path.name for path in kept.path.parent.iterdir()] == [kept.path.name]
    assert unpacked(kept, tmp_path / "back") == contents(files)


def test_that_a_cache_folder_that_is_a_file_keeps_nothing(cache, files):
    cache.parent.mkdir()
    cache.write_bytes(b"")
    kept = Sealed("0.0-abc")
    assert kept.read() is None
    assert not kept.writable()
    with pytest.raises(OSError, match="compiled"):
        kept.pack(files)


def test_that_the_newest_few_stay_by_when_they_were_used(cache, files, tmp_path):
    old = [Sealed(f"0.0-{number}") for number in range(NEWEST)]
    for age, kept in enumerate(old):
        kept.pack(files)
        os.utime(kept.path, (0, time.time() - 1000 * (age + 1)))
    unpacked(old[-1], tmp_path / "back")
    new = Sealed("0.1-new")
    new.pack(files)
    assert set(cache.iterdir()) == {kept.path for kept in (new, old[-1], *old[:-2])}


def test_that_what_was_left_half_written_long_ago_goes(kept, files):
    forsaken, fresh = kept.path.parent / ".0123.part", kept.path.parent / ".4567.part"
    for part in (forsaken, fresh):
        part.write_bytes(b"")
    os.utime(forsaken, (0, time.time() - 2 * FORSAKEN))
    kept.pack(files)
    assert not forsaken.exists()
    assert fresh.exists()
