"""What the commands do with a trained run: measure it, and show what it makes of images and of codes."""

import argparse
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from core.base.words import Option, Refusal, language, number, say
from core.cli.commands import answer, check_place, counted_over, shown_on_the_way
from core.data.datasets import Dataset
from core.data.noise import NOISES
from core.data.pictures import PICTURES, sheet, write_png
from core.experiment.spec import Spec
from core.experiment.wording import name_of
from core.measure.metrics import METRICS
from core.measure.rules import ON

if TYPE_CHECKING:
    from core.nn.model import Model
    from core.train.trainer import Trainer

Array = NDArray[np.float32]


def _at(options: argparse.Namespace, trainer: "Trainer") -> "Model":
    """The network as it is, or as it was after the epoch that was asked for."""
    if options.at is None:
        return trainer.model
    with shown_on_the_way(say("training again up to that epoch")) as on_progress:
        return trainer.at(options.at, on_progress)


def _when(options: argparse.Namespace) -> dict[str, Any]:
    """What a document says of the epoch, where one was asked for."""
    return {} if options.at is None else {"epoch": options.at}


def evaluate(options: argparse.Namespace) -> None:
    """`tp5 evaluate`."""
    from core.measure.denoising import affordable_repeats, denoising_score
    from core.train.runfile import load_run

    trainer = load_run(options.file)
    spec, dataset, level = trainer.spec, trainer.dataset, options.noise
    kind = _kind(options, spec)
    repeats = options.repeats or affordable_repeats(dataset, kind, level)
    model = _at(options, trainer)
    with shown_on_the_way(say("measuring")) as on_progress:
        score = denoising_score(model, dataset, kind, level, repeats, options.seed, on_progress).to_dict()
    lines = [say("epoch {epoch}", epoch=number(options.at))] if options.at is not None else []
    lines += [
        say(
            "{kind} at {level}; means over {repeats} repeats", kind=kind, level=level, repeats=repeats,
        )
    ]  # fmt: skip
    measured = score["measured"]
    lines += counted_over(measured, dataset)
    if measured < dataset.count:
        lines.append(say("counts are scaled up from these to the whole set"))
    lines += [
        say(
            "{metric}: {value:.4g} (best possible {best:.4g})",
            metric=metric.axis, value=round(score[metric.name], 9),
            best=round(score[f"best_possible_{metric.name}"], 9),
        )
        for metric in METRICS
        # among greys, counting wrong pixels says little
        if metric.best is not None and (dataset.binary or metric.drawn(spec, dataset))
    ]  # fmt: skip
    lines.append(
        say("squared error of the noisy images: {value:.4g} per pixel", value=score["fed_squared_error"])
    )
    result = {"noise": level, "kind": kind, "repeats": repeats, **_when(options), **score}
    answer(options, result, "\n".join(lines))


def reconstruct(options: argparse.Namespace) -> None:
    """`tp5 reconstruct`."""
    import torch

    from core.base.generators import Generators
    from core.data.noise import corrupt
    from core.train.runfile import load_run

    check_place(options.out, suffixes=PICTURES)
    trainer = load_run(options.file)
    labels, images = trainer.dataset.labels, trainer.dataset.images
    index = (
        list(range(len(labels)))
        if options.characters is None
        else [
            _item(trainer.dataset, label, Option("characters"))
            for label in _split(trainer.dataset, options.characters)
        ]
    )
    if not index:
        raise Refusal("{option}: give at least one label", option=Option("characters"))
    clean = torch.from_numpy(images[index]).flatten(1)
    generators, shape = Generators(options.seed), trainer.dataset.shape
    noisy = corrupt(_kind(options, trainer.spec), clean, options.noise, generators, shape)
    fed = noisy.reshape(-1, *trainer.dataset.shape).numpy()
    outputs = _at(options, trainer).reconstruct(fed)
    wrong = ((outputs > ON) != (images[index] > ON)).sum((1, 2))
    rows = [
        {
            "label": labels[item],
            "wrong_pixels": int(count),
            **_when(options),
            "fed": before.tolist(),
            "output": after.round(6).tolist(),
        }
        for item, count, before, after in zip(index, wrong, fed, outputs, strict=True)
    ]
    _draw(options, np.concatenate([fed, outputs]), len(index))
    answer(options, rows, "\n\n".join(_side_by_side(row) for row in rows))


def interpolate(options: argparse.Namespace) -> None:
    """`tp5 interpolate`."""
    from core.measure.latent import PATHS
    from core.train.runfile import load_run

    check_place(options.out, suffixes=PICTURES)
    trainer = load_run(options.file)
    ends = [_item(trainer.dataset, label, side) for label, side in
            ((options.start, "FROM"), (options.end, "TO"))]  # fmt: skip
    model = _at(options, trainer)
    start, end = model.encode(trainer.dataset.images[ends])
    codes = PATHS[options.path](start, end, options.steps)
    images = model.decode(codes)
    likes = _likes(trainer, images)
    result = {
        "from": trainer.dataset.labels[ends[0]], "to": trainer.dataset.labels[ends[1]],
        "path": options.path, "steps": options.steps, "nearest": likes, **_when(options),
        **_made(codes, images),
    }  # fmt: skip
    _draw(options, images, len(images))
    answer(options, result, _numbered(likes))


