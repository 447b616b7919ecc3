"""Explore: walk between two images, look beside every code, or draw from the prior; all of it live."""

import random

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QSlider,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from core.data.pictures import sheet
from core.experiment.fields import SEED_LIMIT
from tp5gui import theme
from tp5gui.canvases.strip import Strip
from tp5gui.panels.choices import choice_box
from tp5gui.panels.places import ask_place
from tp5gui.session.messages import Answers, Beside, Between, Draws, Frame, Walk, WalkAnswer
from tp5gui.session.session import Session
from tp5gui.words import decimal

STEPS = 10  # images of a walk at first, as in the slides
OFFSETS = 100  # positions of the offset's slider to either side
FARTHEST = 2.0  # the offset at either end
DRAWS = 24  # samples of the prior at a time
SCALE = 8  # side of a pixel in a saved picture
COLUMNS = 12  # of one, at most


class ExplorePanel(QWidget):
    """Asks for images that are not in the set, and shows them side by side; a click on one draws it."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._version, self._seed = -1, 0
        self._variational = self._shown = False
        self._labels: tuple[str, ...] = ()
        self._last: WalkAnswer | None = None  # of the run on the bench
        self.kind = choice_box(
            (
                ("between", self.tr("Between two"), self.tr("A walk through latent space, end to end.")),
                ("beside", self.tr("Beside codes"), self.tr("The same step away from every code.")),
                ("prior", self.tr("From the prior"), self.tr("Draws that the set never held.")),
            ),
            width=9,
        )
        self.kind.setAccessibleName(self.tr("What to explore"))
        self.strip = Strip()
        self.strip.setAccessibleName(self.tr("Images explored"))
        self.strip.setToolTip(self.tr("A click draws the image."))
        self.strip.set_hint(self.tr("Images appear as soon as a network is on the bench."))
        self.pages = QStackedWidget()
        for page in (self._between_page(), self._beside_page(), self._prior_page()):
            self.pages.addWidget(page)
        self.pages.setSizePolicy(
            self.pages.sizePolicy().horizontalPolicy(), self.kind.sizePolicy().verticalPolicy()
        )
        self.save = QPushButton(self.tr("Save..."))
        self.save.setToolTip(self.tr("Write these images to a PNG file."))

        tools = QHBoxLayout()
        tools.setSpacing(theme.SPACE)
        tools.addWidget(self.kind)
        tools.addWidget(self.pages, 1)
        tools.addWidget(self.save)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.SPACE, theme.SPACE // 2, theme.SPACE, theme.SPACE)
        layout.setSpacing(theme.SPACE)
        layout.addLayout(tools)
        layout.addWidget(self.strip, 1)

        self.kind.currentIndexChanged.connect(self._on_kind)
        self.save.clicked.connect(self._on_save)
        self.strip.picked.connect(self._on_picked)
        session.framed.connect(self.on_frame)
        session.answered.connect(self.on_answers)

    @Slot(object)
    def on_frame(self, frame: Frame) -> None:
        if frame.version != self._version:
            self._version, self._variational = frame.version, frame.spec.variational
            self.again.setEnabled(self._variational)
            self._last = None
            self._take_up(frame.dataset.labels)
            self._ask()
        self.on_answers(frame.answers)

    @Slot(object)
    def on_answers(self, answers: Answers) -> None:
        if answers.walk is not None and answers.walk.asked is not None and answers.version == self._version:
            self._last = answers.walk
            self._show()

    @Slot(bool)
    def set_shown(self, shown: bool) -> None:
        """Ask only while the panel is in sight; behind another tab a widget still counts as visible."""
        self._shown = shown
        if shown:
            self._ask()
        else:
            self._session.ask_walk(None)

    def _between_page(self) -> QWidget:
        self.start, self.end = QComboBox(), QComboBox()
        for box, name in ((self.start, self.tr("From")), (self.end, self.tr("To"))):
            box.setAccessibleName(name)
            box.setToolTip(name)
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(3)
            box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            box.setMaxVisibleItems(16)
            box.currentIndexChanged.connect(self._ask)
        self.path = choice_box(
            (
                ("linear", self.tr("straight"), self.tr("Along the straight line between the codes.")),
                (
                    "spherical",
                    self.tr("arc"),
                    self.tr("Along the arc about the origin, where a prior's draws lie."),
                ),
            ),
            width=4,
        )
        self.path.setAccessibleName(self.tr("Path"))
        self.path.currentIndexChanged.connect(self._ask)
        self.steps = QSlider(Qt.Orientation.Horizontal)
        self.steps.setRange(3, 24)
        self.steps.setValue(STEPS)
        self.steps.setAccessibleName(self.tr("Steps"))
        self.steps.setToolTip(self.tr("How many images, ends included."))
        self.steps.setFixedWidth(48)
        self.steps.valueChanged.connect(self._ask)
        return _row(self.start, QLabel("\N{RIGHTWARDS ARROW}"), self.end, self.path, self.steps)

    def _beside_page(self) -> QWidget:
        self.offset = QSlider(Qt.Orientation.Horizontal)
        self.offset.setRange(-OFFSETS, OFFSETS)
        self.offset.setValue(round(0.1 / FARTHEST * OFFSETS))  # the slides' +0.1
        self.offset.setAccessibleName(self.tr("Offset"))
        self.offset.setToolTip(self.tr("What is added to every number of every code."))
        self.offset.valueChanged.connect(self._ask)
        self._offset_words = QLabel()
        self._offset_words.setFont(theme.figure_font(self._offset_words.font()))
        self._offset_words.setMinimumWidth(self._offset_words.fontMetrics().horizontalAdvance("+0.00"))
        return _row(QLabel(self.tr("offset")), self.offset, self._offset_words)

    def _prior_page(self) -> QWidget:
        self.again = QPushButton(self.tr("Draw again"))
        self.again.setToolTip(self.tr("Other codes from the standard normal distribution."))
        self.again.clicked.connect(self._on_again)
        return _row(self.again, None)

    def _take_up(self, labels: tuple[str, ...]) -> None:
        """Offer the images of a set; the slides' first pair where it has them."""
        if labels == self._labels:
            return
        self._labels = labels
        pair = ("zipper-mouth face", "grinning face with sweat")
        chosen = [
            labels.index(each) if each in labels else spare for each, spare in zip(pair, (1, 15), strict=True)
        ]
        for box, index in ((self.start, chosen[0]), (self.end, chosen[1])):
            box.blockSignals(True)
            box.clear()
            box.addItems(list(labels))
            box.setCurrentIndex(min(index, len(labels) - 1))
            box.blockSignals(False)

    def _walk(self) -> Walk | None:
        """What the controls ask for now."""
        kind = self.kind.currentData()
        if kind == "prior":
            return Draws(DRAWS, self._seed) if self._variational else None
        if kind == "beside":
            return Beside(self._offset())
        if not self._labels:
            return None
        path = str(self.path.currentData())
        return Between(self.start.currentIndex(), self.end.currentIndex(), self.steps.value(), path)

    def _ask(self) -> None:
        offset = self._offset()
        self._offset_words.setText(("+" if offset > 0 else "") + decimal(offset, 2))
        if self._shown:
            self._session.ask_walk(self._walk())
        self._show()

    def _show(self) -> None:
        """Show the last answer if it is to what is asked now; till the next comes, the one before stays."""
        walk = self._walk()
        fits = self._last is not None and walk is not None and self._last.asked == walk
        if fits and self._last is not None and walk is not None:
            self.strip.set_images(self._last.images, self._names(walk))
        elif walk is None or self._last is None:
            self.strip.set_images(None)
        self.save.setEnabled(fits)

    def _offset(self) -> float:
        return self.offset.value() / OFFSETS * FARTHEST

    def _names(self, walk: Walk) -> list[str]:
        """What the tool tips of the images say."""
        if isinstance(walk, Between):
            words = self.tr("%1 % of the way")
            return [words.replace("%1", f"{100 * step / (walk.steps - 1):.0f}") for step in range(walk.steps)]
        if isinstance(walk, Beside):
            words = self.tr("beside “%1”")
            return [words.replace("%1", label) for label in self._labels]
        return [self.tr("draw %1").replace("%1", str(number + 1)) for number in range(walk.count)]

    def _on_kind(self, index: int) -> None:
        self.pages.setCurrentIndex(index)
        self.strip.set_hint(
            self.tr("Only a variational network has a prior to draw from: choose a VAE, or tick Variational.")
            if self.kind.currentData() == "prior"
            else self.tr("Images appear as soon as a network is on the bench.")
        )
        self._ask()

    def _on_again(self) -> None:
        self._seed = random.randrange(SEED_LIMIT)
        self._ask()

    def _on_picked(self, index: int) -> None:
        if self._last is not None:  # what the strip shows, whatever has been asked since
            self._session.draw(self._last.images[index], self.tr("Draw an explored image"))

    def _on_save(self) -> None:
        ask_place(self, self.tr("Save picture"), self.tr("Pictures (*.png)"), "png", self.write)

    def write(self, path: str) -> None:
        """Write the images shown to a PNG file; `saved` or `failed` of the session says how it went."""
        if self._last is not None:
            count = len(self._last.images)
            columns = count if isinstance(self._last.asked, Between) else min(count, COLUMNS)
            self._session.save_picture(sheet(self._last.images, columns, SCALE), path)


def _row(*widgets: QWidget | None) -> QWidget:
    """Widgets side by side; None for a stretch."""
    page = QWidget()
    row = QHBoxLayout(page)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(theme.SPACE)
    for widget in widgets:
        if widget is None:
            row.addStretch(1)
        else:
            row.addWidget(widget, 1 if isinstance(widget, QSlider) and widget.minimumWidth() == 0 else 0)
    return page
