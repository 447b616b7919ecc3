"""Files of plain text: how one is known by its beginning, and how it is read whole."""

import re
from pathlib import Path

from core.base.words import Refusal
from core.data.importers.reading import HEAD
from core.data.importers.unpacking import unpacked
from core.data.limits import MAX_TEXT_BYTES, MAX_TEXT_LINES, require

BOM = b"\xef\xbb\xbf"
"""What some editors write before a text in UTF-8."""
CONTROLS = re.compile(rb"[\0-\x08\x0e-\x19\x1c-\x1f]")
"""Bytes that no text holds."""


def decoded(data: bytes) -> str:
    """A text in UTF-8 or, where it is none, in Latin-1, which every byte is a letter of."""
    data = data.removeprefix(BOM)
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("latin-1")


def beginning(head: bytes) -> str:
    """The text that a file begins with, or "" where it is no text.

    Of a file that goes on, the last line, which may be cut, is left out unless it is the only one.
    """
    if CONTROLS.search(head):
        return ""
    if len(head) >= HEAD:
        whole, end, _ = head.rpartition(b"\n")
        head = whole + end or head
        while head and head[-1] & 0xC0 == 0x80:  # the rest of a letter may be cut off
            head = head[:-1]
    return decoded(head).replace("\r\n", "\n").replace("\r", "\n")


def whole_text(path: Path) -> str:
    """The text of a file, whose lines end in one way.

    Raises
    ------
    Refusal : it is too long, or no text.
    """
    with unpacked(path) as file:
        data = file.read(MAX_TEXT_BYTES + 1)
    require(
        len(data) <= MAX_TEXT_BYTES, "is a text of more than {most} MiB", most=MAX_TEXT_BYTES >> 20
    )  # fmt: skip
    check_text(data)
    data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    require(
        data.count(b"\n") <= MAX_TEXT_LINES, "has more than {most} lines", most=MAX_TEXT_LINES
    )  # fmt: skip
    return decoded(data)


def check_text(data: bytes) -> None:
    """Refuse what holds bytes that no text holds."""
    if found := CONTROLS.search(data):
        line = data.count(b"\n", 0, found.start()) + 1
        raise Refusal("has bytes in line {line:d} that are no text", line=line)
