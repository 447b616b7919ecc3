"""The main job, by hand: real mouse and keys on the real window."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QToolButton

from core.experiment.spec import FIELDS, plays_a_part
from tp5gui.session.messages import Phase


def answer(qtbot, window):
    """What the network answers to what is drawn now, not to an earlier drawing."""
    qtbot.waitUntil(lambda: np.array_equal(window.draw.answered, window.session.drawing.image))
    return window.draw.output.image.copy()


def draw(qtbot, canvas, cells, button=Qt.MouseButton.LeftButton):
    places = [canvas.cell_rect(*cell).center() for cell in cells]
    qtbot.mousePress(canvas, button, pos=places[0])
    for place in places[1:]:
        qtbot.mouseMove(canvas, place)
    qtbot.mouseRelease(canvas, button, pos=places[-1])


def test_that_the_window_opens_alive(window):
    shot = window.session.frame.snapshot
    assert (shot.recognised, shot.wrong_pixels) == (32, 0)
    assert window.draw.output.image is not None
    assert len(window.latent.map.points) == 32
    assert window.training.curves.values["loss"].size > 100


def test_that_a_stroke_changes_the_reconstruction(window, qtbot):
    canvas, before = window.draw.canvas, answer(qtbot, window)
    draw(qtbot, canvas, [(0, 0), (6, 4)])
    drawn, to_drawn = window.session.drawing.image, answer(qtbot, window)
    assert drawn[0, 0] == drawn[6, 4] == 1
    draw(qtbot, canvas, [(0, 0), (6, 4)], Qt.MouseButton.RightButton)
    to_erased = answer(qtbot, window)
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert np.array_equal(window.session.drawing.image, drawn)
    assert not np.allclose(to_drawn, before, atol=0.01)
    assert not np.allclose(to_drawn, to_erased, atol=0.01)
    np.testing.assert_allclose(answer(qtbot, window), to_drawn, atol=1e-5)


def test_that_dragging_the_latent_cursor_changes_the_decoded_image(window, qtbot):
    latent = window.latent.map
    qtbot.waitUntil(lambda: latent.cursor_image is not None)
    before = latent.cursor_image.copy()
    qtbot.mousePress(latent, Qt.MouseButton.LeftButton, pos=QPoint(60, 60))
    qtbot.waitUntil(lambda: not np.array_equal(latent.cursor_image, before))
    first = latent.cursor_image.copy()
    qtbot.mouseMove(latent, QPoint(250, 300))
    qtbot.mouseRelease(latent, Qt.MouseButton.LeftButton, pos=QPoint(250, 300))
    qtbot.waitUntil(lambda: not np.array_equal(latent.cursor_image, first))


def test_that_a_double_click_on_the_map_draws_what_is_there(window, qtbot):
    latent = window.latent.map
    place = latent.to_widget(*window.session.frame.points[5].tolist()).toPoint()
    qtbot.mouseClick(latent, Qt.MouseButton.LeftButton, pos=place)
    qtbot.waitUntil(lambda: "“e”" in latent.caption)
    qtbot.mouseDClick(latent, Qt.MouseButton.LeftButton, pos=place)
    e = window.session.frame.dataset.images[5]
    qtbot.waitUntil(lambda: np.array_equal(window.session.drawing.image, e))


def test_that_start_pause_and_resume_drive_the_run_and_the_curves_grow(window, qtbot):
    session, button = window.session, window.controls.start
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: session.frame.phase is Phase.RUNNING and session.frame.snapshot.epoch > 20)
    points = len(window.training.curves.epochs)
    qtbot.waitUntil(lambda: len(window.training.curves.epochs) > points)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: session.frame.phase is not Phase.RUNNING)
    if session.frame.phase is Phase.PAUSED:
        paused = session.frame.snapshot.epoch
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: session.frame.snapshot.epoch > paused)


def test_that_the_window_closes_cleanly_while_training(window, qtbot):
    window.controls.start.click()
    qtbot.waitUntil(lambda: window.session.frame.phase is Phase.RUNNING)
    window.close()
    assert not window.session.training_thread_runs


def test_that_a_character_of_the_grid_is_loaded_by_a_click(window, qtbot):
    grid = window.training.grid
    qtbot.mouseClick(grid, Qt.MouseButton.LeftButton, pos=grid.sample_rect(23).center())
    assert np.array_equal(window.session.drawing.image, window.session.frame.dataset.images[23])


def test_that_the_trained_networks_are_a_menu_away(window, qtbot):
    window.draw.findChild(QAction, "font-denoiser").trigger()
    qtbot.waitUntil(lambda: window.session.frame.spec.latent == 32)
    assert window.session.store.spec == window.session.frame.spec
    assert window.draw.noise.currentData() == "salt-and-pepper"
    assert "best" in window.training.curves.names[1]


def test_that_noise_on_the_drawing_shows_and_goes(window, qtbot):
    window.draw.level.setValue(100)  # at 20 % one throw in forty changes nothing
    qtbot.mouseClick(window.draw.again, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not np.array_equal(window.draw.fed.image, window.draw.canvas.image))
    window.draw.noise.setCurrentIndex(0)
    qtbot.waitUntil(lambda: np.array_equal(window.draw.fed.image, window.draw.canvas.image))


def test_that_new_noise_each_moment_throws_by_itself_until_told_otherwise(window, qtbot):
    qtbot.mouseClick(window.draw.again, Qt.MouseButton.LeftButton)
    window.draw.level.setValue(50)
    window.draw.moments.click()
    seed = window.session.asking.questions.noise_seed
    qtbot.waitUntil(lambda: window.session.asking.questions.noise_seed != seed)
    window.draw.moments.click()
    assert not window.session.asking.renews_noise


def line(window, name):
    return window.experiment.form.row(name).editor.line


def test_that_a_bad_value_is_marked_at_its_field_and_nothing_breaks(window, qtbot):
    field, refused = line(window, "latent"), window.experiment.refused
    spec = window.session.store.spec
    field.selectAll()
    qtbot.keyClicks(field, "0")
    assert field.property("invalid")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert field.property("invalid")
    assert refused.isVisibleTo(window)
    assert refused.text() == "Code size: must be between 1 and 256, not 0. In use: 2."
    assert (field.text(), window.session.store.spec) == ("0", spec)
    field.selectAll()
    qtbot.keyClicks(field, "3")
    assert not field.property("invalid")
    assert not refused.isVisibleTo(window)
    assert window.session.store.spec == spec
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert window.session.store.spec.latent == 3


def test_that_the_form_shows_what_is_in_force_when_two_choices_do_not_go_together(window):
    form = window.experiment.form
    output = form.row("output").editor.box
    output.setCurrentIndex(output.findData("tanh"))
    assert output.currentData() == window.session.store.spec.output == "sigmoid"
    assert form.row("loss").editor.box.property("invalid")
    assert window.experiment.refused.text().startswith("Loss: cross-entropy needs the sigmoid")


def test_that_a_change_that_waits_for_a_start_is_marked_until_then(window, qtbot):
    field, label = line(window, "hidden"), window.experiment.form.row("hidden").label
    field.selectAll()
    qtbot.keyClicks(field, "12, 6")
    assert not label.property("stale")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert label.property("stale")
    assert window.experiment.stale.isVisibleTo(window)
    window.controls.step.click()
    qtbot.waitUntil(lambda: window.session.frame.spec.hidden == (12, 6))
    assert not label.property("stale")


def test_that_the_form_shows_what_plays_a_part_and_explains_it(window):
    spec, form = window.session.store.spec, window.experiment.form
    for name in FIELDS:
        row = form.row(name)
        assert row.editor.isEnabledTo(form) == plays_a_part(spec, name), name
        assert FIELDS[name].metadata["help"] in " ".join(row.editor.toolTip().split())


def test_that_a_preset_fills_the_form(window, qtbot):
    box = window.experiment.presets
    index = box.findData("font-denoiser-slides")
    box.setCurrentIndex(index)
    box.activated.emit(index)
    assert line(window, "hidden").text() == "15"
    assert window.session.state.stale


@pytest.mark.parametrize("name", ["light", "dark"])
def test_that_the_theme_dresses_everything(window, qapp, name):
    from tp5gui import theme

    theme.apply_theme(qapp, name)
    assert theme.tokens().dark == (name == "dark")
    ground = window.latent.map.grab().toImage().pixelColor(2, 2).lightness()
    assert (ground < 128) == (name == "dark")


def test_that_every_button_says_what_it_does(window):
    for button in window.findChildren(QToolButton):
        named = button.toolTip() or button.text() or button.accessibleName()
        assert named or button.objectName().startswith("qt_"), button.objectName()


def test_that_the_panels_are_where_they_were_left(window, settings, qtbot):
    dock = window.docks[-1]
    dock.close()
    window.close()
    kept = settings.layout()
    assert kept is not None
    window.arrangement.reset()
    assert dock.isVisibleTo(window)
    window.restoreState(kept[1], settings.LAYOUT)
    assert not dock.isVisibleTo(window)
