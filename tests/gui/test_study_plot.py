"""The plot of a study: an axis that fits, a legend in words, and nothing that does not say what it is."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFontMetrics
from PySide6.QtWidgets import QStyle, QStyleOptionComboBox, QToolTip

from core.experiment.presets import preset
from core.measure.rules import Scale
from core.studies.measures import scale_of
from core.studies.questions import question
from core.studies.study import Axis, Study
from tests.gui.resting import told
from tp5gui import theme
from tp5gui.canvases.study_axis import fitting
from tp5gui.canvases.study_plot import Mark, StudyPlot
from tp5gui.panels.study import StudyPanel
from tp5gui.panels.study_answer import Answer, entries, show_answer
from tp5gui.panels.study_words import amount, figure
from tp5gui.session.session import Session
from tp5gui.session.studying import Studying

pytestmark = pytest.mark.qt_log_ignore("does not support")  # a tool tip raises itself

RATES = (0.1, 0.03, 0.01, 0.001)
LEVELS = (0.0, 0.1, 0.2)


def rows_of(study, value, measure="recognised", best=None, settings=None):
    """Rows of the first settings; every run has `value(setting, run)`."""
    cells = (
        study.cells()
        if not study.tests
        else [(*cell, level) for cell in study.cells() for level in study.tests]
    )
    return tuple(
        {axis.field: one for axis, one in zip(study.axes, cell, strict=True)}
        | {"run": run, "seed": run, "seconds": 1.0, measure: value(cell, run)}
        | ({} if best is None else {f"best_possible_{measure}": best})
        for cell in cells[:settings]
        for run in range(study.runs)
    )


@pytest.fixture
def plot(qtbot, light):
    plot = StudyPlot()
    qtbot.addWidget(plot)
    plot.resize(420, 240)
    with qtbot.waitExposed(plot):
        plot.show()
    return plot


# --- the axis ---

finite = st.floats(0, 1e6) | st.integers(0, 40).map(float)
scales = st.sampled_from([Scale(), Scale(whole=True), Scale(32.0, True), Scale(1.0), Scale(1000.0, True)])


@given(st.lists(st.tuples(finite, finite), min_size=1, max_size=8), scales)
def test_that_an_axis_holds_what_was_measured_and_never_what_cannot_be(runs, scale):
    means = [min(mean, scale.most) for mean, _ in runs]
    axis = fitting(
        means,
        [mean + way * spread for mean, (_, spread) in zip(means, runs, strict=True) for way in (-1, 1)],
        scale,
    )
    assert 0 <= axis.low < axis.high <= scale.most
    assert all(0 <= axis.share(mean) <= 1 for mean in means)
    assert axis.low <= min(means) * (1 + 1e-9)
    assert axis.high >= max(means) * (1 - 1e-9)
    values, texts = zip(*axis.ticks, strict=True)
    assert list(values) == sorted(set(values))
    assert axis.low * (1 - 1e-9) <= values[0]
    assert values[-1] <= axis.high * (1 + 1e-9)
    assert len(set(texts)) == len(texts) or not scale.whole
    assert not any("-" in text for text in texts)
    if scale.whole and not axis.log:
        assert all(value == round(value) for value in values)
        assert not any("." in text for text in texts)


def test_that_a_band_below_nothing_ends_at_nothing():
    axis = fitting([0.9, 20.9, 2.8], [-4.0, 6.0, 15.0, 27.0], Scale(32.0, True))
    assert [text for _, text in axis.ticks] == ["0", "10", "20", "30"]


def test_that_a_count_and_a_share_end_at_the_most_there_can_be():
    assert [text for _, text in fitting([5.0, 32.0], [], Scale(32.0, True)).ticks] == ["0", "10", "20", "32"]
    assert [text for _, text in fitting([0.1, 0.97], [1.2], Scale(1.0)).ticks] == ["0.0", "0.5", "1.0"]
    assert fitting([32.0, 32.0], [], Scale(32.0, True)).high == 32


def test_that_losses_far_apart_stand_along_a_logarithm_and_counts_that_end_do_not():
    axis = fitting([0.001, 0.03, 5.0], [-1.0, 9.0], Scale())
    assert axis.log
    assert {"0.01", "0.1", "1"} <= {text for _, text in axis.ticks}
    assert axis.share(0.03) == pytest.approx(math.log(0.03 / axis.low) / math.log(axis.high / axis.low))
    assert not fitting([0.1, 30.0], [], Scale(32.0, True)).log
    assert not fitting([0.0, 5.0], [], Scale()).log


def test_that_what_was_measured_below_zero_is_seen():
    axis = fitting([-0.3, 0.8], [], Scale(1.0))
    assert axis.low <= -0.3


def test_that_the_scale_of_a_measure_is_that_of_its_study():
    study = question("learning-rate").study(2)
    assert scale_of(study, "recognised") == Scale(32.0, True)
    assert scale_of(study, "best_possible_recognised") == Scale(32.0, True)
    assert scale_of(study, "wrong_pixels") == Scale(math.inf, True)
    assert scale_of(study, "first_perfect") == Scale(math.inf, True)
    assert scale_of(study, "label_agreement") == Scale(1.0)
    assert scale_of(study, "loss") == Scale()
    variational = replace(preset("font-autoencoder"), variational=True)
    assert scale_of(Study(variational, (Axis("latent", (2, 5)),), 1), "active_units") == Scale(5.0, True)


# --- what it says ---


def test_that_numbers_have_their_units():
    images = Scale(32.0, True)
    assert amount(20.9, "recognised", images) == "20.9 of 32 images"
    assert amount(32, "recognised", images) == "32 of 32 images"
    assert amount(1.0, "wrong_pixels", Scale(whole=True)) == "1 wrong pixel"
    assert amount(234.5, "wrong_pixels", Scale(whole=True)) == "234.5 wrong pixels"
    assert amount(0.01234, "loss", Scale()) == "0.0123 per image"
    assert amount(20, "recognised", Scale(whole=True)) == "20 images"  # of a set that is gone
    assert amount(2.5, "seconds", Scale()) == "2.50 s"
    assert amount(120.0, "first_perfect", Scale(whole=True)) == "epoch 120"
    assert [figure(value, Scale()) for value in (0.0, 1.5e-7, 0.5, 12.345, 123.6)] == [
        "0.00", "1.5e-07", "0.500", "12.3", "124",
    ]  # fmt: skip


def answer_of(name, value, *, runs=4, band="sd", measure=None, best=None, settings=None):
    asked = question(name)
    study = asked.study(runs)
    measure = measure or asked.measure
    return Answer(study, rows_of(study, value, measure, best, settings), asked, measure, band)


def test_that_every_dot_square_band_and_line_says_what_it_is(plot, qtbot):
    study = Study(question("noise").study(1).base, (Axis("noise_level", LEVELS),), 4)
    rows = rows_of(study, lambda cell, run: 20 - 40 * cell[0] + run, best=30.0)
    show_answer(plot, Answer(study, rows, question("noise"), "recognised", "range"), running=False)
    words = told(qtbot, plot, plot.place_of(1).toPoint())
    assert words.startswith("Noise level: 0.1 17.5 of 32 images on average of 4 runs")
    assert "The lowest run: 16; the highest: 19." in words
    assert "Best possible: 30 of 32 images" in words
    between = (plot.place_of(0) + plot.place_of(1)) / 2
    assert told(qtbot, plot, between.toPoint()).startswith("band: from the worst to the best of 4 runs")
    first, *_ = plot.slides
    assert first.explained == "The slides report 20.6 of 32 images at 0."
    assert all(point.explained == "Best possible: 30 of 32 images" for point in plot.best)


def test_that_the_legend_tells_every_shape_in_words_and_each_explains_itself(plot, qtbot):
    show_answer(plot, answer_of("noise", lambda cell, run: 9.0 + run, runs=10, band="range"), running=False)
    legend = plot.legend
    assert legend.mean[0] == "mean of 10 runs"
    assert legend.band[0] == "band: from the worst to the best of 10 runs"
    assert (legend.slides[0], legend.best[0], legend.waiting[0]) == ("slides", "", "")
    for index in range(3):
        assert plot.legend_places[index].isValid()
        assert told(qtbot, plot, plot.legend_places[index].center())


def test_that_categories_have_bars_and_are_not_joined(plot):
    show_answer(plot, answer_of("activation", lambda cell, run: 5.0 * run, band="range"), running=False)
    assert plot.legend.band[0].startswith("bar: from the worst to the best")
    shot, series = plot.grab().toImage(), QColor(theme.tokens().series)
    middle = (plot.place_of(0) + plot.place_of(1)) / 2
    column = [
        shot.pixelColor(round(middle.x()), y)
        for y in range(round(plot.place_of(0).y()) - 8, round(plot.place_of(0).y()) + 8)
    ]
    assert series not in column


def test_that_points_come_one_by_one_and_those_that_wait_say_so(plot, qtbot):
    for settings in (1, 2, 4):
        answer = answer_of("learning-rate", lambda cell, run: 10.0 + run, settings=settings)
        show_answer(plot, answer, running=True)
        assert [mark.known for mark in plot.marks] == [index < settings for index in range(4)]
        assert bool(plot.legend.waiting[0]) == (settings < 4)
        if settings < 4:
            words = told(qtbot, plot, plot.place_of(3).toPoint())
            assert words == "Learning rate: 0.001 None of its runs is done yet."
        plot.grab()


def test_that_a_map_says_what_its_fields_are(plot, qtbot):
    answer = answer_of("noise-surface", lambda cell, run: 30.0 - run, settings=8)
    show_answer(plot, answer, running=True)
    words = told(qtbot, plot, plot.place_of(0).toPoint())
    assert words.startswith("Noise level: 0 Test noise: 0 28.5 of 32 images on average of 4 runs")
    assert "None of its runs is done yet." in told(qtbot, plot, plot.place_of(30).toPoint())
    assert plot.legend.mean[0] == "mean of 4 runs"
    assert plot.marks[0].figure == "28.5"


def test_that_marks_can_be_walked_through_and_picked_by_keys(plot, qtbot):
    marks = [
        Mark("a", 1.0, 0.5, 1.5, ""),
        Mark("b", math.nan, math.nan, math.nan, ""),
        Mark("c", 2.0, 2.0, 2.0, ""),
    ]
    plot.set_line(marks, (0, 1, 2), ("x", "y"))
    plot.picked.connect((picked := []).append)
    for key in (
        Qt.Key.Key_Right,
        Qt.Key.Key_Return,
        Qt.Key.Key_Right,
        Qt.Key.Key_Return,
        Qt.Key.Key_Right,
        Qt.Key.Key_Return,
    ):
        qtbot.keyClick(plot, key)
    assert picked == [0, 2]
    plot.set_map([Mark(str(index), float(index), 0.0, 0.0, "", "r") for index in range(6)], 3, ("x", "y"))
    assert plot.current == 2
    qtbot.keyClick(plot, Qt.Key.Key_Up)
    assert plot.current == 5


def test_that_keys_go_the_way_that_marks_stand_and_say_what_each_is(plot, qtbot):
    plot.set_line([Mark(name, 1.0, 0.5, 1.5, name) for name in "abc"], (0.1, 0.01, 0.001), ("x", "y"))
    plot.listed.connect((listed := []).append)
    for key, current in ((Qt.Key.Key_Right, 2), (Qt.Key.Key_Right, 1), (Qt.Key.Key_Left, 2)):
        qtbot.keyClick(plot, key)
        assert (plot.current, QToolTip.text()) == (current, "abc"[current])
    qtbot.keyClick(plot, Qt.Key.Key_Menu)
    qtbot.keyClick(plot, Qt.Key.Key_F10, Qt.KeyboardModifier.ShiftModifier)  # where there is no such key
    assert listed == [2, 2]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_that_the_band_has_edges_that_stand_out(plot, qapp, scheme):
    theme.apply_theme(qapp, scheme)
    plot.set_line(
        [Mark("a", 5.0, 1.0, 9.0, ""), Mark("b", 5.0, 1.0, 9.0, "")],
        (0, 1),
        ("x", "y"),
        scale=Scale(10.0, True),
    )
    shot, series = plot.grab().toImage(), QColor(theme.tokens().series)
    x = round((plot.place_of(0).x() + plot.place_of(1).x()) / 2)
    near = [shot.pixelColor(x, y) for y in range(plot.height())]
    assert sum(abs(colour.lightness() - series.lightness()) < 40 for colour in near) >= 3
    theme.apply_theme(qapp, "light")


# --- the panel ---


@pytest.fixture
def panel(qtbot, light, tmp_path):
    session = Session(preset("font-autoencoder"))
    panel = StudyPanel(session, Studying(tmp_path))
    qtbot.addWidget(panel)
    return panel


def test_that_the_panel_fits_the_smallest_window_with_every_question_and_no_word_is_cut(panel, qtbot):
    panel.resize(464, 320)  # of a window of 1024x700
    with qtbot.waitExposed(panel):
        panel.show()
    form = panel.form
    for index in range(form.question.count()):
        form.question.setCurrentIndex(index)
        assert panel.minimumSizeHint().width() <= 464
        assert panel.width() == 464
        for box in (form.question, *([] if form.asked else [form.field]), panel.band):
            assert room_of(box) >= QFontMetrics(box.font()).horizontalAdvance(box.currentText()), (
                box.currentText()
            )
    wanted = max(QFontMetrics(panel.measure.font()).horizontalAdvance(label) for _, label, _ in entries(None))
    assert room_of(panel.measure) >= wanted


def room_of(box):
    """The px that a box has for its words."""
    option = QStyleOptionComboBox()
    box.initStyleOption(option)
    field = QStyle.SubControl.SC_ComboBoxEditField
    return box.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, field, box).width()
