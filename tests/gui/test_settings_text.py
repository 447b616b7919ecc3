"""Settings out of the window as text and back, by the keys of the menu."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from core import Spec, preset
from core.experiment.spec_text import spec_of, text_of

WITH = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier


def copy(qtbot, window):
    QGuiApplication.clipboard().setText("before")
    qtbot.keyClick(window, Qt.Key.Key_C, WITH)
    return QGuiApplication.clipboard().text()


def paste(qtbot, window, text):
    QGuiApplication.clipboard().setText(text)
    qtbot.keyClick(window, Qt.Key.Key_V, WITH)


def test_that_settings_go_out_and_come_back_as_one_step_of_undo(window, qtbot):
    session = window.session
    before, told = session.store.spec, copy(qtbot, window)
    assert spec_of(told) == before
    wanted = replace(preset("font-denoiser"), seed=77, hidden=(20, 12), epochs=40)
    paste(qtbot, window, text_of(wanted))
    assert session.store.spec == wanted
    assert session.history.undo_text == "Paste settings"
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert session.store.spec == before
    qtbot.keyClick(
        window, Qt.Key.Key_Z, WITH ^ Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ShiftModifier
    )
    assert session.store.spec == wanted
    window.controls.start.click()
    qtbot.waitUntil(lambda: session.frame.spec == wanted and session.frame.snapshot.finished)
    assert spec_of(copy(qtbot, window)) == wanted


def test_that_what_is_still_being_typed_is_copied(window, qtbot):
    field = window.experiment.form.row("epochs").editor.line
    assert spec_of(copy(qtbot, window)).epochs == 10_000
    field.setFocus()
    qtbot.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(field, "4321")
    window.menus.settings_text.copy.trigger()
    assert spec_of(QGuiApplication.clipboard().text()).epochs == 4321


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a shopping list", "no settings"),
        ("", "no settings"),
        (text_of(Spec()) + "colour=red", "colour"),
        (text_of(Spec(dataset="nobody has it")), "nobody has it"),
    ],
)
def test_that_a_text_that_is_no_settings_changes_nothing_and_is_refused_in_the_status_line(
    window, qtbot, text, said
):
    before, steps = window.session.store.spec, window.session.history.stack.count()
    paste(qtbot, window, text)
    assert window.session.store.spec == before
    assert window.session.history.stack.count() == steps
    assert window.status.fault.startswith("Nothing was pasted:")
    assert said in window.status.fault


def test_that_the_same_settings_are_no_step(window, qtbot):
    steps = window.session.history.stack.count()
    paste(qtbot, window, text_of(window.session.store.spec))
    assert window.session.history.stack.count() == steps
    assert "already" in window.status.currentMessage()
