"""Every picture of the window can be copied and saved, sharp at every scale, in the colours of paper."""

import re
import threading
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PySide6.QtCore import QByteArray, QPoint, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu, QMessageBox
from tabs import show_tab

from core import Spec, preset
from tp5gui import theme
from tp5gui.canvases import picture_out
from tp5gui.canvases.canvas import Canvas
from tp5gui.canvases.glyph_grid import GlyphGrid
from tp5gui.canvases.latent_map import LatentMap
from tp5gui.canvases.picture_out import SCALES, image_of, pdf_of, picture_of, svg_of
from tp5gui.canvases.pixel_canvas import PixelCanvas
from tp5gui.canvases.pixel_view import PixelView
from tp5gui.canvases.strip import Strip
from tp5gui.canvases.study_plot import Legend, Mark, StudyPlot
from tp5gui.panels.places import as_file_name
from tp5gui.session.session import Session
from tp5gui.session.shelf import Shelf
from tp5gui.windows import pictures_out
from tp5gui.windows.data_sets import DataSets

pytestmark = pytest.mark.qt_log_ignore("does not support (propagateSizeHints|raise|grabbing)")  # of menus

KEY, LEFT, RIGHT = Qt.Key, Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
SVG = "{http://www.w3.org/2000/svg}"
IMAGES = np.random.default_rng(3).random((12, 7, 5)).round().astype(np.float32)


def pixel_view():
    view = PixelView()
    view.set_role("output")
    view.set_image(IMAGES[0])
    view.set_truth(IMAGES[1])
    return view, {"output", "paper", "error"}, False


def pixel_canvas():
    view = PixelCanvas()
    view.set_image(IMAGES[0])
    return view, {"ink", "paper"}, False


def strip():
    view = Strip()
    view.set_images(IMAGES)
    return view, {"output", "line"}, False


def grid():
    view = GlyphGrid()
    wrong = np.abs(IMAGES - IMAGES[::-1]).sum((1, 2)).astype(np.int64)
    view.set_samples(IMAGES, None, IMAGES[::-1].copy(), wrong, list("abcdefghijkl"))
    return view, {"truth", "output", "error"}, True


def latent_map():
    view = LatentMap()
    view.resize(300, 200)
    points = np.random.default_rng(5).normal(size=(12, 2)).astype(np.float32)
    view.set_points(points, IMAGES, list("abcdefghijkl"))
    view.set_axis_names("z1", "z2")
    view.set_backdrop(IMAGES[:4].reshape(2, 2, 7, 5), QRectF(-1, -1, 2, 2))
    view.set_cursor_image(IMAGES[0], "near a")
    view.set_drawing_point(0.5, 0.5)
    return view, {"truth", "output", "ink"}, True


def study_plot():
    view = StudyPlot()
    marks = [Mark(str(x), x / 4, x / 5, x / 3, "told") for x in (1, 2, 3)]
    view.set_line(marks, [1.0, 2.0, 3.0], ("noise", "error"), legend=Legend(mean=("mean", "")))
    return view, {"series"}, True


def curves():
    from tp5gui.canvases.curves import Curves

    view = Curves()
    view.set_roles({"loss": "part1", "right": "recognised"})
    view.set_curves(
        np.arange(60), {"loss": 10 - np.arange(60) / 10}, {"right": np.arange(60, dtype=np.float32)}
    )
    view.set_reference("best", 40.0)
    return view, {"part1", "recognised"}, True


@pytest.fixture(params=[pixel_view, pixel_canvas, strip, grid, latent_map, study_plot, curves])
def shown(request, qtbot, qapp):
    """A canvas in a dark window, the colours of its picture, and whether it has words."""
    theme.apply_theme(qapp, "dark")
    view, colours, words = request.param()
    qtbot.addWidget(view)
    view.resize(300, 200)
    view.show()
    qapp.processEvents()
    yield view, colours, words
    theme.apply_theme(qapp, "light")


def colours_of(image):
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    words = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), -1)
    return {f"#{value & 0xFFFFFF:06x}" for value in np.unique(words).tolist()}


def test_that_a_picture_has_its_size_at_every_scale_and_the_colours_of_paper(shown):
    view, roles, _ = shown
    before = view.grab().toImage()
    for scale in SCALES:
        image = image_of(view, scale)
        assert image.size() == view.size() * scale
        found = colours_of(image)
        assert {getattr(theme.PAPER, role) for role in roles} | {theme.PAPER.paper} <= found
        assert not {theme.DARK.paper, theme.DARK.surface, theme.DARK.ground} & found
    assert view.grab().toImage() == before  # nothing of it stays on the screen


