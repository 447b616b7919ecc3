"""Training in a thread of its own, a slice of time at a tick, so that commands are heard between ticks."""

import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from core.experiment.spec import Spec
from tp5gui.session.box import LatestBox
from tp5gui.session.keeping import Keeper
from tp5gui.session.messages import Phase, Questions
from tp5gui.session.pacing import SLICE, Allowance, FramePace, Rate
from tp5gui.session.run_images import RunImages
from tp5gui.words import explained

if TYPE_CHECKING:
    from tp5gui.session.bench import Bench

log = logging.getLogger(__name__)


class TrainingWorker(QObject):
    """Owns the run. It lives in the training thread, where `TrainingThread.ask` calls its methods.

    Signals
    -------
    failed(str) : once for every error, in the window's words. After a refused run, the one before stays.
    phase_changed(object) : the new `Phase`.
    saved(str) : the path of a run that was written.
    told(str) : what a person should know of the new run, in the window's words.
    stopped() : the timer is gone; the thread may end.
    """

    failed = Signal(str)
    phase_changed = Signal(object)
    saved = Signal(str)
    told = Signal(str)
    stopped = Signal()

    def __init__(self, frames: LatestBox, answers: LatestBox) -> None:
        super().__init__()
        self.questions = LatestBox(self)  # a child, so it moves to the training thread as well
        self.questions.arrived.connect(self.on_questions)
        self._frames, self._answers = frames, answers
        self._bench: Bench | None = None
        self._tick: QTimer | None = None
        self._images = RunImages()
        self._keeper = Keeper()
        self._answered_at = (-1, 0)  # version and epoch of the last answers
        self._asked = Questions()
        self._phase = Phase.LOADING
        self._allowance, self._pace, self._rate = Allowance(), FramePace(), Rate()

    @Slot(object)
    def on_request(self, request: "Callable[[TrainingWorker], object]") -> None:
        """Do what was asked from another thread."""
        request(self)

    def build(self, spec: Spec, version: int, then: str) -> None:
        """Start a new run of `spec` at epoch 0; unless it is refused, `then` "play", "step" or nothing."""

        def start() -> None:
            dataset, words = self._images.of(spec.dataset)
            self._place(_bench().build(spec, version, dataset))
            if words:
                self.told.emit(words)

        if self._guard(start):
            {"play": self.play, "step": self.step}.get(then, bool)()

    def forget_data(self) -> None:
        """The library has changed: a set of it replaces the one that an opened run brought along."""
        self._images.library_changed()

    def open(self, path: str, version: int) -> None:
        """Open the run in a file and leave it paused."""

        def take_up() -> None:
            bench = _bench().open(path, version)
            self._place(bench)
            self._images.bring(bench.trainer.dataset)

        self._guard(take_up)

    def save(self, path: str) -> None:
        """Write the run as it is now."""

        def write() -> None:
            if self._bench is not None:
                self.saved.emit(str(self._bench.save(path)))

        self._guard(write)

    def keep(self, path: Path) -> None:
        """Write the run, without reporting it, if it has moved on since it was last kept."""
        if self._bench is not None:
            bench = self._bench
            self._guard(lambda: self._keeper.keep(bench, path))

    def play(self) -> None:
        """Train until the run is paused or finished."""
        if self._bench is None or self._phase is Phase.RUNNING:
            return
        if self._bench.trainer.finished:
            self._enter(Phase.FINISHED)
            return
        self._allowance.restart()
        self._rate.restart(self._bench.trainer.epoch)
        self._enter(Phase.RUNNING)
        self._set_timer()

    def pause(self) -> None:
        """Pause after the current epoch."""
        if self._phase is Phase.RUNNING:
            self._rest(Phase.PAUSED)

    def step(self) -> None:
        """Train one epoch, then pause; a finished run stays as it is."""
        if self._bench is not None:
            if not self._bench.trainer.finished:
                self._guard(self._bench.trainer.step)
            self._rest(Phase.FINISHED if self._bench.trainer.finished else Phase.PAUSED)

    def set_speed(self, epochs_per_second: float) -> None:
        """Train at most this fast; infinity for as fast as it goes."""
        self._allowance.limit(epochs_per_second)
        if self._phase is Phase.RUNNING:
            self._set_timer()

    def update(self, spec: Spec) -> None:
        """Continue with changed live fields."""
        if self._bench is not None:
            bench = self._bench
            self._guard(lambda: bench.trainer.update(spec))
            if self._phase is not Phase.RUNNING:
                self._rest(Phase.FINISHED if bench.trainer.finished else Phase.PAUSED)

    @Slot(object)
    def on_questions(self, questions: Questions) -> None:
        """Answer at once what is newly asked, and keep the questions for the frames to come."""
        self._asked = questions
        if self._bench is not None:
            bench, reached = self._bench, (self._bench.version, self._bench.trainer.epoch)
            # weights that have moved on answer everything anew, or old answers would stay beside new ones
            known = bench.questions if reached == self._answered_at else None
            self._answered_at, bench.questions = reached, questions
            self._guard(lambda: self._answers.post(bench.answer(questions, known)))

    def frame_shown(self, seconds: float) -> None:
        """The window painted the last frame in this time."""
        self._pace.painted(seconds)

    def shutdown(self) -> None:
        """Stop for good, between two ticks."""
        if self._tick is not None:
            self._tick.stop()
            self._tick.deleteLater()
            self._tick = None
        self._bench = None
        self.stopped.emit()

    @Slot()
    def on_tick(self) -> None:
        """Train for a slice, or for what a limited speed has earned; post a frame when one is due."""
        bench, now = self._bench, time.perf_counter()
        if bench is None or self._phase is not Phase.RUNNING:
            return
        trainer = bench.trainer
        allowance, pace = self._allowance, self._pace
        allowance.earn(now)

        def train_and_show() -> None:
            while allowance.available() and not trainer.finished and time.perf_counter() - now < SLICE:
                trainer.step()
                allowance.spend()
            if not trainer.finished and pace.due(now) and not self._frames.pending():
                start = time.perf_counter()
                self._post()
                pace.made(now, start)

        if not self._guard(train_and_show):
            self._rest(Phase.PAUSED)
        elif trainer.finished:
            self._rest(Phase.FINISHED)

    def _place(self, bench: "Bench") -> None:
        """Let a run take the place of the one before, unless its first frame already fails."""
        bench.questions = self._asked
        phase = Phase.FINISHED if bench.trainer.finished else Phase.PAUSED
        frame = bench.frame(phase, 0.0)
        self._bench = bench
        self._images.take_up(bench.trainer.dataset)
        self._keeper.take_up(bench)
        self._stop_timer()
        self._enter(phase)
        self._frames.post(frame)

    def _rest(self, phase: Phase) -> None:
        """Stop training and show the state of the run: the last frame always arrives."""
        self._stop_timer()
        self._enter(phase)
        # a run that turns out to have diverged goes back to its last good weights; the second try shows them
        if not self._guard(self._post):
            self._guard(self._post)

    def _enter(self, phase: Phase) -> None:
        self._phase = phase
        if self._bench is not None:
            self.phase_changed.emit(phase)

    def _post(self) -> None:
        if self._bench is not None:
            rate = self._rate.measure(self._bench.trainer.epoch) if self._phase is Phase.RUNNING else 0.0
            self._frames.post(self._bench.frame(self._phase, rate))

    def _set_timer(self) -> None:
        if self._tick is None:  # made here, in the training thread, where it must also be stopped
            self._tick = QTimer(self)
            self._tick.timeout.connect(self.on_tick)
        self._tick.start(self._allowance.interval())

    def _stop_timer(self) -> None:
        if self._tick is not None:
            self._tick.stop()

    def _guard(self, action: Callable[[], object]) -> bool:
        """Whether an action succeeded; the one boundary where errors of the training thread are caught."""
        try:
            action()
        except Exception as error:
            expected = isinstance(error, ArithmeticError | ValueError | OSError)
            log.warning("in the training thread: %s", error, exc_info=not expected)
            self.failed.emit(explained(error))
            return False
        return True


def _bench() -> "type[Bench]":
    """The bench, and with it torch: imported at first use, in the training thread."""
    from tp5gui.session.bench import Bench

    return Bench
