"""The points of a latent map: which of them are images and which are dots, and how they are painted."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage, QPainter

from tp5gui import theme
from tp5gui.canvases.canvas import on_paper
from tp5gui.canvases.latent_clouds import ellipses, paint_clouds
from tp5gui.canvases.latent_dots import Dots
from tp5gui.canvases.latent_sprites import EDGE, Sprites
from tp5gui.canvases.latent_thin import thinned
from tp5gui.canvases.pixels import Image
from tp5gui.canvases.plane_view import PlaneView

GLYPHS_UP_TO = 200  # points; more are dots
KINDS_UP_TO = 12  # labels that get a hue of their own
MEMBERS = 4  # points per label, at least, for labels to get hues
FARTHEST = 1e9  # units of the plane; Qt cannot paint farther points

Places = NDArray[np.float64]
Flags = NDArray[np.bool_]


def paintable(points: NDArray[np.float32]) -> Flags:
    """Which of the points (N, 2) are finite and near enough to be painted, (N,)."""
    return np.asarray((np.abs(points) < FARTHEST).all(1))


def kinds_of(labels: Sequence[str]) -> dict[str, NDArray[np.int64]]:
    """The indices of every label, in order, where a few labels come again and again; otherwise empty."""
    names = sorted(set(labels))
    if len(names) > KINDS_UP_TO or MEMBERS * len(names) > len(labels):
        return {}
    words = np.array(labels)
    return {name: np.flatnonzero(words == name) for name in names}


class Points:
    """Points as they are painted on the ground of a map.

    Attributes
    ----------
    glyphs : their images (N, H, W), None where all are dots.
    clouds : (N, 2, 2) covariances of their distributions, None where they have none.
    """

    def __init__(self) -> None:
        self.glyphs: Image | None = None
        self.clouds: NDArray[np.float32] | None = None
        self._stand: Flags = np.zeros(0, dtype=np.bool_)
        self._stood_for: tuple[object, ...] | None = None  # the points and the view for which these stand
        self._sprites, self._dots = Sprites(), Dots()

    def put(
        self, glyphs: Image | None, clouds: NDArray[np.float32] | None, kinds: Mapping[str, NDArray[np.int64]]
    ) -> None:
        """Take what the points look like; `kinds` are the indices of every label with a hue of its own."""
        self.glyphs, self.clouds = glyphs, clouds
        self._dots.put(kinds)

    def standing(self, plane: PlaneView, points: NDArray[np.float32]) -> Flags:
        """Which of the points (N, 2) of the plane stand as images, (N,); the others are dots."""
        if self.glyphs is None or len(self.glyphs) != len(points):
            return np.zeros(len(points), dtype=np.bool_)
        ratio = plane.devicePixelRatioF()
        wide, high = (side / ratio for side in self._sprites.take(self.glyphs, ratio, theme.tokens()))
        key = (points, self.glyphs, plane.bounds(), plane.size(), ratio, theme.tokens().dark)
        as_on_screen = on_paper() and len(self._stand) == len(points)
        if as_on_screen or (self._stood_for is not None and _same(key, self._stood_for)):
            return self._stand
        self._stood_for = key
        before = self._stand if len(self._stand) == len(points) else np.zeros(len(points), dtype=np.bool_)
        self._stand = thinned(plane.all_to_widget(points), (wide + EDGE, high + EDGE), before)
        return self._stand

    def paint(
        self,
        painter: QPainter,
        plane: PlaneView,
        ground: QImage,
        points: NDArray[np.float32],
        clouds: NDArray[np.float32] | None,
        stand: Flags,
        table: theme.Tokens,
    ) -> None:
        """Paint the ground, and on it the points (N, 2) of the plane, as images those that `stand`, (N,).

        Points and `clouds` (N, 2, 2) may be on their way.
        """
        ratio = plane.devicePixelRatioF()
        painter.save()
        painter.scale(1 / ratio, 1 / ratio)  # in pixels of the screen
        if self.glyphs is None:
            painter.drawImage(0, 0, self._dots.image(plane, ground, points, clouds, table))
        else:
            painter.drawImage(0, 0, ground)
            room = ground.width(), ground.height()
            places, shapes = plane.all_to_widget(points) * ratio, None
            if clouds is not None:
                shapes = ellipses(clouds[stand]) * [ratio / plane.unit, ratio / plane.unit, 1]
            self._paint_images(painter, room, places, shapes, stand, table)
        painter.restore()
        if self.glyphs is None and on_paper():
            self._dots.paint_labels(painter, plane, points, table)

    def _paint_images(
        self,
        painter: QPainter,
        room: tuple[int, int],
        places: Places,
        clouds: Places | None,
        stand: Flags,
        table: theme.Tokens,
    ) -> None:
        """Paint images, their clouds (K, 3) and dots at places (N, 2), all in pixels of the screen."""
        sprites = self._sprites
        if clouds is not None:
            sprites.lay_plates(painter, room, places[stand])
            paint_clouds(painter, places[stand], clouds, table)
        sprites.dot(painter, room, places[~stand])
        sprites.paint(painter, room, places, stand, plated=clouds is None)


def _same(one: tuple[object, ...], other: tuple[object, ...]) -> bool:
    """Whether two keys are of the same two arrays and equal in the rest."""
    return one[0] is other[0] and one[1] is other[1] and one[2:] == other[2:]
