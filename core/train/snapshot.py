"""What a window or a script shows of a run as it is at one epoch."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from core.experiment.spec import Spec, edit
from core.measure.collapse import Cause, cause_of
from core.measure.metrics import METRICS
from core.measure.rules import evenly
from core.measure.similarity import nearest_own
from core.nn.variance import deviations
from core.train.history import Curves

if TYPE_CHECKING:
    from torch import Tensor

    from core.experiment.replicas import ByReplica
    from core.train.still import Still

Array = NDArray[np.float32]

EVALUATED = 2048
"""Images, evenly spaced, that curves and snapshots are made of; all of every built-in set."""

COMPARED = 256
"""Images, evenly spaced, that are compared with each other."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One replica of a run at one epoch: copies, read-only. n is at most `EVALUATED`.

    Attributes
    ----------
    epoch : epochs trained.
    loss : mean loss per image of what the network was last fed; a variational code is taken at its mean.
    labels : n words, of `inputs`.
    inputs, fed, outputs : (n, H, W) in [0, 1]: the data, the data as last fed, what became of it.
    wrong : (n,) wrong pixels of `outputs` against `inputs`.
    codes : (n, L) codes of `inputs`.
    spread : (n, L) standard deviations of variational codes; else None.
    kl : (L,) mean divergence of every unit of a variational code, in nats; else None.
    squared_error : mean over pixels when the network is fed `inputs` without noise, as the rest from here on.
    nearest_own, compared : how many of `compared` outputs, evenly spaced, are nearest to their own input.
    wrong_pixels, recognised, perfect : counts over the n images.
    active_units : units of a variational code that tell something of the image; 0 for any other code.
    collapsed : whether all outputs are the same image.
    cause : why they are, where that is certain; else None.
    bounded : log-variances of a variational code that are held at a bound, of n x L.
    curves : everything measured so far.
    finished : whether training has ended by itself.
    """

    epoch: int
    loss: float
    labels: tuple[str, ...]
    inputs: Array
    fed: Array
    outputs: Array
    wrong: NDArray[np.int64]
    codes: Array
    spread: Array | None
    kl: Array | None
    squared_error: float
    nearest_own: int
    compared: int
    wrong_pixels: int
    recognised: int
    perfect: int
    active_units: int
    collapsed: bool
    cause: Cause | None
    bounded: int
    curves: Curves
    finished: bool


def snapshot_of(still: "Still", replica: int) -> Snapshot:
    """A run as it is, as one replica has it.

    Raises
    ------
    Unsound : the loss is not finite.
    """
    one = still.evaluate().of(replica)
    some = evenly(one.index.shape[1], COMPARED)
    outputs, images = one.clean.outputs[0, some].cpu(), one.clean.images[0, some].cpu()
    names = (
        "loss", "squared_error", "wrong_pixels", "recognised", "perfect", "active_units", "collapsed"
    )  # fmt: skip
    numbers: dict[str, Any] = {name: METRICS[name].measure(one).item() for name in names}
    return Snapshot(
        epoch=still.epoch,
        labels=one.labels(0),
        inputs=_frozen(still.dataset.images[one.index[0].cpu().numpy()]),
        fed=_images(still, one.pixels[0]),
        outputs=_images(still, one.fed.outputs[0]),
        wrong=_frozen(one.fed.wrong[0].cpu().numpy()),
        codes=_frozen(one.codes[0].cpu().numpy()),
        spread=None if one.log_variance is None else _frozen(deviations(one.log_variance[0].cpu().numpy())),
        kl=None if one.kl is None else _frozen(one.kl[0].cpu().numpy()),
        nearest_own=int(nearest_own(outputs, images)),
        compared=len(images),
        bounded=0 if one.held is None else int(one.held),
        cause=cause_of(one, _spec_of(still.fields, replica), still.epoch) if numbers["collapsed"] else None,
        curves=still.curves,
        finished=still.finished,
        **numbers,
    )


def _spec_of(fields: "ByReplica", replica: int) -> Spec:
    """The run with the fields as one replica has them."""
    return edit(fields.spec, {name: row[replica] for name, row in fields.values.items()})


def _images(still: "Still", pixels: "Tensor") -> Array:
    return _frozen(pixels.reshape(-1, *still.dataset.shape).cpu().numpy().copy())


def _frozen(array: NDArray[Any]) -> NDArray[Any]:
    array.flags.writeable = False
    return array
