"""A run as one file: spec, weights, optimiser, random generators, curves, its past and the data set.

The container is safetensors: arrays behind a header of strings, so reading one can run no code, and nothing
in it is packed: it takes as much memory as the file is long. `README.md` in this folder lists what it holds.
"""

import hashlib
import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open

from core.base.files import whole
from core.base.registry import UnknownName
from core.base.words import Refusal, one_line, say
from core.choices.optimizers import OPTIMIZERS
from core.data.datasets import Dataset, Images, load_dataset
from core.data.library import LibraryError
from core.data.limits import check_set, parsed, require
from core.experiment.spec import FIELDS, Spec
from core.measure.latent import Plane
from core.measure.metrics import curve_names
from core.nn.device import present
from core.nn.network import layer_sizes
from core.train.about import About
from core.train.changes import changes_of, changes_text
from core.train.checkpoint import Checkpoint
from core.train.history import Curves
from core.train.moment_file import moment_arrays, moments_of
from core.train.moments import BYTES
from core.train.run_header import check_size, damaged, laid_out
from core.train.run_names import run_path
from core.train.torch_names import flat, named, tensor_of
from core.train.trainer import Trainer
from core.train.upgrades import NEWEST, Arrays, Header, parsed_object, upgraded

COPIED = 1 << 20
"""Bytes of images up to which a run carries them as they are, which every version reads; more of them are
written as bytes, where these are all that they are."""
KINDS = ("BOOL", "U8", "I8", "U16", "I16", "U32", "I32", "U64", "I64", "F16", "F32", "F64")
"""The kinds of numbers that NumPy can hold, as safetensors calls them."""
WRITTEN = {np.dtype(np.int64): "I64", np.dtype(np.float32): "F32", np.dtype(np.uint8): "U8"}
"""The kinds that a run is written with, the widest first, so that each begins where its numbers may."""


class RunFileError(Refusal):
    """A file that is not a run this version can read; the message names it and says what is wrong.

    Parameters
    ----------
    file : its name.
    reason : what is wrong; another error is shown by its words.
    """

    def __init__(self, file: str, reason: Refusal | str) -> None:
        super().__init__("{file} is not a run that this version can read: {reason}", file=file, reason=reason)


def save_run(trainer: Trainer, path: str | os.PathLike[str], moment_bytes: int = BYTES) -> Path:
    """Write the run as it is now; `load_run` goes on from there to the same bits.

    The same run gives the same bytes.

    Parameters
    ----------
    moment_bytes : what the moments of its past may take, beside its start and its end; 0 for no past.

    Returns
    -------
    Path : where it was written: `path` with the suffix of runs, see `run_path`.

    Raises
    ------
    Refusal : the run is larger than `core.data.limits` allows a file.
    OSError : the place cannot be written.
    """
    path = run_path(path)
    now = trainer.live()
    past = trainer.moments.bounded(moment_bytes, trainer.precious()).kept()
    earlier = moment_arrays([moment for moment in past if moment.epoch < now.epoch])
    start, arrays = _laid_out(_header(trainer, now), _arrays(trainer, now) | earlier)
    check_size(len(start) + sum(array.nbytes for array in arrays), len(start) - 8)
    with whole(path) as file:
        file.write(start)
        for array in arrays:
            file.write(array.data)
    return path


def load_run(path: str | os.PathLike[str], moment_bytes: int = BYTES) -> Trainer:
    """The run in a file, ready to go on; its `model` answers at once.

    A path without the suffix of runs is that of the run which was saved under it, see `run_path`.

    Parameters
    ----------
    moment_bytes : what the moments of its past may take from now on, see `Trainer`.

    Raises
    ------
    RunFileError : not a run, damaged, or of a newer format; the message names the file.
    OSError : the file cannot be opened.
    """
    path = Path(path)
    if not path.is_file():
        path, asked = run_path(path), path
        if not path.is_file():
            raise FileNotFoundError(say("{path}: there is no such file", path=asked))
    try:
        return _trainer(*upgraded(*_contents(path)), moment_bytes)
    except Refusal as error:
        raise RunFileError(path.name, error) from error
    except MemoryError as error:
        raise RunFileError(path.name, Refusal("there is not enough memory to open it")) from error
    except (OverflowError, ValueError, KeyError, TypeError, AttributeError, RuntimeError) as error:
        said = one_line(str(error))
        raise RunFileError(
            path.name, Refusal("what it holds does not fit together: {error}", error=said)
        ) from error


