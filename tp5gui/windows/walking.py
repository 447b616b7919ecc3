"""Ways through the window by keyboard: Tab from control to control, F6 from panel to panel, arrows in one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QTabBar, QWidget

from tp5gui.canvases.canvas import Canvas
from tp5gui.canvases.gestures import step_of
from tp5gui.windows.docks import PanelDock
from tp5gui.windows.rings import FocusShown
from tp5gui.windows.tabbing import after, controls_in, give_focus, go_to, in_order

if TYPE_CHECKING:
    from tp5gui.windows.main_window import MainWindow


@dataclass(frozen=True, slots=True)
class Place:
    """A part of the window that is gone to as a whole: a panel, the bar, or the line at the foot.

    Attributes
    ----------
    widget : what holds its controls.
    tabs : the tabs that it shares with panels behind it, where it is in front of them.
    """

    widget: QWidget
    tabs: QTabBar | None = None

    @property
    def controls(self) -> list[QWidget]:
        """What takes the keyboard in it, as it is read."""
        found = controls_in(self.widget)
        return in_order(self.widget.window(), found if self.tabs is None else [*found, self.tabs])

    def holds(self, widget: QWidget | None) -> bool:
        """Whether the keys go to it while a widget has the focus."""
        return widget is not None and (self.widget.isAncestorOf(widget) or widget is self.tabs)


class Walking(QObject):
    """Moves the focus through a window and its floating panels, in the order in which they stand.

    Attributes
    ----------
    shown : shows what has the focus.
    """

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self.shown = FocusShown(window)
        self._button: QAbstractButton | None = None  # that the keys go to
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self.on_focus_changed)
        for dock in window.docks:
            dock.visibilityChanged.connect(partial(self._on_shown, dock))

    @Slot(QWidget, QWidget)
    def on_focus_changed(self, before: QWidget | None, now: QWidget | None) -> None:
        if self._button is not None and shiboken6.isValid(self._button):
            self._button.removeEventFilter(self)
        self._button = now if isinstance(now, QAbstractButton) else None
        if self._button is not None:
            self._button.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Go from a button to its neighbours by arrow keys; Qt takes them for Tab, which leaves the panel."""
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        step = step_of(event)
        places = [*self._places(), *self._floating()] if step is not None else []
        here = next((place for place in places if place.holds(self._button)), None)
        if step is None or here is None:
            return False
        forward = sum(step) > 0
        beside = after(self._button, here.controls[:: 1 if forward else -1], around=False)
        go_to(beside, forward=forward)
        return True

    @Slot()
    def to_next_panel(self) -> None:
        """Go on to the next place that has anything to go to."""
        self._go(1)

    @Slot()
    def to_panel_before(self) -> None:
        """Go back to the place before."""
        self._go(-1)

    @Slot()
    def toggle_own_window(self) -> None:
        """Take the panel that is looked at out of the window, or put it back; the focus goes with it."""
        dock = self._window.explaining.looked_at()
        if isinstance(dock, PanelDock) and not self._window.stage.on:
            dock.setFloating(not dock.isFloating())
            self._enter(Place(dock))

    def tab(self, forward: bool) -> bool:
        """Go to the next control in sight, or to the one before; whether there is any."""
        return go_to(self._following(forward=forward), forward=forward)

    def _following(self, *, forward: bool) -> Iterator[QWidget]:
        """The controls from the one with the focus on; those of a place only where no other comes before."""
        step, focus = 1 if forward else -1, QApplication.focusWidget()
        places = self._places()[::step]
        here = next((place for place in places if place.holds(focus)), None)
        if here is not None:
            yield from after(focus, here.controls[::step], around=False)
        for place in after(here, places):
            yield from place.controls[::step]
        if here is not None:
            yield from here.controls[::step]

    def _go(self, step: int) -> None:
        """Go to the next panel, or to the one before."""
        places, focus = [*self._places(behind=True), *self._floating()][::step], QApplication.focusWidget()
        for place in after(next((one for one in places if one.holds(focus)), None), places):
            if self._enter(place, picture=True):
                return

    def _enter(self, place: Place, *, picture: bool = False) -> bool:
        """Raise a panel and give it the focus; whether there is anything in it to give it to.

        It goes to what had it last in there, or with `picture` first of all to the picture that the panel is
        about: there arrow keys do something at once.
        """
        if isinstance(place.widget, PanelDock):
            place.widget.raise_()
        target = self._target(place, picture=picture)
        if target is not None:
            place.widget.activateWindow()
            give_focus(target, Qt.FocusReason.ShortcutFocusReason)
            self.shown.show_keys()
        return target is not None

    def _target(self, place: Place, *, picture: bool = False) -> QWidget | None:
        """What gets the focus in a place: what had it last there, or what the panel is about."""
        controls = place.controls
        main, last = self._main(place.widget), place.widget.focusWidget()
        wanted = (*((main, last) if picture and isinstance(main, Canvas) else (last, main)), *controls)
        return next((each for each in wanted if each in controls), None)

    def _on_shown(self, dock: PanelDock, shown: bool) -> None:
        if not shown:  # whoever brought the other panel may give it the focus first
            QTimer.singleShot(0, self, partial(self._leave, dock))

    def _leave(self, dock: PanelDock) -> None:
        """Take the focus out of a panel that went behind another: Qt lets it hear keys there, unseen."""
        front = self._window.arrangement.before(dock)
        if front is not None and Place(dock).holds(QApplication.focusWidget()):
            target = self._target(Place(front))
            if target is not None:
                give_focus(target, Qt.FocusReason.OtherFocusReason)

    def _places(self, *, behind: bool = False) -> list[Place]:
        """The bar, the panels in the window as they stand, and the foot.

        Of panels that share a place the one in front, or all as their tabs stand if `behind`.
        """
        window, panels = self._window, []
        docked = [dock for dock in window.docks if not (dock.is_closed or dock.isFloating())]
        for front in in_order(window, [dock for dock in docked if window.is_in_sight(dock.widget())]):
            shared = {front, *window.tabifiedDockWidgets(front)}
            sharing = [dock for dock in docked if dock in shared]
            tabs = self._tabs_of(sharing)
            if behind and tabs is not None:
                by_title = {dock.windowTitle(): dock for dock in sharing}
                sharing = [by_title[tabs.tabText(index)] for index in range(tabs.count())]
            else:
                sharing = [front]
            panels += [Place(dock, tabs if dock is front else None) for dock in sharing]
        return [Place(window.bar), *panels, Place(window.status)]

    def _floating(self) -> list[Place]:
        return [Place(dock) for dock in self._window.docks if dock.isFloating() and dock.isVisible()]

    def _tabs_of(self, sharing: Sequence[PanelDock]) -> QTabBar | None:
        """The tabs of panels that share a place, None for a panel alone; Qt keeps dead ones, hidden."""
        titles = sorted(dock.windowTitle() for dock in sharing)
        for bar in self._window.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly):
            if bar.isVisible() and sorted(map(bar.tabText, range(bar.count()))) == titles:
                return bar
        return None

    def _main(self, place: QWidget) -> QWidget | None:
        """What a panel is about: there the keys go that have not been to anything else in it."""
        window = self._window
        return {
            "experiment": window.experiment.presets,
            "draw": window.draw.canvas,
            "training": window.training.curves or window.training.grid,
            "explore": window.explore.strip,
            "study": window.study.plot,
            "runs": window.runs.list,
            "network": window.network.network.view,
            "latent": window.latent.map,
        }.get(place.objectName(), window.controls.start)
