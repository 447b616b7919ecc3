"""Small things by themselves: bars of code units, strips of images, notes, figures."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QColor, QHelpEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QToolTip, QWidget

from tp5gui import theme
from tp5gui.canvases.pixels import to_qimage
from tp5gui.canvases.strip import Strip
from tp5gui.canvases.unit_bars import UnitBars
from tp5gui.panels.figure import Figure
from tp5gui.panels.note import Note

KEY = Qt.Key


def tool_tip(qtbot, widget, place):
    """What the tool tip says at a place; it is taken away again."""
    QToolTip.hideText()
    qtbot.waitUntil(lambda: not QToolTip.isVisible())
    QApplication.sendEvent(widget, QHelpEvent(QEvent.Type.ToolTip, place, widget.mapToGlobal(place)))
    words = QToolTip.text() if QToolTip.isVisible() else ""
    QToolTip.hideText()
    qtbot.waitUntil(lambda: not QToolTip.isVisible())
    return words


# --- bars of units ---


@pytest.fixture
def bars(qtbot, light):
    bars = UnitBars()
    qtbot.addWidget(bars)
    bars.resize(300, 40)
    with qtbot.waitExposed(bars):
        bars.show()
    return bars


def colour_at(widget, place):
    return widget.grab().toImage().pixelColor(place).name()


@given(st.lists(st.floats(0, 50, width=32), min_size=1, max_size=120), st.floats(0, 1), st.integers(200, 500))
def test_that_bars_stand_side_by_side_as_high_as_their_values_are_large(qapp, values, threshold, width):
    bars = UnitBars()
    bars.resize(width, 40)
    bars.set_values(np.array(values, dtype=np.float32), threshold, "nats")
    rects = [bars.bar(index) for index in range(len(values))]
    for first, second in pairwise(rects):
        assert first.right() < second.left()
    for rect in rects:
        assert 0 <= rect.left() < rect.right() <= width
        assert 0 <= rect.top() < rect.bottom() == 40
    heights = [rects[index].height() for index in np.argsort(values, kind="stable")]
    assert heights == sorted(heights)
    if max(values) > 10 * threshold:
        assert max(heights) == 38  # the highest has the whole room
        assert bars.bar(int(np.argmax(values))).height() == 38
    assert [bars.unit_at(rect.center().x()) for rect in rects] == list(range(len(values)))
    bars.deleteLater()


def test_that_a_bar_is_as_high_as_its_share_of_the_highest(bars):
    bars.set_values(np.array([4.0, 2.0, 1.0], dtype=np.float32), 0.01, "nats")
    assert [bars.bar(index).height() for index in range(3)] == pytest.approx([38, 19, 9.5])


def test_that_values_near_the_threshold_do_not_fill_the_room(bars):
    bars.set_values(np.array([0.02, 0.0], dtype=np.float32), 0.01, "nats")
    assert bars.bar(0).height() == pytest.approx(38 / 5)
    assert bars.bar(1).height() == 2  # seen to be there


def test_that_units_that_are_silent_are_painted_in_the_colour_of_lines(bars):
    values = np.array([3.0, 0.01, 0.0, 0.011, 1.0], dtype=np.float32)
    bars.set_values(values, float(np.float32(0.01)), "nats")
    painted = [colour_at(bars, QPoint(round(bars.bar(index).center().x()), 39)) for index in range(5)]
    told, silent = QColor(theme.tokens().code).name(), QColor(theme.tokens().quiet).name()
    assert painted == [told, silent, silent, told, told]
    top = bars.bar(4).top()
    across = round(bars.bar(4).center().x())
    assert colour_at(bars, QPoint(across, round(top) + 2)) == told
    assert colour_at(bars, QPoint(across, round(top) - 3)) != told


@pytest.mark.qt_log_ignore("does not support raise")
def test_that_a_unit_is_told_by_its_number_value_and_measure(bars, qtbot):
    bars.set_values(np.array([0.5, 1234.5, 0.00123], dtype=np.float32), 0.01, "nats")
    places = [QPoint(round(bars.bar(index).center().x()), 5) for index in range(3)]
    assert tool_tip(qtbot, bars, places[0]) == "unit 1: 0.5 nats"
    silent = "unit 3: 0.00123 nats\nIt is silent: it tells nothing of the image."
    assert tool_tip(qtbot, bars, places[2]) == silent
    assert bars.explained(1) == "unit 2: 1.23e+03 nats"
    assert tool_tip(qtbot, bars, QPoint(290, 5)) == ""
    assert bars.unit_at(-1) == bars.unit_at(290) == -1


def test_that_bars_without_values_paint_nothing(bars):
    empty = bars.grab().toImage()
    bars.set_values(np.ones(2, dtype=np.float32), 0.01, "nats")
    assert bars.grab().toImage() != empty
    bars.set_values(np.zeros(0, dtype=np.float32), 0.01, "nats")
    assert bars.grab().toImage() == empty


# --- strips of images ---


@pytest.fixture
def strip(qtbot, light):
    strip = Strip()
    qtbot.addWidget(strip)
    strip.resize(400, 140)
    strip.set_images(levels(14), [f"picture {index}" for index in range(14)])
    with qtbot.waitExposed(strip):
        strip.show()
    strip.picks = []
    strip.picked.connect(strip.picks.append)
    return strip


def levels(count, shape=(7, 5)):
    """Images of one grey, every image of another."""
    return np.broadcast_to(np.linspace(0, 1, count, dtype=np.float32)[:, None, None], (count, *shape)).copy()


@given(
    st.integers(1, 120), st.integers(160, 900), st.integers(48, 600),
    st.sampled_from([(7, 5), (8, 8), (20, 20), (28, 28), (1, 1), (5, 20), (20, 5)]),
)  # fmt: skip
@example(120, 160, 48, (20, 20))
@example(120, 160, 48, (7, 5))
@example(24, 160, 48, (20, 20))
def test_that_every_image_lies_inside_the_strip_apart_from_the_others_and_is_found_there(
    qapp, count, width, height, shape
):
    strip = Strip()
    strip.resize(width, height)
    strip.set_images(levels(count, shape))
    rects = [strip.rect_of(index) for index in range(count)]
    assert {(rect.width(), rect.height()) for rect in rects} == {(rects[0].width(), rects[0].height())}
    for index, rect in enumerate(rects):
        assert rect.width() >= 1
        assert rect.height() >= 1
        assert strip.rect().contains(rect.adjusted(-1, -1, 1, 1)), index  # the frame as well
        assert not any(rect.intersects(other) for other in rects[:index])
    for index in {0, count // 3, count // 2, count - 1}:
        rect = rects[index]
        for corner in (rect.topLeft(), rect.bottomRight(), rect.center()):
            assert strip.image_at(QPointF(corner)) == index
    assert strip.rect_of(count).isEmpty()
    assert strip.rect_of(-1).isEmpty()
    assert strip.image_at(QPointF(0, 0)) == -1
    assert strip.image_at(QPointF(rects[0].right() + 3, rects[0].center().y())) == -1  # between two
    strip.deleteLater()


def test_that_an_image_has_whole_pixels_a_cell_and_no_larger_ones_would_fit(strip):
    rect = strip.rect_of(0)
    cell = rect.width() // 5
    assert (rect.width(), rect.height()) == (5 * cell, 7 * cell)
    larger = 5 * (cell + 1) + 6, 7 * (cell + 1) + 6
    columns, rows = (400 - 4 + 6) // larger[0], (140 - 4 + 6) // larger[1]
    assert columns * rows < 14


def test_that_what_is_painted_where_an_image_lies_is_the_image(strip):
    shot = strip.grab().toImage()
    output, paper = QColor(theme.tokens().output), QColor(theme.tokens().paper)
    for index, image in enumerate(levels(14)):
        wanted = to_qimage(image, output, paper).pixelColor(0, 0)
        assert shot.pixelColor(strip.rect_of(index).center()) == wanted, index


def test_that_the_keyboard_walks_the_images_and_chooses_one(strip, qtbot):
    columns = strip.columns
    assert 1 < columns < 14
    qtbot.keyClick(strip, KEY.Key_Return)
    assert strip.picks == []  # none is pointed at yet
    for key in (KEY.Key_Right, KEY.Key_Right, KEY.Key_Down):
        qtbot.keyClick(strip, key)
    qtbot.keyClick(strip, KEY.Key_Return)
    qtbot.keyClick(strip, KEY.Key_Left)
    qtbot.keyClick(strip, KEY.Key_Space)
    qtbot.keyClick(strip, KEY.Key_Up)
    qtbot.keyClick(strip, KEY.Key_Enter)
    assert strip.picks == [1 + columns, columns, 0]
    for _ in range(20):
        qtbot.keyClick(strip, KEY.Key_Left)
    qtbot.keyClick(strip, KEY.Key_Return)
    for _ in range(20):
        qtbot.keyClick(strip, KEY.Key_Right)
    qtbot.keyClick(strip, KEY.Key_Return)
    assert strip.picks[3:] == [0, 13]  # no further than the ends


def test_that_the_image_pointed_at_is_framed_while_the_strip_has_the_keyboard(strip, qtbot):
    accent = QColor(theme.tokens().accent).name()
    strip.setFocus()
    qtbot.waitUntil(strip.hasFocus)
    qtbot.keyClick(strip, KEY.Key_Right)
    corner = strip.rect_of(0).topLeft() - QPoint(1, 1)
    assert colour_at(strip, corner) == accent
    assert colour_at(strip, strip.rect_of(1).topLeft() - QPoint(1, 1)) != accent
    strip.clearFocus()
    assert colour_at(strip, corner) != accent


def test_that_a_click_picks_the_image_under_it_and_only_with_the_left_button(strip, qtbot):
    qtbot.mouseClick(strip, Qt.MouseButton.LeftButton, pos=strip.rect_of(5).center())
    qtbot.mouseClick(strip, Qt.MouseButton.RightButton, pos=strip.rect_of(6).center())
    qtbot.mouseClick(strip, Qt.MouseButton.LeftButton, pos=QPoint(0, 0))
    assert strip.picks == [5]


@pytest.mark.qt_log_ignore("does not support raise")
def test_that_an_image_is_told_by_its_name(strip, qtbot):
    assert tool_tip(qtbot, strip, strip.rect_of(3).center()) == "picture 3"
    assert tool_tip(qtbot, strip, QPoint(0, 0)) == ""


def test_that_fewer_images_forget_what_was_pointed_at_beyond_them(strip, qtbot):
    qtbot.mouseClick(strip, Qt.MouseButton.LeftButton, pos=strip.rect_of(13).center())
    strip.set_images(levels(3))
    qtbot.keyClick(strip, KEY.Key_Return)
    strip.set_images(None)
    for key in (KEY.Key_Right, KEY.Key_Down, KEY.Key_Return):
        qtbot.keyClick(strip, key)
    assert all(index < 3 for index in strip.picks[1:])
    assert strip.rect_of(0).isEmpty()


@pytest.mark.parametrize("nothing", [None, np.zeros((0, 7, 5), dtype=np.float32)])
def test_that_a_strip_of_nothing_shows_its_hint(strip, nothing):
    strip.set_images(nothing)
    blank = strip.grab().toImage()
    strip.set_hint("Only a variational network has a prior.")
    assert strip.grab().toImage() != blank
    strip.set_images(levels(2))
    assert colour_at(strip, strip.rect_of(1).center()) == QColor(theme.tokens().output).name()


# --- notes ---


LONG = "near “grinning face with sweat”, 112 px off"


@pytest.fixture
def note(qtbot, light):
    note = Note()
    qtbot.addWidget(note)
    note.setText(LONG)
    note.resize(90, 20)
    with qtbot.waitExposed(note):
        note.show()
    return note


def painted(note, width, words):
    note.setText(words)
    note.resize(width, 20)
    return note.grab().toImage()


def test_that_a_note_without_room_ends_in_an_ellipsis_and_its_tool_tip_tells_all(note):
    shot = painted(note, 90, LONG)
    assert note.toolTip() == LONG
    cut = note.fontMetrics().elidedText(LONG, Qt.TextElideMode.ElideRight, 90)
    assert cut.endswith("…")
    assert 0 < len(cut) < len(LONG)
    assert painted(note, 90, cut) == shot
    assert note.toolTip() == ""  # this one fits


def test_that_a_note_with_room_is_whole_and_needs_no_tool_tip(note):
    painted(note, 90, LONG)
    narrow = note.toolTip()
    painted(note, note.fontMetrics().horizontalAdvance(LONG) + 2, LONG)
    assert (narrow, note.toolTip()) == (LONG, "")


def test_that_a_note_is_read_aloud_as_it_stands(note):
    for words in (LONG, "one", "", "two", "three"):
        note.setText(words)
        assert QAccessible.queryAccessibleInterface(note).text(QAccessible.Text.Name) == words


def test_that_a_note_never_makes_its_neighbours_wider(qtbot, light):
    page, note = QWidget(), Note()
    qtbot.addWidget(page)
    row = QHBoxLayout(page)
    row.addWidget(note)
    before = page.minimumSizeHint().width()
    note.setText(9 * LONG)
    assert page.minimumSizeHint().width() == before < note.fontMetrics().horizontalAdvance(LONG)


# --- figures ---


def test_that_a_figure_is_as_wide_as_the_words_foreseen_need(qtbot, light):
    figure, widths = Figure("88"), []
    qtbot.addWidget(figure)
    for words in ("8 of 32 recognised", "8 of 32 recognised, noisy", "8 of 32 recognised"):
        figure.foresee(words)
        widths.append(figure.width())
    assert widths[0] == widths[2] < widths[1]
