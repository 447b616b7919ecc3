"""The command `tp5 study`: many runs of every setting; a table, a figure and one document out."""

import argparse
import shlex
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import asdict, replace
from importlib.util import find_spec
from math import isfinite
from pathlib import Path
from statistics import fmean, stdev
from typing import Any

from core.base.words import FieldName, Option, Refusal, say
from core.cli import values
from core.cli.commands import answer, check_place, edits_of, preparing_said
from core.cli.ending import Ended, Stop, heeded, status_of
from core.experiment.fields import value_text
from core.experiment.presets import preset
from core.experiment.spec import edit
from core.studies.axes import parse_axis
from core.studies.measures import measure_words, measures
from core.studies.pace import Extent, Pace
from core.studies.questions import Question, question, questions
from core.studies.rows import complete
from core.studies.study import TEST_NOISE, Axis, Row, Study
from core.studies.summary import BANDS, Cell, ceiling, cells, interval, races
from core.studies.tables import FIGURES, TABLES, plain, write_table


def add_options(command: argparse.ArgumentParser) -> None:
    """Declare what `tp5 study` takes."""
    names = ", ".join(question.name for question in questions())
    command.add_argument("question", metavar=say("QUESTION"), help=say("{names}, race, or vary", names=names))
    command.add_argument(
        "preset",
        metavar="PRESET",
        nargs="?",
        help=say("what is trained (default: the question's own preset)"),
    )
    command.add_argument(
        "--vary", action="append", default=[], metavar=say("FIELD=VALUES"),
        help=say(
            "the field that varies: values between commas (between semicolons where a value has commas), or "
            "LOW:HIGH:COUNT; test_noise is the noise under which a trained run is measured; once or twice"
        ),
    )  # fmt: skip
    command.add_argument("--runs", type=values.count, metavar="N", help=say("runs per setting"))
    command.add_argument(
        "--replicas", type=values.count, default=8, metavar="N", help=say("runs in a race (default: 8)")
    )
    command.add_argument(
        "--seed", type=values.seed, metavar=say("SEED"), help=say("seed of the first run of every setting")
    )
    command.add_argument(
        "--set", action="append", default=[], metavar=say("FIELD=VALUE"), dest="settings",
        help=say("change any field of all runs; may be given several times"),
    )  # fmt: skip
    command.add_argument(
        "--measure", metavar=say("NAME"), help=say("what is compared: recognised, wrong_pixels, ssim, ...")
    )
    command.add_argument(
        "--band", choices=BANDS, default="sd", help=say("what is shown around the mean (default: sd)")
    )
    command.add_argument("--workers", type=values.count, metavar="N", help=say("compute in N processes"))
    command.add_argument(
        "--cluster", metavar=say("ADDRESS"), help=say("compute on the Dask scheduler at this address")
    )
    command.add_argument(
        "--journal", type=Path, metavar=say("FILE"),
        help=say("write finished runs to this file; if it exists, continue from it"),
    )  # fmt: skip
    command.add_argument(
        "--out",
        type=Path,
        metavar=say("TABLE"),
        help=say("write the table to this .csv, .json or .parquet file"),
    )
    command.add_argument(
        "--figure",
        type=Path,
        metavar=say("FILE"),
        help=say("write the figure to this .png, .svg or .pdf file"),
    )


def study(options: argparse.Namespace) -> None:
    """`tp5 study`; ends with 130 or 143 where Ctrl+C or SIGTERM ended it, and says how to go on."""
    with heeded() as stop:
        asked, racing = _asked(options), options.question == "race"
        _check_files(options)
        if options.figure is not None and not asked.axes:
            raise Refusal("{option}: a study in which nothing varies has no figure", option=Option("figure"))
        runs = options.runs or asked.runs
        started = asked.study(runs * options.replicas if racing else runs, options.seed)
        measure = options.measure or asked.measure
        _check_measure(measure, started)
        start = time.perf_counter()
        table = _run(options, started, stop)
        if stop() and len(table) < started.total * len(started.levels):
            raise Ended(status_of(stop.number), _how_to_go_on(options, started, table))
        seconds = time.perf_counter() - start
        found = cells(started, table, measure, options.band)
        document: dict[str, Any] = {
            "question": options.question, "preset": asked.preset, "measure": measure, "band": options.band,
            "command": _command(options), "seconds": round(seconds, 3),
            "cells": [plain(asdict(cell)) for cell in found], "runs": [plain(row) for row in table],
        }  # fmt: skip
        if not started.axes:
            document |= _counts(races(table, options.replicas) if racing else table, asked.preset, measure)
        try:
            if options.out is not None:
                write_table(options.out, table)
            if options.figure is not None:
                _draw(options.figure, started, asked, table, found, measure, options.band)
        finally:  # a full disk does not lose the answer
            answer(options, document, _told(document, [axis.field for axis in started.axes]))


