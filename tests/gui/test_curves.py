import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QLocale, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPen, QPicture, QWheelEvent
from PySide6.QtWidgets import QApplication, QToolTip

from core.measure.metrics import METRICS
from core.nn.terms import TERMS
from tp5gui import theme
from tp5gui.canvases.curves import Curves
from tp5gui.canvases.end_labels import EndLabel, EndLabels, apart
from tp5gui.canvases.line import Line, outline
from tp5gui.canvases.plot import FLOOR, on_axis
from tp5gui.canvases.ticks import power_text, tick_text
from tp5gui.words import count

EPOCHS = np.unique(np.concatenate([np.arange(100), np.arange(100, 2000, 10)]))


@pytest.fixture
def curves(qtbot, light):
    curves = Curves()
    qtbot.addWidget(curves)
    curves.resize(420, 280)
    curves.set_roles({"loss": "output", "perfect": "ink"})
    curves.set_curves(EPOCHS, {"loss": 10.0 / (1 + EPOCHS)}, {"perfect": np.minimum(EPOCHS / 10, 32)})
    with qtbot.waitExposed(curves):
        curves.show()
    yield curves
    curves.close()


@given(st.floats(-10, 3000))
def test_that_values_are_read_off_at_the_nearest_recorded_epoch(curves_once, epoch):
    found, values = curves_once.read_off(epoch)
    assert abs(found - epoch) == np.abs(EPOCHS - epoch).min()
    assert values["loss"] == pytest.approx(10 / (1 + found))


@pytest.fixture(scope="module")
def curves_once(qapp):
    curves = Curves()
    curves.set_curves(EPOCHS, {"loss": 10.0 / (1 + EPOCHS)}, {"perfect": EPOCHS * 1.0})
    yield curves
    curves.close()
    curves.deleteLater()


def test_that_the_pointer_shows_the_values_under_it_and_leaving_hides_them(curves, qtbot):
    heads = curves.heads
    viewport = curves.viewport
    qtbot.mouseMove(viewport, QPoint(200, 80))
    qtbot.waitUntil(lambda: "epoch" in curves.heads[0])
    assert curves.pointed is not None
    qtbot.mouseMove(viewport, QPoint(210, 85))
    QApplication.sendEvent(viewport, QEvent(QEvent.Type.Leave))
    assert curves.heads == heads
    assert curves.pointed is None


def test_that_the_axis_has_room_for_the_last_epoch_and_moves_seldom(curves):
    moves = []
    curves.ranged.connect(lambda: moves.append(1))
    for last in range(2000, 4000, 20):
        epochs = np.arange(0, last, 20)
        curves.set_curves(epochs, {"loss": np.ones(len(epochs))}, {"perfect": np.ones(len(epochs))})
        assert curves.ranges[0][1] >= epochs[-1]
    assert len(moves) < 12


def lines_of(curves):
    """The points and the range that everything in either plot is drawn with."""
    lines = [curve for plot in curves._plots for curve in plot.item.items if isinstance(curve, Line)]
    return [
        np.round(np.stack([*curve.getData()]), 6).tolist() for curve in lines
    ], curves._lower.item.viewRange()


def test_that_a_plot_shows_what_suits_its_size_whatever_size_it_was_drawn_at(qtbot, light):
    epochs = np.arange(3000)
    loss = (10.0 / (1 + epochs) * np.random.default_rng(1).uniform(0.5, 1.5, 3000)).astype(np.float32)

    def put(curves):
        curves.set_crowd(epochs, np.stack([loss, 2 * loss], 1))
        curves.set_curves(epochs, {"loss": loss}, {"perfect": np.minimum(epochs / 10, 32)})

    def made(size, *, first):
        curves = Curves()
        qtbot.addWidget(curves)
        if first:
            put(curves)
        curves.resize(*size)
        with qtbot.waitExposed(curves):
            curves.show()
        if not first:
            put(curves)
        return curves

    early = made((420, 280), first=True)  # as a window does that is furnished anew
    for size in ((420, 280), (900, 280), (240, 500)):
        early.resize(*size)
        late = made(size, first=False)
        qtbot.waitUntil(lambda late=late: lines_of(early) == lines_of(late))
        assert len(lines_of(early)[0][0][0]) > size[0] / 2  # points along
        late.close()
    early.close()


