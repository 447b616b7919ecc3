"""Without sight: what a screen reader says of every control and picture, and what it is told by itself."""

from collections import Counter
from functools import cache

import pytest
from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QAbstractSlider,
    QApplication,
    QComboBox,
    QDialog,
    QDockWidget,
    QLabel,
    QLineEdit,
    QProgressBar,
    QScrollBar,
    QToolBar,
    QWidget,
)
from tabs import show_tab

from core.base.words import in_language
from tp5gui.canvases import telling
from tp5gui.canvases.canvas import Canvas
from tp5gui.canvases.sparkline import Sparkline
from tp5gui.canvases.study_plot import Mark, StudyPlot
from tp5gui.canvases.telling import Telling
from tp5gui.canvases.thumbnails import Thumbnails
from tp5gui.language import speak
from tp5gui.panels.story import Story
from tp5gui.session.comparing import Source
from tp5gui.session.messages import Phase
from tp5gui.session.session import RUNS
from tp5gui.windows.comparing import open_comparison

PICTURES = Canvas | Sparkline | Thumbnails
SHOWING = PICTURES | QAbstractButton | QAbstractSlider | QProgressBar | QDockWidget | QDialog | QToolBar
Name, Description, Role = QAccessible.Text.Name, QAccessible.Text.Description, QAccessible.Role
ALIKE = {"Beta", "Beta 2", "Offset", "Preset"}  # words of both languages
LONG = 80  # letters: a name is no explanation
# what every window says offscreen
pytestmark = pytest.mark.qt_log_ignore("does not support")


@pytest.fixture
def listening(qapp, monkeypatch):
    """A screen reader is there, and things settle at once."""
    telling.install()
    monkeypatch.setattr(telling, "SETTLED", 30)
    QAccessible.setActive(True)
    yield
    QAccessible.setActive(False)
    speak(qapp, "en")


def interface(widget):
    return QAccessible.queryAccessibleInterface(widget)


def name_of(widget):
    """What it is called. On Linux Qt calls a box of choices by its choice, and its label says what it is."""
    if not isinstance(widget, QComboBox):
        return interface(widget).text(Name)
    labels = [kin.text(Name) for kin, _ in interface(widget).relations()]
    assert widget.accessibleName() in labels
    return widget.accessibleName()


def description_of(widget):
    return interface(widget).text(Description)


def to_be_named(window):
    """Every widget of a window that takes the focus, or shows something that is not plain text."""
    for each in window.findChildren(QWidget):
        parent = each.parentWidget()
        is_part = (
            isinstance(each, QScrollBar)
            or each.objectName().endswith("_ext_button")
            or (isinstance(each, QLineEdit) and each.objectName().startswith("qt_"))
            or (isinstance(parent, QAbstractScrollArea) and parent.viewport() is each)
        )
        stops = each.focusPolicy() != Qt.FocusPolicy.NoFocus
        if each.window() is window and not is_part and (stops or isinstance(each, SHOWING)):
            yield each


say_in = cache(in_language)


def place_of(widget):
    """The panel, bar or dialog that a widget is in."""
    while not (isinstance(widget, QDockWidget | QToolBar) or widget.isWindow()):
        widget = widget.parentWidget()
    return widget


def faults(window, language):
    """What is wrong with the names of a window."""
    assert name_of(window)
    found, names = [], Counter()
    for each in to_be_named(window):
        name, about = name_of(each), description_of(each)
        where = (type(each).__name__, place_of(each).objectName(), each.objectName(), name)
        if not name.strip():
            found.append((*where, "has no name"))
        if isinstance(each, PICTURES | QAbstractSlider) and not about.strip():
            found.append((*where, "is not described"))
        if len(name) > LONG and not isinstance(each, QLabel):
            found.append((*where, "is a long name"))
        if "<" in name or ("\n" in name and not isinstance(each, QLabel)):
            found.append((*where, "is no plain name"))
        if name == " ".join(each.toolTip().split()) and len(name) > LONG // 2:
            found.append((*where, "is the help"))
        if isinstance(each, PICTURES) and interface(each).role() == Role.Client:
            found.append((*where, "is said to be anything"))
        if say_in(language, name) != name:
            found.append((*where, f"is not in {language}"))
        if each.focusPolicy() != Qt.FocusPolicy.NoFocus and each.isVisibleTo(place_of(each)):
            names[place_of(each), interface(each).role(), name] += 1
    return found + [
        (place.objectName(), name, "twice") for (place, _, name), times in names.items() if times > 1
    ]


