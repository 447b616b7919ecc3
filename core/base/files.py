"""Where the files lie that come with the application, and files that are written whole."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO


@contextmanager
def whole(path: Path) -> Iterator[BinaryIO]:
    """A file open for writing bytes; in the end it takes the place of `path`, unless writing fails."""
    part = path.with_name(path.name + ".part")
    try:
        with part.open("wb") as file:
            yield file
        part.replace(path)
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


_PACKAGE = Path(__file__).resolve().parent.parent  # core


def shipped(name: str) -> Path:
    """A file or folder of `data/` or `resources/`, as in `shipped("data/emojis.npz")`.

    An installed wheel carries both folders inside `core`; in a checkout they lie beside it.

    Raises
    ------
    FileNotFoundError : neither place has it.
    """
    for root in (_PACKAGE / "shipped", _PACKAGE.parent):
        if (root / name).exists():
            return root / name
    raise FileNotFoundError(f"{name} is missing; install tp5gui again")
