"""What a network makes of the images it is shown: everything that the metrics are computed from."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from core.measure.rules import ON

if TYPE_CHECKING:
    from torch import Tensor

    from core.data.datasets import Dataset
    from core.experiment.spec import Spec
    from core.nn.network import Network
    from core.nn.objective import Objective


class Unsound(ArithmeticError):
    """There is nothing to evaluate: the loss or the codes are not finite numbers."""


@dataclass(frozen=True)
class Comparison:
    """Outputs beside the images that they should be.

    Attributes
    ----------
    outputs, images : (R, n, D) in [0, 1].
    """

    outputs: "Tensor"
    images: "Tensor"

    @cached_property
    def wrong(self) -> "Tensor":
        """Pixels of every output on the wrong side of one half: (R, n)."""
        return ((self.outputs > ON) != (self.images > ON)).sum(-1)

    @cached_property
    def squared_error(self) -> "Tensor":
        """Mean squared error per pixel: (R,)."""
        return (self.outputs - self.images).square_().mean((1, 2))

    def of(self, replica: int) -> "Comparison":
        """The outputs of one replica alone: R = 1."""
        return Comparison(self.outputs[replica : replica + 1], self.images[replica : replica + 1])


@dataclass(frozen=True)
class Evaluation:
    """What every replica of a run makes of n images of its set, as they are and as they were last fed.

    Attributes
    ----------
    spec, dataset, network, objective : the run.
    index : (R, n) the images' numbers in the set, rising.
    pixels : (R, n, D) the images as last fed, under the run's noise.
    fed, clean : what became of the images as fed, and of the images without noise.
    parts : parts of the loss of the images as fed, by the names of their curves, (R,) each.
    codes : (R, n, L) codes of the images without noise.
    log_variance : (R, n, L) of a variational code, without noise, held between their bounds; else None.
    kl : (R, L) mean divergence of every unit of a variational code, in nats, without noise; else None.
    held : (R,) how many of the n x L log-variances of a variational code stand at a bound; else None.
    """

    spec: "Spec"
    dataset: "Dataset"
    network: "Network"
    objective: "Objective"
    index: "Tensor"
    pixels: "Tensor"
    fed: Comparison
    clean: Comparison
    parts: "dict[str, Tensor]"
    codes: "Tensor"
    log_variance: "Tensor | None"
    kl: "Tensor | None"
    held: "Tensor | None"

    def of(self, replica: int) -> "Evaluation":
        """The evaluation of one replica alone: R = 1."""
        row = slice(replica, replica + 1)
        return replace(
            self,
            network=self.network.replica(replica),
            index=self.index[row],
            pixels=self.pixels[row],
            fed=self.fed.of(replica),
            clean=self.clean.of(replica),
            parts={name: part[row] for name, part in self.parts.items()},
            codes=self.codes[row],
            log_variance=None if self.log_variance is None else self.log_variance[row],
            kl=None if self.kl is None else self.kl[row],
            held=None if self.held is None else self.held[row],
        )

    def labels(self, replica: int) -> tuple[str, ...]:
        """The labels of the n images of a replica, the very tuple of the set where they are all of it."""
        labels = self.dataset.labels
        numbers = self.index[replica].tolist()
        return labels if len(numbers) == len(labels) else tuple(labels[number] for number in numbers)
