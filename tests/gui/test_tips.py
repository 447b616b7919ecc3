"""Tool tips: short lines of plain text, beside what they explain, whichever widget shows them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QPushButton, QToolTip, QVBoxLayout, QWidget

from tests.gui.resting import rest
from tp5gui.canvases.study_plot import Mark, StudyPlot
from tp5gui.panels.choices import choice_box
from tp5gui.tips import beside
from tp5gui.words import TIP_WIDTH

pytestmark = pytest.mark.qt_log_ignore("does not support")  # a tool tip raises itself

LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
WORDS = f"What this does is told in a sentence that is far too long for one line: {LONG}. " * 2


def label():
    """The tool tip that is shown."""
    tips = [one for one in QApplication.topLevelWidgets() if one.inherits("QTipLabel") and one.isVisible()]
    (one,) = tips
    return one


def hovered(qtbot, widget, place):
    """Rest the pointer on a place of a widget; the rectangle of the tool tip that comes, and what it says."""
    rest(qtbot, widget, place)
    return label().geometry(), QToolTip.text()


def on_screen(widget, rect):
    return QRect(widget.mapToGlobal(rect.topLeft()), rect.size())


def put(qtbot, widget, size=(300, 200), at=(100, 100)):
    qtbot.addWidget(widget)
    widget.resize(*size)
    widget.move(*at)
    with qtbot.waitExposed(widget):
        widget.show()


def test_that_a_tool_tip_has_short_lines_and_leaves_its_widget_free(qtbot, light):
    page = QWidget()
    above, below = QPushButton("above"), QPushButton("below")
    column = QVBoxLayout(page)
    for button in (above, below):
        button.setToolTip(WORDS)
        column.addWidget(button)
    put(qtbot, page)
    for button in (above, below):
        for place in (QPoint(3, 3), button.rect().center(), button.rect().bottomRight() - QPoint(3, 3)):
            tip, words = hovered(qtbot, button, place)
            assert max(map(len, words.split("\n"))) <= TIP_WIDTH
            assert "".join(words.split()) == "".join(WORDS.split())
            assert not tip.intersects(on_screen(button, button.rect()))
            assert tip.size() == label().sizeHint()


@pytest.mark.parametrize("corner", ["topLeft", "topRight", "bottomLeft", "bottomRight"])
def test_that_at_every_edge_of_the_screen_a_tool_tip_is_whole_and_beside_its_widget(qtbot, light, corner):
    screen, button = QGuiApplication.primaryScreen().availableGeometry(), QPushButton("press")
    button.setToolTip(WORDS)
    place = QRect(QPoint(), QSize(120, 40))
    getattr(place, f"move{corner[0].upper()}{corner[1:]}")(getattr(screen, corner)())
    put(qtbot, button, (120, 40), place.topLeft().toTuple())
    tip, _ = hovered(qtbot, button, QPoint(20, 20))
    assert screen.contains(tip)
    assert not tip.intersects(button.geometry())


def test_that_markup_in_a_tool_tip_is_read_as_it_is(qtbot, light):
    button = QPushButton("press")
    button.setToolTip("<b>bold</b> & <img src='/dev/zero'>")
    put(qtbot, button)
    _, words = hovered(qtbot, button, QPoint(20, 20))
    assert words == "<b>bold</b> & <img src='/dev/zero'>"
    assert label().findChild(QLabel) is None
    assert label().textFormat() is Qt.TextFormat.PlainText


def test_that_the_help_of_an_entry_stands_beside_the_entry(qtbot, light):
    box = choice_box([("one", "One", WORDS), ("two", "Two", WORDS)], width=8)
    put(qtbot, box, (200, 30))
    box.showPopup()
    view = box.view()
    qtbot.waitUntil(view.isVisible)
    rect = view.visualRect(view.model().index(1, 0))
    tip, words = hovered(qtbot, view.viewport(), rect.center())
    assert max(map(len, words.split("\n"))) <= TIP_WIDTH
    assert not tip.intersects(on_screen(view.viewport(), rect))
    box.hidePopup()


def test_that_the_help_of_an_action_stands_beside_its_line_of_the_menu(qtbot, light):
    menu = QMenu()
    menu.setToolTipsVisible(True)
    actions = [menu.addAction("first"), menu.addAction("second")]
    for action in actions:
        action.setToolTip(WORDS)
    qtbot.addWidget(menu)
    menu.popup(QPoint(50, 50))
    qtbot.waitUntil(menu.isVisible)
    rect = menu.actionGeometry(actions[0])
    tip, _ = hovered(qtbot, menu, rect.center())
    assert not tip.intersects(on_screen(menu, rect))
    menu.close()


def test_that_what_is_told_of_a_place_of_a_canvas_stands_beside_it(qtbot, light):
    plot = StudyPlot()
    put(qtbot, plot, (420, 220))
    plot.set_line([Mark("a", 1.0, 0.5, 1.5, WORDS), Mark("b", 2.0, 1.5, 2.5, WORDS)], (1, 2), ("x", "y"))
    place = plot.place_of(0).toPoint()
    tip, words = hovered(qtbot, plot, place)
    assert words.startswith("What this does")
    assert not tip.contains(plot.mapToGlobal(place))


sizes = st.tuples(st.integers(10, 500), st.integers(10, 300)).map(lambda size: QSize(*size))
screens = st.tuples(st.integers(-900, 900), st.integers(-900, 900), st.integers(800, 2000)).map(
    lambda one: QRect(one[0], one[1], one[2], 700)
)


@given(screens, sizes, sizes, st.floats(0, 1), st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_that_a_tool_tip_covers_what_it_explains_only_where_the_screen_has_no_room(
    screen, size, thing, left, top, right, down
):
    corner = QPoint(
        screen.left() + round(left * (screen.width() - thing.width())),
        screen.top() + round(top * (screen.height() - thing.height())),
    )
    explained = QRect(corner, thing)
    at = corner + QPoint(round(right * (thing.width() - 1)), round(down * (thing.height() - 1)))
    tip = QRect(beside(explained, size, at, screen), size)
    assert screen.contains(tip)
    room = max(
        screen.bottom() - explained.bottom() - size.height(), explained.top() - screen.top() - size.height(),
        screen.right() - explained.right() - size.width(), explained.left() - screen.left() - size.width(),
    )  # fmt: skip
    if room > 8:
        assert not tip.intersects(explained)
