"""The person's own data sets: one `.npz` file per set, in the system's folder for an application's data.

This file knows only arrays and names; `datasets` makes sets of them.
"""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np
import platformdirs
from numpy.typing import NDArray

from core.base.files import whole
from core.base.troubles import told
from core.base.words import Refusal
from core.data.limits import (
    MAX_FIRST_BYTES,
    MAX_LABEL_BYTES,
    MAX_PIXELS,
    MAX_SET_FILE_BYTES,
    check_set,
    opened,
    parsed,
    require,
)
from core.data.numbers import Stack, stack

NAME = re.compile(r"[\w][\w .+-]{0,63}")
"""What a set may be called: letters, digits, spaces and `.`, `_`, `+`, `-`; it is also the name of a file."""


class LibraryError(Refusal):
    """A name that no set can have, or a file of the library that is not a data set."""


def folder() -> Path:
    """The folder of the sets, which need not exist yet."""
    return Path(platformdirs.user_data_dir("tp5gui", appauthor=False)) / "datasets"


def names() -> tuple[str, ...]:
    """The names of the sets that are kept, sorted."""
    return tuple(sorted(path.stem for path in folder().glob("*.npz") if _allowed(path.stem)))


def check_name(name: str) -> str:
    """`name` itself if a set may have it; `LibraryError` says what is allowed."""
    if not _allowed(name):
        raise LibraryError(
            "{name!r:.70} cannot name a data set; use up to 64 letters, digits, spaces and . _ + -",
            name=name,
        )
    return name


def write(name: str, images: NDArray[np.float32], labels: tuple[str, ...]) -> Path:
    """Keep images (N, H, W) and their labels under `name`, in place of what that name stood for.

    Raises
    ------
    LibraryError : the name cannot be a set's.
    OSError : the folder cannot be written.
    """
    path = folder() / f"{check_name(name)}.npz"
    path.parent.mkdir(parents=True, exist_ok=True)
    with whole(path) as file:
        np.savez_compressed(file, images=images, labels=np.array(json.dumps(labels)))
    return path


def version(name: str) -> tuple[object, ...]:
    """What tells the file that is kept under `name` from every other; empty where it cannot be looked at."""
    path = folder() / f"{check_name(name)}.npz"
    with suppress(OSError):
        found = path.stat()
        return path, found.st_ino, found.st_size, found.st_mtime_ns
    return ()


def read(name: str) -> tuple[NDArray[np.float32], tuple[str, ...]]:
    """The images (N, H, W) and labels kept under `name`.

    Raises
    ------
    LibraryError : there is no such set, or its file is damaged.
    """
    with _kept(name) as path:
        return _read(path)


@contextmanager
def _kept(name: str) -> Iterator[Path]:
    """The file kept under `name`; what is wrong while it is read is a `LibraryError` that names the file."""
    path = folder() / f"{check_name(name)}.npz"
    if not path.is_file():
        raise LibraryError("there is no data set {name!r}", name=name)
    try:
        yield path
    except (Refusal, OSError, MemoryError) as error:
        reason = error if isinstance(error, Refusal) else told(error)
        raise LibraryError("{path} is not a data set: {error}", path=path, error=reason) from error


def _read(path: Path) -> tuple[NDArray[np.float32], tuple[str, ...]]:
    with opened(path, MAX_SET_FILE_BYTES) as file, stack(file) as arrays:
        _check_images(arrays)
        require("labels" in arrays.headers, "it lacks {part}", part="labels")
        words = arrays.headers["labels"]
        require(words.dtype.kind == "U" and not words.shape, "{part} must be a list of words", part="labels")
        labels = parsed(str(arrays.array("labels", MAX_LABEL_BYTES)), "labels")
        require(isinstance(labels, list), "{part} must be a list of words", part="labels")
        images = np.asarray(arrays.array("images", 4 * MAX_PIXELS), dtype=np.float32)
    return images, tuple(str(label) for label in labels)


def first(name: str, count: int) -> NDArray[np.float32]:
    """The first images (N, H, W) kept under `name`, at most `count`, read without unpacking the others.

    Raises
    ------
    LibraryError : there is no such set, its file is damaged, or they are too large to be read at once.
    """
    with _kept(name) as path, opened(path, MAX_SET_FILE_BYTES) as file, stack(file) as arrays:
        _check_images(arrays)
        return np.asarray(arrays.first("images", count, MAX_FIRST_BYTES), dtype=np.float32)


def _check_images(arrays: Stack) -> None:
    """Refuse what cannot be the images of a set, by what its header says."""
    require("images" in arrays.headers, "it lacks {part}", part="images")
    kind = arrays.headers["images"].dtype
    require(kind.kind in "biuf", "{part} must be numbers, not {kind}", part="images", kind=kind)
    check_set(arrays.headers["images"].shape)


def delete(name: str) -> None:
    """Remove the set of that name, if there is one."""
    (folder() / f"{check_name(name)}.npz").unlink(missing_ok=True)


def _allowed(name: str) -> bool:
    return NAME.fullmatch(name) is not None and name == name.strip() and len(name.encode()) <= 200
