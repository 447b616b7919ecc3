"""What runs give back of some of their images: loaded aside, one file at a time, and remembered."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from core.train.listing import RunEntry
from tp5gui.session.background import Background
from tp5gui.session.messages import Image
from tp5gui.session.run_entries import Stamp

SHOWN = 4  # images that stand for a run
KEPT = 64  # runs whose images are remembered
WANTED = 16  # runs whose images wait: more than are in sight at once are not worth the time
LARGEST = 64 << 20  # bytes of a file that is loaded for this

Key = tuple[Path, Stamp]


@dataclass(slots=True, eq=False)
class _Loading:
    """A job: the first images of a run as its network gives them back."""

    key: Key

    def __call__(self) -> Image:
        """In a thread of the pool."""
        from core.train.runfile import load_run  # brings torch, which the session has loaded by now

        trainer = load_run(self.key[0])
        return trainer.model.reconstruct(trainer.dataset.images[:SHOWN], trainer.history.curves().leader)


class Pictured(QObject):
    """Gives pictures of runs at once where they are known, and else loads the run for them.

    Signals
    -------
    came() : some are known that were not.
    """

    came = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._known: dict[Key, Image | None] = {}
        self._wanted: list[Key] = []
        self._loading = Background()
        self._loading.done.connect(self.on_loaded)
        self.destroyed.connect(self._loading.retire)
        self._closed = False

    def of(self, entry: RunEntry, stamp: Stamp | None) -> Image | None:
        """Images (n, H, W) of the run in a file in this state; None where it has none, or none yet."""
        if stamp is None or entry.size > LARGEST or self._closed:
            return None
        key = entry.path, stamp
        if key in self._known:
            self._known[key] = self._known.pop(key)  # the last to be forgotten
            return self._known[key]
        if key in self._wanted:
            self._wanted.remove(key)
        self._wanted = [*self._wanted[1 - WANTED :], key]
        self._next()
        return None

    def close(self) -> None:
        """Load nothing more."""
        self._closed = True
        self._wanted = []
        self._loading.retire()

    @Slot(object, object)
    def on_loaded(self, job: _Loading, images: object) -> None:
        self._known[job.key] = None if isinstance(images, Exception) else images  # type: ignore[assignment]
        while len(self._known) > KEPT:
            del self._known[next(iter(self._known))]
        if job.key in self._wanted:
            self._wanted.remove(job.key)
        self.came.emit()
        self._next()

    def _next(self) -> None:
        """Load what was asked for last: that is in sight."""
        if self._wanted and not self._loading.busy:
            self._loading.ask(_Loading(self._wanted[-1]))
