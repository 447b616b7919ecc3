"""What arrays a source in C, or a language that writes them alike, has between braces."""

import math
import re
from array import array as numbers_of
from dataclasses import dataclass, field

from core.base.progress import OnProgress
from core.base.words import Refusal
from core.data.importers.c_words import bare, letter_of, value_of
from core.data.limits import (
    MAX_COUNT,
    MAX_LABEL,
    MAX_SIDE,
    MAX_TEXT_ARRAYS,
    MAX_TEXT_NUMBERS,
    MAX_TEXT_PARTS,
    printable,
    require,
)

MAX_CELL = 256
"""Characters of one number, with the blanks around it."""
MAX_NOTES = 4 * MAX_COUNT
"""Comments of all arrays that are kept; the images of a file with more are not labelled by them."""
PENDING = 4096
"""Characters of numbers that wait to be looked at."""
MAX_DEPTH = 8
"""Braces within braces of an array."""

_TOKENS = re.compile(
    r"""
    (?P<note>//[^\n]*|/\*[\s\S]*?(?:\*/|\Z))
    |(?P<directive>^[ \t]*\#(?:\\\n|[^\n])*)
    |(?P<string>"(?:\\.|[^"\\\n])*"?)
    |(?P<letter>'(?:\\[^\n][^'\n]{0,9}|[^'\\\n])')
    |(?P<open>\{)|(?P<close>\})|(?P<end>;)
    |(?P<plain>[^{}/"'\#;]{1,65536})
    |(?P<other>[\s\S])
    """,
    re.VERBOSE | re.MULTILINE,
)
_SPLIT = re.compile(r"(?<=[0-9a-fA-F])'(?=[0-9a-fA-F]{2})")
"""The mark between digits of C++."""
_BRACKETS = re.compile(r"([A-Za-z_]\w*)\s*((?:\[[^\[\]]*\]\s*)+)")
_END = re.compile(r"[ \t]*+(?:[\n}]|\Z)")
_BITS = {"char": 8, "int8_t": 8, "uint8_t": 8, "byte": 8, "u8": 8, "uint8": 8, "BYTE": 8, "uchar": 8, "i8": 8}
"""Bits of the types that rows of more pixels are cut into."""
_TYPES = frozenset(_BITS) | {
    "int", "short", "long", "unsigned", "signed", "float", "double", "bool", "auto", "const", "static", "var",
    "let", "PROGMEM", "new",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Note:
    """A comment, or a name in front of a part of an array.

    Attributes
    ----------
    place : how many numbers stand before it.
    after : whether it stands behind what it speaks of, in the same line.
    text : a comment without its marks; a name as it is.
    named : whether it is part of the array itself: a letter, a text or a place in brackets.
    """

    place: int
    after: bool
    text: str
    named: bool


@dataclass(slots=True)
class Source:
    """An array with what stands between its braces.

    Attributes
    ----------
    name : its identifier.
    declared : the lengths between its brackets, None where they are no plain numbers.
    bits : of a number of it, where its type is one of bytes; else None.
    signed : whether such a number may be negative.
    shape : how many parts its braces have, the outermost first; () while it is read.
    numbers : all of them, one after another.
    notes : the comments and names in it, in their order.
    fault : what is wrong with it, or None.
    """

    name: str
    declared: tuple[int | None, ...]
    bits: int | None
    signed: bool
    shape: tuple[int, ...] = ()
    numbers: "numbers_of[float]" = field(default_factory=lambda: numbers_of("d"))
    notes: list[Note] = field(default_factory=list)
    fault: Refusal | None = None


@dataclass(slots=True)
class _Group:
    """One pair of braces: what has been met in it since the last pair within it."""

    mark: int
    parts: int = 0
    letter: str | None = None


def sources(text: str, on_progress: OnProgress) -> list[Source]:
    """The arrays of a source, in its order; the first of a name counts.

    Raises
    ------
    Refusal : there are too many of them, or of their parts.
    """
    if "'" in text:
        text = _SPLIT.sub("", text)
    reading = _Reading(text)
    for count, token in enumerate(_TOKENS.finditer(text)):
        if not count % 4096 or token.end() - token.start() > PENDING:
            on_progress(token.start() / len(text))
        check_parts(count)
        reading.take(token.lastgroup or "other", token.group(), token.start())
    return reading.done()


def check_parts(count: int) -> None:
    """Refuse a text with another part behind so many, if that is one too many."""
    require(
        count < MAX_TEXT_PARTS, "has more than {most} braces, comments and words in quotes",
        most=MAX_TEXT_PARTS,
    )  # fmt: skip


class _Reading:
    """Goes through the tokens of a source and keeps what is in its arrays."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._found: dict[str, Source] = {}
        self._code = ""  # what stands before a brace, as far as it may matter
        self._now: Source | None = None
        self._groups: list[_Group] = []
        self._lengths: dict[int, int] = {}  # by depth
        self._rest = ""  # numbers that have not been looked at
        self._last = ""  # the last sign in this line but blanks and commas
        self._total = self._notes = 0

    def take(self, kind: str, token: str, place: int) -> None:
        """The next token."""
        if kind == "directive":
            self._last = ""
        elif self._now is None:
            self._outside(kind, token)
        else:
            self._inside(self._now, kind, token, place)
        if kind == "note":
            self._last = "" if "\n" in token else self._last
        elif stripped := token.rstrip(" \t,"):
            self._last = "" if stripped[-1] == "\n" else stripped[-1]

    def done(self) -> list[Source]:
        """All arrays, once every token was taken."""
        if self._now is not None:
            self._now.fault = Refusal("ends within {array}: a brace is missing", array=self._now.name)
        return list(self._found.values())

    def _outside(self, kind: str, token: str) -> None:
        if kind == "open":
            source = _declared(self._code)
            self._code = ""
            if source is not None:
                require(
                    len(self._found) < MAX_TEXT_ARRAYS, "has more than {most} arrays", most=MAX_TEXT_ARRAYS
                )  # fmt: skip
                self._found.setdefault(source.name, source)
                self._now, self._groups, self._lengths, self._rest = source, [_Group(0)], {}, ""
        elif kind in ("close", "end"):
            self._code = ""
        elif kind != "note":
            self._code = (self._code + token)[-300:]

    def _inside(self, source: Source, kind: str, token: str, place: int) -> None:
        group = self._groups[-1]
        if kind == "plain":
            self._rest += token
        elif kind == "note":
            self._look(source, place, everything=True)
            after = self._last not in ("", "{") and self._ends(token, place)
            self._note(source, Note(len(source.numbers), after, bare(token), False))
        elif kind == "letter":
            code = letter_of(token)
            group.letter = chr(code) if code is not None else None
            self._rest += f" {code} " if code is not None else token
        elif kind == "string":
            group.letter = token.strip('"')[:MAX_LABEL]
            self._rest += ' "" '
        elif kind == "open":
            self._drop(source, group)
            group.parts += 1
            self._groups.append(_Group(len(source.numbers)))
            require(
                len(self._groups) <= MAX_DEPTH, "has braces more than {most} deep in {array}",
                most=MAX_DEPTH, array=source.name,
            )  # fmt: skip
        elif kind == "close":
            self._close(source, group, place)
        else:
            self._rest += token
        if len(self._rest) > PENDING:
            self._look(source, place)

    def _ends(self, note: str, place: int) -> bool:
        """Whether a comment that something stands before in its line speaks of that.

        It does if it ends the line, or the array, or no comma parts them.
        """
        before = self._text[max(0, place - MAX_CELL) : place].rstrip(" \t")
        return not before.endswith(",") or _END.match(self._text, place + len(note)) is not None

    def _drop(self, source: Source, group: _Group) -> None:
        """What stands beside a brace is no number of an image, but may be the name of one."""
        place = re.fullmatch(r"[\s,]*\[\s*([^\[\]]*?)\s*\]\s*=\s*", self._rest[-MAX_CELL:])
        name = group.letter or (place and place[1])
        self._rest = ""
        del source.numbers[group.mark :]
        if name:
            self._note(source, Note(len(source.numbers), False, name, True))
        group.letter = None

    def _close(self, source: Source, group: _Group, place: int) -> None:
        depth = len(self._groups)
        if group.parts:
            self._drop(source, _Group(group.mark))
        else:
            self._look(source, place, everything=True)
        start, length = group.mark, group.parts
        if not group.parts:
            length = len(source.numbers) - start
            declared = source.declared[depth - 1] if depth == len(source.declared) else None
            if depth > 1 and declared and length < declared <= MAX_SIDE * MAX_SIDE:
                self._grow(declared - length)
                source.numbers.extend([0] * (declared - length))  # as C does
                length = declared
        self._groups.pop()
        if depth > 1:
            expected = self._lengths.setdefault(depth, length)
            level = bool(group.parts) == (depth + 1 in self._lengths)
            if (expected != length or not level) and source.fault is None:
                source.fault = Refusal(
                    "has {count} numbers or parts in the braces of {array} that end in line {line:d}, "
                    "and {others} in those before",
                    count=length, array=source.name, line=self._line(place), others=expected,
                )  # fmt: skip
            self._groups[-1].mark = len(source.numbers)
            return
        rest = (self._lengths[each] for each in sorted(self._lengths))
        source.shape = (length, *rest)
        if source.fault is None and math.prod(source.shape) != len(source.numbers):
            source.fault = Refusal(
                "has parts of several kinds in the braces of {array}", array=source.name
            )  # fmt: skip
        self._now = None
        self._code = ""

    def _look(self, source: Source, place: int, everything: bool = False) -> None:
        """Keep the numbers met so far, but for the last, which may go on."""
        cells = self._rest.split(",")
        self._rest = "" if everything else cells.pop()
        if len(self._rest) > MAX_CELL:
            cells.append(f"{self._rest[:MAX_CELL]}...")
            self._rest = ""
        self._grow(len(cells))
        try:
            plain = [int(cell, 0) for cell in cells if cell and not cell.isspace()]
            source.numbers.extend(numbers_of("d", plain))
        except (ValueError, OverflowError):
            for cell in cells:
                if not cell or cell.isspace():
                    continue
                number = value_of(cell.strip())
                if number is None and source.fault is None:
                    source.fault = Refusal(
                        "has {word} in {array}, near line {line:d}, where a number should be",
                        word=printable(cell.strip(), 40), array=source.name, line=self._line(place),
                    )  # fmt: skip
                source.numbers.append(number or 0)

    def _grow(self, count: int) -> None:
        self._total += count
        require(
            self._total <= MAX_TEXT_NUMBERS, "has more than {most} numbers in its arrays",
            most=MAX_TEXT_NUMBERS,
        )  # fmt: skip

    def _note(self, source: Source, note: Note) -> None:
        self._notes += 1
        if self._notes <= MAX_NOTES:
            source.notes.append(note)
        else:
            source.notes.clear()

    def _line(self, place: int) -> int:
        return self._text.count("\n", 0, place) + 1


def _declared(code: str) -> Source | None:
    """The array that this begins, where the next sign is a brace; None where it begins none."""
    code = code.rstrip()
    before, equals, _ = code.partition("=")
    if not equals and not code.endswith("]"):
        return None
    brackets = _BRACKETS.search(before)
    words = [word for word in re.findall(r"[A-Za-z_]\w*", before) if word not in _TYPES]
    if brackets and brackets[1] not in _TYPES:
        name = brackets[1]
    elif words and equals:
        name = words[-1]
    else:
        return None
    lengths = re.findall(r"\[([^\[\]]*)\]", brackets[2]) if brackets and brackets[1] == name else []
    declared = tuple(_length(each.strip()) for each in lengths)
    types = [word for word in re.findall(r"[A-Za-z_]\w*", before) if word in _BITS]
    signed = bool(types) and not types[0].startswith("u") and "unsigned" not in before
    return Source(name[:MAX_LABEL], declared, _BITS[types[0]] if types else None, signed)


def _length(text: str) -> int | None:
    number = value_of(text) if len(text) < 12 else None
    return None if number is None else int(number)
