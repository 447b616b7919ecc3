"""What a run needs is counted before it is built, and held against what there is."""

import json
import resource
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import Dataset, Spec, SpecError, Trainer, load_dataset, preset, save_run
from core.experiment.presets import presets
from core.nn import machine
from core.train import memory
from core.train.history import History, due, most_room, points
from core.train.memory import EVERYDAY, check_memory

FONT = load_dataset("font5x7")
GIGABYTE = 10**9

# -- the count

MOST = """
import re, resource, sys
from pathlib import Path

def most():
    if sys.platform != "linux":
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    # what `resource` tells there is no less than what the process had that started this one
    return 1024 * int(re.search(r"VmHWM:\\s+([0-9]+)", Path("/proc/self/status").read_text())[1])
"""
"""The most memory that a process has taken, in bytes."""
PEAK = (
    MOST
    + """
import json
import numpy as np
from core import Dataset, Spec, Trainer
from core.train.memory import needed

kind, images, side = json.loads(sys.argv[1])
pixels = np.random.default_rng(0).random((images, side, side), dtype=np.float32)
dataset, spec = Dataset("mine", pixels, tuple(map(str, range(images)))), Spec(**kind)
Trainer(Spec(epochs=1)).run().snapshot()
before = most()
Trainer(spec, dataset).run().snapshot()
print(needed(spec, dataset) / (most() - before))
"""
)
KINDS = [
    pytest.param({"replicas": 200, "hidden": [512]}, 32, 6, id="wide replicas"),
    pytest.param({"hidden": [256]}, 4000, 28, id="full batch"),
    pytest.param(
        {
            "hidden": [256], "replicas": 4, "noise": "gaussian", "noise_level": 0.3, "batch_size": 500,
            "output": "tanh", "loss": "squared-error",
        },
        3000, 28, id="noise",
    ),
    pytest.param(
        {"hidden": [128], "latent": 32, "variational": True, "replicas": 8}, 2000, 28, id="variational"
    ),
    pytest.param(
        {"hidden": [64], "latent": 16, "contraction": 0.1, "replicas": 2}, 1000, 12, id="contractive"
    ),
    pytest.param({"hidden": [16], "penalty": "mmd", "replicas": 2}, 3000, 8, id="wasserstein"),
    pytest.param({"replicas": 50, "hidden": [1024], "optimizer": "rprop"}, 32, 6, id="rprop"),
    pytest.param({"hidden": [4], "replicas": 1500, "epochs": 700}, 8, 3, id="curves"),
    pytest.param(
        {"hidden": [16], "replicas": 16, "batch_size": 50, "noise": "flip", "noise_level": 0.1}, 2500, 16,
        id="compiled points",
    ),
    pytest.param({"hidden": [400], "replicas": 100, "batch_size": 5}, 32, 6, id="compiled states"),
]  # fmt: skip
BRIEF = {"noise", "compiled states"}


@pytest.mark.parametrize(
    ("kind", "images", "side"),
    [
        pytest.param(*kind.values, id=kind.id, marks=[pytest.mark.slow] * (kind.id not in BRIEF))
        for kind in KINDS
    ],
)
def test_that_the_count_is_the_measured_peak_within_a_factor_of_two(kind, images, side):
    """The peak of a process of its own, beside that of an everyday run before."""
    words = json.dumps([{"epochs": 2} | kind, images, side])
    done = subprocess.run([sys.executable, "-c", PEAK, words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert 1 / 2 < float(done.stdout) < 2


SAVED = (
    MOST
    + """
from core import Spec, Trainer, save_run

trainer = Trainer(Spec(epochs=1, replicas=100, hidden=[1024], device="cpu")).run()
trainer.snapshot()
trained = most()
path = save_run(trainer, sys.argv[1])
print((most() - trained) / path.stat().st_size)
"""
)


def test_that_saving_takes_no_more_memory_than_training_did(tmp_path):
    words = [sys.executable, "-c", SAVED, str(tmp_path / "run.tp5")]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert float(done.stdout) < 0.2  # of the file


@given(st.integers(0, 300_000))
def test_that_the_points_of_the_curves_are_counted_exactly(epochs):
    assert points(epochs) == sum(1 for epoch in range(epochs + 1) if due(epoch))


@pytest.mark.parametrize("epochs", [1, 255, 256, 700, 1300])
def test_that_the_room_of_the_curves_is_what_a_history_takes(epochs):
    history = History(("loss",), 1)
    for epoch in range(epochs + 1):
        if due(epoch):
            history.extend([epoch], {"loss": np.zeros((1, 1), np.float32)})
    room = history.curves().values["loss"].base.shape[-2]
    assert room <= most_room(epochs) <= 1.5 * room


@pytest.mark.parametrize("example", presets(), ids=lambda example: example.name)
def test_that_a_preset_is_an_everyday_run(monkeypatch, example):
    """One network of it, and 64 of one on the font: it is not even asked what there is."""
    monkeypatch.setattr(memory, "available", lambda device: 0)
    check_memory(example.spec, load_dataset(example.spec.dataset))


# -- the refusal


@pytest.fixture
def little(monkeypatch):
    """A machine with 10 GB free."""
    monkeypatch.setattr(memory, "available", lambda device: 10 * GIGABYTE)


@pytest.mark.usefixtures("little")
@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("replicas", {"hidden": (4096,), "replicas": 1500}),
        ("hidden", {"hidden": (4096,) * 12}),
        ("replicas", {"hidden": (4096,), "replicas": 65_536}),
        ("replicas", {"replicas": 65_536, "epochs": 10_000}),
    ],
)
def test_that_what_cannot_be_held_is_refused_by_the_field_to_blame(tp5, field, wrong):
    spec = replace(preset("font-autoencoder"), **wrong)
    with pytest.raises(
        SpecError, match=r"would need about [\d,.]+ GB of memory, and it may take 8.0 GB"
    ) as no:
        Trainer(spec)
    assert no.value.field == field
    settings = [
        word
        for name, value in wrong.items()
        for word in ("--set", f"{name}={','.join(map(str, value)) if isinstance(value, tuple) else value}")
    ]
    status, out, err = tp5("train", "font-autoencoder", *settings)
    assert (status, out, err) == (2, "", f"tp5: {no.value}\n")


