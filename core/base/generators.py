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
        """The generator of one replica alone, shared with this one."""
        alone = Generators()
        alone._generators = [self._generators[replica]]
        return alone

    def uniform(self, shape: Sequence[int], dtype: torch.dtype = torch.float32) -> Tensor:
        """Numbers from 0 up to, but not including, 1."""
        drawn = torch.empty(tuple(shape), dtype=dtype, device="cpu")
        for row, generator in self._rows(drawn):
            row.uniform_(generator=generator)
        return drawn

    def normal(self, shape: Sequence[int], dtype: torch.dtype = torch.float32) -> Tensor:
        """Numbers from the standard normal distribution."""
        drawn = torch.empty(tuple(shape), dtype=dtype, device="cpu")
        for row, generator in self._rows(drawn):
            row.normal_(generator=generator)
        return drawn

    def integers(self, high: int, shape: Sequence[int]) -> Tensor:
        """Whole numbers from 0 up to, but not including, `high`: int64."""
        drawn = torch.empty(tuple(shape), dtype=torch.int64, device="cpu")
        for row, generator in self._rows(drawn):
            row.random_(high, generator=generator)
        return drawn

    def orders(self, count: int) -> Tensor:
        """A random order of 0 to `count` - 1 for every replica: (R, count) int64."""
        return torch.stack(
            [torch.randperm(count, generator=generator, device="cpu") for generator in self._generators]
        )

    def state(self) -> Tensor:
        """The state of every generator: (R, bytes) uint8, for `set_state`."""
        return torch.stack([generator.get_state() for generator in self._generators])

    def set_state(self, state: Tensor) -> None:
        """Go on from a `state` of as many generators; `ValueError` or `RuntimeError` if it is not one."""
        if len(state) != len(self._generators):
            raise ValueError(f"{len(state)} states for {len(self._generators)} generators")
        for generator, row in zip(self._generators, state, strict=True):
            generator.set_state(row.clone())

    def twin(self) -> "Generators":
        """A copy that draws the same numbers from here on and leaves this one as it is."""
        twin = Generators(*(0 for _ in self._generators))
        twin.set_state(self.state())
        return twin

    def _rows(self, drawn: Tensor) -> Iterable[tuple[Tensor, Generator]]:
        return zip(drawn.view(len(self._generators), -1), self._generators, strict=True)