def dialogs(window):
    """Every window that this one opens, one after the other."""
    sets = window.open_data_sets()
    yield sets
    sets.open_import("", "")
    yield opened(sets)
    sets.close()
    pair = [Source(name, str(RUNS / f"font-{name}.tp5")) for name in ("autoencoder", "denoiser")]
    for page in range(3):
        comparison = open_comparison(window, [] if page else pair)
        while comparison.numbers is None:
            QApplication.processEvents()
        comparison.show_page(page)
        yield comparison
        QApplication.sendPostedEvents(comparison, QEvent.Type.DeferredDelete)
    window.menus.show_preferences()
    yield opened(window)
    _, shortcuts, slides, _, _, about = window.menuBar().actions()[-1].menu().actions()
    for entry in (shortcuts, slides, about):
        entry.trigger()
        yield opened(window)


def opened(window):
    """The dialog that a window has open."""
    (dialog,) = (one for one in window.findChildren(QDialog) if one.isVisible())
    return dialog


def test_that_whatever_is_more_than_plain_text_has_a_name_of_its_own_in_either_language(
    listening, window, qapp, qtbot
):
    window.experiment.form.more.set_open(True)
    names = {}
    for language in ("en", "es"):  # dialogs in the second: what they lack, they lack in either
        window.speak(language)
        qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        qapp.processEvents()
        qtbot.waitUntil(lambda: window.draw.output.image is not None)
        assert not faults(window, language)
        names[language] = {name_of(each) for each in to_be_named(window)}
    assert names["en"] & names["es"] == ALIKE
    for dialog in dialogs(window):
        assert not faults(dialog, language)
        dialog.close()


class Hand(QObject):
    """In the place of a timer: it runs until a test says that its time is up."""

    timeout = Signal()

    def __init__(self, parent):
        super().__init__(parent)
        self.runs = 0

    def setSingleShot(self, once):
        assert once

    def setInterval(self, milliseconds):
        assert milliseconds

    def start(self):
        self.runs += 1


def test_that_what_changes_all_the_time_is_told_once_when_it_has_settled(listening, qtbot, monkeypatch):
    monkeypatch.setattr(telling, "QTimer", Hand)
    widget, told, built = QWidget(), [], []
    qtbot.addWidget(widget)
    widget.show()
    teller = Telling(widget, always=True)
    clock = teller.findChild(Hand)
    teller.told.connect(told.append)

    def show(value):
        teller.show(lambda: built.append(value) or f"It is\n{value}", value)

    show(0)
    assert clock.runs == 0  # what stands there at first is no news
    for value in range(1, 100):
        show(value)
        assert clock.runs == value  # every change lets the wait begin anew
        show(value)
        assert clock.runs == value
    assert not built
    assert not told
    clock.timeout.emit()
    assert told == ["It is 99."]
    show(98)
    show(99)
    clock.timeout.emit()
    assert told == ["It is 99."]  # which was heard
    assert teller.words == "It is 99."
    widget.hide()
    show(1)
    clock.timeout.emit()
    assert told == ["It is 99."]  # out of sight


def test_that_nothing_waits_or_is_put_into_words_while_nobody_listens(qtbot, monkeypatch):
    monkeypatch.setattr(telling, "QTimer", Hand)
    widget = QWidget()
    qtbot.addWidget(widget)
    teller = Telling(widget)
    for value in range(3):
        teller.show(pytest.fail, value)
    assert not teller.findChild(Hand).runs


def heard(place):
    """What is told of a place from now on."""
    words = []
    for each in place.findChildren(Telling):
        each.told.connect(words.append)
    return words


