"""The experiment: which preset, and every field of the run."""

from dataclasses import replace

from PySide6.QtCore import QEvent, QRect, Qt, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QPushButton, QScrollArea, QVBoxLayout, QWidget

from core.base.words import say
from core.experiment.presets import Preset, presets
from core.experiment.spec import Spec, changed
from tp5gui import theme
from tp5gui.panels.choices import choice_box
from tp5gui.panels.form import SpecForm
from tp5gui.panels.label import Label
from tp5gui.session.session import Session
from tp5gui.session.view_state import ViewState

WIDTH = 306  # px, without a zoom
FIELDS = 120  # px, without a zoom: of the fields that are in sight, at least
NEAR = 6  # fields in which settings may differ from a preset that they are said to come from
REASON_LINES = 4  # of words below the fields


class ExperimentPanel(QWidget):
    """Chooses a preset and edits the spec; says when what is shown no longer fits the settings.

    What comes and goes has its place below the fields, so that none of them moves.

    Attributes
    ----------
    presets : the box of known experiments.
    lesson : what the chosen one teaches, or the one that the settings come from.
    stale : says that some settings wait for the next start; hidden where none does.
    back : the button that goes back to the settings of the run; hidden where they are in use.
    refused : says why a value is not in use and what is; hidden where all are.
    form : every field of the run.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.presets = choice_box(
            ((known.name, say(known.label), say(known.lesson)) for known in presets()), width=12
        )
        self.presets.setAccessibleName(say("Preset"))
        self.presets.setToolTip(say("A known experiment. Choosing one sets every field below."))
        self.presets.setPlaceholderText(say("Your own settings"))
        self.lesson = self._words("soft")
        self.stale = self._words("stale")
        self.stale.setText(say("The marked settings wait for a new run; you see the run before."))
        self.refused = self._words("reason")
        self.back = QPushButton()
        self.back.clicked.connect(session.forget_edits)
        self.form = SpecForm(session.store)
        self.form.complained.connect(self._on_complained)
        self.form.refused.connect(self._on_refused)
        session.acting.connect(self.form.commit)

        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(theme.SPACE, theme.SPACE, theme.SPACE, theme.SPACE)
        column.setSpacing(theme.SPACE)
        for widget in (self.presets, self.lesson, self.form):
            column.addWidget(widget)
        column.addStretch(1)
        self._scroll = scroll = QScrollArea()
        scroll.setWidget(page)
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # its fields take the focus
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(scroll, 1)
        self._below = self._place_below()
        outer.addWidget(self._below)
        self._reserve()

        self.presets.activated.connect(self._on_preset)
        session.store.changed.connect(self.on_spec)
        session.state_changed.connect(self.on_state)
        self.on_spec(session.store.spec, frozenset())
        self.on_state(session.state)

    @Slot(object, object)
    def on_spec(self, spec: Spec, names: frozenset[str]) -> None:
        known = next((one for one in presets() if replace(spec, seed=one.spec.seed) == one.spec), None)
        self.presets.setCurrentIndex(self.presets.findData(known.name) if known else -1)
        self.lesson.setText(say(known.lesson) if known else _lesson_near(spec))

    @Slot(object)
    def on_state(self, state: ViewState) -> None:
        self.form.mark_stale(state.stale)
        waits = bool(state.stale)
        self.back.setText(say("Back to what is running") if state.running else say("Back to the run shown"))
        self.back.setVisible(waits)
        self.stale.setVisible(waits and not self.refused.text())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._reserve()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and self.isVisible():
            self._reserve()

    def _reserve(self) -> None:
        """Give the lesson room for the longest of them, so that no field moves when it changes."""
        self.setFixedWidth(theme.size(WIDTH))
        lines = REASON_LINES * self.fontMetrics().lineSpacing() + self.back.sizeHint().height()
        self._scroll.setMinimumHeight(theme.size(FIELDS))
        self._below.setFixedHeight(lines + 2 * theme.SPACE)
        room = QRect(0, 0, self.width() - 2 * theme.SPACE, 0)
        metrics, wrapped = self.lesson.fontMetrics(), Qt.TextFlag.TextWordWrap
        lessons = (metrics.boundingRect(room, wrapped, _changed_from(known)) for known in presets())
        self.lesson.setMinimumHeight(max(lesson.height() for lesson in lessons))

    def _words(self, name: str) -> Label:
        """A label of several lines that begins at the top of its place."""
        label = Label()
        label.setObjectName(name)
        label.setWordWrap(True)
        label.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        return label

    def _place_below(self) -> QWidget:
        """The place of what comes and goes: four lines of words and a button."""
        place = QWidget()
        column = QVBoxLayout(place)
        column.setContentsMargins(theme.SPACE, theme.SPACE // 2, theme.SPACE, theme.SPACE)
        column.setSpacing(theme.SPACE // 2)
        for words in (self.refused, self.stale):  # no higher than their lines: the sign stands beside them
            column.addWidget(words)
        column.addStretch(1)
        column.addWidget(self.back)
        self.refused.hide()
        return place

    @Slot(str)
    def _on_complained(self, words: str) -> None:
        self.refused.setText(words)
        self.refused.setVisible(bool(words))
        self.stale.setVisible(bool(self._session.state.stale) and not words)

    @Slot(object)
    def _on_refused(self, editor: QWidget) -> None:
        """Bring a refused value into view."""
        self._scroll.ensureWidgetVisible(editor, 0, theme.SPACE)

    def _on_preset(self, index: int) -> None:
        self._session.choose_preset(self.presets.itemData(index))


def _lesson_near(spec: Spec) -> str:
    """The lesson of the preset that settings of one's own come from, as far as one can tell."""
    near = min(presets(), key=lambda known: len(changed(known.spec, spec)))
    return _changed_from(near) if len(changed(near.spec, spec)) <= NEAR else ""


def _changed_from(known: Preset) -> str:
    return say("Changed from “{label}”. {lesson}", label=say(known.label), lesson=say(known.lesson))
