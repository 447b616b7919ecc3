"""A look inside a network while it reads one image, and at one of its units over the images of a set."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from core.measure.inside import CODE_SHOWN, LINKS, SHOWN, Array, Code, Inside, Links, UnitReport, Units
from core.measure.latent import LARGEST
from core.measure.survey import Survey, finite
from core.nn.model import Model
from core.nn.variance import deviations

Numbers = NDArray[np.int64]

BINS = 16
"""Bars of a histogram of activity."""

EXCITING = 5
"""Images that excite a unit most, that are told."""

ROUNDING = 1e-6
"""Activities that differ by less than this share of their size may differ by rounding alone."""


def look_inside(
    model: Model,
    survey: Survey,
    image: Array,
    pulled: Mapping[int, float] = {},
    before: Inside | None = None,
    *,
    held: bool = False,
) -> Inside:
    """What happens inside a network of one replica while it reads an image (H, W) in [0, 1].

    Parameters
    ----------
    model : the network.
    survey : what it does with the images of its set; it may be older by some epochs.
    pulled : numbers of the code that a person pulls, and to where; those that the code lacks are left out.
    before : what was last seen of this network: a unit that is shown again stays in its place.
    held : whether the units that were shown before are shown again, however active others are by now. While
        a large network trains, all ten most active units of a layer may be others after a few epochs, and
        nobody would see one learn.

    Raises
    ------
    Refusal : an image of another shape, or pixels that are not numbers from 0 to 1.
    """
    fed, *encoded, head = model.encoding(image[None])
    values = pulled_codes(finite(head[:, : model.latent]), pulled)
    _, *decoded, _ = model.decoding(values)
    activities = [finite(each)[0] for each in (*encoded, values, *decoded)]

    at = survey.code
    rankings = [_largest(np.abs(each), SHOWN) for each in activities]
    rankings[at] = _largest(survey.telling, CODE_SHOWN)
    if before is None:
        shown = rankings
    elif held:
        shown = _shown(before)
    else:
        shown = [in_place(*pair) for pair in zip(rankings, _shown(before), strict=True)]

    weights = _weights(model)
    code = Code(
        shown=shown[at],
        values=values[0],
        spread=deviations(head[0, model.latent :]) if head.shape[1] > model.latent else None,
        low=survey.columns[at].min(0),
        high=survey.columns[at].max(0),
        pulled=np.array([number in pulled for number in range(model.latent)]),
    )
    hidden = tuple(
        Units(
            column > at, shown[column], activities[column], survey.reach[column],
            *_pictures(weights, survey, column, shown[column]),
        )
        for column in range(len(activities))
        if column != at
    )  # fmt: skip
    return Inside(hidden, code, _links(weights, fed[0], activities, shown))


def report_unit(survey: Survey, inside: Inside, column: int, unit: int) -> UnitReport | None:
    """What a unit does with the images of a survey, and with the image that was looked at.

    None for one that the network lacks.
    """
    columns = survey.columns
    if not (0 <= column < len(columns) and 0 <= unit < columns[column].shape[1]):
        return None
    now = [units.activities for units in inside.layers]
    now.insert(survey.code, inside.code.values)
    over = columns[column][:, unit]
    pictures, signed = _pictures(_weights(survey.model), survey, column, np.array([unit]))
    counts, edges = _histogram(over)
    return UnitReport(
        column=column,
        unit=unit,
        picture=pictures[0],
        signed=signed,
        activity=float(now[column][unit]),
        counts=counts,
        edges=edges,
        exciting=tuple(survey.numbers[_largest(over, EXCITING)].tolist()),
        dead=len(over) > 1 and _same(over),
        saturated=survey.saturated(column, unit),
    )


def pulled_codes(codes: Array, pulled: Mapping[int, float]) -> Array:
    """Codes (N, L) with the numbers that a person pulls where they are pulled to, as far as there are any."""
    moved = codes.copy()
    for number, value in pulled.items():
        if number < codes.shape[1]:
            moved[:, number] = max(-LARGEST, min(value, LARGEST))
    return moved


def in_place(ranking: Numbers, before: Numbers) -> Numbers:
    """A ranking (K,) in which whatever was shown `before` (K,) stays in its place.

    The others fill the places that become free, in their order.
    """
    first, old = ranking.tolist(), before.tolist()
    new = (unit for unit in first if unit not in old)
    return np.array([unit if unit in first else next(new) for unit in old])


def _shown(inside: Inside) -> list[Numbers]:
    """What is shown of every column."""
    shown = [units.shown for units in inside.layers]
    shown.insert(len(shown) // 2, inside.code.shown)
    return shown


def _largest(values: Array, most: int) -> Numbers:
    """Where the largest of values (N,) stand, the largest first, of equals the first: (K,), K <= `most`."""
    return (-values).argsort(kind="stable")[:most]


def _weights(model: Model) -> list[Array]:
    """The weights (in, out) of every layer, shared with the network unless that is on a card."""
    return [layer.weight.cpu().numpy()[0] for layer in model.layers()]


def _pictures(weights: list[Array], survey: Survey, column: int, units: Numbers) -> tuple[Array, bool]:
    """Some units of a column as pictures (K, H, W), and whether these are weights."""
    shape = survey.model.shape
    if column == 0:
        return weights[0].T[units].reshape(-1, *shape), True
    if column == len(survey.columns) - 1:
        return weights[-1][units].reshape(-1, *shape), True
    return survey.mean_images(column, units), False


def _links(
    weights: list[Array], fed: Array, activities: list[Array], shown: list[Numbers]
) -> tuple[Links, ...]:
    """The strongest contributions from the image to the first column, between columns, and to the answer."""
    sources = [each[some, None] for each, some in zip(activities, shown, strict=True)]  # (S, 1)
    inner = zip(sources, weights[1:], shown, shown[1:], strict=False)
    with np.errstate(over="ignore", invalid="ignore"):
        first = fed @ weights[0][:, shown[0]]
        between = [source * weight[start[:, None], end] for source, weight, start, end in inner]
        last = sources[-1] * np.linalg.norm(weights[-1][shown[-1]], axis=1, keepdims=True)
    return tuple(map(_strongest, (first[None], *between, last)))


def _strongest(contributions: Array) -> Links:
    """The strongest of all contributions (S, T) between two columns."""
    values = finite(contributions)
    order = _largest(np.abs(values.ravel()), LINKS)
    source, target = np.divmod(order, values.shape[1])
    return Links(source, target, values[source, target])


def _histogram(values: Array) -> tuple[Numbers, Array]:
    """Counts (B,) and edges (B + 1,) of values (N,); all in the middle where they are the same."""
    low, high = float(values.min()), float(values.max())
    if _same(values):
        room = max(abs(low), 1) / 2
        low, high = low - room, high + room
    counts, edges = np.histogram(values.astype(np.float64), BINS, (low, high))
    return counts.astype(np.int64), edges.clip(-LARGEST, LARGEST).astype(np.float32)


def _same(values: Array) -> bool:
    """Whether values (N,) are all the same, to rounding."""
    doubles = values.astype(np.float64)
    return bool(np.ptp(doubles) <= ROUNDING * np.abs(doubles).max())
