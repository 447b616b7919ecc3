"""A run as one file: spec, weights, optimiser, generator and curves.

The container is safetensors: arrays behind a header of strings, so reading one can run no code. It is written
beside its place and moved there whole, so a crash leaves the old file or the new one, never half of one.
"""

import hashlib
import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from core.base.files import whole
from core.base.registry import UnknownName
from core.data.datasets import Dataset, load_dataset
from core.data.library import LibraryError
from core.experiment.spec import Spec
from core.nn.device import present
from core.nn.network import parameter_count
from core.train.trainer import Trainer

FORMAT = 1
SUFFIX = ".tp5"
COPIED = 1 << 20
"""Bytes of images up to which a run carries its data set along."""


class RunFileError(ValueError):
    """A file that is not a run this version can read; the message names it and says what is wrong."""


def save_run(trainer: Trainer, path: str | os.PathLike[str]) -> Path:
    """Write the run as it is now; `load_run` goes on from there to the same bits.

    Raises
    ------
    OSError : the place cannot be written.
    """
    path = Path(path)
    arrays, numbers = trainer.state()
    dataset = trainer.dataset
    header = {
        "format": str(FORMAT),
        "spec": trainer.spec.to_json(),
        "numbers": json.dumps(numbers),
        "labels": json.dumps(dataset.labels),
        "fingerprint": _fingerprint(dataset),
        "each": json.dumps(trainer.each.values),
    }
    if dataset.images.nbytes <= COPIED:
        arrays["dataset"] = dataset.images.copy()
    try:
        with whole(path) as part:
            save_file(arrays, part, metadata=header)
    except SafetensorError as error:
        raise OSError(f"{path} cannot be written: {error}") from error
    return path


def load_run(path: str | os.PathLike[str]) -> Trainer:
    """The run in a file, ready to go on; its `model` answers at once.

    Raises
    ------
    RunFileError : not a run, damaged, or of a newer format; the message names the file.
    OSError : the file cannot be opened.
    """
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"{path}: there is no such file")
    try:
        with safe_open(path, framework="numpy") as file:
            header: dict[str, str] = file.metadata() or {}
            arrays: dict[str, Any] = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        return _build(header, arrays)
    except (
        SafetensorError,
        OverflowError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        RuntimeError,
    ) as error:
        reason = f"it lacks {error}" if isinstance(error, KeyError) else str(error)
        raise RunFileError(f"{path.name} is not a run that this version can read: {reason}") from error


def _build(header: dict[str, str], arrays: dict[str, Any]) -> Trainer:
    if int(header["format"]) > FORMAT:
        raise ValueError(f"it has format {header['format']}, this version reads up to {FORMAT}")
    spec = Spec.from_json(header["spec"])
    if spec.device not in present():  # a run from another machine goes on here
        spec = replace(spec, device="auto")
    dataset = _dataset(spec, header, arrays.get("dataset"))
    expected = (spec.replicas, parameter_count(spec, dataset.pixels))
    if arrays["params"].shape != expected:  # asked before a network takes memory for a false header
        raise ValueError(f"params is {arrays['params'].shape}, its spec needs {expected}")
    numbers = json.loads(header["numbers"])
    for name in ("epoch", "steps", "perfect_since"):
        if type(numbers[name]) is not int or not -1 <= numbers[name] < 2**53:
            raise ValueError(f"{name} must be a whole number, not {numbers[name]!r:.20}")
    if min(numbers["epoch"], numbers["steps"]) < 0:
        raise ValueError("epoch and steps cannot be negative")
    trainer = Trainer(spec, dataset, json.loads(header["each"]))
    trainer.restore(arrays, numbers)
    return trainer


def _fingerprint(dataset: Dataset) -> str:
    """A few letters that tell the images of one set from those of any other."""
    return hashlib.sha256(dataset.images.tobytes() + str(dataset.images.shape).encode()).hexdigest()


def _dataset(spec: Spec, header: dict[str, str], images: Any) -> Dataset:
    if images is None:
        try:
            dataset = load_dataset(spec.dataset)
        except (UnknownName, LibraryError) as error:
            raise ValueError(f"its data set is needed and gone: {error}") from error
        if _fingerprint(dataset) != header["fingerprint"]:
            raise ValueError(f"its data set {spec.dataset!r} is no longer the one it was trained on")
        return dataset
    labels = json.loads(header["labels"])
    if not isinstance(labels, list) or not all(isinstance(label, str) for label in labels):
        raise ValueError("labels must be a list of words")
    return Dataset(spec.dataset, np.asarray(images), tuple(labels))
