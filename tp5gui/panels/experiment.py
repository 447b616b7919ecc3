"""The experiment: which preset, and every field of the run."""

from dataclasses import replace

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from core.experiment.presets import preset, presets
from core.experiment.spec import Spec
from tp5gui import theme
from tp5gui.panels.choices import choice_box
from tp5gui.panels.form import SpecForm
from tp5gui.session.session import Session
from tp5gui.session.view_state import ViewState
from tp5gui.words import translated


class ExperimentPanel(QWidget):
    """Chooses a preset and edits the spec; says when what is shown no longer fits the settings."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.presets = choice_box(((each.name, each.label, each.lesson) for each in presets()), width=12)
        self.presets.setAccessibleName(self.tr("Preset"))
        self.presets.setToolTip(self.tr("A known experiment: sets every field below."))
        self.presets.setPlaceholderText(self.tr("Your own settings"))
        self._lesson = QLabel()
        self._lesson.setObjectName("soft")
        self._lesson.setWordWrap(True)
        self.stale = QLabel(
            self.tr("The marked settings wait for the next start; what you see is still the run before.")
        )
        self.stale.setObjectName("stale")
        self.stale.setWordWrap(True)
        self.stale.hide()
        self.refused = QLabel(self.tr("A value in red is not taken: the last good one stays in force."))
        self.refused.setObjectName("reason")
        self.refused.setWordWrap(True)
        self.refused.hide()
        self.form = SpecForm(session.store)
        self.form.complained.connect(self.refused.setVisible)

        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(theme.SPACE, theme.SPACE, theme.SPACE, theme.SPACE)
        column.setSpacing(theme.SPACE)
        for widget in (self.presets, self._lesson, self.stale, self.refused, self.form):
            column.addWidget(widget)
        column.addStretch(1)
        scroll = QScrollArea()
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
        known = next((each for each in presets() if replace(spec, seed=each.spec.seed) == each.spec), None)
        self.presets.setCurrentIndex(self.presets.findData(known.name) if known else -1)
        self._lesson.setText(translated(known.lesson) if known else "")
        self._lesson.setVisible(known is not None)

    @Slot(object)
    def on_state(self, state: ViewState) -> None:
        self.form.mark_stale(state.stale)
        self.stale.setVisible(bool(state.stale))

    def _on_preset(self, index: int) -> None:
        self._session.store.replace(preset(self.presets.itemData(index)))
