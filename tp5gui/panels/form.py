"""The form of a spec: a row for every field, made from the field's own label, help, unit and limits."""

from dataclasses import Field
from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from core.base.words import say
from core.experiment.fields import SpecError
from core.experiment.spec import FIELDS, Spec, plays_a_part
from tp5gui import theme
from tp5gui.panels.editors import Editor, editor_for
from tp5gui.panels.label import Label
from tp5gui.session.store import Store
from tp5gui.words import folded

GROUPS = ("data", "network", "code", "noise", "training")


class Row:
    """The widgets of one field: its label, its editor, and the reason why a value was refused."""

    def __init__(self, field: "Field[Any]") -> None:
        self.editor: Editor = editor_for(field)
        self.label = Label(say(field.metadata["label"]))
        self.label.setBuddy(self.editor)
        self.label.setObjectName("field")
        self.reason = Label()
        self.reason.setObjectName("reason")
        self.reason.setWordWrap(True)
        self.reason.hide()
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
        self.reason.setVisible(plays and bool(self.reason.text()))

    def explain(self, reason: str) -> None:
        """Mark the field with the reason why its value was refused; an empty reason removes the mark."""
        self.editor.mark(bool(reason))
        self.reason.setText(reason)
        self.reason.setVisible(bool(reason))

    def mark_stale(self, stale: bool) -> None:
        """Mark the label of a field whose change waits for a new run."""
        self.label.setProperty("stale", stale)
        self.label.style().polish(self.label)


class SpecForm(QWidget):
    """Edits a store's spec field by field; a bad value is marked at its field and changes nothing.

    Signals
    -------
    complained(bool) : whether any field holds a value that was refused.
    refused(object) : the editor of a field whose value was refused just now.
    """

    complained = Signal(bool)
    refused = Signal(object)

    def __init__(self, store: Store, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._rows: dict[str, Row] = {}
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
        grid.addWidget(row.reason, line + 1, 0, 1, 2)
        self._rows[field.name] = row

        def edited(value: Any) -> None:
            self._edit(field.name, value)

        row.editor.edited.connect(edited)
        row.editor.refused.connect(lambda reason: self._complain(field.name, reason))

    def row(self, name: str) -> Row:
        """The row of a field."""
        return self._rows[name]

    def mark_stale(self, names: frozenset[str]) -> None:
        """Mark the fields whose change waits for a new run."""
        for name, row in self._rows.items():
            row.mark_stale(name in names)

    @Slot(object, object)
    def on_store_changed(self, spec: Spec, names: frozenset[str]) -> None:
        for name, row in self._rows.items():
            # a whole spec leaves nothing of what was typed; what two fields were at odds about may be settled
            if name in names or len(names) > 1 or name in self._at_odds:
                row.editor.show_value(getattr(spec, name))
                self._complain(name, "")
            row.show_part(plays_a_part(spec, name))
        self._at_odds.clear()

    def _edit(self, name: str, value: Any) -> None:
        self._complain(name, "")
        try:
            self._store.update(**{name: value})
        except SpecError as error:
            if error.field != name:  # two fields do not go together: the edited one goes back to what holds
                self._rows[name].editor.show_value(getattr(self._store.spec, name))
                self._at_odds.add(error.field)
            self._complain(name if error.field not in self._rows else error.field, error.reason)

    def _complain(self, name: str, reason: str) -> None:
        row = self._rows[name]
        row.explain(reason)
        if reason:
            self.refused.emit(row.editor)
        self.complained.emit(any(row.reason.text() for row in self._rows.values()))


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
