"""A window onto a plane of latent space: images at their codes, decoded tiles behind, a cursor to drag."""

import time
from collections.abc import Mapping, Sequence
from itertools import compress

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from core.base.words import say
from tp5gui import theme
from tp5gui.canvases.canvas import on_paper
from tp5gui.canvases.empty import paint_empty
from tp5gui.canvases.gestures import ENTER, show_tip, step_of, zoom_of
from tp5gui.canvases.glide import STEP, Glide
from tp5gui.canvases.latent_clouds import DEVIATIONS
from tp5gui.canvases.latent_ground import Ground
from tp5gui.canvases.latent_images import size_of
from tp5gui.canvases.latent_marks import edge_towards, paint_arrow, paint_cursor, paint_diamond, paint_walk
from tp5gui.canvases.latent_plate import Plate, beside, paint_plate, picture_of, plate_for
from tp5gui.canvases.latent_points import GLYPHS_UP_TO, Points, kinds_of, paintable
from tp5gui.canvases.latent_tiles import tile_grid
from tp5gui.canvases.latent_trails import Trails
from tp5gui.canvases.latent_words import told_at
from tp5gui.canvases.pixels import Image, draw_image, is_raster, to_qimage
from tp5gui.canvases.plane_view import PlaneView
from tp5gui.words import as_name

MARGIN = 0.1  # of the spread of the points, around them
AHEAD = 0.18  # the same where the points are on the move, so that the view need not follow again at once
WIDEST = 1.0  # of the plane: the half axis of a cloud up to which the view makes room for it
KEY_STEP = 1 / 60  # of the view
FASTER = 5  # times as far with Shift
NEAR = 14  # px from a point within which the mouse names it
ARROW = 16  # px from the middle of the arrow to the cursor within which a click is for it

Corner = tuple[float, float]
Box = tuple[Corner, Corner]
"""The lower left and the upper right corner of a part of the plane."""


