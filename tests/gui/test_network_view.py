"""The network in a row: where its parts stand, what is pointed at, and what is pulled."""

import time
from dataclasses import replace
from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtTest import QTest

from core.measure.inside import CODE_SHOWN, SHOWN, Code, Inside, Links, Units
from tp5gui import theme
from tp5gui.canvases.network_layout import FEWEST, LEGIBLE, Column, lay_out
from tp5gui.canvases.network_moving import alike, from_values, values_of
from tp5gui.canvases.network_paint import NetworkPaint, _way
from tp5gui.canvases.network_units import FRAME, Sheet
from tp5gui.canvases.network_view import NetworkView
from tp5gui.canvases.pixels import words_of

LAYERS = st.lists(st.integers(1, 400).map(lambda units: (min(units, SHOWN), units)), max_size=5)
CODES = st.integers(1, 40).map(lambda numbers: (min(numbers, CODE_SHOWN), numbers))
EDGES = (-FRAME[1], -FRAME[1], FRAME[1], FRAME[1])
pytestmark = pytest.mark.usefixtures("qapp")  # lengths go with the type of the application
SHAPES = st.sampled_from([(7, 5), (20, 20), (28, 28), (4, 40)])


@given(
    before=LAYERS, after=LAYERS, code=CODES, shape=SHAPES,
    wide=st.integers(200, 1200), tall=st.integers(120, 700),
)  # fmt: skip
def test_that_all_parts_stand_in_the_row_from_left_to_right_and_none_on_another(
    before, after, code, shape, wide, tall
):
    area = QRectF(3, 4, wide, tall)
    row = lay_out(area, before, code, after, shape)
    for column, (shown, total) in zip(row.columns, before + after, strict=True):
        placed = len(column.pictures)
        assert min(FEWEST, shown) <= placed <= shown
        assert column.strip.isNull() == (placed == total)
    parts = [
        place for column in row.columns for place in (*column.pictures, column.strip) if not place.isNull()
    ]
    assert len(row.bars) == code[0]
    assert row.strip.isNull() == (code[0] == code[1])
    parts += [*row.bars, *([] if row.strip.isNull() else [row.strip])]
    loose = area.adjusted(-0.01, -0.01, 0.01, 0.01)
    assert all(loose.contains(place) for place in parts)
    for one, other in combinations(parts, 2):
        shared = one.intersected(other)
        assert shared.width() < 0.01 or shared.height() < 0.01
    for column in row.columns:  # some air between frames
        framed = [place.adjusted(*EDGES) for place in column.pictures]
        assert not any(one.intersects(other) for one, other in combinations(framed, 2))
    corners = [place.getRect() for column in row.columns for place in column.pictures]
    assert corners == [tuple(map(round, corner)) for corner in corners]  # cells are even at whole pixels
    rooms = [column.whole for column in row.before] + [row.code] + [column.whole for column in row.after]
    for left, right in pairwise(rooms):
        assert left.right() <= right.left() + 0.01


@given(
    before=LAYERS, after=LAYERS, shape=SHAPES, wide=st.integers(200, 1200), tall=st.integers(120, 700)
)  # fmt: skip
def test_that_a_low_row_has_fewer_units_before_pictures_that_cannot_be_read(before, after, shape, wide, tall):
    low, high = (lay_out(QRectF(0, 0, wide, y), before, (2, 2), after, shape) for y in (tall, 2000))
    for column, whole in zip(low.columns, high.columns, strict=True):
        mine, largest = (max(each.pictures[0].size().toTuple()) for each in (column, whole))
        assert len(column.pictures) <= FEWEST or mine >= min(LEGIBLE, largest) - 1  # in whole px
        assert column.chips == whole.chips


@given(before=LAYERS, after=LAYERS, shape=SHAPES, wide=st.integers(200, 1200))
def test_that_in_a_narrow_row_the_layers_beside_an_image_keep_their_pictures(before, after, shape, wide):
    columns = lay_out(QRectF(0, 0, wide, 300), before, (2, 2), after, shape).columns
    chips = [column.chips for column in columns]
    assert not any(chips[:1] + chips[-1:])
    assert len(set(chips[1:-1])) <= 1


