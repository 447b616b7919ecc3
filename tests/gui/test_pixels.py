import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QColor

from tp5gui import theme
from tp5gui.canvases.pixel_canvas import PixelCanvas, cells_between
from tp5gui.canvases.pixel_view import PixelView
from tp5gui.canvases.pixels import mark_pattern, on_screen, to_qimage

RATIOS = st.sampled_from([1.0, 1.1, 1.25, 1.5, 1.75, 2.0, 3.0])
WHITE, BLACK = QColor("white"), QColor("black")


@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 99))
def test_that_an_image_of_any_width_keeps_its_levels(rows, columns, seed):
    array = np.random.default_rng(seed).random((rows, columns)).astype(np.float32)
    image = to_qimage(array, WHITE, BLACK)
    assert (image.width(), image.height()) == (columns, rows)
    read = [[image.pixelColor(x, y).red() for x in range(columns)] for y in range(rows)]
    assert np.array_equal(read, (array * 255).round())


@given(st.integers(1, 4000), st.integers(1, 4000), RATIOS)
def test_that_a_picture_of_a_widget_covers_it_at_every_scale_and_no_row_more(wide, tall, ratio):
    covered = on_screen(QSize(wide, tall), ratio)
    for length, pixels in ((wide, covered.width()), (tall, covered.height())):
        assert length * ratio - 1e-5 <= pixels < length * ratio + 1
        assert pixels == length or ratio != 1


def test_that_what_is_not_a_number_is_paper():
    image = to_qimage(np.array([[np.nan, 1.0, 7.0, -3.0]]), WHITE, BLACK)
    assert [image.pixelColor(x, 0).red() for x in range(4)] == [0, 255, 255, 0]


def test_that_an_image_must_have_two_dimensions():
    with pytest.raises(ValueError, match=r"\(1, 2, 3\)"):
        to_qimage(np.zeros((1, 2, 3)), WHITE, BLACK)


cells = st.tuples(st.integers(-9, 30), st.integers(-9, 30))


@given(cells, cells)
def test_that_a_line_between_two_cells_is_connected(start, end):
    line = cells_between(start, end)
    assert tuple(line[0]) == start
    assert tuple(line[-1]) == end
    assert (np.abs(np.diff(line, axis=0)).max(1, initial=0) <= 1).all()
    assert len(line) == max(abs(start[0] - end[0]), abs(start[1] - end[1])) + 1


@pytest.fixture
def canvas(qtbot, light):
    canvas = PixelCanvas()
    qtbot.addWidget(canvas)
    canvas.resize(220, 300)
    canvas.set_image(np.zeros((7, 5), dtype=np.float32))
    with qtbot.waitExposed(canvas):
        canvas.show()
    canvas.strokes, canvas.marks = [], []
    canvas.stroke_began.connect(lambda: canvas.strokes.append("began"))
    canvas.stroke_ended.connect(lambda: canvas.strokes.append("ended"))
    canvas.painted.connect(
        lambda where, value: canvas.marks.extend((tuple(cell), value) for cell in where.tolist())
    )
    return canvas


def centre(canvas, row, column):
    return canvas.cell_rect(row, column).center()


def test_that_a_drag_paints_a_connected_line_as_one_stroke(canvas, qtbot):
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=centre(canvas, 0, 0))
    qtbot.mouseMove(canvas, centre(canvas, 6, 4))
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=centre(canvas, 6, 4))
    places = [place for place, _ in canvas.marks]
    assert places[0] == (0, 0)
    assert places[-1] == (6, 4)
    steps = np.abs(np.diff(places, axis=0))
    assert steps.max() <= 1
    assert {value for _, value in canvas.marks} == {1.0}
    assert canvas.strokes == ["began", "ended"]


def test_that_the_right_button_erases(canvas, qtbot):
    qtbot.mouseClick(canvas, Qt.MouseButton.RightButton, pos=centre(canvas, 2, 3))
    assert canvas.marks == [((2, 3), 0.0)]


def test_that_a_stroke_outside_the_image_paints_nothing(canvas, qtbot):
    qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=QPoint(1, 1))
    assert canvas.marks == []


def test_that_the_canvas_shows_only_what_its_owner_sets(canvas, qtbot):
    canvas.clearFocus()
    before = canvas.grab().toImage()
    qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=centre(canvas, 3, 3))
    qtbot.mouseMove(canvas, QPoint(1, 1))
    canvas.clearFocus()
    assert canvas.grab().toImage() == before


