"""The past of a run: what it was at any of its epochs, looked at or trained anew, in any thread."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from torch import Tensor

from core.base.generators import Generators
from core.base.progress import OnProgress, unheard
from core.base.words import Refusal
from core.data.noise import corrupt
from core.experiment.spec import Spec
from core.nn.objective import Objective
from core.train.changes import Changes, kept, settings_of
from core.train.checkpoint import Checkpoint
from core.train.run import Diverged
from core.train.still import Still

if TYPE_CHECKING:
    from core.compiled.suits import Engine
    from core.train.trainer import Trainer


@dataclass(frozen=True, eq=False)
class Past:
    """What a run was, up to an epoch, while it trains on.

    Attributes
    ----------
    now : the run at that epoch, with weights of its own.
    moments : checkpoints of earlier epochs, rising; the last one is of the epoch of `now`.
    by_replica, threads, engine : what the run was made of, see `Trainer`.
    """

    now: Still
    moments: Sequence[Checkpoint]
    by_replica: Mapping[str, Sequence[float]]
    threads: int
    engine: "Engine | None"

    @cached_property
    def epochs(self) -> tuple[int, ...]:
        """The epochs of the moments."""
        return tuple(moment.epoch for moment in self.moments)

    @property
    def first(self) -> int:
        """The first epoch that can be looked at; every later one can, up to `last`."""
        return self.moments[0].epoch

    @property
    def last(self) -> int:
        """The epoch of the run now."""
        return self.now.epoch

    @property
    def changes(self) -> Changes:
        """What the settings of the run were before."""
        return self.now.changes

    def spec(self, epoch: int) -> Spec:
        """The settings of the run after `epoch`: those that the next epoch was trained with, or will be."""
        return settings_of(self.changes, epoch, self.now.fields.spec)

    def nearest(self, epoch: int) -> int:
        """The epoch of the moment that is nearest to `epoch`, of two the earlier one."""
        after = bisect_left(self.epochs, epoch)
        return min(self.epochs[max(0, after - 1) : after + 1], key=lambda one: abs(one - epoch))

    def before(self, epoch: int) -> Checkpoint:
        """The moment of `epoch`, or the last one before it.

        Raises
        ------
        Refusal : nothing is known of that epoch.
        """
        self.check(epoch)
        return self.moments[bisect_right(self.epochs, epoch) - 1]

    def check(self, epoch: int) -> None:
        """Refuse an epoch that nothing is known of."""
        if self.first <= epoch <= self.last:
            return
        if self.first == self.last:
            raise Refusal(
                "nothing is known of epoch {epoch}: this run has no moment before epoch {last}",
                epoch=epoch, last=self.last,
            )  # fmt: skip
        raise Refusal(
            "epoch must be from {first} to {last}, not {epoch}", first=self.first, last=self.last, epoch=epoch
        )

    def still(self, epoch: int) -> Still:
        """The run at the epoch of a moment, with weights of its own and all its curves.

        What it is fed is what it would have been fed next, under the noise that it had then.

        Raises
        ------
        Refusal : there is no moment of that epoch.
        """
        moment = self.before(epoch)
        if moment.epoch != epoch:
            raise Refusal("there is no moment of epoch {epoch}", epoch=epoch)
        return self.still_of(moment)

    def still_of(self, moment: Checkpoint) -> Still:
        """The same of any checkpoint of its past."""
        epoch = moment.epoch
        if epoch == self.last:
            return self.now
        spec = self.spec(epoch)
        fields = self.now.fields.with_spec(spec)
        return replace(
            self.now,
            fields=fields,
            network=self.now.network.twin(moment.params.to(self.now.network.params.device)),
            objective=Objective(fields, self.now.dataset.pixels),
            epoch=epoch,
            finished=False,
            fed=self._fed(spec, moment),
            changes=kept(self.changes, epoch, spec),
        )

    def _fed(self, spec: Spec, moment: Checkpoint) -> Tensor:
        """The images looked at as they would have been fed next: (R, n, D)."""
        images, fields = self.now.images, self.now.fields.with_spec(spec)
        if not fields.noisy:
            return images
        generators = Generators(*(0 for _ in range(len(images))))
        generators.set_state(moment.generators)
        level, shape = fields.value("noise_level", -1, 1, 1), self.now.dataset.shape
        return corrupt(spec.noise, images.cpu(), level, generators, shape).to(images.device)


class Replay:
    """Trains a run anew from its moments, beside the run itself: any epoch of its past, to the same bits.

    Parameters
    ----------
    past : of the run; a later one of the same run may take its place.
    """

    def __init__(self, past: Past) -> None:
        self.past = past
        self._trainer: Trainer | None = None
        self._began: Checkpoint | None = None  # the moment from which it trained; None where it has to begin
        self._led: tuple[Any, ...] = ()  # and with what it was trained from there

    def still(self, epoch: int, on_progress: OnProgress = unheard) -> Still:
        """The run at any epoch of its past; see `Past.still`.

        Raises
        ------
        Refusal : nothing is known of that epoch.
        Exception : whatever `on_progress` raises.
        """
        return self.past.still_of(self.checkpoint(epoch, on_progress))

    def checkpoint(self, epoch: int, on_progress: OnProgress = unheard) -> Checkpoint:
        """All that a run needs to go on from any epoch of its past; raises as `still` does."""
        moment = self.past.before(epoch)
        return moment if moment.epoch == epoch else self._at(epoch, on_progress).checkpoint()

    def _at(self, epoch: int, on_progress: OnProgress) -> "Trainer":
        """The run, trained anew up to an epoch, from where it is if that is the nearest way."""
        past, moment = self.past, self.past.before(epoch)
        trainer, began = self._trainer, self._began
        if trainer is None:
            from core.train.trainer import Trainer

            trainer = Trainer(
                past.spec(moment.epoch), past.now.dataset, past.by_replica, past.threads, past.engine,
                moment_bytes=0,
            )  # fmt: skip
        self._trainer = self._began = None  # what is interrupted begins anew from its moment
        if began is None or not (moment.epoch <= trainer.epoch <= epoch and self._led_here(began, trainer)):
            trainer.update(past.spec(moment.epoch))
            trainer.restore(moment)
            began = moment
        start = trainer.epoch
        while trainer.epoch < epoch:
            trainer.update(past.spec(trainer.epoch))
            ends = min([epoch, *(change.epoch for change in past.changes if change.epoch > trainer.epoch)])

            def stopped() -> bool:
                on_progress((trainer.epoch - start) / (epoch - start))
                return False

            try:
                trained = trainer.advance(ends - trainer.epoch, stopped)
            except Diverged:
                trained = 0
            if not trained:
                raise Refusal(
                    "trained anew here, the run does not come to epoch {epoch}: it may be of another machine",
                    epoch=epoch,
                )
        self._trainer, self._began, self._led = trainer, began, self._way(began, epoch)
        return trainer

    def _led_here(self, began: Checkpoint, trainer: "Trainer") -> bool:
        """Whether the run itself came to where it was trained anew: it may have gone back since."""
        return began in self.past.moments and self._led == self._way(began, trainer.epoch)

    def _way(self, began: Checkpoint, epoch: int) -> tuple[Any, ...]:
        """With what the run trained from a moment to a later epoch: live changes between, and the last."""
        between = (change for change in self.past.changes if began.epoch < change.epoch < epoch)
        return (*between, self.past.spec(epoch - 1))
