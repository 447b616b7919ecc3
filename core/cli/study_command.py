"""The command `tp5 study`: a question in, a table, a figure and one document out."""

import argparse
import csv
import json
import math
import shlex
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import asdict, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from core.cli.commands import Mistake, check_place, edits_of, say
from core.experiment.presets import preset
from core.experiment.spec import FIELDS, edit, parse_value
from core.studies.measures import measures
from core.studies.questions import Question, question, questions
from core.studies.study import TEST_NOISE, Axis, Study
from core.studies.summary import BANDS, ceiling, cells, interval, races

MOST_VALUES = 1000
TABLES = (".csv", ".json", ".parquet")


def add_options(
    command: argparse.ArgumentParser, seed: Callable[[str], int], count: Callable[[str], int]
) -> None:
    """Declare what `tp5 study` takes."""
    names = ", ".join(each.name for each in questions())
    command.add_argument("question", metavar="QUESTION", help=f"{names}, race, or vary")
    command.add_argument(
        "preset", metavar="PRESET", nargs="?", help="what is run (default: the question's own)"
    )
    command.add_argument(
        "--vary", action="append", default=[], metavar="FIELD=VALUES",
        help="what varies: values between commas (between semicolons where a value has commas), or "
        "LOW:HIGH:COUNT; test_noise is the noise a trained run is measured under; once or twice",
    )  # fmt: skip
    command.add_argument("--runs", type=count, metavar="N", help="runs of each setting")
    command.add_argument("--replicas", type=count, default=8, metavar="N", help="runs in a race (default: 8)")
    command.add_argument("--seed", type=seed, help="seed of the first run of each setting")
    command.add_argument(
        "--set", action="append", default=[], metavar="FIELD=VALUE", dest="settings",
        help="change any field of all runs; may be given several times",
    )  # fmt: skip
    command.add_argument(
        "--measure", metavar="NAME", help="what is looked at: recognised, wrong_pixels, ssim, ..."
    )
    command.add_argument("--band", choices=BANDS, default="sd", help="what goes around the mean")
    command.add_argument("--workers", type=count, metavar="N", help="compute in N processes")
    command.add_argument("--cluster", metavar="ADDRESS", help="compute on the Dask scheduler at this address")
    command.add_argument(
        "--journal", type=Path, metavar="FILE", help="keep what is done, and go on from there"
    )
    command.add_argument("--out", type=Path, metavar="TABLE", help="write the table: .csv, .json or .parquet")
    command.add_argument("--figure", type=Path, metavar="FILE", help="write the figure: .png, .svg or .pdf")
    command.add_argument("--lang", choices=("en", "es"), default="en", help="language of the figure")


def study(options: argparse.Namespace) -> None:
    """`tp5 study`."""
    asked, racing = _asked(options), options.question == "race"
    check_files(options)
    runs = options.runs or asked.runs
    if options.figure is not None and not asked.axes:
        raise Mistake("--figure: a study in which nothing varies has no figure")
    started = asked.study(runs * options.replicas if racing else runs, options.seed)
    _check_measure(options.measure, started)

    from tqdm import tqdm

    from core.studies.running import run

    start = time.perf_counter()
    with tqdm(total=started.total, unit=" runs", file=sys.stderr, disable=None) as bar:

        def on_rows(rows: list[dict[str, Any]], share: float) -> bool:
            bar.update(share * started.total - bar.n)
            return True

        table = run(started, options.journal, _executor(options), on_rows)
    seconds = time.perf_counter() - start
    measure = options.measure or asked.measure
    try:
        found = cells(started, table, measure, options.band)
    except KeyError as error:
        raise Mistake(f"--measure {measure}: none of these runs has it") from error
    document: dict[str, Any] = {
        "question": options.question, "preset": asked.preset, "measure": measure, "band": options.band,
        "command": _command(options), "seconds": round(seconds, 3),
        "cells": [_plain(asdict(cell)) for cell in found], "runs": [_plain(row) for row in table],
    }  # fmt: skip
    if not started.axes:
        best = races(table, options.replicas) if racing else table
        document["runs"] = [_plain(row | {"preset": asked.preset}) for row in best]
        for name, hits in (
            ("no_wrong_pixel", sum(row["wrong_pixels"] == 0 for row in best)),
            ("all_recognised", sum(row["recognised"] == row["images"] for row in best)),
        ):
            document[name] = hits
            document[f"{name}_interval"] = [round(each, 4) for each in interval(hits, len(best))]
    if options.out is not None:
        write_table(options.out, table)
    if options.figure is not None:
        from core.studies.figure import write_figure

        title = asked.asks if options.lang == "en" else asked.asks_es
        write_figure(
            options.figure, started, found, measure, options.band, title=title,
            theirs=asked.theirs if measure == asked.measure else (),
            ceiling=ceiling(started, table, measure),
        )  # fmt: skip
    say(options, document, _told(document, [axis.field for axis in started.axes]))


