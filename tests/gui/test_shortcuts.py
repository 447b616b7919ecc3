"""The sheet of shortcuts lists what the menus and the pictures really do."""

import importlib
import inspect
import pkgutil
import re
from collections import Counter

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from tp5gui import canvases, theme
from tp5gui.panels.label import Label
from tp5gui.windows.gestures import ARROWS, NEARER, SHIFTED, WITH_ALT, WITH_CTRL, Gesture, hands
from tp5gui.windows.shortcuts import ShortcutSheet

NAMES = {"Escape": "Esc", "Delete": "Del", "PageUp": "PgUp", "PageDown": "PgDown"}


def kinds():
    """Every canvas that hears keys, by its name."""
    found = {}
    for module in pkgutil.iter_modules(canvases.__path__):
        for name, kind in vars(importlib.import_module(f"tp5gui.canvases.{module.name}")).items():
            ours = inspect.isclass(kind) and kind.__module__.startswith("tp5gui")
            if ours and issubclass(kind, QWidget) and "keyPressEvent" in vars(kind):
                found[name] = kind
    return found


def heard(kind):
    """The keys that a canvas hears, by its source."""
    source = inspect.getsource(kind.keyPressEvent)
    if "STEPS" in source:
        source += inspect.getsource(inspect.getmodule(kind)).partition("\nSTEPS")[2].partition("}")[0]
    keys = {NAMES.get(key, key) for key in re.findall(r"Key\.Key_(\w+)", source)}
    if "opens_menu" in source:
        keys |= {"Menu", "Shift+F10"}
    if "zoom_of" in source:
        keys |= set(NEARER)
    if "step_of" in source:
        keys |= set(ARROWS)
    if "ShiftModifier" in source:
        keys |= set(SHIFTED)
    if "ControlModifier" in source:
        keys |= set(WITH_CTRL)
    if "AltModifier" in source:
        keys |= set(WITH_ALT)
    if re.search(r"\bCHOOSE\b", source):
        keys |= {"Space", "Return"}
    if re.search(r"\bENTER\b", source):
        keys |= {"Return"}
    return keys


BY_SHORTCUT = {"Thumbnails": {"Del"}}  # of the window of the data sets


@pytest.mark.parametrize("name", sorted(kinds()))
def test_that_the_table_has_the_keys_that_a_picture_hears_and_no_others(qapp, name):
    (listed,) = [each for each in hands() if each.kind == name]
    keys = {key for gesture in listed.gestures for key in gesture.keys}
    assert keys == heard(kinds()[name]) | BY_SHORTCUT.get(name, set())


def test_that_every_key_of_the_table_is_one(qapp):
    for each in hands():
        for gesture in each.gestures:
            assert gesture.words
            for key in gesture.keys:
                assert QKeySequence(key).toString() == key


def test_that_four_arrows_are_said_in_two_words(qapp):
    assert Gesture("move", (*SHIFTED, "F"), "drag").words == "drag, Shift+arrow keys, F"


def test_that_a_key_opens_the_sheet_of_all_shortcuts_of_the_menus(window, qtbot):
    qtbot.keyClick(window, Qt.Key.Key_Question)
    sheet = window.findChild(ShortcutSheet)
    assert sheet.isVisible()
    assert not sheet.isModal()
    listed = {what: how for _, rows in sheet.sections for how, what in rows}
    acting = [one for one in window.findChildren(QAction) if one.shortcuts()]
    assert len(acting) > 12
    for action in acting:
        for key in action.shortcuts():
            native = key.toString(QKeySequence.SequenceFormat.NativeText)
            assert native in listed[action.iconText()].replace(" + ", "+")
    assert listed["Larger type"] == "Ctrl + +, Ctrl + ="
    assert listed["Start or pause"] == "F5"
    assert listed["Show all images"] == "F"
    for label in sheet.findChildren(Label):
        assert label.width() >= label.fontMetrics().horizontalAdvance(label.text())
        assert label.height() < 2 * label.fontMetrics().height() + theme.SPACE  # a heading has air above
    qtbot.keyClick(window, Qt.Key.Key_Question)
    assert len(window.findChildren(ShortcutSheet)) == 1
    qtbot.keyClick(sheet, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not window.findChildren(ShortcutSheet))


def test_that_a_question_mark_that_is_typed_is_typed(window, qtbot):
    line = window.experiment.form.row("hidden").editor.line
    line.setFocus()
    line.selectAll()
    qtbot.keyClicks(line, "?")
    assert line.text() == "?"
    assert not window.findChildren(ShortcutSheet)


def test_that_the_sheet_goes_with_the_type_while_it_is_open(window, qtbot):
    qtbot.keyClick(window, Qt.Key.Key_Question)
    (sheet,) = window.findChildren(ShortcutSheet)
    for percent in (130, 200, 100):
        window.set_zoom(percent)
        qtbot.waitUntil(
            lambda percent=percent: all(
                label.font().pixelSize() >= theme.size_at(12, percent) for label in sheet.findChildren(Label)
            )
        )
    sheet.close()


def menus_in(bar):
    """Every menu that a bar leads to, and the bar itself."""
    yield bar
    for action in bar.actions():
        if isinstance(action.menu(), QMenu):
            action.menu().aboutToShow.emit()  # what it lists then
            yield from menus_in(action.menu())


@pytest.mark.parametrize("language", ["en", "es"])
def test_that_no_letter_of_a_menu_stands_for_two_entries(window, language):
    window.speak(language)
    clashes = []
    for menu in {*menus_in(window.menuBar()), *window.findChildren(QMenu)}:
        entries = [one.text() for one in menu.actions() if not one.isSeparator()]
        letters = Counter(QKeySequence.mnemonic(words).toString() for words in entries)
        clashes += [entries for letter, times in letters.items() if letter and times > 1]
    window.speak("en")
    assert clashes == []