def test_that_curves_that_are_gone_are_taken_away(curves):
    curves.set_curves(EPOCHS, {"loss": EPOCHS * 1.0}, {"recognised": EPOCHS * 1.0})
    assert list(curves.values) == ["loss", "recognised"]
    assert "perfect" not in curves.names[1]


def test_that_names_stand_in_the_order_given_whatever_was_drawn_before(curves):
    upper = dict.fromkeys(("loss", "reconstruction", "KL", "wrong pixels"), EPOCHS * 1.0)
    for first in (["loss", "wrong pixels"], ["KL"], ["wrong pixels", "KL", "loss"]):
        curves.set_curves(EPOCHS, {name: upper[name] for name in first}, {})
        curves.set_curves(EPOCHS, upper, {})
        assert curves.names[0] == list(upper)


def test_that_every_value_that_is_read_off_is_in_sight_however_narrow_the_curves(curves, qtbot):
    names = ("loss", "reconstruction", "wrong pixels", "KL")
    curves.set_curves(EPOCHS, dict.fromkeys(names, 10.0 / (1 + EPOCHS)), {"perfect": EPOCHS * 1.0})
    curves.setFocus()
    heads = [plot.head for plot in curves._plots]
    alone = heads[0].height()
    qtbot.keyClick(curves, Qt.Key.Key_PageUp)
    for size in ((420, 280), (900, 280), (250, 280)):
        curves.resize(*size)
        for _ in range(3):
            qtbot.keyClick(curves, Qt.Key.Key_Left)
        several = size[0] < 900  # lines, where one has no room
        qtbot.waitUntil(
            lambda several=several: (
                all(head.rect().contains(head.itemRect()) for head in heads)
                and (heads[0].height() > alone) == several
            )
        )
        top = curves._upper.item.getViewBox().sceneBoundingRect().top()
        qtbot.keyClick(curves, Qt.Key.Key_Left)
        assert curves._upper.item.getViewBox().sceneBoundingRect().top() == top  # it rests meanwhile
    qtbot.keyClick(curves, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: heads[0].height() == alone)


def test_that_values_that_were_not_measured_are_read_off_as_a_dash(curves, qtbot):
    nothing = np.full(len(EPOCHS), np.nan, dtype=np.float32)
    curves.set_curves(EPOCHS, {"loss": nothing}, {"perfect": np.full(len(EPOCHS), np.inf)})
    qtbot.mouseMove(curves.viewport, QPoint(200, 80))
    qtbot.waitUntil(lambda: "loss –" in curves.heads[0])
    assert "perfect –" in curves.heads[1]


def test_that_the_loss_is_a_full_line_and_every_part_has_dashes_of_its_own(curves):
    roles = [f"part{number}" for number in range(1, 7)]
    curves.set_roles({role: role for role in roles})
    curves.set_curves(EPOCHS, dict.fromkeys(roles, EPOCHS * 1.0), {})
    pens = curves.pens
    dashes = [tuple(pens[role].dashPattern()) for role in roles]
    assert dashes[0] == ()
    assert len(set(dashes)) == len(roles)


def test_that_the_loss_shows_in_the_gaps_of_a_part_that_covers_it(curves):
    curves.set_log(False, False)
    level = np.full(len(EPOCHS), 5.0)
    for names in (["loss", "part"], ["part", "loss"]):
        curves.set_roles({"loss": "part1", "part": "part2"})
        curves.set_curves(EPOCHS, dict.fromkeys(names, level), {})
        shot = curves.grab().toImage()
        rows = [[shot.pixelColor(x, y).name() for x in range(60, shot.width() - 12)] for y in range(24, 90)]
        line = max(rows, key=lambda row: row.count(theme.tokens().part1) + row.count(theme.tokens().part2))
        assert min(line.count(theme.tokens().part1), line.count(theme.tokens().part2)) > 10


def test_that_zero_and_what_is_not_a_number_are_no_obstacle_on_a_logarithmic_axis(curves):
    loss = np.array([4.0, 0.0, np.nan, 1.0])
    curves.set_curves(np.arange(4), {"loss": loss}, {"perfect": np.zeros(4)})
    curves.grab()
    assert curves.read_off(1)[1]["loss"] == 0


