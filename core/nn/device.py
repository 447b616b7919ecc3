"""Where a run is computed, and with how many threads."""

import os

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
    """How many torch threads suit this run: one for small work, else all cores but one for the window.

    A forked process has one: of its parent's threads it has inherited the names alone, and torch would wait
    for their work for ever.
    """
    small = _forked or work(spec, dataset) < WORTH_A_THREAD
    suits = 1 if small else max(1, (os.cpu_count() or 1) - 1)
    return min(suits, _most) if _most else suits


_most = 0
"""How many threads `thread_count` allows a run; 0 for as many as suit it."""


def use_at_most(threads: int) -> None:
    """Let runs that begin in this process from now on use no more threads than this; 0 for no bound."""
    global _most
    _most = threads


class Threads:
    """Use `count` torch threads inside the block, and as many as before after it.

    The count decides the last bits of sums. A class, because every epoch enters one: a generator takes twice
    as long.
    """

    __slots__ = ("_before", "_count")

    def __init__(self, count: int) -> None:
        self._count = count

    def __enter__(self) -> None:
        self._before = torch.get_num_threads()
        self._use(self._count)

    def __exit__(self, *error: object) -> None:
        self._use(self._before)

    def _use(self, count: int) -> None:
        if count != torch.get_num_threads() and not _forked:
            torch.set_num_threads(count)


_forked = False
"""Whether this process was forked from one that had torch."""


def _after_fork() -> None:
    global _forked
    _forked = True
    torch.set_num_threads(1)


if hasattr(os, "register_at_fork"):  # Windows has no fork
    os.register_at_fork(after_in_child=_after_fork)
