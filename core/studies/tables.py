"""A study's table as a file, tidy: a line for every run, a column for every field and measure."""

import csv
import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from core.studies.study import Row, StudyError

TABLES = (".csv", ".json", ".parquet")
"""The kinds of files for a table."""

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
    rows = [plain(row) for row in rows]
    match path.suffix.lower():
        case ".json":
            path.write_text(json.dumps(rows), encoding="utf-8")
        case ".csv":
            with path.open("w", newline="", encoding="utf-8") as file:
                writer = csv.DictWriter(file, _columns(rows))
                writer.writeheader()
                writer.writerows(rows)
        case ".parquet":
            import pyarrow
            import pyarrow.parquet

            table = pyarrow.table({name: [row.get(name) for row in rows] for name in _columns(rows)})
            pyarrow.parquet.write_table(table, path)
        case _:
            raise StudyError("{path}: a table is a {suffixes} file", path=path, suffixes=" ".join(TABLES))


def plain(row: Row) -> Row:
    """A row as JSON and CSV can hold it: layers as in "64-32", and None for what is not a finite number."""
    return {name: _plain(name, value) for name, value in row.items()}


def _plain(name: str, value: Any) -> Any:
    if name == "hidden":
        return "-".join(map(str, value))
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _columns(rows: Sequence[Row]) -> list[str]:
    return list(dict.fromkeys(name for row in rows for name in row))
