"""What training makes small: the comparison of output and target, and penalties on the code and on activity.

The parts are added; each is returned apart, so that a person can see which of them a run is paying.
"""

import torch
from torch import Tensor

from core.choices.losses import LOSSES, OUTPUTS, Loss, Output
from core.choices.sparsities import SPARSITIES, Sparsity
from core.experiment.replicas import ByReplica
from core.nn.network import Network, Pass, Pulls
from core.nn.penalties import code_slope, divergence, divergence_slopes


class Objective:
    """The loss of a batch and its slopes, as the spec's fields say.

    Parameters
    ----------
    each, pixels : the run and its replicas; D is `pixels`.
    """

    def __init__(self, each: ByReplica, pixels: int) -> None:
        spec = each.spec
        self.output: Output = OUTPUTS[spec.output]
        self._loss: Loss = LOSSES[spec.loss]
        self._scale = 1 / pixels if spec.reduction == "mean" else 1.0
        self._kl_scale = 1 / spec.latent if spec.kl_reduction == "mean" else 1.0
        self._each = each

    def pixels(self, logits: Tensor) -> Tensor:
        """Logits -> pixels in [0, 1], same shape."""
        return self.output.decode(self.output.forward(logits))

    def per_image(self, logits: Tensor, target: Tensor) -> Tensor:
        """Reconstruction loss of every image: logits, coded target (R, N, D) -> (R, N)."""
        return self._loss.value(logits, self.output.forward(logits), target).sum(-1).mul_(self._scale)

    def parts(
        self, network: Network, seen: Pass, x: Tensor, target: Tensor, warmth: float
    ) -> dict[str, Tensor]:
        """What the images cost, part by part, each (R,); `loss` is what training makes small, their sum.

        `seen` is the recorded pass of the coded pixels `x` (R, N, D). `kl` is in nats an image, neither
        weighted nor reduced; the penalties come with their weights.
        """
        spec = self._each.spec
        nothing = seen.logits.new_zeros(seen.logits.shape[0])
        parts = {
            "reconstruction": self.per_image(seen.logits, target).mean(-1),
            "kl": nothing, "sparsity": nothing, "contraction": nothing,
        }  # fmt: skip
        parts["loss"] = parts["reconstruction"]
        if seen.log_variance is not None:
            units = divergence(seen.codes, seen.log_variance).mean(1)  # (R, L)
            parts["kl"] = units.sum(-1)
            weight = self._each.value("beta", -1) * (warmth * self._kl_scale)
            parts["loss"] = parts["loss"] + weight * units.clamp(min=spec.free_bits).sum(-1)
        if self._each.sparse:
            kind: Sparsity = SPARSITIES[spec.sparsity]
            values = [kind.value(a, spec.sparsity_rate) for a in self.penalised(network, seen)]
            parts["sparsity"] = self._each.value("sparsity_weight", -1) * torch.stack(values).sum(0)
        if self._each.contractive:
            slope = code_slope(network.encoder, x, spec.latent).mean(-1)
            parts["contraction"] = self._each.value("contraction", -1) * slope
        parts["loss"] = parts["loss"] + parts["sparsity"] + parts["contraction"]
        return parts

    def penalised(self, network: Network, seen: Pass) -> tuple[Tensor, ...]:
        """The activities (R, N, units) that sparsity is about, layer by layer, in a recorded pass."""
        return network.encoder.hidden if self._each.spec.sparse_units == "hidden" else (seen.codes,)

    def pulls(self, network: Network, seen: Pass, target: Tensor, warmth: float) -> Pulls:
        """Slopes of the loss but for the contraction, which `add_contraction` adds to the gradients."""
        spec, count = self._each.spec, seen.logits.shape[1]
        pulls = Pulls(self.gradient(seen.logits, target))
        if seen.log_variance is not None:
            share = self._each.value("beta", -1, 1, 1) * (warmth * self._kl_scale / count)
            to_mean, to_log_variance = divergence_slopes(seen.codes, seen.log_variance, spec.free_bits)
            pulls.codes, pulls.log_variance = to_mean * share, to_log_variance * share
        if self._each.sparse:
            kind: Sparsity = SPARSITIES[spec.sparsity]
            slopes = tuple(
                kind.gradient(a, spec.sparsity_rate) * self._each.value("sparsity_weight", -1, 1, 1)
                for a in self.penalised(network, seen)
            )
            if spec.sparse_units == "hidden":
                pulls.hidden = slopes
            else:
                pulls.codes = slopes[0] if pulls.codes is None else pulls.codes + slopes[0]
        return pulls

    def gradient(self, logits: Tensor, target: Tensor) -> Tensor:
        """d(mean over images of weighted losses)/d(logits): (R, N, D)."""
        output = self.output.forward(logits)
        g = self._loss.gradient(logits, output, target, self.output)
        share = self._scale / logits.shape[1]
        if self._each.spec.focus:
            losses = self._loss.value(logits, output, target).sum(-1, keepdim=True)  # (R, N, 1)
            return g.mul_(focus_weights(losses, self._each.spec.focus).mul_(share))
        return g if share == 1 else g.mul_(share)


FLOOR = 0.05
"""No image's loss counts as less than this share of the mean when the focus weighs it."""


def focus_weights(losses: Tensor, power: float) -> Tensor:
    """Weight of every image, (loss / mean loss)^power: losses (R, N, 1) -> (R, N, 1), taken as constants.

    A loss under `FLOOR` of the mean counts as `FLOOR`, so that a learned image is not forgotten.
    """
    mean = losses.mean(1, keepdim=True).clamp_(min=torch.finfo(losses.dtype).tiny)
    return (losses / mean).clamp_(min=FLOOR).pow_(power)
