"""Exploring by hand, against the same images encoded and decoded by the network itself."""

import threading
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QFileDialog

from core import Trainer, load_run, preset
from tests.gui.tabs import show_tab
from tp5gui import theme
from tp5gui.session import bench
from tp5gui.session.history import undo_name
from tp5gui.session.messages import Between, Phase
from tp5gui.session.session import RUNS

LEFT, KEY = Qt.MouseButton.LeftButton, Qt.Key
START, END = 1, 15  # the pair at first
SMALL_VAE = replace(preset("font-vae"), hidden=(6,), epochs=2)


@pytest.fixture(scope="module")
def trained():
    """The network that the window opens with."""
    return load_run(RUNS / "font-autoencoder.tp5")


def press(qtbot, widget, key, times=1):
    for _ in range(times):
        qtbot.keyClick(widget, key)


def wait_for(qtbot, panel, images):
    """Wait until the strip shows these images."""

    def shown():
        found = panel.strip.images
        assert found is not None
        assert found.shape == images.shape
        np.testing.assert_allclose(found, images, rtol=0, atol=1e-5)

    qtbot.waitUntil(shown)


def straight(model, images, start, end, steps):
    first, last = model.encode(images[[start, end]])
    return np.array([first + share * (last - first) for share in np.linspace(0, 1, steps)], dtype=np.float32)


@pytest.fixture
def explore(window, qtbot, trained):
    """The panel in sight, with its first walk."""
    show_tab(qtbot, window, "Explore")
    panel, images = window.explore, trained.dataset.images
    wait_for(qtbot, panel, trained.model.decode(straight(trained.model, images, START, END, 10)))
    return panel


def explained(strip):
    return [strip.names[index] for index in range(len(strip.images))]


def test_that_the_ends_of_a_walk_are_the_images_chosen(explore, qtbot, trained):
    press(qtbot, explore.between.start, KEY.Key_Down, 4)
    press(qtbot, explore.between.end, KEY.Key_Up, 3)
    start, end = START + 4, END - 3
    assert (explore.between.start.currentText(), explore.between.end.currentText()) == tuple(
        trained.dataset.labels[index] for index in (start, end)
    )
    model, images = trained.model, trained.dataset.images
    wait_for(qtbot, explore, model.decode(straight(model, images, start, end, 10)))
    ends = explore.strip.images[[0, -1]]
    np.testing.assert_allclose(ends, model.reconstruct(images[[start, end]]), rtol=0, atol=1e-5)


def test_that_an_arc_turns_evenly_about_the_origin_where_the_straight_line_cuts_across(
    explore, qtbot, trained
):
    model, shares = trained.model, np.linspace(0, 1, 10)
    codes = model.encode(trained.dataset.images[[START, END]]).astype(np.float64)
    first, last = codes[:, 0] + 1j * codes[:, 1]
    turned = first / abs(first) * np.exp(1j * shares * np.angle(last / first))
    places = turned * (abs(first) + shares * (abs(last) - abs(first)))
    arc = np.stack([places.real, places.imag], 1)
    assert not np.allclose(arc, straight(model, trained.dataset.images, START, END, 10), atol=0.05)
    press(qtbot, explore.between.path, KEY.Key_Down)
    wait_for(qtbot, explore, model.decode(arc))


def test_that_steps_are_counted_with_both_ends_and_told_in_percent(explore, qtbot, trained):
    model, images = trained.model, trained.dataset.images
    press(qtbot, explore.between.steps, KEY.Key_Home)
    wait_for(qtbot, explore, model.decode(straight(model, images, START, END, 3)))
    assert explained(explore.strip) == ["0 % of the way", "50 % of the way", "100 % of the way"]
    press(qtbot, explore.between.steps, KEY.Key_End)
    wait_for(qtbot, explore, model.decode(straight(model, images, START, END, 24)))
    assert all(explore.strip.rect().contains(explore.strip.rect_of(index)) for index in range(24))


def test_that_an_offset_is_added_to_every_number_of_every_code(explore, qtbot, trained):
    model, images = trained.model, trained.dataset.images
    press(qtbot, explore.kind, KEY.Key_Down)
    assert explore.beside.offset_words.text() == "+0.10"  # the slides' step
    wait_for(qtbot, explore, model.decode(model.encode(images) + np.float32(0.1)))
    press(qtbot, explore.beside.offset, KEY.Key_Left, 5)
    assert explore.beside.offset_words.text() == "0.00"
    wait_for(qtbot, explore, model.reconstruct(images))
    press(qtbot, explore.beside.offset, KEY.Key_Left, 25)
    assert explore.beside.offset_words.text() == "-0.50"
    wait_for(qtbot, explore, model.decode(model.encode(images) - np.float32(0.5)))
    assert explained(explore.strip) == [f"beside “{label}”" for label in trained.dataset.labels]


