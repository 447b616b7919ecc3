"""Two to four runs side by side, or moments of one: what differs in them, and which is better at what.

`see` measures one of them, which takes time; `compared` sets side by side what was seen, which takes none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from core.base.progress import OnProgress, unheard
from core.base.words import Refusal, Remark, remark, say
from core.data.datasets import Dataset
from core.data.limits import require
from core.experiment.spec import FIELDS, Spec, plays_a_part
from core.measure.evaluation import Unsound
from core.measure.metrics import METRICS, Metric, Numbers
from core.nn.device import Threads
from core.reports.amounts import FIGURES
from core.reports.facts import alone
from core.train.report import report_of

if TYPE_CHECKING:
    from core.nn.model import Model
    from core.train.still import Still

Array = NDArray[np.float32]
Counts = NDArray[np.int64]
Value = bool | int | float

FEWEST, MOST = 2, 4
"""How many can be side by side."""

ALIKE = 0.01
"""Squared errors of an image that differ by less than this share of the larger one are the same."""

OF_THE_LOSS = (
    "output", "variational", "beta", "kl_reduction", "free_bits", "sparsity", "sparse_units",
    "sparsity_weight", "sparsity_rate", "contraction", "penalty", "penalty_weight", "noise", "noise_level",
    "loss", "reduction", "focus",
)  # fmt: skip
"""Fields that say what the loss is; with others the same network has another loss."""


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """A run, or a moment of one, that is to be compared.

    Attributes
    ----------
    name : what it is called beside the others.
    still : as it is, with weights of its own; its settings are those of its last epoch.
    threads : with how many torch threads it is measured.
    """

    name: str
    still: "Still"
    threads: int = 1


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """What there is to compare of one, as its leading network has it. n images are looked at.

    Attributes
    ----------
    name : what it is called.
    spec : its settings, as those of a run of this network alone.
    dataset, epoch : what it learned, and for how long.
    numbers : its report, see `core.train.report`.
    epochs, curves : (K,) the recorded epochs up to this one, and the curves (K,) by the names of the metrics.
    index : (n,) the numbers of the images, rising.
    outputs : (n, H, W) in [0, 1], of the images without noise.
    wrong, squared_error : (n,) wrong pixels of every output, and its mean squared error per pixel.
    codes : (n, L) of the images without noise.
    model : the network; None where nothing is to be asked of it.
    """

    name: str
    spec: Spec
    dataset: Dataset
    epoch: int
    numbers: Numbers
    epochs: Counts
    curves: dict[str, Array]
    index: Counts
    outputs: Array
    wrong: Counts
    squared_error: Array
    codes: Array
    model: "Model | None" = None


@dataclass(frozen=True, slots=True)
class Setting:
    """A field that differs: its value in each."""

    field: str
    values: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Measured:
    """A metric of all.

    Attributes
    ----------
    values : of each.
    best : which ones are best, several where they tie; none where neither way is better.
    """

    metric: Metric
    values: tuple[Value, ...]
    best: tuple[int, ...]

    @property
    def tied(self) -> bool:
        """Whether all are equally good."""
        return len(self.best) == len(self.values)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A metric of some that cannot be compared, and why not."""

    metric: Metric
    why: Remark


@dataclass(frozen=True, slots=True)
class Change:
    """Which of the images one makes better than another does, which worse: numbers of rows, most first.

    Attributes
    ----------
    better, worse, same : (k,) each; together all n, and those that are the same in their order.
    """

    better: Counts
    worse: Counts
    same: Counts


@dataclass(frozen=True, slots=True, eq=False)
class Paired:
    """The n images that all of them have looked at, and what each made of them.

    Attributes
    ----------
    labels, inputs : n words, and the images (n, H, W).
    outputs : (S, n, H, W) of each.
    wrong, squared_error : (S, n) as of `Seen`.
    counted : whether an image is judged by its wrong pixels; else by its squared error.
    """

    labels: tuple[str, ...]
    inputs: Array
    outputs: Array
    wrong: Counts
    squared_error: Array
    counted: bool

    def growth(self, side: int, base: int = 0) -> NDArray[np.float64]:
        """By how much the error of every image is larger than in `base`: (n,), 0 where it is the same.

        Wrong pixels, or squared errors per pixel.
        """
        before, after = ((self.wrong if self.counted else self.squared_error)[[base, side]]).astype(
            np.float64
        )
        step: NDArray[np.float64] = after - before
        if not self.counted:
            step[np.abs(step) < ALIKE * np.maximum(before, after)] = 0.0
        return step

    def change(self, side: int, base: int = 0) -> Change:
        """What became of the images from `base` to `side`.

        Of images whose wrong pixels change alike the squared error says which changes more.
        """
        growth = self.growth(side, base)
        finer = (self.squared_error[side] - self.squared_error[base]).astype(np.float64)
        order = np.lexsort((finer, growth))  # the most improved first
        rising = growth[order]
        better, worse = order[rising < 0], order[rising > 0][::-1]
        return Change(better, worse, np.flatnonzero(growth == 0))


