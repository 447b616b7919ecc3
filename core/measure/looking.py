"""A look inside a network while it reads one image, and at one of its units over the images of a set."""

from collections.abc import Collection, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from core.measure.inside import CODE_SHOWN, SHOWN, Array, Code, Inside, Links, UnitReport, Units
from core.measure.latent import LARGEST
from core.measure.survey import Survey, constant, finite
from core.nn.model import Model
from core.nn.variance import deviations

Numbers = NDArray[np.int64]

BINS = 16
"""Bars of a histogram of activity."""

EXCITING = 5
"""Images that excite a unit most, that are told."""


def look_inside(
    model: Model,
    survey: Survey,
    encoding: Sequence[Array],
    decoding: Sequence[Array],
    pulled: Collection[int] = (),
    before: Inside | None = None,
    *,
    held: bool = False,
) -> Inside:
    """What happens inside a network of one replica while it reads one image.

    Parameters
    ----------
    model : the network.
    survey : what it does with the images of its set; it may be older by some epochs.
    encoding, decoding : what `Model.encoding` gave of the image, and `Model.decoding` of its code, (1, U).
    pulled : numbers of that code that were not the network's own.
    before : what was last seen of this network: a unit that is shown again stays in its place.
    held : whether the units that were shown before are shown again, however active others are by now. While
        a large network trains, all ten most active units of a layer may be others after a few epochs, and
        nobody would see one learn.
    """
    fed, *encoded, head = encoding
    codes, *decoded, _ = decoding
    activities = [finite(each[0].copy()) for each in (*encoded, codes, *decoded)]
    ends, at = len(activities) - 1, survey.code
    shown = _shown(before) if held and before is not None else _chosen(survey, activities, before)

    weights = _weights(model)
    into, out = weights[0].T[shown[0]], weights[-1][shown[-1]]  # (K, D)
    weighed = {0: into.reshape(-1, *model.shape), ends: out.reshape(-1, *model.shape)}
    code = Code(
        shown=shown[at],
        values=activities[at],
        spread=deviations(head[0, model.latent :]) if head.shape[1] > model.latent else None,
        low=survey.low,
        high=survey.high,
        pulled=np.array([number in pulled for number in range(model.latent)]),
    )
    hidden = tuple(
        Units(
            decodes=column > at,
            shown=shown[column],
            activities=activities[column],
            reach=survey.reach[column],
            pictures=weighed[column] if column in weighed else survey.exciting(column, shown[column]),
        )
        for column in range(len(activities))
        if column != at
    )
    return Inside(hidden, code, _links([into, *weights[1:-1], out], fed[0], activities, shown))


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
    picture, weights = _picture(survey, column, unit)
    counts, edges = _histogram(over)
    return UnitReport(
        column=column,
        unit=unit,
        picture=picture,
        weights=weights,
        activity=float(now[column][unit]),
        counts=counts,
        edges=edges,
        exciting=tuple(survey.numbers[_largest(over, EXCITING)].tolist()),
        dead=len(over) > 1 and bool(constant(over)),
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


def _chosen(survey: Survey, activities: list[Array], before: Inside | None) -> list[Numbers]:
    """What is to be shown of every column: the units that do most, in the places that they had."""
    rankings = [_largest(np.abs(each), SHOWN) for each in activities]
    rankings[survey.code] = np.sort(_largest(survey.telling, CODE_SHOWN))
    if before is None:
        return rankings
    return [in_place(*pair) for pair in zip(rankings, _shown(before), strict=True)]


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


def _picture(survey: Survey, column: int, unit: int) -> tuple[Array, bool]:
    """One unit of a column as a picture (H, W), and whether that is its weights."""
    weights, shape = _weights(survey.model), survey.model.shape
    if column == 0:
        return weights[0][:, unit].reshape(shape).copy(), True
    if column == len(survey.columns) - 1:
        return weights[-1][unit].reshape(shape).copy(), True
    return survey.exciting(column, np.array([unit]))[0], False


def _links(
    weights: list[Array], fed: Array, activities: list[Array], shown: list[Numbers]
) -> tuple[Links, ...]:
    """The contributions from the image to the first column, between columns, and to the answer.

    The first and the last of the `weights` are those of the units shown, (K, D) both.
    """
    sources = [each[some, None] for each, some in zip(activities, shown, strict=True)]  # (S, 1)
    inner = zip(sources, weights[1:-1], shown, shown[1:], strict=False)
    with np.errstate(over="ignore", invalid="ignore"):
        first = (weights[0] @ fed)[None]
        between = [source * weight[start[:, None], end] for source, weight, start, end in inner]
        last = sources[-1] * np.linalg.norm(weights[-1], axis=1, keepdims=True)
    return tuple(map(_ranked, (first, *between, last)))


def _ranked(contributions: Array) -> Links:
    """All contributions (S, T) between two columns, the strongest first."""
    values = finite(contributions).ravel()
    order = _largest(np.abs(values), len(values))
    source, target = np.divmod(order, contributions.shape[1])
    return Links(source, target, values[order])


def _histogram(values: Array) -> tuple[Numbers, Array]:
    """Counts (B,) and edges (B + 1,) of values (N,); all in the middle where they are the same."""
    low, high = float(values.min()), float(values.max())
    if constant(values):
        room = max(abs(low), 1) / 2
        low, high = low - room, high + room
    counts, edges = np.histogram(values.astype(np.float64), BINS, (low, high))
    return counts.astype(np.int64), edges.clip(-LARGEST, LARGEST).astype(np.float32)
