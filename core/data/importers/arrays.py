"""Arrays of numbers: `.npy` and `.npz` of NumPy, and IDX, the format of MNIST."""

import gzip
import io
import json
import math
import os
import re
import zipfile
from pathlib import Path
from typing import IO, Any, Literal, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from core.data.datasets import Images
from core.data.importers.limits import check_bytes, check_images, naming, opened, printable, require
from core.data.importers.reading import Read, Wishes, fit


class _Header(NamedTuple):
    """What a file of numbers promises; they begin at byte `start`."""

    shape: tuple[int, ...]
    order: Literal["C", "F"]
    dtype: np.dtype[Any]
    start: int


def read_npy(path: Path, wishes: Wishes) -> Read:
    """An array (N, H, W), labelled with numbers from 1."""
    with opened(path) as file:
        images = _images(file, _npy_header(file), wishes.size)
    return images, range(1, len(images) + 1)


def read_npz(path: Path, wishes: Wishes) -> Read:
    """The array `images`, or the only one of three dimensions, with `labels` or `y` where there are any."""
    headers = {}
    with opened(path) as file:
        _check_directory(file)
        with zipfile.ZipFile(file) as archive:
            for entry in archive.infolist():
                if entry.filename.endswith(".npy"):
                    require(
                        entry.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED),
                        "has {array} compressed in a way that NumPy does not use",
                        array=printable(entry.filename),
                    )
                    check_bytes(entry.file_size)
                    with archive.open(entry) as member:
                        headers[entry.filename] = _npy_header(member)
            stacks = [name for name, header in headers.items() if len(header.shape) == 3]
            stacks = ["images.npy"] if "images.npy" in headers else stacks
            require(
                len(stacks) == 1,
                "has no array `images`, nor exactly one of shape (N, H, W); unpack zipped pictures",
            )
            with archive.open(stacks[0]) as member:
                images = _images(member, headers[stacks[0]], wishes.size)
            for name in ("labels.npy", "y.npy"):
                if name in headers:
                    with naming(name), archive.open(name) as member:
                        return images, _words(member, headers[name], len(images))
    return images, range(1, len(images) + 1)


def _check_directory(file: IO[bytes]) -> None:
    """Refuse a zip file whose table of contents is not short and plain: `ZipFile` reads it whole."""
    file.seek(-min(42, file.seek(0, os.SEEK_END)), os.SEEK_END)
    before, end = (tail := file.read())[:-22], tail[-22:]
    plain = end.startswith(b"PK\5\6") and not before.startswith(b"PK\6\7")  # the latter: of the 64-bit kind
    short = int.from_bytes(end[12:16], "little") <= 65_536
    require(plain and short, "is cut short, or is not an .npz file that NumPy has saved")


def read_idx(path: Path, wishes: Wishes) -> Read:
    """A file of images as MNIST has them, with the file of labels beside it where there is one."""
    with _unpacked(path) as file:
        images = _images(file, _idx_header(file, 3), wishes.size)
    beside, named = re.subn(r"images([-.])idx3", r"labels\1idx1", path.name.removesuffix(".gz"))
    for labels in (path.with_name(beside), path.with_name(f"{beside}.gz")):
        if named and labels.is_file():
            with naming(labels.name), _unpacked(labels) as file:
                return images, _words(file, _idx_header(file, 1), len(images))
    return images, range(1, len(images) + 1)


def _unpacked(path: Path) -> IO[bytes]:
    with opened(path) as file:
        packed = file.read(2) == b"\x1f\x8b"
    return cast(IO[bytes], gzip.open(path)) if packed else path.open("rb")


def _idx_header(file: IO[bytes], dimensions: int) -> _Header:
    head = file.read(4 + 4 * dimensions)
    require(
        head[:4] == bytes((0, 0, 8, dimensions)),
        "holds no images in the format of MNIST"
        if dimensions == 3
        else "holds no labels in the format of MNIST",
    )
    shape = np.frombuffer(head, ">u4", dimensions, 4)
    return _Header(tuple(shape.tolist()), "C", np.dtype(np.uint8), len(head))


def _npy_header(file: IO[bytes]) -> _Header:
    head = io.BytesIO(file.read(16_384))
    version = np.lib.format.read_magic(head)
    require(version in ((1, 0), (2, 0)), "is not a plain array")
    read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, fortran, dtype = read(head)
    return _Header(shape, "F" if fortran else "C", dtype, head.tell())


def _body(file: IO[bytes], header: _Header) -> NDArray[Any]:
    """The numbers themselves; a byte more is asked for, which has checksums checked."""
    promised = math.prod(header.shape) * header.dtype.itemsize
    check_bytes(promised)
    file.seek(header.start)
    data = file.read(promised + 1)
    require(
        len(data) == promised,
        "is cut short or too long: its header promises {promised} bytes", promised=promised,
    )  # fmt: skip
    return np.frombuffer(data, header.dtype).reshape(header.shape, order=header.order)


def _images(file: IO[bytes], header: _Header, size: tuple[int, int] | None) -> Images:
    """Images (N, height, width) in [0, 1], white by the rules that `import_images` states."""
    shape, dtype = header.shape, header.dtype
    require(
        len(shape) == 3 and dtype.kind in "biuf",
        "is an array of {dtype} of shape {shape}; images need numbers of shape (count, height, width)",
        dtype=dtype, shape=shape,
    )  # fmt: skip
    check_images(shape, size)
    values = _body(file, header)
    low, high, most = values.min(), values.max(), 1 if dtype.kind == "f" else 255
    require(
        bool(low >= 0 and high <= most),
        "holds {dtype} of shape {shape} from {low} to {high}; they must be from 0 to {most}",
        dtype=dtype, shape=shape, low=low, high=high, most=most,
    )  # fmt: skip
    white = 1 if high <= 1 else 255 if dtype == np.uint8 else high
    return fit(values, size) / np.float32(white)


def _words(file: IO[bytes], header: _Header, count: int) -> list[object]:
    """Labels from an array (N,) of words or numbers, or as the library keeps them: one word of JSON."""
    shape, kind = header.shape, header.dtype.kind
    require(
        shape in ((), (count,)) and kind in "biufUS",
        "has labels of shape {shape} for {count} images", shape=shape, count=count,
    )  # fmt: skip
    words = _body(file, header)
    listed = words.tolist() if words.ndim else json.loads(str(words))
    require(isinstance(listed, list) and len(listed) == count, "is not a list of {count} labels", count=count)
    return [label.decode("utf-8", "replace") if isinstance(label, bytes) else label for label in listed]
