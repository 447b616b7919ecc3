"""A box of named choices with their help: of a field, a preset, the noise on the drawing."""

from collections.abc import Iterable, Iterator

from PySide6.QtCore import Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox

from core.base.registry import Choice
from core.base.words import say

Entry = tuple[str, str, str]
"""(name, label, help): the name as in files, label and help in the language in use."""


class CalmBox(QComboBox):
    """A box that ignores the wheel unless it has the focus, so that scrolling past changes nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


def choice_box(entries: Iterable[Entry], width: int) -> QComboBox:
    """A box of entries; it asks for `width` characters at least, and `itemData` is an entry's name."""
    box = CalmBox()
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(width)
    for row, (name, label, help) in enumerate(entries):
        box.addItem(label, name)
        box.setItemData(row, help, Qt.ItemDataRole.ToolTipRole)
    return box


def entries_of(records: Iterable[Choice]) -> Iterator[Entry]:
    """The entries of a table of choices, in its order."""
    return ((record.name, say(record.label), say(record.help)) for record in records)
