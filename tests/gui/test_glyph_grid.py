from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QWheelEvent
from PySide6.QtWidgets import QApplication

from core import load_dataset
from tp5gui import theme
from tp5gui.canvases import glyph_grid
from tp5gui.canvases.glyph_grid import GlyphGrid
from tp5gui.canvases.glyph_layout import Layout, arrange
from tp5gui.canvases.pixels import to_qimage

FONT = load_dataset("font5x7")


@pytest.fixture
def grid(qtbot, light):
    grid = GlyphGrid()
    qtbot.addWidget(grid)
    grid.resize(360, 260)
    grid.set_samples(FONT.images, None, FONT.images, np.zeros(32, dtype=np.int64), FONT.labels)
    with qtbot.waitExposed(grid):
        grid.show()
    return grid


def colours(widget, rect):
    image = widget.grab(rect).toImage()
    return {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}


@pytest.mark.parametrize("size", [(360, 260), (700, 400), (200, 140), (240, 600)])
@pytest.mark.parametrize("fed", [True, False])
def test_that_every_sample_lies_inside_and_apart(grid, size, fed):
    grid.resize(*size)
    grid.set_samples(FONT.images, FONT.images if fed else None, FONT.images, np.zeros(32, int), FONT.labels)
    boxes = [grid.sample_rect(index) for index in range(32)]
    assert all(grid.rect().contains(box) for box in boxes)
    assert all(not a.intersects(b) for i, a in enumerate(boxes) for b in boxes[i + 1 :])
    assert [grid.sample_at(box.center()) for box in boxes] == list(range(32))


def test_that_a_click_names_the_sample_under_the_hand(grid, qtbot):
    with qtbot.waitSignal(grid.clicked) as clicked:
        qtbot.mouseClick(grid, Qt.MouseButton.LeftButton, pos=grid.sample_rect(17).center())
    assert clicked.args == [17]


def test_that_keys_walk_the_grid_and_enter_chooses(grid, qtbot):
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left):
        qtbot.keyClick(grid, key)
    with qtbot.waitSignal(grid.clicked) as clicked:
        qtbot.keyClick(grid, Qt.Key.Key_Return)
    assert clicked.args == [0]


@pytest.mark.parametrize("missing", [True, False])
def test_that_a_wrong_pixel_is_marked_on_the_sample_that_has_it(grid, missing):
    outputs = FONT.images.copy()
    row, column = np.argwhere((outputs[5] > 0.5) == missing)[0]
    outputs[5, row, column] = 0.0 if missing else 1.0
    wrong = np.zeros(32, dtype=np.int64)
    wrong[5] = 1
    grid.set_samples(FONT.images, None, outputs, wrong, FONT.labels)
    error = QColor(theme.tokens().error).name()
    assert error in colours(grid, grid.sample_rect(5))
    assert error not in colours(grid, grid.sample_rect(6))


def test_that_a_sample_that_is_not_recognised_is_underlined(grid):
    wrong = np.zeros(32, dtype=np.int64)
    wrong[[2, 3]] = [1, 2]
    grid.set_samples(FONT.images, None, FONT.images, wrong, FONT.labels)
    error = QColor(theme.tokens().error).name()
    assert error in colours(grid, grid.sample_rect(3))
    assert error not in colours(grid, grid.sample_rect(2))


