"""What the mouse does on a picture, keys do as well: zooming, moving, reading off, going through pages."""

import numpy as np
import pytest
from PySide6.QtCore import Qt

from tp5gui.canvases.curves import Curves
from tp5gui.canvases.glyph_grid import GlyphGrid
from tp5gui.canvases.latent_map import LatentMap

KEY, CTRL = Qt.Key, Qt.KeyboardModifier.ControlModifier
EPOCHS = np.arange(0, 400, 5, dtype=np.int64)


@pytest.fixture
def plane(qtbot, light):
    plane = LatentMap()
    qtbot.addWidget(plane)
    plane.resize(300, 200)
    spread = np.random.default_rng(2).normal(size=(20, 2)).astype(np.float32)
    plane.set_points(spread, None, [""] * 20)
    plane.set_cursor(0.4, -0.3)
    return plane


def test_that_keys_zoom_the_map_around_its_cursor_and_move_it_aside(plane, qtbot):
    whole, at = plane.bounds(), plane.to_widget(0.4, -0.3)
    for key, widths in (
        (KEY.Key_Plus, (0.5, 0.9)),
        (KEY.Key_Minus, (0.99, 1.01)),
        (KEY.Key_Equal, (0.5, 0.9)),
    ):
        qtbot.keyClick(plane, key)
        assert widths[0] < plane.bounds().width() / whole.width() < widths[1]
        assert (plane.to_widget(0.4, -0.3) - at).manhattanLength() < 0.01
    moves = {KEY.Key_Right: (1, 0), KEY.Key_Left: (-1, 0), KEY.Key_Up: (0, 1), KEY.Key_Down: (0, -1)}
    for key, (right, up) in moves.items():
        before = plane.bounds().center()
        qtbot.keyClick(plane, key, CTRL)
        moved = plane.bounds().center() - before
        assert (np.sign(moved.x()), np.sign(moved.y())) == (right, up)
    assert plane.cursor_point.toTuple() == (0.4, -0.3)
    qtbot.keyClick(plane, KEY.Key_F)
    assert plane.bounds() == whole


def test_that_the_map_zooms_around_its_middle_where_the_cursor_is_out_of_sight(plane, qtbot):
    plane.set_cursor(1e3, 0)
    middle = plane.bounds().center()
    qtbot.keyClick(plane, KEY.Key_Plus)
    assert (plane.bounds().center() - middle).manhattanLength() < 1e-6


@pytest.fixture
def curves(qtbot, light):
    curves = Curves()
    qtbot.addWidget(curves)
    curves.resize(500, 300)
    curves.show()
    qtbot.waitExposed(curves)
    curves.set_curves(EPOCHS, {"loss": 10.0 / (1 + EPOCHS)}, {"perfect": EPOCHS * 1.0})
    return curves


@pytest.mark.parametrize("log", [False, True])
def test_that_keys_read_off_one_epoch_after_the_other_which_come_into_sight(curves, qtbot, log):
    curves.set_log(log, True)
    for _ in range(12):
        qtbot.keyClick(curves, KEY.Key_Plus)  # until a step is less than from one epoch to the next
    seen = []
    for _ in range(2 * len(EPOCHS)):
        qtbot.keyClick(curves, KEY.Key_Left)
        seen.append(curves.pointed)
        low, high = curves.ranges[0]
        assert low - 1e-6 <= (np.log10(max(curves.pointed, 1)) if log else curves.pointed) <= high + 1e-6
    assert f"epoch {EPOCHS[0]}" in curves.heads[0]
    assert seen == sorted(seen, reverse=True)
    assert set(EPOCHS[seen[0] >= EPOCHS]) == set(seen)  # one by one
    qtbot.keyClick(curves, KEY.Key_F)
    qtbot.keyClick(curves, KEY.Key_PageDown)
    assert curves.pointed > seen[-1]
    qtbot.keyClick(curves, KEY.Key_Escape)
    assert curves.pointed is None


def test_that_keys_zoom_the_epochs_around_the_one_that_is_read_off(curves, qtbot):
    for _ in range(9):
        qtbot.keyClick(curves, KEY.Key_Right)

    def share():
        low, high = curves.ranges[0]
        return (curves.pointed - low) / (high - low)

    where, (low, high) = share(), curves.ranges[0]
    qtbot.keyClick(curves, KEY.Key_Plus)
    assert curves.ranges[0][1] - curves.ranges[0][0] < 0.9 * (high - low)
    assert share() == pytest.approx(where)
    qtbot.keyClick(curves, KEY.Key_Minus)
    assert curves.ranges[0] == pytest.approx((low, high))


def test_that_keys_go_through_the_pages_of_a_grid(qtbot, light):
    grid, count = GlyphGrid(), 97
    qtbot.addWidget(grid)
    grid.resize(300, 200)
    images = np.ones((count, 7, 5), np.float32)
    grid.set_samples(images, None, images, np.zeros(count, np.int64), [str(index) for index in range(count)])
    seen = [grid.current]
    while seen[-1] < count - 1:
        qtbot.keyClick(grid, KEY.Key_PageDown)
        assert grid.current > seen[-1]
        assert grid.sample_rect(grid.current).isValid()
        seen.append(grid.current)
    assert len(seen) < count / 4
    for _ in seen:
        qtbot.keyClick(grid, KEY.Key_PageUp)
    assert grid.current == 0
