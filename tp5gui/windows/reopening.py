"""Dialogs that stand open while the language is switched: they open again, as they stood, in the other."""

import weakref
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRect, Qt, Slot
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from tp5gui.windows.about import About
from tp5gui.windows.comparing import CompareWindow, open_comparison
from tp5gui.windows.data_sets import DataSets
from tp5gui.windows.import_images import ImportImages
from tp5gui.windows.preferences import Preferences
from tp5gui.windows.shortcuts import ShortcutSheet
from tp5gui.windows.slides import Slides
from tp5gui.windows.standing import Made, Standing, made_in

if TYPE_CHECKING:
    from tp5gui.windows.main_window import MainWindow

FARTHEST = 1 << 20  # behind all that were ever in use


class Open:
    """A dialog that is to open again."""

    def __init__(self, dialog: QDialog) -> None:
        self.dialog = dialog
        self.geometry: QRect = dialog.geometry()
        self.hidden = dialog.isHidden()
        self._standing = Standing(made_in({"": dialog}), dialog.focusWidget())
        self._made: Made = {}

    def put_away(self) -> None:
        """Close it, so that another one can take its place."""
        self.dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        self.dialog.close()
        self.dialog.setParent(None)

    def hand_over(self, dialog: QDialog) -> None:
        """Let another one go on from it."""
        self._made = made_in({"": dialog})
        dialog.setGeometry(self.geometry)
        self._standing.hand_over(self._made)
        dialog.setHidden(self.hidden)
        self.dialog.deleteLater()

    def scroll(self) -> None:
        """Scroll the other one as it was."""
        self._standing.scroll(self._made)


class Fronts(QObject):
    """Knows in which order the dialogs came to the front, for as long as a window is there."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        # the one in front last; a closed one goes, with the set that it may have read
        self._order: list[weakref.ref[QDialog]] = []
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self.on_focus_changed)

    @Slot(QWidget, QWidget)
    def on_focus_changed(self, before: QWidget | None, now: QWidget | None) -> None:
        dialog = None if now is None else now.window()
        if isinstance(dialog, QDialog):
            others = [each for each in self._order if each() is not None and each() is not dialog]
            self._order = [*others, weakref.ref(dialog)]

    def depth(self, dialog: QDialog) -> int:
        """How far behind a dialog is: the more, the farther."""
        return next((depth for depth, each in enumerate(reversed(self._order)) if each() is dialog), FARTHEST)


class Reopening:
    """The dialogs of a window that speak its language; those of files and folders are the system's."""

    def __init__(self, window: "MainWindow") -> None:
        self._window = window
        self._active = QApplication.activeWindow()
        kinds = tuple(self._openers())
        dialogs = [each for each in window.findChildren(QDialog) if isinstance(each, kinds)]
        self._open = [Open(each) for each in sorted(dialogs, key=self._depth, reverse=True)]
        sets = window.data_sets
        self._set = None if sets is None else (window.shelf.name, sets.pictures.current)
        importing = None if sets is None else sets.importing
        self._importing = None if importing is None else (Open(importing), importing)

    def put_away(self) -> None:
        """Close them all."""
        if self._importing is not None:
            self._importing[0].put_away()
        for each in self._open:
            each.put_away()

    def hand_over(self) -> None:
        """Open them again, in the language in use, those farther behind first; what was in use is in use."""
        window, openers = self._window, self._openers()
        front: QWidget | None = None
        for each in self._open:
            dialog = openers[type(each.dialog)]()
            if isinstance(dialog, CompareWindow) and isinstance(each.dialog, CompareWindow):
                dialog.go_on_from(each.dialog)
            if isinstance(dialog, DataSets) and self._set is not None:
                self._look_again(dialog, *self._set)
            each.hand_over(dialog)
            front = dialog if each.dialog is self._active else front
        if self._importing is not None and self._importing[0].dialog is self._active:
            front = window.data_sets.importing if window.data_sets is not None else None
        elif self._active is window:
            front = window
        if front is not None:
            if front is not window:  # which lies behind its dialogs
                front.raise_()
            front.activateWindow()

    def scroll(self) -> None:
        """Scroll them as they were, once they are laid out."""
        for each in self._open:
            each.scroll()

    def _depth(self, dialog: QDialog) -> int:
        """How far behind a dialog is; one from which another was opened goes with that."""
        parts = [dialog, *dialog.findChildren(ImportImages)]
        return min(map(self._window.fronts.depth, parts))

    def _openers(self) -> dict[type[QDialog], Callable[[], QDialog]]:
        menus = self._window.menus
        return {
            DataSets: self._window.open_data_sets, Preferences: menus.show_preferences,
            ShortcutSheet: menus.help.show_shortcuts, Slides: menus.help.show_slides,
            About: menus.help.show_about, CompareWindow: partial(open_comparison, self._window, ()),
        }  # fmt: skip

    def _look_again(self, sets: DataSets, name: str, picture: int) -> None:
        """Show the same picture of the same set, and the source that was to be imported."""
        self._window.shelf.look_at(name, picture)
        if self._importing is not None:
            before, importing = self._importing
            sets.open_import()
            if sets.importing is not None:
                sets.importing.take_over(importing)
                before.hand_over(sets.importing)
