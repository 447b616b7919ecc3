"""HTML and SVG, written element by element: what is not an element is text, and text is never markup."""

import unicodedata
from html import escape


class Markup(str):
    """Text that is markup already; only `tag` and `joined` make it, of parts that they have escaped."""

    __slots__ = ()


Part = str | None
"""A child of an element: markup stays as it is, any other text is escaped, None is nothing."""

EMPTY = {"meta", "img", "br"}
"""Elements that have no end."""

STEERING = ("Cc", "Cf", "Cs")
"""Control characters, marks that turn the direction of what follows, halves of a pair."""


def tag(name: str, /, *children: Part, **attributes: str | float | bool | None) -> Markup:
    """An element with its children.

    Attributes are named as in Python: `class_` is `class`, `stroke_width` is `stroke-width`. One that is None
    or False is left out, one that is True stands without a value.
    """
    words = "".join(_attribute(key, value) for key, value in attributes.items())
    if name in EMPTY:
        return Markup(f"<{name}{words}>")
    return Markup(f"<{name}{words}>{joined(*children)}</{name}>")


def joined(*parts: Part) -> Markup:
    """Parts one after another."""
    return Markup("".join(part if isinstance(part, Markup) else _text(part) for part in parts if part))


def place(value: float) -> str:
    """A coordinate, to a tenth of a unit, as short as it can be."""
    return f"{value:.1f}".removesuffix(".0")


def _attribute(key: str, value: str | float | bool | None) -> str:
    if value is None or value is False:
        return ""
    name = key.rstrip("_").replace("_", "-")
    if value is True:
        return f" {name}"
    return f' {name}="{_text(value if isinstance(value, str) else place(value))}"'


def _text(text: str) -> str:
    """Text as it is read: nothing in it is markup, and no character steers."""
    return escape(text if text.isprintable() else "".join(map(_visible, text)))


def _visible(letter: str) -> str:
    steers = letter not in "\n\u200c\u200d" and unicodedata.category(letter) in STEERING
    return "\ufffd" if steers else letter
