"""The reading thread: it makes what the window is shown of a run, beside the thread that trains it."""

import logging
import math
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal, Slot

from core.measure.evaluation import Unsound
from tp5gui.session.box import LatestBox
from tp5gui.session.messages import Phase, Questions
from tp5gui.session.pacing import FRAME, SCREEN, Pacing
from tp5gui.session.thread import Worker
from tp5gui.words import explained

if TYPE_CHECKING:  # brings torch
    from tp5gui.session.lookback import Look, Lookback
    from tp5gui.session.reading import Shot

log = logging.getLogger(__name__)

NOWHERE = (-1, -1, -1)  # where no run is
GIVE_WAY = 0.008  # s: half of the time between two pictures of most screens


def _newest(waiting: "Shot", new: "Shot") -> "Shot":
    return new.after(waiting)


class Reader(Worker):
    """Posts frames, glances between them, and answers to what is newly asked. It lives in the reading thread.

    Parameters
    ----------
    frames, answers : boxes of the window's thread.

    Attributes
    ----------
    shots : a box for what is to be read next.

    Signals
    -------
    unsound(int) : the weights of the run of this version are not finite numbers.
    failed(int, str) : a run of this version could not be read, and why in the window's words.
    """

    unsound = Signal(int)
    failed = Signal(int, str)
    _painted = Signal(float)

    def __init__(self, frames: LatestBox, answers: LatestBox) -> None:
        super().__init__()
        self.shots, self._questions = LatestBox(self, merge=_newest), LatestBox(self)
        self._looks = LatestBox(self)
        self.shots.arrived.connect(self.on_shot)
        self._looks.arrived.connect(self.on_look)
        self._questions.arrived.connect(self.on_questions)
        self._heard = threading.Event()  # what was asked last
        self._told = Questions()  # asked last; of the window's thread
        self._frames, self._answers = frames, answers
        self._frame_pace, self._glance_pace = Pacing(FRAME), Pacing(SCREEN)
        self._asked = Questions()
        self._now: Shot | None = None  # the run as it is now
        self._shot: Shot | None = None  # as it is looked at
        self._lookback: Lookback | None = None  # from the first look at the past on
        self._looks_elsewhere = False  # and that is to be shown as soon as the window can
        self._framed = NOWHERE  # by the last frame
        self._shown = NOWHERE  # by the last frame or glance
        self._answered = NOWHERE[:2]  # of what the last answers to all that was asked are
        self._ending = threading.Event()
        self._timer: QTimer | None = None
        self._painted.connect(self.on_painted, Qt.ConnectionType.QueuedConnection)

    def ask(self, questions: Questions) -> None:
        """Ask what the views want to know; for the window's thread. Frames answer it until the next call.

        Where a hand waits for it, the window gives way until it is answered, at most half a picture long:
        both threads need Python's lock, and what the window would paint meanwhile is older than the answer
        and delays it fourfold.
        """
        before, self._told = self._told, questions
        by_hand = questions.drawing is not before.drawing or (
            (questions.cursor, questions.pulled) != (before.cursor, before.pulled)
        )
        self._heard.clear()
        self._questions.post(questions)
        if by_hand and self._shot is not None and not self._ending.is_set():
            self._heard.wait(GIVE_WAY)

    def look(self, look: "Look | None") -> None:
        """Look at an epoch of the past from now on, None for the run now; may be called in any thread."""
        self._looks.post(look)

    def painted(self, cost: float) -> None:
        """The window has painted what was shown last, at this cost; may be called in any thread."""
        self._painted.emit(cost)

    def give_up(self) -> None:
        """Begin nothing new, because the thread ends; may be called in any thread."""
        self._ending.set()

    def shutdown(self) -> None:
        """Stop for good, in the reading thread."""
        if self._timer is not None:
            self._timer.stop()
            self._timer.deleteLater()
            self._timer = None
        self.stopped.emit()

    @Slot(object)
    def on_shot(self, shot: "Shot") -> None:
        """Show a shot at once, or when it is due."""
        self._now = shot
        if self._lookback is not None:
            shot = self._lookback.at(shot)
        self._shot = shot
        if shot.at_once:
            self._make(shot, lambda: self._show_frame(shot))
        else:
            self._show_due()

    @Slot(object)
    def on_look(self, look: "Look | None") -> None:
        """Show another epoch of the past, or the run now, as soon as the window can."""
        if self._lookback is None:
            from tp5gui.session.lookback import Lookback  # brings torch

            self._lookback = Lookback()
        lookback, now = self._lookback, self._now
        if now is None:
            return

        def turn() -> None:
            lookback.turn(look)
            self._shot = lookback.at(now)

        self._make(now, turn)
        self._looks_elsewhere = True
        self._show_look()

    def _show_look(self) -> None:
        """Show where one looks now, unless the last frame still waits to be painted."""
        shot = self._shot
        if shot is not None and self._looks_elsewhere and not self._frames.pending():
            self._looks_elsewhere = False
            self._make(shot, lambda: self._show_frame(shot))

    @Slot(float)
    def on_painted(self, cost: float) -> None:
        """What was shown last has been painted: now the next may come."""
        self._glance_pace.painted(cost)
        self._show_look()
        self._show_due()

    @Slot(object)
    def on_questions(self, questions: Questions) -> None:
        """Answer at once what is newly asked, and keep the questions for the frames to come.

        Views that have heard nothing yet are answered everything.
        Weights that have moved on answer everything anew, or old answers would stay beside new ones; while
        they go on moving, the next glance does.
        """
        shot, known, self._asked = self._shot, self._asked, questions
        if shot is None:
            return
        moving = shot.phase is Phase.RUNNING and shot.visit is None
        weights = shot.where[:2]  # of the past they stay, however far the run is by now
        moved_on = not moving and weights != self._answered
        everything = moved_on or questions.audience != known.audience
        self._answered = NOWHERE[:2] if moving else weights

        def answer() -> None:
            self._answers.post(shot.reading.answer(shot, questions, None if everything else known))

        self._make(shot, answer)
        self._heard.set()

    @Slot()
    def _show_due(self) -> None:
        """Show the newest shot if that is due and it was not shown, unless the last one still waits.

        What is shown is a glance, or a frame in its place where one is due as well: a slow run has the frame
        of an epoch soon after its glance, or its figures would stay those of an epoch before.
        """
        shot, now = self._shot, time.perf_counter()
        if shot is None or shot.where == self._framed or self._frames.pending() or self._answers.pending():
            return
        glances = self._frame_pace.left(now) > 0
        if glances and (shot.where == self._shown or shot.visit is not None):  # what is past does not move
            self._wait(self._frame_pace.left(now))
        elif self._glance_pace.left(now) > 0:
            self._wait(self._glance_pace.left(now))
        elif glances:
            self._make(shot, lambda: self._show_glance(shot))
        else:
            self._make(shot, lambda: self._show_frame(shot))

    def _show_frame(self, shot: "Shot") -> None:
        start, cost = time.perf_counter(), time.thread_time()
        self._framed = self._shown = shot.where
        self._frames.post(shot.reading.frame(shot, self._asked))
        # the next one waits for what it cost; what is shown at once is seldom, and often the first of its run
        self._frame_pace.made(start, 0.0 if shot.at_once else time.thread_time() - cost)
        self._glance_pace.made(start, 0.0)

    def _show_glance(self, shot: "Shot") -> None:
        start, cost = time.perf_counter(), time.thread_time()
        self._shown = shot.where
        self._answers.post(shot.reading.glance(shot, self._asked))
        self._glance_pace.made(start, time.thread_time() - cost)
        self._wait(self._frame_pace.left(time.perf_counter()))  # for its frame, if nothing newer comes

    def _wait(self, seconds: float) -> None:
        """Look again after this time, or sooner where that was asked for before."""
        if self._timer is None:  # made here, in the reading thread
            self._timer = QTimer(self)
            self._timer.setSingleShot(True)
            self._timer.setTimerType(Qt.TimerType.PreciseTimer)
            self._timer.timeout.connect(self._show_due)
        wait = math.ceil(1000 * seconds)
        if not self._timer.isActive() or self._timer.remainingTime() > wait:
            self._timer.start(wait)

    def _make(self, shot: "Shot", make: Callable[[], None]) -> None:
        """The one boundary where errors of the reading thread are caught."""
        if self._ending.is_set():
            return
        try:
            make()
        except Unsound:
            self.unsound.emit(shot.reading.version)
        except Exception as error:
            log.warning("in the reading thread: %s", error, exc_info=True)
            self.failed.emit(shot.reading.version, explained(error))
