"""Work in the background, one job after the other, until what was asked for is stopped."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from PySide6.QtCore import QObject, Signal, Slot

from tp5gui.session.background import Background

Job = TypeVar("Job", bound=Callable[[Callable[[], bool]], object])


class InTurn(QObject, Generic[Job]):
    """Runs jobs in Qt's pool of threads, in the order in which they were asked for.

    A job is called with a way to ask whether it is stopped, and ends by itself soon after that. All of them
    are stopped when this goes, whatever it goes with.

    Signals
    -------
    begun(object) : the job that is under way from now on.
    ended(object, object) : the job that was under way, and what it returned or the exception that it raised;
        the next one begins after that.
    """

    begun = Signal(object)
    ended = Signal(object, object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._background = Background()
        self._background.done.connect(self.on_done)
        self.destroyed.connect(self._background.retire)
        self._turns: _Turns[Job] = _Turns()
        self.destroyed.connect(self._turns.stop_all)

    @property
    def busy(self) -> bool:
        """Whether a job is under way, also a stopped one."""
        return bool(self._turns)

    @property
    def now(self) -> Job | None:
        """The job that is under way or just ends; None where it was stopped."""
        return self._turns[0].job if self._turns and not self._turns[0].stop.is_set() else None

    def ask(self, job: Job) -> None:
        """Run a job, at once or after those before it."""
        self._turns.append(_Turn(job))
        if len(self._turns) == 1:
            self._begin()

    def stop(self, which: Callable[[Job], bool] = lambda job: True) -> list[Job]:
        """Stop all that was asked for, or only some of it; what there was to stop."""
        return self._turns.stop(which)

    def close(self) -> None:
        """Stop for good; nothing more is reported."""
        self.stop()
        self._background.retire()

    @Slot(object, object)
    def on_done(self, turn: "_Turn[Job]", result: object) -> None:
        self.ended.emit(turn.job, result)
        del self._turns[0]
        if self._turns:
            self._begin()

    def _begin(self) -> None:
        self.begun.emit(self._turns[0].job)
        self._background.ask(self._turns[0])


@dataclass(slots=True, eq=False)
class _Turn(Generic[Job]):
    """A job with its own stop, as a call without arguments."""

    job: Job
    stop: threading.Event = field(default_factory=threading.Event)

    def __call__(self) -> object:
        """In a thread of the pool."""
        return self.job(self.stop.is_set)


class _Turns(list[_Turn[Job]]):
    """Those that were asked for; the first is under way. They can be stopped when all else is gone."""

    def stop(self, which: Callable[[Job], bool]) -> list[Job]:
        """Stop some, and forget those of them that are not under way; the jobs that there were to stop."""
        stopped = [turn for turn in self if not turn.stop.is_set() and which(turn.job)]
        for turn in stopped:
            turn.stop.set()
        self[1:] = [turn for turn in self[1:] if not turn.stop.is_set()]
        return [turn.job for turn in stopped]

    def stop_all(self) -> None:
        """Stop every one."""
        self.stop(lambda job: True)
