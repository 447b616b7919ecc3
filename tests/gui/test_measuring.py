"""The measure of what is cut off: it finds what is, and lets pass what is whole."""

import numpy as np
import pytest
from measuring import faults
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QCheckBox, QLabel, QPushButton, QScrollArea, QTabBar, QVBoxLayout, QWidget

from core import Dataset
from tp5gui.panels.calm import CalmBox
from tp5gui.panels.label import Label
from tp5gui.panels.note import Note
from tp5gui.panels.picture_box import PictureBox

pytestmark = pytest.mark.qt_log_ignore("does not support raise", extend=True)  # of a tool tip, offscreen

WORDS = "a line of several words"
SENTENCE = "A sentence says more than a name, and its end may be read where one rests on it."


@pytest.fixture
def page(qtbot, light):
    """A shown place of 400x200 px."""
    page = QWidget()
    qtbot.addWidget(page)
    page.resize(400, 200)
    page.show()
    return page


def put(page, widget, width, height):
    widget.setParent(page)
    widget.setGeometry(10, 10, width, height)
    widget.show()
    return faults(page)


def tabs(words):
    bar = QTabBar()
    bar.addTab("one")
    bar.addTab(words)
    return bar


def box():
    box = CalmBox()
    box.addItem(WORDS)
    return box


@pytest.mark.parametrize("kind", [Label, QPushButton, QCheckBox, tabs])
def test_that_words_without_room_are_found(page, kind):
    assert put(page, kind(WORDS), 300, 40) == []
    (fault,) = put(page, kind(WORDS), 90, 40)
    assert WORDS in fault


def test_that_a_label_too_low_for_its_lines_is_found(page):
    label = QLabel(WORDS)
    label.setWordWrap(True)
    assert put(page, label, 90, 80) == []
    assert len(put(page, label, 90, 20)) == 1


def note(words):
    note = Note()
    note.setText(words)
    return note


def images(chosen):
    box = PictureBox(length=2)
    box.setPlaceholderText(WORDS)
    box.setToolTip(f"{WORDS} into the drawing")
    box.offer(Dataset("set", np.eye(2, dtype=np.float32)[None], (SENTENCE,)))
    box.setCurrentIndex(chosen)
    return box


def test_that_an_ellipsis_that_a_tool_tip_explains_is_a_fault_of_names_of_ours_alone(page):
    for whole in (note(SENTENCE), note("near “a name from outside”"), images(0)):
        assert put(page, whole, 90, 30) == []
    for cut in (note(WORDS), box(), images(-1)):
        assert any(WORDS in fault for fault in put(page, cut, 90, 30))
        assert put(page, cut, 300, 30) == []


def test_that_a_box_of_images_asks_for_room_to_say_what_it_is_for(page):
    box = images(-1)
    box.setParent(page)
    box.adjustSize()
    box.show()
    assert box.minimumSizeHint().width() == box.width()
    assert faults(page) == []


def test_that_a_widget_beyond_its_place_is_found(page):
    (fault,) = put(page, QWidget(), 500, 20)
    assert "(10, 10, 500, 20) is not within (0, 0, 400, 200)" in fault


def test_that_what_can_be_scrolled_to_is_not_beyond_its_place(page):
    area, inside = QScrollArea(), QWidget()
    inside.setFixedSize(900, 900)
    area.setWidget(inside)
    assert put(page, area, 200, 100) == []


def test_that_what_is_hidden_is_not_measured(page):
    label = Label(WORDS)
    assert len(put(page, label, 20, 20)) == 1
    label.hide()
    assert faults(page) == []


def test_that_a_fault_in_a_scroll_area_is_found(page):
    area, inside = QScrollArea(), QWidget()
    QVBoxLayout(inside).addWidget(Label(WORDS))
    area.setWidget(inside)
    inside.setFixedSize(60, 40)
    (fault,) = put(page, area, 200, 100)
    assert WORDS in fault


class Canvas(QWidget):
    def __init__(self, place):
        super().__init__()
        self.place = place

    def paintEvent(self, event):
        if isinstance(self.place, QRect):
            QPainter(self).drawText(self.place, Qt.AlignmentFlag.AlignCenter, WORDS)
        else:
            QPainter(self).drawText(self.place, WORDS)


@pytest.mark.parametrize(
    ("place", "whole"),
    [
        (QPoint(5, 20), True),
        (QPoint(200, 20), False),
        (QPoint(5, 3), False),
        (QRect(0, 0, 300, 40), True),
        (QRect(0, 0, 60, 40), False),
        (QRect(200, 0, 300, 40), False),
    ],
)
def test_that_painted_words_beyond_their_place_are_found(page, place, whole):
    found = put(page, Canvas(place), 300, 40)
    assert bool(found) != whole
    assert all(WORDS in fault for fault in found)
