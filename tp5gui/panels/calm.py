"""Controls that the wheel does not change while it scrolls past: it turns only the one that has the focus."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QLocale, QObject, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QPaintEvent, QPalette, QValidator, QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QSlider,
    QSpinBox,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
    QTabBar,
    QToolButton,
    QWidget,
)

from core.base.words import say
from tp5gui.canvases.gestures import show_tip
from tp5gui.panels.label import Label

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
    """A box of choices. Words without room end in an ellipsis, and the tool tip says them whole.

    Signals
    -------
    opening() : its list opens next, and may still be filled anew.
    """

    opening = Signal()
    elides = Qt.TextElideMode.ElideRight  # where words have no room

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # at first the wheel would bring the focus
        self._named = Label(parent=self)
        self._named.setBuddy(self)
        self._named.hide()

    def setAccessibleName(self, name: str) -> None:
        """Set what a screen reader calls the box: on Linux Qt calls it by its choice, and by its label."""
        super().setAccessibleName(name)
        self._named.setText(name)

    def sizeHint(self) -> QSize:
        """The size that Qt has for it, and where it is to fit its words, such that none is cut off."""
        hint = super().sizeHint()
        if self.sizeAdjustPolicy() is QComboBox.SizeAdjustPolicy.AdjustToContents and self.count():
            hint.setWidth(max(hint.width(), self.width_for(map(self.itemText, range(self.count())))))
        return hint

    def width_for(self, words: Iterable[str]) -> int:
        """How wide the box is in which any of these words can be read whole, in px."""
        option = QStyleOptionComboBox()
        super().initStyleOption(option)
        widest = max(map(self.fontMetrics().horizontalAdvance, words)) + ICON_GAP
        kind = QStyle.ContentsType.CT_ComboBox
        return self.style().sizeFromContents(kind, option, QSize(widest, 0), self).width()

    def initStyleOption(self, option: QStyleOptionComboBox) -> None:
        """Say what is painted, with an ellipsis where the words have no room; Qt cuts them off."""
        super().initStyleOption(option)
        part = QStyle.SubControl.SC_ComboBoxEditField
        room = self.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, part, self).width()
        if not option.currentIcon.isNull():
            room -= option.iconSize.width() + ICON_GAP
        words = option.currentText if self.currentIndex() >= 0 else self.placeholderText()
        option.currentText = self.fontMetrics().elidedText(words, self.elides, room - ICON_GAP)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint as Qt does, but the placeholder as `initStyleOption` has it; Qt paints all of it."""
        painter, option = QStylePainter(self), QStyleOptionComboBox()
        self.initStyleOption(option)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        if self.currentIndex() < 0:
            option.palette.setBrush(QPalette.ColorRole.ButtonText, option.palette.placeholderText())
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ParentChange:
            self._named.setParent(self.parentWidget() or self)  # Qt looks for labels beside the box
        return show_tip(event, self, self._words_at) or super().event(event)

    def _words_at(self, place: QPoint) -> tuple[str, QRect]:
        """The words in the box where they are not seen whole, and what its tool tip says of it."""
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        whole = self.currentText()
        return ("" if option.currentText == whole else f"{whole}\n{self.toolTip()}".strip(), QRect())

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


class CalmDecimalBox(_Calm, QDoubleSpinBox):
    """A number with arrows, and with no more figures than it needs; a comma is read as its point."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setLocale(QLocale.c())

    def textFromValue(self, value: float) -> str:
        return f"{value:.{self.decimals()}f}".rstrip("0").rstrip(".")

    def valueFromText(self, text: str) -> float:
        return super().valueFromText(text.replace(",", "."))

    def validate(self, text: str, place: int) -> tuple[QValidator.State, str, int]:
        return super().validate(text.replace(",", "."), place)


class CalmTabs(QObject):
    """Keeps the wheel from the tab bars that Qt makes for panels that share a place; names their arrows."""

    def watch(self, child: QObject) -> None:
        """Take care of a new child of the window, if it is a tab bar."""
        if isinstance(child, QTabBar):
            child.installEventFilter(self)
            self._name_arrows(child)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LanguageChange and isinstance(watched, QTabBar):
            self._name_arrows(watched)
        wheel = event.type() == QEvent.Type.Wheel
        return wheel and isinstance(watched, QTabBar) and not watched.hasFocus()

    def _name_arrows(self, bar: QTabBar) -> None:
        for name, words in (
            ("ScrollLeftButton", say("Further tabs to the left")),
            ("ScrollRightButton", say("Further tabs to the right")),
        ):
            arrow = bar.findChild(QToolButton, name)
            if isinstance(arrow, QToolButton):
                arrow.setAccessibleName(words)
