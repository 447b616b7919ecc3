"""A row of the form: the label and the editor of one field of a run, and what their tool tips say."""

from dataclasses import Field
from typing import Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QBoxLayout, QSizePolicy, QWidget

from core.base.words import say
from tp5gui import theme
from tp5gui.panels.editors import Editor, editor_for
from tp5gui.panels.label import Label
from tp5gui.words import folded

ANY = 0xFFFFFF  # px: Qt's word for a width without a bound
BESIDE, BELOW = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom


class FieldLabel(Label):
    """The label of a field, in as many lines as it needs while it is marked: a mark moves nothing."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.setObjectName("field")
        self.setWordWrap(True)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._lines = [text]
        self._place: tuple[int, bool, QFont] | None = None

    @property
    def widest(self) -> int:
        """What all its words need in one line, in px."""
        return self._metrics().horizontalAdvance(self.text())

    @property
    def widest_word(self) -> int:
        """What the longest of its words needs, in px: with less room it would be cut off."""
        return max(map(self._metrics().horizontalAdvance, self.text().split()))

    def fit(self, width: int, *, alone: bool) -> None:
        """Stand in a place of this width, or `alone` in a line that may be as wide by now."""
        if self._place == (width, alone, self.font()):
            return
        self._place = width, alone, self.font()
        metrics = self._metrics()
        self._lines = _broken(self.text(), metrics, width)
        self.setFixedHeight(len(self._lines) * metrics.lineSpacing())
        self.setMinimumWidth(0 if alone else width)  # one that is alone lets the form become narrower
        self.setMaximumWidth(ANY if alone else width)
        self.update()

    def minimumSizeHint(self) -> QSize:
        return QSize(0, 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        side = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(self.contentsRect(), side, "\n".join(self._lines))

    def _metrics(self) -> QFontMetrics:
        """The measures of its letters while it is marked."""
        marked = QFont(self.font())
        marked.setWeight(QFont.Weight.DemiBold)
        return QFontMetrics(marked)


class Row(QWidget):
    """The `label` of one field and its `editor`, beside it or, where there is no room for that, below."""

    def __init__(self, field: "Field[Any]") -> None:
        super().__init__()
        self._field = field
        self.editor: Editor = editor_for(field)
        self.editor.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.label = FieldLabel(say(field.metadata["label"]))
        self.label.setBuddy(self.editor)
        parts = self.editor.findChildren(QWidget)
        self._controls = [part for part in parts if part.focusPolicy() != Qt.FocusPolicy.NoFocus]
        for named in (self.editor, *self._controls):
            named.setAccessibleName(self.label.text())
        self._parts = QBoxLayout(BESIDE, self)
        self._parts.setContentsMargins(0, 0, 0, 0)
        self._parts.setSpacing(theme.SPACE)
        self._parts.addWidget(self.label)
        self._parts.addWidget(self.editor, 1)
        self.show_part(plays=True)

    def fit(self, width: int, label: int, editor: int) -> None:
        """Share a width between the label, which has its part, and an editor that wishes for so much."""
        beside = editor <= width - label - theme.SPACE
        direction = BESIDE if beside else BELOW
        if direction is not self._parts.direction():
            self._parts.setDirection(direction)
            # the ring around an editor leaves the letters above it whole, and a label stays with its editor
            self._parts.setSpacing(theme.SPACE if beside else theme.RING)
            self._parts.setContentsMargins(0, 0 if beside else theme.SPACE // 2, 0, 0)
        self.label.fit(label if beside else width, alone=not beside)

    def show_part(self, *, plays: bool) -> None:
        """Let the row be used where its field has an effect; where it has none, its place stays."""
        words = _explained(self._field, plays=plays)
        for widget in (self.label, self.editor):
            widget.setEnabled(plays)
            widget.setToolTip(words)
        for control in self._controls:
            control.setAccessibleDescription(words)

    def mark_stale(self, stale: bool) -> None:
        """Mark the label of a field whose change waits for a new run."""
        theme.set_style(self.label, stale=stale)


def _broken(text: str, metrics: QFontMetrics, width: int) -> list[str]:
    """The lines of a text, as few as the width has room for; a word is never broken."""
    first, *rest = text.split()
    lines = [first]
    for word in rest:
        longer = f"{lines[-1]} {word}"
        if metrics.horizontalAdvance(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


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
