"""The form of a spec: a row for every field, made from the field's own label, help, unit and limits."""

from dataclasses import Field
from typing import Any

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QFont, QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from core.base.words import say, say_count
from core.experiment.fields import SpecError
from core.experiment.spec import FIELDS, Spec, edit, plays_a_part
from tp5gui import theme
from tp5gui.panels.editors import TextEditor, typed_value
from tp5gui.panels.fold import Fold
from tp5gui.panels.label import Label
from tp5gui.panels.row import Row
from tp5gui.session.store import Store
from tp5gui.words import folded, value_words

ESSENTIALS = (
    "dataset", "hidden", "latent", "variational", "noise", "noise_level", "learning_rate", "epochs",
)  # fmt: skip
"""The fields that are always in sight; all others are under *More*, by their groups."""

GROUPS = ("data", "network", "code", "noise", "training")
MOST_LABEL = 0.54  # of the width: the share of the labels where it is narrow


class SpecForm(QWidget):
    """Edits a store's spec field by field; a bad value is marked at its field and changes nothing.

    The essentials are always in sight, the rest folds away under `more`, whose heading tells what is set or
    refused there. A field that plays no part keeps its place.

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
        essentials, rest, body = _grid(), _grid(), QWidget()
        body.setLayout(rest)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE)
        self.more = Fold(body)
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
                rest.addWidget(heading, rest.rowCount(), 0, 1, 2)
            for field in fields:
                self._add(rest, field)
        store.changed.connect(self.on_store_changed)
        self.on_store_changed(store.spec, frozenset(FIELDS))

    def _add(self, grid: QGridLayout, field: "Field[Any]") -> None:
        row, line = Row(field), grid.rowCount()
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
        theme.set_style(self.more.heading, stale=not names.isdisjoint(_more()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_width()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._share_width()

    def _share_width(self) -> None:
        """Give all labels the room that the longest needs while it is marked, or their share of the width."""
        marked = QFont(self.font())
        marked.setWeight(QFont.Weight.DemiBold)
        words = (row.label.text() for row in self._rows.values())
        needed = max(map(QFontMetrics(marked).horizontalAdvance, words)) + 1
        for row in self._rows.values():
            row.label.setFixedWidth(min(needed, round(MOST_LABEL * self.width())))

    @Slot()
    def commit(self) -> None:
        """Let what is being typed take effect, as leaving the field would."""
        for row in self._rows.values():
            if isinstance(row.editor, TextEditor) and row.editor.line.hasFocus():
                row.editor.commit()

    def try_all(self) -> None:
        """Let whatever is typed and not in use take effect, or be refused."""
        for row in self._rows.values():
            if isinstance(row.editor, TextEditor):
                row.editor.commit()

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
            "{field}: {reason}. In use: {value}.", field=self._label(name), reason=reason, value=value
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
            if name not in ESSENTIALS:
                self.more.set_open(True)
            self.refused.emit(editor)
        self._say_more()
        self.complained.emit(next(reversed(self._complaints.values()), ""))

    def _say_more(self) -> None:
        """Say at the heading of what may be folded away what in it is not as at first, or refused."""
        spec, refused = self._store.spec, [name for name in self._complaints if name not in ESSENTIALS]
        set_apart = [name for name in _more() if plays_a_part(spec, name) and _is_set(spec, name)]
        heading = self.more.heading
        theme.set_style(heading, invalid=bool(refused))
        if refused:
            heading.setText(say_count("More ({count} refused)", "More ({count} refused)", len(refused)))
        elif set_apart:
            heading.setText(say_count("More ({count} changed)", "More ({count} changed)", len(set_apart)))
        else:
            heading.setText(say("More"))
        values = (
            say("{label}: {value}", label=self._label(name), value=value_words(name, getattr(spec, name)))
            for name in set_apart
        )
        heading.setToolTip(
            folded(say("All other settings. These are not as at first:"), *values)
            if set_apart
            else say("All other settings. They are as at first.")
        )


def _grid() -> QGridLayout:
    """A grid of labels and editors, which shares its columns' widths with every other."""
    grid = QGridLayout()
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(theme.SPACE)
    grid.setVerticalSpacing(theme.SPACE // 2)
    grid.setColumnStretch(1, 1)
    return grid


def _more() -> list[str]:
    """The fields that are no essentials, in their order."""
    return [name for name in FIELDS if name not in ESSENTIALS]


def _is_set(spec: Spec, name: str) -> bool:
    """Whether a field has another value than it has by itself."""
    return bool(getattr(spec, name) != FIELDS[name].default)
