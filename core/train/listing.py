"""Run files as a list shows them: read from their headers and curves alone, never the weights. No torch."""

import math
import os
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from core.base.words import Refusal
from core.data.datasets import Dataset
from core.data.limits import check_set, parsed, require
from core.experiment.presets import Preset
from core.experiment.spec import FIELDS, Spec
from core.experiment.wording import name_of, preset_of
from core.measure.metrics import METRICS
from core.train.about import About
from core.train.run_header import RunHeader, damaged, read_header
from core.train.upgrades import Header, by_names_of_today, parsed_object

MAX_POINTS = 1_000_000
"""Of a curve that is read here: those of the longest runs have some thousands."""
SPARK = 64
"""Points of the curve that stands beside a run in a list, at most."""
JUDGED = 1 << 16
"""Bytes of the first images of a set, by which is told whether it is black and white."""

LISTED = 256
"""Settings of which it is remembered what they are called."""

Curve = tuple[NDArray[np.int64], NDArray[np.float32]]


@dataclass(frozen=True, slots=True, eq=False)
class RunEntry:
    """What a list shows of a run file. Where it cannot be read, `fault` says why and the rest is as at first.

    Attributes
    ----------
    path : the file.
    size, when : its bytes, and when the run was written, in seconds since 1970; 0 where there is no file.
    fault : what is wrong with it; None for a run.
    about : what a person says of it, and where it comes from.
    spec : the settings; None for no run.
    epoch : epochs trained.
    count, shape : how many images it learns, and their (H, W); 0 where the file has none of its own.
    metrics : name -> value at the last point of its curves, of the replica that is ahead, for those metrics
        that such a run is read by.
    curve : (epochs, losses) of that replica, at most `SPARK` points, both ends included.
    others : its other curves, those that are drawn of such a run, at the same epochs, by name.
    """

    path: Path
    size: int = 0
    when: float = 0.0
    fault: Exception | None = None
    about: About = field(default_factory=About)
    spec: Spec | None = None
    epoch: int = 0
    count: int = 0
    shape: tuple[int, int] = (0, 0)
    metrics: dict[str, float] = field(default_factory=dict)
    curve: Curve = (np.zeros(0, np.int64), np.zeros(0, np.float32))
    others: dict[str, NDArray[np.float32]] = field(default_factory=dict)

    @property
    def preset(self) -> Preset | None:
        """The preset that it is, whatever its seed and live fields; None for any other run, or for no run."""
        return None if self.spec is None else _preset(self.spec)

    @property
    def kind(self) -> str:
        """What was trained: the preset's name, or set and layers; the file's name where it is no run."""
        return self.path.name if self.spec is None else _name(self.spec)

    @property
    def ended(self) -> bool:
        """Whether it was trained for as many epochs as its settings ask for."""
        return self.spec is not None and self.epoch >= self.spec.epochs


@lru_cache(maxsize=LISTED)
def _preset(spec: Spec) -> Preset | None:
    """`preset_of`, which takes some milliseconds where it is none: a list asks at every painting."""
    return preset_of(spec)


@lru_cache(maxsize=LISTED)
def _name(spec: Spec) -> str:
    return name_of(spec)


def read_entry(path: str | os.PathLike[str]) -> RunEntry:
    """What a list shows of the run in a file; whatever is wrong with it stands in the entry."""
    path = Path(path)
    size, when = 0, 0.0
    try:
        require(path.is_file(), "{path}: there is no such file", path=str(path))  # a pipe would have us wait
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            size, when = status.st_size, status.st_mtime
            return RunEntry(path, size, when, **_told(file))
    except (OSError, Refusal) as error:
        return RunEntry(path, size, when, error)
    except (ArithmeticError, LookupError, MemoryError, RecursionError, TypeError, ValueError):
        return RunEntry(path, size, when, damaged())


