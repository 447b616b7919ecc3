"""The menus of the main window: the session's commands, recent runs, panels, what is set once and for all."""

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QAction, QActionGroup, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QDialog, QLineEdit, QMenu

from core.base.words import say
from core.experiment.wording import name_of
from tp5gui import theme
from tp5gui.language import SYSTEM
from tp5gui.panels.places import ask_place, ask_source
from tp5gui.session.kept_runs import words_of
from tp5gui.windows.film import ask_for_film
from tp5gui.windows.help_menu import HelpMenu, bring
from tp5gui.windows.pictures_out import PicturesOut
from tp5gui.windows.preferences import Preferences
from tp5gui.windows.settings_text import SettingsText
from tp5gui.words import literal
from tp5gui.zooms import ZOOMS

if TYPE_CHECKING:
    from tp5gui.windows.main_window import MainWindow

Shortcut = QKeySequence | QKeySequence.StandardKey
KEYS = QKeySequence.StandardKey
CLOSED = 50  # ms after a choice in a menu: by then it is off the screen


class Menus(QObject):
    """Fills a window's menu bar.

    Attributes
    ----------
    recent : the runs opened or saved lately; filled when it is about to show.
    kept : the runs that were kept by themselves; filled then as well.
    pictures : what can be taken away of what is on show.
    settings_text : copies the settings as text, and pastes others.
    """

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window, self._session, self._settings = window, window.session, window.settings
        self.pictures = PicturesOut(window, self)
        self.settings_text = SettingsText(self._session, self._session, self)
        self._add_file()
        self._add_edit()
        self._add_run()
        self._add_view()
        self.help = HelpMenu(window, self._menu(say("&Help")))

    def _add_file(self) -> None:
        file = self._menu(say("&File"))
        self._entry(file, say("&Open a run..."), self._choose_run, KEYS.Open)
        self.recent = file.addMenu(say("Open &recent"))
        self.recent.aboutToShow.connect(self._list_recent)
        self.kept = file.addMenu(say("Runs &kept for you"))
        self.kept.aboutToShow.connect(self._list_kept)
        self._entry(file, say("&Save the run as..."), self._choose_place, KEYS.Save)
        self._entry(file, say("Repor&t of the run..."), self._choose_page)
        self._entry(file, say("Save the learning as a &film..."), self._choose_film)
        file.addAction(self.pictures.save)
        file.addSeparator()
        self._entry(file, say("Data s&ets..."), self._window.open_data_sets, QKeySequence("Ctrl+D"))
        file.addSeparator()
        for name, title in (
            ("font-autoencoder", say("Trained &autoencoder")),
            ("font-denoiser", say("Trained &denoiser")),
        ):
            self._entry(file, title, partial(self._session.open_trained, name))
        file.addSeparator()
        self._entry(file, say("&Quit"), self._window.close, KEYS.Quit)

    def _add_edit(self) -> None:
        edit, draw, undoing = self._menu(say("&Edit")), self._window.draw, self._window.controls.undoing
        draw.clear.setShortcut(QKeySequence("Ctrl+Backspace"))
        draw.invert.setShortcut(QKeySequence("Ctrl+I"))
        edit.addActions([undoing.undo, undoing.redo])
        edit.addSeparator()
        edit.addActions([draw.clear, draw.invert])
        edit.addSeparator()
        edit.addAction(self.pictures.copy)
        edit.addActions([self.settings_text.copy, self.settings_text.paste])
        edit.addSeparator()
        preferences = self._entry(edit, say("&Preferences..."), self.show_preferences, QKeySequence("Ctrl+,"))
        preferences.setMenuRole(QAction.MenuRole.PreferencesRole)
        for line in self._window.findChildren(QLineEdit):
            line.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Leave undo and redo to the window where a line has nothing typed that they could be meant for."""
        if event.type() != QEvent.Type.ShortcutOverride:
            return False
        if not (isinstance(watched, QLineEdit) and isinstance(event, QKeyEvent)):
            return False
        undo = event.matches(KEYS.Undo) and not watched.isUndoAvailable()
        redo = event.matches(KEYS.Redo) and not watched.isRedoAvailable()
        if undo or redo:
            event.ignore()
        return undo or redo

    def _add_run(self) -> None:
        run, session = self._menu(say("&Run")), self._session
        for title, command, key in (
            (say("Start or &pause"), session.toggle, "F5"),
            (say("&Step one epoch"), session.step, "F9"),
            (say("&Rewind"), session.rewind, "F7"),
            (say("&New seed"), session.new_seed, "F8"),
        ):
            entry = self._entry(run, title, command, QKeySequence(key))
            entry.setShortcutContext(Qt.ShortcutContext.ApplicationShortcut)  # in every window of ours
        time = self._window.training.time
        run.addSeparator()
        run.addActions([time.play, time.earlier, time.later, time.now])
        run.addMenu(time.speeds)
        run.addSeparator()
        run.addActions([time.branch, time.compare])

    def _add_view(self) -> None:
        view = self._menu(say("&View"))
        view.aboutToHide.connect(self._window.explaining.forget_pointer)  # it is where the menu was
        for dock in self._window.docks:
            view.addAction(dock.toggleViewAction())
        view.addSeparator()
        self._entry(view, say("Show &all panels"), self._window.closed_panels.show_all)
        self._entry(view, say("&Reset the panels"), self._window.arrangement.reset)
        self._entry(view, say("Panel in its own &window, or back"), self._window.walking.toggle_own_window)
        view.addSeparator()
        walking = self._window.walking
        self._entry(view, say("Ne&xt panel"), walking.to_next_panel, QKeySequence("F6"))
        self._entry(view, say("Pre&vious panel"), walking.to_panel_before, QKeySequence("Shift+F6"))
        view.addSeparator()
        view.addAction(self._window.latent.fit)
        self._add_zoom(view)
        view.addSeparator()
        self._add_stage(view)
        view.addSeparator()
        self._add_languages(view)

    def _add_zoom(self, view: QMenu) -> None:
        larger = self._entry(view, say("&Larger type"), partial(self._zoom, 1))
        larger.setShortcuts([QKeySequence("Ctrl++"), QKeySequence("Ctrl+=")])  # = and + share a key
        smaller = self._entry(view, say("S&maller type"), partial(self._zoom, -1), QKeySequence("Ctrl+-"))
        normal = self._entry(
            view, say("&Normal type"), partial(self._window.set_zoom, 100), QKeySequence("Ctrl+0")
        )
        for entry in (larger, smaller, normal):  # in every window of ours
            entry.setShortcutContext(Qt.ShortcutContext.ApplicationShortcut)

    def _add_stage(self, view: QMenu) -> None:
        """For a class. F11 is taken on macOS, and what Qt takes for usual differs between Linux desktops."""
        stage, full = self._window.stage, KEYS.FullScreen if sys.platform == "darwin" else QKeySequence("F11")
        self._entry(view, say("&Full screen"), stage.toggle_full_screen, full)
        self._entry(view, say("&Present"), stage.present, QKeySequence("Ctrl+Shift+P"))
        self._entry(view, say("Present &one panel"), stage.present_one, QKeySequence("Ctrl+Shift+O"))

    def _add_languages(self, view: QMenu) -> None:
        """The languages, each by its own name; the word for them in English as well, for who is lost."""
        menu = view.addMenu(say("Lan&guage"))
        group = QActionGroup(menu)
        for choice, name in (
            (SYSTEM, say("As the &system")),
            ("en", "&English"),
            ("es", "Es&pañol"),
        ):
            entry = self._entry(menu, name, partial(self._speak, choice))
            entry.setCheckable(True)
            entry.setChecked(self._settings.language == choice)
            group.addAction(entry)

    def _speak(self, choice: str) -> None:
        """Once this menu is off the screen: while all is made anew nothing could take it away."""
        QTimer.singleShot(CLOSED, self._window, partial(self._window.speak, choice))

    def _zoom(self, steps: int) -> None:
        place = ZOOMS.index(theme.zoom()) + steps
        self._window.set_zoom(ZOOMS[min(max(place, 0), len(ZOOMS) - 1)])

    def _menu(self, title: str) -> QMenu:
        menu = self._window.menuBar().addMenu(title)
        menu.aboutToHide.connect(self._window.stage.leave_menus)
        return menu

    def _entry(
        self, menu: QMenu, title: str, command: Callable[[], object], shortcut: Shortcut | None = None
    ) -> QAction:
        action = QAction(title, menu)
        if shortcut is not None:
            action.setShortcut(shortcut)
        action.triggered.connect(lambda _checked=False: command())
        menu.addAction(action)
        return action

    def _list_recent(self) -> None:
        """Fill the menu of the runs opened or saved lately."""
        self.recent.clear()
        for path in self._settings.recent():
            self._offer_run(self.recent, Path(path), literal(Path(path).name))
        self._say_if_empty(self.recent)

    def _list_kept(self) -> None:
        """Fill the menu of the runs that were kept by themselves."""
        menu, kept = self.kept, self._session.kept
        menu.clear()
        for run in kept.runs() if kept is not None else ():
            self._offer_run(menu, run.path, literal(words_of(run)))
        self._say_if_empty(menu)
        menu.addSeparator()
        self._entry(menu, say("&How much is kept..."), self.show_preferences)

    def _offer_run(self, menu: QMenu, place: Path, title: str) -> None:
        entry = self._entry(menu, title, partial(self._window.open_run, str(place)))
        entry.setData(str(place))
        entry.setToolTip(str(place))

    def _say_if_empty(self, menu: QMenu) -> None:
        if menu.isEmpty():
            menu.addAction(say("None yet")).setEnabled(False)

    def _choose_run(self) -> None:
        kinds, folder = say("Runs (*.tp5)"), self._session.folder
        ask_source(self._window, say("Open a run"), self._window.open_run, kinds=kinds, start=folder)

    def _choose_place(self) -> None:
        kinds, save = say("Runs (*.tp5)"), self._session.save
        ask_place(self._window, say("Save the run"), kinds, "tp5", save, **self._proposed())

    def _choose_page(self) -> None:
        kinds, report = say("Web pages (*.html *.htm)"), self._session.report
        ask_place(self._window, say("Report of the run"), kinds, "html", report, **self._proposed())

    def _choose_film(self) -> None:
        """Ask how; meanwhile the training thread tells how the run came to where it is."""
        dialog = ask_for_film(self._window, self._window.writing, **self._proposed())
        self._window.training.destroyed.connect(dialog.reject)  # another language makes all anew
        self._session.recalled.connect(dialog.on_recalled)
        self._session.recall()

    def _proposed(self) -> dict[str, str]:
        """What a file of the run is called at first, and where: by what it is, and how far."""
        frame = self._session.frame
        name = "" if frame is None else f"{name_of(frame.built)}-{frame.now}"
        return {"name": name, "folder": self._session.folder}

    def show_preferences(self) -> QDialog:
        """Open the preferences beside the window."""
        return bring(self._window, Preferences, lambda: Preferences(self._window))
