import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QPainter, QPicture

from tp5gui.canvases.curves import Curves

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
    names = curves._upper.names.text
    viewport = curves._layout.viewport()
    qtbot.mouseMove(viewport, QPoint(200, 80))
    qtbot.waitUntil(lambda: "epoch" in curves._upper.names.text)
    assert curves._upper.line.isVisible()
    qtbot.mouseMove(viewport, QPoint(210, 85))
    from PySide6.QtCore import QEvent
    from PySide6.QtWidgets import QApplication

    QApplication.sendEvent(viewport, QEvent(QEvent.Type.Leave))
    assert curves._upper.names.text == names
    assert not curves._upper.line.isVisible()


def test_that_the_axis_has_room_for_the_last_epoch_and_moves_seldom(curves):
    moves = []
    box = curves._upper.item.getViewBox()
    box.sigXRangeChanged.connect(lambda *_: moves.append(1))
    for last in range(2000, 4000, 20):
        epochs = np.arange(0, last, 20)
        curves.set_curves(epochs, {"loss": np.ones(len(epochs))}, {"perfect": np.ones(len(epochs))})
        assert box.viewRange()[0][1] >= epochs[-1]
    assert len(moves) < 12


def test_that_curves_that_are_gone_are_taken_away(curves):
    curves.set_curves(EPOCHS, {"loss": EPOCHS * 1.0}, {"recognised": EPOCHS * 1.0})
    assert list(curves._lower.curves) == ["recognised"]


def test_that_zero_and_what_is_not_a_number_are_no_obstacle_on_a_logarithmic_axis(curves):
    loss = np.array([4.0, 0.0, np.nan, 1.0])
    curves.set_curves(np.arange(4), {"loss": loss}, {"perfect": np.zeros(4)})
    curves.grab()
    assert curves.read_off(1)[1]["loss"] == 0


def test_that_a_reference_is_drawn_named_and_taken_away(curves):
    curves.set_reference("best possible", 29.5)
    assert "best possible" in curves._lower.names.text
    curves.set_reference("best possible", None)
    assert "best possible" not in curves._lower.names.text
    assert curves._lower.reference is None


@pytest.mark.parametrize("epochs", [True, False])
@pytest.mark.parametrize("loss", [True, False])
def test_that_every_choice_of_axes_shows_the_curves(curves, qtbot, epochs, loss):
    curves.set_log(epochs, loss)
    drawn = curves._upper.curves["loss"].curve.getData()
    (low, high), (bottom, top) = curves._upper.item.getViewBox().viewRange()
    x, y = drawn
    assert low <= x[-1] <= high
    assert bottom <= y[-1] <= top


def test_that_f_shows_all_after_a_zoom(curves, qtbot):
    box = curves._upper.item.getViewBox()
    box.setXRange(0, 5)
    curves._on_zoomed()
    qtbot.keyClick(curves, Qt.Key.Key_F)
    assert box.viewRange()[0][1] >= EPOCHS[-1]


def figures(curves, plot):
    """The figures painted along the left of a plot, as numbers, and how high each stands."""
    axis = plot.item.getAxis("left")
    curves.grab()
    painter = QPainter()
    picture = QPicture()
    painter.begin(picture)
    _, _, texts = axis.generateDrawSpecs(painter)
    painter.end()
    return sorted((number(text), -rect.center().y()) for rect, _, text in texts)


def number(text):
    """What a figure says: 0.5, or 10⁻²."""
    if text.startswith("10") and text[2:].strip("⁰¹²³⁴⁵⁶⁷⁸⁹⁻") == "" and text[2:]:
        return 10.0 ** int(text[2:].translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")))
    return float(text)


@given(st.floats(-6, 4), st.floats(0, 7))
def test_that_a_logarithmic_axis_names_whole_powers_of_ten_with_room_between_them(curves_once, low, decades):
    curves_once.resize(420, 280)
    curves_once.set_log(False, True)
    loss = 10 ** np.linspace(low + decades, low, len(EPOCHS))
    curves_once.set_curves(EPOCHS, {"loss": loss}, {"perfect": EPOCHS * 1.0})
    named = figures(curves_once, curves_once._upper)
    powers = [math.log10(value) for value, _ in named]
    assert len(named) >= 2
    assert np.allclose(powers, np.round(powers), atol=1e-6)
    steps = np.diff(powers)
    assert np.allclose(steps, steps[0])
    apart = np.diff([height for _, height in named])
    assert apart.min() >= 12  # no figure over another


def test_that_a_plain_axis_names_values_between_the_decades(curves):
    curves.set_log(False, False)
    named = [value for value, _ in figures(curves, curves._upper)]
    assert 0 in named
    assert len(named) > 2
    assert any(value > 0 and abs(math.log10(value) % 1) > 0.1 for value in named)


def test_that_the_axis_of_a_run_that_falls_by_decades_takes_each_into_sight(curves):
    curves.set_log(False, True)
    loss = 100.0 / (1 + EPOCHS) ** 2
    curves.set_curves(EPOCHS, {"loss": loss}, {"perfect": EPOCHS * 1.0})
    bottom, top = curves._upper.item.getViewBox().viewRange()[1]
    assert bottom <= math.log10(loss.min())
    assert math.log10(loss.max()) <= top


def test_that_a_run_that_begins_anew_is_shown_from_its_first_epoch(curves):
    curves.set_curves(EPOCHS[:1], {"loss": np.ones(1)}, {"perfect": np.ones(1)})
    low, high = curves._upper.item.getViewBox().viewRange()[0]
    assert low <= 0
    assert 0 < high < 20
