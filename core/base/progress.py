"""How long work says how far it is, and how it is ended."""

from collections.abc import Callable

OnProgress = Callable[[float], None]
"""Called every few milliseconds with the share of the work that is done; what it raises ends the work."""


class Stopped(Exception):
    """What `OnProgress` raises where the person has stopped the work."""


def unheard(share: float) -> None:
    """Nobody listens."""
