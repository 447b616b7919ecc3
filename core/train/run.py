"""A run: what training changes and reads, how far it is, and its way back. Engines work on it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import NoReturn, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray

from core.base.generators import Generators
from core.base.words import Refusal
from core.choices.optimizers import Stepper
from core.data.datasets import Dataset
from core.experiment.replicas import ByReplica
from core.experiment.spec import Spec
from core.measure.evaluation import Evaluation, Unsound
from core.measure.metrics import METRICS, curve_names, wrong_pixels
from core.nn.network import Network, Pass
from core.nn.objective import Objective
from core.train.changes import MOST, Change, Changes, kept, trained_with
from core.train.checkpoint import Checkpoint
from core.train.feeding import Feeding
from core.train.history import Curves, History, due_among, stride
from core.train.moments import SPACING, Moments, best_epochs
from core.train.pace import Pace
from core.train.recycling import Recycling
from core.train.snapshot import EVALUATED
from core.train.still import Still

Seen = TypeVar("Seen")


class Diverged(Refusal, ArithmeticError):
    """The loss is no longer a finite number; the run is back at its last sound checkpoint.

    Attributes
    ----------
    epoch : the epoch whose loss is not finite.
    """

    def __init__(self, epoch: int, kept: int, rate: float) -> None:
        if epoch == 0:
            super().__init__(
                "The loss is not a finite number before any training. A smaller initial gain usually helps."
            )
        else:
            super().__init__(
                "Training diverged at epoch {epoch}: the loss is not a finite number. The weights of epoch "
                "{kept} were kept. A learning rate below {rate} usually helps.",
                epoch=epoch,
                kept=kept,
                rate=rate,
            )
        self.epoch = epoch


class Run:
    """One run before its first epoch.

    Parameters
    ----------
    spec, dataset, by_replica, device, threads : see `Trainer`.
    moment_bytes : what its moments may take.

    Attributes
    ----------
    fields : the spec as training uses it, with its live fields as they are now.
    changes : what its settings were before, as far as it trained with them.
    network, optimizer, generators : what training changes.
    objective : what it makes small.
    feeding, target : the images, in batches and under noise; (N, D), all of them as they are coded.
    history : the curves.
    moments : checkpoints of its past.
    recycling : makes the copies of which checkpoints are.
    epoch : epochs trained so far.
    perfect_since : the epoch since which some replica had no wrong pixel; None if none is perfect now.
    sound : how the run was at the last point of the curves, all of which are finite.
    base : the last checkpoint from which training gives the same bits again: `sound`, or how the run was
        when its fields last changed.
    pace : how long an epoch takes.
    hurry : (1,) uint8, not 0 where training is to come to an end soon; set in any thread.
    """

    def __init__(
        self,
        spec: Spec,
        dataset: Dataset,
        by_replica: Mapping[str, Sequence[float]],
        device: str,
        threads: int,
        moment_bytes: int,
    ) -> None:
        self.dataset, self.device = dataset, device
        self.fields = ByReplica(spec, by_replica, device)
        self.changes: Changes = ()
        self.network = Network(spec, dataset.pixels, seeds=self.fields.seeds, device=device)
        self.objective = Objective(self.fields, dataset.pixels)
        self.optimizer = Stepper.on(spec.optimizer, self.network.params)
        # apart from the generators of the initial weights, which are seed, seed + 1, ...
        self.generators = Generators(*(2**32 - 1 - seed for seed in self.fields.seeds))
        self.feeding = Feeding(dataset, spec.replicas, device, self.generators, EVALUATED)
        self.target = self.objective.output.encode(self.feeding.images)
        self.history = History(curve_names(), spec.replicas)
        self.moments = Moments(moment_bytes)
        self.recycling = Recycling()
        self.epoch = 0
        self.perfect_since: int | None = None
        self.sound = self.base = self.checkpoint()
        self.pace = Pace(spec, dataset, threads)
        self.hurry = np.zeros(1, np.uint8)

    @property
    def spec(self) -> Spec:
        """The run, with its live fields as they are now."""
        return self.fields.spec

    @property
    def finished(self) -> bool:
        """Whether the run has had its epochs, or a replica was perfect for as long as `patience` asks."""
        since, patience = self.perfect_since, self.spec.patience
        patient = bool(patience) and since is not None and self.epoch - since >= patience
        return patient or self.epoch >= self.spec.epochs

    @property
    def left(self) -> int:
        """Epochs until the run may be finished, if it is not."""
        left = self.spec.epochs - self.epoch
        if self.spec.patience:
            since = self.perfect_since
            if since is None:  # at best it is perfect at the next point of the curves
                step = stride(self.epoch + 1)
                since = -(-(self.epoch + 1) // step) * step
            left = min(left, since + self.spec.patience - self.epoch)
        return left

    def update(self, spec: Spec) -> None:
        """Go on with the live fields of `spec`."""
        if (spec.noise, spec.noise_level) != (self.spec.noise, self.spec.noise_level):
            self.feeding.forget()
        before = self.changes
        self.changes = kept((*before, Change(self.epoch, self.spec)), self.epoch, spec)
        if len(before) == MOST and before[0] != self.changes[0]:  # it is forgotten, and what it ended
            self.moments.cut(before[0].epoch, self.epoch)
        self.fields = self.fields.with_spec(spec)
        self.objective = Objective(self.fields, self.dataset.pixels)
        self.base = self.checkpoint()
        self.take_moment(self.base)

    @property
    def takes_moments(self) -> bool:
        """Whether a moment is small enough to be kept."""
        return self.sound.nbytes <= self.moments.most_bytes

    def momentous(self, epochs: NDArray[np.int64]) -> NDArray[np.bool_]:
        """After which of some epochs a moment is taken: (count,)."""
        if not self.takes_moments:
            return np.zeros(len(epochs), np.bool_)
        return due_among(epochs, SPACING)

    def take_moment(self, checkpoint: Checkpoint) -> None:
        """Keep a checkpoint of the past, and drop others where they take too much."""
        self.moments.take(checkpoint)
        if self.moments.full:
            self.moments.thin(self.precious())

    def precious(self) -> tuple[int, ...]:
        """The epochs whose moments are dropped last: of live changes, and those before the best epochs."""
        if not self.moments.epochs:
            return ()
        return (
            *(change.epoch for change in self.changes),
            *map(self.moments.before, best_epochs(self.history.curves(), self.spec, self.dataset).values()),
        )

    # -- where it is, and the way back

    def live(self) -> Checkpoint:
        """The run as it is now, sharing its memory: only for comparing, copying and writing at once."""
        return Checkpoint(
            self.epoch,
            self.optimizer.steps,
            self.perfect_since,
            self.network.params,
            self.optimizer.slots,
            self.generators.state(),
        )

    def checkpoint(self) -> Checkpoint:
        """All that the run needs to go on from here to the same bits."""
        live = self.live()
        slots = {name: self.recycling.copy(slot) for name, slot in live.slots.items()}
        return replace(live, params=self.recycling.copy(live.params), slots=slots)

    def go_on_from(self, checkpoint: Checkpoint, curves: Curves | None = None) -> None:
        """Go on from a checkpoint that fits, and from these curves up to it, or the run's own."""
        self.epoch, self.optimizer.steps = checkpoint.epoch, checkpoint.steps
        self.moments.cut(0, self.epoch)
        self.changes = kept(self.changes, self.epoch, self.spec)
        self.perfect_since = checkpoint.perfect_since
        self.network.params.copy_(checkpoint.params)
        for name, slot in self.optimizer.slots.items():
            slot.copy_(checkpoint.slots[name])
        self.generators.set_state(checkpoint.generators)
        self.history.restore(self.history.curves() if curves is None else curves, checkpoint.epoch)
        self.feeding.forget()
        self.sound = self.base = checkpoint

    def go_back(self) -> None:
        """Go back to `base`, from which training gives the same bits again."""
        sound = self.sound
        self.go_on_from(self.base)
        self.sound = sound  # the base may be a live change, which found weights that were broken already

    def before(self) -> Checkpoint:
        """How the run is now, for `undo`."""
        return self.sound if self.sound.epoch == self.epoch else self.checkpoint()

    def undo(self, before: Checkpoint) -> None:
        """Go back to a checkpoint within the epoch that followed it, to the bit."""
        sound, base = self.sound, self.base
        self.go_on_from(before)
        self.sound, self.base = sound, base

    def give_up(self, failed: int) -> NoReturn:
        """Go back to the last sound checkpoint, because the loss of this epoch is not finite: `Diverged`."""
        self.go_on_from(self.sound)
        self.moments.take(self.sound)
        raise Diverged(failed, self.epoch, self.spec.learning_rate)

    # -- how good it is

    def now(self) -> Still:
        """The run as it is now, sharing its weights: to be looked at before it trains on."""
        return self._under(self.fields, self.objective)

    def as_trained(self) -> Still:
        """The same with the settings of its last epoch, whatever the next one is to have."""
        spec = trained_with(self.changes, self.epoch, self.spec)
        if spec == self.spec:
            return self.now()
        fields = self.fields.with_spec(spec)
        return self._under(fields, Objective(fields, self.dataset.pixels))

    def _under(self, fields: ByReplica, objective: Objective) -> Still:
        last = self.feeding.last(fields)
        images, target = (self.feeding.rows(rows, last.batch) for rows in (self.feeding.images, self.target))
        return Still(
            fields, self.dataset, self.network, objective, self.epoch, self.finished,
            last.index, images, target, last.pixels, self.history.curves(),
            kept(self.changes, self.epoch, fields.spec), self.moments.epochs,
        )  # fmt: skip

    def look(self, how: Callable[[Still], Seen]) -> Seen:
        """What `how` makes of the run as it is now.

        Raises
        ------
        Diverged : the loss is not finite; the run is back at its last sound checkpoint.
        """
        try:
            return how(self.now())
        except Unsound:
            self.give_up(self.epoch)

    def evaluate_points(self, epochs: Sequence[int], fed: Pass, clean: Pass) -> Evaluation:
        """Evaluate what the network made after each of K epochs, as if it were of K x R replicas.

        Parameters
        ----------
        epochs : (K,).
        fed, clean : of the images as last fed, and without noise; the R replicas of the first of the epochs,
            then those of the second, and so on.
        """
        points = self.now().repeated(len(epochs))
        objective = Objective(self.fields.repeated(len(epochs)), self.dataset.pixels)
        at = [epoch for epoch in epochs for _ in range(self.spec.replicas)]
        parts = objective.parts(self.network, fed, points.target, points.target, at)
        return points.evaluation(objective, parts, fed, clean)

    def record(
        self,
        epochs: Sequence[int],
        evaluation: Evaluation,
        moments: Sequence[int],
        state_at: Callable[[int], Checkpoint],
    ) -> None:
        """Add the points of K epochs to the curves, from an evaluation of K x R replicas.

        Parameters
        ----------
        moments : of these epochs, those at which a moment is taken.
        state_at : the run as it was after such an epoch, or the last one, with weights of its own;
            `perfect_since` as it is when this is asked.
        """
        replicas = self.spec.replicas
        point = [METRICS[name].measure(evaluation).float() for name in self.history.names]
        rows = torch.stack(point).view(len(point), -1, replicas).cpu().numpy()
        self.history.extend(epochs, dict(zip(self.history.names, rows, strict=True)))
        wrong = wrong_pixels(evaluation.clean).view(-1, replicas).amin(1).tolist()
        taken = set(moments)
        for epoch, least in zip(epochs, wrong, strict=True):
            if least:
                self.perfect_since = None
            elif self.perfect_since is None:
                self.perfect_since = epoch
            if epoch in taken or epoch == epochs[-1]:
                self.sound = self.base = state_at(epoch)
            if epoch in taken:
                self.take_moment(self.sound)
