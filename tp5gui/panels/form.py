"""The form of a spec: a row for every field, made from the field's own label, help, unit and limits."""

from collections.abc import Iterable
from dataclasses import Field
from typing import Any

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.base.words import say, say_count
from core.experiment.fields import SpecError
from core.experiment.spec import FIELDS, Spec, edit, plays_a_part
from core.experiment.wording import value_words
from tp5gui import theme
from tp5gui.panels.editors import TextEditor, typed_value
from tp5gui.panels.fold import Fold
from tp5gui.panels.label import Label
from tp5gui.panels.line import Line
from tp5gui.panels.origin import changes, origin
from tp5gui.panels.refusing import Refused, Refusing
from tp5gui.panels.row import Row
from tp5gui.session.store import Store
from tp5gui.words import folded

ESSENTIALS = (
    "dataset", "hidden", "latent", "variational", "noise", "noise_level", "learning_rate", "epochs",
)  # fmt: skip
"""The fields that are always in sight; all others are under *More*, by their groups."""

GROUPS = ("data", "network", "code", "noise", "training")


class SpecForm(QWidget):
    """Edits a store's spec field by field; a bad value is marked at its field and changes nothing.

    The essentials are always in sight, the rest folds away under `more`, whose heading tells what is changed
    or refused there. A field that plays no part keeps its place.

    Signals
    -------
    complained(str) : why the value that was refused last is not in use and what is; "" where all are in use.
    refused(object) : a value was refused just now, as a `Refused`.
    """

    complained = Signal(str)
    refused = Signal(object)

    def __init__(self, store: Store, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._rows: dict[str, Row] = {}
        self._complaints: dict[str, str] = {}  # by field, the newest last
        self._at_odds: set[str] = set()  # fields that do not go together with another one just edited
        body = QWidget()
        self.more = Fold(body)
        column = _column(QVBoxLayout(self), theme.SPACE)
        essentials, rest = _column(QVBoxLayout()), _column(QVBoxLayout(body))
        column.addLayout(essentials)
        column.addWidget(self.more)
        for name in ESSENTIALS:
            self._add(essentials, FIELDS[name])
        headings = {
            "data": say("Data"), "network": say("Network"), "code": say("Code"),
            "noise": say("Noise"), "training": say("Training"),
        }  # fmt: skip
        for group in GROUPS:
            fields = [FIELDS[name] for name in _more() if FIELDS[name].metadata["group"] == group]
            if fields:
                heading = Label(headings[group])
                heading.setObjectName("heading")
                rest.addWidget(heading)
            for field in fields:
                self._add(rest, field)
        store.changed.connect(self.on_store_changed)
        self.on_store_changed(store.spec, frozenset(FIELDS))

    def _add(self, column: QVBoxLayout, field: "Field[Any]") -> None:
        row = Row(field)
        column.addWidget(row)
        self._rows[field.name] = row

        def edited(value: Any) -> None:
            self._edit(field.name, value)

        row.editor.edited.connect(edited)
        if isinstance(row.editor, TextEditor):
            row.editor.refused.connect(lambda reason: self._refuse_text(field.name, reason))
            row.editor.typed.connect(lambda text: self._check(field.name, text))
            row.editor.reverted.connect(lambda: self._complain(field.name, ""))

    def row(self, name: str) -> Row:
        """The row of a field."""
        return self._rows[name]

    def mark_stale(self, names: frozenset[str]) -> None:
        """Mark the fields whose change waits for a new run."""
        for name, row in self._rows.items():
            row.mark_stale(name in names)
        theme.set_style(self.more.heading, stale=not names.isdisjoint(_more()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_width()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._share_width()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Escape show the value in use where the last one that was refused is said to be."""
        if event.key() == Qt.Key.Key_Escape and self._complaints:
            self._show(next(reversed(self._complaints)))
        else:
            super().keyPressEvent(event)

    def _share_width(self) -> None:
        """Give the editors the room that they wish for, and the labels the rest, but whole words at least."""
        rows = self._rows.values()
        wishes = [row.editor.wish for row in rows]
        rest = self.width() - theme.SPACE - max(wishes)
        longest = max(row.label.widest for row in rows)
        label = max(min(longest, rest), *(row.label.widest_word for row in rows))
        for row, wish in zip(rows, wishes, strict=True):
            row.fit(self.width(), label, wish)

    @Slot()
    def commit(self) -> None:
        """Let what is being typed take effect, as leaving the field would."""
        for row in self._rows.values():
            if isinstance(row.editor, TextEditor) and row.editor.line.hasFocus():
                row.editor.commit()

    def go_on_from(self, before: "SpecForm", steps: Iterable[object]) -> None:
        """Show what another form refused, whose steps of undo among `steps` are this one's from now on."""
        for step in steps:
            if isinstance(step, Refusing) and step.form is before:
                step.form = self
        self._at_odds = before._at_odds
        self.more.set_open(before.more.is_open)
        for name, words in before._complaints.items():
            if isinstance(before.row(name).editor, TextEditor):
                self._line(name).setText(before._line(name).text())
                words = self._words_of(name) or words
            self._complain(name, words)

    @Slot(object, object)
    def on_store_changed(self, spec: Spec, names: frozenset[str]) -> None:
        for name, row in self._rows.items():
            # a whole spec leaves nothing of what was typed; what two fields were at odds about may be settled
            if name in names or len(names) > 1 or name in self._at_odds:
                self._show(name)
            row.show_part(plays=plays_a_part(spec, name))
        self._at_odds.clear()
        self._say_more()

    def _show(self, name: str) -> None:
        """Show the value in use."""
        self._rows[name].editor.show_value(getattr(self._store.spec, name))
        self._complain(name, "")

    def _check(self, name: str, text: str) -> None:
        """Mark what is being typed as long as it could not be in use; nothing takes effect."""
        self._complain(name, "")
        try:
            edit(self._store.spec, {name: typed_value(name, text)})
        except SpecError:
            self._rows[name].editor.mark(wrong=True)

    def _edit(self, name: str, value: Any) -> None:
        try:
            self._store.update(**{name: value})
        except SpecError as error:
            if isinstance(self._rows[name].editor, TextEditor):
                self._refuse_text(name, error.reason)
            else:
                self._refuse_choice(name, value, error)
        else:
            self._show(name)

    def _refuse_text(self, name: str, reason: str) -> None:
        """Say why what was typed is not in use, and what is."""
        line, words = self._line(name), self._not_in_use(name, reason)
        if self._complaints.get(name) != words:  # else it is committed again as it stands
            line.hold()
            text = line.text()
            self._refuse(Refused(name, lambda: f"{_label(name)} {text}", words, text))

    def _words_of(self, name: str) -> str:
        """Why what stands in a line cannot be in use; "" where it can."""
        try:
            edit(self._store.spec, {name: typed_value(name, self._line(name).text())})
        except SpecError as error:
            return self._not_in_use(name, error.reason)
        return ""

    def _not_in_use(self, name: str, reason: str) -> str:
        value = value_words(name, getattr(self._store.spec, name))
        return say("{field}: {reason}. In use: {value}.", field=_label(name), reason=reason, value=value)

    def _refuse_choice(self, name: str, value: Any, error: SpecError) -> None:
        """Show what is in use, and mark the field that does not go with what was chosen."""
        self._show(name)
        at_fault = error.field if error.field in self._rows else name
        self._at_odds.add(at_fault)
        words = say("{field}: {reason}.", field=_label(at_fault), reason=error.reason)
        self._refuse(Refused(at_fault, lambda: f"{_label(name)} {value_words(name, value)}", words, None))

    def _refuse(self, refused: Refused) -> None:
        self._complain(refused.name, refused.words)
        self.refused.emit(refused)

    def holds(self, refused: Refused) -> bool:
        """Whether a value is still asked for, or said to be refused."""
        if refused.text is None:
            return self._complaints.get(refused.name) == refused.words
        return self._line(refused.name).uncommitted

    def take_back(self, refused: Refused) -> None:
        """Show the value in use, and say nothing of the one that was refused."""
        self._show(refused.name)

    def bring_back(self, refused: Refused) -> None:
        """Show the value that was refused, and why it was."""
        if refused.text is not None:
            self._line(refused.name).setText(refused.text)
            self._complain(refused.name, self._words_of(refused.name) or refused.words)
        else:
            self._complain(refused.name, refused.words)

    def _line(self, name: str) -> Line:
        """The line of a field whose value is typed."""
        editor = self._rows[name].editor
        assert isinstance(editor, TextEditor)
        return editor.line

    def _complain(self, name: str, words: str) -> None:
        """Mark a field and say why; no words take both back."""
        self._rows[name].editor.mark(wrong=bool(words))
        if not words and name not in self._complaints:
            return
        self._complaints.pop(name, None)
        if words:
            self._complaints[name] = words
            if name not in ESSENTIALS:
                self.more.set_open(True)
        self._say_more()
        self.complained.emit(next(reversed(self._complaints.values()), ""))

    def _say_more(self) -> None:
        """Say at the heading of what may be folded away what in it is changed from the preset, or refused."""
        spec, refused = self._store.spec, [name for name in self._complaints if name not in ESSENTIALS]
        known = origin(spec)
        names = frozenset() if known is None else changes(known, spec)
        changed = [name for name in _more() if name in names and plays_a_part(spec, name)]
        heading = self.more.heading
        theme.set_style(heading, invalid=bool(refused))
        if refused:
            heading.setText(say_count("More ({count} refused)", "More ({count} refused)", len(refused)))
        elif changed:
            heading.setText(say_count("More ({count} changed)", "More ({count} changed)", len(changed)))
        else:
            heading.setText(say("More"))
        heading.setToolTip(say("All other settings."))
        if known is not None and changed:
            values = (
                say("{label}: {value}", label=_label(name), value=value_words(name, getattr(spec, name)))
                for name in changed
            )
            preset = say("Changed from “{label}”:", label=say(known.label))
            heading.setToolTip(folded(say("All other settings."), preset, *values))


def _column(column: QVBoxLayout, spacing: int = theme.SPACE // 2) -> QVBoxLayout:
    """A column without margins, its parts so far apart."""
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(spacing)
    return column


def _label(name: str) -> str:
    return say(FIELDS[name].metadata["label"])


def _more() -> list[str]:
    """The fields that are no essentials, in their order."""
    return [name for name in FIELDS if name not in ESSENTIALS]
