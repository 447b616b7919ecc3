"""Runs are compared beside the window: read and measured in the background, until that is stopped."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from core.base.progress import OnProgress
from core.base.words import say
from tp5gui.session.background import Background
from tp5gui.session.in_turn import InTurn
from tp5gui.session.messages import Backdrop, Recalled
from tp5gui.session.stoppable import Stoppable
from tp5gui.words import as_name, count, explained

if TYPE_CHECKING:  # these bring torch
    from core.train.past import Past
    from tp5gui.session.sides import SideBySide

LOOK = 50  # ms between two looks at how far the work is


@dataclass(frozen=True, slots=True)
class Source:
    """What is to be compared.

    Attributes
    ----------
    name : what it is called.
    path : of its file; "" for the run on the bench.
    epoch : as it was then; None as it is.
    """

    name: str
    path: str = ""
    epoch: int | None = None

    @property
    def words(self) -> str:
        """What it is called beside others, its epoch included where one is asked for."""
        if self.epoch is None:
            return as_name(self.name)
        return say("{name} at epoch {epoch}", name=as_name(self.name), epoch=count(self.epoch))


class Comparing(QObject):
    """Compares what it is asked to; only the last thing asked for counts.

    Attributes
    ----------
    sources : what is compared, or is to be.
    shown : the comparison of these; None until it is there.
    fault : why there is none, in the window's words; "" for no fault.

    Signals
    -------
    recalling() : the past of the run on the bench is needed; `on_recalled` hears it.
    told(float) : how much of the work is done, from 0 to 1.
    changed() : `shown` or `fault` is another.
    decoded(object) : what each network decodes at the places asked about last, a tuple of `Decoded`.
    tiled(object, object) : what was asked about behind the maps, and the tiles of each.
    """

    recalling = Signal()
    told = Signal(float)
    changed = Signal()
    decoded = Signal(object)
    tiled = Signal(object, object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.sources: tuple[Source, ...] = ()
        self.shown: SideBySide | None = None
        self.fault = ""
        self._waits = False  # for the run on the bench
        self._version: int | None = None  # of the run on the bench that was compared
        self._turns: InTurn[Stoppable[Any]] = InTurn(self)
        self._turns.ended.connect(self.on_ended)
        self._at_cursor, self._behind = Background(), Background()
        self._at_cursor.done.connect(self.on_decoded)
        self._behind.done.connect(self.on_tiled)
        self.destroyed.connect(self._at_cursor.retire)
        self.destroyed.connect(self._behind.retire)
        self._clock = QTimer(self)
        self._clock.setInterval(LOOK)
        self._clock.timeout.connect(self.on_look)

    @property
    def busy(self) -> bool:
        """Whether a comparison is under way."""
        return self._waits or self._turns.now is not None

    def ask(self, sources: Sequence[Source]) -> None:
        """Compare these, in the place of what was compared or asked for before."""
        self._version = None
        self._read(sources)

    def again(self) -> None:
        """Compare the same once more: the run on the bench only if it is still the one that was compared."""
        self._read(self.sources)

    def _read(self, sources: Sequence[Source]) -> None:
        self.stop()
        self.sources, self.shown, self.fault = tuple(sources), None, ""
        if all(source.path for source in sources):
            self._begin(None)
        else:
            self._waits = True
            self.recalling.emit()
        self.changed.emit()

    def stop(self) -> bool:
        """Compare nothing more; whether there was something to stop."""
        was = self.busy
        self._waits = False
        self._turns.stop()
        self._clock.stop()
        return was

    def give_up(self) -> None:
        """Stop because the person wants it, which is said in the place of what would have been shown."""
        if self.stop():
            self.fault = say("Stopped before it was read.")
            self.changed.emit()

    def close(self) -> None:
        """Stop for good; nothing more is reported."""
        self.stop()
        self._turns.close()
        self._at_cursor.retire()
        self._behind.retire()

    def decode(self, places: Sequence[tuple[float, float]]) -> None:
        """Ask what each network decodes at its place of its map."""
        if self.shown is not None:
            self._at_cursor.ask(_Decoding(self.shown, tuple(places)))

    def ask_tiles(self, asked: Sequence[Backdrop | None]) -> None:
        """Ask what each network decodes behind its map."""
        if self.shown is not None:
            self._behind.ask(_Tiling(self.shown, tuple(asked)))

    @Slot(object)
    def on_recalled(self, recalled: Recalled) -> None:
        """Go on with the run on the bench, or say why that cannot be."""
        if not self._waits:
            return
        self._waits = False
        other = self._version not in (None, recalled.version)
        if recalled.past is not None and not other:
            self._version = recalled.version
            self._begin(recalled.past)
            return
        gone = say("The run that was compared is no longer in the window. Choose again in the panel Runs.")
        self.fault = gone if other else recalled.fault
        self.changed.emit()

    @Slot()
    def on_look(self) -> None:
        now = self._turns.now
        if now is not None:
            self.told.emit(now.share)

    @Slot(object, object)
    def on_ended(self, job: Stoppable[Any], result: object) -> None:
        if self._turns.now is not job:  # it was stopped
            return
        self._clock.stop()
        if isinstance(result, Exception):
            self.fault = explained(result)
        else:
            self.shown = result  # type: ignore[assignment]  # what `gather` returns
        self.changed.emit()

    @Slot(object, object)
    def on_decoded(self, job: "_Decoding", result: object) -> None:
        if job.shown is self.shown and not isinstance(result, Exception):
            self.decoded.emit(result)

    @Slot(object, object)
    def on_tiled(self, job: "_Tiling", result: object) -> None:
        if job.shown is self.shown and not isinstance(result, Exception):
            self.tiled.emit(job.asked, result)

    def _begin(self, past: "Past | None") -> None:
        sources = self.sources

        def work(on_progress: OnProgress) -> "SideBySide":
            from tp5gui.session.sides import gather

            return gather(sources, past, on_progress)

        self._turns.ask(Stoppable(work))
        self._clock.start()


class _Decoding:
    """A question about the cursor, as a job."""

    def __init__(self, shown: "SideBySide", places: tuple[tuple[float, float], ...]) -> None:
        self.shown, self.places = shown, places

    def __call__(self) -> object:
        from tp5gui.session.sides import decode_at

        return decode_at(self.shown, self.places)


class _Tiling:
    """A question about what lies behind the maps, as a job."""

    def __init__(self, shown: "SideBySide", asked: tuple[Backdrop | None, ...]) -> None:
        self.shown, self.asked = shown, asked

    def __call__(self) -> object:
        from tp5gui.session.sides import tiles_of

        return tiles_of(self.shown, self.asked)