@given(x=st.floats(0, 100), y=st.floats(0, 100), far=st.floats(10, 300), to_y=st.floats(0, 100))
def test_that_a_link_leads_from_its_source_to_its_target_and_a_dashed_one_half_of_the_way(x, y, far, to_y):
    start, end = QPointF(x, y), QPointF(x + far, to_y)
    solid, dashed = (_way(start, end, dashed=dashed) for dashed in (False, True))
    for way in (solid, dashed):
        assert (way[0].p1() - start).manhattanLength() < 1e-6
        assert (way[-1].p2() - end).manhattanLength() < 1e-6
    assert all(before.p2() == after.p1() for before, after in pairwise(solid))
    assert all(before.p2() != after.p1() for before, after in pairwise(dashed))
    assert 0.3 < sum(line.length() for line in dashed) / sum(line.length() for line in solid) < 0.7


@pytest.mark.parametrize("ratio", [1.0, 1.1, 1.25, 1.5, 1.75, 2.0, 2.25, 3.0])
def test_that_a_frame_goes_all_round_its_unit_and_a_dashed_one_has_gaps(light, ratio):
    units = replace(layer(2, False, 0), activities=np.array([2, -2], np.float32))
    places = (QRectF(10, 10, 30, 42), QRectF(10, 60, 30, 42))
    column = Column(places, False, QRectF(10, 10, 30, 92), QRectF())
    shot = QImage(round(50 * ratio), round(120 * ratio), QImage.Format.Format_ARGB32_Premultiplied)
    shot.setDevicePixelRatio(ratio)
    shot.fill(0)
    painter = QPainter(shot)
    Sheet(column, (7, 5), ratio).paint(painter, units, np.array([1, -1], np.float32), theme.tokens())
    painter.end()
    seen = words_of(shot) >> 24
    shares = []
    for place in places:
        x, y, wide, tall = (round(each * ratio) for each in place.getRect())
        assert (seen[y : y + tall, x : x + wide] == 255).all()  # the unit itself
        around = [seen[y - 1, x : x + wide], seen[y + tall, x : x + wide]]
        around += [seen[y : y + tall, x - 1], seen[y : y + tall, x + wide]]
        assert all(side[0] and side[-1] for side in around)
        shares.append(np.count_nonzero(np.concatenate(around)) / (2 * (wide + tall)))
    assert shares[0] == 1
    assert 0.4 < shares[1] < 0.8


# -- pointing and pulling


def layer(units, decodes, seed):
    draw = np.random.default_rng(seed)
    shown = np.arange(min(units, SHOWN))
    return Units(
        decodes, shown, draw.normal(size=units).astype(np.float32), np.full(units, 2, np.float32),
        draw.normal(size=(len(shown), 7, 5)).astype(np.float32),
    )  # fmt: skip


def inside(hidden=(12, 6), latent=3):
    layers = [layer(units, False, seed) for seed, units in enumerate(hidden)]
    layers += [layer(units, True, seed + 9) for seed, units in enumerate(reversed(hidden))]
    code = Code(
        np.arange(latent)[::-1][:CODE_SHOWN].copy(), np.linspace(-1, 1, latent, dtype=np.float32), None,
        np.full(latent, -2, np.float32), np.full(latent, 3, np.float32), np.zeros(latent, bool),
    )  # fmt: skip
    one = Links(np.zeros(1, int), np.zeros(1, int), np.ones(1, np.float32))
    return Inside(tuple(layers), code, (one,) * (len(layers) + 2))


@pytest.fixture
def view(qtbot, light):
    view = NetworkView()
    qtbot.addWidget(view)
    view.resize(520, 300)
    view.set_inside(inside(), (7, 5))
    view.show()
    qtbot.waitExposed(view)
    return view


@pytest.fixture
def heard(view):
    heard = {name: [] for name in ("hovered", "pinned", "pulled", "let_go")}
    view.hovered.connect(heard["hovered"].append)
    view.pinned.connect(heard["pinned"].append)
    view.pulled.connect(lambda unit, value: heard["pulled"].append((unit, value)))
    view.let_go.connect(lambda: heard["let_go"].append(True))
    return heard


