"""Groups the runs of a study into as few tensor programs as possible, and trains and measures a group.

Runs of equal shape that differ only in the fields of `MAY_DIFFER` are one program. A group is computed by one
thread from its own description alone, so its rows are the same, to the bit, wherever it ran.
"""

import math
import time
from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from core.compiled.suits import Engine
from core.compiled.suits import engine as suits
from core.data.datasets import load_dataset
from core.experiment.replicas import MAY_DIFFER, ByReplica
from core.experiment.spec import Spec
from core.measure.denoising import affordable_repeats, denoising_score
from core.nn.device import Threads, work
from core.studies.study import TEST_NOISE, Key, Row, Study
from core.train.memory import needed
from core.train.report import report
from core.train.trainer import Diverged, Trainer

REPEATS = 20
"""The most noisy copies of the set with which a run is measured under a test noise."""

TOGETHER = 64
"""The most runs in a group: enough to be fast, few enough that results come in while a person watches."""

ROOM = 2**30
"""Bytes that the runs of a group take together, unless one alone takes more: the same on every machine."""

STARTING = 700_000
"""Multiplications in the time that a step takes however small it is: some 0.3 ms."""

ASKED_EVERY = 0.1
"""Seconds between two questions whether to go on."""

Watch = Callable[[float], bool]
"""Called with the fraction of a group that is trained, 1 while it is measured; return False to stop."""


class Stopped(Exception):
    """A group was stopped before it was done."""


@dataclass(frozen=True, slots=True)
class Group:
    """Runs of one study that are one tensor program.

    Attributes
    ----------
    spec : what the runs share, with one replica per run.
    runs : (setting, number of the run) of every replica.
    """

    spec: Spec
    runs: tuple[tuple[tuple[Any, ...], int], ...]

    def keys(self, study: Study) -> Iterator[Key]:
        """What its rows are of, in their order."""
        return ((cell, number, level) for cell, number in self.runs for level in study.levels)

    def trained(self, study: Study, done: Container[Key]) -> int:
        """How many of its runs have all their rows."""
        return sum(all((*run, level) in done for level in study.levels) for run in self.runs)


