"""Which images of a set are in it more than once."""

from collections.abc import Mapping
from hashlib import blake2b

from core.base.words import say_count
from core.data.datasets import Images


def repeats(images: Images) -> dict[int, int]:
    """The images (N, H, W) that are identical to an earlier one, as index: index of the first of its kind.

    Identical means pixel by pixel, to the last bit. The indices come in rising order.
    """
    firsts: dict[bytes, int] = {}
    found = {}
    for index, image in enumerate(images + 0.0):  # which makes -0.0 the 0.0 that it equals
        first = firsts.setdefault(blake2b(image.tobytes(), digest_size=16).digest(), index)
        if first != index:
            found[index] = first
    return found


def in_words(found: Mapping[int, int]) -> str:
    """How many images `repeats` has found, in words."""
    return say_count(
        "{count} picture is identical to another one", "{count} pictures are identical to others", len(found)
    )