@given(
    st.integers(20, 900), st.integers(20, 600), st.integers(1, 120),
    st.tuples(st.integers(1, 28), st.integers(1, 28)), st.integers(2, 3), st.sampled_from([1.0, 1.5, 2.0]),
)  # fmt: skip
def test_that_samples_never_overlap_whatever_the_room(width, height, count, shape, glyphs, unit):
    layout = arrange((width, height), count, shape, glyphs, unit)
    assert 1 <= layout.shown <= count
    assert layout.scale >= 1
    assert layout.pitch[0] > layout.sample[0]
    assert layout.pitch[1] > layout.sample[1]
    if layout.sample[0] <= width and layout.shown > 1:
        rows = -(-layout.shown // layout.columns)
        assert layout.left + (layout.columns - 1) * layout.pitch[0] + layout.sample[0] <= width
        assert rows == 1 or rows * (layout.sample[1] + 1) <= height


layouts = st.builds(
    arrange,
    st.tuples(st.integers(20, 900), st.integers(20, 600)), st.integers(1, 120),
    st.tuples(st.integers(1, 28), st.integers(1, 28)), st.integers(2, 3), st.sampled_from([1.0, 1.5, 2.0]),
)  # fmt: skip


@given(layouts, st.data())
def test_that_a_place_of_a_page_is_found_at_its_corner_and_at_its_opposite_corner(layout, data):
    place = data.draw(st.integers(0, layout.shown - 1))
    x, y = layout.corner(place)
    assert layout.place_at(x, y) == place
    assert layout.place_at(x + layout.sample[0] - 1, y + layout.sample[1] - 1) == place
    assert layout.place_at(layout.corner(layout.columns - 1)[0] + layout.pitch[0], y) == -1
    assert layout.place_at(x, -1) == -1


@given(st.integers(1, 9), st.integers(1, 9), st.integers(1, 400), st.data())
def test_that_a_page_with_a_sample_has_it_in_sight_and_moves_no_further_than_it_takes(
    columns, rows, more, data
):
    layout = Layout(columns, columns * rows, 1, 1, (12, 7), (20, 19), 0)
    count = layout.shown + more
    first = layout.page_from(data.draw(st.integers(-9, count + 9)), count)
    index = data.draw(st.integers(0, count - 1))
    page = layout.page_with(index, first, count)
    assert page % layout.columns == 0
    assert 0 <= page <= index < page + layout.shown
    assert page + layout.shown < count + layout.columns  # no more than a row is not full
    if index < first:
        assert index < page + layout.columns  # in the first row
    elif index >= first + layout.shown:
        assert index >= page + layout.shown - layout.columns  # in the last one
    else:
        assert page == first


def test_that_a_larger_cell_would_not_fit():
    layout = arrange((352, 240), 32, (7, 5), 2)
    wide, high = 2 * 5 * (layout.scale + 1) + layout.scale + 1, 7 * (layout.scale + 1)
    assert (352 + 8) // (wide + 8) * (240 // (high + 12)) < 32


def test_that_what_was_fed_shows_only_where_it_differs(grid):
    def width(fed):
        grid.set_samples(FONT.images, fed, FONT.images, np.zeros(32, int), FONT.labels)
        return grid.sample_rect(0).width() / grid.sample_rect(0).height()

    assert width(FONT.images.copy()) == width(None)
    assert width(1 - FONT.images) > width(None)


def test_that_a_sample_is_explained_by_its_label_and_its_wrong_pixels(grid):
    wrong = np.zeros(32, dtype=np.int64)
    wrong[[1, 2]] = [2, 1]
    grid.set_samples(FONT.images, None, FONT.images, wrong, FONT.labels)
    assert [grid.explained(index) for index in range(1, 4)] == [
        "a: 2 wrong pixels", "b: 1 wrong pixel", "c: no wrong pixel",
    ]  # fmt: skip


def test_that_hovering_frames_a_sample_and_paints_the_page_no_second_time(grid, qtbot, monkeypatch):
    real, pages = glyph_grid.paint_sheet, []
    monkeypatch.setattr(glyph_grid, "paint_sheet", lambda *page: pages.append(page) or real(*page))
    before = grid.grab().toImage()
    qtbot.mouseMove(grid, grid.sample_rect(9).center())
    assert grid.grab().toImage() != before
    assert not pages
    grid.set_samples(FONT.images, None, FONT.images, np.zeros(32, dtype=np.int64), FONT.labels)
    grid.grab()
    assert len(pages) == 1


def test_that_too_many_samples_are_cut_whole_and_not_through(grid):
    images = np.ones((97, 20, 20), dtype=np.float32)
    grid.resize(240, 160)
    grid.set_samples(images, None, images, np.zeros(97, int), ["face"] * 97)
    shown = [index for index in range(97) if grid.sample_rect(index).isValid()]
    assert shown == list(range(len(shown)))
    assert 1 < len(shown) < 97
    assert all(grid.rect().contains(grid.sample_rect(index)) for index in shown)


def test_that_a_press_dragged_to_another_sample_chooses_none(grid, qtbot):
    with qtbot.assertNotEmitted(grid.clicked):
        qtbot.mousePress(grid, Qt.MouseButton.LeftButton, pos=grid.sample_rect(1).center())
        qtbot.mouseRelease(grid, Qt.MouseButton.LeftButton, pos=grid.sample_rect(2).center())


def test_that_arrays_that_do_not_agree_are_refused(grid):
    with pytest.raises(ValueError, match=r"31, 7, 5"):
        grid.set_samples(FONT.images, None, FONT.images[:31], np.zeros(32, int), FONT.labels)


def test_that_fewer_samples_forget_what_was_chosen_beyond_them(grid, qtbot):
    qtbot.mouseClick(grid, Qt.MouseButton.LeftButton, pos=grid.sample_rect(30).center())
    two = FONT.images[:2]
    grid.set_samples(two, None, two, np.zeros(2, int), FONT.labels[:2])
    with qtbot.assertNotEmitted(grid.clicked):
        qtbot.keyClick(grid, Qt.Key.Key_Return)


LEVELS = np.broadcast_to(np.linspace(0, 1, 97, dtype=np.float32)[:, None, None], (97, 20, 20)).copy()
"""Samples of one grey, every sample of another."""


def wheel(widget, notches):
    """Turn the wheel over the middle of a widget, away from the hand where `notches` is positive."""
    place = widget.rect().center().toPointF()
    turned = QPoint(0, 120 * notches)
    event = QWheelEvent(
        place, widget.mapToGlobal(place), QPoint(), turned, Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(widget, event)


def in_sight(grid):
    """The samples on the page, in order, found by their places."""
    return [index for index in range(97) if grid.sample_rect(index).isValid()]


def check_page(grid):
    """The page is full, in one piece, and what is painted where a sample lies is that sample."""
    page, shot = in_sight(grid), grid.grab().toImage()
    truth, paper = QColor(theme.tokens().truth), QColor(theme.tokens().paper)
    assert page == list(range(page[0], page[-1] + 1))
    boxes = [grid.sample_rect(index) for index in page]
    assert all(grid.rect().contains(box) for box in boxes)
    for index, box in zip(page, boxes, strict=True):
        wanted = to_qimage(LEVELS[index], truth, paper).pixelColor(0, 0)
        assert shot.pixelColor(box.topLeft() + QPoint(3, 3)) == wanted, index
        for place in (box.topLeft(), box.center(), box.topLeft() + QPoint(19, 19)):
            assert grid.sample_at(place) == index
    return page


@pytest.fixture(params=[(240, 160), (200, 140)])
def pages(request, grid):
    """A grid with more samples than one page has room for."""
    grid.resize(*request.param)
    grid.set_samples(LEVELS, None, LEVELS, np.zeros(97, int), [str(index) for index in range(97)])
    assert len(in_sight(grid)) < 97
    return grid


def test_that_the_wheel_brings_every_sample_into_sight_and_never_an_empty_page(pages):
    first, seen, looks = check_page(pages), set(), []
    tops = {pages.sample_rect(index).top() for index in first}
    for _ in range(60):
        page = check_page(pages)
        assert {pages.sample_rect(index).top() for index in page} == tops
        seen |= set(page)
        looks.append(page)
        wheel(pages, -1)
    assert seen == set(range(97))
    assert looks[-1] == looks[-2]  # no further than the end
    assert all(later[0] - sooner[0] in (0, len(first) // len(tops)) for sooner, later in pairwise(looks))
    for _ in range(60):
        wheel(pages, 1)
    assert check_page(pages) == first


def test_that_a_click_after_scrolling_names_the_sample_that_is_painted_there(pages, qtbot):
    for _ in range(3):
        wheel(pages, -1)
    page = check_page(pages)
    assert page[0] > 0
    for index in (page[0], page[len(page) // 2], page[-1]):
        with qtbot.waitSignal(pages.clicked) as clicked:
            qtbot.mouseClick(pages, Qt.MouseButton.LeftButton, pos=pages.sample_rect(index).center())
        assert clicked.args == [index]
    shot = pages.grab().toImage()
    wheel(pages, -1)
    assert pages.grab().toImage() != shot


def test_that_keys_bring_the_sample_they_point_at_into_sight(pages, qtbot):
    pages.setFocus()
    first, columns = 0, pages.columns
    for index in range(97):
        qtbot.keyClick(pages, Qt.Key.Key_Right)
        assert pages.sample_rect(index).isValid(), index
        before, first = first, in_sight(pages)[0]
        assert first - before in (0, columns)  # no further than it takes
    check_page(pages)
    qtbot.keyClick(pages, Qt.Key.Key_Right)
    with qtbot.waitSignal(pages.clicked) as clicked:
        qtbot.keyClick(pages, Qt.Key.Key_Return)
    assert clicked.args == [96]
    for _ in range(97):
        qtbot.keyClick(pages, Qt.Key.Key_Up)
        check = in_sight(pages)
        assert pages.current in check
    assert check_page(pages)[0] == 0
    while pages.current + columns < 97:
        before = pages.current
        qtbot.keyClick(pages, Qt.Key.Key_Down)
        assert pages.current == before + columns
        assert pages.sample_rect(pages.current).isValid()


@pytest.mark.parametrize("marks", [True, False])
def test_that_the_page_says_which_samples_it_shows_in_words_that_are_not_cut(pages, marks):
    pages.set_samples(LEVELS, None, LEVELS, np.zeros(97, int), ["x"] * 97, marks=marks)
    legends = []
    for _ in range(2):
        legends.append(pages.grab(pages.legend_rect()).toImage())
        edge = pages.grab(pages.legend_rect().adjusted(pages.width() - 3, 0, 0, 0)).toImage()
        ground = {edge.pixelColor(x, y).name() for x in range(3) for y in range(edge.height())}
        assert len(ground) == 1  # no letter reaches over the edge
        wheel(pages, -1)
    assert legends[0] != legends[1]


def test_that_a_scrolled_page_is_full_after_the_room_or_the_samples_change(pages):
    for _ in range(60):
        wheel(pages, -1)
    few = len(in_sight(pages)) + 1
    pages.set_samples(LEVELS[:few], None, LEVELS[:few], np.zeros(few, int), ["x"] * few)
    assert len(in_sight(pages)) in (few, few - 1)
    pages.set_samples(LEVELS, 1 - LEVELS, LEVELS, np.zeros(97, int), ["x"] * 97)
    check_page(pages)
    for _ in range(60):
        wheel(pages, -1)
    pages.resize(pages.width() + 120, pages.height() + 90)
    check_page(pages)


def test_that_new_samples_of_the_same_run_leave_the_page_where_it_is(pages):
    for _ in range(2):
        wheel(pages, -1)
    before = in_sight(pages)
    pages.set_samples(LEVELS, None, 1 - LEVELS, np.zeros(97, int), ["x"] * 97)
    assert check_page(pages) == before
