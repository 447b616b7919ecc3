"""A file that one program at a time writes: nobody waits, who comes second is told."""

import os
import sys
from contextlib import suppress
from typing import IO, Any

FAR = 2**62
"""On Windows a locked byte cannot be read by others, so one is locked that no file has."""


def lock(file: IO[Any]) -> bool:
    """Take an open file for this program until it is closed; whether nobody else has it.

    Where the file system knows no locks, everybody has it.
    """
    try:
        _lock(file)
    except (BlockingIOError, PermissionError):
        return False
    except OSError:
        return True
    return True


if sys.platform == "win32":
    import msvcrt

    def _lock(file: IO[Any]) -> None:
        place = file.tell()
        try:
            file.seek(FAR)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        finally:
            with suppress(OSError):
                file.seek(place, os.SEEK_SET)

else:
    import fcntl

    def _lock(file: IO[Any]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
