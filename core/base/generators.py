"""One random generator a replica, so that what a run draws does not depend on how many run beside it."""

from collections.abc import Iterable, Sequence

import torch
from torch import Generator, Tensor


class Generators:
    """Draws arrays whose first axis is the replicas, each row from a generator of its own.

    With one generator the arrays may have any shape.

    Parameters
    ----------
    seeds : one a replica. torch's CPU generator tells seeds apart by their low 32 bits only.
    """

    def __init__(self, *seeds: int) -> None:
        self._generators = [Generator().manual_seed(seed) for seed in seeds]

    def only(self, replica: int) -> "Generators":
        """The generator of one replica alone, not a copy."""
        one = Generators()
        one._generators = [self._generators[replica]]
        return one

    def uniform(self, shape: Sequence[int], dtype: torch.dtype = torch.float32) -> Tensor:
        """Numbers from 0 up to, not with, 1."""
        drawn = torch.empty(tuple(shape), dtype=dtype)
        for row, generator in self._rows(drawn):
            row.uniform_(generator=generator)
        return drawn

    def normal(self, shape: Sequence[int], dtype: torch.dtype = torch.float32) -> Tensor:
        """Numbers from the standard normal distribution."""
        drawn = torch.empty(tuple(shape), dtype=dtype)
        for row, generator in self._rows(drawn):
            row.normal_(generator=generator)
        return drawn

    def integers(self, high: int, shape: Sequence[int]) -> Tensor:
        """Whole numbers from 0 up to, not with, `high`: int64."""
        drawn = torch.empty(tuple(shape), dtype=torch.int64)
        for row, generator in self._rows(drawn):
            row.random_(high, generator=generator)
        return drawn

    def orders(self, count: int) -> Tensor:
        """An order of `count` things for every replica: (R, count) int64."""
        return torch.stack([torch.randperm(count, generator=one) for one in self._generators])

    def state(self) -> Tensor:
        """Where every generator stands: (R, bytes) uint8, for `set_state`."""
        return torch.stack([one.get_state() for one in self._generators])

    def set_state(self, state: Tensor) -> None:
        """Go on from a `state` of as many generators; `ValueError` or `RuntimeError` if it is none."""
        if len(state) != len(self._generators):
            raise ValueError(f"{len(state)} states for {len(self._generators)} generators")
        for generator, row in zip(self._generators, state, strict=True):
            generator.set_state(row.clone())

    def twin(self) -> "Generators":
        """Another that draws the same from here on, without a trace in this one."""
        twin = Generators(*(0 for _ in self._generators))
        twin.set_state(self.state())
        return twin

    def _rows(self, drawn: Tensor) -> Iterable[tuple[Tensor, Generator]]:
        return zip(drawn.view(len(self._generators), -1), self._generators, strict=True)
