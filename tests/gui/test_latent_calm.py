"""What keeps a latent map calm: images thin out, tiles fade, the plate evades, the view follows."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QImage, QPainter

from core import load_dataset, preset
from tests.gui.frames import frame_of
from tp5gui import theme
from tp5gui.canvases.latent_images import MOST, SIDE, coarse, size_of
from tp5gui.canvases.latent_map import LatentMap
from tp5gui.canvases.latent_plate import CLEAR, INSIDE, beside
from tp5gui.canvases.latent_thin import SPARE, overlapping, thinned
from tp5gui.canvases.latent_tiles import FAR, NEAR, clearness
from tp5gui.canvases.pixels import words_of
from tp5gui.session.bench import Bench
from tp5gui.session.messages import Phase

FONT = load_dataset("font5x7")
SEEDS = st.integers(0, 9999)
SIZE = (18.0, 24.0)
NONE = np.zeros(120, dtype=np.bool_)
LEFT = Qt.MouseButton.LeftButton


def crowd(seed, room=300.0):
    return np.random.default_rng(seed).uniform(0, room, (120, 2))


# -- images thin out


@given(SEEDS, st.booleans())
def test_that_no_two_images_overlap_and_each_that_is_hidden_is_kept_out_by_one_that_stands(seed, some):
    places = crowd(seed)
    before = np.random.default_rng(seed).random(120) < 0.5 if some else NONE
    stand = thinned(places, SIZE, before)
    apart = ~overlapping(places, SIZE) | np.eye(120, dtype=bool)
    assert apart[np.ix_(stand, stand)].all()
    assert overlapping(places, SIZE, SPARE)[np.ix_(~stand, stand)].any(1).all()


@given(SEEDS)
def test_that_the_same_images_stand_while_all_move_less_than_the_room_to_spare(seed):
    places = crowd(seed)
    first = thinned(places, SIZE, NONE)
    moved = places + np.random.default_rng(seed + 1).uniform(-SPARE / 2, SPARE / 2, places.shape)
    second = thinned(moved, SIZE, first)
    assert second[first].all()


@given(SEEDS)
def test_that_what_rests_stays_as_it_is_and_what_moves_along_does_too(seed):
    places = crowd(seed)
    first = thinned(places, SIZE, NONE)
    assert (thinned(places, SIZE, first) == first).all()
    assert (thinned(np.add(places, [50, -30]), SIZE, first) == first).all()


@given(SEEDS)
def test_that_all_images_come_back_where_there_is_room(seed):
    places = np.unique(crowd(seed).round(), axis=0)
    few = thinned(places, SIZE, np.zeros(len(places), dtype=np.bool_))
    assert thinned(places * 60, SIZE, few).all()


@pytest.fixture
def latent(qtbot, light):
    latent = LatentMap()
    qtbot.addWidget(latent)
    latent.resize(400, 500)
    points = np.random.default_rng(0).normal(size=(32, 2)).astype(np.float32) * np.float32([1, 0.3])
    latent.set_points(points, FONT.images, FONT.labels)
    latent.set_cursor_image(FONT.images[1], "reads “a”")
    with qtbot.waitExposed(latent):
        latent.show()
    latent.moves = []
    latent.cursor_moved.connect(lambda x, y: latent.moves.append((x, y)))
    return latent


def test_that_images_come_back_on_zoom(latent):
    few = latent.standing.sum()
    assert 1 <= few < 32
    latent.fit_to((-0.1, -0.1), (0.1, 0.1), 0)
    close = latent.all_to_widget(latent.points)
    size = np.add(size_of((7, 5), 1.0), 3)
    free = ~(overlapping(close, tuple(size), SPARE) & ~np.eye(32, dtype=bool)).any(1)
    assert latent.standing[free].all()
    assert latent.standing.sum() > few


# -- tiles of one size that fade


@given(st.tuples(st.integers(1, 300), st.integers(1, 300)), st.sampled_from([1.0, 1.25, 1.5, 2.0]))
def test_that_images_of_all_shapes_are_about_as_large(shape, ratio):
    longer = max(size_of(shape, ratio)) / ratio
    assert SIDE / 2 < longer <= MOST + 1


def test_that_a_coarse_image_is_the_mean_of_what_it_stands_for():
    image = np.random.default_rng(0).random((64, 64)).astype(np.float32)
    np.testing.assert_allclose(coarse(image, 1.0), image.reshape(32, 2, 32, 2).mean((1, 3)), rtol=1e-5)


@given(SEEDS, st.floats(-1e4, 1e4))
def test_that_a_tile_is_clear_at_a_code_and_gone_far_from_all_of_them(seed, offset):
    generator = np.random.default_rng(seed)
    points = generator.uniform(-6, 6, (generator.integers(1, 90), 2)) + offset
    x, y = np.linspace(-12, 12, 20) + offset, np.linspace(-9, 9, 14) + offset
    clear = clearness(x, y, points, 0.7)
    away = np.hypot(x[None, :, None] - points[:, 0], y[:, None, None] - points[:, 1]).min(2) / 0.7
    assert (clear[away < NEAR * 0.99] == 1).all()
    assert (clear[away > FAR * 1.01] == 0).all()
    order = away.ravel().argsort()
    assert (np.diff(clear.ravel()[order]) <= 1e-3).all()


@given(SEEDS)
def test_that_no_tile_jumps_while_codes_move_a_little(seed):
    points = np.random.default_rng(seed).uniform(-4, 4, (30, 2))
    x, y = np.linspace(-8, 8, 20), np.linspace(-8, 8, 20)
    before, after = (clearness(x, y, moved, 0.8) for moved in (points, np.add(points, [0.02, -0.02])))
    assert np.abs(after - before).max() < 0.03


def test_that_tiles_are_painted_by_the_codes_and_nowhere_else(latent):
    rows, columns, bounds = latent.backdrop_grid()
    points = np.zeros((2, 2), dtype=np.float32) + np.float32([[0, 0], [0.01, 0]])
    latent.set_points(points, FONT.images[:2], ("a", "b"))
    latent.fit_to((-2, -2), (2, 2), 0)
    rows, columns, bounds = latent.backdrop_grid()
    latent.set_cursor_image(None, "")
    plain = latent.grab().toImage()
    latent.set_backdrop(np.ones((rows, columns, 7, 5), dtype=np.float32), bounds)
    tiled = latent.grab().toImage()
    # a tile next to the codes, and the corner
    unit, side = latent.unit, bounds.width() / columns
    near = latent.to_widget(side * 0.5, side * 0.5).toPoint() + QPoint(6, 0)
    assert tiled.pixelColor(near) != plain.pixelColor(near)
    # all codes are on one spot, where zooming in is what keeps tiles: they fill their share of the view
    assert tiled.pixelColor(near).saturation() > 40
    assert unit > 0


# -- the plate


ROOMS = st.tuples(st.integers(220, 900), st.integers(220, 900))


@given(ROOMS, st.floats(0, 1), st.floats(0, 1), st.integers(-1, 7), SEEDS)
def test_that_the_plate_stays_inside_and_leaves_the_cursor_free(room, right, down, before, seed):
    cursor = QPointF(right * room[0], down * room[1])
    taken = np.random.default_rng(seed).uniform(0, 1, (40, 2)) * room
    size = QSizeF(128, 120) if min(room) / 2 - CLEAR - INSIDE >= 120 else QSizeF(96, 84)
    side, plate = beside([QRectF(7, 9, *room)], size, cursor + QPointF(7, 9), np.add(taken, (7, 9)), before)
    plate.translate(-7, -9)
    assert QRectF(0, 0, *room).contains(plate)
    around = QRectF(cursor - QPointF(CLEAR, CLEAR), cursor + QPointF(CLEAR, CLEAR))
    assert not plate.intersects(around)
    assert 0 <= side < 8


def test_that_the_plate_evades_images_and_stays_on_its_side_for_a_few():
    room, size, cursor = [QRectF(0, 0, 500, 500)], QSizeF(120, 120), QPointF(250, 250)
    right = np.array([[300 + 10 * k, 250.0] for k in range(6)])
    side, plate = beside(room, size, cursor, right, -1)
    assert not plate.contains(QPointF(300, 250))
    assert beside(room, size, cursor, right[:1], 0)[0] == 0
    assert beside(room, size, cursor, right, 0)[0] == side != 0


def test_that_the_plate_of_a_real_map_is_inside_wherever_the_cursor_is_dragged(latent, qtbot):
    for size in ((220, 220), (400, 500)):
        latent.resize(*size)
        for x in range(4, size[0], 40):
            qtbot.mouseClick(latent, LEFT, pos=QPoint(x, size[1] - x // 2 - 4))
            latent.grab()
            assert latent.rect().toRectF().contains(latent.plate)


def lettered(latent):
    """Where in the widget figures and names of axes stand: (height, width)."""
    image = QImage(latent.size(), QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    latent.paint_axes(painter, theme.tokens())
    painter.end()
    return words_of(image) > 0


NAMES = [("z1", "z2"), ("main direction 1 of 3", "main direction 2 of 3"), ("z1", "")]


@pytest.mark.parametrize("names", NAMES)
@pytest.mark.parametrize("size", [(220, 220), (300, 250), (400, 500)])
def test_that_the_plate_covers_neither_a_figure_nor_a_name_of_an_axis(latent, size, names):
    latent.resize(*size)
    latent.set_axis_names(*names)
    latent.set_cursor_image(FONT.images[1], "near “a”, 2 px off")
    latent.grab()
    letters, bounds = lettered(latent), latent.bounds()
    assert letters.any()
    for x in np.linspace(0, 1, 9):
        for y in np.linspace(0, 1, 9):
            latent.set_cursor(bounds.left() + x * bounds.width(), bounds.top() + y * bounds.height())
            latent.grab()
            plate, cursor = latent.plate.toRect(), latent.to_widget(*latent.cursor_point.toTuple())
            assert not letters[plate.top() : plate.bottom() + 1, plate.left() : plate.right() + 1].any()
            around = QRectF(cursor - QPointF(CLEAR, CLEAR), cursor + QPointF(CLEAR, CLEAR))
            assert not latent.plate.intersects(around)
            assert latent.rect().contains(plate)


# -- a cursor left behind


def left_behind(latent):
    """Put the cursor far out to the right and up."""
    latent.set_cursor(40, 30)
    latent.grab()


def test_that_an_arrow_points_to_a_cursor_out_of_sight_and_a_click_on_it_brings_it_back(latent, qtbot):
    assert latent.arrow is None
    left_behind(latent)
    arrow = latent.arrow
    assert latent.rect().toRectF().contains(arrow)
    assert arrow.x() > 200
    assert arrow.y() < 250
    with qtbot.assertNotEmitted(latent.cursor_activated):
        qtbot.mouseClick(latent, LEFT, pos=arrow.toPoint())
        qtbot.mouseDClick(latent, LEFT, pos=arrow.toPoint())
    middle = latent.bounds().center()
    assert latent.moves[0] == pytest.approx((middle.x(), middle.y()))


def test_that_a_key_brings_the_cursor_back(latent, qtbot):
    left_behind(latent)
    qtbot.keyClick(latent, Qt.Key.Key_C)
    assert latent.arrow is None
    assert latent.moves == [(latent.cursor_point.x(), latent.cursor_point.y())]
    assert latent.bounds().contains(latent.cursor_point)


def test_that_the_arrow_says_what_it_is_for(latent, qtbot):
    left_behind(latent)
    assert "brings it back" in latent.words_at(latent.arrow.toPoint())[0]
    qtbot.mouseMove(latent, latent.arrow.toPoint())
    assert latent.cursor().shape() is Qt.CursorShape.PointingHandCursor
    qtbot.mouseMove(latent, QPoint(200, 300))
    assert latent.cursor().shape() is Qt.CursorShape.CrossCursor


def test_that_a_hidden_image_is_named_and_says_how_to_see_it(latent):
    hidden = int(np.flatnonzero(~latent.standing)[0])
    place = latent.to_widget(*latent.points[hidden].tolist()).toPoint()
    words, _ = latent.words_at(place)
    assert words.startswith(FONT.labels[latent.point_at(QPointF(place))])


# -- the view


def spread(latent, scale, *, glides):
    latent.set_points(latent.points * np.float32(scale), FONT.images, FONT.labels, glides=glides)


def test_that_the_view_glides_after_points_that_train_and_ends_around_them(latent, qtbot):
    before = latent.bounds()
    spread(latent, 4, glides=True)
    assert latent.gliding
    assert latent.bounds() == before
    wanted = latent.bounds_to_be()
    qtbot.waitUntil(lambda: not latent.gliding)
    assert latent.bounds().width() == pytest.approx(wanted.width())
    assert all(latent.bounds().contains(QPointF(*point)) for point in latent.points.tolist())


def test_that_tiles_are_asked_for_where_the_view_will_be_and_only_once(latent, qtbot):
    asked = []
    latent.view_changed.connect(lambda: asked.append(latent.backdrop_grid()[2]))
    spread(latent, 4, glides=True)
    qtbot.waitUntil(lambda: not latent.gliding)
    assert len(asked) == 1
    assert asked[0].contains(latent.bounds())


def test_that_nothing_moves_under_the_hand_or_after_it_has_moved_the_view(latent, qtbot):
    qtbot.mousePress(latent, LEFT, pos=QPoint(100, 100))
    before = latent.bounds()
    spread(latent, 4, glides=True)
    assert latent.bounds_to_be() == before
    qtbot.mouseRelease(latent, LEFT, pos=QPoint(100, 100))
    spread(latent, 1, glides=False)
    assert latent.bounds() != before
    qtbot.mousePress(latent, Qt.MouseButton.RightButton, pos=QPoint(100, 100))
    qtbot.mouseMove(latent, QPoint(130, 110))
    qtbot.mouseRelease(latent, Qt.MouseButton.RightButton, pos=QPoint(130, 110))
    moved = latent.bounds()
    spread(latent, 5, glides=True)
    assert latent.bounds_to_be() == moved


def test_that_a_hand_takes_a_view_that_glides(latent, qtbot):
    spread(latent, 4, glides=True)
    qtbot.mousePress(latent, Qt.MouseButton.RightButton, pos=QPoint(100, 100))
    assert not latent.gliding
    qtbot.mouseRelease(latent, Qt.MouseButton.RightButton, pos=QPoint(100, 100))


STEP = st.tuples(st.floats(-50, 50), st.floats(-50, 50), st.floats(1e-3, 30))


def moved(x, y, scale):
    spots = np.random.default_rng(1).normal(size=(32, 2))
    return (spots * scale + [x, y]).astype(np.float32)


def holds(outer, inner):
    """Whether a view lies in another, but for rounding."""
    spare = 1e-6 * (outer.width() + abs(outer.left()) + abs(outer.top()))
    return outer.adjusted(-spare, -spare, spare, spare).contains(inner)


@given(st.lists(STEP, min_size=1, max_size=8), st.booleans())
def test_that_the_frame_only_grows_while_points_move_and_all_stay_in_sight(qapp, steps, glides):
    latent = LatentMap()
    latent.resize(300, 400)
    latent.set_points(moved(0, 0, 1), FONT.images, FONT.labels)
    for step in steps:
        before = latent.bounds_to_be()
        latent.set_points(moved(*step), FONT.images, FONT.labels, glides=float(glides))
        after = latent.bounds_to_be()
        assert holds(after, before)
        assert all(after.contains(QPointF(*point)) for point in latent.points.tolist())
    latent.deleteLater()


def test_that_the_frame_rests_where_points_come_closer_and_a_key_fits_it_to_them(latent, qtbot):
    before = latent.bounds()
    spread(latent, 0.1, glides=True)
    assert latent.bounds_to_be() == before
    qtbot.keyClick(latent, Qt.Key.Key_F)
    assert latent.bounds().width() < 0.2 * before.width()
    assert filled(latent) == pytest.approx(1 / 1.2, rel=1e-3)


def test_that_a_frame_that_is_held_stays_whatever_is_shown_and_follows_again(latent, qtbot):
    before = latent.bounds()
    latent.set_held(True)
    spread(latent, 5, glides=False)
    spread(latent, 0.01, glides=True)
    assert latent.bounds_to_be() == before
    spread(latent, 60, glides=False)
    latent.set_held(False)
    spread(latent, 1, glides=False)
    assert holds(latent.bounds(), before)
    assert all(latent.bounds().contains(QPointF(*point)) for point in latent.points.tolist())


def test_that_a_key_fits_a_frame_that_is_held(latent, qtbot):
    latent.set_held(True)
    spread(latent, 5, glides=False)
    qtbot.keyClick(latent, Qt.Key.Key_F)
    assert filled(latent) == pytest.approx(1 / 1.2, rel=1e-3)


@pytest.mark.parametrize("held", [False, True])
def test_that_a_frame_outlives_every_size_of_the_widget(latent, held):
    spread(latent, 5, glides=False)
    spread(latent, 0.1, glides=False)
    latent.set_held(held)
    before = latent.bounds()
    for size in ((500, 300), (300, 500)):
        latent.resize(*size)
        assert latent.bounds().width() > 0.5 * before.width()
    latent.resize(400, 500)
    assert latent.bounds().getRect() == pytest.approx(before.getRect())


def test_that_another_map_that_looks_as_one_did_has_its_frame(latent, qtbot):
    spread(latent, 5, glides=False)
    spread(latent, 0.1, glides=False)
    other = LatentMap()
    qtbot.addWidget(other)
    other.resize(latent.size())
    other.set_points(latent.points, FONT.images, FONT.labels)
    other.look_as(latent)
    other.resize(300, 300)
    other.resize(latent.size())
    assert other.bounds().getRect() == pytest.approx(latent.bounds().getRect())


def filled(latent):
    """The larger share of the view's width and height that the points fill."""
    view = latent.bounds()
    return max(np.ptp(latent.points[:, 0]) / view.width(), np.ptp(latent.points[:, 1]) / view.height())


