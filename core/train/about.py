"""What a person says of a run, and where it comes from: a name, a note, a pin, its parent. No torch.

It stands in the header of the run's file under `about`, as JSON, and has no say in what is trained.
"""

import json
import math
import unicodedata
from dataclasses import asdict, dataclass, replace
from typing import Any

from core.base.words import Refusal
from core.data.limits import parsed, require

MAX_NAME, MAX_NOTE = 100, 2000
"""Characters of a name, and of a note."""
MAX_EPOCH = 2**53
"""Of a parent: every whole number up to it can be told in JSON."""
MAX_SECONDS = 1e12
"""Of training."""
MAX_TEXT = 64 * (2 * MAX_NAME + MAX_NOTE)
"""Characters of all of it as JSON, in which a character may take twelve; there is room for keys to come."""


@dataclass(frozen=True, slots=True)
class Parent:
    """Which run another one was branched from.

    Attributes
    ----------
    name : what that run was called; one line of at most `MAX_NAME` characters.
    epoch : at which of its epochs the branch begins.

    Raises
    ------
    Refusal : the name is too long or not one line, or the epoch is no whole number from 0.
    """

    name: str
    epoch: int

    def __post_init__(self) -> None:
        _check_line(self.name, "parent")
        require(
            type(self.epoch) is int and 0 <= self.epoch <= MAX_EPOCH,
            "{part} must be a whole number from 0, not {value!r:.40}", part="parent.epoch", value=self.epoch,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class About:
    """What is known of a run beside what it is.

    Attributes
    ----------
    name : what a person calls it; one line of at most `MAX_NAME` characters, "" for no name.
    note : what a person notes of it; lines of at most `MAX_NOTE` characters together.
    pinned : whether it is kept until a person says otherwise.
    parent : the run that it was branched from, None for a run of its own.
    seconds : how long it was trained, as far as that was counted.

    Raises
    ------
    Refusal : one of them is of another kind, too long or out of range.
    """

    name: str = ""
    note: str = ""
    pinned: bool = False
    parent: Parent | None = None
    seconds: float = 0.0

    def __post_init__(self) -> None:
        _check_line(self.name, "name")
        _check_text(self.note, "note", MAX_NOTE, allowed="\n\t")
        require(type(self.pinned) is bool, "{part} must be true or false", part="pinned")
        require(
            self.parent is None or isinstance(self.parent, Parent),
            "{part} must be a name and an epoch", part="parent",
        )  # fmt: skip
        require(
            type(self.seconds) in (int, float)
            and math.isfinite(self.seconds)
            and 0 <= self.seconds <= MAX_SECONDS,
            "{part} must be a number from 0, not {value!r:.40}", part="seconds", value=self.seconds,
        )  # fmt: skip

    @property
    def stays(self) -> bool:
        """Whether a person has marked the run as worth keeping: by a pin, a name or a note."""
        return self.pinned or bool(self.name) or bool(self.note)

    def marked_as(self, other: "About") -> "About":
        """The same with what a person says of it, name, note and pin, as in `other`."""
        return replace(self, name=other.name, note=other.note, pinned=other.pinned)

    def renamed(self, name: str) -> "About":
        """The same by another name."""
        return replace(self, name=name)

    def to_json(self) -> str:
        """JSON of what is not as at first; "" where all of it is."""
        first = asdict(About())
        told = {key: value for key, value in asdict(self).items() if value != first[key]}
        return json.dumps(told, sort_keys=True) if told else ""

    @classmethod
    def from_json(cls, text: str) -> "About":
        """The inverse of `to_json`; a key that this version does not know is left aside.

        Raises
        ------
        Refusal : it is no JSON object, or holds what no run has.
        """
        require(len(text) <= MAX_TEXT, "{part} has {count} characters; at most {most} are read",
                part="about", count=len(text), most=MAX_TEXT)  # fmt: skip
        told = parsed(text, "about") if text else {}
        require(isinstance(told, dict), "{part} must be a JSON object", part="about")
        known = {key: told[key] for key in asdict(cls()) if key in told}
        if known.get("parent") is not None:
            known["parent"] = _parent(known["parent"])
        return cls(**known)


def _parent(told: Any) -> Parent:
    require(
        isinstance(told, dict) and {"name", "epoch"} <= told.keys(),
        "{part} must be a name and an epoch", part="parent",
    )  # fmt: skip
    return Parent(told["name"], told["epoch"])


def as_line(text: str) -> str:
    """A text that somebody typed or pasted as a name may be: on one line, and not too long."""
    line = " ".join("".join(letter if _is_text(letter) else " " for letter in text[: 10 * MAX_NAME]).split())
    return line[:MAX_NAME].rstrip()


def as_note(text: str) -> str:
    """A text that somebody typed or pasted as a note may be."""
    kept = text.replace("\r\n", "\n")[:MAX_NOTE]
    return "".join(letter if _is_text(letter) or letter in "\n\t" else " " for letter in kept).rstrip()


def _check_line(text: object, part: str) -> None:
    _check_text(text, part, MAX_NAME, allowed="")


def _check_text(text: object, part: str, most: int, allowed: str) -> None:
    if not isinstance(text, str):
        raise Refusal("{part} must be a text, not {value!r:.40}", part=part, value=text)
    require(
        len(text) <= most, "{part} has {count} characters; at most {most} are taken",
        part=part, count=len(text), most=most,
    )  # fmt: skip
    require(
        all(_is_text(letter) or letter in allowed for letter in text),
        "{part} has a line break, or a character that is none", part=part,
    )  # fmt: skip


def _is_text(letter: str) -> bool:
    """Whether a character is neither a control character nor a line break nor half of a pair."""
    return unicodedata.category(letter) not in ("Cc", "Cs", "Zl", "Zp")
