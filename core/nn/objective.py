"""What training makes small: the comparison of output and target, and the terms on code and activity.

The parts are added; they are also returned one by one, so that a person can see what a run is paying for.
"""

from collections.abc import Sequence

import torch
from torch import Tensor

from core.base.generators import Generators
from core.choices.losses import FLOOR, LOSSES, OUTPUTS, Loss, Output
from core.experiment.replicas import ByReplica
from core.nn.network import Gradients, Network, Pass
from core.nn.terms import TERMS, Batch


class Objective:
    """The loss of a batch and its gradients, as a run's fields say; another one is made where they change.

    Parameters
    ----------
    run, pixels : the run and its replicas; D is `pixels`.

    Attributes
    ----------
    output : the output function, with its coding of pixels.
    """

    def __init__(self, run: ByReplica, pixels: int) -> None:
        spec = run.spec
        self.output: Output = OUTPUTS[spec.output]
        self._loss: Loss = LOSSES[spec.loss]
        self._scale = 1 / pixels if spec.reduction == "mean" else 1.0
        self._focus = spec.focus
        self._run = run
        self._terms = tuple(term for term in TERMS if term.plays(run))

    def pixels(self, logits: Tensor) -> Tensor:
        """Logits -> pixels in [0, 1], same shape."""
        return self.output.pixels(logits)

    def per_image(self, logits: Tensor, target: Tensor) -> Tensor:
        """Reconstruction loss of every image: logits, coded target (R, N, D) -> (R, N)."""
        return self._loss.value(logits, self.output.forward(logits), target).sum(-1).mul_(self._scale)

    def parts(
        self, network: Network, seen: Pass, x: Tensor, target: Tensor, epoch: int | Sequence[int]
    ) -> dict[str, Tensor]:
        """The parts of the loss of some images by the names of their curves, all (R,).

        `loss` is what training makes small, `reconstruction` the comparison alone; the others are those of
        `TERMS`, 0 where they play no part. `kl` is in nats an image, neither weighted nor reduced; the other
        terms come with their weights.

        Parameters
        ----------
        network, seen : the network and its recorded pass of `x`.
        x, target : (R, N, D), the coded pixels that were fed, and those that should come out.
        epoch : epochs trained so far; one number a replica, where the replicas are those of several epochs.
        """
        nothing = seen.logits.new_zeros(seen.logits.shape[0])
        total = reconstruction = self.per_image(seen.logits, target).mean(-1)
        shown = {"reconstruction": reconstruction} | {term.name: nothing for term in TERMS}
        batch = Batch(self._run, network, seen, x, epoch)
        for term in self._terms:
            shown[term.name], paid = term.value(batch)
            total = total + paid
        return shown | {"loss": total}

    def gradients(
        self, network: Network, seen: Pass, x: Tensor, target: Tensor, epoch: int, generators: Generators
    ) -> Gradients:
        """The gradients of the loss for `Network.backward`; see `parts` for the arguments.

        What the terms draw comes from `generators`, one a replica.
        """
        gradients = Gradients(self.gradient(seen.logits, target))
        if self._terms:
            batch = Batch(self._run, network, seen, x, epoch)
            for term in self._terms:
                term.add_gradients(batch, gradients, generators)
        return gradients

    def gradient(self, logits: Tensor, target: Tensor) -> Tensor:
        """d(mean over images of weighted losses)/d(logits): (R, N, D)."""
        output = self.output.forward(logits)
        g = self._loss.gradient(logits, output, target, self.output)
        share = self._scale / logits.shape[1]
        if self._focus:
            losses = self._loss.value(logits, output, target).sum(-1, keepdim=True)  # (R, N, 1)
            return g.mul_(focus_weights(losses, self._focus).mul_(share))
        return g if share == 1 else g.mul_(share)


def focus_weights(losses: Tensor, power: float) -> Tensor:
    """Weight of every image, (loss / mean loss)^power: losses (R, N, 1) -> (R, N, 1), taken as constants.

    A loss under `FLOOR` of the mean counts as `FLOOR`, so that a learned image is not forgotten.
    """
    mean = losses.mean(1, keepdim=True).clamp_(min=torch.finfo(losses.dtype).tiny)
    return (losses / mean).clamp_(min=FLOOR).pow_(power)
