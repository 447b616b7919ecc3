"""Before a class: the window full screen, in large type with few controls, or one panel alone."""

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QByteArray, QEvent, QObject, Qt, QTimer, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from core.base.words import say
from tp5gui import theme
from tp5gui.canvases.canvas import Canvas
from tp5gui.windows.docks import PanelDock
from tp5gui.windows.shares import SETTLED, Held
from tp5gui.windows.standing import Key
from tp5gui.zooms import ZOOMS

if TYPE_CHECKING:
    from tp5gui.windows.main_window import MainWindow

LARGER = 2  # steps of the zoom that type has more before a class
NEVER = (1 << 24) - 1  # px: QWIDGETSIZE_MAX, which Python has not


@dataclass(frozen=True)
class Before:
    """What the window was before something was presented.

    Attributes
    ----------
    layout : the geometry of the window and the state of its panels, as Qt writes them.
    held : the sizes of the panels.
    open : the panels that were not closed.
    focus : the key in `MainWindow.made` of what had the focus; None for nothing in there.
    zoom : of all type, in percent.
    full : whether the window filled the screen.
    """

    layout: tuple[QByteArray, QByteArray]
    held: Held
    open: frozenset[PanelDock]
    focus: Key | None
    zoom: int
    full: bool


class Stage(QObject):
    """Takes the window before a class, and back to what it was: Esc ends whatever this did.

    Where Esc means something else first, as to a picture in which something is held, the line at the foot
    says what, as long as that is so.

    Full screen alone changes nothing in the window. What is presented has larger type, and neither menus nor
    the settings; the keys of the menus work all the same. From all panels it goes to one and back to all;
    what is presented already, asked for again, ends it.

    Attributes
    ----------
    before : what the window was, while something is presented; else None.
    """

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self.before: Before | None = None
        self._one: PanelDock | None = None  # the panel that is presented alone
        self._undone: dict[PanelDock, bool] = {}  # panels that undo showed again or redo closed meanwhile
        self._picture: Canvas | None = None  # that the keys go to
        for dock in window.docks:
            dock.returned.connect(partial(self._on_returned, dock))
            dock.closed.connect(self._on_closed, Qt.ConnectionType.QueuedConnection)  # once it is hidden
        window.arrangement.rearranging.connect(self._make_way)
        for turn in (window.session.picking.began, window.session.picking.ended):
            turn.connect(self.say_next)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self.on_focus_changed)

    @property
    def on(self) -> bool:
        """Whether something is presented."""
        return self.before is not None

    @Slot()
    def toggle_full_screen(self) -> None:
        """Fill the screen with the window, or leave it as it was."""
        if not self.leave():
            self._fill_screen(True)

    @Slot()
    def present(self) -> None:
        """Present all panels but the settings, or end it."""
        if self.on and self._one is None:
            self.leave()
        else:
            self._show(None)

    @Slot()
    def present_one(self) -> None:
        """Present the panel that is looked at, alone, or end it."""
        looked_at = self._window.explaining.looked_at()
        if self._one is not None:
            self.leave()
        elif isinstance(looked_at, PanelDock):
            self._show(looked_at)

    @Slot()
    def leave(self) -> bool:
        """End what was begun here; whether there was anything to end."""
        window, before = self._window, self.before
        if before is None:
            full = window.isFullScreen()
            self._fill_screen(False)
            return full
        self.before = self._one = None
        self._show_controls(True)
        _zoom(before.zoom)
        self._fill_screen(before.full)
        window.arrangement.put_back(before.layout[1])
        for dock, shown in self._undone.items():
            if shown and dock.is_closed:
                dock.bring()
            elif not shown:
                dock.hide()
        window.arrangement.shares.give(before.held)
        self._undone = {}
        if before.focus in window.made:
            window.made[before.focus].setFocus()
        QTimer.singleShot(SETTLED, self, self._look_again)
        return True

    def go_on(self) -> None:
        """Present on, where the controls of the window were made anew."""
        if self.on:
            self._show_controls(False)

    @Slot(QWidget, QWidget)
    def on_focus_changed(self, before: QWidget | None, now: QWidget | None) -> None:
        if self._picture is not None and shiboken6.isValid(self._picture):
            self._picture.holds.disconnect(self.say_next)
        self._picture = now if isinstance(now, Canvas) else None
        if self._picture is not None:
            self._picture.holds.connect(self.say_next)
        self.say_next()
        if now is not None and now is self._window.menuBar():
            self.leave_menus()

    @Slot()
    def leave_menus(self) -> None:
        """Go back from the bar of the menus, which nobody sees now, unless one of them is open."""
        if self.on:
            QTimer.singleShot(0, self, self._leave_menus)  # Qt goes to the bar when a menu has closed

    @Slot()
    def say_next(self) -> None:
        """Say at the foot what Esc ends first, as long as something comes before what is presented."""
        if self.on:
            self._window.status.stand("esc", self._next)

    @property
    def _next(self) -> str:
        """What Esc ends first, in words; "" where nothing comes before, or where it is said already."""
        window, focus = self._window, QApplication.focusWidget()
        if window.explaining.card.about:
            return say("Esc closes the explanation.")
        if window.session.picking.active:
            return ""
        if isinstance(focus, Canvas) and focus.held:
            return focus.held
        if window.study.form.running and focus is not None and window.study.isAncestorOf(focus):
            return say("Esc stops the study.")
        return ""

    @Slot()
    def _leave_menus(self) -> None:
        bar = self._window.menuBar()
        if self.on and bar.hasFocus() and QApplication.activePopupWidget() is None:
            escape = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier)
            QApplication.sendEvent(bar, escape)

    def _show(self, one: PanelDock | None) -> None:
        """Present one panel, or all but the settings."""
        window = self._window
        focus = next((key for key, each in window.made.items() if each is window.focusWidget()), None)
        if self.before is None:
            arrangement, closed = window.arrangement, window.closed_panels.closed
            self.before = Before(
                arrangement.now, arrangement.shares.held, frozenset(window.docks) - {*closed},
                focus, theme.zoom(), window.isFullScreen(),
            )  # fmt: skip
            arrangement.shares.forget()
            self._show_controls(False)
            _zoom(ZOOMS[min(ZOOMS.index(self.before.zoom) + LARGER, len(ZOOMS) - 1)])
        self._one = one
        for dock in window.docks:
            dock.setVisible(self._is_presented(dock))
            dock.setFloating(False)  # a window of its own would not hear Esc
        self._fill_screen(True)
        for key in (self.before.focus, focus):  # the last of them that is in sight gets it
            if key in window.made and window.is_in_sight(window.made[key]):
                window.made[key].setFocus()  # putting panels in their places, Qt gave it to the first control
        QTimer.singleShot(SETTLED, self, self._look_again)

    def _is_presented(self, dock: PanelDock) -> bool:
        if self._one is not None:
            return dock is self._one
        was_open = self.before is not None and dock in self.before.open
        return dock.objectName() != "experiment" and self._undone.get(dock, was_open)

    def _on_returned(self, dock: PanelDock, shown: bool) -> None:
        """Undo shows a panel again, or redo closes it again: at once, or after what is presented."""
        if self.on:
            self._undone[dock] = shown
        if self.on and not (shown and self._is_presented(dock)):
            dock.setVisible(dock is self._one)
        elif shown:
            dock.bring()
        else:
            dock.hide()

    @Slot()
    def _on_closed(self) -> None:
        """With the last panel that was presented, presenting ends."""
        if self.on and all(dock.is_closed for dock in self._window.docks):
            self.leave()

    @Slot()
    def _make_way(self) -> None:
        """All panels are arranged next, not only those that are presented."""
        if self.on:
            self.leave()

    @Slot()
    def _look_again(self) -> None:
        self._window.arrangement.look_again()
        self._window.tell_sight()

    def _fill_screen(self, on: bool) -> None:
        """Qt's own way to and from full screen forgets that a window was maximised."""
        state, full = self._window.windowState(), Qt.WindowState.WindowFullScreen
        self._window.setWindowState(state | full if on else state & ~full)

    def _show_controls(self, on: bool) -> None:
        """Show the menus, or say how they come back; of menus that are hidden the keys would be dead."""
        self._window.menuBar().setMaximumHeight(NEVER if on else 0)
        self._window.closed_panels.hush(not on)
        self._window.guide.hush(not on)
        status = self._window.status
        status.stand("esc", "")
        status.stand("stage", "" if on else say("Esc brings everything back as it was."), under=True)
        self.say_next()


def _zoom(percent: int) -> None:
    app = QApplication.instance()
    if isinstance(app, QApplication) and percent != theme.zoom():
        theme.set_zoom(app, percent)
