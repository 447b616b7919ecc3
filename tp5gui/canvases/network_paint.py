"""How a network is painted: pictures of units, their frames, the bars of the code, and links."""

import math
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from core.base.words import say, say_count
from core.measure.inside import Array, Code, Inside, Links, Units
from tp5gui import theme
from tp5gui.canvases.network_layout import TITLE, Column, Row
from tp5gui.canvases.pixels import colour_ramp, draw_image, from_words
from tp5gui.words import decimal

FRAME = (1.0, 3.0)  # px of a unit's frame: silent, and as active as it ever is
LINK = (0.6, 3.0)  # px of the weakest link that is shown, and of the strongest
FAINT = 0.25  # of the strength of the weakest link
STEPS = 17  # lines that a link is made of; what is negative is dashed
MOST, LEAST = 48, 6  # links in all, and between two columns
STRENGTHS = 5  # by which links differ to the eye, of either sign
LIGHTS = 8  # by which frames do
KNOB = 5.0  # px, radius
TRACK = 6.0  # px, height
RING = 3  # px around a unit
PIN = 5.0  # px, radius of the head of a pin


class NetworkPaint:
    """Paints a network, and remembers the lines of its links and frames."""

    def __init__(self) -> None:
        self._row: Row | None = None
        self._ways: dict[tuple[int, int, int, bool], list[QLineF]] = {}
        self._borders: dict[tuple[float, float, bool], list[QLineF]] = {}

    def track(self, bar: QRectF) -> QRectF:
        """The track in the room of a number of the code."""
        return QRectF(bar.left() + KNOB, bar.center().y() + 2, bar.width() - 2 * KNOB, TRACK)

    def reach(self, code: Code, unit: int) -> tuple[float, float]:
        """The values at the ends of a number's track: those of the set, and a tenth more."""
        low, high = float(code.low[unit]), float(code.high[unit])
        more = 0.1 * (high - low) or 1.0
        return low - more, high + more

    def paint(self, painter: QPainter, row: Row, inside: Inside, font: QFont, ringed: int | None) -> None:
        """Paint everything; `ringed` is the place of the bar that the keyboard pulls."""
        if row is not self._row:
            self._row, self._ways, self._borders = row, {}, {}
        table = theme.tokens()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        self._links(painter, row, inside, table)
        for column, units in zip(row.columns, inside.layers, strict=True):
            self._pictures(painter, column, units, table)
        self._code(painter, row, inside.code, table, font, ringed)
        self._titles(painter, row, inside, table, font)

    def _titles(self, painter: QPainter, row: Row, inside: Inside, table: theme.Tokens, font: QFont) -> None:
        painter.setFont(theme.caption_font(font))
        painter.setPen(QColor(table.text_soft))
        metrics = QFontMetricsF(painter.font())
        spots = [
            (column.whole.center().x(), _titles(units))
            for column, units in zip(row.columns, inside.layers, strict=True)
        ]
        spots.insert(0, (row.code.center().x(), [say("code")]))
        low, high = row.start.x() + theme.SPACE, row.end.x() - theme.SPACE  # other headings stand beside
        taken: list[tuple[float, float]] = []
        for x, titles in spots:  # the code first; what finds no room is left out
            for words in titles:
                half = metrics.horizontalAdvance(words) / 2
                left, right = x - half, x + half
                free = all(left > end + theme.SPACE or right < start - theme.SPACE for start, end in taken)
                if free and low <= left and right <= high:
                    top = row.code.top() - theme.size(TITLE)
                    painter.drawText(QPointF(left, top + metrics.ascent()), words)
                    taken.append((left, right))
                    break

    def _pictures(self, painter: QPainter, column: Column, units: Units, table: theme.Tokens) -> None:
        if not len(units.shown):
            return
        pictures, shown = units.pictures[: len(column.pictures)], units.shown[: len(column.pictures)]
        rows, wide = pictures.shape[1:]
        shares = _share(units.activities[shown], units.reach[shown])
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)  # faster, and as crisp
        if column.chips:
            for place, colour in zip(column.pictures, _signed(shares, 1.0, table).tolist(), strict=True):
                painter.fillRect(place, QColor(colour))
        else:
            sheet = from_words(picture_colours(pictures).reshape(-1, wide))
            for number, place in enumerate(column.pictures):
                draw_image(painter, place, sheet, QRect(0, number * rows, wide, rows))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        batches: dict[float, list[QLineF]] = {}
        for place, share in zip(column.pictures, shares.tolist(), strict=True):
            key = place.left(), place.top(), share < 0
            if key not in self._borders:
                self._borders[key] = _border(place, dashed=share < 0)
            light = math.copysign(math.ceil(abs(share) * LIGHTS), share)  # the faintest keeps its sign
            batches.setdefault(light, []).extend(self._borders[key])
        for light, lines in batches.items():  # a pen costs as much as a frame
            painter.setPen(_pen(light / LIGHTS, FRAME, 1.0, table))
            painter.drawLines(lines)
        if not column.strip.isNull():
            whole = _share(units.activities, units.reach)
            draw_image(painter, column.strip, from_words(_signed(whole[None, :], 1.0, table)))

    def _code(
        self, painter: QPainter, row: Row, code: Code, table: theme.Tokens, font: QFont, ringed: int | None
    ) -> None:
        if not row.strip.isNull():
            whole = _share(code.values, np.maximum(np.abs(code.low), np.abs(code.high)))
            draw_image(painter, row.strip, from_words(_signed(whole[None, :], 1.0, table)))
        painter.setFont(theme.figure_font(theme.caption_font(font)))
        metrics = QFontMetricsF(painter.font())
        for place, (bar, unit) in enumerate(zip(row.bars, code.shown.tolist(), strict=True)):
            track, value = self.track(bar), float(code.values[unit])
            low, high = self.reach(code, unit)
            x = track.left() + track.width() * max(0.0, min(1.0, (value - low) / (high - low)))
            pulled = bool(code.pulled[unit])
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(table.sunken))
            painter.drawRoundedRect(track, TRACK / 2, TRACK / 2)
            if code.spread is not None:
                half = track.width() * float(code.spread[unit]) / (high - low)
                cloud = QColor(table.code)
                cloud.setAlphaF(0.35)
                painter.setBrush(cloud)
                painter.drawRect(QRectF(x - half, track.top(), 2 * half, track.height()).intersected(track))
            painter.setBrush(QColor(table.code if pulled else table.surface))
            painter.setPen(QPen(QColor(table.code), 2.0))
            painter.drawEllipse(QPointF(x, track.center().y()), KNOB, KNOB)
            if ringed == place:
                painter.setPen(QPen(QColor(table.accent), 1.0, Qt.PenStyle.DotLine))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(bar.adjusted(0, 1, 0, -1), 4, 4)
            painter.setPen(QColor(table.text))
            words = next(
                (each for each in _numbers(code, unit) if metrics.horizontalAdvance(each) <= bar.width()), ""
            )
            if bar.height() >= metrics.capHeight() + TRACK + KNOB + 2:  # figures do not reach below the line
                painter.drawText(
                    QPointF(bar.center().x() - metrics.horizontalAdvance(words) / 2, track.top() - 4), words
                )

    def _links(self, painter: QPainter, row: Row, inside: Inside, table: theme.Tokens) -> None:
        ports = [
            [(each.left(), each.right(), each.center().y()) for each in column.pictures]
            for column in row.columns
        ]
        ports.insert(
            len(row.before), [(bar.left(), bar.right(), self.track(bar).center().y()) for bar in row.bars]
        )
        start, end = ([(point.x(), point.x(), point.y())] for point in (row.start, row.end))
        batches: dict[int, list[QLineF]] = {}
        for gap, (links, sources, targets) in enumerate(
            zip(inside.links, [start, *ports], [*ports, end], strict=True)
        ):
            most = max(LEAST, MOST // len(inside.links))
            for source, target, share in _strongest(links, len(sources), len(targets), most):
                key = gap, source, target, share < 0
                if key not in self._ways:
                    (_, x, y), (to_x, _, to_y) = sources[source], targets[target]
                    points = _curve(QPointF(x, y), QPointF(to_x, to_y))
                    self._ways[key] = _lines(points, dashed=share < 0)
                size = max(1, round(abs(share) * STRENGTHS))
                batches.setdefault(-size if share < 0 else size, []).extend(self._ways[key])
        for strength in sorted(batches, key=abs):  # a pen costs as much as a link
            painter.setPen(_pen(strength / STRENGTHS, LINK, FAINT, table))
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


def _strongest(links: Links, sources: int, targets: int, most: int) -> list[tuple[int, int, float]]:
    """Source, target and share of the strongest of so many contributions, the weakest of them first.

    Both stand among the first so many places: there is no room for others.
    """
    placed = np.flatnonzero((links.source < sources) & (links.target < targets))[:most]
    source, target, values = links.source[placed], links.target[placed], links.values[placed]
    largest = float(np.abs(values).max(initial=0.0))
    if not largest or not np.isfinite(largest):
        return []
    return list(zip(source.tolist(), target.tolist(), (values / largest).tolist(), strict=True))[::-1]


def _curve(start: QPointF, end: QPointF) -> list[QPointF]:
    """Points of a smooth curve that leaves and arrives level."""
    share = np.linspace(0, 1, STEPS + 1)
    x = start.x() + (end.x() - start.x()) * (1.5 * share * (1 - share) + share**3)
    y = start.y() + (end.y() - start.y()) * share**2 * (3 - 2 * share)
    return [QPointF(*point) for point in zip(x.tolist(), y.tolist(), strict=True)]


def _lines(points: list[QPointF], *, dashed: bool) -> list[QLineF]:
    """A way as short lines; dashed, every second one is left out.

    Qt paints a wide smooth path ten times as slowly, dashed or not (PySide 6.11: 0.17 ms against 0.02).
    """
    lines = [QLineF(*ends) for ends in pairwise(points)]
    return lines[::2] if dashed else lines


def _border(place: QRectF, *, dashed: bool) -> list[QLineF]:
    """The border of a rectangle."""
    corners = [place.topLeft(), place.topRight(), place.bottomRight(), place.bottomLeft(), place.topLeft()]
    if not dashed:
        return [QLineF(*ends) for ends in pairwise(corners)]
    lines = []
    for start, end in pairwise(corners):
        side = QLineF(start, end)
        count = 2 * max(1, round(side.length() / 10)) + 1
        points = [side.pointAt(step / count) for step in range(count + 1)]
        lines += _lines(points, dashed=True)
    return lines


def _pen(share: float, widths: tuple[float, float], faint: float, table: theme.Tokens) -> QPen:
    """For something of this share of the largest, -1 to 1: the sign by colour, the strength by width."""
    size = min(1.0, abs(share))
    colour = QColor(table.positive if share >= 0 else table.negative)
    colour.setAlphaF(faint + (1 - faint) * size)
    pen = QPen(colour, widths[0] + (widths[1] - widths[0]) * size)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    return pen


def _share(activities: Array, reach: Array) -> NDArray[np.float32]:
    """Activities as shares of how active the units ever are, -1 to 1; 0 where there are none."""
    safe = np.where(reach > 0, reach, 1)
    shares = np.where(reach > 0, activities / safe, 0)  # a run may diverge while it is read
    return np.asarray(np.clip(np.nan_to_num(shares), -1, 1), dtype=np.float32)


def picture_colours(picture: Array) -> NDArray[np.uint32]:
    """A picture of a unit, or several (K, H, W) that share a scale, as colours."""
    return _signed(picture, float(np.abs(picture).max(initial=0.0)), theme.tokens())


def _signed(values: Array, largest: float, table: theme.Tokens) -> NDArray[np.uint32]:
    """Values from -largest to largest as colours, the sign by one of a pair."""
    share = np.nan_to_num(values / (largest or 1.0)).clip(-1, 1)
    ramp = _signed_ramp(table.positive, table.negative, table.paper)
    return np.asarray(ramp[np.rint(255 * share).astype(np.intp) + 255])


@lru_cache(maxsize=4)
def _signed_ramp(positive: str, negative: str, paper: str) -> NDArray[np.uint32]:
    """511 colours, from one sign over paper to the other."""
    down, up = (colour_ramp(QColor(ink), QColor(paper)) for ink in (negative, positive))
    return np.concatenate([down[:0:-1], up])


def _titles(units: Units) -> list[str]:
    """What is said of a layer, the longest first: what fits is said."""
    count = len(units.activities)
    shorter = say_count("{count} unit", "{count} units", count)
    if units.decodes:
        return [say_count("{count} unit paints", "{count} units paint", count), shorter]
    return [say_count("{count} unit looks", "{count} units look", count), shorter]


def _numbers(code: Code, unit: int) -> list[str]:
    """What is said of a number of the code, the longest first: what fits is said."""
    number = float(code.values[unit])
    value = ("+" if number >= 0 else "") + decimal(number, 2)
    named = say("z{number} {value}", number=unit + 1, value=value)
    shorter = [named, value]
    if code.spread is None:
        return shorter
    return [say("{value} ± {spread:.2f}", value=named, spread=float(code.spread[unit])), *shorter]
