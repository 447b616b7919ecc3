"""Tables of named choices. The names are the file format: once released, a name keeps its meaning.

A choice is one record: its name, its words, and what it does. Records import torch only inside the functions
that compute, so that a form or `--help` can list them before torch is loaded.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Generic, TypeVar

from core.base.words import Refusal, Word, say


class UnknownName(Refusal):
    """A name that its table does not hold; the message offers the nearest known name first.

    Parameters
    ----------
    kind : what is named, in English: "noise", "data set", ...
    name : the unknown name.
    known : the names there are.
    """

    def __init__(self, kind: str, name: object, known: Sequence[str]) -> None:
        near = get_close_matches(str(name)[:64], known, 1, 0.6)
        super().__init__(
            "unknown {kind} {name!r:.70}; did you mean {near!r}? Known: {known}"
            if near
            else "unknown {kind} {name!r:.70}; known: {known}",
            kind=Word(kind), name=name, near=near[0] if near else "", known=", ".join(known),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Choice:
    """One entry of a table: `name` in files and commands, the other words on screen (English).

    Attributes
    ----------
    label, help : for a list of choices.
    within : what it is called in the middle of a sentence, where that is not the label.
    """

    name: str
    label: str
    help: str
    within: str = field(default="", kw_only=True)

    def named(self) -> str:
        """What it is called in the middle of a sentence, in the language in use."""
        return say(self.within) if self.within else say(self.label)


C = TypeVar("C", bound=Choice)


class Registry(Generic[C]):
    """A table of records of one kind, in the order in which a form lists them.

    Parameters
    ----------
    kind : what the table holds, for messages: "noise", "optimizer", ...
    records : its entries; `add` takes more.

    Raises
    ------
    ValueError : two records have the same name.
    """

    def __init__(self, kind: str, *records: C) -> None:
        self.kind = kind
        self._records: dict[str, C] = {}
        for record in records:
            self.add(record)

    def add(self, record: C) -> C:
        """Append a record and return it.

        Raises
        ------
        ValueError : the table has a record of this name.
        """
        if record.name in self._records:
            raise ValueError(f"{self.kind} {record.name!r} is defined twice")
        self._records[record.name] = record
        return record

    def names(self) -> tuple[str, ...]:
        """Every name, in form order."""
        return tuple(self._records)

    def __iter__(self) -> Iterator[C]:
        return iter(self._records.values())

    def __contains__(self, name: object) -> bool:
        return name in self._records

    def __getitem__(self, name: str) -> C:
        """The record of that name; `UnknownName` if the table has none."""
        record = self._records.get(name)
        return self._records[self.require(name)] if record is None else record

    def require(self, name: str) -> str:
        """`name` itself if the table holds it.

        Raises
        ------
        UnknownName : it does not; the message offers the nearest known names first.
        """
        if name not in self._records:
            raise UnknownName(self.kind, name, self.names())
        return name
