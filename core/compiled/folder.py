"""The folder that numba reads and keeps compiled functions in, while they are made ready: never another one.

Left to itself, numba would use `__pycache__` or a folder of its own, and trust whatever lies there.
"""

import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

FORSAKEN = 3600.0
"""Seconds after which nobody goes on with what was half written."""

_PREFIX = "tp5-"

_given = False
_claims: Path | None = None


def keeps() -> bool:
    """Whether there is one now: what a compiled function says for `cache=` where it is decorated."""
    return _given


def claimed(name: str) -> bool:
    """Whether a function is for this process to compile: of several that fill a folder, the first to ask."""
    if _claims is None:
        return True
    try:
        (_claims / name).touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


@contextmanager
def given(place: Path | None, claims: Path | None = None) -> Iterator[None]:
    """Inside the block functions are kept in this folder, or in none.

    Numba knows one folder for all that is decorated in a process, also by others: theirs is back afterwards.

    Parameters
    ----------
    claims : a folder in which the processes that fill `place` together note who compiles what; None: it is
        this one alone.
    """
    global _given, _claims
    if place is None:
        yield
        return
    import numba

    config: Any = numba.config
    former = config.CACHE_DIR, config.CACHE_LOCATOR_CLASSES
    # the second one: an error, and not another place, where this one cannot be written
    config.CACHE_DIR, config.CACHE_LOCATOR_CLASSES = str(place), "UserProvidedCacheLocator"
    _given, _claims = True, claims
    try:
        yield
    finally:
        config.CACHE_DIR, config.CACHE_LOCATOR_CLASSES = former
        _given, _claims = False, None


@contextmanager
def scratch() -> Iterator[Path]:
    """A fresh folder that is gone afterwards; what killed processes left of theirs goes as well, in time.

    Raises
    ------
    OSError : none can be made.
    """
    with suppress(OSError):
        _sweep(Path(tempfile.gettempdir()))
    with tempfile.TemporaryDirectory(prefix=_PREFIX, ignore_cleanup_errors=True) as place:
        yield Path(place)


def _sweep(place: Path) -> None:
    """Remove our own folders of this kind that are old; a link is none."""
    for path in place.glob(f"{_PREFIX}*"):
        with suppress(OSError):
            status = path.lstat()
            ours = os.name != "posix" or status.st_uid == os.geteuid()
            if ours and stat.S_ISDIR(status.st_mode) and status.st_mtime < time.time() - FORSAKEN:
                shutil.rmtree(path, ignore_errors=True)
