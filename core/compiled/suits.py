"""Which engine trains a run: the compiled function, or torch. Nothing here waits for the compiler."""

from typing import Any, Literal

from core.choices.activations import ACTIVATIONS
from core.choices.losses import LOSSES
from core.choices.optimizers import OPTIMIZERS
from core.choices.penalties import PENALTIES
from core.choices.sparsities import SPARSITIES
from core.data.datasets import Dataset
from core.data.noise import NOISES
from core.experiment.replicas import ByReplica
from core.nn.device import WORTH_A_THREAD, work

Engine = Literal["compiled", "torch"]


def has_forms(run: ByReplica) -> bool:
    """Whether everything that a run uses has a compiled form."""
    spec = run.spec
    activations = (spec.activation, spec.code_activation, spec.output)
    forms: list[Any] = [ACTIVATIONS[name].compiled for name in activations]
    forms += [LOSSES[spec.loss].compiled, OPTIMIZERS[spec.optimizer].compiled]
    forms += [SPARSITIES[spec.sparsity].compiled]
    if spec.penalty != "none":
        forms.append(PENALTIES[spec.penalty].compiled)
    if run.noisy:
        forms.append(NOISES[spec.noise].compiled)
    return None not in forms and not run.weighs("contraction")


def engine(run: ByReplica, dataset: Dataset, device: str) -> Engine:
    """The engine that trains a run.

    It is the compiled function where all that the run uses has a compiled form, on the processor, and for
    steps of fewer multiplications than are `WORTH_A_THREAD`: there it has neither torch's cost of every call
    nor Python's lock, and its products of small matrices are as fast. From there on torch is better, which
    can use several cores. The choice follows from spec and data set alone, so that a run has the same bits
    whoever watches it.
    """
    small = work(run.spec, dataset) < WORTH_A_THREAD
    return "compiled" if device == "cpu" and small and has_forms(run) else "torch"
