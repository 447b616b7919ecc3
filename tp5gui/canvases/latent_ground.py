"""The ground of a latent map: decoded tiles that fade away from the codes, and where the prior is."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter

from tp5gui import theme
from tp5gui.canvases.latent_clouds import DEVIATIONS, paint_prior, words_beside
from tp5gui.canvases.latent_tiles import SQUARE, clearness, paint_tiles
from tp5gui.canvases.pixels import Image, on_screen, words_of
from tp5gui.canvases.plane_view import PlaneView

Place = tuple[float, float]

ALONG = 5  # places along the words


class Ground:
    """What lies below the points of a map, painted anew only where it has changed.

    Attributes
    ----------
    tiles : the decoded tiles (rows, columns, H, W), None while there are none.
    bounds : the rectangle of the plane that they cover: its `top` is the smallest y.
    prior : the middle of the prior on the plane, None for a run without one.
    words : what is said at the edge of the prior.
    said : where in the widget that is, in the view that was last painted; empty if nowhere.
    """

    def __init__(self) -> None:
        self.tiles: Image | None = None
        self.bounds = QRectF()
        self.prior: Place | None = None
        self.words = ""
        self.said = QRectF()
        self._shown: Image | None = None  # the tiles that are painted, on their way to what they are
        self._painted: tuple[object, QImage] = (None, QImage())  # what for, and the picture

    def set_tiles(self, tiles: Image | None, bounds: QRectF) -> None:
        """Lay tiles, row 0 at the top (the largest y) of the bounds."""
        self.tiles = self._shown = tiles
        self.bounds = bounds
        self._painted = (None, QImage())

    def show(self, tiles: Image) -> None:
        """Paint the tiles as they are on their way."""
        if tiles is not self._shown:
            self._shown, self._painted = tiles, (None, QImage())

    def set_prior(self, prior: Place | None, words: str) -> None:
        """Put the prior where it is by now."""
        if (prior, words) != (self.prior, self.words):
            self.prior, self.words = prior, words
            self._painted = (None, QImage())

    def image(
        self, plane: PlaneView, points: NDArray[np.float32], widest: Callable[[], float], table: theme.Tokens
    ) -> QImage:
        """The ground of a view in pixels of the screen: the same object while nothing changes.

        Tiles fade as the points lie when the ground is painted: with every new tiles, and every other view.

        Parameters
        ----------
        plane : the view.
        points : (N, 2) the codes on the plane.
        widest : gives the units of the plane per pixel where all points are in sight: zooming in clears no
            tile away.
        """
        key = (plane.bounds(), plane.size(), plane.devicePixelRatioF(), plane.font(), table)
        if self._painted[0] != key:
            self._painted = key, self._paint(plane, points, widest, table)
        return self._painted[1]

    def _paint(
        self, plane: PlaneView, points: NDArray[np.float32], widest: Callable[[], float], table: theme.Tokens
    ) -> QImage:
        ratio = plane.devicePixelRatioF()
        image = QImage(on_screen(plane.size(), ratio), QImage.Format.Format_RGB32)
        image.fill(table.paper)
        if self._shown is not None and self._shown.size and self.bounds.width() > 0:
            self._lay_tiles(image, plane, points, widest, table)
        self.said = QRectF()
        if self.prior is not None:
            painter = QPainter(image)
            painter.scale(ratio, ratio)
            middle, radius = plane.to_widget(*self.prior), DEVIATIONS / plane.unit
            flat = not plane.axis_names[1]
            paint_prior(painter, plane.size(), middle, radius, table, flat=flat)
            painter.end()
            metrics = QFontMetricsF(theme.caption_font(plane.font()))
            words = QSizeF(metrics.horizontalAdvance(self.words) + 10, metrics.height() + 2)
            taken, room = plane.all_to_widget(points), plane.beside_axes(table)
            self.said = words_beside(room, middle, radius, words, taken, flat=flat)
        return image

    def paint_words(self, painter: QPainter, table: theme.Tokens) -> None:
        """Say what the prior is, over the points, where the ground was last painted."""
        if self.said.isEmpty():
            return
        paper = QColor(table.paper)
        paper.setAlphaF(0.85)
        painter.fillRect(self.said, paper)
        painter.setPen(QColor(table.text_soft))
        painter.drawText(self.said, Qt.AlignmentFlag.AlignCenter, self.words)

    def along(self) -> NDArray[np.float64]:
        """Places (K, 2) of the widget along the words, which the plate evades as it does images."""
        share = np.linspace(0, 1, 0 if self.said.isEmpty() else ALONG)
        return np.stack([self.said.left() + share * self.said.width(), 0 * share + self.said.center().y()], 1)

    def _lay_tiles(
        self,
        image: QImage,
        plane: PlaneView,
        points: NDArray[np.float32],
        widest: Callable[[], float],
        table: theme.Tokens,
    ) -> None:
        assert self._shown is not None
        (rows, columns), bounds, ratio = self._shown.shape[:2], self.bounds, plane.devicePixelRatioF()
        x = bounds.left() + (np.arange(columns) + 0.5) * bounds.width() / columns
        y = bounds.bottom() - (np.arange(rows) + 0.5) * bounds.height() / rows
        square = SQUARE * max(plane.unit, widest())
        clear = clearness(x, y, points.astype(np.float64), square)
        corner = plane.to_widget(0, 0)
        across, down = (corner.x() + x / plane.unit) * ratio, (corner.y() - y / plane.unit) * ratio
        paint_tiles(words_of(image), self._shown, clear, across, down, ratio, table)
