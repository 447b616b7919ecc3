"""What is asked about the network: the questions that stand until others take their place."""

import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, QTimer, Slot

from core.experiment.fields import SEED_LIMIT
from tp5gui.session.drawing import Drawing
from tp5gui.session.messages import Backdrop, Questions, Walk

NEW_NOISE_EVERY = 500  # ms


class Asking(QObject):
    """Keeps the questions of the panels, one of each kind, and posts them whenever one of them changes.

    Parameters
    ----------
    post : takes the questions to the reading thread; of many changes that gets the newest. It may wait for
        the answer, for a moment.
    drawing : what is put into the network; every change of it is a new question.

    Attributes
    ----------
    questions : what is asked now.
    """

    def __init__(
        self, post: Callable[[Questions], object], drawing: Drawing, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._post = post
        self.questions = Questions(drawing=drawing.image)
        drawing.changed.connect(self.on_drawing_changed)
        self._looking_inside: set[int] = set()  # the views, by identity
        self._noise_timer = QTimer(self)
        self._noise_timer.setInterval(NEW_NOISE_EVERY)
        self._noise_timer.timeout.connect(self.noise_it)

    def begin(self) -> None:
        """Ask for the first time."""
        self._post(self.questions)

    def ask_again(self) -> None:
        """Ask for everything once more, for views that have not heard the answers."""
        self._ask(audience=self.questions.audience + 1)

    def close(self) -> None:
        """Ask nothing more by itself."""
        self._noise_timer.stop()

    @property
    def renews_noise(self) -> bool:
        """Whether new noise is drawn twice a second."""
        return self._noise_timer.isActive()

    def move_cursor(self, x: float, y: float) -> None:
        """Ask for the image that is decoded at this point of the latent plane."""
        self._ask(cursor=(x, y))

    def ask_backdrop(self, backdrop: Backdrop | None) -> None:
        """Ask for the decoded tiles behind the map; None for none."""
        if backdrop != self.questions.backdrop:
            self._ask(backdrop=backdrop)

    def ask_walk(self, walk: Walk | None) -> None:
        """Ask for the images along a walk through latent space; None ends the walk."""
        if walk != self.questions.walk:
            self._ask(walk=walk)

    def show_inside(self, view: object, on: bool) -> None:
        """Ask for what happens inside the network while a view of it is on; several views may be."""
        if on:
            self._looking_inside.add(id(view))
        else:
            self._looking_inside.discard(id(view))
        if bool(self._looking_inside) != self.questions.inside:
            self._ask(inside=bool(self._looking_inside))

    def pull(self, number: int, value: float) -> None:
        """Pull a number of the drawing's code to a value, until `let_go` or another drawing."""
        pulled = dict(self.questions.pulled) | {number: value}
        self._ask(pulled=tuple(pulled.items()))

    def let_go(self) -> None:
        """Let the network have its own code again."""
        if self.questions.pulled:
            self._ask(pulled=())

    def ask_unit(self, unit: tuple[int, int] | None) -> None:
        """Ask for the report of a unit, its column and number, while the inside is shown; None for none."""
        if unit != self.questions.unit:
            self._ask(unit=unit)

    def set_noise(self, noise: str, level: float) -> None:
        """Choose the noise that is added to the drawing before the network sees it."""
        self._ask(noise=noise, noise_level=level)

    @Slot()
    def noise_it(self) -> None:
        """Draw new noise on the drawing."""
        self._ask(noise_seed=random.randrange(SEED_LIMIT))

    def renew_noise(self, on: bool) -> None:
        """Draw new noise twice a second, or stop doing so."""
        if on:
            self._noise_timer.start()
        else:
            self._noise_timer.stop()

    @Slot(object)
    def on_drawing_changed(self, image: np.ndarray[Any, Any]) -> None:
        asked = self.questions.drawing
        if asked is None or not np.array_equal(image, asked):  # the end of a stroke changes nothing
            self._ask(drawing=image, pulled=())  # what is pulled is the code of the drawing before

    def _ask(self, **changes: Any) -> None:
        self.questions = replace(self.questions, ticket=self.questions.ticket + 1, **changes)
        self._post(self.questions)
