"""The folder that numba reads and keeps compiled functions in, while they are made ready: never another one.

Left to itself, numba would use `__pycache__` or a folder of its own, and trust whatever lies there.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_given = False


def keeps() -> bool:
    """Whether there is one now: what a compiled function says for `cache=` where it is decorated."""
    return _given


@contextmanager
def given(place: Path | None) -> Iterator[None]:
    """Inside the block functions are kept in this folder, or in none.

    Numba knows one folder for all that is decorated in a process, also by others: theirs is back afterwards.
    """
    global _given
    if place is None:
        yield
        return
    import numba

    config: Any = numba.config
    former = config.CACHE_DIR, config.CACHE_LOCATOR_CLASSES
    # the second one: an error, and not another place, where this one cannot be written
    config.CACHE_DIR, config.CACHE_LOCATOR_CLASSES = str(place), "UserProvidedCacheLocator"
    _given = True
    try:
        yield
    finally:
        config.CACHE_DIR, config.CACHE_LOCATOR_CLASSES = former
        _given = False
