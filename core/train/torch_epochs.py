"""Epochs by torch: any run, on any device, one operation after another."""

import numpy as np
import torch
from torch import Tensor

from core.choices.schedules import SCHEDULES
from core.nn.device import work
from core.nn.network import Interrupted, Stopped
from core.train.history import due
from core.train.run import Run
from core.train.still import Still

LONG = 2e7
"""Multiplications of a batch from which it is asked within it whether to stop: some milliseconds."""


class TorchEpochs:
    """Trains a run, an epoch a call."""

    def __init__(self, run: Run) -> None:
        self._run = run
        spec, dataset = run.spec, run.dataset
        self._long_batches = work(spec, dataset) >= LONG
        self._interruptible = self._long_batches or 0 < spec.batch_size < dataset.count

    def follow(self) -> None:
        """The fields of the run have changed: nothing that this depends on."""

    def settle(self) -> None:
        """Every point of the curves was measured as it came."""

    @torch.inference_mode()  # a tenth faster: no operation keeps books for autograd
    def train(self, count: int, stopped: Stopped | None) -> int:
        """Train one epoch, whatever `count` is; 0: `stopped` answered True, and it was undone."""
        if stopped is None or not self._interruptible:
            self._epoch(_never)
            return 1
        before = self._run.before()
        try:
            with self._run.network.watched(stopped if self._long_batches else None):
                self._epoch(stopped)
        except Interrupted:
            self._run.undo(before)
            return 0
        return 1

    def _epoch(self, stopped: Stopped) -> None:
        """One epoch; `Interrupted` where `stopped` answers True."""
        run, spec, network = self._run, self._run.spec, self._run.network
        run.pace.begin()
        factor = float(SCHEDULES[spec.schedule].factor(run.epoch / spec.epochs))
        rate = run.fields.value("learning_rate", -1, 1) * factor
        for batch in run.feeding.epoch(spec):
            target = run.feeding.rows(run.target, batch)
            pixels = run.feeding.corrupted(batch, run.fields)
            coded = target if pixels is None else run.objective.output.encode(pixels)
            seen = network.forward(coded, record=True, epsilon=self._epsilon(coded))
            network.backward(run.objective.gradients(network, seen, coded, target, run.epoch, run.generators))
            run.optimizer.step(network.params, network.grads, rate, spec)
            run.pace.batch()
            if stopped():
                raise Interrupted
        run.epoch += 1
        if due(run.epoch) or run.epoch >= spec.epochs:
            moments = [run.epoch] if run.momentous(np.array([run.epoch]))[0] else []
            run.record([run.epoch], run.look(Still.evaluate), moments, lambda epoch: run.checkpoint())
        run.pace.end()

    def _epsilon(self, coded: Tensor) -> Tensor | None:
        """The draw for a variational code of coded pixels (R, B, D): (R, B, L), standard normal."""
        run = self._run
        if not run.spec.variational:
            return None
        return run.generators.normal((*coded.shape[:2], run.spec.latent)).to(run.device)


def _never() -> bool:
    return False
