"""The points of a latent map: which are images and which are dots, and how they are painted."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import compress

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter

from tp5gui import theme
from tp5gui.canvases.latent_clouds import ellipses, paint_clouds
from tp5gui.canvases.latent_images import cell_of, coarse
from tp5gui.canvases.latent_thin import thinned
from tp5gui.canvases.pixels import Image, from_words, levels
from tp5gui.canvases.plane_view import PlaneView
from tp5gui.words import as_name

GLYPHS_UP_TO = 200  # points; more are dots
CLOUDS_UP_TO = 120  # dots, evenly spaced among all, that may have a cloud on show
CLOUDS_APART = 28.0  # px between dots with a cloud
DOT = 2.3  # px: half of a dot
EDGE = 3  # px of paper around an image, and half of that between two
PLATE = 0.8  # opacity of that paper
LABEL_WIDTH = 160  # px
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
    """Points as they are painted on the ground of a map, painted anew only where something has moved.

    Attributes
    ----------
    glyphs : their images (N, H, W), None where all are dots.
    clouds : (N, 2, 2) covariances of their distributions, None where they have none.
    kinds : the indices of the points of every label that has a hue of its own; empty if none has.
    """

    def __init__(self) -> None:
        self.glyphs: Image | None = None
        self.clouds: NDArray[np.float32] | None = None
        self.kinds: Mapping[str, NDArray[np.int64]] = {}
        self._ellipses: NDArray[np.float64] | None = None
        self._stand: Flags = np.zeros(0, dtype=np.bool_)
        self._layer = QImage()
        self._stood_for: tuple[object, ...] | None = None  # the points and the view for which these stand
        self._clouded: Flags = np.zeros(0, dtype=np.bool_)  # of dots that may have a cloud, which have
        self._sprites = Sprites()
        self._painted: tuple[object, object, QImage] = (None, None, QImage())  # ground, points, the picture

    def put(
        self, glyphs: Image | None, clouds: NDArray[np.float32] | None, kinds: Mapping[str, NDArray[np.int64]]
    ) -> None:
        """Take what the points look like."""
        if clouds is not self.clouds:
            self.clouds, self._ellipses = clouds, None if clouds is None else ellipses(clouds)
        self.glyphs, self.kinds = glyphs, kinds
        self._painted = (None, None, QImage())

    def standing(self, plane: PlaneView, points: NDArray[np.float32]) -> Flags:
        """Which of the points (N, 2) of the plane stand as images, (N,); the others are dots."""
        if self.glyphs is None or len(self.glyphs) != len(points):
            return np.zeros(len(points), dtype=np.bool_)
        ratio = plane.devicePixelRatioF()
        key = (points, self.glyphs, plane.bounds(), plane.size(), ratio, theme.tokens().dark)
        if self._stood_for is not None and _same(key, self._stood_for):
            return self._stand
        self._stood_for = key
        wide, high = (side / ratio for side in self._sprites.take(self.glyphs, ratio, theme.tokens()))
        before = self._stand if len(self._stand) == len(points) else np.zeros(len(points), dtype=np.bool_)
        self._stand = thinned(plane.all_to_widget(points), (wide + EDGE, high + EDGE), before)
        return self._stand

    def image(
        self, plane: PlaneView, ground: QImage, points: NDArray[np.float32], table: theme.Tokens
    ) -> QImage:
        """The ground with the points (N, 2) of the plane on it."""
        if self._painted[0] is not ground or self._painted[1] is not points:
            self._painted = ground, points, self._paint(plane, ground, points, table)
        return self._painted[2]

    def _paint(
        self, plane: PlaneView, ground: QImage, points: NDArray[np.float32], table: theme.Tokens
    ) -> QImage:
        image, ratio = self._copy_of(ground), plane.devicePixelRatioF()
        stand = self.standing(plane, points)
        places = plane.all_to_widget(points) * ratio
        painter = QPainter(image)
        if self._ellipses is not None:
            self._sprites.lay_plates(painter, places[stand])
            self._paint_clouds(painter, places, stand, ratio / plane.unit, table)
        painter.end()
        self._stamp_dots(image, places, stand, ratio, table)
        painter = QPainter(image)
        self._sprites.paint(painter, places, stand, plated=self._ellipses is None)
        if self.glyphs is None:
            painter.scale(ratio, ratio)
            _paint_labels(painter, plane.font(), places / ratio, self.kinds, table)
        painter.end()
        image.setDevicePixelRatio(ratio)
        return image

    def _copy_of(self, ground: QImage) -> QImage:
        """The ground in the picture of last time, which costs a fraction of a new one."""
        if self._layer.size() != ground.size():
            self._layer = QImage(ground.size(), ground.format())
        self._layer.setDevicePixelRatio(1)
        _words(self._layer)[:] = _words(ground)
        return self._layer

    def _paint_clouds(
        self, painter: QPainter, places: Places, stand: Flags, scale: float, table: theme.Tokens
    ) -> None:
        """The clouds of the images that stand, or of some dots that are not too near to each other."""
        assert self._ellipses is not None
        some = np.flatnonzero(stand)
        if self.glyphs is None:
            some = np.unique(np.linspace(0, len(places) - 1, CLOUDS_UP_TO).astype(np.intp))
            before = self._clouded if len(self._clouded) == len(some) else np.zeros(len(some), dtype=np.bool_)
            self._clouded = thinned(places[some], (CLOUDS_APART, CLOUDS_APART), before)
            some = some[self._clouded]
        paint_clouds(painter, places[some], self._ellipses[some] * [scale, scale, 1], table)

    def _stamp_dots(
        self, image: QImage, places: Places, stand: Flags, ratio: float, table: theme.Tokens
    ) -> None:
        colours = np.full(len(places), QColor(table.truth).rgb(), dtype=np.uint32)
        for number, members in enumerate(self.kinds.values()):
            colours[members] = QColor(theme.hue(number, len(self.kinds))).rgb()
        words = _words(image)
        if self.glyphs is not None:
            places, colours = places[~stand], colours[~stand]
            _stamp(words, places, np.full_like(colours, QColor(table.paper).rgb()), (DOT + 1) * ratio)
        _stamp(words, places, colours, DOT * ratio)


def _words(image: QImage) -> NDArray[np.uint32]:
    """The colours (height, width) of a picture, to be read and changed."""
    return np.frombuffer(image.bits(), np.uint32).reshape(image.height(), image.width())


def _same(one: tuple[object, ...], other: tuple[object, ...]) -> bool:
    """Whether two keys are of the same two arrays and equal in the rest."""
    return one[0] is other[0] and one[1] is other[1] and one[2:] == other[2:]


@lru_cache(maxsize=8)
def _disc(radius: float) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The pixels of a disc, as steps across and down from its middle."""
    reach = int(radius)
    down, across = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    inside = np.hypot(down, across) <= radius
    return across[inside], down[inside]


