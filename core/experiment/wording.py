"""What a run and the values of its fields are called, for people."""

from dataclasses import replace

from core.base.words import number, say
from core.data.datasets import DATASETS
from core.experiment.fields import value_text
from core.experiment.presets import Preset, presets
from core.experiment.spec import FIELDS, Spec, needs_rebuild

LONGEST = 50
"""Letters of a run's name: that of a file has at most 255 bytes, of which a letter may take four."""


def preset_of(spec: Spec) -> Preset | None:
    """The preset that a run is, whatever its seed and live fields; None for any other run."""
    same = (
        known for known in presets() if not needs_rebuild(known.spec, replace(spec, seed=known.spec.seed))
    )
    return next(same, None)


def name_of(spec: Spec) -> str:
    """What to call a run: the preset that it is, whatever its seed and live fields, or set and layers."""
    known = preset_of(spec)
    if known is not None:
        return known.name
    name = f"{spec.dataset} {'-'.join(map(str, (*spec.hidden, spec.latent)))}"
    return name[:LONGEST].rstrip()


def value_words(name: str, value: object) -> str:
    """A value of a field of a run: the label of a choice, a number with its digits, thousands marked."""
    choices = FIELDS[name].metadata["choices"]
    if name == "dataset":
        return say(DATASETS[str(value)].label) if value in DATASETS else str(value)
    if choices is not None:
        return say(choices[value].label)
    if isinstance(value, bool):
        return say("on") if value else say("off")
    if isinstance(value, int | float):
        return number(value)
    return value_text(value) or say("none")