def _how_to_go_on(options: argparse.Namespace, started: Study, table: list[Row]) -> str:
    """What is said of a study that was stopped."""
    counts = {"done": complete(started, table), "total": started.total}
    if options.journal is None:
        return say(
            "stopped with {done} of {total} runs done, which are lost; with {option} FILE they are kept",
            **counts, option=Option("journal"),
        )  # fmt: skip
    return say(
        "stopped with {done} of {total} runs done; the same command goes on from {path}",
        **counts, path=options.journal,
    )  # fmt: skip


def _run(options: argparse.Namespace, started: Study, stop: Stop) -> list[Row]:
    """The table of all runs, or of those that are done when a signal is heard; a bar shows the progress."""
    from tqdm import tqdm

    from core.studies.running import run

    pace, rows = Pace(started), started.total * len(started.levels)
    form = "{l_bar}{bar}| {n:.0f}/{total_fmt}{unit} [{elapsed}{postfix}]"
    with tqdm(
        total=started.total, unit=say(" runs trained"), bar_format=form, file=sys.stderr, disable=None
    ) as bar:
        say_preparing = preparing_said(bar.write)

        def on_rows(new: list[Row], extent: Extent) -> bool:
            say_preparing()
            pace.tell(extent, time.perf_counter())
            values = {"measured": extent.measured, "total": rows}
            if isfinite(pace.left):
                left = bar.format_interval(pace.left)
                words = say("{measured} of {total} measured; {left} left", **values, left=left)
            else:
                words = say("{measured} of {total} measured", **values)
            bar.set_postfix_str(words, refresh=False)
            bar.update(extent.trained - bar.n)
            return not stop()

        return run(started, options.journal, _executor(options), on_rows)


def _counts(runs: list[Row], preset: str, measure: str) -> dict[str, Any]:
    """What a document says of a study in which nothing varies: runs, averages, and how many are good."""
    counts: dict[str, Any] = {"runs": [plain(row | {"preset": preset}) for row in runs]}
    for name, hits in (
        ("no_wrong_pixel", sum(row["wrong_pixels"] == 0 for row in runs)),
        ("all_recognised", sum(row["recognised"] == row["images"] for row in runs)),
    ):
        counts[name] = hits
        counts[f"{name}_interval"] = [round(end, 4) for end in interval(hits, len(runs))]
    columns = {
        name: [row[name] for row in runs if row.get(name) is not None]
        for name in ("recognised", "wrong_pixels", measure)
    }
    counts["averages"] = {name: _average(numbers) for name, numbers in columns.items() if numbers}
    return counts


def _average(numbers: list[float]) -> dict[str, float | None]:
    """Mean, standard deviation (of a sample), least and most of the runs' numbers."""
    spread = stdev(numbers) if len(numbers) > 1 else 0.0
    return plain({"mean": fmean(numbers), "sd": spread, "least": min(numbers), "most": max(numbers)})


def _draw(
    path: Path, started: Study, asked: Question, table: list[Row], found: list[Cell], measure: str, band: str
) -> None:
    from core.studies.figure import write_figure

    write_figure(
        path, started, found, measure, band, title=say(asked.asks),
        theirs=asked.theirs if measure == asked.measure else (), ceiling=ceiling(started, table, measure),
    )  # fmt: skip


def _asked(options: argparse.Namespace) -> Question:
    """The question, with what the options change of it."""
    name = "restarts" if options.question in ("race", "vary") else options.question
    asked = question(name)
    if options.question == "vary" and not options.vary:
        raise Refusal("vary needs {option} FIELD=VALUES", option=Option("vary"))
    if options.preset is not None:
        asked = replace(asked, preset=options.preset, change=lambda spec: spec, theirs=())
    if options.vary:
        asked = replace(asked, axes=tuple(_axis(text) for text in options.vary), theirs=())
        if options.question == "vary":
            asked = replace(asked, asks="", measure="recognised", runs=10)
    edits, change = edits_of(options.settings), asked.change
    _check_edits(edits, asked.axes)
    preset(asked.preset)  # refused here, if nothing has this name
    # with the first setting at once: what varies may be needed for what is set
    edits |= {axis.field: axis.values[0] for axis in asked.axes if axis.field != TEST_NOISE}
    return replace(asked, change=lambda spec: edit(change(spec), edits))


def _check_edits(edits: dict[str, Any], axes: Sequence[Axis]) -> None:
    """Refuse to set what the study itself sets."""
    for name in edits:
        if name in {axis.field for axis in axes}:
            raise Refusal(
                "{option} {field}: the study varies it; choose its values with {vary}",
                option=Option("set"), field=FieldName(name), vary=Option("vary"),
            )  # fmt: skip
        if name == "replicas":
            raise Refusal(
                "{option} {field}: a study trains {runs} per setting; a race takes {replicas}",
                option=Option("set"), field=FieldName(name), runs=Option("runs"),
                replicas=Option("replicas"),
            )  # fmt: skip


