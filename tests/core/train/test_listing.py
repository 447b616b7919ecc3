"""What a list shows of run files, held against the runs in them."""

import json
import math
import os
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from strategies import specs

import core.data.library
from core import Dataset, Spec, Trainer, load_run, save_run
from core.base.files import shipped
from core.base.troubles import told
from core.measure.metrics import METRICS
from core.train.about import About, Parent
from core.train.listing import SPARK, read_entry
from core.train.trainer import Diverged

RUNS = Path(__file__).resolve().parents[2] / "data" / "runs"
ALL = [*sorted(shipped("resources/runs").glob("*.tp5")), *sorted(RUNS.rglob("*.tp5"))]
BARE = "large-set"
"""A file without images, whose set is gone."""
ANY = settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


def check(path):
    """An entry says what the run in its file says."""
    entry, trainer = read_entry(path), load_run(path)
    curves = trainer.history.curves()
    last = {name: float(column[-1, curves.leader]) for name, column in curves.values.items()}
    assert entry.fault is None
    assert (entry.path, entry.size, entry.when) == (path, path.stat().st_size, path.stat().st_mtime)
    assert (entry.about, entry.epoch, entry.ended) == (trainer.about, trainer.epoch, trainer.finished)
    assert replace(entry.spec, device="auto") == replace(trainer.spec, device="auto")
    assert (entry.count, entry.shape) == (trainer.dataset.count, trainer.dataset.shape)
    shown = {m.name for m in METRICS if m.drawn(trainer.spec, trainer.dataset) and m.name in last}
    assert entry.metrics == {name: last[name] for name in last if name in shown and math.isfinite(last[name])}
    epochs, losses = entry.curve
    assert len(epochs) == min(SPARK, len(curves.epochs))
    assert (epochs[0], epochs[-1]) == (curves.epochs[0], curves.epochs[-1])
    places = np.searchsorted(curves.epochs, epochs)
    assert np.array_equal(losses, curves.values["loss"][places, curves.leader], equal_nan=True)


@pytest.mark.parametrize("path", [path for path in ALL if path.stem != BARE], ids=lambda path: path.stem)
def test_that_the_entry_of_a_run_of_any_format_says_what_the_run_says(path):
    check(path)


def test_that_a_file_without_images_is_listed_without_them():
    entry = read_entry(next(path for path in ALL if path.stem == BARE))
    assert (entry.fault, entry.count, entry.shape) == (None, 0, (0, 0))
    assert entry.metrics["loss"] > 0


@given(spec=specs())
@ANY
def test_that_the_entry_of_any_run_says_what_the_run_says(spec, tmp_path):
    trainer = Trainer(spec)
    try:
        trainer.step()
    except Diverged:
        return
    trainer.about = About("mine", "a note", True, Parent("another", 7), 2.5)
    check(save_run(trainer, tmp_path / "run.tp5"))


def test_that_grey_images_of_a_set_that_is_gone_are_known_by_the_file(tmp_path, monkeypatch):
    monkeypatch.setattr(core.data.library, "folder", lambda: tmp_path / "nobody")
    images = (np.arange(1200 * 300) % 256 / np.float32(255)).astype(np.float32).reshape(1200, 20, 15)
    grey = Dataset("gone", images, tuple(map(str, range(1200))))
    trainer = Trainer(Spec(dataset="gone", hidden=(2,), epochs=1), grey)
    trainer.step()
    path = save_run(trainer, tmp_path / "run.tp5")
    check(path)
    assert "recognised" not in read_entry(path).metrics


def test_that_a_run_is_listed_without_its_weights(tmp_path, monkeypatch):
    """What lies in the file beside header, curves and first images is never read."""
    trainer = Trainer(Spec(hidden=(512,), latent=256, epochs=1))
    path = save_run(trainer, tmp_path / "run.tp5")
    read = 0

    class Counting:
        def __init__(self, file):
            self._file = file

        def __getattr__(self, name):
            return getattr(self._file, name)

        def __enter__(self):
            return self

        def __exit__(self, *error):
            self._file.close()

        def read(self, size):
            nonlocal read
            read += size
            return self._file.read(size)

    opened = Path.open
    monkeypatch.setattr(Path, "open", lambda path, *how: Counting(opened(path, *how)))
    assert read_entry(path).fault is None
    assert 0 < read < path.stat().st_size / 50


@pytest.mark.parametrize("kind", ["nothing", "empty", "a folder", "text", "cut", "longer", "newer", "field"])
def test_that_a_file_that_is_no_run_says_what_is_wrong(kind, tmp_path):
    path = tmp_path / "run.tp5"
    data = (shipped("resources/runs") / "font-autoencoder.tp5").read_bytes()
    end = 8 + int.from_bytes(data[:8], "little")
    header = json.loads(data[8:end])
    if kind == "newer":
        header["__metadata__"]["format"] = "99"
    spec = json.loads(header["__metadata__"]["spec"]) | ({"warp": 9} if kind == "field" else {})
    header["__metadata__"]["spec"] = json.dumps(spec)
    text = json.dumps(header).encode()
    changed = len(text).to_bytes(8, "little") + text + data[end:]
    if kind == "a folder":
        path.mkdir()
    elif kind != "nothing":
        path.write_bytes(
            {"empty": b"", "text": b"# notes\n" * 40, "cut": data[:-1], "longer": data + b"x"}.get(
                kind, changed
            )
        )
    entry = read_entry(path)
    assert entry.fault is not None
    assert len(told(entry.fault).splitlines()) == 1
    assert (entry.spec, entry.about, entry.kind) == (None, About(), "run.tp5")
    words = {"newer": "format 99", "field": "warp", "nothing": "no such file"}
    assert words.get(kind, "") in told(entry.fault)


@pytest.mark.skipif(sys.platform == "win32", reason="it has no pipes with a name in a folder")
def test_that_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "run.tp5")
    assert read_entry(tmp_path / "run.tp5").fault is not None
