"""Before a class: the window full screen, in large type with few controls, or one panel alone."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QObject, QTimer, Slot
from PySide6.QtWidgets import QApplication

from core.base.words import say
from tp5gui import theme
from tp5gui.settings import Settings
from tp5gui.windows.docks import PanelDock
from tp5gui.windows.shares import SETTLED
from tp5gui.zooms import ZOOMS

if TYPE_CHECKING:
    from tp5gui.windows.main_window import MainWindow

LARGER = 2  # steps of the zoom that type has more before a class
NEVER = (1 << 24) - 1  # px: QWIDGETSIZE_MAX, which Python has not


class Stage(QObject):
    """Takes the window before a class, and back to what it was: Esc ends whatever this did.

    Full screen alone changes nothing in the window. What is presented has larger type, and neither menus nor
    the settings; the keys of the menus work all the same.

    Attributes
    ----------
    before : the geometry of the window and the state of its panels while something is presented, as they
        were before it; else None.
    """

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self.before: tuple[QByteArray, QByteArray] | None = None
        self._zoom = 100

    @property
    def on(self) -> bool:
        """Whether something is presented."""
        return self.before is not None

    @Slot()
    def toggle_full_screen(self) -> None:
        """Fill the screen with the window, or leave it as it was."""
        if self.on:
            self.leave()
        elif self._window.isFullScreen():
            self._window.showNormal()
        else:
            self._window.showFullScreen()

    @Slot()
    def present(self) -> None:
        """Present all panels but the settings, or end it."""
        self._take(lambda dock: dock.objectName() != "experiment" and not dock.is_closed)

    @Slot()
    def present_one(self) -> None:
        """Present the panel that is looked at, alone, or end it."""
        one = self._window.explaining.looked_at()
        if self.on or isinstance(one, PanelDock):
            self._take(lambda dock: dock is one)

    def leave(self) -> bool:
        """End what was begun here; whether there was anything to end."""
        window, before = self._window, self.before
        if before is None:
            full = window.isFullScreen()
            if full:
                window.showNormal()
            return full
        self.before = None
        self._show_controls(True)
        _zoom(self._zoom)
        geometry, panels = before
        window.restoreGeometry(geometry)
        window.restoreState(panels, Settings.LAYOUT)

        def again() -> None:
            """Once more when the panels know that they need less again, unless it began anew meanwhile."""
            if not self.on:
                window.restoreState(panels, Settings.LAYOUT)
                QTimer.singleShot(SETTLED, self, self._look_again)

        QTimer.singleShot(SETTLED, self, again)
        return True

    def _take(self, shown: Callable[[PanelDock], bool]) -> None:
        """Present the panels that are to be shown; where something is presented, end that."""
        if self.on:
            self.leave()
            return
        window = self._window
        self.before, self._zoom = window.arrangement.now, theme.zoom()
        there = [dock for dock in window.docks if shown(dock)]
        for dock in window.docks:
            dock.setVisible(dock in there)
            dock.setFloating(False)  # a window of its own would not hear Esc
        self._show_controls(False)
        _zoom(ZOOMS[min(ZOOMS.index(self._zoom) + LARGER, len(ZOOMS) - 1)])
        window.showFullScreen()
        QTimer.singleShot(SETTLED, self, self._look_again)

    def _look_again(self) -> None:
        self._window.arrangement.look_again()
        self._window.tell_sight()

    def _show_controls(self, on: bool) -> None:
        """Show the menus, or say how they come back; of menus that are hidden the keys would be dead."""
        self._window.menuBar().setMaximumHeight(NEVER if on else 0)
        self._window.closed_panels.hush(not on)
        self._window.status.stand("stage", "" if on else say("Esc brings everything back as it was."))


def _zoom(percent: int) -> None:
    app = QApplication.instance()
    if isinstance(app, QApplication) and percent != theme.zoom():
        theme.set_zoom(app, percent)
