"""All that a run needs to go on from one epoch to the same bits; its curves are kept once, in its history."""

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from core.base.words import Refusal

LARGEST = 2**53
"""Counters lie below this number, which every JSON reader holds exactly."""


class CheckpointError(Refusal):
    """A checkpoint that a run cannot go on from; the message names the part at fault."""


@dataclass(frozen=True, slots=True, eq=False)
class Checkpoint:
    """What a run is at one epoch. Taking one copies its tensors; they are never written to.

    Attributes
    ----------
    epoch : epochs trained.
    steps : steps that the optimiser has taken.
    perfect_since : the epoch since which some replica had no wrong pixel; None if none is perfect now.
    params : (R, P) float32, weights and biases.
    slots : name -> (R, P) float32, the state of the optimiser.
    generators : (R, bytes) uint8, the states of the random generators.

    Raises
    ------
    CheckpointError : a counter that no run can have.
    """

    epoch: int
    steps: int
    perfect_since: int | None
    params: Tensor
    slots: Mapping[str, Tensor]
    generators: Tensor

    def __post_init__(self) -> None:
        since = 0 if self.perfect_since is None else self.perfect_since
        for part, value in (("epoch", self.epoch), ("steps", self.steps), ("perfect_since", since)):
            if type(value) is not int or not 0 <= value < LARGEST:
                shown = f"{value!r:.20}"
                raise CheckpointError(
                    "{part} must be a whole number from 0, not {value}", part=part, value=shown
                )
        if since > self.epoch:
            raise CheckpointError("perfect_since cannot come after epoch {epoch}", epoch=self.epoch)

    @property
    def tensors(self) -> dict[str, Tensor]:
        """Its tensors by name: `params`, `optimizer.<slot>` and `generators`."""
        slots = {f"optimizer.{name}": slot for name, slot in self.slots.items()}
        return {"params": self.params, **slots, "generators": self.generators}

    @property
    def nbytes(self) -> int:
        """Bytes that its tensors take."""
        return sum(tensor.nbytes for tensor in (self.params, *self.slots.values(), self.generators))

    def check(self, own: "Checkpoint") -> None:
        """Refuse to serve a run whose own checkpoint has other tensors, or to bring back broken weights.

        The optimiser's state may hold numbers that are not finite: where a squared gradient overflows, a
        weight merely stands still, and its run is as sound as its loss.

        Raises
        ------
        CheckpointError : naming the tensor at fault.
        """
        tensors, needed = self.tensors, own.tensors
        for part, like in needed.items():
            if part not in tensors:
                raise CheckpointError("{part} is missing", part=part)
            found = tensors[part]
            if found.shape != like.shape or found.dtype != like.dtype:
                raise CheckpointError(
                    "{part} is {found}, this run needs {needed}",
                    part=part, found=_form(found), needed=_form(like),
                )  # fmt: skip
        if not torch.isfinite(self.params).all():
            raise CheckpointError("{part} holds a number that is not finite", part="params")


def _form(tensor: Tensor) -> str:
    return f"{tuple(tensor.shape)} {tensor.dtype}".replace("torch.", "")
