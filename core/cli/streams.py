"""What is printed: on any terminal, to any reader, and never the end of a command."""

import os
import sys
import unicodedata
from contextlib import suppress
from io import TextIOWrapper

from core.base.troubles import told
from core.base.words import one_line


def prepare() -> None:
    """Print what a terminal cannot show as its number, and into nothing where a stream was closed."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115
        elif isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def settle() -> None:
    """Print what is still to be printed; `OSError` where it cannot be, and then nothing is left to print."""
    try:
        sys.stdout.flush()
    except OSError:
        with suppress(OSError):  # else the interpreter would try once more, and complain
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise


def shown(text: str) -> str:
    """A text without what moves a cursor or is no character: labels come from files."""
    return "".join(letter if letter == "\n" or _harmless(letter) else "\ufffd" for letter in text)


def _harmless(letter: str) -> bool:
    return unicodedata.category(letter) not in ("Cc", "Cs")  # control characters, lone surrogates


def complain(error: BaseException) -> None:
    """Say in one line on standard error what went wrong."""
    with suppress(OSError):
        print(f"tp5: {shown(one_line(told(error)))}", file=sys.stderr)
