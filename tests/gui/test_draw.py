"""What the draw panel says of the drawing and of the best possible."""

import numpy as np
import pytest
from PySide6.QtCore import Qt

from core import preset
from tp5gui.panels.draw import DrawPanel
from tp5gui.session import drawn
from tp5gui.session.session import Session


def fed(window):
    """The line below what the network is fed."""
    return window.draw.notes[window.draw.fed].text()


def test_that_no_noise_is_said_where_none_is_chosen_and_else_how_many_pixels_changed(window, qtbot):
    draw = window.draw
    assert fed(window) == "no noise"
    draw.noise.setCurrentIndex(draw.noise.findData("flip"))
    draw.level.setFocus()
    qtbot.keyClick(draw.level, Qt.Key.Key_Home)
    qtbot.waitUntil(lambda: fed(window) == "no noise")
    qtbot.keyClick(draw.level, Qt.Key.Key_Right)  # one in a hundred: often no pixel of 35 changes

    def unchanged():
        qtbot.mouseClick(draw.again, Qt.MouseButton.LeftButton)
        qtbot.wait(20)
        return fed(window) == "0 px changed"

    qtbot.waitUntil(unchanged)
    assert np.array_equal(draw.fed.image, window.session.drawing.image)


@pytest.mark.parametrize(("pixels", "count"), [(35 * 8, 8), (35 * 32, None)])
def test_that_it_is_said_of_how_many_images_the_best_possible_knows(
    window, qtbot, monkeypatch, pixels, count
):
    monkeypatch.setattr(drawn, "COMPARED", pixels)
    draw = window.draw
    assert not draw.compared.isVisibleTo(draw)
    draw.noise.setCurrentIndex(draw.noise.findData("flip"))
    draw.level.setValue(50)
    qtbot.waitUntil(lambda: "changed" in fed(window))
    assert draw.compared.isVisibleTo(draw) == (count is not None)
    if count is not None:
        assert draw.compared.text() == f"{count} of 32 images compared"


def test_that_the_first_answers_that_are_seen_are_about_the_image_that_is_seen(qtbot, light):
    session = Session(preset("font-autoencoder"))
    panel, seen = DrawPanel(session), []
    qtbot.addWidget(panel)

    def look():
        if panel.fed.image is not None:
            seen.append(np.array_equal(panel.fed.image, panel.canvas.image))

    session.framed.connect(look)
    session.answered.connect(look)
    session.begin()
    session.rewind()
    qtbot.waitUntil(lambda: bool(seen))
    assert session.close()
    assert all(seen)
