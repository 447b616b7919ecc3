"""The session: what panels talk to. Requests go down to the training thread, frames and answers come up."""

import random
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
from core.experiment.spec import Spec, needs_rebuild
from core.measure.rules import ON
from tp5gui.session.box import LatestBox
from tp5gui.session.drawing import Drawing
from tp5gui.session.messages import Answers, Backdrop, Frame, Phase, Questions, Walk
from tp5gui.session.store import Store
from tp5gui.session.thread import TrainingThread
from tp5gui.session.view_state import Action, Facts, ViewState, resolve
from tp5gui.session.worker import TrainingWorker
from tp5gui.words import explained, literal

NEW_NOISE_EVERY = 500  # ms
KEEP_EVERY = 60_000  # ms

RUNS = shipped("resources/runs")
"""The trained runs that come with the application."""


def _both(waiting: Answers, new: Answers) -> Answers:
    return new.after(waiting)


class Session(QObject):
    """Holds the store, the drawing, the training thread and the standing questions about its network.

    Parameters
    ----------
    spec : what is trained first.
    keep : a file to which the run is written every minute, when it ends, and at `close`; None for nowhere.

    Signals
    -------
    framed(object) : a `Frame` to show; about 30 a second while training, the last one always.
    answered(object) : fresh `Answers` between frames, never older than those shown.
    state_changed(object) : a new `ViewState`.
    failed(str) : what went wrong, in the window's words.
    saved(str) : the path of a run that was written.
    told(str) : what was done, in the window's words; none where what was said last no longer holds.
    """

    framed = Signal(object)
    answered = Signal(object)
    state_changed = Signal(object)
    failed = Signal(str)
    saved = Signal(str)
    told = Signal(str)

    def __init__(self, spec: Spec, parent: QObject | None = None, keep: Path | None = None) -> None:
        super().__init__(parent)
        self.store = Store(spec, self)
        self.drawing = Drawing(load_dataset(spec.dataset).shape, self)
        self.frame: Frame | None = None
        self.state: ViewState = resolve(spec, Facts())
        self._facts = Facts()
        self._questions = Questions(drawing=self.drawing.image)
        self._asked_for = 0  # the version of the run last asked for; no version is used twice
        self._data_changed = False  # since a run was last asked for
        self._to_adopt = -1  # the run whose spec the store takes when it arrives
        self._ticket_shown = 0
        self._frame_arrived = 0.0

        self._frames = LatestBox(self)
        self._answers = LatestBox(self, merge=_both)
        self._worker = TrainingWorker(self._frames, self._answers)
        self._kept_in = keep
        self._keep_timer = QTimer(self)
        self._keep_timer.setInterval(KEEP_EVERY)
        self._noise_timer = QTimer(self)
        self._noise_timer.setInterval(NEW_NOISE_EVERY)
        self._connect()
        self._thread = TrainingThread(self._worker, self)

    def _connect(self) -> None:
        worker = self._worker
        worker.failed.connect(self.failed)
        worker.saved.connect(self.saved)
        worker.told.connect(self.told)
        worker.phase_changed.connect(self.on_phase)
        self._frames.arrived.connect(self.on_frame)
        self._answers.arrived.connect(self.on_answers)
        self.store.changed.connect(self.on_spec_changed)
        self.drawing.changed.connect(self.on_drawing_changed)
        self._noise_timer.timeout.connect(self.noise_it)
        self._keep_timer.timeout.connect(self.keep)

    # --- the life of the training thread ---

    def begin(self) -> None:
        """Start the training thread; it loads torch in its own time."""
        self._thread.start()
        if self._kept_in is not None:
            self._keep_timer.start()
        self._worker.questions.post(self._questions)

    def close(self, milliseconds: int = 5000) -> bool:
        """End the training thread between two epochs; whether it ended in time."""
        self._noise_timer.stop()
        self._keep_timer.stop()
        if self._thread.running:
            self.keep()
        return self._thread.end(milliseconds)

    @property
    def training_thread_runs(self) -> bool:
        """Whether the training thread has started and not yet ended."""
        return self._thread.running

    # --- commands ---

    def toggle(self) -> None:
        """Press the main button: start, pause, resume or train again, whichever applies."""
        if self.state.action is Action.PAUSE:
            self._thread.ask(TrainingWorker.pause)
            return
        if self.state.action in (Action.START, Action.TRAIN_AGAIN) and self._needs_build():
            self.rewind("play")
        else:
            self.play()

    def play(self) -> None:
        """Train the current run."""
        self._thread.ask(TrainingWorker.play)

    def step(self) -> None:
        """Train one epoch, of a new run if the settings ask for one."""
        being_built = self.frame is not None and self.frame.version != self._asked_for
        if self.state.stale and not being_built:
            self.rewind("step")
        else:
            self._thread.ask(TrainingWorker.step)

    @Slot()
    def rewind(self, then: str = "") -> None:
        """Start at epoch 0 of the spec as it is now, with the same seed; `then` "play", "step" or nothing.

        Where the spec is refused, the current run stays as it is.
        """
        self._asked_for += 1
        self.keep()  # another run takes its place
        self._data_changed = False
        spec, version = self.store.spec, self._asked_for
        self._thread.ask(lambda worker: worker.build(spec, version, then))

    def new_seed(self) -> None:
        """Start the same experiment with another random seed."""
        self.store.update(seed=random.randrange(SEED_LIMIT))
        self.rewind()

    def set_speed(self, epochs_per_second: float) -> None:
        """Train at most this fast; infinity for as fast as it goes."""
        self._thread.ask(lambda worker: worker.set_speed(epochs_per_second))

    def open(self, path: str) -> None:
        """Open the run in a file; the store takes its spec."""
        self._asked_for += 1
        self._to_adopt = self._asked_for
        self.keep()  # another run takes its place
        version = self._asked_for
        self._thread.ask(lambda worker: worker.open(path, version))

    def open_trained(self, name: str) -> None:
        """Open the trained run of a preset that comes with the application."""
        self.open(str(RUNS / f"{name}.tp5"))

    def save(self, path: str) -> None:
        """Write the run to a file; `saved` or `failed` follows."""
        self._thread.ask(lambda worker: worker.save(path))

    @Slot()
    def keep(self) -> None:
        """Write the run to the file that outlives a crash, if there is one and the run has moved on."""
        path = self._kept_in
        if path is not None:
            self._thread.ask(lambda worker: worker.keep(path))

    def forget_data(self) -> None:
        """Read the data sets from the library again at the next start, because they have changed."""
        self._data_changed = True
        self._thread.ask(TrainingWorker.forget_data)

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
        self.drawing.replace(image, say("Load {label}", label=literal(label)))

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

    def draw(self, image: np.ndarray[Any, Any], text: str) -> None:
        """Draw an image (H, W) that a network made, in black and white where its set is."""
        binary = self.frame is not None and self.frame.dataset.binary
        self.drawing.replace((image > ON).astype(np.float32) if binary else image, text)

    # --- questions ---

    @property
    def questions(self) -> Questions:
        """What is asked about the network now."""
        return self._questions

    @property
    def renews_noise(self) -> bool:
        """Whether new noise is drawn twice a second."""
        return self._noise_timer.isActive()

    def move_cursor(self, x: float, y: float) -> None:
        """Ask for the image that is decoded at this point of the latent plane."""
        self._ask(cursor=(x, y))

    def ask_backdrop(self, backdrop: Backdrop) -> None:
        """Ask for the decoded tiles behind the map."""
        if backdrop != self._questions.backdrop:
            self._ask(backdrop=backdrop)

    def ask_walk(self, walk: Walk | None) -> None:
        """Ask for the images along a walk through latent space; None ends the walk."""
        if walk != self._questions.walk:
            self._ask(walk=walk)

    def set_noise(self, noise: str, level: float) -> None:
        """Choose the noise that is added to the drawing before the network sees it."""
        self._ask(noise=noise, noise_level=level)

    @Slot()
    def noise_it(self) -> None:
        """Draw new noise on the drawing."""
        self._ask(noise_seed=random.randrange(SEED_LIMIT))

    def renew_noise(self, on: bool) -> None:
        """Draw new noise twice a second, or stop doing so."""
        if on:
            self._noise_timer.start()
        else:
            self._noise_timer.stop()

    def _ask(self, **changes: Any) -> None:
        self._questions = replace(self._questions, ticket=self._questions.ticket + 1, **changes)
        self._worker.questions.post(self._questions)

    # --- what arrives ---

    @Slot(object)
    def on_frame(self, frame: Frame) -> None:
        first = self.frame is None or self.frame.version != frame.version
        if not first and frame.answers.ticket < self._ticket_shown:  # newer ones are on screen already
            frame = replace(frame, answers=Answers(frame.version, self._ticket_shown))
        self._ticket_shown = frame.answers.ticket
        self.frame = frame
        if first:
            self._take_up(frame)
        self._learn(Facts(frame.phase, frame.spec, frame.snapshot.epoch))
        self._frame_arrived = time.perf_counter()
        self.framed.emit(frame)
        # a timer of zero runs after the paint events that the views have just asked for
        QTimer.singleShot(0, self, self.on_painted)

    def _take_up(self, frame: Frame) -> None:
        """Fit the store and the drawing to the first frame of another run."""
        if frame.version == self._to_adopt:
            self.store.replace(frame.spec)
        elif frame.spec != self.store.spec and not needs_rebuild(frame.spec, self.store.spec):
            self._update(self.store.spec)  # edited while the run was being built
        if frame.dataset.shape != self.drawing.image.shape:
            self.drawing.start_over(frame.dataset.images[0])

    @Slot()
    def on_painted(self) -> None:
        seconds = time.perf_counter() - self._frame_arrived
        self._thread.ask(lambda worker: worker.frame_shown(seconds))

    @Slot(object)
    def on_answers(self, answers: Answers) -> None:
        shown = self.frame is not None and answers.version == self.frame.version
        if shown and answers.ticket >= self._ticket_shown:
            self._ticket_shown = answers.ticket
            self.answered.emit(answers)

    @Slot(object)
    def on_phase(self, phase: Phase) -> None:
        self._learn(replace(self._facts, phase=phase))
        if phase is Phase.FINISHED:
            self.keep()

    @Slot(object, object)
    def on_spec_changed(self, spec: Spec, names: frozenset[str]) -> None:
        if self._facts.built is not None and not needs_rebuild(self._facts.built, spec):
            self._update(spec)
        self._learn(self._facts)

    @Slot(object)
    def on_drawing_changed(self, image: np.ndarray[Any, Any]) -> None:
        self._ask(drawing=image)

    def _update(self, spec: Spec) -> None:
        """Let the run continue with changed live fields."""
        self._thread.ask(lambda worker: worker.update(spec))

    def _learn(self, facts: Facts) -> None:
        self._facts = facts
        state = resolve(self.store.spec, facts)
        if state != self.state:
            self.state = state
            self.state_changed.emit(state)

    def _needs_build(self) -> bool:
        return bool(self.state.stale) or self._facts.epoch > 0 or self._data_changed
