"""The room of a panel in the window: where it is less than the panel needs, the panel scrolls in it."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

FRAME = QSize(8, 40)  # px that the system's own border and title take, at most: known only once it is shown
ACROSS, DOWN = 0.3, 0.15  # of the screen: a room asks for no more, so that the window fits into any screen


class PanelArea(QScrollArea):
    """Shows a panel as large as its room, and never smaller than the panel can be."""

    def __init__(self, panel: QWidget) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # what is in the panel takes the focus
        self.setWidgetResizable(True)
        self._page = _Page(panel)
        self.setWidget(self._page)

    def sizeHint(self) -> QSize:
        return self._page.sizeHint()

    def minimumSizeHint(self) -> QSize:
        screen = self.screen().availableSize()
        most = QSize(round(ACROSS * screen.width()), round(DOWN * screen.height()))
        return self.needed.boundedTo(most)

    @property
    def needed(self) -> QSize:
        """What the panel needs; where its room is less, it scrolls."""
        return self._page.minimumSizeHint()


class _Page(QWidget):
    """Holds a panel; its height for a width is the least one, where Qt would scroll sooner."""

    def __init__(self, panel: QWidget) -> None:
        super().__init__()
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.addWidget(panel)

    def heightForWidth(self, width: int) -> int:
        return self._layout.minimumHeightForWidth(width)
