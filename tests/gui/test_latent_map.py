import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QWheelEvent
from PySide6.QtWidgets import QApplication

from core import load_dataset
from core.base.ticks import nice_step, ticks
from tp5gui import theme
from tp5gui.canvases.latent_map import LatentMap
from tp5gui.canvases.latent_tiles import tile_grid
from tp5gui.canvases.ticks import tick_text

FONT = load_dataset("font5x7")
POINTS = np.random.default_rng(0).normal(size=(32, 2)).astype(np.float32) * [3, 2]


@pytest.fixture
def latent(qtbot, light):
    latent = LatentMap()
    qtbot.addWidget(latent)
    latent.resize(400, 500)
    latent.set_points(POINTS.astype(np.float32), FONT.images, FONT.labels)
    with qtbot.waitExposed(latent):
        latent.show()
    latent.moves = []
    latent.cursor_moved.connect(lambda x, y: latent.moves.append((x, y)))
    return latent


def test_that_every_point_is_in_sight(latent):
    view = latent.bounds()
    assert all(view.contains(QPointF(*point)) for point in POINTS.tolist())


@pytest.mark.parametrize("size", [(0, 200), (200, 0)])
def test_that_a_layout_that_leaves_it_no_room_harms_nothing(latent, qtbot, size):
    latent.setMinimumSize(0, 0)
    latent.resize(*size)
    latent.set_points(3 * POINTS.astype(np.float32), FONT.images, FONT.labels)
    latent.resize(400, 500)
    view = latent.bounds()
    assert all(view.contains(QPointF(*point)) for point in (3 * POINTS).tolist())


@pytest.mark.parametrize("place", [(0, 0), (399, 499), (200, 250), (13, 400)])
def test_that_a_point_of_the_widget_comes_back_from_the_plane(latent, place):
    there = latent.to_plane(QPointF(*place))
    back = latent.to_widget(there.x(), there.y())
    assert back.x() == pytest.approx(place[0], abs=1e-6)
    assert back.y() == pytest.approx(place[1], abs=1e-6)


def test_that_up_on_the_screen_is_up_in_the_plane(latent):
    assert latent.to_plane(QPointF(200, 10)).y() > latent.to_plane(QPointF(200, 400)).y()


def test_that_dragging_moves_the_cursor_to_the_hand(latent, qtbot):
    qtbot.mousePress(latent, Qt.MouseButton.LeftButton, pos=QPoint(100, 100))
    qtbot.mouseMove(latent, QPoint(150, 220))
    qtbot.mouseRelease(latent, Qt.MouseButton.LeftButton, pos=QPoint(150, 220))
    for place, moved in zip([QPoint(100, 100), QPoint(150, 220)], latent.moves, strict=True):
        wanted = latent.to_plane(QPointF(place))
        assert moved == pytest.approx((wanted.x(), wanted.y()))