def test_that_a_person_hears_what_the_keys_do(listening, window, qtbot):
    draw, training = window.draw, window.training
    words = heard(window)

    def press(widget, key, modifier=Qt.KeyboardModifier.NoModifier):
        words.clear()
        window.activateWindow()
        if not widget.hasFocus():
            widget.setFocus(Qt.FocusReason.TabFocusReason)
            qtbot.waitUntil(widget.hasFocus)
        qtbot.keyClick(widget, key, modifier)

    canvas = draw.findChild(Story).canvas
    press(canvas, Qt.Key.Key_Right)
    row, column = canvas.image.shape[0] // 2, canvas.image.shape[1] // 2 + 1
    on = "on" if canvas.image[row, column] else "off"
    qtbot.waitUntil(lambda: f"Row {row + 1}, column {column + 1} is {on}." in words)
    press(canvas, Qt.Key.Key_Space)
    lit = int(window.session.drawing.image.sum())
    qtbot.waitUntil(lambda: any(f"{lit} of 35 pixels are on. The network answers" in each for each in words))
    assert len([each for each in words if "pixels are on" in each]) == 1
    view = draw.network.view
    press(view, Qt.Key.Key_Down)
    unit = int(view.inside.code.shown[1])
    qtbot.waitUntil(lambda: any(each.startswith(f"Number {unit + 1} of the code is") for each in words))
    press(view, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: any(each.startswith("Unit ") and "Activity now" in each for each in words))
    press(window.latent.map, Qt.Key.Key_Left)
    qtbot.waitUntil(
        lambda: any(each.startswith("Cursor at ") and "Decoded there: " in each for each in words)
    )
    assert "The nearest code is that of “" in words[-1]
    show_tab(qtbot, window, "Training")
    press(training.grid, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: f"{training.grid.explained(training.grid.current)}." in words)
    show_tab(qtbot, window, "Explore")
    qtbot.waitUntil(lambda: window.explore.strip.images is not None)
    press(window.explore.strip, Qt.Key.Key_Right)
    strip = window.explore.strip
    image = f"Image {strip.current + 1} of {len(strip.images)}: {strip.names[strip.current]}."
    qtbot.waitUntil(lambda: image in words)
    window.session.load_character(4)
    qtbot.waitUntil(lambda: any(each.endswith("The network answers: reads “d”.") for each in words))
    window.status.showMessage("Saved it")
    qtbot.waitUntil(lambda: "Saved it." in words)


def test_that_a_run_is_told_of_when_its_state_changes_and_not_while_it_trains(listening, window, qtbot):
    session, words = window.session, []
    window.controls.telling_going.told.connect(words.append)
    session.store.update(epochs=1_000_000)
    qtbot.mouseClick(window.controls.start, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: any(each.startswith("Learning. Epoch ") for each in words))
    epoch = session.frame.snapshot.epoch
    qtbot.waitUntil(lambda: session.frame.snapshot.epoch > epoch + 1000)
    assert len([each for each in words if each.startswith("Learning")]) == 1
    qtbot.mouseClick(window.controls.start, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: session.frame.phase is Phase.PAUSED)
    epoch = session.frame.snapshot.epoch
    qtbot.waitUntil(lambda: words[-1].startswith(f"Paused. Epoch {epoch:,} of 1,000,000, loss "))
    assert "wrong pixel" in words[-1]
    curves = window.training.curves
    assert description_of(curves).startswith(f"Epoch {curves.epochs[-1]:,}: loss ")


def test_that_a_study_tells_of_the_setting_that_the_keys_choose(listening, qtbot, light):
    plot = StudyPlot()
    qtbot.addWidget(plot)
    words = heard(plot)
    marks = [Mark(str(n), n, n, n, f"Gain {n}:\n{n} wrong pixels") for n in range(3)]
    plot.set_line(marks, range(3), ("gain", "wrong pixels"))
    plot.show()
    plot.activateWindow()
    assert description_of(plot) == "wrong pixels by gain; 3 of 3 settings have runs."
    plot.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(plot.hasFocus)
    qtbot.keyClick(plot, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: words[-1:] == [f"Gain {plot.current}: {plot.current} wrong pixels."])


def test_that_a_message_is_told_again_only_once_it_was_gone(listening, window, qtbot):
    status, words = window.status, heard(window.status)
    status.settle()
    status.stand("question", "")
    status.showMessage("Saved it.")
    qtbot.waitUntil(lambda: words == ["Saved it."])
    status.showMessage("Saved it.")
    qtbot.wait(3 * telling.SETTLED)
    assert words == ["Saved it."]
    for again in (2, 3):
        if again == 2:
            status.clearMessage()
        else:
            status.showMessage("Saved it.", 1)
            qtbot.waitUntil(lambda: not status.currentMessage())
        status.showMessage("Saved it.")
        qtbot.waitUntil(lambda again=again: words == ["Saved it."] * again)
    status.fail("The disk is full.")
    status.showMessage("Saved it.")
    qtbot.waitUntil(lambda: len(words) == 4)
    status.clearMessage()
    status.showMessage("Saved it.")
    qtbot.waitUntil(lambda: len(words) == 5)


def test_that_what_stands_is_not_told_again_at_every_step(listening, window, qtbot):
    status, words = window.status, heard(window.status)
    status.stand("question", "Where from?")
    qtbot.waitUntil(lambda: words == ["Where from?"])
    for _ in range(3):
        status.settle()
        qtbot.waitUntil(lambda: status.currentMessage() == "Where from?")
    status.showMessage("Saved it.")
    qtbot.waitUntil(lambda: words == ["Where from?", "Saved it."])
