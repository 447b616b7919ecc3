"""Going back in time: which epoch of the run's past the window shows, and runs that begin there."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from core.base.words import say
from tp5gui.session.messages import Frame, Recalled
from tp5gui.session.reader import Reader
from tp5gui.session.replaying import Arrival, Journey, Replayer
from tp5gui.words import count

if TYPE_CHECKING:  # brings torch
    from core.train.past import Past
    from tp5gui.session.trails import Trails

REST = 120  # ms that a hand rests on an epoch before it is trained anew


class Travelling(QObject):
    """Shows epochs of the past of the run on the bench, and lets runs begin there.

    The nearest moment is shown at once; where the hand rests on an epoch that is no moment, that epoch is
    trained anew, aside. The run itself may train on meanwhile.

    Parameters
    ----------
    reader, replayer : of the reading and of the replaying thread.
    recall : asks the training thread how its run came to where it is; `on_recalled` hears it.

    Attributes
    ----------
    epoch : the epoch of the past that is asked for; None for now.

    Signals
    -------
    moved() : another epoch is asked for.
    progressed(object) : the share that is done of training an epoch anew; None once nothing is.
    trailed(object) : the `Trails` of the run's codes; None where one no longer looks back.
    departed(object) : an `Arrival` from which a run begins.
    failed(str) : what went wrong, in the window's words.
    """

    moved = Signal()
    progressed = Signal(object)
    trailed = Signal(object)
    departed = Signal(object)
    failed = Signal(str)

    def __init__(
        self, reader: Reader, replayer: Replayer, recall: Callable[[], None], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._reader, self._replayer, self._recall = reader, replayer, recall
        self.epoch: int | None = None
        self._frame: Frame | None = None
        self._past: Past | None = None
        self._strand = 0  # of that past
        self._journey: Journey | None = None  # under way
        self._asks = self._closed = False  # for the past; the window
        self._branches: int | None = None  # at this epoch, once the past is known
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST)
        self._rest.timeout.connect(self.on_rest)
        replayer.arrived.connect(self.on_arrived)
        replayer.trailed.connect(self.on_trailed)
        replayer.progressed.connect(self.on_progressed)
        replayer.failed.connect(self.on_failed)

    @property
    def first(self) -> int:
        """The first epoch that can be shown."""
        return self._moments[0] if self._moments else self._now

    def travel(self, epoch: int) -> None:
        """Show an epoch of the past, or the nearest one that there is; from now on, until `back`."""
        if self._frame is None or self._closed:
            return
        epoch = max(self.first, epoch)
        if epoch >= self._now:
            self.back()
        elif epoch != self.epoch:
            self._branches = None  # whoever looks elsewhere has changed their mind
            self._halt()
            self.epoch = epoch
            self._look()
            self.moved.emit()

    def step(self, moments: int) -> None:
        """Show the moment so many after the one that is shown, or before it where they are negative."""
        if self._frame is None or (self.epoch is None and moments > 0) or not self._moments:
            return
        at = self._now if self.epoch is None else self.epoch
        if moments > 0:
            place = bisect_right(self._moments, at) + moments - 1
        else:
            place = max(0, bisect_left(self._moments, at) + moments)
        if place < len(self._moments):
            self.travel(self._moments[place])
        else:
            self.back()

    def back(self) -> None:
        """Show the run now."""
        if self._branches is not None:
            self._branches = None
            self._halt()
        if self.epoch is None:
            return
        self._stay()
        self._reader.look(None)
        self.moved.emit()

    def stop(self) -> bool:
        """Train nothing anew, and stay at the moment that is shown; whether anything was under way."""
        visit = None if self._frame is None else self._frame.visit
        if visit is None or visit.exact or self.epoch is None:
            return False
        assert self._frame is not None
        self._branches = None
        self._halt()
        self.travel(self._frame.snapshot.epoch)
        return True

    def branch(self) -> None:
        """Let a run begin at the epoch that is shown: with the weights, settings and chance of then."""
        if self._frame is not None and not self._closed:
            self._branches = self._now if self.epoch is None else self.epoch
            self._depart()

    def close(self) -> None:
        """Show nothing more: the window is closed."""
        self._closed = True
        self._branches = None
        self._stay()

    @property
    def _moments(self) -> tuple[int, ...]:
        return () if self._frame is None else self._frame.moments

    @property
    def _now(self) -> int:
        return 0 if self._frame is None else self._frame.now

    @Slot(object)
    def on_frame(self, frame: Frame) -> None:
        other = self._frame is not None and self._frame.version != frame.version
        self._frame = frame
        if other or (self.epoch is not None and self.epoch > frame.now):  # undo went back behind it
            self._branches, travels = None, self.epoch is not None
            self._stay()
            self._reader.look(None)
            if travels:
                self.moved.emit()
        elif self._past is not None and frame.strand > self._strand:
            self._begin_anew()

    @Slot(object)
    def on_recalled(self, recalled: Recalled) -> None:
        """Hear what the past of the run is, whoever asked for it."""
        asked, self._asks = self._asks, False
        if not asked or self._closed or self._frame is None or recalled.version != self._frame.version:
            return
        if recalled.past is None:
            self.on_failed(recalled.fault)
            return
        self._past, self._strand = recalled.past, recalled.strand
        if self.epoch is not None:
            self._replayer.trail(recalled)
        if self.epoch is not None:
            self._look()
        if self._branches is not None:
            self._depart()

    @Slot()
    def on_rest(self) -> None:
        """Train the epoch anew on which the hand rests."""
        past, epoch, frame = self._past, self.epoch, self._frame
        if past is None or epoch is None or frame is None or not past.first <= epoch <= past.last:
            return
        if past.before(epoch).epoch != epoch and self._branches is None:
            self._go(past, epoch, leaves=False)

    @Slot(object)
    def on_arrived(self, arrival: Arrival) -> None:
        journey = arrival.journey
        if journey is not self._journey:
            return
        self._journey = None
        self.progressed.emit(None)
        if journey.leaves:
            self._branches = None
            self.departed.emit(arrival)
        else:
            from tp5gui.session.lookback import Look  # torch is there by now

            self._reader.look(Look(journey.version, journey.past, journey.epoch, arrival.still))

    @Slot(object)
    def on_trailed(self, trails: "Trails") -> None:
        if self.epoch is not None and self._frame is not None and trails.strand == self._strand:
            self.trailed.emit(trails)

    @Slot(float)
    def on_progressed(self, share: float) -> None:
        if self._journey is not None:
            self.progressed.emit(share)

    @Slot(str)
    def on_failed(self, words: str) -> None:
        self._branches = self._journey = None
        self.progressed.emit(None)
        self.failed.emit(words)

    def _look(self) -> None:
        """Have the epoch shown, once the past is known that has it."""
        past, epoch, frame = self._past, self.epoch, self._frame
        assert epoch is not None
        assert frame is not None
        if past is None or epoch > past.last:
            self._know()
            return
        from tp5gui.session.lookback import Look  # torch is there by now

        self._reader.look(Look(frame.version, past, epoch))
        self._rest.start()

    def _depart(self) -> None:
        """Have a run begin, once the past is known that has its epoch."""
        past, epoch, frame = self._past, self._branches, self._frame
        assert epoch is not None
        assert frame is not None
        if past is None or epoch > past.last:
            self._know()
        else:
            self._go(past, epoch, leaves=True)

    def _go(self, past: "Past", epoch: int, *, leaves: bool) -> None:
        assert self._frame is not None
        self._journey = Journey(self._frame.version, self._strand, past, epoch, leaves)
        self._replayer.go(self._journey)

    def _halt(self) -> None:
        """Train nothing anew any more."""
        if self._journey is not None:
            self._journey = None
            self._replayer.go(None)
            self.progressed.emit(None)

    def _begin_anew(self) -> None:
        """Ask for the past once more: the run has gone back, and may go on otherwise than it did."""
        self._past = None
        self._halt()
        if self.epoch is not None:
            self.trailed.emit(None)
            self._look()
        if self._branches is not None:
            self._depart()

    def _know(self) -> None:
        if not self._asks:
            self._asks = True
            self._recall()

    def _stay(self) -> None:
        """Forget where one looked, and the past itself, which takes memory."""
        self.epoch = self._past = self._journey = None
        self._rest.stop()
        self._replayer.go(None)
        self._replayer.trail(None)
        self.trailed.emit(None)
        self.progressed.emit(None)


def branch_name(epoch: int) -> str:
    """What the step of undo is called that began a run there."""
    return say("Branch at epoch {epoch}", epoch=count(epoch))
