"""Whether what is shown glides to what has just come, and over how long: slow motion is seen to move."""

from dataclasses import dataclass

from tp5gui.session.messages import Answers, Frame, Phase
from tp5gui.session.pacing import SPEEDS, pace
from tp5gui.session.session import Session

SLOW = SPEEDS[2]  # epochs a second up to which a person wants to see everything move
LONGEST = 1.0  # s that anything glides
FLUID = 0.25  # s that places glide at most in a faster run
STEPPED = 0.4  # s that everything glides at most after a single step


@dataclass(frozen=True, slots=True)
class Motion:
    """Seconds that places on the map, and whatever else can move, glide at most; 0 for at once."""

    places: float = 0.0
    others: float = 0.0


AT_ONCE = Motion()


class Moving:
    """Tells a panel how it gets from what it shows to what has come.

    It glides where a run trains on at a slow pace, over the time until the next epoch, and after a step. A
    pause, another run, going back, a look at the past, a change of settings and other axes of the map are no
    movement.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._frame: Frame | None = None
        self._axes = 0

    def to_frame(self, frame: Frame) -> Motion:
        """How to get to a frame, which is shown next."""
        before, self._frame = self._frame, frame
        if self._turns(frame.answers) or before is None or not _trains_on(before, frame):
            return AT_ONCE
        if frame.phase is Phase.RUNNING:
            return self._at_pace(frame)
        if before.phase is Phase.RUNNING:  # its last epoch
            over = self._at_pace(frame).others
            return Motion(over, over)
        return Motion(STEPPED, STEPPED)

    def to_answers(self, answers: Answers) -> Motion:
        """How to get to answers: those to a hand, which lack the images of the map, are there at once."""
        if answers.points is None or self._turns(answers) or self._frame is None:
            return AT_ONCE
        return self._at_pace(self._frame)

    def _turns(self, answers: Answers) -> bool:
        """Whether the map has other axes from here on."""
        before, self._axes = self._axes, answers.axes
        return before != self._axes

    def _at_pace(self, frame: Frame) -> Motion:
        speed = pace(self._session.speed, frame.spec.epochs)
        if speed > SLOW:
            return Motion(FLUID)
        over = min(LONGEST, 1 / min(speed, frame.rate or speed))  # its epochs may take longer
        return Motion(over, over)


def _trains_on(before: Frame, frame: Frame) -> bool:
    """Whether a frame shows the same run some epochs on, or one where it rests before and after."""
    if (before.version, before.marks) != (frame.version, frame.marks) or before.visit or frame.visit:
        return False
    epochs = frame.snapshot.epoch - before.snapshot.epoch
    if Phase.RUNNING in (before.phase, frame.phase):
        return epochs > 0 and frame.phase in (Phase.RUNNING, Phase.FINISHED)
    return epochs == 1
