"""Learning-rate schedules: the factor on the learning rate over the course of a run."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from core.base.registry import Choice, Registry


@dataclass(frozen=True, slots=True)
class Schedule(Choice):
    """A factor on the learning rate.

    Attributes
    ----------
    factor : share of the epochs that are done, 0 to 1 or beyond -> factor, 0 to 1.
    """

    factor: Callable[[float], float]


SCHEDULES: Registry[Schedule] = Registry(
    "schedule",
    Schedule("constant", "Constant", "The learning rate stays as it is.", lambda done: 1.0),
    # Loshchilov and Hutter 2017, without restarts
    Schedule(
        "cosine", "Cosine decay", "The learning rate falls to zero along half a cosine over the epochs.",
        lambda done: 0.5 * (1 + math.cos(math.pi * min(1.0, done))),
    ),
)  # fmt: skip
