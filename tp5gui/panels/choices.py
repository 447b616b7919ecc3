"""A box of named choices, each with its help; the same for a field, a preset and the noise on the drawing."""

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox

from tp5gui.words import translated


class CalmBox(QComboBox):
    """A box that the wheel turns only once it has been chosen, so that scrolling past changes nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


def choice_box(entries: Iterable[tuple[str, str, str]], width: int) -> QComboBox:
    """A box of (name, label, help) in English, translated; it asks for `width` characters at least.

    `itemData` is the name.
    """
    box = CalmBox()
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(width)
    for row, (name, label, help) in enumerate(entries):
        box.addItem(translated(label), name)
        box.setItemData(row, translated(help), Qt.ItemDataRole.ToolTipRole)
    return box
