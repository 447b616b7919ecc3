"""Arrays of numbers in files: `.npy` and `.npz` of NumPy, read by their headers before they are unpacked."""

import io
import math
import os
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, Any, Literal, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from core.base.progress import OnProgress
from core.base.words import Refusal
from core.data.limits import check_bytes, printable, require

MAX_DIRECTORY = 65_536
"""Bytes of the table of contents of a zip file, which is read whole: more than 1,000 arrays."""


MAX_NPY_HEADER = 16_384
"""Bytes of the header of an array."""

CHUNK = 2**20
"""Bytes that are read in one go where not all of an array is kept, or something is made of it at once."""


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


def npy_header(file: Readable) -> Header:
    """The header of an array as NumPy saves it; then `file` stands where the numbers begin."""
    start = file.read(8)
    size = file.read(2 if start[6:7] == b"\1" else 4)
    length = int.from_bytes(size, "little")
    require(length <= MAX_NPY_HEADER, "the header of an array is damaged")
    head = io.BytesIO(start + size + file.read(length))
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
    return Header(shape, "F" if fortran else "C", dtype)


def _check_end(truth: bool, header: Header) -> None:
    """Refuse an array, unless it ends where its header says."""
    require(
        truth,
        "is cut short or too long: its header promises {promised} bytes", promised=header.bytes,
    )  # fmt: skip


def body(file: Readable, header: Header, most: int | None = None) -> NDArray[Any]:
    """The numbers that begin here; one byte more is asked for, which has checksums checked."""
    check_bytes(header.bytes, most)
    data = file.read(header.bytes + 1)
    _check_end(len(data) == header.bytes, header)
    found = np.frombuffer(data, header.dtype)
    if header.dtype.kind == "U":  # NumPy makes texts of such numbers without a look at them
        letters = np.frombuffer(data, np.dtype(np.uint32).newbyteorder(header.dtype.byteorder))
        require(bool((letters <= sys.maxunicode).all()), "holds a text that is damaged")
    return found.reshape(header.shape, order=header.order)


def taken(
    file: Readable,
    header: Header,
    rows: NDArray[np.intp],
    make: Callable[[NDArray[Any]], NDArray[Any]],
    on_progress: OnProgress,
) -> NDArray[Any]:
    """What is made of some rows of the numbers that begin here, which are read to their end but not kept.

    Parameters
    ----------
    rows : of the first axis, from 0, ascending; at least one.
    make : from some rows (n, ...) to as many results.

    Raises
    ------
    Refusal : the array does not end where its header says.
    """
    made: NDArray[Any] | None = None
    done = 0
    parts = _rows if header.order == "C" else _rows_of_columns
    for part in parts(file, header, rows, on_progress):
        results = make(part)
        if made is None:
            made = np.empty((len(rows), *results.shape[1:]), results.dtype)
        made[done : done + len(results)] = results
        done += len(results)
    assert made is not None
    _check_end(not file.read(1), header)
    return made


def _pieces(file: Readable, header: Header, length: int, on_progress: OnProgress) -> Iterator[NDArray[Any]]:
    """All the numbers in tables of whole lines of `length`, about `CHUNK` bytes each."""
    line = length * header.dtype.itemsize
    lines = header.bytes // line
    step = max(1, CHUNK // line)
    for start in range(0, lines, step):
        size = min(step, lines - start) * line
        data = file.read(size)
        _check_end(len(data) == size, header)
        on_progress(start / lines)
        yield np.frombuffer(data, header.dtype).reshape(-1, length)


def _rows(
    file: Readable, header: Header, rows: NDArray[np.intp], on_progress: OnProgress
) -> Iterator[NDArray[Any]]:
    start = 0
    for piece in _pieces(file, header, math.prod(header.shape[1:]), on_progress):
        end = start + len(piece)
        first, last = np.searchsorted(rows, (start, end))
        if first < last:
            yield piece[rows[first:last] - start].reshape(-1, *header.shape[1:])
        start = end


def _rows_of_columns(
    file: Readable, header: Header, rows: NDArray[np.intp], on_progress: OnProgress
) -> Iterator[NDArray[Any]]:
    """The same where the numbers stand column by column, so that the first rows come last of all."""
    count, *rest = header.shape
    table = np.empty((math.prod(rest), len(rows)), header.dtype)
    start = 0
    for piece in _pieces(file, header, count, on_progress):
        table[start : start + len(piece)] = piece[:, rows]
        start += len(piece)
    kept = table.reshape(*reversed(rest), len(rows)).T
    step = max(1, CHUNK // (len(table) * header.dtype.itemsize))
    for start in range(0, len(rows), step):
        yield kept[start : start + step]


class Stack:
    """The arrays of an open `.npz` file.

    Attributes
    ----------
    headers : name of an array -> what it promises.
    refused : name of an array that cannot be read -> why.
    """

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self.headers: dict[str, Header] = {}
        self.refused: dict[str, Refusal] = {}
        for entry in archive.infolist():
            if entry.filename.endswith(".npy"):
                name = entry.filename.removesuffix(".npy")
                try:
                    self.headers[name] = self._header(entry)
                except Refusal as error:
                    self.refused[name] = error.with_traceback(None)

    def _header(self, entry: zipfile.ZipInfo) -> Header:
        require(
            entry.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED),
            "has {array} compressed in a way that NumPy does not use", array=printable(entry.filename),
        )  # fmt: skip
        with self._archive.open(entry) as member:
            return npy_header(member)

    @contextmanager
    def opened(self, name: str) -> Iterator[tuple[IO[bytes], Header]]:
        """The array of that name, standing where its numbers begin, and what it promises."""
        with self._archive.open(f"{name}.npy") as member:
            yield member, npy_header(member)

    def array(self, name: str, most: int | None = None) -> NDArray[Any]:
        """The array of that name; refused unread if it would take more bytes than `most`."""
        with self.opened(name) as (member, header):
            return body(member, header, most)

    def first(self, name: str, count: int, most: int) -> NDArray[Any]:
        """The first rows of the array of that name, at most so many; the rest is not unpacked.

        Raises
        ------
        Refusal : they would take more bytes than `most`, or are not there.
        """
        with self.opened(name) as (member, whole):
            require(whole.order == "C" and bool(whole.shape), "holds an array that has no first rows")
            header = whole._replace(shape=(min(count, whole.shape[0]), *whole.shape[1:]))
            check_bytes(header.bytes, most)
            data = member.read(header.bytes)
        _check_end(len(data) == header.bytes, whole)
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
