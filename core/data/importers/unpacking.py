"""What is gzipped is read as if it were not."""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from core.base.words import Refusal
from core.data.limits import opened, require
from core.data.numbers import Readable

ZIPPED = b"\x1f\x8b"
"""How a gzip file begins."""
MAX_PARTS = 65_536
"""Of a gzip file, one behind the other, as some programs write it."""


@contextmanager
def unpacked(path: Path) -> Iterator[Readable]:
    """What a file holds, unzipped where it is gzipped, for reading onwards; refused if it is too large."""
    with opened(path) as file:
        packed = file.read(2) == ZIPPED
        file.seek(0)
        yield _Unzipped(file) if packed else file


class _Unzipped:
    """What a gzip file holds, read onwards, no more at a time than is asked for.

    `gzip` would look at millions of zeros behind the end one by one.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._stream = zlib.decompressobj(wbits=31)
        self._parts, self._ahead = 1, b""  # the beginning of a part that is not given to the stream yet

    def read(self, count: int, /) -> bytes:
        """As many bytes as are asked for; fewer at the end, whose checksum is checked then."""
        found = bytearray()
        try:
            while len(found) < count and (not self._stream.eof or self._next()):
                packed = self._ahead or self._stream.unconsumed_tail or self._file.read(65_536)
                self._ahead = b""
                part = self._stream.decompress(packed, count - len(found))
                require(bool(packed or part), "is cut short")
                found += part
        except zlib.error as error:
            raise Refusal("is damaged: it cannot be unpacked") from error
        return bytes(found)

    def _next(self) -> bool:
        """Whether another part follows the one that has ended; it is begun. Anything else is left alone."""
        rest = self._stream.unused_data
        rest += self._file.read(2 - len(rest)) if len(rest) < 2 else b""
        if not rest.startswith(ZIPPED):
            return False
        self._parts += 1
        require(self._parts <= MAX_PARTS, "is gzipped in more than {most} parts", most=MAX_PARTS)
        self._stream = zlib.decompressobj(wbits=31)
        self._ahead = rest
        return True
