"""The replaying thread: it trains a run anew, beside the run itself, up to an epoch of its past."""

import logging
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot

from core.base.progress import Stopped
from tp5gui.session.box import LatestBox
from tp5gui.session.messages import Recalled
from tp5gui.session.thread import Worker
from tp5gui.words import explained

if TYPE_CHECKING:  # these bring torch
    from core.train.checkpoint import Checkpoint
    from core.train.past import Past, Replay
    from core.train.still import Still

log = logging.getLogger(__name__)

SOON = 0.03  # s between two reports of progress


@dataclass(frozen=True, slots=True, eq=False)
class Journey:
    """Where a replay is to go.

    Attributes
    ----------
    version, strand, past : the run; a replay on one strand does not lead to places of another.
    epoch : of its past.
    leaves : whether a run is to go on from there; else it is only looked at.
    """

    version: int
    strand: int
    past: "Past"
    epoch: int
    leaves: bool


@dataclass(frozen=True, slots=True, eq=False)
class Arrival:
    """A replay that has come where it was to go.

    Attributes
    ----------
    journey : where to.
    still : the run there, where it is looked at.
    checkpoint : all that a run needs to go on from there, where one does.
    """

    journey: Journey
    still: "Still | None" = None
    checkpoint: "Checkpoint | None" = None


class Replayer(Worker):
    """Goes on journeys, one at a time: a newer one, or none, ends the one under way.

    Signals
    -------
    arrived(object) : an `Arrival`.
    trailed(object) : the `Trails` asked for.
    progressed(float) : the share of the journey under way that is done.
    failed(str) : it cannot go there, and why in the window's words.
    """

    arrived = Signal(object)
    trailed = Signal(object)
    progressed = Signal(float)
    failed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._journeys = LatestBox(self)
        self._journeys.arrived.connect(self.on_journey)
        self._recalls = LatestBox(self)
        self._recalls.arrived.connect(self.on_recall)
        self._ending = threading.Event()
        self._replay: tuple[tuple[int, int], Replay] | None = None  # of a version and its strand
        self._told = 0.0

    def go(self, journey: Journey | None) -> None:
        """Go there instead of anywhere else, or nowhere; may be called in any thread."""
        self._journeys.post(journey)

    def trail(self, recalled: Recalled | None) -> None:
        """Work out the trails of its codes, unless a journey comes between; may be called in any thread."""
        self._recalls.post(recalled)

    def give_up(self) -> None:
        """Begin nothing new, because the thread ends; may be called in any thread."""
        self._ending.set()

    @Slot(object)
    def on_journey(self, journey: Journey | None) -> None:
        """Go, unless a newer journey waits. The one boundary where errors of this thread are caught."""
        if journey is None:
            self._replay = None  # it holds the past of the run, and weights
            return
        try:
            arrival = self._arrive(journey)
        except Stopped:
            return
        except Exception as error:
            log.warning("in the replaying thread: %s", error, exc_info=True)
            self._replay = None
            self.failed.emit(explained(error))
            return
        self.arrived.emit(arrival)

    @Slot(object)
    def on_recall(self, recalled: Recalled | None) -> None:
        """Work out trails; a journey goes before, and they begin anew after it."""
        if recalled is None or recalled.past is None or recalled.plane is None:
            return
        from tp5gui.session.trails import trails_of

        try:
            trails = trails_of(recalled, recalled.past, recalled.plane, self._waited_for)
        except Stopped:
            if not self._recalls.pending() and not self._ending.is_set():
                self._recalls.post(recalled)
        except Exception as error:
            log.warning("in the replaying thread: %s", error, exc_info=True)
        else:
            self.trailed.emit(trails)

    def _waited_for(self) -> bool:
        return self._journeys.pending() or self._recalls.pending() or self._ending.is_set()

    def _arrive(self, journey: Journey) -> Arrival:
        from core.train.past import Replay

        way = (journey.version, journey.strand)
        if self._replay is None or self._replay[0] != way:
            self._replay = (way, Replay(journey.past))
        replay = self._replay[1]
        replay.past = journey.past
        if journey.leaves:
            return Arrival(journey, checkpoint=replay.checkpoint(journey.epoch, self._on_progress))
        return Arrival(journey, still=replay.still(journey.epoch, self._on_progress))

    def _on_progress(self, share: float) -> None:
        if self._journeys.pending() or self._ending.is_set():
            raise Stopped
        if time.perf_counter() - self._told > SOON:
            self._told = time.perf_counter()
            self.progressed.emit(share)
