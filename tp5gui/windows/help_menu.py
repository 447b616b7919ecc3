"""The help menu: what is seen, what can be done, and what this is."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QDialog, QMenu

from core.base.words import say
from tp5gui.windows.about import About
from tp5gui.windows.shortcuts import ShortcutSheet
from tp5gui.windows.slides import Slides

if TYPE_CHECKING:
    from tp5gui.windows.main_window import MainWindow


class HelpMenu(QObject):
    """Fills the help menu of a window; what it opens stays beside the window, and is there once."""

    def __init__(self, window: "MainWindow", menu: QMenu) -> None:
        super().__init__(window)
        self._window, self._menu = window, menu
        self._entry(say("&What am I seeing?"), window.explaining.explain_looked_at, "F1")
        menu.aboutToHide.connect(window.explaining.forget_pointer)  # it is where the menu was
        self._entry(say("&Shortcuts and gestures"), self._show_shortcuts, "?")
        self._entry(say("The s&lides and their places"), self._show_slides)
        self._entry(say("&Hints of the first minute"), window.guide.begin_again)
        menu.addSeparator()
        self._entry(say("&About tp5gui"), self._show_about)

    def _entry(self, title: str, command: Callable[[], object], key: str = "") -> None:
        action = QAction(title, self._menu)
        if key:
            action.setShortcut(QKeySequence(key))
        action.triggered.connect(lambda _checked=False: command())
        self._menu.addAction(action)

    def _show_shortcuts(self) -> None:
        bring(self._window, ShortcutSheet, lambda: ShortcutSheet(self._window.menuBar(), self._window))

    def _show_slides(self) -> None:
        bring(self._window, Slides, lambda: Slides(self._window))

    def _show_about(self) -> None:
        bring(self._window, About, lambda: About(self._window))


def bring(window: "MainWindow", kind: type[QDialog], make: Callable[[], QDialog]) -> None:
    """Show the one dialog of a kind that a window has; it waits for nothing, and nothing waits for it."""
    there = window.findChild(kind)
    dialog = there if isinstance(there, QDialog) else make()
    dialog.show()
    dialog.activateWindow()
