"""A row of the form: the label and the editor of one field of a run, and what their tool tips say."""

from dataclasses import Field
from typing import Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy

from core.base.words import say
from tp5gui import theme
from tp5gui.panels.editors import Editor, editor_for
from tp5gui.panels.label import Label
from tp5gui.words import folded


class FieldLabel(Label):
    """The label of a field, which ends in an ellipsis where it has no room; its tool tip begins with it."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.setObjectName("field")

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, room = QPainter(self), self.contentsRect()
        words = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width())
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, words)


class Row:
    """The widgets of one field: its `label` and its `editor`, which asks for no width."""

    def __init__(self, field: "Field[Any]") -> None:
        self._field = field
        self.editor: Editor = editor_for(field)
        self.editor.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.label = FieldLabel(say(field.metadata["label"]))
        self.label.setBuddy(self.editor)
        self.editor.setAccessibleName(self.label.text())
        focused = self.editor.focusProxy()
        if focused is not None:
            focused.setAccessibleName(self.label.text())
        self.show_part(plays=True)

    def show_part(self, *, plays: bool) -> None:
        """Let the row be used where its field has an effect; where it has none, its place stays."""
        for widget in (self.label, self.editor):
            widget.setEnabled(plays)
            widget.setToolTip(_explained(self._field, plays=plays))

    def mark_stale(self, stale: bool) -> None:
        """Mark the label of a field whose change waits for a new run."""
        theme.set_style(self.label, stale=stale)


def _explained(field: "Field[Any]", *, plays: bool) -> str:
    """Label, help, limits, unit and effect of a field, as a tool tip."""
    facts = field.metadata
    lines = [say("{label}: {help}", label=say(facts["label"]), help=say(facts["help"]))]
    if facts["low"] is not None and facts["unit"]:
        low, high, unit = facts["low"], facts["high"], say(facts["unit"])
        lines.append(say("From {low} to {high} {unit}.", low=low, high=high, unit=unit))
    elif facts["low"] is not None:
        lines.append(say("From {low} to {high}.", low=facts["low"], high=facts["high"]))
    if not plays:
        lines.append(say("It has no effect with the other settings as they are."))
    elif facts["effect"] == "live":
        lines.append(say("A change takes effect at once."))
    else:
        lines.append(say("A change takes effect at the next start."))
    return folded(*lines)
