"""Groups the runs of a study into as few tensor programs as possible, and trains and measures a group.

Runs of equal shape that differ only in the fields of `MAY_DIFFER` are one program. A group is computed by one
thread from its own description alone, so its rows are the same, to the bit, wherever it ran.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from core.experiment.replicas import MAY_DIFFER
from core.experiment.spec import Spec
from core.measure.denoising import affordable_repeats, denoising_score
from core.nn.device import Threads
from core.studies.study import TEST_NOISE, Row, Study
from core.train.report import report
from core.train.trainer import Diverged, Trainer

REPEATS = 20
"""The most noisy copies of the set with which a run is measured under a test noise."""

TOGETHER = 64
"""The most runs in a group: enough to be fast, few enough that results come in while a person watches."""

Watch = Callable[[float], bool]
"""Called with the fraction of a group that is done; return False to stop."""


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


def groups(study: Study) -> list[Group]:
    """The study as programs, in the order in which they are best run.

    A program holds runs of as many settings as can share it, and the first runs of all settings come first,
    so that the table grows for all of them at once.
    """
    settings: dict[Spec, list[tuple[Any, ...]]] = {}
    for cell in study.cells():
        spec = study.spec_of(cell)
        own = {name: getattr(study.base, name) for name in MAY_DIFFER}
        if not spec.noisy:  # it draws no noise at all, so it cannot share a program with runs that do
            own["noise_level"] = 0.0
        settings.setdefault(replace(spec, **own), []).append(cell)
    programs = []
    for spec, cells in settings.items():
        runs = [(cell, number) for number in range(study.runs) for cell in cells]
        together = 1 if spec.patience else TOGETHER  # a run with patience stops at an epoch of its own
        for start in range(0, len(runs), together):
            part = tuple(runs[start : start + together])
            programs.append(Group(replace(spec, replicas=len(part)), part))
    return sorted(programs, key=lambda group: group.runs[0][1])


def run_group(study: Study, group: Group, watch: Watch | None = None) -> list[Row]:
    """Train and measure a group; one row per run, or one per run and test noise.

    Rows hold the varied fields by name, `seed`, `run`, `images` (of the set), what `Report` measures,
    `seconds` (the run's share), `first_perfect` (the first recorded epoch without a wrong pixel, or None)
    and `diverged`.

    Raises
    ------
    Stopped : `watch` returned False.
    """
    with Threads(1):
        return _run(study, group, watch)


def _run(study: Study, group: Group, watch: Watch | None) -> list[Row]:
    start = time.perf_counter()
    specs = [study.spec_of(cell, number) for cell, number in group.runs]
    own = {name: [getattr(spec, name) for spec in specs] for name in MAY_DIFFER}
    shared = {name: getattr(group.spec, name) for name in MAY_DIFFER if name != "seed"}
    trainer = Trainer(
        group.spec,
        by_replica={name: values for name, values in own.items() if set(values) != {shared.get(name)}},
        threads=1,
    )
    diverged = False
    try:
        while not trainer.finished:
            trainer.step()
            _go_on(watch, trainer.epoch / group.spec.epochs)
    except Diverged:
        if len(specs) > 1:  # only runs of their own can show which of them did
            alone = [Group(replace(group.spec, replicas=1), (run,)) for run in group.runs]
            return [row for single in alone for row in run_group(study, single, watch)]
        diverged = True
    seconds = (time.perf_counter() - start) / len(specs)
    rows = []
    for replica, (cell, number) in enumerate(group.runs):
        row = dict(zip((axis.field for axis in study.trained), cell, strict=True))
        row |= {"run": number, "seed": specs[replica].seed, "seconds": round(seconds, 4)}
        row |= {"images": trainer.dataset.count}
        row |= report(trainer, replica).to_dict()
        row |= {"first_perfect": _first_perfect(trainer, replica), "diverged": diverged}
        rows += [row | _tested(trainer, replica, level, watch) for level in study.tests] or [row]
    return rows


def _go_on(watch: Watch | None, share: float) -> None:
    """Tell `watch` how much of the group is done; `Stopped` if it says no."""
    if watch is not None and not watch(share):
        raise Stopped


def _first_perfect(trainer: Trainer, replica: int) -> int | None:
    curves = trainer.history.curves()
    perfect = np.flatnonzero(curves.values["wrong_pixels"][:, replica] == 0)
    return int(curves.epochs[perfect[0]]) if len(perfect) else None


def _tested(trainer: Trainer, replica: int, level: float, watch: Watch | None) -> Row:
    """What a run reaches under a test noise, which replaces what it reaches without.

    It may take seconds, so `watch` is asked before: all is trained by then.
    """
    _go_on(watch, 1.0)
    dataset, noise = trainer.dataset, trainer.spec.noise
    repeats = min(REPEATS, affordable_repeats(dataset, noise, level))
    score = denoising_score(trainer.model.of(replica), dataset, noise, level, repeats, seed=1)
    return {TEST_NOISE: level, **score.to_dict()}