def test_that_arrow_keys_move_the_cursor_and_shift_moves_it_further(latent, qtbot):
    latent.set_cursor(0, 0)
    qtbot.keyClick(latent, Qt.Key.Key_Right)
    qtbot.keyClick(latent, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    (right, _), (_, up) = latent.moves
    assert up == pytest.approx(5 * right)
    assert right > 0


def test_that_a_double_click_activates_what_is_under_it(latent, qtbot):
    with qtbot.waitSignal(latent.cursor_activated) as activated:
        qtbot.mouseDClick(latent, Qt.MouseButton.LeftButton, pos=QPoint(90, 80))
    there = latent.to_plane(QPointF(90, 80))
    assert (
        activated.args == pytest.approx([latent.moves[-1][0], latent.moves[-1][1]]) if latent.moves else there
    )


def test_that_moving_the_view_keeps_the_point_under_the_hand(latent, qtbot):
    held = latent.to_plane(QPointF(200, 200))
    qtbot.mousePress(latent, Qt.MouseButton.RightButton, pos=QPoint(200, 200))
    qtbot.mouseMove(latent, QPoint(260, 170))
    qtbot.mouseRelease(latent, Qt.MouseButton.RightButton, pos=QPoint(260, 170))
    now = latent.to_plane(QPointF(260, 170))
    assert (now.x(), now.y()) == pytest.approx((held.x(), held.y()))


def test_that_the_view_rests_while_the_points_move_a_little_and_follows_when_they_leave(latent):
    before = latent.bounds()
    latent.set_points((POINTS * 0.97).astype(np.float32), FONT.images, FONT.labels)
    assert latent.bounds() == before
    latent.set_points((POINTS * 4).astype(np.float32), FONT.images, FONT.labels)
    assert latent.bounds().width() > 2 * before.width()


@given(st.floats(-50, 50), st.floats(-50, 50), st.floats(0.01, 50))
def test_that_the_tiles_cover_the_view(qapp, x, y, spread):
    latent = LatentMap()
    latent.resize(300, 400)
    points = np.array([[x - spread, y], [x + spread, y + spread]], dtype=np.float32)
    latent.set_points(points, FONT.images[:2], ("a", "b"))
    latent.fit()
    rows, columns, bounds = latent.backdrop_grid()
    assert bounds.contains(latent.bounds())
    assert 1 <= rows * columns < 2000
    tile = bounds.width() / columns / (latent.bounds().width() / latent.width())
    assert 25 <= tile <= 53  # an image of 21 and a gap
    latent.deleteLater()


@given(
    st.floats(-50, 50), st.floats(-50, 50), st.floats(0.01, 50), st.floats(-5, 5), st.floats(-5, 5),
    st.tuples(st.integers(1, 28), st.integers(1, 28)),
)  # fmt: skip
def test_that_tiles_stay_where_they_are_while_the_view_moves(x, y, size, right, up, shape):
    grids = [
        tile_grid(QRectF(x + dx, y + dy, size, size), size / 300, shape) for dx, dy in ((0, 0), (right, up))
    ]
    sizes = [(bounds.width() / columns, bounds.height() / rows) for rows, columns, bounds in grids]
    assert sizes[0] == pytest.approx(sizes[1])
    assert sizes[0][1] == pytest.approx(sizes[0][0])
    (_, _, before), (_, _, after) = grids
    for moved, side in ((after.left() - before.left(), 0), (after.top() - before.top(), 1)):
        steps = moved / sizes[0][side]
        assert steps == pytest.approx(round(steps), abs=1e-6)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 1e30])
def test_that_a_point_that_is_nowhere_is_left_out(latent, bad):
    points = POINTS.astype(np.float32)
    points[3, 1] = bad
    latent.set_points(points, FONT.images, FONT.labels)
    assert len(latent.points) == 31
    latent.grab()
    latent.set_points(np.full((32, 2), bad, dtype=np.float32), FONT.images, FONT.labels)
    latent.grab()


@given(st.floats(1e-6, 1e6))
def test_that_a_step_is_nice_and_not_smaller_than_asked(raw):
    step = nice_step(raw)
    assert raw * 0.99 <= step <= raw * 10
    assert f"{step:e}"[0] in "125"


def test_that_ticks_are_the_multiples_of_the_step_in_sight():
    assert ticks(-1.1, 1.9, 0.5) == [-1.0, -0.5, 0.0, 0.5, 1.0, 1.5]
    assert [tick_text(value, 0.5) for value in (-0.5, 1.0)] == ["-0.5", "1.0"]
    assert tick_text(20.0, 10.0) == "20"


COLUMNS = [str(kind) for kind in range(10) for _ in range(6)]
"""Ten labels, six points each."""


def in_columns():
    """Points of every label in a column of its own, above and below its label in the middle."""
    return np.array(
        [(kind, height) for kind in range(10) for height in (-4, -3, -2, 2, 3, 4)], dtype=np.float32
    )


def hues(latent):
    """The colour painted at every point."""
    shot = latent.grab().toImage()
    return [shot.pixelColor(latent.to_widget(x, y).toPoint()).name() for x, y in latent.points.tolist()]


@pytest.fixture
def dots(latent):
    """Points without glyphs, the cursor out of the way."""
    latent.set_points(in_columns(), None, COLUMNS)
    latent.fit()
    aside = latent.to_plane(QPointF(20, 480))
    latent.set_cursor(aside.x(), aside.y())
    return latent


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_that_labels_that_come_again_and_again_have_hues_of_their_own(dots, qapp, scheme):
    theme.apply_theme(qapp, scheme)
    painted = hues(dots)
    assert [len(set(painted[kind * 6 : kind * 6 + 6])) for kind in range(10)] == [1] * 10
    assert len(set(painted)) == 10
    assert QColor(theme.tokens().truth).name() not in painted


