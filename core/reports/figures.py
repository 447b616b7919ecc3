"""What a report shows: curves, the map of latent space, images before and after, the network's units."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from core.base.words import say, say_count
from core.data.noise import NOISES
from core.measure.metrics import METRICS, Metric, Plot
from core.reports.amounts import amount, amount_words
from core.reports.curves import Curve, plot
from core.reports.facts import Facts
from core.reports.latent import drawing
from core.reports.markup import Markup, tag
from core.reports.pictures import SIDE, UNIT_SIDE, factor, image, reduced, weights
from core.reports.words import capital, count, counted

Array = NDArray[np.float32]

IN_A_ROW = 8
"""Images side by side."""

WIDE = 40
"""CSS pixels that an image is wide."""

LONGEST, FEW = 40, 4
"""Letters of a label above an image, at most; and those that fit one line."""


def curves(facts: Facts) -> Markup:
    """The curves of losses and errors, and those of counts."""
    upper, lower = _curves(facts, "upper"), _curves(facts, "lower")
    counts = say("Counts")
    return tag(
        "section",
        tag("h2", say("How it learned")),
        _plot(facts, upper, say("Losses and errors"), log=True),
        _plot(facts, lower, counts if all(metric.whole for metric, _ in lower) else say("Errors"), log=False),
        tag("p", words, class_="soft small") if (words := counted(facts)) else None,
    )


def _curves(facts: Facts, where: Plot) -> list[tuple[Metric, Curve]]:
    """The curves of a plot, each named with the value at its end."""
    return [
        (metric, Curve(_ending(metric, facts), metric.role, facts.epochs, facts.curves[metric.name]))
        for metric in METRICS
        if metric.drawn(facts.spec, facts.dataset) == where
    ]


def _ending(metric: Metric, facts: Facts) -> str:
    last = float(facts.curves[metric.name][-1])
    value = amount_words(round(last) if metric.whole and np.isfinite(last) else last)
    return f"{say(metric.label)} {value}"


def _plot(facts: Facts, shown: list[tuple[Metric, Curve]], title: str, *, log: bool) -> Markup | None:
    drawn = [curve for _, curve in shown]
    best = _best(facts, shown) if not log else None
    if best is not None:
        drawn.append(best)
    if not drawn:
        return None
    values = ", ".join(curve.name for curve in drawn)
    words = say("At epoch {epoch}: {values}.", epoch=count(facts.epoch), values=values)
    return tag(
        "figure",
        plot(drawn, facts.epoch, title, words, say("epochs"), log=log),
        tag("figcaption", title, ". ", " ".join(_explained(metric) for metric, _ in shown)),
    )


def _explained(metric: Metric) -> str:
    return say("{label}: {help}", label=capital(say(metric.label)), help=say(metric.help))


def _best(facts: Facts, shown: list[tuple[Metric, Curve]]) -> Curve | None:
    """The best possible of the first metric of which it is known, as a level line."""
    first = next((metric for metric, _ in shown if metric.best is not None), None)
    if facts.cleaning is None or first is None:
        return None
    value = float(getattr(facts.cleaning, f"best_possible_{first.name}"))
    if first.whole:  # of the whole set there, of the images measured here
        value *= facts.numbers.measured / facts.dataset.count
    name = say("best possible {value}", value=amount_words(value))
    ends = np.array([0, max(1, facts.epoch)])
    return Curve(name, "ideal", ends, np.array([value, value], dtype=np.float32))


def latent_map(facts: Facts) -> Markup:
    """The map of the codes."""
    spec, shown = facts.spec, facts.map
    across, upward = (
        say("number {nth} of the code", nth=nth)
        if spec.latent <= 2
        else say("main direction {nth} of {total}", nth=nth, total=spec.latent)
        for nth in (1, 2)
    )
    flat = spec.latent == 1
    points = len(shown.points)
    title = say("The map of latent space")
    words = say_count("The code of {count} image.", "The codes of {count} images.", points)
    picture, drawn = drawing(shown, across, "" if flat else upward, title, words)
    lines = [
        say("Every image has a code of {latent} numbers.", latent=spec.latent)
        if spec.latent > 1
        else say("Every image has a code of one number; upward means nothing here."),
        say_count("The image is drawn at its code.", "All {count} images are drawn at their codes.", drawn)
        if drawn == points
        else say(
            "{drawn} of {total} images are drawn at their codes, where there is room; the others are dots.",
            drawn=count(drawn), total=count(points),
        ),
    ]  # fmt: skip
    if spec.latent > 2:
        lines.append(say("The two directions are those in which the codes differ most."))
    if shown.prior is not None and not flat:
        lines.append(
            say(
                "Dashed: the prior. Of 100 random codes, 39 fall inside the inner circle and 86 inside the "
                "outer one."
            )
        )
    return tag(
        "section", tag("h2", title),
        tag("figure", picture, tag("figcaption", " ".join(lines), " ", _reduced(facts, SIDE))),
    )  # fmt: skip


def _reduced(facts: Facts, side: int) -> str:
    """That pictures are smaller than the images, where they are."""
    by = factor(facts.dataset.shape, side)
    return "" if by == 1 else say("Each pixel here is the mean of {by}x{by} pixels of the image.", by=by)


def pairs(facts: Facts) -> Markup:
    """Images before and after the network."""
    shown, spec = facts.pairs, facts.spec
    rows = [(say("original"), "truth", shown.images)]
    if spec.noisy:
        rows.append((say("fed"), "ink", shown.fed))
    rows.append((say("output"), "output", shown.outputs))
    if shown.ideal is not None:
        rows.append((say("best possible"), "ideal", shown.ideal))
    by = factor(facts.dataset.shape)
    small = [(name, role, reduced(images, by)) for name, role, images in rows]
    total = len(shown.labels)
    starts = range(0, total, IN_A_ROW)
    lines = [say("{count} of {total} images, evenly spaced.", count=total, total=count(facts.dataset.count))]
    if total == facts.dataset.count:
        lines = [say_count("The only image of the set.", "All {count} images of the set.", total)]
    if spec.noisy:
        lines.append(
            say("Fed: the image under {noise} at level {level}, as the network got it.",
                noise=NOISES[spec.noise].named(), level=spec.noise_level)
        )  # fmt: skip
    lines.append(_reduced(facts, SIDE))
    first, *others = (_pairs_table(facts, small, slice(start, start + IN_A_ROW)) for start in starts)
    head = tag("h2", say("Before and after the network")), tag("p", " ".join(lines))
    return tag("section", tag("div", *head, first, class_="together"), *others)


def _pairs_table(facts: Facts, rows: list[tuple[str, str, Array]], some: slice) -> Markup:
    labels = facts.pairs.labels[some]
    kind = "pairs" if max(map(len, facts.pairs.labels)) <= FEW else "pairs long"
    head = tag("tr", tag("td"), *(tag("th", _short(label), scope="col", title=label) for label in labels))
    body = [
        tag(
            "tr", tag("th", name, scope="row", style=f"border-color: var(--{role})"),
            *(
                tag("td", image(picture, f"{name}: {_short(label)}", WIDE))
                for picture, label in zip(images[some], labels, strict=True)
            ),
        )
        for name, role, images in rows
    ]  # fmt: skip
    if facts.dataset.binary:
        wrong = facts.pairs.wrong[some].tolist()
        body.append(
            tag("tr", tag("th", say("wrong pixels"), scope="row", style="border-color: var(--error)"),
                *(tag("td", amount(number)) for number in wrong))
        )  # fmt: skip
    return tag("div", tag("table", tag("thead", head), tag("tbody", *body), class_=kind), class_="scrolls")


def _short(label: str) -> str:
    return label if len(label) <= LONGEST else label[: LONGEST - 1] + "…"


def units(facts: Facts) -> Markup:
    """The weights of the units of the first layer."""
    shown = facts.units
    small = reduced(shown.weights, factor(facts.dataset.shape, UNIT_SIDE))
    most = float(np.abs(small[np.isfinite(small)]).max(initial=0.0))
    total = len(shown.numbers)
    lines = [
        say("The weights from every pixel to a unit of the first layer: what the unit looks for."),
        say(
            "Filled squares are above 0: a lit pixel excites the unit. Hollow squares are below 0: it "
            "inhibits the unit."
        ),
        say("The larger a square, the larger the weight."),
    ]
    if total < shown.count:
        lines.append(
            say("Of {total} units, the {count} whose activity varies most over the set.",
                total=count(shown.count), count=total)
        )  # fmt: skip
    lines.append(_reduced(facts, UNIT_SIDE))
    return tag(
        "section", tag("h2", say("The units of the network")),
        tag("p", " ".join(lines)),
        tag("div", *_unit_figures(small, shown.numbers.tolist(), most), class_="units"),
    )  # fmt: skip


def _unit_figures(pictures: Array, numbers: list[int], most: float) -> Iterator[Markup]:
    for picture, number in zip(np.nan_to_num(pictures), numbers, strict=True):
        name = say("unit {number}", number=number + 1)
        yield tag("figure", weights(picture, most, name), tag("figcaption", name))
