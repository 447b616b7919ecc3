"""Which preset settings of one's own come from, as far as one can tell."""

from core.experiment.presets import Preset, presets
from core.experiment.spec import Spec, changed

NEAR = 6  # fields in which settings may differ from a preset that they are said to come from


def origin(spec: Spec) -> Preset | None:
    """The preset that settings come from: the nearest one, None where none is near."""
    nearest = min(presets(), key=lambda known: len(changes(known, spec)))
    return nearest if len(changes(nearest, spec)) <= NEAR else None


def changes(known: Preset, spec: Spec) -> frozenset[str]:
    """The fields in which settings differ from those of a preset; any seed is the preset's."""
    return changed(known.spec, spec) - {"seed"}
