"""Without a mouse: Tab and F6 lead everywhere, what has the focus shows it, and pictures hear keys."""

from itertools import combinations, product

import pytest
from hands import full
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QAbstractButton, QApplication, QScrollArea, QTabBar, QWidget
from sights import contrast, encoded
from tabs import show_tab

from tp5gui import theme
from tp5gui.canvases.canvas import Canvas
from tp5gui.canvases.picture_out import image_of
from tp5gui.session.comparing import Source
from tp5gui.session.session import RUNS
from tp5gui.windows.comparing import CompareWindow, open_comparison
from tp5gui.windows.data_sets import DataSets
from tp5gui.windows.import_images import ImportImages
from tp5gui.windows.preferences import Preferences
from tp5gui.windows.walking import Place

pytestmark = pytest.mark.qt_log_ignore("does not support (propagateSizeHints|raise|grabbing)")  # of windows

KEY, SHIFT = Qt.Key, Qt.KeyboardModifier.ShiftModifier
PANELS = ["experiment", "runs", "draw", "training", "explore", "study", "network", "latent"]  # as they stand


def focus():
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def round_trip(qtbot, key):
    """The controls that a key leads to until it comes back, from the one that has the focus on."""
    seen = [focus()]
    while True:
        qtbot.keyClick(focus(), key)
        if focus() is seen[0]:
            return seen
        assert focus() not in seen, focus()
        seen.append(focus())


def hears_keys(widget):
    return bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) and widget.focusProxy() is None


def all_in(page):
    """Every control that can be seen on a page."""
    return {
        each
        for each in page.findChildren(QWidget)
        if each.window() is page.window() and each.isVisible() and each.isEnabled() and hears_keys(each)
    }


def place_of(widget):
    return QRect(widget.mapTo(widget.window(), QPoint()), widget.size())


def check_order(controls):
    """What stands above another comes before it, and what stands left of another in its row."""
    for area in controls[0].window().findChildren(QScrollArea):
        area.verticalScrollBar().setValue(0)
    for first, second in combinations(controls, 2):
        tabs = isinstance(first, QTabBar) or isinstance(second, QTabBar)
        if tabs and (first.visibleRegion().isEmpty() or second.visibleRegion().isEmpty()):
            continue  # what is scrolled away lies nowhere: tabs stay where they are
        a, b = place_of(first), place_of(second)
        beside = a.left() <= b.right() and b.left() <= a.right()
        level = a.top() <= b.bottom() and b.top() <= a.bottom()
        assert not (beside and b.bottom() < a.top()), (first, second)
        assert not (level and b.right() < a.left()), (first, second)


def panel_of(window, widget):
    if isinstance(widget, QTabBar):
        return next(
            name
            for name in PANELS
            if window.dock(name).windowTitle() == widget.tabText(widget.currentIndex())
        )
    places = {"bar": window.bar, "foot": window.status} | {name: window.dock(name) for name in PANELS}
    return next(name for name, place in places.items() if place.isAncestorOf(widget))


def check_tab(qtbot, window):
    """Tab comes to every control in sight once, panel by panel as they stand."""
    QApplication.processEvents()  # everything is laid out
    window.controls.start.setFocus()
    there = round_trip(qtbot, KEY.Key_Tab)
    in_sight = [
        window.bar,
        window.status,
        *(dock for dock in window.docks if window.is_in_sight(dock.widget())),
    ]
    bars = {bar for bar in window.findChildren(QTabBar) if bar.isVisible()}
    assert set(there) == bars.union(*map(all_in, in_sight))
    order = [panel_of(window, each) for each in there]
    visited = list(dict.fromkeys(order))
    assert visited == ["bar", *(name for name in PANELS if name in visited), "foot"]
    assert order == sorted(order, key=visited.index)
    for name in visited:
        check_order([each for each in there if panel_of(window, each) == name])
    return there


def test_that_tab_comes_to_every_control_in_sight_once_as_they_stand(window, qtbot):
    there = check_tab(qtbot, window)
    assert round_trip(qtbot, KEY.Key_Backtab) == [there[0], *reversed(there[1:])]
    window.experiment.form.more.set_open(True)
    for name in ("explore", "study"):
        window.dock(name).raise_()
        check_tab(qtbot, window)
    window.dock("network").raise_()
    window.speak("es")
    qtbot.waitUntil(lambda: window.training.curves is not None)
    check_tab(qtbot, window)
    assert focus() is window.controls.start
    window.speak("en")


def test_that_a_control_that_is_scrolled_away_comes_into_sight_with_the_focus(window, qtbot):
    window.experiment.form.more.set_open(True)
    window.resize(1000, 600)
    window.controls.start.setFocus()
    for control in round_trip(qtbot, KEY.Key_Tab):
        control.setFocus()
        qtbot.keyClick(control, KEY.Key_Tab)
        there = window.childAt(place_of(focus()).center())
        assert there is focus() or focus().isAncestorOf(there), focus()