def _asked(options: argparse.Namespace) -> Question:
    """The question, with what the options change of it."""
    name = "restarts" if options.question in ("race", "vary") else options.question
    asked = question(name)
    if options.question == "vary" and not options.vary:
        raise Mistake("vary needs --vary FIELD=VALUES")
    if options.preset is not None:
        asked = replace(asked, preset=options.preset, change=lambda spec: spec, theirs=())
    if options.vary:
        asked = replace(asked, axes=tuple(parse_axis(text) for text in options.vary), theirs=())
        if options.question == "vary":
            asked = replace(asked, asks="", asks_es="", measure="recognised", runs=10)
    edits, change = edits_of(options.settings), asked.change
    preset(asked.preset)
    return replace(asked, change=lambda spec: edit(change(spec), edits))


def parse_axis(text: str) -> Axis:
    """The axis that `FIELD=VALUES` tells; `Mistake` or `SpecError` says what is wrong."""
    name, equals, listed = text.partition("=")
    if not equals or not listed:
        raise Mistake(f"--vary takes FIELD=VALUES, not {text!r}")

    def value(each: str) -> Any:
        if name == TEST_NOISE:
            try:
                return float(each)
            except ValueError as error:
                raise ValueError(f"{name}: must be a level from 0 to 1, not {each!r:.20}") from error
        return parse_value(name, each)

    try:
        low, high, count = listed.split(":")
        steps = int(count)
        if not 2 <= steps <= MOST_VALUES:
            raise Mistake(f"--vary {text}: a range has 2 to {MOST_VALUES} values")
        a, b = float(low), float(high)
        numbers = [a + (b - a) * index / (steps - 1) for index in range(steps)]
        whole = name != TEST_NOISE and isinstance(FIELDS[name].default if name in FIELDS else 0.0, int)
        return Axis(name, tuple(value(str(round(each) if whole else each)) for each in numbers))
    except ValueError as error:
        if ":" in listed:
            raise Mistake(f"--vary {text}: a range is LOW:HIGH:COUNT") from error
    try:
        parts = listed.removesuffix(";").split(";") if ";" in listed else listed.split(",")
        return Axis(name, tuple(value(each.strip()) for each in parts))
    except ValueError as error:
        raise Mistake(f"--vary {error}") from error


def _executor(options: argparse.Namespace) -> Callable[[], Executor] | None:
    if options.workers is not None and options.cluster is not None:
        raise Mistake("give --workers or --cluster, not both")
    if options.workers is not None:
        from core.studies.running import processes

        return lambda: processes(options.workers)
    if options.cluster is not None:
        from core.studies.running import cluster

        cluster(options.cluster).shutdown()  # whether anybody answers is told before the work
        return lambda: cluster(options.cluster)
    return None


def _check_measure(measure: str | None, study: Study) -> None:
    """Refuse a measure that such runs do not have, before the work."""
    if measure is not None:
        known = [each.name for each in measures(study)]
        if measure not in known:
            raise Mistake(f"--measure {measure}: is not measured; there are {', '.join(sorted(known))}")


