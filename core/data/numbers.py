"""Arrays of numbers in files: `.npy` and `.npz` of NumPy, read by their headers before they are unpacked."""

import io
import math
import os
import sys
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any, Literal, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from core.base.words import Refusal
from core.data.limits import check_bytes, printable, require

MAX_DIRECTORY = 65_536
"""Bytes of the table of contents of a zip file, which is read whole: more than 1,000 arrays."""


class Readable(Protocol):
    """What bytes can be read from, one after another."""

    def read(self, count: int, /) -> bytes:
        """As many bytes as are asked for; fewer at the end."""


class Header(NamedTuple):
    """What an array promises."""

    shape: tuple[int, ...]
    order: Literal["C", "F"]
    dtype: np.dtype[Any]

    @property
    def bytes(self) -> int:
        """How many its numbers take."""
        return math.prod(self.shape) * self.dtype.itemsize


def npy_header(file: IO[bytes]) -> Header:
    """The header of an array as NumPy saves it; then `file` stands where the numbers begin."""
    start = file.tell()
    head = io.BytesIO(file.read(16_384))
    try:
        version = np.lib.format.read_magic(head)
        old = version == (1, 0)
        read = np.lib.format.read_array_header_1_0 if old else np.lib.format.read_array_header_2_0
        shape, fortran, dtype = read(head)
    except Exception as error:  # a header is a text in Python's syntax: there is much that can be wrong
        raise Refusal("the header of an array is damaged") from error
    require(version in ((1, 0), (2, 0)), "is not a plain array")
    require(not dtype.hasobject, "holds Python objects; only numbers and words are read")
    require(min(shape, default=0) >= 0, "the header of an array is damaged")
    file.seek(start + head.tell())
    return Header(shape, "F" if fortran else "C", dtype)


def body(file: Readable, header: Header, most: int | None = None) -> NDArray[Any]:
    """The numbers that begin here; one byte more is asked for, which has checksums checked."""
    check_bytes(header.bytes, most)
    data = file.read(header.bytes + 1)
    require(
        len(data) == header.bytes,
        "is cut short or too long: its header promises {promised} bytes", promised=header.bytes,
    )  # fmt: skip
    found = np.frombuffer(data, header.dtype)
    if header.dtype.kind == "U":  # NumPy makes texts of such numbers without a look at them
        letters = np.frombuffer(data, np.dtype(np.uint32).newbyteorder(header.dtype.byteorder))
        require(bool((letters <= sys.maxunicode).all()), "holds a text that is damaged")
    return found.reshape(header.shape, order=header.order)


class Stack:
    """The arrays of an open `.npz` file.

    Attributes
    ----------
    headers : name of an array -> what it promises.
    """

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self.headers = {
            entry.filename.removesuffix(".npy"): self._header(entry)
            for entry in archive.infolist()
            if entry.filename.endswith(".npy")
        }

    def _header(self, entry: zipfile.ZipInfo) -> Header:
        require(
            entry.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED),
            "has {array} compressed in a way that NumPy does not use", array=printable(entry.filename),
        )  # fmt: skip
        with self._archive.open(entry) as member:
            return npy_header(member)

    def array(self, name: str, most: int | None = None) -> NDArray[Any]:
        """The array of that name; refused unread if it would take more bytes than `most`."""
        with self._archive.open(f"{name}.npy") as member:
            return body(member, npy_header(member), most)

    def first(self, name: str, count: int, most: int) -> NDArray[Any]:
        """The first rows of the array of that name, at most so many; the rest is not unpacked.

        Raises
        ------
        Refusal : they would take more bytes than `most`, or are not there.
        """
        with self._archive.open(f"{name}.npy") as member:
            whole = npy_header(member)
            require(whole.order == "C" and bool(whole.shape), "holds an array that has no first rows")
            header = whole._replace(shape=(min(count, whole.shape[0]), *whole.shape[1:]))
            check_bytes(header.bytes, most)
            data = member.read(header.bytes)
        require(len(data) == header.bytes, "is cut short or too long: its header promises {promised} bytes",
                promised=whole.bytes)  # fmt: skip
        return np.frombuffer(data, header.dtype).reshape(header.shape)


@contextmanager
def stack(file: IO[bytes]) -> Iterator[Stack]:
    """The arrays of a file as `numpy.savez` writes it.

    Raises
    ------
    Refusal : it is not such a file, or damaged.
    """
    _check_directory(file)
    try:
        with zipfile.ZipFile(file) as archive:
            yield Stack(archive)
    except Refusal:
        raise
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, NotImplementedError, OSError, RuntimeError,
            ValueError) as error:  # fmt: skip
        raise Refusal("is cut short, or is not an .npz file that NumPy has saved") from error


def _check_directory(file: IO[bytes]) -> None:
    """Refuse a zip file whose table of contents is not short and plain: `ZipFile` reads it whole."""
    file.seek(-min(42, file.seek(0, os.SEEK_END)), os.SEEK_END)
    before, end = (tail := file.read())[:-22], tail[-22:]
    plain = end.startswith(b"PK\5\6") and not before.startswith(b"PK\6\7")  # the latter: of the 64-bit kind
    short = int.from_bytes(end[12:16], "little") <= MAX_DIRECTORY
    require(plain and short, "is cut short, or is not an .npz file that NumPy has saved")