# --- from panel to panel ---


def panels_of_key(qtbot, window, modifier=Qt.KeyboardModifier.NoModifier):
    """The places that F6 leads to until it comes back to the one that has the focus, and what it lands on."""
    seen = [(panel_of(window, focus()), focus())]
    while True:
        before = focus()
        qtbot.keyClick(before, KEY.Key_F6, modifier)
        qtbot.waitUntil(lambda before=before: focus() is not before)  # another window may have to come up
        here = panel_of(window, focus())
        if here == seen[0][0]:
            return seen
        assert here not in dict(seen)
        seen.append((here, focus()))


def test_that_a_key_leads_from_panel_to_panel_as_they_stand_and_back(window, qtbot):
    assert focus() is window.draw.canvas
    there = panels_of_key(qtbot, window)
    order = [*PANELS[2:], "foot", "bar", "experiment", "runs"]
    assert [name for name, _ in there] == order
    back = panels_of_key(qtbot, window, SHIFT)
    assert [name for name, _ in back] == [order[0], *reversed(order[1:])]
    main = {
        "training": window.training.curves, "study": window.study.plot, "latent": window.latent.map,
        "network": window.network.network.view, "bar": window.controls.start, "draw": window.draw.canvas,
    }  # fmt: skip
    assert main.items() <= dict(there).items()

    qtbot.keyClick(focus(), KEY.Key_F6)  # behind others a panel is raised, and keeps its place in the order
    qtbot.keyClick(focus(), KEY.Key_F6)
    assert window.is_in_sight(window.explore.strip)
    assert not window.is_in_sight(window.training.grid)
    qtbot.keyClick(focus(), KEY.Key_Tab, SHIFT)
    last = focus()
    assert last is not window.explore.strip
    qtbot.keyClick(last, KEY.Key_F6)
    assert focus() is window.study.plot
    qtbot.keyClick(focus(), KEY.Key_F6, SHIFT)
    assert focus() is window.explore.strip  # where arrow keys do something at once

    window.dock("study").close()
    window.dock("draw").setFloating(True)
    window.latent.map.setFocus()
    names = [name for name, _ in panels_of_key(qtbot, window)]
    assert names == ["latent", "foot", "draw", "bar", "experiment", "runs", "training", "explore", "network"]
    window.draw.canvas.activateWindow()
    window.draw.canvas.setFocus()
    qtbot.waitUntil(window.draw.canvas.hasFocus)
    assert set(round_trip(qtbot, KEY.Key_Tab)) == all_in(window.dock("draw"))  # Tab stays in a window


def test_that_no_panel_out_of_sight_hears_keys_and_one_in_its_own_window_does(window, qtbot):
    window.training.grid.setFocus()
    show_tab(qtbot, window, "Explore")
    qtbot.waitUntil(window.explore.strip.hasFocus)
    window.explore.kind.setFocus()
    show_tab(qtbot, window, "Training")
    qtbot.waitUntil(window.training.grid.hasFocus)
    window.latent.map.setFocus()
    show_tab(qtbot, window, "Explore")
    QApplication.processEvents()
    assert window.latent.map.hasFocus()  # which is in sight

    own_window = next(
        action for menu in window.menuBar().actions() for action in menu.menu().actions()
        if action.text() == "Panel in its own &window, or back"
    )  # fmt: skip
    for on in (True, False):
        own_window.trigger()
        assert window.dock("latent").isFloating() == on
        qtbot.waitUntil(window.latent.map.hasFocus)


def test_that_the_key_between_panels_works_while_presenting_and_passes_over_what_is_closed(window, qtbot):
    qtbot.keyClick(window, KEY.Key_P, Qt.KeyboardModifier.ControlModifier | SHIFT)
    window.draw.canvas.setFocus()
    names = [name for name, _ in panels_of_key(qtbot, window)]
    assert set(PANELS) - set(names) == {"experiment"}
    window.stage.leave()
    theme.set_zoom(QApplication.instance(), 100)


# --- dialogs ---


def test_that_tab_comes_to_every_control_of_a_dialog_once_as_they_stand(window, qtbot):
    window.menus.show_preferences()
    check_dialog(qtbot, window, Preferences)
    window.open_data_sets().open_import()
    check_dialog(qtbot, window, ImportImages)
    window.data_sets.activateWindow()
    check_dialog(qtbot, window, DataSets)


@pytest.mark.parametrize("page", range(3))
def test_that_tab_comes_to_every_control_of_a_comparison(window, qtbot, page):
    pair = [Source(name, str(RUNS / f"font-{name}.tp5")) for name in ("autoencoder", "denoiser")]
    dialog = open_comparison(window, pair)
    qtbot.waitUntil(lambda: dialog.numbers is not None)
    dialog.show_page(page)
    check_dialog(qtbot, window, CompareWindow)


