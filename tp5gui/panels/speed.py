"""How fast to train: a slider from one epoch a second to full speed, which suits the run by itself."""

import math

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QStyle, QStyleOptionSlider

from core.base.words import say
from tp5gui.panels.calm import CalmSlider
from tp5gui.session.messages import Frame
from tp5gui.session.pacing import SPEEDS, pace
from tp5gui.session.session import Session
from tp5gui.words import count, folded

BY_ITSELF = (Qt.Key.Key_Backspace, Qt.Key.Key_Delete)


class SpeedSlider(CalmSlider):
    """Shows the speed in use and asks for another; a double click or Backspace leaves it to the run.

    The session knows what was wished for, and the slider what that means for the run that is shown.

    Signals
    -------
    wished(object) : the person asked for so many epochs a second, or for None, which suits the run.
    shown(str) : the speed in use, in words.
    """

    wished = Signal(object)
    shown = Signal(str)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._epochs = session.store.spec.epochs
        self.setRange(0, len(SPEEDS) - 1)
        self.setPageStep(1)
        self.setAccessibleName(say("Speed"))
        self.valueChanged.connect(self._on_value)
        session.speed_changed.connect(self.show_speed)
        session.framed.connect(self.on_frame)
        self.show_speed()

    @property
    def speed(self) -> float:
        """Epochs a second at most that the slider stands at."""
        return SPEEDS[self.value()]

    def words(self) -> str:
        """The speed in use, in words."""
        fast = math.isinf(self.speed)
        return say("full speed") if fast else say("{rate}/s", rate=count(round(self.speed)))

    @Slot()
    def show_speed(self) -> None:
        """Stand where the speed in use is, as near as the positions allow."""
        speed = pace(self._session.speed, self._epochs)
        with QSignalBlocker(self):
            self.setValue(min(range(len(SPEEDS)), key=lambda place: _apart(SPEEDS[place], speed)))
        self.setToolTip(self._explained())
        self.shown.emit(self.words())

    @Slot(object)
    def on_frame(self, frame: Frame) -> None:
        if frame.built.epochs != self._epochs:
            self._epochs = frame.built.epochs
            if not self.isSliderDown():
                self.show_speed()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click beside the handle takes it there, so that either end is one click away."""
        option = QStyleOptionSlider()
        self.initStyleOption(option)
        slider, part = QStyle.ComplexControl.CC_Slider, QStyle.SubControl.SC_SliderHandle
        handle = self.style().subControlRect(slider, option, part, self)
        place = event.position().toPoint()
        if event.button() == Qt.MouseButton.LeftButton and not handle.contains(place):
            way = place.x() - handle.width() // 2, self.width() - handle.width()
            self.setValue(QStyle.sliderValueFromPosition(self.minimum(), self.maximum(), *way))
        super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._wish(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in BY_ITSELF:
            self._wish(None)
        else:
            super().keyPressEvent(event)

    @Slot()
    def _on_value(self) -> None:
        self._wish(self.speed)

    def _wish(self, speed: float | None) -> None:
        self._session.set_speed(speed)
        self.wished.emit(speed)

    def _explained(self) -> str:
        lines = [say("How fast to train: from one epoch a second to as fast as it goes (End).")]
        if self._session.speed is None:
            lines.append(say("Now it suits the run: all its epochs take about ten seconds, to see it learn."))
        else:
            lines.append(say("A double click, or Backspace: about ten seconds for all epochs of a run."))
        return folded(*lines)


def _apart(one: float, other: float) -> float:
    """How far apart two speeds are; infinity is as far as can be from any other."""
    return 0.0 if one == other else abs(math.log(one) - math.log(other))