def _contents(path: Path) -> tuple[Header, Arrays]:
    """Header and arrays as they stand in the file."""
    with path.open("rb") as file:
        check_size(path.stat().st_size, int.from_bytes(file.read(8), "little"))
    try:
        with safe_open(path, framework="numpy") as file:
            names = file.keys()
            for name in names:
                kind = file.get_slice(name).get_dtype()
                require(
                    kind in KINDS,
                    "{part} has numbers of a kind that no run has: {kind}",
                    part=name,
                    kind=kind,
                )
            return file.metadata() or {}, {name: file.get_tensor(name) for name in names}
    except SafetensorError as error:
        raise damaged() from error


def _header(trainer: Trainer, checkpoint: Checkpoint) -> Header:
    counters = {name: getattr(checkpoint, name) for name in ("epoch", "steps", "perfect_since")}
    return {
        "format": str(NEWEST),
        "spec": trainer.spec.to_json(),
        "counters": json.dumps(counters),
        "labels": json.dumps(trainer.dataset.labels),
        "fingerprint": _fingerprint(trainer.dataset),
        "by_replica": json.dumps(trainer.by_replica.values),
        **({"changes": changes_text(trainer.changes, trainer.spec)} if trainer.changes else {}),
        **({"about": about} if (about := trainer.about.to_json()) else {}),
    }


def _arrays(trainer: Trainer, checkpoint: Checkpoint) -> Arrays:
    dataset, curves = trainer.dataset, trainer.history.curves()
    sizes = layer_sizes(trainer.spec, dataset.pixels)
    arrays: Arrays = named(checkpoint.params.cpu().numpy(), *sizes)
    for name, slot in checkpoint.slots.items():
        arrays |= named(slot.cpu().numpy(), *sizes, prefix=f"optimizer.{name}.")
    arrays["generators"] = checkpoint.generators.numpy()
    arrays["history.epochs"] = curves.epochs
    arrays |= {f"history.{name}": np.ascontiguousarray(values) for name, values in curves.values.items()}
    if trainer.plane is not None and trainer.spec.latent > 2:  # up to 2, codes are drawn as they are
        arrays["plane"] = trainer.plane.to_array()
    return arrays | _carried(dataset.images)


def _carried(images: Images) -> Arrays:
    """The images as a file carries them: exactly, as bytes where they are no more than that."""
    if images.nbytes > COPIED:
        levels = np.rint(images * 255).astype(np.uint8)
        if np.array_equal(_from_bytes(levels).view(np.uint32), images.view(np.uint32)):
            return {"dataset.bytes": levels}
    return {"dataset": images}


def _from_bytes(levels: NDArray[np.uint8]) -> Images:
    return levels.astype(np.float32) / np.float32(255)


def _laid_out(header: Header, arrays: Arrays) -> tuple[bytes, list[NDArray[Any]]]:
    """The beginning of a safetensors file, and the arrays in the order in which they follow it.

    The library would copy all of a run three times to write it, and its header in random order.
    """
    kinds = list(WRITTEN)
    names = sorted(arrays, key=lambda name: (kinds.index(arrays[name].dtype), name))
    entries: dict[str, Any] = {"__metadata__": header}
    end = 0
    for name in names:
        array = arrays[name]
        begin, end = end, end + array.nbytes
        entries[name] = {
            "dtype": WRITTEN[array.dtype], "shape": array.shape, "data_offsets": (begin, end)
        }  # fmt: skip
    return laid_out(entries), [arrays[name] for name in names]


