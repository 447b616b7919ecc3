"""The legend of a study's plot: a shape and its words, in as many lines as they need."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from tp5gui import theme
from tp5gui.canvases.study_mark import Legend

SAMPLE = 18  # px wide: the shape before its words
GAP = 5  # px from the shape to the words
BETWEEN = 14  # px from the words to the next shape
DOT, SQUARE, BAND = 7, 8, 0.18  # px across; how strong the band is
SHAPES = ("mean", "band", "slides", "best", "waiting")


@dataclass(frozen=True, slots=True)
class Entry:
    """A shape with its words.

    Attributes
    ----------
    shape : which one, a field of `Legend`.
    words, explained : what stands there, and what the tool tip says.
    place : where they stand.
    """

    shape: str
    words: str
    explained: str
    place: QRectF


def arrange(legend: Legend, room: QRectF, metrics: QFontMetricsF) -> list[Entry]:
    """The entries from left to right in lines from the top of a room; words too long for a line are cut."""
    entries: list[Entry] = []
    x, y, high = room.left(), room.top(), metrics.lineSpacing()
    for shape in SHAPES:
        words, explained = getattr(legend, shape)
        if not words:
            continue
        shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, room.width() - SAMPLE - GAP)
        wide = SAMPLE + GAP + metrics.horizontalAdvance(shown)
        if x > room.left() and x + wide > room.right():
            x, y = room.left(), y + high
        entries.append(Entry(shape, shown, f"{words}\n{explained}".strip(), QRectF(x, y, wide, high)))
        x += wide + BETWEEN
    return entries


def height_of(entries: Sequence[Entry]) -> float:
    """What the lines take."""
    return max((entry.place.bottom() for entry in entries), default=0.0) - (
        entries[0].place.top() if entries else 0.0
    )


def paint_legend(painter: QPainter, entries: Sequence[Entry], table: theme.Tokens) -> None:
    """Paint the entries in the painter's font."""
    for entry in entries:
        left, middle = entry.place.left(), entry.place.center().y()
        sample = QRectF(left, middle - 5, SAMPLE, 10)
        paint_sample(painter, entry.shape, sample, table)
        painter.setPen(QColor(table.text_soft))
        words = entry.place.adjusted(SAMPLE + GAP, 0, 4, 0)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, entry.words)


def paint_sample(painter: QPainter, shape: str, room: QRectF, table: theme.Tokens) -> None:
    """Paint a shape as it stands in the plot."""
    middle = room.center()
    match shape:
        case "mean":
            painter.setPen(QPen(QColor(table.series), 1.5))
            painter.drawLine(QPointF(room.left(), middle.y()), QPointF(room.right(), middle.y()))
            paint_dot(painter, middle, table)
        case "band":
            painter.fillRect(room, band_of(table))
            painter.setPen(QPen(QColor(table.series), 1))
            painter.drawLine(room.topLeft(), room.topRight())
            painter.drawLine(room.bottomLeft(), room.bottomRight())
        case "slides":
            paint_square(painter, middle, table)
        case "best":
            painter.setPen(best_pen(table))
            painter.drawLine(QPointF(room.left(), middle.y()), QPointF(room.right(), middle.y()))
        case "waiting":
            paint_ring(painter, middle, table)


def paint_dot(painter: QPainter, place: QPointF, table: theme.Tokens) -> None:
    """The mean of a setting."""
    painter.setPen(QPen(QColor(table.series), DOT, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.drawPoint(place)


def paint_square(painter: QPainter, place: QPointF, table: theme.Tokens) -> None:
    """A point of the slides."""
    half = QPointF(SQUARE / 2, SQUARE / 2)
    painter.fillRect(QRectF(place - half, place + half), QColor(table.reference))


def paint_ring(painter: QPainter, place: QPointF, table: theme.Tokens) -> None:
    """A setting that waits for its runs."""
    painter.setPen(QPen(QColor(table.text_soft), 1.2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(place, DOT / 2, DOT / 2)


def band_of(table: theme.Tokens) -> QColor:
    """What fills the band."""
    band = QColor(table.series)
    band.setAlphaF(BAND)
    return band


def best_pen(table: theme.Tokens) -> QPen:
    """What the best possible is drawn with."""
    return QPen(QColor(table.ideal), 1.5, Qt.PenStyle.DashLine)
