"""The bar at the top: two large numbers, one word, and what gives way where there is no room."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QLabel, QWidget

from core import preset, presets
from core.data.datasets import load_dataset
from core.measure.headlines import headlines
from core.measure.metrics import METRICS
from tests.gui.frames import frame_of
from tp5gui import theme
from tp5gui.canvases.sparkline import MOST, Sparkline, pieces, shape
from tp5gui.panels.controls import ControlBar
from tp5gui.panels.figure import Figure
from tp5gui.panels.readout import Readout
from tp5gui.session.bench import Bench
from tp5gui.session.messages import Phase
from tp5gui.session.session import Session

WIDTHS = (1024, 1280, 1366, 1920)
KINDS = ("font-autoencoder", "font-denoiser", "emoji-vae", "digits-vae", "digits-denoiser")


@pytest.mark.parametrize("record", presets(), ids=lambda record: record.name)
def test_that_the_two_numbers_of_every_run_have_curves_that_are_drawn(record):
    spec, dataset = record.spec, load_dataset(record.spec.dataset)
    below, above = headlines(spec, dataset)
    assert below.drawn(spec, dataset) == "lower"
    assert above.drawn(spec, dataset) == "upper"
    if dataset.binary:
        assert (below.name, above.name) == ("recognised", "wrong_pixels")
    elif spec.variational:
        assert (below.name, above.name) == ("active_units", "squared_error")


@pytest.fixture(scope="module")
def frames():
    """A frame of a short run of every kind."""
    found = {}
    for name in KINDS:
        bench = Bench.build(replace(preset(name), epochs=20), 1, None)
        bench.trainer.advance(2)
        found[name] = frame_of(bench, phase=Phase.RUNNING)
    return found


@pytest.fixture
def bar(qapp, qtbot, light):
    bar = ControlBar(Session(preset("font-autoencoder")))
    qtbot.addWidget(bar)
    bar.show()
    return bar


def parts(bar):
    """What is shown of a bar, and where."""
    shown = [
        part for part in bar.findChildren(QWidget) if part.isVisible() and not part.findChildren(QWidget)
    ]
    return [(part, QRect(part.mapTo(bar, QPoint(0, 0)), part.size())) for part in shown]


@pytest.mark.parametrize("name", KINDS)
def test_that_nothing_is_cut_off_or_over_another_at_any_width(bar, frames, name, qtbot):
    bar.on_frame(frames[name])
    for width in (*WIDTHS, bar.minimumSizeHint().width()):
        wide = max(width, bar.minimumSizeHint().width())
        for _ in range(2):
            bar.resize(wide, bar.sizeHint().height())  # which it has in a window, in however many lines
            qtbot.wait(1)  # the layout is done in the loop
        placed = parts(bar)
        for part, place in placed:
            assert bar.rect().contains(place), (part, place)
            if isinstance(part, QLabel):
                assert part.fontMetrics().horizontalAdvance(part.text()) <= part.width(), part.text()
        for index, (_, one) in enumerate(placed):
            assert not any(one.intersects(other) for _, other in placed[index + 1 :])


def test_that_a_number_stands_nearer_to_its_own_words_than_to_those_before_it(bar, frames, qtbot):
    bar.resize(1280, 48)
    for frame in frames.values():
        bar.on_frame(frame)
        qtbot.wait(1)  # the layout is done in the loop
        first, second = bar.readouts
        words, number, own = (
            QRect(part.mapTo(bar, QPoint(0, 0)), part.size())
            for part in (first.unit, second.number, second.unit)
        )
        before, after = number.left() - words.right(), own.left() - number.right()
        assert before >= 2 * theme.SPACE > after


def test_that_no_control_gives_way_while_another_line_helps_and_then_in_one_order(bar, frames, qtbot):
    bar.on_frame(frames["emoji-vae"])
    order = [bar.speed, bar.seed, bar.redo, bar.undo]
    gone = {}  # by how high the bar is
    for width in range(1600, bar.minimumSizeHint().width() - 1, -8):
        bar.resize(width, 48)
        gone.setdefault(bar.sizeHint().height(), []).append([part.isHidden() for part in order])
        for part in (bar.start, bar.step, bar.rewind, bar.going, *bar.readouts):
            assert not part.isHidden()
    assert list(gone) == sorted(gone)
    assert len(gone) > 1
    *folding, last = gone.values()
    assert all(hidden == [False] * 4 for lines in folding for hidden in lines)
    assert last[-1] == [True] * 4
    for before, after in itertools.pairwise(last):
        assert all(later or not earlier for earlier, later in zip(before, after, strict=True))
        assert after == sorted(after)  # the speed is the last to go


def test_that_a_number_that_changes_moves_nothing(bar, frames, qtbot):
    bar.resize(1600, 48)
    frame = frames["font-autoencoder"]
    bar.on_frame(frame)
    qtbot.wait(1)
    before = [(id(part), place) for part, place in parts(bar)]
    for recognised, wrong in ((0, 577), (7, 1), (32, 0), (11, 88)):
        shot = replace(frame.snapshot, recognised=recognised, wrong_pixels=wrong)
        bar.on_frame(replace(frame, snapshot=shot))
        qtbot.wait(1)
        assert [one.number.text() for one in bar.readouts] == [str(recognised), str(wrong)]
        assert [(id(part), place) for part, place in parts(bar)] == before


@given(st.integers(0, 10**7), st.integers(0, 10**7))
def test_that_a_figure_has_room_for_all_numbers_with_as_many_digits(qapp, first, second):
    figure = Figure(f"{10**7:,}")
    for number in (first, second):
        width = figure.width()
        figure.setText(f"{number:,}")
        assert figure.width() == width


def test_that_the_word_and_the_numbers_explain_themselves(bar, frames):
    for frame in frames.values():
        bar.on_frame(frame)
        assert bar.going.text() == "Learning"
        assert bar.going.toolTip()
        for readout, metric in zip(bar.readouts, headlines(frame.spec, frame.dataset), strict=True):
            assert metric.help in " ".join(readout.toolTip().split())
            assert max(map(len, readout.toolTip().splitlines())) <= 80


@pytest.mark.parametrize(
    ("phase", "word"), [(Phase.PAUSED, "Paused"), (Phase.FINISHED, "Done"), (Phase.DIVERGED, "Diverged")]
)
def test_that_a_run_at_rest_says_how_it_ended(bar, frames, phase, word):
    bar.on_frame(replace(frames["font-autoencoder"], phase=phase))
    assert bar.going.text() == word
    assert bar.going.toolTip()


def test_that_the_word_follows_the_button(window, qtbot):
    session, going, button = window.session, window.controls.going, window.controls.start
    assert going.text() == "Done"
    qtbot.mouseClick(window.controls.rewind, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: going.text() == "Ready")
    session.set_speed(10.0)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: going.text() == "Learning")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: going.text() == "Paused")


# -- the small curves

CURVES = st.lists(st.sampled_from([0.0, 0.0, 1.0, 7.0, 1e-3, np.nan]), min_size=1, max_size=400).map(
    np.float32
)


@given(CURVES, st.booleans())
def test_that_a_small_curve_lies_in_its_square_and_ends_at_the_last_value(values, log):
    epochs = np.arange(len(values)) ** 2
    points = shape(epochs, values, log=log)
    assert 1 <= len(points) <= MOST
    assert points[-1, 0] == (1 if len(values) > 1 else 0)
    known = points[np.isfinite(points[:, 1])]
    assert ((known >= 0) & (known <= 1)).all()
    last = values[-1]
    assert np.isfinite(points[-1, 1]) == (np.isfinite(last) and (last > 0 or not log))
    lines = pieces(points)
    assert all(np.isfinite(line).all() and len(line) > 1 for line in lines)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_that_a_small_curve_is_painted_in_the_colour_of_its_metric(qapp, qtbot, scheme):
    theme.apply_theme(qapp, scheme)
    curve = Sparkline()
    qtbot.addWidget(curve)
    curve.resize(80, 14)
    curve.set_curve(np.arange(100), np.linspace(1, 0, 100, dtype=np.float32), METRICS["wrong_pixels"].role)
    shot = curve.grab().toImage()
    colours = {shot.pixelColor(x, y).name() for x in range(80) for y in range(14)}
    assert theme.tokens().error in colours


def test_that_a_readout_writes_all_numbers_of_a_run_with_as_many_figures(qapp, frames):
    readout = Readout()
    frame = frames["digits-vae"]
    texts = []
    for value in (0.12345, 0.00002, 0.9):
        shot = replace(frame.snapshot, squared_error=value)
        readout.show_metric(METRICS["squared_error"], replace(frame, snapshot=shot))
        texts.append(readout.number.text())
    assert len({len(text) for text in texts}) == 1


def test_that_a_step_of_a_run_that_has_ended_says_how_to_go_on(window, qtbot):
    session, status = window.session, window.status
    version, epoch = session.frame.version, session.frame.snapshot.epoch + 1
    session.store.update(patience=0, epochs=epoch)
    qtbot.keyClick(window, Qt.Key.Key_F9)  # at once: that it has one more epoch may not have arrived yet
    qtbot.waitUntil(lambda: session.frame.snapshot.epoch == epoch and not session.state.can_step)
    assert "has ended" not in status.currentMessage()
    qtbot.keyClick(window, Qt.Key.Key_F9)
    assert status.currentMessage() == (
        f"The run has ended after epoch {epoch:,}. With more epochs it goes on; F5 trains it from the start."
    )
    session.store.update(epochs=epoch + 2)
    qtbot.waitUntil(lambda: session.state.can_step)
    qtbot.keyClick(window, Qt.Key.Key_F9)
    qtbot.waitUntil(lambda: session.frame.snapshot.epoch == epoch + 1)
    assert session.frame.version == version
    session.store.update(epochs=epoch + 1)
    qtbot.waitUntil(lambda: not session.state.can_step)
    qtbot.keyClick(window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: session.frame.version != version)
