"""A part of a panel that folds away under its heading."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSizePolicy, QToolButton, QVBoxLayout, QWidget

from core.base.words import say
from tp5gui import theme


class Fold(QWidget):
    """A `heading` that shows and hides the `body` below it; nothing above it moves.

    Signals
    -------
    turned(bool) : the person opened or closed it.
    """

    turned = Signal(bool)

    def __init__(self, body: QWidget) -> None:
        super().__init__()
        self.body = body
        self.heading = QToolButton()
        self.heading.setObjectName("fold")
        self.heading.setCheckable(True)
        self.heading.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.heading.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.heading.toggled.connect(self._on_toggled)
        self.heading.clicked.connect(self.turned)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE // 2)
        column.addWidget(self.heading)
        column.addWidget(body)
        self._on_toggled(opened=False)

    @property
    def is_open(self) -> bool:
        """Whether the body is shown."""
        return self.heading.isChecked()

    def set_open(self, opened: bool) -> None:
        """Show or hide the body."""
        self.heading.setChecked(opened)

    def _on_toggled(self, opened: bool) -> None:
        self.body.setVisible(opened)
        self.heading.setArrowType(Qt.ArrowType.DownArrow if opened else Qt.ArrowType.RightArrow)
        self.heading.setAccessibleDescription(say("open") if opened else say("closed"))
