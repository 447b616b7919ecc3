"""Every picture of the window can be copied and saved, sharp at every scale, in the colours of paper."""

import re
import threading
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from measuring import faults
from PySide6.QtCore import QByteArray, QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu, QMessageBox
from tabs import show_tab

from core import Spec, preset
from tp5gui import theme
from tp5gui.canvases import picture_out
from tp5gui.canvases.canvas import Canvas
from tp5gui.canvases.glyph_grid import GlyphGrid
from tp5gui.canvases.latent_map import LatentMap
from tp5gui.canvases.picture_out import (
    LONGEST,
    MOST_PIXELS,
    image_of,
    largest_scale,
    pdf_of,
    picture_of,
    pixels_of,
    svg_of,
)
from tp5gui.canvases.pixel_canvas import PixelCanvas
from tp5gui.canvases.pixel_view import PixelView
from tp5gui.canvases.strip import Strip
from tp5gui.canvases.study_plot import Legend, Mark, StudyPlot
from tp5gui.canvases.time_line import TimeLine
from tp5gui.manner import FORMS, SCALES, Manner
from tp5gui.panels.calm import CalmDecimalBox
from tp5gui.panels.places import as_file_name
from tp5gui.session.session import Session
from tp5gui.session.shelf import Shelf
from tp5gui.settings import Settings
from tp5gui.windows import picture_manner, pictures_out
from tp5gui.windows.data_sets import DataSets
from tp5gui.windows.picture_manner import PictureManner
from tp5gui.words import count

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
    for scale in (1, 2, 3.25):
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


def asking(window):
    """The dialog that asks how a picture is saved."""
    (dialog,) = (each for each in window.findChildren(PictureManner) if each.isVisible())
    return dialog


def enter(qtbot, window):
    """Save the picture as it was proposed."""
    dialog = asking(window)
    qtbot.keyClick(dialog.focusWidget() or dialog, KEY.Key_Return)
    window.activateWindow()  # which a screen without a manager of windows does not do by itself


def choose(qtbot, window, path, form, scale="2"):
    """Save the picture that is meant under a path, in a form, at a scale that is typed."""
    window.menus.pictures.save.trigger()
    manner = asking(window)
    qtbot.keyClick(manner.form, KEY.Key_Home)
    for _ in range(FORMS.index(form)):
        qtbot.keyClick(manner.form, KEY.Key_Down)
    if form == "png":
        manner.scale.selectAll()
        qtbot.keyClicks(manner.scale, scale)
    qtbot.keyClick(manner, KEY.Key_Return)
    dialog = window.findChildren(QFileDialog)[-1]
    assert f"*.{form}" in dialog.selectedNameFilter()
    name = dialog.selectedFiles()[0]
    dialog.fileSelected.emit(str(path))
    dialog.close()
    rest(window.menus.pictures)
    return Path(name).name


CTRL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


def test_that_every_canvas_of_the_window_is_copied_and_saved_by_keys(window, qtbot, tmp_path, monkeypatch):
    """Whatever canvas is in a panel, and the card of a unit; how each is painted stands above."""
    path = tmp_path / "picture.png"
    monkeypatch.setattr(pictures_out, "picture_of", lambda view, title, scale: Taken(view))
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
        enter(qtbot, window)
        rest(window.menus.pictures)
        assert path.read_text() == repr(view)

    for title in ("Training", "Explore", "Study", "Network"):
        show_tab(qtbot, window, title)
        for view in window.findChildren(Canvas):
            control = isinstance(view, TimeLine)  # and no picture
            if view not in seen and not control and window.is_in_sight(view):
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

    def write(self, path, stopped):
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
        enter(qtbot, window)
    writing = "Writing the picture… Esc stops it."
    window.session.tell("Something else")
    assert window.status.stands
    go.release()
    qtbot.waitUntil(lambda: saved == [str(tmp_path / "a.png")])
    qapp.processEvents()
    assert window.status.currentMessage() == writing  # of the next one
    qtbot.keyClick(window, KEY.Key_Escape)
    assert window.status.currentMessage() == "Stopped: c.png was not written."
    window.menus.pictures.save.trigger()  # another one, while that one still ends
    enter(qtbot, window)
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
    enter(qtbot, sets)
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
    for scale in ("2", "0.5", "3,25"):
        assert "Network answers" in choose(qtbot, window, tmp_path / f"answer{scale}", "png", scale)
        size = pixels_of(view.size(), float(scale.replace(",", ".")))
        assert QImage(str(tmp_path / f"answer{scale}.png")).size() == size
    choose(qtbot, window, tmp_path / "answer", "svg")
    assert (tmp_path / "answer.svg").read_bytes().startswith(b"<?xml")
    choose(qtbot, window, tmp_path / "answer.pdf", "png")  # the suffix that is typed counts
    assert (tmp_path / "answer.pdf").read_bytes().startswith(b"%PDF")

    kept = tmp_path / "kept.svg"
    kept.write_text("mine")
    choose(qtbot, window, tmp_path / "kept", "svg")
    (box,) = window.findChildren(QMessageBox)
    assert "kept.svg" in box.text()
    assert kept.read_text() == "mine"
    replace = next(button for button in box.buttons() if button.text() == "Replace it")
    qtbot.mouseClick(replace, LEFT)
    rest(window.menus.pictures)
    assert kept.read_bytes().startswith(b"<?xml")
    assert window.session.folder == str(tmp_path)

    choose(qtbot, window, tmp_path / "nowhere" / "answer", "pdf")
    assert "nowhere" in window.status.fault
    assert not (tmp_path / "nowhere").exists()


