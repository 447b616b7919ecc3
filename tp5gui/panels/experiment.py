"""The experiment: which preset, and every field of the run."""

from PySide6.QtCore import QSize, Qt, QTimer, Slot
from PySide6.QtWidgets import (
    QFrame,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from core.base.words import say
from core.experiment.presets import presets
from core.experiment.spec import Spec
from tp5gui import theme
from tp5gui.panels.board import Board
from tp5gui.panels.choices import choice_box
from tp5gui.panels.form import SpecForm
from tp5gui.panels.origin import changes, origin
from tp5gui.panels.refusing import Refused, Refusing
from tp5gui.session.session import Session
from tp5gui.session.view_state import ViewState

WIDTH = 304  # px at first, without a zoom
LEAST_WIDTH = 14  # heights of a line: 224 px at normal type


class ExperimentPanel(QWidget):
    """Chooses a preset and edits the spec; says when what is shown no longer fits the settings.

    Attributes
    ----------
    presets : the box of known experiments.
    board : what the chosen one teaches, or the one that the settings come from; what is not in use and why.
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
        self.board = Board(say(known.lesson) for known in presets())
        self.board.back.clicked.connect(session.forget_edits)
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

        self.presets.activated.connect(self._on_preset)
        session.store.changed.connect(self.on_spec)
        session.state_changed.connect(self.on_state)
        self.on_spec(session.store.spec, frozenset())
        self.on_state(session.state)

    @Slot(object, object)
    def on_spec(self, spec: Spec, names: frozenset[str]) -> None:
        known = origin(spec)
        chosen = known is not None and not changes(known, spec)
        self.presets.setCurrentIndex(self.presets.findData(known.name) if known and chosen else -1)
        lesson = say(known.lesson) if known else ""
        if known and not chosen:
            lesson = say("Changed from “{label}”. {lesson}", label=say(known.label), lesson=lesson)
        self.board.say_lesson(lesson)

    @Slot(object)
    def on_state(self, state: ViewState) -> None:
        self.form.mark_stale(state.stale)
        self.board.say_waiting(waits=bool(state.stale), running=state.running)

    def minimumSizeHint(self) -> QSize:
        """Narrow enough for a person who wants to see the rest; type that is larger needs more."""
        return QSize(LEAST_WIDTH * self.fontMetrics().height(), super().minimumSizeHint().height())

    def sizeHint(self) -> QSize:
        return QSize(theme.size(WIDTH), super().sizeHint().height())

    def _place_above(self) -> QVBoxLayout:
        """The preset and what there is to say of it."""
        place = QVBoxLayout()
        place.setContentsMargins(theme.SPACE, 0, theme.SPACE // 2 + theme.BAR, 0)
        place.setSpacing(theme.SPACE // 2)
        place.addWidget(self.presets)
        place.addWidget(self.board)
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

    @Slot(str)
    def _on_complained(self, words: str) -> None:
        self.board.say_refused(words)
        history = self._session.history
        QTimer.singleShot(0, self, history.tidy)  # this may be part of an undo

    @Slot(object)
    def _on_refused(self, refused: Refused) -> None:
        """Bring a refused value into view, as soon as it has its place there; undo takes it back."""
        self._session.history.stack.push(Refusing(self.form, refused))
        editor = self.form.row(refused.name).editor
        QTimer.singleShot(0, editor, lambda: self._scroll.ensureWidgetVisible(editor, 0, theme.SPACE))

    def _on_preset(self, index: int) -> None:
        self._session.choose_preset(self.presets.itemData(index))
