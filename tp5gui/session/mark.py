"""A mark in a folder that lasts as long as its process lives, however that ends."""

from contextlib import suppress
from pathlib import Path

from core.base.locking import take


class Mark:
    """A file that is locked while it is held and removed in the end; a crash leaves it behind, unlocked.

    The system takes the lock from a process that ends in any way. So a mark cannot be mistaken as the number
    of a process can, which another process has later: after the next start of the system at the latest.

    Raises
    ------
    OSError : the file cannot be written, or files there cannot be locked; then none is left.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = path.open("ab")
        try:
            take(self._file)
        except OSError:
            self.remove()
            raise

    def remove(self) -> None:
        """Take the mark away."""
        remove_mark(self._path)  # while it is locked: nobody finds it left behind
        self._file.close()
        remove_mark(self._path)  # where a file that is open cannot be removed


def left_behind(path: Path) -> bool:
    """Whether the process that made the mark `path` ended without taking it away."""
    try:
        with path.open("r+b") as file:
            take(file)
    except OSError:  # there is none, or it is held
        return False
    return True


def remove_mark(path: Path) -> None:
    """Remove the mark of a process that has ended."""
    with suppress(OSError):
        path.unlink(missing_ok=True)
