"""The four hints of the first minute, and the gestures that they wait for."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from core.base.words import say
from tp5gui.session.messages import Frame, Phase
from tp5gui.session.session import Session
from tp5gui.windows.guide import Guide, Hint

if TYPE_CHECKING:
    from tp5gui.windows.main_window import MainWindow


def first_minute(window: "MainWindow") -> Guide:
    """The hints of a window, in its line at the foot; each goes when the person does what it says."""
    canvas, start, plane = window.draw.canvas, window.controls.start, window.latent.map
    network = window.draw.network.view
    drawn = say("Draw with the left button, or arrow keys and Space: the network answers at once.")
    started = say("Press the button at the top left, or F5, and watch the network learn.")
    dragged = say(
        "Drag the cursor over the map, or F6 and arrow keys: beside it is what the network makes there."
    )
    pulled = say(
        "Pull a number of the code, or press arrow keys: the answer follows. Let go, and both return."
    )
    hints = (
        Hint("draw", drawn, canvas), Hint("start", started, start),
        Hint("map", dragged, plane), Hint("pull", pulled, network),
    )  # fmt: skip
    guide = Guide(window, window.settings, hints, window.is_in_sight)
    for each in (canvas, window.network.canvas):
        each.stroke_ended.connect(partial(guide.done, "draw"))
    Learning(window.session, guide).seen.connect(partial(guide.done, "start"))
    plane.cursor_moved.connect(lambda *_: guide.done("map"))
    for view in (network, window.network.network.view):
        view.pulled.connect(lambda *_: guide.done("pull"))
    ended = say("That was the first minute. F1 says what a panel shows, ? lists what the keys do.")
    guide.ended.connect(lambda: window.session.tell(ended))
    for dock in window.docks:
        dock.visibilityChanged.connect(guide.refresh)
    window.status.faulted.connect(guide.on_fault)
    window.status.messageChanged.connect(guide.on_message)
    window.status.addWidget(guide)
    return guide


class Learning(QObject):
    """Hears of a run that trains before the person's eyes: to press Start is not yet to see it learn.

    Signals
    -------
    seen() : a run has gone on by itself.
    """

    seen = Signal()

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._run = self._epoch = -1
        session.framed.connect(self.on_frame)

    @Slot(object)
    def on_frame(self, frame: Frame) -> None:
        run, epoch = frame.version, frame.now
        goes_on = frame.phase in (Phase.RUNNING, Phase.FINISHED)  # a step, or undo, leaves it paused
        if goes_on and run == self._run and epoch > self._epoch:
            self.seen.emit()
        self._run, self._epoch = run, epoch
