"""What each command of `tp5` does: options in, one document out, as JSON or as text.

torch is imported inside, so that listing names stays quick.
"""

import argparse
import json
import os
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from core.base import words
from core.data.datasets import DATASETS, Dataset, dataset_names, load_dataset, save_dataset
from core.data.library import LibraryError
from core.data.noise import NOISES
from core.experiment.presets import preset, presets
from core.experiment.spec import Spec, edit, parse_value
from core.measure.metrics import METRICS

if TYPE_CHECKING:
    from core.train.trainer import Trainer

Array = NDArray[np.float32]


class Mistake(Exception):
    """Something the user got wrong; its message is the one line they see."""


def list_presets(options: argparse.Namespace) -> None:
    """`tp5 presets`."""
    rows = [
        {"name": each.name, "lesson": each.lesson, "lesson_es": each.lesson_es, "spec": asdict(each.spec)}
        for each in presets()
    ]
    key = "lesson" if options.lang == "en" else "lesson_es"
    say(options, rows, "\n".join(f"{row['name']:26} {row[key]}" for row in rows))


def list_datasets(options: argparse.Namespace) -> None:
    """`tp5 datasets`."""
    rows = []
    for name in dataset_names():
        try:
            rows.append(_sizes(load_dataset(name)))
        except LibraryError as error:
            print(f"tp5: {error}", file=sys.stderr)
    say(options, rows, "\n".join(map(_size_line, rows)))


def import_dataset(options: argparse.Namespace) -> None:
    """`tp5 datasets import`."""
    from core.data.importers import import_images

    if options.name in DATASETS.names():
        raise Mistake(f"--name {options.name}: this set is built in; choose another name")
    if options.name in dataset_names() and not options.replace:
        raise Mistake(f"--name {options.name}: there is a set of this name; --replace puts this in its place")
    dataset = import_images(
        options.source, options.name, grid=options.grid, size=options.size,
        characters=options.characters, invert=options.invert,
    )  # fmt: skip
    save_dataset(dataset)
    row = _sizes(dataset)
    say(options, row, f"{_size_line(row)}; use it with --set dataset={dataset.name}")


def train(options: argparse.Namespace) -> None:
    """`tp5 train`."""
    spec = _spec_of(options)
    if options.out is not None:
        check_place(options.out)
    dataset = load_dataset(spec.dataset)  # a wrong name is told before torch is loaded

    from tqdm import tqdm

    from core.nn.device import thread_count
    from core.train.report import report
    from core.train.runfile import save_run
    from core.train.trainer import Trainer

    trainer = Trainer(spec, dataset)
    start = time.perf_counter()
    with tqdm(total=spec.epochs, unit=" epochs", file=sys.stderr, disable=None, mininterval=0.2) as bar:
        trainer.run(lambda _: bar.update())
    seconds = time.perf_counter() - start
    if options.out is not None:
        save_run(trainer, options.out)
    reached = report(trainer).to_dict()
    result = {
        "preset": options.preset, "seed": spec.seed, "epochs": reached["epochs"], "seconds": round(seconds, 3)
    } | reached  # fmt: skip
    threads = thread_count(spec, dataset)
    result |= {"device": trainer.device, "threads": threads}
    where = f"{threads} thread" + "s" * (threads > 1) if trainer.device == "cpu" else trainer.device
    say(options, result, _reached(f"{options.preset}, seed {spec.seed}", where, dataset, seconds, result))


def evaluate(options: argparse.Namespace) -> None:
    """`tp5 evaluate`."""
    from core.measure.denoising import affordable_repeats, denoising_score
    from core.train.runfile import load_run

    trainer = load_run(options.file)
    spec, dataset, level = trainer.spec, trainer.dataset, options.noise
    kind = _kind(options, spec)
    repeats = options.repeats or affordable_repeats(dataset, kind, level)
    score = denoising_score(trainer.model, dataset, kind, level, repeats, options.seed).to_dict()
    lines = [
        words.say(
            "{kind} at {level}, {repeats} times {count} images",
            kind=kind, level=level, repeats=repeats, count=dataset.count,
        )
    ]  # fmt: skip
    lines += [
        words.say(
            "{metric}: {value:.4g} (best possible {best:.4g})",
            metric=metric.axis, value=score[metric.name], best=score[f"best_possible_{metric.name}"],
        )
        for metric in METRICS
        # among greys, counting wrong pixels says little
        if metric.best is not None and (dataset.binary or metric.drawn(spec, dataset))
    ]  # fmt: skip
    lines.append(
        words.say(
            "squared error of the noisy images: {value:.4g} per pixel", value=score["fed_squared_error"]
        )
    )
    say(options, {"noise": level, "kind": kind, "repeats": repeats, **score}, "\n".join(lines))


