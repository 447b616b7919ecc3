"""Runs as they were: what undo brings back, in bounded memory. It lives in the training thread."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from core.data.datasets import Dataset
from core.experiment.spec import Spec
from core.experiment.wording import name_of
from core.train.about import About, Parent
from core.train.changes import kept
from tp5gui.session.messages import Mark
from tp5gui.session.replaying import Journey

if TYPE_CHECKING:  # these bring torch
    from core.train.changes import Changes
    from core.train.checkpoint import Checkpoint
    from core.train.history import Curves
    from tp5gui.session.bench import Bench


@dataclass(frozen=True, slots=True, eq=False)
class Moment:
    """A run at one epoch: enough to go on from there to the same bits.

    Attributes
    ----------
    spec, dataset, by_replica : what its trainer was made of, live fields as they were then.
    checkpoint, curves, changes : where it was, what it had measured, and what its settings were before.
    marks : the live changes up to then.
    past : checkpoints before; None where the run that goes back to this has them itself.
    about : what was said of it.
    """

    spec: Spec
    dataset: Dataset
    by_replica: Mapping[str, Sequence[float]]
    checkpoint: "Checkpoint"
    curves: "Curves"
    changes: "Changes"
    marks: tuple[Mark, ...]
    about: About
    past: "Sequence[Checkpoint] | None" = None

    @classmethod
    def of(cls, bench: "Bench") -> "Moment":
        """The run on the bench as it is now, to go back to on that bench."""
        trainer = bench.trainer
        return cls(
            trainer.spec, trainer.dataset, trainer.by_replica.values, trainer.checkpoint(),
            trainer.history.curves(), trainer.changes, bench.marks, trainer.about,
        )  # fmt: skip

    @classmethod
    def whole(cls, bench: "Bench") -> "Moment":
        """The same for another bench, with as much of its past as a file holds."""
        from core.train.moments import BYTES

        trainer = bench.trainer
        return replace(cls.of(bench), past=trainer.moments.bounded(BYTES, trainer.precious()).kept())

    @classmethod
    def branch(cls, bench: "Bench", journey: Journey, checkpoint: "Checkpoint") -> "Moment":
        """A run that begins at an epoch of the past of the run on the bench, and remembers where."""
        past, epoch = journey.past, journey.epoch
        spec, curves = past.spec(epoch), past.now.curves
        return cls(
            spec, past.now.dataset, past.by_replica, checkpoint, curves, kept(past.changes, epoch, spec),
            tuple(mark for mark in bench.marks if mark.epoch < epoch),
            About(parent=Parent(bench.trainer.about.name or name_of(spec), epoch)),
            tuple(moment for moment in past.moments if moment.epoch < epoch),
        )  # fmt: skip

    @property
    def nbytes(self) -> int:
        """Bytes that its tensors and curves take; its images are apart, for many moments share them."""
        curves = sum(column.nbytes for column in self.curves.values.values()) + self.curves.epochs.nbytes
        return self.checkpoint.nbytes + curves + sum(one.nbytes for one in self.past or ())

    def bench(self, version: int, moment_bytes: int) -> "Bench":
        """The run on a bench of its own."""
        from core.train.trainer import Trainer
        from tp5gui.session.bench import Bench

        trainer = Trainer(self.spec, self.dataset, self.by_replica, moment_bytes=moment_bytes)
        bench = Bench(trainer, version)
        bench.trainer.about = self.about
        self.put_back(bench)
        return bench

    def put_back(self, bench: "Bench") -> None:
        """Let the run on a bench, the same one at another epoch, go on from here."""
        bench.trainer.update(self.spec)
        bench.trainer.restore(self.checkpoint, self.curves, self.changes, self.past)
        bench.marks = self.marks


class Moments:
    """Moments by a key, at most so many and so many bytes; the oldest are dropped.

    Parameters
    ----------
    images : whether their images count, once for all that share them; not where somebody else holds them.
    """

    def __init__(self, most: int, most_bytes: int, *, images: bool = True) -> None:
        self._most, self._most_bytes, self._images = most, most_bytes, images
        self._moments: dict[Hashable, Moment] = {}

    def __contains__(self, key: Hashable) -> bool:
        return key in self._moments

    @property
    def nbytes(self) -> int:
        """Bytes that are held now."""
        moments = self._moments.values()
        sets = {id(moment.dataset): moment.dataset.images.nbytes for moment in moments}
        return sum(moment.nbytes for moment in moments) + (sum(sets.values()) if self._images else 0)

    def keep(self, key: Hashable, moment: Moment) -> list[Hashable]:
        """Keep a moment; which keys were dropped for it, its own among them where it alone is too large."""
        self._moments.pop(key, None)
        self._moments[key] = moment
        dropped = []
        while self._moments and (len(self._moments) > self._most or self.nbytes > self._most_bytes):
            oldest = next(iter(self._moments))
            del self._moments[oldest]
            dropped.append(oldest)
        return dropped

    def take(self, key: Hashable) -> Moment | None:
        """The moment under a key, kept no longer; None if it was dropped or never kept."""
        return self._moments.pop(key, None)

    def forget(self, gone: Callable[[Hashable], bool]) -> None:
        """Drop every moment whose key is one of those that are gone."""
        self._moments = {key: moment for key, moment in self._moments.items() if not gone(key)}
