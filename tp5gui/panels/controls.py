"""The bar above everything: start, step, rewind, speed, how far the run is and how it goes."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize, Slot
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from core.base.words import say, say_count
from core.measure.headlines import headlines
from tp5gui import theme
from tp5gui.canvases.telling import Telling
from tp5gui.icons import icon, looks_otherwise
from tp5gui.panels.figure import Figure
from tp5gui.panels.going import GoingWord
from tp5gui.panels.label import Label
from tp5gui.panels.readout import Readout
from tp5gui.panels.speed import SpeedSlider
from tp5gui.panels.undoing import Undoing
from tp5gui.session.messages import Frame, Phase
from tp5gui.session.session import Session
from tp5gui.session.view_state import Action, ViewState
from tp5gui.words import count, duration

ON, DOWN = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
Folded = tuple[QBoxLayout.Direction, QBoxLayout.Direction]
FOLDED: tuple[Folded, ...] = ((ON, ON), (DOWN, ON), (DOWN, DOWN))
"""Where how the run goes stands, seen from the buttons, and then its parts: all in one line if it can be."""


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
        self._total = 0  # epochs that there is room for
        self.start = _Start()
        self.start.clicked.connect(session.toggle)
        self.step = self._button("step", say("Step one epoch"), say("Train one epoch (F9)"), session.step)
        self.rewind = self._button(
            "rewind",
            say("Rewind"),
            say("Stop and go back to epoch 0, with the same seed (F7)"),
            session.rewind,
        )
        self.seed = self._button(
            "seed", say("New seed"), say("Stop and start again with a new seed (F8)"), session.new_seed
        )

        self.undoing = Undoing(session, self)
        self.undo, self.redo = (self._button_of(one) for one in (self.undoing.undo, self.undoing.redo))

        self.speed = SpeedSlider(session)
        self.speed.setFixedWidth(88)
        self._speed_words = Figure("\n".join((say("full speed"), say("{rate}/s", rate=count(10_000)))))
        self.speed.shown.connect(self._on_speed)
        self._on_speed(self.speed.words())

        self._epoch_word = Label(say("epoch"))
        self._epoch = Figure(f"{count(10_000)} / {count(10_000)}")
        self._rate = Figure(say("{rate}/s", rate=count(99_999)), theme.CAPTION)
        self._left = Figure(say("{time} left", time="0:00"), theme.CAPTION)
        self._left.setToolTip(say("How long the rest of the epochs takes at this rate."))
        for label in (self._epoch_word, self._rate, self._left):
            label.setObjectName("soft")
        self._progress = QProgressBar()
        self._progress.setTextVisible(False)
        self._progress.setFixedHeight(4)
        self._progress.setRange(0, 1000)
        self._progress.setToolTip(say("How much of its epochs the run has had."))
        self._progress.setAccessibleName(say("Progress of the run"))
        self.going = GoingWord()
        self.telling_going = Telling(self.going, always=True)
        self.readouts = Readout(), Readout()
        self._lay_out()

        session.awaited.connect(self.going.show_awaited)
        session.framed.connect(self.on_frame)
        session.state_changed.connect(self.on_state)
        self.on_state(session.state)

    def _lay_out(self) -> None:
        """Put everything in its place."""
        self._lines, lead = QBoxLayout(ON, self), QHBoxLayout()
        self._lines.setContentsMargins(theme.SPACE, theme.SPACE // 2, theme.SPACE, theme.SPACE // 2)
        self._tail = QBoxLayout(ON)
        for layout in (self._lines, lead, self._tail):
            layout.setSpacing(theme.SPACE)
        for widget in self._acting:
            lead.addWidget(widget)
        lead.addLayout(self._how_far(), 1)
        self._tail.addStretch(1)
        for widget in self._telling:
            self._tail.addWidget(widget)
        self._lines.addLayout(lead, 1)
        self._lines.addLayout(self._tail, 1)

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
    def _acting(self) -> tuple[QWidget, ...]:
        """What drives the run."""
        buttons = self.start, self.step, self.rewind, self.seed, self.undo, self.redo
        return *buttons, self.speed, self._speed_words

    @property
    def _telling(self) -> tuple[QWidget, ...]:
        """How the run goes."""
        return self.going, *self.readouts

    @property
    def _told_elsewhere(self) -> tuple[QWidget, ...]:
        """What gives way before a line is folded, in this order: tool tips say as much."""
        return self._rate, self._speed_words, self._left

    @property
    def _giving_way(self) -> tuple[QWidget, ...]:
        """What is not shown where there is no room however often it is folded; menus and keys have it all."""
        return *self._told_elsewhere, self.undo, self.redo, self.seed, self.speed

    def minimumSizeHint(self) -> QSize:
        return QSize(self._needed(FOLDED[-1], self._giving_way), super().minimumSizeHint().height())

    def sizeHint(self) -> QSize:
        return QSize(self._needed(FOLDED[0]), super().sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:  # some part needs more room, or less
            self._fit()
        return super().event(event)

    def _fit(self) -> None:
        """Show what there is room for in as few lines as can be."""
        everything, told = self._giving_way, self._told_elsewhere
        folded = next((one for one in FOLDED if self._needed(one, told) <= self.width()), FOLDED[-1])
        self._lines.setDirection(folded[0])
        self._tail.setDirection(folded[1])
        gone = 0
        while gone < len(everything) and self._needed(folded, everything[:gone]) > self.width():
            gone += 1
        for place, widget in enumerate(everything):
            widget.setVisible(place >= gone)

    def _needed(self, folded: Folded, gone: Sequence[QWidget] = ()) -> int:
        """The width that the parts take at least, without those that are gone."""
        lead = [*self._acting, self._epoch_word, self._epoch, self._rate, self._left]
        tail = [[part] for part in self._telling] if folded[1] is DOWN else [[*self._telling]]
        lines = [lead, *tail] if folded[0] is DOWN else [lead + tail[0]]
        widths = [[_least(part) for part in line if part not in gone] for line in lines]
        # margins, and the gaps around what may stretch
        return max(sum(line) + theme.SPACE * (len(line) + 3) for line in widths)

    @Slot(str)
    def _on_speed(self, words: str) -> None:
        self._speed_words.setText(words)
        self._speed_words.setToolTip(self.speed.toolTip())

    @Slot(object)
    def on_frame(self, frame: Frame) -> None:
        shot, total = frame.snapshot, frame.built.epochs
        if total != self._total:  # nothing moves when its last epochs have more figures than the first ones
            self._total = total
            self._epoch.foresee(f"{count(total)} / {count(total)}")
        self._epoch.setText(f"{count(shot.epoch)} / {count(total)}")
        for label in (self._epoch_word, self._epoch):
            label.setToolTip(_race(frame) if frame.spec.replicas > 1 else _epochs())
        self._progress.setValue(round(1000 * min(1.0, frame.now / frame.built.epochs)))
        self._rate.setText(say("{rate}/s", rate=count(round(frame.rate))) if frame.rate else "")
        self._rate.setToolTip(_where(frame))
        left = (frame.built.epochs - frame.now) / frame.rate if frame.rate else 0.0
        self._left.setText(say("{time} left", time=duration(left)) if left >= 1 else "")
        self.going.show_frame(frame)
        for readout, metric in zip(self.readouts, headlines(frame.spec, frame.dataset), strict=True):
            readout.show_metric(metric, frame)
        resting = -1 if frame.phase is Phase.RUNNING else shot.epoch
        self.telling_going.show(self._told, self.going.text(), resting)
        if frame.version != self._version:
            self._version = frame.version
            for figure in (self._epoch, self._rate, self._left):
                figure.settle()

    def _told(self) -> str:
        """How the run goes, how far it is, and what it is read by."""
        frame = self._session.frame
        if frame is None or self.going.waits:  # what for, the line at the foot tells
            return ""
        shot = frame.snapshot
        loss = float(shot.curves.values["loss"][-1, frame.leader]) if frame.visit is None else shot.loss
        first, second = (f"{readout.number.text()} {readout.unit.text()}" for readout in self.readouts)
        return say(
            "{state}. Epoch {epoch} of {total}, loss {loss}; {first}, {second}.",
            state=self.going.text(), epoch=count(shot.epoch), total=count(frame.built.epochs),
            loss=f"{loss:.4g}", first=first, second=second,
        )  # fmt: skip

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
        if looks_otherwise(event):
            for button in (self.step, self.rewind, self.seed):
                button.setIcon(icon(button.objectName()))
            self.undoing.dress()
            self._paint_start(self._session.state.action)
        super().changeEvent(event)

    def _paint_start(self, action: Action) -> None:
        name = "pause" if action is Action.PAUSE else "start"
        self.start.setIcon(icon(name, theme.tokens().on_accent))

    def _button(self, name: str, words: str, help: str, action: object) -> QToolButton:
        button = QToolButton()
        button.setObjectName(name)
        button.setIcon(icon(name))
        button.setToolTip(help)
        button.setAccessibleName(words)
        button.clicked.connect(action)
        return button

    def _button_of(self, action: QAction) -> QToolButton:
        button = QToolButton()
        button.setDefaultAction(action)
        return button


class _Start(QPushButton):
    """The main button, as wide as its widest words, so that nothing beside it moves."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("primary")

    def sizeHint(self) -> QSize:
        hint, metrics = super().sizeHint(), self.fontMetrics()
        widest = max(map(metrics.horizontalAdvance, _action_words().values()))
        return QSize(hint.width() - metrics.horizontalAdvance(self.text()) + widest, hint.height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()


def _least(widget: QWidget) -> int:
    """The width that a widget takes at least, shown or not."""
    return widget.minimumWidth() or widget.minimumSizeHint().width()


def _action_words() -> dict[Action, str]:
    """What the main button says."""
    return {
        Action.START: say("Start"), Action.START_WITH_THESE: say("Start with these"),
        Action.PAUSE: say("Pause"), Action.RESUME: say("Resume"),
        Action.TRAIN_AGAIN: say("Train from the start"),
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
