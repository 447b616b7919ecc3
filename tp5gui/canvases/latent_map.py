"""A window onto a plane of latent space: images at their codes, decoded tiles behind, a cursor to drag."""

from collections.abc import Mapping, Sequence
from itertools import compress

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QHideEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QWidget

from tp5gui import theme
from tp5gui.canvases.empty import paint_empty
from tp5gui.canvases.gestures import ENTER, show_tip, step_of
from tp5gui.canvases.glide import Glide
from tp5gui.canvases.latent_marks import paint_cursor, paint_diamond, paint_plate, paint_walk
from tp5gui.canvases.latent_points import Sprites, kinds_of, paint_dots, paintable
from tp5gui.canvases.latent_tiles import tile_grid, tile_sheet
from tp5gui.canvases.pixels import Image
from tp5gui.canvases.plane_view import PlaneView
from tp5gui.words import as_name

GLYPHS_UP_TO = 200  # points; more are drawn as dots
MARGIN = 0.12  # of the spread of the points, around them
SHRUNK = 0.5  # share of the view that the points must fill before it closes in on them
KEY_STEP = 1 / 60  # of the view
FASTER = 5  # times as far with Shift
NEAR = 14  # px from a point within which the mouse names it


class LatentMap(PlaneView):
    """Points, tiles and a cursor on a plane.

    Left button or arrow keys: move the cursor, with Shift faster. Double click or Enter: activate it. F: show
    all points.

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
        self._glide = Glide(self)
        self._glide.moved.connect(self.update)
        self._glyphs: Image | None = None
        self._labels: Sequence[str] = ()
        self._kinds: dict[str, NDArray[np.int64]] = {}  # label -> indices, of dots with few labels
        self._walk: NDArray[np.float32] = np.zeros((0, 2), dtype=np.float32)
        self._joined = False
        self._sprites = Sprites()
        self._tiles: Image | None = None
        self._tiles_in = QRectF()
        self._ground: tuple[object, QPixmap] = (None, QPixmap())  # what lies below the points, and what for
        self._shape = (7, 5)  # of an image, and so of a tile
        self._cursor = QPointF(0, 0)
        self._preview: Image | None = None
        self._caption = ""
        self._drawing = Glide(self)
        self._drawing.moved.connect(self.update)
        self._hint = ""

    # --- what is shown ---

    def set_points(
        self,
        points: NDArray[np.float32],
        glyphs: Image | None,
        labels: Sequence[str],
        *,
        glides: bool = False,
    ) -> None:
        """Show points (N, 2) as their images (N, H, W) in [0, 1], or as dots without; there are N labels.

        Points that come seldom and have moved on from where they were glide there if `glides`.

        Where a few labels come again and again, the dots of every label have a hue of their own and the label
        stands among them. Points that are not finite, or too far for Qt to paint, are left out.
        """
        inside = paintable(points)
        if not inside.all():
            points, labels = points[inside], list(compress(labels, inside))
            glyphs = glyphs[inside] if glyphs is not None else None
        if labels is not self._labels:
            self._labels, self._kinds = labels, kinds_of(labels)
        _move(self._glide, points, glides and self.isVisible())
        self._glyphs = glyphs if len(points) <= GLYPHS_UP_TO else None
        if glyphs is not None:
            self._shape = glyphs.shape[1:]
        if self._fitting and len(points):
            self._follow()

    def set_backdrop(self, tiles: Image | None, bounds: QRectF) -> None:
        """Show decoded tiles (rows, columns, H, W) behind, row 0 at the top (the largest y) of `bounds`.

        None shows none.
        """
        self._tiles, self._tiles_in = tiles, bounds
        self._ground = (None, QPixmap())
        self.update()

    def backdrop_grid(self) -> tuple[int, int, QRectF]:
        """Rows, columns and bounds of the whole tiles that cover the view; none while it has no size."""
        if self.width() < 2 or self.height() < 2:
            return 0, 0, QRectF()
        return tile_grid(self.bounds(), self._unit(), self._shape)

    def set_cursor(self, x: float, y: float) -> None:
        """Put the cursor at a point of the plane."""
        self._cursor = QPointF(x, y)
        self.update()

    def set_cursor_image(self, image: Image | None, caption: str) -> None:
        """Show the image (H, W) that is decoded at the cursor, with a caption below; None for none."""
        self._preview, self._caption = image, caption
        self.update()

    def set_drawing_point(self, x: float, y: float, *, glides: bool = False) -> None:
        """Mark where the person's drawing falls; the mark glides there as points do if `glides`."""
        _move(self._drawing, np.array([[x, y]], dtype=np.float32), glides and self.isVisible())

    def set_walk(self, points: NDArray[np.float32], *, joined: bool) -> None:
        """Mark places (K, 2) of the plane, joined by a line if `joined`; none where K is 0."""
        self._walk, self._joined = points, joined
        self.update()

    def set_hint(self, hint: str) -> None:
        """Set what is said while there are no points."""
        self._hint = hint
        self.update()

    @property
    def points(self) -> NDArray[np.float32]:
        """The points (N, 2) on show, in the plane, where they are in truth."""
        return self._glide.end

    @property
    def painted(self) -> NDArray[np.float32]:
        """Where in the plane the points (N, 2) are painted: on their way, where they glide."""
        return self._glide.now

    @property
    def glyphs(self) -> Image | None:
        """The images (N, H, W) at the points, None where they are dots."""
        return self._glyphs

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
        return self._tiles

    @property
    def tiles_bounds(self) -> QRectF:
        """The rectangle of the plane that the tiles cover: its `top` is the smallest y."""
        return self._tiles_in

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
        return next((QPointF(x, y) for x, y in self._drawing.end.tolist()), None)

    @property
    def walk(self) -> NDArray[np.float32]:
        """The marked places (K, 2) of the plane."""
        return self._walk

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
        """Show all points, and follow them from now on."""
        self._fitting = True
        if len(self.points):
            (left, bottom), (right, top) = self.points.min(0).tolist(), self.points.max(0).tolist()
            self.fit_to((left, bottom), (right, top), MARGIN)

    def _follow(self) -> None:
        """Fit the view only when points leave it or fill little of it, so that it rests most of the time."""
        low, high = self.points.min(0), self.points.max(0)
        view = self.bounds()
        inside = (
            view.left() <= low[0]
            and high[0] <= view.right()
            and view.top() <= low[1]
            and high[1] <= view.bottom()
        )
        filled = max((high[0] - low[0]) / view.width(), (high[1] - low[1]) / view.height())
        if not inside or filled < SHRUNK:
            self.fit()

    # --- gestures ---

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._put(self.to_plane(event.position()))
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grip is None and event.buttons() & Qt.MouseButton.LeftButton:
            self._put(self.to_plane(event.position()))
        else:
            super().mouseMoveEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.cursor_activated.emit(self._cursor.x(), self._cursor.y())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = step_of(event)
        if step is not None:
            faster = FASTER if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
            length = self.bounds().width() * KEY_STEP * faster
            right, down = step
            self._put(self._cursor + QPointF(right * length, -down * length))
        elif event.key() in ENTER:
            self.cursor_activated.emit(self._cursor.x(), self._cursor.y())
        elif event.key() == Qt.Key.Key_F:
            self.fit()
        else:
            super().keyPressEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        for glide in (self._glide, self._drawing):
            glide.arrive()

    def event(self, event: QEvent) -> bool:
        return show_tip(event, self, self._words_at) or super().event(event)

    def _put(self, place: QPointF) -> None:
        self._cursor = place
        self.update()
        self.cursor_moved.emit(place.x(), place.y())

    def _words_at(self, place: QPoint) -> tuple[str, QRect]:
        index = self.point_at(QPointF(place))
        return (as_name(self._labels[index]) if index >= 0 else "", QRect())

    # --- painting ---

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, table = QPainter(self), theme.tokens()
        if not len(self.points):
            painter.fillRect(self.rect(), QColor(table.paper))
            paint_empty(painter, self.rect(), self._hint)
            return
        self._paint_plane(painter, table)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        self._paint_marks(painter, table)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        self.paint_axes(painter, table)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QColor(table.accent if self.hasFocus() else table.line))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def _paint_plane(self, painter: QPainter, table: theme.Tokens) -> None:
        """The tiles, and the points over them."""
        key = (self.bounds(), self.size(), self.devicePixelRatioF(), table)
        if self._ground[0] != key:
            self._ground = key, self._tiled(table)
        painter.drawPixmap(0, 0, self._ground[1])
        places = self.all_to_widget(self.painted)
        if self._glyphs is None:
            paint_dots(painter, places, self._kinds, table)
        else:
            self._sprites.paint(painter, self._glyphs, places, table)

    def _tiled(self, table: theme.Tokens) -> QPixmap:
        """The ground of the view, with the tiles on it."""
        pixmap = self.layer(QColor(table.paper))
        if self._tiles is not None:
            bounds, painter = self._tiles_in, QPainter(pixmap)
            upper_left = self.to_widget(bounds.left(), bounds.bottom())
            lower_right = self.to_widget(bounds.right(), bounds.top())
            painter.drawImage(QRectF(upper_left, lower_right), tile_sheet(self._tiles, table))
            painter.end()
        return pixmap

    def _paint_marks(self, painter: QPainter, table: theme.Tokens) -> None:
        """The walk, the drawing and the cursor."""
        if len(self._walk):
            walk = [self.to_widget(x, y) for x, y in self._walk.tolist()]
            paint_walk(painter, walk, self._joined, table)
        for x, y in self._drawing.now.tolist():
            paint_diamond(painter, self.to_widget(x, y), table)
        cursor = self.to_widget(self._cursor.x(), self._cursor.y())
        paint_cursor(painter, cursor, table)
        if self._preview is not None:
            painter.setFont(theme.caption_font(self.font()))
            paint_plate(painter, self.size(), cursor, self._preview, self._caption, table)


def _move(glide: Glide, places: NDArray[np.float32], glides: bool) -> None:
    """Send places on their way, or put them there."""
    if glides:
        glide.send(places)
    else:
        glide.put(places)
