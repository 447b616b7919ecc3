"""Moments as a run file holds them: their epochs, and their tensors as rows of flat weights.

They are (K, R, ...) under `moments.<tensor>`, as a checkpoint names its tensors, beside the three counters.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from core.data.limits import require
from core.train.checkpoint import Checkpoint
from core.train.torch_names import tensor_of

Arrays = dict[str, NDArray[Any]]

NONE = -1
"""Stands for a `perfect_since` of None."""

COUNTERS = ("epoch", "steps", "perfect_since")


def moment_arrays(moments: Sequence[Checkpoint]) -> Arrays:
    """The arrays of some moments; none where there are no moments."""
    if not moments:
        return {}
    rows = [
        [NONE if (value := getattr(one, name)) is None else value for name in COUNTERS] for one in moments
    ]
    tensors = {
        f"moments.{name}": np.stack([one.tensors[name].cpu().numpy() for one in moments])
        for name in moments[0].tensors
    }
    return {"moments.counters": np.array(rows, dtype=np.int64)} | tensors


def moments_of(arrays: Arrays, end: Checkpoint) -> list[Checkpoint]:
    """The moments in a file of a run that ends with this checkpoint; none where the file has none.

    Raises
    ------
    Refusal : they are no past of such a run.
    """
    if "moments.counters" not in arrays:
        return []
    count = len(np.atleast_1d(arrays["moments.counters"]))
    counters = tensor_of(arrays, "moments.counters", (count, len(COUNTERS)), np.int64)
    parts = {
        name: torch.from_numpy(
            tensor_of(arrays, f"moments.{name}", (count, *tensor.shape), tensor.numpy().dtype.type)
        )
        for name, tensor in end.tensors.items()
    }
    slots = {name: parts[f"optimizer.{name}"] for name in end.slots}
    moments = []
    for place, (epoch, steps, since) in enumerate(counters.tolist()):
        perfect = None if since == NONE else since
        # copies, so that the memory of one that is dropped does not wait for that of all others
        moment = Checkpoint(
            epoch, steps, perfect, parts["params"][place].clone(),
            {name: slot[place].clone() for name, slot in slots.items()}, parts["generators"][place].clone(),
        )  # fmt: skip
        moment.check(end)
        moments.append(moment)
    epochs = [-1, *(moment.epoch for moment in moments), end.epoch + 1]
    require(all(one < other for one, other in pairwise(epochs)), "{part} must rise from 0", part="moments")
    return moments
