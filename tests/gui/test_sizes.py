"""Nothing is cut off: every panel is whole at every size of the window, and at zoomed type it scrolls."""

import os
import subprocess
import sys

import pytest
from measuring import cut_choices, faults

from core import preset
from core.base.words import language
from tp5gui import theme
from tp5gui.language import speak
from tp5gui.panels.calm import CalmBox
from tp5gui.session.session import RUNS, Session
from tp5gui.windows.main_window import MainWindow

pytestmark = pytest.mark.qt_log_ignore("does not support raise", extend=True)  # of a tool tip, offscreen

SIZES = ((1280, 800), (1366, 768), (1024, 700), (1920, 1080))
TABS = ("training", "explore", "study", "runs", "network")
WIDE = ()


@pytest.fixture
def opened(qapp, qtbot, light, settings, request):
    """A window with a preset's run on it: the one that is shipped, or a new one at its first epoch.

    It speaks Spanish where the preset's name ends in `:es`.
    """
    name, _, speaks = request.param.partition(":")
    speak(qapp, speaks or "en")
    run = RUNS / f"{name}.tp5"
    window = MainWindow(Session(preset(name)), settings, str(run) if run.is_file() else None)
    window.show()
    qtbot.waitUntil(lambda: window.session.frame is not None)
    qtbot.waitUntil(lambda: window.training.curves is not None)
    qtbot.waitUntil(lambda: window.draw.output.image is not None)
    yield window
    window.close()
    theme.set_zoom(qapp, 100)
    speak(qapp, "en")
    window.deleteLater()


def lay_out(qapp, window, size):
    """Have a window of this size with its panels in their first places."""
    window.resize(*size)
    window.arrangement.reset()
    for _ in range(5):  # what is laid out may ask for another layout
        qapp.processEvents()


def shown_faults(qapp, window):
    """The faults of the window whichever panel lies in front, but for those that are known."""
    docks = {dock.objectName(): dock for dock in window.docks}
    for tab in TABS:
        docks[tab].raise_()
        qapp.processEvents()
        for fault in faults(window if tab == TABS[0] else docks[tab]):
            if not fault.startswith(WIDE):
                yield fault


def sizes(all_of_them):
    """The sizes to measure: in Spanish the usual and the smallest one, for only words differ."""
    return SIZES[::2] if language() == "es" else all_of_them


NAMES = ["font-denoiser", "font-sparse", "font-vae", "emoji-vae", "font-denoiser:es", "emoji-vae:es"]
PRESETS = pytest.mark.parametrize("opened", NAMES, indirect=True)
SOME = pytest.mark.parametrize(
    "opened", [NAMES[0], *(pytest.param(name, marks=pytest.mark.slow) for name in NAMES[1:])], indirect=True
)
"""All of them where nothing is zoomed; a window that is laid out nine times over takes long."""


@PRESETS
def test_that_no_word_is_cut_off_and_every_panel_is_whole(qapp, opened):
    for size in sizes(SIZES):
        lay_out(qapp, opened, size)
        assert opened.size().toTuple() == size
        assert list(shown_faults(qapp, opened)) == [], size
        for dock in opened.docks:
            bars = dock.widget().horizontalScrollBar(), dock.widget().verticalScrollBar()
            scrolls = [bar.maximum() for bar in bars]
            assert dock.objectName() in WIDE or scrolls == [0, 0], (size, dock.objectName())


@SOME
def test_that_no_word_is_cut_off_where_type_is_zoomed(qapp, opened):
    for percent, at in ((150, sizes(SIZES)), (200, SIZES[-1:]), (80, sizes(SIZES))):
        theme.set_zoom(qapp, percent)
        for size in at:
            lay_out(qapp, opened, size)
            assert list(shown_faults(qapp, opened)) == [], (percent, size)


GRID = [(zoom, size) for zoom in (100, 130, 160) for size in SIZES[:3]]
EVERY = ["font-denoiser", "font-denoiser:es", "emoji-vae", "emoji-vae:es"]


@pytest.mark.parametrize(
    ("opened", "grid"),
    [
        ("font-denoiser:es", [(100, (1366, 768)), (130, (1366, 768)), (160, (1024, 700))]),
        *(pytest.param(name, GRID, marks=pytest.mark.slow) for name in EVERY),
    ],
    indirect=["opened"],
)
def test_that_our_names_are_read_whole_and_the_speed_is_there_in_large_type(qapp, opened, grid):
    for percent, size in grid:
        theme.set_zoom(qapp, percent)
        lay_out(qapp, opened, size)
        assert list(shown_faults(qapp, opened)) == [], (percent, size)
        assert opened.controls.speed.isVisible(), (percent, size)


@pytest.mark.parametrize("opened", ["emoji-vae", "emoji-vae:es"], indirect=True)
def test_that_every_choice_and_a_usual_list_of_layers_are_read_whole(qapp, opened):
    form, docks = opened.experiment.form, {dock.objectName(): dock for dock in opened.docks}
    form.more.set_open(True)
    found = []
    for percent, size in ((100, (1280, 800)), (100, (1024, 700)), (130, (1366, 768))):
        theme.set_zoom(qapp, percent)
        lay_out(qapp, opened, size)
        for tab in TABS:
            docks[tab].raise_()
            qapp.processEvents()
            boxes = (box for box in opened.findChildren(CalmBox) if opened.is_in_sight(box))
            found += [
                (percent, size, cut) for box in boxes if type(box) is CalmBox for cut in cut_choices(box)
            ]
        for layers in ((300, 200, 100), (400, 300, 200, 100)):
            opened.session.store.update(hidden=layers)
            found += [(percent, size, cut) for cut in faults(form.row("hidden"))]
    assert not found, "\n".join(map(str, found))


@pytest.mark.parametrize("opened", ["font-denoiser"], indirect=True)
def test_that_the_window_opens_within_the_screen_and_whole(qapp, opened):
    room = opened.screen().availableSize()
    assert opened.width() <= room.width() < 1280
    assert opened.height() < room.height()  # the system puts a title above it
    assert faults(opened) == []


@pytest.mark.slow
@pytest.mark.parametrize("scale", ["1.5", "2"])
def test_that_the_same_holds_where_a_pixel_of_the_layout_is_more_than_one_of_the_screen(scale):
    command = [sys.executable, "-m", "pytest", "-q", "-n", "0", __file__, "-k", "no_word"]
    environment = os.environ | {"QT_SCALE_FACTOR": scale}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
