"""Draw and denoise: a drawing, the same under noise, what the network makes of it, and the best possible."""

from functools import partial

import numpy as np
from PySide6.QtCore import QEvent, QSize, Qt, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QSizePolicy,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from core.data.noise import NOISES
from tp5gui import theme
from tp5gui.canvases.pixel_canvas import PixelCanvas
from tp5gui.canvases.pixel_view import PixelView
from tp5gui.icons import icon
from tp5gui.panels.choices import choice_box
from tp5gui.panels.note import Note
from tp5gui.session.messages import Answers, DrawingAnswer, Frame
from tp5gui.session.session import Session
from tp5gui.words import decimal, resembling

GREYS = 10  # positions of the pen's slider
LEVELS = 100  # positions of the level's slider


class DrawPanel(QWidget):
    """The drawing canvas with its tools, and beside it the three answers."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._version = -1
        self._noise_of_run = ("none", 0.0)  # what the drawing's noise was last set by
        self.canvas = PixelCanvas()
        self.fed, self.output, self.ideal = PixelView(), PixelView(), PixelView()
        self._notes = {view: Note() for view in (self.canvas, self.fed, self.output, self.ideal)}

        pictures = QGridLayout()
        pictures.setHorizontalSpacing(2 * theme.SPACE)
        pictures.setVerticalSpacing(theme.SPACE // 2)
        columns = (
            (self.canvas, "ink", self.tr("You draw"), 4),
            (self.fed, "ink", self.tr("Network is fed"), 3),
            (self.output, "output", self.tr("Network answers"), 3),
            (self.ideal, "ideal", self.tr("Best possible"), 3),
        )
        for column, (view, role, title, stretch) in enumerate(columns):
            heading = QLabel(title)
            heading.setObjectName("caption")
            heading.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            heading.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            view.set_role(role)
            view.setAccessibleName(title)
            pictures.addWidget(heading, 0, column)
            pictures.addWidget(view, 1, column)
            pictures.addWidget(self._notes[view], 2, column)
            pictures.setColumnStretch(column, stretch)
        pictures.setRowStretch(1, 1)
        self.canvas.setToolTip(
            self.tr("Left button draws, right button erases. Keys: arrows move, Space toggles a pixel.")
        )
        marks = self.tr(
            "Cross: lit, but not in your drawing. Ring: in your drawing, but not lit. "
            "Among greys nothing is marked. Below: the nearest image of the set."
        )
        self.fed.setToolTip(self.tr("Your drawing under the noise chosen below."))
        self.output.setToolTip(marks)
        best = self.tr(
            "What no method can beat: the average of the images of the set, each weighted by how likely it "
            "is to have become what the network was fed."
        )
        self.ideal.setToolTip(f"{best} {marks}")

        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.SPACE, theme.SPACE // 2, theme.SPACE, theme.SPACE)
        layout.setSpacing(theme.SPACE)
        layout.addLayout(self._tools())
        layout.addLayout(pictures, 1)
        layout.addLayout(self._noise_row())
        self._connect()
        self.canvas.set_image(session.drawing.image)

    def _tools(self) -> QHBoxLayout:
        self.undo = self._action("undo", self.tr("Undo"), self._session.drawing.stack.undo)
        self.redo = self._action("redo", self.tr("Redo"), self._session.drawing.stack.redo)
        self.clear = self._action("clear", self.tr("Clear"), self._on_clear)
        self.invert = self._action("invert", self.tr("Invert"), self._on_invert)
        self.characters = QComboBox()
        self.characters.setAccessibleName(self.tr("Load from the set"))
        self.characters.setToolTip(self.tr("Load an image of the data set into the drawing."))
        self.characters.setPlaceholderText(self.tr("Load from the set"))
        self.characters.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.characters.setMinimumContentsLength(9)
        self.characters.setMaxVisibleItems(16)
        row = QHBoxLayout()
        row.setSpacing(theme.SPACE // 2)
        row.addWidget(self.characters)
        row.addSpacing(theme.SPACE)
        self.pen = QSlider(Qt.Orientation.Horizontal)
        self.pen.setRange(1, GREYS)
        self.pen.setValue(GREYS)
        self.pen.setFixedWidth(48)
        self.pen.setAccessibleName(self.tr("Pen"))
        self.pen.setToolTip(self.tr("How strong the pen is: from a faint grey to full."))
        self.pen.hide()
        row.addWidget(self.pen)
        for action in (self.undo, self.redo, self.clear, self.invert):
            button = QToolButton()
            button.setDefaultAction(action)
            button.setIconSize(QSize(16, 16))
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self._trained())
        return row

    def _trained(self) -> QPushButton:
        """A button with the trained networks that come with the application."""
        button = QPushButton(self.tr("Trained"))
        button.setToolTip(self.tr("Take up a trained network that comes with the application."))
        menu = QMenu(button)
        for name, title in (
            ("font-autoencoder", self.tr("Trained autoencoder")),
            ("font-denoiser", self.tr("Trained denoiser")),
        ):
            menu.addAction(title, partial(self._session.open_trained, name)).setObjectName(name)
        button.setMenu(menu)
        return button

    def _noise_row(self) -> QHBoxLayout:
        self.noise = choice_box(((each.name, each.label, each.help) for each in NOISES), width=11)
        self.noise.setAccessibleName(self.tr("Noise on the drawing"))
        self.noise.setToolTip(self.tr("What is done to the drawing before the network sees it."))
        self.level = QSlider(Qt.Orientation.Horizontal)
        self.level.setRange(0, LEVELS)
        self.level.setValue(20)
        self.level.setAccessibleName(self.tr("Noise level"))
        self.level.setToolTip(self.tr("How strong the noise is, from 0 to 1."))
        self._level_words = QLabel()
        self._level_words.setFont(theme.figure_font(self._level_words.font()))
        self._level_words.setMinimumWidth(self._level_words.fontMetrics().horizontalAdvance("0.00"))
        self.again = QPushButton(self.tr("Noise it"))
        self.again.setToolTip(self.tr("Throw the noise anew."))
        self.moments = QCheckBox(self.tr("new each moment"))
        self.moments.setToolTip(self.tr("Throw the noise anew twice a second."))
        row = QHBoxLayout()
        row.setSpacing(theme.SPACE)
        row.addWidget(self.noise)
        row.addWidget(self.level, 1)
        row.addWidget(self._level_words)
        row.addWidget(self.again)
        row.addWidget(self.moments)
        return row

    def _connect(self) -> None:
        drawing, session = self._session.drawing, self._session
        self.pen.valueChanged.connect(self._on_pen)
        self.canvas.stroke_began.connect(drawing.begin_stroke)
        self.canvas.painted.connect(drawing.paint)
        self.canvas.stroke_ended.connect(self._on_stroke_ended)
        self.characters.activated.connect(session.load_character)
        drawing.changed.connect(self.canvas.set_image)
        drawing.stack.canUndoChanged.connect(self.undo.setEnabled)
        drawing.stack.canRedoChanged.connect(self.redo.setEnabled)
        self.undo.setEnabled(False)
        self.redo.setEnabled(False)
        self.noise.currentIndexChanged.connect(self._on_noise)
        self.level.valueChanged.connect(self._on_noise)
        self.again.clicked.connect(self._on_again)
        self.moments.toggled.connect(self._on_moments)
        session.framed.connect(self.on_frame)
        session.answered.connect(self.on_answers)
        self._on_noise()

    @Slot(object)
    def on_frame(self, frame: Frame) -> None:
        if frame.version != self._version:
            self._version = frame.version
            self._take_up(frame)
        self.on_answers(frame.answers)

    @Slot(object)
    def on_answers(self, answers: Answers) -> None:
        answer = answers.drawing
        if answer is None:
            return
        self.fed.set_image(answer.fed)
        self.output.set_image(answer.output)
        self.ideal.set_image(answer.ideal)
        for view in (self.output, self.ideal):  # among greys, being on the wrong side of one half says little
            view.set_truth(answer.drawing if answer.output_like.differing is not None else None)
        self._say(answer)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            for action in (self.undo, self.redo, self.clear, self.invert):
                action.setIcon(icon(action.objectName()))
        super().changeEvent(event)

    def _take_up(self, frame: Frame) -> None:
        """Fit the tools to a new run: its images, the noise it was trained on, a pen of grey for greys."""
        self.pen.setVisible(not frame.dataset.binary)
        if frame.dataset.binary:
            self.pen.setValue(GREYS)
        labels = [self.characters.itemText(row) for row in range(self.characters.count())]
        if labels != list(frame.dataset.labels):
            self.characters.clear()
            self.characters.addItems(list(frame.dataset.labels))
            self.characters.setCurrentIndex(-1)
            if not self._session.drawing.image.any():
                self._session.drawing.start_over(frame.dataset.images[min(1, frame.dataset.count - 1)])
        noise = (frame.spec.noise, frame.spec.noise_level)
        if noise != self._noise_of_run:
            self._noise_of_run = noise
            self.noise.setCurrentIndex(self.noise.findData(frame.spec.noise))
            if frame.spec.noisy:
                self.level.setValue(round(frame.spec.noise_level * LEVELS))

    def _say(self, answer: DrawingAnswer) -> None:
        hit = int(np.count_nonzero(answer.fed != answer.drawing))
        on = self.tr("%1 pixels on").replace("%1", str(int((answer.drawing > 0.5).sum())))
        self._notes[self.canvas].setText(on if answer.output_like.differing is not None else "")
        self._notes[self.fed].setText(
            self.tr("no noise") if not hit else self.tr("%1 pixels changed").replace("%1", str(hit))
        )
        self._notes[self.output].setText(resembling(answer.output_like))
        self._notes[self.ideal].setText(resembling(answer.ideal_like))

    def _on_pen(self, position: int) -> None:
        self.canvas.set_pen(position / GREYS)

    def _on_stroke_ended(self) -> None:
        self._session.drawing.end_stroke(self.tr("Stroke"))

    def _on_clear(self) -> None:
        drawing = self._session.drawing
        drawing.replace(np.zeros_like(drawing.image), self.tr("Clear"))

    def _on_invert(self) -> None:
        drawing = self._session.drawing
        drawing.replace(1 - drawing.image, self.tr("Invert"))

    def _on_noise(self) -> None:
        level = self.level.value() / LEVELS
        noisy = self.noise.currentData() != "none"
        for widget in (self.level, self._level_words, self.moments):
            widget.setEnabled(noisy)
        self._level_words.setText(decimal(level, 2))
        self._session.set_noise(self.noise.currentData(), level)

    def _on_again(self) -> None:
        """A fresh throw; from a clean drawing, of salt and pepper."""
        if self.noise.currentData() == "none":
            self.noise.setCurrentIndex(self.noise.findData("salt-and-pepper"))
        self._session.noise_it()

    def _on_moments(self, on: bool) -> None:
        self._session.set_new_noise_each_moment(on)

    def _action(self, name: str, text: str, slot: object) -> QAction:
        action = QAction(icon(name), text, self)
        action.setObjectName(name)
        action.triggered.connect(slot)
        return action
