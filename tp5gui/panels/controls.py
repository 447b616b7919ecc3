"""The bar above everything: start, step, rewind, speed, and how far the run is."""

import math

from PySide6.QtCore import QEvent, QSize, Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QSlider, QToolButton, QWidget

from tp5gui import theme
from tp5gui.icons import icon
from tp5gui.session.messages import Frame
from tp5gui.session.session import Session
from tp5gui.session.view_state import Action, ViewState
from tp5gui.words import count, decimal, duration

SPEEDS = (1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1000.0, 3000.0, math.inf)
"""Epochs a second of the slider's positions."""


class ControlBar(QWidget):
    """Drives the run and says how it is doing."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.start = QPushButton()
        self.start.setObjectName("primary")
        self.start.setMinimumWidth(112)
        self.start.clicked.connect(session.toggle)
        self.step = self._button("step", self.tr("Train one epoch (F6)"), session.step)
        self.rewind = self._button(
            "rewind", self.tr("Stop, and back to epoch 0: same seed, same start (F7)"), session.rewind
        )
        self.seed = self._button(
            "seed", self.tr("Stop, and another start of the same run: a new seed (F8)"), session.new_seed
        )

        self.speed = QSlider(Qt.Orientation.Horizontal)
        self.speed.setRange(0, len(SPEEDS) - 1)
        self.speed.setValue(len(SPEEDS) - 1)
        self.speed.setPageStep(1)
        self.speed.setFixedWidth(88)
        self.speed.setAccessibleName(self.tr("Speed"))
        self.speed.setToolTip(self.tr("How fast to train: from one epoch a second to as fast as it goes."))
        self.speed.valueChanged.connect(self._on_speed)
        self._speed_words = self._read_out(self.tr("full speed"))

        self._epoch = self._read_out("10,000 / 10,000")
        self._rate = self._read_out("999,999/s")
        self._left = self._read_out(self.tr("0:00 left"))
        self._recognised = self._read_out(self.tr("32 of 32 recognised"))
        self._wrong = self._read_out(self.tr("999 wrong pixels"))
        self._progress = QProgressBar()
        self._progress.setTextVisible(False)
        self._progress.setFixedHeight(4)
        self._progress.setRange(0, 1000)
        self._progress.setMinimumWidth(24)

        row = QHBoxLayout(self)
        row.setContentsMargins(theme.SPACE, theme.SPACE // 2, theme.SPACE, theme.SPACE // 2)
        row.setSpacing(theme.SPACE)
        for widget in (self.start, self.step, self.rewind, self.seed):
            row.addWidget(widget)
        row.addSpacing(theme.SPACE)
        row.addWidget(self.speed)
        row.addWidget(self._speed_words)
        row.addSpacing(theme.SPACE)
        row.addWidget(self._caption(self.tr("epoch")))
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
        self._progress.setValue(round(1000 * min(1.0, shot.epoch / total)))
        self._rate.setText(self.tr("%1/s").replace("%1", count(round(frame.rate))) if frame.rate else "")
        where = self.tr("Epochs a second, on %1") if frame.device != "cpu" else (
            self.tr("Epochs a second, with one thread of the processor")
            if frame.threads == 1
            else self.tr("Epochs a second, with %2 threads of the processor")
        )  # fmt: skip
        self._rate.setToolTip(where.replace("%1", frame.device).replace("%2", str(frame.threads)))
        left = (total - shot.epoch) / frame.rate if frame.rate else 0.0
        self._left.setText(self.tr("%1 left").replace("%1", duration(left)) if left >= 1 else "")
        self._say_reached(frame)

    def _say_reached(self, frame: Frame) -> None:
        shot = frame.snapshot
        if not frame.dataset.binary:
            self._recognised.setText(
                self.tr("%1 of %2 nearest their own")
                .replace("%1", count(shot.nearest_own)).replace("%2", count(shot.compared))
            )  # fmt: skip
            self._recognised.setToolTip(
                self.tr(
                    "Outputs that are nearer to their own image than to any other, without noise; at "
                    "most the first 256 are compared."
                )
            )
            self._wrong.setText(self.tr("error %1").replace("%1", decimal(shot.squared_error, 5)))
            self._wrong.setToolTip(self.tr("Squared error a pixel, of the images without noise."))
            return
        if frame.spec.replicas > 1:
            self._epoch.setToolTip(
                self.tr("A race: shown is run %1 of %2, which is ahead; the grey curves are the others.")
                .replace("%1", str(frame.leader + 1)).replace("%2", str(frame.spec.replicas))
            )  # fmt: skip
        else:
            self._epoch.setToolTip("")
        words = self.tr("clean: %1 of %2 recognised") if frame.spec.noisy else self.tr("%1 of %2 recognised")
        for label in (self._recognised, self._wrong):
            label.setToolTip(
                self.tr("Of the clean characters. The grid shows what becomes of them under the run's noise.")
                if frame.spec.noisy
                else ""
            )
        self._recognised.setText(
            words.replace("%1", count(shot.recognised)).replace("%2", count(len(shot.inputs)))
        )
        self._wrong.setText(
            self.tr("1 wrong pixel")
            if shot.wrong_pixels == 1
            else self.tr("%1 wrong pixels").replace("%1", count(shot.wrong_pixels))
        )

    @Slot(object)
    def on_state(self, state: ViewState) -> None:
        words = {
            Action.START: self.tr("Start"), Action.PAUSE: self.tr("Pause"),
            Action.RESUME: self.tr("Resume"), Action.TRAIN_AGAIN: self.tr("Train again"),
        }  # fmt: skip
        self.start.setText(words[state.action])
        self.start.setToolTip(self.tr("%1 (F5)").replace("%1", words[state.action]))
        for button in (self.start, self.seed):
            button.setEnabled(state.ready)
        self.step.setEnabled(state.ready and state.can_step)
        self.rewind.setEnabled(state.ready and state.can_rewind)
        self._paint_start(state.action)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            for button in (self.step, self.rewind, self.seed):
                button.setIcon(icon(button.objectName()))
            self._paint_start(self._session.state.action)
        super().changeEvent(event)

    def _paint_start(self, action: Action) -> None:
        name = "pause" if action is Action.PAUSE else "start"
        self.start.setIcon(icon(name, theme.tokens().on_accent))

    def _on_speed(self, position: int) -> None:
        speed = SPEEDS[position]
        self._speed_words.setText(
            self.tr("%1/s").replace("%1", count(round(speed)))
            if math.isfinite(speed)
            else self.tr("full speed")
        )
        self._session.set_speed(speed)

    def _blank(self) -> None:
        for label in (self._epoch, self._rate, self._left, self._recognised, self._wrong):
            label.setText("")

    def _button(self, name: str, help: str, action: object) -> QToolButton:
        button = QToolButton()
        button.setObjectName(name)
        button.setIcon(icon(name))
        button.setIconSize(QSize(16, 16))
        button.setToolTip(help)
        button.setAccessibleName(help)
        button.clicked.connect(action)
        return button

    def _read_out(self, widest: str) -> QLabel:
        """A label as wide as its widest text, in tabular figures, so that nothing beside it jumps."""
        label = QLabel()
        label.setFont(theme.figure_font(label.font()))
        label.setMinimumWidth(label.fontMetrics().horizontalAdvance(widest))
        return label

    def _caption(self, text: str) -> QLabel:
        label = QLabel(text)
        label.setObjectName("soft")
        return label