def test_that_an_inside_becomes_values_and_is_itself_again():
    one = inside()
    variational = replace(one, code=replace(one.code, spread=np.ones(3, np.float32)))
    for whole in (one, inside(hidden=()), variational):
        values = values_of(whole)
        np.testing.assert_array_equal(values_of(from_values(values, whole)), values)
        assert from_values(values * 2, whole).code.values.tolist() == (whole.code.values * 2).tolist()
        assert from_values(values[:-1], whole) is whole
    assert alike(one, inside())
    assert not alike(one, inside(hidden=(12,)))
    assert not alike(one, inside(latent=2))
    first, *others = one.layers
    assert not alike(one, replace(one, layers=(replace(first, shown=first.shown[::-1]), *others)))


def test_that_a_network_glides_but_for_its_figures_and_not_while_a_hand_holds_it(view, monkeypatch):
    now = [time.perf_counter() + 1]
    monkeypatch.setattr(time, "perf_counter", lambda: now[0])
    before = inside()
    code = replace(before.code, values=before.code.values * np.float32(0.5))
    after = replace(
        before, code=code, layers=tuple(replace(each, pictures=-each.pictures) for each in before.layers)
    )

    def seen():
        return view.grab().toImage()

    first = seen()
    view.set_inside(after, (7, 5), glides=1.0)
    code_room = view.row.code.toAlignedRect()
    layers = QRect(0, 0, code_room.left(), view.height())
    assert seen().copy(layers) == first.copy(layers)
    assert seen() != first  # its figures are those of the last snapshot
    now[0] += 0.5
    between = seen()
    now[0] += 0.6
    last = seen()
    assert len({picture.copy(layers).constBits().tobytes() for picture in (first, between, last)}) == 3
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=view.track(0).center().toPoint())
    view.set_inside(before, (7, 5), glides=1.0)
    held = seen()
    now[0] += 0.5
    assert seen() == held
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton)


def test_that_every_shown_unit_is_found_where_it_stands(view):
    shown = view.inside
    columns = [*shown.layers[:2], shown.code, *shown.layers[2:]]
    for number, column in enumerate(columns):
        for unit in column.shown.tolist():
            assert view.unit_at(view.picture_of(number, unit).center()) == (number, unit)
    assert view.unit_at(QPointF(1, 1)) is None
    assert view.picture_of(0, 11).isNull()  # not among the ten that are shown
    assert view.picture_of(9, 0).isNull()


def test_that_the_pointer_names_what_it_is_over_once_and_leaves_it(view, heard):
    place = view.picture_of(0, 3).center().toPoint()
    QTest.mouseMove(view, place)
    QTest.mouseMove(view, place + QPoint(1, 1))
    QTest.mouseMove(view, QPoint(1, 1))
    assert heard["hovered"] == [(0, 3), None]


def test_that_a_click_pins_a_unit_and_one_beside_it_or_esc_ends_it(view, heard):
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=view.picture_of(4, 2).center().toPoint())
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(1, 1))
    assert heard["pinned"] == [(4, 2), None]
    QTest.keyClick(view, Qt.Key.Key_Escape)
    assert heard["pinned"] == [(4, 2), None]  # nothing is pinned: Esc is not for the network
    view.set_pinned((4, 2))
    QTest.keyClick(view, Qt.Key.Key_Escape)
    assert heard["pinned"] == [(4, 2), None, None]


def test_that_a_bar_is_pulled_along_its_track_and_let_go(view, heard):
    place = 1
    unit, track = int(view.inside.code.shown[place]), view.track(place)
    y = round(track.center().y())
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(round(track.center().x()), y))
    for x in (track.left(), track.right(), track.right() + 500):
        QTest.mouseMove(view, QPoint(round(x), y))
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(round(track.right()), y))
    low, high = NetworkPaint().reach(view.inside.code, unit)
    assert {each for each, _ in heard["pulled"]} == {unit}
    values = [value for _, value in heard["pulled"]]
    np.testing.assert_allclose(values, [(low + high) / 2, low, high, high], atol=0.1)
    assert heard["let_go"] == [True]
    assert heard["pinned"] == []


