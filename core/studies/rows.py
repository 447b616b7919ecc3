"""What a row of a study can be: whose it is, and between which bounds its numbers lie."""

import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.base.words import FieldName
from core.data.datasets import Dataset, load_dataset
from core.experiment.spec import Spec
from core.measure.metrics import METRICS
from core.studies.study import TEST_NOISE, Key, Row, Study, StudyError


def key_of(study: Study, row: Row) -> Key:
    """What a row of a study's table is of."""
    return tuple(row[axis.field] for axis in study.trained), row["run"], row.get(TEST_NOISE)


def complete(study: Study, rows: Sequence[Row]) -> int:
    """How many runs have all their rows."""
    counts = Counter(key_of(study, row)[:2] for row in rows)
    return sum(count == len(study.levels) for count in counts.values())


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a number of a row can be.

    Attributes
    ----------
    low, high : ends included.
    whole : whether it is a whole number.
    missing : whether it may be None.
    """

    low: float = -sys.float_info.max
    high: float = sys.float_info.max
    whole: bool = False
    missing: bool = False

    def hold(self, value: Any) -> bool:
        """Whether the value is such a number; one that is not finite is none."""
        if value is None:
            return self.missing
        if type(value) not in ((int,) if self.whole else (int, float)):
            return False
        return bool(self.low <= value <= self.high)


NEEDED = (
    "seconds", "images", "epochs", "loss", "wrong_pixels", "squared_error", "recognised", "perfect",
    "first_perfect", "diverged",
)  # fmt: skip
"""What every version has measured of every run."""


def bounds(spec: Spec, dataset: Dataset, tested: bool) -> Mapping[str, Bounds]:
    """The bounds of everything that a run may be measured by.

    Parameters
    ----------
    tested : whether counts are means over several noisy copies of the set.
    """
    images, pixels = dataset.count, dataset.images.size
    found = {metric.name: Bounds(missing=metric.name not in NEEDED) for metric in METRICS if metric.reported}
    found.pop("collapsed")  # no number
    for name, high in (("wrong_pixels", pixels), ("recognised", images), ("perfect", images)):
        found[name] = Bounds(0, high, whole=not tested)
    found |= {
        "squared_error": Bounds(0),
        "nearest_own": Bounds(0, images, whole=True, missing=True),
        "active_units": Bounds(0, spec.latent, whole=True, missing=True),
        "ssim": Bounds(-1, 1, missing=True),
        "label_agreement": Bounds(0, 1, missing=True),
    }
    if tested:
        best = [metric.name for metric in METRICS if metric.best is not None]
        found |= {f"best_possible_{name}": Bounds(0, found[name].high, missing=True) for name in best}
        found["fed_squared_error"] = Bounds(0, missing=True)
    return found | {
        "seconds": Bounds(0),
        "images": Bounds(images, images, whole=True),
        "epochs": Bounds(0, spec.epochs, whole=True),
        "first_perfect": Bounds(0, spec.epochs, whole=True, missing=True),
    }


class RowCheck:
    """Holds rows that come from a file against the study to which they should belong."""

    def __init__(self, study: Study) -> None:
        self._study = study
        self._bounds: dict[tuple[Any, ...], Mapping[str, Bounds]] = {}

    def key(self, row: Any) -> Key:
        """What a row is of; its varied fields become those of the study (JSON knows no tuples).

        Raises
        ------
        StudyError : no run of the study can have such a row; the message says what is wrong.
        """
        if not isinstance(row, dict):
            raise StudyError("a row is no object")
        study = self._study
        for axis in study.axes:
            row[axis.field] = _one_of(axis.values, axis.field, row.get(axis.field))
        run = row.get("run")
        if type(run) is not int or not 0 <= run < study.runs:
            raise StudyError("there is no run {run:.20}", run=f"{run!r}")
        if row.get("seed") != study.base.seed + run or type(row["seed"]) is not int:
            raise StudyError(
                "run {run} has the seed {seed}, not {found:.20}",
                run=str(run), seed=str(study.base.seed + run), found=repr(row.get("seed")),
            )  # fmt: skip
        key = key_of(study, row)
        self._hold(row, self._bounds_of(key[0]))
        return key

    def _bounds_of(self, cell: tuple[Any, ...]) -> Mapping[str, Bounds]:
        if cell not in self._bounds:
            spec = self._study.spec_of(cell)
            self._bounds[cell] = bounds(spec, load_dataset(spec.dataset), bool(self._study.tests))
        return self._bounds[cell]

    def _hold(self, row: Row, bounds: Mapping[str, Bounds]) -> None:
        for name in NEEDED:
            if name not in row:
                raise StudyError("run {run} has no {name}", run=str(row["run"]), name=name)
        held = {"run", "seed", *(axis.field for axis in self._study.axes)}
        for name, value in row.items():
            if name not in held and not _can_be(name, value, bounds):
                raise StudyError(
                    "run {run}: {name:.40} cannot be {value:.20}",
                    run=str(row["run"]), name=name, value=repr(value),
                )  # fmt: skip


def _can_be(name: str, value: Any, bounds: Mapping[str, Bounds]) -> bool:
    """Whether a measure can have a value; one of a later version, any that a measure can have."""
    if name in ("collapsed", "diverged"):
        return type(value) is bool
    if name in bounds:
        return bounds[name].hold(value)
    return type(value) is bool or Bounds(missing=True).hold(value)


def _one_of(values: tuple[Any, ...], field: str, found: Any) -> Any:
    """The value of an axis that was found in a file."""
    found = tuple(found) if isinstance(found, list) else found
    for value in values:
        if value == found and isinstance(value, bool) == isinstance(found, bool):
            return value
    raise StudyError("{field} is not varied over {value:.20}", field=FieldName(field), value=repr(found))