def test_that_svg_is_well_formed_with_words_as_text_and_pdf_is_one_page_of_the_size(shown):
    view, _, words = shown
    root = ElementTree.fromstring(svg_of(view, "What it <shows>"))
    assert root.find(f"{SVG}title").text == "What it <shows>"
    assert root.get("viewBox") == f"0 0 {view.width()} {view.height()}"
    assert bool(list(root.iter(f"{SVG}text"))) == words
    content = pdf_of(view, "What it shows")
    assert content.startswith(b"%PDF")
    assert len(re.findall(rb"/Type /Page\b", content)) == 1
    box = re.search(rb"/MediaBox \[([^]]*)\]", content)[1].split()
    assert [float(side) for side in box] == pytest.approx(
        [0, 0, view.width() * 0.75, view.height() * 0.75], abs=1
    )


def test_that_what_only_a_hand_needs_is_not_in_the_picture(qapp, qtbot, light):
    for make in (pixel_canvas, strip, grid):
        view, *_ = make()
        qtbot.addWidget(view)
        view.resize(300, 200)
        view.show()
        plain = image_of(view, 2)
        qtbot.mouseMove(view, view.rect().center() - QPoint(3, 3))
        view.activateWindow()
        view.setFocus(Qt.FocusReason.TabFocusReason)
        qtbot.keyClick(view, KEY.Key_Right)
        qtbot.waitUntil(view.hasFocus)
        marks = {theme.tokens().accent, theme.tokens().text}  # of the current image; of the current pixel
        assert marks & colours_of(view.grab().toImage())
        assert image_of(view, 2) == plain
        view.hide()


def test_that_pixels_stay_squares_in_a_picture_of_lines(qapp, qtbot, light):
    view, *_ = pixel_view()
    qtbot.addWidget(view)
    view.resize(120, 160)
    images = re.findall(rb'<image[^>]*width="(\d+)" height="(\d+)"', svg_of(view, ""))
    assert images
    data = re.search(rb"base64,([^\"]*)", svg_of(view, ""))[1]
    embedded = QImage.fromData(QByteArray.fromBase64(data))
    assert embedded.width() >= 4 * view.area().width() - 8  # whoever smooths it has nothing to smooth
    assert colours_of(embedded) == {theme.PAPER.output, theme.PAPER.paper}


# --- the window ---


def menus(window):
    return [menu for menu in window.findChildren(QMenu) if menu.isVisible()]


def press(qtbot, window, down):
    """Choose an entry of the one menu that is open, by the keyboard."""
    (menu,) = menus(window)
    for _ in range(down):
        qtbot.keyClick(menu, KEY.Key_Down)
    qtbot.keyClick(menu, KEY.Key_Return)
    qtbot.waitUntil(lambda: not menus(window))


def views_of(window):
    return {
        "experiment": (), "draw": (window.draw.canvas, window.draw.output, window.draw.network.view),
        "Latent map": (window.latent.map,), "Training": (window.training.curves, window.training.grid),
        "Explore": (window.explore.strip,), "Network": (window.network.network.view,),
        "Study": (window.study.plot,),
    }  # fmt: skip


def right_clicks(window, qtbot):
    """A right click opens the menu where the hand has no other use for it."""
    map_, canvas = window.latent.map, window.draw.canvas
    place = map_.rect().center()
    qtbot.mouseClick(map_, RIGHT, pos=place)
    (menu,) = menus(window)
    qtbot.keyClick(menu, KEY.Key_Escape)
    qtbot.waitUntil(lambda: not menus(window))
    bounds = map_.bounds()
    qtbot.mousePress(map_, RIGHT, pos=place)
    qtbot.mouseMove(map_, place + QPoint(60, 10))
    qtbot.mouseRelease(map_, RIGHT, pos=place + QPoint(60, 10))
    assert not menus(window)
    assert map_.bounds() != bounds
    qtbot.mouseClick(canvas, RIGHT, pos=canvas.area().center())
    assert not menus(window)
    qtbot.mouseClick(window.training.curves.viewport, RIGHT)
    press(qtbot, window, 1)
    qtbot.mouseClick(window.draw.output, LEFT)  # takes no focus, and is meant from now on
    window.menus.pictures.copy.trigger()
    assert QGuiApplication.clipboard().image().size() == window.draw.output.size() * 2


