"""Images in pairs: where they stand, how they are marked, and the ways through them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QWheelEvent
from PySide6.QtWidgets import QApplication

from core import load_dataset
from tp5gui import theme
from tp5gui.canvases.pair_grid import PairGrid
from tp5gui.canvases.pair_layout import arranged
from tp5gui.canvases.side_mark import LETTERS, ROLES, paint_change

FONT = load_dataset("font5x7")


def pairs_of(count, sides=2):
    """Images, and what each side made of them: the first all right, the others with more and more wrong."""
    images = np.resize(FONT.images, (count, 7, 5)).astype(np.float32)
    outputs = np.stack([images.copy() for _ in range(sides)])
    growth = np.zeros((sides, count))
    for side in range(1, sides):
        outputs[side, :, 0, 0] = 1 - images[:, 0, 0]
        growth[side] = np.resize([1, 0, -1], count)
    wrong = ((outputs > 0.5) != (images > 0.5)).sum((2, 3))
    return images, outputs, tuple(f"image {number}" for number in range(count)), growth, wrong


@pytest.fixture
def grid(qtbot, light):
    grid = PairGrid()
    qtbot.addWidget(grid)
    grid.resize(600, 360)
    grid.set_pairs(*pairs_of(300))
    with qtbot.waitExposed(grid):
        grid.show()
    yield grid
    grid.close()


# -- where they stand

ROOMS = st.tuples(st.integers(60, 2000), st.integers(60, 1500))
SHAPES = st.tuples(st.integers(1, 64), st.integers(1, 64))


@given(ROOMS, st.integers(1, 400), SHAPES, st.integers(3, 5), st.integers(0, 30), st.floats(1, 2))
def test_that_samples_lie_apart_and_are_found_where_they_lie(room, count, shape, images, words, unit):
    layout = arranged(room, count, shape, images, words, unit)
    assert layout.shown >= 1
    wide, high = layout.sample
    assert wide < layout.pitch[0]
    assert high < layout.pitch[1]
    for place in {0, layout.shown - 1, layout.shown // 2}:
        x, y = layout.corner(place)
        for dx, dy in ((0, 0), (wide - 1, high - 1)):
            assert layout.place_at(x + dx, y + dy) == place
        if layout.columns > 1:
            assert x + wide <= room[0] + layout.pitch[0]
    assert layout.place_at(-1, 0) == layout.place_at(layout.columns * layout.pitch[0], 0) == -1


@given(ROOMS, st.integers(1, 400), SHAPES)
def test_that_more_room_never_makes_images_smaller(room, count, shape):
    small = arranged(room, count, shape, 3, 20, 1.0)
    large = arranged((2 * room[0], 2 * room[1]), count, shape, 3, 20, 1.0)
    assert large.cell >= small.cell


# -- what is shown


def test_that_a_page_shows_what_fits_and_keys_and_wheel_lead_on(grid, qtbot):
    first = grid.in_sight
    assert first == list(range(len(first)))
    assert 0 < len(first) < 300
    qtbot.keyClick(grid, Qt.Key.Key_Right)
    assert grid.current == 0
    qtbot.keyClick(grid, Qt.Key.Key_PageDown)
    assert grid.current == len(first)
    assert grid.current in grid.in_sight
    qtbot.keyClick(grid, Qt.Key.Key_PageUp)
    assert grid.in_sight == first
    turn = QWheelEvent(
        QPointF(50, 90), QPointF(50, 90), QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(grid, turn)
    assert grid.in_sight[0] > 0
    for _ in range(60):
        qtbot.keyClick(grid, Qt.Key.Key_PageDown)
    assert grid.current == 299
    assert grid.in_sight[-1] == 299
    grid.resize(380, 300)
    assert len(grid.in_sight) > 0


def test_that_the_sample_under_the_pointer_is_said_and_leaving_says_none(grid, qtbot):
    grid.set_order(np.arange(299, -1, -1))
    heard = []
    grid.pointed.connect(heard.append)
    for index in grid.in_sight[:3]:
        qtbot.mouseMove(grid, grid.sample_rect(index).center())
        assert (grid.marked, heard[-1]) == (index, index)
    assert grid.in_sight[:3] == [299, 298, 297]
    qtbot.mouseMove(grid, QPoint(1, 1))
    assert heard[-1] == grid.marked == -1
    grid.set_marked(298)
    assert heard[-1] == -1  # what is marked from elsewhere is not said again


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_that_what_is_kept_of_a_page_is_what_would_be_painted_anew(grid, qapp, scheme):
    theme.apply_theme(qapp, scheme)
    grid.grab()
    grid.set_order(np.arange(299, -1, -1))
    grid.set_marked(290)
    kept = grid.grab().toImage()
    fresh = PairGrid()
    fresh.resize(grid.size())
    fresh.set_pairs(*pairs_of(300))
    fresh.set_order(np.arange(299, -1, -1))
    fresh.set_marked(290)
    painted = fresh.grab().toImage()
    theme.apply_theme(qapp, "light")
    assert kept == painted


def test_that_words_name_the_image_its_errors_and_what_became_of_it(grid):
    worse, same, better = (grid.explained(index) for index in range(3))
    assert worse.splitlines() == ["image 0", "A: 0 wrong pixels", "B: 1 wrong pixel, worse than in A"]
    assert same.endswith("the same as in A")
    assert better.endswith("better than in A")


def test_that_without_images_the_hint_is_said(qtbot, light):
    grid = PairGrid()
    qtbot.addWidget(grid)
    grid.set_hint("nothing can be paired")
    assert grid.telling.words == "nothing can be paired."
    qtbot.keyClick(grid, Qt.Key.Key_Right)
    assert grid.sample_at(QPointF(40, 60)) == grid.current == -1
    grid.grab()


@pytest.mark.parametrize("sides", [2, 3, 4])
def test_that_every_output_stands_beside_its_image_with_its_wrong_pixels_marked(qtbot, light, sides):
    grid = PairGrid()
    qtbot.addWidget(grid)
    grid.resize(700, 300)
    grid.set_pairs(*pairs_of(6, sides))
    picture, rect = grid.grab().toImage(), grid.sample_rect(0)
    error = theme.tokens().error
    colours = {
        (picture.pixelColor(x, y).name())
        for x in range(rect.left(), rect.right())
        for y in range(rect.top(), rect.bottom())
    }
    assert {theme.tokens().truth, theme.tokens().output, error} <= colours


# -- marks


def mark(step, colour=None):
    image = QImage(14, 14, QImage.Format.Format_RGB32)
    image.fill(0xFFFFFFFF)
    painter = QPainter(image)
    paint_change(painter, QRectF(0, 0, 14, 14), step, theme.tokens())
    painter.end()
    pixels = np.frombuffer(image.constBits(), np.uint32).reshape(14, 14)
    return pixels != 0xFFFFFFFF


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_that_better_worse_and_the_same_differ_in_shape_and_not_in_colour_alone(qapp, scheme):
    theme.apply_theme(qapp, scheme)
    better, worse, same = mark(-2), mark(3), mark(0)
    theme.apply_theme(qapp, "light")
    assert (better != worse).mean() > 0.2
    assert (better != same).mean() > 0.2
    assert (worse != same).mean() > 0.2
    rows = np.arange(14)[:, None]
    assert (better * rows).sum() / better.sum() > 7  # the broad side is below
    assert (worse * rows).sum() / worse.sum() < 7
    assert better[8, 7]  # full
    assert not worse[5, 7]  # hollow


def test_that_there_are_letters_and_colours_for_four():
    assert len(set(LETTERS)) == len(set(ROLES)) == 4
