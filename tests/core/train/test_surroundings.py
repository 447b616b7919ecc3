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
    return found


def told(name, code):
    made = {{}}
    exec(code, globals() | {{"tell": lambda found: made.update(found=found)}})
    return made["found"]


found = {{}}
for name, code in json.loads({surroundings!r}).items():
    try:
        found[name] = told(name, code)
    except Exception as error:
        found[name] = repr(error)
    torch.set_default_dtype(torch.float32)
    torch.set_default_device(None)
    torch.use_deterministic_algorithms(False)
    torch.set_num_threads(1)
print(json.dumps(found))
"""
BRIEF = [
    {"epochs": 3, "hidden": [6], "batch_size": 5, "noise": "shift", "noise_level": 0.3},
    {"epochs": 4, "hidden": [6], "variational": True, "noise": "block", "noise_level": 0.3},
    {"epochs": 3, "hidden": [5, 4], "contraction": 0.1, "penalty": "mmd", "optimizer": "rprop"},
    {"epochs": 2, "dataset": "emojis", "hidden": [256]},
]
PLAIN = "tell(gone(built()))"
SURROUNDINGS = {
    "float64": "torch.set_default_dtype(torch.float64)\ntell(gone(built()))",
    "a default device": "torch.set_default_device('meta')\ntell(gone(built()))",
    "inside a device": "with torch.device('meta'):\n    tell(gone(built()))",
    "inference mode": "with torch.inference_mode():\n    tell(gone(built()))",
    "made in inference mode": "with torch.inference_mode():\n    made = built()\ntell(gone(made))",
    "without gradients": "with torch.no_grad():\n    made = built()\ntell(gone(made))",
    "deterministic": "torch.use_deterministic_algorithms(True)\ntell(gone(built()))",
    "three threads": "torch.set_num_threads(3)\ntell(gone(built()))",
    "three threads at construction":
        "torch.set_num_threads(3)\nmade = built()\ntorch.set_num_threads(1)\ntell(gone(made))",
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
tell(queue.get() if child.exitcode == 0 else f"the child ended with {child.exitcode}")
child.kill()
""",
}  # fmt: skip
if sys.platform == "win32":
    del SURROUNDINGS["forked after use"]


def told(surroundings):
    """What a process finds in which torch was told one thing after another, by name."""
    code = CHILD.format(kinds=json.dumps(BRIEF), surroundings=json.dumps(surroundings))
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, timeout=200, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def plain():
    """The runs of a process that was told nothing."""
    return told({"plain": PLAIN})["plain"]


@pytest.fixture(scope="module")
def found():
    """The runs in all surroundings, in one process: to begin takes longer than any of them."""
    return told(SURROUNDINGS)


@pytest.mark.parametrize("what", SURROUNDINGS)
def test_that_a_run_has_the_same_bits_whatever_torch_was_told(plain, found, what):
    assert found[what] == plain


@pytest.mark.slow
@pytest.mark.parametrize("what", SURROUNDINGS)
def test_that_a_run_has_the_same_bits_whatever_torch_was_told_before_its_first_use(plain, what):
    assert told({what: SURROUNDINGS[what]})[what] == plain


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
