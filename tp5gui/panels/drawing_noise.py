"""The noise below the drawing: which kind, how strong, and when it is drawn anew."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from core.base.words import say
from core.data.noise import NOISES
from core.experiment.spec import Spec
from tp5gui import theme
from tp5gui.panels.calm import CalmSlider
from tp5gui.panels.choices import choice_box, entries_of
from tp5gui.panels.figure import Figure
from tp5gui.session.session import Session
from tp5gui.words import decimal

LEVELS = 100  # positions of the level's slider
AT_FIRST = "salt-and-pepper"  # the noise of the button, while none is chosen


class DrawingNoise(QWidget):
    """Chooses what is done to the drawing before the network sees it.

    Attributes
    ----------
    kind : the box of noises.
    level : the slider from 0 to 1.
    again : the button that draws the noise anew.
    moments : the box to tick so that it is drawn anew twice a second.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._of_run = ("none", 0.0)  # the noise of the run that was last taken up
        self.kind = choice_box(entries_of(NOISES), width=9)
        self.kind.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)  # all are our own words
        self.kind.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        self.kind.setAccessibleName(say("Noise on the drawing"))
        self.kind.setToolTip(say("What is done to the drawing before the network sees it."))
        self.level = CalmSlider()
        self.level.setRange(0, LEVELS)
        self.level.setMinimumWidth(40)
        self.level.setValue(20)
        self.level.setAccessibleName(say("Noise level"))
        self.level.setToolTip(say("How strong the noise is, from 0 to 1."))
        self._level_words = Figure("0.00")
        self.again = QPushButton(say("Noise it"))
        self.again.setToolTip(say("Draw the noise again, at random."))
        self.moments = QCheckBox(say("keep changing"))
        self.moments.setToolTip(say("Draw the noise again twice a second."))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.SPACE)
        row.addWidget(self.kind)
        row.addWidget(self.level, 1)
        for widget in (self._level_words, self.again, self.moments):
            row.addWidget(widget)
        self.kind.currentIndexChanged.connect(self._on_noise)
        self.level.valueChanged.connect(self._on_noise)
        self.again.clicked.connect(self._on_again)
        self.moments.toggled.connect(session.asking.renew_noise)
        self._on_noise()

    def take_up(self, spec: Spec) -> None:
        """Take over the noise that a run was trained on, unless that of the run before was the same."""
        if (spec.noise, spec.noise_level) != self._of_run:
            self._of_run = (spec.noise, spec.noise_level)
            self.kind.setCurrentIndex(self.kind.findData(spec.noise))
            if spec.noisy:
                self.level.setValue(round(spec.noise_level * LEVELS))

    @Slot()
    def _on_noise(self) -> None:
        level = self.level.value() / LEVELS
        noisy = self.kind.currentData() != "none"
        for widget in (self.level, self._level_words, self.moments):
            widget.setEnabled(noisy)
        self._level_words.setText(decimal(level, 2))
        self._session.asking.set_noise(self.kind.currentData(), level)

    @Slot()
    def _on_again(self) -> None:
        if self.kind.currentData() == "none":
            self.kind.setCurrentIndex(self.kind.findData(AT_FIRST))
        self._session.asking.noise_it()