@dataclass(frozen=True, slots=True, eq=False)
class Compared:
    """Several side by side; every row of values is in the order of `sides`.

    Attributes
    ----------
    sides : S of them.
    settings : the fields that differ, of those that play a part in any of them.
    shared : the names of the fields that are the same.
    same_images : whether all learned the very same images; then they can be paired.
    same_shape : whether their images have the same height and width.
    measured, left_out : the metrics that can be compared, and those that cannot.
    paired : image by image; None where they learned different images.
    """

    sides: tuple[Seen, ...]
    settings: tuple[Setting, ...]
    shared: tuple[str, ...]
    same_images: bool
    same_shape: bool
    measured: tuple[Measured, ...]
    left_out: tuple[LeftOut, ...]
    paired: Paired | None

    @property
    def names(self) -> tuple[str, ...]:
        """What each is called."""
        return tuple(side.name for side in self.sides)


@dataclass(frozen=True, slots=True)
class Labels:
    """Fields of a run inside a sentence, by their labels in the language in which it is said."""

    fields: tuple[str, ...]

    def __str__(self) -> str:
        return ", ".join(say(FIELDS[name].metadata["label"]) for name in self.fields)


def overlay(sides: Sequence[Seen], name: str) -> tuple[Counts, tuple[Array, ...]]:
    """A curve of each along one row of epochs: (K,), and (K,) for each; NaN after the end of its run.

    An epoch that only others recorded has the value that was recorded last.
    """
    epochs: Counts = np.unique(np.concatenate([side.epochs for side in sides]))
    columns = []
    for side in sides:
        last = np.searchsorted(side.epochs, epochs, side="right") - 1
        column = side.curves[name][last].astype(np.float32)
        column[(epochs > side.epochs[-1]) | (last < 0)] = np.nan
        columns.append(column)
    return epochs, tuple(columns)


def check_count(count: int) -> None:
    """Refuse to compare fewer than two, or more than four."""
    require(
        FEWEST <= count <= MOST, "{fewest} to {most} runs can be compared, not {count}",
        fewest=FEWEST, most=MOST, count=count,
    )  # fmt: skip


def distinct(names: Sequence[str]) -> list[str]:
    """The same names in their order; one that was there before has a number: run, run (2)."""
    given: list[str] = []
    for name in names:
        number, free = 1, name
        while free in given:
            number += 1
            free = f"{name} ({number})"
        given.append(free)
    return given


def see(side: Side, on_progress: OnProgress = unheard) -> Seen:
    """Measure one of those that are to be compared.

    Raises
    ------
    Refusal : its loss is not finite.
    Exception : what `on_progress` raises, which ends the work.
    """
    still = side.still
    replica = still.curves.leader  # of the whole run, so that its moments are of the same network
    until = int(np.searchsorted(still.curves.epochs, still.epoch, side="right"))
    with Threads(side.threads):
        try:
            evaluation = still.evaluate().of(replica)
        except Unsound as error:
            raise Refusal("{name} diverges here, and has no numbers to compare", name=side.name) from error
        numbers = report_of(evaluation, still.epoch, on_progress)
        clean = evaluation.clean
        return Seen(
            name=side.name,
            spec=alone(still, replica, still.fields.spec),
            dataset=still.dataset,
            epoch=still.epoch,
            numbers=numbers,
            epochs=still.curves.epochs[:until],
            curves={name: column[:until] for name, column in still.curves.replica(replica).items()},
            index=evaluation.index[0].cpu().numpy(),
            outputs=clean.outputs[0].reshape(-1, *still.dataset.shape).cpu().numpy(),
            wrong=clean.wrong[0].cpu().numpy(),
            squared_error=(clean.outputs[0] - clean.images[0]).square().mean(-1).cpu().numpy(),
            codes=evaluation.codes[0].cpu().numpy(),
            model=still.model(replica),
        )


