"""The session: what panels talk to. Requests go down to the training thread, frames and answers come up."""

import random
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from core.base.files import shipped
from core.base.words import say
from core.data.datasets import load_dataset
from core.data.pictures import write_png
from core.experiment.fields import SEED_LIMIT
from core.experiment.presets import presets
from core.experiment.spec import Spec
from core.measure.rules import ON
from core.train.about import About
from tp5gui.session.asking import Asking
from tp5gui.session.box import LatestBox
from tp5gui.session.course import Course
from tp5gui.session.drawing import Drawing
from tp5gui.session.garbage import Garbage
from tp5gui.session.history import Name
from tp5gui.session.kept_runs import KeptRuns
from tp5gui.session.messages import Answers, Frame, Phase
from tp5gui.session.orders import Order
from tp5gui.session.pacing import AS_FAST_AS_IT_GOES
from tp5gui.session.picking import Picking
from tp5gui.session.preparing import Aside
from tp5gui.session.reader import Reader
from tp5gui.session.replaying import Arrival, Replayer
from tp5gui.session.reporting import Reporting
from tp5gui.session.store import Store
from tp5gui.session.thread import WorkerThread
from tp5gui.session.travelling import Travelling
from tp5gui.session.view_state import Action, Coming, Facts, ViewState, resolve
from tp5gui.session.worker import TrainingWorker
from tp5gui.words import count, explained, literal

RUNS = shipped("resources/runs")
"""The trained runs that come with the application."""


def _both(waiting: Answers, new: Answers) -> Answers:
    return new.after(waiting)


