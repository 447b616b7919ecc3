"""A long job that is asked how far it is, and that ends soon after it is stopped."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from core.base.progress import OnProgress, Stopped

Result = TypeVar("Result", covariant=True)


@dataclass(slots=True, eq=False)
class Stoppable(Generic[Result]):
    """A job for `InTurn`.

    Nothing is posted anywhere: whoever shows the share looks at it now and then, so that the job may outlive
    whoever asked for it.

    Attributes
    ----------
    work : what is done; it calls `on_progress` every few milliseconds.
    share : how much of it is done, from 0 to 1; read in any thread.
    """

    work: Callable[[OnProgress], Result]
    share: float = 0.0

    def __call__(self, stopped: Callable[[], bool]) -> Result | None:
        """In a thread of the pool: what the work returns, None where it was stopped."""

        def on_progress(share: float) -> None:
            if stopped():
                raise Stopped
            self.share = share

        try:
            return self.work(on_progress)
        except Stopped:
            return None
