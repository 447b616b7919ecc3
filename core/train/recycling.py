"""Copies of large tensors in memory that is used again: fresh memory costs more than the copy itself."""

import weakref

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

LARGE, LARGEST = 1 << 17, 1 << 24
"""Bytes for which it is worth it: smaller ones the C library hands out again by itself, and larger ones are
not held back from the system."""


class Recycling:
    """Copies tensors of a few shapes. The memory of one serves another once nothing looks at it any more."""

    def __init__(self) -> None:
        self._free: dict[tuple[torch.Size, torch.dtype], list[NDArray[np.uint8]]] = {}

    def copy(self, tensor: Tensor) -> Tensor:
        """A copy of a tensor, with the same values, on the same device."""
        if not LARGE <= tensor.nbytes <= LARGEST or tensor.device.type != "cpu":
            return tensor.clone()
        free = self._free.setdefault((tensor.shape, tensor.dtype), [])
        memory = free.pop() if free else np.empty(tensor.nbytes, np.uint8)
        # torch keeps this view as long as any tensor shares the memory
        view = memory[:]
        weakref.finalize(view, free.append, memory).atexit = False
        copy = torch.from_numpy(view).view(tensor.dtype).view(tensor.shape)
        return copy.copy_(tensor)
