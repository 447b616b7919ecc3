"""Lines around a widget: around the place that a hint speaks of, and around what the keys go to."""

from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, Slot
from PySide6.QtGui import QColor, QGuiApplication, QKeyEvent, QPainter, QPaintEvent, QPen, QRegion
from PySide6.QtWidgets import QApplication, QMenuBar, QSplitter, QWidget

from tp5gui import theme

if TYPE_CHECKING:
    from tp5gui.windows.main_window import MainWindow

LINE, AWAY = 2, theme.RING  # px: how thick a ring is, and how far around its widget
BARE = ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)  # other keys make a command


class Ring(QWidget):
    """A line around a widget, outside of it wherever there is room; the mouse goes through it."""

    def __init__(self) -> None:
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._around: QWidget | None = None
        self._moving: list[QWidget] = []  # what the ring has to follow: the widget, and what it lies in
        self.hide()

    @property
    def around(self) -> QWidget | None:
        """The widget that it goes around."""
        return self._around

    def surround(self, widget: QWidget | None) -> None:
        """Go around a widget, or away."""
        if widget is not self._around:
            for each in filter(shiboken6.isValid, self._moving):
                each.removeEventFilter(self)
            self._around, self._moving = widget, []
            self.setParent(None if widget is None else self._room_for(widget))
            if widget is not None:
                for each in self._moving:
                    each.installEventFilter(self)
                self._fit()
        self.setVisible(widget is not None)
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Move, QEvent.Type.Resize):
            self._fit()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.draw(painter)

    def draw(self, painter: QPainter) -> None:
        """Draw the line."""
        painter.setPen(QPen(QColor(theme.tokens().accent), LINE, Qt.PenStyle.DotLine))
        self.draw_line(painter, LINE / 2)

    def draw_line(self, painter: QPainter, inset: float) -> None:
        """Draw a line with the painter's pen, so many px inside the edge."""
        place = self.rect().toRectF().adjusted(inset, inset, -inset, -inset)
        painter.drawRoundedRect(place, theme.RADIUS, theme.RADIUS)

    def _room_for(self, widget: QWidget) -> QWidget:
        """The nearest widget around it in which the ring does not run through it; notes what may move."""
        room = widget
        while (parent := room.parentWidget()) is not None and not room.isWindow():
            self._moving.append(room)
            room = parent
            # a splitter would take the ring for one more part of it
            if not isinstance(room, QSplitter) and room.rect().contains(_outside(widget, room)):
                break
        return room

    def _fit(self) -> None:
        parent = self.parentWidget()
        assert self._around is not None
        assert parent is not None
        place = _outside(self._around, parent).intersected(parent.rect())
        self.setGeometry(place)
        inner = QRect(0, 0, place.width(), place.height()).adjusted(AWAY, AWAY, -AWAY, -AWAY)
        self.setMask(QRegion(self.rect()) - QRegion(inner))  # nothing below is painted anew because of it


class FocusRing(Ring):
    """The ring around what the keys go to; a line inside it keeps it apart from what has its own colour."""

    def draw(self, painter: QPainter) -> None:
        table = theme.tokens()
        if table is theme.PAPER:
            return  # a picture that is taken away has none
        painter.setPen(QPen(QColor(table.surface), AWAY - LINE))
        self.draw_line(painter, LINE + (AWAY - LINE) / 2)
        painter.setPen(QPen(QColor(table.accent), LINE))
        self.draw_line(painter, LINE / 2)


class FocusShown(QObject):
    """Shows what the keys go to, in a window and in all that belong to it, while the keyboard is in use.

    Whoever clicks sees what was clicked; a ring around it would be in the way. It comes with the next key.

    Attributes
    ----------
    ring : it goes around what has the focus.
    """

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self._by_keys = False  # whether the keyboard was used last
        self._hushed = False  # whether it is not shown for the while
        self._heard: QWidget | None = None  # whose keys are listened to
        self.ring = FocusRing()
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self.on_focus_changed)

    @Slot(QWidget, QWidget)
    def on_focus_changed(self, before: QWidget | None, now: QWidget | None) -> None:
        if QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton:
            self._by_keys = False
        self._hear(now if now is not None and self._is_ours(now) else None)
        self._show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Notice what the person uses; a command by keys moves nothing, and shows the ring no sooner."""
        if event.type() == QEvent.Type.MouseButtonPress:
            self._by_keys = False
            self._show()
        elif event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            self._by_keys = True
            if not event.modifiers() & BARE:
                self._show()
        elif event.type() == QEvent.Type.ShortcutOverride:
            self._by_keys = True
        return False

    def show_keys(self) -> None:
        """The focus has just been moved by a key."""
        self._by_keys = True
        self._show()

    def hush(self, on: bool) -> None:
        """Show nothing for the while, or again what has the focus."""
        self._hushed = on
        self._show()

    def _hear(self, widget: QWidget | None) -> None:
        if self._heard is not None and shiboken6.isValid(self._heard):
            self._heard.removeEventFilter(self)
        self._heard = widget
        if widget is not None:
            widget.installEventFilter(self)

    def _show(self) -> None:
        if not shiboken6.isValid(self.ring):  # it went with the dialog or the panel that it was in
            self.ring = FocusRing()
        self.ring.surround(self._heard if self._by_keys and not self._hushed else None)

    def _is_ours(self, widget: QWidget) -> bool:
        if isinstance(widget, QMenuBar) or widget.window().windowType() == Qt.WindowType.Popup:
            return False  # a menu, or a list that has opened, shows where one is in it
        while (parent := widget.parentWidget()) is not None:
            widget = parent
        return widget is self._window


def _outside(widget: QWidget, room: QWidget) -> QRect:
    """Where a ring around a widget lies in a widget that holds it."""
    place = QRect(widget.mapTo(room, QPoint()), widget.size())
    return place.adjusted(-AWAY, -AWAY, AWAY, AWAY)
