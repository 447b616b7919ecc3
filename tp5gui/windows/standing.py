"""How places stand, panels and dialogs: what was made anew in another language goes on like that."""

from collections import Counter
from collections.abc import Mapping

import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractScrollArea, QCheckBox, QLineEdit, QListWidget, QSplitter, QWidget

from tp5gui.canvases.thumbnails import Thumbnails
from tp5gui.panels.calm import CalmBox, CalmSlider, CalmSpinBox
from tp5gui.panels.picture_box import PictureBox

Key = tuple[str, type, int]
"""The place of a control, its kind, and its number of that kind there."""

Made = dict[Key, QWidget]
"""What a person sets, arranges or takes the focus to."""


def made_in(places: Mapping[str, QWidget]) -> Made:
    """What there is in places that were just made: a stack changes the order later."""
    made: Made = {}
    for name, place in places.items():
        count: Counter[type] = Counter()
        for each in place.findChildren(QWidget):
            if each.focusPolicy() != Qt.FocusPolicy.NoFocus or isinstance(
                each, QSplitter | QAbstractScrollArea
            ):
                kind = type(each)
                made[name, kind, count[kind]] = each
                count[kind] += 1
    return made


class Standing:
    """How some places stand that will be deleted.

    One that only one language has goes on from nothing, and nothing from it.
    """

    def __init__(self, made: Made, focus: QWidget | None) -> None:
        self._made = {key: each for key, each in made.items() if shiboken6.isValid(each)}
        self._focus = next((key for key, each in self._made.items() if each is focus), None)
        self._scrolled = {key: _scrolled(each) for key, each in self._made.items()}

    def hand_over(self, made: Made, but: QWidget | None = None) -> None:
        """Let what was made go on from this, but for what lies in one place."""
        for key, control in made.items():
            if key in self._made and (but is None or not but.isAncestorOf(control)):
                _go_on(control, self._made[key])
        if self._focus in made:
            made[self._focus].setFocus()

    def scroll(self, made: Made) -> None:
        """Scroll what was made as this was, once it is laid out."""
        for key, place in self._scrolled.items():
            area = made.get(key)
            if place and isinstance(area, QAbstractScrollArea) and shiboken6.isValid(area):
                area.horizontalScrollBar().setValue(place[0])
                area.verticalScrollBar().setValue(place[1])


def _scrolled(area: QWidget) -> tuple[int, int] | None:
    if not isinstance(area, QAbstractScrollArea):
        return None
    place = area.horizontalScrollBar().value(), area.verticalScrollBar().value()
    return place if any(place) else None


def _go_on(control: QWidget, before: QWidget) -> None:
    """Let a control stand as the one in its place stood before."""
    match control, before:
        case PictureBox(), PictureBox():
            control.setCurrentIndex(before.currentIndex())
        case CalmBox(), CalmBox():
            control.setCurrentIndex(control.findData(before.currentData()))
        case CalmSlider(), CalmSlider():
            control.setValue(before.value())
        case CalmSpinBox(), CalmSpinBox():
            control.setValue(before.value())
        case QCheckBox(), QCheckBox():
            control.setChecked(before.isChecked())
        case QLineEdit(), QLineEdit() if not isinstance(control.parent(), CalmSpinBox):
            control.setText(before.text())
        case QListWidget(), QListWidget():
            control.setCurrentRow(before.currentRow())
        case Thumbnails(), Thumbnails():
            control.point_at(before.current)
        case QSplitter(), QSplitter():
            control.setSizes(before.sizes())
