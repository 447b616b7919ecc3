"""One editor for every kind of field: each shows a value and reports what the person typed or chose."""

from dataclasses import Field
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLineEdit, QSlider, QWidget

from core.data.datasets import DATASETS, dataset_names
from core.experiment.fields import SpecError
from core.experiment.spec import parse_value
from tp5gui import theme
from tp5gui.panels.choices import CalmBox, choice_box
from tp5gui.words import translated

SLIDER_STEPS = 100


class Editor(QWidget):
    """Edits one field of a spec.

    Signals
    -------
    edited(object) : a value of the field's type.
    refused(str) : what was typed is not of the field's type; the reason in words.
    """

    edited = Signal(object)
    refused = Signal(str)

    def __init__(self, field: "Field[Any]") -> None:
        super().__init__()
        self.field = field
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(theme.SPACE // 2)

    def show_value(self, value: Any) -> None:
        """Show `value` without reporting it as an edit."""
        raise NotImplementedError

    def mark(self, wrong: bool) -> None:
        """Mark the editor as holding a value that cannot be taken, or no longer."""


class ChoiceEditor(Editor):
    """A box with the choices of the field's table."""

    def __init__(self, field: "Field[Any]") -> None:
        super().__init__(field)
        choices = field.metadata["choices"]
        self.box = choice_box(((each.name, each.label, each.help) for each in choices), width=5)
        self.box.currentIndexChanged.connect(self._on_index)
        self._row.addWidget(self.box)
        self.setFocusProxy(self.box)

    def show_value(self, value: Any) -> None:
        with QSignalBlocker(self.box):
            self.box.setCurrentIndex(self.box.findData(value))

    def _on_index(self, index: int) -> None:
        self.edited.emit(self.box.itemData(index))


class DatasetEditor(Editor):
    """A box with every data set there is, the person's own among them; read anew whenever it opens."""

    def __init__(self, field: "Field[Any]") -> None:
        super().__init__(field)
        self._value = str(field.default)
        self.box = OpeningBox()
        self.box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.box.setMinimumContentsLength(5)
        self.box.opening.connect(self._fill)
        self.box.activated.connect(self._on_chosen)
        self._row.addWidget(self.box)
        self.setFocusProxy(self.box)
        self._fill()

    def show_value(self, value: Any) -> None:
        self._value = value
        self._fill()

    def _fill(self) -> None:
        """List the sets, and the one in force even where it has come with a run and is not in the library."""
        names = dataset_names()
        known = {each.name: each for each in DATASETS}
        self.box.clear()
        for name in names if self._value in names else (*names, self._value):
            self.box.addItem(translated(known[name].label) if name in known else name, name)
            if name in known:
                row = self.box.count() - 1
                self.box.setItemData(row, translated(known[name].help), Qt.ItemDataRole.ToolTipRole)
        self.box.setCurrentIndex(self.box.findData(self._value))

    def _on_chosen(self, index: int) -> None:
        self.edited.emit(self.box.itemData(index))


class OpeningBox(CalmBox):
    """A combo box that says when its list is about to open.

    Signals
    -------
    opening() : the list opens next.
    """

    opening = Signal()

    def showPopup(self) -> None:
        self.opening.emit()
        super().showPopup()


class CheckEditor(Editor):
    """A check box."""

    def __init__(self, field: "Field[Any]") -> None:
        super().__init__(field)
        self.box = QCheckBox()
        self.box.toggled.connect(self.edited.emit)
        self._row.addWidget(self.box)
        self.setFocusProxy(self.box)

    def show_value(self, value: Any) -> None:
        with QSignalBlocker(self.box):
            self.box.setChecked(value)


class TextEditor(Editor):
    """A line of text for numbers and lists of numbers; checked as it is typed, tidied when left."""

    def __init__(self, field: "Field[Any]") -> None:
        super().__init__(field)
        self._value: Any = field.default
        self._line = QLineEdit()
        self._line.setMinimumWidth(48)
        self._line.textEdited.connect(self._on_text)
        self._line.editingFinished.connect(self._on_left)
        self._row.addWidget(self._line)
        self.setFocusProxy(self._line)

    def show_value(self, value: Any) -> None:
        self._value = value
        if not self._line.hasFocus() or self._read(self._line.text()) != value:
            self._line.setText(_written(value))

    def mark(self, wrong: bool) -> None:
        self._line.setProperty("invalid", wrong)
        self._line.style().polish(self._line)

    def _on_text(self, text: str) -> None:
        try:
            value = parse_value(self.field.name, text)
        except SpecError as error:
            self.refused.emit(error.reason)
        else:
            self.edited.emit(value)

    def _on_left(self) -> None:
        if self._line.property("invalid"):
            return  # the person's text and the reason beside it stay until they are mended
        self._line.setText(_written(self._value))

    def _read(self, text: str) -> Any:
        try:
            return parse_value(self.field.name, text)
        except SpecError:
            return None


class CalmSlider(QSlider):
    """A slider that the wheel passes by unless it has been chosen."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class ShareEditor(TextEditor):
    """A number from 0 to 1, with a slider beside it."""

    def __init__(self, field: "Field[Any]") -> None:
        super().__init__(field)
        self._slider = CalmSlider(Qt.Orientation.Horizontal)
        self._slider.setRange(0, SLIDER_STEPS)
        self._slider.valueChanged.connect(self._on_slider)
        self._line.setMaximumWidth(56)
        self._row.insertWidget(0, self._slider, 1)

    def show_value(self, value: Any) -> None:
        super().show_value(value)
        with QSignalBlocker(self._slider):
            self._slider.setValue(round(value * SLIDER_STEPS))

    def _on_slider(self, position: int) -> None:
        self.edited.emit(position / SLIDER_STEPS)


def editor_for(field: "Field[Any]") -> Editor:
    """The editor that suits the field's type and limits."""
    if field.name == "dataset":
        return DatasetEditor(field)
    if field.metadata["choices"] is not None:
        return ChoiceEditor(field)
    if isinstance(field.default, bool):
        return CheckEditor(field)
    return ShareEditor(field) if field.name == "noise_level" else TextEditor(field)


def _written(value: Any) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else str(value)
