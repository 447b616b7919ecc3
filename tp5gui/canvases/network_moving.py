"""What of the inside of a network can move, as one list of values, and back."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from core.measure.inside import Array, Code, Inside, Units


def alike(one: Inside, other: Inside) -> bool:
    """Whether the same units are shown at the same places, so that one may become the other."""
    if len(one.layers) != len(other.layers):
        return False
    columns = zip(one.layers, other.layers, strict=True)
    shown = [(one.code.shown, other.code.shown), *((before.shown, after.shown) for before, after in columns)]
    return all(np.array_equal(before, after) for before, after in shown)


def values_of(inside: Inside) -> Array:
    """All that can move, as one row (M,): activities, pictures and the code, not the links."""
    return np.concatenate([array.ravel() for array in _arrays(inside)])


def from_values(values: Array, inside: Inside) -> Inside:
    """The inside of a network with such values in place of its own, (M,)."""
    sizes = [array.size for array in _arrays(inside)]
    if len(values) != sum(sizes):
        return inside
    parts = iter(np.split(values, np.cumsum(sizes)[:-1]))
    layers = tuple(_units(layer, parts) for layer in inside.layers)
    code = inside.code
    own, low, high = next(parts), next(parts), next(parts)
    spread = code.spread if code.spread is None else next(parts)
    return replace(inside, layers=layers, code=replace(code, values=own, low=low, high=high, spread=spread))


def _units(layer: Units, parts: Iterator[Array]) -> Units:
    activities, reach = next(parts), next(parts)
    pictures = next(parts).reshape(layer.pictures.shape)
    return replace(layer, activities=activities, reach=reach, pictures=pictures)


def _arrays(inside: Inside) -> Iterator[Array]:
    for layer in inside.layers:
        yield from (layer.activities, layer.reach, layer.pictures)
    code: Code = inside.code
    yield from (code.values, code.low, code.high)
    if code.spread is not None:
        yield code.spread