def test_that_the_view_of_a_new_run_fits_its_codes_whatever_was_in_sight(latent_panel, qtbot):
    trained = Bench.build(preset("font-autoencoder"), 1, None)
    trained.trainer.advance(400)
    latent_panel.on_frame(frame_of(trained, phase=Phase.RUNNING))
    latent = latent_panel.map
    qtbot.mousePress(latent, Qt.MouseButton.RightButton, pos=QPoint(100, 100))
    qtbot.mouseMove(latent, QPoint(30, 10))
    qtbot.mouseRelease(latent, Qt.MouseButton.RightButton, pos=QPoint(30, 10))
    again = Bench.build(preset("font-autoencoder"), 2, None)
    latent_panel.on_frame(frame_of(again, phase=Phase.RUNNING))
    assert filled(latent) == pytest.approx(1 / 1.2, rel=1e-3)


def test_that_a_cursor_is_where_codes_are_in_another_latent_space_and_stays_in_the_same(window, qtbot):
    latent, session = window.latent.map, window.session

    drawn = set()  # where the codes of the drawing were
    session.answered.connect(lambda answers: drawn.add(answers.drawing and answers.drawing.point))
    session.framed.connect(lambda frame: drawn.add(frame.answers.drawing and frame.answers.drawing.point))

    def cursor():
        return latent.cursor_point.x(), latent.cursor_point.y()

    def opened(name):
        before = session.frame.version
        session.open_trained(name)
        qtbot.waitUntil(lambda: session.frame.version != before)

    opened("font-denoiser")  # whose codes are far apart
    latent.setFocus()
    while latent.cursor_point.y() < 12:
        qtbot.keyClick(latent, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    far = cursor()
    opened("font-autoencoder")
    qtbot.waitUntil(lambda: cursor() != far)
    assert cursor() in drawn
    assert latent.covers(*cursor())
    qtbot.waitUntil(lambda: window.latent.decoded.place == cursor())
    opened("font-denoiser")
    assert cursor() == far  # here it means something again
    qtbot.keyClick(window, Qt.Key.Key_F7)
    qtbot.waitUntil(lambda: session.frame.snapshot.epoch == 0)
    assert cursor() == far  # the same run from its beginning: training leads there again
