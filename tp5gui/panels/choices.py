"""A box of named choices with their help: of a field, a preset, the noise on the drawing."""

from collections.abc import Iterable, Iterator

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox

from core.base.registry import Choice
from core.base.words import say

Entry = tuple[str, str, str]
"""(name, label, help): the name as in files, label and help in the language in use."""


class CalmBox(QComboBox):
    """A box that ignores the wheel unless it has the focus, so that scrolling past changes nothing.

    Signals
    -------
    opening() : its list opens next, and may still be filled anew.
    """

    opening = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def showPopup(self) -> None:
        self.opening.emit()
        super().showPopup()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


def choice_box(entries: Iterable[Entry], width: int) -> CalmBox:
    """A box of entries; it asks for `width` characters at least, and `itemData` is an entry's name."""
    box = CalmBox()
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(width)
    _fill(box, entries)
    return box


def offer(box: QComboBox, entries: Iterable[Entry]) -> None:
    """Offer these entries in place of the old ones; what is chosen stays chosen where it is among them.

    The box reports nothing; where its choice is gone, the first entry is chosen.
    """
    chosen = box.currentData()
    with QSignalBlocker(box):
        box.clear()
        _fill(box, entries)
        box.setCurrentIndex(max(0, box.findData(chosen)))


def _fill(box: QComboBox, entries: Iterable[Entry]) -> None:
    for row, (name, label, help) in enumerate(entries):
        box.addItem(label, name)
        box.setItemData(row, help, Qt.ItemDataRole.ToolTipRole)


def entries_of(records: Iterable[Choice]) -> Iterator[Entry]:
    """The entries of a table of choices, in its order."""
    return ((record.name, say(record.label), say(record.help)) for record in records)
