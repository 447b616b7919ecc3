"""Which characters of a font become images, and what they are called."""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TypeVar

from core.base.progress import OnProgress
from core.base.words import Remark, remark, say
from core.data.importers.checks import CHARACTERS
from core.data.importers.reading import picked
from core.data.limits import MAX_COUNT, MAX_LABEL, printable, require
from core.data.wishes import Wish, Wishes

T = TypeVar("T")

FIRST, LAST = ord("!"), ord("~")
"""The characters that are taken of a font that has them, where no others are asked for."""
LISTED = 200
"""Characters that a person may still want to look through one by one."""
SPANS = 6
"""Ranges of characters that a refusal lists."""
PACE = 16
"""Characters between two words of progress."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The characters of a font that are taken.

    Attributes
    ----------
    letters : every one once.
    labels : what their images are called.
    found : the wishes, with the characters in the place of None where they are few.
    remarks, asks : as in `Read`.
    """

    letters: str
    labels: tuple[str, ...]
    found: Wishes
    remarks: tuple[Remark, ...]
    asks: frozenset[Wish]


def choose(wishes: Wishes, codes: Sequence[int]) -> Chosen:
    """Those that are asked for; else those from ! to ~ that the font has; else all that it has.

    Parameters
    ----------
    codes : the characters of the font, as numbers, sorted, none twice.

    Raises
    ------
    Refusal : one that is asked for is lacking, or there is none that could be drawn.
    """
    there = [code for code in codes if drawable(chr(code))]
    visible = [code for code in there if code != ord(" ")]
    remarks: tuple[Remark, ...] = ()
    asks: frozenset[Wish] = frozenset()
    require(bool(visible), "has no characters that could be drawn")
    if wishes.characters is not None:
        letters = _taken(list(dict.fromkeys(wishes.characters)), wishes)
        _check_asked(wishes.characters, there, visible)
    else:
        usual = [chr(code) for code in visible if FIRST <= code <= LAST]
        letters = _taken(usual or [chr(code) for code in visible], wishes)
        remarks = _told(len(letters), len(visible), bool(usual))
        asks = frozenset() if usual else frozenset(("characters",))
    found = replace(wishes, characters="".join(letters)) if len(letters) < LISTED else wishes
    return Chosen("".join(letters), tuple(map(named, letters)), found, remarks, asks)


def _told(count: int, total: int, usual: bool) -> tuple[Remark, ...]:
    """What is to be said where nobody has chosen: how many of all characters were taken, and which."""
    numbers = {"count": count, "total": total, "characters": CHARACTERS}
    if usual:
        words = remark(
            "It has {total} characters; those from ! to ~ were taken: {count}. {characters} chooses others.",
            **numbers,
        )
        return () if count == total else (words,)
    if count == total:
        return (
            remark(
                "It has none of the characters from ! to ~, so all {count} that it has were taken. "
                "{characters} chooses among them.",
                count=count, characters=CHARACTERS,
            ),
        )  # fmt: skip
    return (
        remark(
            "It has none of the characters from ! to ~, so {count} of the {total} that it has were taken. "
            "{characters} chooses others.",
            **numbers,
        ),
    )


def _taken(letters: list[str], wishes: Wishes) -> list[str]:
    """As many as are wanted, evenly spread; where nothing is said of that, the first that a set can hold."""
    if wishes.count is None and wishes.characters is None:
        return letters[:MAX_COUNT]
    return [letters[place] for place in picked(len(letters), wishes.count)]


def _check_asked(asked: str, there: list[int], visible: list[int]) -> None:
    require(
        bool(asked), "{characters} is empty; give a text whose characters become images",
        characters=CHARACTERS,
    )  # fmt: skip
    have = set(map(chr, there))
    lacking = [letter for letter in dict.fromkeys(asked) if letter not in have]
    names = ["U+0020" if letter == " " else printable(named(letter)) for letter in lacking[:MAX_LABEL]]
    require(
        not lacking, "lacks {lacking}; it has {there}: choose among these with {characters}",
        lacking=" ".join(names + ["..."] * (len(lacking) > MAX_LABEL)), there=Spans.of(visible),
        characters=CHARACTERS,
    )  # fmt: skip


def drawable(letter: str) -> bool:
    """Whether a character may have an image: it can be printed, or it means what its font says."""
    return letter.isprintable() or _private(letter)


def named(letter: str) -> str:
    """What a character is called: itself or, where it means only what its font says, its number: U+E001."""
    return f"U+{ord(letter):04X}" if _private(letter) else letter


def _private(letter: str) -> bool:
    return unicodedata.category(letter) == "Co"


@dataclass(frozen=True, slots=True)
class Spans:
    """Ranges of characters, put into words when a place is filled.

    Attributes
    ----------
    ends : the first and the last of every range.
    cut : whether there are more.
    """

    ends: tuple[tuple[str, str], ...]
    cut: bool

    @classmethod
    def of(cls, codes: Sequence[int]) -> "Spans":
        """The first ranges of these characters, which are sorted."""
        spans: list[tuple[str, str]] = []
        for _, run in groupby(enumerate(codes), key=lambda pair: pair[1] - pair[0]):
            if len(spans) == SPANS:
                return cls(tuple(spans), cut=True)
            numbers = [code for _, code in run]
            spans.append((named(chr(numbers[0])), named(chr(numbers[-1]))))
        return cls(tuple(spans), cut=False)

    def __str__(self) -> str:
        parts = [
            first if first == last else say("{first} to {last}", first=first, last=last)
            for first, last in self.ends
        ]
        return " ".join([", ".join(parts), *["..."] * self.cut])


def paced(items: Sequence[T], on_progress: OnProgress, start: float, end: float) -> Iterator[T]:
    """The items, while `on_progress` hears of shares from `start` to `end`."""
    for number, item in enumerate(items):
        if number % PACE == 0:
            on_progress(start + (end - start) * number / len(items))
        yield item
