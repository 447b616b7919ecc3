"""A study as the line that asks it again: what the window copies, and `tp5 study` prints."""

import shlex
from dataclasses import asdict

from core.experiment.fields import value_text
from core.experiment.presets import preset
from core.studies.axes import values_text
from core.studies.study import Study

BASE = "font-autoencoder"
"""The preset from which `tp5 study vary` and `tp5 study restarts` start."""


def command_of(study: Study, measure: str, band: str = "sd") -> str:
    """The command that asks any study again, field by field."""
    words = ["tp5", "study", "vary" if study.axes else "restarts"]
    for axis in study.axes:
        words += ["--vary", f"{axis.field}={values_text(axis.values)}"]
    base = asdict(preset(BASE))
    unsaid = {"seed", "replicas", *(axis.field for axis in study.axes)}
    for name, value in asdict(study.base).items():
        if value != base[name] and name not in unsaid:
            words += ["--set", f"{name}={value_text(value)}"]
    words += ["--runs", str(study.runs), "--seed", str(study.base.seed), "--measure", measure, "--band", band]
    return shlex.join(words)
