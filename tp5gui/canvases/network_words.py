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


def told_whole(inside: Inside) -> str:
    """What a network is made of."""
    return say(
        "Units of the hidden layers, from the drawing to the answer: {layers}. Numbers of the code: {code}.",
        layers=", ".join(count(len(layer.activities)) for layer in inside.layers),
        code=count(len(inside.code.values)),
    )


def told_number(inside: Inside, unit: int, pulled: Mapping[int, float]) -> str:
    """A number of the code, and where it is pulled to."""
    place = {"number": unit + 1, "value": decimal(pulled.get(unit, float(inside.code.values[unit])), 2)}
    if unit in pulled:
        return say("Number {number} of the code is pulled to {value}.", **place)
    return say("Number {number} of the code is {value}.", **place)
