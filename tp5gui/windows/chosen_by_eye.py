"""An image was chosen by a click in another panel: what comes of it is said, and shown."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QApplication

from tp5gui.windows.docks import PanelDock

if TYPE_CHECKING:
    from tp5gui.windows.main_window import MainWindow


class ChosenByEye(QObject):
    """Brings the way to explore into sight once an end of it was chosen; asked again, where that was done.

    Both only where one lies behind the other. The panel comes when no second click of a double click can
    follow any more, which would be one on what has come.
    """

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window, self._explore = window, window.dock("explore")
        self._place: PanelDock | None = None  # where an image was chosen last, while it hid what asked
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(QApplication.doubleClickInterval())
        self._later.timeout.connect(self._show)
        window.explore.between.pointed.connect(self.on_pointed)
        window.session.picking.began.connect(self.on_began)

    @Slot(str)
    def on_pointed(self, words: str) -> None:
        self._window.session.tell(words)
        before, focus = self._window.arrangement.before(self._explore), QApplication.focusWidget()
        self._place = before if before is not None and focus and before.isAncestorOf(focus) else None
        if not self._window.is_in_sight(self._window.explore):
            self._later.start()

    @Slot()
    def on_began(self) -> None:
        if self._place is not None and not self._place.is_closed:
            self._place.bring()

    @Slot()
    def _show(self) -> None:
        self._explore.bring()
        self._window.explore.between.go_on()
