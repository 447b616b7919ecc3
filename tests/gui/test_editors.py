"""What the editors of a form show is what they mean."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication

from core import Spec
from core.base.words import LANGUAGES, number, use_language
from core.experiment.fields import SpecError
from core.experiment.spec import FIELDS, parse_value
from tp5gui import theme, words
from tp5gui.panels.editors import TextEditor, editor_for, typed_value
from tp5gui.panels.experiment import ExperimentPanel
from tp5gui.panels.form import SpecForm
from tp5gui.session.session import Session
from tp5gui.session.store import Store

NUMBERS = [name for name, field in FIELDS.items() if type(field.default) is float]
FLOATS = st.floats(allow_nan=False, allow_infinity=False)


@pytest.fixture(scope="module")
def line(qapp):
    """An editor of the learning rate."""
    return TextEditor(FIELDS["learning_rate"])


@given(value=FLOATS)
def test_that_a_float_shown_by_an_editor_parses_back_to_the_same_float(line, value):
    line.show_value(value)
    assert parse_value("learning_rate", line.line.text()) == value


@given(widths=st.lists(st.integers(1, 4096), max_size=12).map(tuple))
def test_that_the_layers_shown_by_an_editor_parse_back_to_the_same_layers(qapp, widths):
    editor = TextEditor(FIELDS["hidden"])
    editor.show_value(widths)
    assert parse_value("hidden", editor.line.text()) == widths
    editor.deleteLater()


def test_that_every_digit_of_a_number_is_shown(line):
    line.show_value(0.00123456789)
    assert line.line.text() == "0.00123456789"


def test_that_the_tool_tip_of_a_number_says_its_limits_with_all_their_digits(qapp, qtbot):
    form = SpecForm(Store(Spec()))
    qtbot.addWidget(form)
    for name, field in FIELDS.items():
        low, high = field.metadata["low"], field.metadata["high"]
        if low is not None:
            assert f"From {number(low)} to {number(high)}" in " ".join(
                form.row(name).editor.toolTip().split()
            ), name


def test_that_every_field_has_a_row_and_every_choice_a_place_in_its_box(qapp, qtbot):
    form = SpecForm(Store(Spec()))
    qtbot.addWidget(form)
    for name, field in FIELDS.items():
        row, choices = form.row(name), field.metadata["choices"]
        assert row.label.text() == field.metadata["label"]
        if choices is not None:
            box = row.editor.box
            assert [box.itemData(index) for index in range(box.count())] == list(choices.names())
            assert [box.itemText(index) for index in range(box.count())] == [kind.label for kind in choices]


@pytest.mark.parametrize("name", NUMBERS)
def test_that_what_is_typed_is_reported_once_as_the_float_it_is(qapp, qtbot, name):
    editor = editor_for(FIELDS[name])
    qtbot.addWidget(editor)
    editor.edited.connect((edited := []).append)
    editor.line.selectAll()
    qtbot.keyClicks(editor.line, "0.012345678901234567")
    assert edited == []
    qtbot.keyClick(editor.line, Qt.Key.Key_Return)
    assert edited == [0.012345678901234567]


# --- values that are refused ---


@pytest.fixture
def experiment(qapp, qtbot, light):
    """The panel of a session that has not begun, too low to show all its fields."""
    panel = ExperimentPanel(Session(Spec(output="sigmoid", penalty="mmd", penalty_weight=1.0)))
    qtbot.addWidget(panel)
    panel.resize(panel.width(), 220)
    with qtbot.waitExposed(panel):
        panel.show()
    return panel


def border(control):
    """The colour in the middle of the control's left edge."""
    return control.grab().toImage().pixelColor(0, control.height() // 2).name()


def colours(widget):
    """Every colour that a widget paints, as 0xffRRGGBB, and its picture."""
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    return set(np.frombuffer(image.constBits(), np.uint32).tolist()), image


def test_that_any_control_whose_value_is_refused_is_marked_and_the_mark_goes(experiment, qtbot):
    red = QColor(theme.tokens().error).rgb()
    experiment.form.more.set_open(True)
    qtbot.wait(1)  # the layout is done in the loop
    for name in FIELDS:
        editor = experiment.form.row(name).editor
        editor.setEnabled(True)  # whether or not it plays a part
        _, before = colours(editor)
        editor.mark(True)
        assert red in colours(editor)[0], name
        editor.mark(False)
        assert colours(editor)[1] == before, name


def test_that_a_box_whose_choice_is_refused_is_red_and_brought_into_view(experiment, qtbot):
    row = experiment.form.row("penalty")
    variational = experiment.form.row("variational").editor.box
    qtbot.keyClick(variational, Qt.Key.Key_Space)
    assert experiment.board.refused.text().startswith("Code penalty: ")
    assert not variational.isChecked()
    assert experiment.form.more.is_open
    qtbot.waitUntil(lambda: not row.editor.visibleRegion().isEmpty())
    assert row.editor.visibleRegion().boundingRect() == row.editor.rect()
    assert border(row.editor.box) == theme.tokens().error
    qtbot.keyClick(row.editor.box, Qt.Key.Key_Home)
    assert not experiment.board.refused.isVisibleTo(experiment)
    assert border(row.editor.box) != theme.tokens().error


class Paints(QObject):
    """Counts how often a widget is painted; a grab would paint it anew whatever was asked for."""

    def __init__(self, widget):
        super().__init__(widget)
        self.count = 0
        widget.installEventFilter(self)

    def eventFilter(self, watched, event):
        self.count += event.type() == QEvent.Type.Paint
        return False


def coloured(widget, colour):
    """How many pixels of a widget have about this colour."""
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1, 4)[..., 2::-1].astype(int)
    wanted = np.array(QColor(colour).getRgb()[:3])
    return int((abs(pixels - wanted).max(2) < 24).sum())


