"""Learning-rate schedules: the factor on the learning rate over the course of a run."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.base.registry import Choice, Registry


@dataclass(frozen=True, slots=True)
class Schedule(Choice):
    """A factor on the learning rate.

    Attributes
    ----------
    factor : share of the epochs that are done, 0 to 1 or beyond -> factor, 0 to 1; a number, or an array of
        them.
    """

    factor: Callable[[Any], Any]


SCHEDULES: Registry[Schedule] = Registry(
    "schedule",
    Schedule("constant", "Constant", "The learning rate stays as it is.", lambda done: 1.0),
    # Loshchilov and Hutter 2017, without restarts
    Schedule(
        "cosine", "Cosine decay", "The learning rate falls to zero along half a cosine over the epochs.",
        lambda done: 0.5 * (1 + np.cos(np.pi * np.minimum(1.0, done))),
    ),
)  # fmt: skip
