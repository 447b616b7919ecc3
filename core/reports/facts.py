"""Everything that a report tells of a run, measured once and before anything is put into words."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray

from core.data.datasets import Dataset
from core.experiment.spec import Spec, edit
from core.measure.denoising import affordable_repeats, best_possible, ceiling_known, denoising_score
from core.measure.evaluation import Evaluation
from core.measure.latent import Plane, places, plane_of
from core.measure.metrics import Numbers
from core.measure.rules import evenly
from core.measure.survey import survey_of
from core.nn.device import Threads
from core.train.changes import Change, Changes
from core.train.report import report_of

if TYPE_CHECKING:
    from core.base.progress import OnProgress
    from core.nn.model import Model
    from core.train.still import Still

Array = NDArray[np.float32]

PAIRS = 32
"""Images that are shown before and after the network."""

UNITS = 12
"""Units whose weights are shown."""

TOLD = 20
"""Live changes that are told, the newest ones."""

REPEATS = 20
"""Noisy copies of the set, at most, over which a network is measured beside the best possible."""

MEASURING = 0.6
"""The share of the time that the numbers take, where a run is compared with the best possible as well."""


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Images before and after the network, evenly spaced over those that are measured; m of them.

    Attributes
    ----------
    labels : m words.
    images, fed, outputs : (m, H, W): as they are, under the run's noise, and what became of that.
    ideal : (m, H, W) what the best possible denoiser makes of what was fed; None where it is not known.
    wrong : (m,) wrong pixels of the outputs.
    """

    labels: tuple[str, ...]
    images: Array
    fed: Array
    outputs: Array
    ideal: Array | None
    wrong: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Map:
    """The codes of n images on a plane.

    Attributes
    ----------
    points : (n, 2); NaN for a code that is not finite.
    images : (n, H, W) the images.
    prior : where the middle of the standard normal prior falls; None for a run without one.
    """

    points: Array
    images: Array
    prior: tuple[float, float] | None


@dataclass(frozen=True, slots=True, eq=False)
class Units:
    """The units of the first layer whose activity varies most over the set; k of `count`.

    Attributes
    ----------
    numbers : (k,) which ones.
    weights : (k, H, W) from the pixels, signed.
    """

    numbers: NDArray[np.int64]
    weights: Array
    count: int


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """A run at one epoch, as one network of it has it.

    Attributes
    ----------
    spec : its settings, as those of a run of this network alone.
    changes : what they were before, where they were changed while it trained; the newest `TOLD`.
    networks : how many were trained at once; the one told of is the one that was ahead.
    dataset, epoch : what it learned, and for how long.
    device, threads : where it was computed, and with how many threads.
    numbers : its report, see `core.train.report`.
    epochs, curves : (K,) the recorded epochs, and the curves (K,) by the names of the metrics.
    cleaning, repeats : what the network and the best possible reach under the run's noise, and over how many
        noisy copies of the set; None without noise, or where the best possible would take too long.
    pairs, map, units : what is shown of it.
    """

    spec: Spec
    changes: Changes
    networks: int
    dataset: Dataset
    epoch: int
    device: str
    threads: int
    numbers: Numbers
    epochs: NDArray[np.int64]
    curves: dict[str, Array]
    cleaning: Numbers | None
    repeats: int
    pairs: Pairs
    map: Map
    units: Units


def facts_of(
    still: "Still",
    threads: int,
    plane: Plane | None = None,
    on_progress: "OnProgress | None" = None,
) -> Facts:
    """What there is to tell of a run as it is, as its leading network has it.

    Parameters
    ----------
    still : the run as it trained (`Trainer.as_trained`), its curves measured up to its epoch.
    threads : how many torch threads it is trained with.
    plane : on which its codes were drawn before, so that the map is not mirrored.

    Raises
    ------
    Unsound : the loss is not finite.
    """
    with Threads(threads):
        return _measured(still, still.curves.leader, threads, plane, on_progress)


def _measured(
    still: "Still", replica: int, threads: int, plane: Plane | None, on_progress: "OnProgress | None"
) -> Facts:
    evaluation, model, dataset = still.evaluate().of(replica), still.model(replica), still.dataset
    spec = alone(still, replica, still.fields.spec)
    known = spec.noisy and ceiling_known(dataset, spec.noise, spec.noise_level)
    share = MEASURING if known else 1.0
    numbers = report_of(evaluation, still.epoch, _part(on_progress, 0, share))
    repeats = 0
    cleaning = None
    if known:
        repeats = max(1, min(REPEATS, affordable_repeats(dataset, spec.noise, spec.noise_level) // 5))
        cleaning = denoising_score(
            model, dataset, spec.noise, spec.noise_level, repeats, on_progress=_part(on_progress, share, 1)
        )
    return Facts(
        spec=spec,
        changes=tuple(
            Change(change.epoch, alone(still, replica, change.before)) for change in still.changes[-TOLD:]
        ),
        networks=still.fields.spec.replicas,
        dataset=dataset,
        epoch=still.epoch,
        device=str(still.images.device.type),
        threads=threads,
        numbers=numbers,
        epochs=still.curves.epochs,
        curves=still.curves.replica(replica),
        cleaning=cleaning,
        repeats=repeats,
        pairs=_pairs(evaluation, spec, dataset, known=known),
        map=_map(evaluation, spec, dataset, plane),
        units=_units(model, dataset),
    )


def _part(on_progress: "OnProgress | None", start: float, end: float) -> "OnProgress | None":
    """Tell the progress of a part of the work as that of all of it."""
    if on_progress is None:
        return None
    tell = on_progress
    return lambda share: tell(start + share * (end - start))


def alone(still: "Still", replica: int, spec: Spec) -> Spec:
    """The run that this network would be alone, of these settings but for the fields that are its own."""
    fields = still.fields
    own = {name: row[replica] for name, row in fields.values.items()}
    return replace(edit(spec, own), seed=fields.seeds[replica], replicas=1)


def _pairs(evaluation: Evaluation, spec: Spec, dataset: Dataset, *, known: bool) -> Pairs:
    shape, labels = dataset.shape, evaluation.labels(0)
    some = evenly(len(labels), PAIRS)
    fed = evaluation.pixels[0, some].cpu()
    ideal = None
    if known:
        every = torch.from_numpy(dataset.images.copy()).flatten(1)
        ideal = best_possible(fed, every, spec.noise, spec.noise_level, shape).reshape(-1, *shape).numpy()
    return Pairs(
        labels=labels[some],
        images=dataset.images[evaluation.index[0, some].cpu().numpy()],
        fed=fed.reshape(-1, *shape).numpy(),
        outputs=evaluation.fed.outputs[0, some].cpu().reshape(-1, *shape).numpy(),
        ideal=ideal,
        wrong=evaluation.fed.wrong[0, some].cpu().numpy(),
    )


def _map(evaluation: Evaluation, spec: Spec, dataset: Dataset, plane: Plane | None) -> Map:
    codes = evaluation.codes[0].cpu().numpy()
    drawn = plane_of(codes, plane)
    return Map(
        points=places(drawn, codes),
        images=dataset.images[evaluation.index[0].cpu().numpy()],
        prior=drawn.prior() if spec.has_prior else None,
    )


def _units(model: "Model", dataset: Dataset) -> Units:
    activities = survey_of(model, dataset.images).columns[0].astype(np.float64)
    numbers = np.sort((-activities.std(0)).argsort(kind="stable")[:UNITS])
    rows = model.layers()[0].weight[0].cpu().numpy()[:, numbers]  # (D, k)
    return Units(numbers, rows.T.reshape(-1, *dataset.shape).copy(), activities.shape[1])
