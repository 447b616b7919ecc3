import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from core import load_dataset
from tp5gui import theme
from tp5gui.canvases.glyph_grid import GlyphGrid

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
