"""Controls that the wheel does not change while it scrolls past: it turns only the one that has the focus."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QPaintEvent, QPalette, QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QSlider,
    QSpinBox,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
    QTabBar,
    QWidget,
)

if TYPE_CHECKING:
    _Control = QWidget
else:
    _Control = object

ICON_GAP = 4  # px that styles leave beside a picture, and beside the words


class _Calm(_Control):
    """Passes the wheel on to what lies around, unless the control has the focus."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class CalmBox(_Calm, QComboBox):
    """A box of choices.

    Signals
    -------
    opening() : its list opens next, and may still be filled anew.
    """

    opening = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # at first the wheel would bring the focus

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint as Qt does, with an ellipsis where the words have no room; Qt cuts them off."""
        painter, option = QStylePainter(self), QStyleOptionComboBox()
        self.initStyleOption(option)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        part = QStyle.SubControl.SC_ComboBoxEditField
        room = self.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, part, self).width()
        if not option.currentIcon.isNull():
            room -= option.iconSize.width() + ICON_GAP
        words = option.currentText
        if self.currentIndex() < 0:
            words = self.placeholderText()
            faint = option.palette.placeholderText()
            option.palette.setBrush(QPalette.ColorRole.ButtonText, faint)
        elided = self.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, room - ICON_GAP)
        option.currentText = elided
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)

    def showPopup(self) -> None:
        self.opening.emit()
        super().showPopup()


class CalmSlider(_Calm, QSlider):
    """A slider from left to right."""

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)


class CalmSpinBox(_Calm, QSpinBox):
    """A whole number with arrows."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)


class CalmTabs(QObject):
    """Keeps the wheel from the tab bars that Qt makes for panels that share a place."""

    def watch(self, child: QObject) -> None:
        """Take care of a new child of the window, if it is a tab bar."""
        if isinstance(child, QTabBar):
            child.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        wheel = event.type() == QEvent.Type.Wheel
        return wheel and isinstance(watched, QTabBar) and not watched.hasFocus()
