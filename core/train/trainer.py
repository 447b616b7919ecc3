"""Training that can be stepped: one epoch at a time, from one explicit generator.

The same spec gives the same bits, in the window, on the command line, and after pause, save, load and resume.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.base.generators import Generators
from core.choices.optimizers import Stepper
from core.choices.schedules import SCHEDULES
from core.data.datasets import Dataset, load_dataset
from core.data.noise import corrupt
from core.experiment.replicas import ByReplica
from core.experiment.spec import Spec, needs_rebuild
from core.measure.evaluation import Comparison, Evaluation
from core.measure.metrics import METRICS, curve_names
from core.measure.similarity import nearest_own
from core.nn.device import choose, thread_count, threads
from core.nn.model import Model
from core.nn.network import Network, Pass
from core.nn.objective import Objective
from core.nn.penalties import add_contraction, divergence
from core.train.history import History, due
from core.train.snapshot import COMPARED, EVALUATED, Snapshot

Array = NDArray[np.float32]


class Diverged(ArithmeticError):
    """The loss is no longer a finite number; the weights are those of the last finite look."""

    def __init__(self, epoch: int, kept: int, rate: float) -> None:
        if epoch == 0:
            words = "The loss is no finite number before any training. A smaller initial gain usually helps."
        else:
            words = (
                f"Training diverged at epoch {epoch:,}: the loss is not a finite number. The weights of "
                f"epoch {kept:,} were kept. A learning rate below {rate:g} usually helps."
            )
        super().__init__(words)
        self.epoch = epoch


class Trainer:
    """One run, epoch by epoch.

    Parameters
    ----------
    spec : the run.
    dataset : its images, if they are not those that `spec.dataset` names.
    each : fields in which the replicas differ, one value a replica; of those that `MAY_DIFFER`.

    Attributes
    ----------
    epoch : epochs trained so far.
    device : where the run is computed: `cpu`, `cuda` or `mps`.
    model : the network for encode, decode and reconstruct; it always shows the weights as they are now.
    """

    def __init__(
        self, spec: Spec, dataset: Dataset | None = None, each: Mapping[str, Sequence[float]] | None = None
    ) -> None:
        self.dataset = dataset or load_dataset(spec.dataset)
        self.device = choose(spec, self.dataset)
        self.each = ByReplica(spec, each, self.device)
        self.network = Network(spec, self.dataset.pixels, seeds=self.each.seeds, device=self.device)
        self.objective = Objective(self.each, self.dataset.pixels)
        self.optimizer = Stepper.on(spec.optimizer, self.network.params)
        self.model = Model(self.network, self.objective, self.dataset.shape, spec.latent)
        self.history = History(curve_names(), spec.replicas)
        self.epoch = 0
        # apart from the generators of the initial weights, which are seed, seed + 1, ...
        self.generators = Generators(*(2**32 - 1 - seed for seed in self.each.seeds))
        self._images = torch.from_numpy(self.dataset.images.copy()).flatten(1).to(self.device)  # (N, D)
        self._target = self.objective.output.encode(self._images)  # (N, D)
        self._shown = min(len(self._images), EVALUATED)
        self._everything = torch.arange(len(self._images), device=self.device).expand(spec.replicas, -1)
        self._fed: list[tuple[Tensor, Tensor]] = []  # indices (R, B) and pixels (R, B, D) of this epoch
        self._perfect_since: int | None = None
        self._good: _Moment = _Moment(self)
        self._record()

    @property
    def spec(self) -> Spec:
        """The run, with its live fields as they are now."""
        return self.each.spec

    @property
    def leader(self) -> int:
        """The replica that is ahead at the curves' newest point: fewest wrong pixels, then least loss."""
        curves = self.history.curves()
        wrong, loss = curves.values["wrong_pixels"][-1], curves.values["loss"][-1]
        return int(np.lexsort((loss, wrong))[0])

    @property
    def finished(self) -> bool:
        """Whether the run has had its epochs, or a replica was perfect for as long as `patience` asks."""
        return self.epoch >= self.spec.epochs or self._patient_enough()

    @torch.inference_mode()  # a tenth faster: no operation looks whether autograd wants to hear of it
    def step(self) -> None:
        """Train one epoch.

        Raises
        ------
        Diverged : the loss is not finite; the last good weights are back in place.
        """
        spec, network = self.spec, self.network
        rate = self.each.value("learning_rate", -1, 1) * SCHEDULES[spec.schedule].factor(
            self.epoch / spec.epochs
        )
        warmth = spec.warmth(self.epoch)
        self._fed = []
        covered = 0
        for index in self._batches():
            target = self._of_all(self._target, index)
            pixels = self._corrupted(index)
            coded = target if pixels is None else self.objective.output.encode(pixels)
            seen = network.forward(coded, record=True, epsilon=self._epsilon(coded))
            network.backward(self.objective.pulls(network, seen, target, warmth))
            if self.each.contractive:
                add_contraction(network.encoder, coded, spec.latent, self.each.value("contraction", -1))
            self.optimizer.step(network.params, network.grads, rate, spec)
            if pixels is not None and covered < self._shown:
                self._fed.append((self._everything[:, index] if isinstance(index, slice) else index, pixels))
                covered += pixels.shape[1]
        self.epoch += 1
        if due(self.epoch) or self.epoch >= self.spec.epochs:
            self._record()

    def run(self, on_epoch: Callable[["Trainer"], None] | None = None) -> "Trainer":
        """Train until `finished`, calling `on_epoch(trainer)` after every epoch; returns the trainer."""
        with threads(thread_count(self.spec, self.dataset)):
            while not self.finished:
                self.step()
                if on_epoch is not None:
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
            self._fed = []
        self.each.spec = spec

    def snapshot(self, replica: int = 0) -> Snapshot:
        """The run as it is now, seen through one replica.

        Raises
        ------
        Diverged : the loss is not finite; the last good weights are back in place.
        """
        one, compared = self.evaluate().of(replica), min(self._shown, COMPARED)
        outputs, images = one.clean.outputs[0, :compared].cpu(), one.clean.images[0, :compared].cpu()
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
            compared=compared,
            curves=self.history.curves(),
            finished=self.finished,
            **numbers,
        )

    def state(self) -> tuple[dict[str, NDArray[Any]], dict[str, int]]:
        """Everything that goes on changing: arrays and whole numbers by name, for `restore`."""
        curves = self.history.curves()
        arrays: dict[str, NDArray[Any]] = {"params": self.network.params.cpu().numpy().copy()}
        arrays |= {
            f"optimizer.{name}": slot.cpu().numpy().copy() for name, slot in self.optimizer.slots.items()
        }
        arrays["generator"] = self.generators.state().numpy()
        arrays["history.epochs"] = curves.epochs.copy()
        arrays |= {f"history.{name}": values.copy() for name, values in curves.values.items()}
        since = -1 if self._perfect_since is None else self._perfect_since
        return arrays, {"epoch": self.epoch, "steps": self.optimizer.steps, "perfect_since": since}

    def restore(self, arrays: dict[str, NDArray[Any]], numbers: dict[str, int]) -> None:
        """Go on from a `state` of a run of the same spec.

        Raises
        ------
        ValueError, KeyError : a part is missing or has another shape than this run's.
        """
        own, _ = self.state()
        if not len(arrays["history.epochs"]):
            raise ValueError("history.epochs is empty")
        for name, array in own.items():
            expected = (len(arrays["history.epochs"]), *array.shape[1:]) if "history" in name else array.shape
            if arrays[name].shape != expected or arrays[name].dtype != array.dtype:
                raise ValueError(f"{name} is {arrays[name].shape}, this run needs {expected}")
            if name == "params" and not np.isfinite(arrays[name]).all():
                raise ValueError(f"{name} holds a number that is not finite")
        self.network.params.copy_(torch.from_numpy(arrays["params"]))
        for name, slot in self.optimizer.slots.items():
            slot.copy_(torch.from_numpy(arrays[f"optimizer.{name}"]))
        self.generators.set_state(torch.from_numpy(arrays["generator"].copy()))
        self.history.restore(
            arrays["history.epochs"], {name: arrays[f"history.{name}"] for name in self.history.names}
        )
        self.epoch, self.optimizer.steps = numbers["epoch"], numbers["steps"]
        self._perfect_since = None if numbers["perfect_since"] < 0 else numbers["perfect_since"]
        self._good = _Moment(self)
        self._fed = []

    def _batches(self) -> Iterator[slice | Tensor]:
        """The epoch's batches: slices of the set, or indices (R, B) where every replica draws its order."""
        count = len(self._images)
        size = self.spec.batch_size or count
        if self.spec.shuffle and size < count:
            yield from torch.split(self.generators.orders(count).to(self.device), size, 1)
        else:
            yield from (slice(start, start + size) for start in range(0, count, size))

    def _of_all(self, rows: Tensor, index: slice | Tensor) -> Tensor:
        """A batch of rows (N, D) for every replica, (R, B, D): a view where all have the same."""
        return rows[index].expand(self.spec.replicas, -1, -1)

    def _corrupted(self, index: slice | Tensor) -> Tensor | None:
        """These images under fresh noise, every replica its own: (R, B, D); None where there is no noise."""
        if not self.each.noisy:
            return None
        return self._dirtied(self._of_all(self._images, index), self.generators)

    def _dirtied(self, clean: Tensor, generators: Generators) -> Tensor:
        """Clean pixels (R, B, D) under the run's noise; chance is drawn by the processor on every device."""
        level = self.each.value("noise_level", -1, 1, 1)
        return corrupt(self.spec.noise, clean.cpu(), level, generators, self.dataset.shape).to(self.device)

    def _epsilon(self, coded: Tensor) -> Tensor | None:
        """The draw of a variational code for coded pixels (R, B, D): (R, B, L), standard normal."""
        if not self.spec.variational:
            return None
        return self.generators.normal((*coded.shape[:2], self.spec.latent)).to(self.device)

    def _last_fed(self) -> tuple[Tensor, Tensor]:
        """What was last fed of at most `EVALUATED` images: indices (R, n), rising, and pixels (R, n, D).

        Before the first epoch, what such images would be fed; no chance of the run is consumed for it.
        """
        if not self._fed:
            first = slice(0, self._shown)
            clean = self._of_all(self._images, first)
            pixels = self._dirtied(clean, self.generators.twin()) if self.each.noisy else clean
            return self._everything[:, first], pixels
        index = torch.cat([part for part, _ in self._fed], 1)[:, : self._shown]
        order = index.argsort(1)
        pixels = torch.cat([pixels for _, pixels in self._fed], 1)
        return index.gather(1, order), pixels.gather(1, order.unsqueeze(-1).expand(-1, -1, pixels.shape[-1]))

    def evaluate(self) -> Evaluation:
        """Evaluate the weights as they are, on what was last fed and on the same images without noise.

        Raises
        ------
        Diverged : the loss is not finite; the last good weights are back in place.
        """
        index, pixels = self._last_fed()
        whole = index.shape[1] == len(self._images)
        seen_of = slice(0, index.shape[1]) if whole or not self._fed else index
        images, target = self._of_all(self._images, seen_of), self._of_all(self._target, seen_of)
        coded = self.objective.output.encode(pixels)
        seen = self.network.forward(coded, record=True)
        parts = self.objective.parts(self.network, seen, coded, target, self.spec.warmth(self.epoch))
        if not torch.isfinite(parts["loss"]).all():
            self._give_up()
        fed = clean = Comparison(self.objective.pixels(seen.logits), images)
        if self.each.noisy:
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
        )

    def _record(self) -> None:
        """Add a point to every curve."""
        evaluation = self.evaluate()
        self._good = _Moment(self)
        point = [METRICS[name].measure(evaluation).float() for name in self.history.names]
        rows = torch.stack(point).cpu().numpy()
        self.history.record(self.epoch, dict(zip(self.history.names, rows, strict=True)))
        if int(evaluation.clean.wrong.sum(-1).min()):
            self._perfect_since = None
        elif self._perfect_since is None:
            self._perfect_since = self.epoch

    def _patient_enough(self) -> bool:
        since, patience = self._perfect_since, self.spec.patience
        return bool(patience) and since is not None and self.epoch - since >= patience

    def _give_up(self) -> None:
        failed = self.epoch
        self._good.bring_back(self)
        raise Diverged(failed, self.epoch, self.spec.learning_rate)

    def _image(self, pixels: Tensor) -> Array:
        return _frozen(pixels.reshape(-1, *self.dataset.shape).cpu().numpy().copy())


class _Moment:
    """What a run needs to go on from where it last was sound, other than its curves."""

    def __init__(self, trainer: Trainer) -> None:
        self.epoch, self.steps = trainer.epoch, trainer.optimizer.steps
        self.params = trainer.network.params.clone()
        self.slots = {name: slot.clone() for name, slot in trainer.optimizer.slots.items()}
        self.generators = trainer.generators.state()

    def bring_back(self, trainer: Trainer) -> None:
        """Make `trainer` go on from this moment."""
        trainer.epoch, trainer.optimizer.steps = self.epoch, self.steps
        trainer.network.params.copy_(self.params)
        for name, slot in trainer.optimizer.slots.items():
            slot.copy_(self.slots[name])
        trainer.generators.set_state(self.generators)
        trainer._fed = []


def _kl(seen: Pass) -> Tensor | None:
    """Mean KL of every unit of a variational code, (R, L)."""
    return None if seen.log_variance is None else divergence(seen.codes, seen.log_variance).mean(1)


def _frozen(array: NDArray[Any]) -> NDArray[Any]:
    array.flags.writeable = False
    return array
