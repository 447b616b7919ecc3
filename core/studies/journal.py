"""The journal of a study: a file that holds every finished run, whatever happens to the program.

Its first line is the study. Every other line holds rows, behind a checksum over them and the first line:
`["1c291ca3", [row, ...]]`. Lines of earlier versions begin with a whole number instead. All are held against
the study. The file is only ever added to, so that a crash can cut no more than its last line.
"""

import hashlib
import json
import os
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from core.base.locking import lock
from core.base.words import Refusal, say
from core.studies.groups import Group, groups
from core.studies.rows import RowCheck, key_of
from core.studies.study import Key, Row, Study, StudyError

LONGEST_HEAD = 2**20
"""Bytes of a first line, at most: a file of another kind is not read whole."""


class JournalInUse(StudyError):
    """Another program writes the journal now."""


class JournalDamaged(StudyError):
    """The file is the journal of the study, but a line in it cannot be."""


@dataclass(slots=True)
class Journal:
    """The finished rows of a study, in a file or only in memory.

    Attributes
    ----------
    study : whose they are.
    done : what a row is of -> the row.
    """

    study: Study
    done: dict[Key, Row] = field(default_factory=dict)
    _file: BinaryIO | None = None
    _head: bytes = b""

    def add(self, rows: Sequence[Row]) -> None:
        """Keep rows; they are on the disk when this returns.

        Raises
        ------
        OSError : they could not be written; the file is as it was.
        """
        if self._file is not None and rows:
            _append(self._file, _line(self._head, rows))
        self.done |= {key_of(self.study, row): row for row in rows}

    def of(self, group: Group) -> frozenset[Key]:
        """What there is of a group."""
        return frozenset(key for key in group.keys(self.study) if key in self.done)

    def table(self) -> list[Row]:
        """All rows so far, in the order of the groups, whichever of them finished first."""
        keys = (key for group in groups(self.study) for key in group.keys(self.study))
        return [self.done[key] for key in keys if key in self.done]


def journal_path(folder: Path, study: Study) -> Path:
    """The file in a folder for the journal of a study: one that is there, or where a new one goes.

    Raises
    ------
    OSError : a file cannot be read.
    """
    name = hashlib.sha256(study.to_json().encode()).hexdigest()[:16]
    new = folder / f"{name}.jsonl"
    if new.exists():
        return new
    for path in sorted(folder.glob("*.jsonl")):  # one of an earlier version, whose specs had fewer fields
        with path.open("rb") as file:
            if _belongs(file.readline(LONGEST_HEAD), study):
                return path
    return new


@contextmanager
def journal(study: Study, path: Path | None) -> Iterator[Journal]:
    """The journal of a study: a new one, or the one that an earlier attempt left in the file `path`.

    It may have been left by an earlier version: fields that came later are at their defaults. Nobody else
    can open it as a journal until the block ends.

    Raises
    ------
    JournalInUse : another program writes it now.
    JournalDamaged : a row of it cannot be; the file stays as it is.
    StudyError : the file is the journal of another study, or not a journal; it stays as it is.
    OSError : it cannot be read or written.
    """
    if path is None:
        yield Journal(study)
        return
    if path.exists() and not path.is_file():
        raise StudyError("{path} is not a file", path=path)
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | _BINARY, 0o666), "r+b", buffering=0) as file:
        if not lock(file):
            raise JournalInUse("{path} is being written by another study; give another file", path=path)
        head, done = _read(study, path, file)
        yield Journal(study, done, file, head)


_BINARY = getattr(os, "O_BINARY", 0)  # Windows would translate the ends of lines


def _read(study: Study, path: Path, file: BinaryIO) -> tuple[bytes, dict[Key, Row]]:
    """The first line of a file and the rows in it; what a crash left of a last line is taken off."""
    head = study.to_json().encode() + b"\n"
    found = file.read(LONGEST_HEAD)
    first, end, rest = found.partition(b"\n")
    if not end and head.startswith(found):  # new, or a crash cut even the head short
        file.truncate(0)
        file.seek(0)
        _append(file, head)
        return head.rstrip(), {}
    if not _belongs(first, study):
        raise StudyError("{path} is no journal, or that of another study; give another file", path=path)
    *lines, torn = (rest + file.read()).split(b"\n")
    done = _rows(study, path, first, lines)
    file.truncate(file.tell() - len(torn))
    file.seek(0, os.SEEK_END)
    return first, done


def _belongs(head: bytes, study: Study) -> bool:
    """Whether a journal with this first line is the study's; a field that came later is at its default."""
    try:
        return Study.from_json(head.decode()).same_runs(study)
    except (Refusal, UnicodeDecodeError):
        return False


def _rows(study: Study, path: Path, head: bytes, lines: Sequence[bytes]) -> dict[Key, Row]:
    done: dict[Key, Row] = {}
    check = RowCheck(study)
    for number, line in enumerate(lines, 2):
        try:
            done |= {check.key(row): row for row in _entry(head, line)}
        except (ValueError, TypeError, RecursionError) as error:
            reason = error if isinstance(error, Refusal) else say("this is no line of a journal")
            raise JournalDamaged(
                "{path} is a damaged journal: line {number}: {reason}",
                path=path, number=str(number), reason=reason,
            ) from error  # fmt: skip
    return done


def _entry(head: bytes, line: bytes) -> list[Row]:
    """The rows of a line; `ValueError` if it is none."""
    mark, rows = json.loads(line)
    if not isinstance(rows, list) or not rows or type(mark) not in (int, str):
        raise ValueError("neither rows nor a checksum")
    if isinstance(mark, str) and mark != _mark(head, json.dumps(rows)):
        raise StudyError("its checksum is wrong")
    return rows


def _line(head: bytes, rows: Sequence[Row]) -> bytes:
    text = json.dumps(rows)
    return f'["{_mark(head, text)}", {text}]\n'.encode()


def _mark(head: bytes, text: str) -> str:
    return f"{zlib.crc32(text.encode(), zlib.crc32(head)):08x}"


def _append(file: BinaryIO, data: bytes) -> None:
    """Add to a file without a buffer; where the disk takes only a part, nothing is added."""
    end = file.tell()
    try:
        written = 0
        while written < len(data):
            written += file.write(data[written:])
        os.fsync(file.fileno())
    except OSError:
        with suppress(OSError):
            file.truncate(end)
            file.seek(end)
        raise