def check_files(options: argparse.Namespace) -> None:
    """Refuse files that cannot be written, or of no known kind, before the study and not after it."""
    for option, path, kinds in (
        ("--out", options.out, TABLES),
        ("--figure", options.figure, (".png", ".svg", ".pdf")),
        ("--journal", options.journal, ()),
    ):
        if path is not None:
            check_place(path, option)
            if kinds and path.suffix.lower() not in kinds:
                raise Mistake(f"{option} {path}: its name must end in {' or '.join(kinds)}")
    parquet = options.out is not None and options.out.suffix.lower() == ".parquet"
    if parquet and find_spec("pyarrow") is None:
        raise Mistake(f"--out {options.out}: needs pyarrow; pip install pyarrow, or write .csv")


def write_table(path: Path, rows: Sequence[dict[str, Any]]) -> None:
    """Write a table, tidy: a line a run, a column a field or measure; .parquet needs pyarrow."""
    rows = [_plain(row) for row in rows]
    columns = list(dict.fromkeys(key for row in rows for key in row))
    if path.suffix.lower() not in TABLES:
        raise ValueError(f"{path}: a table is a {' or '.join(TABLES)} file")
    if path.suffix.lower() == ".json":
        path.write_text(json.dumps(rows), encoding="utf-8")
    elif path.suffix.lower() == ".csv":
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, columns)
            writer.writeheader()
            writer.writerows(rows)
    else:
        import pyarrow
        import pyarrow.parquet

        table = pyarrow.table({name: [row.get(name) for row in rows] for name in columns})
        pyarrow.parquet.write_table(table, path)


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    """A row as JSON and CSV can hold it: layers as words, NaN as nothing."""
    return {
        name: "-".join(map(str, value)) if name == "hidden"
        else None if isinstance(value, float) and not math.isfinite(value) else value
        for name, value in row.items()
    }  # fmt: skip


def _command(options: argparse.Namespace) -> str:
    """The command that asks the same again."""
    words = ["tp5", "study", options.question, *([options.preset] if options.preset else [])]
    words += [word for each in options.vary for word in ("--vary", each)]
    words += [word for each in options.settings for word in ("--set", each)]
    for name in ("runs", "seed", "measure"):
        value = getattr(options, name)
        words += [f"--{name}", str(value)] if value is not None else []
    words += ["--replicas", str(options.replicas)] if options.question == "race" else []
    return shlex.join([*words, "--band", options.band])


def command_of(study: Study, measure: str, band: str = "sd") -> str:
    """A command that asks any study again, field by field."""
    words = ["tp5", "study", "vary" if study.axes else "restarts"]
    words += [word for axis in study.axes for word in ("--vary", f"{axis.field}={_listed(axis.values)}")]
    first = asdict(preset("font-autoencoder"))
    settings = {
        name: value for name, value in asdict(study.base).items() if value != first[name] and name != "seed"
    }
    words += [word for name, value in settings.items() for word in ("--set", f"{name}={_text(value)}")]
    words += ["--runs", str(study.runs), "--seed", str(study.base.seed), "--measure", measure, "--band", band]
    return shlex.join(words)


def _listed(values: Sequence[Any]) -> str:
    between = ";" if any(isinstance(value, tuple) for value in values) else ","
    text = between.join(map(_text, values))
    return text + ";" if between == ";" else text


def _text(value: Any) -> str:
    return ",".join(map(str, value)) if isinstance(value, tuple | list) else str(value)


def _told(document: dict[str, Any], fields: Sequence[str]) -> str:
    lines = [f"{len(document['runs'])} runs in {document['seconds']:.1f} s: {document['command']}"]
    if "no_wrong_pixel" in document:
        for name in ("no_wrong_pixel", "all_recognised"):
            low, high = document[f"{name}_interval"]
            share = (
                f"{document[name]} of {len(document['runs'])} (95 %: {100 * low:.1f} to {100 * high:.1f} %)"
            )
            lines.append(f"{name.replace('_', ' ')}: {share}")
        return "\n".join(lines)
    for cell in document["cells"]:
        values = ", ".join(f"{name} {value}" for name, value in zip(fields, cell["values"], strict=True))
        mean, low, high = (math.nan if cell[name] is None else cell[name] for name in ("mean", "low", "high"))
        lines.append(f"{values:40} {document['measure']} {mean:.4g} ({low:.4g} to {high:.4g})")
    return "\n".join(lines)
