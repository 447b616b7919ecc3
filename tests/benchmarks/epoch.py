"""One epoch beside the usual loop: torch.nn.Sequential, the same loss, backward(), torch.optim.Adam.

    python tests/benchmarks/epoch.py [--json]

One torch thread. Both do the same work in the same run, in turn; medians of the turns, in us an epoch.
"""

import json
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import torch
from torch import nn

from core import Spec, Trainer, load_dataset, preset

TURNS = 7


class Sine(nn.Module):
    """sin x, for the usual loop."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.sin(x)


MODULES = {"sine": Sine, "silu": nn.SiLU}


def usual_epoch(spec: Spec) -> Callable[[], None]:
    """The loop that every tutorial writes, on the same layers and data."""
    images = torch.from_numpy(load_dataset(spec.dataset).images.copy()).flatten(1)
    layers: list[nn.Module] = []
    half = [images.shape[1], *spec.hidden, spec.latent]
    for sizes in (half, half[::-1]):
        for fan_in, fan_out in pairwise(sizes):
            layers += [nn.Linear(fan_in, fan_out), MODULES[spec.activation]()]
        layers.pop()
    model = nn.Sequential(*layers)
    optimizer = torch.optim.Adam(model.parameters(), lr=spec.learning_rate, betas=(spec.momentum, spec.beta2))
    loss_of = nn.BCEWithLogitsLoss(reduction="sum")

    def epoch() -> None:
        optimizer.zero_grad()
        loss = loss_of(model(images), images) / len(images)
        loss.backward()
        optimizer.step()

    return epoch


def timed(epoch: Callable[[], None], count: int) -> float:
    """Microseconds an epoch."""
    start = time.perf_counter()
    for _ in range(count):
        epoch()
    return 1e6 * (time.perf_counter() - start) / count


def our_epoch(spec: Spec) -> Callable[[], None]:
    """A trainer past the epochs whose every one is recorded: one in ten is, as in most of a run."""
    trainer = Trainer(spec)
    for _ in range(1100):
        trainer.step()
    return trainer.step


def main() -> None:
    torch.set_num_threads(1)
    base = replace(preset("font-autoencoder"), epochs=10_000_000, focus=0.0)
    usual, alone = usual_epoch(base), our_epoch(base)
    timed(usual, 200)
    turns = [(timed(usual, 500), timed(alone, 2000)) for _ in range(TURNS)]
    theirs = statistics.median(turn[0] for turn in turns)
    result = {
        "usual_us": theirs,
        "ours_us": statistics.median(turn[1] for turn in turns),
        "ratio": statistics.median(turn[1] / turn[0] for turn in turns),
    }
    for replicas in (64, 512):
        many = our_epoch(replace(base, replicas=replicas))
        each = statistics.median(timed(many, 6400 // replicas) / replicas for _ in range(TURNS))
        result |= {f"replicas_{replicas}_us_a_run": each, f"replicas_{replicas}_ratio": each / theirs}
    if "--json" in sys.argv:
        print(json.dumps(result))
    else:
        for name, value in result.items():
            print(f"{name:28} {value:10.3f}")


if __name__ == "__main__":
    main()
