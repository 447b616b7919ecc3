"""Arrays of numbers: `.npy` and `.npz` of NumPy, and IDX, the format of MNIST."""

import re
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.base.progress import OnProgress
from core.data.datasets import Images
from core.data.importers.checks import check_images, naming
from core.data.importers.reading import Read, Wishes, fit
from core.data.importers.unpacking import unpacked
from core.data.limits import MAX_LABEL_BYTES, opened, parsed, require
from core.data.numbers import Header, Readable, body, npy_header, stack


def read_npy(path: Path, wishes: Wishes, on_progress: OnProgress) -> Read:
    """An array (N, H, W), labelled with numbers from 1."""
    with opened(path) as file:
        header = npy_header(file)
        _check(header, wishes)
        images = _images(body(file, header), wishes)
    return Read(images, range(1, len(images) + 1), wishes)


def read_npz(path: Path, wishes: Wishes, on_progress: OnProgress) -> Read:
    """The array `images`, or the only one of three dimensions, with `labels` or `y` where there are any."""
    with opened(path) as file, stack(file) as arrays:
        stacks = [name for name, header in arrays.headers.items() if len(header.shape) == 3]
        stacks = ["images"] if "images" in arrays.headers else stacks
        require(
            len(stacks) == 1,
            "has no array `images`, nor exactly one of shape (N, H, W); unpack zipped pictures",
        )
        _check(arrays.headers[stacks[0]], wishes)
        images = _images(arrays.array(stacks[0]), wishes)
        for name in ("labels", "y"):
            if name in arrays.headers:
                with naming(name):
                    _check_words(arrays.headers[name], len(images))
                    return Read(images, _words(arrays.array(name, MAX_LABEL_BYTES), len(images)), wishes)
    return Read(images, range(1, len(images) + 1), wishes)


def read_idx(path: Path, wishes: Wishes, on_progress: OnProgress) -> Read:
    """A file of images as MNIST has them, with the file of labels beside it where there is one."""
    with unpacked(path) as file:
        header = _idx_header(file, 3)
        _check(header, wishes)
        images = _images(body(file, header), wishes)
    beside, named = re.subn(r"images([-.])idx3", r"labels\1idx1", path.name.removesuffix(".gz"))
    for labels in (path.with_name(beside), path.with_name(f"{beside}.gz")):
        if named and labels.is_file():
            with naming(labels.name), unpacked(labels) as file:
                header = _idx_header(file, 1)
                _check_words(header, len(images))
                return Read(images, _words(body(file, header), len(images)), wishes)
    return Read(images, range(1, len(images) + 1), wishes)


def _idx_header(file: Readable, dimensions: int) -> Header:
    head = file.read(4 + 4 * dimensions)
    require(
        head[:4] == bytes((0, 0, 8, dimensions)) and len(head) == 4 + 4 * dimensions,
        "holds no images in the format of MNIST"
        if dimensions == 3
        else "holds no labels in the format of MNIST",
    )
    shape = np.frombuffer(head, ">u4", dimensions, 4)
    return Header(tuple(shape.tolist()), "C", np.dtype(np.uint8))


def _check(header: Header, wishes: Wishes) -> None:
    """Refuse what is no images of numbers, or too many."""
    require(
        len(header.shape) == 3 and header.dtype.kind in "biuf",
        "is an array of {dtype} of shape {shape}; images need numbers of shape (count, height, width)",
        dtype=header.dtype, shape=header.shape,
    )  # fmt: skip
    check_images(header.shape, wishes.size)


def _images(values: NDArray[Any], wishes: Wishes) -> Images:
    """Images (N, height, width) in [0, 1], white by the rules that `import_images` states."""
    shape, dtype = values.shape, values.dtype
    low, high, most = values.min(), values.max(), 1 if dtype.kind == "f" else 255
    require(
        bool(low >= 0 and high <= most),
        "holds {dtype} of shape {shape} from {low} to {high}; they must be from 0 to {most}",
        dtype=dtype, shape=shape, low=low, high=high, most=most,
    )  # fmt: skip
    white = 1 if high <= 1 else 255 if dtype == np.uint8 else high
    return fit(values, wishes.size) / np.float32(white)


def _check_words(header: Header, count: int) -> None:
    """Labels are an array (N,) of words or numbers or, as the library keeps them, one word of JSON."""
    require(
        header.shape in ((), (count,)) and header.dtype.kind in "biufUS",
        "has labels of shape {shape} for {count} images", shape=header.shape, count=count,
    )  # fmt: skip


def _words(words: NDArray[Any], count: int) -> list[object]:
    listed = words.tolist() if words.ndim else parsed(str(words), "labels")
    require(isinstance(listed, list) and len(listed) == count, "is not a list of {count} labels", count=count)
    return [label.decode("utf-8", "replace") if isinstance(label, bytes) else label for label in listed]
