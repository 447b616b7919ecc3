"""How much memory a run will take, counted from its spec before anything of it is built.

The count is a closed formula over the shapes of what training holds at its fullest moment. It is meant to be
right within a factor of two, which the tests hold against the peak of real runs.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from core.base.words import grouped
from core.choices.optimizers import OPTIMIZERS
from core.choices.penalties import PAIRS
from core.compiled.sizes import COLUMNS, point_count
from core.compiled.suits import engine
from core.data.datasets import Dataset
from core.experiment.fields import SpecError
from core.experiment.replicas import ByReplica
from core.experiment.spec import Spec
from core.measure.metrics import curve_names
from core.nn.machine import available
from core.nn.network import layer_sizes, parameter_count
from core.nn.terms import COMPARED_CODES
from core.train.history import most_room, points
from core.train.moments import BYTES
from core.train.snapshot import EVALUATED

FLOAT = 4
"""Bytes of a number."""

GENERATOR = 5056 * 5 + 4096
"""Bytes of a replica's random generator, of its state in checkpoints, and of the objects around them."""

STATE = 5056
"""Bytes of the state of a random generator."""

EVERYDAY = 1 << 27
"""Bytes that any machine has: a run that needs less is not held against what is free, which takes 0.5 ms."""

SHARE = 0.8
"""The most that a run may take of what is free."""


def needed(spec: Spec, dataset: Dataset) -> int:
    """Bytes that a run of `spec` on `dataset` takes at its fullest, beside the data set itself."""
    compiled = engine(ByReplica(spec), dataset, "cpu") == "compiled"
    return round(sum(_parts(spec, dataset.count, dataset.pixels, compiled=compiled)))


def check_memory(spec: Spec, dataset: Dataset, device: str = "cpu") -> None:
    """Refuse a run that needs more than `SHARE` of the memory there is, before anything of it is built.

    Parameters
    ----------
    device : where it is computed; a CUDA card has memory of its own.

    Raises
    ------
    SpecError : naming the field that is most to blame, what the run would need and what there is, in GB.
    """
    wanted = needed(spec, dataset)
    if wanted <= EVERYDAY:
        return
    allowed = int(SHARE * available(device))
    if wanted > allowed:
        raise SpecError(
            _to_blame(spec, dataset),
            "this run would need about {needed} GB of memory, and it may take {allowed} GB; choose a smaller "
            "one",
            needed=_gigabytes(wanted), allowed=_gigabytes(allowed),
        )  # fmt: skip


def room_for_moments(spec: Spec, dataset: Dataset, device: str, most: int) -> int:
    """Bytes that the moments of a run may take, at most `most`: no run is refused for them."""
    if needed(spec, dataset) + most <= EVERYDAY:
        return most
    return max(0, min(most, int(SHARE * available(device)) - needed(spec, dataset)))


def _gigabytes(amount: int) -> str:
    return grouped(f"{amount / 1e9:,.1f}" if amount < 1e11 else f"{amount / 1e9:,.0f}")


def _to_blame(spec: Spec, dataset: Dataset) -> str:
    """The field that alone, at its least, would leave the smallest run; the data set if none helps much."""
    smaller: dict[str, dict[str, Any]] = {
        "replicas": {"replicas": 1}, "hidden": {"hidden": ()}, "latent": {"latent": 1},
        "batch_size": {"batch_size": 1}, "epochs": {"epochs": 1}, "contraction": {"contraction": 0.0},
    }  # fmt: skip
    left = {
        name: needed(replace(spec, sparse_units="code", sparsity="none", **change), dataset)
        for name, change in smaller.items()
    }
    best = min(left, key=lambda name: left[name])
    return best if left[best] < needed(spec, dataset) / 2 else "dataset"


