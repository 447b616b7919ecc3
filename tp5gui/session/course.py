"""The course of a session: which run is on the bench, under which settings, and how to go back."""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from core.base.words import say
from core.experiment.spec import Spec, needs_rebuild
from tp5gui.session.history import History, Name, State, Step
from tp5gui.session.kept_runs import called
from tp5gui.session.messages import Frame
from tp5gui.session.orders import Order
from tp5gui.session.replaying import Arrival
from tp5gui.session.runs import Run, Runs
from tp5gui.session.store import Store
from tp5gui.session.travelling import branch_name
from tp5gui.session.worker import TrainingWorker
from tp5gui.words import edited, literal


class Course(QObject):
    """Gives the orders that concern the run on the bench; each names the run that it is meant for.

    The settings of a run as they will be once every order is carried out are known here, so that a live
    change is never sent to a run that would have to start anew. Whatever changes is a step of the history.

    Attributes
    ----------
    history : what can be undone.

    Signals
    -------
    ordered(object) : an `Order` for the training thread.
    refused() : a run that was ordered does not come; orders for it are dropped.
    moved() : another run is on its way, or none any more, or the settings have changed.
    """

    ordered = Signal(object)
    refused = Signal()
    moved = Signal()

    def __init__(self, store: Store, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store, self._runs = store, Runs()
        self.history = History(self._go, self)
        self._now = State(store.spec, None, None)  # what the last step led to
        self._within = False  # a step, whose parts are none of their own
        self._change: int | None = None  # the live change that is part of it
        self._changes = self._placings = 0  # numbers given so far
        store.changed.connect(self.on_spec_changed)

    @property
    def shown(self) -> Run | None:
        """The run that is shown, None before the first."""
        return self._runs.shown

    @property
    def current(self) -> Run | None:
        """The run that is on the bench once every order is carried out."""
        return self._runs.current

    @property
    def coming(self) -> Run | None:
        """The current run, as long as it has not been shown."""
        return self._runs.coming

    def order(self, do: Callable[..., object], *values: Any, plays: bool | None = None) -> None:
        """Order something that is meant for the current run; `plays` says whether it trains then."""
        run = self._runs.current
        if run is None:
            return
        self.ordered.emit(Order(do, values, run.version))
        if plays is not None:
            run.plays = plays
            self.moved.emit()

    def build(self, spec: Spec, name: Name, then: str) -> None:
        """Order a new run of `spec`, which the store takes; then "play", "step" or nothing."""
        run = self._runs.new(spec)
        run.plays = then == "play"
        with self._one_step(name):
            self._place(run, TrainingWorker.build, spec, run.version, then)
            self._store.replace(spec)

    def branch(self, arrival: Arrival, spec: Spec) -> None:
        """Order a run that begins at an epoch of the past of the current one, whose settings it had then."""
        run, epoch = self._runs.new(spec), arrival.journey.epoch
        with self._one_step(lambda: branch_name(epoch)):
            self._place(run, TrainingWorker.branch, arrival, run.version)
            self._store.replace(spec)

    def open(self, path: str) -> None:
        """Order the run in a file, whose spec the store takes unless another is chosen meanwhile."""
        run = self._runs.new(None, path)
        with self._one_step(lambda: say("Open {name}", name=literal(called(path)))):
            self._place(run, TrainingWorker.open, path, run.version)

    def take(self, spec: Spec, name: Name) -> None:
        """Let the store take a whole spec, as one step of that name."""
        with self._one_step(name):
            self._store.replace(spec)

    def take_up(self, frame: Frame) -> None:
        """Learn about a run from its frame; of one that was opened, the settings as well."""
        run = self._runs.arrive(frame.version)
        if run is None:
            return
        if run.dataset is not frame.dataset:
            self._runs.give_images(run, frame.dataset)
        if run.spec is None:
            run.spec = frame.built
            if run is self.current and run.revision == self._store.revision:
                self._adopt(run, frame.built)
            self._follow()  # what was chosen while the file was being opened
            self._now = self._state()

    @Slot(int)
    def on_overtaken(self, version: int) -> None:
        self._runs.refuse(version)
        self.moved.emit()

    @Slot(int)
    def on_refused(self, version: int) -> None:
        run = self._runs.refuse(version)
        if run is not None:
            self.history.refuse(run, self.current)
            self._follow()
            self._now = self._state()
            self.moved.emit()
            self.refused.emit()

    @Slot(int)
    def on_dropped(self, version: int) -> None:
        self.history.drop(version)

    @Slot(object, object)
    def on_spec_changed(self, spec: Spec, names: frozenset[str]) -> None:
        if self._within:
            self._change = self._follow() or self._change
            return
        into = self.history.joins(names)
        change = self._follow(into)
        if into is not None and into.change != change:
            into = None
        before = self._now.spec if into is None else into.before.spec
        self._record(lambda: literal(edited(before, spec)), names, change, into)
        self.moved.emit()

    def _place(self, run: Run, do: Callable[..., object], *values: Any) -> None:
        """Order that a run takes the place of the current one."""
        self._runs.ask(run)
        run.revision = self._store.revision
        self._placings += 1
        self.ordered.emit(Order(do, values, run.version, self._placings))

    def _follow(self, into: Step | None = None) -> int | None:
        """Let the current run take the live fields of the store; the number of the change, if one was needed.

        A change that belongs to an earlier step has the number of that one.
        """
        run, spec = self.current, self._store.spec
        if run is None or run.spec is None or run.spec == spec or needs_rebuild(run.spec, spec):
            return None
        change = None if into is None else into.change
        if change is None:
            self._changes += 1
            change = self._changes
        run.spec = spec
        self.order(TrainingWorker.update, spec, change)
        return change

    def _adopt(self, run: Run, spec: Spec) -> None:
        self._within = True
        self._store.replace(spec)
        self._within = False
        self.history.learn(run)

    @contextmanager
    def _one_step(self, name: Name) -> Iterator[None]:
        """Whatever is ordered and edited in here is one step of undo.

        A run that takes the place of one that has not even come belongs to the step that asked for that one.
        """
        waiting = self.coming
        self._within, self._change = True, None
        yield
        self._within = False
        into = None if waiting is None or self.coming is waiting else self.history.led_to(waiting)
        self._record(name, None, self._change, into)
        self.moved.emit()

    def _record(self, name: Name, key: Hashable, change: int | None, into: Step | None) -> None:
        """Note where the session is now, and how to go back to where it was."""
        before, self._now = self._now, self._state()
        if before.run is not None and before != self._now:
            self.history.record(name, key, before, self._now, change, into)

    def _state(self) -> State:
        run = self.current
        return State(self._store.spec, run, None if run is None else run.spec)

    def _go(self, step: Step, back: bool) -> None:
        """Go to one end of a step of undo, from the other."""
        there, run = step.before if back else step.after, self.current
        self._within = True
        if there.run is not None and there.run is not run:
            self._bring_back(there.run)
        elif step.change is not None and run is not None and there.built is not None:
            run.spec = there.built
            self.order(TrainingWorker.travel, step.change, back, there.built)
        self._store.replace(there.spec)
        self._within = False
        if self.coming is not None:
            self.coming.revision = self._store.revision  # what undo chooses does not stand against a file
        self._now = self._state()
        self.moved.emit()

    def _bring_back(self, run: Run) -> None:
        run.plays = False
        if run.spec is None:  # it was undone before its file was open
            self._place(run, TrainingWorker.open, run.path, run.version)
            return
        lost, run.dropped = run.dropped, False
        opened = bool(run.path)
        self._place(run, TrainingWorker.bring_back, run.version, run.spec, run.dataset, opened, lost)
