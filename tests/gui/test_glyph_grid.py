import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from core import load_dataset
from tp5gui import theme
from tp5gui.canvases.glyph_grid import GlyphGrid, arrange

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


def test_that_hovering_frames_a_sample_and_paints_the_picture_no_second_time(grid, qtbot):
    before, picture = grid.grab().toImage(), grid._picture[1].cacheKey()
    qtbot.mouseMove(grid, grid.sample_rect(9).center())
    assert grid.grab().toImage() != before
    assert grid._picture[1].cacheKey() == picture


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
