"""What all canvases share: steps by keys, a way through a grid, hints."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent

from tp5gui import theme
from tp5gui.canvases.gestures import by_keyboard, step_of, walk
from tp5gui.canvases.glyph_grid import GlyphGrid
from tp5gui.canvases.latent_map import LatentMap
from tp5gui.canvases.pixel_canvas import PixelCanvas
from tp5gui.canvases.strip import Strip
from tp5gui.canvases.study_plot import StudyPlot
from tp5gui.canvases.thumbnails import Thumbnails

KEY = Qt.Key
STEPS = {KEY.Key_Left: (-1, 0), KEY.Key_Right: (1, 0), KEY.Key_Up: (0, -1), KEY.Key_Down: (0, 1)}


def test_that_arrow_keys_are_steps_and_no_other_key_is():
    for key in KEY:
        event = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier)
        assert step_of(event) == STEPS.get(key), key


grids = st.integers(1, 40).flatmap(
    lambda count: st.tuples(st.just(count), st.integers(1, count), st.integers(0, count - 1))
)


@given(grids, st.sampled_from(list(STEPS.values())))
def test_that_a_step_leads_to_a_neighbour_or_to_the_end_of_a_shorter_row(grid, step):
    count, columns, index = grid
    target = walk(index, step, columns, count)
    right, down = step
    wanted = index + right + down * columns
    if 0 <= wanted < count:
        assert target == wanted
    elif down == 1 and index // columns < (count - 1) // columns:
        assert target == count - 1
    else:
        assert target == index


@given(grids)
def test_that_arrow_keys_reach_everything_from_the_first_step_on(grid):
    count, columns, _ = grid
    index, seen = walk(-1, (1, 0), columns, count), set()
    for _ in range(count):
        seen.add(index)
        index = walk(index, (1, 0), columns, count)
    assert seen == set(range(count))


@pytest.mark.parametrize("step", STEPS.values())
def test_that_there_is_no_way_through_nothing(step):
    assert walk(-1, step, 3, 0) == -1


@pytest.mark.parametrize("reason", Qt.FocusReason)
def test_that_only_tab_and_shortcuts_bring_the_focus_by_keyboard(reason):
    wanted = reason.name in ("TabFocusReason", "BacktabFocusReason", "ShortcutFocusReason")
    assert by_keyboard(QFocusEvent(QEvent.Type.FocusIn, reason)) == wanted


@pytest.mark.parametrize("kind", [PixelCanvas, GlyphGrid, LatentMap, Strip, StudyPlot, Thumbnails])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_that_an_empty_canvas_says_its_hint_in_the_middle_and_nothing_else(qtbot, qapp, kind, scheme):
    theme.apply_theme(qapp, scheme)
    canvas = kind()
    qtbot.addWidget(canvas)
    canvas.resize(300, 200)
    blank = canvas.grab().toImage()
    canvas.set_hint("Draw.")
    assert canvas.hint == "Draw."
    shot = canvas.grab().toImage()
    words = [
        (x, y) for x in range(300) for y in range(200) if shot.pixelColor(x, y) != blank.pixelColor(x, y)
    ]
    assert words
    assert all(abs(x - 150) < 40 and abs(y - 100) < 20 for x, y in words)
    soft = QColor(theme.tokens().text_soft).name()
    assert soft in {shot.pixelColor(x, y).name() for x, y in words}
