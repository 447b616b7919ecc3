"""A value that was refused is taken back by undo, before anything older; redo asks for it again."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from core import Spec
from core.base.words import number
from core.experiment.spec import FIELDS
from tp5gui.panels.experiment import ExperimentPanel
from tp5gui.session.session import Session

KEY, CTRL = Qt.Key, Qt.KeyboardModifier.ControlModifier


def ask_for(qtbot, editor, text, key):
    """Type a text into a field and press a key, as Enter, or Tab to leave it."""
    editor.line.setFocus()
    editor.line.selectAll()
    qtbot.keyClicks(editor.line, text)
    qtbot.keyClick(editor.line, key)


def press(qtbot, window, key):
    """Press Ctrl and a key wherever the focus is."""
    qtbot.keyClick(QApplication.focusWidget() or window, key, CTRL)


def test_that_undo_takes_back_what_was_refused_before_anything_older(window, qtbot):
    session, form, refused = window.session, window.experiment.form, window.experiment.board.refused
    window.activateWindow()
    session.store.update(gain=2.0)
    older = session.history.undo_text
    for name, text in (("latent", "0"), ("hidden", "300, x"), ("learning_rate", "1,000")):
        editor = form.row(name).editor
        shown, spec = editor.line.text(), session.store.spec
        for key in (KEY.Key_Return, KEY.Key_Tab):  # staying in the field, and leaving it
            ask_for(qtbot, editor, text, key)
            assert refused.isVisibleTo(window)
            asked = f"{form.row(name).label.text()} {text} (refused)"
            assert session.history.undo_text == asked
            press(qtbot, window, KEY.Key_Z)
            assert (editor.line.text(), editor.line.property("invalid")) == (shown, False)
            assert not refused.isVisibleTo(window)
            assert (session.history.undo_text, session.history.redo_text) == (older, asked)
            press(qtbot, window, KEY.Key_Y)
            assert editor.line.text() == text
            assert refused.isVisibleTo(window)
            press(qtbot, window, KEY.Key_Z)
        assert session.store.spec == spec
    press(qtbot, window, KEY.Key_Z)
    assert session.store.spec.gain == 1.25


@pytest.fixture
def panel(qapp, qtbot, light):
    """The panel of a session that has not begun."""
    panel = ExperimentPanel(Session(Spec(penalty="mmd", penalty_weight=1.0)))
    qtbot.addWidget(panel)
    panel.show()
    return panel


def test_that_undo_takes_back_the_words_about_a_choice_that_was_refused(panel, qtbot):
    history, penalty = panel._session.history, panel.form.row("penalty").editor.box
    qtbot.keyClick(panel.form.row("variational").editor.box, KEY.Key_Space)
    assert penalty.property("invalid")
    assert history.undo_text == "Variational on (refused)"
    history.undo()
    assert not penalty.property("invalid")
    assert not panel.board.refused.isVisibleTo(panel)
    history.redo()
    assert penalty.property("invalid")
    assert panel.board.refused.isVisibleTo(panel)


ENDS = {
    "another value": lambda qtbot, panel, editor: ask_for(qtbot, editor, "3", KEY.Key_Return),
    "the value in use": lambda qtbot, panel, editor: ask_for(qtbot, editor, "2", KEY.Key_Return),
    "Escape": lambda qtbot, panel, editor: qtbot.keyClick(editor.line, KEY.Key_Escape),
    "Escape in another field": lambda qtbot, panel, editor: qtbot.keyClick(
        panel.form.row("noise").editor.box, KEY.Key_Escape
    ),
    "a preset": lambda qtbot, panel, editor: panel._session.choose_preset("font-denoiser"),
}


def test_that_what_was_refused_is_no_step_once_it_is_gone_in_another_way(panel, qtbot):
    history, editor = panel._session.history, panel.form.row("latent").editor
    for name, end in ENDS.items():
        panel._session.store.replace(Spec(epochs=7))
        for text in ("0", "999"):
            ask_for(qtbot, editor, text, KEY.Key_Return)
        assert history.undo_text == "Code size 999 (refused)", name
        end(qtbot, panel, editor)
        qtbot.waitUntil(lambda: not history.stack.canUndo())
        assert not panel.board.refused.isVisibleTo(panel), name
        assert not editor.line.uncommitted, name


def test_that_going_back_and_what_waits_stay_at_hand_while_a_value_is_refused(window, qtbot):
    session, board = window.session, window.experiment.board
    window.activateWindow()
    running, hidden = session.store.spec, window.experiment.form.row("hidden").editor
    ask_for(qtbot, hidden, "7", KEY.Key_Return)
    assert board.stale.isVisible()
    ask_for(qtbot, window.experiment.form.row("latent").editor, "0", KEY.Key_Return)
    assert board.refused.isVisible()
    assert not board.lesson.isVisible()
    assert board.stale.isVisible()
    board.back.setFocus()
    qtbot.keyClick(board.back, KEY.Key_Space)
    assert session.store.spec == running
    assert not board.stale.isVisible()


@pytest.mark.parametrize("name", ["latent", "learning_rate", "noise_level", "epochs"])
def test_that_a_number_that_was_emptied_is_said_to_be_empty_and_what_would_be_right(panel, qtbot, name):
    panel._session.store.replace(Spec(noise="flip", noise_level=0.1))
    editor, field = panel.form.row(name).editor, FIELDS[name]
    for key in (KEY.Key_Delete, KEY.Key_Space):
        editor.line.setFocus()
        editor.line.selectAll()
        qtbot.keyClick(editor.line, key)
        qtbot.keyClick(editor.line, KEY.Key_Return)
        words = panel.board.refused.text()
        kind = "a whole number" if isinstance(field.default, int) else "a number"
        low, high = (number(field.metadata[end]) for end in ("low", "high"))
        asked = f"{field.metadata['label']}: is empty; it must be {kind} from {low} to {high}. In use: "
        assert words.startswith(asked), words


def test_that_a_list_that_was_emptied_is_a_network_without_hidden_layers(panel, qtbot):
    editor = panel.form.row("hidden").editor
    editor.line.setFocus()
    editor.line.selectAll()
    qtbot.keyClick(editor.line, KEY.Key_Delete)
    qtbot.keyClick(editor.line, KEY.Key_Return)
    assert panel._session.store.spec.hidden == ()
    assert not panel.board.refused.text()