def compared(sides: Sequence[Seen]) -> Compared:
    """Set two to four side by side.

    Raises
    ------
    Refusal : they are fewer, or more.
    """
    check_count(len(sides))
    specs, sets = [side.spec for side in sides], [side.dataset for side in sides]
    playing = [name for name in FIELDS if any(plays_a_part(spec, name) for spec in specs)]
    differing = [name for name in playing if len({getattr(spec, name) for spec in specs}) > 1]
    same_images = all(_same(sets[0], other) for other in sets[1:])
    reported = [metric for metric in METRICS if metric.reported]
    judged = [_judged(metric, sides, same_images=same_images) for metric in reported]
    return Compared(
        sides=tuple(sides),
        settings=tuple(Setting(name, tuple(getattr(spec, name) for spec in specs)) for name in differing),
        shared=tuple(name for name in playing if name not in differing),
        same_images=same_images,
        same_shape=len({dataset.shape for dataset in sets}) == 1,
        measured=tuple(each for each in judged if isinstance(each, Measured)),
        left_out=tuple(each for each in judged if isinstance(each, LeftOut)),
        paired=_paired(sides) if same_images else None,
    )


def compare(sides: Sequence[Side], on_progress: OnProgress = unheard) -> Compared:
    """Measure all of them, and set them side by side.

    Raises
    ------
    Refusal : they are fewer than two or more than four, or the loss of one is not finite.
    Exception : what `on_progress` raises, which ends the work.
    """
    count = len(sides)
    check_count(count)
    return compared(
        [
            see(side, lambda share, done=done: on_progress((done + share) / count))  # type: ignore[misc]
            for done, side in enumerate(sides)
        ]
    )


def _same(one: Dataset, other: Dataset) -> bool:
    return one is other or np.array_equal(one.images, other.images)


def _judged(metric: Metric, sides: Sequence[Seen], *, same_images: bool) -> Measured | LeftOut | None:
    """A metric of all, or why it is left out; None where it makes no sense for any of them."""
    applies = [metric.applies(side.spec, side.dataset) for side in sides]
    if not any(applies):
        return None
    if not all(applies):
        return LeftOut(metric, remark("not all of them have it"))
    if not same_images:
        return LeftOut(metric, remark("they learned different images"))
    if metric.name == "loss" and (fields := _losses_differ(sides)):
        return LeftOut(metric, remark("they minimise different losses ({fields})", fields=Labels(fields)))
    values = tuple(getattr(side.numbers, metric.name) for side in sides)
    if None in values:
        return LeftOut(metric, remark("it is not a finite number in all of them"))
    return Measured(metric, values, _best(metric, values))


def _losses_differ(sides: Sequence[Seen]) -> tuple[str, ...]:
    """The fields by which the losses are different quantities; none where they are the same one."""
    specs = [side.spec for side in sides]
    differing = [
        name
        for name in OF_THE_LOSS
        if len({getattr(spec, name) if plays_a_part(spec, name) else None for spec in specs}) > 1
    ]
    if all(spec.variational for spec in specs):
        shares = {side.spec.beta_share(side.epoch) for side in sides}
        differing += ["kl_warmup"] if len(shares) > 1 else []
    return tuple(differing)


def _best(metric: Metric, values: Sequence[Value]) -> tuple[int, ...]:
    """Which of the values are the best one; those that look alike, with four digits, tie."""
    if not metric.better:
        return ()
    shown = [value if isinstance(value, int) else float(f"{value:.{FIGURES}g}") for value in values]
    best = min(shown) if metric.better == "lower" else max(shown)
    return tuple(number for number, value in enumerate(shown) if value == best)


def _paired(sides: Sequence[Seen]) -> Paired:
    """Image by image, of sides that learned the same ones; they looked at the same of them."""
    first = sides[0]
    return Paired(
        labels=tuple(first.dataset.labels[number] for number in first.index.tolist()),
        inputs=first.dataset.images[first.index],
        outputs=np.stack([side.outputs for side in sides]),
        wrong=np.stack([side.wrong for side in sides]),
        squared_error=np.stack([side.squared_error for side in sides]),
        counted=first.dataset.binary,
    )
