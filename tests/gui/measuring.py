"""Measures whether what a window shows is whole: no word cut off, nothing beyond the place that it has."""

from collections.abc import Iterator

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSignalBlocker, QSize, Qt
from PySide6.QtGui import QFontMetrics, QFontMetricsF, QHelpEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QApplication,
    QCheckBox,
    QComboBox,
    QDockWidget,
    QHeaderView,
    QLabel,
    QLineEdit,
    QMenuBar,
    QPushButton,
    QSpinBox,
    QStatusBar,
    QStyle,
    QStyleOptionButton,
    QStyleOptionComboBox,
    QStyleOptionDockWidget,
    QStyleOptionFrame,
    QStyleOptionSpinBox,
    QStyleOptionTab,
    QTabBar,
    QToolButton,
    QToolTip,
    QWidget,
)

from tp5gui.canvases.latent_map import LatentMap
from tp5gui.canvases.thumbnails import Thumbnails
from tp5gui.panels.calm import ICON_GAP, CalmBox
from tp5gui.panels.note import Note
from tp5gui.panels.picture_box import PictureBox
from tp5gui.panels.row import FieldLabel

NEAR = 1  # px that a glyph may lack without anybody seeing it
LABEL = 30  # letters that a name of ours has at most; what is longer is a sentence
IN_LINE = 2  # px that Qt keeps free in a line on either side of its text


def faults(root: QWidget) -> list[str]:
    """What of a widget and all that it shows is cut off or stands beyond its place, in words."""
    found = painted_faults(root)
    for widget in list(_shown(root)):  # a tool tip comes and goes
        for words, room, need in measured(widget):
            fits = need.width() <= room.width() + NEAR and need.height() <= room.height() + NEAR
            if not fits and not (may_be_cut(widget, words) and words in tip_of(widget)):
                found.append(f"{_path(widget)}: “{words}” needs {need.toTuple()}, has {room.toTuple()}")
        if _sticks_out(widget):
            place, room = widget.geometry(), widget.parentWidget().rect()
            found.append(f"{_path(widget)}: {place.getRect()} is not within {room.getRect()}")
    return found


def may_be_cut(widget: object, words: str) -> bool:
    """Whether words may end in an ellipsis, as long as the tool tip says them whole.

    Sentences may, and what comes from outside: names of sets, labels of images. Our own names of things may
    not, for whoever does not know what a thing is called does not rest on it to learn more.
    """
    names = isinstance(widget, Thumbnails | LatentMap) or (
        isinstance(widget, PictureBox) and widget.currentIndex() >= 0
    )
    return names or "“" in words or len(words) > LABEL


def painted_faults(root: QWidget) -> list[str]:
    """Of the words that canvases paint, those beyond the canvas or beyond the place that they are painted in.

    Those that end in an ellipsis are among them, see `may_be_cut`. What a canvas keeps painted is measured
    only when it is painted anew, as after a change of its size.
    """
    found, draw, cut = [], QPainter.drawText, {}
    kinds = {kind: kind.elidedText for kind in (QFontMetrics, QFontMetricsF)}

    def elide(metrics: QFontMetrics | QFontMetricsF, words: str, *how: object) -> str:
        shown = kinds[type(metrics)](metrics, words, *how)
        if shown != words:
            cut[shown] = words
        return shown

    def watch(painter: QPainter, *where: object) -> object:
        words, canvas = str(where[-1]), painter.device()
        if words in cut and not may_be_cut(canvas, cut[words]):
            found.append(f"{_path(canvas)}: “{cut[words]}” is painted as “{words}”")
        ratio = canvas.devicePixelRatioF()
        whole = QRectF(0, 0, canvas.width(), canvas.height())
        if not isinstance(canvas, QWidget):  # a picture counts its pixels
            whole = QRectF(0, 0, whole.width() / ratio, whole.height() / ratio)
        place, room = _painted(painter, *where)
        for box, around in ((place, room), (painter.worldTransform().mapRect(place), whole)):
            if words and not around.adjusted(-NEAR, -NEAR, NEAR, NEAR).contains(box):
                found.append(
                    f"{_path(canvas) if isinstance(canvas, QWidget) else canvas}: “{words}” is painted at "
                    f"{box.getRect()}, not within {around.getRect()}"
                )
        return draw(painter, *where)

    QPainter.drawText = watch  # type: ignore[assignment,method-assign]
    for kind in kinds:
        kind.elidedText = elide  # type: ignore[assignment,method-assign]
    try:
        root.grab()
    finally:
        QPainter.drawText = draw  # type: ignore[method-assign]
        for kind, real in kinds.items():
            kind.elidedText = real  # type: ignore[method-assign]
    return found


