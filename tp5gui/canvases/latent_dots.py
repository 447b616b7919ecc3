"""The points of a latent map that are dots, in the hue of their label; painted anew only where they move."""

from collections.abc import Mapping
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter

from tp5gui import theme
from tp5gui.canvases.canvas import on_paper
from tp5gui.canvases.latent_clouds import ellipses, paint_clouds
from tp5gui.canvases.latent_thin import thinned
from tp5gui.canvases.pixels import words_of
from tp5gui.canvases.plane_view import PlaneView
from tp5gui.words import as_name

CLOUDS_UP_TO = 120  # dots, evenly spaced among all, that may have a cloud on show
CLOUDS_APART = 28.0  # px between dots with a cloud
DOT = 2.3  # px: half of a dot
LABEL_WIDTH = 160  # px

Places = NDArray[np.float64]
Flags = NDArray[np.bool_]
Clouds = NDArray[np.float32] | None


class Dots:
    """Dots on the ground of a map."""

    def __init__(self) -> None:
        self._kinds: Mapping[str, NDArray[np.int64]] = {}
        self._layer = QImage()
        self._clouded: Flags = np.zeros(0, dtype=np.bool_)  # of those that may have a cloud, which have
        self._painted: tuple[object, object] = (None, None)  # the ground and the points of the picture

    def put(self, kinds: Mapping[str, NDArray[np.int64]]) -> None:
        """Take the indices of every label that has a hue of its own."""
        self._kinds = kinds
        self._painted = (None, None)

    def image(
        self,
        plane: PlaneView,
        ground: QImage,
        points: NDArray[np.float32],
        clouds: Clouds,
        table: theme.Tokens,
    ) -> QImage:
        """The ground with the points (N, 2) of the plane on it, in pixels of the screen.

        `clouds` (N, 2, 2) are their covariances, if they have any; they move with the points.
        """
        if self._painted[0] is not ground or self._painted[1] is not points:
            self._painted = ground, points
            self._paint(plane, ground, points, clouds, table)
        return self._layer

    def _paint(
        self,
        plane: PlaneView,
        ground: QImage,
        points: NDArray[np.float32],
        clouds: Clouds,
        table: theme.Tokens,
    ) -> None:
        ratio = plane.devicePixelRatioF()
        places = plane.all_to_widget(points) * ratio
        if self._layer.size() != ground.size():
            self._layer = QImage(ground.size(), ground.format())
        words = words_of(self._layer)
        words[:] = words_of(ground)  # a fraction of what a new picture costs
        if clouds is not None:
            painter, some, scale = QPainter(self._layer), self._with_cloud(places), ratio / plane.unit
            paint_clouds(painter, places[some], ellipses(clouds[some]) * [scale, scale, 1], table)
            painter.end()
        colours = np.full(len(places), QColor(table.truth).rgb(), dtype=np.uint32)
        for number, members in enumerate(self._kinds.values()):
            colours[members] = QColor(theme.hue(number, len(self._kinds))).rgb()
        _stamp(words, places, colours, DOT * ratio)
        if not on_paper():
            painter = QPainter(self._layer)
            painter.scale(ratio, ratio)
            self.paint_labels(painter, plane, points, table)
            painter.end()

    def paint_labels(
        self, painter: QPainter, plane: PlaneView, points: NDArray[np.float32], table: theme.Tokens
    ) -> None:
        """Every label in the midst of its points (N, 2); on the screen they are a part of the image."""
        _paint_labels(painter, plane.font(), plane.all_to_widget(points), self._kinds, table)

    def _with_cloud(self, places: Places) -> NDArray[np.intp]:
        """Some dots that are not too near to each other, by number."""
        some = np.unique(np.linspace(0, len(places) - 1, CLOUDS_UP_TO).astype(np.intp))
        before = self._clouded if len(self._clouded) == len(some) else np.zeros(len(some), dtype=np.bool_)
        self._clouded = thinned(places[some], (CLOUDS_APART, CLOUDS_APART), before)
        return some[self._clouded]


@lru_cache(maxsize=8)
def disc(radius: float) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The pixels of a disc, as steps across and down from its middle."""
    reach = int(radius)
    down, across = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    inside = np.hypot(down, across) <= radius
    return across[inside], down[inside]


def _stamp(words: NDArray[np.uint32], places: Places, colours: NDArray[np.uint32], radius: float) -> None:
    """Stamp discs in their colours (N,) around places (N, 2) on a picture."""
    if not len(places):
        return
    reach, (across, down) = int(radius), disc(radius)
    seen = ((places > -reach) & (places < [words.shape[1] + reach, words.shape[0] + reach])).all(1)
    colours = colours[seen]
    x, y = (np.rint(side)[:, None].astype(np.intp) for side in places[seen].T)
    x, y = x + across, y + down
    on = (x >= 0) & (x < words.shape[1]) & (y >= 0) & (y < words.shape[0])
    words[y[on], x[on]] = np.broadcast_to(colours[:, None], x.shape)[on]


def _paint_labels(
    painter: QPainter,
    font: QFont,
    places: Places,
    kinds: Mapping[str, NDArray[np.int64]],
    table: theme.Tokens,
) -> None:
    """Every label in the midst of its points, in a box with its frame in their hue."""
    painter.setFont(theme.sized_font(font, theme.TITLE, strong=True))
    metrics = painter.fontMetrics()
    for number, (label, members) in enumerate(kinds.items()):
        words = metrics.elidedText(as_name(label), Qt.TextElideMode.ElideRight, LABEL_WIDTH)
        box = metrics.boundingRect(words).adjusted(-4, -2, 4, 2)
        x, y = np.median(places[members], 0)
        box.moveCenter(QPointF(x, y).toPoint())
        painter.fillRect(box, QColor(table.paper))
        painter.setPen(QColor(theme.hue(number, len(kinds))))
        painter.drawRect(box)
        painter.setPen(QColor(table.text))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)
