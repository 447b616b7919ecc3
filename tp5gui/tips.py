"""Tool tips: plain text in short lines, beside what they explain and never over it.

Qt breaks no line of a plain tool tip, and lets it lie over the lower part of what it explains. It tells
nobody when it shows one; but the style of the application is asked to polish every widget, the label of a
tool tip among them. So whatever shows a tool tip (a button, an entry of a list or a menu, a place on a
canvas) shows it in this way, and nothing is asked of anybody while none is shown.
"""

from typing import Any

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize
from PySide6.QtGui import QCursor, QGuiApplication
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QLabel,
    QMenu,
    QProxyStyle,
    QToolTip,
    QWidget,
)

from tp5gui.words import folded, harmless

GAP = 4  # px from what is explained to its tool tip
POINT = 12  # px around a point of a canvas that stay free, where no more is known of what is explained
SHOWN = (QEvent.Type.Show, QEvent.Type.Move, QEvent.Type.Resize)


class TipStyle(QProxyStyle):
    """The style Fusion, and tool tips that are placed."""

    def __init__(self) -> None:
        super().__init__("Fusion")
        self._placing = Placing()

    def polish(self, thing: Any) -> Any:
        if isinstance(thing, QWidget) and thing.inherits("QTipLabel"):  # Qt's own name of it, since Qt 4
            thing.installEventFilter(self._placing)
        return super().polish(thing)


def dress(app: QApplication) -> None:
    """Give the application this style; once, for Qt destroys the one that it had before."""
    if not app.property("dressed"):
        app.setStyle(TipStyle())
        app.setProperty("dressed", True)


class Placing(QObject):
    """Breaks the words of a tool tip into lines and puts it in its place, wherever Qt has put it."""

    told: QRect | None = None
    """What the tool tip that is being shown explains, on the screen; None where Qt found it."""

    def __init__(self) -> None:
        super().__init__()
        self._busy = False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # while a label is taken apart, it is no QLabel any more
        if event.type() in SHOWN and isinstance(watched, QLabel) and not self._busy:
            self._busy = True
            self._settle(watched)
            self._busy = False
        return False

    def _settle(self, label: QLabel) -> None:
        words = folded(*label.text().split("\n"))
        if words != label.text():
            label.setWordWrap(False)  # which Qt turns on for a line longer than the screen
            label.setText(words)
            label.resize(label.sizeHint())
        at = QCursor.pos()
        explained = self.told or under(at)
        if explained is None:
            return
        if not explained.contains(at):
            at = explained.center()
        screen = QGuiApplication.screenAt(at) or QGuiApplication.primaryScreen()
        place = beside(explained, label.size(), at, screen.availableGeometry())
        label.setGeometry(QRect(place, label.size()))  # `move` would count a frame that it may not have


def tell(words: str, widget: QWidget, at: QPoint, place: QRect) -> None:
    """Show a tool tip.

    Parameters
    ----------
    words : what it says, as plain text.
    at : the pointer, in the widget's own coordinates.
    place : what is explained there, and while the pointer is in it the tool tip stays; null for a point.
    """
    square = QRect(at - QPoint(POINT, POINT), at + QPoint(POINT, POINT))
    local = square if place.isNull() else place
    Placing.told = QRect(widget.mapToGlobal(local.topLeft()), local.size())
    try:
        QToolTip.showText(widget.mapToGlobal(at), folded(*harmless(words).split("\n")), widget, place)
    finally:
        Placing.told = None


def under(at: QPoint) -> QRect | None:
    """What a tool tip of Qt's own explains, on the screen; None where nothing at that point has one."""
    widget = QApplication.widgetAt(at)
    while widget is not None:
        here, local = widget.parentWidget(), widget.mapFromGlobal(at)
        rect = QRect()
        if isinstance(widget, QMenu):
            rect = widget.actionGeometry(widget.actionAt(local))
        elif isinstance(here, QAbstractItemView) and widget is here.viewport():
            rect = here.visualRect(here.indexAt(local))
        elif widget.toolTip():
            rect = widget.rect()
        if not rect.isNull():
            return QRect(widget.mapToGlobal(rect.topLeft()), rect.size())
        widget = None if widget.isWindow() else here
    return None


def beside(explained: QRect, size: QSize, at: QPoint, screen: QRect) -> QPoint:
    """Where a tool tip of that size stands: outside of what it explains, as near to the pointer as can be.

    Below is favoured, then above, right and left; where the screen has room on none of these sides, it stands
    in the corner of the screen that is farthest from the pointer.
    """
    wide, high = size.width(), size.height()
    across = _within(at.x() - wide // 4, wide, screen.left(), screen.right() + 1)
    down = _within(at.y() - high // 2, high, screen.top(), screen.bottom() + 1)
    sides = (
        QPoint(across, explained.bottom() + 1 + GAP),
        QPoint(across, explained.top() - GAP - high),
        QPoint(explained.right() + 1 + GAP, down),
        QPoint(explained.left() - GAP - wide, down),
    )
    fit = [place for place in sides if screen.contains(QRect(place, size))]
    if fit:
        return min(fit, key=lambda place: _away(at, QRect(place, size)))
    corners = [
        QPoint(x, y)
        for x in (screen.left(), screen.right() + 1 - wide)
        for y in (screen.top(), screen.bottom() + 1 - high)
    ]
    return max(corners, key=lambda place: _away(at, QRect(place, size)))


def _within(start: int, length: int, low: int, high: int) -> int:
    return max(low, min(start, high - length))


def _away(at: QPoint, rect: QRect) -> int:
    """How far a point is from a rectangle, along the longer way."""
    across = max(rect.left() - at.x(), at.x() - rect.right(), 0)
    down = max(rect.top() - at.y(), at.y() - rect.bottom(), 0)
    return max(across, down)
