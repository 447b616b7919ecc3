"""The ways to explore: the controls of each, and what they ask of the network."""

import random
from functools import partial

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from core.base.words import say
from core.experiment.fields import SEED_LIMIT
from tp5gui import theme
from tp5gui.panels.calm import CalmSlider
from tp5gui.panels.choices import choice_box
from tp5gui.panels.label import Label
from tp5gui.panels.picture_box import PictureBox
from tp5gui.panels.pointing import PickButton
from tp5gui.session.messages import Beside, Between, Draws, Frame, Image, Walk
from tp5gui.session.picking import Picking
from tp5gui.words import as_name, decimal, folded

STEPS = 10  # images of a walk at first, as in the slides
PAIR = ("zipper-mouth face", "grinning face with sweat")  # the slides' first walk, where a set has these
OTHER_PAIR = (1, 15)  # and where it does not
OFFSETS = 100  # positions of the offset's slider to either side
FARTHEST = 2.0  # the offset at either end
DRAWS = 24  # samples of the prior at a time


class WalkPage(QWidget):
    """The controls of one way to explore.

    Signals
    -------
    changed() : the controls ask for something else now.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(0, 0, 0, 0)
        self.row.setSpacing(theme.SPACE)

    @property
    def hint(self) -> str:
        """What to say while there are no images."""
        return say("Images appear once a network is loaded.")

    def take_up(self, frame: Frame) -> None:
        """Fit the controls to a new run."""

    def walk(self) -> Walk | None:
        """What the controls ask for now, None where they have nothing to ask of this run."""
        raise NotImplementedError

    def names(self) -> list[str]:
        """What the tool tips of the images of `walk` say."""
        raise NotImplementedError

    @property
    def title(self) -> str:
        """What to call a picture of them."""
        raise NotImplementedError


class BetweenPage(WalkPage):
    """From one image of the set to another: `start`, `end`, the `path` and the number of `steps`.

    Beside either end a button, `pick_start` and `pick_end`, asks for an image that is pointed at elsewhere.

    Signals
    -------
    pointed(str) : an end was chosen in that way; from where to where the walk leads now, in words.
    """

    pointed = Signal(str)

    def __init__(self, picking: Picking) -> None:
        super().__init__()
        self._picking = picking
        self.start, self.end = self._images(say("From")), self._images(say("To"))
        self.pick_start = PickButton(picking, say("Where from?"), partial(self._on_pointed, self.start))
        self.pick_end = PickButton(picking, say("Where to?"), partial(self._on_pointed, self.end))
        self._next = self.pick_start
        for button, name in (
            (self.pick_start, say("Point at the image to walk from")),
            (self.pick_end, say("Point at the image to walk to")),
        ):
            button.setAccessibleName(name)
            button.setToolTip(folded(say("{name}, on the map or in the Training panel.", name=name)))
        self.path = choice_box(
            (
                ("linear", say("straight"), say("Along the straight line between the codes.")),
                (
                    "spherical",
                    say("arc"),
                    say("Along the arc about the origin, where draws from the prior lie."),
                ),
            ),
            width=4,
        )
        self.path.setAccessibleName(say("Path"))
        self.path.currentIndexChanged.connect(self.changed)
        self.steps = CalmSlider()
        self.steps.setRange(3, 24)
        self.steps.setValue(STEPS)
        self.steps.setAccessibleName(say("Steps"))
        self.steps.setToolTip(say("How many images, both ends included."))
        self.steps.setFixedWidth(48)
        self.steps.valueChanged.connect(self.changed)
        self.row.setSpacing(theme.SPACE // 2)
        arrow = Label("\N{RIGHTWARDS ARROW}")
        ends = self.start, self.pick_start, arrow, self.end, self.pick_end
        for widget in (*ends, self.path, self.steps):
            self.row.addWidget(widget)

    def take_up(self, frame: Frame) -> None:
        labels = frame.dataset.labels
        for box, label, other in zip((self.start, self.end), PAIR, OTHER_PAIR, strict=True):
            if box.offer(frame.dataset):
                self._picking.stop()  # what was to be chosen from is gone
                row = labels.index(label) if label in labels else min(other, len(labels) - 1)
                with QSignalBlocker(box):
                    box.setCurrentIndex(row)

    def walk(self) -> Walk | None:
        if not self.start.count():
            return None
        path = str(self.path.currentData())
        return Between(self.start.currentIndex(), self.end.currentIndex(), self.steps.value(), path)

    def names(self) -> list[str]:
        last = self.steps.value() - 1
        return [say("{share} % of the way", share=round(100 * step / last)) for step in range(last + 1)]

    @property
    def title(self) -> str:
        return say("{start} to {end}", start=self.start.currentText(), end=self.end.currentText())

    def go_on(self) -> None:
        """Put the focus on the button that asks for the end that was not asked for last."""
        self._next.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_pointed(self, box: PictureBox, image: Image, label: str) -> None:
        box.choose(image, label)
        self._next = self.pick_end if box is self.start else self.pick_start
        start, end = (as_name(one.currentText()) for one in (self.start, self.end))
        self.pointed.emit(say("The walk leads from “{start}” to “{end}”.", start=start, end=end))

    def _images(self, name: str) -> PictureBox:
        box = PictureBox(length=3)
        box.setAccessibleName(name)
        box.setToolTip(name)
        box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        box.currentIndexChanged.connect(self.changed)
        return box


class BesidePage(WalkPage):
    """The same `offset` from every code of the set; `offset_words` say how far."""

    def __init__(self) -> None:
        super().__init__()
        self._labels: tuple[str, ...] = ()
        self.offset = CalmSlider()
        self.offset.setRange(-OFFSETS, OFFSETS)
        self.offset.setValue(round(0.1 / FARTHEST * OFFSETS))  # the slides' +0.1
        self.offset.setAccessibleName(say("Offset"))
        self.offset.setToolTip(say("What is added to every number of every code."))
        self.offset_words = Label()
        self.offset_words.setFont(theme.figure_font(self.offset_words.font()))
        self.offset_words.setMinimumWidth(self.offset_words.fontMetrics().horizontalAdvance("+0.00"))
        self.row.addWidget(Label(say("offset")))
        self.row.addWidget(self.offset, 1)
        self.row.addWidget(self.offset_words)
        self.offset.valueChanged.connect(self._on_offset)
        self._on_offset()

    def take_up(self, frame: Frame) -> None:
        self._labels = frame.dataset.labels

    def walk(self) -> Walk | None:
        return Beside(self.offset.value() / OFFSETS * FARTHEST)

    def names(self) -> list[str]:
        return [say("beside “{label}”", label=as_name(label)) for label in self._labels]

    @property
    def title(self) -> str:
        return say("beside all codes, {offset}", offset=self.offset_words.text())

    @Slot()
    def _on_offset(self) -> None:
        offset = self.offset.value() / OFFSETS * FARTHEST
        self.offset_words.setText(("+" if offset > 0 else "") + decimal(offset, 2))
        self.changed.emit()


class PriorPage(WalkPage):
    """Draws of the standard normal distribution; the button `again` takes others, of another `seed`."""

    def __init__(self) -> None:
        super().__init__()
        self.seed = 0
        self._has_prior = False
        self.again = QPushButton(say("Draw again"))
        self.again.setToolTip(say("Other codes from the standard normal distribution."))
        self.again.setEnabled(False)
        self.again.clicked.connect(self._on_again)
        self.row.addWidget(self.again)
        self.row.addStretch(1)

    @property
    def hint(self) -> str:
        return say("This network has no prior to draw from. Choose a VAE or the Wasserstein autoencoder.")

    def take_up(self, frame: Frame) -> None:
        self._has_prior = frame.spec.has_prior
        self.again.setEnabled(self._has_prior)

    def walk(self) -> Walk | None:
        return Draws(DRAWS, self.seed) if self._has_prior else None

    def names(self) -> list[str]:
        return [say("draw {number}", number=number) for number in range(1, DRAWS + 1)]

    @property
    def title(self) -> str:
        return say("draws from the prior, seed {seed}", seed=str(self.seed))

    @Slot()
    def _on_again(self) -> None:
        self.seed = random.randrange(SEED_LIMIT)
        self.changed.emit()
