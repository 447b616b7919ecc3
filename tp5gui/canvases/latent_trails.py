"""Where the codes of a map came from: the path of every image, quiet and fading with age, and one strong.

The quiet paths are one picture with the ground of the map. It is sampled once for every view; of which
moment the last samples are is a matter of where the list of samples ends. No widget.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QRegion

from tp5gui import theme
from tp5gui.canvases.latent_points import GLYPHS_UP_TO, paintable
from tp5gui.canvases.pixels import words_of
from tp5gui.canvases.plane_view import PlaneView

SAMPLES = 40_000  # of all paths together; longer ones are dotted, so that a picture never takes long
FRESH, OLD = 0.8, 0.25  # how opaque a path is where it is newest, and at least
FADES = 0.25  # share of the moments after which about a third of what was above the least is left
STRONG, EDGE, DOT = 2.0, 5.0, 5.0  # px: the strong path, its edge of paper, and its dots
APART = 10.0  # px between two dots, at least

Paths = NDArray[np.float32]
Places = NDArray[np.float64]
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Samples:
    """Pixels of a picture along paths, in the order of the moments: of two at every place, near and far.

    Attributes
    ----------
    near, far : (S,) by number, row by row.
    weights : (S,) how much of the nearer one a line one pixel wide covers, 0.5 to 1; of the other, the rest.
    steps : (S,) from which moment to the next it was there.
    ends : (K,) how many places lie on the way to every moment.
    """

    near: NDArray[np.int32]
    far: NDArray[np.int32]
    weights: NDArray[np.float32]
    steps: NDArray[np.intp]
    ends: NDArray[np.intp]


class Trails:
    """The paths of images over the plane of a map."""

    def __init__(self) -> None:
        self.paths: Paths | None = None
        self.upto = 0
        self._samples: tuple[object, Samples | None] = (None, None)  # what for, and the samples
        self._painted: tuple[object, QImage] = (None, QImage())  # what for, and the picture
        self._ground = QImage()  # below what is painted
        self._covered: Floats = np.zeros(0, dtype=np.float32)  # by pixel, how much; nothing between paintings

    def put(self, paths: Paths | None, upto: int) -> None:
        """Take paths (n, K, 2) on the plane, None for none, to be shown up to moment `upto` from 0."""
        if paths is not self.paths:
            self.paths, self._samples = paths, (None, None)
            self._ground = QImage()
        self.upto = upto

    def image(self, plane: PlaneView, ground: QImage, table: theme.Tokens) -> QImage:
        """The ground of a view with the paths on it, in pixels of the screen; kept while nothing changes.

        The ground itself where there is none to draw, or more than can be told apart.
        """
        if self.paths is None or len(self.paths) > GLYPHS_UP_TO or self.upto < 1:
            return ground
        view = (plane.bounds(), plane.size(), plane.devicePixelRatioF())
        if self._samples[0] != view:
            self._samples = view, self._sampled(plane, ground)
        key = (view, self.upto, table)
        if self._ground is not ground or self._painted[0] != key:
            self._ground, self._painted = ground, (key, self._paint(ground, table))
        return self._painted[1]

    def path(self, index: int) -> Paths:
        """The places (k, 2) of an image up to the moment that is shown, those left out that are nowhere."""
        if self.paths is None or not 0 <= index < len(self.paths):
            return np.zeros((0, 2), dtype=np.float32)
        path = self.paths[index, : self.upto + 1]
        return path[paintable(path)]

    def paint_one(
        self, painter: QPainter, plane: PlaneView, index: int, free: QSizeF, table: theme.Tokens
    ) -> None:
        """Paint the path of one image strong, with dots at moments; `free` of its end stays as it is."""
        path = self.path(index)
        if len(path) < 2:
            return
        line = [QPointF(x, y) for x, y in plane.all_to_widget(path).tolist()]
        lines = [QLineF(start, end) for start, end in pairwise(line)]  # one that crosses itself is dear
        corner = line[-1] - QPointF(free.width() / 2, free.height() / 2)
        painter.save()
        painter.setClipRegion(QRegion(plane.rect()).subtracted(QRegion(QRectF(corner, free).toAlignedRect())))
        for colour, thick in ((table.paper, EDGE), (table.code, STRONG)):
            painter.setPen(QPen(QColor(colour), thick))
            painter.drawLines(lines)
        painter.setPen(QPen(QColor(table.code), DOT, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawPoints(_apart(line))
        painter.restore()

    def _sampled(self, plane: PlaneView, ground: QImage) -> Samples:
        assert self.paths is not None
        count, moments = self.paths.shape[:2]
        places = plane.all_to_widget(self.paths.reshape(-1, 2)).reshape(count, moments, 2)
        return samples_of(places * plane.devicePixelRatioF(), (ground.width(), ground.height()))

    def _paint(self, ground: QImage, table: theme.Tokens) -> QImage:
        samples = self._samples[1]
        assert samples is not None
        image = ground.copy()
        last = min(self.upto, len(samples.ends) - 1)
        end = int(samples.ends[last])
        if not end:
            return image
        words = words_of(image)
        fade = _fade(last, len(samples.ends))
        flat = words.reshape(-1)
        if self._covered.size != flat.size:
            self._covered = np.zeros(flat.size, dtype=np.float32)
        covered, share, fresh = self._covered, samples.weights[:end], fade[samples.steps[:end]]
        # where a pixel comes again, what is assigned last holds: the newest, and the nearer before the other
        share = share * fresh
        covered[samples.far[:end]] = fresh - share
        covered[samples.near[:end]] = share
        touched = np.flatnonzero(covered)
        flat[touched] = blended(flat[touched], covered[touched], QColor(table.code).rgb())
        covered[touched] = 0
        return image


Within = tuple[NDArray[np.bool_], Floats, Floats, Floats, Floats]
"""Which lines are seen; where each of those begins, x and y, and how far it goes to the right and down."""


def samples_of(places: Places, room: tuple[int, int]) -> Samples:
    """The pixels along paths (n, K, 2) over a picture of that width and height, all in its pixels.

    A line covers two pixels of every column that it crosses, or of every row where it is steep, each by as
    much as it is near. What is not finite or outside is left out.
    """
    moments = places.shape[1]
    wide, high = room
    across, up = (np.ascontiguousarray(places[..., axis].T) for axis in (0, 1))  # (K, n) each
    seen, x, y, right, down = _within(across, up, room)
    step = np.repeat(np.arange(moments - 1), places.shape[0])[seen]
    lengths = np.maximum(np.abs(right), np.abs(down))
    counts = np.ceil(lengths / max(1.0, float(lengths.sum()) / SAMPLES)).astype(np.intp)
    counts = np.maximum(counts, 1)
    which = np.arange(len(counts)).repeat(counts)
    nth = np.arange(len(which), dtype=np.float32) - (np.cumsum(counts) - counts).astype(np.float32)[which]
    share = (nth + np.float32(0.5)) / counts.astype(np.float32)[which]
    across, under = x[which] + share * right[which], y[which] + share * down[which]
    column, row = across.astype(np.int32), under.astype(np.int32)  # both 0 or more
    steep = (np.abs(down) > np.abs(right))[which]
    off = np.where(steep, across - column, under - row) - np.float32(0.5)  # from the middle of the pixel
    beside = np.where(off < 0, np.int32(-1), np.int32(1))
    column_beside, row_beside = np.where(steep, column + beside, column), np.where(steep, row, row + beside)
    inside = (column < wide) & (row < high) & (column_beside >= 0) & (column_beside < wide)
    inside &= (row_beside >= 0) & (row_beside < high)
    steps = step[which][inside]
    return Samples(
        near=(row * np.int32(wide) + column)[inside],
        far=(row_beside * np.int32(wide) + column_beside)[inside],
        weights=(1 - np.abs(off))[inside],
        steps=steps,
        ends=np.searchsorted(steps, np.arange(moments), side="left"),  # the way to moment k: steps below k
    )


def _apart(places: list[QPointF]) -> list[QPointF]:
    """Those of places along a path that lie apart, from its end on."""
    kept = places[-1:]
    for place in reversed(places):
        way = place - kept[-1]
        if way.x() ** 2 + way.y() ** 2 >= APART**2:
            kept.append(place)
    return kept


def _within(x: Places, y: Places, room: tuple[int, int]) -> Within:
    """What of the lines between places (K, n), row after row, lies within a picture (Liang, Barsky 1984).

    Returns
    -------
    Which of the (K - 1) n lines are seen; and of these T, where each begins, x and y, and how far it goes
    from there to the right and down, (T,) each.
    """
    enters, leaves = np.zeros(x[1:].size), np.ones(x[1:].size)
    starts, ways = [], []
    with np.errstate(invalid="ignore", over="ignore"):
        for along, size in ((x, room[0]), (y, room[1])):
            start, way = along[:-1].ravel(), np.diff(along, axis=0).ravel()
            way[way == 0] = 1e-9
            one, other = -start / way, (size - start) / way  # where it meets the edges
            enters = np.maximum(enters, np.minimum(one, other))
            leaves = np.minimum(leaves, np.maximum(one, other))
            starts.append(start)
            ways.append(way)
        seen = enters < leaves  # of what is not finite, never
    enters, share = enters[seen], (leaves - enters)[seen]
    inside = [start[seen] + enters * way[seen] for start, way in zip(starts, ways, strict=True)]
    inside += [way[seen] * share for way in ways]
    left, top, right, down = (values.astype(np.float32) for values in inside)
    return seen, left, top, right, down


def _fade(last: int, moments: int) -> NDArray[np.float32]:
    """How opaque every step up to a moment is, the newest one most: (last,)."""
    age = np.arange(last)[::-1] / max(1.0, FADES * moments)
    return (OLD + (FRESH - OLD) * np.exp(-age)).astype(np.float32)


def blended(below: NDArray[np.uint32], share: NDArray[np.float32], colour: int) -> NDArray[np.uint32]:
    """Colours below with a share of another one over them, red with blue and green by itself."""
    part = (share * 256).astype(np.uint32)
    mixed = np.full(below.shape, 0xFF000000, dtype=np.uint32)
    for mask in (np.uint32(0xFF00FF), np.uint32(0x00FF00)):
        both = (below & mask) * (256 - part) + (np.uint32(colour) & mask) * part
        mixed |= (both >> np.uint32(8)) & mask
    return mixed
