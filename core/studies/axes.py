"""What a person types for the values of an axis: a list, as in `0.1, 0.01`, or a range, `LOW:HIGH:COUNT`."""

from collections.abc import Sequence
from typing import Any

from core.base.words import FieldName
from core.experiment.fields import SpecError, value_text
from core.experiment.spec import FIELDS, parse_value
from core.studies.study import TEST_NOISE, Axis, StudyError

MOST_VALUES = 1000
"""Values of a range."""


def parse_axis(field: str, text: str) -> Axis:
    """The axis over the values in `text`.

    Values are separated by commas, or by semicolons where a value itself has commas: `16, 8; 32` is two
    widths and one. `LOW:HIGH:COUNT` is that many evenly spaced numbers, ends included.

    Parameters
    ----------
    field : a field of `Spec`, or `TEST_NOISE`.

    Raises
    ------
    StudyError, SpecError : naming the field.
    """
    if text.count(":") == 2:
        return Axis(field, tuple(_value(field, value) for value in _range(field, text)))
    if ":" in text:
        raise _no_range(field)
    parts = text.removesuffix(";").split(";") if ";" in text else text.split(",")
    empty = [not part.strip() for part in parts]
    if any(empty) and not _may_be_empty(field):
        raise StudyError(
            "{field}: no value is given; several are separated by commas"
            if all(empty)
            else "{field}: a value is empty; one comma stands between two values",
            field=FieldName(field),
        )
    return Axis(field, tuple(_value(field, part) for part in parts))


def values_text(values: Sequence[Any]) -> str:
    """The inverse of `parse_axis`: values as a person would type them."""
    if any(isinstance(value, tuple) for value in values):
        return "; ".join(map(value_text, values)) + ";"  # the last one marks a single value as one
    return ", ".join(map(value_text, values))


def _range(field: str, text: str) -> list[str]:
    """The numbers of `LOW:HIGH:COUNT` as texts, rounded for a field of whole numbers."""
    parts = text.split(":")
    try:
        low, high, count = float(parts[0]), float(parts[1]), int(parts[2])
    except ValueError as error:
        raise _no_range(field) from error
    if not 2 <= count <= MOST_VALUES:
        raise StudyError(
            "{field}: a range has from 2 to {most} values, not {count}",
            field=FieldName(field), most=MOST_VALUES, count=f"{count!s:.20}",
        )  # fmt: skip
    # fifteen digits, so that 0:0.3:4 holds 0.1 and not 0.09999999999999999; the ends are as they were typed
    between = [float(f"{low + (high - low) * step / (count - 1):.15g}") for step in range(1, count - 1)]
    numbers = [low, *between, high]
    whole = field in FIELDS and isinstance(FIELDS[field].default, int)
    try:
        return [str(round(number) if whole else number) for number in numbers]
    except (ValueError, OverflowError) as error:  # nan or infinity has no nearest whole number
        raise _no_range(field) from error


def _may_be_empty(field: str) -> bool:
    """Whether nothing is a value of the field: no hidden layers."""
    return field in FIELDS and isinstance(FIELDS[field].default, tuple)


def _no_range(field: str) -> StudyError:
    return StudyError("{field}: a range is LOW:HIGH:COUNT, as in 0.1:0.5:5", field=FieldName(field))


def _value(field: str, text: str) -> Any:
    if field != TEST_NOISE:
        return parse_value(field, text)
    try:
        return float(text)
    except ValueError as error:
        raise SpecError(field, "must be a level from 0 to 1, not {text!r:.20}", text=text) from error
