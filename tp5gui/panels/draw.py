"""Draw and denoise: a drawing, the same under noise, what the network makes of it, and the best possible."""

import numpy as np
from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from tp5gui import theme
from tp5gui.panels.drawing_noise import DrawingNoise
from tp5gui.panels.drawing_tools import DrawingTools
from tp5gui.panels.story import Story
from tp5gui.session.messages import Frame, Image
from tp5gui.session.session import Session


class DrawPanel(QWidget):
    """The drawing canvas with its tools, the network that reads it, and its answers.

    Attributes
    ----------
    network, canvas, fed, output, ideal, notes, compared : the parts of its `Story`.
    clear, invert : actions, for the menu as well.
    characters, pen : what else to draw with; see `DrawingTools`.
    noise, level, again, moments : the noise on the drawing; see `DrawingNoise`.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._version = -1
        self._story = Story(session)
        self.network, self.canvas, self.fed = self._story.network, self._story.canvas, self._story.fed
        self.output, self.ideal = self._story.output, self._story.ideal
        self.notes, self.compared = self._story.notes, self._story.compared
        self._tools, self._noise = DrawingTools(session), DrawingNoise(session)
        self.clear, self.invert = self._tools.clear, self._tools.invert
        self.characters, self.pen = self._tools.characters, self._tools.pen
        self.noise, self.level = self._noise.kind, self._noise.level
        self.again, self.moments = self._noise.again, self._noise.moments

        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.SPACE, theme.SPACE // 2, theme.SPACE, theme.SPACE)
        layout.setSpacing(theme.SPACE)
        layout.addWidget(self._tools)
        layout.addWidget(self._story, 1)
        layout.addWidget(self._noise)
        session.framed.connect(self.on_frame)

    @property
    def answered(self) -> Image | None:
        """The drawing that the answer on show is to; None before the first answer."""
        return self._story.answered

    @Slot(object)
    def on_frame(self, frame: Frame) -> None:
        asked = self._session.drawing.image
        if frame.version != self._version:
            self._version = frame.version
            self._tools.take_up(frame.dataset)
            self._noise.take_up(frame.spec)
        if np.array_equal(self._session.drawing.image, asked):
            self._story.on_frame(frame)
        # else the empty drawing has just got its first image, and these answers are about the empty one
