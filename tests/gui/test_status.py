"""Faults look like faults, and stay until they are read."""

import re

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QLabel

from tests.sights import contrast, encoded
from tp5gui.panels.note import Note
from tp5gui.theme import DARK, ICONS, LIGHT, apply_theme
from tp5gui.windows.status import Status

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def status(qapp, qtbot, light):
    status = Status()
    qtbot.addWidget(status)
    status.resize(900, 24)
    status.show()
    return status


def said(status):
    return status.currentMessage()


def test_that_a_message_comes_and_goes(status, qtbot):
    status.showMessage("Saved.", 50)
    assert (said(status), status.fault) == ("Saved.", "")
    qtbot.waitUntil(lambda: said(status) == "")


def test_that_what_stands_is_said_again_after_a_message_until_who_said_it_takes_it_back(status, qtbot):
    status.stand("one", "Where from?")
    assert said(status) == "Where from?"
    status.showMessage("Saved.", 50)
    assert said(status) == "Saved."
    qtbot.waitUntil(lambda: said(status) == "Where from?")
    status.stand("other", "Preparing")
    assert said(status) == "Preparing"
    status.stand("other", "")
    qtbot.waitUntil(lambda: said(status) == "Where from?")
    status.stand("one", "Where from? “a”")
    assert said(status) == "Where from? “a”"
    status.stand("one", "")
    QApplication.processEvents()
    assert said(status) == ""


def test_that_a_message_stays_when_what_stands_behind_it_is_taken_back(status):
    status.stand("one", "Where from?")
    status.showMessage("Saved.")
    status.stand("one", "")
    QApplication.processEvents()
    assert said(status) == "Saved."


def test_that_what_stands_is_said_beside_a_fault_and_again_without_it(status, qtbot):
    status.fail("Something is wrong.")
    status.stand("one", "Where from?")
    status.showMessage("Saved.", 50)
    beside = status.findChildren(Note)[1]
    assert beside.text() == "Saved."
    qtbot.waitUntil(lambda: beside.text() == "Where from?")
    status.settle()
    qtbot.waitUntil(lambda: said(status) == "Where from?")


def test_that_no_message_covers_a_fault(status, qtbot):
    status.fail("The disk is full.")
    status.showMessage("Ready.")
    status.showMessage("Saved.", 50)
    assert said(status) == status.fault == "The disk is full."
    assert "Saved." in [label.text() for label in status.findChildren(QLabel)]
    qtbot.waitUntil(lambda: "Saved." not in [label.text() for label in status.findChildren(QLabel)])
    status.clearMessage()
    assert status.fault == "The disk is full."


def test_that_what_is_said_beside_a_fault_has_the_room_that_the_fault_leaves(status, qtbot):
    message = "Ready. Draw on the left, or press the blue button to watch it learn."
    status.fail("Damaged.")
    status.showMessage(message)
    (beside,) = [label for label in status.findChildren(QLabel) if label.text() == message]
    qtbot.waitUntil(lambda: beside.width() >= beside.sizeHint().width())
    status.fail("so long " * 60)
    status.showMessage(message)
    qtbot.waitUntil(lambda: 0 < beside.width() < beside.sizeHint().width())
    assert status.minimumSizeHint().width() < status.width() == 900


def test_that_a_fault_is_dismissed_by_its_button_and_the_one_before_comes_up(status, qtbot):
    status.fail("first")
    status.fail("second")
    status.fail("first")  # again: it is not listed twice
    for words in ("first", "second"):
        assert said(status) == words
        qtbot.mouseClick(status.dismiss, LEFT)
    assert said(status) == ""
    assert not status.dismiss.isVisible()


def test_that_a_fault_is_dismissed_by_keyboard(status, qtbot):
    status.fail("first")
    status.dismiss.setFocus()
    qtbot.keyClick(status.dismiss, Qt.Key.Key_Space)
    assert said(status) == ""


def test_that_what_the_person_does_next_settles_a_fault_unless_it_lasts(status):
    status.fail("settings", lasting=True)
    status.fail("run")
    status.settle()
    assert said(status) == "settings"


def test_that_a_fault_has_its_sign_and_its_words_for_those_who_hear(status):
    status.fail("The disk is full.")
    names = [label.accessibleName() for label in status.findChildren(QLabel)]
    assert "Fault: The disk is full." in names
    assert status.dismiss.accessibleName() == "Dismiss"
    assert status.dismiss.accessibleDescription() == "The disk is full."


