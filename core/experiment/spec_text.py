"""The settings of a run as a short text, to send to somebody or to paste into another window, and back.

    tp5gui 0.2.0, settings of a run: digits 64-32-10
    dataset=digits
    hidden=64, 32
    latent=10

The first line says what it is, with the version that wrote it; then come the data set and every field that
is not at its default, one a line, as `tp5 train --set` takes them. A text is data: nothing in it is ever run.
"""

import re

from core.base.version import __version__
from core.base.words import Refusal
from core.data.limits import MAX_SETTINGS_TEXT, require
from core.experiment.fields import SpecError, value_text
from core.experiment.spec import FIELDS, Spec, changed, edit, parse_value
from core.experiment.wording import name_of

HEAD = re.compile(r"tp5gui \S+, settings of a run(: .*)?")
"""The first line; the name that it ends in is for people."""


def text_of(spec: Spec) -> str:
    """The settings as a text, from which `spec_of` makes the very same."""
    told = changed(Spec(), spec) | {"dataset"}
    lines = [f"{name}={value_text(getattr(spec, name))}" for name in FIELDS if name in told]
    return "\n".join([f"tp5gui {__version__}, settings of a run: {name_of(spec)}", *lines, ""])


def is_settings(text: str) -> bool:
    """Whether a text begins as settings do."""
    return HEAD.fullmatch(text[:MAX_SETTINGS_TEXT].strip().split("\n", 1)[0].strip()) is not None


def spec_of(text: str) -> Spec:
    """The settings in a text; fields that it does not have are at their defaults.

    Raises
    ------
    Refusal : it is no such text, or a line of it cannot be, which is named.
    """
    require(len(text) <= MAX_SETTINGS_TEXT, "this is no settings of a run: it is too long")
    require(is_settings(text), "this is no settings of a run: its first line should say so")
    values: dict[str, object] = {}
    numbers: dict[str, int] = {}
    written = [line.strip() for line in text.split("\n")]
    start = next(number for number, line in enumerate(written) if line) + 1
    for number, line in enumerate(written[start:], start + 1):
        if not line:
            continue
        name, equals, value = (part.strip() for part in line.partition("="))
        require(bool(equals), "line {number}, {line!r:.70}, is not FIELD=VALUE", number=number, line=line)
        require(name not in values, "line {number} gives {name} again", number=number, name=name)
        try:
            values[name] = parse_value(name, value)
        except SpecError as error:
            raise Refusal("line {number}: {error}", number=number, error=error) from error
        numbers[name] = number
    require("dataset" in values, "it does not say which data set is learned")
    try:
        return edit(Spec(), values)
    except SpecError as error:
        raise Refusal("line {number}: {error}", number=numbers.get(error.field, 1), error=error) from error