def test_that_a_run_without_a_prior_says_so_and_offers_nothing(explore, qtbot, window):
    press(qtbot, explore.kind, KEY.Key_Down, 2)
    assert explore.kind.currentData() == "prior"
    assert "This network has no prior to draw from." in explore.strip.hint
    assert explore.strip.rect_of(0).isEmpty()
    assert window.session.asking.questions.walk is None
    assert not explore.prior.again.isEnabled()
    assert not explore.save.isEnabled()
    words = explore.strip.grab().toImage()
    explore.strip.set_hint("")
    assert words != explore.strip.grab().toImage()  # it was on screen
    qtbot.waitUntil(lambda: not len(window.latent.map.walk))
    press(qtbot, explore.kind, KEY.Key_Up, 2)  # past *Beside codes*, whose images may come first
    qtbot.waitUntil(explore.save.isEnabled)
    assert explore.strip.images is not None


def test_that_a_quick_look_at_another_kind_and_back_leaves_the_walk_on_screen(
    explore, qtbot, window, tmp_path, monkeypatch
):
    busy = threading.Event()  # the network hears nothing of it before it is over
    monkeypatch.setattr(bench, "save_run", lambda trainer, path: busy.wait(5) and path)
    window.session.save(str(tmp_path / "run.tp5"))
    press(qtbot, explore.kind, KEY.Key_Down, 2)
    press(qtbot, explore.kind, KEY.Key_Up, 2)
    busy.set()
    qtbot.waitUntil(lambda: explore.strip.images is not None)


def test_that_a_variational_run_decodes_draws_of_the_normal_distribution(explore, qtbot, window):
    press(qtbot, explore.kind, KEY.Key_Down, 2)
    window.session.store.replace(SMALL_VAE)
    qtbot.mouseClick(window.controls.start, LEFT)
    qtbot.waitUntil(
        lambda: window.session.frame.phase is Phase.FINISHED and window.session.frame.spec.variational
    )
    model, shown = Trainer(SMALL_VAE).run().model, []
    for _ in range(3):
        codes = np.random.default_rng(explore.prior.seed).standard_normal((24, 2)).astype(np.float32)
        wait_for(qtbot, explore, model.decode(codes))
        shown.append(explore.strip.images)
        assert len(window.latent.map.walk) == 24
        np.testing.assert_allclose(window.latent.map.walk, codes, atol=1e-5)
        assert not window.latent.map.walk_joined
        qtbot.mouseClick(explore.prior.again, LEFT)
    assert len({images.tobytes() for images in shown}) == 3
    assert explained(explore.strip)[:2] == ["draw 1", "draw 2"]


def test_that_a_run_that_has_no_prior_any_more_takes_its_draws_away(explore, qtbot, window):
    press(qtbot, explore.kind, KEY.Key_Down, 2)
    window.session.store.replace(SMALL_VAE)
    qtbot.mouseClick(window.controls.start, LEFT)
    qtbot.waitUntil(lambda: explore.strip.images is not None and len(explore.strip.images) == 24)
    window.session.open_trained("font-autoencoder")
    qtbot.waitUntil(lambda: explore.strip.images is None)
    assert not explore.prior.again.isEnabled()
    qtbot.waitUntil(lambda: not len(window.latent.map.walk))


