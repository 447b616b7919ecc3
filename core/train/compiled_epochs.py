"""Epochs by the compiled function: many in one call, the points of their curves included."""

import numpy as np
import torch
from numpy.typing import NDArray

from core.compiled.engine import Compiled, Trained
from core.nn.network import Stopped
from core.train.checkpoint import Checkpoint
from core.train.history import due_among
from core.train.run import Run

EPOCHS = 4096
"""Epochs of one call at most."""

LISTEN = 0.05
"""Seconds after which it is asked whether to stop."""


class CompiledEpochs:
    """Trains a run, some epochs a call."""

    def __init__(self, run: Run) -> None:
        self._run = run
        shown = torch.arange(run.dataset.count, device="cpu")[run.feeding.shown]
        self._compiled = Compiled(
            run.fields, run.network, run.optimizer, run.generators, run.feeding.images, run.target, shown,
            run.dataset.shape, run.hurry, run.takes_moments,
        )  # fmt: skip
        self._noted: list[int] = []  # epochs whose points of the curves are not measured yet
        self._moments: list[int] = []  # those of them of which the run itself is noted as well

    def follow(self) -> None:
        """Train as the fields of the run say now; nothing may be left to `settle`."""
        self._compiled.follow(self._run.fields)

    @torch.inference_mode()
    def train(self, count: int, stopped: Stopped | None) -> int:
        """Train at most `count` epochs; how many, 0 where `stopped` answered True and one was undone."""
        if stopped is None:
            return self._epochs(count)
        if self._run.pace.seconds > LISTEN:
            return int(self._divided(stopped))
        return self._epochs(min(count, int(LISTEN / self._run.pace.seconds)))

    def _epochs(self, count: int) -> int:
        """Train at most `count` epochs in one call; how many."""
        run = self._run
        due, moments = self._due(min(count, run.left, EPOCHS))
        run.pace.begin()
        noted = len(self._noted), len(self._moments)
        trained = self._compiled.train(run.epoch, due, moments, run.optimizer.steps, *noted)
        run.pace.end(trained.epochs)  # without what every call costs beside them, however short it is
        self._take(trained, moments)
        return trained.epochs

    def _divided(self, stopped: Stopped) -> bool:
        """Train one long epoch, some batches at a time; False: `stopped` answered True, and it was undone."""
        run, batches, begin, hurried = self._run, self._compiled.batches, 0, False
        before, (due, moments) = run.before(), self._due(1)
        some = max(1, int(batches * LISTEN / run.pace.seconds))
        steps, noted = run.optimizer.steps, (len(self._noted), len(self._moments))
        run.pace.begin()
        while True:
            end = min(begin + some, batches)
            trained = self._compiled.train(run.epoch, due, moments, steps + begin, *noted, begin, end)
            if trained.epochs:
                run.pace.end()
                self._take(trained, moments)
                run.hurry[0] |= hurried
                return True
            run.pace.batch(trained.batches - begin)
            begin = trained.batches
            hurried, run.hurry[0] = hurried or bool(run.hurry[0]), 0  # asks for the end of this epoch only
            if stopped():
                run.undo(before)
                return False

    def _due(self, count: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """After which of the next epochs, `count` or less, the curves have a point, and a moment is taken."""
        numbers = self._run.epoch + 1 + np.arange(count)
        due: NDArray[np.bool_] = due_among(numbers) | (numbers >= self._run.spec.epochs)
        moments = self._run.momentous(numbers) & due
        room = self._compiled.moments - len(self._moments)
        if np.count_nonzero(moments) > room > 0:  # train until there is no more room for moments
            end = int(np.flatnonzero(moments)[room - 1]) + 1
            due, moments = due[:end], moments[:end]
        return due, moments

    def _take(self, trained: Trained, moments: NDArray[np.bool_]) -> None:
        """Note what was trained, and measure the points of the curves once no more of them can wait."""
        run = self._run
        self._noted += [run.epoch + point for point in trained.points]
        self._moments += [run.epoch + point for point in trained.points if moments[point - 1]]
        run.epoch += trained.epochs
        run.optimizer.steps += trained.epochs * self._compiled.batches
        run.feeding.take(self._compiled.fed)
        if run.spec.patience or run.epoch >= run.spec.epochs or self._full:
            self.settle()

    @property
    def _full(self) -> bool:
        """Whether no more points, or no more moments, can be noted before those that are were measured."""
        compiled = self._compiled
        return len(self._noted) >= compiled.capacity or 0 < compiled.moments <= len(self._moments)

    @torch.inference_mode()
    def settle(self) -> None:
        """Add the points that were noted to the curves, up to the last one that is finite.

        Raises
        ------
        Diverged : the loss is not finite; the run is back at its last sound checkpoint.
        """
        run, epochs, moments = self._run, self._noted, self._moments
        self._noted, self._moments = [], []
        if not epochs:
            return
        evaluation = run.evaluate_points(epochs, *self._compiled.noted(len(epochs)))
        finite = evaluation.parts["loss"].isfinite().view(len(epochs), -1).all(1).tolist()
        if not all(finite):
            first = finite.index(False)
            run.go_back()
            while first and run.epoch < epochs[first - 1]:  # the same bits again, for the checkpoint there
                self._epochs(epochs[first - 1] - run.epoch)
            self.settle()
            run.give_up(epochs[first])
        places = {epoch: place for place, epoch in enumerate(moments)}
        run.record(epochs, evaluation, moments, lambda epoch: self._state(epoch, places.get(epoch, -1)))

    def _state(self, epoch: int, place: int) -> Checkpoint:
        """The run at a point that was noted: one of the moments, by its number, or the last point of all."""
        run = self._run
        params, slots, generators = self._compiled.state_at(place)
        copy = run.recycling.copy
        return Checkpoint(
            epoch,
            run.optimizer.steps - (run.epoch - epoch) * self._compiled.batches,
            run.perfect_since,
            copy(params),
            {name: copy(slot) for name, slot in zip(run.optimizer.slots, slots, strict=False)},
            copy(generators),
        )