def test_that_a_reference_is_drawn_named_and_taken_away(curves):
    curves.set_reference("best possible", 29.5)
    assert "best possible" in curves.names[1]
    assert curves.reference == 29.5
    curves.set_reference("best possible", None)
    assert "best possible" not in curves.names[1]
    assert curves.reference is None


@pytest.mark.parametrize("epochs", [True, False])
@pytest.mark.parametrize("loss", [True, False])
def test_that_every_choice_of_axes_shows_the_curves(curves, qtbot, epochs, loss):
    curves.set_log(epochs, loss)
    (low, high), (bottom, top) = curves.ranges
    x, y = EPOCHS[-1], 10.0 / (1 + EPOCHS[-1])
    assert low <= (math.log10(x) if epochs else x) <= high
    assert bottom <= (math.log10(y) if loss else y) <= top


def test_that_f_shows_all_after_a_zoom(curves, qtbot):
    place = QPointF(200, 80)
    wheel = QWheelEvent(
        place, curves.viewport.mapToGlobal(place), QPoint(), QPoint(0, 1200), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(curves.viewport, wheel)
    assert curves.ranges[0][1] < EPOCHS[-1]
    qtbot.keyClick(curves, Qt.Key.Key_F)
    assert curves.ranges[0][1] >= EPOCHS[-1]


def figures(curves):
    """The figures painted along the left of the upper plot, as numbers, and how high each stands."""
    return sorted((number(text), -rect.center().y()) for rect, text in written(curves, curves.axes[0]))


def written(curves, axis):
    """The figures beside an axis, and where in it they stand."""
    curves.grab()
    painter = QPainter()
    picture = QPicture()
    painter.begin(picture)
    painter.setFont(axis.style["tickFont"])
    _, _, texts = axis.generateDrawSpecs(painter)
    painter.end()
    return [(rect, text) for rect, _, text in texts]


def number(text):
    """What a figure says: 0.5, or 10⁻²."""
    if text.startswith("10") and text[2:].strip("⁰¹²³⁴⁵⁶⁷⁸⁹⁻") == "" and text[2:]:
        return 10.0 ** int(text[2:].translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")))
    return float(text.replace(",", ""))


@given(st.floats(-6, 4), st.floats(0, 7))
def test_that_a_logarithmic_axis_names_whole_powers_of_ten_with_room_between_them(curves_once, low, decades):
    curves_once.resize(420, 280)
    curves_once.set_log(False, True)
    loss = 10 ** np.linspace(low + decades, low, len(EPOCHS))
    curves_once.set_curves(EPOCHS, {"loss": loss}, {"perfect": EPOCHS * 1.0})
    named = figures(curves_once)
    powers = [math.log10(value) for value, _ in named]
    assert len(named) >= 2
    assert np.allclose(powers, np.round(powers), atol=1e-6)
    steps = np.diff(powers)
    assert np.allclose(steps, steps[0])
    apart = np.diff([height for _, height in named])
    assert apart.min() >= 12  # no figure over another


@pytest.mark.parametrize("zoom", [100, 130, 200])
@pytest.mark.parametrize("wide", [1.0, pytest.param(1.3, marks=pytest.mark.slow), 2.0])
@pytest.mark.parametrize("logarithmic", [False, True])
def test_that_at_least_two_epochs_are_named_and_whole_however_narrow_the_curves(
    curves, qapp, zoom, wide, logarithmic
):
    theme.set_zoom(qapp, zoom)
    try:
        curves.set_log(logarithmic, True)
        curves.resize(round(wide * curves.minimumWidth()), 280)
        for last in (90, 1990, 10_000):
            epochs = np.linspace(0, last, 100).round().astype(np.int64)
            curves.set_curves(epochs, {"loss": 1.0 / (1 + epochs)}, {"perfect": np.minimum(epochs / 10, 32)})
            QApplication.processEvents()
            axis = curves.axes[2]
            figures = sorted(written(curves, axis), key=lambda one: one[0].left())
            seen = [axis.mapRectToScene(rect) for rect, _ in figures]
            assert len(seen) >= 2, last
            assert all(curves.viewport.rect().toRectF().contains(place) for place in seen), last
            assert all(left.right() + 3 <= right.left() for left, right in pairwise(seen)), last
    finally:
        theme.set_zoom(qapp, 100)


def test_that_a_plain_axis_names_values_between_the_decades(curves):
    curves.set_log(False, False)
    named = [value for value, _ in figures(curves)]
    assert 0 in named
    assert len(named) > 2
    assert any(value > 0 and abs(math.log10(value) % 1) > 0.1 for value in named)


def test_that_the_axis_of_a_run_that_falls_by_decades_takes_each_into_sight(curves):
    curves.set_log(False, True)
    loss = 100.0 / (1 + EPOCHS) ** 2
    curves.set_curves(EPOCHS, {"loss": loss}, {"perfect": EPOCHS * 1.0})
    bottom, top = curves.ranges[1]
    assert bottom <= math.log10(loss.min())
    assert math.log10(loss.max()) <= top


@pytest.mark.parametrize("log", [False, True])
def test_that_a_run_fills_the_axis_when_it_has_had_all_its_epochs(curves, log):
    curves.set_log(log, True)
    end = np.log10 if log else float
    curves.set_planned(2000)
    for last in (50, 1700, 1990, 2000):
        epochs = np.arange(0, last + 1, 10)
        curves.set_curves(epochs, {"loss": np.ones(len(epochs))}, {"perfect": np.ones(len(epochs))})
        assert end(last) <= curves.ranges[0][1] <= 1.02 * end(2000)
    curves.set_planned(1000)  # fewer than it has had
    curves.set_curves(epochs, {"loss": np.ones(len(epochs))}, {"perfect": np.ones(len(epochs))})
    assert curves.ranges[0][1] >= end(2000)


def test_that_a_plot_without_a_line_says_that_one_will_come_and_is_silent_then(curves, qtbot):
    assert not curves.hint.isVisible()
    curves.set_curves(EPOCHS[:1], {"loss": np.ones(1)}, {"perfect": np.ones(1)})
    assert curves.hint.isVisible()
    assert curves.viewport.rect().contains(curves.hint.geometry())
    curves.set_curves(EPOCHS[:2], {"loss": np.ones(2)}, {"perfect": np.ones(2)})
    assert not curves.hint.isVisible()
    curves.set_curves(EPOCHS[:1], {"loss": np.ones(1)}, {"perfect": np.ones(1)})
    curves.resize(240, 120)  # less than the words need
    qtbot.waitUntil(lambda: not curves.hint.isVisible())


def test_that_a_run_that_begins_anew_is_shown_from_its_first_epoch(curves):
    curves.set_curves(EPOCHS[:1], {"loss": np.ones(1)}, {"perfect": np.ones(1)})
    low, high = curves.ranges[0]
    assert low <= 0
    assert 0 < high < 20


MEANINGS = ("ink", "output", "truth", "ideal", "error", "code")


@pytest.mark.parametrize("table", [theme.LIGHT, theme.DARK], ids=["light", "dark"])
def test_that_the_parts_of_the_loss_have_colours_of_their_own_that_can_be_read(table):
    parts = [metric.role for metric in METRICS if metric.unit in ("per image", "nats per image")]
    assert {"loss", "reconstruction", *(term.name for term in TERMS)} == {
        metric.name for metric in METRICS if metric.role in parts
    }
    assert len(set(parts)) == len(parts)
    colours = [getattr(table, role) for role in parts]
    assert len({*colours, *(getattr(table, role) for role in MEANINGS)}) == len(colours) + len(MEANINGS)
    for ground in (table.ground, table.surface):
        assert all(contrast(colour, ground) >= 4.5 for colour in colours)


def contrast(one, other):
    """Of two colours, as in WCAG 2."""

    def luminance(colour):
        shares = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
        linear = [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_that_every_metric_has_a_colour_of_the_theme(curves):
    curves.set_roles({metric.label: metric.role for metric in METRICS})
    upper = {metric.label: EPOCHS * 1.0 for metric in METRICS if metric.plot is not None}
    curves.set_curves(EPOCHS, upper, {})
    for label, colour in curves.colours.items():
        roles = {metric.role for metric in METRICS if metric.label == label}
        assert {colour} == {getattr(theme.tokens(), role) for role in roles}


def ends(curves):
    """Where the names stand, from the top, and the names."""
    placed = [(curves.labels.rect_of(label.name), label.name) for label in curves.labels.labels]
    return sorted(placed, key=lambda one: one[0].top())


@given(st.lists(st.floats(0, 300), max_size=9), st.integers(8, 30), st.integers(0, 400))
def test_that_names_are_pushed_apart_and_no_further_than_they_must(wanted, height, room):
    wanted = sorted(wanted)
    room = max(room, height * len(wanted))
    tops = apart(wanted, height, room)
    assert all(second - first >= height - 1e-6 for first, second in pairwise(tops))
    assert all(-1e-6 <= top <= room - height + 1e-6 for top in tops)
    free = all(b - a >= height for a, b in pairwise(wanted)) and all(w <= room - height for w in wanted)
    if free:
        assert tops == pytest.approx(wanted)


@given(st.lists(st.floats(1e-3, 1e3), min_size=1, max_size=6))
def test_that_every_curve_is_named_beside_its_end_and_no_name_lies_over_another(curves_once, last):
    curves_once.resize(420, 280)
    curves_once.set_log(False, True)
    upper = {f"curve {number}": np.linspace(1e3, value, len(EPOCHS)) for number, value in enumerate(last)}
    curves_once.set_curves(EPOCHS, upper, {"perfect": EPOCHS * 1.0})
    placed = [rect for rect, _ in ends(curves_once)]
    assert len(placed) == len(upper) + 1
    assert all(one.bottom() < other.top() for one, other in pairwise(placed))
    height = {label.name: label.y for label in curves_once.labels.labels}
    for one, other in pairwise(sorted(upper, key=lambda name: upper[name][-1])):
        assert height[one] >= height[other]


def test_that_a_name_is_written_in_the_colour_of_its_curve_after_a_piece_of_it(curves):
    curves.set_roles({"loss": "part1", "parts": "part2"})
    curves.set_curves(EPOCHS, {"loss": np.full(len(EPOCHS), 5.0), "parts": np.full(len(EPOCHS), 0.1)}, {})
    for label in curves.labels.labels:
        assert label.pen == curves.pens[label.name]
        assert label.colour == curves.colours[label.name]
    shot = curves.labels.grab().toImage()
    seen = [shot.pixelColor(x, y) for x in range(shot.width()) for y in range(shot.height())]
    for wanted in (QColor(theme.tokens().part1), QColor(theme.tokens().part2)):
        assert any(
            max(abs(a - b) for a, b in zip(one.getRgb(), wanted.getRgb(), strict=True)) < 40 for one in seen
        )


@pytest.mark.qt_log_ignore("does not support raise")
def test_that_a_name_explains_itself_under_the_pointer(curves, qtbot):
    curves.set_words({"loss": "loss: what is made small", "perfect": "perfect: none wrong"}, ("", "images"))
    assert "images" in curves.heads[1]
    for name, words in (("loss", "loss: what is made small"), ("perfect", "perfect: none wrong")):
        place = curves.labels.rect_of(name).center()
        QApplication.sendEvent(
            curves.labels, QHelpEvent(QEvent.Type.ToolTip, place, curves.labels.mapToGlobal(place))
        )
        assert QToolTip.text() == words


columns = st.lists(st.sampled_from([0.0, 0.0, 1.0, 7.0, 1e-9]), min_size=1, max_size=60).map(np.float32)
widths = st.integers(1, 100)


def drawn(column, width=10_000, left=0.0, right=None):
    """The points and the lines of a curve whose points are 10 apart, on a logarithmic axis."""
    across = np.arange(len(column)) * 10.0
    return outline(across, on_axis(column, True), left, across[-1] + 1 if right is None else right, width)


@given(columns)
def test_that_zero_on_a_logarithmic_axis_is_a_gap_and_nothing_else_is_lost(column):
    across, up, joined = drawn(column)
    assert (np.diff(across) >= 0).all()
    assert np.isfinite(up).all()
    assert not len(joined) or not joined[-1]
    places = np.arange(len(column)) * 10.0
    shown = dict(zip(across.tolist(), up.tolist(), strict=True))
    for place, value in zip(places.tolist(), column.tolist(), strict=True):
        if value > 0:
            assert shown[place] == pytest.approx(np.log10(max(value, FLOOR)), abs=1e-6)
        else:  # no piece of the line leads over it
            assert not (joined[:-1] & (across[:-1] <= place) & (across[1:] >= place)).any()
    assert len(column) == 1 or all(np.diff(piece).any() for piece in lines(across, joined))  # all show


def lines(across, joined):
    """The places of every unbroken line."""
    return [piece for piece in np.split(across, np.flatnonzero(~joined) + 1) if len(piece)]


@given(columns, widths)
def test_that_a_thinned_curve_keeps_the_highest_and_the_lowest_of_every_column(column, width):
    places = np.arange(len(column)) * 10.0
    end = places[-1] + 1
    across, up, _ = drawn(column, width)
    whole = on_axis(column, True)
    part = np.floor(places * width / end)
    for number in set(part[np.isfinite(whole)].tolist()):
        inside = whole[(part == number) & np.isfinite(whole)]
        shown = up[np.floor(across * width / end) == number]
        assert inside.min() in shown
        assert inside.max() in shown
    assert len(across) <= 2 * (width + np.isnan(whole).sum() + 1)


def test_that_a_curve_leads_out_of_what_is_in_sight():
    across, up, joined = drawn(np.arange(1, 101, dtype=np.float32), 50, 301.0, 599.0)
    assert across[0] == 300.0
    assert across[-1] == 600.0
    assert joined[:-1].all()
    assert (up[0], up[-1]) == pytest.approx((np.log10(31), np.log10(61)))


def test_that_a_row_of_zeros_paints_no_fence(curves):
    curves.set_roles({"loss": "error"})
    curves.set_log(False, True)
    values = np.where(EPOCHS % 20 == 0, 100.0, 0.0)
    values[0] = 0.01
    curves.set_curves(EPOCHS, {"loss": values}, {})
    left = curves.axes[0].width() + 12
    shot = curves.viewport.grab().toImage()
    for x in range(int(left), shot.width() - 12):
        inked = [y for y in range(20, 120) if shot.pixelColor(x, y).name() == theme.tokens().error]
        assert not inked or inked[-1] - inked[0] < 8


def numbers_along(axis, low, high, size):
    ((step, values),) = axis.tickValues(low, high, size)
    return values, axis.tickStrings(values, 1.0, step)


@given(st.integers(1, 2_147_483_647), st.integers(40, 300))
def test_that_the_axis_of_a_count_has_whole_numbers_from_zero_with_thousands_marked(curves_once, most, size):
    curves_once.set_curves(EPOCHS, {}, {"perfect": np.linspace(0, most, len(EPOCHS)).round()})
    axis = curves_once.axes[1]
    values, texts = numbers_along(axis, -0.04 * most, 1.08 * most, size)
    assert axis.whole
    assert values[0] == 0
    assert all(value == round(value) and value >= 0 for value in values)
    assert texts == [count(round(value)) for value in values]


def test_that_a_measure_has_figures_after_the_point_and_big_numbers_their_commas(curves):
    curves.set_curves(EPOCHS, {}, {"error": np.linspace(0.5, 0.07, len(EPOCHS))})
    assert not curves.axes[1].whole
    assert any("." in text for text in numbers_along(curves.axes[1], 0, 0.54, 100)[1])
    assert [power_text(power) for power in (-5, -3, 0, 5)] == ["10⁻⁵", "0.001", "1", "10⁵"]


def test_that_big_numbers_have_their_thousands_marked():
    before = QLocale()
    QLocale.setDefault(QLocale(QLocale.Language.English))
    try:
        assert tick_text(2_147_483_647, 1) == "2,147,483,647"
        assert power_text(3) == "1,000"
    finally:
        QLocale.setDefault(before)


def test_that_a_plot_is_no_wider_for_the_words_over_it(curves_once, qtbot):
    curves = curves_once
    before = curves._upper.item.sceneBoundingRect().width()
    curves._upper.head.setText("words " * 60)
    qtbot.waitUntil(lambda: curves._upper.head.geometry().height() > 0)
    assert curves._upper.item.sceneBoundingRect().width() == before <= curves.width()
    curves._upper.head.setText("")


# -- the curves of another run


def ghost_of(curves, name="pinned", scale=3.0):
    epochs = np.arange(0, 500, 7)
    curves.set_ghost(name, epochs, {"loss": (scale / (1 + epochs)).astype(np.float32), "kl": epochs * 1.0})
    return epochs


def test_that_another_run_lies_behind_and_is_named_where_its_curve_ends(curves):
    epochs = ghost_of(curves)
    name, shown, values = curves.ghost
    assert (name, shown.tolist(), set(values)) == ("pinned", epochs.tolist(), {"loss", "kl"})
    labels = {label.name: label for label in curves.labels.labels}
    assert set(labels) == {"loss", "perfect", "pinned"}  # the run shows no KL, and this one no perfect
    assert labels["pinned"].pen.dashPattern() != labels["loss"].pen.dashPattern()
    end, (ours,) = labels["pinned"].y, curves._upper.heights([3 / (1 + epochs[-1])], True)
    assert end == round(ours)
    assert curves.names == (["loss"], ["perfect"])
    assert set(curves.values) == {"loss", "perfect"}


def test_that_another_run_is_in_sight_whatever_its_values(curves):
    before = curves.ranges[1]
    ghost_of(curves, scale=3e5)
    assert curves.ranges[1][1] >= math.log10(3e5) > before[1]
    curves.set_ghost("", np.zeros(0, dtype=np.int64), {})
    assert curves.ranges[1] == before
    assert "pinned" not in [label.name for label in curves.labels.labels]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_that_another_run_is_paler_than_the_one_that_is_shown(curves, qapp, scheme):
    theme.apply_theme(qapp, scheme)
    ghost_of(curves)
    ground = QColor(theme.tokens().surface)

    def away(colour):
        return sum(abs(one - other) for one, other in zip(colour.getRgb(), ground.getRgb(), strict=True))

    labels = {label.name: label for label in curves.labels.labels}
    pale, strong = away(labels["pinned"].pen.color()), away(labels["loss"].pen.color())
    theme.apply_theme(qapp, "light")
    assert 0.3 * strong < pale < 0.7 * strong


def test_that_another_run_stays_while_the_one_that_is_shown_goes_on_and_changes_its_curves(curves):
    ghost_of(curves)
    longer = np.arange(3000)
    curves.set_curves(longer, {"loss": 1.0 / (1 + longer), "kl": longer * 2.0}, {})
    curves.set_log(True, False)
    drawn = curves._ghost._lines[0]
    assert set(drawn) == {"loss", "kl"}
    along, up = drawn["kl"]._whole
    assert np.allclose(along, np.log10(np.maximum(curves.ghost[1], 1)))
    assert np.allclose(up, curves.ghost[2]["kl"])
    assert [label.name for label in curves.labels.labels].count("pinned") == 1


def test_that_a_curve_that_ends_early_is_named_where_it_ends(curves):
    short = np.where(EPOCHS < 50, 4.0, np.nan).astype(np.float32)
    curves.set_curves(EPOCHS, {"short": short, "long": np.full(len(EPOCHS), 2.0, dtype=np.float32)}, {})
    labels = {label.name: label.y for label in curves.labels.labels}
    assert [labels["short"], labels["long"]] == [round(y) for y in curves._upper.heights([4.0, 2.0], True)]


def test_that_names_stay_in_their_room_where_it_becomes_lower(qapp, qtbot):
    labels = EndLabels()
    qtbot.addWidget(labels)
    labels.resize(200, 200)
    labels.show()
    labels.set_labels([EndLabel(name, "", 190.0, QPen(), "#000000") for name in ("one", "two")])
    labels.resize(labels.width(), 80)
    assert max(labels.rect_of(name).bottom() for name in ("one", "two")) < 80
    labels.resize(labels.width(), 200)
    assert labels.rect_of("two").bottom() > 180