def _stamp(words: NDArray[np.uint32], places: Places, colours: NDArray[np.uint32], radius: float) -> None:
    """Stamp discs in their colours (N,) around places (N, 2) on a picture."""
    if not len(places):
        return
    reach, (across, down) = int(radius), _disc(radius)
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


class Sprites:
    """Images as ink that is seen through, and the plate below; made when images or colours change."""

    def __init__(self) -> None:
        self._ink: list[QImage] = []
        self._plate = QImage()
        self._plated: list[QImage] = []  # the ink on its plate
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
        return (self._ink[0].width(), self._ink[0].height()) if self._ink else (1, 1)

    def lay_plates(self, painter: QPainter, places: Places) -> None:
        """Lay a plate around each of some places (N, 2)."""
        self._paint_at(painter, places, [self._plate] * len(places))

    def paint(self, painter: QPainter, places: Places, stand: Flags, *, plated: bool) -> None:
        """Paint the images that stand around their places (N, 2), on a plate each if `plated`."""
        images = self._plated if plated else self._ink
        self._paint_at(painter, places[stand], [images[index] for index in np.flatnonzero(stand).tolist()])

    def _plate_with(self, ink: QImage, edge: int) -> QImage:
        plated = self._plate.copy()
        painter = QPainter(plated)
        painter.drawImage(edge, edge, ink)
        painter.end()
        return plated

    @staticmethod
    def _paint_at(painter: QPainter, places: Places, images: Sequence[QImage]) -> None:
        if not images:
            return
        size, room = images[0].size(), painter.viewport()
        corners = np.rint(places - [size.width() / 2, size.height() / 2])
        seen: Flags = np.asarray(
            ((corners > [-size.width(), -size.height()]) & (corners < [room.width(), room.height()])).all(1)
        )
        for (x, y), image in zip(
            corners[seen].astype(int).tolist(), compress(images, seen.tolist()), strict=True
        ):
            painter.drawImage(x, y, image)


def _ink_ramp(ink: QColor) -> NDArray[np.uint32]:
    """256 colours of an ink from nothing to opaque, premultiplied."""
    alpha = np.arange(256, dtype=np.uint32)
    red, green, blue = ((alpha * part + 127) // 255 for part in (ink.red(), ink.green(), ink.blue()))
    return np.asarray(alpha << 24 | red << 16 | green << 8 | blue, dtype=np.uint32)
