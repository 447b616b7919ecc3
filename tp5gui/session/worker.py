"""Training in a thread of its own, a slice of time at a tick, so that commands are heard between ticks."""

import logging
import threading
import time
from collections.abc import Callable, Hashable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer, Signal, Slot

from core.base.words import say
from core.data.datasets import Dataset
from core.experiment.spec import Spec
from core.train.about import About
from tp5gui.session.box import LatestBox
from tp5gui.session.keeping import Keeper
from tp5gui.session.kept_runs import KeptRuns
from tp5gui.session.messages import Filed, Mark, Phase, Recalled
from tp5gui.session.moment import Moment, Moments
from tp5gui.session.orders import Order
from tp5gui.session.pacing import AS_FAST_AS_IT_GOES, FRAME, SCREEN, Pacing, Rate, pace
from tp5gui.session.preparing import Awaited
from tp5gui.session.replaying import Arrival
from tp5gui.session.reporting import Lent
from tp5gui.session.run_images import RunImages
from tp5gui.session.slices import Slices
from tp5gui.session.thread import Worker
from tp5gui.words import explained

if TYPE_CHECKING:  # these bring torch
    from core.train.past import Past
    from tp5gui.session.bench import Bench

log = logging.getLogger(__name__)

MOMENT_BYTES = 256_000_000  # of the past of a run, unless the person chooses otherwise
FILE_BYTES = 8_000_000  # of it in a file that the person saves
MOST_RUNS, MOST_RUN_BYTES = 8, 500_000_000  # replaced runs in memory, for undo
MOST_CHANGES, MOST_CHANGE_BYTES = 100, 250_000_000  # moments before live changes in memory, for undo


