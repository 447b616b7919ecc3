"""A still picture of a window, over it while it is furnished anew: nothing half furnished is seen."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from tp5gui.windows.main_window import MainWindow

LONGEST = 1000  # ms that it stays where the network does not answer


class Veil(QWidget):
    """Lies over a window as it looks now, until what is behind shows what the network answered."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__()
        self._picture = window.grab()
        self._session = window.session
        self.setParent(window)
        self.setGeometry(window.rect())
        self.show()

    def wait(self) -> None:
        """Go with the next answer, or at once where there is no run that could answer."""
        self.raise_()
        QTimer.singleShot(LONGEST if self._session.frame is not None else 0, self, self.lift)
        self._session.answered.connect(self.on_answered)

    @Slot(object)
    def on_answered(self, _answers: object) -> None:
        QTimer.singleShot(0, self, self.lift)  # once the views have been painted

    @Slot()
    def lift(self) -> None:
        """Let what is behind be seen."""
        self.hide()
        self.deleteLater()

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).drawPixmap(0, 0, self._picture)
