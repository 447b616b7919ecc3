"""Where the files lie that come with the application, and files that are written whole."""

import errno
import io
import os
import secrets
import stat
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

TRIES, PAUSE = 6, 0.05
"""Attempts to put a file in its place, and the seconds between them, on Windows. There, nothing takes the
place of a file that is open elsewhere, and a virus scanner opens it for a moment."""


@contextmanager
def whole(path: str | os.PathLike[str]) -> Iterator[BinaryIO]:
    """A new file, open for writing bytes, which takes the place of `path` in the end, unless anything fails.

    Until then it lies in the same folder under a name that nothing else has. So whoever reads `path` finds
    the old file or the new one, whole, even if the process is killed or the power fails. Whatever fails, the
    old file stays and the new one is removed.

    - A link stays: the file that it leads to is replaced.
    - A file that is replaced hands on its mode; a new one has what the umask allows.
    - A file that may not be written is not replaced, even where its folder would allow it.
    - A device or a pipe stays what it is, and gets the bytes once all of them are known.

    Raises
    ------
    OSError : the place cannot be written; the error names `path`.
    """
    path = Path(path)
    target = Path(os.path.realpath(path))
    part = target.with_name(f".{secrets.token_hex(8)}.part")  # short: a name may have no more than 255 bytes
    with _naming(path, part):
        old = _status(path)
        if old is None or stat.S_ISREG(old.st_mode):
            with _beside(target, part, old) as file:
                yield file
        elif stat.S_ISDIR(old.st_mode):
            raise _error(errno.EISDIR)
        else:
            content = io.BytesIO()
            yield content
            _write_through(path, content.getvalue())


@contextmanager
def _naming(path: Path, part: Path) -> Iterator[None]:
    """Have the errors of the system name `path`, not `part` nor nothing at all."""
    try:
        yield
    except OSError as error:
        if error.errno is None or error.filename not in (None, str(part)):
            raise
        raise OSError(error.errno, error.strerror, str(path)) from error


def _status(path: Path) -> os.stat_result | None:
    """What there is at the end of all links; None: nothing yet."""
    try:
        return path.stat()
    except FileNotFoundError:
        return None


def _error(number: int) -> OSError:
    return OSError(number, os.strerror(number))


@contextmanager
def _beside(target: Path, part: Path, old: os.stat_result | None) -> Iterator[BinaryIO]:
    if old is not None and not os.access(target, os.W_OK):
        raise _error(errno.EACCES)
    try:
        with part.open("xb") as file:
            if old is not None:
                part.chmod(stat.S_IMODE(old.st_mode))
            yield file
            file.flush()
            # the bytes before the name; and some disks say only now that they are full
            os.fsync(file.fileno())
        _replace(part, target)
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def _replace(part: Path, target: Path) -> None:
    for _ in range(TRIES if sys.platform == "win32" else 0):
        try:
            part.replace(target)
        except PermissionError:
            time.sleep(PAUSE)
        else:
            return
    part.replace(target)


def _write_through(path: Path, content: bytes) -> None:
    """Give `content` to what is not a file; a pipe that nobody reads is an error, not a wait for ever."""
    patience = getattr(os, "O_NONBLOCK", 0)
    there = os.open(path, os.O_WRONLY | patience)
    with os.fdopen(there, "wb") as file:
        if patience:
            os.set_blocking(there, True)
        file.write(content)


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
