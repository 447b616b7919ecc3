"""The report of a run, measured and written in the background while the run trains on."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from core.base.words import Refusal, say
from tp5gui.session.background import Background
from tp5gui.words import explained

if TYPE_CHECKING:  # these bring torch
    from core.measure.latent import Plane
    from core.train.still import Still


@dataclass(frozen=True, slots=True, eq=False)
class Lent:
    """A run as it is, handed over for a report of it; called, it writes the report and says where it is.

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

    def __call__(self) -> str:
        """Measure, and write the page; in a thread of the pool.

        Raises
        ------
        Refusal : the run is about to diverge.
        OSError : the page cannot be written.
        """
        from core.measure.evaluation import Unsound
        from core.reports.facts import facts_of
        from core.reports.writing import write_page

        try:
            facts = facts_of(self.still, self.threads, self.plane)
        except Unsound as error:
            raise Refusal("the run is diverging, and has no numbers to report at this moment") from error
        return str(write_page(facts, self.path))


class Reporting(QObject):
    """Writes reports, one after the other.

    Signals
    -------
    told(str) : what is being done, in the window's words; none once it is done.
    written(str) : the path of a report.
    failed(str) : why there is none, in the window's words.
    """

    told = Signal(str)
    written = Signal(str)
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = Background()
        self._background.done.connect(self.on_done)
        self._waiting: list[Lent] = []

    def close(self) -> None:
        """Report nothing more; a page that is being written has as long as all work in the background."""
        self._waiting.clear()
        self._background.retire()

    @Slot(object)
    def on_lent(self, lent: Lent) -> None:
        self.told.emit(say("Writing the report…"))
        if self._background.busy:  # which would forget the one that waits
            self._waiting.append(lent)
        else:
            self._background.ask(lent)

    @Slot(object, object)
    def on_done(self, job: object, result: object) -> None:
        if self._waiting:
            self._background.ask(self._waiting.pop(0))
        else:
            self.told.emit("")
        if isinstance(result, Exception):
            self.failed.emit(explained(result))
        else:
            self.written.emit(str(result))
