"""What a field of a run is: its words, limits, choices and effect, and how a value is read and checked."""

import math
from collections.abc import Callable
from dataclasses import Field, field
from typing import Any, Literal

import numpy as np

from core.base.registry import Registry, UnknownName
from core.base.words import FieldName, Naming, Refusal, digits, number

Effect = Literal["rebuild", "live"]
"""`rebuild`: the run starts anew; `live`: a running training takes the change at its next epoch."""

MAX_WIDTH = 4096
MAX_LAYERS = 12
SEED_LIMIT = 2**31 - 1


class SpecError(Refusal):
    """A value that a field cannot take: what is wrong and what would be right, without the field's name.

    Attributes
    ----------
    field : the name of the field at fault.
    """

    def __init__(self, field: str, template: str, /, **values: object) -> None:
        super().__init__(template, **values)
        self.field = field

    @property
    def reason(self) -> str:
        """The error without the field's name, for showing beside the field."""
        return super().words()

    def words(self, naming: Naming = str) -> str:
        """The error with the name of its field in front."""
        return f"{naming(FieldName(self.field))}: {super().words(naming)}"


def setting(
    default: Any,
    *,
    label: str,
    help: str,
    group: str,
    unit: str = "",
    low: float | None = None,
    high: float | None = None,
    choices: Registry[Any] | None = None,
    effect: Effect = "rebuild",
    when: Callable[[Any], bool] | None = None,
) -> Any:
    """A field of a run with the words, limits and effect that everything else is made from.

    `when` says for which specs the field plays a part at all; None: for every one.
    """
    metadata = {
        "label": label, "help": help, "group": group, "unit": unit,
        "low": low, "high": high, "choices": choices, "effect": effect, "when": when,
    }  # fmt: skip
    return field(default=default, metadata=metadata)


TYPE_WORDS: dict[type, str] = {
    int: "must be a whole number, not {value}",
    float: "must be a number, not {value}",
    str: "must be a name, not {value}",
    bool: "must be true or false, not {value}",
    tuple: "must be whole numbers separated by commas, not {value}",
}
"""What to say of a value that is not of a field's type."""

EMPTY_WORDS: dict[type, str] = {
    int: "is empty; it must be a whole number from {low} to {high}",
    float: "is empty; it must be a number from {low} to {high}",
    bool: "is empty; it must be true or false",
}
"""What to say where nothing was typed. A list may be empty, and an empty name is one that is not known."""


def refuse_type(name: str, kind: type, value: object) -> SpecError:
    """The error that says of which type a field's value has to be."""
    return SpecError(name, TYPE_WORDS[kind], value=f"{value!r:.70}")


def refuse_empty(spec_field: "Field[Any]") -> SpecError:
    """The error that says that nothing was typed, and what would be right; of a field in `EMPTY_WORDS`."""
    limits = {key: spec_field.metadata[key] for key in ("low", "high")}
    return SpecError(spec_field.name, EMPTY_WORDS[type(spec_field.default)], **limits)


def coerce(spec_field: "Field[Any]", value: Any) -> Any:
    """Accept what means the same; `SpecError` refuses the rest.

    A list or an array may stand for a tuple, 1 for 1.0, and NumPy's numbers for Python's: what is kept is
    plain Python, which JSON knows and which compares and hashes alike.
    """
    kind, value = type(spec_field.default), plain(value)
    if kind is tuple and isinstance(value, list | tuple) and all(type(width) is int for width in value):
        return tuple(value)
    if kind is float and type(value) in (int, float):
        try:
            return float(value)
        except OverflowError:
            return math.inf
    if kind is tuple or type(value) is not kind:
        raise refuse_type(spec_field.name, kind, value)
    return value


def plain(value: Any) -> Any:
    """A value with plain Python in the place of NumPy's numbers and arrays; whole numbers stay whole."""
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return value


def check(spec_field: "Field[Any]", value: Any) -> None:
    """Hold a value of the right type against the field's choices and limits; `SpecError` names the field."""
    choices, low, high = (spec_field.metadata[key] for key in ("choices", "low", "high"))
    if choices is not None:
        try:
            choices.require(value)
        except UnknownName as error:
            raise SpecError(spec_field.name, error.template, **error.values) from error
    if low is None:
        return
    for one in value if isinstance(value, tuple) else (value,):
        if not (low <= one <= high) or not math.isfinite(one):
            raise SpecError(
                spec_field.name, "must be between {low} and {high}, not {value}",
                low=low, high=high, value=f"{number(one):.25}",
            )  # fmt: skip


def value_text(value: Any) -> str:
    """A field's value as a person types it, with all its digits: (64, 32) is "64, 32"; see `parse_value`."""
    if isinstance(value, tuple | list):
        return ", ".join(map(str, value))
    return digits(value) if type(value) is float else str(value)
