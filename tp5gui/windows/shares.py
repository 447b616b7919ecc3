"""What the person gave the window and its panels: larger type takes more only while it needs it."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Slot
from PySide6.QtWidgets import QMainWindow, QTabBar, QWidget

from tp5gui.windows.docks import PanelDock

ROUNDS = 3  # of giving back: a panel finds out only in its new size that it needs still less
SETTLED = 50  # ms after the last change that a zoom of type brings to the panels
ANSWERED = 500  # ms after which a window manager that was asked for another size has done what it will do


class Held(NamedTuple):
    """The sizes of the panels at one time.

    Attributes
    ----------
    sizes : of those in sight that are part of the window.
    room : of the window.
    kept : what they get back once type is small enough; none where that is what they have.
    """

    sizes: Mapping[PanelDock, QSize]
    room: QSize
    kept: Mapping[PanelDock, QSize]


class Shares(QObject):
    """Remembers the sizes of the panels before type is zoomed, and gives them back after every zoom.

    Where type is so large that a panel needs more, Qt gives it more: then the others have less, until it
    needs no more than it had. What the person arranges meanwhile is what counts from then on.

    Parameters
    ----------
    in_sight : whether a widget can be seen: one behind another has no size of its own.
    """

    def __init__(
        self, window: QMainWindow, docks: Sequence[PanelDock], in_sight: Callable[[QWidget], bool]
    ) -> None:
        super().__init__(window)
        self._window, self._docks, self._in_sight = window, docks, in_sight
        self._kept: Mapping[PanelDock, QSize] = {}
        self._owed: Mapping[PanelDock, QSize] = {}  # after something was presented, and before what is kept
        self._room = QSize()  # of the window, as the person has it
        self._pressed: dict[PanelDock, QSize] = {}  # the sizes when a button went down, perhaps to drag
        self._rounds = 0
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.timeout.connect(self._give_back)
        window.installEventFilter(self)
        for dock in docks:
            dock.topLevelChanged.connect(self.forget)
            dock.dockLocationChanged.connect(self.forget)
            dock.toggleViewAction().toggled.connect(self.forget)

    def keep(self) -> None:
        """Type is zoomed next: what every panel has now is what it gets back, unless more is known."""
        if not self._kept:
            self._kept, self._room = self._sizes(), self._window.size()
        self._begin()

    @property
    def held(self) -> Held:
        """The sizes as they are now."""
        return Held(self._sizes(), self._window.size(), self._kept)

    @property
    def gives(self) -> bool:
        """Whether sizes are still being given back."""
        return self._later.isActive() or bool(self._owed)

    def give(self, held: Held) -> None:
        """Bring the sizes back that were held once, as soon as the window has its room again.

        Not before: of a window that fills the screen Qt asks for its new size at the corner of the screen.
        """
        self._owed, self._room, self._kept = held
        self._begin(SETTLED if self._window.size() == self._room else ANSWERED)

    @Slot()
    def forget(self) -> None:
        """The person arranges the panels: what they have from now on counts."""
        self._kept = self._owed = {}

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.MouseButtonPress:
            self._pressed = self._sizes()
        elif event.type() == QEvent.Type.MouseButtonRelease and self._sizes() != self._pressed:
            self.forget()
        elif event.type() == QEvent.Type.Resize and event.spontaneous():  # else its own layout asked for it
            self._room = self._window.size()
            if self._owed:
                self._begin()
        elif event.type() == QEvent.Type.LayoutRequest and self._later.isActive():
            # a panel has just found out how much it needs
            self._later.start(max(SETTLED, self._later.remainingTime()))
        return False

    def _begin(self, wait: int = SETTLED) -> None:
        self._rounds = ROUNDS
        self._later.start(wait)

    def _sizes(self) -> dict[PanelDock, QSize]:
        """Of the panels in sight that are part of the window, each with the tabs that it shares."""
        bars = self._window.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly)
        tabs = QSize(0, max((bar.height() for bar in bars if bar.isVisible()), default=0))
        return {
            dock: dock.size() + (tabs if self._window.tabifiedDockWidgets(dock) else QSize(0, 0))
            for dock in self._docks
            if not dock.isFloating() and self._in_sight(dock.widget())
        }

    @Slot()
    def _give_back(self) -> None:
        self._rounds -= 1
        if self._rounds:
            self._later.start(SETTLED)
        due = self._owed or self._kept
        if due and not self._window.isMaximized() and not self._window.isFullScreen():
            self._window.resize(self._room)
        docks = [dock for dock in due if not dock.isFloating() and not dock.is_closed]
        for dock in docks:
            dock.widget().updateGeometry()  # Qt remembers of a frame what it needed when type was larger
        if docks:
            sizes = [due[dock] for dock in docks]
            across, down = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
            self._window.resizeDocks(docks, [size.width() for size in sizes], across)
            self._window.resizeDocks(docks, [size.height() for size in sizes], down)
        if not self._rounds and self._window.size() == self._room:
            self._owed = {}
