"""The fields of a spec as training uses them: one number for all replicas, or one for each."""

from collections.abc import Mapping, Sequence
from typing import Any

import torch

from core.experiment.fields import SpecError
from core.experiment.spec import Spec, edit

MAY_DIFFER = ("seed", "learning_rate", "noise_level", "beta", "sparsity_weight", "contraction")
"""Fields in which the replicas of one run may differ."""


class ByReplica:
    """A spec, and the values of the fields in which the replicas differ.

    Parameters
    ----------
    spec : the run; may be exchanged for one with other live fields.
    values : field -> one value a replica, for fields in `MAY_DIFFER`.
    device : where the values are needed.

    Attributes
    ----------
    seeds : where each replica starts: as `values` say, else seed, seed + 1, ...
    values : as given.

    Raises
    ------
    SpecError : naming the field that cannot differ, or whose values cannot be.
    """

    def __init__(
        self, spec: Spec, values: Mapping[str, Sequence[float]] | None = None, device: str = "cpu"
    ) -> None:
        self.spec = spec
        values = values or {}
        for name, each in values.items():
            if name not in MAY_DIFFER:
                raise SpecError(name, f"cannot differ by replica; known: {', '.join(MAY_DIFFER)}")
            if len(each) != spec.replicas:
                raise SpecError(name, f"needs one value a replica: {spec.replicas}, not {len(each)}")
            for value in each:
                edit(spec, {name: value})
        own = values.get("seed", range(spec.seed, spec.seed + spec.replicas))
        self.seeds = [int(seed) for seed in own]
        self.values = {name: list(each) for name, each in values.items()}
        self._values = {
            # a level for the processor in full precision: there noise is made, and counted in whole pixels
            name: torch.tensor(each, dtype=torch.float64)
            if name == "noise_level"
            else torch.tensor(each, dtype=torch.float32, device=device)
            for name, each in values.items() if name != "seed"
        }  # fmt: skip

    def value(self, name: str, *shape: int) -> Any:
        """A field: the spec's number, or a tensor of `shape` with one value a replica where they differ."""
        return self._values[name].view(shape) if name in self._values else getattr(self.spec, name)

    @property
    def noisy(self) -> bool:
        """Whether any replica is fed anything but the images themselves."""
        return self.spec.noisy or (self.spec.noise != "none" and "noise_level" in self._values)

    @property
    def sparse(self) -> bool:
        """Whether any replica's activity is penalised."""
        return self.spec.sparse or (self.spec.sparsity != "none" and "sparsity_weight" in self._values)

    @property
    def contractive(self) -> bool:
        """Whether any replica's slope is penalised."""
        return self.spec.contraction > 0 or "contraction" in self._values
