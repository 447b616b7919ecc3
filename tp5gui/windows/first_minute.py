"""The four hints of the first minute, and the gestures that they wait for."""

from functools import partial
from typing import TYPE_CHECKING

from core.base.words import say
from tp5gui.windows.guide import Guide, Hint

if TYPE_CHECKING:
    from tp5gui.windows.main_window import MainWindow


def first_minute(window: "MainWindow") -> Guide:
    """The hints of a window, in its line at the foot; each goes when the person does what it says."""
    canvas, start, plane = window.draw.canvas, window.controls.start, window.latent.map
    network = window.draw.network.view
    drawn = say("Draw with the left button: the network answers at once, on the right.")
    started = say("Press the button at the top left, and watch the network learn.")
    dragged = say("Drag the cursor over the map: beside it is what the network makes there.")
    pulled = say("Pull a number of the code: the answer follows it. Let go, and both return.")
    hints = (
        Hint("draw", drawn, canvas), Hint("start", started, start),
        Hint("map", dragged, plane), Hint("pull", pulled, network),
    )  # fmt: skip
    guide = Guide(window, window.settings, hints, window.is_in_sight)
    canvas.stroke_ended.connect(partial(guide.done, "draw"))
    start.clicked.connect(lambda: guide.done("start"))
    plane.cursor_moved.connect(lambda *_: guide.done("map"))
    for view in (network, window.network.view):
        view.pulled.connect(lambda *_: guide.done("pull"))
    ended = say("That was the first minute. F1 says what a panel shows, ? lists what the keys do.")
    guide.ended.connect(lambda: window.session.tell(ended))
    for dock in window.docks:
        dock.visibilityChanged.connect(guide.refresh)
    window.status.faulted.connect(guide.on_fault)
    window.status.messageChanged.connect(guide.on_message)
    window.status.addWidget(guide)
    return guide