def _painted(painter: QPainter, *where: object) -> tuple[QRectF, QRectF]:
    """Where words are painted, and where they may be."""
    *place, words = where
    if isinstance(place[0], QRect | QRectF):
        return painter.boundingRect(QRectF(place[0]), place[1], words), QRectF(place[0])
    start = place[0] if isinstance(place[0], QPointF | QPoint) else QPointF(*place)
    metrics = QFontMetricsF(painter.font())
    box = metrics.tightBoundingRect(words).translated(QPointF(start))
    box.setWidth(metrics.horizontalAdvance(words))
    return box, box


def measured(widget: QWidget) -> Iterator[tuple[str, QSize, QSize]]:
    """The words that a widget paints, the room it has for them, and what they need."""
    metrics = widget.fontMetrics()
    match widget:
        case Note() | FieldLabel():
            return  # painted line by line, which is watched
        case QLabel():
            yield from _of_label(widget, metrics)
        case QComboBox():
            option = QStyleOptionComboBox()
            widget.initStyleOption(option)
            room = widget.style().subControlRect(
                QStyle.ComplexControl.CC_ComboBox, option, QStyle.SubControl.SC_ComboBoxEditField, widget
            )
            room.setWidth(room.width() - (ICON_GAP if isinstance(widget, CalmBox) else 0))
            if not option.currentIcon.isNull():
                room.setWidth(room.width() - option.iconSize.width() - ICON_GAP)
            words = widget.currentText() or widget.placeholderText()
            yield words, room.size(), _line(metrics, words)
        case QTabBar():
            for tab in range(widget.count()):
                option, words = QStyleOptionTab(), widget.tabText(tab)
                widget.initStyleOption(option, tab)
                room = widget.style().subElementRect(QStyle.SubElement.SE_TabBarTabText, option, widget)
                yield words, (room & widget.rect()).size(), _line(metrics, words)
        case QPushButton() | QCheckBox():
            yield from _of_button(widget, metrics)
        case QToolButton() if _writes(widget):
            words = widget.text()
            plain = widget.icon().isNull()
            yield words, widget.size(), _line(metrics, words) if plain else widget.sizeHint()
        case QSpinBox():
            option = QStyleOptionSpinBox()
            widget.initStyleOption(option)
            room = widget.style().subControlRect(
                QStyle.ComplexControl.CC_SpinBox, option, QStyle.SubControl.SC_SpinBoxEditField, widget
            )
            yield widget.text(), room.size(), _line(metrics, widget.text())
        case QLineEdit() if not widget.hasFocus():  # what somebody types may be longer, and then it scrolls
            option, words = QStyleOptionFrame(), widget.text() or widget.placeholderText()
            widget.initStyleOption(option)
            room = widget.style().subElementRect(QStyle.SubElement.SE_LineEditContents, option, widget)
            yield words, room.size() - QSize(2 * IN_LINE, 0), _line(metrics, words)
        case QStatusBar():
            words = QStatusBar.currentMessage(widget)
            yield words, widget.size(), _line(metrics, words)
        case QMenuBar():
            for action in widget.actions():
                words = action.text().replace("&", "")
                yield words, (widget.actionGeometry(action) & widget.rect()).size(), _line(metrics, words)
        case QHeaderView() if widget.orientation() is Qt.Orientation.Horizontal:
            for section in range(widget.count()):
                words = str(widget.model().headerData(section, widget.orientation()))
                yield words, QSize(widget.sectionSize(section), widget.height()), _line(metrics, words)
        case QDockWidget():
            option = QStyleOptionDockWidget()
            widget.initStyleOption(option)
            room = widget.style().subElementRect(QStyle.SubElement.SE_DockWidgetTitleBarText, option, widget)
            yield widget.windowTitle(), room.size(), _line(metrics, widget.windowTitle())


