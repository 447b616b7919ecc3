"""Another language in an open window: all that says words is made anew, and goes on as it was."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QCheckBox, QDialog, QLineEdit, QWidget

from tp5gui import language
from tp5gui.panels.calm import CalmBox, CalmSlider, CalmSpinBox

if TYPE_CHECKING:
    from tp5gui.windows.main_window import MainWindow


def say_all_in(window: "MainWindow", name: str) -> None:
    """Let a window speak a language, one of `core.base.words.LANGUAGES`.

    Training, the drawing, undo, the places of the panels and the focus stay; dialogs are closed, but for the
    window of the data sets, which opens again. What was said before stays as it was said.
    """
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    app.setOverrideCursor(Qt.CursorShape.WaitCursor)  # it takes most of a second
    try:
        _say_all_in(app, window, name)
    finally:
        app.restoreOverrideCursor()


def _say_all_in(app: QApplication, window: "MainWindow", name: str) -> None:
    sets = window.data_sets is not None
    window.session.acting.emit()  # what is still being typed counts
    window.session.picking.stop()
    for dialog in window.findChildren(QDialog):
        dialog.close()
    for _, view in window.asking_views:
        view.set_shown(False)
    window.stage.leave()
    window.guide.retire()
    before = Furniture(window)
    language.speak(app, name)
    window.furnish()
    before.hand_over(window)
    if sets:
        window.open_data_sets()


class Furniture:
    """What a window was furnished with, until that is deleted."""

    def __init__(self, window: "MainWindow") -> None:
        self._places = _places(window)
        self._latent, self._study, self._status = window.latent, window.study, window.status
        self._curves = window.training.curves is not None
        self._pieces = window.explaining, window.chosen_by_eye, window.menus.help, window.menus
        self._focus = window.focusWidget()

    def hand_over(self, window: "MainWindow") -> None:
        """Let what a window is furnished with now go on from this, which is deleted."""
        if self._curves:
            window.training.add_curves()
        for name, view in window.asking_views:
            view.set_shown(window.is_in_sight(window.dock(name).widget()))
        window.session.show_again()
        for place, before in zip(_places(window), self._places, strict=True):
            for kind in CONTROLS:
                for control, other in _alike(kind, place, before):
                    _go_on(control, other)
            if self._focus is not None and before.isAncestorOf(self._focus):
                _take_focus(self._focus, place, before)
        window.experiment.form.try_all()  # what was refused stands there again, and is refused again
        window.latent.go_on_from(self._latent)
        window.study.go_on_from(self._study)
        window.status.go_on_from(self._status)
        for piece in self._pieces:
            piece.deleteLater()


def _places(window: "MainWindow") -> list[QWidget]:
    """The bar, and the panels in their frames."""
    return [window.controls, *(area for dock in window.docks if (area := dock.widget()) is not None)]


CONTROLS: tuple[type[QWidget], ...] = (CalmBox, CalmSlider, CalmSpinBox, QCheckBox, QLineEdit)


def _alike(kind: type[QWidget], place: QWidget, before: QWidget) -> list[tuple[QWidget, QWidget]]:
    """The widgets of a kind in a place, each with the one that stood there before."""
    now, then = place.findChildren(kind), before.findChildren(kind)
    return list(zip(now, then, strict=True)) if len(now) == len(then) else []


def _go_on(control: QWidget, before: QWidget) -> None:
    """Let a control stand as the one in its place stood before."""
    match control, before:
        case CalmBox(), CalmBox():
            control.setCurrentIndex(before.currentIndex())
        case CalmSlider(), CalmSlider():
            control.setValue(before.value())
        case CalmSpinBox(), CalmSpinBox():
            control.setValue(before.value())
        case QCheckBox(), QCheckBox():
            control.setChecked(before.isChecked())
        case QLineEdit(), QLineEdit() if not isinstance(control.parent(), CalmSpinBox):
            control.setText(before.text())


def _take_focus(focus: QWidget, place: QWidget, before: QWidget) -> None:
    """Give the focus to the widget that stands where the one that had it stood."""
    for widget, other in _alike(type(focus), place, before):
        if other is focus:
            widget.setFocus()