def painted_after(widget, change):
    """Whether a change is painted by itself."""
    QApplication.processEvents()
    paints = Paints(widget)
    change()
    QApplication.processEvents()
    return paints.count > 0


@pytest.mark.parametrize("name", ["learning_rate", "optimizer", "dataset", "output"])
def test_that_a_mark_is_seen_at_once_and_goes_again(qapp, qtbot, light, name):
    form = SpecForm(Store(Spec()))
    form.more.set_open(True)
    qtbot.addWidget(form)
    form.show()
    editor, error = form.row(name).editor, theme.tokens().error
    control = editor.focusProxy()
    assert painted_after(control, lambda: editor.mark(wrong=True))
    assert coloured(control, error) > 30
    assert painted_after(control, lambda: editor.mark(wrong=False))
    assert coloured(control, error) == 0


def test_that_a_setting_that_waits_is_seen_at_once_and_no_longer_once_it_does_not(qapp, qtbot, light):
    form = SpecForm(Store(Spec()))
    form.more.set_open(True)
    qtbot.addWidget(form)
    form.show()
    label, accent = form.row("seed").label, theme.tokens().accent
    before = coloured(label, accent)
    assert painted_after(label, lambda: form.mark_stale(frozenset({"seed"})))
    assert coloured(label, accent) > before
    assert painted_after(label, lambda: form.mark_stale(frozenset()))
    assert coloured(label, accent) == before


def test_that_an_empty_list_reads_as_a_value(qapp):
    assert TextEditor(FIELDS["hidden"]).line.placeholderText() == "none"
    assert TextEditor(FIELDS["learning_rate"]).line.placeholderText() == ""


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("learning_rate", "0,001", 0.001),
        ("gain", " 1,25 ", 1.25),
        ("beta", ",5", 0.5),
        ("epochs", "1,000", 1000),
    ],
)
def test_that_a_lone_comma_is_the_decimal_mark_of_a_real_number(name, text, value):
    assert typed_value(name, text) == value


@pytest.mark.parametrize("speaks", LANGUAGES)
def test_that_a_number_is_taken_as_it_is_shown_in_either_language(speaks):
    use_language(speaks)
    try:
        shown = {
            number(2_147_483_647),
            number(1_240),
            words.count(1_240),
            "12.345.678",
            "12 345 678",
            "9\xa0999",
        }
        for text in shown:
            assert typed_value("epochs", text) == int(re.sub(r"\D", "", text))
        assert typed_value("beta", "1\u202f234.5") == typed_value("beta", "1 234,5") == 1234.5
    finally:
        use_language("en")


@pytest.mark.parametrize("text", ["1,000", "0,0,1", "0,1 0,01", "1.000,5"])
def test_that_a_number_that_could_be_read_in_two_ways_is_refused(text):
    with pytest.raises(SpecError, match="must be a number"):
        typed_value("learning_rate", text)


def test_that_a_long_text_shows_how_it_begins_while_nobody_writes_in_it(qtbot, light):
    editor = TextEditor(FIELDS["hidden"])
    qtbot.addWidget(editor)
    editor.resize(60, 30)
    editor.show()
    editor.show_value((300, 200, 100))
    assert editor.line.cursorPosition() == 0
    with qtbot.waitActive(editor):
        editor.activateWindow()
    editor.line.setFocus()
    qtbot.keyClick(editor.line, Qt.Key.Key_End)
    qtbot.keyClicks(editor.line, "0")
    assert editor.line.cursorPosition() == len("300, 200, 1000")
    editor.line.clearFocus()
    assert editor.line.cursorPosition() == 0
