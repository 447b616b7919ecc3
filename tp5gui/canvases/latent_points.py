"""The points of a latent map: which can be shown, which labels have a hue, and how they are painted."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPolygonF

from tp5gui import theme
from tp5gui.canvases.pixels import Image, colour_ramp, from_words, levels
from tp5gui.words import as_name

GLYPH_HEIGHT = 21  # px: about the height of an image at its point
DOT = 4  # px
LABEL_WIDTH = 160  # px
KINDS_UP_TO = 12  # labels that get a hue of their own
MEMBERS = 4  # points per label, at least, for labels to get hues
FARTHEST = 1e9  # units of the plane; Qt cannot paint farther points


def paintable(points: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Which of the points (N, 2) are finite and near enough to be painted, (N,)."""
    return np.asarray((np.abs(points) < FARTHEST).all(1))


def kinds_of(labels: Sequence[str]) -> dict[str, NDArray[np.int64]]:
    """The indices of every label, in order, where a few labels come again and again; otherwise empty."""
    names = sorted(set(labels))
    if len(names) > KINDS_UP_TO or MEMBERS * len(names) > len(labels):
        return {}
    words = np.array(labels)
    return {name: np.flatnonzero(words == name) for name in names}


def paint_dots(
    painter: QPainter,
    places: NDArray[np.float64],
    kinds: Mapping[str, NDArray[np.int64]],
    table: theme.Tokens,
) -> None:
    """Paint dots at places (N, 2) of the widget in the hues of their labels, or all in one colour."""
    if not kinds:
        _paint_dots_in(painter, places, QColor(table.truth))
    hues = {label: QColor(theme.hue(number, len(kinds))) for number, label in enumerate(kinds)}
    for label, members in kinds.items():
        _paint_dots_in(painter, places[members], hues[label])
    painter.save()
    font = painter.font()
    font.setBold(True)
    font.setPointSizeF(font.pointSizeF() * 1.3)
    painter.setFont(font)
    for label, members in kinds.items():
        x, y = np.median(places[members], 0)
        _paint_label(painter, label, QPointF(x, y), hues[label], table)
    painter.restore()


def _paint_dots_in(painter: QPainter, places: NDArray[np.float64], colour: QColor) -> None:
    painter.setPen(QPen(colour, DOT, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.drawPoints(QPolygonF([QPointF(x, y) for x, y in places]))


def _paint_label(painter: QPainter, label: str, centre: QPointF, hue: QColor, table: theme.Tokens) -> None:
    """A label in a box, its frame in the hue of its points."""
    metrics = painter.fontMetrics()
    label = metrics.elidedText(as_name(label), Qt.TextElideMode.ElideRight, LABEL_WIDTH)
    box = metrics.boundingRect(label).adjusted(-4, -2, 4, 2)
    box.moveCenter(centre.toPoint())
    painter.fillRect(box, QColor(table.paper))
    painter.setPen(hue)
    painter.drawRect(box)
    painter.setPen(QColor(table.text))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, label)


class Sprites:
    """Images on small plates, painted anew only when the images or the colours change."""

    def __init__(self) -> None:
        self._sprites: list[QImage] = []
        self._glyphs: Image | None = None
        self._dark = False

    def paint(
        self, painter: QPainter, glyphs: Image, places: NDArray[np.float64], table: theme.Tokens
    ) -> None:
        """Paint images (N, H, W) with their centres at places (N, 2) of the widget."""
        known = self._glyphs is glyphs or (self._glyphs is not None and np.array_equal(self._glyphs, glyphs))
        if not known or self._dark != table.dark:
            self._sprites = [_plate(glyph, table) for glyph in glyphs]
            self._glyphs, self._dark = glyphs, table.dark
        if not self._sprites:
            return
        size, room = self._sprites[0].size(), painter.viewport()
        corners = np.rint(places - [size.width() / 2, size.height() / 2])
        seen = (corners > [-size.width(), -size.height()]) & (corners < [room.width(), room.height()])
        for index in np.flatnonzero(seen.all(1)).tolist():
            x, y = corners[index].tolist()
            painter.drawImage(int(x), int(y), self._sprites[index])


def _plate(glyph: Image, table: theme.Tokens) -> QImage:
    """An image (H, W) on a small plate with a hairline around it."""
    scale = max(1, round(GLYPH_HEIGHT / glyph.shape[0]))
    surface, line = QColor(table.surface), QColor(table.line)
    ramp = colour_ramp(QColor(table.truth), surface)
    words = ramp[levels(np.repeat(np.repeat(glyph, scale, 0), scale, 1))]
    words = np.pad(words, 3, constant_values=surface.rgb() & 0xFFFFFFFF)
    words[[0, -1], :] = words[:, [0, -1]] = line.rgb() & 0xFFFFFFFF
    return from_words(words)
