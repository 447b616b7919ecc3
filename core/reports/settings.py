"""The settings of a run in a report, and how it is made again."""

import shlex
from collections.abc import Iterator

from core.base.version import __version__
from core.base.words import say, say_count
from core.data.datasets import DATASETS
from core.experiment.fields import value_text
from core.experiment.presets import preset
from core.experiment.spec import FIELDS, Spec, changed, plays_a_part
from core.experiment.wording import preset_of, value_words
from core.reports.facts import Facts
from core.reports.markup import Markup, tag
from core.reports.words import count

BASE = "font-autoencoder"
"""The preset that a command starts from where the run is none."""


def settings(facts: Facts) -> Markup:
    """The settings that were changed from their defaults; the others can be unfolded."""
    spec = facts.spec
    playing = [name for name in FIELDS if plays_a_part(spec, name)]
    set_here = [name for name in playing if name in changed(Spec(), spec)]
    others = [name for name in playing if name not in set_here]
    head = say("Settings")
    told = say("All settings are at their defaults.") if not set_here else say("Changed from the defaults:")
    return tag(
        "section",
        tag("h2", head),
        tag("p", told),
        _table(spec, set_here) if set_here else None,
        *_changes(facts),
        tag(
            "details",
            tag("summary", say_count("{count} setting at its default", "{count} settings at their defaults",
                                     len(others))),
            _table(spec, others),
        ),
    )  # fmt: skip


def _table(spec: Spec, names: list[str]) -> Markup:
    rows = (
        tag("tr", tag("th", say(FIELDS[name].metadata["label"]), scope="row"),
            tag("td", value_told(spec, name)),
            tag("td", say(FIELDS[name].metadata["help"]), class_="soft small"))
        for name in names
    )  # fmt: skip
    return tag("table", tag("tbody", *rows), class_="help")


def _changes(facts: Facts) -> Iterator[Markup]:
    """What was changed while the run trained, and from which epoch on."""
    if not facts.changes:
        return
    after = [*(change.before for change in facts.changes[1:]), facts.spec]
    lines = (
        say("After epoch {epoch}: {changes}", epoch=count(change.epoch), changes=_change(change.before, spec))
        for change, spec in zip(facts.changes, after, strict=True)
    )
    yield tag("p", say("Changed while it trained:"))
    yield tag("ul", *(tag("li", line) for line in lines))


def _change(before: Spec, after: Spec) -> str:
    """The fields in which two specs differ, each with both of its values."""
    return "; ".join(
        say("{field} {old} → {new}", field=say(FIELDS[name].metadata["label"]), old=value_told(before, name),
            new=value_told(after, name))
        for name in FIELDS if name in changed(before, after)
    )  # fmt: skip


def value_told(spec: Spec, name: str) -> str:
    """A setting as a report tells it: in words, with its unit."""
    value = getattr(spec, name)
    words = value_words(name, value)
    return words if value == () else f"{words} {say(FIELDS[name].metadata['unit'])}".rstrip()


def again(facts: Facts) -> Markup:
    """How to make the run again."""
    spec = facts.spec
    known = DATASETS.names()
    where = (
        say_count("{count} thread of the processor", "{count} threads of the processor", facts.threads)
        if facts.device == "cpu"
        else facts.device
    )
    lines = [
        say(
            "tp5gui {version}, seed {seed}, on {where}. With the same version, seed and place the numbers "
            "are the same; elsewhere they may differ in the last digits.",
            version=__version__, seed=str(spec.seed), where=where,
        ),
        say(
            "The command trains from the start with these settings; changes made while it trained count as "
            "if they had been there from the start."
        ),
    ]  # fmt: skip
    if spec.dataset not in known:
        lines.append(say("The images are a set of one's own: it has to be there under the same name."))
    return tag(
        "section",
        tag("h2", say("How to make it again")),
        tag("pre", tag("code", command_of(spec))),
        *(tag("p", line) for line in lines),
    )


def command_of(spec: Spec) -> str:
    """The line that trains a run of one network again."""
    known = preset_of(spec)
    base = BASE if known is None else known.name
    start = preset(base)
    words = ["tp5", "train", base]
    for name in sorted(changed(start, spec) - {"seed", "replicas"}, key=list(FIELDS).index):
        words += ["--set", f"{name}={value_text(getattr(spec, name))}"]
    return shlex.join([*words, "--seed", str(spec.seed), "--out", "run.tp5"])
