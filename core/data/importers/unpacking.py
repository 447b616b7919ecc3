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

    def read(self, count: int, /) -> bytes:
        """As many bytes as are asked for; fewer at the end, whose checksum is checked then."""
        found = bytearray()
        try:
            while len(found) < count and not self._stream.eof:
                packed = self._stream.unconsumed_tail or self._file.read(65_536)
                part = self._stream.decompress(packed, count - len(found))
                require(bool(packed or part), "is cut short")
                found += part
        except zlib.error as error:
            raise Refusal("is damaged: it cannot be unpacked") from error
        return bytes(found)
