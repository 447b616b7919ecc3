"""What the window is shown of a run, and when: whole frames, glances between them, and answers at once."""

import time
from typing import TYPE_CHECKING

from tp5gui.session.box import LatestBox
from tp5gui.session.messages import Frame, Phase, Questions
from tp5gui.session.pacing import FRAME, SCREEN, Pacing, Rate

if TYPE_CHECKING:  # brings torch
    from tp5gui.session.bench import Bench

HANDOVER = 0.001  # s that training waits after an answer, so that the window has Python's lock to paint it
NOWHEN = (-1, -1)  # the version and epoch of no run


class Showing:
    """Posts frames and answers, in the training thread; while a run trains, as often as they are due.

    Parameters
    ----------
    frames, answers : boxes of the window's thread.

    Attributes
    ----------
    rate : the epochs a second that frames tell of.
    """

    def __init__(self, frames: LatestBox, answers: LatestBox) -> None:
        self._frames, self._answers = frames, answers
        self._frame_pace, self._glance_pace = Pacing(FRAME), Pacing(SCREEN)
        self.rate = Rate()
        self._framed = NOWHEN  # by the last frame
        self._shown = NOWHEN  # by the last frame or glance
        self._answered = NOWHEN  # by the last answers to all that was asked

    def post(self, frame: Frame) -> None:
        """Show a frame now."""
        self._framed = self._shown = (frame.version, frame.snapshot.epoch)
        self._frames.post(frame)

    def show(self, bench: "Bench", phase: Phase) -> None:
        """Show the run on the bench as it is now."""
        rate = self.rate.measure(bench.trainer.epoch) if phase is Phase.RUNNING else 0.0
        self.post(bench.frame(phase, rate))

    def room(self, now: float) -> float:
        """Seconds until something is due."""
        return self._glance_pace.left(now)

    def show_due(self, bench: "Bench") -> None:
        """Show the run that trains if that is due and it has moved on, unless the last one still waits.

        What is shown is a glance, or a frame in its place where one is due as well: a slow run has the frame
        of an epoch soon after its glance, or its figures would stay those of an epoch before.
        """
        start, cost, reached = time.perf_counter(), time.thread_time(), _where(bench)
        glances = self._frame_pace.left(start) > 0
        known = self._shown if glances else self._framed
        if self.room(start) or reached == known or self._frames.pending() or self._answers.pending():
            return
        if glances:
            self._answers.post(bench.glance())
            self._shown = reached
            self._glance_pace.made(start, time.thread_time() - cost)
        else:
            self.show(bench, Phase.RUNNING)
            self._frame_pace.made(start, time.thread_time() - cost)
            self._glance_pace.made(start, 0.0)  # what it cost, the next frame waits for

    def answer(self, bench: "Bench", questions: Questions, moving: bool) -> None:
        """Answer at once what is newly asked about the run on the bench, which may be `moving`.

        Weights that have moved on answer everything anew, or old answers would stay beside new ones; while
        they go on moving, the next glance does.
        """
        reached = _where(bench)
        known = bench.questions if moving or reached == self._answered else None
        self._answered, bench.questions = NOWHEN if moving else reached, questions
        self._answers.post(bench.answer(questions, known))
        if moving:
            time.sleep(HANDOVER)

    def painted(self, cost: float) -> None:
        """The window has painted what was shown last, at this cost; may be called in any thread."""
        self._glance_pace.painted(cost)


def _where(bench: "Bench") -> tuple[int, int]:
    """The version and the epoch of the run on the bench."""
    return bench.version, bench.trainer.epoch
