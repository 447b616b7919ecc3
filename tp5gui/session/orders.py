"""Orders to the training thread: each names the run that it is meant for, and is dropped at any other."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tp5gui.session.worker import TrainingWorker


@dataclass(frozen=True, slots=True)
class Order:
    """What the training thread is asked to do.

    Attributes
    ----------
    do : a method of `TrainingWorker`.
    values : what it takes.
    run : the version of the run that the order is meant for; None: for whichever is on the bench.
    placing : 0, or the number of an order that puts the run `run` on the bench. Such numbers rise: of those
        that wait, the newest is carried out and the others are overtaken.
    """

    do: Callable[..., object]
    values: tuple[Any, ...] = ()
    run: int | None = None
    placing: int = 0

    def __call__(self, worker: "TrainingWorker") -> None:
        """Carry it out in the training thread, if it still stands."""
        if worker.stands(self):
            self.do(worker, *self.values)
