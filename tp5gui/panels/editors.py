"""Editors, one for every kind of field: they show a value and report what the person typed or chose."""

import re
from dataclasses import Field
from typing import Any

from PySide6.QtCore import QEvent, QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QWidget

from core.base.words import say
from core.data.datasets import DATASETS, dataset_names
from core.experiment.fields import SpecError, value_text
from core.experiment.spec import FIELDS, GROUPED, parse_value
from tp5gui import theme
from tp5gui.panels.calm import CalmBox, CalmSlider
from tp5gui.panels.choices import choice_box, entries_of
from tp5gui.panels.line import Line
from tp5gui.words import as_name, folded

SLIDER_STEPS = 100
SLIDER = 48  # px of a slider at least, without a zoom
LIST, NUMBER, SHARE = "400, 300, 200, 100", "2147483647", "0.125"  # long ones, of those that are usual
COMMA = re.compile(r"([+-]?\d*),(\d+)")  # before the decimals of a number, as most of the world writes it
THREES = re.compile(
    r"[+-]?[1-9]\d{0,2}([\s.,])\d{3}(\1\d{3})*"
)  # a whole number, its thousands marked in any way
SPACED = re.compile(r"[+-]?[1-9]\d{0,2}(\s\d{3})+([.,]\d*)?")  # a number with spaces between its thousands


def typed_value(name: str, text: str) -> Any:
    """What a person typed into the editor of field `name`: see `parse_value`.

    One real number may have a decimal comma where it can be read in one way only: 0,01, not 1,000. Thousands
    may be marked by spaces, as they are shown in Spanish, and those of a whole number by points as well.

    Raises
    ------
    SpecError : text that is not of the field's type.
    """
    bare, kind = text.strip(), type(FIELDS[name].default)
    if (kind is int and THREES.fullmatch(bare)) or (kind is float and SPACED.fullmatch(bare)):
        bare = re.sub(r"[\s.,]" if kind is int else r"\s", "", bare)
    if kind is float and COMMA.fullmatch(bare) and not GROUPED.fullmatch(bare):
        bare = bare.replace(",", ".")
    return parse_value(name, bare)


class Editor(QWidget):
    """Edits one field of a spec; the control that a person uses is its focus proxy.

    Attributes
    ----------
    field : which one.

    Signals
    -------
    edited(object) : a value of the field's type that is to take effect.
    refused(str) : what is to take effect is not of the field's type; why, in words.
    """

    edited = Signal(object)
    refused = Signal(str)

    def __init__(self, field: "Field[Any]") -> None:
        super().__init__()
        self.field = field
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(theme.SPACE // 2)

    @property
    def wish(self) -> int:
        """The width in which whatever it usually shows can be read, in px."""
        return self.sizeHint().width()

    def show_value(self, value: Any) -> None:
        """Show `value` without reporting it as an edit."""
        raise NotImplementedError

    def mark(self, wrong: bool) -> None:
        """Mark the editor as holding a value that cannot be taken, or no longer."""
        control = self.focusProxy()
        assert control is not None
        theme.set_style(control, invalid=wrong)


class ChoiceEditor(Editor):
    """A `box` with the choices of the field's table."""

    def __init__(self, field: "Field[Any]") -> None:
        super().__init__(field)
        self.box = choice_box(entries_of(field.metadata["choices"]), width=5)
        self.box.currentIndexChanged.connect(self._on_index)
        self._row.addWidget(self.box)
        self.setFocusProxy(self.box)

    @property
    def wish(self) -> int:
        return self.box.width_for(map(self.box.itemText, range(self.box.count())))

    def show_value(self, value: Any) -> None:
        with QSignalBlocker(self.box):
            self.box.setCurrentIndex(self.box.findData(value))

    def _on_index(self, index: int) -> None:
        self.edited.emit(self.box.itemData(index))


class DatasetEditor(Editor):
    """A `box` with every data set there is, the person's own among them; listed again whenever it opens."""

    def __init__(self, field: "Field[Any]") -> None:
        super().__init__(field)
        self._value = str(field.default)
        self.box = CalmBox()
        self.box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.box.setMinimumContentsLength(5)
        self.box.opening.connect(self._fill)
        self.box.activated.connect(self._on_chosen)
        self._row.addWidget(self.box)
        self.setFocusProxy(self.box)
        self._fill()

    @property
    def wish(self) -> int:
        return self.box.width_for(say(known.label) for known in DATASETS)

    def show_value(self, value: Any) -> None:
        self._value = value
        self._fill()

    def _fill(self) -> None:
        """List the sets, and the one in use even where it came with a run and is not in the library."""
        names = dataset_names()
        self.box.clear()
        for row, name in enumerate(names if self._value in names else (*names, self._value)):
            self.box.addItem(say(DATASETS[name].label) if name in DATASETS else as_name(name), name)
            if name in DATASETS:
                self.box.setItemData(row, folded(say(DATASETS[name].help)), Qt.ItemDataRole.ToolTipRole)
        self.box.setCurrentIndex(self.box.findData(self._value))

    def _on_chosen(self, index: int) -> None:
        self.edited.emit(self.box.itemData(index))


class CheckEditor(Editor):
    """A check `box`."""

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
    """A `line` of text for numbers and lists of numbers: Enter or leaving it commits what was typed.

    Signals
    -------
    typed(str) : the text that is being typed; it may still become another.
    reverted() : the value in use is back.
    """

    typed = Signal(str)
    reverted = Signal()

    def __init__(self, field: "Field[Any]") -> None:
        super().__init__(field)
        self.line = Line()
        self._usual = LIST if isinstance(field.default, tuple) else NUMBER
        if isinstance(field.default, tuple):
            self.line.setPlaceholderText(say("none"))  # a list that is empty is a value, not a gap
        self.line.textEdited.connect(self.typed)
        self.line.editingFinished.connect(self.commit)
        self.line.reverted.connect(self.reverted)
        self._row.addWidget(self.line)
        self.setFocusProxy(self.line)

    @property
    def wish(self) -> int:
        return self.line.width_for(self._usual)

    def show_value(self, value: Any) -> None:
        self.line.settle(value_text(value))

    def commit(self) -> None:
        """Report what was typed, if anything was."""
        if not self.line.uncommitted:
            return
        try:
            value = typed_value(self.field.name, self.line.text())
        except SpecError as error:
            self.refused.emit(error.reason)
        else:
            self.edited.emit(value)


class ShareEditor(TextEditor):
    """A number from 0 to 1, with a `slider` beside its line, which counts when it is released."""

    def __init__(self, field: "Field[Any]") -> None:
        super().__init__(field)
        self.slider = CalmSlider()
        self.slider.setRange(0, SLIDER_STEPS)
        self.slider.setTracking(False)
        self.slider.sliderMoved.connect(self._on_moved)
        self.slider.sliderReleased.connect(self.line.revert)  # Qt reports the value next, if it is another
        self.slider.valueChanged.connect(self._on_slider)
        self._row.insertWidget(0, self.slider, 1)
        self._share_width()

    @property
    def wish(self) -> int:
        return self.line.width_for(SHARE) + theme.size(SLIDER)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._share_width()

    def show_value(self, value: Any) -> None:
        super().show_value(value)
        with QSignalBlocker(self.slider):
            self.slider.setValue(round(value * SLIDER_STEPS))

    def _share_width(self) -> None:
        self.line.setFixedWidth(self.line.width_for(SHARE))

    def _on_moved(self, position: int) -> None:
        self.line.setText(value_text(position / SLIDER_STEPS))

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