def cut_choices(box: CalmBox) -> list[str]:
    """The choices of a box that it would have no room for."""
    found, chosen, option = [], box.currentIndex(), QStyleOptionComboBox()
    with QSignalBlocker(box):
        for index in range(box.count()):
            box.setCurrentIndex(index)
            box.initStyleOption(option)
            if option.currentText != box.itemText(index):
                found.append(f"{box.accessibleName()}: {box.itemText(index)}, in {box.width()} px")
        box.setCurrentIndex(chosen)
    return found


def tip_of(widget: QWidget) -> str:
    """What the widget's tool tip says once the pointer rests on it, lines made one."""
    widget.grab()  # some know only then what they have no room for
    place = widget.rect().center()
    QApplication.sendEvent(widget, QHelpEvent(QEvent.Type.ToolTip, place, widget.mapToGlobal(place)))
    words = " ".join(QToolTip.text().split())
    QToolTip.hideText()
    return words


def _shown(root: QWidget) -> Iterator[QWidget]:
    """What can be seen of a widget: what lies in a scroll area, too, since one can bring it into sight."""
    yield root
    for child in root.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly):
        if not child.isWindow() and child.isVisibleTo(root) and not _lies_behind(child):
            yield from _shown(child)


def _lies_behind(widget: QWidget) -> bool:
    """Whether a panel lies behind another one: Qt takes it for visible, and moves it out of the window."""
    return isinstance(widget, QDockWidget | QTabBar) and widget.geometry().right() < 0


def _sticks_out(widget: QWidget) -> bool:
    parent = widget.parentWidget()
    if widget.isWindow() or parent is None or not widget.size().isValid() or widget.rect().isEmpty():
        return False
    area = parent.parentWidget()
    if isinstance(area, QAbstractScrollArea) and area.viewport() is parent:
        return False  # it can be scrolled to
    return not parent.rect().contains(widget.geometry())


def _of_label(label: QLabel, metrics: QFontMetrics) -> Iterator[tuple[str, QSize, QSize]]:
    words = label.text()
    if not words:
        return
    margin = label.margin()
    room = label.contentsRect().adjusted(margin, margin, -margin, -margin).size()
    flags = Qt.TextFlag.TextWordWrap if label.wordWrap() else Qt.TextFlag.TextExpandTabs
    need = metrics.boundingRect(QRect(0, 0, room.width(), 1 << 20), flags, words).size()
    yield words, room, need


def _of_button(button: QAbstractButton, metrics: QFontMetrics) -> Iterator[tuple[str, QSize, QSize]]:
    option, check = QStyleOptionButton(), isinstance(button, QCheckBox)
    button.initStyleOption(option)
    part = QStyle.SubElement.SE_CheckBoxContents if check else QStyle.SubElement.SE_PushButtonContents
    room = button.style().subElementRect(part, option, button).size()
    need = _line(metrics, button.text())
    if not button.icon().isNull():
        need += QSize(button.iconSize().width() + 4, 0)
    yield button.text(), room, need


def _writes(button: QToolButton) -> bool:
    """Whether a tool button shows its words."""
    icon_only = button.toolButtonStyle() is Qt.ToolButtonStyle.ToolButtonIconOnly
    return bool(button.text()) and not (icon_only and not button.icon().isNull())


def _line(metrics: QFontMetrics, words: str) -> QSize:
    """What words in one line need: no row of pixels beyond their own letters."""
    return QSize(metrics.horizontalAdvance(words), metrics.tightBoundingRect(words).height())


def _path(widget: QWidget) -> str:
    names = []
    while widget is not None and not widget.isWindow():
        names.append(widget.objectName() or type(widget).__name__)
        widget = widget.parentWidget()
    return " > ".join(reversed(names))
