"""Where the parts of a network stand in a row: columns of units, the bars of the code, and room for links.

A picture is worth its place while it can be read. Where a column is too low for that, fewer units stand in
it; where the row is too narrow, the layers beside an image keep their pictures, and a unit of any other is a
chip, which shows how active it is and nothing else.
"""

import math
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF

from tp5gui import theme

TITLE = 20  # px above the columns, without a zoom
STRIP = 12.0  # px below a column for the strip of all its units, where it has more than are shown
GAP = 5.0  # px between two pictures: the frame of an active unit takes 1.5 on either side
LINKS = 0.42  # share of the width that is left to links, at least
CODE = (64, 112)  # px that the code is wide, at least and at most, without a zoom
BAR = 46  # px of the height of a number of the code, at most, without a zoom
LARGEST = 44.0  # px that a picture is wide at most
LEGIBLE = 18.0  # px of the longer side of a picture that can be read, at least
FEWEST = 3  # units of a column that are shown however low it is
CHIP = 7.0  # px that a chip is wide


@dataclass(frozen=True, slots=True)
class Column:
    """A hidden layer.

    Attributes
    ----------
    pictures : where units stand, in the order in which they are shown: all of those, or the first ones.
    chips : whether they show no picture.
    whole : the room of the column, its strip included.
    strip : where all units stand in one line; null where all are shown.
    """

    pictures: tuple[QRectF, ...]
    chips: bool
    whole: QRectF
    strip: QRectF


@dataclass(frozen=True, slots=True)
class Row:
    """The whole network in a rectangle.

    Attributes
    ----------
    before, after : the columns of the encoder and of the decoder.
    code, bars : the room of the code, and of each number of it that is shown.
    strip : where all its numbers stand in one line; null where all are shown.
    start, end : where links come from the image and go to the answer.
    """

    before: tuple[Column, ...]
    code: QRectF
    bars: tuple[QRectF, ...]
    strip: QRectF
    after: tuple[Column, ...]
    start: QPointF
    end: QPointF

    @property
    def columns(self) -> tuple[Column, ...]:
        """All columns of hidden units, as data flows."""
        return self.before + self.after


def lay_out(
    area: QRectF,
    before: list[tuple[int, int]],
    code: tuple[int, int],
    after: list[tuple[int, int]],
    shape: tuple[int, int],
) -> Row:
    """Lay a network out in an area.

    Parameters
    ----------
    before, after : of every hidden layer, how many units may be shown and how many it has.
    code : the same of the numbers of the code.
    shape : (H, W) of the pictures.
    """
    layers = before + after
    wide = min(theme.size(CODE[1]), max(theme.size(CODE[0]), area.width() * 0.22))
    inside = area.adjusted(0, theme.size(TITLE), 0, 0)
    rooms = _rooms(max(0.0, area.width() - wide) * (1 - LINKS), len(layers), shape)
    blocks = [
        _block(*layer, *room, inside.height(), shape) for layer, room in zip(layers, rooms, strict=True)
    ]
    gap = max(0.0, area.width() - wide - sum(block.width for block in blocks)) / (len(layers) + 2)
    x = area.left() + gap
    columns: list[Column] = []
    for (_, total), block in zip(layers, blocks, strict=True):
        if len(columns) == len(before):
            x += wide + gap
        columns.append(_column(x, inside, block, total, shape))
        x += block.width + gap
    left = area.left() + gap + sum(block.width + gap for block in blocks[: len(before)])
    room_of_code = QRectF(left, inside.top(), wide, inside.height())
    middle = inside.center().y()
    return Row(
        tuple(columns[: len(before)]), room_of_code, *_bars(room_of_code, *code),
        tuple(columns[len(before) :]), QPointF(area.left(), middle), QPointF(area.right(), middle),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Block:
    """So many pictures, so many of them side by side, each so many whole px wide."""

    count: int
    across: int
    side: float
    chips: bool

    @property
    def width(self) -> float:
        return self.across * (self.side + GAP) - GAP


def _rooms(room: float, layers: int, shape: tuple[int, int]) -> list[tuple[float, bool]]:
    """How wide a layer may be, and whether its units are chips: all alike, or chips but for the outermost."""
    alike = room / max(1, layers)
    if layers <= 2 or _longer(alike, shape) >= LEGIBLE:
        return [(alike, False)] * layers
    inner = min(CHIP, alike)
    outer = (room - inner * (layers - 2)) / 2
    return [(outer, False), *[(inner, True)] * (layers - 2), (outer, False)]


def _block(count: int, total: int, room: float, chips: bool, height: float, shape: tuple[int, int]) -> _Block:
    """As many units as can be shown as large as one can read, or as the width allows."""
    wanted = min(LEGIBLE, _longer(math.floor(room), shape))
    for fewer in range(count, 0, -1):
        across, side = _largest(fewer, total, room, height, shape)
        if _longer(side, shape) >= wanted or fewer <= FEWEST:
            break
    return _Block(fewer, across, side, chips)


def _longer(side: float, shape: tuple[int, int]) -> float:
    """The longer side of a picture that is so wide."""
    return side * max(1.0, shape[0] / shape[1])


def _largest(count: int, total: int, room: float, height: float, shape: tuple[int, int]) -> tuple[int, float]:
    """How many pictures stand side by side, and how wide one is, in whole px: as large as they can be."""
    best = (1, 0.0)
    for across in (1, 2):
        down = -(-count // across)
        high = (height - (STRIP if total > count else 0) - GAP * (down - 1)) / max(1, down)
        wide = (room - GAP * (across - 1)) / across
        side = float(math.floor(min(LARGEST, wide, high * shape[1] / shape[0])))
        if side > best[1] + 0.5:
            best = (across, side)
    return best


def _column(x: float, inside: QRectF, block: _Block, total: int, shape: tuple[int, int]) -> Column:
    """A column of pictures from `x` on, at whole pixels: elsewhere the cells of a picture are uneven."""
    count, across, side = block.count, block.across, block.side
    high, down = max(1, math.floor(side * shape[0] / shape[1])), -(-count // across)
    strip = STRIP if total > count else 0.0
    tall = down * (high + GAP) - GAP
    x = math.floor(x)
    top = math.floor(inside.top() + max(0.0, inside.height() - strip - tall) / 2)
    pictures = tuple(
        QRectF(x + (k % across) * (side + GAP), top + (k // across) * (high + GAP), side, high)
        for k in range(count)
    )
    below = QRectF(x, top + tall + GAP, block.width, strip - GAP) if strip else QRectF()
    return Column(pictures, block.chips, QRectF(x, top, block.width, tall + strip), below)


def _bars(room: QRectF, count: int, total: int) -> tuple[tuple[QRectF, ...], QRectF]:
    strip = STRIP if total > count else 0.0
    tall = min(theme.size(BAR), (room.height() - strip) / max(1, count))
    top = room.top() + (room.height() - strip - tall * count) / 2
    bars = tuple(QRectF(room.left(), top + tall * k, room.width(), tall) for k in range(count))
    below = QRectF(room.left(), top + tall * count + GAP, room.width(), strip - GAP) if strip else QRectF()
    return bars, below