def test_that_the_picture_is_of_the_moment_when_it_was_asked_for(qapp, qtbot, light, tmp_path):
    view, *_ = pixel_canvas()
    qtbot.addWidget(view)
    view.resize(120, 160)
    taken, then = picture_of(view, "", 1), image_of(view, 1)
    view.set_image(np.zeros((7, 5), np.float32))
    taken.write(str(tmp_path / "a.png"))
    assert QImage(str(tmp_path / "a.png")).convertToFormat(then.format()) == then


# --- how it is saved ---


@pytest.fixture
def asked(window, qtbot, tmp_path, monkeypatch):
    """The window, its map chosen, and the places that are asked for: no dialog of files opens."""
    places = []
    monkeypatch.setattr(
        pictures_out,
        "ask_place_and_kind",
        lambda *asked, **_: places.append(asked[2]) or asked[3](str(tmp_path / "a.png"), 0),
    )
    qtbot.mouseClick(window.latent.map, LEFT, pos=QPoint(40, 40))
    return window, places


def test_that_a_scale_is_typed_with_its_pixels_in_sight_and_proposed_the_next_time(asked, qtbot, tmp_path):
    (window, places), size = asked, asked[0].latent.map.size()
    qtbot.keyClick(window, KEY.Key_E, CTRL_SHIFT)
    manner = asking(window)
    assert manner.told.text() == f"{count(2 * size.width())} x {count(2 * size.height())} pixels"
    qtbot.waitUntil(manner.scale.hasFocus)
    qtbot.keyClicks(QApplication.focusWidget(), "1.25")  # over what stood there
    assert manner.scale.text() == "1.25 x"
    pixels = pixels_of(size, 1.25)
    assert manner.told.text() == f"{count(pixels.width())} x {count(pixels.height())} pixels"
    enter(qtbot, window)
    rest(window.menus.pictures)
    assert QImage(str(tmp_path / "a.png")).size() == pixels
    assert [suffix for _, suffix in places.pop()] == ["png", "svg", "pdf"]
    assert Settings(tmp_path).picture == Manner("png", 1.25)
    qtbot.keyClick(window, KEY.Key_E, CTRL_SHIFT)
    assert asking(window).manner == Manner("png", 1.25)
    qtbot.keyClick(asking(window).form, KEY.Key_End)
    assert not asking(window).scale.isEnabled()
    enter(qtbot, window)
    rest(window.menus.pictures)
    assert [suffix for _, suffix in places.pop()] == ["pdf", "png", "svg"]
    assert Settings(tmp_path).picture == Manner("pdf", 1.25)


def test_that_enter_saves_also_once_the_focus_has_been_on_the_buttons(asked, qtbot):
    window, places = asked
    qtbot.keyClick(window, KEY.Key_E, CTRL_SHIFT)
    manner = asking(window)
    qtbot.waitUntil(manner.scale.hasFocus)
    for key in (KEY.Key_Tab, KEY.Key_Tab, KEY.Key_Backtab, KEY.Key_Backtab):
        qtbot.keyClick(QApplication.focusWidget(), key)
    assert manner.scale.hasFocus()
    enter(qtbot, window)
    rest(window.menus.pictures)
    assert len(places) == 1


