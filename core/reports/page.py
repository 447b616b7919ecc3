"""The report as one page: its sections in their order, in the language in use."""

from core.base.version import __version__
from core.base.words import language, say, say_count
from core.data.noise import NOISES
from core.experiment.spec import Spec
from core.experiment.wording import name_of, preset_of, value_words
from core.measure.headlines import headlines
from core.measure.metrics import METRICS, Metric
from core.reports.amounts import amount
from core.reports.facts import Facts
from core.reports.figures import curves, latent_map, pairs, units
from core.reports.markup import Markup, tag
from core.reports.settings import again, settings
from core.reports.style import css
from core.reports.words import capital, count, counted

POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
"""What the page may do: show what is in it, and fetch nothing."""


def page_of(facts: Facts) -> str:
    """A report as the text of an HTML file."""
    title = run_title(facts.spec)
    head = tag(
        "head", tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=POLICY),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="generator", content=f"tp5gui {__version__}"),
        tag("title", say("{name}: report", name=title)),
        tag("style", Markup(css())),
    )  # fmt: skip
    main = tag(
        "main", _header(facts, title), _learned(facts), _cleaned(facts), settings(facts), curves(facts),
        latent_map(facts), pairs(facts), units(facts), _glossary(facts), again(facts),
    )  # fmt: skip
    return f"<!DOCTYPE html>\n{tag('html', head, tag('body', main), lang=language())}\n"


def run_title(spec: Spec) -> str:
    """What a run is called on its page: the label of its preset, or its set and layers."""
    known = preset_of(spec)
    return name_of(spec) if known is None else say(known.label)


def _header(facts: Facts, title: str) -> Markup:
    known = preset_of(facts.spec)
    return tag(
        "header",
        tag("p", say("Report of a run"), class_="soft small"),
        tag("h1", title),
        None if known is None else tag("p", say(known.lesson), class_="lesson"),
        tag("p", _what(facts), class_="soft"),
        _way(facts),
    )


def _what(facts: Facts) -> str:
    """What was trained on what, in a sentence or three."""
    height, width = facts.dataset.shape
    lines = [
        say_count(
            "{set}: {count} image of {width}x{height} pixels.",
            "{set}: {count} images of {width}x{height} pixels.",
            facts.dataset.count,
            set=value_words("dataset", facts.spec.dataset), width=width, height=height,
        ),
        say(
            "Trained for {epoch} of {epochs} epochs.",
            epoch=count(facts.epoch), epochs=count(facts.spec.epochs),
        ),
    ]  # fmt: skip
    if facts.networks > 1:
        together = say(
            "{count} networks were trained at once; this is the one that was ahead.", count=facts.networks
        )
        lines.append(together)
    return " ".join(lines)


def _way(facts: Facts) -> Markup:
    """The network as data flows through it, from the image to the code and back."""
    spec, pixels = facts.spec, facts.dataset.pixels
    hidden = [(say_count("{count} unit", "{count} units", width), None) for width in spec.hidden]
    code = (say_count("code: {count} number", "code: {count} numbers", spec.latent), "is-code")
    ends = [(say_count("{count} pixel", "{count} pixels", pixels), None)]
    steps = [*ends, *hidden, code, *reversed(hidden), *ends]
    return tag(
        "ol", *(tag("li", words, class_=kind) for words, kind in steps), class_="way",
        aria_label=say("The network, from the image to the code and back to an image"),
    )  # fmt: skip


def _learned(facts: Facts) -> Markup:
    """The two numbers that the run is read by, large, each with a sentence."""
    shown = [metric for metric in headlines(facts.spec, facts.dataset) if hasattr(facts.numbers, metric.name)]
    return tag(
        "section",
        tag("h2", say("What was learned")),
        tag("div", *(_headline(metric, facts) for metric in shown), class_="headlines"),
        tag("p", words, class_="soft small") if (words := _measured(facts)) else None,
        tag("p", say("Collapsed: every output is the same image.")) if facts.numbers.collapsed else None,
    )


def _measured(facts: Facts) -> str:
    """On what the numbers were measured, where that is not simply the set."""
    noisy = say("Measured on the images without noise; the loss, under noise that was drawn anew.")
    return " ".join(filter(None, (noisy if facts.spec.noisy else "", counted(facts))))


def _headline(metric: Metric, facts: Facts) -> Markup:
    value = getattr(facts.numbers, metric.name)
    total = {"images": facts.numbers.measured, "units": facts.spec.latent}.get(metric.unit)
    what = f"{say(metric.label)} {say(metric.unit)}".rstrip()
    if total is not None:
        what = say("of {total} {what}", total=count(total), what=say(metric.label))
    return tag(
        "div",
        tag(
            "p", amount(value), " ", tag("small", what),
            class_="figure", style=f"border-color: var(--{metric.role})",
        ),
        tag("p", say(metric.help)),
    )  # fmt: skip


def _cleaned(facts: Facts) -> Markup | None:
    """What the network and the best possible reach under the run's noise, side by side."""
    cleaning = facts.cleaning
    if cleaning is None:
        return None
    spec, dataset = facts.spec, facts.dataset
    shown = [
        metric for metric in METRICS
        if metric.best is not None and (dataset.binary or metric.drawn(spec, dataset))
    ]  # fmt: skip
    head = (say("Measure"), say("This network"), say("Best possible"))
    rows = [
        (capital(metric.axis), *(getattr(cleaning, f"{who}{metric.name}") for who in ("", "best_possible_")))
        for metric in shown
    ]
    words = say_count(
        "Measured on {count} copy of the set under {noise} at level {level}. Best possible: no method that "
        "knows the set and the noise does better on average.",
        "Each number is a mean over {count} copies of the set under {noise} at level {level}. Best possible: "
        "no method that knows the set and the noise does better on average.",
        facts.repeats,
        noise=NOISES[spec.noise].named(), level=spec.noise_level,
    )  # fmt: skip
    return tag(
        "section",
        tag("h2", say("How well it cleans")),
        tag("p", words),
        tag(
            "table",
            tag("thead", tag("tr", *(tag("th", each, scope="col", class_=kind)
                                     for each, kind in zip(head, ("", "number", "number"), strict=True)))),
            tag("tbody", *(
                tag("tr", tag("th", label, scope="row"), tag("td", amount(network), class_="number"),
                    tag("td", amount(best), class_="number"))
                for label, network, best in rows
            )),
        ),
    )  # fmt: skip


def _glossary(facts: Facts) -> Markup:
    """Every number of the report, with what it means."""
    entries = []
    for metric in METRICS:
        value = getattr(facts.numbers, metric.name, None)
        if value is not None:
            unit = f" {say(metric.unit)}" if metric.unit else ""
            number = tag("span", amount(value), unit, class_="value")
            entries += [tag("dt", capital(say(metric.label)), " ", number), tag("dd", say(metric.help))]
    return tag("section", tag("h2", say("What the numbers mean")), tag("dl", *entries))
