"""Where the panels are: at first, as the person has them, and which of them can be seen."""

from collections.abc import Mapping, Sequence
from functools import partial
from itertools import pairwise

from PySide6.QtCore import QByteArray, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QDockWidget, QMainWindow, QWidget

from core.base.words import say
from tp5gui.session.session import Session
from tp5gui.settings import Settings
from tp5gui.windows.docks import Arranging, Closing, PanelDock
from tp5gui.windows.shares import Shares

SEPARATOR = 6  # px between two panels, as the style sheet has it
SIDE = 0.27  # of the window's width: the experiment has no more at first
MAP = 0.335  # of what is left beside the experiment, at first
BELOW = (54, 46)  # shares of what is drawn and of the panels below: at 1024x700 all of them are whole


class Arrangement(QObject):
    """Gives the panels their frames and places, takes note of those that close, and puts all back.

    Parameters
    ----------
    names : of the panels' frames, in the order of the View menu: the experiment, what is drawn, those that
        share a place, and the map.

    Attributes
    ----------
    docks : the panels' frames, in that order.
    shares : keeps their sizes while type is zoomed.

    Signals
    -------
    rearranging() : all panels are given other places next.
    """

    rearranging = Signal()

    def __init__(
        self,
        window: QMainWindow,
        session: Session,
        settings: Settings,
        names: Sequence[str],
    ) -> None:
        super().__init__(window)
        self._window, self._session, self._settings = window, session, settings
        self._behind: set[QDockWidget] = set()  # panels behind another one, or closed
        self._puts_back = False  # a state, for which Qt closes panels as a person does
        self.docks = [self._dock(name) for name in names]
        self._place()
        self.shares = Shares(window, self.docks, self.is_in_sight)

    def fill(self, panels: Mapping[str, tuple[str, QWidget]]) -> None:
        """Put panels, each with its title, into the frames of their names, wherever these are."""
        for name, (title, panel) in panels.items():
            self.dock(name).fill(title, panel)

    def dock(self, name: str) -> PanelDock:
        """The frame of the panel of this name."""
        return next(dock for dock in self.docks if dock.objectName() == name)

    def is_in_sight(self, widget: QWidget) -> bool:
        """Whether a widget is shown and its panel does not lie behind another."""
        return widget.isVisibleTo(self._window) and not any(
            dock.isAncestorOf(widget) for dock in self._behind
        )

    def look_again(self) -> None:
        """Find out anew which panels lie behind others: of those put back Qt tells in no certain order.

        A floating panel has no region of its own in sight: what it frames covers all of it.
        """
        self._behind = {
            dock
            for dock in self.docks
            if not dock.isVisible() or (not dock.isFloating() and dock.visibleRegion().isEmpty())
        }

    def before(self, dock: PanelDock) -> PanelDock | None:
        """The panel that lies before one that shares its place; None where nothing does."""
        others = self._window.tabifiedDockWidgets(dock)
        return next((other for other in self.docks if other in others and other not in self._behind), None)

    def restore(self) -> bool:
        """Put the panels back where they were; False where nothing says where that was."""
        kept = self._settings.layout()
        if kept is None or not self._settings.try_layout():
            return False
        geometry, state = kept
        return self._window.restoreGeometry(geometry) and self.put_back(state)

    def put_back(self, state: QByteArray) -> bool:
        """Give the panels a state that Qt wrote once; whether it could be read."""
        self._puts_back = True
        done = self._window.restoreState(state, Settings.LAYOUT)
        self._puts_back = False
        return done

    def lift(self) -> None:
        """Show floating panels anew, once the window is there.

        Qt (6.11) shows them when they are put back, before the window: then a window manager knows of no
        window that they belong to, and lays it over them for good.
        """
        for dock in self.docks:
            if dock.isFloating() and dock.isVisible():
                dock.hide()
                dock.show()

    @property
    def now(self) -> tuple[QByteArray, QByteArray]:
        """The window's geometry and the state of the panels, as Qt writes them."""
        return self._window.saveGeometry(), self._window.saveState(Settings.LAYOUT)

    def keep(self, before: tuple[QByteArray, QByteArray] | None) -> None:
        """Remember where the panels are, while the window closes; or where they were before a class."""
        for dock in self.docks:
            dock.stay()
        self._settings.keep_layout(*(before or self.now))

    def reset(self) -> None:
        """Put the panels back where they were at first."""
        self._settings.forget_layout()
        self.rearranging.emit()
        self._session.history.stack.push(Arranging(self.now[1], self._arrange))

    def share_out(self) -> None:
        """Give every panel its share of the window as it is now."""
        experiment, draw, training, *_, latent = self.docks
        side = min(experiment.widget().sizeHint().width(), round(SIDE * self._window.width()))
        rest = self._window.width() - side - 2 * SEPARATOR
        across = [side, rest - round(MAP * rest), round(MAP * rest)]
        self._window.resizeDocks([experiment, draw, latent], across, Qt.Orientation.Horizontal)
        self._window.resizeDocks([draw, training], BELOW, Qt.Orientation.Vertical)

    def _arrange(self, state: QByteArray | None) -> None:
        """Give the panels a state that Qt wrote once, or the places that they have at first."""
        self.rearranging.emit()
        if state is not None:
            self.put_back(state)
        else:
            self._place()
            self.share_out()
        self.shares.forget()

    def _place(self) -> None:
        """Put every panel where it is at first; `restoreState` would leave dead tabs behind (Qt 6.11)."""
        for dock in self.docks:
            dock.setFloating(False)  # first: one that is removed stays floating
            self._window.removeDockWidget(dock)
        experiment, draw, *others, latent = self.docks
        runs = self.dock("runs")  # a list of cards, beside the form: the row of tabs below is full
        sharing = [dock for dock in others if dock is not runs]
        self._window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, experiment)
        self._window.splitDockWidget(experiment, draw, Qt.Orientation.Horizontal)
        self._window.splitDockWidget(draw, latent, Qt.Orientation.Horizontal)
        self._window.splitDockWidget(draw, sharing[0], Qt.Orientation.Vertical)
        for front, behind in pairwise(sharing):
            self._window.tabifyDockWidget(front, behind)
        self._window.tabifyDockWidget(experiment, runs)
        for dock in self.docks:
            dock.show()
        experiment.raise_()
        sharing[0].raise_()

    def _dock(self, name: str) -> PanelDock:
        dock = PanelDock(name)
        dock.visibilityChanged.connect(partial(self._on_shown, dock))
        dock.closed.connect(partial(self._on_closed, dock))
        return dock

    def _on_closed(self, dock: PanelDock) -> None:
        if self._puts_back:
            return
        self._session.history.stack.push(Closing(dock))
        self._session.tell(say("{panel} is closed. Undo shows it again.", panel=dock.windowTitle()))

    def _on_shown(self, dock: QDockWidget, shown: bool) -> None:
        if shown:
            self._behind.discard(dock)
            history = self._session.history
            QTimer.singleShot(0, history, history.tidy)  # its closing may be undone by this; not within undo
        else:
            self._behind.add(dock)
