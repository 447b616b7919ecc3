"""The report of a run, measured and written in the background while the run trains on."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from core.base.progress import Stopped
from core.base.words import Refusal, say
from tp5gui.session.box import LatestBox
from tp5gui.session.in_turn import InTurn
from tp5gui.words import explained

if TYPE_CHECKING:  # these bring torch
    from core.measure.latent import Plane
    from core.train.still import Still


@dataclass(frozen=True, slots=True, eq=False)
class Lent:
    """A run as it is, handed over for a report of it.

    Attributes
    ----------
    path : where the report goes.
    still : the run, with weights of its own.
    threads : how many torch threads it is trained with.
    plane : on which its codes are drawn in the window.
    """

    path: str
    still: "Still"
    threads: int
    plane: "Plane | None"

    def write(self, on_progress: Callable[[float], None]) -> str:
        """Measure, and write the page; where it is. In a thread of the pool.

        Raises
        ------
        Refusal : the run is about to diverge.
        OSError : the page cannot be written.
        Exception : what `on_progress` raises, which ends the work; then nothing is written.
        """
        from core.measure.evaluation import Unsound
        from core.reports.facts import facts_of
        from core.reports.writing import write_page

        try:
            facts = facts_of(self.still, self.threads, self.plane, on_progress)
        except Unsound as error:
            raise Refusal("the run is diverging, and has no numbers to report at this moment") from error
        on_progress(1.0)
        return str(write_page(facts, self.path))


class Reporting(QObject):
    """Writes reports, one after the other.

    Signals
    -------
    told(str) : what is being done and how far it is, in the window's words; none once it is done.
    written(str) : the path of a report.
    failed(str) : why there is none, in the window's words.
    """

    told = Signal(str)
    written = Signal(str)
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._turns: InTurn[_Job] = InTurn(self)
        self._turns.begun.connect(self.on_begun)
        self._turns.ended.connect(self.on_ended)
        self._box = LatestBox(self)  # of how many hundredths are done
        self._box.arrived.connect(self.on_share)
        self._door = threading.Lock()  # nothing is posted to a box that may be gone
        self._closed = False

    def stop(self) -> bool:
        """Write none of the reports that were asked for; whether there was one to stop."""
        stopped = self._turns.stop()
        if stopped:
            self.told.emit("")
        return bool(stopped)

    def close(self) -> None:
        """Stop for good; nothing more is reported, and no part of a page is left."""
        self._turns.stop()
        with self._door:
            self._closed = True
        self._turns.close()

    @Slot(object)
    def on_lent(self, lent: Lent) -> None:
        job = _Job(lent, self._post)
        self._turns.ask(job)
        if self._turns.now is None:  # the one before is stopped, and ends
            self.on_begun(job)

    @Slot(object)
    def on_begun(self, job: object) -> None:
        self.told.emit(say("Writing the report…"))

    @Slot(object)
    def on_share(self, share: int) -> None:
        if self._turns.now is not None:
            self.told.emit(say("Writing the report: {share} %. Esc stops it.", share=share))

    @Slot(object, object)
    def on_ended(self, job: object, result: object) -> None:
        if self._turns.now is not None:  # else it was said when it was stopped
            self.told.emit("")
        if isinstance(result, Exception):
            self.failed.emit(explained(result))
        elif self._turns.now is not None:
            self.written.emit(str(result))

    def _post(self, share: int) -> None:
        with self._door:
            if not self._closed:
                self._box.post(share)


@dataclass(slots=True, eq=False)
class _Job:
    """A report to be written; the call says where it is, or None if it was stopped."""

    lent: Lent
    post: Callable[[int], None]
    done: int = -1  # hundredths that were told

    def __call__(self, stopped: Callable[[], bool]) -> str | None:
        def on_progress(share: float) -> None:
            if stopped():
                raise Stopped
            if int(100 * share) > self.done:
                self.done = int(100 * share)
                self.post(self.done)

        try:
            return self.lent.write(on_progress)
        except Stopped:
            return None
