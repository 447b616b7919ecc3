"""The lines of a table of numbers: how its cells are parted, which of them are what, and what they hold."""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.base.words import Refusal
from core.data.importers.texts import BOM, check_text, decoded
from core.data.limits import (
    MAX_FILE_BYTES,
    MAX_TABLE_CELLS,
    MAX_TABLE_LINE,
    MAX_TABLE_LINES,
    check_bytes,
    printable,
    require,
)
from core.data.numbers import Readable

AT_ONCE = 2**18
"""Bytes that are read and parsed in one go."""
LABELS = ("label", "labels", "class", "y", "target", "digit", "etiqueta", "clase")
"""How the column of labels may be headed."""
PLACES = ("", "id", "index", "unnamed: 0")
"""How a column is headed that numbers the rows."""
SAMPLE = 512
"""Lines, spread over the table, by which the column of labels is found."""

_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]{1,40})(?:[eE][+-]?[0-9]{1,3})?")
DIGITS = bytes(range(ord("0"), ord("9") + 1))


def is_number(cell: str, comma: bool = False) -> bool:
    """Whether a cell is a number; `comma` that its decimal mark may be one."""
    return len(cell) < 64 and bool(_NUMBER.fullmatch(cell.replace(",", ".") if comma else cell))


@dataclass(frozen=True, slots=True)
class Cells:
    """How the cells of a line are parted.

    Attributes
    ----------
    mark : what is between two; None where it is white space.
    comma : whether the decimal mark may be a comma.
    ending : whether every line ends with a mark that parts nothing.
    """

    mark: bytes | None
    comma: bool = False
    ending: bool = False

    def clean(self, line: bytes) -> bytes:
        """A line without what stands around its cells."""
        line = line.strip(b" \r") if self.mark == b"\t" else line.strip()
        return line.removesuffix(self.mark) if self.ending and self.mark else line

    def of(self, line: bytes) -> list[str]:
        """The cells of a line, without quotes and blanks around them."""
        text = decoded(self.clean(line))
        if self.mark is None:
            return text.split()
        mark = self.mark.decode()
        try:
            cells = next(csv.reader([text], delimiter=mark), []) if '"' in text else text.split(mark)
        except csv.Error:  # quotes around too much
            cells = text.split(mark)
        return [cell.strip() for cell in cells]


def parted(line: bytes) -> Cells:
    """How a line is parted, outside of quotes; its cells may have commas where something else parts them."""
    line = line.strip(b" \r\n")
    bare = re.sub(rb'"[^"]*"', b"", line)
    commas = bare.count(b",")
    mark = next((each for each in (b";", b"\t") if 2 * bare.count(each) > commas), b"," if commas else None)
    if mark is None:
        return Cells(None)
    return Cells(mark, mark != b"," and commas > 0, bare.endswith(mark))


def lines(file: Readable) -> Iterator[list[tuple[int, bytes]]]:
    """The lines of a file that are not blank, with their numbers from 1, some at a time.

    Raises
    ------
    Refusal : it is too long, or no text.
    """
    rest, number, total, end = b"", 0, 0, b"\n"
    while chunk := file.read(AT_ONCE):
        if not total:
            chunk = chunk.removeprefix(BOM)
            end = b"\r" if b"\n" not in chunk and b"\r" in chunk else b"\n"
        total += len(chunk)
        check_bytes(total, MAX_FILE_BYTES)
        check_text(chunk)
        *whole, rest = (rest + chunk).split(end)
        require(
            len(rest) <= MAX_TABLE_LINE, "has more than {most} bytes in line {line:d}",
            most=MAX_TABLE_LINE, line=number + len(whole) + 1,
        )  # fmt: skip
        yield [(number + i, line) for i, line in enumerate(whole, 1) if line.strip()]
        number += len(whole)
        require(number <= MAX_TABLE_LINES, "has more than {most} lines", most=MAX_TABLE_LINES)
    if rest.strip():
        yield [(number + 1, rest)]