def _axis(text: str) -> Axis:
    """The axis of `--vary FIELD=VALUES`; the refusal names the option."""
    name, equals, listed = text.partition("=")
    if not equals or not listed:
        raise Refusal("{option} takes FIELD=VALUES, not {text!r}", option=Option("vary"), text=text)
    try:
        return parse_axis(name, listed)
    except Refusal as error:
        raise Refusal("{option} {error}", option=Option("vary"), error=error) from error


def _executor(options: argparse.Namespace) -> Callable[[], Executor] | None:
    if options.workers is not None and options.cluster is not None:
        raise Refusal(
            "give {workers} or {cluster}, not both", workers=Option("workers"), cluster=Option("cluster")
        )
    if options.workers is not None:
        from core.studies.running import processes

        return lambda: processes(options.workers)
    if options.cluster is not None:
        from core.studies.running import cluster

        cluster(options.cluster).shutdown()  # refused before the work, if nobody answers
        return lambda: cluster(options.cluster)
    return None


def _check_measure(measure: str, study: Study) -> None:
    """Refuse a measure that such runs do not have, before the work."""
    known = [metric.name for metric in measures(study)]
    if measure not in known:
        raise Refusal(
            "{option} {measure}: is not measured; there are {known}",
            option=Option("measure"), measure=measure, known=", ".join(sorted(known)),
        )  # fmt: skip


def _check_files(options: argparse.Namespace) -> None:
    """Refuse files that cannot be written, or of an unknown kind, before the study and not after it."""
    named: dict[Path, str] = {}
    for name, path, suffixes in (
        ("out", options.out, TABLES),
        ("figure", options.figure, FIGURES),
        ("journal", options.journal, ()),
    ):
        check_place(path, name, suffixes, replaces=name != "journal")
        if path is not None and named.setdefault(path.resolve(), name) != name:
            raise Refusal(
                "{option} {path}: this is the file of {other}; give each a file of its own",
                option=Option(name), path=path, other=Option(named[path.resolve()]),
            )  # fmt: skip
    parquet = options.out is not None and options.out.suffix.lower() == ".parquet"
    if parquet and find_spec("pyarrow") is None:
        raise Refusal(
            "{option} {path}: needs pyarrow; pip install pyarrow, or write a .csv file",
            option=Option("out"), path=options.out,
        )  # fmt: skip


def _command(options: argparse.Namespace) -> str:
    """The command that asks the same again."""
    words = ["tp5", "study", options.question, *([options.preset] if options.preset else [])]
    words += [word for text in options.vary for word in ("--vary", text)]
    words += [word for text in options.settings for word in ("--set", text)]
    for name in ("runs", "seed", "measure"):
        value = getattr(options, name)
        words += [f"--{name}", str(value)] if value is not None else []
    words += ["--replicas", str(options.replicas)] if options.question == "race" else []
    return shlex.join([*words, "--band", options.band])


def _told(document: dict[str, Any], fields: list[str]) -> str:
    """The document as a person reads it: how often runs are good, or a line for every setting."""
    runs = len(document["runs"])
    lines = [
        say("{runs} runs in {seconds:.1f} s: {command}",
            runs=runs, seconds=document["seconds"], command=document["command"])
    ]  # fmt: skip
    if "no_wrong_pixel" in document:
        for name, title in (
            ("no_wrong_pixel", say("no wrong pixel")),
            ("all_recognised", say("all recognised")),
        ):
            low, high = (100 * end for end in document[f"{name}_interval"])
            lines.append(
                say("{title}: {hits} of {runs} (95 %: {low:.1f} to {high:.1f} %)",
                    title=title, hits=document[name], runs=runs, low=low, high=high)
            )  # fmt: skip
        lines += [
            say(
                "{measure}: {mean:.4g} on average, standard deviation {sd:.3g}, "
                "from {least:.4g} to {most:.4g}",
                measure=measure_words(name), **average,
            )
            for name, average in document["averages"].items()
        ]  # fmt: skip
        return "\n".join(lines)
    for cell in document["cells"]:
        setting = "; ".join(
            f"{name} = {value_text(value)}" for name, value in zip(fields, cell["values"], strict=True)
        )
        if cell["mean"] is None:
            lines.append(
                say("{setting:40} {measure} of no run", setting=setting, measure=document["measure"])
            )
            continue
        lines.append(
            say("{setting:40} {measure} {mean:.4g} ({low:.4g} to {high:.4g})",
                setting=setting, measure=document["measure"],
                mean=cell["mean"], low=cell["low"], high=cell["high"])
        )  # fmt: skip
    return "\n".join(lines)
