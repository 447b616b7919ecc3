"""The run on the bench: a trainer, and what is read from it. No Qt, one thread.

This module brings torch; the worker imports it in its own thread, after the window is on screen.
"""

from dataclasses import replace
from itertools import count
from pathlib import Path

import torch

from core.data.datasets import Dataset
from core.experiment.spec import Spec
from core.nn.device import thread_count
from core.train.about import About
from core.train.moments import BYTES
from core.train.runfile import load_run, save_run
from core.train.trainer import Trainer
from tp5gui.session.messages import Mark, Phase
from tp5gui.session.reading import Reading, Shot

_strands = count(1)


class Bench:
    """One run in the training thread.

    Parameters
    ----------
    trainer : the run.
    version : its number among the runs of this session.

    Attributes
    ----------
    reading : what is read from it, in the reading thread.
    marks : the live changes of the run so far.
    """

    def __init__(self, trainer: Trainer, version: int) -> None:
        self.trainer = trainer
        self.version = version
        self.marks: tuple[Mark, ...] = ()
        self._strand, self._was = next(_strands), (trainer.epoch, trainer.spec)
        threads = thread_count(trainer.spec, trainer.dataset)
        self.reading = Reading(version, trainer.dataset, trainer.device, threads, trainer.plane)
        torch.set_num_threads(threads)

    @classmethod
    def build(cls, spec: Spec, version: int, dataset: Dataset | None, moment_bytes: int = BYTES) -> "Bench":
        """A new run of `spec` at epoch 0, on images of one's own or on those that the spec names."""
        return cls(Trainer(spec, dataset, moment_bytes=moment_bytes), version)

    @classmethod
    def open(cls, path: str, version: int, moment_bytes: int = BYTES) -> "Bench":
        """The run in a file; `RunFileError` or `OSError` if it cannot be read."""
        return cls(load_run(path, moment_bytes), version)

    @property
    def strand(self) -> int:
        """Rises, over all runs, where this one went back or its settings changed since it was last asked."""
        (epoch, spec), trainer = self._was, self.trainer
        if trainer.epoch < epoch or trainer.spec != spec:
            self._strand = next(_strands)
        self._was = trainer.epoch, trainer.spec
        return self._strand

    def label(self, about: About) -> None:
        """Let the run be called and noted, and pinned or not, as `about` is."""
        self.trainer.about = self.trainer.about.marked_as(about)

    def trained_for(self, seconds: float) -> None:
        """Count so many seconds more of training."""
        about = self.trainer.about
        self.trainer.about = replace(about, seconds=about.seconds + seconds)

    def save(self, path: str, moment_bytes: int = BYTES) -> Path:
        """Write the run, with so much of its past at most; `OSError` if the place cannot be written."""
        self.trainer.plane = self.reading.plane
        return save_run(self.trainer, path, moment_bytes)

    def shot(self, phase: Phase, turn: int, rate: float, *, at_once: bool) -> Shot:
        """The run as it is now, to be read; see `Shot`."""
        return Shot(
            self.reading, self.trainer.still(), phase, turn, rate, self.marks, at_once,
            about=self.trainer.about, strand=self.strand,
        )  # fmt: skip