def reconstruct(options: argparse.Namespace) -> None:
    """`tp5 reconstruct`."""
    import torch

    from core.base.generators import Generators
    from core.data.noise import corrupt
    from core.train.runfile import load_run

    _check_picture(options)
    trainer = load_run(options.file)
    labels, images = trainer.dataset.labels, trainer.dataset.images
    index = (
        list(range(len(labels)))
        if options.characters is None
        else [
            _item(trainer.dataset, each, "--characters")
            for each in _split(trainer.dataset, options.characters)
        ]
    )
    if not index:
        raise Mistake("--characters: give at least one label")
    clean = torch.from_numpy(images[index]).flatten(1)
    generators, shape = Generators(options.seed), trainer.dataset.shape
    noisy = corrupt(_kind(options, trainer.spec), clean, options.noise, generators, shape)
    fed = noisy.reshape(-1, *trainer.dataset.shape).numpy()
    outputs = trainer.model.reconstruct(fed)
    wrong = ((outputs > 0.5) != (images[index] > 0.5)).sum((1, 2))
    rows = [
        {
            "label": labels[each],
            "wrong_pixels": int(count),
            "fed": before.tolist(),
            "output": after.round(6).tolist(),
        }
        for each, count, before, after in zip(index, wrong, fed, outputs, strict=True)
    ]
    _draw(options, np.concatenate([fed, outputs]), len(index))
    say(options, rows, "\n\n".join(_side_by_side(row) for row in rows))


def interpolate(options: argparse.Namespace) -> None:
    """`tp5 interpolate`."""
    from core.measure.latent import PATHS
    from core.train.runfile import load_run

    _check_picture(options)
    trainer = load_run(options.file)
    ends = [_item(trainer.dataset, label, side) for label, side in
            ((options.start, "FROM"), (options.end, "TO"))]  # fmt: skip
    start, end = trainer.model.encode(trainer.dataset.images[ends])
    codes = PATHS[options.path](start, end, options.steps)
    images = trainer.model.decode(codes)
    likes = _likes(trainer, images)
    result = {
        "from": trainer.dataset.labels[ends[0]], "to": trainer.dataset.labels[ends[1]],
        "path": options.path, "steps": options.steps, "nearest": likes, **_made(codes, images),
    }  # fmt: skip
    _draw(options, images, len(images))
    say(options, result, "\n".join(f"{step:3} near {like}" for step, like in enumerate(likes)))


def generate(options: argparse.Namespace) -> None:
    """`tp5 generate`."""
    from core.measure.latent import prior_draws
    from core.train.runfile import load_run

    if (options.samples is None) == (options.offset is None):
        raise Mistake("generate takes either --offset D or --samples N")
    if options.item is not None and options.offset is None:
        raise Mistake("--item goes with --offset")
    _check_picture(options)
    trainer = load_run(options.file)
    dataset = trainer.dataset
    if options.samples is not None:
        if not trainer.spec.variational:
            raise Mistake(f"{options.file} is not variational, so it has no prior to sample; use --offset")
        codes = prior_draws(options.samples, trainer.spec.latent, options.seed)
        how: dict[str, Any] = {"samples": options.samples, "seed": options.seed}
    else:
        index = slice(None) if options.item is None else [_item(dataset, options.item, "--item")]
        codes = trainer.model.encode(dataset.images[index]) + np.float32(options.offset)
        how = {"offset": options.offset, "items": np.array(dataset.labels)[index].tolist()}
    images = trainer.model.decode(codes)
    likes = _likes(trainer, images)
    _draw(options, images, min(len(images), 16))
    say(
        options, how | {"nearest": likes, **_made(codes, images)},
        "\n".join(f"{number:3} near {like}" for number, like in enumerate(likes)),
    )  # fmt: skip


