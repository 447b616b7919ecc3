"""The header of a run file without the run: read cheaply, and what it says of the run replaced. No torch.

A run file is a safetensors file: eight bytes that count those of the header, the header, which is JSON, and
the numbers of all arrays one after the other.
"""

import json
import math
import os
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from core.base.files import whole
from core.base.words import Refusal
from core.data.limits import MAX_HEADER_BYTES, MAX_RUN_BYTES, parsed, require
from core.train.about import About

COUNT = 8
"""Bytes that count those of the header."""
WIDTHS = {
    "BOOL": 1, "U8": 1, "I8": 1, "U16": 2, "I16": 2, "F16": 2, "U32": 4, "I32": 4, "F32": 4, "U64": 8,
    "I64": 8, "F64": 8,
}  # fmt: skip
"""Bytes of a number, by the names that safetensors has for its kinds."""
KINDS = {"U8": np.uint8, "I64": np.int64, "F32": np.float32}
"""The kinds of number that arrays are read of here."""
PIECE = 1 << 20
"""Bytes that are copied at once."""


def damaged() -> Refusal:
    """What is said of a file that is no run as any version wrote one."""
    return Refusal("it is no run at all, or cut short or damaged")


def check_size(size: int, header: int) -> None:
    """Refuse a file of so many bytes, or a header of so many, before it is read or written."""
    require(size <= MAX_RUN_BYTES, "it is larger than {most} MiB", most=MAX_RUN_BYTES >> 20)
    require(
        header <= MAX_HEADER_BYTES, "its header has {count} bytes; at most {most} are read",
        count=header, most=MAX_HEADER_BYTES,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Part:
    """An array of a file: the kind of its numbers, its shape, and where it begins and ends in the file."""

    kind: str
    shape: tuple[int, ...]
    begin: int
    end: int


@dataclass(frozen=True, slots=True)
class RunHeader:
    """The header of a run file, and where its arrays lie.

    Attributes
    ----------
    texts : key -> text.
    parts : name -> array.
    start : where the numbers begin, in bytes from the beginning of the file.
    """

    texts: dict[str, str]
    parts: dict[str, Part]
    start: int

    def array(self, file: IO[bytes], name: str, most: int) -> NDArray[Any]:
        """One of the arrays, of its first rows as many as `most` bytes hold, but one at least.

        Raises
        ------
        Refusal : it is not there, of a kind that is not read here, or not in the file whole.
        """
        require(name in self.parts, "it lacks {part}", part=name)
        part = self.parts[name]
        require(part.kind in KINDS, "{part} has numbers of a kind that no run has: {kind}",
                part=name, kind=part.kind)  # fmt: skip
        kind = np.dtype(KINDS[part.kind])
        shape = part.shape
        if shape:
            row = kind.itemsize * math.prod(shape[1:])
            shape = (min(shape[0], max(1, most // max(1, row))), *shape[1:])
        size = kind.itemsize * math.prod(shape)
        file.seek(part.begin)
        data = file.read(size)
        if len(data) != size:
            raise damaged()
        return np.frombuffer(data, kind).reshape(shape)


def read_header(file: IO[bytes]) -> RunHeader:
    """The header of an open run file, held against the length of the file.

    Raises
    ------
    Refusal : it is no run, cut short, damaged, or larger than any run that is read.
    """
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    count = int.from_bytes(file.read(COUNT), "little")
    if count > size:
        raise damaged()
    check_size(size, count)
    text = file.read(count)
    if len(text) != count or not text.startswith(b"{"):
        raise damaged()
    try:
        entries = parsed(text, "header")
        texts = entries.pop("__metadata__", {})
        if not all(isinstance(each, str) for each in texts.values()):
            raise damaged()
        start = COUNT + count
        parts = {name: _part(entry, start) for name, entry in entries.items()}
    except (Refusal, AttributeError, KeyError, TypeError, ValueError) as error:
        raise damaged() from error
    end = start
    for part in sorted(parts.values(), key=lambda part: (part.begin, part.end)):
        if part.begin != end:
            raise damaged()
        end = part.end
    if end != size:
        raise damaged()
    return RunHeader(texts, parts, start)


def relabel(path: str | os.PathLike[str], about: About, to: str | os.PathLike[str] | None = None) -> None:
    """Replace what a run file says of its run, whole or not at all; all else stays as it is, to the byte.

    The file keeps its mode and the time when the run was written.

    Parameters
    ----------
    to : where the file goes with it, if not to its own place: then `path` stays as it is.

    Raises
    ------
    Refusal : it is no run file.
    OSError : it cannot be read, or the place cannot be written.
    """
    path = Path(path)
    with path.open("rb") as source:
        header = read_header(source)
        before = os.fstat(source.fileno())
        source.seek(COUNT)
        entries = json.loads(source.read(header.start - COUNT))
        texts = {key: text for key, text in header.texts.items() if key != "about"}
        told = about.to_json()
        entries["__metadata__"] = texts | ({"about": told} if told else {})
        start = laid_out(entries)
        check_size(before.st_size - header.start + len(start), len(start) - COUNT)
        with whole(path if to is None else to) as file:
            file.write(start)
            source.seek(header.start)
            while piece := source.read(PIECE):
                file.write(piece)
            file.flush()
            if to is None and os.utime in os.supports_fd:
                os.utime(file.fileno(), ns=(before.st_atime_ns, before.st_mtime_ns))


def laid_out(entries: dict[str, Any]) -> bytes:
    """The beginning of a safetensors file: its header in one order, so that what follows stays aligned."""
    text = json.dumps(entries, sort_keys=True, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return len(text).to_bytes(COUNT, "little") + text


def _part(entry: dict[str, Any], start: int) -> Part:
    """An array by its entry in the header; `ValueError` where the entry fits no array."""
    kind, shape, (begin, end) = entry["dtype"], entry["shape"], entry["data_offsets"]
    numbers = [*shape, begin, end]
    if not all(type(number) is int and 0 <= number <= MAX_RUN_BYTES for number in numbers):
        raise ValueError(numbers)
    if end - begin != WIDTHS[kind] * math.prod(shape):
        raise ValueError(numbers)
    return Part(kind, tuple(shape), start + begin, start + end)
