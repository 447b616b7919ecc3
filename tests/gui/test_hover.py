"""What is seen explains itself where the pointer rests: marks of the map, parts of the network, numbers."""

import numpy as np
import pytest
from PySide6.QtCore import QPointF

from tests.gui.resting import told
from tp5gui.canvases.glyph_grid import GlyphGrid
from tp5gui.canvases.latent_map import LatentMap
from tp5gui.panels.label import Label

pytestmark = pytest.mark.qt_log_ignore("does not support")  # a tool tip raises itself

POINTS = np.array([[-4, -4], [4, 4]], dtype=np.float32)
IMAGES = np.ones((2, 7, 5), dtype=np.float32)


@pytest.fixture
def latent(qtbot, light):
    latent = LatentMap()
    qtbot.addWidget(latent)
    latent.resize(500, 500)
    with qtbot.waitExposed(latent):
        latent.show()
    latent.set_axis_names("z1", "z2")
    latent.set_points(POINTS, IMAGES, ("first", "second"))
    latent.fit()
    return latent


def test_that_every_mark_of_the_map_says_what_it_is(latent, qtbot):
    latent.set_prior((0.0, 0.0), "prior")
    latent.set_drawing_point(-3.0, 1.0)
    latent.set_cursor(3.0, -3.0)
    latent.set_cursor_image(IMAGES[0], "near first")
    latent.set_walk(np.array([[-3.0, 3.0], [-2.5, 3.0]], dtype=np.float32), joined=True)
    latent.grab()  # which puts the plate in its place
    at = lambda x, y: latent.to_widget(x, y).toPoint()  # noqa: E731
    for place, words in (
        (at(3, -3), "The cursor."),
        (at(-3, 1), "The code of your drawing."),
        (at(-3, 3), "A place of what the Explore panel shows."),
        (at(2, 0), "86 of 100 draws from the prior fall inside the dashed circle."),
        (at(4, 4), "second"),
        (latent.plate.center().toPoint(), "What the network decodes at the cursor"),
    ):
        assert told(qtbot, latent, place).startswith(words)


def test_that_of_a_code_of_one_number_the_lines_of_the_prior_say_what_they_are(latent):
    latent.set_axis_names("z1", "")
    latent.set_prior((0.0, 0.0), "prior")
    words, _ = latent.words_at(latent.to_widget(2.0, 3.0).toPoint())
    assert words == "95 of 100 draws from the prior fall between the dashed lines."


def test_that_the_legend_of_the_grid_says_what_colours_and_marks_are(qtbot, light):
    grid = GlyphGrid()
    qtbot.addWidget(grid)
    grid.resize(400, 300)
    with qtbot.waitExposed(grid):
        grid.show()
    fed = IMAGES.copy()
    fed[0, 0] = 0
    grid.set_samples(IMAGES, fed, IMAGES, np.zeros(2, dtype=np.int64), ("a", "b"), marks=True)
    words = told(qtbot, grid, grid.legend_rect().center())
    for part in (
        "in: the images of the set",
        "fed: the same under the noise",
        "out: what the network",
        "Cross:",
    ):
        assert part in words
    grid.set_samples(IMAGES, None, IMAGES, np.zeros(2, dtype=np.int64), ("a", "b"), marks=False)
    words = told(qtbot, grid, grid.legend_rect().center())
    assert "fed" not in words
    assert "Cross" not in words


def test_that_links_and_strips_of_the_network_say_what_they_are(window, qtbot):
    view = window.draw.network.view
    qtbot.waitUntil(lambda: view.row is not None)
    row = view.row
    between = QPointF((row.before[-1].whole.right() + row.code.left()) / 2, row.code.center().y()).toPoint()
    assert told(qtbot, view, between).startswith("Lines: the strongest contributions")
    bar = row.bars[0].center().toPoint()
    assert told(qtbot, view, bar).startswith("Number")


def test_that_every_number_of_the_bar_above_explains_itself(window, qtbot):
    controls = window.controls
    shown = [label for label in controls.findChildren(Label) if label.isVisible() and label.text()]
    assert shown
    assert not [label.text() for label in shown if not _explained(label, controls)]


def _explained(widget, root):
    """Whether a widget, or one that it lies in, has a tool tip."""
    while widget is not root:
        if widget.toolTip():
            return True
        widget = widget.parentWidget()
    return False
