"""The experiment: which preset, and every field of the run."""

from dataclasses import replace

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from core.base.words import say
from core.experiment.presets import preset, presets
from core.experiment.spec import Spec
from tp5gui import theme
from tp5gui.panels.choices import choice_box
from tp5gui.panels.form import SpecForm
from tp5gui.panels.label import Label
from tp5gui.session.session import Session
from tp5gui.session.view_state import ViewState

REASON = 64  # px below a refused value that are brought into view with it


class ExperimentPanel(QWidget):
    """Chooses a preset and edits the spec; says when what is shown no longer fits the settings.

    Attributes
    ----------
    presets : the box of known experiments.
    lesson : what the chosen one teaches.
    stale : says that some settings wait for the next start; hidden where none does.
    refused : says that some value was not accepted; hidden where all are.
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
        self.lesson = Label()
        self.lesson.setObjectName("soft")
        self.lesson.setWordWrap(True)
        self.stale = Label(
            say("The marked settings take effect at the next start; until then you see the run before.")
        )
        self.stale.setObjectName("stale")
        self.stale.setWordWrap(True)
        self.stale.hide()
        self.refused = Label(say("A value in red was not accepted: the last good value stays in use."))
        self.refused.setObjectName("reason")
        self.refused.setWordWrap(True)
        self.refused.hide()
        self.form = SpecForm(session.store)
        self.form.complained.connect(self.refused.setVisible)
        self.form.refused.connect(self._on_refused)

        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(theme.SPACE, theme.SPACE, theme.SPACE, theme.SPACE)
        column.setSpacing(theme.SPACE)
        for widget in (self.presets, self.lesson, self.stale, self.refused, self.form):
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
        outer.addWidget(scroll)
        self.setFixedWidth(272)

        self.presets.activated.connect(self._on_preset)
        session.store.changed.connect(self.on_spec)
        session.state_changed.connect(self.on_state)
        self.on_spec(session.store.spec, frozenset())

    @Slot(object, object)
    def on_spec(self, spec: Spec, names: frozenset[str]) -> None:
        known = next((one for one in presets() if replace(spec, seed=one.spec.seed) == one.spec), None)
        self.presets.setCurrentIndex(self.presets.findData(known.name) if known else -1)
        self.lesson.setText(say(known.lesson) if known else "")
        self.lesson.setVisible(known is not None)

    @Slot(object)
    def on_state(self, state: ViewState) -> None:
        self.form.mark_stale(state.stale)
        self.stale.setVisible(bool(state.stale))

    @Slot(object)
    def _on_refused(self, editor: QWidget) -> None:
        """Bring a refused value into view, and the reason that stands below it."""
        self._scroll.ensureWidgetVisible(editor, 0, REASON)

    def _on_preset(self, index: int) -> None:
        self._session.store.replace(preset(self.presets.itemData(index)))
