"""Where a run is computed, and with how many threads."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import torch

from core.data.datasets import Dataset
from core.experiment.fields import SpecError
from core.experiment.spec import Spec
from core.nn.network import parameter_count

WORTH_A_CARD = 2e8
"""Multiplications a step from which `auto` takes a graphics card.

A step is some 50 kernels, and starting one costs a card 5 to 10 us, so a step takes up to 0.5 ms there
however small it is. One core needs some 20 ms for this much, forward and backward: by then even a slow card
is faster.
"""

WORTH_A_THREAD = 5e7
"""Multiplications a step from which a second thread pays.

Below, it gains nothing, and beside another busy process it costs ten times (measured on two busy cores: 43 ms
an epoch instead of 4 for a VAE on 20 emojis).
"""


def work(spec: Spec, dataset: Dataset) -> float:
    """Multiplications of one forward pass of one step, all replicas together."""
    batch = min(spec.batch_size or dataset.count, dataset.count)
    return float(spec.replicas) * batch * parameter_count(spec, dataset.pixels)


def present() -> tuple[str, ...]:
    """The devices of this machine that torch can use, the processor first."""
    cards = (("cuda", torch.cuda.is_available()), ("mps", torch.backends.mps.is_available()))
    return ("cpu", *(name for name, there in cards if there))


def choose(spec: Spec, dataset: Dataset, there: tuple[str, ...] | None = None) -> str:
    """The device for a run: the one the spec names, or by `auto` the one that suits the work.

    `there` stands in for `present()`.

    Raises
    ------
    SpecError : this machine lacks the device; the message says what it has.
    """
    there = present() if there is None else there
    if spec.device == "auto":
        return there[-1] if work(spec, dataset) >= WORTH_A_CARD else "cpu"
    if spec.device not in there:
        raise SpecError(
            "device", "this machine has no {device}; it has {there}",
            device=spec.device, there=", ".join(there),
        )  # fmt: skip
    return spec.device


def thread_count(spec: Spec, dataset: Dataset) -> int:
    """How many torch threads suit this run: one for small work, else all cores but one for the window."""
    return 1 if work(spec, dataset) < WORTH_A_THREAD else max(1, (os.cpu_count() or 1) - 1)


@contextmanager
def threads(count: int) -> Iterator[None]:
    """Use `count` torch threads inside the block, and as many as before after it.

    The count decides the last bits of sums.
    """
    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)