def test_that_a_fault_too_long_for_the_line_is_whole_in_its_tool_tip(status, qtbot):
    words = " ".join(["long"] * 100)
    status.fail(words)
    (label,) = [one for one in status.findChildren(QLabel) if one.text() == words]
    label.grab()
    assert " ".join(label.toolTip().split()) == words


def colours(widget):
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    return {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_that_a_fault_is_seen_by_its_colour_and_its_sign(status, qapp, scheme):
    apply_theme(qapp, scheme)
    table = DARK if scheme == "dark" else LIGHT
    status.fail("The disk is full.")
    (words,) = [one for one in status.findChildren(QLabel) if one.text() == "The disk is full."]
    (sign,) = [one for one in status.findChildren(QLabel) if one.objectName() == "sign"]
    assert table.error_text in colours(words)
    assert table.error_text in colours(sign)
    status.settle()
    assert table.error_text not in colours(status)
    apply_theme(qapp, "light")


@pytest.mark.parametrize(("table", "name"), [(LIGHT, "light"), (DARK, "dark")])
def test_that_the_sign_has_the_colour_of_the_words_and_can_be_seen(table, name):
    body, *marks = re.findall(r'(?:fill|stroke)="(#\w+)"', (ICONS / f"error-on-{name}.svg").read_text())
    assert body == table.error_text
    for mark in marks:
        assert contrast(encoded(mark), encoded(body)) >= 4.5
    for ground in (table.ground, table.surface):
        assert contrast(encoded(body), encoded(ground)) >= 4.5


# --- in the window ---


def test_that_a_run_that_cannot_be_opened_is_said_until_the_next_one_is_there(window, qtbot, tmp_path):
    bad = tmp_path / "bad.tp5"
    bad.write_bytes(b"junk")
    with qtbot.waitSignal(window.session.failed):
        window.open_run(str(bad))
    window.session.tell("Copied.")
    assert "bad.tp5" in window.status.fault
    assert "Copied." in [label.text() for label in window.status.findChildren(QLabel)]
    window.session.open_trained("font-denoiser")
    qtbot.waitUntil(lambda: window.session.frame.spec.latent == 32)
    qtbot.waitUntil(lambda: window.status.fault == "")


def test_that_a_picture_that_was_not_written_is_said_until_one_is(window, qtbot, tmp_path):
    window.session.attempt(lambda: (tmp_path / "no" / "such").write_bytes(b""), str(tmp_path / "no"))
    assert "no" in window.status.fault
    window.session.attempt(lambda: None, str(tmp_path / "x.png"))
    assert window.status.fault == ""
    assert window.status.currentMessage().startswith("Saved")


def test_that_ready_never_covers_the_fault_of_the_first_run(qapp, qtbot, light, settings, tmp_path):
    from core import preset
    from tp5gui.session.session import Session
    from tp5gui.windows.main_window import MainWindow

    bad = tmp_path / "bad.tp5"
    bad.write_bytes(b"junk")
    window = MainWindow(Session(preset("font-autoencoder")), settings, str(bad))
    window.show()
    qtbot.waitUntil(lambda: window.session.frame is not None)
    assert "bad.tp5" in window.status.fault
    window.close()
    window.deleteLater()


def test_that_the_button_of_a_fault_does_not_take_the_focus(window, qtbot):
    window.activateWindow()
    (QApplication.focusWidget() or window).clearFocus()
    window.status.fail("The disk is full.")
    qtbot.keyClick(window, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is not window.status.dismiss
    qtbot.keyClick(window, Qt.Key.Key_Space)
    assert window.status.fault == "The disk is full."


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_that_the_reason_of_a_refusal_has_a_sign_beside_its_words(window, qtbot, qapp, scheme):
    apply_theme(qapp, scheme)
    table = DARK if scheme == "dark" else LIGHT
    line, reason = window.experiment.form.row("latent").editor.line, window.experiment.board.refused
    qtbot.keyClicks(line, "x")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    image = reason.grab(reason.rect()).toImage()
    left = {image.pixelColor(x, y).name() for x in range(18) for y in range(image.height())}
    assert table.error_text in left  # words begin at 22
    qtbot.keyClick(line, Qt.Key.Key_Escape)
    apply_theme(qapp, "light")
