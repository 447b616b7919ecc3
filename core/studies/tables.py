"""A study's table as a file, tidy: a line for every run, a column for every field and measure."""

import csv
import io
import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO

from core.base.files import whole
from core.studies.study import Row, StudyError

FIGURES = (".png", ".svg", ".pdf")
"""The kinds of files for a figure; `figure` brings matplotlib, so they stand here."""


def write_table(path: Path, rows: Sequence[Row]) -> None:
    """Write a table; the suffix of `path` says which kind of file.

    Raises
    ------
    StudyError : the suffix is none of `TABLES`.
    OSError : the place cannot be written.
    ImportError : pyarrow is missing, which .parquet needs.
    """
    if path.suffix.lower() not in WRITERS:
        raise StudyError("{path}: a table is a {suffixes} file", path=path, suffixes=" ".join(TABLES))
    with whole(path) as file:
        WRITERS[path.suffix.lower()](file, [plain(row) for row in rows])


def _write_json(file: BinaryIO, rows: list[Row]) -> None:
    file.write(json.dumps(rows).encode())


def _write_csv(file: BinaryIO, rows: list[Row]) -> None:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, _columns(rows))
    writer.writeheader()
    writer.writerows(rows)
    file.write(text.getvalue().encode())


def _write_parquet(file: BinaryIO, rows: list[Row]) -> None:
    import pyarrow
    import pyarrow.parquet

    table = pyarrow.table({name: [row.get(name) for row in rows] for name in _columns(rows)})
    pyarrow.parquet.write_table(table, file)


WRITERS = {".csv": _write_csv, ".json": _write_json, ".parquet": _write_parquet}
TABLES = tuple(WRITERS)
"""The kinds of files for a table."""


def plain(row: Row) -> Row:
    """A row as JSON and CSV can hold it: layers as in "64-32", and None for what is not a finite number."""
    return {name: _plain(name, value) for name, value in row.items()}


def _plain(name: str, value: Any) -> Any:
    if name == "hidden":
        return "-".join(map(str, value))
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _columns(rows: Sequence[Row]) -> list[str]:
    return list(dict.fromkeys(name for row in rows for name in row))