def test_that_escape_saves_nothing_and_remembers_nothing(asked, qtbot, tmp_path):
    window, places = asked
    qtbot.keyClick(window, KEY.Key_E, CTRL_SHIFT)
    manner = asking(window)
    qtbot.keyClicks(manner.scale, "7")
    qtbot.keyClick(manner, KEY.Key_Escape)
    assert (places, list(tmp_path.glob("*.png"))) == ([], [])
    assert window.writing.manner == Manner()


@pytest.mark.parametrize("typed", ["999", "0", "0,4", "16.01"])
def test_that_a_scale_beyond_the_bounds_stays_as_it_was_typed_and_is_refused_in_words(asked, qtbot, typed):
    window, places = asked
    qtbot.keyClick(window, KEY.Key_E, CTRL_SHIFT)
    manner = asking(window)
    manner.scale.selectAll()
    qtbot.keyClicks(manner.scale, typed)
    assert manner.scale.value() == float(typed.replace(",", "."))
    assert manner.told.text() == "The scale goes from 0.5 to 16."
    qtbot.keyClick(manner, KEY.Key_Return)
    assert asking(window) is manner
    assert places == []


def test_that_too_many_pixels_are_refused_in_words_before_any_are_painted(asked, qtbot, monkeypatch):
    window, places = asked
    view = window.latent.map
    monkeypatch.setattr(picture_out, "MOST_PIXELS", 9 * view.width() * view.height())
    window.menus.pictures.save.trigger()
    manner = asking(window)
    height = manner.height()
    qtbot.keyClicks(manner.scale, "3.01")
    assert "too many" in manner.told.text()
    assert "3." in manner.told.text()
    enter(qtbot, window)
    assert (manner.isVisible(), places, manner.height()) == (True, [], height)
    assert manner.told.heightForWidth(manner.told.width()) <= manner.told.height()
    manner.scale.selectAll()
    qtbot.keyClicks(manner.scale, "3")
    assert "too many" not in manner.told.text()
    enter(qtbot, window)
    rest(window.menus.pictures)
    assert len(places) == 1


def test_that_no_word_of_the_question_is_cut_off_in_either_language_at_any_size_of_type(
    asked, qapp, monkeypatch
):
    window, _ = asked
    monkeypatch.setattr(picture_manner, "largest_scale", lambda size: 12.34)
    monkeypatch.setattr(picture_manner, "pixels_of", lambda size, scale: QSize(123_456, 123_456))
    try:
        for language in ("en", "es"):
            window.speak(language)
            for percent in (100, 130, 200):
                theme.set_zoom(qapp, percent)
                window.menus.pictures.save.trigger()
                manner = asking(window)
                for scale in (1.0, 16.0):
                    manner.scale.setValue(scale)
                    for _ in range(3):
                        qapp.processEvents()
                    assert faults(manner) == [], (language, percent, scale)
                manner.reject()
    finally:
        theme.set_zoom(qapp, 100)
        window.speak("en")


@given(st.integers(1, 60_000), st.integers(1, 60_000))
@example(1, 1)
@example(10_000, 10_000)
@example(32_767, 1)
def test_that_the_largest_scale_is_the_largest_that_the_bounds_leave(wide, high):
    size, scale = QSize(wide, high), largest_scale(QSize(wide, high))
    assert 0 <= scale <= SCALES[1]
    assert scale * wide * scale * high <= MOST_PIXELS * (1 + 1e-9)
    assert scale * max(wide, high) <= LONGEST * (1 + 1e-9)
    larger = scale + 0.0101
    too_large = larger * wide * larger * high > MOST_PIXELS or larger * max(wide, high) > LONGEST
    assert too_large or larger > SCALES[1]
    assert pixels_of(size, scale).width() >= 1


def test_that_another_language_closes_the_question(asked, qtbot):
    window, places = asked
    window.menus.pictures.save.trigger()
    asking(window)
    window.speak("es")
    qtbot.waitUntil(lambda: not any(each.isVisible() for each in window.findChildren(PictureManner)))
    assert not places
    window.speak("en")


def test_that_a_number_is_typed_with_a_point_or_a_comma_and_has_no_more_figures_than_it_needs(qtbot):
    box = CalmDecimalBox()
    qtbot.addWidget(box)
    box.setRange(0.5, 16)
    for typed, value in (("2,5", 2.5), ("2.5", 2.5), ("10", 10), ("0,75", 0.75)):
        box.selectAll()
        qtbot.keyClicks(box, typed)
        qtbot.keyClick(box, KEY.Key_Return)
        assert (box.value(), box.text()) == (value, f"{value}")
