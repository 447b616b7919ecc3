"""The tools above the drawing: images to load, the pen, clear, invert, trained networks."""

from functools import partial

import numpy as np
from PySide6.QtCore import QEvent, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QToolButton, QWidget

from core.base.words import say
from core.data.datasets import Dataset
from core.experiment.presets import presets
from tp5gui import theme
from tp5gui.icons import icon, looks_otherwise
from tp5gui.panels.calm import CalmSlider
from tp5gui.panels.picture_box import PictureBox
from tp5gui.session.session import RUNS, Session

GREYS = 10  # positions of the pen's slider


class DrawingTools(QWidget):
    """Acts on the session's drawing.

    Attributes
    ----------
    clear, invert : actions, for the menu as well.
    characters : the box with the images of the set.
    pen : the slider of the pen's strength; hidden where images are black and white.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.clear = self._action("clear", say("Clear"), self._on_clear)
        self.invert = self._action("invert", say("Invert"), self._on_invert)
        self.characters = self._characters()
        self.pen = self._pen()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.SPACE // 2)
        row.addWidget(self.characters)
        row.addSpacing(theme.SPACE)
        row.addWidget(self.pen)
        for action in (self.clear, self.invert):
            button = QToolButton()
            button.setDefaultAction(action)
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self._trained())

    def take_up(self, dataset: Dataset) -> None:
        """Offer the images of a set, and a pen of grey where it has greys."""
        self.pen.setVisible(not dataset.binary)
        if dataset.binary:
            self.pen.setValue(GREYS)
        if self.characters.offer(dataset) and self._session.drawing.blank:
            self._session.drawing.set_image(dataset.images[min(1, dataset.count - 1)])

    def changeEvent(self, event: QEvent) -> None:
        if looks_otherwise(event):
            for action in (self.clear, self.invert):
                action.setIcon(icon(action.objectName()))
        super().changeEvent(event)

    def _characters(self) -> PictureBox:
        box = PictureBox(length=9)
        box.setAccessibleName(say("Load an image"))
        box.setToolTip(say("Load an image of the data set into the drawing."))
        box.setPlaceholderText(say("Load an image"))
        box.activated.connect(self._session.load_character)
        return box

    def _pen(self) -> CalmSlider:
        pen = CalmSlider()
        pen.setRange(1, GREYS)
        pen.setValue(GREYS)
        pen.setFixedWidth(40)
        pen.setAccessibleName(say("Pen"))
        pen.setToolTip(say("How strong the pen is: from a faint grey to full."))
        pen.hide()
        pen.valueChanged.connect(self._on_pen)
        return pen

    def _trained(self) -> QPushButton:
        """A button with the trained networks that come with the application."""
        button = QPushButton(say("Load a trained network"))
        button.setToolTip(say("Open a trained network that comes with the application."))
        menu = QMenu(button)
        for preset in presets():
            if (RUNS / f"{preset.name}.tp5").is_file():
                entry = menu.addAction(say(preset.label), partial(self._session.open_trained, preset.name))
                entry.setObjectName(preset.name)
        button.setMenu(menu)
        return button

    def _action(self, name: str, text: str, slot: object) -> QAction:
        action = QAction(icon(name), text, self)
        action.setObjectName(name)
        action.triggered.connect(slot)
        return action

    @Slot(int)
    def _on_pen(self, position: int) -> None:
        self._session.drawing.set_pen(position / GREYS)

    @Slot()
    def _on_clear(self) -> None:
        drawing = self._session.drawing
        drawing.replace(np.zeros_like(drawing.image), lambda: say("Clear"))

    @Slot()
    def _on_invert(self) -> None:
        drawing = self._session.drawing
        drawing.replace(1 - drawing.image, lambda: say("Invert"))
