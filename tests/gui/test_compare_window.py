"""The window *Compare*, by hand: numbers, maps under one cursor, images in pairs, and what goes wrong."""

import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication

from core import Spec, Trainer, load_dataset, load_run, preset, save_run
from core.measure.latent import plane_of
from tp5gui.canvases.side_mark import LETTERS
from tp5gui.session import sides as reading
from tp5gui.session.comparing import Source
from tp5gui.windows.comparing import CompareWindow, comparing_of, open_comparison

FONT = load_dataset("font5x7")
BASE = replace(preset("font-autoencoder"), epochs=150)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs")
    specs = {
        "one": BASE, "branch": replace(BASE, learning_rate=0.004, epochs=90),
        "denoiser": Spec(hidden=(20,), latent=4, noise="salt-and-pepper", noise_level=0.1, epochs=60),
        "digits": Spec(dataset="digits", hidden=(8,), epochs=2),
    }  # fmt: skip
    return {name: str(save_run(Trainer(spec).run(), folder / name)) for name, spec in specs.items()}


@pytest.fixture
def compare(window, qtbot, files):
    """Opens the comparison of some of the files, and waits until it is there."""

    def opened(*names, size=(1080, 720)):
        dialog = open_comparison(window, [Source(name, files.get(name, "")) for name in names])
        dialog.setGeometry(1400, 40, *size)  # beside the window: offscreen, the pointer finds that one first
        qtbot.waitUntil(lambda: not comparing_of(window).busy)
        qtbot.waitUntil(dialog.isActiveWindow)
        return dialog

    yield opened
    dialog = window.findChild(CompareWindow)
    if dialog is not None:
        dialog.close()


def turn_to(qtbot, dialog, number):
    """Press the button of a page; once it is laid out."""
    qtbot.mouseClick(dialog.choices.button(number), Qt.MouseButton.LeftButton)
    page = (dialog.numbers, dialog.maps, dialog.images)[number]
    qtbot.waitUntil(page.isVisible)
    QApplication.processEvents()


def found(window):
    return comparing_of(window).shown.compared


# -- numbers


def test_that_numbers_say_which_is_better_in_marks_and_words_and_only_settings_that_differ(compare, window):
    dialog = compare("one", "branch")
    rows = {row[0]: row[1:] for row in dialog.numbers.told}
    runs = [load_run(source.path) for source in comparing_of(window).sources]
    wrong = [run.snapshot().wrong_pixels for run in runs]
    best = int(np.argmin(wrong))
    assert wrong[0] != wrong[1]
    cells = [str(value) for value in wrong]
    cells[best] = f"✓ {cells[best]}"
    assert rows["Wrong pixels"] == [*cells, LETTERS[best]]
    assert rows["Learning rate"] == ["0.015", "0.004"]
    assert rows["Epochs"] == ["150", "90"]
    assert "Initial gain" not in rows
    assert any("same images" in row[0] for row in dialog.numbers.told)


def test_that_curves_of_all_lie_over_each_other_with_names_at_their_ends(compare, window, qtbot):
    dialog = compare("one", "branch", "denoiser")
    curves = dialog.numbers.curves
    names = ["A one", "B branch", "C denoiser"]
    assert curves.names == (names, names)
    assert curves.epochs[-1] == 150
    lines = curves._upper.values["B branch"]
    assert np.isnan(lines[91:]).all()
    assert not np.isnan(lines[:91]).any()
    dialog.numbers.choosing[0].setCurrentIndex(dialog.numbers.choosing[0].findData("loss"))
    run = load_run(comparing_of(window).sources[1].path)
    np.testing.assert_array_equal(
        curves._upper.values["B branch"][:91], run.history.curves().values["loss"][:, 0]
    )
    pens = {curves.pens[name].color().name() + str(curves.pens[name].dashPattern()) for name in names}
    assert len(pens) == 3
    QApplication.processEvents()
    qtbot.mouseMove(curves.viewport, QPoint(150, 60))
    qtbot.waitUntil(lambda: "epoch" in curves.heads[0])
    assert all(name in head for name in names for head in curves.heads)


def test_that_losses_of_different_kinds_and_different_images_are_left_out_in_words(compare):
    dialog = compare("one", "denoiser")
    assert any("different losses" in row[0] for row in dialog.numbers.told)
    dialog = compare("one", "digits")
    told = " ".join(row[0] for row in dialog.numbers.told)
    assert "different images" in told
    assert "Recognised (images)" not in told
    assert dialog.images.grid.hint.startswith("They learned")
    assert len(dialog.images.grid.order) == 0
    assert dialog.numbers.curves.names[0] == ["A one", "B digits"]


# -- maps


def decoded_by(window, side, place):
    told = found(window).sides[side]
    code = comparing_of(window).shown.spreads[side].plane.codes(np.array([place], dtype=np.float32))
    return told.model.decode(code)[0]


