"""The network that reads the drawing: its row, a card for the unit under the pointer, and what is pulled."""

import numpy as np
from PySide6.QtCore import QRect, QTimer, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.base.words import say
from core.measure.inside import Inside, UnitReport
from tp5gui.canvases.network_view import NetworkView
from tp5gui.canvases.unit_card import UnitCard
from tp5gui.panels.moving import Moving
from tp5gui.session.messages import Answers, Frame, Image
from tp5gui.session.session import Session
from tp5gui.words import decimal

EXCITING = 6  # images on a card
SATURATED = 0.9  # share of the images from which a unit is called saturated


class NetworkPanel(QWidget):
    """Shows the inside of the network while it reads the drawing.

    A unit under the pointer has a card; a click pins it until Esc or another click.

    Attributes
    ----------
    view : the row.
    card : what is told of a unit.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._moving = session, Moving(session)
        self._glides = 0.0  # s that what is shown next glides at most
        self._shown = False
        self._frame: Frame | None = None
        self._inside: Inside | None = None
        self._fed: Image | None = None  # what it reads
        self._report: UnitReport | None = None
        self._untold = False  # whether it is not on its card yet
        self._hovered: tuple[int, int] | None = None
        self._pinned: tuple[int, int] | None = None
        self.view = NetworkView()
        self.view.setAccessibleName(say("The network"))
        self.view.setAccessibleDescription(
            say("Arrow keys choose a number of the code and pull it; with Ctrl they go from unit to unit.")
        )
        self.card = UnitCard(self)
        self.destroyed.connect(self.card.deleteLater)  # it lies in the window
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.view)
        self.view.hovered.connect(self.on_hovered)
        self.view.pinned.connect(self.on_pinned)
        self.view.pulled.connect(session.asking.pull)
        self.view.let_go.connect(session.asking.let_go)
        self._later = QTimer(self)  # one of zero runs after the paint events that other views ask for
        self._later.setSingleShot(True)
        self._later.timeout.connect(self.on_later)
        session.framed.connect(self.on_frame)
        session.answered.connect(self.on_answers)

    @Slot(bool)
    def set_shown(self, shown: bool) -> None:
        """Say whether the panel can be seen: behind another one Qt takes it for visible."""
        self._shown = shown
        self._session.asking.show_inside(self, shown)
        self._show()
        if shown and self.card.parentWidget() is not self.window():
            self.card.setParent(self.window())  # it floats over the whole window, where it has room
        if not shown and self._asked is not None:  # else another view may be asking
            self._hovered = None
            self.on_pinned(None)

    @Slot(object)
    def on_frame(self, frame: Frame) -> None:
        if self._frame is None or self._frame.version != frame.version:
            self._hovered = self._inside = self._report = None  # those of another network
            self.on_pinned(None)
            self.view.set_inside(None, frame.dataset.shape)
        self._frame = frame
        self._take(frame.answers, self._moving.to_frame(frame).others)

    @Slot(object)
    def on_answers(self, answers: Answers) -> None:
        self._take(answers, self._moving.to_answers(answers).others)

    def _take(self, answers: Answers, glides: float) -> None:
        """Keep what is to be shown, and for how many seconds it glides there at most."""
        if answers.drawing is not None and answers.drawing.inside is not None:
            self._inside = answers.drawing.inside
            fed, self._fed = self._fed, answers.drawing.fed
            same = fed is not None and np.array_equal(fed, self._fed)
            self._glides = glides if same and not self._session.asking.questions.pulled else 0.0
        if answers.unit is not None:
            self._report, self._untold = answers.unit, True
        if self._shown:
            self._later.start()

    @Slot()
    def on_later(self) -> None:
        """Show what came, now that the answer itself is painted: a hand waits for that one."""
        self._show()
        if self._untold:
            self._untold = False
            self._tell()

    @Slot(object)
    def on_hovered(self, unit: tuple[int, int] | None) -> None:
        self._hovered = unit
        self._ask()

    @Slot(object)
    def on_pinned(self, unit: tuple[int, int] | None) -> None:
        self._pinned = unit
        self.view.set_pinned(unit)
        self._ask()

    @property
    def _asked(self) -> tuple[int, int] | None:
        return self._hovered or self._pinned

    def _ask(self) -> None:
        if self._asked is None:
            self.card.forget()
        self._session.asking.ask_unit(self._asked)
        self._tell()  # where it is what was asked last: nobody answers that again

    def _show(self) -> None:
        news = self._inside is not None and self._inside is not self.view.inside
        if self._shown and self._frame is not None and news:
            self.view.set_inside(self._inside, self._frame.dataset.shape, glides=self._glides)

    def _tell(self) -> None:
        """Show the last report, if it is of the unit that is asked about."""
        inside, frame, report = self.view.inside, self._frame, self._report
        if inside is None or frame is None or report is None:
            return
        if (report.column, report.unit) != self._asked:
            return
        spot = self.view.picture_of(report.column, report.unit).toAlignedRect()
        if spot.isNull():
            self.card.forget()
            return
        top = self.view.mapTo(self.window(), self.view.rect().topLeft()).y()
        left = self.view.mapTo(self.window(), spot.topLeft()).x()
        near = QRect(left, top, spot.width(), self.view.height())  # the row itself stays free
        images = [frame.dataset.images[number] for number in report.exciting[:EXCITING]]
        pinned = (report.column, report.unit) == self._pinned
        self.card.tell(_name(inside, report), report, images, _words(report), near, pinned=pinned)
        self.view.telling.show(self.card.told_whole, report.column, report.unit, pinned)


def _name(inside: Inside, report: UnitReport) -> str:
    """What a unit is called."""
    code = sum(not layer.decodes for layer in inside.layers)
    if report.column == code:
        return say("Number {number} of the code", number=report.unit + 1)
    layer = inside.layers[report.column - (report.column > code)]
    total = len(layer.activities)
    if report.column < code:
        return say(
            "Unit {number} of {total}, layer {layer} before the code",
            number=report.unit + 1,
            total=total,
            layer=report.column + 1,
        )
    return say(
        "Unit {number} of {total}, layer {layer} after the code",
        number=report.unit + 1,
        total=total,
        layer=report.column - code,
    )


def _words(report: UnitReport) -> str:
    """What is to be said of a unit in words."""
    activity = say(
        "Activity now: {activity}, the upright line. Bars: how many images of the set excite it how much.",
        activity=decimal(report.activity, 2),
    )
    sentences = [activity]
    if report.weights:
        sentences.append(say("Picture: its weights, blue above 0, olive below."))
    elif not report.dead:
        sentences.append(say("Picture, blue: lit more where its activity is higher; olive: lit less there."))
    if report.dead:
        sentences.append(say("It is dead: the same for every image of the set."))
    elif report.saturated > SATURATED:
        share = round(100 * report.saturated)
        sentences.append(
            say("It is saturated for {share} % of the images: there it learns no more.", share=share)
        )
    return " ".join(sentences)
