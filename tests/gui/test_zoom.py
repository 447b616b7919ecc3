"""Type that is zoomed by keys: all of it, at once, remembered, and at no field's expense."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QFontInfo, QHelpEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QLabel,
    QStyle,
    QStyleOptionButton,
    QToolButton,
    QToolTip,
    QWidget,
)

from tp5gui import theme
from tp5gui.panels.figure import Figure
from tp5gui.settings import Settings
from tp5gui.windows import panel_area
from tp5gui.zooms import ZOOMS

DIRECT = Qt.FindChildOption.FindDirectChildrenOnly
CTRL = Qt.KeyboardModifier.ControlModifier
pytestmark = pytest.mark.qt_log_ignore("does not support raise", extend=True)  # of a tool tip, offscreen


@pytest.fixture(autouse=True)
def _as_at_first(qapp):
    yield
    theme.set_zoom(qapp, 100)


def sizes(window):
    """How large the type of everything in the window is, in px."""
    shown = (window, *window.findChildren(QWidget))
    return {widget: QFontInfo(widget.font()).pixelSize() for widget in shown if not widget.isWindow()}


def test_that_the_scale_is_12_14_18_28_and_every_zoom_moves_each_step(qapp):
    steps = (theme.CAPTION, theme.BODY, theme.TITLE, theme.FIGURE)
    assert steps == (12, 14, 18, 28)
    scales = []
    for percent in ZOOMS:
        theme.set_zoom(qapp, percent)
        assert theme.zoom() == percent
        scales.append([theme.size(step) for step in steps])
    assert scales[ZOOMS.index(100)] == list(steps)
    assert (np.diff(np.array(scales), axis=0) > 0).all()
    assert scales[-1] == [2 * step for step in steps]


def test_that_keys_zoom_all_type_of_the_window_and_bring_it_back(window, qtbot):
    before = sizes(window)
    row, height = window.draw.network.view, window.menuBar().height()
    assert set(before.values()) <= {12, 14, 18, 28}
    assert before[window.controls.readouts[0].number] == 28
    for key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Plus):
        qtbot.keyClick(window, key, CTRL)
    assert theme.zoom() == 150
    after = sizes(window)
    wrong = [widget for widget, size in before.items() if after[widget] != round(1.5 * size)]
    assert wrong == []
    qtbot.waitUntil(lambda: window.menuBar().height() > height)
    assert row.font().pixelSize() == 21
    qtbot.keyClick(window, Qt.Key.Key_Minus, CTRL)
    assert theme.zoom() == 130
    qtbot.keyClick(window, Qt.Key.Key_0, CTRL)
    assert (theme.zoom(), sizes(window)) == (100, before)


def test_that_icons_boxes_and_the_buttons_of_a_title_are_as_large_as_the_type_beside_them(qapp, window):
    buttons = [one for one in window.findChildren(QToolButton) if not one.icon().isNull()]
    buttons = [one for one in buttons if not window.status.isAncestorOf(one)]
    assert buttons
    for percent in ZOOMS:
        theme.set_zoom(qapp, percent)
        qapp.processEvents()
        wanted = max(16, theme.size(16))
        assert {one.iconSize().toTuple() for one in (*buttons, window.controls.start)} == {(wanted, wanted)}
        assert {one.icon().actualSize(one.iconSize()).width() for one in buttons} == {wanted}
        box = window.training.log_loss
        option = QStyleOptionButton()
        box.initStyleOption(option)
        mark = box.style().subElementRect(QStyle.SubElement.SE_CheckBoxIndicator, option, box)
        assert mark.height() >= theme.size(13)
        for dock in window.docks:
            if window.is_in_sight(dock.widget()):
                title = dock.findChildren(QAbstractButton, options=DIRECT)
                assert {one.height() for one in title} == {one.width() for one in title} == {wanted + 4}
                assert all(0 <= one.y() <= dock.widget().y() - one.height() for one in title)
                words = dock.help.fontMetrics()
                assert words.tightBoundingRect("?").height() <= dock.help.height()
                assert words.horizontalAdvance("?") <= dock.help.width()


def test_that_the_figures_beside_the_curves_and_the_large_numbers_are_zoomed(window, qtbot):
    plot, readout = window.training.curves._upper, window.controls.readouts[0]
    wide, number = plot.axis.width(), readout.number.width()
    assert plot.axis.style["tickFont"].pixelSize() == 12
    qtbot.keyClick(window, Qt.Key.Key_Plus, CTRL)
    qtbot.keyClick(window, Qt.Key.Key_Plus, CTRL)
    assert plot.axis.style["tickFont"].pixelSize() == theme.size(12) > 12
    qtbot.waitUntil(lambda: plot.axis.width() > wide)
    assert readout.number.width() > 1.2 * number


@pytest.fixture
def wide_screen(monkeypatch):
    """A screen of which the experiment with large type may take as much as it needs."""
    monkeypatch.setattr(panel_area, "ACROSS", 0.6)


@pytest.mark.usefixtures("wide_screen")
@pytest.mark.parametrize("size", [(1280, 800), (1024, 700)])
def test_that_the_panels_have_what_they_had_once_type_is_as_large_again(window, qtbot, size):
    window.resize(*size)
    QApplication.processEvents()
    experiment = window.dock("experiment")
    before = experiment.width()
    for _ in range(6):
        qtbot.keyClick(window, Qt.Key.Key_Plus, CTRL)
    qtbot.waitUntil(lambda: experiment.width() > before + 20)
    qtbot.keyClick(window, Qt.Key.Key_Minus, CTRL)
    qtbot.keyClick(window, Qt.Key.Key_0, CTRL)
    qtbot.waitUntil(lambda: (experiment.width(), window.size().toTuple()) == (before, size))


def test_that_figures_give_back_the_room_that_larger_type_took(window, qtbot):
    figures = window.controls.findChildren(Figure)
    before = {figure: figure.minimumWidth() for figure in figures}
    assert before
    for key in (Qt.Key.Key_Plus, Qt.Key.Key_Plus, Qt.Key.Key_Minus, Qt.Key.Key_Minus):
        qtbot.keyClick(window, key, CTRL)
        QApplication.processEvents()
    assert {figure: figure.minimumWidth() for figure in figures} == before


def test_that_tool_tips_and_the_other_window_are_zoomed_and_hear_the_keys(window, qtbot):
    other = window.open_data_sets()
    qtbot.waitUntil(other.isActiveWindow)
    qtbot.keyClick(other, Qt.Key.Key_Plus, CTRL)
    qtbot.keyClick(other, Qt.Key.Key_Plus, CTRL)
    assert theme.zoom() == 130
    assert {label.font().pixelSize() for label in other.findChildren(QLabel)} <= {
        theme.size(14),
        theme.size(18),
    }
    start = window.controls.start
    place = start.rect().center()
    QApplication.sendEvent(start, QHelpEvent(QEvent.Type.ToolTip, place, start.mapToGlobal(place)))
    tips = [one for one in QApplication.topLevelWidgets() if one.inherits("QTipLabel") and one.isVisible()]
    assert [tip.font().pixelSize() for tip in tips] == [18]
    QToolTip.hideText()
    qtbot.waitUntil(lambda: not QToolTip.isVisible())  # Qt may have deleted its label by then


def test_that_the_zoom_ends_at_the_ends_of_its_steps(window, qtbot):
    for key, end in ((Qt.Key.Key_Plus, 200), (Qt.Key.Key_Minus, 80)):
        for _ in range(len(ZOOMS) + 2):
            qtbot.keyClick(window, key, CTRL)
        assert theme.zoom() == end
        qtbot.waitUntil(lambda: window.status.height() >= window.status.fontMetrics().height())


def test_that_a_field_keeps_what_is_typed_in_it(window, qtbot):
    field = window.experiment.form.row("hidden").editor.line
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "10+-=0")
    assert (field.text(), theme.zoom()) == ("10+-=0", 100)
    qtbot.keyClick(field, Qt.Key.Key_Minus, CTRL)
    assert (field.text(), theme.zoom()) == ("10+-=0", 90)
    field.revert()


def test_that_the_zoom_is_remembered(window, qtbot, tmp_path):
    qtbot.keyClick(window, Qt.Key.Key_Plus, CTRL)
    assert Settings(tmp_path).zoom == 115


@pytest.mark.parametrize("value", ['"150"', "1000", "true", "[]", "1.5", "0"])
def test_that_a_zoom_that_is_none_is_dropped(tmp_path, value):
    (tmp_path / "settings.json").write_text(f'{{"zoom": {value}}}')
    settings = Settings(tmp_path)
    assert settings.zoom == 100
    assert settings.fault


class Dressings(QObject):
    """Counts how often widgets are told that they are dressed anew."""

    def __init__(self):
        super().__init__()
        self.count = 0

    def eventFilter(self, watched, event):
        self.count += event.type() is QEvent.Type.StyleChange
        return False


@pytest.mark.parametrize("change", ["zoom", "theme"])
def test_that_a_change_of_looks_dresses_no_widget_again_and_again(window, qtbot, qapp, change):
    dressings = Dressings()
    qapp.installEventFilter(dressings)
    if change == "zoom":
        qtbot.keyClick(window, Qt.Key.Key_Plus, CTRL)
    else:
        theme.apply_theme(qapp, "dark")
    qapp.removeEventFilter(dressings)
    assert 0 < dressings.count <= 4 * len(qapp.allWidgets())
