"""The help menu: what is seen, what can be done, and what this is."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QDialog, QMenu, QToolButton

from core.base.words import say
from tp5gui.windows.about import About
from tp5gui.windows.shortcuts import ShortcutSheet
from tp5gui.windows.slides import Slides

if TYPE_CHECKING:
    from tp5gui.windows.main_window import MainWindow


class HelpMenu(QObject):
    """Fills the help menu of a window; what it opens stays beside the window, and is there once.

    Attributes
    ----------
    back : a quiet button at the foot that brings the slides back after they made way.
    """

    def __init__(self, window: "MainWindow", menu: QMenu) -> None:
        super().__init__(window)
        self._window, self._menu = window, menu
        self.back = QToolButton()
        self.back.setText(say("Back to the slides"))
        self.back.setToolTip(say("The list of the slides made way for the place that it led to."))
        self.back.clicked.connect(self.show_slides)
        self.back.hide()
        window.status.addPermanentWidget(self.back)
        asked = self._entry(say("&What am I seeing?"), window.explaining.explain_looked_at, "F1")
        asked.setShortcutContext(Qt.ShortcutContext.ApplicationShortcut)  # in every window of ours
        menu.aboutToHide.connect(window.explaining.forget_pointer)  # it is where the menu was
        self._entry(say("&Shortcuts and gestures"), self.show_shortcuts, "?")
        self._entry(say("The s&lides and their places"), self.show_slides)
        self._entry(say("&Hints of the first minute"), window.guide.begin_again)
        menu.addSeparator()
        self._entry(say("&About tp5gui"), self.show_about)

    def _entry(self, title: str, command: Callable[[], object], key: str = "") -> QAction:
        action = QAction(title, self._menu)
        if key:
            action.setShortcut(QKeySequence(key))
        action.triggered.connect(lambda _checked=False: command())
        self._menu.addAction(action)
        return action

    def show_shortcuts(self) -> QDialog:
        """Open the sheet of the shortcuts beside the window."""
        sheet = ShortcutSheet
        return bring(self._window, sheet, lambda: sheet(self._window.menuBar(), self._window))

    def show_slides(self) -> QDialog:
        """Open the list of the slides beside the window, or bring it back."""
        return bring(self._window, Slides, self._slides)

    def show_about(self) -> QDialog:
        """Say what this is, beside the window."""
        return bring(self._window, About, lambda: About(self._window))

    def go_on_from(self, before: "HelpMenu") -> None:
        """Offer the way back to the slides where another menu offered it."""
        self.back.setVisible(not before.back.isHidden())

    def _slides(self) -> Slides:
        slides = Slides(self._window)
        slides.made_way.connect(self.back.setVisible)
        return slides


def bring(window: "MainWindow", kind: type[QDialog], make: Callable[[], QDialog]) -> QDialog:
    """Show the one dialog of a kind that a window has; it waits for nothing, and nothing waits for it."""
    there = window.findChild(kind)
    dialog = there if isinstance(there, QDialog) else make()
    dialog.show()
    dialog.activateWindow()
    return dialog