def _parts(spec: Spec, images: int, pixels: int, *, compiled: bool) -> Iterator[float]:
    """Bytes of everything that a run holds, part by part."""
    replicas, batch = spec.replicas, min(spec.batch_size or images, images)
    shown = min(images, EVALUATED)  # images of an evaluation
    weights = FLOAT * replicas * parameter_count(spec, pixels)
    slots = len(OPTIMIZERS[spec.optimizer].slots)
    # one in use, the last sound one, and the next, taken before that one is dropped
    yield weights * (1 + slots) * 3
    yield weights * 2  # gradients, and what an optimiser holds while it moves
    yield weights * 3  # a window reads one still, while another waits for it and a third is taken
    yield replicas * GENERATOR
    moment = weights * (1 + slots) + replicas * STATE
    yield min(BYTES + 2 * moment, points(spec.epochs) * moment) if moment <= BYTES else 0
    # the images as numbers of torch, and as they are fed where the output codes them otherwise
    yield FLOAT * images * pixels * (1 if spec.output == "sigmoid" else 2)
    yield 8 * images * replicas * (1 if 0 < spec.batch_size < images and spec.shuffle else 0)  # orders
    yield FLOAT * len(curve_names()) * replicas * most_room(spec.epochs)
    if spec.noise != "none":  # what was fed last: in batches, joined, in the order of the set; or given out
        yield (2 if compiled else 3) * FLOAT * replicas * shown * pixels
    evaluation = _pass(spec, pixels, shown, training=False)
    if not compiled:
        yield max(_pass(spec, pixels, batch, training=True), evaluation)
        return
    yield weights * (2 - slots)  # a second slot for all
    yield 8 * images * (replicas + 1)  # orders, and the places of the images shown
    yield FLOAT * max(batch, min(COLUMNS, shown)) * _numbers_of_an_image(spec, pixels)
    noted, measuring = _points(spec, pixels, shown)
    yield noted + max(measuring, evaluation)


def _numbers_of_an_image(spec: Spec, pixels: int) -> int:
    """What the compiled function holds of an image of a batch; its replicas take turns."""
    layers = [fan_out for half in layer_sizes(spec, pixels) for _, fan_out in half]
    return 5 * pixels + 3 * sum(layers) + 4 * spec.latent


def _points(spec: Spec, pixels: int, shown: int) -> tuple[float, float]:
    """Bytes of the points of the curves that a call of the compiled function makes, and of measuring them."""
    kinds, (encoder, _) = 1 + spec.noisy, layer_sizes(spec, pixels)
    *hidden, heads = (fan_out for _, fan_out in encoder)
    sparse = sum(hidden) if spec.sparsity != "none" and spec.sparse_units == "hidden" else 0
    rows = FLOAT * float(spec.replicas) * shown
    a_point = rows * (kinds * (pixels + heads) + sparse)
    a_state = spec.replicas * (3 * FLOAT * parameter_count(spec, pixels) + STATE)
    count = point_count(a_point)
    moments = point_count(a_state) if a_state <= BYTES else 0
    states = (moments + 1) * a_state
    # images, targets and outputs, and what it takes to compare them
    return count * a_point + states, count * rows * (4 + 2 * kinds) * pixels


def _pass(spec: Spec, pixels: int, count: int, *, training: bool) -> float:
    """Bytes that one pass of `count` images through all replicas holds, and its way back."""
    layers = [fan_out for half in layer_sizes(spec, pixels) for _, fan_out in half]
    held = 2 * sum(layers)  # weighted sums and activities of every layer
    held += 3 * max(layers) + 4 * pixels  # gradients on their way back; output, target and loss
    held += pixels * (3 if spec.noise != "none" else 1)
    numbers = float(count * held)
    if spec.variational:
        numbers += 8 * count * spec.latent
    if spec.contraction > 0:  # a Jacobian a layer, and its derivatives where autograd keeps them
        inputs = [pixels, *layers[: len(spec.hidden)]]
        numbers += (10 if training else 4) * count * spec.latent * (sum(inputs) + spec.latent)
    if spec.penalty != "none":
        points_held = 2 * (count if training else min(count, COMPARED_CODES))
        numbers += 4 * points_held * spec.latent
    total = FLOAT * spec.replicas * numbers
    if spec.penalty != "none":  # kernels of pairs of points, some at a time
        total += 2 * FLOAT * min(spec.replicas * points_held**2, max(PAIRS, points_held))
    return total
