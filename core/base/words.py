"""Words for people: one catalogue in every language, read, filled and counted in one place.

The words in the code are English and are the catalogue's keys; `resources/translations` holds the others.
What scripts rely on (JSON keys, names in files, labels of data) is never translated.

A template has named places, as in `"{count} of {total} recognised"`, which are filled once: what is put in is
never read as a template again. An error is a template and its values as well (`Refusal`), so that the edge
that shows it can name things its own way: the command line says `--size`, the window the label of its field.
"""

import gettext
import os
import re
import string
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from core.base.files import shipped

DOMAIN = "tp5gui"
LANGUAGES = ("en", "es")

THOUSANDS = {"en": ",", "es": "\u202f"}
"""What stands between the thousands of a number: a comma would be a decimal mark to a Spanish eye, so there
it is a thin space that no line breaks at. The decimal mark is a point in either language."""

_catalogue: gettext.NullTranslations = gettext.NullTranslations()
_language = "en"


def use_language(language: str) -> None:
    """Speak this language from now on, one of `LANGUAGES`; what it lacks is said in English."""
    global _catalogue, _language
    _catalogue, _language = _catalogue_of(language), language


def language() -> str:
    """The language in use, one of `LANGUAGES`."""
    return _language


def first_known(names: Iterable[str]) -> str:
    """The first of some languages that is one of `LANGUAGES`, English if none is.

    They are called as systems call them: `es`, `es_AR.UTF-8`, `es-419`, `C`.
    """
    known = (re.split("[_.@-]", name, maxsplit=1)[0].lower() for name in names)
    return next((name for name in known if name in LANGUAGES), "en")


def system_language(environment: Mapping[str, str] = os.environ) -> str:
    """The language that the environment asks for, by the variables that GNU gettext reads, in their order."""
    names = (environment.get(name, "") for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"))
    first = next(filter(None, names), "")
    return first_known(first.split(":"))


def _catalogue_of(language: str) -> gettext.NullTranslations:
    folder = str(shipped("resources/translations"))
    return gettext.translation(DOMAIN, folder, [language], fallback=True)


def in_language(language: str, text: str) -> str:
    """A text without places in one of `LANGUAGES`, whichever is in use; English where it lacks the text."""
    return _catalogue_of(language).gettext(text)


def say(template: str, /, **values: object) -> str:
    """A template in the language in use, with its places filled."""
    return fill(_catalogue.gettext(template) if template else "", values)


def say_count(one: str, many: str, count: int, /, **values: object) -> str:
    """The template that suits a count in the language in use; the count fills the place `{count}`."""
    return fill(_catalogue.ngettext(one, many, count), {"count": count, **values})


def number(value: float) -> str:
    """A number with every digit it has and no more, thousands marked: 0.00123456789, 1,240, 0.0000001."""
    return grouped(_with_commas(value))


def digits(value: float) -> str:
    """The same as it is typed and as programs read it, in any language: 1240."""
    return _with_commas(value).replace(",", "")


def grouped(written: str) -> str:
    """A number that is written with commas between its thousands, with the mark of the language in use."""
    return written.replace(",", THOUSANDS[_language])


def _with_commas(value: float) -> str:
    if isinstance(value, int) or (value.is_integer() and abs(value) < 1e16):
        return f"{int(value):,}"
    if 1e-9 <= abs(value) < 1e16:
        return f"{Decimal(repr(value)):,f}"
    return repr(value)


def one_line(text: str) -> str:
    """A text with one space wherever it has white space, but for that within numbers."""
    return re.sub(r"[^\S\u202f]+", " ", text).strip(" ")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the catalogue as the value of a place: it is translated when the place is filled."""

    text: str

    def __str__(self) -> str:
        return say(self.text)


class Named:
    """Something that every edge calls by a name of its own; `str` is what the command line calls it."""


@dataclass(frozen=True, slots=True)
class Option(Named):
    """An option of a command: `--name` there, the label of a control in the window."""

    name: str

    def __str__(self) -> str:
        return f"--{self.name}"


@dataclass(frozen=True, slots=True)
class FieldName(Named):
    """A field of a run: its name on the command line and in files, its label in the window."""

    name: str

    def __str__(self) -> str:
        return self.name


Naming = Callable[[Named], str]
"""What an edge calls things: the command line takes `str`."""


class _Filler(string.Formatter):
    """`str.format` in which every edge names things its own way, and numbers keep all their digits.

    A place with a format of its own, as in `{mean:.2f}`, has its number shown in that format.
    """

    def __init__(self, naming: Naming) -> None:
        self._naming = naming

    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, Named):
            value = self._naming(value)
        elif isinstance(value, Refusal | Remark):
            value = value.words(self._naming)
        elif type(value) in (int, float) and not format_spec:
            value = number(value)
        return str(super().format_field(value, format_spec))

    def get_value(self, key: int | str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        return kwargs[str(key)]


def fill(template: str, values: Mapping[str, object], naming: Naming = str) -> str:
    """A template with its places filled; braces in the values stay as they are.

    Raises
    ------
    KeyError : a place has no value.
    """
    return _Filler(naming).vformat(template, (), values)


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that is told beside a result: a template and its values, worded by the edge that shows it.

    Attributes
    ----------
    template : in English; the catalogue's key.
    values : what its places stand for.
    """

    template: str
    values: Mapping[str, object]

    def words(self, naming: Naming = str) -> str:
        """The remark in the language in use, with things named as the edge names them."""
        return fill(_catalogue.gettext(self.template), self.values, naming)

    def __str__(self) -> str:
        return self.words()


def remark(template: str, /, **values: object) -> Remark:
    """A template and what its places stand for."""
    return Remark(template, values)


class Refusal(ValueError):
    """An error that a person can mend: a template and its values, put into words by the edge that shows it.

    Attributes
    ----------
    template : in English; the catalogue's key.
    values : what its places stand for. One may be an error itself, which the edge words in the same way.
    """

    def __init__(self, template: str, /, **values: object) -> None:
        super().__init__(template, values)
        self.template = template
        self.values = values

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (type(self), self.__dict__)

    def words(self, naming: Naming = str) -> str:
        """The error in the language in use, with things named as the edge names them."""
        return fill(_catalogue.gettext(self.template), self.values, naming)

    def __str__(self) -> str:
        return self.words()


def _again(kind: type[Refusal], attributes: dict[str, Any]) -> Refusal:
    """An error that comes from another process; its constructor may take other arguments than this class."""
    error = kind.__new__(kind)
    error.__dict__.update(attributes)
    error.args = (attributes["template"], attributes["values"])
    return error