def test_that_every_picture_is_copied_by_its_menu_which_a_key_or_a_right_click_opens(window, qtbot, qapp):
    pictures = window.menus.pictures
    for title, views in views_of(window).items():
        if title in ("Explore", "Study", "Network"):
            show_tab(qtbot, window, title)
        for view in views:
            part = view.viewport if title == "Training" and view is window.training.curves else view
            for key, modifier in ((KEY.Key_Menu, Qt.KeyboardModifier.NoModifier),
                                  (KEY.Key_F10, Qt.KeyboardModifier.ShiftModifier)):  # fmt: skip
                QGuiApplication.clipboard().clear()
                qtbot.keyClick(part, key, modifier)
                press(qtbot, window, 1)
                image = QGuiApplication.clipboard().image()
                assert image.size() == view.size() * 2
                assert image == image_of(view, 2).convertToFormat(image.format())
            assert pictures.view is view
            name = pictures.name_of(view)
            assert as_file_name(name) == name
            assert view.accessibleName() in name
            assert view is window.study.plot or name.startswith(
                f"font-autoencoder-{window.session.frame.snapshot.epoch} "
            )
    right_clicks(window, qtbot)


def rest(pictures):
    """Let what is being written be written."""
    while pictures.writing.busy:
        QApplication.processEvents()


def choose(window, path, number):
    """Save the picture that is meant under a path, as one of the kinds."""
    window.menus.pictures.save.trigger()
    dialog = window.findChildren(QFileDialog)[-1]
    dialog.selectNameFilter(dialog.nameFilters()[number])
    name = dialog.selectedFiles()[0]
    dialog.fileSelected.emit(str(path))
    dialog.close()
    rest(window.menus.pictures)
    return Path(name).name


CTRL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


def test_that_every_canvas_of_the_window_is_copied_and_saved_by_keys(window, qtbot, tmp_path, monkeypatch):
    """Whatever canvas is in a panel, and the card of a unit; how each is painted stands above."""
    path = tmp_path / "picture.png"
    monkeypatch.setattr(pictures_out, "picture_of", lambda view, title: Taken(view))
    monkeypatch.setattr(pictures_out, "ask_place_and_kind", lambda *asked, **_: asked[3](str(path), 0))
    window.session.start(Spec(hidden=(6,), latent=3, epochs=2))
    qtbot.waitUntil(lambda: len(window.draw.network.view.inside.code.values) == 3)
    seen = set()

    def take(view):
        seen.add(view)
        part = getattr(view, "viewport", view)
        qtbot.mouseClick(part, LEFT, pos=part.rect().topLeft() + QPoint(2, 2))
        QGuiApplication.clipboard().clear()
        qtbot.keyClick(window, KEY.Key_C, CTRL_SHIFT)
        assert QGuiApplication.clipboard().image().size() == view.size() * 2, view
        qtbot.keyClick(window, KEY.Key_E, CTRL_SHIFT)
        rest(window.menus.pictures)
        assert path.read_text() == repr(view)

    for title in ("Training", "Explore", "Study", "Network"):
        show_tab(qtbot, window, title)
        for view in window.findChildren(Canvas):
            if view not in seen and window.is_in_sight(view):
                take(view)
    network = window.network.network
    unit = network.view.row.before[0].pictures[2].center().toPoint()
    qtbot.mouseClick(network.view, LEFT, pos=unit)
    qtbot.waitUntil(lambda: network.card.pinned)
    take(network.card)
    assert network.card.pinned
    assert {type(view).__name__ for view in seen} == {
        "PixelCanvas", "PixelView", "NetworkView", "LatentMap", "Curves", "GlyphGrid", "Strip", "StudyPlot",
        "UnitBars", "UnitCard",
    }  # fmt: skip


@dataclass
class Taken:
    """What was taken of a canvas, as far as this is about which one is meant."""

    view: Canvas

    def write(self, path, scale, stopped):
        Path(path).write_text(repr(self.view))