def test_that_keys_move_toggle_and_erase(canvas, qtbot):
    canvas.setFocus()
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Up, Qt.Key.Key_Space, Qt.Key.Key_Delete):
        qtbot.keyClick(canvas, key)
    assert canvas.marks == [((2, 1), 1.0), ((2, 1), 0.0)]
    for _ in range(9):
        qtbot.keyClick(canvas, Qt.Key.Key_Left)
    qtbot.keyClick(canvas, Qt.Key.Key_Return)
    assert canvas.marks[-1] == ((2, 0), 1.0)
    assert canvas.strokes == ["began", "ended"] * 3


@pytest.mark.parametrize("shape", [(7, 5), (8, 8), (20, 20), (28, 28), (1, 1), (5, 31)])
def test_that_cells_are_square_whole_and_inside(qtbot, light, shape):
    view = PixelView()
    qtbot.addWidget(view)
    view.resize(200, 160)
    view.set_image(np.zeros(shape, dtype=np.float32))
    area = view.area()
    assert view.rect().contains(area)
    assert area.width() == view.cell_size() * shape[1]
    assert area.height() == view.cell_size() * shape[0]
    last = view.cell_rect(shape[0] - 1, shape[1] - 1)
    assert view.cell_at(last.center().toPointF()) == (shape[0] - 1, shape[1] - 1)


def test_that_missing_and_needless_pixels_are_marked_by_different_shapes(qtbot, light):
    def shot(image, truth):
        view = PixelView()
        qtbot.addWidget(view)
        view.resize(160, 160)
        view.set_image(np.full((2, 2), 0.0 if truth is not None and truth.any() else 1.0, dtype=np.float32))
        view.set_image(image)
        view.set_truth(truth)
        return view.grab().toImage()

    dark, lit = np.zeros((2, 2), np.float32), np.ones((2, 2), np.float32)
    assert shot(dark, dark) == shot(dark, None)
    assert shot(dark, lit) != shot(dark, dark)
    assert shot(lit, dark) != shot(lit, lit)


def test_that_a_stroke_that_leaves_the_image_reports_only_cells_inside(canvas, qtbot):
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=centre(canvas, 3, 2))
    qtbot.mouseMove(canvas, QPoint(1, 1))
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(1, 1))
    assert canvas.marks
    assert all(0 <= row < 7 and 0 <= column < 5 for (row, column), _ in canvas.marks)
    assert canvas.strokes == ["began", "ended"]


def test_that_escape_ends_a_stroke_and_the_rest_of_the_drag_paints_nothing(canvas, qtbot):
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=centre(canvas, 1, 1))
    qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    qtbot.mouseMove(canvas, centre(canvas, 5, 4))
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=centre(canvas, 5, 4))
    assert canvas.marks == [((1, 1), 1.0)]
    assert canvas.strokes == ["began", "ended"]


def test_that_only_the_button_that_began_a_stroke_ends_it(canvas, qtbot):
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=centre(canvas, 1, 1))
    qtbot.mouseClick(canvas, Qt.MouseButton.RightButton, pos=centre(canvas, 1, 1))
    qtbot.keyClick(canvas, Qt.Key.Key_Space)
    assert canvas.strokes == ["began"]
    qtbot.mouseMove(canvas, centre(canvas, 1, 3))
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=centre(canvas, 1, 3))
    assert {value for _, value in canvas.marks} == {1.0}
    assert canvas.strokes == ["began", "ended"]


@pytest.mark.parametrize("image", [None, np.zeros((8, 8), dtype=np.float32)])
def test_that_an_image_of_another_shape_ends_the_stroke(canvas, qtbot, image):
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=centre(canvas, 6, 4))
    canvas.set_image(image)
    assert canvas.strokes == ["began", "ended"]
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton)
    assert canvas.strokes == ["began", "ended"]


def test_that_a_quick_second_dot_is_a_stroke_of_its_own(canvas, qtbot):
    qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=centre(canvas, 1, 1))
    qtbot.mouseDClick(canvas, Qt.MouseButton.LeftButton, pos=centre(canvas, 1, 1))
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=centre(canvas, 1, 1))
    assert canvas.marks == [((1, 1), 1.0)] * 2
    assert canvas.strokes == ["began", "ended"] * 2


def test_that_a_click_begins_and_ends_on_the_view(qtbot, light):
    view, heard = PixelView(), []
    qtbot.addWidget(view)
    view.resize(100, 100)
    view.clicked.connect(lambda: heard.append("click"))
    view.double_clicked.connect(lambda: heard.append("double"))
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(50, 50))
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(50, 50))
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(150, 50))
    assert heard == []
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(50, 50))
    assert heard == ["click"]
    qtbot.mouseDClick(view, Qt.MouseButton.LeftButton, pos=QPoint(50, 50))
    assert "double" in heard


