"""What can be undone: one stack for the whole window, in the order of time."""

import time
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from core.base.words import say
from core.experiment.spec import Spec
from tp5gui.session.runs import Run

MOST = 200  # steps
SOON = 1.0  # s: small steps of one kind that follow each other so fast are one


@dataclass(frozen=True, slots=True)
class State:
    """What a step of undo goes back to.

    Attributes
    ----------
    spec : the settings in the form.
    run : the run on the bench.
    built : its settings.
    """

    spec: Spec
    run: Run | None
    built: Spec | None


Name = Callable[[], str]
"""A way to say what a step is called, in the language in use."""


class Named(QUndoCommand):
    """A step whose name is said when it is shown: another language may be in use by then.

    Attributes
    ----------
    name : says it; in the names of steps a "&" is doubled, as menus want it.
    """

    def __init__(self, name: Name) -> None:
        super().__init__()
        self.name = name

    def text(self) -> str:
        return self.name()


class Step(Named):
    """From one state of the session to the next.

    Parameters
    ----------
    go : `go(step, back)` brings the session from one end of the step to the other.
    key : of what kind it is; steps of one kind may merge.
    change : the number of the live change that the run took with it, if it did.
    """

    def __init__(
        self, go: "Callable[[Step, bool], None]", name: Name, key: Hashable,
        before: State, after: State, change: int | None,
    ) -> None:  # fmt: skip
        super().__init__(name)
        self._go, self.key, self.change = go, key, change
        self.before, self.after = before, after
        self.at = time.monotonic()
        self._done = True  # what Qt calls redoing when it is pushed was done already

    def undo(self) -> None:
        self._done = False
        self._go(self, True)

    def redo(self) -> None:
        if not self._done:
            self._done = True
            self._go(self, False)


class Passing(Named):
    """A step that comes to mean nothing where its effect is taken back in another way than by undo."""

    @property
    def outlived(self) -> bool:
        """Whether it means nothing by now."""
        raise NotImplementedError


class History(QObject):
    """Keeps the steps; strokes of the drawing stand among them.

    Attributes
    ----------
    stack : Qt's undo stack.

    Signals
    -------
    changed() : what would be undone or redone next is another step, or has another name.
    """

    changed = Signal()

    def __init__(self, go: Callable[[Step, bool], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._go = go
        self.stack = QUndoStack(self)
        self.stack.setUndoLimit(MOST)
        self.stack.indexChanged.connect(self._on_index)

    @property
    def undo_text(self) -> str:
        """What is undone next, "" where nothing is."""
        step = self.last
        if isinstance(step, Step) and step.before.run is not step.after.run and _gone(step.before.run):
            return say("{step} (only from the start)", step=step.text())
        return undo_name(self.stack)

    @property
    def redo_text(self) -> str:
        """What is redone next, "" where nothing is."""
        step = self.stack.command(self.stack.index()) if self.stack.canRedo() else None
        if isinstance(step, Step) and step.before.run is not step.after.run and _gone(step.after.run):
            return say("{step} (only from the start)", step=step.text())
        return redo_name(self.stack)

    @property
    def last(self) -> QUndoCommand | None:
        """The step that is undone next."""
        index = self.stack.index()
        return self.stack.command(index - 1) if index else None

    def undo(self) -> None:
        """Undo one step that still means something."""
        self._skip()
        self.stack.undo()
        self._skip()

    def redo(self) -> None:
        """Redo one step that still means something."""
        self._skip_ahead()
        self.stack.redo()

    def tidy(self) -> None:
        """Drop the last steps if they mean nothing any more, by what was done beside the stack."""
        self._skip()

    def joins(self, key: Hashable) -> Step | None:
        """The last step, if a small change of kind `key` made now belongs to it."""
        step = self._open_end()
        return step if step is not None and step.key == key and time.monotonic() - step.at < SOON else None

    def led_to(self, run: Run | None) -> Step | None:
        """The last step, if it put this run on the bench."""
        step = self._open_end()
        placed = step is not None and step.before.run is not step.after.run
        return step if step is not None and placed and step.after.run is run else None

    def record(
        self, name: Name, key: Hashable, before: State, after: State, change: int | None, into: Step | None
    ) -> None:
        """Add what was just done, as a step of its own or into an earlier one."""
        if into is None:
            self.stack.push(Step(self._go, name, key, before, after, change))
            return
        into.after, into.at = after, time.monotonic()
        into.name = name
        into.setObsolete(into.before == into.after)
        self._skip()
        self.changed.emit()

    def learn(self, run: Run) -> None:
        """The spec of an opened run is known now, and the form has taken it."""
        for step in self._steps():
            if step.after.run is run and step.after.built is None:
                step.after = replace(step.after, spec=run.spec or step.after.spec, built=run.spec)

    def drop(self, version: int) -> None:
        """The run of this version can only begin again."""
        for step in self._steps():
            for run in (step.before.run, step.after.run):
                if run is not None and run.version == version:
                    run.dropped = True
        self.changed.emit()

    def refuse(self, run: Run, standing: Run | None) -> None:
        """A run did not come: the steps mean the one that stands in its place."""
        built = None if standing is None else standing.spec
        for step in self._steps():
            if step.before.run is run:
                step.before = replace(step.before, run=standing, built=built)
            if step.after.run is run:
                step.after = replace(step.after, run=standing, built=built)
            step.setObsolete(step.before == step.after)
        self._skip()
        self._skip_ahead()
        self.changed.emit()

    def _open_end(self) -> Step | None:
        """The last step, if it is none of the drawing and nothing can be redone after it."""
        step = self.last
        return step if isinstance(step, Step) and not self.stack.canRedo() else None

    def all(self) -> Iterator[QUndoCommand]:
        """Every step, the oldest first, those that can be redone at the end."""
        return (self.stack.command(index) for index in range(self.stack.count()))

    def _steps(self) -> Iterator[Step]:
        return (command for command in self.all() if isinstance(command, Step))

    def _skip(self) -> None:
        """Drop steps at the end that mean nothing any more; Qt deletes an obsolete one without undoing it."""
        while (step := self.last) is not None and _means_nothing(step):
            step.setObsolete(True)
            self.stack.undo()

    def _skip_ahead(self) -> None:
        """Drop such steps before the next one that is redone."""
        while self.stack.canRedo() and _means_nothing(step := self.stack.command(self.stack.index())):
            step.setObsolete(True)
            self.stack.redo()

    def _on_index(self) -> None:
        self.changed.emit()


def undo_name(stack: QUndoStack) -> str:
    """What a stack undoes next, "" for nothing; Qt itself does not ask a step for its words."""
    return stack.command(stack.index() - 1).text() if stack.canUndo() else ""


def redo_name(stack: QUndoStack) -> str:
    """What a stack redoes next, "" for nothing."""
    return stack.command(stack.index()).text() if stack.canRedo() else ""


def _means_nothing(step: QUndoCommand) -> bool:
    return step.isObsolete() or (isinstance(step, Passing) and step.outlived)


def _gone(run: Run | None) -> bool:
    return run is not None and run.dropped
