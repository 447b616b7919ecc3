"""From the drawing to the answer: what is drawn and fed, the network that reads it, and what comes out."""

import numpy as np
from PySide6.QtCore import QEvent, Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from core.base.words import say, say_count
from core.measure.rules import ON
from tp5gui import theme
from tp5gui.canvases.pixel_canvas import PixelCanvas
from tp5gui.canvases.pixel_view import PixelView
from tp5gui.panels.label import Label
from tp5gui.panels.moving import Moving
from tp5gui.panels.network import NetworkPanel
from tp5gui.panels.note import Note
from tp5gui.session.messages import Answers, DrawingAnswer, Frame, Image
from tp5gui.session.session import Session
from tp5gui.words import folded, resembling

SIDE = 3  # shares of the width that go to what is drawn, and to what comes out
FORESEEN = 88  # pixels, of which there is room to be told
MIDDLE, LARGER = 6, 12  # shares that go to the network, and where it is the larger view of it


class Story(QWidget):
    """The drawing, the network that reads it, and its answer, side by side.

    It listens for answers; frames are passed on by whoever has it, for a drawing may get its first image with
    one, before the answers of that frame are shown.

    Parameters
    ----------
    larger : whether more of it is for the network, and less for the pictures beside.

    Attributes
    ----------
    network : what happens between the drawing and the answer.
    canvas, fed, output, ideal : the drawing, what the network is fed, what it answers, the best possible.
    notes : the line of words below each of these four.
    compared : how many images the best possible knows; hidden where it knows the whole set.
    answered : the drawing that the answer on show is to; None before the first answer.
    """

    def __init__(self, session: Session, parent: QWidget | None = None, *, larger: bool = False) -> None:
        super().__init__(parent)
        self._session, self._moving = session, Moving(session)
        self.canvas = PixelCanvas()
        self.canvas.telling.always = True  # a set, a noise and a training network change the answer as well
        self.fed, self.output, self.ideal = PixelView(), PixelView(), PixelView()
        views = (self.canvas, self.fed, self.output, self.ideal)
        self.notes = {view: Note(elides=Qt.TextElideMode.ElideMiddle) for view in views}  # names end apart
        self._pictures: dict[PixelView, QWidget] = {}  # with their headings and notes
        self.compared = Note()
        self.compared.hide()
        self.network = NetworkPanel(session)
        self.answered: Image | None = None
        self._answer: DrawingAnswer | None = None
        self._asked: Image | None = None  # what was fed for the answer on show
        self._lay_out(LARGER if larger else MIDDLE)
        self._reserve()
        self._explain()

        drawing = session.drawing
        self.canvas.stroke_began.connect(drawing.begin_stroke)
        self.canvas.painted.connect(drawing.paint)
        self.canvas.stroke_ended.connect(self._on_stroke_ended)
        drawing.changed.connect(self.canvas.set_image)
        drawing.pen_changed.connect(self.canvas.set_pen)
        session.answered.connect(self.on_answers)
        self.canvas.set_image(drawing.image)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._reserve()

    @Slot(object)
    def on_frame(self, frame: Frame) -> None:
        glides = self._moving.to_frame(frame).others
        if frame.answers.drawing is not None:
            self._show(frame.answers.drawing, glides)

    @Slot(object)
    def on_answers(self, answers: Answers) -> None:
        glides = self._moving.to_answers(answers).others
        if answers.drawing is not None:
            self._show(answers.drawing, glides)

    def _show(self, answer: DrawingAnswer, glides: float) -> None:
        """Show an answer; its pixels glide for so many seconds at most where it is to the same question."""
        same = self._asked is not None and np.array_equal(self._asked, answer.fed)
        self._asked = answer.fed
        held = self._session.asking.questions.pulled
        self.output.glide_to(answer.output, glides if same and not held else 0.0)
        self.ideal.set_image(answer.ideal)
        for view in (self.output, self.ideal):
            # among greys, being on the wrong side of one half says little
            view.set_truth(answer.drawing if answer.output_like.differing is not None else None)
        if answer.drawing is not self.answered:
            self.answered = answer.drawing
            self.output.repaint()  # before everything else that is news: a hand waits for it
        self.fed.set_image(answer.fed)
        self._say(answer)

    def _lay_out(self, network: int) -> None:
        """From left to right: what goes in, the network, what comes out."""
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
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
        row.addLayout(drawn, SIDE)
        row.addWidget(self.network, network)
        row.addLayout(answers, SIDE)

    def _reserve(self) -> None:
        """Have as much room for the drawing where nothing is fed below it, and for the answers beside.

        No heading is cut, nor what is counted below it; that of the answers keeps away from the titles of the
        network beside it.
        """
        noted = self.notes[self.canvas].fontMetrics().horizontalAdvance
        counted = max(noted(words) for words in (_drawn(FORESEEN), _changed(FORESEEN)))
        wide = self.fontMetrics().horizontalAdvance
        drawn = max(counted, wide(say("You draw")), wide(say("Network is fed")))
        answered = wide(say("Network answers")) + 2 * theme.SPACE
        for view in (self.canvas, self.output):
            self._pictures[view].setMinimumWidth(max(drawn, answered))

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
        lit, like = int(np.count_nonzero(answer.drawing > ON)), answer.output_like
        changed = int(np.count_nonzero(answer.fed != answer.drawing))
        asked = self._session.asking.questions
        noiseless = asked.noise == "none" or asked.noise_level == 0
        self.notes[self.canvas].setText(_drawn(lit) if answer.output_like.differing is not None else "")
        self.notes[self.fed].setText(say("no noise") if noiseless else _changed(changed))
        self._pictures[self.fed].setVisible(not noiseless)  # it would be the drawing again
        self.notes[self.output].setText(resembling(answer.output_like))
        self.notes[self.ideal].setText(resembling(answer.ideal_like))
        for view, note in self.notes.items():
            if view is not self.canvas:
                view.telling.show(note.text)
        self._answer = answer
        self.canvas.telling.show(self._told, lit, like.label, like.differing)
        compared = say("{count} of {total} images compared", count=answer.compared, total=answer.total)
        self.compared.setText(compared)
        self.compared.setVisible(answer.compared < answer.total)

    def _told(self) -> str:
        """What is drawn, and what the network answers."""
        assert self._answer is not None  # there are words only once there is one
        drawn, like = self._answer.drawing, self._answer.output_like
        values = {"lit": int(np.count_nonzero(drawn > ON)), "total": drawn.size, "answer": resembling(like)}
        if like.differing is None:
            return say("The network answers: {answer}.", **values)
        return say("{lit} of {total} pixels are on. The network answers: {answer}.", **values)

    @Slot()
    def _on_stroke_ended(self) -> None:
        self._session.drawing.end_stroke(lambda: say("Stroke"))


def _drawn(lit: int) -> str:
    """How much is drawn."""
    return say_count("{count} pixel on", "{count} pixels on", lit)


def _changed(pixels: int) -> str:
    """How much the noise has changed."""
    return say("{count} px changed", count=pixels)
