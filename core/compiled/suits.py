"""Which engine trains a run: the compiled function, or torch. Nothing here waits for the compiler."""

from typing import Literal

from core.choices.activations import ACTIVATIONS
from core.choices.losses import LOSSES
from core.choices.optimizers import OPTIMIZERS
from core.choices.penalties import PENALTIES
from core.choices.sparsities import SPARSITIES
from core.data.datasets import Dataset
from core.data.noise import NOISES
from core.experiment.replicas import ByReplica
from core.nn.network import layer_sizes, parameter_count

Engine = Literal["compiled", "torch"]

PRODUCT, MOVED, ACTIVE, STEP = 1e-10, 1.2e-9, 3e-9, 1e-6
"""Seconds of the compiled function: a multiplication, a parameter's step, an activity there and back, a step
of a replica."""

TORCH_PRODUCT, TORCH_MOVED, TORCH_ACTIVE, TORCH_LAYER, TORCH_STEP = 3.3e-11, 1.8e-9, 4e-9, 1.8e-5, 9e-5
"""The same of torch, which pays for every layer and every step, however many replicas there are, the time of
a few dozen calls."""


def has_forms(run: ByReplica) -> bool:
    """Whether everything that a run uses has a compiled form."""
    spec = run.spec
    records = (
        ACTIVATIONS[spec.activation], ACTIVATIONS[spec.code_activation], ACTIVATIONS[spec.output],
        LOSSES[spec.loss], OPTIMIZERS[spec.optimizer], SPARSITIES[spec.sparsity],
    )  # fmt: skip
    parts = [record.compiled for record in records]
    if spec.penalty != "none":
        parts.append(PENALTIES[spec.penalty].compiled)
    if run.noisy:
        parts.append(NOISES[spec.noise].compiled)
    return None not in parts and not run.weighs("contraction")


def engine(run: ByReplica, dataset: Dataset, device: str) -> Engine:
    """The engine that trains a run the sooner, by a fixed estimate from its spec and its data set.

    The constants were fitted once to times measured on one core of an AMD EPYC; a machine of another make
    moves them together, more or less. They are never measured where the program runs, so that a spec gives
    the same bits on one machine at any time.
    """
    if device != "cpu" or not has_forms(run):
        return "torch"
    spec = run.spec
    batch = min(spec.batch_size or dataset.count, dataset.count)
    encoder, decoder = layer_sizes(spec, dataset.pixels)
    parameters = parameter_count(spec, dataset.pixels)
    activities = batch * sum(high for _, high in encoder + decoder)
    products = 3.0 * batch * parameters
    compiled = spec.replicas * (
        products * PRODUCT + parameters * MOVED + activities * ACTIVE + STEP
    )
    torch = (
        spec.replicas * (products * TORCH_PRODUCT + parameters * TORCH_MOVED + activities * TORCH_ACTIVE)
        + TORCH_LAYER * len(encoder + decoder)
        + TORCH_STEP
    )
    return "compiled" if compiled <= torch else "torch"