def _trainer(header: Header, arrays: Arrays, moment_bytes: int) -> Trainer:
    """The run of a file in the newest format; nothing large is built before every shape was checked."""
    spec = _spec(header)
    dataset = _dataset(spec, header, arrays)
    checkpoint = _checkpoint(spec, dataset, header, arrays)
    curves = _curves(spec, arrays)
    changes = changes_of(header.get("changes", "[]"), spec, checkpoint.epoch)
    moments, about = moments_of(arrays, checkpoint), About.from_json(header.get("about", ""))
    trainer = Trainer(spec, dataset, parsed_object(header, "by_replica"), moment_bytes=moment_bytes)
    trainer.about = about
    try:
        for moment in moments:
            trainer.generators.twin().set_state(moment.generators)
        trainer.restore(checkpoint, curves, changes, moments)
    except RuntimeError as error:  # torch's, about its generators
        raise Refusal("{part} holds no state of a random generator", part="generators") from error
    if "plane" in arrays:  # one that is damaged is left aside: it says only which way up the map is
        trainer.plane = Plane.from_array(arrays["plane"], spec.latent)
    return trainer


def _spec(header: Header) -> Spec:
    """The spec; a field that came later than the file is at its default, one from the future is refused."""
    values = parsed_object(header, "spec")
    for name in values:
        if name not in FIELDS:
            raise Refusal(
                "it has the field {name!r:.70}, which this version does not know and which may change what "
                "the run means; a newer version of tp5gui can open it",
                name=name,
            )
    spec = Spec.from_dict(values)
    # a run from a machine with another device goes on here
    return spec if spec.device in present() else replace(spec, device="auto")


def _checkpoint(spec: Spec, dataset: Dataset, header: Header, arrays: Arrays) -> Checkpoint:
    counters = parsed_object(header, "counters")
    for name in ("epoch", "steps", "perfect_since"):
        if name not in counters:
            raise Refusal("it lacks {part}", part=name)
    sizes = layer_sizes(spec, dataset.pixels)
    generators = arrays.get("generators", np.zeros(0))
    tensor_of(arrays, "generators", (spec.replicas, *generators.shape[1:]), np.uint8)
    params = flat(arrays, spec.replicas, *sizes)
    slots = {
        name: torch.from_numpy(flat(arrays, spec.replicas, *sizes, prefix=f"optimizer.{name}."))
        for name in OPTIMIZERS[spec.optimizer].slots
    }
    return Checkpoint(
        counters["epoch"], counters["steps"], counters["perfect_since"],
        torch.from_numpy(params), slots, torch.from_numpy(generators.copy()),
    )  # fmt: skip


def _curves(spec: Spec, arrays: Arrays) -> Curves:
    """The curves that the file has of those that are measured today; it may have others, or lack some."""
    count = len(np.atleast_1d(arrays.get("history.epochs", np.zeros(0))))
    epochs = tensor_of(arrays, "history.epochs", (count,), np.int64)
    if not count or epochs[0] != 0 or (epochs[1:] <= epochs[:-1]).any():
        raise Refusal("{part} must rise from 0", part="history.epochs")
    values = {
        name: tensor_of(arrays, f"history.{name}", (count, spec.replicas), np.float32)
        for name in curve_names()
        if f"history.{name}" in arrays
    }
    return Curves(epochs, values)


def _fingerprint(dataset: Dataset) -> str:
    """A few letters that distinguish the images of one set from those of any other."""
    return hashlib.sha256(dataset.images.tobytes() + str(dataset.images.shape).encode()).hexdigest()


def _dataset(spec: Spec, header: Header, arrays: Arrays) -> Dataset:
    """The images that the file carries, or those that its name stands for here if it has none."""
    if "dataset" in arrays:
        images = tensor_of(arrays, "dataset", arrays["dataset"].shape, np.float32)
    elif "dataset.bytes" in arrays:
        levels = tensor_of(arrays, "dataset.bytes", arrays["dataset.bytes"].shape, np.uint8)
        check_set(levels.shape)
        images = _from_bytes(levels)
    else:
        return _named(spec.dataset, header)
    labels = parsed(header.get("labels", "null"), "labels")
    if not isinstance(labels, list) or not all(isinstance(label, str) for label in labels):
        raise Refusal("{part} must be a list of words", part="labels")
    return Dataset(spec.dataset, images, tuple(labels))


def _named(name: str, header: Header) -> Dataset:
    try:
        dataset = load_dataset(name)
    except (UnknownName, LibraryError) as error:
        raise Refusal("its data set is needed and gone: {error}", error=error) from error
    if _fingerprint(dataset) != header.get("fingerprint"):
        raise Refusal("its data set {name!r} is no longer the one it was trained on", name=name)
    return dataset
