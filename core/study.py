"""Studies: many runs of a few settings, as few tensor programs as can be, on any executor; a table out.

Runs of equal shape that differ only in fields of `MAY_DIFFER` are one program. A study is cut into groups of
such runs; a group is computed by one thread from its own words alone, so the table is the same, to the bit,
wherever its groups ran.
"""

import itertools
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import torch

from core.datasets import load_dataset
from core.denoising import denoising_score
from core.each import MAY_DIFFER
from core.report import report
from core.spec import Spec, SpecError, edit
from core.trainer import Diverged, Trainer

TEST_NOISE = "test_noise"
"""An axis of its own: no field of the run, but the noise level under which a trained run is measured."""

REPEATS = 20
"""Noisy copies of the set with which a run is measured under a test noise."""

TOGETHER = 64
"""Runs in a group, at most: enough to be quick, few enough that results come in while one watches."""

Row = dict[str, Any]
Watch = Callable[[float], bool]
"""Told the share of a group that is done; whether to go on."""


class StudyError(ValueError):
    """A study that cannot be, or a journal that is not this study's; the message says why."""


class Stopped(Exception):
    """A group was told to stop before it was done."""


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


@dataclass(frozen=True, slots=True)
class Group:
    """Runs of one study that are one tensor program.

    Attributes
    ----------
    spec : what they share, with as many replicas as there are runs.
    runs : (setting, number of the run) of every replica.
    """

    spec: Spec
    runs: tuple[tuple[tuple[Any, ...], int], ...]


def groups(study: Study) -> list[Group]:
    """The study as programs, in the order in which they are best run.

    Each holds runs of as many settings as can share it, and the first runs of all settings come first, so
    that the table grows for all of them at once.
    """
    settings: dict[Spec, list[tuple[Any, ...]]] = {}
    for cell in study.cells():
        spec = study.spec_of(cell)
        own = {name: getattr(study.base, name) for name in MAY_DIFFER}
        if not spec.noisy:  # it draws no noise at all, so it cannot share a program with those that do
            own["noise_level"] = 0.0
        settings.setdefault(replace(spec, **own), []).append(cell)
    programs = []
    for spec, cells in settings.items():
        runs = [(cell, number) for number in range(study.runs) for cell in cells]
        together = 1 if spec.patience else TOGETHER  # a patient run stops when its own time has come
        for start in range(0, len(runs), together):
            part = tuple(runs[start : start + together])
            programs.append(Group(replace(spec, replicas=len(part)), part))
    return sorted(programs, key=lambda group: group.runs[0][1])


def run_group(study: Study, group: Group, watch: Watch | None = None) -> list[Row]:
    """Train and measure a group; one row a run, or one a run and test noise.

    Rows hold the varied fields by name, `seed`, `run`, `images` (of the set), what `Report` measures,
    `seconds` (the run's share), `first_perfect` (the first recorded epoch without a wrong pixel, or None)
    and `diverged`.

    Raises
    ------
    Stopped : `watch` said so.
    """
    before = torch.get_num_threads()
    torch.set_num_threads(1)  # the count decides the last bits
    try:
        return _run(study, group, watch)
    finally:
        torch.set_num_threads(before)


def _run(study: Study, group: Group, watch: Watch | None) -> list[Row]:
    start = time.perf_counter()
    specs = [study.spec_of(cell, number) for cell, number in group.runs]
    own = {name: [getattr(spec, name) for spec in specs] for name in MAY_DIFFER}
    shared = {name: getattr(group.spec, name) for name in MAY_DIFFER if name != "seed"}
    trainer = Trainer(
        group.spec, each={name: each for name, each in own.items() if set(each) != {shared.get(name)}}
    )
    diverged = False
    try:
        while not trainer.finished:
            trainer.step()
            if watch is not None and not watch(trainer.epoch / group.spec.epochs):
                raise Stopped
    except Diverged:
        if len(specs) > 1:  # which of them did, only runs of their own can tell
            alone = [Group(replace(group.spec, replicas=1), (each,)) for each in group.runs]
            return [row for each in alone for row in run_group(study, each, watch)]
        diverged = True
    seconds = (time.perf_counter() - start) / len(specs)
    rows = []
    for replica, (cell, number) in enumerate(group.runs):
        row = dict(zip((axis.field for axis in study.trained), cell, strict=True))
        row |= {"run": number, "seed": specs[replica].seed, "seconds": round(seconds, 4)}
        row |= {"images": trainer.dataset.count}
        row |= report(trainer, replica).to_dict()
        row |= {"first_perfect": _first_perfect(trainer, replica), "diverged": diverged}
        rows += [row | _tested(trainer, replica, level) for level in study.tests] or [row]
    return rows


def _first_perfect(trainer: Trainer, replica: int) -> int | None:
    curves = trainer.history.curves()
    perfect = np.flatnonzero(curves.values["wrong_pixels"][:, replica] == 0)
    return int(curves.epochs[perfect[0]]) if len(perfect) else None


def _tested(trainer: Trainer, replica: int, level: float) -> Row:
    """What a run does under a test noise, in place of what it does without."""
    model = trainer.model.of(replica)
    score = denoising_score(model, trainer.dataset, trainer.spec.noise, level, REPEATS, seed=1)
    return {TEST_NOISE: level, **asdict(score)}
