"""Where in the past of its run a window looks, as the reading thread knows it. No Qt; this brings torch."""

from dataclasses import dataclass, replace

from core.train.past import Past
from core.train.still import Still
from tp5gui.session.messages import Visit
from tp5gui.session.reading import Shot


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """An epoch of the past of a run that is to be shown.

    Attributes
    ----------
    version : of the run.
    past : what is known of it.
    epoch : the one to show.
    still : the run at that epoch, where it was trained anew for it.
    """

    version: int
    past: Past
    epoch: int
    still: Still | None = None


class Lookback:
    """Turns what the training thread hands over into what is looked at."""

    def __init__(self) -> None:
        self._look: Look | None = None
        self._still: Still | None = None  # that is shown for it
        self._exact = False

    def turn(self, look: Look | None) -> None:
        """Look at an epoch of the past from now on; None for the run now."""
        before, self._look = self._look, look
        if look is None:
            self._still = None
        elif look.still is not None:
            self._still, self._exact = look.still, True
        elif before is None or (before.past, before.epoch) != (look.past, look.epoch) or not self._exact:
            nearest = look.past.nearest(look.epoch)
            self._still, self._exact = look.past.still(nearest), nearest == look.epoch

    def at(self, shot: Shot) -> Shot:
        """A shot of the run now, as it is looked at; itself where nothing of the past is."""
        look, now = self._look, shot.still
        if look is None or self._still is None or look.version != shot.reading.version:
            return shot
        still = replace(self._still, curves=now.curves, moments=now.moments, finished=now.finished)
        visit = Visit(look.epoch, self._exact, now.epoch, now.fields.spec)
        return replace(shot, still=still, visit=visit)