@pytest.mark.usefixtures("little")
def test_that_a_large_set_is_blamed_where_no_field_helps(monkeypatch):
    monkeypatch.setattr(memory, "available", lambda device: EVERYDAY)
    images = np.broadcast_to(np.float32(0), (200_000, 16, 16))
    with pytest.raises(SpecError) as no:
        check_memory(Spec(hidden=(), latent=1, batch_size=10), Dataset("large", images, ("x",) * 200_000))
    assert no.value.field == "dataset"


def test_that_a_file_that_asks_for_too_much_is_refused_in_words(tp5, tmp_path, monkeypatch):
    spec = Spec(hidden=(512,), replicas=200, epochs=1)
    path = save_run(Trainer(spec), tmp_path / "run.tp5")
    monkeypatch.setattr(memory, "available", lambda device: GIGABYTE // 10)
    status, out, err = tp5("evaluate", path)
    assert (status, out) == (2, "")
    assert "run.tp5" in err
    assert "GB of memory" in err


# -- what there is


def _cgroup(folder, limit, used, cached, names):
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in zip(names, (limit, used), strict=True):
        (folder / name).write_text(f"{text}\n")
    (folder / "memory.stat").write_text(f"anon 1\ninactive_file {cached}\ntotal_inactive_file {cached}\n")


V1 = ("memory.limit_in_bytes", "memory.usage_in_bytes")
V2 = ("memory.max", "memory.current")


@pytest.mark.parametrize(("line", "below", "names"), [("4:memory:", "memory", V1), ("0::", "", V2)])
def test_that_the_limits_of_a_control_group_and_of_those_around_it_count(tmp_path, line, below, names):
    own = tmp_path / "own"
    own.write_text(f"9:name=systemd:/\n{line}/jobs/mine\n")
    _cgroup(tmp_path / below / "jobs" / "mine", 5000, 1000, 300, names)
    _cgroup(tmp_path / below / "jobs", 4000, 1000, 0, names)
    assert sorted(machine.left_by_cgroups(tmp_path, own)) == [3000, 4300]


def test_that_a_control_group_without_a_limit_has_none(tmp_path):
    own = tmp_path / "own"
    own.write_text("0::/mine\n")
    _cgroup(tmp_path / "mine", "max", 1000, 0, V2)
    assert list(machine.left_by_cgroups(tmp_path, own)) == []
    assert list(machine.left_by_cgroups(tmp_path, tmp_path / "nowhere")) == []


def test_that_in_a_container_whose_path_is_the_hosts_the_root_counts(tmp_path):
    own = tmp_path / "own"
    own.write_text("4:memory,cpu:/docker/0123\n")
    _cgroup(tmp_path / "memory", 5000, 1000, 0, V1)
    assert list(machine.left_by_cgroups(tmp_path, own)) == [4000]


LIMITED = """
import resource
from core.nn.machine import available
before = available()
resource.setrlimit(resource.{limit}, (6 << 30, 6 << 30))
print(before, available())
"""


@pytest.mark.parametrize("limit", ["RLIMIT_AS", "RLIMIT_DATA"])
def test_that_the_limit_of_the_process_counts(limit):
    done = subprocess.run(
        [sys.executable, "-c", LIMITED.format(limit=limit)], capture_output=True, text=True, check=False
    )
    before, after = map(int, done.stdout.split())
    assert 0 < after < min(6 << 30, before + 1), done.stderr
    assert resource.RLIM_INFINITY not in (before, after)