class Session(QObject):
    """Holds the store, the drawing and the training thread.

    Every order to the training thread names the run that it is meant for (see `orders.py`); what takes
    something away, a setting or a run, is a step of `history` that one undo brings back.

    Parameters
    ----------
    spec : what is trained first.
    kept : where the run is written every minute, when it ends, and at `close`; None for nowhere.

    Attributes
    ----------
    kept : the runs that are kept, None where none are.
    history : what can be undone.
    asking : the standing questions about the network.
    folder : where the person saved or opened a file last, "" for nowhere yet; dialogs begin there.
    reporting : writes reports, in the background.
    travelling : which epoch of the past is shown, and how to get there.
    picking : who asks for an image that a person points at.
    speed : epochs a second that were wished for, infinity for full speed; None for what suits the run.

    Signals
    -------
    framed(object) : a `Frame` to show; about 12 a second while training, the last one always.
    answered(object) : fresh `Answers` between frames, never older than those shown; about 60 a second while
        training, with the places of the images on the map.
    state_changed(object) : a new `ViewState`.
    failed(str) : what went wrong, in the window's words.
    unkept(str) : why the run cannot be kept, in the window's words; this stays so whatever is done.
    refused() : a run that was asked for does not come; `failed` says why.
    saved(str) : the path of a file that was written.
    filed(object) : what a file holds of the run, as `Filed`, where it was one of the run.
    recalled(object) : how the run came to where it is, as `Recalled`.
    told(str) : what was done, in the window's words; none where what was said last no longer holds.
    awaited(str) : what training waits for, in the window's words; none once it does not.
    speed_changed() : another `speed` was wished for.
    acting() : a command follows; what is still being typed counts from here on.
    """

    framed = Signal(object)
    answered = Signal(object)
    state_changed = Signal(object)
    failed = Signal(str)
    unkept = Signal(str)
    refused = Signal()
    saved = Signal(str)
    filed = Signal(object)
    recalled = Signal(object)
    told = Signal(str)
    awaited = Signal(str)
    acting = Signal()
    speed_changed = Signal()

    def __init__(self, spec: Spec, parent: QObject | None = None, kept: KeptRuns | None = None) -> None:
        super().__init__(parent)
        self.store = Store(spec, self)
        self._course = Course(self.store, self)
        self.history = self._course.history
        self.drawing = Drawing(load_dataset(spec.dataset).shape, self.history.stack, self)
        self.picking = Picking(self)
        self.reporting = Reporting(self)
        self.frame: Frame | None = None
        self.folder = ""
        self.state: ViewState = resolve(spec, Facts())
        self._facts = Facts()
        self.speed: float | None = AS_FAST_AS_IT_GOES
        self._data_changed = False  # since a run was last asked for
        self._ticket_shown = 0
        self._turn = 0  # of the phase that is known
        self._arrived = 0.0  # the last frame or answers
        self._early: Answers | None = None  # of a run whose first frame is still on its way

        self._frames = LatestBox(self)
        self._answers = LatestBox(self, merge=_both)
        self.kept = kept
        self._reader = Reader(self._frames, self._answers)
        self._worker = TrainingWorker(self._reader.shots, kept)
        self.asking = Asking(self._reader.ask, self.drawing, self)
        self._replayer = Replayer()
        self.travelling = Travelling(self._reader, self._replayer, self.recall, self)
        self._connect()
        self._thread = WorkerThread(self._worker, "training", self)
        self._reading = WorkerThread(self._reader, "reading", self)
        self._replaying = WorkerThread(self._replayer, "replaying", self)
        self._preparing = Aside()
        self._garbage = Garbage(self)

    def _connect(self) -> None:
        worker = self._worker
        worker.failed.connect(self.failed)
        worker.unkept.connect(self.unkept)
        worker.filed.connect(self.filed)
        worker.saved.connect(self.saved)
        worker.lent.connect(self.reporting.on_lent)
        worker.recalled.connect(self.recalled)
        self.reporting.written.connect(self.saved)
        self.reporting.failed.connect(self.failed)
        worker.told.connect(self.told)
        worker.awaited.said.connect(self.awaited)
        worker.overtaken.connect(self._course.on_overtaken)
        worker.refused.connect(self._course.on_refused)
        worker.dropped.connect(self._course.on_dropped)
        self._course.ordered.connect(self.on_ordered)
        self._course.moved.connect(self.on_moved)
        self._course.refused.connect(self.refused)
        worker.phase_changed.connect(self.on_phase)
        worker.recalled.connect(self.travelling.on_recalled)
        self.framed.connect(self.travelling.on_frame)
        self.travelling.departed.connect(self.on_departed)
        self.travelling.failed.connect(self.failed)
        self._reader.unsound.connect(worker.on_unsound)
        self._reader.failed.connect(worker.on_unread)
        self._frames.arrived.connect(self.on_frame)
        self._answers.arrived.connect(self.on_answers)

    # --- the life of the training thread ---

    def begin(self) -> None:
        """Start the training thread, which loads torch in its own time, and the reading thread."""
        self._garbage.begin()
        self._preparing.claim()
        self._thread.start()
        self._reading.start()
        self._replaying.start()
        self.asking.begin()

    def commit(self) -> None:
        """What is still being typed counts from here on."""
        self.acting.emit()

    def show_again(self) -> None:
        """Tell views that came later what the others have heard.

        The run is told at once, and what is asked about it answered anew: what came with the frame may have
        been asked of another place or drawing than is shown by now.
        """
        if self.frame is not None:
            frame = self.frame
            none = Answers(frame.version, frame.answers.ticket, axes=frame.answers.axes)
            self.framed.emit(replace(frame, answers=none))
        self.state_changed.emit(self.state)
        self.asking.ask_again()

    def close(self, milliseconds: int = 5000) -> bool:
        """Keep the run and end the threads; whether they ended in time.

        If not, a thread is left to itself, with the run as it was last kept.
        """
        self.asking.close()
        self.travelling.close()
        self.reporting.close()
        self._preparing.end()
        self._reading.give_up()
        self._replaying.give_up()
        trained = self._thread.end(milliseconds)
        read = self._reading.end(milliseconds)
        replayed = self._replaying.end(milliseconds)
        # where Python collects a stack with its steps, these may be deleted twice (PySide6 6.11)
        self.history.stack.clear()
        self._garbage.end()
        if self.kept is not None:
            self.kept.close()
        return trained and read and replayed

    @property
    def training_thread_runs(self) -> bool:
        """Whether the training thread has started and not yet ended."""
        return self._thread.running

    @property
    def path(self) -> str:
        """The file that the run shown was opened from, "" for a new one."""
        run = self._course.shown
        return "" if run is None else run.path

    # --- commands ---

    def toggle(self) -> None:
        """Press the main button: start, pause, resume or train again, whichever applies."""
        self.commit()
        action = self.state.action
        if action is Action.PAUSE:
            self._course.order(TrainingWorker.pause, plays=False)
        elif action is Action.RESUME or (action is Action.START and not self._data_changed):
            self.play()
        else:
            self.start(self.store.spec)

    def play(self) -> None:
        """Train the current run."""
        self._course.order(TrainingWorker.play, plays=True)

    def step(self) -> None:
        """Train one epoch, of a new run if the settings ask for one; of a run that has ended, say so."""
        self.commit()
        if self.state.stale:
            self._build(self.store.spec, lambda: say("New run"), "step")
        elif self.state.ready and not self.state.can_step and self.store.spec == self._facts.built:
            self.tell(
                say(
                    "The run has ended after epoch {epoch}. With more epochs it goes on; F5 trains it from "
                    "the start.",
                    epoch=count(self._facts.epoch),
                )
            )
        else:
            self._course.order(TrainingWorker.step, plays=False)

    def start(self, spec: Spec) -> None:
        """Train a new run of `spec`; the store takes it."""
        self._build(spec, lambda: say("New run"), "play")

    @Slot()
    def rewind(self) -> None:
        """Start at epoch 0 of the spec as it is now, with the same seed, and wait there.

        Where the spec is refused, the current run stays as it is.
        """
        self.commit()
        self._build(self.store.spec, lambda: say("Rewind"))

    @Slot()
    def new_seed(self) -> None:
        """Start the same experiment with another random seed."""
        self.commit()
        self._build(replace(self.store.spec, seed=random.randrange(SEED_LIMIT)), lambda: say("New seed"))

    def choose_set(self, name: str) -> None:
        """Start the same experiment on the data set of this name, as it is in the library now."""
        self.forget_data()
        spec = replace(self.store.spec, dataset=name)
        self._build(spec, lambda: say("Data set {name}", name=literal(name)))

    def _build(self, spec: Spec, name: Name, then: str = "") -> None:
        self._data_changed = False
        self._course.build(spec, name, then)

    def open(self, path: str) -> None:
        """Open the run in a file; the store takes its spec, unless another is chosen meanwhile."""
        self._course.open(path)

    def open_trained(self, name: str) -> None:
        """Open the trained run of a preset that comes with the application."""
        self.open(str(RUNS / f"{name}.tp5"))

    def choose_preset(self, name: str) -> None:
        """Let the store take the settings of a known experiment."""
        (known,) = (known for known in presets() if known.name == name)
        self._course.take(known.spec, lambda: say("Preset {label}", label=say(known.label)))

    def take_settings(self, spec: Spec) -> None:
        """Let the store take the settings that were pasted."""
        self._course.take(spec, lambda: say("Paste settings"))

    @Slot()
    def forget_edits(self) -> None:
        """Go back to the settings of the current run."""
        run = self._course.current
        if run is not None and run.spec is not None:
            self._course.take(run.spec, lambda: say("Back to what is running"))

    @Slot()
    def undo(self) -> None:
        """Take back the last thing that was done, whatever it was."""
        self.history.undo()

    @Slot()
    def redo(self) -> None:
        """Do again what was undone last."""
        self.history.redo()

    def set_speed(self, epochs_per_second: float | None) -> None:
        """Train at most this fast, infinity for as fast as it goes; None for a pace that suits the run."""
        self.speed = epochs_per_second
        self._thread.ask(Order(TrainingWorker.set_speed, (epochs_per_second,)))
        self.speed_changed.emit()

    def save(self, path: str) -> None:
        """Write the run to a file; `saved` or `failed` follows."""
        self._thread.ask(Order(TrainingWorker.save, (path,)))

    def report(self, path: str) -> None:
        """Write the report of the run as it is now, as a page; `saved` or `failed` follows."""
        self._thread.ask(Order(TrainingWorker.lend, (path,)))

    @Slot()
    def recall(self) -> None:
        """Have it told how the run came to where it is, without waiting for an epoch that takes long.

        `recalled` follows.
        """
        if self._worker.goes_on:
            self._worker.interrupt()
        self._thread.ask(Order(TrainingWorker.recall))

    def keep(self, milliseconds: int = 1000) -> bool:
        """Have the run kept now, if it has moved on; whether that was done in time."""
        kept = threading.Event()

        def keep(worker: TrainingWorker) -> None:
            worker.keep()
            kept.set()

        if self._worker.goes_on:  # it goes on by itself; a single step would be lost
            self._worker.interrupt()
        self._thread.ask(keep)
        return self._thread.running and kept.wait(milliseconds / 1000)

    def label(self, about: About) -> None:
        """Let the run be called and noted, and pinned or not, as `about` is."""
        self._course.order(TrainingWorker.label, about)

    def kept_file(self, version: int) -> Path | None:
        """The file in which the run of this version is kept by itself, None as long as there is none."""
        return self._worker.kept_file(version)

    def use_moments(self, most_bytes: int, in_files: int) -> None:
        """Let the past of runs that begin from now on take so many bytes at most, and so many in files."""
        self._thread.ask(Order(TrainingWorker.use_moments, (most_bytes, in_files)))

    def keep_every(self, seconds: int) -> None:
        """Have a run that moves on kept this often, from now on."""
        self._thread.ask(Order(TrainingWorker.keep_every, (1000 * seconds,)))

    def use_threads(self, most: int) -> None:
        """Train runs that begin from now on with so many threads of the processor at most; 0: no bound."""
        self._thread.ask(Order(TrainingWorker.use_threads, (most,)))

    def forget_data(self) -> None:
        """Read the data sets from the library again at the next start, because they have changed."""
        self._data_changed = True
        self._thread.ask(Order(TrainingWorker.forget_data))

    def load_character(self, index: int) -> None:
        """Put a character of the data set into the drawing."""
        if self.frame is not None and 0 <= index < self.frame.dataset.count:
            self.load_image(self.frame.dataset.images[index], self.frame.dataset.labels[index])

    def load_shown(self, index: int) -> None:
        """Put an image of the frame into the drawing; of a large set a frame shows some, in its own order."""
        if self.frame is not None and 0 <= index < len(self.frame.snapshot.inputs):
            self.load_image(self.frame.snapshot.inputs[index], self.frame.snapshot.labels[index])

    def load_image(self, image: np.ndarray[Any, Any], label: str) -> None:
        """Put an image (H, W) of a set into the drawing; one step of undo that names its label."""
        self.drawing.replace(image, lambda: say("Load {label}", label=literal(label)))

    def save_picture(self, page: np.ndarray[Any, Any], path: str) -> None:
        """Write a page (H, W) uint8 as a PNG file; `saved` or `failed` follows."""
        self.attempt(lambda: write_png(page, path), path)

    def attempt(self, write: Callable[[], object], path: str) -> None:
        """Write a file in some way; `saved` or `failed` follows."""
        try:
            write()
        except (OSError, ValueError, ArithmeticError) as error:
            self.fail(explained(error))
        else:
            self.saved.emit(path)

    def fail(self, words: str) -> None:
        """Say in words what went wrong: `failed` follows."""
        self.failed.emit(words)

    def tell(self, words: str) -> None:
        """Say in words what was done: `told` follows."""
        self.told.emit(words)

    def forget_message(self) -> None:
        """Take back what was said last, because it no longer holds: `told` follows, with no words."""
        self.told.emit("")

    def draw(self, image: np.ndarray[Any, Any], name: Name) -> None:
        """Draw an image (H, W) that a network made, in black and white where its set is."""
        binary = self.frame is not None and self.frame.dataset.binary
        self.drawing.replace((image > ON).astype(np.float32) if binary else image, name)

    # --- what arrives ---

    @Slot(object)
    def on_frame(self, frame: Frame) -> None:
        first = self.frame is None or self.frame.version != frame.version
        if not first and frame.answers.ticket < self._ticket_shown:  # newer ones are on screen already
            shown = Answers(frame.version, self._ticket_shown, axes=frame.answers.axes)
            frame = replace(frame, answers=shown)
        self._ticket_shown = frame.answers.ticket
        self.frame = frame
        self._course.take_up(frame)
        if first:
            self.drawing.fit(frame.dataset.images[0])
            self.asking.let_go()  # of a code that was another run's
            self._preparing.begin()  # not before: to open a run and look at it does not wait for it
        phase = frame.phase if frame.turn >= self._turn else self._facts.phase
        self._learn(Facts(phase, frame.built, frame.now))
        self._time_painting()
        self.framed.emit(frame)
        early, self._early = self._early, None
        if early is not None and early.version == frame.version:
            self.on_answers(early)

    @Slot(object)
    def on_departed(self, arrival: Arrival) -> None:
        journey = arrival.journey
        self._course.branch(arrival, journey.past.spec(journey.epoch))

    def _time_painting(self) -> None:
        """Let the reading thread know how long it takes to paint what is shown next."""
        self._arrived = time.thread_time()
        # a timer of zero runs after the paint events that the views ask for
        QTimer.singleShot(0, self, self.on_painted)

    @Slot()
    def on_painted(self) -> None:
        self._reader.painted(time.thread_time() - self._arrived)

    @Slot(object)
    def on_answers(self, answers: Answers) -> None:
        if self.frame is None or answers.version != self.frame.version:
            # the box may have waited longer for them than that of the frame
            self._early = answers if self._early is None else answers.after(self._early)
        elif answers.ticket >= self._ticket_shown:
            self._ticket_shown = answers.ticket
            self._time_painting()
            self.answered.emit(answers)

    @Slot(object, int)
    def on_phase(self, phase: Phase, turn: int) -> None:
        self._turn = turn
        self._learn(replace(self._facts, phase=phase))

    @Slot(object)
    def on_ordered(self, order: Order) -> None:
        self._worker.newest = max(self._worker.newest, order.placing)
        if order.placing or order.do in (TrainingWorker.pause, TrainingWorker.travel):
            self._worker.interrupt()  # any other order waits for the epoch: of two steps both are trained
        self._thread.ask(order)

    @Slot()
    def on_moved(self) -> None:
        self._learn(self._facts)

    def _learn(self, facts: Facts) -> None:
        coming = self._course.coming
        self._facts = replace(facts, coming=None if coming is None else Coming(coming.spec, coming.plays))
        state = resolve(self.store.spec, self._facts)
        if state != self.state:
            self.state = state
            self.state_changed.emit(state)
