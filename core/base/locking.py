"""An open file that one program at a time has: nobody waits, who comes second is told.

The system takes the lock from a program that ends in any way.
"""

import os
import sys
from contextlib import suppress
from typing import IO, Any

if sys.platform == "win32":
    import msvcrt

    FAR = 2**62  # a locked byte cannot be read by others there, so one is locked that no file has

    def _take(file: IO[Any]) -> None:
        place = file.tell()
        try:
            file.seek(FAR)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        finally:
            with suppress(OSError):
                file.seek(place, os.SEEK_SET)

else:
    import fcntl

    def _take(file: IO[Any]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def take(file: IO[Any]) -> None:
    """Take an open file for this program until it is closed.

    Raises
    ------
    BlockingIOError, PermissionError : another one has it.
    OSError : the file system knows no locks.
    """
    _take(file)


def lock(file: IO[Any]) -> bool:
    """Take an open file for this program until it is closed; whether nobody else has it.

    Where the file system knows no locks, everybody has it.
    """
    try:
        take(file)
    except (BlockingIOError, PermissionError):
        return False
    except OSError:
        return True
    return True
