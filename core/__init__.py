"""The laboratory: everything that computes. It has never heard of Qt.

The names below are what scripts rely on; they load torch only when first asked for, so that a window can be
on screen before.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from core.base.version import __version__
from core.data.datasets import Dataset, load_dataset
from core.experiment.fields import SpecError
from core.experiment.presets import preset, presets
from core.experiment.spec import Spec

if TYPE_CHECKING:
    from core.train.runfile import RunFileError, load_run, save_run
    from core.train.trainer import Trainer

__all__ = [
    "Dataset",
    "RunFileError",
    "Spec",
    "SpecError",
    "Trainer",
    "__version__",
    "load_dataset",
    "load_run",
    "preset",
    "presets",
    "save_run",
]

_LAZY = {
    "Trainer": "core.train.trainer",
    "RunFileError": "core.train.runfile",
    "load_run": "core.train.runfile",
    "save_run": "core.train.runfile",
}


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module 'core' has no attribute {name!r}")
    return getattr(import_module(_LAZY[name]), name)
