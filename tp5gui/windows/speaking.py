"""Another language in an open window: all that says words is made anew, and goes on as it was."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication

from tp5gui import language
from tp5gui.windows.reopening import Reopening
from tp5gui.windows.standing import Standing
from tp5gui.windows.veil import Veil

if TYPE_CHECKING:
    from tp5gui.windows.main_window import MainWindow


def say_all_in(window: "MainWindow", name: str) -> None:
    """Let a window speak a language, one of `core.base.words.LANGUAGES`.

    Training, the drawing, undo, what is presented, the places of the panels, the dialogs that are open and
    the focus stay. What was said before stays as it was said.
    """
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    app.setOverrideCursor(Qt.CursorShape.WaitCursor)  # it takes most of a second
    veil = Veil(window)
    try:
        _say_all_in(app, window, name)
    finally:
        veil.wait()
        app.restoreOverrideCursor()


def _say_all_in(app: QApplication, window: "MainWindow", name: str) -> None:
    window.session.commit()
    window.session.picking.stop()
    before, dialogs = Furniture(window), Reopening(window)
    window.walking.shown.hush(True)
    dialogs.put_away()
    for _, view in window.asking_views:
        view.set_shown(False)
    window.guide.retire()
    language.speak(app, name)
    window.furnish()
    before.hand_over(window)
    dialogs.hand_over()
    before.retire(window)

    def scroll() -> None:
        before.scroll(window)
        dialogs.scroll()
        window.walking.shown.hush(False)

    QTimer.singleShot(0, window, scroll)


class Furniture:
    """What a window was furnished with, until that is deleted."""

    def __init__(self, window: "MainWindow") -> None:
        self._standing = Standing(window.made, window.focusWidget())
        self._form, self._latent = window.experiment.form, window.latent
        self._time = window.training.time
        self._study, self._status = window.study, window.status
        self._curves = window.training.curves is not None
        self._pinned = [view.view.marked for view in window.networks]
        self._about, self._help = window.explaining.card.about, window.menus.help
        self._pieces = window.explaining, window.chosen_by_eye, window.menus.help, window.menus

    def hand_over(self, window: "MainWindow") -> None:
        """Let what a window is furnished with now go on from this, which is deleted."""
        if self._curves:
            window.training.add_curves()
        window.tell_sight()
        window.session.show_again()
        self._standing.hand_over(window.made, but=window.experiment)  # which shows what the store holds
        window.experiment.form.go_on_from(self._form, window.session.history.all())
        window.latent.go_on_from(self._latent)
        window.training.time.go_on_from(self._time)
        window.study.go_on_from(self._study)
        window.status.go_on_from(self._status)
        window.on_travelled()  # what stands there says it in the language of before
        window.stage.go_on()
        for view, unit in zip(window.networks, self._pinned, strict=True):
            if unit is not None:
                view.on_pinned(unit)

    def retire(self, window: "MainWindow") -> None:
        """Let the rest go on, now that the dialogs are there, and delete what has had its time."""
        window.menus.help.go_on_from(self._help)
        window.explaining.explain(self._about)
        for piece in self._pieces:
            piece.deleteLater()

    def scroll(self, window: "MainWindow") -> None:
        """Scroll the panels as they were, once they are laid out."""
        self._standing.scroll(window.made)
