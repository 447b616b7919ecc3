"""Weights by the names and orientation that PyTorch gives them, and as the flat rows that training uses.

A dense layer of `torch.nn` holds `weight` (out, in) and `bias` (out,); here the replicas are their
first axis. Layers are counted from 0 in the encoder and in the decoder: `encoder.0.weight` (R, out, in). A
flat row holds, layer by layer, the weights as (in, out) and then the biases. Both ways are exact, to the bit.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.base.words import Refusal

Array = NDArray[np.float32]
Sizes = Sequence[tuple[int, int]]
"""(in, out) of every layer of a stack."""


def named(flat: Array, encoder: Sizes, decoder: Sizes, prefix: str = "") -> dict[str, Array]:
    """Flat rows (R, P) -> name -> weight (R, out, in) or bias (R, out); `prefix` begins every name."""
    tensors, start = {}, 0
    for name, fan_in, fan_out in _layers(encoder, decoder, prefix):
        middle, end = start + fan_in * fan_out, start + (fan_in + 1) * fan_out
        weight = flat[:, start:middle].reshape(-1, fan_in, fan_out).swapaxes(1, 2)
        tensors[f"{name}.weight"] = np.ascontiguousarray(weight)
        tensors[f"{name}.bias"] = np.ascontiguousarray(flat[:, middle:end])
        start = end
    return tensors


def flat(
    tensors: Mapping[str, Array], replicas: int, encoder: Sizes, decoder: Sizes, prefix: str = ""
) -> Array:
    """The inverse of `named`: (R, P). Every shape is checked before any memory is taken.

    Raises
    ------
    Refusal : naming the tensor that is missing or has another shape or type.
    """
    rows = []
    for name, fan_in, fan_out in _layers(encoder, decoder, prefix):
        weight = tensor_of(tensors, f"{name}.weight", (replicas, fan_out, fan_in), np.float32)
        bias = tensor_of(tensors, f"{name}.bias", (replicas, fan_out), np.float32)
        rows += [weight.swapaxes(1, 2), bias]
    return np.concatenate([part.reshape(replicas, -1) for part in rows], axis=1)


def tensor_of(
    tensors: Mapping[str, NDArray[Any]], name: str, shape: tuple[int, ...], kind: type[np.generic]
) -> NDArray[Any]:
    """The tensor of that name, shape and type.

    Raises
    ------
    Refusal : naming the tensor that is missing or has another shape or type.
    """
    if name not in tensors:
        raise Refusal("it lacks {part}", part=name)
    tensor = tensors[name]
    if tensor.shape != shape or tensor.dtype != kind:
        raise Refusal(
            "{part} is {found}, its spec needs {needed}",
            part=name, found=f"{tensor.shape} {tensor.dtype}", needed=f"{shape} {np.dtype(kind)}",
        )  # fmt: skip
    return tensor


def _layers(encoder: Sizes, decoder: Sizes, prefix: str) -> Iterator[tuple[str, int, int]]:
    for half, sizes in (("encoder", encoder), ("decoder", decoder)):
        for depth, (fan_in, fan_out) in enumerate(sizes):
            yield f"{prefix}{half}.{depth}", fan_in, fan_out
