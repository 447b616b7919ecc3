"""Another language in an open window: all that says words is made anew, and goes on as it was."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QCheckBox, QDialog, QLineEdit, QWidget

from tp5gui import language
from tp5gui.panels.calm import CalmBox, CalmSlider, CalmSpinBox
from tp5gui.panels.picture_box import PictureBox

if TYPE_CHECKING:
    from tp5gui.windows.main_window import MainWindow


def say_all_in(window: "MainWindow", name: str) -> None:
    """Let a window speak a language, one of `core.base.words.LANGUAGES`.

    Training, the drawing, undo, the places of the panels and the focus stay; dialogs are closed, but for the
    window of the data sets, which opens again on the same set. What was said before stays as it was said.
    """
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    app.setOverrideCursor(Qt.CursorShape.WaitCursor)  # it takes most of a second
    try:
        _say_all_in(app, window, name)
    finally:
        app.restoreOverrideCursor()


def _say_all_in(app: QApplication, window: "MainWindow", name: str) -> None:
    if window.stage.on:
        window.stage.leave()
    looked_at = window.shelf.name if window.data_sets is not None else ""
    window.session.commit()
    window.session.picking.stop()
    for dialog in window.findChildren(QDialog):
        dialog.close()
    for _, view in window.asking_views:
        view.set_shown(False)
    window.guide.retire()
    before = Furniture(window)
    language.speak(app, name)
    window.furnish()
    before.hand_over(window)
    if looked_at:
        window.open_data_sets()
        window.shelf.look_at(looked_at)


def controls_of(place: QWidget) -> list[QWidget]:
    """What a person sets or takes the focus to in a place that was just made: a stack changes their order."""
    return [each for each in place.findChildren(QWidget) if each.focusPolicy() != Qt.FocusPolicy.NoFocus]


class Furniture:
    """What a window was furnished with, until that is deleted."""

    def __init__(self, window: "MainWindow") -> None:
        self._made = window.made
        self._form, self._latent = window.experiment.form, window.latent
        self._study, self._status = window.study, window.status
        self._curves = window.training.curves is not None
        self._pieces = window.explaining, window.chosen_by_eye, window.menus.help, window.menus
        self._focus = window.focusWidget()

    def hand_over(self, window: "MainWindow") -> None:
        """Let what a window is furnished with now go on from this, which is deleted."""
        if self._curves:
            window.training.add_curves()
        window.tell_sight()
        window.session.show_again()
        pairs = list(zip(window.made, self._made, strict=True))
        for control, before in pairs:
            if not window.experiment.isAncestorOf(control):  # which shows what the store holds
                _go_on(control, before)
        window.experiment.form.go_on_from(self._form, window.session.history.all())
        window.latent.go_on_from(self._latent)
        window.study.go_on_from(self._study)
        window.status.go_on_from(self._status)
        for control, before in pairs:
            if before is self._focus:
                control.setFocus()
        for piece in self._pieces:
            piece.deleteLater()


def _go_on(control: QWidget, before: QWidget) -> None:
    """Let a control stand as the one in its place stood before."""
    match control, before:
        case PictureBox(), PictureBox():
            control.setCurrentIndex(before.currentIndex())
        case CalmBox(), CalmBox():
            control.setCurrentIndex(control.findData(before.currentData()))
        case CalmSlider(), CalmSlider():
            control.setValue(before.value())
        case CalmSpinBox(), CalmSpinBox():
            control.setValue(before.value())
        case QCheckBox(), QCheckBox():
            control.setChecked(before.isChecked())
        case QLineEdit(), QLineEdit() if not isinstance(control.parent(), CalmSpinBox):
            control.setText(before.text())
