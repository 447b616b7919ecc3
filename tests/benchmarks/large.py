"""Large work: 60,000 images of 28x28 in shuffled minibatches of 128, beside the usual loop.

    python tests/benchmarks/large.py [--json]

784-128-32-128-784, SiLU, cross-entropy, Adam, one torch thread; images a second, and how much the resident
memory of the process grows from the first epoch to the last.
"""

import resource
import statistics
import time

import numpy as np
import torch
from _timing import tell, usual

from core import Dataset, Spec, Trainer

COUNT, TURNS = 60_000, 3


def resident() -> float:
    """Most memory ever resident, MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    torch.set_num_threads(1)
    images = (np.random.default_rng(0).random((COUNT, 28, 28), dtype=np.float32) > 0.8).astype(np.float32)
    dataset = Dataset("synthetic", images, ("",) * COUNT)
    spec = Spec(
        dataset="synthetic", hidden=(128,), latent=32, activation="silu", batch_size=128, epochs=1000,
        learning_rate=0.001,
    )  # fmt: skip
    trainer, theirs = Trainer(spec, dataset), usual(spec, dataset)
    trainer.advance(1)
    theirs(1)
    before = resident()
    times = []
    for _ in range(TURNS):
        start = time.perf_counter()
        trainer.advance(1)
        middle = time.perf_counter()
        theirs(1)
        times.append((middle - start, time.perf_counter() - middle))
    first, second = (COUNT / statistics.median(each) for each in zip(*times, strict=True))
    for _ in range(TURNS):
        trainer.step()
    tell({
        "ours_images_a_second": first, "usual_images_a_second": second, "throughput_of_usual": first / second,
        "memory_grown_mib": resident() - before,
    })  # fmt: skip


if __name__ == "__main__":
    main()
