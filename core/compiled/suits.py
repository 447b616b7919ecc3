"""Which engine trains a run: the compiled function, or torch. Nothing here waits for the compiler."""

from typing import Literal

from core.choices.activations import ACTIVATIONS
from core.choices.losses import LOSSES
from core.choices.optimizers import OPTIMIZERS
from core.choices.penalties import PENALTIES
from core.choices.sparsities import SPARSITIES
from core.compiled.forms import has_form
from core.compiled.preparing import EPOCHS
from core.data.datasets import Dataset
from core.data.noise import NOISES
from core.experiment.replicas import ByReplica
from core.nn.device import WORTH_A_THREAD, work

Engine = Literal["compiled", "torch"]


def has_forms(run: ByReplica) -> bool:
    """Whether everything that a run uses has a compiled form, and this machine can compile them."""
    spec = run.spec
    return (
        not run.weighs("contraction")
        and all(has_form(ACTIVATIONS, name) for name in (spec.activation, spec.code_activation, spec.output))
        and has_form(LOSSES, spec.loss)
        and has_form(OPTIMIZERS, spec.optimizer)
        and has_form(SPARSITIES, spec.sparsity)
        and (spec.penalty == "none" or has_form(PENALTIES, spec.penalty))
        and (not run.noisy or has_form(NOISES, spec.noise))
        and not EPOCHS.failed
    )


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
