"""What else was said to torch, and how many threads it has, neither breaks nor changes a run."""

import json
import subprocess
import sys

import numpy as np
import pytest
import torch
from bits import bits

from core import Dataset, Spec, Trainer
from core.train.report import report

CHILD = """
import hashlib, json, sys
import torch
from core import Spec, Trainer, load_dataset
from core.measure.denoising import denoising_score
from core.train.report import report

KINDS = json.loads({kinds!r})


def bits(trainer):
    held = hashlib.sha256()
    for tensor in trainer.checkpoint().tensors.values():
        held.update(tensor.numpy().tobytes())
    for curve in trainer.history.curves().values.values():
        held.update(curve.tobytes())
    return held.hexdigest()


def built():
    return [Trainer(Spec(**kind)) for kind in KINDS]


def gone(trainers):
    found = []
    for trainer in trainers:
        for _ in range(2):
            trainer.step()
        trainer.restore(trainer.checkpoint())
        trainer.run()
        score = denoising_score(trainer.model, load_dataset("font5x7"), "salt-and-pepper", 0.2, 2) \
            if trainer.dataset.count == 32 else ""
        found.append([bits(trainer), str(report(trainer)), str(score), str(trainer.snapshot().loss)])
    return json.dumps(found)


{code}
"""
BRIEF = [
    {"epochs": 3, "hidden": [6], "batch_size": 5, "noise": "shift", "noise_level": 0.3},
    {"epochs": 4, "hidden": [6], "variational": True, "noise": "block", "noise_level": 0.3},
    {"epochs": 3, "hidden": [5, 4], "contraction": 0.1, "penalty": "mmd", "optimizer": "rprop"},
    {"epochs": 2, "dataset": "emojis", "hidden": [256]},
]
SURROUNDINGS = {
    "float64": "torch.set_default_dtype(torch.float64)\nprint(gone(built()))",
    "a default device": "torch.set_default_device('meta')\nprint(gone(built()))",
    "inside a device": "with torch.device('meta'):\n    print(gone(built()))",
    "inference mode": "with torch.inference_mode():\n    print(gone(built()))",
    "made in inference mode": "with torch.inference_mode():\n    made = built()\nprint(gone(made))",
    "without gradients": "with torch.no_grad():\n    made = built()\nprint(gone(made))",
    "deterministic": "torch.use_deterministic_algorithms(True)\nprint(gone(built()))",
    "three threads": "torch.set_num_threads(3)\nprint(gone(built()))",
    "three threads at construction":
        "torch.set_num_threads(3)\nmade = built()\ntorch.set_num_threads(1)\nprint(gone(made))",
    "forked after use": """
import multiprocessing
torch.set_num_threads(3)
torch.rand(1000, 1000) @ torch.rand(1000, 1000)
gone(built()[:1])
context = multiprocessing.get_context("fork")
queue = context.SimpleQueue()
child = context.Process(target=lambda: queue.put(gone(built())))
child.start()
child.join(60)
print(queue.get() if child.exitcode == 0 else f"the child ended with {child.exitcode}")
child.kill()
""",
}  # fmt: skip
PLAIN = "torch.set_num_threads(1)\nprint(gone(built()))"


def told(code):
    """What a process finds in which torch was told something before."""
    code = CHILD.format(kinds=json.dumps(BRIEF), code=code)
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, timeout=200, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def plain():
    return told(PLAIN)


@pytest.mark.parametrize("what", SURROUNDINGS)
def test_that_a_run_has_the_same_bits_whatever_torch_was_told(plain, what):
    if what == "forked after use" and sys.platform == "win32":
        pytest.skip("Windows has no fork")
    for kind, alone, here in zip(BRIEF, plain, told(SURROUNDINGS[what]), strict=True):
        assert here == alone, kind


def test_that_a_set_too_large_to_remember_is_trained_on_whatever_device_torch_takes():
    images = np.random.default_rng(1).random((2500, 2, 2)).round()
    dataset = Dataset("large", images, tuple(range(2500)))
    spec = Spec(epochs=2, hidden=(3,), batch_size=500, noise="flip", noise_level=0.1)

    def trained():
        trainer = Trainer(spec, dataset).run()
        return bits(trainer), report(trainer), trainer.snapshot().labels

    alone = trained()
    with torch.device("meta"):
        assert trained() == alone