def test_that_the_keyboard_chooses_a_number_and_pulls_it(view, heard):
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_Down)
    QTest.keyClick(view, Qt.Key.Key_Right)
    QTest.keyClick(view, Qt.Key.Key_Right)  # also before the first is answered
    QTest.keyClick(view, Qt.Key.Key_Up)
    QTest.keyClick(view, Qt.Key.Key_Left)
    QTest.keyClick(view, Qt.Key.Key_Escape)
    shown, values = view.inside.code.shown, view.inside.code.values
    (first, more), (again, most), (second, less) = heard["pulled"]
    assert (first, again, second) == (shown[1], shown[1], shown[0])
    assert most > more > values[first]
    assert less < values[second]
    assert heard["let_go"]


def test_that_the_keyboard_goes_from_unit_to_unit_and_pins(view, heard):
    control, inside = Qt.KeyboardModifier.ControlModifier, view.inside
    view.setFocus()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left):
        QTest.keyClick(view, key, control)
    QTest.keyClick(view, Qt.Key.Key_Return)
    columns = [*inside.layers[:2], inside.code, *inside.layers[2:]]
    ways = [(0, 0), (0, 1), (1, 1), (2, 1), (1, 1)]  # column, and which of its units that are shown
    wanted = [(column, int(columns[column].shown[place])) for column, place in ways]
    assert heard["hovered"] == wanted
    assert heard["pinned"] == wanted[-1:]
    assert heard["pulled"] == []
    QTest.keyClick(view, Qt.Key.Key_Escape)
    assert heard["hovered"][-1] is None
    assert heard["pinned"][-1] is None


def test_that_numbers_of_the_code_beyond_those_shown_stand_in_a_strip(view):
    view.set_inside(inside((3,), 20), (7, 5))
    strip = view.row.strip.toRect()
    assert view.rect().contains(strip)
    shot = view.grab().toImage()
    colours = {shot.pixelColor(x, strip.center().y()).name() for x in range(strip.left(), strip.right())}
    assert len(colours) > 10


@pytest.mark.parametrize("hidden", [(), (3,), (400, 300, 200, 100, 20)])
@pytest.mark.parametrize("latent", [1, 8, 20])
def test_that_any_network_can_be_painted(view, hidden, latent):
    shown = inside(hidden, latent)
    view.set_inside(shown, (7, 5))
    before = view.grab().toImage()
    view.set_inside(None, (7, 5))
    assert before != view.grab().toImage()


def test_that_an_activity_that_is_no_number_is_painted_as_none(view):
    whole = inside()
    broken = tuple(
        replace(units, activities=np.full_like(units.activities, np.nan)) for units in whole.layers
    )
    view.set_inside(replace(whole, layers=broken), (7, 5))
    assert not view.grab().isNull()


def test_that_the_frame_of_the_faintest_activity_tells_its_sign(view):
    whole = inside(hidden=(1,))
    table = theme.tokens()
    for sign, colour in ((1, table.positive), (-1, table.negative)):
        layers = tuple(
            replace(units, activities=np.full(1, sign * 0.01 * units.reach[0], np.float32))
            for units in whole.layers
        )
        view.set_inside(replace(whole, layers=layers), (7, 5))
        picture = view.grab().toImage()
        frame = view.row.before[0].pictures[0].toAlignedRect().adjusted(-2, -2, 2, 2)
        seen = {
            picture.pixelColor(x, y).name()
            for x in range(frame.left(), frame.right() + 1)
            for y in (frame.top(), frame.top() + 1, frame.top() + 2, frame.top() + 3)
        }
        distances = [_near(name, colour) for name in seen]
        other = table.negative if sign > 0 else table.positive
        assert min(distances) < min(_near(name, other) for name in seen)


def _near(one, other):
    """How far two colours are apart."""
    parts = zip(QColor(one).getRgb(), QColor(other).getRgb(), strict=True)
    return sum(abs(a - b) for a, b in parts)
