"""A disk that is full, protected or stops in the middle: the old file whole or none, and nothing else."""

import json
import os
import stat
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core import Dataset, Spec, Trainer, load_run, save_run
from core.base.troubles import told
from core.data import library
from core.data.datasets import load_dataset, save_dataset
from core.data.pictures import write_png
from core.reports.film import write_film
from core.studies.figure import write_figure
from core.studies.study import Axis, Study
from core.studies.summary import Cell
from core.studies.tables import write_table

resource = pytest.importorskip("resource", reason="limits and users of POSIX")

IMAGES = np.random.default_rng(0).random((40, 16, 16), dtype=np.float32)
PAGE = np.rint(255 * IMAGES.reshape(-1, 16)).astype(np.uint8)
MINE = Dataset("mine", IMAGES, tuple(map(str, range(40))))
STUDY = Study(Spec(hidden=(2,), epochs=1), (Axis("latent", (1, 2)),), 2)
CELLS = [Cell((value,), 2, 1.0, 0.5, 1.5) for value in (1, 2)]
ROWS = [{"run": run, "loss": run / 7, "hidden": (4, 2)} for run in range(300)]


def _write_run(path):
    save_run(Trainer(Spec(hidden=(4,), epochs=3)), path)


def _write_set(path):
    save_dataset(MINE)


def _read_set(path):
    assert load_dataset("mine").images.tobytes() == IMAGES.tobytes()


def _write_figure(path):
    write_figure(path, STUDY, CELLS, "loss", "sd")


def _write_film(path):
    write_film(Trainer(Spec(hidden=(4,), epochs=3)).run().past(), path, frames=2)


def _read_film(path):
    with Image.open(path) as film:
        assert film.n_frames == 2
        film.seek(1)
        film.load()


def _nothing(path):
    pass


KINDS = {
    "run.tp5": (_write_run, load_run),
    "mine.npz": (_write_set, _read_set),
    "table.csv": (lambda path: write_table(path, ROWS), _nothing),
    "table.json": (lambda path: write_table(path, ROWS), lambda path: json.loads(path.read_bytes())),
    "figure.svg": (_write_figure, _nothing),
    "figure.png": (_write_figure, _nothing),
    "figure.pdf": (_write_figure, _nothing),
    "film.gif": (_write_film, _read_film),
    "picture.png": (
        lambda path: write_png(np.rint(255 * IMAGES.reshape(-1, 16)).astype(np.uint8), path),
        _nothing,
    ),
}
"""What a file is called -> what writes it, and what reads it whole."""


def failure(write, path):
    """What is said where a file cannot be written."""
    try:
        write(path)
    except OSError as error:
        return told(error)
    return "it was written"


@contextmanager
def room(size):
    """No file can grow beyond so many bytes meanwhile, as on a disk that gets full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@contextmanager
def somebody():
    """Not root meanwhile, who may write anything."""
    if os.geteuid():
        yield
        return
    os.setresuid(65_534, 65_534, 0)
    try:
        yield
    finally:
        os.setresuid(0, 0, 0)


@pytest.fixture(params=KINDS)
def kind(request, tmp_path, monkeypatch):
    """A file of every kind: its place, what writes it, what reads it."""
    (tmp_path / "here").mkdir()
    monkeypatch.setattr(library, "folder", lambda: tmp_path / "here")
    write, read = KINDS[request.param]
    return tmp_path / "here" / request.param, write, read


def check_whole(path, read, before):
    """The file is as it was, or was not there and is not; nothing else is."""
    found = {file.name: file.read_bytes() for file in path.parent.iterdir()}
    assert found == ({} if before is None else {path.name: before})
    if before is not None:
        read(path)


@pytest.mark.parametrize("there", [True, False], ids=["replaced", "new"])
@pytest.mark.parametrize("share", [0.0, 0.5, 0.99])
def test_that_a_disk_that_stops_in_the_middle_leaves_the_old_file_and_nothing_else(kind, there, share):
    path, write, read = kind
    write(path)
    before = path.read_bytes()
    if not there:
        path.unlink()
    with room(int(share * len(before))):
        said = failure(write, path)
    assert said == f"{path}: the file would be larger than the system allows"
    check_whole(path, read, before if there else None)


def test_that_a_full_disk_is_told_and_leaves_nothing(kind):
    path, write, _ = kind
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    path.symlink_to("/dev/full")
    said = failure(write, path)
    assert said == f"{path}: the disk is full"
    assert path.is_symlink()
    assert stat.S_ISCHR(path.stat().st_mode)
    assert [file.name for file in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize("protected", ["file", "folder"])
def test_that_what_is_protected_stays_as_it_is(kind, protected):
    path, write, read = kind
    write(path)
    for folder in path.parents:
        if not folder.stat().st_mode & 0o001:  # pytest keeps its folders to itself
            folder.chmod(0o755)
    before = path.read_bytes()
    path.chmod(0o444 if protected == "file" else 0o666)
    path.parent.chmod(0o777 if protected == "file" else 0o555)
    try:
        with somebody():
            said = failure(write, path)
    finally:
        path.parent.chmod(0o755)
    assert said == f"{path}: access is denied; it may be protected, or open in another program"
    check_whole(path, read, before)
