"""What is clear in pictures is laid over black or white: over the one on which no shape is lost."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.base.words import Option, Remark, remark
from core.data.datasets import Images
from core.data.limits import printable

CLEAR = 1.5 / 255
"""A picture of bytes that is nowhere clearer than by a rounding is not clear at all."""
FAINT = 0.1
"""Between the lightest and the darkest pixel; nothing is made out where they differ by less."""
BLOCK = 2**20
"""Pixels that are looked at together."""
NAMED = 3
"""Images that a remark names; of further ones it only says that there are some."""


@dataclass(frozen=True, slots=True)
class Laid:
    """Images without anything clear.

    Attributes
    ----------
    images : (N, H, W) in [0, 1].
    remarks : over what they were laid, where anything was clear.
    """

    images: Images
    remarks: tuple[Remark, ...]


def laid(ink: Images, clear: Images | None, names: Sequence[object] | None = None) -> Laid:
    """Images over one ground for all, black or white, from which more of what is seen of them differs.

    An image that would be blank over it though it has a shape lies over the other one.

    Parameters
    ----------
    ink : (N, H, W), grey times opacity, both in [0, 1]: the images over black. It becomes the result, so
        that large sets need no third stack.
    clear : (N, H, W), 1 minus opacity; None where nothing is clear. As `ink` it may have been resized.
    names : what the images are called where one is named; numbers from 1 if None.
    """
    if clear is None or float(clear.max()) < CLEAR:
        return Laid(ink, ())
    seen, light = ink.size - clear.sum(dtype=np.float64), ink.sum(dtype=np.float64)
    on_white = bool(seen - light > light)
    step = max(1, BLOCK // ink[0].size)
    blocks = [slice(first, first + step) for first in range(0, len(ink), step)]
    over_white = np.concatenate([np.ptp(ink[block] + clear[block], (1, 2)) for block in blocks])
    contrasts = (np.ptp(ink, (1, 2)), over_white)
    here, there = contrasts[on_white], contrasts[not on_white]
    lost = (here < np.minimum(there, FAINT)) & (there > CLEAR)
    np.add(ink, clear, out=ink, where=(lost ^ on_white)[:, None, None])
    remarks = [
        remark(
            "The ground is clear and the ink dark, so it was laid over white; {invert} swaps light and dark."
            if on_white
            else "The ground is clear and the ink light, so it was laid over black; {invert} swaps light "
            "and dark.",
            invert=Option("invert"),
        )
    ]
    if lost.any():
        numbers = np.flatnonzero(lost)
        shown = [str(number + 1 if names is None else names[number]) for number in numbers[:NAMED]]
        remarks.append(
            remark(
                "Over white next to nothing would be seen of these, so they lie over black: {names}."
                if on_white
                else "Over black next to nothing would be seen of these, so they lie over white: {names}.",
                names=printable(", ".join(shown + ["..."] * (len(numbers) > NAMED)), 200),
            )
        )
    return Laid(ink, tuple(remarks))
