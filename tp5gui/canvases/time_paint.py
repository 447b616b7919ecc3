"""How a time line is painted: its rail, the ticks of its moments, its marks, and the handle. No widget."""

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPolygonF

from tp5gui import theme

WORDS, RAIL, TICKS = 15, 27, 33  # px without a zoom: lower edge of the words, the rail, upper end of ticks
HIGH = 40  # px without a zoom: all of it
TICK = 4  # px: how long a tick is
HANDLE, DIAMOND, TRIANGLE = 6.0, 4.5, 4.5  # px: half of each
AROUND = 3.5  # px from the handle to the ring that tells how far a recomputing is
GAP = 6  # px between words


@dataclass(frozen=True, slots=True)
class Row:
    """Heights along a time line as type is zoomed now, in px."""

    words: float
    rail: float
    ticks: float
    scale: float

    @classmethod
    def now(cls) -> "Row":
        """The row as type is zoomed now."""
        words, rail, ticks = (float(theme.size(height)) for height in (WORDS, RAIL, TICKS))
        return cls(words, rail + 0.5, ticks, theme.size(100) / 100)

    @property
    def reach(self) -> float:
        """How far the handle reaches to either side, its ring included."""
        return (HANDLE + AROUND + 1) * self.scale


def paint_rail(
    painter: QPainter, row: Row, gone: tuple[float, float], planned: float, table: theme.Tokens
) -> None:
    """What is trained, from place to place, as a solid line; what is planned beyond, as a faint one."""
    thick = 2 * row.scale
    for (start, end), colour in (((gone[1], planned), table.line), (gone, table.text_soft)):
        if end > start:
            painter.fillRect(QRectF(start, row.rail - thick / 2, end - start, thick), QColor(colour))


def paint_ticks(painter: QPainter, lines: list[QLineF], table: theme.Tokens) -> None:
    """The ticks of the moments, quiet and fine."""
    painter.setPen(QPen(QColor(table.quiet), 1))
    painter.drawLines(lines)


def tick_lines(row: Row, across: Iterable[float], ratio: float) -> list[QLineF]:
    """The ticks at these places, each on whole pixels of the screen."""
    top, length = row.ticks, TICK * row.scale
    places = (int(x * ratio) / ratio + 0.5 / ratio for x in across)
    return [QLineF(x, top, x, top + length) for x in places]


def paint_end(painter: QPainter, row: Row, x: float, table: theme.Tokens) -> None:
    """Where now is, on the rail."""
    half = 5 * row.scale
    painter.setPen(QPen(QColor(table.text_soft), 2 * row.scale))
    painter.drawLine(QPointF(x, row.rail - half), QPointF(x, row.rail + half))


def paint_change(painter: QPainter, row: Row, x: float, table: theme.Tokens) -> None:
    """A diamond on the rail: a setting was changed there."""
    half = DIAMOND * row.scale
    corners = [QPointF(0, -half), QPointF(half, 0), QPointF(0, half), QPointF(-half, 0)]
    _fill(painter, QPolygonF(corners).translated(x, row.rail), table.ink, table)


def paint_best(painter: QPainter, row: Row, x: float, table: theme.Tokens) -> None:
    """A triangle that stands on the rail with its tip: nothing was better by some measure."""
    half = TRIANGLE * row.scale
    corners = [QPointF(-half, -2 * half), QPointF(half, -2 * half), QPointF(0, -half * 0.2)]
    _fill(painter, QPolygonF(corners).translated(x, row.rail), table.text, table)


def paint_handle(
    painter: QPainter, row: Row, x: float, *, exact: bool, beyond: int, table: theme.Tokens
) -> None:
    """The handle: full, or hollow where what is shown is not exactly of there.

    `beyond` is -1 or 1 where its epoch lies out of sight, to the left or the right: then it points there.
    """
    half, middle = HANDLE * row.scale, QPointF(x, row.rail)
    painter.setPen(QPen(QColor(table.surface), 5 * row.scale))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if not beyond:
        painter.drawEllipse(middle, half, half)
    painter.setPen(QPen(QColor(table.accent), 2 * row.scale))
    painter.setBrush(QColor(table.accent if exact else table.surface))
    if beyond:
        side = beyond * half
        corners = [QPointF(-side, -half), QPointF(side, 0), QPointF(-side, half)]
        painter.drawPolygon(QPolygonF(corners).translated(middle))
    else:
        painter.drawEllipse(middle, half, half)


def paint_progress(painter: QPainter, row: Row, x: float, share: float, table: theme.Tokens) -> None:
    """A ring around the handle that closes as a recomputing gets on, from the top and clockwise."""
    half = (HANDLE + AROUND) * row.scale
    ring = QRectF(x - half, row.rail - half, 2 * half, 2 * half)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(table.surface), 3 * row.scale))
    painter.drawEllipse(ring)
    painter.setPen(QPen(QColor(table.accent), 2 * row.scale))
    painter.drawArc(ring, 90 * 16, -round(share * 360 * 16))


def words_box(font: QFont, row: Row, x: float, words: str, wide: float) -> QRectF:
    """Where words that belong to a place stand: above it, and never beyond either edge."""
    length = QFontMetricsF(font).horizontalAdvance(words) + 2
    left = max(0.0, min(x - length / 2, wide - length))
    return QRectF(left, 0, min(length, wide), row.words + 2)


def _fill(painter: QPainter, shape: QPolygonF, colour: str, table: theme.Tokens) -> None:
    """A shape in a colour, with an edge that keeps it apart from what lies below."""
    painter.setPen(QPen(QColor(table.surface), 1.5))
    painter.setBrush(QColor(colour))
    painter.drawPolygon(shape)
