"""A run's tensors as the compiled function takes them: `Compiled` trains the run that a trainer owns."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.base.generators import Generators
from core.base.twister import WORDS
from core.choices.activations import ACTIVATIONS
from core.choices.losses import LOSSES, OUTPUTS
from core.choices.optimizers import OPTIMIZERS, Stepper
from core.choices.penalties import PENALTIES
from core.choices.schedules import SCHEDULES
from core.choices.sparsities import SPARSITIES
from core.compiled.choices import number
from core.compiled.epochs import epochs
from core.compiled.memory import packed
from core.compiled.parts import callable_part
from core.compiled.records import Course, Images, Layer, Plan, Points, Room, State
from core.compiled.sizes import COLUMNS, point_count
from core.data.noise import NOISES
from core.experiment.replicas import ByReplica
from core.nn.network import Network, Pass
from core.nn.terms import kl_share
from core.nn.variance import bounded

_epochs = callable_part(epochs)


@dataclass(frozen=True, slots=True)
class Trained:
    """What a call did.

    Attributes
    ----------
    epochs : trained to their end.
    batches : of the next epoch, where it was divided.
    points : the epochs, counted from the first of the call as 1, after which a point of the curves was noted.
    """

    epochs: int
    batches: int
    points: tuple[int, ...] = ()


class Compiled:
    """Trains the network of a trainer in place, as its `run` says.

    Parameters
    ----------
    run : the fields; give another one to `follow` where they change.
    network, stepper, generators : what training changes.
    pixels, target : (N, D) images and coded images.
    shown : (n,) numbers of the images that the curves are made of.
    shape : (H, W).
    flag : (1,), raised to end a call early; may be raised in any thread.
    takes_moments : whether the states of the run at points are noted that `train` is asked for.

    Attributes
    ----------
    batches : of an epoch.
    capacity : points of the curves that are noted at most.
    moments : of these, moments at most; 0 where none are taken.
    """

    def __init__(
        self,
        run: ByReplica,
        network: Network,
        stepper: Stepper,
        generators: Generators,
        pixels: Tensor,
        target: Tensor,
        shown: Tensor,
        shape: tuple[int, int],
        flag: NDArray[np.uint8],
        takes_moments: bool,
    ) -> None:
        self._network, self._generators, self._shape = network, generators, shape
        params = network.params.numpy()
        slots = [slot.numpy() for slot in stepper.slots.values()]
        first, second = (*slots, *(np.zeros_like(params) for _ in range(2 - len(slots))))
        states = np.zeros((len(params), WORDS), np.uint64)
        self._state = State(params, first, second, states)
        among = np.full(len(pixels), -1)
        among[shown.numpy()] = np.arange(len(shown))
        self._images = Images(pixels.numpy(), target.contiguous().numpy(), shown.numpy().copy(), among)
        self._flag, self._takes_moments = flag, takes_moments
        self.follow(run)

    def follow(self, run: ByReplica) -> None:
        """Train as these fields say from now on."""
        self._run = run
        self._plan = _plan(run, self._network, self._images, self._shape)
        self._rates, self._betas = self._values("learning_rate"), self._values("beta")
        self._noise, self._sparsity, self._penalty = (
            self._values(name) for name in ("noise_level", "sparsity_weight", "penalty_weight")
        )
        self.batches = -(-self._plan.images // self._plan.batch)
        self._make_room()
        self._packed = [packed(part) for part in (self._plan, self._images, self._room, self._points)]

    @property
    def fed(self) -> Tensor | None:
        """What was fed of the images shown in the last epoch, (R, n, D), not a copy; None without noise."""
        return torch.from_numpy(self._room.fed) if self._plan.noise >= 0 else None

    def train(
        self,
        epoch: int,
        due: NDArray[np.bool_],
        moments: NDArray[np.bool_],
        steps: int,
        noted: int,
        kept: int,
        begin: int = 0,
        end: int | None = None,
    ) -> Trained:
        """Train epochs, one for each of `due`, or fewer; or one in parts.

        Parameters
        ----------
        epoch : epochs trained before.
        due : (epochs,) whether the curves have a point after each.
        moments : (epochs,) at which of these points the state of the run is noted for `state_at`.
        steps : steps that the optimiser has taken.
        noted, kept : points of the curves, and states of moments, that were noted before and not measured.
        begin, end : batches of the one epoch, where it is divided; a flag ends it after the batch under way.
        """
        self._state.generators[:] = self._generators.state().numpy().view(np.uint64)
        course = self._course(epoch, due, moments, steps, begin, end)
        plan, *places = self._packed
        counts = np.array([0, 0, noted, kept])
        arguments = (plan, packed(course), packed(self._state), packed(self._states), *places, counts)
        _epochs(*(argument.ctypes.data for argument in arguments))
        done, part, recorded, _ = counts.tolist()
        self._generators.set_state(torch.from_numpy(self._state.generators.view(np.uint8)))
        return Trained(done, part, tuple((np.flatnonzero(due[:done])[: recorded - noted] + 1).tolist()))

    def noted(self, count: int) -> tuple[Pass, Pass]:
        """What the network made at the points noted of the images as last fed, and without noise.

        The rows are the replicas at the first of `count` points, then those at the second, and so on. It is
        one pass of a run without noise.
        """
        fed = self._seen(0, count)
        return fed, self._seen(1, count) if self._plan.noise >= 0 else fed

    def state_at(self, place: int) -> tuple[Tensor, list[Tensor], Tensor]:
        """Parameters, slots and the generators' states as they were at one of the points noted: not copied.

        Parameters
        ----------
        place : the number of a moment among those noted; -1 for the last point that is none.
        """
        params, *slots, generators = (torch.from_numpy(part[place]) for part in self._states)
        return params, slots, generators.view(torch.uint8)

    def _course(
        self, epoch: int, due: NDArray[np.bool_], moments: NDArray[np.bool_], steps: int, begin: int,
        end: int | None,
    ) -> Course:  # fmt: skip
        spec, numbers = self._run.spec, np.arange(epoch, epoch + len(due))
        rates = SCHEDULES[spec.schedule].factor(numbers / spec.epochs) * np.ones(len(due))
        shares = np.array([kl_share(spec, each) for each in numbers.tolist()]) if spec.variational else rates
        return Course(
            len(due), np.outer(rates, self._rates), np.outer(shares, self._betas), self._noise,
            self._sparsity, self._penalty, due, moments, steps, begin, self.batches if end is None else end,
            (begin, end) != (0, None), self._flag,
        )  # fmt: skip

    def _values(self, name: str) -> NDArray[np.float64]:
        """A field, one value a replica: (R,)."""
        values = self._run.values.get(name)
        if values is None:
            values = (getattr(self._run.spec, name),) * self._plan.replicas
        return np.array(values, np.float64)

    def _make_room(self) -> None:
        """Buffers for the largest batch, and for as many points as a call may make."""
        plan = self._plan
        replicas, shown, pixels = plan.replicas, plan.shown, plan.pixels
        most = max(plan.batch, min(COLUMNS, shown))
        units = int(plan.layers["high"].sum())
        noisy = plan.noise >= 0

        def flat(rows: int) -> NDArray[np.float32]:
            return np.zeros(rows * most, np.float32)

        self._room = Room(
            np.zeros(plan.parameters, np.float32), np.tile(np.arange(plan.images), (replicas, 1)),
            np.zeros((replicas, shown if noisy else 0, pixels), np.float32),
            flat(pixels), flat(pixels), flat(pixels), flat(units), flat(units), flat(units),
            flat(plan.latent), flat(plan.latent), flat(plan.latent), flat(plan.latent),
            flat(pixels), flat(pixels), flat(1),
        )  # fmt: skip
        hidden = int(plan.layers["high"][: plan.code].sum()) if plan.hidden and plan.sparsity >= 0 else 0
        heads, kinds = int(plan.layers["high"][plan.code]), 1 + noisy
        a_point = 4 * replicas * shown * (kinds * (pixels + heads) + hidden)
        a_state = sum(part.nbytes for part in self._state)
        self.capacity = count = point_count(a_point)
        self.moments = point_count(a_state) if self._takes_moments else 0
        states = self.moments + 1
        self._states = State(*(np.zeros((states, *part.shape), part.dtype) for part in self._state))
        self._points = Points(
            count, states, kinds, COLUMNS, heads, hidden,
            np.zeros((kinds, count, replicas, shown, pixels), np.float32),
            np.zeros((kinds, count, replicas, shown, heads), np.float32),
            np.zeros((count, replicas, shown, hidden), np.float32),
        )  # fmt: skip

    def _seen(self, kind: int, count: int) -> Pass:
        """What the network made at the first points noted: as fed (0), or without noise (1)."""
        points, plan = self._points, self._plan
        logits, heads = (
            torch.from_numpy(part[kind, :count]).flatten(0, 1) for part in (points.logits, points.heads)
        )
        rows = torch.from_numpy(points.hidden[:count]).flatten(0, 1)
        hidden = torch.split(rows, plan.layers["high"][: plan.code].tolist(), -1) if rows.shape[-1] else ()
        if not plan.variational:
            return Pass(heads, None, logits, hidden)
        mean, free = heads.chunk(2, -1)
        return Pass(mean, bounded(free), logits, hidden)


def _plan(run: ByReplica, network: Network, images: Images, shape: tuple[int, int]) -> Plan:
    """A run on these images in numbers."""
    count, (replicas, parameters) = len(images.pixels), network.params.shape
    spec, layers = run.spec, (*network.encoder.layers, *network.decoder.layers)
    wide, high = (np.array([layer.weight.shape[axis] for layer in layers]) for axis in (1, 2))
    kinds = [layer.activation.name for layer in layers[:-1]] + [spec.output]
    numbers = [number(ACTIVATIONS, kind) for kind in kinds]
    rows = zip(wide, high, _before((wide + 1) * high), _before(high), numbers, strict=True)
    output, loss = OUTPUTS[spec.output], LOSSES[spec.loss].compiled
    assert loss is not None
    penalised, sparse = spec.penalty != "none", spec.sparsity != "none" and run.weighs("sparsity_weight")
    return Plan(
        replicas=replicas,
        parameters=parameters,
        images=count,
        pixels=images.pixels.shape[1],
        shown=len(images.shown),
        depth=len(layers),
        layers=packed(*(Layer(*row) for row in rows)),
        code=len(network.encoder.layers) - 1,
        latent=spec.latent,
        variational=spec.variational,
        loss=number(LOSSES, spec.loss),
        on_logits=loss.on_logits,
        optimizer=number(OPTIMIZERS, spec.optimizer),
        sparsity=number(SPARSITIES, spec.sparsity) if sparse else -1,
        hidden=spec.sparse_units == "hidden",
        penalty=number(PENALTIES, spec.penalty) if penalised else -1,
        noise=number(NOISES, spec.noise) if run.noisy else -1,
        low=np.float32(output.low),
        span=np.float32(output.high - output.low),
        scale=np.float32(1 / (shape[0] * shape[1]) if spec.reduction == "mean" else 1),
        focus=np.float32(spec.focus),
        free_bits=np.float32(spec.free_bits),
        sparsity_rate=np.float32(spec.sparsity_rate),
        momentum=spec.momentum,
        beta2=spec.beta2,
        weight_decay=spec.weight_decay,
        batch=min(spec.batch_size or count, count),
        shuffled=spec.shuffle and 0 < spec.batch_size < count,
        height=shape[0],
        width=shape[1],
    )


def _before(sizes: Sequence[int] | NDArray[np.int64]) -> NDArray[np.int64]:
    """Of every size, the sum of those before it."""
    return (np.cumsum(sizes) - sizes).astype(np.int64)
