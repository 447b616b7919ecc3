"""Training that can be stepped: one epoch at a time, from one explicit random generator a replica.

The same spec gives the same bits, in the window, on the command line, and after pause, save, load and resume.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.base.generators import Generators
from core.base.words import Refusal
from core.choices.optimizers import Stepper
from core.choices.schedules import SCHEDULES
from core.compiled.suits import Engine, has_forms
from core.compiled.suits import engine as suits
from core.data.datasets import Dataset, load_dataset
from core.experiment.replicas import ByReplica
from core.experiment.spec import Spec, edit, needs_rebuild
from core.measure.collapse import cause_of
from core.measure.evaluation import Comparison, Evaluation
from core.measure.latent import Plane
from core.measure.metrics import METRICS, curve_names, wrong_pixels
from core.measure.rules import evenly
from core.measure.similarity import nearest_own
from core.nn.device import Threads, choose, thread_count, work
from core.nn.model import Model
from core.nn.network import Interrupted, Network, Pass, Stopped
from core.nn.objective import Objective
from core.nn.penalties import divergence
from core.nn.variance import held
from core.train.checkpoint import Checkpoint, CheckpointError
from core.train.feeding import Feeding
from core.train.history import Curves, History, due, due_among, stride
from core.train.memory import check_memory
from core.train.pace import Pace
from core.train.snapshot import COMPARED, EVALUATED, Snapshot

if TYPE_CHECKING:
    from core.compiled.engine import Compiled, Trained

Array = NDArray[np.float32]

EPOCHS = 1024
"""Epochs of one call of the compiled function at most."""

LISTEN = 0.05
"""Seconds after which compiled epochs ask whether to stop."""

LONG = 2e7
"""Multiplications of a batch from which it is asked within it whether to stop: some milliseconds."""


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


class Trainer:
    """One run, epoch by epoch.

    Parameters
    ----------
    spec : the run.
    dataset : its images, if they are not those that `spec.dataset` names.
    by_replica : fields in which the replicas differ, one value a replica; of those that `MAY_DIFFER`.
    threads : torch threads of the processor, which decide the last bits; by default as many as suit the work.
    engine : what trains it, "compiled" or "torch", which decides the last bits as well; by default the one
        that suits the work, see `core.compiled.suits`. What has no compiled form is trained with torch.

    Raises
    ------
    SpecError : the run needs more memory than there is, or a device that is not there.
    Diverged : the loss is not finite before any training.

    Attributes
    ----------
    epoch : epochs trained so far.
    device : where the run is computed: `cpu`, `cuda` or `mps`.
    threads : how many torch threads it uses, whatever the caller has set.
    model : the network for encode, decode and reconstruct; it always shows the weights as they are now.
    history : the curves.
    feeding : the images, in batches and under noise.
    pace : how long an epoch takes; it can be asked at any time, also by `stopped` in the middle of one.
    plane : the plane on which the codes were last drawn, None if they never were; a file keeps it, so that
        the map of an opened run is not mirrored.
    """

    @torch.inference_mode(False)  # a tensor made in inference mode could not be changed outside of it
    def __init__(
        self,
        spec: Spec,
        dataset: Dataset | None = None,
        by_replica: Mapping[str, Sequence[float]] | None = None,
        threads: int | None = None,
        engine: Engine | None = None,
    ) -> None:
        self.dataset = dataset or load_dataset(spec.dataset)
        self.device = choose(spec, self.dataset)
        self.threads = thread_count(spec, self.dataset) if threads is None else threads
        check_memory(spec, self.dataset, self.device)
        self.by_replica = ByReplica(spec, by_replica or {}, self.device)
        self.network = Network(spec, self.dataset.pixels, seeds=self.by_replica.seeds, device=self.device)
        self.objective = Objective(self.by_replica, self.dataset.pixels)
        self.optimizer = Stepper.on(spec.optimizer, self.network.params)
        self.model = Model(self.network, self.objective.output, self.dataset.shape, spec.latent)
        self.history = History(curve_names(), spec.replicas)
        self.plane: Plane | None = None
        self.epoch = 0
        # apart from the generators of the initial weights, which are seed, seed + 1, ...
        self.generators = Generators(*(2**32 - 1 - seed for seed in self.by_replica.seeds))
        self.feeding = Feeding(self.dataset, spec.replicas, self.device, self.generators, EVALUATED)
        self._target = self.objective.output.encode(self.feeding.images)  # (N, D)
        self.pace = Pace(spec, self.dataset, self.threads)
        self._long_batches = work(spec, self.dataset) >= LONG
        self._interruptible = self._long_batches or 0 < spec.batch_size < self.dataset.count
        self._perfect_since: int | None = None
        self._flag = np.zeros(1, np.uint8)  # raised by whoever is in a hurry; compiled code reads it
        self._asked_engine = engine
        self._compiled: Compiled | None = None
        self._sound = self._base = self.checkpoint()
        self._choose_engine()
        with Threads(self.threads):
            self._record()

    @property
    def spec(self) -> Spec:
        """The run, with its live fields as they are now."""
        return self.by_replica.spec

    @property
    def leader(self) -> int:
        """The replica that was ahead at the last evaluation: fewest wrong pixels, then the smallest loss."""
        curves = self.history.curves()
        wrong, loss = curves.values["wrong_pixels"][-1], curves.values["loss"][-1]
        return int(np.lexsort((loss, wrong))[0])

    @property
    def finished(self) -> bool:
        """Whether the run has had its epochs, or a replica was perfect for as long as `patience` asks."""
        return self.epoch >= self.spec.epochs or self._patient_enough()

    def advance(self, count: int, stopped: Stopped | None = None) -> int:
        """Train `count` epochs, or as many as are left, or fewer if asked to stop; how many were trained.

        Parameters
        ----------
        stopped : asked some twenty times a second or more: between epochs, within a long one between its
            batches and before the evaluation, and within a long batch between two layers. Once it answers
            True the epoch under way is undone: the run is at the end of the epoch before, to the bit. An
            epoch of one short batch is not worth asking.

        Raises
        ------
        Diverged : the loss is not finite; the run is back at its last sound checkpoint.
        """
        trained = 0
        with Threads(self.threads):
            while trained < count and not self.finished:
                if trained and (self._flag[0] or (stopped is not None and stopped())):
                    break
                done = self._some_epochs(count - trained, stopped)
                if not done:
                    break
                trained += done
        self._flag[0] = 0
        return trained

    def hurry(self) -> None:
        """End the `advance` under way, or the next one, after an epoch; may be called in any thread."""
        self._flag[0] = 1

    def step(self, stopped: Stopped | None = None) -> bool:
        """Train one epoch; whether it was trained. See `advance`."""
        return self.advance(1, stopped) == 1

    def _some_epochs(self, count: int, stopped: Stopped | None) -> int:
        """Train at most `count` epochs; how many, 0 where `stopped` answered True."""
        if self._compiled is None:
            return int(self._epoch(stopped))
        if stopped is None:
            return self._compiled_epochs(self._compiled, count)
        if self.pace.seconds > LISTEN:
            return int(self._divided_epoch(self._compiled, stopped))
        return self._compiled_epochs(self._compiled, min(count, int(LISTEN / self.pace.seconds)))

    @torch.inference_mode()
    def _compiled_epochs(self, compiled: "Compiled", count: int) -> int:
        """Train at most `count` epochs in one call; how many."""
        numbers = self.epoch + 1 + np.arange(min(count, self._left(), EPOCHS))
        due = due_among(numbers) | (numbers >= self.spec.epochs)
        self.pace.begin()
        trained = compiled.train(self.epoch, due, self.optimizer.steps)
        self._take(compiled, trained)
        self.pace.end(trained.epochs)
        return trained.epochs

    @torch.inference_mode()
    def _divided_epoch(self, compiled: "Compiled", stopped: Stopped) -> bool:
        """Train one long epoch, some batches at a time; False: `stopped` answered True, and it was undone."""
        before = self._sound if self._sound.epoch == self.epoch else self.checkpoint()
        points = np.array([due(self.epoch + 1) or self.epoch + 1 >= self.spec.epochs])
        batches, begin, hurried = compiled.batches, 0, False
        some = max(1, int(batches * LISTEN / self.pace.seconds))
        self.pace.begin()
        while True:
            end = min(begin + some, batches)
            trained = compiled.train(self.epoch, points, self.optimizer.steps + begin, begin, end)
            if trained.epochs:
                self._take(compiled, trained)
                self.pace.end()
                self._flag[0] |= hurried
                return True
            self.pace.batch(trained.batches - begin)
            begin = trained.batches
            hurried, self._flag[0] = hurried or bool(self._flag[0]), 0
            if stopped():
                sound, base = self._sound, self._base
                self._go_on_from(before, self.history.curves())
                self._sound, self._base = sound, base
                return False

    def _left(self) -> int:
        """Epochs until the run may be finished; at least one."""
        left = self.spec.epochs - self.epoch
        if self.spec.patience:
            since = self._perfect_since
            if since is None:  # at best it is perfect at the next point of the curves
                step = stride(self.epoch + 1)
                since = -(-(self.epoch + 1) // step) * step
            left = min(left, since + self.spec.patience - self.epoch)
        return left

    def _take(self, compiled: "Compiled", trained: "Trained") -> None:
        """Note what compiled epochs have done: points of the curves, and where the run is now."""
        if trained.points:
            self._take_points(compiled, trained)
        self.epoch += trained.epochs
        self.optimizer.steps += trained.epochs * compiled.batches
        self.feeding.take(compiled.fed)

    def _take_points(self, compiled: "Compiled", trained: "Trained") -> None:
        """Add the points of the curves.

        Where a loss is not finite, the epochs until the point before it are trained again, from the last
        state of which that gives the same bits.
        """
        epochs = [self.epoch + point for point in trained.points]
        evaluation = self._at_points(trained, epochs)
        replicas = self.spec.replicas
        sound = evaluation.parts["loss"].isfinite().view(-1, replicas).all(1)
        if not sound.all():
            first, last_sound = int(sound.logical_not().nonzero()[0]), self._sound
            self._go_on_from(self._base, self.history.curves())
            self._sound = last_sound  # a live change may have found weights that were broken already
            while first and self.epoch < epochs[first - 1]:
                self._compiled_epochs(compiled, epochs[first - 1] - self.epoch)
            self._give_up(epochs[first])
        rows = {name: METRICS[name].measure(evaluation) for name in self.history.names}
        self.history.extend(
            epochs, {name: row.float().view(-1, replicas).numpy() for name, row in rows.items()}
        )
        for epoch, wrong in zip(
            epochs, wrong_pixels(evaluation.clean).view(-1, replicas).tolist(), strict=True
        ):
            self._note_wrong(epoch, min(wrong))
        params, slots, generators = compiled.kept()
        self._sound = self._base = Checkpoint(
            epochs[-1],
            self.optimizer.steps + trained.points[-1] * compiled.batches,
            self._perfect_since,
            params,
            dict(zip(self.optimizer.slots, slots, strict=False)),
            generators,
        )

    @torch.inference_mode()  # a tenth faster: no operation keeps books for autograd
    def _epoch(self, stopped: Stopped | None) -> bool:
        """Train one epoch; False: `stopped` answered True, and it was undone."""
        if stopped is None or not self._interruptible:
            self._train(_never)
            return True
        before = self._sound if self._sound.epoch == self.epoch else self.checkpoint()
        try:
            with self.network.watched(stopped if self._long_batches else None):
                self._train(stopped)
        except Interrupted:
            sound = self._sound
            self._go_on_from(before, self.history.curves())
            self._sound = sound
            return False
        return True

    def _train(self, stopped: Stopped) -> None:
        """One epoch; `Interrupted` where `stopped` answers True."""
        self.pace.begin()
        spec, network = self.spec, self.network
        rate = self.by_replica.value("learning_rate", -1, 1) * SCHEDULES[spec.schedule].factor(
            self.epoch / spec.epochs
        )
        for batch in self.feeding.epoch(spec):
            target = self.feeding.rows(self._target, batch)
            pixels = self.feeding.corrupted(batch, self.by_replica)
            coded = target if pixels is None else self.objective.output.encode(pixels)
            seen = network.forward(coded, record=True, epsilon=self._epsilon(coded))
            network.backward(
                self.objective.gradients(network, seen, coded, target, self.epoch, self.generators)
            )
            self.optimizer.step(network.params, network.grads, rate, spec)
            self.pace.batch()
            if stopped():
                raise Interrupted
        self.epoch += 1
        if due(self.epoch) or self.epoch >= self.spec.epochs:
            self._record()
        self.pace.end()

    def run(
        self, on_epoch: Callable[["Trainer"], None] | None = None, stopped: Stopped | None = None
    ) -> "Trainer":
        """Train until `finished`, calling `on_epoch(trainer)` after every epoch; returns the trainer.

        Where `stopped` answers True, between two epochs or within one (see `step`), the run stands at the end
        of its last whole epoch, and this returns as well.
        """
        count = self.spec.epochs if on_epoch is None else 1
        with Threads(self.threads):
            while not self.finished and not (stopped is not None and stopped()):
                if self.advance(count, stopped) and on_epoch is not None:
                    on_epoch(self)
        return self

    def update(self, spec: Spec) -> None:
        """Go on with the live fields of `spec`.

        Raises
        ------
        ValueError : `spec` differs in a field that only a new run can change.
        """
        if needs_rebuild(self.spec, spec):
            raise ValueError("this change needs a new run")
        if (spec.noise, spec.noise_level) != (self.spec.noise, self.spec.noise_level):
            self.feeding.forget()
        self.by_replica = self.by_replica.with_spec(spec)
        self.objective = Objective(self.by_replica, self.dataset.pixels)
        self._base = self.checkpoint()
        self._choose_engine()

    def _choose_engine(self) -> None:
        """Go on with the engine that suits the run as it is now, from the same weights."""
        self.engine = self._asked_engine or suits(self.by_replica, self.dataset, self.device)
        if not has_forms(self.by_replica):
            self.engine = (
                "torch"  # whatever was asked: the compiled function would leave out what has no form
            )
        if self.engine == "torch":
            self._compiled = None
        elif self._compiled is not None:
            self._compiled.follow(self.by_replica)
        else:
            from core.compiled.engine import Compiled

            shown = torch.arange(self.dataset.count, device="cpu")[self.feeding.shown]
            self._compiled = Compiled(
                self.by_replica, self.network, self.optimizer, self.generators, self.feeding.images,
                self._target, shown, self.dataset.shape, self._flag,
            )  # fmt: skip

    def snapshot(self, replica: int = 0) -> Snapshot:
        """The run as it is now, as one replica has it.

        Raises
        ------
        Diverged : the loss is not finite; the run is back at its last sound checkpoint.
        """
        with Threads(self.threads):
            return self._snapshot(replica)

    def _snapshot(self, replica: int) -> Snapshot:
        one = self.evaluate().of(replica)
        some = evenly(one.index.shape[1], COMPARED)
        outputs, images = one.clean.outputs[0, some].cpu(), one.clean.images[0, some].cpu()
        names = ("loss", "squared_error", "wrong_pixels", "recognised", "perfect", "collapsed")
        numbers: dict[str, Any] = {name: METRICS[name].measure(one).item() for name in names}
        return Snapshot(
            epoch=self.epoch,
            labels=one.labels(0),
            inputs=_frozen(self.dataset.images[one.index[0].cpu().numpy()]),
            fed=self._image(one.pixels[0]),
            outputs=self._image(one.fed.outputs[0]),
            wrong=_frozen(one.fed.wrong[0].cpu().numpy()),
            codes=_frozen(one.codes[0].cpu().numpy()),
            kl=None if one.kl is None else _frozen(one.kl[0].cpu().numpy()),
            nearest_own=int(nearest_own(outputs, images)),
            compared=len(images),
            bounded=0 if one.held is None else int(one.held),
            cause=cause_of(one, self._spec_of(replica), self.epoch) if numbers["collapsed"] else None,
            curves=self.history.curves(),
            finished=self.finished,
            **numbers,
        )

    def _spec_of(self, replica: int) -> Spec:
        """The run with the fields as one replica has them."""
        return edit(self.spec, {name: row[replica] for name, row in self.by_replica.values.items()})

    def checkpoint(self) -> Checkpoint:
        """All that the run needs to go on from here to the same bits; `restore` goes back to it."""
        live = self.live()
        slots = {name: slot.clone() for name, slot in live.slots.items()}
        return replace(live, params=live.params.clone(), slots=slots)

    def live(self) -> Checkpoint:
        """The run as it is now, sharing its memory: only for comparing, copying and writing at once."""
        return Checkpoint(
            self.epoch,
            self.optimizer.steps,
            self._perfect_since,
            self.network.params,
            self.optimizer.slots,
            self.generators.state(),
        )

    def restore(self, checkpoint: Checkpoint, curves: Curves | None = None) -> None:
        """Go on from a checkpoint of a run of the same spec and data set.

        Parameters
        ----------
        curves : what that run measured; by default what this one did. Points after the epoch of the
            checkpoint are cut.

        Raises
        ------
        CheckpointError : naming the part that this run cannot take; the run stays as it was.
        """
        checkpoint.check(self.live())
        try:
            self.generators.twin().set_state(checkpoint.generators)
        except (RuntimeError, ValueError) as error:
            raise CheckpointError(
                "{part} is not the state of a random generator", part="generators"
            ) from error
        self._go_on_from(checkpoint, self.history.curves() if curves is None else curves)

    def _go_on_from(self, checkpoint: Checkpoint, curves: Curves) -> None:
        self.epoch, self.optimizer.steps = checkpoint.epoch, checkpoint.steps
        self._perfect_since = checkpoint.perfect_since
        self.network.params.copy_(checkpoint.params)
        for name, slot in self.optimizer.slots.items():
            slot.copy_(checkpoint.slots[name])
        self.generators.set_state(checkpoint.generators)
        self.history.restore(curves, checkpoint.epoch)
        self.feeding.forget()
        self._sound = self._base = checkpoint

    def _epsilon(self, coded: Tensor) -> Tensor | None:
        """The draw for a variational code of coded pixels (R, B, D): (R, B, L), standard normal."""
        if not self.spec.variational:
            return None
        return self.generators.normal((*coded.shape[:2], self.spec.latent)).to(self.device)

    def evaluate(self) -> Evaluation:
        """Evaluate the weights as they are, on what was last fed and on the same images without noise.

        Raises
        ------
        Diverged : the loss is not finite; the run is back at its last sound checkpoint.
        """
        with Threads(self.threads):
            return self._evaluate()

    def _evaluate(self) -> Evaluation:
        last = self.feeding.last(self.by_replica)
        index, pixels = last.index, last.pixels
        images, target = (self.feeding.rows(rows, last.batch) for rows in (self.feeding.images, self._target))
        coded = self.objective.output.encode(pixels)
        seen = self.network.forward(coded, record=True)
        parts = self.objective.parts(self.network, seen, coded, target, self.epoch)
        if not torch.isfinite(parts["loss"]).all():
            self._give_up(self.epoch)
        fed = clean = Comparison(self.objective.pixels(seen.logits), images)
        if self.by_replica.noisy:
            seen = self.network.forward(target)
            clean = Comparison(self.objective.pixels(seen.logits), images)
        return Evaluation(
            spec=self.spec,
            dataset=self.dataset,
            network=self.network,
            objective=self.objective,
            index=index,
            pixels=pixels,
            fed=fed,
            clean=clean,
            parts=parts,
            codes=seen.codes,
            kl=_kl(seen),
            held=None if seen.log_variance is None else held(seen.log_variance),
        )

    def _at_points(self, trained: "Trained", epochs: Sequence[int]) -> Evaluation:
        """What the replicas made at K points of the curves, as of K x R replicas."""
        count = len(epochs)
        run = self.by_replica.repeated(count)
        objective = Objective(run, self.dataset.pixels)
        images, target, index = (
            rows.expand(count, *rows.shape).flatten(0, 1)
            for rows in (
                self.feeding.rows(self.feeding.images, self.feeding.shown),
                self.feeding.rows(self._target, self.feeding.shown),
                self.feeding.index,
            )
        )
        at = [epoch for epoch in epochs for _ in range(self.spec.replicas)]
        assert trained.fed is not None
        assert trained.clean is not None
        fed, clean = (
            Comparison(objective.pixels(seen.logits), images) for seen in (trained.fed, trained.clean)
        )
        return Evaluation(
            spec=self.spec,
            dataset=self.dataset,
            network=self.network,
            objective=objective,
            index=index,
            pixels=images,
            fed=fed,
            clean=clean,
            parts=objective.parts(self.network, trained.fed, target, target, at),
            codes=trained.clean.codes,
            kl=_kl(trained.clean),
            held=None if trained.clean.log_variance is None else held(trained.clean.log_variance),
        )

    def _record(self) -> None:
        """Add a point to every curve."""
        evaluation = self._evaluate()
        point = [METRICS[name].measure(evaluation).float() for name in self.history.names]
        rows = torch.stack(point).cpu().numpy()
        self.history.record(self.epoch, dict(zip(self.history.names, rows, strict=True)))
        self._note_wrong(self.epoch, int(wrong_pixels(evaluation.clean).min()))
        self._sound = self._base = self.checkpoint()

    def _note_wrong(self, epoch: int, wrong: int) -> None:
        """At a point of the curves, the best replica had so many wrong pixels."""
        if wrong:
            self._perfect_since = None
        elif self._perfect_since is None:
            self._perfect_since = epoch

    def _patient_enough(self) -> bool:
        since, patience = self._perfect_since, self.spec.patience
        return bool(patience) and since is not None and self.epoch - since >= patience

    def _give_up(self, failed: int) -> None:
        """Go back to the last sound checkpoint, because the loss of this epoch is not finite."""
        self._go_on_from(self._sound, self.history.curves())
        raise Diverged(failed, self.epoch, self.spec.learning_rate)

    def _image(self, pixels: Tensor) -> Array:
        return _frozen(pixels.reshape(-1, *self.dataset.shape).cpu().numpy().copy())


def _never() -> bool:
    return False


def _kl(seen: Pass) -> Tensor | None:
    """Mean KL of every unit of a variational code, (R, L)."""
    return None if seen.log_variance is None else divergence(seen.codes, seen.log_variance).mean(1)


def _frozen(array: NDArray[Any]) -> NDArray[Any]:
    array.flags.writeable = False
    return array