class TrainingWorker(Worker):
    """Owns the run. It lives in the training thread, where `WorkerThread.ask` calls its methods.

    Parameters
    ----------
    shots : a box of the reading thread, which shows the run.
    kept : where the run is kept for after a crash; None for nowhere.

    Signals
    -------
    failed(str) : once for every error, in the window's words. After a refused run, the one before stays.
    phase_changed(object, int) : the new `Phase`, and how often it has changed.
    saved(str) : the path of a run that was written.
    filed(object) : what that file holds, as `Filed`; it comes before `saved`.
    lent(object) : the run as it was when a report was asked for, as `Lent`.
    recalled(object) : how the run came to where it was when that was asked for, as `Recalled`.
    unkept(str) : the run cannot be kept, in the window's words; whatever else is asked for comes as usual.
    told(str) : what came of an order, or what a person should know of the new run, in the window's words.
    overtaken(int) : the run of this version does not come, because a newer one was asked for.
    refused(int) : the run of this version does not come; `failed` says why.
    dropped(int) : the run of this version is no longer in memory; it can only begin again.

    Attributes
    ----------
    awaited : says what training waits for before it begins.
    newest : the number of the newest order that puts a run on the bench; set by the thread that orders.
    """

    failed = Signal(str)
    unkept = Signal(str)
    told = Signal(str)
    overtaken = Signal(int)
    refused = Signal(int)
    dropped = Signal(int)
    phase_changed = Signal(object, int)
    saved = Signal(str)
    filed = Signal(object)
    lent = Signal(object)
    recalled = Signal(object)

    def __init__(self, shots: LatestBox, kept: KeptRuns | None = None) -> None:
        super().__init__()
        self._shots = shots
        self._shot_pace = Pacing(SCREEN)  # a shot copies the weights: those of a large network, more seldom
        self._settled_at = 0.0  # when the curves were last measured up to their end
        self._rate = Rate()
        self._bench: Bench | None = None
        self._tick: QTimer | None = None
        self.awaited = Awaited(self)
        self._images = RunImages()
        self.newest = 0
        self._runs = Moments(MOST_RUNS, MOST_RUN_BYTES)  # by version
        # by version, change, and whether before it; the images are those of the run itself
        self._changes = Moments(MOST_CHANGES, MOST_CHANGE_BYTES, images=False)
        self._keeper = Keeper(kept, self)
        self._keeper.failed.connect(self.unkept)
        self._keeper.due.connect(self.on_due)
        self._interrupted, self._ending, self._writing = (threading.Event() for _ in range(3))
        self._phase, self._turn = Phase.LOADING, 0
        self._slices = Slices()
        self._moment_bytes, self._file_bytes = MOMENT_BYTES, FILE_BYTES
        self._speed: float | None = AS_FAST_AS_IT_GOES  # that was wished for

    def do(self, request: Callable[[Any], object]) -> None:
        """Do what was asked from another thread, which may have interrupted for it."""
        self._interrupted.clear()
        self._settle()
        request(self)

    @Slot()
    def on_due(self) -> None:
        """The run is kept next: one that has diverged rests before, or that would look like a full disk."""
        self._settle()

    def interrupt(self) -> None:
        """Undo the epoch under way, because the next order waits; may be called in any thread."""
        self._interrupted.set()
        self._hurry()

    def give_up(self) -> None:
        """Begin nothing new, because `shutdown` is asked for next; may be called in any thread."""
        self._ending.set()
        self._hurry()

    @property
    def writing(self) -> bool:
        """Whether a run is written, which must not be lost; may be asked in any thread."""
        return self._writing.is_set() or self._keeper.writing

    @property
    def goes_on(self) -> bool:
        """Whether it trains epoch after epoch, so that one undone is trained again; asked in any thread."""
        return self._phase is Phase.RUNNING

    def stands(self, order: Order) -> bool:
        """Whether an order is still wanted: its run is on the bench, or none newer is asked for."""
        if order.placing:
            if order.placing < self.newest and order.run is not None:
                self.overtaken.emit(order.run)
            return order.placing == self.newest
        return order.run is None or (self._bench is not None and order.run == self._bench.version)

    def build(self, spec: Spec, version: int, then: str) -> None:
        """Start a new run of `spec` at epoch 0; unless it is refused, `then` "play", "step" or nothing."""
        if self._build(spec, version):
            if then == "play":
                self.play()
            elif then == "step":
                self.step()

    def bring_back(self, version: int, spec: Spec, dataset: Dataset | None, opened: bool, lost: bool) -> None:
        """Put a run back that another one replaced, as it was then, paused.

        One that was never trained, or is `lost` from memory, is built again from its spec and its images, or
        where these are no longer in memory, those that any new run learns. If it was `opened` from a file,
        the next runs learn its images as well.
        """
        if self._bench is not None and self._bench.version == version:
            self._rest(Phase.FINISHED if self._bench.trainer.finished else Phase.PAUSED)
            return
        kept = self._runs.take(version)
        if kept is not None:
            placed = self._place(version, lambda: kept.bench(version, self._moment_bytes))
        else:
            placed = self._build(spec, version, dataset)
        if not placed:
            return
        if lost:
            self.told.emit(say("That run is no longer in memory: it begins again at epoch 0."))
        if opened and self._bench is not None:
            self._images.bring(self._bench.trainer.dataset)

    def _build(self, spec: Spec, version: int, dataset: Dataset | None = None) -> bool:
        """Put a new run of `spec` on the bench; of which images it learns, there may be something to say."""
        words = ""

        def make() -> "Bench":
            nonlocal words
            images, words = (dataset, "") if dataset is not None else self._images.of(spec.dataset)
            return _bench().build(spec, version, images, self._moment_bytes)

        placed = self._place(version, make)
        if placed and words:
            self.told.emit(words)
        return placed

    def forget_data(self) -> None:
        """The library has changed: a set of it replaces the one that an opened run brought along."""
        self._images.library_changed()

    def open(self, path: str, version: int) -> None:
        """Open the run in a file and leave it paused."""
        moment_bytes = self._moment_bytes
        if (
            self._place(version, lambda: _bench().open(path, version, moment_bytes))
            and self._bench is not None
        ):
            trainer = self._bench.trainer
            self._images.bring(trainer.dataset)
            self.filed.emit(Filed(path, version, trainer.epoch, trainer.spec))

    def save(self, path: str) -> None:
        """Write the run as it is now."""

        def write() -> None:
            bench = self._bench
            if bench is not None:
                written = str(bench.save(path, self._file_bytes))
                self.filed.emit(Filed(written, bench.version, bench.trainer.epoch, bench.trainer.spec))
                self.saved.emit(written)

        self._writing.set()
        self._guard(write)
        self._writing.clear()

    def branch(self, arrival: Arrival, version: int) -> None:
        """Let a run begin at an epoch of the past of the one on the bench, and wait there."""
        bench, checkpoint = self._bench, arrival.checkpoint
        if bench is None or checkpoint is None or bench.version != arrival.journey.version:
            self.refused.emit(version)
            return
        branch = Moment.branch(bench, arrival.journey, checkpoint)
        self._place(version, lambda: branch.bench(version, self._moment_bytes))

    def lend(self, path: str) -> None:
        """Hand over the run as it is now, for a report of it in this place."""
        bench = self._bench
        if bench is not None:
            trainer = bench.trainer
            self.lent.emit(Lent(path, trainer.as_trained(), trainer.threads, bench.reading.plane))

    def recall(self) -> None:
        """Tell how the run came to where it is now."""
        bench = self._bench
        if bench is None:
            self.recalled.emit(Recalled(-1, None, fault=say("There is no run in the window yet.")))
            return
        past: list[Past] = []
        error = self._attempt(lambda: past.append(bench.trainer.past()))
        if error is None:
            self.recalled.emit(Recalled(bench.version, past[0], bench.reading.plane, strand=bench.strand))
        else:
            self.recalled.emit(Recalled(bench.version, None, fault=explained(error)))

    def keep(self) -> None:
        """Write the run for after a crash if it has moved on since it was last kept; nothing is reported."""
        self._keeper.keep()

    def label(self, about: About) -> None:
        """Let the run be called and noted, and pinned or not, as `about` is; in its kept file as well."""
        bench = self._bench
        if bench is not None:
            bench.label(about)
            self._keeper.label()
            self._guard(self._post)

    def kept_file(self, version: int) -> Path | None:
        """The file in which the run of this version is kept, if there is one; may be asked in any thread."""
        return self._keeper.file_of(version)

    def keep_every(self, milliseconds: int) -> None:
        """Keep a run that moves on this often, from now on."""
        self._keeper.keep_every(milliseconds)

    def use_threads(self, most: int) -> None:
        """Train runs that begin from now on with so many threads of the processor at most; 0: no bound."""
        from core.nn.device import use_at_most  # brings torch, which this thread loads

        use_at_most(most)

    def use_moments(self, most_bytes: int, in_files: int) -> None:
        """Let the past of runs that begin from now on take so many bytes at most, and so many in files."""
        self._moment_bytes, self._file_bytes = most_bytes, in_files

    def play(self) -> None:
        """Train until the run is paused or finished."""
        if self._bench is None or self._phase is Phase.RUNNING:
            return
        if self._bench.trainer.finished:
            self._enter(Phase.FINISHED)
            return
        self._slices.allowance.restart()
        self._rate.restart(self._bench.trainer.epoch)
        self._enter(Phase.RUNNING)
        self._set_timer()

    def pause(self) -> None:
        """Pause after the current epoch."""
        if self._phase is Phase.RUNNING:
            self._rest(Phase.PAUSED)

    def step(self) -> None:
        """Train one epoch, then pause; a finished run stays as it is."""
        bench = self._bench
        if bench is not None and (bench.trainer.finished or self._go_on_after(self._train_once)):
            self._rest(Phase.FINISHED if bench.trainer.finished else Phase.PAUSED)

    def set_speed(self, epochs_per_second: float | None) -> None:
        """Train at most this fast, infinity for as fast as it goes; None for a pace that suits the run."""
        self._speed = epochs_per_second
        if self._phase is Phase.RUNNING:
            self._set_timer()

    def update(self, spec: Spec, change: int) -> None:
        """Continue with changed live fields; `change` numbers the change, so that `travel` can undo it.

        Later values of the same change have the same number.
        """
        bench = self._bench
        assert bench is not None
        epoch, before = bench.trainer.epoch, bench.trainer.spec
        marks = bench.marks
        if marks and marks[-1].change == change:
            epoch, before, marks = marks[-1].epoch, marks[-1].before, marks[:-1]
        else:
            self._changes.keep((bench.version, change, True), Moment.of(bench))
        if self._guard(lambda: bench.trainer.update(spec)):
            bench.marks = (*marks, Mark(change, epoch, before, spec))
        self._show_move()

    def travel(self, change: int, back: bool, spec: Spec) -> None:
        """Undo a live change, or redo it: go to the epoch on its other side, with the settings `spec`.

        Where that is no longer in memory, only the settings change. A run that trains goes on doing so.
        """
        bench = self._bench
        assert bench is not None
        self._keeper.keep()
        there = self._changes.take((bench.version, change, back))
        self._changes.keep((bench.version, change, not back), Moment.of(bench))
        if there is None:
            self.told.emit(say("The epochs before are no longer in memory; only the settings have changed."))
            self._guard(lambda: bench.trainer.update(spec))
        else:
            self._guard(lambda: there.put_back(bench))
        self._show_move()

    def _show_move(self) -> None:
        """Show where the run is after its settings or its epoch have changed."""
        bench = self._bench
        assert bench is not None
        if self._phase is not Phase.RUNNING:
            self._rest(Phase.FINISHED if bench.trainer.finished else Phase.PAUSED)
        else:
            self._rate.restart(bench.trainer.epoch)
            self._set_timer()  # with other epochs another pace may suit it
            self._guard(self._post)

    @Slot(int)
    def on_unsound(self, version: int) -> None:
        """The reading thread found the weights of a run to be no finite numbers."""
        bench = self._bench
        if bench is not None and bench.version == version:
            self._go_on_after(bench.trainer.evaluate)

    @Slot(int, str)
    def on_unread(self, version: int, words: str) -> None:
        """The reading thread could not read a run, and why: nothing trains that cannot be seen."""
        self.failed.emit(words)
        if self._bench is not None and self._bench.version == version:
            self.pause()

    def shutdown(self) -> None:
        """Keep the run and stop for good, between two ticks."""
        if self._tick is not None:
            self._tick.stop()
            self._tick.deleteLater()
            self._tick = None
        self._writing.set()
        self._guard(self._keeper.end)
        self._bench = None
        self.stopped.emit()

    @Slot()
    def on_tick(self) -> None:
        """Train for a slice, or for what a limited speed has earned; show what is due."""
        bench, now = self._bench, time.perf_counter()
        if bench is None or self._phase is not Phase.RUNNING:
            return
        trainer = bench.trainer

        def train_and_show() -> None:
            if not self.awaited.ready(trainer.engine, self._stopped):
                self._rate.restart(trainer.epoch)  # to wait is not to train slowly
                return
            epochs = self._slices.epochs(trainer, now)
            trained = not epochs or self._train(epochs)
            if trained and not trainer.finished and not self._waited_for:
                self._show_due(bench)

        if self._go_on_after(train_and_show) and trainer.finished:
            self._rest(Phase.FINISHED)

    def _train_once(self) -> None:
        """Train one epoch, once what trains is ready."""
        assert self._bench is not None
        while not self.awaited.ready(self._bench.trainer.engine, self._stopped):
            if self._stopped():
                return
        self._train(1)

    def _train(self, epochs: int) -> int:
        """Train so many epochs, or fewer: an order or a question waits, or there are none left."""
        assert self._bench is not None
        began = time.perf_counter()
        trained = self._slices.train(self._bench.trainer, epochs, self._stopped)
        self._bench.trained_for(time.perf_counter() - began)
        if trained:
            self._keeper.moved()
        return trained

    @property
    def _waited_for(self) -> bool:
        """Whether an order waits, before which nothing else is shown."""
        return self._interrupted.is_set() or self._ending.is_set()

    def _hurry(self) -> None:
        """Let the slice under way end after its epoch; may be called in any thread."""
        bench = self._bench
        if bench is not None:
            bench.trainer.hurry()

    def _stopped(self) -> bool:
        words = self._bench.trainer.pace.announcement() if self._bench is not None else ""
        if words:
            self.told.emit(words)
        return self._interrupted.is_set() or self._ending.is_set()

    def _place(self, version: int, make: "Callable[[], Bench]") -> bool:
        """Let a run take the place of the one before; where it is refused, that one stays as it is."""
        if self._ending.is_set():
            return False
        self._keeper.keep()

        def place() -> None:
            bench = make()
            bench.trainer.evaluate()  # what has diverged is refused
            self._put_away()
            self._bench = bench
            self._images.take_up(bench.trainer.dataset)
            self._keeper.take_up(bench)
            self._stop_timer()
            self._enter(Phase.FINISHED if bench.trainer.finished else Phase.PAUSED)
            self._post()

        error = self._attempt(place)
        if error is not None:
            self.refused.emit(version)  # before `failed`: who hears of the failure knows which run stands
            self._report(error)
        return error is None

    def _put_away(self) -> None:
        """Keep the run on the bench for undo; one of which there is no more than its spec is built again."""
        bench = self._bench
        if bench is None:
            return
        trainer = bench.trainer
        if trainer.epoch == 0 and not trainer.by_replica.values and trainer.about == About():
            return
        for version in self._runs.keep(bench.version, Moment.whole(bench)):
            self._forget(version)

    def _forget(self, version: Hashable) -> None:
        """Of this run no more is in memory than how to begin it again."""
        assert isinstance(version, int)
        self._changes.forget(lambda key: isinstance(key, tuple) and key[0] == version)
        self.dropped.emit(version)

    def _rest(self, phase: Phase) -> None:
        """Stop training and show the state of the run: the last frame always arrives."""
        self._stop_timer()
        self.awaited.give_up()
        self._enter(phase)
        if self._bench is not None:
            error = self._attempt(self._bench.trainer.evaluate)
            if error is not None:  # it went back to its last good weights
                self._enter(_stopped_by(error))
                self._report(error)
            self._guard(self._post)
        if phase is Phase.FINISHED:
            self._keeper.keep()

    def _enter(self, phase: Phase) -> None:
        self._phase = phase
        self._turn += 1
        if self._bench is not None:
            self.phase_changed.emit(phase, self._turn)

    def _settle(self) -> None:
        """Measure the curves up to their end; a run that has diverged rests."""
        if self._bench is not None:
            self._go_on_after(self._bench.trainer.settle)

    def _show_due(self, bench: "Bench") -> None:
        """Have the run that trains shown as it is now, unless the last shot was just taken or still waits."""
        now = time.perf_counter()
        if now - self._settled_at >= FRAME:
            bench.trainer.settle()
            self._settled_at = now
        if not self._shot_pace.left(now) and not self._shots.pending():
            start, rate = time.thread_time(), self._rate.measure(bench.trainer.epoch)
            self._shots.post(bench.shot(self._phase, self._turn, rate, at_once=False))
            self._shot_pace.made(now, time.thread_time() - start)

    def _post(self) -> None:
        """Have the run shown as it is now, at once."""
        bench = self._bench
        if bench is not None:
            rate = self._rate.measure(bench.trainer.epoch) if self._phase is Phase.RUNNING else 0.0
            self._shots.post(bench.shot(self._phase, self._turn, rate, at_once=True))

    def _set_timer(self) -> None:
        """Tick as the speed asks for that was wished, or that suits the run."""
        assert self._bench is not None
        self._slices.allowance.limit(pace(self._speed, self._bench.trainer.spec.epochs))
        if self._tick is None:  # made here, in the training thread, where it must also be stopped
            self._tick = QTimer(self)
            self._tick.timeout.connect(self.on_tick)
        self._tick.start(self._slices.allowance.interval())

    def _stop_timer(self) -> None:
        if self._tick is not None:
            self._tick.stop()

    def _go_on_after(self, action: Callable[[], object]) -> bool:
        """Whether the run can go on after an action; if not it rests, and why is reported."""
        error = self._attempt(action)
        if error is not None:
            self._report(error)
            self._rest(_stopped_by(error))
        return error is None

    def _guard(self, action: Callable[[], object]) -> bool:
        """Whether an action succeeded; why not is reported."""
        error = self._attempt(action)
        if error is not None:
            self._report(error)
        return error is None

    def _attempt(self, action: Callable[[], object]) -> Exception | None:
        """What an action raised: the one boundary where errors of the training thread are caught."""
        try:
            action()
        except Exception as error:
            if not isinstance(error, ArithmeticError | ValueError | OSError):  # those are only shown
                log.warning("in the training thread: %s", error, exc_info=True)
            return error
        return None

    def _report(self, error: Exception) -> None:
        self.failed.emit(explained(error))


def _stopped_by(error: Exception) -> Phase:
    """How a run rests that an error stopped: an arithmetic one is a loss that is not finite."""
    return Phase.DIVERGED if isinstance(error, ArithmeticError) else Phase.PAUSED


def _bench() -> "type[Bench]":
    """The bench, and with it torch: imported at first use, in the training thread."""
    from tp5gui.session.bench import Bench

    return Bench
