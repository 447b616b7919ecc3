"""The fields of a spec as training uses them: one number for all replicas, or one for each."""

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from typing import Any

import torch

from core.experiment.fields import SpecError, plain
from core.experiment.spec import Spec, edit

MAY_DIFFER = (
    "seed", "learning_rate", "noise_level", "beta", "sparsity_weight", "contraction", "penalty_weight",
)  # fmt: skip
"""Fields in which the replicas of one run may differ."""


@dataclass(frozen=True, slots=True, eq=False)
class ByReplica:
    """A spec, and the values of the fields in which the replicas differ.

    Parameters
    ----------
    spec : the run.
    values : field -> one value a replica, for fields in `MAY_DIFFER`.
    device : where the values are needed.

    Attributes
    ----------
    seeds : where each replica starts: as `values` say, else seed, seed + 1, ...

    Raises
    ------
    SpecError : naming the field that cannot differ, or whose values cannot be.
    """

    spec: Spec
    values: Mapping[str, Sequence[float]] = field(default_factory=dict)
    device: str = "cpu"
    seeds: tuple[int, ...] = field(init=False)
    _tensors: dict[str, torch.Tensor] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        for name, row in self.values.items():
            _check(self.spec, name, row)
        seeds = self.values.get("seed", range(self.spec.seed, self.spec.seed + self.spec.replicas))
        tensors = {
            # a level for the processor in full precision: there noise is made, and counted in whole pixels
            name: torch.tensor(row, dtype=torch.float64, device="cpu")
            if name == "noise_level"
            else torch.tensor(row, dtype=torch.float32, device=self.device)
            for name, row in self.values.items() if name != "seed"
        }  # fmt: skip
        object.__setattr__(self, "seeds", tuple(int(seed) for seed in seeds))
        object.__setattr__(self, "values", {name: plain(list(row)) for name, row in self.values.items()})
        object.__setattr__(self, "_tensors", tensors)

    def with_spec(self, spec: Spec) -> "ByReplica":
        """The same values by replica beside a spec with other live fields."""
        other = copy(self)
        object.__setattr__(other, "spec", spec)
        return other

    def repeated(self, count: int) -> "ByReplica":
        """The fields of `count` times as many replicas: all of them, then all of them again, and so on."""
        other = copy(self)
        repeated = {name: row.repeat(count) for name, row in self._tensors.items()}
        object.__setattr__(other, "_tensors", repeated)
        return other

    def value(self, name: str, *shape: int) -> Any:
        """A field: the spec's number, or a tensor of `shape` with one value a replica where they differ."""
        return self._tensors[name].view(shape) if name in self._tensors else getattr(self.spec, name)

    def weighs(self, name: str) -> bool:
        """Whether the field, a weight or a level, can be above 0 for any replica."""
        return name in self._tensors or getattr(self.spec, name) > 0

    @property
    def noisy(self) -> bool:
        """Whether any replica is fed anything but the images themselves."""
        return self.spec.noise != "none" and self.weighs("noise_level")


def _check(spec: Spec, name: str, row: Sequence[float]) -> None:
    """Refuse values by replica that no field can have, naming the field."""
    if name not in MAY_DIFFER:
        raise SpecError(name, "cannot differ by replica; known: {known}", known=", ".join(MAY_DIFFER))
    if len(row) != spec.replicas:
        raise SpecError(
            name, "needs one value for each replica: {replicas}, not {count}",
            replicas=spec.replicas, count=len(row),
        )  # fmt: skip
    for value in row:
        edit(spec, {name: value})