def test_that_a_click_draws_the_image_and_undo_brings_the_old_one_back(explore, qtbot, window):
    before, strip = window.session.drawing.image, explore.strip
    image = (strip.images[4] > 0.5).astype(np.float32)  # the set is black and white
    assert not np.array_equal(image, before)
    qtbot.mouseClick(strip, LEFT, pos=strip.rect_of(4).center())
    assert np.array_equal(window.session.drawing.image, image)
    assert np.array_equal(window.draw.canvas.image, image)
    assert undo_name(window.session.drawing.stack) == "Draw an explored image"
    qtbot.keyClick(window, KEY.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert np.array_equal(window.session.drawing.image, before)
    press(qtbot, strip, KEY.Key_Right, 3)
    qtbot.keyClick(strip, KEY.Key_Return)
    assert np.array_equal(window.session.drawing.image, strip.images[7] > 0.5)


@pytest.mark.parametrize(("downs", "count", "columns"), [(0, 10, 10), (1, 32, 12)])
def test_that_the_picture_written_holds_every_image_at_its_place(
    explore, qtbot, window, tmp_path, downs, count, columns
):
    press(qtbot, explore.kind, KEY.Key_Down, downs)
    qtbot.waitUntil(lambda: explore.strip.images is not None and len(explore.strip.images) == count)
    path, rows = tmp_path / "walk.png", -(-count // columns)
    qtbot.mouseClick(explore.save, LEFT)
    (dialog,) = explore.findChildren(QFileDialog)
    with qtbot.waitSignal(window.session.saved) as saved:
        dialog.fileSelected.emit(str(path))
    dialog.close()
    assert saved.args == [str(path)]
    with Image.open(path) as picture:
        page = np.asarray(picture)
    pitch_down, pitch_across = 7 * 8 + 1, 5 * 8 + 1
    assert page.shape == (rows * pitch_down - 1, columns * pitch_across - 1)
    for index, image in enumerate(explore.strip.images):
        down, across = index // columns * pitch_down, index % columns * pitch_across
        cells = page[down : down + 56 : 8, across : across + 40 : 8]
        assert np.array_equal(cells, np.rint(255 * image)), index
    assert window.settings.recent() == []  # a picture is no run


def test_that_a_picture_that_cannot_be_written_is_said(explore, qtbot, window):
    with qtbot.waitSignal(window.session.failed):
        explore.write("/no/such/folder/walk.png")
    assert "/no/such/folder" in window.statusBar().currentMessage()


def test_that_a_walk_is_marked_on_the_map_while_its_panel_is_in_sight_and_then_no_more(
    explore, qtbot, window, trained
):
    latent = window.latent.map
    codes = straight(trained.model, trained.dataset.images, START, END, 10)

    def marked():
        """At how many of the walk's inner places the colour of what the network answers is painted."""
        shot, colour = latent.grab().toImage(), QColor(theme.tokens().output)
        places = [latent.to_widget(x, y).toPoint() for x, y in codes[1:-1].tolist()]
        beside = [QPoint(x, y) for x in (-2, 0, 2) for y in (-2, 0, 2)]
        return sum(any(shot.pixelColor(place + step) == colour for step in beside) for place in places)

    aside = latent.to_plane(QPointF(20, latent.height() - 20))  # else the preview covers it
    latent.set_cursor(aside.x(), aside.y())
    np.testing.assert_allclose(latent.walk, codes, atol=1e-5)
    assert latent.walk_joined
    assert marked() == 8
    show_tab(qtbot, window, "Training")
    assert window.session.asking.questions.walk is None
    qtbot.waitUntil(lambda: not len(latent.walk))
    assert marked() == 0
    show_tab(qtbot, window, "Explore")
    qtbot.waitUntil(lambda: len(latent.walk) == 10)
    next(dock for dock in window.docks if dock.objectName() == "explore").close()
    assert window.session.asking.questions.walk is None
    qtbot.waitUntil(lambda: not len(latent.walk))


def test_that_the_panel_asks_nothing_before_it_is_first_in_sight(window, qtbot):
    assert window.session.asking.questions.walk is None
    assert not len(window.latent.map.walk)
    window.session.step()
    window.session.open_trained("font-denoiser")
    qtbot.waitUntil(lambda: window.session.frame.spec.latent == 32)
    assert window.session.asking.questions.walk is None
    show_tab(qtbot, window, "Explore")
    assert window.session.asking.questions.walk == Between(START, END, 10, "linear")


def test_that_the_images_follow_the_training(explore, qtbot, window):
    spec = replace(preset("font-autoencoder"), epochs=2)
    window.session.store.replace(spec)
    qtbot.mouseClick(window.controls.rewind, LEFT)
    qtbot.waitUntil(lambda: window.session.frame.snapshot.epoch == 0)
    twin = Trainer(spec)
    for epoch in (1, 2):
        qtbot.mouseClick(window.controls.step, LEFT)
        qtbot.waitUntil(lambda epoch=epoch: window.session.frame.snapshot.epoch == epoch)
        twin.step()
        model, images = twin.model, twin.dataset.images
        wait_for(qtbot, explore, model.decode(straight(model, images, START, END, 10)))