@pytest.mark.parametrize(
    "names", [("one", "branch"), ("one", "denoiser"), ("one", "branch", "denoiser", "digits")]
)
def test_that_one_cursor_moves_on_all_maps_and_each_decodes_what_is_there(compare, window, qtbot, names):
    dialog = compare(*names, size=(1024, 700))
    turn_to(qtbot, dialog, 1)
    maps = dialog.maps.maps
    qtbot.waitUntil(lambda: all(view.cursor_image is not None for view in maps))
    for grip, view in enumerate(maps[:2]):
        goal = QPoint(view.width() // 3, view.height() // 2 + 20)
        qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(view.width() // 2, view.height() // 2))
        qtbot.mouseMove(view, goal)
        qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=goal)
        places = [each.cursor_point.toTuple() for each in maps]
        assert places == list(comparing_of(window).shown.elsewhere(places[grip], grip))

        def arrived(places=places):
            return all(
                np.array_equal(each.cursor_image, decoded_by(window, side, place))
                for side, (each, place) in enumerate(zip(maps, places, strict=True))
            )

        qtbot.waitUntil(arrived)
    before = [view.cursor_point.toTuple() for view in maps]
    qtbot.keyClick(maps[1], Qt.Key.Key_Right)
    after = [view.cursor_point.toTuple() for view in maps]
    assert all(
        one[0] < other[0] and one[1] == pytest.approx(other[1])
        for one, other in zip(before, after, strict=True)
    )


def test_that_maps_of_runs_that_began_alike_move_together_and_have_tiles_behind(compare, window, qtbot):
    dialog = compare("one", "branch")
    turn_to(qtbot, dialog, 1)
    one, other = dialog.maps.maps
    assert one.bounds() == other.bounds()
    qtbot.keyClick(other, Qt.Key.Key_Plus)
    assert one.bounds() == other.bounds()
    qtbot.waitUntil(lambda: one.tiles is not None and one.tiles_bounds == one.backdrop_grid()[2])
    axes = plane_of(found(window).sides[0].codes).axes
    assert all(np.array_equal(spread.plane.axes, axes) for spread in comparing_of(window).shown.spreads)


def test_that_an_image_pointed_at_is_framed_on_all_maps_and_in_the_images(compare, qtbot):
    dialog = compare("one", "branch")
    turn_to(qtbot, dialog, 1)
    one, other = dialog.maps.maps
    number = 7
    qtbot.mouseMove(one, one.place_of(number).toPoint())
    marked = one.marked
    assert marked >= 0
    assert other.marked == dialog.images.grid.marked == marked
    plain = other.grab().toImage()
    qtbot.mouseMove(one, QPoint(2, 2))
    assert one.marked == other.marked == dialog.images.grid.marked == -1
    assert other.grab().toImage() != plain
    turn_to(qtbot, dialog, 2)
    sample = dialog.images.grid.in_sight[3]
    qtbot.mouseMove(dialog.images.grid, dialog.images.grid.sample_rect(sample).center())
    assert (one.marked, other.marked) == (sample, sample)


# -- images


def test_that_images_are_sorted_by_what_became_worse_or_better(compare, window, qtbot):
    dialog = compare("one", "branch", "denoiser")
    turn_to(qtbot, dialog, 2)
    grid, paired = dialog.images.grid, found(window).paired
    for row in range(2):
        dialog.images.beside.setCurrentIndex(row)
        growth = paired.growth(row + 1)
        dialog.images.sorting.setCurrentIndex(0)
        assert (np.diff(growth[grid.order]) <= 0).all()
        dialog.images.sorting.setCurrentIndex(1)
        assert (np.diff(growth[grid.order]) >= 0).all()
        dialog.images.sorting.setCurrentIndex(2)
        assert grid.order.tolist() == list(range(32))
        counts = (growth < 0).sum(), (growth > 0).sum(), (growth == 0).sum()
        words = f"{LETTERS[row + 1]} beside A: {counts[0]} better, {counts[1]} worse, {counts[2]} the same"
        assert dialog.images.summary.text() == words


# -- the run in the window


def test_that_the_run_in_the_window_is_compared_with_what_it_was_while_it_trains(window, qtbot, files):
    session = window.session
    session.store.update(epochs=200_000)
    version = session.frame.version
    session.rewind()
    session.play()
    qtbot.waitUntil(lambda: session.frame.version > version and session.frame.snapshot.epoch > 300)
    dialog = open_comparison(window, [Source("then", "", 200), Source("now"), Source("one", files["one"])])
    qtbot.waitUntil(lambda: dialog.numbers is not None)
    then, now, one = found(window).sides
    assert (then.epoch, one.epoch) == (200, 150)
    assert now.epoch > 300
    twin = Trainer(replace(now.spec, seed=then.spec.seed))
    twin.advance(200)
    assert then.numbers.loss == pytest.approx(twin.history.curves().values["loss"][-1, 0])
    assert dialog.again.isVisible()
    before = now.epoch
    qtbot.waitUntil(lambda: session.frame.snapshot.epoch > before)
    qtbot.mouseClick(dialog.again, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: dialog.numbers is not None)
    assert found(window).sides[1].epoch > before
    dialog.close()


# -- what goes wrong


def test_that_another_run_in_the_window_is_not_taken_for_the_one_that_was_compared(window, qtbot, files):
    dialog = open_comparison(window, [Source("now"), Source("one", str(files["one"]))])
    comparing = comparing_of(window)
    qtbot.waitUntil(lambda: comparing.shown is not None)
    version = window.session.frame.version
    window.session.new_seed()
    qtbot.waitUntil(lambda: window.session.frame.version != version)
    dialog.again.click()
    qtbot.waitUntil(lambda: "no longer in the window" in comparing.fault)
    window.session.undo()
    qtbot.waitUntil(lambda: window.session.frame.version == version)
    dialog.retry.click()
    qtbot.waitUntil(lambda: comparing.shown is not None)


def test_that_a_missing_file_is_said_and_read_once_it_is_there(compare, window, qtbot, files, tmp_path):
    place = tmp_path / "late.tp5"
    dialog = open_comparison(window, [Source("one", files["one"]), Source("late", str(place))])
    qtbot.waitUntil(lambda: not comparing_of(window).busy)
    assert "late.tp5" in dialog.fault.text()
    assert dialog.fault.isVisible()
    assert not any(choice.isEnabled() for choice in dialog.choices.buttons())
    place.write_bytes(b"no run at all")
    qtbot.mouseClick(dialog.retry, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "is not a run" in dialog.fault.text())
    place.write_bytes(Path(files["branch"]).read_bytes())
    qtbot.mouseClick(dialog.retry, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: dialog.numbers is not None)
    assert found(window).names == ("one", "late")


@pytest.fixture
def slow(monkeypatch):
    """Reading takes for ever: when it has begun, and when it has ended."""
    begun, ended = threading.Event(), threading.Event()

    def gather(sources, past, on_progress):
        begun.set()
        try:
            while True:
                on_progress(0.25)
        finally:
            ended.set()

    monkeypatch.setattr(reading, "gather", gather)
    return begun, ended


def test_that_stopping_is_said_and_can_be_taken_back(window, qtbot, files, slow, monkeypatch):
    begun, ended = slow
    dialog = open_comparison(window, [Source("one", files["one"]), Source("branch", files["branch"])])
    assert begun.wait(20)
    qtbot.mouseClick(dialog.stop, Qt.MouseButton.LeftButton)
    assert ended.wait(20)
    assert dialog.fault.text() == "Stopped before it was read."
    monkeypatch.undo()
    qtbot.mouseClick(dialog.retry, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: dialog.numbers is not None)
    dialog.close()


def test_that_closing_the_window_ends_the_work(window, qtbot, files, slow):
    begun, ended = slow
    open_comparison(window, [Source("one", files["one"]), Source("branch", files["branch"])])
    assert begun.wait(20)
    window.close()
    assert ended.wait(20)


def test_that_escape_closes_it_and_ends_the_work(window, qtbot, files, slow):
    begun, ended = slow
    dialog = open_comparison(window, [Source("one", files["one"]), Source("branch", files["branch"])])
    assert begun.wait(20)
    qtbot.waitUntil(lambda: dialog.bar.value() == 250)
    assert dialog.waiting.isVisible()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert ended.wait(20)
    assert not comparing_of(window).busy
    qtbot.waitUntil(lambda: window.findChild(CompareWindow) is None)


def test_that_only_the_last_thing_asked_for_is_shown(window, qtbot, files):
    dialog = open_comparison(window, [Source("one", files["one"]), Source("denoiser", files["denoiser"])])
    assert open_comparison(window, [Source("b", files["branch"]), Source("a", files["one"])]) is dialog
    qtbot.waitUntil(lambda: dialog.numbers is not None)
    assert found(window).names == ("b", "a")
    dialog.close()


def test_that_without_runs_it_says_where_to_choose_them(window, qtbot):
    dialog = open_comparison(window, [])
    assert dialog.isVisible()
    assert "Runs" in dialog._nothing.text()
    assert dialog._nothing.isVisible()
    dialog.close()


@pytest.mark.qt_log_ignore("does not support raise", extend=True)
def test_that_it_opens_again_as_it_was_in_another_language(compare, window, qtbot):
    dialog = compare("one", "branch")
    qtbot.mouseClick(dialog.choices.button(2), Qt.MouseButton.LeftButton)
    before = comparing_of(window).shown
    window.speak("es")
    other = window.findChild(CompareWindow)
    assert other is not dialog
    assert comparing_of(window).shown is before
    assert other.choices.checkedId() == 2
    assert other.images.isVisible()
    window.speak("en")


def test_that_every_page_is_reached_by_keyboard(compare, window, qtbot):
    dialog = compare("one", "branch")
    for number, seen in ((1, lambda: dialog.maps), (2, lambda: dialog.images), (0, lambda: dialog.numbers)):
        choice = dialog.choices.button(number)
        choice.setFocus()
        qtbot.waitUntil(choice.hasFocus)
        qtbot.keyClick(choice, Qt.Key.Key_Space)
        qtbot.waitUntil(lambda seen=seen: seen().isVisible())
        reached = set()
        for _ in range(40):
            reached.add(QApplication.focusWidget())
            qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        wanted = {0: [dialog.numbers.curves], 1: dialog.maps.maps, 2: [dialog.images.grid]}[number]
        assert set(wanted) <= reached
