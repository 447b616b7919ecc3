"""A run as it is at one epoch, to be looked at: also in another thread, while the run trains on."""

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from core.data.datasets import Dataset
from core.experiment.replicas import ByReplica
from core.measure.evaluation import Comparison, Evaluation, Unsound
from core.nn.model import Model
from core.nn.network import Network, Pass
from core.nn.objective import Objective
from core.nn.penalties import divergence
from core.nn.variance import held
from core.train.changes import Changes
from core.train.history import Curves


@dataclass(frozen=True, slots=True, eq=False)
class Still:
    """A run at one epoch.

    Attributes
    ----------
    fields, dataset, network, objective : the run. The network is the one that trains, or the `twin` of it.
    epoch, finished : epochs trained so far, and whether training has ended by itself.
    index : (R, n) the numbers of the images looked at, rising.
    images, target, fed : (R, n, D): these as they are, as they should come out, and as they were last fed.
    curves : everything measured so far.
    changes : what the settings were before, see `core.train.changes`.
    moments : the epochs of its past of which there are checkpoints, rising.
    """

    fields: ByReplica
    dataset: Dataset
    network: Network
    objective: Objective
    epoch: int
    finished: bool
    index: Tensor
    images: Tensor
    target: Tensor
    fed: Tensor
    curves: Curves
    changes: Changes
    moments: tuple[int, ...]

    def twin(self) -> "Still":
        """The same with weights of its own, which stay as they are while the run trains on."""
        return replace(self, network=self.network.twin())

    def model(self, replica: int) -> Model:
        """The network of one replica, for encode, decode and reconstruct."""
        spec = self.fields.spec
        return Model(self.network.replica(replica), self.objective.output, self.dataset.shape, spec.latent)

    def evaluate(self) -> Evaluation:
        """Evaluate the weights, on what was last fed and on the same images without noise.

        Raises
        ------
        Unsound : the loss is not finite.
        """
        coded = self.objective.output.encode(self.fed)
        fed = self.network.forward(coded, record=True)
        parts = self.objective.parts(self.network, fed, coded, self.target, self.epoch)
        if not torch.isfinite(parts["loss"]).all():
            raise Unsound
        clean = self.network.forward(self.target) if self.fields.noisy else fed
        return self.evaluation(self.objective, parts, fed, clean)

    def evaluation(
        self, objective: Objective, parts: dict[str, Tensor], fed: Pass, clean: Pass
    ) -> Evaluation:
        """What is measured of two passes, of the images as last fed and without noise."""
        compared = Comparison(objective.pixels(clean.logits), self.images)
        spread = clean.log_variance
        return Evaluation(
            spec=self.fields.spec,
            dataset=self.dataset,
            network=self.network,
            objective=objective,
            index=self.index,
            pixels=self.fed,
            fed=compared if fed is clean else Comparison(objective.pixels(fed.logits), self.images),
            clean=compared,
            parts=parts,
            codes=clean.codes,
            log_variance=spread,
            kl=None if spread is None else divergence(clean.codes, spread).mean(1),
            held=None if spread is None else held(spread),
        )

    def repeated(self, times: int) -> "Still":
        """The run as if it were of K times as many replicas, one after another, fed without noise.

        The network stays the one that it is; the passes to measure come from elsewhere.
        """
        index, images, target = (
            rows.expand(times, *rows.shape).flatten(0, 1) for rows in (self.index, self.images, self.target)
        )
        return replace(self, index=index, images=images, target=target, fed=images)
