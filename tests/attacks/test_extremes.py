"""Specs from the fields' own limits: each ends in a value or in a `SpecError`, in seconds and in bounds."""

import json
import subprocess
import sys

import pytest

CHILD = """
import json, math, random, resource, sys, time

resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
import torch

from core import Spec, SpecError, Trainer, load_dataset
from core.experiment.spec import FIELDS
from core.train.trainer import Diverged

seed, cases = map(int, sys.argv[1:])
KNOWN = ("font5x7", "digits", "emojis", "nowhere", "../x")


def value_of(name, chance):
    field = FIELDS[name]
    low, high, choices = (field.metadata[key] for key in ("low", "high", "choices"))
    if name == "dataset":
        return chance.choice(KNOWN)
    if choices is not None:
        return chance.choice((*choices.names(), *choices.names(), "nonsense"))
    if type(field.default) is bool:
        return chance.choice((True, False))
    if name == "hidden":
        return tuple(chance.choice((1, 2, 30, 300, 4096)) for _ in range(chance.choice((0, 1, 2, 12, 13))))
    kind = type(field.default)
    middle = kind(math.exp(chance.uniform(math.log(max(low, 1e-7)), math.log(high))))
    if chance.random() < 0.1:
        return chance.choice((kind(high) + 1, math.nan, math.inf, -1, None))
    return chance.choice((kind(low), kind(high), middle))


for case in range(cases):
    chance = random.Random(f"{seed}/{case}")
    names = chance.sample(sorted(FIELDS), chance.choice((1, 2, 3)))
    values = {name: value_of(name, chance) for name in names}
    start = time.perf_counter()
    try:
        # what takes long and is small is another test's: here the door is tried, and a few batches
        trainer = Trainer(Spec(**values))
        built = time.perf_counter()
        trainer.step(lambda: time.perf_counter() - built > 1)
        ended = "a value"
    except (SpecError, Diverged) as error:
        ended = type(error).__name__
    except ValueError as error:
        ended = "SpecError" if "data set" in str(error) else repr(error)
    except Exception as error:
        ended = repr(error)[:300]
    print(json.dumps([case, repr(values), ended, time.perf_counter() - start]), flush=True)
"""
SECONDS = 30


def tried(seed, cases):
    """Runs the cases in a child that may take 4 GB, and holds what became of each."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", CHILD, str(seed), str(cases)],
        capture_output=True, text=True, timeout=3000, check=False,
    )  # fmt: skip
    told = [json.loads(line) for line in done.stdout.splitlines()]
    for case, values, ended, seconds in told:
        where = f"seed {seed}, case {case}: {values} ended in {ended} after {seconds:.1f} s"
        assert ended in ("a value", "SpecError", "Diverged"), where
        assert seconds < SECONDS, where
    assert done.returncode == 0, f"seed {seed}, after case {len(told) - 1}: {done.stderr[-500:]}"
    assert len(told) == cases
    assert {"a value", "SpecError"} <= {ended for _, _, ended, _ in told}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on a process's addresses")
@pytest.mark.parametrize(
    "cases", [12, pytest.param(600, marks=[pytest.mark.slow, pytest.mark.timeout(3000)])]
)
def test_that_a_spec_of_extremes_ends_in_a_value_or_in_words(cases):
    tried(11, cases)
