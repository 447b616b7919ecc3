"""What is seen inside the network of one run, from one look to the next. It brings torch."""

from collections.abc import Sequence

from core.measure.inside import Inside, UnitReport
from core.measure.looking import look_inside, report_unit
from core.measure.survey import Survey, survey_of
from core.nn.model import Model
from tp5gui.session.messages import Image, Questions


class Insight:
    """Looks inside the network of one run: surveys its set once a frame, and keeps units in their places.

    While the run trains, the survey is older than the network by some epochs, up to a whole frame.

    Parameters
    ----------
    images : (N, H, W) of the run's set.

    Attributes
    ----------
    trains : whether the run trains: a survey is quick then, and the units that are shown change with the
        drawing alone.
    """

    def __init__(self, images: Image) -> None:
        self._images = images
        self.trains = False
        self._survey: Survey | None = None
        self._last: tuple[Image | None, Inside] | None = None  # the drawing and what was seen with it

    def forget(self) -> None:
        """Another replica is ahead: its units are others."""
        self._survey = self._last = None

    def renew(self) -> None:
        """Survey the set anew at the next look."""
        self._survey = None

    def look(
        self, model: Model, questions: Questions, encoding: Sequence[Image], decoding: Sequence[Image]
    ) -> Inside:
        """What happened inside the network while it read the drawing asked about; see `look_inside`."""
        if self._survey is None:
            self._survey = survey_of(model, self._images, quick=self.trains)
        drawn, before = self._last or (None, None)
        held = self.trains and drawn is questions.drawing
        pulled = dict(questions.pulled)
        inside = look_inside(model, self._survey, encoding, decoding, pulled, before, held=held)
        self._last = questions.drawing, inside
        return inside

    def report(self, unit: tuple[int, int] | None) -> UnitReport | None:
        """What a unit, by its column and number, does over the set; None where none is asked about or there.

        The activity is that of the last look.
        """
        if unit is None or self._survey is None or self._last is None:
            return None
        return report_unit(self._survey, self._last[1], *unit)
