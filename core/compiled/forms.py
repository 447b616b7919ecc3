"""Which records the compiled function knows: those that had a form when it was written, and no later ones."""

from typing import Any

from core.base.registry import Registry
from core.choices.activations import ACTIVATIONS
from core.choices.losses import LOSSES
from core.choices.optimizers import OPTIMIZERS
from core.choices.penalties import PENALTIES
from core.choices.sparsities import SPARSITIES
from core.data.noise import NOISES

REGISTRIES: tuple[Registry[Any], ...] = (ACTIVATIONS, LOSSES, OPTIMIZERS, PENALTIES, SPARSITIES, NOISES)
"""The tables whose records may have a compiled form."""

_written: dict[str, tuple[Any, ...]] = {}


def known(registry: Registry[Any]) -> tuple[Any, ...]:
    """The records of a table that the compiled function knows, or would if it were written now."""
    return _written.get(registry.kind, tuple(record for record in registry if record.compiled is not None))


def write(registry: Registry[Any]) -> tuple[Any, ...]:
    """The records that the compiled function is being written with, in this process once and for all.

    A record's number is its place among them.
    """
    return _written.setdefault(registry.kind, known(registry))


def has_form(registry: Registry[Any], name: str) -> bool:
    """Whether the compiled function can do what the named record says."""
    return any(record is registry[name] for record in known(registry))
