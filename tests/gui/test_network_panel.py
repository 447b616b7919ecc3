"""The network in the window: it reads the drawing live, its code can be pulled, its units have a card."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from core.experiment.spec import Spec
from tp5gui import theme
from tp5gui.session.messages import Phase


@pytest.fixture
def view(window, qtbot):
    """The network between the drawing and its answer."""
    view = window.draw.network.view
    qtbot.waitUntil(lambda: view.inside is not None)
    return view


def test_that_it_reads_what_is_drawn(window, view, qtbot):
    before = view.inside.layers[0].activities
    window.session.load_character(7)
    qtbot.waitUntil(lambda: not np.array_equal(view.inside.layers[0].activities, before))


def test_that_it_lives_while_it_trains(window, view, qtbot):
    before = view.inside.layers[0].pictures
    window.session.start(replace(window.session.store.spec, epochs=10_000_000))
    qtbot.waitUntil(lambda: window.session.frame.phase is Phase.RUNNING)
    seen = view.inside.layers[0].pictures
    qtbot.waitUntil(lambda: not np.array_equal(view.inside.layers[0].pictures, seen))
    assert not np.array_equal(view.inside.layers[0].pictures, before)


def test_that_the_answer_follows_a_pulled_number_and_returns(window, view, qtbot):
    answer = window.draw.output.image.copy()
    track = view.track(0)
    y, unit = round(track.center().y()), int(view.inside.code.shown[0])
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(round(track.right()), y))
    qtbot.waitUntil(lambda: bool(view.inside.code.pulled[unit]))
    pulled = window.draw.output.image
    assert not np.allclose(pulled, answer, atol=0.1)
    codes = view.inside.code.values[None]
    np.testing.assert_allclose(
        pulled, window.session._worker._bench.trainer.model.decode(codes)[0], atol=1e-4
    )
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(round(track.right()), y))
    qtbot.waitUntil(lambda: np.allclose(window.draw.output.image, answer, atol=1e-5))
    assert not view.inside.code.pulled.any()


def test_that_a_unit_under_the_pointer_tells_of_itself_and_a_click_pins_it_until_esc(window, view, qtbot):
    card, unit = window.draw.network.card, int(view.inside.layers[0].shown[2])
    place = view.picture_of(0, unit).center().toPoint()
    QTest.mouseMove(view, place)
    qtbot.waitUntil(lambda: card.isVisible())
    assert (card.report.column, card.report.unit) == (0, unit)
    assert card.accessibleName().startswith(f"Unit {unit + 1} of 10")
    assert window.rect().contains(card.geometry())
    row = view.rect().translated(view.mapTo(window, QPoint(0, 0)))
    assert not card.geometry().intersects(row)
    QTest.mouseMove(view, QPoint(1, 1))
    assert not card.isVisible()
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=place)
    QTest.mouseMove(view, QPoint(1, 1))
    qtbot.waitUntil(lambda: card.isVisible())
    QTest.keyClick(view, Qt.Key.Key_Escape)
    assert not card.isVisible()


def test_that_a_pinned_unit_is_told_from_one_under_the_pointer_in_the_row_and_on_its_card(
    window, view, qtbot
):
    card, units = window.draw.network.card, view.inside.layers[0].shown.tolist()
    pinned, other = (view.picture_of(0, unit) for unit in (units[2], units[6]))
    inked = QColor(theme.tokens().accent).name()

    def ringed(place):
        picture, beside = view.grab().toImage(), (place.bottomLeft() + QPointF(0, -9)).toPoint()
        return any(picture.pixelColor(beside - QPoint(away, 0)).name() == inked for away in range(1, 6))

    QTest.mouseMove(view, pinned.center().toPoint())
    qtbot.waitUntil(card.isVisible)
    told = card.telling.words
    assert (card.pinned, view.marked, ringed(pinned)) == (False, None, False)
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=pinned.center().toPoint())
    assert (card.pinned, view.marked, ringed(pinned)) == (True, (0, units[2]), True)
    assert "Pinned" in card.telling.words
    assert "Pinned" not in told
    QTest.mouseMove(view, other.center().toPoint())
    qtbot.waitUntil(lambda: card.report.unit == units[6])
    assert (card.pinned, ringed(other), ringed(pinned)) == (False, False, True)
    QTest.mouseMove(view, QPoint(1, 1))
    qtbot.waitUntil(lambda: card.pinned)
    QTest.keyClick(view, Qt.Key.Key_Escape)
    assert (card.isVisible(), view.marked, ringed(pinned)) == (False, None, False)


@pytest.mark.parametrize("size", [(1280, 800), (1024, 700)])
@pytest.mark.parametrize("zoom", [100, 130])
def test_that_the_titles_of_the_network_keep_away_from_the_headings_beside_it(window, view, qapp, size, zoom):
    theme.set_zoom(qapp, zoom)
    try:
        window.resize(*size)
        for _ in range(3):
            QApplication.processEvents()
        picture = view.grab(QRect(0, 0, view.width(), theme.size(theme.CAPTION))).toImage()
        ground = picture.pixelColor(0, 0)
        inked = [
            x for x in range(picture.width())
            if any(picture.pixelColor(x, y) != ground for y in range(picture.height()))
        ]  # fmt: skip
        assert inked
        assert inked[0] >= theme.SPACE - 1
        assert inked[-1] <= picture.width() - theme.SPACE
        heading = next(one for one in window.draw.findChildren(QLabel) if one.text() == "Network answers")
        assert heading.width() >= heading.fontMetrics().horizontalAdvance(heading.text()) + 2 * theme.SPACE
    finally:
        theme.set_zoom(qapp, 100)


def test_that_another_network_has_a_row_of_its_own(window, view, qtbot):
    window.session.start(Spec(hidden=(12, 6), latent=3, epochs=2))
    qtbot.waitUntil(lambda: len(view.inside.layers) == 4)
    assert [len(layer.activities) for layer in view.inside.layers] == [12, 6, 6, 12]
    assert len(view.row.bars) == 3
    window.session.start(Spec(hidden=(), latent=2, epochs=2))
    qtbot.waitUntil(lambda: not view.inside.layers)
    assert view.row.columns == ()


def test_that_the_panel_of_its_own_tells_the_whole_story_with_the_network_larger(window, view, qtbot):
    story, panel = window.network, window.network.network
    (dock,) = (dock for dock in window.docks if dock.isAncestorOf(panel))
    assert panel.view.inside is None
    dock.raise_()
    qtbot.waitUntil(lambda: panel.view.inside is not None)
    assert panel.view.width() > view.width()
    for mine, other in ((story.output, window.draw.output), (story.ideal, window.draw.ideal)):
        np.testing.assert_array_equal(mine.image, other.image)
        assert mine.isVisible()
    drawn, cell = window.session.drawing.image, story.canvas.cell_rect(0, 0).center()
    QTest.mouseClick(story.canvas, Qt.MouseButton.LeftButton, pos=cell)
    after = window.session.drawing.image
    assert drawn[0, 0] != after[0, 0]
    np.testing.assert_array_equal(window.draw.canvas.image, after)
    qtbot.waitUntil(lambda: story.answered is not None and np.array_equal(story.answered, after))
    window.docks[1].hide()
    window.session.load_character(9)
    before = panel.view.inside
    qtbot.waitUntil(lambda: panel.view.inside is not before)
