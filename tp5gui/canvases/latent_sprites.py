"""The images of a latent map, and the dot that stands for one where there is no room."""

from collections.abc import Sequence
from itertools import compress

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage, QPainter

from tp5gui import theme
from tp5gui.canvases.latent_dots import DOT, disc
from tp5gui.canvases.latent_images import cell_of, coarse
from tp5gui.canvases.pixels import Image, from_words, levels

EDGE = 3  # px of paper around an image, and half of that between two
PLATE = 0.8  # opacity of that paper

Places = NDArray[np.float64]
Flags = NDArray[np.bool_]


class Sprites:
    """Images as ink that is seen through, and the plate below; made when images or colours change."""

    def __init__(self) -> None:
        self._ink: list[QImage] = []
        self._plate = QImage()
        self._plated: list[QImage] = []  # the ink on its plate
        self._dot = QImage()
        self._glyphs: Image | None = None
        self._look: tuple[float, bool] | None = None

    def take(self, glyphs: Image, ratio: float, table: theme.Tokens) -> tuple[int, int]:
        """Make the sprites of images (N, H, W); the width and height of one in pixels of the screen."""
        known = self._glyphs is glyphs or (self._glyphs is not None and np.array_equal(self._glyphs, glyphs))
        if not known or self._look != (ratio, table.dark):
            self._glyphs, self._look = glyphs, (ratio, table.dark)
            ramp = _ink_ramp(QColor(table.truth))
            small = coarse(glyphs, ratio)
            cell = cell_of(small.shape[1:], ratio)
            self._ink = [
                from_words(ramp[levels(glyph)].repeat(cell, 0).repeat(cell, 1), see_through=True)
                for glyph in small
            ]
            high, wide = (cell * side for side in small.shape[1:])
            edge = round(EDGE * ratio)
            paper = QColor(table.paper)
            paper.setAlphaF(PLATE)
            self._plate = QImage(wide + 2 * edge, high + 2 * edge, QImage.Format.Format_ARGB32_Premultiplied)
            self._plate.fill(paper)
            self._plated = [self._plate_with(ink, edge) for ink in self._ink]
            self._dot = _dot(ratio, table)
        return (self._ink[0].width(), self._ink[0].height()) if self._ink else (1, 1)

    def lay_plates(self, painter: QPainter, room: tuple[int, int], places: Places) -> None:
        """Lay a plate around each of some places (N, 2) in a room of that width and height."""
        _paint_at(painter, room, places, [self._plate] * len(places))

    def dot(self, painter: QPainter, room: tuple[int, int], places: Places) -> None:
        """Paint a dot around each of some places (N, 2)."""
        _paint_at(painter, room, places, [self._dot] * len(places))

    def paint(
        self, painter: QPainter, room: tuple[int, int], places: Places, stand: Flags, *, plated: bool
    ) -> None:
        """Paint the images that stand around their places (N, 2), on a plate each if `plated`."""
        images = self._plated if plated else self._ink
        some = [images[index] for index in np.flatnonzero(stand).tolist()]
        _paint_at(painter, room, places[stand], some)

    def _plate_with(self, ink: QImage, edge: int) -> QImage:
        plated = self._plate.copy()
        painter = QPainter(plated)
        painter.drawImage(edge, edge, ink)
        painter.end()
        return plated


def _paint_at(painter: QPainter, room: tuple[int, int], places: Places, images: Sequence[QImage]) -> None:
    if not images:
        return
    size = images[0].width(), images[0].height()
    corners = np.rint(places - np.array(size) / 2)
    seen: Flags = np.asarray(((corners > np.negative(size)) & (corners < room)).all(1))
    for (x, y), image in zip(
        corners[seen].astype(int).tolist(), compress(images, seen.tolist()), strict=True
    ):
        painter.drawImage(x, y, image)


def _dot(ratio: float, table: theme.Tokens) -> QImage:
    """A dot with an edge of paper, in pixels of the screen."""
    half = int((DOT + 1) * ratio)
    words = np.zeros((2 * half + 1, 2 * half + 1), dtype=np.uint32)
    for radius, colour in ((DOT + 1, table.paper), (DOT, table.truth)):
        across, down = disc(radius * ratio)
        words[half + down, half + across] = QColor(colour).rgb()
    return from_words(words, see_through=True)


def _ink_ramp(ink: QColor) -> NDArray[np.uint32]:
    """256 colours of an ink from nothing to opaque, premultiplied."""
    alpha = np.arange(256, dtype=np.uint32)
    red, green, blue = ((alpha * part + 127) // 255 for part in (ink.red(), ink.green(), ink.blue()))
    return np.asarray(alpha << 24 | red << 16 | green << 8 | blue, dtype=np.uint32)
