"""The "?" of a panel or a window, which asks what is seen there."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton, QWidget

from core.base.words import say


class HelpButton(QToolButton):
    """Asks what there is to see in the panel or window of this title."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("help")
        self.setText("?")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setToolTip(say("What am I seeing? (F1)"))
        self.setAccessibleName(say("What am I seeing in {panel}?", panel=title))
