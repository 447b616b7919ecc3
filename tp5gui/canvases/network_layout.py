"""Where the parts of a network stand in a row: columns of units, the bars of the code, and room for links."""

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


@dataclass(frozen=True, slots=True)
class Column:
    """A hidden layer.

    Attributes
    ----------
    pictures : where its units stand, in the order in which they are shown.
    whole : the room of the column, its strip included.
    strip : where all units stand in one line; null where all are shown.
    """

    pictures: tuple[QRectF, ...]
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
    before, after : of every hidden layer, how many units are shown and how many it has.
    code : the same of the numbers of the code.
    shape : (H, W) of the pictures.
    """
    layers = len(before) + len(after)
    wide = min(theme.size(CODE[1]), max(theme.size(CODE[0]), area.width() * 0.22))
    room = max(0.0, area.width() - wide) * (1 - LINKS) / max(1, layers)
    inside = area.adjusted(0, theme.size(TITLE), 0, 0)
    sizes = [_columns_of(count, total, room, inside.height(), shape) for count, total in before + after]
    taken = wide + sum(columns * (side + GAP) - GAP for columns, side in sizes)
    gap = max(0.0, area.width() - taken) / (layers + 2)
    x = area.left() + gap
    columns: list[Column] = []
    for (count, total), (across, side) in zip(before + after, sizes, strict=True):
        if len(columns) == len(before):
            x += wide + gap
        columns.append(_column(x, inside, count, total, across, side, shape))
        x += across * (side + GAP) - GAP + gap
    widths = [across * (side + GAP) - GAP + gap for across, side in sizes[: len(before)]]
    room_of_code = QRectF(area.left() + gap + sum(widths), inside.top(), wide, inside.height())
    middle = inside.center().y()
    return Row(
        tuple(columns[: len(before)]), room_of_code, *_bars(room_of_code, *code),
        tuple(columns[len(before) :]), QPointF(area.left(), middle), QPointF(area.right(), middle),
    )  # fmt: skip


def _columns_of(
    count: int, total: int, room: float, height: float, shape: tuple[int, int]
) -> tuple[int, float]:
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


def _column(
    x: float, inside: QRectF, count: int, total: int, across: int, side: float, shape: tuple[int, int]
) -> Column:
    """A column of pictures from `x` on, at whole pixels: elsewhere the cells of a picture are uneven."""
    high, down = max(1, math.floor(side * shape[0] / shape[1])), -(-count // across)
    strip = STRIP if total > count else 0.0
    tall = down * (high + GAP) - GAP
    x = math.floor(x)
    top = math.floor(inside.top() + max(0.0, inside.height() - strip - tall) / 2)
    wide = across * (side + GAP) - GAP
    pictures = tuple(
        QRectF(x + (k % across) * (side + GAP), top + (k // across) * (high + GAP), side, high)
        for k in range(count)
    )
    below = QRectF(x, top + tall + GAP, wide, strip - GAP) if strip else QRectF()
    return Column(pictures, QRectF(x, top, wide, tall + strip), below)


def _bars(room: QRectF, count: int, total: int) -> tuple[tuple[QRectF, ...], QRectF]:
    strip = STRIP if total > count else 0.0
    tall = min(theme.size(BAR), (room.height() - strip) / max(1, count))
    top = room.top() + (room.height() - strip - tall * count) / 2
    bars = tuple(QRectF(room.left(), top + tall * k, room.width(), tall) for k in range(count))
    below = QRectF(room.left(), top + tall * count + GAP, room.width(), strip - GAP) if strip else QRectF()
    return bars, below
