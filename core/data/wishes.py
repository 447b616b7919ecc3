"""How a source is to be read, as a person wishes it. Of these alone a window needs to know at its start."""

from dataclasses import dataclass, fields
from typing import Literal, TypeAlias, get_args

Wish: TypeAlias = Literal[
    "grid",
    "margin",
    "spacing",
    "size",
    "characters",
    "array",
    "range",
    "transpose",
    "mirror",
    "count",
    "invert",
]
"""The name of a wish; so is its option of the command called."""

WISHES: frozenset[Wish] = frozenset(get_args(Wish))

EVERYWHERE: frozenset[Wish] = frozenset(("size", "invert"))
"""The wishes that suit every family."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """How a source is to be read; what is None is found by looking at it.

    Attributes
    ----------
    grid : (columns, rows) of a sheet; cells at its end that are all of its last pixel's colour are dropped.
    margin, spacing : pixels around a sheet, and between its cells.
    size : (width, height) of the resulting images in pixels, both from 1 to `limits.MAX_SIDE`. They shrink by
        area averages, grow by repeating pixels where the factors are whole, and bilinearly otherwise.
        Where a source has the pixels of an image in one row, it says how they are laid out.
    characters : of a font, every one taken once.
    array : the name of the array that holds the images, where a source has several.
    range : (low, high), the numbers that are black and white; what lies beyond is taken for them.
    transpose : swap rows and columns, as the pictures of EMNIST need it.
    mirror : swap left and right, before they are transposed.
    count : of more images than this, so many are taken, evenly spread.
    invert : turn every pixel x into 1 - x.
    """

    grid: tuple[int, int] | None = None
    margin: int | None = None
    spacing: int | None = None
    size: tuple[int, int] | None = None
    characters: str | None = None
    array: str | None = None
    range: tuple[float, float] | None = None
    transpose: bool = False
    mirror: bool = False
    count: int | None = None
    invert: bool = False

    @property
    def uses(self) -> frozenset[Wish]:
        """The names of those that are not left alone."""
        values = {name: getattr(self, name) for name in WISHES}
        return frozenset(name for name, value in values.items() if value is not None and value is not False)

    def of(self, uses: frozenset[Wish]) -> "Wishes":
        """Those of these names; the others are left alone."""
        return Wishes(**{each.name: getattr(self, each.name) for each in fields(self) if each.name in uses})
