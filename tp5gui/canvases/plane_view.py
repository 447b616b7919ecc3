"""A view of a plane that can be moved and zoomed; both axes have the same scale and y grows upwards."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import (
    QEasingCurve,
    QPointF,
    QRect,
    QRectF,
    QSize,
    QSizeF,
    Qt,
    QVariantAnimation,
    Signal,
    Slot,
)
from PySide6.QtGui import QColor, QHideEvent, QMouseEvent, QPainter, QPixmap, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.base.ticks import nice_step, ticks
from tp5gui import theme
from tp5gui.canvases.canvas import Canvas
from tp5gui.canvases.pixels import is_raster, on_screen
from tp5gui.canvases.ticks import tick_text

NEAREST, FARTHEST = 1e-9, 1e10
"""Half of the shorter side that the wheel can reach: as a share of where it is, and in units of the plane."""

CLOSER = 0.85  # of the plane that is in sight after one step of the wheel
ASIDE = 0.1  # of the shorter side, that a step aside moves the view by

BASE = 26  # px along the lower edge that its figures take, without a zoom
GLIDE = 450  # ms that a view takes that moves by itself

View = tuple[float, float, float]
"""The middle of a view, and half of its shorter side, in units of the plane."""


class PlaneView(Canvas):
    """Knows which part of the plane is in sight. Middle or right button: move the view. Wheel: zoom.

    Signals
    -------
    view_changed() : another part of the plane is in sight, or will be after a glide.
    """

    view_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names = ("", "")
        self._centre, self._half = QPointF(0, 0), 1.0  # half of the shorter side, in units of the plane
        self._fitting = True
        self._start: View = (0.0, 0.0, 1.0)  # of a glide, and its end
        self._end: View = (0.0, 0.0, 1.0)
        self._glide_there = QVariantAnimation(self, duration=GLIDE, startValue=0.0, endValue=1.0)
        self._glide_there.setEasingCurve(QEasingCurve.Type.InOutCubic)
        self._glide_there.valueChanged.connect(self._on_way)
        self._axes: tuple[object, QPixmap] = (None, QPixmap())  # as they are painted, and what for
        self._axes_width = self._name_width = 0  # px along the left edge that figures and the name take
        self._name_height = 0  # px along the upper edge that the name takes
        self._grip: QPointF | None = None  # the point of the plane that a moving hand holds
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)

    def sizeHint(self) -> QSize:
        return QSize(430, 520)

    def minimumSizeHint(self) -> QSize:
        return QSize(220, 220)

    def set_axis_names(self, horizontal: str, vertical: str) -> None:
        """Name the axes; one without a name has no figures either."""
        self._names = (horizontal, vertical)
        self.update()

    @property
    def axis_names(self) -> tuple[str, str]:
        """The names of the horizontal and the vertical axis."""
        return self._names

    @property
    def unit(self) -> float:
        """Units of the plane per pixel of the widget."""
        return self._unit_of(self._half)

    def bounds(self) -> QRectF:
        """The rectangle of the plane in sight: its `top` is the smallest y."""
        return self._bounds_of((self._centre.x(), self._centre.y(), self._half))

    def bounds_to_be(self) -> QRectF:
        """The rectangle of the plane in sight once the view has arrived; where it rests, that in sight."""
        return self._bounds_of(self._end) if self.gliding else self.bounds()

    @property
    def gliding(self) -> bool:
        """Whether the view moves by itself."""
        return self._glide_there.state() is QVariantAnimation.State.Running

    def fit(self) -> None:
        """Show everything there is, and follow it from now on; a derived class overrides this."""

    def refit(self) -> None:
        """Show what is followed in another size of the widget."""
        self.fit()

    def fit_to(
        self, low: tuple[float, float], high: tuple[float, float], margin: float, *, glides: bool = False
    ) -> None:
        """Show the rectangle from `low` to `high`, and around it a margin that is a share of its sides.

        At once, or the view glides there if `glides`.
        """
        self._fitting = True
        x, y = ((a + b) / 2 for a, b in zip(low, high, strict=True))
        self._rest()
        view = (x, y, self._half_of(low, high, margin))
        if glides and self.isVisible():
            self._start, self._end = (self._centre.x(), self._centre.y(), self._half), view
            self._glide_there.start()
            self.view_changed.emit()
        else:
            self._centre, self._half = QPointF(x, y), view[2]
            self._moved()

    def look_as(self, other: "PlaneView") -> None:
        """Show what another view shows, and follow what it follows."""
        self._rest()
        self._centre, self._half, self._fitting = QPointF(other._centre), other._half, other._fitting
        self._moved()

    def unit_around(self, low: tuple[float, float], high: tuple[float, float], margin: float) -> float:
        """The unit of the view that `fit_to` would show."""
        return self._unit_of(self._half_of(low, high, margin))

    def _half_of(self, low: tuple[float, float], high: tuple[float, float], margin: float) -> float:
        width, height = self._room
        across, up = (max((b - a) * (1 + 2 * margin), 1e-3) for a, b in zip(low, high, strict=True))
        return max(across / width, up / height) * min(width, height) / 2

    @property
    def _room(self) -> tuple[int, int]:
        """Width and height of the widget in px, 1 at least: a layout may leave it none."""
        return max(1, self.width()), max(1, self.height())

    @Slot(object)
    def _on_way(self, share: float) -> None:
        (x, y, half), (to_x, to_y, to_half) = self._start, self._end
        self._centre = QPointF(x + share * (to_x - x), y + share * (to_y - y))
        self._half = half * (to_half / half) ** share
        self.update()

    def _rest(self) -> None:
        """End a glide where it is: a hand has taken the view, or it goes elsewhere."""
        self._glide_there.stop()

    def _bounds_of(self, view: View) -> QRectF:
        x, y, half = view
        unit = self._unit_of(half)
        width, height = (side * unit for side in self._room)
        return QRectF(x - width / 2, y - height / 2, width, height)

    def _unit_of(self, half: float) -> float:
        return 2 * half / min(self._room)

    def to_widget(self, x: float, y: float) -> QPointF:
        """Where a point of the plane is painted."""
        unit = self.unit
        return QPointF(
            self.width() / 2 + (x - self._centre.x()) / unit,
            self.height() / 2 - (y - self._centre.y()) / unit,
        )

    def all_to_widget(self, points: NDArray[np.float32]) -> NDArray[np.float64]:
        """Where points (N, 2) of the plane are painted, (N, 2)."""
        unit = self.unit
        x = self.width() / 2 + (points[:, 0] - self._centre.x()) / unit
        y = self.height() / 2 - (points[:, 1] - self._centre.y()) / unit
        return np.stack([x, y], 1).astype(np.float64)

    def to_plane(self, place: QPointF) -> QPointF:
        """The point of the plane under a point of the widget."""
        unit = self.unit
        return QPointF(
            self._centre.x() + (place.x() - self.width() / 2) * unit,
            self._centre.y() - (place.y() - self.height() / 2) * unit,
        )

    def _moved(self) -> None:
        self.update()
        self.view_changed.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() in (Qt.MouseButton.MiddleButton, Qt.MouseButton.RightButton):
            self._rest()
            self._grip = self.to_plane(event.position())
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grip is not None:
            self._fitting = False
            self._centre += self._grip - self.to_plane(event.position())
            self._moved()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._grip = None
        self.setCursor(Qt.CursorShape.CrossCursor)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.zoom(event.angleDelta().y() / 120, event.position())

    def zoom(self, steps: float, place: QPointF) -> None:
        """Come so many steps nearer, farther where negative; what is at a place of the widget stays there."""
        self._rest()
        held = self.to_plane(place)
        self._fitting = False
        nearest = NEAREST * max(1.0, abs(self._centre.x()), abs(self._centre.y()))
        self._half = min(max(self._half * CLOSER**steps, nearest), FARTHEST)
        self._centre += held - self.to_plane(place)
        self._moved()

    def look_aside(self, right: int, down: int) -> None:
        """Bring into sight what lies beside: so many steps to the right, and so many down."""
        self._rest()
        self._fitting = False
        step = 2 * self._half * ASIDE
        self._centre += QPointF(right * step, -down * step)
        self._moved()

    def resizeEvent(self, event: QResizeEvent) -> None:
        if self._fitting:
            self.refit()
        self.view_changed.emit()

    def hideEvent(self, event: QHideEvent) -> None:
        if self.gliding:
            self._glide_there.setCurrentTime(GLIDE)

    def beside_axes(self, table: theme.Tokens) -> QRectF:
        """The room of the widget that is right of the figures of the axes and above them."""
        self._prepare_axes(table)
        return QRectF(self.rect()).adjusted(self._axes_width, 0, 0, -theme.size(BASE))

    def clear_of_axes(self, table: theme.Tokens) -> QRectF:
        """The room of the widget into which no figure and no name of an axis reaches."""
        return self.beside_axes(table).adjusted(0, self._name_height, 0, 0)

    def paint_axes(self, painter: QPainter, table: theme.Tokens) -> None:
        """Paint the figures along the left and the lower edge, and the names of the axes."""
        if not is_raster(painter):  # text stays text
            self._write_axes(painter, table)
            return
        self._prepare_axes(table)
        base, wide = self.height() - theme.size(BASE), max(self._axes_width, self._name_width)
        for strip in (QRect(0, base, self.width(), theme.size(BASE)), QRect(0, 0, wide, base)):
            ratio = self.devicePixelRatioF()
            source = QRectF(QPointF(strip.topLeft()) * ratio, QSizeF(strip.size()) * ratio)
            painter.drawPixmap(QRectF(strip), self._axes[1], source)

    def _prepare_axes(self, table: theme.Tokens) -> None:
        """Keep the axes as they are painted now."""
        key = (self.bounds(), self.size(), self.devicePixelRatioF(), self._names, self.font(), table)
        if self._axes[0] != key:
            self._axes = key, self.layer(Qt.GlobalColor.transparent)
            over = QPainter(self._axes[1])
            self._write_axes(over, table)
            over.end()

    def layer(self, ground: QColor | Qt.GlobalColor) -> QPixmap:
        """A pixmap as large as the view, to keep what is painted on it until the view changes."""
        ratio = self.devicePixelRatioF()
        pixmap = QPixmap(on_screen(self.size(), ratio))
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(ground)
        return pixmap

    def _write_axes(self, painter: QPainter, table: theme.Tokens) -> None:
        painter.setFont(theme.caption_font(self.font()))
        metrics, view = painter.fontMetrics(), self.bounds()
        step = nice_step(view.width() * theme.size(90) / max(1, self.width()))
        ground = QColor(table.paper)
        ground.setAlphaF(0.8)

        def write(x: float, y: float, text: str) -> int:
            """How far to the right it reaches."""
            box = QRectF(
                x - 2, y - metrics.ascent() - 1, metrics.horizontalAdvance(text) + 4, metrics.height() + 1
            )
            painter.fillRect(box, ground)
            painter.setPen(QColor(table.text_soft))
            painter.drawText(QPointF(x, y), text)
            return int(box.right()) + 1

        base = self.height() - 6
        for value in ticks(view.left(), view.right(), step):
            x = self.to_widget(value, 0).x()
            if theme.size(46) < x < self.width() - metrics.horizontalAdvance(self._names[0]) - theme.size(30):
                write(x - metrics.horizontalAdvance(tick_text(value, step)) / 2, base, tick_text(value, step))
        self._axes_width = 0
        for value in ticks(view.top(), view.bottom(), step) if self._names[1] else ():
            y = self.to_widget(0, value).y()
            if theme.size(40) < y < self.height() - theme.size(40):
                right = write(6, y + metrics.ascent() / 2 - 1, tick_text(value, step))
                self._axes_width = max(self._axes_width, right)
        write(self.width() - metrics.horizontalAdvance(self._names[0]) - 8, base, self._names[0])
        self._name_width = self._name_height = 0
        if self._names[1]:
            self._name_width = write(6, metrics.ascent() + 5, self._names[1])
            self._name_height = metrics.height() + 6