@dataclass(slots=True)
class Outline:
    """What a table is found to be by going through it once.

    Attributes
    ----------
    count : its rows, but for the heading.
    cells : how its lines are parted.
    first : the first two lines.
    edges : the first and the last cell of some rows.
    """

    count: int = 0
    cells: Cells = field(default_factory=lambda: Cells(None))
    first: list[bytes] = field(default_factory=list)
    edges: list[tuple[str, str]] = field(default_factory=list)
    _step: int = 1

    def take(self, part: Sequence[tuple[int, bytes]]) -> None:
        """Some lines more."""
        for _, line in part:
            if not self.first:
                line = line.strip().removeprefix(b"#")
                self.cells = parted(line)
                count = len(self.cells.of(line))
                require(
                    count <= MAX_TABLE_CELLS, "has {count} cells in its first line; at most {most} are read",
                    count=count, most=MAX_TABLE_CELLS,
                )  # fmt: skip
            if len(self.first) < 2:
                self.first.append(line)
            if not self.count % self._step:
                ends = self.cells.of(line[:64]), self.cells.of(line[-64:])
                self.edges.append((ends[0][0] if ends[0] else "", ends[1][-1] if ends[1] else ""))
                if len(self.edges) > SAMPLE:
                    self.edges = self.edges[::2]
                    self._step *= 2
            self.count += 1


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column is what.

    Attributes
    ----------
    cells : how lines are parted.
    count : of the columns.
    heading : whether the first line names them.
    label : the column of labels, from 0, or None.
    why : by what it was found: its "heading", its "words", or the "count" of columns; else "".
    dropped : columns that number the rows.
    words : of the columns that are no pixels, those that may hold words.
    """

    cells: Cells
    count: int
    heading: bool
    label: int | None
    why: str
    dropped: tuple[int, ...]
    words: bool

    @property
    def pixels(self) -> list[int]:
        """The columns of pixels."""
        return [i for i in range(self.count) if i != self.label and i not in self.dropped]

    def parse(self, part: Sequence[tuple[int, bytes]]) -> tuple[NDArray[Any], list[str]]:
        """The pixels (n, P) of some lines, and their labels where there is a column of them.

        Raises
        ------
        Refusal : a line is too short or too long, or a cell is no number.
        """
        rows = [self.cells.clean(line) for _, line in part]
        mark = self.cells.mark
        if mark is not None and any(row.count(mark) != self.count - 1 for row in rows if b'"' not in row):
            self._slowly(part)
        if mark is not None and not self.words:
            values = _small(mark.join(rows), mark, len(rows))
            if values is not None and values.shape[1] == self.count:
                labels = [] if self.label is None else list(map(str, values[:, self.label].tolist()))
                return self._of(values), labels
        if any(b'"' in row for row in rows):
            return self._slowly(part)
        if self.cells.comma:
            rows = [row.replace(b",", b".") for row in rows]
        kept = [i for i in range(self.count) if not self.words or i not in (self.label, *self.dropped)]
        between = mark.decode() if mark else None
        try:
            values = np.loadtxt(
                rows, np.float64, comments=None, delimiter=between, usecols=kept, ndmin=2
            )  # fmt: skip
        except ValueError:
            return self._slowly(part)
        if mark is None and any(len(row.split()) != self.count for row in rows):
            return self._slowly(part)
        if not self.words:
            labels = [] if self.label is None else list(map(_written, values[:, self.label].tolist()))
            return self._of(values), labels
        return values, [] if self.label is None else [self.cells.of(line)[self.label] for _, line in part]

    def _of(self, values: NDArray[Any]) -> NDArray[Any]:
        apart = [i for i in (self.label, *self.dropped) if i is not None]
        return np.delete(values, apart, 1) if apart else values

    def _slowly(self, part: Sequence[tuple[int, bytes]]) -> tuple[NDArray[Any], list[str]]:
        """The same cell by cell, where the first that is wrong is found."""
        values, labels, pixels = [], [], self.pixels
        for number, line in part:
            cells = self.cells.of(line)
            require(
                len(cells) == self.count, "has {count} cells in line {line:d}, but {columns} in the first",
                count=len(cells), line=number, columns=self.count,
            )  # fmt: skip
            for column in pixels:
                if not is_number(cells[column], self.cells.comma):
                    raise Refusal(
                        "has {word} in line {line:d}, column {column:d}, where a number should be",
                        word=printable(cells[column], 40) or '""', line=number, column=column + 1,
                    )  # fmt: skip
            values.append([float(cells[i].replace(",", ".")) for i in pixels])
            if self.label is not None:
                labels.append(cells[self.label])
        return np.array(values), labels


def _written(number: float) -> str:
    """A label that is a number: 7 and not 7.0."""
    return str(int(number)) if number.is_integer() else str(number)


def _small(joined: bytes, mark: bytes, count: int) -> NDArray[np.uint16] | None:
    """Rows of whole numbers of one to three digits; None where there is anything else."""
    signs = np.frombuffer(joined + mark, np.uint8)
    ends = np.flatnonzero(signs == mark[0])
    digits = signs - np.uint8(ord("0"))
    lengths = np.diff(ends, prepend=-1) - 1
    if len(ends) % count or lengths.min() < 1 or lengths.max() > 3:
        return None
    if int((digits < 10).sum()) + len(ends) != len(signs):
        return None
    values = digits[ends - 1].astype(np.uint16)
    for place, worth in ((2, 10), (3, 100)):
        longer = np.flatnonzero(lengths >= place)
        values[longer] += digits[ends[longer] - place] * np.uint16(worth)
    return values.reshape(count, -1)
