"""What a study is: many runs of a few settings. It needs no torch; `groups` runs it."""

import itertools
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from core.base.words import FieldName, Refusal
from core.data.datasets import load_dataset
from core.experiment.spec import Spec, edit

TEST_NOISE = "test_noise"
"""An axis that is not a field of the run: the noise level under which a trained run is measured."""

Row = dict[str, Any]
"""What is known of one run, by name: the varied fields, and what was measured."""

Key = tuple[tuple[Any, ...], int, float | None]
"""What a row is of: the setting that was trained, the number of the run, the test noise or None."""


class StudyError(Refusal):
    """A study that cannot be run, or a file that does not belong to it; the message says why."""


@dataclass(frozen=True, slots=True)
class Axis:
    """What varies, and over which values.

    Attributes
    ----------
    field : a field of `Spec`, or `TEST_NOISE`.
    values : at least one, of the field's type.
    """

    field: str
    values: tuple[Any, ...]


MOST_RUNS = 10_000
"""Runs of a setting."""


@dataclass(frozen=True, slots=True)
class Study:
    """Many runs of every setting: every combination of the axes' values.

    Attributes
    ----------
    base : what does not vary; its seed is the seed of the first run of every setting. Its `replicas`, and
        its values of the fields that vary, mean nothing.
    axes : none, one or two.
    runs : how many runs every setting has, from 1 to 10,000.

    Raises
    ------
    StudyError, SpecError : at construction, naming what is wrong.
    """

    base: Spec
    axes: tuple[Axis, ...]
    runs: int

    def __post_init__(self) -> None:
        if len(self.axes) > 2 or len({axis.field for axis in self.axes}) < len(self.axes):
            raise StudyError("a study varies at most two different fields")
        if not 1 <= self.runs <= MOST_RUNS:
            raise StudyError("runs must be from 1 to {most}, not {runs}", most=MOST_RUNS, runs=self.runs)
        for axis in self.axes:
            _check(axis)
        for setting in self.cells():
            spec = self.spec_of(setting, self.runs - 1)
            load_dataset(spec.dataset)
            if self.tests and spec.noise == "none":
                raise StudyError("{field} needs a kind of noise in every run", field=FieldName(TEST_NOISE))

    @property
    def trained(self) -> tuple[Axis, ...]:
        """The axes over fields of the run: every setting of them needs runs of its own."""
        return tuple(axis for axis in self.axes if axis.field != TEST_NOISE)

    @property
    def tests(self) -> tuple[float, ...]:
        """The levels of test noise; empty where it does not vary."""
        return next((axis.values for axis in self.axes if axis.field == TEST_NOISE), ())

    @property
    def levels(self) -> tuple[float | None, ...]:
        """The levels of test noise that every run is measured under; None alone where it does not vary."""
        return self.tests or (None,)

    @property
    def total(self) -> int:
        """How many runs are trained in all."""
        return len(self.cells()) * self.runs

    def cells(self) -> list[tuple[Any, ...]]:
        """Every setting that needs runs of its own: one value for every axis of `trained`."""
        return list(itertools.product(*(axis.values for axis in self.trained)))

    def spec_of(self, cell: Sequence[Any], run: int = 0) -> Spec:
        """The spec of one run of a setting, numbered from 0; `SpecError` where no run can have it."""
        values = dict(zip((axis.field for axis in self.trained), cell, strict=True))
        return edit(self.base, values | {"seed": self.base.seed + run, "replicas": 1})

    def same_runs(self, other: "Study") -> bool:
        """Whether another study trains and measures the same, whatever its base says that means nothing."""
        if (self.axes, self.runs) != (other.axes, other.runs):
            return False
        first = self.cells()[0]
        return self.spec_of(first) == other.spec_of(first)

    def to_json(self) -> str:
        """The study as one JSON object."""
        axes = [[axis.field, list(axis.values)] for axis in self.axes]
        return json.dumps({"base": asdict(self.base), "axes": axes, "runs": self.runs})

    @classmethod
    def from_json(cls, text: str) -> "Study":
        """The study that `to_json` wrote; `StudyError` or `SpecError` if it is none."""
        try:
            read = json.loads(text)
            axes = tuple(_axis(name, values) for name, values in read["axes"])
            if type(read["runs"]) is not int:
                raise TypeError("runs is not a whole number")
            return cls(Spec.from_dict(read["base"]), axes, read["runs"])
        except Refusal:
            raise
        except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
            raise StudyError("this is not a study: {error}", error=error) from error


def _check(axis: Axis) -> None:
    """Refuse an axis that no study can have."""
    field = FieldName(axis.field)
    if not axis.values or len(set(axis.values)) < len(axis.values):
        raise StudyError("{field} needs at least one value, and no value twice", field=field)
    if axis.field in ("seed", "replicas"):
        raise StudyError("{field} differs between the runs of a setting; vary another field", field=field)
    if axis.field == TEST_NOISE:
        levels = [isinstance(value, int | float) and 0 <= value <= 1 for value in axis.values]
        if not all(levels):
            raise StudyError("{field} must be a level from 0 to 1", field=field)


def _axis(name: Any, values: Any) -> Axis:
    """An axis as JSON holds it, in which layers are lists."""
    if not isinstance(name, str) or not isinstance(values, list):
        raise TypeError("an axis is a field and a list of values")
    return Axis(name, tuple(tuple(value) if isinstance(value, list) else value for value in values))
