"""Draw and denoise: a drawing, the same under noise, what the network makes of it, and the best possible."""

import numpy as np
from PySide6.QtCore import QEvent, Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from core.base.words import say, say_count
from core.measure.rules import ON
from tp5gui import theme
from tp5gui.canvases.pixel_canvas import PixelCanvas
from tp5gui.canvases.pixel_view import PixelView
from tp5gui.panels.drawing_noise import DrawingNoise
from tp5gui.panels.drawing_tools import DrawingTools
from tp5gui.panels.label import Label
from tp5gui.panels.network import NetworkPanel
from tp5gui.panels.note import Note
from tp5gui.session.messages import Answers, DrawingAnswer, Frame, Image
from tp5gui.session.session import Session
from tp5gui.words import folded, resembling


class DrawPanel(QWidget):
    """The drawing canvas with its tools, the network that reads it, and its answers.

    Attributes
    ----------
    network : what happens between the drawing and the answer.
    canvas, fed, output, ideal : the drawing, what the network is fed, what it answers, the best possible.
    notes : the line of words below each of these four.
    compared : how many images the best possible knows; hidden where it knows the whole set.
    answered : the drawing that the answer on show is to; None before the first answer.
    clear, invert : actions, for the menu as well.
    characters, pen : what else to draw with; see `DrawingTools`.
    noise, level, again, moments : the noise on the drawing; see `DrawingNoise`.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._version = -1
        self.canvas = PixelCanvas()
        self.fed, self.output, self.ideal = PixelView(), PixelView(), PixelView()
        views = (self.canvas, self.fed, self.output, self.ideal)
        self.notes = {view: Note(elides=Qt.TextElideMode.ElideMiddle) for view in views}  # names end apart
        self._pictures: dict[PixelView, QWidget] = {}  # with their headings and notes
        self.compared = Note()
        self.compared.hide()
        self.network = NetworkPanel(session)
        self._tools, self._noise = DrawingTools(session), DrawingNoise(session)
        self.clear, self.invert = self._tools.clear, self._tools.invert
        self.characters, self.pen = self._tools.characters, self._tools.pen
        self.noise, self.level = self._noise.kind, self._noise.level
        self.again, self.moments = self._noise.again, self._noise.moments

        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.SPACE, theme.SPACE // 2, theme.SPACE, theme.SPACE)
        layout.setSpacing(theme.SPACE)
        layout.addWidget(self._tools)
        layout.addLayout(self._row(), 1)
        layout.addWidget(self._noise)
        self._reserve()
        self._explain()

        drawing = session.drawing
        self._tools.pen_changed.connect(self.canvas.set_pen)
        self.canvas.stroke_began.connect(drawing.begin_stroke)
        self.canvas.painted.connect(drawing.paint)
        self.canvas.stroke_ended.connect(self._on_stroke_ended)
        drawing.changed.connect(self.canvas.set_image)
        session.framed.connect(self.on_frame)
        session.answered.connect(self.on_answers)
        self.canvas.set_image(drawing.image)
        self.answered: Image | None = None

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._reserve()

    @Slot(object)
    def on_frame(self, frame: Frame) -> None:
        asked = self._session.drawing.image
        if frame.version != self._version:
            self._version = frame.version
            self._tools.take_up(frame.dataset)
            self._noise.take_up(frame.spec)
        if np.array_equal(self._session.drawing.image, asked):
            self.on_answers(frame.answers)
        # else the empty drawing has just got its first image, and these answers are about the empty one

    @Slot(object)
    def on_answers(self, answers: Answers) -> None:
        answer = answers.drawing
        if answer is None:
            return
        for view, image in ((self.output, answer.output), (self.ideal, answer.ideal)):
            view.set_image(image)  # among greys, being on the wrong side of one half says little
            view.set_truth(answer.drawing if answer.output_like.differing is not None else None)
        if answer.drawing is not self.answered:
            self.answered = answer.drawing
            self.output.repaint()  # before everything else that is news: a hand waits for it
        self.fed.set_image(answer.fed)
        self._say(answer)

    def _row(self) -> QHBoxLayout:
        """From left to right: what goes in, the network, what comes out."""
        row = QHBoxLayout()
        row.setSpacing(0)
        drawn, answers = QVBoxLayout(), QVBoxLayout()
        for column, view, role, title, stretch in (
            (drawn, self.canvas, "ink", say("You draw"), 5),
            (drawn, self.fed, "ink", say("Network is fed"), 3),
            (answers, self.output, "output", say("Network answers"), 5),
            (answers, self.ideal, "ideal", say("Best possible"), 3),
        ):
            column.setSpacing(theme.SPACE)
            self._pictures[view] = self._picture(view, role, title)
            column.addWidget(self._pictures[view], stretch)
        answers.addWidget(self.compared)
        row.addLayout(drawn, 3)
        row.addWidget(self.network, 6)
        row.addLayout(answers, 3)
        return row

    def _reserve(self) -> None:
        """Have as much room for the drawing where nothing is fed below it: neither heading is cut.

        That of the answers keeps away from the titles of the network beside it.
        """
        wide = self.fontMetrics().horizontalAdvance
        self._pictures[self.canvas].setMinimumWidth(max(wide(say("You draw")), wide(say("Network is fed"))))
        self._pictures[self.output].setMinimumWidth(wide(say("Network answers")) + 2 * theme.SPACE)

    def _picture(self, view: PixelView, role: str, title: str) -> QWidget:
        """A picture with a heading above and a line of words below."""
        picture = QWidget()
        column = QVBoxLayout(picture)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE // 2)
        heading = Label(title)
        heading.setObjectName("caption")
        heading.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        view.set_role(role)
        view.setAccessibleName(title)
        column.addWidget(heading)
        column.addWidget(view, 1)
        column.addWidget(self.notes[view])
        return picture

    def _explain(self) -> None:
        self.canvas.setToolTip(
            say("Left button draws, right button erases. Keys: arrows move, Space toggles a pixel.")
        )
        self.fed.setToolTip(say("Your drawing under the noise chosen below."))
        marks = say(
            "Cross: lit, but not in your drawing. Ring: in your drawing, but not lit. "
            "Among greys nothing is marked. Below: the nearest image of the set."
        )
        best = say(
            "The average of the images of the set, weighted by how likely each is to have become what the "
            "network was fed. No method has a smaller squared error on average."
        )
        self.output.setToolTip(folded(marks))
        self.ideal.setToolTip(folded(best, marks))

    def _say(self, answer: DrawingAnswer) -> None:
        lit = int(np.count_nonzero(answer.drawing > ON))
        changed = int(np.count_nonzero(answer.fed != answer.drawing))
        drawn = say_count("{count} pixel on", "{count} pixels on", lit)
        noisy = say("{count} px changed", count=changed)
        asked = self._session.asking.questions
        noiseless = asked.noise == "none" or asked.noise_level == 0
        self.notes[self.canvas].setText(drawn if answer.output_like.differing is not None else "")
        self.notes[self.fed].setText(say("no noise") if noiseless else noisy)
        self._pictures[self.fed].setVisible(not noiseless)  # it would be the drawing again
        self.notes[self.output].setText(resembling(answer.output_like))
        self.notes[self.ideal].setText(resembling(answer.ideal_like))
        compared = say("{count} of {total} images compared", count=answer.compared, total=answer.total)
        self.compared.setText(compared)
        self.compared.setVisible(answer.compared < answer.total)

    @Slot()
    def _on_stroke_ended(self) -> None:
        self._session.drawing.end_stroke(say("Stroke"))
