"""The words of a source in C, one at a time: numbers, letters in quotes, and comments."""

import re

from core.data.limits import MAX_LABEL

_NUMBER = re.compile(r"([+-]?)\s*(?:0[xX]([0-9a-fA-F]+)|(?:0[bB]|B)([01]+)|0([0-7]+)|([0-9]+))(?i:u|l|z)*")
_FRACTION = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?[fFlL]?")
_ESCAPES = {"n": 10, "t": 9, "r": 13, "a": 7, "b": 8, "f": 12, "v": 11, "0": 0, "e": 27}


def value_of(text: str) -> float | None:
    """A number as C writes it, or None."""
    if len(text) > 64:
        return None
    if found := _NUMBER.fullmatch(text):
        sign, *digits = found.groups()
        base, written = next((b, d) for b, d in zip((16, 2, 8, 10), digits, strict=True) if d is not None)
        return -int(written, base) if sign == "-" else int(written, base)
    if _FRACTION.fullmatch(text):
        return float(text.rstrip("fFlL"))
    return {"true": 1, "false": 0}.get(text)


def letter_of(letter: str) -> int | None:
    """The number of a letter in quotes."""
    inner = letter[1:-1]
    if not inner.startswith("\\"):
        return ord(inner)
    if found := re.fullmatch(r"\\(?:x([0-9a-fA-F]{1,4})|u([0-9a-fA-F]{4})|([0-7]{1,3}))", inner):
        return int(found[3], 8) if found[3] else int(found[1] or found[2], 16)
    return ord(inner[1]) if inner[1:] not in _ESCAPES and len(inner) == 2 else _ESCAPES.get(inner[1:])


def bare(note: str) -> str:
    """A comment without its marks."""
    inner = note[2:].removesuffix("*/") if note.startswith("/*") else note.lstrip("/")
    return inner.strip("*!< \t\n")[: 2 * MAX_LABEL]
