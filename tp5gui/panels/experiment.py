"""The experiment: which preset, and every field of the run."""

from dataclasses import replace

from PySide6.QtCore import QSize, Qt, QTimer, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from core.base.words import say
from core.experiment.presets import Preset, presets
from core.experiment.spec import Spec, changed
from tp5gui import theme
from tp5gui.panels.choices import choice_box
from tp5gui.panels.form import SpecForm
from tp5gui.panels.passage import Passage
from tp5gui.session.session import Session
from tp5gui.session.view_state import ViewState

WIDTH = 306  # px at first, without a zoom
LEAST_WIDTH = 16  # heights of a line: 256 px at normal type
LESSON_LINES = 6  # of the lesson; what is longer scrolls
NOTE_LINES = 4  # of the words below the fields
NEAR = 6  # fields in which settings may differ from a preset that they are said to come from


class ExperimentPanel(QWidget):
    """Chooses a preset and edits the spec; says when what is shown no longer fits the settings.

    Words have a place of a fixed height, above the fields or below, so that none of them moves.

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
        self.lesson = Passage(LESSON_LINES, "soft")
        self.lesson.setAccessibleName(say("What this experiment teaches"))
        self.stale = Passage(NOTE_LINES, "stale")
        self.stale.setText(say("The marked settings wait for a new run; you see the run before."))
        self.refused = Passage(NOTE_LINES, "reason")
        for words in (self.stale, self.refused):
            words.setAccessibleName(say("What is not in use yet"))
        self.back = QPushButton()
        self.back.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.back.clicked.connect(session.forget_edits)
        self.form = SpecForm(session.store)
        self.form.complained.connect(self._on_complained)
        self.form.refused.connect(self._on_refused)
        session.acting.connect(self.form.commit)
        self._scroll = self._fields()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, theme.SPACE, 0, theme.SPACE)
        column.setSpacing(theme.SPACE)
        column.addLayout(self._place_above())
        column.addWidget(self._scroll, 1)
        column.addLayout(self._place_below())

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
        self._say_back()
        self.back.setVisible(waits)
        self.stale.setVisible(waits and not self.refused.text())

    def minimumSizeHint(self) -> QSize:
        """Narrow enough for a person who wants to see the rest; type that is larger needs more."""
        return QSize(LEAST_WIDTH * self.fontMetrics().height(), super().minimumSizeHint().height())

    def sizeHint(self) -> QSize:
        return QSize(theme.size(WIDTH), super().sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._say_back()

    def _place_above(self) -> QVBoxLayout:
        """The preset and its lesson."""
        place = QVBoxLayout()
        place.setContentsMargins(theme.SPACE, 0, theme.SPACE // 2 + theme.BAR, 0)
        place.setSpacing(theme.SPACE // 2)
        place.addWidget(self.presets)
        place.addWidget(self.lesson)
        return place

    def _fields(self) -> QScrollArea:
        """The form, which scrolls; the room of the bar stays where there is nothing to scroll."""
        page = QWidget()
        column = QVBoxLayout(page)
        column.addWidget(self.form)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidget(page)
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # its fields take the focus
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

        def keep_room(low: int = 0, high: int = 0) -> None:
            room = 0 if high > low else theme.BAR
            column.setContentsMargins(theme.SPACE, 0, theme.SPACE // 2 + room, theme.SPACE)

        scroll.verticalScrollBar().rangeChanged.connect(keep_room)
        keep_room()
        return scroll

    def _place_below(self) -> QGridLayout:
        """The place of what comes and goes: some lines of words and a button."""
        place = QGridLayout()
        place.setContentsMargins(theme.SPACE, 0, theme.SPACE // 2 + theme.BAR, 0)
        place.setSpacing(theme.SPACE // 2)
        for widget in (self.refused, self.back):
            kept = widget.sizePolicy()
            kept.setRetainSizeWhenHidden(True)
            widget.setSizePolicy(kept)
            widget.hide()
        for words in (self.refused, self.stale):  # of which one is shown at a time
            place.addWidget(words, 0, 0)
        place.addWidget(self.back, 1, 0)
        return place

    def _say_back(self) -> None:
        """Say what the button does, as far as there is room."""
        running = self._session.state.running
        words = say("Back to what is running") if running else say("Back to the run shown")
        room = self.back.width() - 2 * theme.SPACE
        self.back.setText(self.back.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, room))
        self.back.setToolTip(words)
        self.back.setAccessibleName(words)

    @Slot(str)
    def _on_complained(self, words: str) -> None:
        self.refused.setText(words)
        self.refused.setVisible(bool(words))
        self.stale.setVisible(bool(self._session.state.stale) and not words)

    @Slot(object)
    def _on_refused(self, editor: QWidget) -> None:
        """Bring a refused value into view, as soon as it has its place there."""
        QTimer.singleShot(0, editor, lambda: self._scroll.ensureWidgetVisible(editor, 0, theme.SPACE))

    def _on_preset(self, index: int) -> None:
        self._session.choose_preset(self.presets.itemData(index))


def _lesson_near(spec: Spec) -> str:
    """The lesson of the preset that settings of one's own come from, as far as one can tell."""
    near = min(presets(), key=lambda known: len(changed(known.spec, spec)))
    return _changed_from(near) if len(changed(near.spec, spec)) <= NEAR else ""


def _changed_from(known: Preset) -> str:
    return say("Changed from “{label}”. {lesson}", label=say(known.label), lesson=say(known.lesson))