def test_that_a_hue_stays_with_its_label_whatever_the_order_of_the_points(dots):
    before = dict(zip(COLUMNS, hues(dots), strict=True))
    order = np.random.default_rng(1).permutation(60)
    dots.set_points(in_columns()[order], None, [COLUMNS[index] for index in order])
    assert dict(zip([COLUMNS[index] for index in order], hues(dots), strict=True)) == before


def test_that_a_point_left_out_takes_no_hue_from_the_others(dots):
    before = hues(dots)
    points = in_columns()
    gone = [0, 5, 12, 17]  # as many above a label as below
    points[gone] = np.nan
    dots.set_points(points, None, COLUMNS)
    kept = [index for index in range(60) if index not in gone]
    assert hues(dots) == [before[index] for index in kept]


@pytest.mark.parametrize(
    "labels", [[str(index) for index in range(60)], [str(index // 3) for index in range(60)]]
)
def test_that_many_labels_share_one_colour(dots, labels):
    dots.set_points(in_columns(), None, labels)
    assert set(hues(dots)) == {QColor(theme.tokens().truth).name()}


def test_that_a_label_stands_in_the_midst_of_its_points(dots):
    bare = dots.grab().toImage()
    dots.set_points(in_columns(), None, [str(index) for index in range(60)])
    without = dots.grab().toImage()
    middle = dots.to_widget(4, 0).toPoint()
    beside = [(middle.x() + x, middle.y() + y) for x in range(-8, 9) for y in range(-8, 9)]
    assert any(bare.pixelColor(x, y) != without.pixelColor(x, y) for x, y in beside)


def test_that_more_points_than_glyphs_have_room_for_are_dots(latent):
    many = np.random.default_rng(0).normal(size=(201, 2)).astype(np.float32)
    glyphs = np.ones((201, 7, 5), dtype=np.float32)
    latent.set_points(many[:200], glyphs[:200], ["x"] * 200)
    assert len(latent.glyphs) == 200
    latent.set_points(many, glyphs, ["x"] * 201)
    assert latent.glyphs is None
    latent.grab()


def test_that_a_point_is_named_where_it_is_pointed_at(dots):
    for index in (0, 13, 59):
        place = dots.to_widget(*in_columns()[index].tolist())
        assert dots.labels[dots.point_at(place)] == COLUMNS[index]
    assert dots.point_at(QPointF(1, 1)) == -1


# -- far from every day


def wheel(widget, notches):
    """Turn the wheel over a corner of a widget, away from the hand where `notches` is positive."""
    place = QPointF(30, 40)
    for _ in range(abs(notches)):
        turn = QWheelEvent(
            place, widget.mapToGlobal(place), QPoint(), QPoint(0, 120 if notches > 0 else -120),
            Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(widget, turn)


@pytest.mark.parametrize("notches", [300, -300])
@pytest.mark.parametrize("centre", [0.0, 1e6])
def test_that_the_wheel_ends_where_nothing_could_be_told_apart(latent, notches, centre):
    latent.set_points(POINTS.astype(np.float32) + np.float32(centre), FONT.images, FONT.labels)
    latent.fit()
    wheel(latent, notches)
    rows, columns, bounds = latent.backdrop_grid()
    assert 0 < rows < 60
    assert 0 < columns < 60
    assert bounds.width() > 0
    latent.grab()
    latent.fit()
    view = latent.bounds()
    assert all(view.contains(QPointF(*point)) for point in latent.points.tolist())


@pytest.mark.parametrize("scale", [0, 1e-45, 1e-30, 1e-6, 1e8, 1e9, 1e30, 3e37, np.nan, np.inf])
def test_that_points_of_any_size_are_shown_or_left_out_and_sound_ones_come_back(latent, scale):
    with np.errstate(all="ignore"):
        latent.set_points((POINTS * scale).astype(np.float32), FONT.images, FONT.labels)
    latent.set_drawing_point(float("nan"), 3e38)
    latent.set_walk(np.float32([[np.nan, 0], [3e38, 1]]), joined=True)
    latent.fit()
    latent.grab()
    assert np.isfinite(latent.points).all()
    latent.set_points(POINTS.astype(np.float32), FONT.images, FONT.labels)
    view = latent.bounds()
    assert all(view.contains(QPointF(*point)) for point in POINTS.tolist())
