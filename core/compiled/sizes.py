"""How much at a time: what decides how large the memory of a compiled run is, beside its tensors."""

COLUMNS = 64
"""Images that a point of the curves takes at a time, so that the numbers stay in the processor's cache."""

POINTS, POINT_BYTES = 256, 8_000_000
"""Points of the curves that a call makes at most, and memory for them, unless one alone takes more."""


def point_count(size: float) -> int:
    """How many points of so many bytes a call makes at most."""
    return max(1, min(POINTS, int(POINT_BYTES // size)))
