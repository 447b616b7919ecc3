"""The line of a run's moments: where epochs lie, what a hand and keys ask for, what is painted and said."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from measuring import painted_faults
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QColor, QHelpEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QToolTip

from core.train.history import due_among
from tp5gui import theme
from tp5gui.canvases.time_axis import APART, NEAR, TimeAxis, ticks_of
from tp5gui.canvases.time_line import TimeLine
from tp5gui.words import count

pytestmark = pytest.mark.qt_log_ignore("does not support")  # a tool tip raises itself

KEY, LEFT, SHIFT = Qt.Key, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier
SIDES = (60.0, 460.0)
EPOCHS = st.integers(0, 10**6)


@st.composite
def axes(draw):
    """A line of any place and width, over any epochs."""
    left, log = draw(st.floats(0, 100)), draw(st.booleans())
    low = draw(st.floats(1 if log else -100, 1e5))
    return TimeAxis(left, left + draw(st.floats(50, 2000)), low, low + draw(st.floats(10, 1e6)), log)


AXES = axes()


def moments(last):
    every = np.arange(last + 1)
    return every[due_among(every)]


# -- where epochs lie


@given(AXES, EPOCHS)
def test_that_the_epoch_at_the_place_of_an_epoch_is_that_epoch(axis, epoch):
    shown = max(epoch, 1) if axis.log else epoch
    there = axis.epoch_at(axis.x_of(epoch))
    assert there == pytest.approx(shown, rel=1e-6, abs=1e-3)


@given(AXES)
def test_that_the_ends_of_the_line_are_the_ends_of_the_epochs(axis):
    assert axis.epoch_at(axis.left) == pytest.approx(axis.low, rel=1e-6, abs=1e-3)
    assert axis.epoch_at(axis.right) == pytest.approx(axis.high, rel=1e-6, abs=1e-3)


@given(AXES, st.sets(EPOCHS, max_size=300).map(sorted))
def test_that_ticks_are_moments_in_sight_apart_and_none_is_left_out_that_has_room(axis, epochs):
    kept = np.array(epochs, dtype=np.int64)
    ticks = ticks_of(axis, kept)
    across = axis.across(kept)
    assert np.isin(ticks, across).all()
    assert (np.diff(ticks) >= APART).all()
    inside = across[(across >= axis.left) & (across <= axis.right)]
    for x in inside.tolist():  # it has its tick, or one is near
        assert np.abs(ticks - x).min() <= APART + 1


@given(AXES, st.sets(EPOCHS, max_size=20), st.floats(0, 2000))
def test_that_only_what_is_near_draws_the_hand_to_itself_and_the_nearest_does(axis, named, x):
    away = {epoch: abs(axis.x_of(epoch) - x) for epoch in named}
    near = axis.near(x, named)
    if near is None:
        assert all(far > NEAR for far in away.values())
    else:
        assert away[near] == min(away.values()) <= NEAR


# -- the widget


@pytest.fixture
def line(qtbot, light):
    line = TimeLine()
    qtbot.addWidget(line)
    line.resize(500, line.sizeHint().height())
    line.set_span(0, 2000, log=False)
    line.set_sides(*SIDES)
    line.set_times(moments(1500), 1500, 2000)
    with qtbot.waitExposed(line):
        line.show()
    line.asked = []
    line.travelled.connect(line.asked.append)
    line.returned.connect(lambda: line.asked.append("now"))
    line.stepped.connect(lambda steps: line.asked.append(("step", steps)))
    line.play_toggled.connect(lambda: line.asked.append("play"))
    line.branch_asked.connect(lambda: line.asked.append("branch"))
    return line


def place(line, epoch):
    return QPoint(round(line.axis.x_of(epoch)), line.height() // 2)


def follow(line):
    """Show what is asked for, as a window does."""
    line.travelled.connect(lambda epoch: line.set_shown(epoch, exact=True))
    line.returned.connect(lambda: line.set_shown(None, exact=True))


def test_that_a_press_asks_for_the_epoch_under_it(line, qtbot):
    qtbot.mousePress(line, LEFT, pos=place(line, 1000))
    assert line.asked == [1000]
    qtbot.mouseRelease(line, LEFT, pos=place(line, 1000))


def test_that_a_drag_asks_for_every_epoch_on_its_way_once_and_for_now_at_the_end(line, qtbot):
    qtbot.mousePress(line, LEFT, pos=place(line, 500))
    for epoch in (600, 600, 700, 1600, 1900, 400):
        qtbot.mouseMove(line, place(line, epoch))
    qtbot.mouseRelease(line, LEFT, pos=place(line, 400))
    qtbot.mouseMove(line, place(line, 800))
    assert line.asked == [500, 600, 700, "now", 400]


def test_that_beyond_the_left_end_is_the_start(line, qtbot):
    qtbot.mouseClick(line, LEFT, pos=QPoint(2, 20))
    assert line.asked == [0]


def test_that_beyond_the_right_edge_is_now_where_now_lies_out_of_sight(line, qtbot):
    line.set_span(200, 400, log=False)
    qtbot.mouseClick(line, LEFT, pos=QPoint(int(SIDES[1]) - 2, 20))
    qtbot.mouseClick(line, LEFT, pos=QPoint(int(SIDES[1]) + 5, 20))
    assert line.asked == [399, "now"]


def test_that_a_double_click_returns_to_now(line, qtbot):
    qtbot.mouseDClick(line, LEFT, pos=place(line, 300))
    qtbot.mouseMove(line, place(line, 400))
    assert line.asked[-1] == "now"


@pytest.mark.parametrize("named", ["set_marks", "set_best"])
@pytest.mark.parametrize(("away", "drawn"), [(-3, True), (3, True), (0, True), (-7, False), (7, False)])
def test_that_a_hand_near_a_mark_or_a_best_means_it(line, qtbot, named, away, drawn):
    getattr(line, named)({1003: "words"})
    qtbot.mouseClick(line, LEFT, pos=place(line, 1003) + QPoint(away, 0))
    assert (line.asked == [1003]) == drawn


def test_that_the_hand_takes_up_the_same_place_on_a_logarithmic_line(line, qtbot):
    line.set_span(1, 2000, log=True)
    qtbot.mouseClick(line, LEFT, pos=place(line, 10))
    (asked,) = line.asked
    assert abs(line.axis.x_of(asked) - line.axis.x_of(10)) < 6


def wheel(line, turn, modifiers=Qt.KeyboardModifier.NoModifier):
    at = QPointF(100, 20)
    QApplication.sendEvent(
        line,
        QWheelEvent(
            at, line.mapToGlobal(at), QPoint(), QPoint(0, turn), Qt.MouseButton.NoButton, modifiers,
            Qt.ScrollPhase.NoScrollPhase, False,
        ),
    )  # fmt: skip


def test_that_the_wheel_steps_from_moment_to_moment_and_a_fine_one_adds_up(line):
    wheel(line, 120)
    wheel(line, -240)
    for _ in range(4):
        wheel(line, 30)
    wheel(line, 120, SHIFT)
    assert line.asked == [("step", 1), ("step", -2), ("step", 1), ("step", 10)]


@pytest.mark.parametrize(
    ("key", "modifier", "asked"),
    [
        (KEY.Key_Left, None, ("step", -1)), (KEY.Key_Right, None, ("step", 1)),
        (KEY.Key_Left, SHIFT, ("step", -10)), (KEY.Key_Right, SHIFT, ("step", 10)),
        (KEY.Key_Up, None, ("step", 1)), (KEY.Key_Down, None, ("step", -1)),
        (KEY.Key_PageUp, None, 650), (KEY.Key_PageDown, None, 950), (KEY.Key_Home, None, 0),
        (KEY.Key_End, None, "now"), (KEY.Key_N, None, "now"), (KEY.Key_Space, None, "play"),
        (KEY.Key_B, None, "branch"),
    ],
)  # fmt: skip
def test_that_every_key_asks_for_its_own(line, qtbot, key, modifier, asked):
    line.set_shown(800, exact=True)
    qtbot.keyClick(line, key, modifier or Qt.KeyboardModifier.NoModifier)
    assert line.asked == [asked]


def test_that_tenths_lead_from_now_to_the_start_and_back(line, qtbot):
    follow(line)
    for _ in range(12):
        qtbot.keyClick(line, KEY.Key_PageUp)
    assert line.asked == [*range(1350, -1, -150), 0, 0]
    for _ in range(10):
        qtbot.keyClick(line, KEY.Key_PageDown)
    assert line.asked[-1] == "now"
    assert line.shown is None


def test_that_keys_of_others_pass(line, qtbot):
    qtbot.keyClick(line, KEY.Key_N, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(line, KEY.Key_Q)
    assert line.asked == []


# -- what is painted


def pixels(line):
    return line.grab().toImage()


def colours(image, box):
    x, y, wide, high = box
    right = min(x + wide, image.width())
    return {image.pixelColor(i, j).name() for i in range(max(x, 0), right) for j in range(y, y + high)}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("zoom", [80, 100, 150, 200])
@pytest.mark.parametrize("shown", [None, 0, 3, 750, 1499, 1500])
def test_that_words_are_whole_and_the_handle_inside_wherever_it_is(line, qapp, scheme, zoom, shown):
    before = theme.zoom()
    theme.apply_theme(qapp, scheme)
    theme.set_zoom(qapp, zoom)
    try:
        line.resize(320, line.sizeHint().height())
        line.set_sides(0, 320)
        line.set_span(0, 1500, log=False)
        for exact in (True, False):
            line.set_shown(shown, exact)
            line.set_progress(0.5)
            assert painted_faults(line) == []
            x, beyond = line.handle
            assert beyond == 0
            assert 6 <= x <= 314
            assert theme.tokens().accent in colours(pixels(line), (round(x) - 10, 0, 20, line.height()))
    finally:
        theme.set_zoom(qapp, before)
        theme.apply_theme(qapp, "light")


def test_that_a_handle_out_of_sight_stands_at_the_edge_and_points_beyond(line):
    line.set_span(500, 700, log=False)
    for epoch, (x, beyond) in ((100, (SIDES[0], -1)), (900, (SIDES[1], 1)), (600, (260.0, 0))):
        line.set_shown(epoch, exact=True)
        assert line.handle == (pytest.approx(x), beyond)


def test_that_a_handle_is_hollow_while_another_moment_stands_in(line):
    line.set_shown(800, exact=True)
    middle = QPoint(round(line.handle[0]), 27)
    assert pixels(line).pixelColor(middle).name() == theme.tokens().accent
    line.set_shown(800, exact=False)
    assert pixels(line).pixelColor(middle).name() != theme.tokens().accent
    assert line.words.startswith("about epoch")


def test_that_what_was_trained_is_told_from_what_is_planned_and_from_nothing(line):
    image = pixels(line)
    trained, planned, beyond = (image.pixelColor(x, 27) for x in (100, 420, 480))
    assert trained == QColor(theme.tokens().text_soft)
    assert planned == QColor(theme.tokens().line)
    assert beyond not in (trained, planned)


def test_that_changes_and_bests_differ_in_shape(line):
    bare = pixels(line)
    shapes = []
    for set_them in (line.set_marks, line.set_best):
        set_them({400: "words"})
        image, x = pixels(line), round(line.axis.x_of(400))
        shapes.append(
            {(i, j) for i in range(x - 8, x + 9) for j in range(40) if image.pixel(i, j) != bare.pixel(i, j)}
        )
        set_them({})
    assert shapes[0]
    assert shapes[1]
    assert min(j for _, j in shapes[1]) < min(j for _, j in shapes[0])  # it stands on the rail, not across it
    assert max(j for _, j in shapes[1]) < max(j for _, j in shapes[0])


@given(st.integers(1, 10**6), st.integers(170, 900), st.booleans())
def test_that_a_run_of_any_length_has_ticks_with_paper_between(qapp, last, wide, log):
    line = TimeLine()
    line.resize(wide, 40)
    line.set_span(1 if log else 0, last, log=log)
    line.set_times(moments(last), last, last)
    ticks = line.ticks
    assert 1 <= len(ticks) <= wide / (APART - 1)
    assert (np.diff(ticks) >= APART - 1).all()
    line.deleteLater()


def test_that_ticks_are_thought_out_once_while_nothing_changes(line, monkeypatch):
    thought = []
    monkeypatch.setattr(
        "tp5gui.canvases.time_line.ticks_of", lambda axis, kept: thought.append(1) or ticks_of(axis, kept)
    )
    line.set_times(moments(1600), 1600, 2000)
    for shown in range(20):
        line.set_shown(shown, exact=True)
        line.grab()
    assert len(thought) == 1


# -- what is said


def tip(line, place):
    QToolTip.hideText()
    QApplication.sendEvent(line, QHelpEvent(QEvent.Type.ToolTip, place, line.mapToGlobal(place)))
    words = " ".join(QToolTip.text().split())
    QToolTip.hideText()
    return words


def test_that_a_place_says_its_epoch_whether_it_is_kept_and_what_was_there(line, qtbot):
    line.set_times(np.array([0, 100, 1000, 1500]), 1500, 2000)
    line.set_marks({1000: "Learning rate 0.1 → 0.2"})
    line.set_best({1000: "wrong pixels"})
    words = tip(line, place(line, 1000))
    for part in (f"Epoch {count(1000)}, kept", "Learning rate 0.1 → 0.2", "wrong pixels"):
        assert part in words
    assert "not kept: it is recomputed" in tip(line, place(line, 500))
    assert tip(line, place(line, 1900)).startswith("Now: epoch")


def test_that_an_empty_line_says_what_to_do_and_asks_for_nothing(line, qtbot):
    line.set_times(np.array([0]), 0, 2000)
    assert line.is_empty
    assert painted_faults(line) == []
    assert "Train a little" in line.telling.words
    qtbot.mouseClick(line, LEFT, pos=place(line, 100))
    for key in (KEY.Key_Home, KEY.Key_End, KEY.Key_Left, KEY.Key_Space, KEY.Key_B):
        qtbot.keyClick(line, key)
    wheel(line, 120)
    assert line.asked == []
    assert line.words_at(place(line, 100))[0] == ""


@pytest.mark.parametrize("zoom", [80, 100, 150, 200])
def test_that_the_sentence_of_an_empty_line_is_whole_at_its_least_width(line, qapp, zoom):
    theme.set_zoom(qapp, zoom)
    try:
        line.set_times(np.zeros(0, dtype=np.int64), 0, 2000)
        line.resize(line.minimumSizeHint())
        assert painted_faults(line) == []
    finally:
        theme.set_zoom(qapp, 100)


def test_that_a_screen_reader_is_told_which_epoch_is_shown_and_hears_of_changes_only(line, monkeypatch):
    told = []
    monkeypatch.setattr(QAccessible, "isActive", lambda: True)
    monkeypatch.setattr(type(line), "hasFocus", lambda self: True)
    line.telling.told.connect(told.append)
    assert line.reads_as == QAccessible.Role.Slider
    assert line.accessibleName() == "Time line"
    line.set_marks({700: "Learning rate 0.1 → 0.2"})
    line.set_shown(700, exact=True)
    words = line.telling.words
    assert words.startswith("Epoch 700; from epoch 0 to 1")
    assert words.endswith("Learning rate 0.1 → 0.2.")
    line.set_shown(None, exact=True)
    assert line.telling.words.startswith("Now; from epoch 0")
