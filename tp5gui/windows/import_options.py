"""How a source is to be read: the fields of the import dialog, and what they ask for."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QFormLayout,
    QHBoxLayout,
    QLayout,
    QLineEdit,
    QWidget,
)

from core.base.words import say
from core.data.datasets import Dataset
from tp5gui import theme
from tp5gui.panels.calm import CalmSpinBox
from tp5gui.panels.label import Label
from tp5gui.session.shelf import free_name
from tp5gui.words import option_labels

LARGEST = 4096  # the fields take numbers up to this; the importer refuses what is too large for it
SIDE = 8 * theme.SPACE  # px of the words beside a number, as type is without a zoom


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be read, and how; see `core.data.importers.import_images`."""

    source: str
    grid: tuple[int, int] | None
    size: tuple[int, int] | None
    characters: str | None
    invert: bool

    def __call__(self) -> Dataset:
        """Read it; may be called in any thread."""
        from core.data.importers import (
            import_images,  # brings Pillow, which the first window does not wait for
        )

        return import_images(
            self.source,
            free_name(Path(self.source).stem),
            grid=self.grid,
            size=self.size,
            characters=self.characters,
            invert=self.invert,
        )


class ImportOptions(QWidget):
    """The name of the new set, and how its pictures are read from the source.

    Attributes
    ----------
    fault : a label that says below the name what is wrong with it.

    Signals
    -------
    named() : the name was edited.
    changed() : the source is to be read in another way.
    """

    named = Signal()
    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        labels = option_labels()
        self._named = False  # whether the person chose the name
        self._sides: list[Label] = []  # of the pairs of numbers, one as wide as the other
        self.field = QLineEdit()
        self.field.setMaxLength(64)
        self.field.setToolTip(say("What the new set is called."))
        grid = say("How many pictures one image holds, side by side and one above the other.")
        size = say("Every picture is brought to this size; with one of the two, it is square.")
        self.columns, self.rows = self._number(grid), self._number(grid)
        self.wide, self.high = self._number(size), self._number(size)
        self.characters = QLineEdit()
        self.characters.setPlaceholderText(say("auto"))
        self.characters.setToolTip(say("Which characters of a font become pictures, one after another."))
        self.invert = QCheckBox(labels["invert"])
        self.invert.setToolTip(say("Swap light and dark: for dark ink on light paper."))
        self.fault = Label()
        self.fault.setObjectName("reason")
        self.fault.setWordWrap(True)
        self.fault.hide()

        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setHorizontalSpacing(2 * theme.SPACE)
        form.setVerticalSpacing(theme.SPACE)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        grids = self._pair(self.columns, say("columns"), self.rows, say("rows"))
        sizes = self._pair(self.wide, say("wide"), self.high, say("high"))
        for title, entry in (
            (labels["name"], self.field),
            ("", self.fault),
            (labels["grid"], grids),
            (labels["size"], sizes),
            (labels["characters"], self.characters),
            ("", self.invert),
        ):
            label = Label(title)
            label.setObjectName("field")
            if isinstance(entry, QLayout):
                form.addRow(label, entry)
            else:
                form.addRow(label, entry)
                label.setBuddy(entry)
                entry.setAccessibleName(title)
        self.invert.setAccessibleName(self.invert.text())
        self._fault_title = form.labelForField(self.fault)
        self._fault_title.hide()
        self._fit()
        self.field.textEdited.connect(self._on_name)
        self.characters.textEdited.connect(self.changed)
        self.invert.toggled.connect(self.changed)

    @property
    def name(self) -> str:
        """The name of the set to be, without space around it."""
        return self.field.text().strip()

    def propose(self, name: str) -> None:
        """Put a name into the field, unless the person chose one."""
        if not self._named:
            self.field.setText(name)

    def say_fault(self, fault: str) -> None:
        """Say below the name what is wrong with it; empty for nothing."""
        self.fault.setText(fault)
        self.fault.setVisible(bool(fault))
        self._fault_title.setVisible(bool(fault))

    def wanted(self, source: str) -> Wanted:
        """What the fields ask for."""
        grid, size = (self.columns.value(), self.rows.value()), (self.wide.value(), self.high.value())
        return Wanted(
            source,
            (max(1, grid[0]), max(1, grid[1])) if any(grid) else None,
            (size[0] or size[1], size[1] or size[0]) if any(size) else None,
            self.characters.text() or None,
            self.invert.isChecked(),
        )

    def _number(self, help: str) -> CalmSpinBox:
        box = CalmSpinBox()
        box.setRange(0, LARGEST)
        box.setSpecialValueText(say("auto"))
        box.setToolTip(help)
        box.setMinimumWidth(11 * theme.SPACE)
        box.valueChanged.connect(self.changed)
        return box

    def _pair(self, first: CalmSpinBox, says: str, second: CalmSpinBox, also: str) -> QLayout:
        row = QHBoxLayout()
        row.setSpacing(theme.SPACE)
        for box, words in ((first, says), (second, also)):
            label = Label(words)
            label.setObjectName("soft")
            self._sides.append(label)
            box.setAccessibleName(words)
            row.addWidget(box)
            row.addWidget(label)
        row.addStretch(1)
        return row

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    def _fit(self) -> None:
        for label in self._sides:
            label.setMinimumWidth(theme.size(SIDE))

    def _on_name(self) -> None:
        self._named = bool(self.field.text())
        self.named.emit()
