"""Choosing an image by eye: pictures in a list, and pointing at one on the map or in the grid."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QStyleOptionComboBox

from core import load_dataset, preset
from core.data.datasets import Dataset
from tests.gui.tabs import show_tab
from tp5gui import theme
from tp5gui.panels.picture_box import KEPT, PictureBox
from tp5gui.theme import apply_theme

KEY = Qt.Key
LEFT = Qt.MouseButton.LeftButton
MANY = 10_000  # images


# -- pictures in a list


@pytest.fixture
def box(qapp, qtbot, light):
    box = PictureBox(length=3)
    qtbot.addWidget(box)
    box.resize(160, 28)
    box.show()
    return box


def many():
    """A set of as many images as the largest lists have."""
    images = np.random.default_rng(0).random((MANY, 8, 8), dtype=np.float32)
    return Dataset("many", images, tuple(f"image {number}" for number in range(MANY)))


def picture_of(box, row, side=30):
    icon = box.itemData(row, Qt.ItemDataRole.DecorationRole)
    return icon.pixmap(QSize(side, side), box.devicePixelRatioF()).toImage()


def test_that_every_label_of_a_list_has_its_picture(box):
    font = load_dataset("font5x7")
    assert box.offer(font)
    assert [box.itemText(row) for row in range(box.count())] == list(font.labels)
    table = theme.tokens()
    for row in (0, 7, 31):
        picture = picture_of(box, row)
        lit = sum(
            picture.pixelColor(x, y).name() == table.truth
            for x in range(picture.width())
            for y in range(picture.height())
        )
        cells = int(font.images[row].sum())
        assert lit == cells * 4 * 4  # 28 px for seven cells


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_that_only_the_pictures_that_are_seen_are_made(box, qtbot):
    box.offer(many())
    box.setCurrentIndex(9000)
    qtbot.waitExposed(box)
    box.grab()
    assert box.made <= 1
    box.showPopup()
    qtbot.wait(20)  # painted
    assert 1 < box.made < 60
    assert box.view().isVisible()
    box.hidePopup()
    for row in range(KEPT + 50):
        picture_of(box, row)
    assert box.made <= KEPT


def test_that_a_letter_finds_its_row_and_a_choice_is_reported_once(box, qtbot):
    box.offer(load_dataset("font5x7"))
    box.currentIndexChanged.connect((chosen := []).append)
    qtbot.keyClicks(box, "k")
    assert (box.currentText(), chosen) == ("k", [11])


def test_that_the_same_set_again_keeps_what_is_chosen(box):
    font = load_dataset("font5x7")
    box.offer(font)
    box.setCurrentIndex(5)
    same = Dataset("copy", font.images.copy(), font.labels)
    assert not box.offer(same)
    assert box.currentIndex() == 5
    other = Dataset("other", 1 - font.images, font.labels)
    assert box.offer(other)
    assert box.currentIndex() == -1


def test_that_pictures_follow_the_theme(box, qapp):
    box.offer(load_dataset("font5x7"))
    light = picture_of(box, 3)
    apply_theme(qapp, "dark")
    assert picture_of(box, 3) != light
    apply_theme(qapp, "light")
    assert picture_of(box, 3) == light


def test_that_of_equal_images_the_one_of_that_label_is_chosen(box):
    images = np.zeros((3, 4, 4), dtype=np.float32)
    box.offer(Dataset("same", images, ("a", "b", "c")))
    box.choose(images[1], "b")
    assert box.currentText() == "b"
    box.choose(images[0] + 1, "b")  # no image of the set
    assert box.currentText() == "b"


# -- pointing at one


@pytest.fixture
def between(window, qtbot):
    """The ends of a walk, in sight."""
    show_tab(qtbot, window, "Explore")
    qtbot.waitUntil(lambda: window.explore.strip.images is not None)
    return window.explore.between


def place_of(window, index):
    """Where an image stands on the map."""
    return window.latent.map.to_widget(*map(float, window.latent.map.painted[index])).toPoint()


def leads(between):
    """What is said once an end was chosen."""
    return f"The walk leads from “{between.start.currentText()}” to “{between.end.currentText()}”."


def said(window):
    return window.statusBar().currentMessage()


def test_that_a_click_on_the_map_chooses_an_end_and_moves_no_cursor(between, window, qtbot):
    latent, labels = window.latent.map, window.session.frame.snapshot.labels
    cursor, drawing = latent.cursor_point, window.session.drawing.image
    for button, box, index in ((between.pick_start, between.start, 20), (between.pick_end, between.end, 4)):
        qtbot.mouseClick(button, LEFT)
        assert button.isChecked()
        assert "Click an image" in said(window)
        qtbot.mouseMove(latent, place_of(window, index))
        qtbot.waitUntil(lambda index=index: f"“{labels[index]}”" in said(window))
        assert latent.cursor().shape() == Qt.CursorShape.PointingHandCursor
        qtbot.mouseClick(latent, LEFT, pos=place_of(window, index))
        assert box.currentIndex() == index
        assert not button.isChecked()
        assert said(window) == leads(between)
    assert latent.cursor_point == cursor
    asked = window.session.asking.questions.walk
    assert (asked.start, asked.end) == (20, 4)
    assert np.array_equal(window.session.drawing.image, drawing)


def test_that_afterwards_a_click_on_the_map_moves_its_cursor_again(between, window, qtbot):
    qtbot.mouseClick(between.pick_start, LEFT)
    qtbot.mouseClick(window.latent.map, LEFT, pos=place_of(window, 3))
    before = window.latent.map.cursor_point
    qtbot.mouseClick(window.latent.map, LEFT, pos=QPoint(30, 60))
    assert window.latent.map.cursor_point != before


def test_that_the_second_click_of_two_is_for_nobody(between, window, qtbot):
    latent, drawing, cursor = window.latent.map, window.session.drawing.image, window.latent.map.cursor_point
    qtbot.mouseClick(between.pick_start, LEFT)
    place = place_of(window, 3)
    qtbot.mouseClick(latent, LEFT, pos=place)
    QTest.mouseDClick(latent, LEFT, pos=place)
    qtbot.wait(50)  # an answer at the cursor would be drawn
    assert latent.cursor_point == cursor
    assert np.array_equal(window.session.drawing.image, drawing)


def test_that_a_click_beside_all_images_chooses_nothing_and_goes_on_asking(between, window, qtbot):
    latent, start, cursor = window.latent.map, between.start.currentIndex(), window.latent.map.cursor_point
    qtbot.mouseClick(between.pick_start, LEFT)
    empty = next(
        QPoint(x, y)
        for x in range(5, latent.width(), 7)
        for y in range(5, latent.height(), 7)
        if latent.point_at(QPointF(x, y)) < 0
    )
    qtbot.mouseClick(latent, LEFT, pos=empty)
    assert between.pick_start.isChecked()
    assert between.start.currentIndex() == start
    assert latent.cursor_point == cursor


def test_that_a_click_in_the_grid_chooses_an_end_and_draws_nothing(between, window, qtbot):
    qtbot.mouseClick(between.pick_end, LEFT)
    show_tab(qtbot, window, "Training")
    grid, drawing = window.training.grid, window.session.drawing.image
    qtbot.waitUntil(lambda: not grid.sample_rect(9).isEmpty())
    qtbot.mouseClick(grid, LEFT, pos=grid.sample_rect(9).center())
    assert between.end.currentIndex() == 9
    assert np.array_equal(window.session.drawing.image, drawing)
    qtbot.mouseClick(grid, LEFT, pos=grid.sample_rect(9).center())  # and now it draws again
    assert np.array_equal(window.session.drawing.image, window.session.frame.dataset.images[9])


def test_that_the_walk_comes_into_sight_and_asked_again_the_images_do(between, window, qtbot):
    training, grid = window.dock("training"), window.training.grid
    show_tab(qtbot, window, "Training")
    qtbot.waitUntil(lambda: not grid.sample_rect(9).isEmpty())
    show_tab(qtbot, window, "Explore")
    drawing = window.session.drawing.image
    for button, index in ((between.pick_start, 9), (between.pick_end, 4)):
        qtbot.mouseClick(button, LEFT)
        if index == 9:
            assert not window.is_in_sight(training.widget())  # nobody knows yet where it will be chosen
            show_tab(qtbot, window, "Training")
        qtbot.waitUntil(lambda: window.is_in_sight(training.widget()))
        grid.setFocus()  # as a click of the system gives it
        qtbot.mouseClick(grid, LEFT, pos=grid.sample_rect(index).center())
        assert window.is_in_sight(training.widget())
        QTest.mouseDClick(grid, LEFT, pos=grid.sample_rect(index).center())
        qtbot.waitUntil(lambda: window.is_in_sight(window.explore))
        assert said(window) == leads(between)
    assert (between.start.currentIndex(), between.end.currentIndex()) == (9, 4)
    assert between.pick_start.hasFocus()
    assert np.array_equal(window.session.drawing.image, drawing)


def test_that_the_keyboard_does_it_too(between, window, qtbot):
    latent = window.latent.map
    qtbot.keyClick(between.pick_start, KEY.Key_Space)
    latent.set_cursor(*map(float, latent.points[12]))
    qtbot.keyClick(latent, KEY.Key_Return)
    assert between.start.currentIndex() == 12
    qtbot.keyClick(between.pick_end, KEY.Key_Space)
    grid = window.training.grid
    for _ in range(3):
        qtbot.keyClick(grid, KEY.Key_Right)
    label = window.session.frame.snapshot.labels[2]
    qtbot.waitUntil(lambda: f"“{label}”" in said(window))
    qtbot.keyClick(grid, KEY.Key_Space)
    assert between.end.currentIndex() == 2


def test_that_escape_ends_it_wherever_the_focus_is(between, window, qtbot):
    before = between.start.currentIndex(), between.end.currentIndex()
    for place in (window.latent.map, window.training.grid, between.pick_start, window.draw.canvas):
        qtbot.mouseClick(between.pick_start, LEFT)
        assert between.pick_start.isChecked()
        qtbot.keyClick(place, KEY.Key_Escape)
        assert not between.pick_start.isChecked()
        assert said(window) == ""
    assert (between.start.currentIndex(), between.end.currentIndex()) == before
    assert window.latent.map.cursor().shape() != Qt.CursorShape.PointingHandCursor


def test_that_one_button_takes_over_from_the_other_and_a_second_press_lets_go(between, qtbot, window):
    qtbot.mouseClick(between.pick_start, LEFT)
    qtbot.mouseClick(between.pick_end, LEFT)
    assert (between.pick_start.isChecked(), between.pick_end.isChecked()) == (False, True)
    qtbot.mouseClick(between.pick_end, LEFT)
    assert not between.pick_end.isChecked()
    assert not window.session.picking.active


def test_that_a_run_on_another_set_ends_the_asking(between, qtbot, window):
    qtbot.mouseClick(between.pick_start, LEFT)
    window.session.start(preset("emoji-vae"))
    qtbot.waitUntil(lambda: not between.pick_start.isChecked())
    assert between.start.currentText() == "zipper-mouth face"


# -- a narrow panel


@pytest.mark.parametrize("width", [430, 580, 900])
def test_that_the_tools_of_explore_fit_and_none_is_cut_off(window, qtbot, width):
    explore = window.explore
    assert explore.minimumSizeHint().width() <= 430
    explore.setParent(None)
    qtbot.addWidget(explore)
    explore.resize(width, 300)
    explore.show()
    for kind in range(explore.kind.count()):
        explore.kind.setCurrentIndex(kind)
        qtbot.wait(1)  # the layout is done in the loop
        page = explore._page
        tools = [explore.kind, explore.save, *(page.row.itemAt(n).widget() for n in range(page.row.count()))]
        for tool in filter(None, tools):
            place = tool.mapTo(explore, QPoint(0, 0))
            assert place.x() >= 0, tool
            assert place.x() + tool.width() <= width, tool
            assert tool.width() >= tool.minimumSizeHint().width(), tool
    two_lines = page.mapTo(explore, QPoint(0, 0)).y() > explore.kind.y()
    assert two_lines is (width < 600)


def test_that_the_map_has_its_own_pointer_again_when_nobody_asks(between, qtbot, window):
    latent = window.latent.map
    own = latent.cursor().shape()
    qtbot.mouseClick(between.pick_start, LEFT)
    qtbot.keyClick(between.pick_start, KEY.Key_Escape)
    assert not window.session.picking.active
    assert own != Qt.CursorShape.ArrowCursor
    assert latent.cursor().shape() == own


def test_that_a_question_outlives_what_training_waited_for(between, window, qtbot):
    qtbot.mouseClick(between.pick_start, Qt.MouseButton.LeftButton)
    question = said(window)
    window.on_awaited("Preparing")
    assert said(window) == "Preparing"
    window.on_awaited("")
    qtbot.waitUntil(lambda: said(window) == question)
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert said(window) == ""


def test_that_names_that_begin_alike_differ_where_they_have_no_room(qtbot, light):
    names = ("grinning face with sweat", "grinning face with smiling eyes")
    box = PictureBox(length=3)
    qtbot.addWidget(box)
    box.offer(Dataset("faces", np.eye(2, dtype=np.float32)[:, None].repeat(2, 1), names))
    box.resize(110, box.sizeHint().height())
    shown = []
    for row in (0, 1):
        box.setCurrentIndex(row)
        option = QStyleOptionComboBox()
        box.initStyleOption(option)
        shown.append(option.currentText)
        assert box.itemData(row, Qt.ItemDataRole.ToolTipRole) == names[row]
    assert [words[-1] for words in shown] == ["t", "s"]
    assert all("…" in words for words in shown)
