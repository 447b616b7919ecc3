"""What there is to say of the parts of a network that have no card of their own."""

from collections.abc import Mapping

from PySide6.QtCore import QPointF

from core.base.words import say
from core.measure.inside import Inside
from tp5gui.canvases.network_layout import Row
from tp5gui.words import count, decimal


def told_at(row: Row, inside: Inside, place: QPointF) -> str:
    """What a place between the units shows: a strip, or links."""
    if row.strip.contains(place):
        return say(
            "All {count} numbers of the code side by side. Above: those that tell most.",
            count=count(len(inside.code.values)),
        )
    for column, units in zip(row.columns, inside.layers, strict=True):
        if column.strip.contains(place):
            return say(
                "All {count} units of this layer side by side, by how active they are now. Above: {shown} "
                "of the most active ones.",
                count=count(len(units.activities)),
                shown=count(len(column.pictures)),
            )
    return say(
        "Lines: the strongest contributions to what comes next, weight times activity. Solid: positive; "
        "dashed: negative; thick: strong. The frame of a unit shows its activity in the same way."
    )


def told_of(inside: Inside, chosen: int, pulled: Mapping[int, float]) -> str:
    """What a network is made of, and the number of its code that is chosen: a place among those shown."""
    layers = ", ".join(count(len(layer.activities)) for layer in inside.layers)
    whole = say(
        "Units of the hidden layers, from the drawing to the answer: {layers}. Numbers of the code: {code}.",
        layers=layers,
        code=count(len(inside.code.values)),
    )
    unit = int(inside.code.shown[chosen])
    value = pulled.get(unit, float(inside.code.values[unit]))
    place = {"number": unit + 1, "value": decimal(value, 2)}
    if unit in pulled:
        return " ".join((say("Number {number} of the code is pulled to {value}.", **place), whole))
    return " ".join((say("Number {number} of the code is {value}.", **place), whole))