def read_about(path: str | os.PathLike[str]) -> About:
    """What a person says of the run in a file.

    Raises
    ------
    Refusal : it is no run.
    OSError : it cannot be read.
    """
    with Path(path).open("rb") as file:
        return About.from_json(read_header(file).texts.get("about", ""))


def _told(file: IO[bytes]) -> dict[str, Any]:
    """What an open file says of its run, as fields of an entry."""
    header = read_header(file)
    texts = by_names_of_today(header.texts)
    values = parsed_object(texts, "spec")
    unknown = next((name for name in values if name not in FIELDS), None)
    require(
        unknown is None,
        "it has the field {name!r:.70}, which this version does not know and which may change what "
        "the run means; a newer version of tp5gui can open it", name=unknown,
    )  # fmt: skip
    spec = Spec.from_dict(values)
    epoch = parsed_object(texts, "counters").get("epoch")
    if type(epoch) is not int or epoch < 0:
        raise Refusal("it lacks {part}", part="epoch")
    images = next((name for name in ("dataset", "dataset.bytes") if name in header.parts), None)
    shape = header.parts[images].shape if images is not None else (0, 0, 0)
    few = None if images is None else _few(file, header, images, texts, spec)
    metrics, curve, others = _curves(file, header, spec, few)
    return {
        "about": About.from_json(texts.get("about", "")), "spec": spec, "epoch": epoch, "count": shape[0],
        "shape": (shape[1], shape[2]), "metrics": metrics, "curve": curve, "others": others,
    }  # fmt: skip


def _few(file: IO[bytes], header: RunHeader, name: str, texts: Header, spec: Spec) -> Dataset:
    """The first images that the file carries, as a set."""
    check_set(header.parts[name].shape)
    images = header.array(file, name, JUDGED)
    if name == "dataset.bytes":
        images = images.astype(np.float32) / np.float32(255)
    labels = parsed(texts.get("labels", "null"), "labels")
    require(isinstance(labels, list), "{part} must be a list of words", part="labels")
    return Dataset(spec.dataset, images, tuple(labels[: len(images)]))


def _curves(
    file: IO[bytes], header: RunHeader, spec: Spec, few: Dataset | None
) -> tuple[dict[str, float], Curve, dict[str, NDArray[np.float32]]]:
    """The last values of the replica that is ahead, its loss, and its other curves."""
    epochs = header.array(file, "history.epochs", 8 * MAX_POINTS)
    require(
        epochs.ndim == 1 and len(epochs) > 0 and epochs[0] == 0 and bool((epochs[1:] > epochs[:-1]).all()),
        "{part} must rise from 0", part="history.epochs",
    )  # fmt: skip
    columns: dict[str, NDArray[np.float32]] = {}  # (K, R)
    for metric in METRICS:
        name = f"history.{metric.name}"
        if metric.plot is not None and name in header.parts:
            column = header.array(file, name, 4 * MAX_POINTS * spec.replicas)
            require(
                column.shape == (len(epochs), spec.replicas), "{part} has the shape {shape}",
                part=name, shape=column.shape,
            )  # fmt: skip
            columns[metric.name] = column
    losses = columns.setdefault("loss", np.full((len(epochs), spec.replicas), np.nan, np.float32))
    ends = {name: column[-1] for name, column in columns.items()}
    leader = int(np.lexsort((losses[-1], ends.get("wrong_pixels", np.zeros(spec.replicas))))[0])
    read_by = {
        metric.name: float(ends[metric.name][leader])
        for metric in METRICS
        if metric.name in ends and (few is None or metric.drawn(spec, few) is not None)
    }
    kept = np.unique(np.linspace(0, len(epochs) - 1, min(SPARK, len(epochs))).round().astype(int))
    sound = {name: value for name, value in read_by.items() if math.isfinite(value)}
    others = {name: columns[name][kept, leader] for name in read_by if name != "loss"}
    return sound, (epochs[kept], losses[kept, leader]), others
