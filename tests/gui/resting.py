"""The pointer at rest, as a hand lets it lie: what is said there then."""

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QToolTip


def rest(qtbot, widget, place):
    """Rest the pointer on a place of a widget, until a tool tip shows."""
    QToolTip.hideText()
    qtbot.waitUntil(lambda: not QToolTip.isVisible())
    qtbot.mouseMove(widget, place + QPoint(1, 0))
    qtbot.mouseMove(widget, place)
    qtbot.waitUntil(QToolTip.isVisible)


def told(qtbot, widget, place):
    """What is said where the pointer rests on a place of a widget."""
    rest(qtbot, widget, place)
    words = QToolTip.text().replace("\n", " ")
    QToolTip.hideText()
    return words
