"""The bar above everything: start, step, rewind, speed, how far the run is and how it goes."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize, Qt, Slot
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QToolButton, QVBoxLayout, QWidget

from core.base.words import say, say_count
from tp5gui import theme
from tp5gui.icons import icon
from tp5gui.panels.figure import Figure
from tp5gui.panels.going import GoingWord
from tp5gui.panels.label import Label
from tp5gui.panels.readout import Readout, headlines
from tp5gui.panels.speed import SpeedSlider
from tp5gui.panels.undoing import Undoing
from tp5gui.session.messages import Frame
from tp5gui.session.session import Session
from tp5gui.session.view_state import Action, ViewState
from tp5gui.words import count, duration


class ControlBar(QWidget):
    """Drives the run and says how it is doing.

    Attributes
    ----------
    undoing : undo and redo, for the menu as well.
    speed : how fast it trains.
    going : how the run goes, in a word.
    readouts : the two numbers that it is read by.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._version = -1  # of the run that is shown
        self.start = QPushButton()
        self.start.setObjectName("primary")
        self.start.clicked.connect(session.toggle)
        self._reserve_start()
        self.step = self._button("step", say("Train one epoch (F6)"), session.step)
        self.rewind = self._button(
            "rewind", say("Stop and go back to epoch 0, with the same seed (F7)"), session.rewind
        )
        self.seed = self._button("seed", say("Stop and start again with a new seed (F8)"), session.new_seed)

        self.undoing = Undoing(session, self)
        self.undo, self.redo = (self._button_of(one) for one in (self.undoing.undo, self.undoing.redo))

        self.speed = SpeedSlider(session)
        self.speed.setFixedWidth(88)
        self._speed_words = Figure("\n".join((say("full speed"), say("{rate}/s", rate=count(10_000)))))
        self.speed.shown.connect(self._on_speed)
        self._on_speed(self.speed.words())

        self._epoch_word, small = Label(say("epoch")), theme.caption_font(self.font())
        self._epoch = Figure(f"{count(10_000)} / {count(10_000)}")
        self._rate = Figure(say("{rate}/s", rate=count(99_999)), small)
        self._left = Figure(say("{time} left", time="0:00"), small)
        self._left.setToolTip(say("How long the rest of the epochs takes at this rate."))
        for label in (self._epoch_word, self._rate, self._left):
            label.setObjectName("soft")
        self._progress = QProgressBar()
        self._progress.setTextVisible(False)
        self._progress.setFixedHeight(4)
        self._progress.setRange(0, 1000)
        self._progress.setToolTip(say("How much of its epochs the run has had."))
        self.going = GoingWord()
        self.readouts = Readout(), Readout()
        self._lay_out()

        session.framed.connect(self.on_frame)
        session.state_changed.connect(self.on_state)
        self.on_state(session.state)

    def _lay_out(self) -> None:
        """Put everything in its place."""
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(theme.SPACE, theme.SPACE // 2, theme.SPACE, theme.SPACE // 2)
        self._row.setSpacing(theme.SPACE)
        buttons: tuple[QWidget, ...] = (self.start, self.step, self.rewind, self.seed, self.undo, self.redo)
        for widget in (*buttons, self.speed, self._speed_words):
            self._row.addWidget(widget)
        self._row.addLayout(self._how_far(), 1)
        self._row.addStretch(1)
        for widget in (self.going, *self.readouts):
            self._row.addWidget(widget)

    def _how_far(self) -> QVBoxLayout:
        """Epochs, how long the rest takes, and below them how much of the run they are."""
        line, column = QHBoxLayout(), QVBoxLayout()
        line.setSpacing(theme.SPACE)
        for widget in (self._epoch_word, self._epoch, self._rate):
            line.addWidget(widget)
        line.addStretch()
        line.addWidget(self._left)
        column.setSpacing(theme.SPACE // 2)
        column.addStretch()
        column.addLayout(line)
        column.addWidget(self._progress)
        column.addStretch()
        return column

    @property
    def _giving_way(self) -> tuple[QWidget, ...]:
        """What is not shown where there is no room, in this order; menus and keys have it all."""
        return self._rate, self._speed_words, self._left, self.undo, self.redo, self.speed, self.seed

    def minimumSizeHint(self) -> QSize:
        return QSize(self._needed(gone=self._giving_way), super().minimumSizeHint().height())

    def sizeHint(self) -> QSize:
        return QSize(self._needed(), super().sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Show what there is room for."""
        gone = 0
        while gone < len(self._giving_way) and self._needed(gone=self._giving_way[:gone]) > self.width():
            gone += 1
        for place, widget in enumerate(self._giving_way):
            widget.setVisible(place >= gone)

    def _needed(self, gone: Sequence[QWidget] = ()) -> int:
        """The width that the parts take at least, without those that are gone."""
        parts: list[QWidget] = self.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
        widths = [_least(part) for part in parts if part not in (self._progress, *gone)]
        return sum(widths) + theme.SPACE * (len(widths) + 3)  # margins, and the gaps around what may stretch

    @Slot(str)
    def _on_speed(self, words: str) -> None:
        self._speed_words.setText(words)
        self._speed_words.setToolTip(self.speed.toolTip())

    @Slot(object)
    def on_frame(self, frame: Frame) -> None:
        shot, total = frame.snapshot, frame.spec.epochs
        self._epoch.setText(f"{count(shot.epoch)} / {count(total)}")
        for label in (self._epoch_word, self._epoch):
            label.setToolTip(_race(frame) if frame.spec.replicas > 1 else _epochs())
        self._progress.setValue(round(1000 * min(1.0, shot.epoch / total)))
        self._rate.setText(say("{rate}/s", rate=count(round(frame.rate))) if frame.rate else "")
        self._rate.setToolTip(_where(frame))
        left = (total - shot.epoch) / frame.rate if frame.rate else 0.0
        self._left.setText(say("{time} left", time=duration(left)) if left >= 1 else "")
        self.going.show_frame(frame)
        for readout, metric in zip(self.readouts, headlines(frame.spec, frame.dataset), strict=True):
            readout.show_metric(metric, frame)
        if frame.version != self._version:
            self._version = frame.version
            for figure in (self._epoch, self._rate, self._left):
                figure.settle()
        self._fit()

    @Slot(object)
    def on_state(self, state: ViewState) -> None:
        words = _action_words()[state.action]
        self.start.setText(words)
        self.start.setToolTip(say("{action} (F5)", action=words))
        for button in (self.start, self.seed):
            button.setEnabled(state.ready)
        self.step.setEnabled(state.ready and state.can_step)
        self.rewind.setEnabled(state.ready and state.can_rewind)
        self._paint_start(state.action)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            for button in (self.step, self.rewind, self.seed):
                button.setIcon(icon(button.objectName()))
            self.undoing.dress()
            self._paint_start(self._session.state.action)
        super().changeEvent(event)

    def _paint_start(self, action: Action) -> None:
        name = "pause" if action is Action.PAUSE else "start"
        self.start.setIcon(icon(name, theme.tokens().on_accent))

    def _button(self, name: str, help: str, action: object) -> QToolButton:
        button = QToolButton()
        button.setObjectName(name)
        button.setIcon(icon(name))
        button.setIconSize(QSize(16, 16))
        button.setToolTip(help)
        button.setAccessibleName(help)
        button.clicked.connect(action)
        return button

    def _button_of(self, action: QAction) -> QToolButton:
        button = QToolButton()
        button.setDefaultAction(action)
        button.setIconSize(QSize(16, 16))
        return button

    def _reserve_start(self) -> None:
        """Make the main button as wide as its widest words, so that nothing beside it moves."""
        self._paint_start(Action.START)
        for words in _action_words().values():
            self.start.setText(words)
            self.start.setMinimumWidth(max(self.start.minimumWidth(), self.start.sizeHint().width()))


def _least(widget: QWidget) -> int:
    """The width that a widget takes at least, shown or not."""
    return widget.minimumWidth() or widget.minimumSizeHint().width()


def _action_words() -> dict[Action, str]:
    """What the main button says."""
    return {
        Action.START: say("Start"), Action.START_WITH_THESE: say("Start with these"),
        Action.PAUSE: say("Pause"), Action.RESUME: say("Resume"), Action.TRAIN_AGAIN: say("Train again"),
    }  # fmt: skip


def _epochs() -> str:
    """What the two numbers are."""
    return say("Epochs trained, of those the run is to have. In each the network sees every image once.")


def _race(frame: Frame) -> str:
    """Which of several runs is shown."""
    leader, runs = frame.leader + 1, frame.spec.replicas
    return say(
        "A race: run {leader} of {runs} is shown, which is ahead; the grey curves are the others.",
        leader=leader, runs=runs,
    )  # fmt: skip


def _where(frame: Frame) -> str:
    """What the rate is, and where the run is computed."""
    if frame.device != "cpu":
        return say("Epochs a second, on {device}", device=frame.device)
    return say_count(
        "Epochs a second, with {count} thread of the processor",
        "Epochs a second, with {count} threads of the processor",
        frame.threads,
    )
