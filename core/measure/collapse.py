"""Why all outputs of a run are the same image: the cause, where the numbers of the run are sure of one.

Looked for in turn: a layer that no image gets through; a KL weight above what any code could earn; a code
that has become the prior. Where none is certain, none is named.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from core.base.words import say
from core.choices.activations import ACTIVATIONS
from core.measure.rules import ACTIVE, evenly

if TYPE_CHECKING:
    from torch import Tensor

    from core.experiment.spec import Spec
    from core.measure.evaluation import Evaluation

SHUT = 1e-3
"""A layer is shut if its units differ no more than this between images, nor have larger derivatives."""

SPREAD = 256
"""Images, evenly spaced, of which the directions of most variance are taken."""


@dataclass(frozen=True, slots=True)
class Cause:
    """Why all outputs are the same.

    Attributes
    ----------
    kind : `dead`: all units of a layer give 0 for every image; `saturated`: they give the same, at the ends
        of their range; `outweighed`: the KL weighs more than any code could earn; `prior`: no unit of a
        variational code is active.
    activation, layer, units : of the first layer that no image gets through, counted from the input.
    rate : the learning rate.
    beta, critical : the weight of the KL, and the one below which a code would earn its nats.
    """

    kind: Literal["dead", "saturated", "outweighed", "prior"]
    activation: str = ""
    layer: int = 0
    units: int = 0
    rate: float = 0.0
    beta: float = 0.0
    critical: float = 0.0

    @property
    def lasting(self) -> bool:
        """Whether training as it is set cannot leave this state, so that it need not be waited for."""
        return self.kind != "prior"

    def words(self) -> str:
        """The cause and what helps, in the language in use."""
        shut = {"units": self.units, "layer": self.layer, "rate": self.rate}
        match self.kind:
            case "dead":
                return say(
                    "All {units} {activation} units of layer {layer} are dead: they give 0 for every image, "
                    "and no gradient reaches them. The learning rate is {rate}: start anew with a smaller "
                    "one, or with an activation that does not die, such as Leaky ReLU.",
                    activation=ACTIVATIONS[self.activation].named(), **shut,
                )  # fmt: skip
            case "saturated":
                return say(
                    "All {units} {activation} units of layer {layer} are saturated: they give the same for "
                    "every image, and hardly any gradient reaches them. The learning rate is {rate}: start "
                    "anew with a smaller one, or with a smaller initial gain.",
                    activation=ACTIVATIONS[self.activation].named(), **shut,
                )  # fmt: skip
            case "outweighed":
                return say(
                    "The KL outweighs the pixels: on these images a code earns its nats only at a beta below "
                    "{critical:.3g}, and beta is {beta}. Take a smaller one.",
                    critical=self.critical, beta=self.beta,
                )  # fmt: skip
        return say("No unit of the code is active: it is the prior, whatever the image.")


def cause_of(evaluation: "Evaluation", spec: "Spec", epoch: int) -> Cause | None:
    """The cause for which all outputs of one replica are the same; None if none is certain.

    Parameters
    ----------
    evaluation : of one replica whose outputs are all the same.
    spec : the fields as this replica has them.
    epoch : epochs trained.
    """
    shut = _shut_layer(evaluation, spec)
    if shut is not None:
        return shut
    if evaluation.kl is None or bool((evaluation.kl > ACTIVE).any()):
        return None
    share = spec.beta_share(epoch)
    critical = critical_beta(evaluation, spec)
    if critical is not None and spec.beta * share > critical:
        return Cause("outweighed", beta=spec.beta, critical=critical)
    return Cause("prior")


def _shut_layer(evaluation: "Evaluation", spec: "Spec") -> Cause | None:
    """The first layer that no image gets through: its units do not differ, and no gradient changes that."""
    import torch

    network = evaluation.network
    x = evaluation.objective.output.encode(evaluation.clean.images)
    stacks = (*network.encoder.layers, *network.decoder.layers[:-1])
    for number, layer in enumerate(stacks, 1):
        z = torch.baddbmm(layer.bias, x, layer.weight)
        x = layer.activation.forward(z)
        slopes = layer.activation.backward(torch.ones_like(z), z, x)
        differ = x.amax(1) - x.amin(1)
        if float(differ.max()) <= SHUT and float(slopes.abs().max()) <= SHUT:
            kind: Literal["dead", "saturated"] = "dead" if float(x.abs().max()) <= SHUT else "saturated"
            return Cause(kind, layer.activation.name, number, x.shape[-1], spec.learning_rate)
        if number == len(network.encoder.layers):
            x = x[..., : spec.latent]  # of a variational code the means
    return None


def critical_beta(evaluation: "Evaluation", spec: "Spec") -> float | None:
    """The KL weight from which on a variational code that says nothing is stable: no code earns its nats.

    Near the mean image the loss is a quadratic form, so the code is that of probabilistic principal
    components: its first unit becomes active only if the variance along the first component, as the loss
    weighs it, is above the KL weight (Lucas et al. 2019, "Don't Blame the ELBO!"). Cross-entropy weighs a
    pixel by one over the variance m (1 - m) of its mean m, squared error by 2, half of it by 1. None where
    the loss is none of these, or where focus or free bits weigh it otherwise.
    """
    import torch

    weighs = {"squared-error": 2.0, "half-squared-error": 1.0}
    if spec.focus or spec.free_bits or (spec.loss not in weighs and spec.loss != "bce"):
        return None
    images = evaluation.clean.images[0]
    target = evaluation.objective.output.encode(images[evenly(len(images), SPREAD)]).cpu().double()
    mean = target.mean(0)
    centred = target - mean
    if spec.loss == "bce":
        centred = centred / (mean * (1 - mean)).clamp(min=1e-12).sqrt()
    count, pixels = centred.shape
    form: Tensor = centred @ centred.mT if count < pixels else centred.mT @ centred
    variance = float(torch.linalg.eigvalsh(form / count)[-1]) * weighs.get(spec.loss, 1.0)
    variance /= pixels if spec.reduction == "mean" else 1
    return variance * (spec.latent if spec.kl_reduction == "mean" else 1)