def generate(options: argparse.Namespace) -> None:
    """`tp5 generate`."""
    from core.measure.latent import prior_draws
    from core.train.runfile import load_run

    if (options.samples is None) == (options.offset is None):
        raise Refusal(
            "generate takes either {offset} D or {samples} N",
            offset=Option("offset"), samples=Option("samples"),
        )  # fmt: skip
    if options.item is not None and options.offset is None:
        raise Refusal("{item} goes with {offset}", item=Option("item"), offset=Option("offset"))
    check_place(options.out, suffixes=PICTURES)
    trainer = load_run(options.file)
    dataset = trainer.dataset
    if options.samples is not None:
        if not trainer.spec.has_prior:
            raise Refusal(
                "{file} has no prior to draw from: it is not variational, nor trained with MMD; use {offset}",
                file=options.file, offset=Option("offset"),
            )  # fmt: skip
        model = _at(options, trainer)
        codes = prior_draws(options.samples, trainer.spec.latent, options.seed)
        how: dict[str, Any] = {"samples": options.samples, "seed": options.seed}
    else:
        index = slice(None) if options.item is None else [_item(dataset, options.item, Option("item"))]
        model = _at(options, trainer)
        codes = model.encode(dataset.images[index]) + np.float32(options.offset)
        how = {"offset": options.offset, "items": list(np.array(dataset.labels, object)[index])}
    images = model.decode(codes)
    likes = _likes(trainer, images)
    _draw(options, images, min(len(images), 16))
    answer(options, how | {"nearest": likes, **_when(options), **_made(codes, images)}, _numbered(likes))


def _split(dataset: Dataset, text: str) -> list[str]:
    """The labels in a text: its letters if all of them are labels, otherwise the words between commas."""
    if all(letter in dataset.labels for letter in text):
        return list(text)
    return [word.strip() for word in text.split(",") if word.strip()]


def _item(dataset: Dataset, label: str, option: Option | str) -> int:
    """The index of the first image with that label, or the one with that number."""
    if label in dataset.labels:
        return dataset.labels.index(label)
    if label.isdecimal() and len(label) < 9 and int(label) < dataset.count:
        return int(label)
    few = ", ".join(f"{label:.40}" for label in dataset.labels[:40]) + (", ..." if dataset.count > 40 else "")
    raise Refusal("{option}: {label!r} is not in the set; it has {few}", option=option, label=label, few=few)


def _likes(trainer: "Trainer", images: Array) -> list[str]:
    from core.measure.similarity import nearest

    return [nearest(image, trainer.dataset).label for image in images]


def _made(codes: Array, images: Array) -> dict[str, Any]:
    return {"codes": codes.astype(float).round(6).tolist(), "images": images.astype(float).round(6).tolist()}


def _draw(options: argparse.Namespace, images: Array, columns: int) -> None:
    if options.out is not None:
        write_png(sheet(images, columns, options.scale), options.out)


def _side_by_side(row: dict[str, Any]) -> str:
    def strokes(line: list[float]) -> str:
        return "".join("##" if pixel > ON else " ." for pixel in line)

    lines = [f"{strokes(a)}   {strokes(b)}" for a, b in zip(row["fed"], row["output"], strict=True)]
    title = say("{label}: {count} wrong", label=row["label"], count=row["wrong_pixels"])
    return "\n".join([title, *lines])


def report(options: argparse.Namespace) -> None:
    """`tp5 report`."""
    from core.reports.writing import SUFFIXES, write_report
    from core.train.runfile import load_run

    check_place(options.out, suffixes=SUFFIXES)
    trainer = load_run(options.file)
    with shown_on_the_way(say("measuring")) as on_progress:
        facts = write_report(trainer, options.out, on_progress)
    size = options.out.stat().st_size
    words = say("the report is in {path} ({size} KB)", path=options.out, size=round(size / 1000))
    result = {"out": str(options.out), "bytes": size, "language": language(), "run": name_of(facts.spec)}
    answer(options, result | facts.numbers.to_dict(), words)


def _kind(options: argparse.Namespace, spec: Spec) -> str:
    kind = options.kind or (spec.noise if spec.noise != "none" else "salt-and-pepper")
    return NOISES.require(kind)


def _numbered(likes: list[str]) -> str:
    return "\n".join(say("{number:3d} near {like}", number=i, like=like) for i, like in enumerate(likes))