class LatentMap(PlaneView):
    """Points with their clouds, tiles, the prior and a cursor on a plane.

    Left button or arrow keys: move the cursor, with Shift faster. + and -: zoom around it. Ctrl and arrow
    keys: move the view. Double click or Enter: activate the cursor. F: show all points. C, or a click on the
    arrow that points to it: bring a cursor back that is out of sight.

    Its frame only grows while points move: what is in sight stays in sight, and sizes can be compared over a
    whole run. F fits it to where they are now, and so does whoever shows another run (`fit`).

    Signals
    -------
    cursor_moved(float, float) : the person moved the cursor to this point of the plane.
    cursor_activated(float, float) : a double click or Enter, with the cursor at this point.
    """

    cursor_moved = Signal(float, float)
    cursor_activated = Signal(float, float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # nothing behind it need be painted
        self._glide = Glide(self, STEP)
        for name, shape in (("points", (0, 2)), ("drawing", (0, 2)), ("walk", (0, 2))):
            self._glide.send(name, np.zeros(shape, dtype=np.float32))
        self._ground, self._look, self._trails = Ground(), Points(), Trails()
        self._rows: NDArray[np.intp] = np.zeros(0, dtype=np.intp)  # of the points that are shown, among all
        self._pointer: QPointF | None = None  # where the mouse is over the map
        self._labels: Sequence[str] = ()
        self._kinds: dict[str, NDArray[np.int64]] = {}  # label -> indices, of dots with few labels
        self._joined = False
        self._shape = (7, 5)  # of an image, and so of a tile
        self._cursor = QPointF(0, 0)
        self._dragging = False  # whether a hand holds the cursor: then nothing moves under it
        self._held = False  # whether the view stays by itself where it is, whatever is shown
        self._frame: Box | None = None  # the part of the plane that the view follows
        self._brought = False  # whether the last click brought the cursor
        self._preview: Image | None = None
        self._caption = ""
        self._plate = Plate(QSizeF(), QRectF(), "")
        self._plate_of: object = None  # what it was made for
        self._plated = QImage()  # how it looks
        self._picture = QImage()  # the image on it
        self._picture_of: tuple[object, object] = (None, None)  # its values and its colours
        self._side: tuple[object, int, QRectF] = (None, -1, QRectF())  # where it is, and for which view
        self._hint = ""

    # --- what is shown ---

    def set_points(
        self,
        points: NDArray[np.float32],
        glyphs: Image | None,
        labels: Sequence[str],
        *,
        clouds: NDArray[np.float32] | None = None,
        glides: float = 0.0,
    ) -> None:
        """Show points (N, 2) as their images (N, H, W) in [0, 1], or as dots without; there are N labels.

        Images that would overlap are dots until there is room. `clouds` (N, 2, 2) are the covariances of the
        points' distributions, where they have any. Points that come seldom glide to where they are now for
        so many seconds at most, and where they glide the view does too.

        Where a few labels come again and again, the dots of every label have a hue of their own and the label
        stands among them. Points that are not finite, or too far for Qt to paint, are left out.
        """
        inside = paintable(points)
        self._rows = np.flatnonzero(inside)
        if not inside.all():
            points, labels = points[inside], list(compress(labels, inside))
            glyphs = glyphs[inside] if glyphs is not None else None
            clouds = clouds[inside] if clouds is not None else None
        if labels is not self._labels:
            self._labels, self._kinds = labels, kinds_of(labels)
        if glyphs is not None:
            self._shape = glyphs.shape[1:]
        glyphs = glyphs if len(points) <= GLYPHS_UP_TO else None
        self._look.put(glyphs, clouds, self._kinds if glyphs is None else {})
        self._glide.send("points", points, glides)
        if clouds is not None:
            self._glide.send("clouds", clouds, glides)
        if self._fitting and len(points) and not self._dragging and not self._held:
            self._follow(glides=glides > 0)

    def set_held(self, held: bool) -> None:
        """Say whether the frame stays whatever is shown, so that places of codes can be compared.

        A hand and F move it all the same.
        """
        self._held = held

    def set_trails(self, paths: NDArray[np.float32] | None, upto: int) -> None:
        """Show where codes came from: paths (n, K, 2) on the plane over K moments, up to moment `upto`.

        One path for every point that `set_points` is given, in their order; None shows none. They are quiet
        and fade with age. The path of the image under the pointer, or else at the cursor while the map has
        the keys, is strong and has dots at its moments; where there are many images it is the only one.
        """
        self._trails.put(paths, upto)
        self.update()

    def set_prior(self, middle: tuple[float, float] | None, words: str) -> None:
        """Show where two standard deviations of the standard normal prior are, with words; None for none."""
        self._ground.set_prior(middle, words)
        self.update()

    def set_backdrop(self, tiles: Image | None, bounds: QRectF, *, glides: float = 0.0) -> None:
        """Show decoded tiles (rows, columns, H, W) behind, row 0 at the top (the largest y) of `bounds`.

        None shows none.
        """
        if tiles is not None:
            self._glide.send("tiles", tiles, glides if bounds == self.tiles_bounds else 0.0)
        self._ground.set_tiles(tiles, bounds)
        self.update()

    def backdrop_grid(self) -> tuple[int, int, QRectF]:
        """Rows, columns and bounds of the whole tiles that cover the view; none while it has no size."""
        if self.width() < 2 or self.height() < 2:
            return 0, 0, QRectF()
        view = self.bounds_to_be()
        return tile_grid(view, view.width() / self.width(), self._shape)

    def set_cursor(self, x: float, y: float) -> None:
        """Put the cursor at a point of the plane."""
        self._cursor = QPointF(x, y)
        self.update()

    def set_cursor_image(self, image: Image | None, caption: str, *, glides: float = 0.0) -> None:
        """Show the image (H, W) that is decoded at the cursor, with a caption below; None for none."""
        self._preview, self._caption = image, caption
        if image is not None:
            self._glide.send("picture", image, 0.0 if self._dragging else glides)
        self.update()

    def set_drawing_point(self, x: float, y: float, *, glides: float = 0.0) -> None:
        """Mark where the person's drawing falls; the mark glides there as points do."""
        self._glide.send("drawing", np.array([[x, y]], dtype=np.float32), glides)

    def set_walk(self, points: NDArray[np.float32], *, joined: bool, glides: float = 0.0) -> None:
        """Mark places (K, 2) of the plane, joined by a line if `joined`; none where K is 0."""
        self._joined = joined
        self._glide.send("walk", points, glides)

    def set_hint(self, hint: str) -> None:
        """Set what is said while there are no points."""
        self._hint = hint
        self.update()

    @property
    def points(self) -> NDArray[np.float32]:
        """The points (N, 2) on show, in the plane, where they are in truth."""
        return self._glide.end("points")

    @property
    def painted(self) -> NDArray[np.float32]:
        """Where in the plane the points (N, 2) are painted: on their way, where they glide."""
        return self._glide.now("points")

    @property
    def glyphs(self) -> Image | None:
        """The images (N, H, W) at the points, None where they are dots."""
        return self._look.glyphs

    @property
    def standing(self) -> NDArray[np.bool_]:
        """Which of the N points stand as images where they are, or glide to; the others are dots."""
        return self._look.standing(self, self.points)

    @property
    def clouds(self) -> NDArray[np.float32] | None:
        """The covariances (N, 2, 2) of the points' distributions, None where they have none."""
        return self._look.clouds

    @property
    def prior(self) -> tuple[float, float] | None:
        """The middle of the prior on the plane, None where there is none."""
        return self._ground.prior

    @property
    def labels(self) -> Sequence[str]:
        """The N labels of the points."""
        return self._labels

    @property
    def kinds(self) -> Mapping[str, NDArray[np.int64]]:
        """The indices of the points of every label that has a hue of its own; empty if none has."""
        return self._kinds

    @property
    def tiles(self) -> Image | None:
        """The decoded tiles (rows, columns, H, W) behind, None while there are none."""
        return self._ground.tiles

    @property
    def tiles_bounds(self) -> QRectF:
        """The rectangle of the plane that the tiles cover: its `top` is the smallest y."""
        return self._ground.bounds

    @property
    def cursor_point(self) -> QPointF:
        """Where in the plane the cursor is."""
        return self._cursor

    @property
    def trails(self) -> NDArray[np.float32] | None:
        """The paths (n, K, 2) of the images, None where none are shown."""
        return self._trails.paths

    @property
    def trailed(self) -> int:
        """The point whose path is strong, by number; -1 for none."""
        if self._trails.paths is None or not len(self.points):
            return -1
        pointed = -1 if self._pointer is None else self.point_at(self._pointer)
        if pointed >= 0 or not self.hasFocus():
            return pointed
        return self.point_at(self.to_widget(self._cursor.x(), self._cursor.y()))

    @property
    def arrow(self) -> QPointF | None:
        """Where in the widget the arrow to a cursor out of sight is, None while the cursor is in sight."""
        place = self.to_widget(self._cursor.x(), self._cursor.y())
        if self.rect().toRectF().contains(place):
            return None
        return edge_towards(self.size(), place)[0]

    @property
    def plate(self) -> QRectF:
        """Where in the widget the image at the cursor is shown; empty while there is none."""
        return self._side[2] if self._preview is not None else QRectF()

    @property
    def cursor_image(self) -> Image | None:
        """The image (H, W) beside the cursor, None while there is none."""
        return self._preview

    @property
    def caption(self) -> str:
        """The words below the image beside the cursor."""
        return self._caption

    @property
    def drawing_point(self) -> QPointF | None:
        """Where the person's drawing falls in the plane, None while it is not known."""
        return next((QPointF(x, y) for x, y in self._glide.end("drawing").tolist()), None)

    @property
    def walk(self) -> NDArray[np.float32]:
        """The marked places (K, 2) of the plane."""
        return self._glide.end("walk")

    @property
    def walk_joined(self) -> bool:
        """Whether a line joins the marked places."""
        return self._joined

    @property
    def hint(self) -> str:
        """What is said while there are no points."""
        return self._hint

    def point_at(self, place: QPointF) -> int:
        """The index of the point nearest to a place of the widget, -1 if none is near."""
        if not len(self.points):
            return -1
        away = np.hypot(*(self.all_to_widget(self.painted) - [place.x(), place.y()]).T)
        nearest = int(away.argmin())
        return nearest if away[nearest] <= NEAR else -1

    # --- the view ---

    def fit(self) -> None:
        """Show all points, no wider than they need, and follow them from now on."""
        self._fitting = True
        if len(self.points):
            self._frame = _widened(self._extent(), MARGIN)
            self.fit_to(*self._frame, 0)

    def look_as(self, other: PlaneView) -> None:
        super().look_as(other)
        if isinstance(other, LatentMap):
            self._frame = other._frame

    def refit(self) -> None:
        if self._frame is None:
            self.fit()
        else:
            self.fit_to(*self._frame, 0)

    def covers(self, x: float, y: float) -> bool:
        """Whether a place of the plane lies where the points are, with their clouds and the prior."""
        (left, bottom), (right, top) = self._extent()
        aside, over = MARGIN * (right - left), MARGIN * (top - bottom)
        across = left - aside <= x <= right + aside
        return across and (not self.axis_names[1] or bottom - over <= y <= top + over)

    def _extent(self) -> Box:
        """The lower left and the upper right corner of all that should be in sight."""
        low, high = self.points.min(0), self.points.max(0)
        if self.clouds is not None:
            halves = np.sqrt(self.clouds[:, (0, 1), (0, 1)]).clip(max=WIDEST)
            low, high = (self.points - halves).min(0), (self.points + halves).max(0)
        if self.prior is not None:
            reach = np.array([DEVIATIONS, DEVIATIONS if self.axis_names[1] else 0])
            low, high = np.minimum(low, self.prior - reach), np.maximum(high, self.prior + reach)
        (left, bottom), (right, top) = low.tolist(), high.tolist()
        return (left, bottom), (right, top)

    def _widest(self) -> float:
        """Units of the plane per pixel where everything is in sight."""
        return self.unit_around(*self._extent(), MARGIN)

    def _follow(self, *, glides: bool) -> None:
        """Let the view grow when points leave it, so that it rests most of the time."""
        extent, view = self._extent(), self.bounds_to_be()
        (left, bottom), (right, top) = extent
        inside = (
            view.left() <= left and right <= view.right() and view.top() <= bottom and top <= view.bottom()
        )
        if self._frame is None:
            self.fit()
        elif not inside:
            frame = _around(self._frame, _widened(extent, AHEAD if glides else MARGIN))
            if min(self.width(), self.height()) > 1:  # else there is no view that anybody has seen
                frame = _around(frame, ((view.left(), view.top()), (view.right(), view.bottom())))
            self._frame = frame
            self.fit_to(*frame, 0, glides=glides)

    # --- gestures ---

    def bring_cursor(self) -> None:
        """Put the cursor in the middle of the view."""
        self._put(QPointF(self.bounds().center()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
            return
        self._brought = self._is_on_arrow(event.position())
        if self._brought:
            self.bring_cursor()
        else:
            self._dragging = True
            self._rest()
            self._put(self.to_plane(event.position()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point(event.position())
        if self._grip is None and self._dragging:
            self._put(self.to_plane(event.position()))
        else:
            super().mouseMoveEvent(event)
            if self._grip is None:
                points = self._is_on_arrow(event.position())
                self.setCursor(Qt.CursorShape.PointingHandCursor if points else Qt.CursorShape.CrossCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._dragging = False
        super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        # the first of two clicks on the arrow has brought the cursor: what it is on by now was not meant
        if event.button() == Qt.MouseButton.LeftButton and not self._brought:
            self.cursor_activated.emit(self._cursor.x(), self._cursor.y())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step, nearer = step_of(event), zoom_of(event)
        if nearer:
            around = self.to_widget(self._cursor.x(), self._cursor.y())
            self.zoom(nearer, around if self.arrow is None else self.rect().toRectF().center())
        elif step is not None and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.look_aside(*step)
        elif step is not None:
            faster = FASTER if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
            length = self.bounds().width() * KEY_STEP * faster
            right, down = step
            self._put(self._cursor + QPointF(right * length, -down * length))
        elif event.key() in ENTER:
            self.cursor_activated.emit(self._cursor.x(), self._cursor.y())
        elif event.key() == Qt.Key.Key_F:
            self.fit()
        elif event.key() == Qt.Key.Key_C:
            self.bring_cursor()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        return show_tip(event, self, self.words_at) or super().event(event)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._point(None)

    def _point(self, place: QPointF | None) -> None:
        """Take where the mouse is; the path of what it is on is painted anew."""
        before, self._pointer = self.trailed, place
        if self.trailed != before:
            self.update()

    def _put(self, place: QPointF) -> None:
        self._cursor = place
        self.update()
        self.cursor_moved.emit(place.x(), place.y())

    def _is_on_arrow(self, place: QPointF) -> bool:
        arrow = self.arrow
        return arrow is not None and (arrow - place).manhattanLength() <= ARROW * 1.4

    def words_at(self, place: QPoint) -> tuple[str, QRect]:
        """What there is to say of a place of the widget, "" for nothing, as `show_tip` asks."""
        if self._is_on_arrow(QPointF(place)):
            return say("The cursor is out of sight, this way. A click here, or C, brings it back."), QRect()
        index = self.point_at(QPointF(place))
        if index < 0:
            return told_at(self, QPointF(place)), QRect()
        name = as_name(self._labels[index])
        hidden = self.glyphs is not None and not self.standing[index]
        return (say("{name}: zoom in to see it", name=name) if hidden else name), QRect()

    # --- painting ---

    def paintEvent(self, event: QPaintEvent) -> None:
        start = time.thread_time()
        painter, table = QPainter(self), theme.tokens()
        if not len(self.points):
            painter.fillRect(self.rect(), QColor(table.paper))
            paint_empty(painter, self.rect(), self._hint)
            return
        points = self.painted
        if self._ground.tiles is not None:
            self._ground.show(self._glide.now("tiles"))
        clouds = self._glide.now("clouds") if self.clouds is not None else None
        ground = self._ground.image(self, points, self._widest, table)
        ground = self._trails.image(self, ground, table)
        self._look.paint(painter, self, ground, points, clouds, self.standing, table)
        painter.setFont(theme.caption_font(self.font()))
        self._ground.paint_words(painter, table)
        self.paint_axes(painter, table)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        self._paint_marks(painter, table)  # over the figures, which would run through the words on the plate
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QColor(table.line))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()
        if not on_paper():
            self._glide.costs(time.thread_time() - start)

    def _paint_marks(self, painter: QPainter, table: theme.Tokens) -> None:
        """The path of one image, the walk, the drawing and the cursor, or the way to it."""
        trailed = -1 if on_paper() else self.trailed
        if trailed >= 0:
            free = QSizeF(*size_of(self._shape, 1.0)) if self.standing[trailed] else QSizeF()
            self._trails.paint_one(painter, self, int(self._rows[trailed]), free, table)
        walk = [self.to_widget(x, y) for x, y in self._glide.now("walk").tolist()]
        if walk:
            paint_walk(painter, walk, self._joined, table)
        for x, y in self._glide.now("drawing").tolist():
            paint_diamond(painter, self.to_widget(x, y), table)
        cursor = self.to_widget(self._cursor.x(), self._cursor.y())
        if self.arrow is None:
            paint_cursor(painter, cursor, table)
        else:
            cursor, angle = edge_towards(self.size(), cursor)
            paint_arrow(painter, cursor, angle, table)
        if self._preview is not None:
            self._paint_plate(painter, cursor, self._preview, table)

    def _paint_plate(self, painter: QPainter, cursor: QPointF, preview: Image, table: theme.Tokens) -> None:
        """The image at the cursor. Its plate moves only when the cursor or the view does."""
        ratio, clear = self.devicePixelRatioF(), self.clear_of_axes(table)
        key = (preview.shape, self._caption, self.size(), clear.height(), ratio, self.font(), table)
        if self._plate_of != key:
            self._plate_of, font = key, theme.caption_font(self.font())
            self._plate = plate_for(preview.shape, self._caption, font, self.size(), clear.height())
            self._plated = picture_of(self._plate, font, ratio, table)
        where = (cursor, self.bounds(), self._plate.size, clear)
        if self._side[0] != where:
            taken = np.concatenate([self.all_to_widget(self.painted[self.standing]), self._ground.along()])
            rooms = clear, self.rect().toRectF()
            self._side = where, *beside(rooms, self._plate.size, cursor, taken, self._side[1])
        corner = self._side[2].topLeft()
        if is_raster(painter):
            painter.drawImage(corner, self._plated)
        else:
            painter.save()
            painter.translate(corner)
            paint_plate(painter, self._plate, theme.caption_font(self.font()), table)
            painter.restore()
        values = self._glide.now("picture")
        if self._picture_of[0] is not values or self._picture_of[1] is not table:
            self._picture_of = values, table
            self._picture = to_qimage(values, QColor(table.output), QColor(table.paper))
        draw_image(painter, self._plate.spot.translated(corner), self._picture)


def _widened(box: Box, margin: float) -> Box:
    """A box and around it a margin that is a share of its sides."""
    (left, bottom), (right, top) = box
    aside, over = margin * (right - left), margin * (top - bottom)
    return (left - aside, bottom - over), (right + aside, top + over)


def _around(one: Box, other: Box) -> Box:
    """The least box that holds both."""
    low = min(one[0][0], other[0][0]), min(one[0][1], other[0][1])
    return low, (max(one[1][0], other[1][0]), max(one[1][1], other[1][1]))