def edits_of(settings: list[str]) -> dict[str, Any]:
    """What `--set FIELD=VALUE` asks for, field by field; `Mistake` or `SpecError` names what cannot be."""
    edits: dict[str, Any] = {}
    for each in settings:
        name, equals, text = each.partition("=")
        if not equals:
            raise Mistake(f"--set takes FIELD=VALUE, not {each!r}")
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
    return f"{row['name']:12} {row['count']} of {row['width']}x{row['height']}"


def _reached(name: str, where: str, dataset: Dataset, seconds: float, reached: dict[str, Any]) -> str:
    lines = [
        words.say(
            "{name}: {epochs} epochs in {seconds:.1f} s on {where}",
            name=name, epochs=reached["epochs"], seconds=seconds, where=where,
        )
    ]  # fmt: skip
    values = reached | {"total": dataset.count}
    if dataset.binary:
        lines.append(
            words.say(
                "{wrong_pixels} wrong pixels; {recognised} of {total} recognised, {perfect} perfect", **values
            )
        )
    else:
        lines.append(words.say("squared error {squared_error:.5f} per pixel", **values))
        if "ssim" in reached:
            lines.append(words.say("similarity {ssim:.3f}", **values))
        lines.append(words.say("{nearest_own} of {total} nearest to their own image", **values))
    if "kl" in reached:
        lines.append(words.say("{active_units} code units active, KL {kl:.2f} nats per image", **values))
    if reached["collapsed"]:
        lines.append(words.say("collapsed: every output is the same image"))
    return "\n".join(lines)


def _split(dataset: Dataset, text: str) -> list[str]:
    """The labels in a text: its letters where all of them are labels, else words between commas."""
    if all(letter in dataset.labels for letter in text):
        return list(text)
    return [each.strip() for each in text.split(",") if each.strip()]


def _item(dataset: Dataset, label: str, option: str) -> int:
    """The first image of that label, or the one of that number."""
    if label in dataset.labels:
        return dataset.labels.index(label)
    if label.isdecimal() and len(label) < 9 and int(label) < dataset.count:
        return int(label)
    few = ", ".join(dataset.labels[:40]) + (", ..." if dataset.count > 40 else "")
    raise Mistake(f"{option}: {label!r} is not in the set; it has {few}")


def _likes(trainer: "Trainer", images: Array) -> list[str]:
    from core.measure.similarity import nearest

    return [nearest(image, trainer.dataset).label for image in images]


def _made(codes: Array, images: Array) -> dict[str, Any]:
    return {"codes": codes.astype(float).round(6).tolist(), "images": images.astype(float).round(6).tolist()}


def check_place(path: Path, option: str = "--out") -> None:
    """Refuse a place that cannot be written before the work, not after it."""
    folder = path.absolute().parent
    if not folder.is_dir():
        raise Mistake(f"{option} {path}: there is no folder {folder}")
    if path.is_dir():
        raise Mistake(f"{option} {path}: this is a folder; name a file in it")
    if not os.access(folder, os.W_OK):
        raise Mistake(f"{option} {path}: the folder {folder} cannot be written to")


def _check_picture(options: argparse.Namespace) -> None:
    if options.out is not None:
        check_place(options.out)
    if options.scale > 64:
        raise Mistake(f"--scale must be at most 64, not {options.scale}")


def _draw(options: argparse.Namespace, images: Array, columns: int) -> None:
    if options.out is not None:
        from core.data.pictures import sheet, write_png

        write_png(sheet(images, columns, options.scale), options.out)


def _side_by_side(row: dict[str, Any]) -> str:
    def strokes(line: list[float]) -> str:
        return "".join("##" if pixel > 0.5 else " ." for pixel in line)

    lines = [f"{strokes(a)}   {strokes(b)}" for a, b in zip(row["fed"], row["output"], strict=True)]
    return "\n".join([f"{row['label']}: {row['wrong_pixels']} wrong", *lines])


def _kind(options: argparse.Namespace, spec: Spec) -> str:
    kind = options.kind or (spec.noise if spec.noise != "none" else "salt-and-pepper")
    return NOISES.require(kind)


def say(options: argparse.Namespace, document: Any, text: str) -> None:
    """Print the document with --json, else the text."""
    print(json.dumps(document) if options.json else text)
