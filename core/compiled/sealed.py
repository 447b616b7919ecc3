"""Compiled functions between two starts of the program: one file in the person's cache folder, under a seal.

Numba keeps what it compiles as pickles and machine code, and whoever reads these runs them. So they are read
from a file that nobody else can write, and only if it is as it was written; what Numba gets to see is a fresh
folder that was filled from the bytes that were checked.
"""

import io
import logging
import os
import stat
import time
import zipfile
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import platformdirs

from core.base.files import whole
from core.compiled.folder import FORSAKEN

log = logging.getLogger(__name__)

SUFFIX = ".compiled"

NEWEST = 4
"""Files that are left, those used last: of other versions of the program, Python or Numba."""

MOST_BYTES = 128 * 2**20

_SEAL = sha256().digest_size


def folder() -> Path:
    """Where the files lie; it need not exist yet."""
    return Path(platformdirs.user_cache_dir("tp5gui", appauthor=False)) / "compiled"


class Sealed:
    """The files of a folder as one file: the SHA-256 of all that follows, then a ZIP archive.

    Parameters
    ----------
    name : of the file in `folder()`; it says what was compiled, and with what.

    Attributes
    ----------
    path : where it lies, or will.
    """

    def __init__(self, name: str) -> None:
        self.path = folder() / f"{name}{SUFFIX}"

    def read(self) -> bytes | None:
        """The archive, see `unpack`; None where there is none.

        One that may not be read is none, and is removed, where that can be done.
        """
        try:
            content = self._content()
        except FileNotFoundError:
            return None
        except OSError as error:
            log.info("%s is set aside: %s", self.path, error)
            self.remove()
            return None
        with suppress(OSError):
            os.utime(self.path)  # used last
        return content

    def writable(self) -> bool:
        """Whether it can probably be written: the folder is ours, or can be made."""
        try:
            self._make_folder()
        except OSError:
            return False
        return os.access(self.path.parent, os.W_OK)

    def pack(self, files: Path) -> None:
        """Take the files of a folder in place of what it held, and remove those that were used long ago.

        Raises
        ------
        OSError : it cannot be written, or the folder is another person's.
        """
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as packed:
            for path in sorted(path for path in files.rglob("*") if path.is_file()):
                packed.writestr(path.relative_to(files).as_posix(), path.read_bytes())
        self._make_folder()
        with whole(self.path) as file:
            if os.name == "posix":
                os.fchmod(file.fileno(), 0o600)  # whatever the umask, or what it replaces, would allow
            file.write(sha256(archive.getbuffer()).digest())
            file.write(archive.getbuffer())
        self._remove_others()

    def remove(self) -> None:
        """Remove it, where that can be done."""
        with suppress(OSError):
            self.path.unlink(missing_ok=True)

    def _make_folder(self) -> None:
        for place in (self.path.parent.parent, self.path.parent):
            _make_private(place)

    def _content(self) -> bytes:
        """The archive; `OSError` where there is none that may be read."""
        places = (self.path, self.path.parent, self.path.parent.parent)
        found, *above = (place.stat() for place in places)
        if not stat.S_ISREG(found.st_mode) or found.st_size > MOST_BYTES:
            raise OSError("it is no file of this program")
        if not all(map(_private, (found, *above))):
            raise OSError("others can write it")
        content = self.path.read_bytes()
        if sha256(content[_SEAL:]).digest() != content[:_SEAL]:
            raise OSError("it is damaged")
        return content[_SEAL:]

    def _remove_others(self) -> None:
        with suppress(OSError):
            ages = {path: path.stat().st_mtime for path in self.path.parent.glob(f"*{SUFFIX}")}
            for path in sorted(ages.keys() - {self.path}, key=ages.__getitem__, reverse=True)[NEWEST - 1 :]:
                path.unlink()
            for path in self.path.parent.glob(".*.part"):  # of a process that was killed
                if path.stat().st_mtime < time.time() - FORSAKEN:
                    path.unlink()


def unpack(content: bytes, into: Path) -> None:
    """Put the files of an archive that was under a seal into an empty folder.

    Raises
    ------
    OSError, BadZipFile : that folder cannot be written, or it is no archive.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        archive.extractall(into)


def _private(status: os.stat_result) -> bool:
    """Whether what has this status is ours, and nobody else may write it; Windows has no such modes."""
    if os.name != "posix":
        return True
    return status.st_uid == os.geteuid() and not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def _make_private(place: Path) -> None:
    """Make a folder that only we can write, or of our own folder one that only we can.

    Raises
    ------
    OSError : it cannot be, or it is another person's.
    """
    place.mkdir(0o700, parents=True, exist_ok=True)
    status = place.stat()
    if not _private(status):
        if status.st_uid != os.geteuid():
            raise PermissionError(f"{place} is another person's")
        place.chmod(0o700)
