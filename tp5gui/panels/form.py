"""The form of a spec: a row for every field, made from the field's own label, help, unit and limits."""

from dataclasses import Field
from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from core.base.words import say
from core.experiment.fields import SpecError
from core.experiment.spec import FIELDS, Spec, edit, parse_value, plays_a_part
from tp5gui import theme
from tp5gui.panels.editors import Editor, TextEditor, editor_for
from tp5gui.panels.label import Label
from tp5gui.session.store import Store
from tp5gui.words import folded, value_words

GROUPS = ("data", "network", "code", "noise", "training")


class Row:
    """The widgets of one field, its label and its editor, and the reason why a value was refused."""

    def __init__(self, field: "Field[Any]") -> None:
        self.editor: Editor = editor_for(field)
        self.label = Label(say(field.metadata["label"]))
        self.label.setBuddy(self.editor)
        self.label.setObjectName("field")
        for widget in (self.label, self.editor):
            widget.setToolTip(_explained(field))
        self.editor.setAccessibleName(say(field.metadata["label"]))
        focused = self.editor.focusProxy()
        if focused is not None:
            focused.setAccessibleName(say(field.metadata["label"]))

    def show_part(self, plays: bool) -> None:
        """Show the row where its field has an effect, hide it where it has none."""
        self.label.setVisible(plays)
        self.editor.setVisible(plays)

    def mark_stale(self, stale: bool) -> None:
        """Mark the label of a field whose change waits for a new run."""
        theme.set_style(self.label, stale=stale)


class SpecForm(QWidget):
    """Edits a store's spec field by field; a bad value is marked at its field and changes nothing.

    Signals
    -------
    complained(str) : why the value that was refused last is not in use and what is; "" where all are in use.
    refused(object) : the editor of a field whose value was refused just now.
    """

    complained = Signal(str)
    refused = Signal(object)

    def __init__(self, store: Store, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._rows: dict[str, Row] = {}
        self._complaints: dict[str, str] = {}  # by field, the newest last
        self._at_odds: set[str] = set()  # fields that do not go together with another one just edited
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(theme.SPACE)
        grid.setVerticalSpacing(theme.SPACE // 2)
        grid.setColumnStretch(1, 1)
        headings = {
            "data": say("Data"), "network": say("Network"), "code": say("Code"),
            "noise": say("Noise"), "training": say("Training"),
        }  # fmt: skip
        for group in GROUPS:
            heading = Label(headings[group])
            heading.setObjectName("heading")
            grid.addWidget(heading, grid.rowCount(), 0, 1, 2)
            for field in FIELDS.values():
                if field.metadata["group"] == group:
                    self._add(grid, field)
        store.changed.connect(self.on_store_changed)
        self.on_store_changed(store.spec, frozenset(FIELDS))

    def _add(self, grid: QGridLayout, field: "Field[Any]") -> None:
        row, line = Row(field), grid.rowCount()
        row.editor.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        grid.addWidget(row.label, line, 0, Qt.AlignmentFlag.AlignVCenter)
        grid.addWidget(row.editor, line, 1)
        self._rows[field.name] = row

        def edited(value: Any) -> None:
            self._edit(field.name, value)

        row.editor.edited.connect(edited)
        if isinstance(row.editor, TextEditor):
            row.editor.refused.connect(lambda reason: self._refuse(field.name, reason))
            row.editor.typed.connect(lambda text: self._check(field.name, text))
            row.editor.reverted.connect(lambda: self._complain(field.name, ""))

    def row(self, name: str) -> Row:
        """The row of a field."""
        return self._rows[name]

    def mark_stale(self, names: frozenset[str]) -> None:
        """Mark the fields whose change waits for a new run."""
        for name, row in self._rows.items():
            row.mark_stale(name in names)

    @Slot()
    def commit(self) -> None:
        """Let what is being typed take effect, as leaving the field would."""
        for row in self._rows.values():
            if isinstance(row.editor, TextEditor) and row.editor.line.hasFocus():
                row.editor.commit()

    @Slot(object, object)
    def on_store_changed(self, spec: Spec, names: frozenset[str]) -> None:
        for name, row in self._rows.items():
            # a whole spec leaves nothing of what was typed; what two fields were at odds about may be settled
            if name in names or len(names) > 1 or name in self._at_odds:
                self._show(name)
            row.show_part(plays_a_part(spec, name))
        self._at_odds.clear()

    def _show(self, name: str) -> None:
        """Show the value in use."""
        self._rows[name].editor.show_value(getattr(self._store.spec, name))
        self._complain(name, "")

    def _check(self, name: str, text: str) -> None:
        """Mark what is being typed as long as it could not be in use; nothing takes effect."""
        self._complain(name, "")
        try:
            edit(self._store.spec, {name: parse_value(name, text)})
        except SpecError:
            self._rows[name].editor.mark(wrong=True)

    def _edit(self, name: str, value: Any) -> None:
        try:
            self._store.update(**{name: value})
        except SpecError as error:
            if isinstance(self._rows[name].editor, TextEditor):
                self._refuse(name, error.reason)
                return
            self._show(name)  # the box shows what is in use; the field that does not go with it is marked
            at_fault = error.field if error.field in self._rows else name
            self._at_odds.add(at_fault)
            self._complain(
                at_fault, say("{field}: {reason}.", field=self._label(at_fault), reason=error.reason)
            )
        else:
            self._show(name)

    def _refuse(self, name: str, reason: str) -> None:
        """Say why what was typed is not in use, and what is."""
        value = value_words(name, getattr(self._store.spec, name))
        words = say(
            "{field}: {reason}. {value} stays in use.", field=self._label(name), reason=reason, value=value
        )
        self._complain(name, words)

    def _label(self, name: str) -> str:
        return say(FIELDS[name].metadata["label"])

    def _complain(self, name: str, words: str) -> None:
        """Mark a field and say why; no words take both back."""
        editor = self._rows[name].editor
        editor.mark(wrong=bool(words))
        self._complaints.pop(name, None)
        if words:
            self._complaints[name] = words
            self.refused.emit(editor)
        self.complained.emit(next(reversed(self._complaints.values()), ""))


def _explained(field: "Field[Any]") -> str:
    """Help, limits, unit and effect of a field, as a tooltip."""
    facts = field.metadata
    lines = [say(facts["help"])]
    if facts["low"] is not None and facts["unit"]:
        low, high, unit = facts["low"], facts["high"], say(facts["unit"])
        lines.append(say("From {low} to {high} {unit}.", low=low, high=high, unit=unit))
    elif facts["low"] is not None:
        lines.append(say("From {low} to {high}.", low=facts["low"], high=facts["high"]))
    if facts["effect"] == "live":
        lines.append(say("A change takes effect at once."))
    else:
        lines.append(say("A change takes effect at the next start."))
    return folded(*lines)
