"""How a network is painted: the units of its columns, the bars of the code, and links between them."""

import math
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPixmap

from core.base.words import say, say_count
from core.measure.inside import Code, Inside, Links, Units
from tp5gui import theme
from tp5gui.canvases.network_layout import TITLE, Row
from tp5gui.canvases.network_units import Sheet, paint_strip, share_of
from tp5gui.words import decimal

LINK = (0.6, 3.0)  # px of the weakest link that is shown, and of the strongest
FAINT = 0.25  # of the strength of the weakest link
DASH = 7.0  # px of a dash of what is negative, and of a gap
MOST, LEAST = 48, 6  # links in all, and between two columns
STRENGTHS = 5  # by which links differ to the eye, of either sign; what is weaker than the least is not shown
KNOB = 5.0  # px, radius
TRACK = 6.0  # px, height
ABOVE = (1.5, 4.0)  # px from a track to the figures above it, at least and at most; these reach below no line
RING = 3  # px around a unit
PIN = 5.0  # px, radius of the head of a pin

Port = tuple[float, float, float]
"""Where links come and go beside a unit: left, right, and how high."""


class NetworkPaint:
    """Paints a network, and remembers what is the same from frame to frame while it stands as it does."""

    def __init__(self) -> None:
        self._made_for: tuple[Row, float, theme.Tokens] | None = None
        self._sheets: list[Sheet] = []
        self._ports: list[list[Port]] = []
        self._ways: dict[tuple[int, int, int, bool], list[QLineF]] = {}
        self._titles: list[tuple[QPointF, str]] = []
        self._figures = QFont()  # of the numbers of the code
        self._track = QPixmap()

    def track(self, bar: QRectF) -> QRectF:
        """The track in the room of a number of the code."""
        return QRectF(bar.left() + KNOB, bar.center().y() + 2, bar.width() - 2 * KNOB, TRACK)

    def reach(self, code: Code, unit: int) -> tuple[float, float]:
        """The values at the ends of a number's track: those of the set, and a tenth more."""
        low, high = float(code.low[unit]), float(code.high[unit])
        more = 0.1 * (high - low) or 1.0
        return low - more, high + more

    def paint(
        self,
        painter: QPainter,
        row: Row,
        ratio: float,
        inside: Inside,
        told: Code,
        font: QFont,
        ringed: int | None,
    ) -> None:
        """Paint everything, with so many pixels in one of the layout.

        All of it may be on its way; the numbers are `told` as they are in truth. `ringed` is the place of the
        bar that the keyboard pulls.
        """
        table = theme.tokens()
        self._prepare(row, ratio, inside, font, table)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        self._links(painter, inside, table)
        for column, sheet, units in zip(row.columns, self._sheets, inside.layers, strict=True):
            shares = share_of(units.activities, units.reach)
            sheet.paint(painter, units, shares, table)
            paint_strip(painter, column.strip, shares, table)
        self._code(painter, row, inside.code, told, ringed, table)
        painter.setFont(theme.caption_font(font))
        painter.setPen(QColor(table.text_soft))
        for place, words in self._titles:
            painter.drawText(place, words)

    def _prepare(self, row: Row, ratio: float, inside: Inside, font: QFont, table: theme.Tokens) -> None:
        """Work out what stays the same for this row, in these colours, on a screen of this ratio."""
        made_for = self._made_for
        if made_for and made_for[0] is row and made_for[1] == ratio and made_for[2] is table:
            return
        self._made_for, self._ways = (row, ratio, table), {}
        self._figures = theme.figure_font(theme.caption_font(font))
        self._track = _painted_track(self.track(row.code).width(), ratio, table)
        self._titles = _placed_titles(row, inside, QFontMetricsF(theme.caption_font(font)))
        self._sheets = [
            Sheet(column, (1, 1) if column.chips else units.pictures.shape[1:], ratio)
            for column, units in zip(row.columns, inside.layers, strict=True)
        ]
        self._ports = [
            [(each.left(), each.right(), each.center().y()) for each in column.pictures]
            for column in row.columns
        ]
        bars = [(bar.left(), bar.right(), self.track(bar).center().y()) for bar in row.bars]
        self._ports.insert(len(row.before), bars)
        start, end = ([(point.x(), point.x(), point.y())] for point in (row.start, row.end))
        self._ports = [start, *self._ports, end]

    def _code(
        self, painter: QPainter, row: Row, code: Code, told: Code, ringed: int | None, table: theme.Tokens
    ) -> None:
        shares = share_of(code.values, np.maximum(np.abs(code.low), np.abs(code.high)))
        paint_strip(painter, row.strip, shares, table)
        metrics = QFontMetricsF(self._figures)
        own, cloud, text = QColor(table.code), QColor(table.code), QColor(table.text)
        cloud.setAlphaF(0.35)
        edge, free = QPen(own, 2.0), QColor(table.surface)
        painter.setFont(self._figures)
        for place, (bar, unit) in enumerate(zip(row.bars, code.shown.tolist(), strict=True)):
            track, value = self.track(bar), float(code.values[unit])
            low, high = self.reach(code, unit)
            x = track.left() + track.width() * max(0.0, min(1.0, (value - low) / (high - low)))
            painter.drawPixmap(track.topLeft(), self._track)
            if code.spread is not None:
                half = track.width() * float(code.spread[unit]) / (high - low)
                spread = QRectF(x - half, track.top(), 2 * half, track.height()).intersected(track)
                painter.fillRect(spread, cloud)
            painter.setBrush(own if code.pulled[unit] else free)
            painter.setPen(edge)
            above = min(ABOVE[1], track.top() - bar.top() - metrics.capHeight())
            knob = KNOB if above == ABOVE[1] else KNOB - 1  # the figures of the next bar are near
            painter.drawEllipse(QPointF(x, track.center().y()), knob, knob)
            if ringed == place:
                painter.setPen(QPen(QColor(table.accent), 1.0, Qt.PenStyle.DotLine))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(bar.adjusted(0, 1, 0, -1), 4, 4)
            painter.setPen(text)
            if above < ABOVE[0]:
                continue
            for words in _numbers(told, unit):
                wide = metrics.horizontalAdvance(words)
                if wide <= bar.width():
                    painter.drawText(QPointF(bar.center().x() - wide / 2, track.top() - above), words)
                    break

    def _links(self, painter: QPainter, inside: Inside, table: theme.Tokens) -> None:
        most = max(LEAST, MOST // len(inside.links))
        batches: dict[int, list[QLineF]] = {}
        for gap, (links, (sources, targets)) in enumerate(
            zip(inside.links, pairwise(self._ports), strict=True)
        ):
            for source, target, strength in _strongest(links, len(sources), len(targets), most):
                key = gap, source, target, strength < 0
                if key not in self._ways:
                    (_, x, y), (to_x, _, to_y) = sources[source], targets[target]
                    self._ways[key] = _way(QPointF(x, y), QPointF(to_x, to_y), dashed=strength < 0)
                batches.setdefault(strength, []).extend(self._ways[key])
        for strength in sorted(batches, key=abs):  # a pen costs as much as a link
            painter.setPen(_pen(strength, table.positive, table.negative))
            painter.drawLines(batches[strength])


def paint_ring(painter: QPainter, unit: QRectF) -> None:
    """A ring around a unit that is chosen; none around one that is not shown."""
    if unit.isNull():
        return
    painter.setPen(QPen(QColor(theme.tokens().accent), 2.0))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(unit.adjusted(-RING, -RING, RING, RING))


def paint_pin(painter: QPainter, unit: QRectF) -> None:
    """A ring around a unit that is pinned, with the head of a pin at its corner; none of one not shown."""
    if unit.isNull():
        return
    paint_ring(painter, unit)
    paint_pin_head(painter, unit.adjusted(-RING, -RING, RING, RING).topRight())


def paint_pin_head(painter: QPainter, place: QPointF) -> None:
    """The head of a pin at a place: what it holds stays."""
    table = theme.tokens()
    painter.setPen(QPen(QColor(table.surface), 1.5))
    painter.setBrush(QColor(table.accent))
    painter.drawEllipse(place, PIN, PIN)


def _strongest(links: Links, sources: int, targets: int, most: int) -> list[tuple[int, int, int]]:
    """Source, target and strength of the strongest of so many contributions, the weakest of them first.

    Both stand among the first so many places: there is no room for others. A strength has the sign of the
    contribution, and is `STRENGTHS` for the strongest.
    """
    placed = np.flatnonzero((links.source < sources) & (links.target < targets))[:most]
    values = links.values[placed]
    largest = float(np.abs(values).max(initial=0.0))
    if not largest or not np.isfinite(largest):
        return []
    strengths = np.rint(values / largest * STRENGTHS).astype(int).tolist()
    found = zip(links.source[placed].tolist(), links.target[placed].tolist(), strengths, strict=True)
    return [each for each in found if each[2]][::-1]


def _way(start: QPointF, end: QPointF, *, dashed: bool) -> list[QLineF]:
    """A smooth curve that leaves and arrives level, as lines; dashed, every second one is left out.

    Qt paints a wide smooth path ten times as slowly, dashed or not (PySide 6.11: 0.17 ms against 0.02).
    There are no more lines than one needs to see a curve: what is level is one.
    """
    across, down = end.x() - start.x(), end.y() - start.y()
    if dashed:
        count = 2 * max(2, round(math.hypot(across, down) / (2 * DASH))) + 1
    else:
        count = max(1, math.ceil(1.1 * math.sqrt(abs(down))))
    share = np.linspace(0, 1, count + 1)
    x = start.x() + across * (1.5 * share * (1 - share) + share**3)
    y = start.y() + down * share**2 * (3 - 2 * share)
    points = [QPointF(*point) for point in zip(x.tolist(), y.tolist(), strict=True)]
    lines = [QLineF(*ends) for ends in pairwise(points)]
    return lines[::2] if dashed else lines


@lru_cache(maxsize=64)
def _pen(strength: int, positive: str, negative: str) -> QPen:
    """For a link of this strength: the sign by colour, the strength by width."""
    share = abs(strength) / STRENGTHS
    colour = QColor(positive if strength > 0 else negative)
    colour.setAlphaF(FAINT + (1 - FAINT) * share)
    pen = QPen(colour, LINK[0] + (LINK[1] - LINK[0]) * share)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    return pen


def _placed_titles(row: Row, inside: Inside, metrics: QFontMetricsF) -> list[tuple[QPointF, str]]:
    """Where the titles of columns and code stand: the code's first; what finds no room is left out.

    A layer of the encoder and its mirror image in the decoder both have a title of one kind, or neither has.
    """
    low, high = row.start.x() + theme.SPACE, row.end.x() - theme.SPACE  # other headings stand beside
    line = row.code.top() - theme.size(TITLE) + metrics.ascent()
    placed: list[tuple[float, float, str]] = []  # from where to where, and the words

    def place(titles: Sequence[tuple[float, str]]) -> bool:
        """Place titles, each around its x, if all of them find room."""
        halves = [metrics.horizontalAdvance(words) / 2 for _, words in titles]
        found = [(x - half, x + half, words) for (x, words), half in zip(titles, halves, strict=True)]
        free = all(
            low <= left and right <= high and not _near(left, right, placed) for left, right, _ in found
        )
        apart = all(one[1] + theme.SPACE < other[0] for one, other in pairwise(found))
        if free and apart:
            placed.extend(found)
        return free and apart

    place([(row.code.center().x(), say("code"))])
    columns = list(zip(row.columns, inside.layers, strict=True))
    for pair in zip(columns, reversed(columns), strict=True):
        if pair[0][1].decodes:
            break
        kinds = zip(*(_titles(units) for _, units in pair), strict=True)
        middles = [column.whole.center().x() for column, _ in pair]
        any(place([*zip(middles, titles, strict=True)]) for titles in kinds)
    return [(QPointF(left, line), words) for left, _, words in placed]


def _near(left: float, right: float, placed: Sequence[tuple[float, float, str]]) -> bool:
    """Whether words from `left` to `right` would run into some of those that stand already."""
    return any(left <= end + theme.SPACE and right >= start - theme.SPACE for start, end, _ in placed)


def _titles(units: Units) -> list[str]:
    """What is said of a layer, the longest first: what fits is said."""
    count = len(units.activities)
    shorter = say_count("{count} unit", "{count} units", count)
    if units.decodes:
        return [say_count("{count} unit paints", "{count} units paint", count), shorter]
    return [say_count("{count} unit looks", "{count} units look", count), shorter]


def _numbers(code: Code, unit: int) -> Iterator[str]:
    """What is said of a number of the code, the longest first: what fits is said."""
    number = float(code.values[unit])
    value = ("+" if number >= 0 else "") + decimal(number, 2)
    named = f"z{unit + 1} {value}"  # the same in every language
    if code.spread is not None:
        yield f"{named} ± {float(code.spread[unit]):.2f}"
    yield named
    yield value


def _painted_track(wide: float, ratio: float, table: theme.Tokens) -> QPixmap:
    """What the knob of a number of the code moves along."""
    track = QPixmap(math.ceil(wide * ratio), math.ceil(TRACK * ratio))
    track.setDevicePixelRatio(ratio)
    track.fill(Qt.GlobalColor.transparent)
    painter = QPainter(track)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(table.sunken))
    painter.drawRoundedRect(QRectF(0, 0, wide, TRACK), TRACK / 2, TRACK / 2)
    painter.end()
    return track