def test_that_a_view_without_an_image_shows_its_hint(qtbot, light):
    view = PixelView()
    qtbot.addWidget(view)
    view.resize(160, 120)
    empty = view.grab().toImage()
    view.set_hint("Draw something.")
    assert view.grab().toImage() != empty
    assert view.cell_size() == 0


def test_that_a_view_refuses_what_is_no_image(qtbot, light):
    view = PixelView()
    qtbot.addWidget(view)
    with pytest.raises(ValueError, match=r"\(2, 7, 5\)"):
        view.set_image(np.zeros((2, 7, 5), dtype=np.float32))


@pytest.mark.parametrize("cell", range(2, 40))
def test_that_ring_and_cross_differ_at_every_size(cell):
    ring, cross = mark_pattern(cell, missing=True), mark_pattern(cell, missing=False)
    assert ring.shape == cross.shape == (cell, cell)
    assert (ring != cross).any()
    if cell > 2:
        assert not ring[cell // 2, cell // 2]
        assert cross[cell // 2, cell // 2]


def test_that_a_view_wears_the_theme_of_the_moment(qtbot, qapp, light):
    view = PixelView()
    qtbot.addWidget(view)
    view.resize(100, 100)
    view.set_role("output")
    view.set_image(np.ones((1, 1), dtype=np.float32))
    seen = []
    for scheme in ("light", "dark"):
        theme.apply_theme(qapp, scheme)
        seen.append((view.grab().toImage().pixelColor(50, 50).name(), theme.tokens().output))
    assert all(painted == token for painted, token in seen)
    assert seen[0] != seen[1]


def owned(canvas):
    """Let the canvas show what is drawn on it, as its owner would."""
    image = np.zeros((7, 5), dtype=np.float32)

    def apply(cells, value):
        image[cells[:, 0], cells[:, 1]] = value
        canvas.set_image(image.copy())

    canvas.painted.connect(apply)
    return image


@pytest.mark.parametrize("grey", [0.1, 0.5, 0.9])
def test_that_the_pen_draws_in_its_grey_and_the_grey_is_painted(canvas, qtbot, grey):
    image = owned(canvas)
    canvas.set_pen(grey)
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=centre(canvas, 1, 1))
    qtbot.mouseMove(canvas, centre(canvas, 1, 4))
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=centre(canvas, 1, 4))
    assert set(canvas.marks) == {((1, column), grey) for column in range(1, 5)}
    assert image[1].tolist() == [0] + [np.float32(grey)] * 4
    ink, paper = QColor(theme.tokens().ink), QColor(theme.tokens().paper)
    wanted = to_qimage(image, ink, paper)
    shot = canvas.grab().toImage()
    assert shot.pixelColor(centre(canvas, 1, 2)) == wanted.pixelColor(2, 1)
    assert shot.pixelColor(centre(canvas, 3, 2)) == paper
    assert ink.lightness() < wanted.pixelColor(2, 1).lightness() < paper.lightness()


def test_that_the_right_button_erases_whatever_the_pen(canvas, qtbot):
    image = owned(canvas)
    canvas.set_pen(0.3)
    for button in (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton):
        qtbot.mouseClick(canvas, button, pos=centre(canvas, 2, 2))
    assert [value for _, value in canvas.marks] == [0.3, 0.0]
    assert not image.any()


def test_that_a_key_toggles_between_the_pen_and_nothing(canvas, qtbot):
    image = owned(canvas)
    canvas.set_pen(0.2)
    canvas.setFocus()
    seen = []
    for key in (Qt.Key.Key_Space, Qt.Key.Key_Space, Qt.Key.Key_Return):
        qtbot.keyClick(canvas, key)
        seen.append(float(image[3, 2]))
    assert seen == pytest.approx([0.2, 0, 0.2])


def test_that_a_pen_changed_within_a_stroke_counts_from_the_next(canvas, qtbot):
    canvas.set_pen(0.7)
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=centre(canvas, 0, 0))
    canvas.set_pen(0.2)
    qtbot.mouseMove(canvas, centre(canvas, 0, 1))
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=centre(canvas, 0, 1))
    qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=centre(canvas, 5, 1))
    assert set(canvas.marks) == {((0, 0), 0.7), ((0, 1), 0.7), ((5, 1), 0.2)}