def test_that_it_is_said_that_a_picture_is_being_written_until_escape_stops_it_and_nothing_is_left_of_it(
    window, qtbot, qapp, tmp_path, monkeypatch
):
    made, go, places, saved = picture_out._png, threading.Semaphore(0), iter("abcd"), []
    monkeypatch.setattr(picture_out, "_png", lambda image: go.acquire(timeout=60) and made(image))
    window.session.saved.connect(saved.append)
    monkeypatch.setattr(
        pictures_out,
        "ask_place_and_kind",
        lambda *asked, **_: asked[3](str(tmp_path / f"{next(places)}.png"), 0),
    )
    for _ in range(3):  # one waits for the other
        window.menus.pictures.save.trigger()
    writing = "Writing the picture… Esc stops it."
    window.session.tell("Something else")
    assert window.status.stands
    go.release()
    qtbot.waitUntil(lambda: saved == [str(tmp_path / "a.png")])
    qapp.processEvents()
    assert window.status.currentMessage() == writing  # of the next one
    qtbot.keyClick(window, KEY.Key_Escape)
    assert window.status.currentMessage() != writing
    window.menus.pictures.save.trigger()  # another one, while that one still ends
    assert window.status.currentMessage() == writing
    go.release(2)
    qtbot.waitUntil(lambda: window.status.currentMessage() == f"Saved {tmp_path / 'd.png'}")
    rest(window.menus.pictures)
    assert sorted(path.name for path in tmp_path.glob("*.png")) == ["a.png", "d.png"]


def test_that_the_pictures_of_a_dialog_are_copied_and_saved_by_its_own_keys(qapp, qtbot, light, tmp_path):
    sets = DataSets(Session(preset("font-autoencoder")), Shelf())
    sets.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(sets)
    with qtbot.waitActive(sets):
        sets.show()
        sets.activateWindow()
    page = sets.pictures.viewport()
    qtbot.mouseClick(page, LEFT, pos=sets.pictures.tile(1).center())
    plain = image_of(page, 2)
    qtbot.keyClick(sets.pictures, KEY.Key_C, CTRL_SHIFT)
    image = QGuiApplication.clipboard().image()
    assert image == plain.convertToFormat(image.format())
    assert image.size() == page.size() * 2
    found = colours_of(image)
    assert {theme.PAPER.truth, theme.PAPER.paper, theme.PAPER.text} <= found  # images, and labels
    assert theme.tokens().accent not in found  # nor which one is pointed at
    assert sets.message.text() == "Copied the picture: Pictures of the set"
    qtbot.keyClick(sets.pictures, KEY.Key_Menu)
    press(qtbot, sets, 2)
    dialog = sets.findChildren(QFileDialog)[-1]
    assert Path(dialog.selectedFiles()[0]).name.startswith("Font 5x7 Pictures of the set")
    dialog.fileSelected.emit(str(tmp_path / "set.png"))
    rest(sets.pictures_out)
    assert QImage(str(tmp_path / "set.png")).width() == page.width() * 2  # words below it make it lower
    assert "set.png" in sets.message.text()
    assert list(ElementTree.fromstring(svg_of(page, "The set")).iter(f"{SVG}text"))


def test_that_a_picture_is_saved_in_every_form_and_never_over_a_file_unasked(window, qtbot, tmp_path):
    view = window.draw.output
    qtbot.mouseClick(view, LEFT)
    for number, scale in ((0, 2), (1, 4), (2, 1)):
        assert "Network answers" in choose(window, tmp_path / f"answer{scale}", number)
        assert QImage(str(tmp_path / f"answer{scale}.png")).size() == view.size() * scale
    choose(window, tmp_path / "answer", 3)
    assert (tmp_path / "answer.svg").read_bytes().startswith(b"<?xml")
    choose(window, tmp_path / "answer.pdf", 0)  # the suffix that is typed counts
    assert (tmp_path / "answer.pdf").read_bytes().startswith(b"%PDF")

    kept = tmp_path / "kept.svg"
    kept.write_text("mine")
    choose(window, tmp_path / "kept", 3)
    (box,) = window.findChildren(QMessageBox)
    assert "kept.svg" in box.text()
    assert kept.read_text() == "mine"
    replace = next(button for button in box.buttons() if button.text() == "Replace it")
    qtbot.mouseClick(replace, LEFT)
    rest(window.menus.pictures)
    assert kept.read_bytes().startswith(b"<?xml")
    assert window.session.folder == str(tmp_path)

    choose(window, tmp_path / "nowhere" / "answer", 4)
    assert "nowhere" in window.status.fault
    assert not (tmp_path / "nowhere").exists()


def test_that_the_picture_is_of_the_moment_when_it_was_asked_for(qapp, qtbot, light, tmp_path):
    view, *_ = pixel_canvas()
    qtbot.addWidget(view)
    view.resize(120, 160)
    taken, then = picture_of(view, ""), image_of(view, 1)
    view.set_image(np.zeros((7, 5), np.float32))
    taken.write(str(tmp_path / "a.png"), 1)
    assert QImage(str(tmp_path / "a.png")).convertToFormat(then.format()) == then
