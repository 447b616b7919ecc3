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
            run.dataset.shape, run.hurry,
        )  # fmt: skip

    def follow(self) -> None:
        """Train as the fields of the run say now."""
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
        due = self._due(min(count, run.left, EPOCHS))
        run.pace.begin()
        trained = self._compiled.train(run.epoch, due, run.optimizer.steps)
        run.pace.end(trained.epochs)  # without what every call costs beside them, however short it is
        self._take(trained)
        return trained.epochs

    def _divided(self, stopped: Stopped) -> bool:
        """Train one long epoch, some batches at a time; False: `stopped` answered True, and it was undone."""
        run, batches, begin, hurried = self._run, self._compiled.batches, 0, False
        before, due = run.before(), self._due(1)
        some = max(1, int(batches * LISTEN / run.pace.seconds))
        run.pace.begin()
        while True:
            end = min(begin + some, batches)
            trained = self._compiled.train(run.epoch, due, run.optimizer.steps + begin, begin, end)
            if trained.epochs:
                run.pace.end()
                self._take(trained)
                run.hurry[0] |= hurried
                return True
            run.pace.batch(trained.batches - begin)
            begin = trained.batches
            hurried, run.hurry[0] = hurried or bool(run.hurry[0]), 0  # asks for the end of this epoch only
            if stopped():
                run.undo(before)
                return False

    def _due(self, count: int) -> NDArray[np.bool_]:
        """Whether the curves have a point after each of the next epochs: (count,)."""
        numbers = self._run.epoch + 1 + np.arange(count)
        due: NDArray[np.bool_] = due_among(numbers) | (numbers >= self._run.spec.epochs)
        return due

    def _take(self, trained: Trained) -> None:
        """Note what was trained: points of the curves, and where the run is now."""
        run = self._run
        if trained.points:
            self._take_points(trained)
        run.epoch += trained.epochs
        run.optimizer.steps += trained.epochs * self._compiled.batches
        run.feeding.take(self._compiled.fed)

    def _take_points(self, trained: Trained) -> None:
        """Add the points of the curves; where one is not finite, give up after the one before it."""
        run = self._run
        epochs = [run.epoch + point for point in trained.points]
        assert trained.fed is not None
        assert trained.clean is not None
        evaluation = run.evaluate_points(epochs, trained.fed, trained.clean)
        finite = evaluation.parts["loss"].isfinite().view(len(epochs), -1).all(1).tolist()
        if not all(finite):
            first = finite.index(False)
            run.go_back()
            while first and run.epoch < epochs[first - 1]:  # the same bits again, for the checkpoint there
                self._epochs(epochs[first - 1] - run.epoch)
            run.give_up(epochs[first])
        run.record(epochs, evaluation)
        params, slots, generators = self._compiled.keep()
        run.sound = run.base = Checkpoint(
            epochs[-1],
            run.optimizer.steps + trained.points[-1] * self._compiled.batches,
            run.perfect_since,
            params,
            dict(zip(run.optimizer.slots, slots, strict=False)),
            generators,
        )
