"""A box of named choices with their help: of a field, a preset, the noise on the drawing."""

from collections.abc import Iterable, Iterator

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QComboBox

from core.base.registry import Choice
from core.base.words import say
from tp5gui.panels.calm import CalmBox
from tp5gui.words import folded

Entry = tuple[str, str, str]
"""(name, label, help): the name as in files, label and help in the language in use."""


def choice_box(entries: Iterable[Entry], width: int) -> CalmBox:
    """A box of entries; it asks for `width` characters at least, and `itemData` is an entry's name."""
    box = CalmBox()
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(width)
    _fill(box, entries)
    return box


def explain_choice(box: QComboBox) -> None:
    """Let the closed box say what is chosen, as its list does."""
    box.setToolTip(box.currentData(Qt.ItemDataRole.ToolTipRole) or "")


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
        box.setItemData(row, folded(help), Qt.ItemDataRole.ToolTipRole)


def entries_of(records: Iterable[Choice]) -> Iterator[Entry]:
    """The entries of a table of choices, in its order."""
    return ((record.name, say(record.label), say(record.help)) for record in records)
