"""A view of a plane that can be moved and zoomed, with the same scale along both axes; y grows upwards."""

import math

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from tp5gui import theme


class PlaneView(QWidget):
    """Knows where in the plane it looks. Middle or right button: move the view. Wheel: zoom.

    Signals
    -------
    view_changed() : another part of the plane is in sight.
    """

    view_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names = ("", "")
        self._centre, self._half = QPointF(0, 0), 1.0  # half of the shorter side, in the plane
        self._fitting = True
        self._grip: QPointF | None = None  # where a hand that moves the view holds it, in the plane
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

    def bounds(self) -> QRectF:
        """The rectangle of the plane in sight: its `top` is the smallest y."""
        unit = self._unit()
        width, height = self.width() * unit, self.height() * unit
        return QRectF(self._centre.x() - width / 2, self._centre.y() - height / 2, width, height)

    def fit(self) -> None:
        """Show all there is, and follow it from now on; for what derives from this."""

    def fit_to(self, low: tuple[float, float], high: tuple[float, float], margin: float) -> None:
        """Show the rectangle from `low` to `high` with a share of `margin` of its sides around it."""
        self._fitting = True
        shorter = min(self.width(), self.height())
        across, up = (max((b - a) * (1 + 2 * margin), 1e-3) for a, b in zip(low, high, strict=True))
        self._centre = QPointF((low[0] + high[0]) / 2, (low[1] + high[1]) / 2)
        self._half = max(across * shorter / self.width(), up * shorter / self.height()) / 2
        self._moved()

    def to_widget(self, x: float, y: float) -> QPointF:
        """Where a point of the plane is painted."""
        unit = self._unit()
        return QPointF(
            self.width() / 2 + (x - self._centre.x()) / unit,
            self.height() / 2 - (y - self._centre.y()) / unit,
        )

    def to_plane(self, place: QPointF) -> QPointF:
        """The point of the plane under a point of the widget."""
        unit = self._unit()
        return QPointF(
            self._centre.x() + (place.x() - self.width() / 2) * unit,
            self._centre.y() - (place.y() - self.height() / 2) * unit,
        )

    def _unit(self) -> float:
        """Plane units a screen pixel."""
        return 2 * self._half / max(1, min(self.width(), self.height()))

    def _moved(self) -> None:
        self.update()
        self.view_changed.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() in (Qt.MouseButton.MiddleButton, Qt.MouseButton.RightButton):
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
        held = self.to_plane(event.position())
        self._fitting = False
        self._half *= 0.85 ** (event.angleDelta().y() / 120)
        self._centre += held - self.to_plane(event.position())
        self._moved()

    def resizeEvent(self, event: QResizeEvent) -> None:
        if self._fitting:
            self.fit()
        self.view_changed.emit()

    def focusInEvent(self, event: QEvent) -> None:
        self.update()

    def focusOutEvent(self, event: QEvent) -> None:
        self.update()

    def paint_axes(self, painter: QPainter, table: theme.Tokens) -> None:
        """Figures along the left and the lower edge, and the names of the axes."""
        painter.setFont(theme.caption_font(self.font()))
        metrics, view = painter.fontMetrics(), self.bounds()
        step = nice_step(view.width() * 90 / max(1, self.width()))
        ground = QColor(table.paper)
        ground.setAlphaF(0.8)

        def say(x: float, y: float, text: str) -> None:
            box = QRectF(
                x - 2, y - metrics.ascent() - 1, metrics.horizontalAdvance(text) + 4, metrics.height() + 1
            )
            painter.fillRect(box, ground)
            painter.setPen(QColor(table.text_soft))
            painter.drawText(QPointF(x, y), text)

        base = self.height() - 6
        for value in ticks(view.left(), view.right(), step):
            x = self.to_widget(value, 0).x()
            if 46 < x < self.width() - metrics.horizontalAdvance(self._names[0]) - 30:
                say(x - metrics.horizontalAdvance(tick_text(value, step)) / 2, base, tick_text(value, step))
        for value in ticks(view.top(), view.bottom(), step) if self._names[1] else ():
            y = self.to_widget(0, value).y()
            if 40 < y < self.height() - 40:
                say(6, y + metrics.ascent() / 2 - 1, tick_text(value, step))
        say(self.width() - metrics.horizontalAdvance(self._names[0]) - 8, base, self._names[0])
        say(6, metrics.ascent() + 5, self._names[1])


def nice_step(raw: float) -> float:
    """The smallest of 1, 2 and 5 times a power of ten that is at least `raw` > 0."""
    power = 10.0 ** math.floor(math.log10(raw))
    return next(each * power for each in (1, 2, 5, 10) if each * power >= raw * 0.999999)


def ticks(low: float, high: float, step: float) -> list[float]:
    """The multiples of `step` from `low` to `high`."""
    return [index * step for index in range(math.ceil(low / step), math.floor(high / step) + 1)]


def tick_text(value: float, step: float) -> str:
    """A tick's number with the digits its step needs."""
    return f"{value:.{max(0, -math.floor(math.log10(step)))}f}"
