"""What the commands of `tp5` do: options in, one document out, as JSON or as text.

Commands import torch only when they compute, so that lists appear at once.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.base.words import Option, Refusal, in_language, say, say_count
from core.cli.ending import FAILURE, Ended, Stop, heeded, status_of
from core.cli.streams import complain, shown
from core.data.datasets import DATASETS, Dataset, dataset_names, load_dataset, save_dataset
from core.data.library import LibraryError
from core.experiment.presets import preset, presets
from core.experiment.spec import Spec, edit, parse_value
from core.train.run_names import run_path

if TYPE_CHECKING:
    from core.base.progress import OnProgress
    from core.train.trainer import Trainer

SHOWN = 0.1
"""Seconds of training after which the bar moves."""


def list_presets(options: argparse.Namespace) -> None:
    """`tp5 presets`."""
    rows = [
        {
            "name": preset.name,
            "lesson": preset.lesson,
            "lesson_es": in_language("es", preset.lesson),
            "spec": asdict(preset.spec),
        }
        for preset in presets()
    ]
    answer(options, rows, "\n".join(f"{preset.name:26} {say(preset.lesson)}" for preset in presets()))


def list_datasets(options: argparse.Namespace) -> None:
    """`tp5 datasets`."""
    rows = []
    for name in dataset_names():
        try:
            rows.append(_sizes(load_dataset(name)))
        except LibraryError as error:
            complain(error)
    answer(options, rows, "\n".join(map(_size_line, rows)))


def import_dataset(options: argparse.Namespace) -> None:
    """`tp5 datasets import`."""
    from core.data.importers import Wishes, understand
    from core.data.repeats import in_words, repeats
    from core.data.wishes import WISHES

    if options.name in DATASETS.names():
        raise Refusal(
            "{option} {name}: this set is built in; choose another name",
            option=Option("name"), name=options.name,
        )  # fmt: skip
    if options.name in dataset_names() and not options.replace:
        raise Refusal(
            "{option} {name}: there is a set of this name; give {replace} to replace it",
            option=Option("name"), name=options.name, replace=Option("replace"),
        )  # fmt: skip
    wishes = Wishes(**{name: getattr(options, name) for name in WISHES})
    with shown_on_the_way(say("reading")) as on_progress:
        understood = understand(options.source, options.name, wishes, on_progress)
    dataset = understood.dataset
    save_dataset(dataset)
    row = _sizes(dataset)
    used = f"--set dataset={dataset.name}"
    lines = [say("{sizes}; use it with {used}", sizes=_size_line(row), used=used)]
    found = repeats(dataset.images)
    lines += [in_words(found)] if found else []
    answer(options, row, "\n".join([*map(str, understood.remarks), *lines]))


def export_dataset(options: argparse.Namespace) -> None:
    """`tp5 datasets export`."""
    from core.data.exporting import LABELS, check_free, export, kind_of, losses

    dataset, place = load_dataset(options.name), options.out
    check_free(place, options.replace)
    check_place(place / LABELS if kind_of(place) == "folder" and place.is_dir() else place)
    with shown_on_the_way(say("writing")) as on_progress:
        export(dataset, place, on_progress, replace=options.replace)
    row = _sizes(dataset)
    line = say("{sizes}; written to {path}", sizes=_size_line(row), path=place)
    answer(options, row | {"out": str(place)}, "\n".join([*map(str, losses(dataset, place)), line]))


def train(options: argparse.Namespace) -> None:
    """`tp5 train`."""
    spec = _spec_of(options)
    asked = options.out
    options.out = None if asked is None else run_path(asked)
    check_place(options.out)
    dataset = load_dataset(spec.dataset)  # a wrong name is refused before torch is loaded

    from tqdm import tqdm

    from core.train.moments import BYTES
    from core.train.report import report
    from core.train.runfile import save_run
    from core.train.trainer import Diverged, Trainer

    moments = BYTES if options.moments is None else options.moments
    trainer = Trainer(spec, dataset, moment_bytes=0 if options.out is None else moments)
    bar = tqdm(total=spec.epochs, unit=" epochs", file=sys.stderr, disable=None, mininterval=0.2)
    with heeded() as stop:  # while it is saved as well
        try:
            with bar:
                stopped = _announcing(trainer, stop, bar.write)
                trainer.prepare(stopped)
                start = time.perf_counter()
                while not (trainer.finished or stop()):
                    bar.update(trainer.advance(max(1, int(SHOWN / trainer.pace.seconds)), stopped))
        except Diverged as error:
            if options.out is None:
                raise
            save_run(trainer, options.out, moments)
            words = say("{error} The run is in {path}.", error=error, path=options.out)
            raise Ended(FAILURE, words) from error
        seconds = time.perf_counter() - start
        if options.out is not None:
            save_run(trainer, options.out, moments)
    if stop() and not trainer.finished:
        raise Ended(status_of(stop.number), _kept(trainer.epoch, options.out))
    if options.out != asked:
        print(say("the run is in {path}", path=shown(str(options.out))), file=sys.stderr)
    with shown_on_the_way(say("measuring")) as on_progress:
        reached = report(trainer, on_progress=on_progress).to_dict()
    cause = trainer.snapshot().cause if reached["collapsed"] else None
    result = {
        "preset": options.preset, "seed": spec.seed, "epochs": reached["epochs"], "seconds": round(seconds, 3)
    } | reached  # fmt: skip
    result |= {"device": trainer.device, "threads": trainer.threads}
    on_cpu = trainer.device == "cpu"
    where = say_count("{count} thread", "{count} threads", trainer.threads) if on_cpu else trainer.device
    lines = _reached(f"{options.preset}, seed {spec.seed}", where, dataset, seconds, result)
    answer(options, result, "\n".join(lines if cause is None else [*lines, cause.words()]))


@contextmanager
def shown_on_the_way(doing: str) -> "Iterator[OnProgress]":
    """A bar on standard error with words for what is being done, where that takes more than a moment."""
    from tqdm import tqdm

    form = "{desc}: {percentage:3.0f}%|{bar}| {elapsed}"
    with tqdm(
        total=1.0, desc=doing, bar_format=form, file=sys.stderr, disable=None, delay=1, miniters=0
    ) as bar:

        def on_progress(share: float) -> None:
            bar.update(share - bar.n)

        yield on_progress


def _announcing(trainer: "Trainer", stop: Stop, write: Callable[..., None]) -> Callable[[], bool]:
    """`stop`, which also says once on standard error what a person waits for: a compilation, long epochs."""
    say_preparing = preparing_said(write)

    def stopped() -> bool:
        say_preparing()
        words = trainer.pace.announcement()
        if words:
            write(words, file=sys.stderr)
        return stop()

    return stopped


def preparing_said(write: Callable[..., None]) -> Callable[[], None]:
    """What says on standard error, once, that what trains is prepared, if it is called while that is so."""
    from core.compiled import preparing

    said = False

    def say_preparing() -> None:
        nonlocal said
        words = "" if said else preparing.EPOCHS.words()
        if words:
            said = True
            write(words, file=sys.stderr)

    return say_preparing


def _kept(epoch: int, path: Path | None) -> str:
    """What a training says that is stopped after so many epochs."""
    if path is None:
        return say(
            "stopped at epoch {epoch}; without {option} nothing is kept", epoch=epoch, option=Option("out")
        )
    return say("stopped at epoch {epoch}; the run is in {path}", epoch=epoch, path=path)


def edits_of(settings: list[str]) -> dict[str, Any]:
    """The values that `--set FIELD=VALUE` gives, by field; `Refusal` if one cannot be."""
    edits: dict[str, Any] = {}
    for setting in settings:
        name, equals, text = setting.partition("=")
        if not equals:
            raise Refusal("{option} takes FIELD=VALUE, not {text!r}", option=Option("set"), text=setting)
        edits[name] = parse_value(name, text)
    return edits


def _spec_of(options: argparse.Namespace) -> Spec:
    edits = edits_of(options.settings)
    if options.seed is not None:
        edits["seed"] = options.seed
    if options.device is not None:
        edits["device"] = options.device
    return edit(preset(options.preset), edits)


def _sizes(dataset: Dataset) -> dict[str, Any]:
    height, width = dataset.shape
    return {"name": dataset.name, "count": dataset.count, "height": height, "width": width}


def _size_line(row: dict[str, Any]) -> str:
    return say("{name:12} {count:d} of {width:d}x{height:d}", **row)


def _reached(name: str, where: str, dataset: Dataset, seconds: float, reached: dict[str, Any]) -> list[str]:
    """What a run has reached, in lines for a person."""
    lines = [
        say(
            "{name}: {epochs} epochs in {seconds:.1f} s on {where}",
            name=name, epochs=reached["epochs"], seconds=seconds, where=where,
        )
    ]  # fmt: skip
    values = reached | {"total": reached["measured"]}
    lines += counted_over(reached["measured"], dataset)
    if dataset.binary:
        lines.append(
            say(
                "{wrong_pixels} wrong pixels; {recognised} of {total} recognised, {perfect} perfect", **values
            )
        )
    else:
        lines.append(say("squared error {squared_error:.5f} per pixel", **values))
        if "ssim" in reached:
            lines.append(say("similarity {ssim:.3f}", **values))
        lines.append(say("{nearest_own} of {total} nearest to their own image", **values))
    if "kl" in reached:
        lines.append(say("{active_units} code units active, KL {kl:.2f} nats per image", **values))
    if reached.get("bounded"):
        lines.append(
            say_count(
                "{count} log-variance of the code is held at a bound, where it learns no more",
                "{count} log-variances of the code are held at a bound, where they learn no more",
                reached["bounded"],
            )
        )
    if reached["collapsed"]:
        lines.append(say("collapsed: every output is the same image"))
    return lines


def counted_over(measured: int, dataset: Dataset) -> list[str]:
    """The line that says over how many images something was counted where these are not all of the set."""
    if measured == dataset.count:
        return []
    return [
        say("{measured} of {count} images measured, spread evenly over the set",
            measured=measured, count=dataset.count)
    ]  # fmt: skip


def check_place(
    path: Path | None, option: str = "out", suffixes: Sequence[str] = (), replaces: bool = True
) -> None:
    """Refuse a place that cannot be written to, before the work and not after it; None is no place at all.

    Parameters
    ----------
    suffixes : what the name may end in; anything, if there are none.
    replaces : whether a file that is there is replaced, which its folder has to allow; else it is added to.
    """
    if path is None:
        return
    place = {"option": Option(option), "path": path}
    with suppress(FileNotFoundError):
        path.stat()  # which refuses a name that is too long, or links that lead in a circle
    folder = Path(os.path.realpath(path)).parent
    if not folder.is_dir():
        raise Refusal("{option} {path}: there is no folder {folder}", folder=folder, **place)
    if path.is_dir():
        raise Refusal("{option} {path}: this is a folder; name a file in it", **place)
    stays = path.exists() and not (replaces and path.is_file())  # a device stays in any case
    if not stays and not os.access(folder, os.W_OK):
        raise Refusal("{option} {path}: the folder {folder} cannot be written to", folder=folder, **place)
    if path.exists() and not os.access(path, os.W_OK):
        raise Refusal("{option} {path}: this file is protected and cannot be replaced", **place)
    if suffixes and path.suffix.lower() not in suffixes:
        raise Refusal(
            "{option} {path}: its name must end in one of {suffixes}", suffixes=" ".join(suffixes), **place
        )


def answer(options: argparse.Namespace, document: Any, text: str) -> None:
    """Print the document with `--json`, otherwise the text."""
    print(json.dumps(document) if options.json else shown(text))
