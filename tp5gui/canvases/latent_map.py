"""A window onto a plane of latent space: glyphs at the codes, decoded tiles behind, a cursor to drag."""

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QHelpEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QToolTip, QWidget

from tp5gui import theme
from tp5gui.canvases.pixels import Image, colour_ramp, from_words, levels, to_qimage
from tp5gui.canvases.plane_view import PlaneView

TILE = 30  # px: the width a decoded tile aims at
GLYPHS_UP_TO = 200  # points; more are drawn as dots
GLYPH_HEIGHT = 21  # px of a glyph's sprite, about
PREVIEW_HEIGHT = 84  # px of the image beside the cursor, about
MARGIN = 0.12  # of the spread of the points, around them
SHRUNK = 0.5  # share of the view that the points must fill before it closes in on them
KEY_STEP = 1 / 60  # of the view
FARTHEST = 1e9  # plane units
KINDS_UP_TO = 12  # labels that get a hue of their own
NEAR = 14  # px from a point within which the mouse names it


class LatentMap(PlaneView):
    """Points, tiles and a cursor on a plane.

    Left button: the cursor. F: show all points. Arrows: the cursor, faster with Shift; Enter: activate it.

    Signals
    -------
    cursor_moved(float, float) : where the hand put the cursor, in the plane.
    cursor_activated(float, float) : a double click, or Enter.
    """

    cursor_moved = Signal(float, float)
    cursor_activated = Signal(float, float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._points: NDArray[np.float32] = np.zeros((0, 2), dtype=np.float32)
        self._glyphs: Image | None = None
        self._labels: Sequence[str] = ()
        self._kinds: dict[str, NDArray[np.int64]] = {}  # label -> indices, of dots with few labels
        self._walk: NDArray[np.float32] = np.zeros((0, 2), dtype=np.float32)
        self._joined = False
        self._sprites: list[QImage] = []
        self._sprites_of: tuple[object, bool] = (None, False)
        self._tiles: Image | None = None
        self._tiles_in = QRectF()
        self._cell = (7, 5)
        self._cursor = QPointF(0, 0)
        self._preview: Image | None = None
        self._caption = ""
        self._drawing: QPointF | None = None
        self._hint = ""

    # --- what is shown ---

    def set_points(self, points: NDArray[np.float32], glyphs: Image | None, labels: Sequence[str]) -> None:
        """Show points (N, 2) with their glyphs (N, H, W) in [0, 1], or dots without; N labels.

        Dots whose labels come again and again get a hue for every label, and the label in their midst.
        Points that are not finite, or too far for Qt to paint, are left out.
        """
        here = np.asarray((np.abs(points) < FARTHEST).all(1))
        if not here.all():
            points, labels = (
                points[here],
                [label for label, inside in zip(labels, here, strict=True) if inside],
            )
            glyphs = glyphs[here] if glyphs is not None else None
        if labels is not self._labels:
            self._labels, self._kinds = labels, _kinds(labels)
        self._points = points
        self._glyphs = glyphs if len(points) <= GLYPHS_UP_TO else None
        if glyphs is not None:
            self._cell = glyphs.shape[1:]
        if self._fitting and len(points):
            self._follow()
        self.update()

    def set_backdrop(self, tiles: Image, bounds: QRectF) -> None:
        """Show decoded tiles (rows, columns, H, W) behind, row 0 at the top (the largest y) of `bounds`."""
        self._tiles, self._tiles_in = tiles, bounds
        self.update()

    def backdrop_grid(self) -> tuple[int, int, QRectF]:
        """Rows, columns and bounds of the tiles that suit the view: whole tiles, a little beyond its edges.

        The grid lies fast in the plane, so that tiles stay where they are while the view moves.
        """
        if self.width() < 2 or self.height() < 2:
            return 0, 0, QRectF()
        high, wide = self._cell
        step = 2.0 ** math.ceil(math.log2(TILE * self._unit() * 0.75))  # plane units a tile, in powers of two
        step_y = step * high / wide
        view = self.bounds()
        left, right = math.floor(view.left() / step), math.ceil(view.right() / step)
        bottom, top = math.floor(view.top() / step_y), math.ceil(view.bottom() / step_y)
        bounds = QRectF(left * step, bottom * step_y, (right - left) * step, (top - bottom) * step_y)
        return top - bottom, right - left, bounds

    def set_cursor(self, x: float, y: float) -> None:
        """Put the cursor at a point of the plane."""
        self._cursor = QPointF(x, y)
        self.update()

    def set_cursor_image(self, image: Image | None, caption: str) -> None:
        """Show the image (H, W) that lives at the cursor, with a few words below."""
        self._preview, self._caption = image, caption
        self.update()

    def set_drawing_point(self, x: float, y: float) -> None:
        """Mark where the person's drawing falls."""
        self._drawing = QPointF(x, y)
        self.update()

    def set_walk(self, points: NDArray[np.float32], *, joined: bool) -> None:
        """Mark places of the plane, (K, 2), `joined` by a line where they are a walk; none where K is 0."""
        self._walk, self._joined = points, joined
        self.update()

    def set_hint(self, hint: str) -> None:
        """What to say while there are no points."""
        self._hint = hint

    @property
    def points(self) -> NDArray[np.float32]:
        """The points (N, 2) on show, in the plane."""
        return self._points

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
    def cursor_place(self) -> QPointF:
        """Where the cursor is, in the plane."""
        return self._cursor

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
        return self._drawing

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

    # --- the view ---

    def fit(self) -> None:
        """Show all points, and follow them from now on."""
        self._fitting = True
        if len(self._points):
            (left, bottom), (right, top) = self._points.min(0).tolist(), self._points.max(0).tolist()
            self.fit_to((left, bottom), (right, top), MARGIN)

    def _follow(self) -> None:
        """Refit only when points leave the view or have drawn well together, so that the view is at rest."""
        low, high = self._points.min(0), self._points.max(0)
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
        moves = {
            Qt.Key.Key_Left: (-1, 0),
            Qt.Key.Key_Right: (1, 0),
            Qt.Key.Key_Up: (0, 1),
            Qt.Key.Key_Down: (0, -1),
        }
        if event.key() in moves:
            faster = 5 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
            step = self.bounds().width() * KEY_STEP * faster
            right, up = moves[Qt.Key(event.key())]
            self._put(self._cursor + QPointF(right * step, up * step))
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.cursor_activated.emit(self._cursor.x(), self._cursor.y())
        elif event.key() == Qt.Key.Key_F:
            self.fit()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent):
            index = self.point_at(QPointF(event.pos()))
            if index >= 0:
                QToolTip.showText(event.globalPos(), self._labels[index], self)
                return True
        return super().event(event)

    def _put(self, place: QPointF) -> None:
        self._cursor = place
        self.update()
        self.cursor_moved.emit(place.x(), place.y())

    def point_at(self, place: QPointF) -> int:
        """The index of the point nearest to a place of the widget, -1 if none is near."""
        if not len(self._points):
            return -1
        away = np.hypot(*(self._on_screen() - [place.x(), place.y()]).T)
        nearest = int(away.argmin())
        return nearest if away[nearest] <= NEAR else -1

    # --- painting ---

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, table = QPainter(self), theme.tokens()
        painter.fillRect(self.rect(), QColor(table.paper))
        if not len(self._points):
            painter.setPen(QColor(table.text_soft))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect().adjusted(24, 24, -24, -24), flags, self._hint)
            return
        self._paint_tiles(painter, table)
        self._paint_points(painter, table)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        if len(self._walk):
            self._paint_walk(painter, table)
        self._paint_drawing(painter, table)
        self._paint_cursor(painter, table)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        self.paint_axes(painter, table)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QColor(table.accent if self.hasFocus() else table.line))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def _paint_tiles(self, painter: QPainter, table: theme.Tokens) -> None:
        if self._tiles is None:
            return
        rows, columns, high, wide = self._tiles.shape
        # a blank row and column between tiles keeps neighbours apart
        framed = np.zeros((rows, columns, high + 1, wide + 1), dtype=np.float32)
        framed[:, :, :high, :wide] = self._tiles
        sheet = framed.swapaxes(1, 2).reshape(rows * (high + 1), columns * (wide + 1))
        quiet = _mixed(table.output, table.paper, 0.34)
        words = colour_ramp(quiet, QColor(table.paper))[levels(sheet)]
        low = self.to_widget(self._tiles_in.left(), self._tiles_in.bottom())
        high_corner = self.to_widget(self._tiles_in.right(), self._tiles_in.top())
        painter.drawImage(QRectF(low, high_corner), from_words(words))

    def _paint_points(self, painter: QPainter, table: theme.Tokens) -> None:
        places = self._on_screen()
        if self._glyphs is None:
            self._paint_dots(painter, table, places)
            return
        for sprite, (x, y) in zip(self._glyph_sprites(table), places, strict=True):
            painter.drawImage(QPointF(round(x - sprite.width() / 2), round(y - sprite.height() / 2)), sprite)

    def _paint_dots(self, painter: QPainter, table: theme.Tokens, places: NDArray[np.float64]) -> None:
        kinds = self._kinds or {"": np.arange(len(places))}
        hues = {label: theme.hue(number, len(kinds)) for number, label in enumerate(kinds)}
        for label, members in kinds.items():
            colour = QColor(hues[label] if label else table.truth)
            painter.setPen(QPen(colour, 4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            painter.drawPoints(QPolygonF([QPointF(x, y) for x, y in places[members]]))
        font = painter.font()
        font.setBold(True)
        font.setPointSizeF(font.pointSizeF() * 1.3)
        painter.setFont(font)
        metrics = painter.fontMetrics()
        for label, members in self._kinds.items():
            x, y = np.median(places[members], 0)
            box = metrics.boundingRect(label).adjusted(-4, -2, 4, 2)
            box.moveCenter(QPointF(x, y).toPoint())
            painter.fillRect(box, QColor(table.paper))
            painter.setPen(QColor(hues[label]))
            painter.drawRect(box)
            painter.setPen(QColor(table.text))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, label)
        painter.setFont(self.font())

    def _paint_walk(self, painter: QPainter, table: theme.Tokens) -> None:
        line = QPolygonF([self.to_widget(x, y) for x, y in self._walk.tolist()])
        for colour, thick, dot in ((table.paper, 5, 9), (table.output, 2, 6)):
            if self._joined:
                painter.setPen(QPen(QColor(colour), thick))
                painter.drawPolyline(line)
            painter.setPen(QPen(QColor(colour), dot, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            painter.drawPoints(line)

    def _paint_drawing(self, painter: QPainter, table: theme.Tokens) -> None:
        if self._drawing is None:
            return
        place = self.to_widget(self._drawing.x(), self._drawing.y())
        diamond = QPolygonF([place + QPointF(*each) for each in ((0, -8), (8, 0), (0, 8), (-8, 0))])
        painter.setPen(QPen(QColor(table.paper), 4))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolygon(diamond)
        painter.setPen(QPen(QColor(table.ink), 2))
        painter.drawPolygon(diamond)

    def _paint_cursor(self, painter: QPainter, table: theme.Tokens) -> None:
        place = self.to_widget(self._cursor.x(), self._cursor.y())
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for pen in (QPen(QColor(table.paper), 5), QPen(QColor(table.text), 2)):
            painter.setPen(pen)
            painter.drawEllipse(place, 9, 9)
            for x, y in ((1, 0), (-1, 0), (0, 1), (0, -1)):
                painter.drawLine(place + QPointF(9 * x, 9 * y), place + QPointF(15 * x, 15 * y))
        if self._preview is not None:
            self._paint_preview(painter, table, place)

    def _paint_preview(self, painter: QPainter, table: theme.Tokens, place: QPointF) -> None:
        """The decoded image on a plate beside the cursor, on the side where there is room."""
        assert self._preview is not None
        high, wide = self._preview.shape
        cell = max(1, PREVIEW_HEIGHT // high)
        painter.setFont(theme.caption_font(self.font()))
        metrics = painter.fontMetrics()
        most = max(wide * cell, self.width() // 2 - 40)
        caption = metrics.elidedText(self._caption, Qt.TextElideMode.ElideRight, most)
        width = max(wide * cell, metrics.horizontalAdvance(caption)) + 16
        height = high * cell + metrics.height() + 18
        x = place.x() + 22 if place.x() + 22 + width < self.width() else max(4.0, place.x() - 22 - width)
        y = min(max(4.0, place.y() - height / 2), self.height() - height - 4.0)
        plate = QRectF(round(x), round(y), width, height)
        painter.setPen(QColor(table.line))
        painter.setBrush(QColor(table.surface))
        painter.drawRoundedRect(plate, theme.RADIUS, theme.RADIUS)
        image = to_qimage(self._preview, QColor(table.output), QColor(table.paper))
        inside = QRectF(plate.left() + (width - wide * cell) // 2, plate.top() + 8, wide * cell, high * cell)
        painter.drawImage(inside, image)
        painter.setPen(QColor(table.text))
        words = QRectF(plate.left(), inside.bottom() + 2, width, metrics.height() + 4)
        painter.drawText(words, Qt.AlignmentFlag.AlignCenter, caption)

    def _on_screen(self) -> NDArray[np.float64]:
        """The points (N, 2) in widget coordinates."""
        unit = self._unit()
        x = self.width() / 2 + (self._points[:, 0] - self._centre.x()) / unit
        y = self.height() / 2 - (self._points[:, 1] - self._centre.y()) / unit
        return np.stack([x, y], 1).astype(np.float64)

    def _glyph_sprites(self, table: theme.Tokens) -> list[QImage]:
        """Every glyph on a plate, made anew only when the glyphs or the colours change."""
        assert self._glyphs is not None
        known, dark = self._sprites_of
        if dark != table.dark or not isinstance(known, np.ndarray) or not np.array_equal(known, self._glyphs):
            self._sprites = [_plate(glyph, table) for glyph in self._glyphs]
            self._sprites_of = (self._glyphs, table.dark)
        return self._sprites


def _plate(glyph: Image, table: theme.Tokens) -> QImage:
    """A glyph (H, W) on a small plate with a hairline around it."""
    scale = max(1, round(GLYPH_HEIGHT / glyph.shape[0]))
    enlarged = np.repeat(np.repeat(glyph, scale, 0), scale, 1)
    words = np.pad(
        colour_ramp(QColor(table.truth), QColor(table.surface))[levels(enlarged)], 3,
        constant_values=QColor(table.surface).rgb() & 0xFFFFFFFF,
    )  # fmt: skip
    words[[0, -1], :] = words[:, [0, -1]] = QColor(table.line).rgb() & 0xFFFFFFFF
    return from_words(words)


def _mixed(first: str, second: str, share: float) -> QColor:
    """The colour `share` of the way from the second to the first."""
    a, b = QColor(first), QColor(second)
    pairs = ((a.red(), b.red()), (a.green(), b.green()), (a.blue(), b.blue()))
    return QColor(*(round(share * one + (1 - share) * other) for one, other in pairs))


def _kinds(labels: Sequence[str]) -> dict[str, NDArray[np.int64]]:
    """The indices of every label, in order, where a few labels come again and again; else empty."""
    names = sorted(set(labels))
    if len(names) > KINDS_UP_TO or 4 * len(names) > len(labels):
        return {}
    words = np.array(labels)
    return {name: np.flatnonzero(words == name) for name in names}
