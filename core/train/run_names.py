"""What run files are called."""

import os
from pathlib import Path

SUFFIX = ".tp5"


def is_run_name(path: str | os.PathLike[str]) -> bool:
    """Whether a file is called as runs are, in small or capital letters."""
    return Path(path).suffix.lower() == SUFFIX


def run_path(path: str | os.PathLike[str]) -> Path:
    """The path under which a run is saved, if `path` is asked for: with `.tp5` at its end.

    A place that is there and is no file, such as a device, keeps its name.
    """
    path = Path(path)
    keeps = is_run_name(path) or not path.name or (path.exists() and not path.is_file())
    return path if keeps else path.with_name(path.name + SUFFIX)