def groups(study: Study) -> list[Group]:
    """The study as programs, in the order in which they are best run.

    A program holds runs of as many settings as can share it, and the first runs of all settings come first,
    so that the table grows for all of them at once.
    """
    settings: dict[tuple[Spec, bool], list[tuple[Any, ...]]] = {}
    for cell in study.cells():
        spec = study.spec_of(cell)
        own = {name: getattr(study.base, name) for name in MAY_DIFFER}
        # a run that draws no noise at all cannot share a program with runs that do
        settings.setdefault((replace(spec, **own), spec.noisy), []).append(cell)
    programs = []
    for cells in settings.values():
        spec = study.spec_of(cells[0])
        runs = [(cell, number) for number in range(study.runs) for cell in cells]
        # a run with patience stops at an epoch of its own
        together = (
            1 if spec.patience else min(TOGETHER, max(1, ROOM // needed(spec, load_dataset(spec.dataset))))
        )
        for start in range(0, len(runs), together):
            part = tuple(runs[start : start + together])
            programs.append(Group(replace(spec, replicas=len(part)), part))
    return sorted(programs, key=lambda group: group.runs[0][1])


def cost(group: Group) -> float:
    """The work of training a group, in multiplications: what two groups take is to each other as these."""
    dataset = load_dataset(group.spec.dataset)
    batch = min(group.spec.batch_size or dataset.count, dataset.count)
    return group.spec.epochs * math.ceil(dataset.count / batch) * (STARTING + work(group.spec, dataset))


def engine_of(group: Group) -> Engine:
    """What trains a group, as far as its spec tells: fields that differ by replica may decide otherwise."""
    device = "cpu" if group.spec.device == "auto" else group.spec.device
    return suits(ByReplica(group.spec), load_dataset(group.spec.dataset), device)


def run_group(
    study: Study, group: Group, watch: Watch | None = None, done: Container[Key] = frozenset()
) -> Iterator[Row]:
    """Train a group, then measure it: one row after another, one per run or one per run and test noise.

    Rows hold the varied fields by name, `seed`, `run`, `images` (of the set), what `Report` measures,
    `seconds` (the run's share), `first_perfect` (the first recorded epoch without a wrong pixel, or None)
    and `diverged`; a number that is not finite is None. Rows of the keys in `done` are left out: the others
    are the same to the bit, because the group is trained whole.

    Raises
    ------
    Stopped : `watch` returned False; the rows that were given are measured to the end.
    """
    if any(key not in done for key in group.keys(study)):
        with Threads(1):
            yield from _run(study, group, watch, done)


def _run(
    study: Study, group: Group, watch: Watch | None, done: Container[Key], engine: Engine | None = None
) -> Iterator[Row]:
    start = time.perf_counter()
    specs = [study.spec_of(cell, number) for cell, number in group.runs]
    own = {name: [getattr(spec, name) for spec in specs] for name in MAY_DIFFER}
    shared = {name: getattr(group.spec, name) for name in MAY_DIFFER if name != "seed"}
    trainer = Trainer(
        group.spec,
        by_replica={name: values for name, values in own.items() if set(values) != {shared.get(name)}},
        threads=1,
        engine=engine,
        moment_bytes=0,  # nobody goes back in a study
    )
    diverged = False
    try:
        _train(trainer, watch)
    except Diverged:
        if len(specs) > 1:  # only runs of their own can show which of them did
            yield from _alone(study, group, watch, done, trainer.engine)
            return
        diverged = True
    seconds = (time.perf_counter() - start) / len(specs)
    for replica, (cell, number) in enumerate(group.runs):
        missing = [level for level in study.levels if (cell, number, level) not in done]
        if not missing:
            continue
        _go_on(watch, 1.0)
        row = dict(zip((axis.field for axis in study.trained), cell, strict=True))
        row |= {"run": number, "seed": specs[replica].seed, "seconds": round(seconds, 4)}
        row |= {"images": trainer.dataset.count}
        row |= report(trainer, replica, lambda _: _go_on(watch, 1.0)).to_dict()
        row |= {"first_perfect": _first_perfect(trainer, replica), "diverged": diverged}
        for level in missing:
            yield _finite(row if level is None else row | _tested(trainer, replica, level, watch))


def _alone(
    study: Study, group: Group, watch: Watch | None, done: Container[Key], engine: Engine
) -> Iterator[Row]:
    """The runs of a group, each trained by itself, by the engine of the group."""
    count = len(group.runs)
    for place, run in enumerate(group.runs):

        def part(share: float, place: int = place) -> bool:
            return watch is None or watch((place + share) / count)

        alone = Group(replace(group.spec, replicas=1), (run,))
        if any(key not in done for key in alone.keys(study)):
            yield from _run(study, alone, part, done, engine)


def _train(trainer: Trainer, watch: Watch | None) -> None:
    """All epochs, with a look whether to go on every now and then: within an epoch as well, if it is long."""
    asked = time.perf_counter()

    def stopped() -> bool:
        nonlocal asked
        if watch is None or time.perf_counter() - asked < ASKED_EVERY:
            return False
        asked = time.perf_counter()
        return not watch(trainer.epoch / trainer.spec.epochs)

    trainer.advance(trainer.spec.epochs, stopped)
    if not trainer.finished:
        raise Stopped


def _go_on(watch: Watch | None, share: float) -> None:
    """Tell `watch` how much of the group is trained; `Stopped` if it says no."""
    if watch is not None and not watch(share):
        raise Stopped


def _finite(row: Row) -> Row:
    """A row as JSON can hold it."""
    return {
        name: None if isinstance(value, float) and not math.isfinite(value) else value
        for name, value in row.items()
    }


def _first_perfect(trainer: Trainer, replica: int) -> int | None:
    curves = trainer.history.curves()
    perfect = np.flatnonzero(curves.values["wrong_pixels"][:, replica] == 0)
    return int(curves.epochs[perfect[0]]) if len(perfect) else None


def _tested(trainer: Trainer, replica: int, level: float, watch: Watch | None) -> Row:
    """What a run reaches under a test noise, which replaces what it reaches without.

    It may take seconds, so `watch` is asked all the time: all is trained by then.
    """
    dataset, noise = trainer.dataset, trainer.spec.noise
    repeats = min(REPEATS, affordable_repeats(dataset, noise, level))
    score = denoising_score(
        trainer.model.of(replica),
        dataset,
        noise,
        level,
        repeats,
        seed=1,
        on_progress=lambda _: _go_on(watch, 1.0),
    )
    return {TEST_NOISE: level, **score.to_dict()}