def test_that_tab_comes_to_every_field_of_a_source_as_they_stand(window, qtbot, monkeypatch, tmp_path):
    full(monkeypatch)
    (tmp_path / "things").write_bytes(b"things")
    sets = window.open_data_sets()
    sets.open_import(str(tmp_path / "things"))
    qtbot.waitUntil(lambda: not sets.importing.working)
    sets.importing.resize(1000, 700)
    QApplication.processEvents()
    check_dialog(qtbot, window, ImportImages)
    sets.close()


def check_dialog(qtbot, window, kind):
    (dialog,) = window.findChildren(kind)
    qtbot.waitUntil(lambda: dialog.isActiveWindow() and dialog.isAncestorOf(QApplication.focusWidget()))
    QApplication.processEvents()
    there = round_trip(qtbot, KEY.Key_Tab)
    first = min(there, key=lambda each: (place_of(each).top(), place_of(each).left()))
    check_order([*there[there.index(first) :], *there[: there.index(first)]])
    assert set(there) == all_in(dialog)
    dialog.close()


# --- what has the focus shows it ---


def shot(widget):
    """What is seen of a control and a little around it."""
    around = QRect(widget.mapTo(widget.window(), QPoint()), widget.size()).adjusted(-4, -4, 4, 4)
    return widget.window().grab(around.intersected(widget.window().rect())).toImage()


def test_that_whatever_has_the_focus_shows_it_while_the_keyboard_is_used(window, qapp, qtbot):
    ring = window.walking.shown.ring
    assert not ring.isVisible()  # nobody has used it yet
    window.dock("study").raise_()
    for scheme in ("dark", "light"):
        theme.apply_theme(qapp, scheme)
        QApplication.processEvents()
        window.controls.start.setFocus()
        for control in round_trip(qtbot, KEY.Key_Tab):
            control.setFocus()
            check_ring(ring, control)
    qtbot.mouseClick(control, Qt.MouseButton.LeftButton, pos=QPoint(1, 1))
    assert not ring.isVisible()  # whoever clicks sees what was clicked
    qtbot.keyClick(focus(), KEY.Key_Shift)
    assert ring.isVisible()


def check_ring(ring, control):
    """What is seen of a control has a line of the accent around it, which is not there without the ring."""
    assert (ring.around, ring.isVisible()) == (control, True)
    with_it, accent = shot(control), QColor(theme.tokens().accent)
    taken = image_of(control, 1) if isinstance(control, Canvas) else None
    ring.hide()
    without = shot(control)
    assert taken is None or taken == image_of(control, 1)  # a picture that is taken away has no ring
    ring.show()
    ringed = sum(
        with_it.pixelColor(x, y) == accent != without.pixelColor(x, y)
        for x in range(0, with_it.width(), 3) for y in range(with_it.height())
    )  # fmt: skip
    assert ringed >= with_it.width() / 3, control


@pytest.mark.parametrize("table", [theme.LIGHT, theme.DARK], ids=["light", "dark"])
def test_that_the_ring_stands_out_from_what_is_beside_it(table):
    for beside in (table.surface, table.ground, table.sunken, table.paper, table.line):
        assert contrast(encoded(table.accent), encoded(beside)) >= 3


# --- arrows ---

FORWARD, BACK = (KEY.Key_Right, KEY.Key_Down), (KEY.Key_Left, KEY.Key_Up)


def check_arrows(qtbot, places):
    """Arrow keys lead from every button to the control beside it in its panel, and at the ends nowhere."""
    seen = 0
    for place in places:
        controls = place.controls
        for index, button in enumerate(controls):
            if not isinstance(button, QAbstractButton):
                continue
            for keys, beside in ((FORWARD, controls[index + 1 :][:1]), (BACK, controls[:index][-1:])):
                for key in keys:
                    button.setFocus()
                    qtbot.keyClick(button, key)
                    assert focus() is (beside[0] if beside else button), (button, key)
                    seen += 1
    assert seen > 20


def test_that_arrow_keys_stay_in_the_panel_of_a_button(window, qtbot):
    window.experiment.form.more.set_open(True)
    QApplication.processEvents()  # everything is laid out
    shown = [dock for dock in window.docks if window.is_in_sight(dock.widget())]
    tabs = {bar.tabText(bar.currentIndex()): bar for bar in window.findChildren(QTabBar) if bar.isVisible()}
    check_arrows(qtbot, [Place(window.bar), *(Place(dock, tabs.get(dock.windowTitle())) for dock in shown)])


def test_that_arrow_keys_stay_in_a_panel_with_a_window_of_its_own(window, qtbot):
    dock = window.dock("draw")
    dock.setFloating(True)
    dock.activateWindow()
    qtbot.waitUntil(dock.isActiveWindow)
    buttons = [each for each in Place(dock).controls if isinstance(each, QAbstractButton)]
    for button, (key, *_) in product(buttons, (FORWARD, BACK)):
        button.setFocus()
        qtbot.keyClick(button, key)
        assert dock.isAncestorOf(focus())
