"""What the card of a run says: its lines, and all of it in sentences for a tool tip and a screen reader."""

from collections.abc import Callable, Sequence
from datetime import datetime

from core.base.words import say
from core.data.datasets import dataset_names
from core.experiment.presets import presets
from core.measure.metrics import METRICS
from core.train.listing import RunEntry
from tp5gui.session.run_entries import kind_of, title_of
from tp5gui.session.shelf import title_of as title_of_set
from tp5gui.words import as_name, capital, count, decimal, duration, explained, folded, harmless, moment

BETWEEN = " · "
SURE = 3  # figures of a number, as far as it has as many after the point


def figures(entry: RunEntry) -> list[str]:
    """How far a run is and how well it does, in parts; of a file that is no run, what is wrong with it."""
    if entry.fault is not None or entry.spec is None:
        return [say("cannot be opened") if entry.fault is None else explained(entry.fault)]
    parts = [] if not entry.about.name else [kind_of(entry)]
    if entry.ended:
        parts.append(say("{epochs} epochs", epochs=count(entry.epoch)))
    else:
        epoch, epochs = count(entry.epoch), count(entry.spec.epochs)
        parts.append(say("epoch {epoch} of {epochs}", epoch=epoch, epochs=epochs))
    return [*parts, *_measured(entry)]


def origin(entry: RunEntry, *, live: bool) -> list[str]:
    """Where a run comes from, what it learns, how long it was trained and when, in parts."""
    parts = [say("in the window now")] if live else []
    if entry.spec is None:
        return [*parts, *_when(entry)]
    if entry.about.parent is not None:
        parent = entry.about.parent
        parts.append(
            say("branched at epoch {epoch} of {name}", epoch=count(parent.epoch), name=_called(parent.name))
        )
    parts.append(_set_of(entry))
    if entry.about.seconds:
        parts.append(say("{time} of training", time=duration(entry.about.seconds)))
    noted = [as_name(entry.about.note)] if entry.about.note else []
    return [*parts, *_when(entry), *noted]


def joined(parts: Sequence[str]) -> str:
    """Parts on one line."""
    return BETWEEN.join(parts)


def in_lines(
    parts: Sequence[str], fits: Callable[[str], bool], most: int, between: str = BETWEEN
) -> list[str]:
    """Parts in as few lines as they fit into; the last of `most` lines has all that is left, however long."""
    lines: list[str] = []
    for part in parts:
        longer = f"{lines[-1]}{between}{part}" if lines else part
        if lines and (len(lines) == most or fits(longer)):
            lines[-1] = longer
        else:
            lines.append(part)
    return lines


def told(entry: RunEntry, *, live: bool) -> str:
    """All that is known of a run, in lines, for a tool tip."""
    lines = [title_of(entry), capital(joined(figures(entry))), capital(joined(origin(entry, live=live)))]
    if entry.about.pinned:
        lines.append(say("Pinned: it is kept until it is unpinned."))
    if not live:
        lines.append(harmless(str(entry.path)))
    return folded(*lines)


def found_by(entry: RunEntry) -> str:
    """The words by which a run is found, in small letters."""
    about = entry.about
    words = [about.name, about.note, kind_of(entry)]
    if entry.spec is not None:
        words += [entry.spec.dataset, title_of_set(entry.spec.dataset)]
    if about.parent is not None:
        words.append(about.parent.name)
    return "\n".join(words).casefold()


def _measured(entry: RunEntry) -> list[str]:
    """The loss, and what says best how good the images are."""
    parts = []
    if "loss" in entry.metrics:
        parts.append(say("loss {value}", value=_number(entry.metrics["loss"])))
    if "recognised" in entry.metrics:
        recognised = count(round(entry.metrics["recognised"]))
        parts.append(
            say("{recognised} of {total} recognised", recognised=recognised, total=count(entry.count))
            if entry.count
            else say("{recognised} recognised", recognised=recognised)
        )
    elif "squared_error" in entry.metrics:
        parts.append(
            say("{metric} {value}", metric=say(METRICS["squared_error"].label),
                value=_number(entry.metrics["squared_error"]))
        )  # fmt: skip
    return parts


def _number(value: float) -> str:
    """A number with a few figures, small ones with as many places as they need."""
    places = SURE
    while places < 7 and 0 < abs(value) < 10.0 ** (1 - places):
        places += 1
    return decimal(value, places)


def _called(name: str) -> str:
    """What a run that others come from is called on screen: presets by their labels, as on every card."""
    return next((say(known.label) for known in presets() if known.name == name), as_name(name))


def _set_of(entry: RunEntry) -> str:
    assert entry.spec is not None
    name = entry.spec.dataset
    if name in dataset_names():
        return title_of_set(name)
    return say("{name}, a data set that is gone; its images are in the file", name=as_name(name))


def _when(entry: RunEntry) -> list[str]:
    return [moment(datetime.fromtimestamp(entry.when))] if entry.when else []
