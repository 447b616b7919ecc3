"""What a study is: many runs of a few settings. Without torch, so that asking is quick; `groups` runs it."""

import itertools
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from core.data.datasets import load_dataset
from core.experiment.fields import SpecError
from core.experiment.spec import Spec, edit

TEST_NOISE = "test_noise"
"""An axis of its own: no field of the run, but the noise level under which a trained run is measured."""

Row = dict[str, Any]
"""What is known of a run, by name: the varied fields, and what was measured."""


class StudyError(ValueError):
    """A study that cannot be, or a journal that is not this study's; the message says why."""


@dataclass(frozen=True, slots=True)
class Axis:
    """What varies, and over which values.

    Attributes
    ----------
    field : a field of `Spec`, or `TEST_NOISE`.
    values : at least one.
    """

    field: str
    values: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Study:
    """The question how so many runs of each setting turn out.

    Attributes
    ----------
    base : what does not vary; its seed is that of the first run of each setting.
    axes : none, one or two.
    runs : of each setting.

    Raises
    ------
    StudyError, SpecError : at construction, naming what cannot be.
    """

    base: Spec
    axes: tuple[Axis, ...]
    runs: int

    def __post_init__(self) -> None:
        if len(self.axes) > 2 or len({axis.field for axis in self.axes}) < len(self.axes):
            raise StudyError("a study varies at most two different fields")
        if not 1 <= self.runs <= 10_000:
            raise StudyError(f"runs must be from 1 to 10,000, not {self.runs}")
        for axis in self.axes:
            if not axis.values or len(set(axis.values)) < len(axis.values):
                raise StudyError(f"{axis.field} needs at least one value, and none of them twice")
            if axis.field in ("seed", "replicas"):
                raise StudyError(f"{axis.field} is what the runs of a setting differ in; vary another field")
            levels = axis.field != TEST_NOISE or all(
                isinstance(each, int | float) and 0 <= each <= 1 for each in axis.values
            )
            if not levels:
                raise StudyError(f"{TEST_NOISE} is a level from 0 to 1")
        for cell in self.cells():
            spec = self.spec_of(cell, self.runs - 1)
            load_dataset(spec.dataset)
            if self.tests and spec.noise == "none":
                raise StudyError(f"{TEST_NOISE} needs a kind of noise in every run")

    @property
    def trained(self) -> tuple[Axis, ...]:
        """The axes that need runs of their own."""
        return tuple(axis for axis in self.axes if axis.field != TEST_NOISE)

    @property
    def tests(self) -> tuple[float, ...]:
        """The test noises, if any."""
        return next((axis.values for axis in self.axes if axis.field == TEST_NOISE), ())

    @property
    def total(self) -> int:
        """Runs to train in all."""
        return len(self.cells()) * self.runs

    def cells(self) -> list[tuple[Any, ...]]:
        """Every setting that needs runs of its own: a value for each of `trained`."""
        return list(itertools.product(*(axis.values for axis in self.trained)))

    def spec_of(self, cell: Sequence[Any], run: int = 0) -> Spec:
        """The spec of one run of a setting, to be opened and looked at; `SpecError` if it cannot be."""
        values = dict(zip((axis.field for axis in self.trained), cell, strict=True))
        return edit(self.base, values | {"seed": self.base.seed + run, "replicas": 1})

    def to_json(self) -> str:
        """The study as one JSON object."""
        axes = [[axis.field, list(axis.values)] for axis in self.axes]
        return json.dumps({"base": asdict(self.base), "axes": axes, "runs": self.runs})

    @classmethod
    def from_json(cls, text: str) -> "Study":
        """The study that `to_json` wrote; `StudyError` or `SpecError` if it is none."""
        try:
            told = json.loads(text)
            axes = []
            for name, values in told["axes"]:
                if not isinstance(name, str) or not isinstance(values, list):
                    raise TypeError("an axis is a field and a list of values")
                axes.append(
                    Axis(name, tuple(tuple(each) if isinstance(each, list) else each for each in values))
                )
            if type(told["runs"]) is not int:
                raise TypeError("runs is not a whole number")
            return cls(Spec.from_dict(told["base"]), tuple(axes), told["runs"])
        except (StudyError, SpecError):
            raise
        except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
            raise StudyError(f"this is not a study: {error}") from error
