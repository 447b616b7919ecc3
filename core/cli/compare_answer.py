"""What `tp5 compare` prints: one document for scripts, the same in lines for a person."""

from collections.abc import Iterator, Sequence
from typing import Any

from core.base.words import say
from core.cli.commands import counted_over
from core.experiment.spec import FIELDS
from core.reports.amounts import amount_words
from core.reports.comparing import Compared, Counts, Paired
from core.reports.comparing_words import amounts, best_words, change_words, common_words, left_out_words
from core.reports.settings import value_told
from core.reports.words import capital

SHOWN = 8
"""Images that are named, of those that one makes better than another, and of those that it makes worse."""


def document(compared: Compared, places: Sequence[str]) -> dict[str, Any]:
    """What is printed for scripts; images are named by their numbers in the set."""
    document: dict[str, Any] = {
        "runs": [
            {"name": side.name, "file": place, "epoch": side.epoch, "dataset": side.spec.dataset}
            for side, place in zip(compared.sides, places, strict=True)
        ],
        "same_images": compared.same_images,
        "same_shape": compared.same_shape,
        "settings": {setting.field: list(setting.values) for setting in compared.settings},
        "same_settings": list(compared.shared),
        "metrics": {
            measured.metric.name: {
                "values": list(measured.values), "better": measured.metric.better, "best": list(measured.best)
            }
            for measured in compared.measured
        },
        "left_out": {left.metric.name: str(left.why) for left in compared.left_out},
    }  # fmt: skip
    if compared.paired is not None:
        document["images"] = _rows(compared.paired, compared.sides[0].index.tolist())
        document["changes"] = [
            {"run": number, **_numbers(compared, number)} for number in range(1, len(compared.sides))
        ]
    return document


def _rows(paired: Paired, numbers: Sequence[int]) -> list[dict[str, Any]]:
    return [
        {
            "number": number, "label": label,
            "wrong_pixels": paired.wrong[:, row].tolist(),
            "squared_error": paired.squared_error[:, row].astype(float).tolist(),
        }
        for row, (number, label) in enumerate(zip(numbers, paired.labels, strict=True))
    ]  # fmt: skip


def _numbers(compared: Compared, side: int) -> dict[str, list[int]]:
    """The images that a run makes better, worse and as well as the first one, by their numbers in the set."""
    assert compared.paired is not None
    change, index = compared.paired.change(side), compared.sides[0].index
    return {
        f"{kind}_images": index[rows].tolist()
        for kind, rows in (("better", change.better), ("worse", change.worse), ("same", change.same))
    }


def lines(compared: Compared) -> Iterator[str]:
    """The same for a person."""
    for side in compared.sides:
        yield say("{name}: epoch {epoch}", name=side.name, epoch=side.epoch)
    yield common_words(compared)
    if compared.paired is not None:
        yield from counted_over(len(compared.paired.labels), compared.sides[0].dataset)
    yield ""
    settings = [
        [say(FIELDS[setting.field].metadata["label"]), *_told(compared, setting.field)]
        for setting in compared.settings
    ]
    if settings:
        yield from _table([[say("Settings that differ"), *compared.names], *settings])
    else:
        yield say("All settings are the same.")
    if compared.measured:
        yield ""
        rows = [
            [capital(each.metric.axis), *amounts(each), best_words(each, compared.names)]
            for each in compared.measured
        ]
        yield from _table([[say("Measured"), *compared.names, say("Better")], *rows])
    yield from left_out_words(compared.left_out)
    if compared.paired is not None:
        yield ""
        for number in range(1, len(compared.sides)):
            yield from _changes(compared, number)


def _told(compared: Compared, field: str) -> list[str]:
    return [value_told(side.spec, field) for side in compared.sides]


def _table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Rows of words in columns, the first one flush left."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [
            f"{row[0]:{widths[0]}}",
            *(f"{cell:>{width}}" for cell, width in zip(row[1:], widths[1:], strict=True)),
        ]
        yield "  ".join(cells).rstrip()


def _changes(compared: Compared, side: int) -> Iterator[str]:
    """What became of the images from the first run to another: how many, and which most."""
    assert compared.paired is not None
    change = compared.paired.change(side)
    yield change_words(compared, side)
    if len(change.better):
        yield "  " + say("better: {images}", images=_named(compared.paired, change.better, side))
    if len(change.worse):
        yield "  " + say("worse: {images}", images=_named(compared.paired, change.worse, side))


def _named(paired: Paired, rows: Counts, side: int) -> str:
    """The first of some images, each with what became of it."""
    few = [_step(paired, row, side) for row in rows[:SHOWN].tolist()]
    return ", ".join(few + ["…"] * (len(rows) > SHOWN))


def _step(paired: Paired, row: int, side: int) -> str:
    """An image with its error in the first run and in another one."""
    errors = paired.wrong if paired.counted else paired.squared_error
    before, after = (amount_words(errors[number, row].item()) for number in (0, side))
    return say("{label} ({before} → {after})", label=paired.labels[row], before=before, after=after)
