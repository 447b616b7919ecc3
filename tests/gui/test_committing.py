"""A field acts on Enter or on leaving it, never at a keystroke."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QWidget

from tp5gui.panels.line import Line
from tp5gui.session.messages import Phase

KEY, LEFT = Qt.Key, Qt.MouseButton.LeftButton


@pytest.fixture
def running(window, qtbot):
    """A window whose run trains slowly."""
    window.session.store.update(epochs=1_000_000)
    window.session.set_speed(100)
    window.session.play()
    qtbot.waitUntil(lambda: window.session.frame.phase is Phase.RUNNING)
    return window


def line(window, name):
    return window.experiment.form.row(name).editor.line


def type_into(qtbot, field, text):
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, text)


@pytest.mark.parametrize(
    ("name", "text", "value"), [("learning_rate", "1e-3", 0.001), ("epochs", "20000", 20_000)]
)
def test_that_nothing_acts_before_what_is_typed_is_committed(running, qtbot, name, text, value):
    session, seen = running.session, []
    before = session.store.spec
    session.framed.connect(lambda frame: seen.append(getattr(frame.spec, name)))
    session.store.changed.connect(lambda spec, names: seen.append(getattr(spec, name)))
    type_into(qtbot, line(running, name), text)
    reached = session.frame.snapshot.epoch
    qtbot.waitUntil(lambda: session.frame.snapshot.epoch > reached)
    assert session.store.spec == before
    qtbot.keyClick(line(running, name), KEY.Key_Return)
    qtbot.waitUntil(lambda: getattr(session.frame.spec, name) == value)
    assert set(seen) == {getattr(before, name), value}
    assert session.frame.phase is Phase.RUNNING


def test_that_leaving_a_field_commits_it(window, qtbot):
    type_into(qtbot, line(window, "gain"), "2")
    line(window, "hidden").setFocus()
    assert window.session.store.spec.gain == 2


def test_that_a_command_counts_what_is_being_typed(window, qtbot):
    type_into(qtbot, line(window, "gain"), "2")
    qtbot.keyClick(window, KEY.Key_F7)
    qtbot.waitUntil(lambda: window.session.frame.spec.gain == 2)


def test_that_a_refused_value_stays_and_leaves_no_passing_one_in_force(running, qtbot):
    session, field, refused = (
        running.session,
        line(running, "learning_rate"),
        running.experiment.board.refused,
    )
    rate = session.store.spec.learning_rate
    type_into(qtbot, field, "1e9")
    assert field.property("invalid")
    line(running, "gain").setFocus()
    assert field.text() == "1e9"
    assert refused.isVisibleTo(running)
    assert refused.text().endswith(f"In use: {rate}.")
    assert session.store.spec.learning_rate == rate
    session.store.update(gain=3.0)  # another field, and the text stays
    assert field.text() == "1e9"


def test_that_escape_brings_the_value_in_use_back_and_the_next_one_is_for_others(window, qtbot):
    field, passed = line(window, "learning_rate"), []

    class Listener(QWidget):
        def keyPressEvent(self, event):
            passed.append(event.key())

    for text, commit in (("0.5", False), ("1e9", True)):
        type_into(qtbot, field, text)
        if commit:
            qtbot.keyClick(field, KEY.Key_Return)
        qtbot.keyClick(field, KEY.Key_Escape)
        assert field.text() == "0.015"
        assert not field.property("invalid")
        assert not window.experiment.board.refused.isVisibleTo(window)
        assert window.session.store.spec.learning_rate == 0.015
    around, alone = Listener(), Line()
    qtbot.addWidget(around)
    alone.setParent(around)
    type_into(qtbot, alone, "0.5")
    qtbot.keyClick(alone, KEY.Key_Escape)
    assert passed == []
    qtbot.keyClick(alone, KEY.Key_Escape)
    assert passed == [KEY.Key_Escape]


def test_that_the_slider_of_a_run_s_noise_acts_when_it_is_released(window, qtbot):
    session = window.session
    session.store.update(noise="flip")
    editor = window.experiment.form.row("noise_level").editor
    window.experiment.window().show()
    slider, seen = editor.slider, []
    session.store.changed.connect(lambda spec, names: seen.append(spec.noise_level))
    slider.setSliderDown(True)
    for position in (10, 30, 60):
        slider.setSliderPosition(position)
        assert editor.line.text() == f"0.{position // 10}"
    assert seen == []
    slider.setSliderDown(False)
    assert seen == [0.6]
    for _ in range(3):
        qtbot.keyClick(slider, KEY.Key_Right)
    assert session.store.spec.noise_level == pytest.approx(0.63)
    assert session.history.undo_text in ("Noise level 0 → 0.63", "Noise level 0.6 → 0.63")
    slider.setSliderDown(True)
    slider.setSliderPosition(5)
    slider.setSliderPosition(63)
    slider.setSliderDown(False)
    assert editor.line.text() == "0.63"


def test_that_nothing_moves_when_words_or_a_button_appear(window, qtbot):
    form = window.experiment.form

    def places():
        shown = [form.row(name).editor for name in ("dataset", "hidden", "latent", "gain")]
        return [
            one.mapTo(window, QPoint(0, 0)) for one in (*shown, window.controls.step, window.controls.speed)
        ]

    qtbot.wait(50)  # the first layout
    before = places()
    type_into(qtbot, line(window, "latent"), "0")
    qtbot.keyClick(line(window, "latent"), KEY.Key_Return)
    assert window.experiment.board.refused.isVisible()
    qtbot.wait(50)
    assert places() == before
    type_into(qtbot, line(window, "latent"), "3")
    qtbot.keyClick(line(window, "latent"), KEY.Key_Return)
    assert window.experiment.board.back.isVisible()
    qtbot.wait(50)
    assert places() == before


@pytest.mark.parametrize(("name", "typed"), [("latent", "0"), ("learning_rate", "much"), ("hidden", "3, x")])
@pytest.mark.parametrize("committed", [False, True])
def test_that_after_escape_one_can_type_anew(window, qtbot, name, typed, committed):
    field = line(window, name)
    shown = field.text()
    type_into(qtbot, field, typed)
    if committed:
        qtbot.keyClick(field, KEY.Key_Return)
    qtbot.keyClick(field, KEY.Key_Escape)
    assert (field.text(), field.selectedText()) == (shown, shown)
    qtbot.keyClicks(field, "5")
    qtbot.keyClick(field, KEY.Key_Return)
    assert getattr(window.session.store.spec, name) == ((5,) if name == "hidden" else 5)
