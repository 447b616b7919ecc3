"""What is said of runs that are side by side, on the command line and in the window."""

from collections.abc import Sequence

from core.base.words import say
from core.experiment.wording import value_words
from core.reports.amounts import FIGURES, amount_words
from core.reports.comparing import Compared, LeftOut, Measured, Seen
from core.reports.words import count

SMALL = 1e-4
"""Below this a number is written with a power of ten where there is little room."""


def set_words(side: Seen) -> str:
    """What one has learned: the set, and how large it is."""
    height, width = side.dataset.shape
    return say(
        "{set}, {count} of {width}x{height}",
        set=value_words("dataset", side.spec.dataset), count=count(side.dataset.count),
        width=width, height=height,
    )  # fmt: skip


def common_words(compared: Compared) -> str:
    """Whether images can be paired, and why not."""
    first = compared.sides[0]
    if compared.same_images:
        return say("All learned the same images: {set}.", set=set_words(first))
    if compared.same_shape:
        return say(
            "They learned different images of the same shape: pictures and counts cannot be paired; settings "
            "and curves can be compared."
        )
    return say(
        "They learned images of different shapes: pictures and counts cannot be paired; settings and curves "
        "can be compared."
    )


def amounts(measured: Measured) -> tuple[str, ...]:
    """A metric of each, as it is read."""
    return tuple(map(amount_words, measured.values))


def brief(value: bool | int | float) -> str:
    """The same of one value where there is little room: 3.687e-06."""
    small = isinstance(value, float) and 0 < abs(value) < SMALL
    return f"{value:.{FIGURES}g}" if small else amount_words(value)


def best_words(measured: Measured, names: tuple[str, ...]) -> str:
    """Which is better: a name, a tie, or that neither way is better."""
    if not measured.best:
        return say("not judged")
    if measured.tied:
        return say("a tie")
    best = ", ".join(names[number] for number in measured.best)
    return best if len(measured.best) == 1 else say("a tie of {names}", names=best)


def left_out_words(left_out: Sequence[LeftOut]) -> list[str]:
    """The metrics that are not compared, a sentence for every reason."""
    reasons: dict[str, list[str]] = {}
    for left in left_out:
        reasons.setdefault(str(left.why), []).append(say(left.metric.label))
    return [
        say("Left out, because {why}: {metrics}.", why=why, metrics=", ".join(names))
        for why, names in reasons.items()
    ]


def change_words(compared: Compared, side: int, base: int = 0) -> str:
    """How many images became better and worse from one to another."""
    assert compared.paired is not None
    change = compared.paired.change(side, base)
    return say(
        "{name} beside {base}: {better} better, {worse} worse, {same} the same",
        name=compared.names[side], base=compared.names[base], better=count(len(change.better)),
        worse=count(len(change.worse)), same=count(len(change.same)),
    )  # fmt: skip
