"""The bar above everything: start, step, rewind, speed, and how far the run is."""

import math

from PySide6.QtCore import QEvent, QSize, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QToolButton, QWidget

from core.base.words import say, say_count
from tp5gui import theme
from tp5gui.icons import icon
from tp5gui.panels.calm import CalmSlider
from tp5gui.panels.figure import Figure
from tp5gui.panels.label import Label
from tp5gui.panels.undoing import Undoing
from tp5gui.session.messages import Frame
from tp5gui.session.session import Session
from tp5gui.session.view_state import Action, ViewState
from tp5gui.words import count, decimal, duration, measured

SPEEDS = (1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1000.0, 3000.0, math.inf)
"""Epochs a second of the slider's positions."""


class ControlBar(QWidget):
    """Drives the run and says how it is doing.

    Attributes
    ----------
    undoing : undo and redo, for the menu as well.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._kind: object = None  # of run, by which the words differ
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

        self.speed = CalmSlider()
        self.speed.setRange(0, len(SPEEDS) - 1)
        self.speed.setValue(len(SPEEDS) - 1)
        self.speed.setPageStep(1)
        self.speed.setFixedWidth(88)
        self.speed.setAccessibleName(say("Speed"))
        self.speed.setToolTip(say("How fast to train: from one epoch a second to as fast as it goes."))
        self.speed.valueChanged.connect(self._on_speed)
        self._speed_words = Figure(say("full speed"))

        self._epoch = Figure("10,000 / 10,000")
        self._rate = Figure("999,999/s")
        self._left = Figure(say("{time} left", time="0:00"))
        self._recognised = Figure(say("{reached} of {total} recognised", reached=32, total=32))
        self._wrong = Figure(say_count("{count} wrong pixel", "{count} wrong pixels", 999))
        self._figures = (self._epoch, self._rate, self._left, self._recognised, self._wrong)
        self._progress = QProgressBar()
        self._progress.setTextVisible(False)
        self._progress.setFixedHeight(4)
        self._progress.setRange(0, 1000)
        self._progress.setMinimumWidth(24)

        row = QHBoxLayout(self)
        row.setContentsMargins(theme.SPACE, theme.SPACE // 2, theme.SPACE, theme.SPACE // 2)
        row.setSpacing(theme.SPACE)
        for widget in (self.start, self.step, self.rewind, self.seed, self.undo, self.redo):
            row.addWidget(widget)
        row.addSpacing(theme.SPACE)
        row.addWidget(self.speed)
        row.addWidget(self._speed_words)
        row.addSpacing(theme.SPACE)
        row.addWidget(self._caption(say("epoch")))
        row.addWidget(self._epoch)
        row.addWidget(self._progress, 1)
        row.addWidget(self._rate)
        row.addWidget(self._left)
        row.addSpacing(theme.SPACE)
        row.addWidget(self._recognised)
        row.addWidget(self._wrong)

        session.framed.connect(self.on_frame)
        session.state_changed.connect(self.on_state)
        self._on_speed(self.speed.value())
        self.on_state(session.state)
        self._blank()

    @Slot(object)
    def on_frame(self, frame: Frame) -> None:
        shot, total = frame.snapshot, frame.spec.epochs
        self._epoch.setText(f"{count(shot.epoch)} / {count(total)}")
        self._epoch.setToolTip(_race(frame) if frame.spec.replicas > 1 else "")
        self._progress.setValue(round(1000 * min(1.0, shot.epoch / total)))
        self._rate.setText(say("{rate}/s", rate=count(round(frame.rate))) if frame.rate else "")
        self._rate.setToolTip(_where(frame))
        left = (total - shot.epoch) / frame.rate if frame.rate else 0.0
        self._left.setText(say("{time} left", time=duration(left)) if left >= 1 else "")
        if frame.dataset.binary:
            self._say_characters(frame)
        else:
            self._say_greys(frame)
        kind = (frame.dataset.binary, frame.dataset.count, frame.spec.noisy)
        if kind != self._kind:  # a new run of the same kind has the same words, and nothing moves
            self._kind = kind
            for figure in self._figures:
                figure.settle()

    def _say_characters(self, frame: Frame) -> None:
        """Say how many images come out right, and how many pixels wrong."""
        shot, noisy = frame.snapshot, frame.spec.noisy
        number = {"reached": count(shot.recognised), "total": count(len(shot.inputs))}
        some = measured(len(shot.inputs), frame.dataset.count)
        if some and noisy:
            words = say("clean: {reached} of {total} measured recognised", **number)
        elif some:
            words = say("{reached} of {total} measured recognised", **number)
        elif noisy:
            words = say("clean: {reached} of {total} recognised", **number)
        else:
            words = say("{reached} of {total} recognised", **number)
        clean = say("Of the clean characters. The grid shows what becomes of them under the run's noise.")
        tip = "\n".join(line for line in (clean if noisy else "", some) if line)
        self._recognised.setText(words)
        wrong = shot.wrong_pixels
        self._wrong.setText(
            say_count("{count} wrong pixel", "{count} wrong pixels", wrong, count=count(wrong))
        )
        for label in (self._recognised, self._wrong):
            label.setToolTip(tip)

    def _say_greys(self, frame: Frame) -> None:
        """Say how many images are told apart, and how far off their pixels are."""
        shot = frame.snapshot
        own, compared = count(shot.nearest_own), count(shot.compared)
        self._recognised.setText(say("{own} of {total} nearest their own", own=own, total=compared))
        self._recognised.setToolTip(
            say(
                "Outputs that are nearer to their own image than to any other, without noise; at "
                "most 256 evenly spaced ones are compared."
            )
        )
        self._wrong.setText(say("error {error}", error=decimal(shot.squared_error, 5)))
        what = say("Mean squared error per pixel, of the images without noise.")
        some = measured(len(shot.inputs), frame.dataset.count)
        self._wrong.setToolTip("\n".join(line for line in (what, some) if line))

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

    def _on_speed(self, position: int) -> None:
        speed = SPEEDS[position]
        self._speed_words.setText(
            say("{rate}/s", rate=count(round(speed))) if math.isfinite(speed) else say("full speed")
        )
        self._session.set_speed(speed)

    def _blank(self) -> None:
        for figure in self._figures:
            figure.setText("")

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

    def _caption(self, text: str) -> Label:
        label = Label(text)
        label.setObjectName("soft")
        return label


def _action_words() -> dict[Action, str]:
    """What the main button says."""
    return {
        Action.START: say("Start"), Action.START_WITH_THESE: say("Start with these"),
        Action.PAUSE: say("Pause"), Action.RESUME: say("Resume"), Action.TRAIN_AGAIN: say("Train again"),
    }  # fmt: skip


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
