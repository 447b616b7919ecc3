"""The command `tp5`: what the laboratory does, for scripts. JSON on standard output, progress on error."""

import argparse
import json
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, NoReturn

from core import __version__
from core.datasets import load_dataset
from core.presets import preset, presets
from core.registry import DATASETS, NOISES, UnknownName
from core.spec import SEED_LIMIT, Spec, SpecError, edit, parse_value

USER_ERROR, FAILURE = 2, 1


class Mistake(Exception):
    """Something the user got wrong; its message is the one line they see."""


class Parser(argparse.ArgumentParser):
    """A parser whose errors are one line."""

    def error(self, message: str) -> NoReturn:
        """Print the message and end with the status of a user's mistake."""
        self.exit(USER_ERROR, f"{self.prog}: {message}; see {self.prog} --help\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `tp5`; returns the exit status: 0, 2 for a user's mistake, 1 for a failure."""
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        options.run(options)
    except (Mistake, SpecError, UnknownName, FileNotFoundError) as error:
        print(f"tp5: {error}", file=sys.stderr)
        return USER_ERROR
    except BrokenPipeError:
        return FAILURE
    except (ArithmeticError, OSError, ValueError, RuntimeError) as error:
        from core.runfile import RunFileError

        print(f"tp5: {error}", file=sys.stderr)
        return USER_ERROR if isinstance(error, RunFileError) else FAILURE
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = Parser(prog="tp5", description="A laboratory for autoencoders.")
    parser.add_argument("--version", action="version", version=f"tp5 {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: Any, help: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=help, description=help)
        sub.set_defaults(run=run)
        sub.add_argument("--json", action="store_true", help="print one JSON document")
        return sub

    command("presets", _presets, "List the experiments by name.")
    command("datasets", _datasets, "List the data sets by name.")

    train = command("train", _train, "Train a preset.")
    train.add_argument("preset", metavar="PRESET")
    train.add_argument("--out", type=Path, metavar="RUN.tp5", help="write the run to this file")
    _add_spec_options(train)

    evaluate = command("evaluate", _evaluate, "Measure a trained run under noise, beside the best possible.")
    evaluate.add_argument("file", type=Path, metavar="RUN.tp5")
    evaluate.add_argument("--noise", type=_level, default=0.0, metavar="LEVEL", help="noise level, 0 to 1")
    evaluate.add_argument("--kind", metavar="NOISE", help="kind of noise (default: the run's own)")
    evaluate.add_argument(
        "--repeats", type=_positive, default=100, metavar="N", help="noisy copies of the set"
    )
    evaluate.add_argument("--seed", type=_seed, default=0, help="seed of the noise")

    reconstruct = command("reconstruct", _reconstruct, "Print the set before and after the network.")
    reconstruct.add_argument("file", type=Path, metavar="RUN.tp5")
    reconstruct.add_argument("--characters", metavar="TEXT", help="only these labels (default: all)")
    reconstruct.add_argument("--noise", type=_level, default=0.0, metavar="LEVEL", help="noise level, 0 to 1")
    reconstruct.add_argument("--kind", metavar="NOISE", help="kind of noise (default: the run's own)")
    reconstruct.add_argument("--seed", type=_seed, default=0, help="seed of the noise")
    return parser


def _add_spec_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("--seed", type=_seed, help="where chance starts")
    command.add_argument(
        "--set", action="append", default=[], metavar="FIELD=VALUE", dest="settings",
        help="change any field of the run; may be given several times",
    )  # fmt: skip


def _spec_of(options: argparse.Namespace) -> Spec:
    edits: dict[str, Any] = {}
    for each in options.settings:
        name, equals, text = each.partition("=")
        if not equals:
            raise Mistake(f"--set takes FIELD=VALUE, not {each!r}")
        edits[name] = parse_value(name, text)
    if options.seed is not None:
        edits["seed"] = options.seed
    return edit(preset(options.preset), edits)


def _presets(options: argparse.Namespace) -> None:
    rows = [{"name": each.name, "lesson": each.lesson, "spec": asdict(each.spec)} for each in presets()]
    _print(options, rows, "\n".join(f"{row['name']:26} {row['lesson']}" for row in rows))


def _datasets(options: argparse.Namespace) -> None:
    rows = []
    for name in DATASETS.names():
        dataset = load_dataset(name)
        height, width = dataset.shape
        rows.append({"name": name, "count": dataset.count, "height": height, "width": width})
    _print(
        options, rows,
        "\n".join(f"{row['name']:12} {row['count']} of {row['height']}x{row['width']}" for row in rows),
    )  # fmt: skip


def _train(options: argparse.Namespace) -> None:
    from tqdm import tqdm

    from core.runfile import save_run
    from core.trainer import Trainer

    spec = _spec_of(options)
    if options.out is not None:
        _check_place(options.out)
    trainer = Trainer(spec)
    start = time.perf_counter()
    with tqdm(total=spec.epochs, unit=" epochs", file=sys.stderr, disable=None, mininterval=0.2) as bar:
        trainer.run(lambda _: bar.update())
    seconds = time.perf_counter() - start
    if options.out is not None:
        save_run(trainer, options.out)
    shot = trainer.snapshot()
    squared = float(((trainer.model.reconstruct(shot.inputs) - shot.inputs) ** 2).mean())
    result = {
        "preset": options.preset, "seed": spec.seed, "epochs": shot.epoch, "seconds": round(seconds, 3),
        "loss": shot.loss, "squared_error": squared, "wrong_pixels": shot.wrong_pixels,
        "recognised": shot.recognised, "perfect": shot.perfect,
    }  # fmt: skip
    count = trainer.dataset.count
    _print(
        options, result,
        f"{options.preset}, seed {spec.seed}: {shot.epoch:,} epochs in {seconds:.1f} s\n"
        f"{shot.wrong_pixels} wrong pixels; {shot.recognised} of {count} recognised, {shot.perfect} perfect",
    )  # fmt: skip


def _evaluate(options: argparse.Namespace) -> None:
    from core.metrics import denoising_score
    from core.runfile import load_run

    trainer = load_run(options.file)
    kind = _kind(options, trainer.spec)
    score = denoising_score(
        trainer.model, trainer.dataset, kind, options.noise, options.repeats, options.seed
    )
    result = {"noise": options.noise, "kind": kind, "repeats": options.repeats, **asdict(score)}
    _print(
        options, result,
        f"{kind} at {options.noise:g}, {options.repeats} times {trainer.dataset.count} images\n"
        f"recognised {score.recognised:.2f} (best possible {score.best_possible_recognised:.2f}), "
        f"perfect {score.perfect:.2f} (best possible {score.best_possible_perfect:.2f})",
    )  # fmt: skip


def _reconstruct(options: argparse.Namespace) -> None:
    import torch

    from core.noise import corrupt
    from core.runfile import load_run

    trainer = load_run(options.file)
    labels, images = trainer.dataset.labels, trainer.dataset.images
    wanted = list(labels) if options.characters is None else list(options.characters)
    for label in wanted:
        if label not in labels:
            raise Mistake(f"--characters: {label!r} is not in the set; it has {' '.join(labels)}")
    index = [labels.index(label) for label in wanted]
    generator = torch.Generator().manual_seed(options.seed)
    clean = torch.from_numpy(images[index]).flatten(1)
    fed = corrupt(_kind(options, trainer.spec), clean, options.noise, generator).reshape(
        -1, *trainer.dataset.shape
    )
    outputs = trainer.model.reconstruct(fed.numpy())
    wrong = ((outputs > 0.5) != (images[index] > 0.5)).sum((1, 2))
    rows = [
        {
            "label": label,
            "wrong_pixels": int(count),
            "fed": before.tolist(),
            "output": after.round(6).tolist(),
        }
        for label, count, before, after in zip(wanted, wrong, fed.numpy(), outputs, strict=True)
    ]
    _print(options, rows, "\n\n".join(_side_by_side(row) for row in rows))


def _check_place(path: Path) -> None:
    """Refuse a place that cannot be written before the training, not after it."""
    folder = path.absolute().parent
    if not folder.is_dir():
        raise Mistake(f"--out {path}: there is no folder {folder}")
    if path.is_dir():
        raise Mistake(f"--out {path}: this is a folder; name a file in it")
    if not os.access(folder, os.W_OK):
        raise Mistake(f"--out {path}: the folder {folder} cannot be written to")


def _side_by_side(row: dict[str, Any]) -> str:
    def strokes(line: list[float]) -> str:
        return "".join("##" if pixel > 0.5 else " ." for pixel in line)

    lines = [f"{strokes(a)}   {strokes(b)}" for a, b in zip(row["fed"], row["output"], strict=True)]
    return "\n".join([f"{row['label']}: {row['wrong_pixels']} wrong", *lines])


def _kind(options: argparse.Namespace, spec: Spec) -> str:
    kind = options.kind or (spec.noise if spec.noise != "none" else "salt-and-pepper")
    return NOISES.require(kind)


def _seed(text: str) -> int:
    if not text.isdecimal() or int(text) > SEED_LIMIT:
        raise argparse.ArgumentTypeError(f"must be a whole number from 0 to {SEED_LIMIT}, not {text!r:.20}")
    return int(text)


def _level(text: str) -> float:
    try:
        level = float(text)
    except ValueError:
        level = -1.0
    if not 0 <= level <= 1:
        raise argparse.ArgumentTypeError(f"must be a number from 0 to 1, not {text!r}")
    return level


def _positive(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 1_000_000:
        raise argparse.ArgumentTypeError(f"must be a whole number from 1 to 1,000,000, not {text!r:.20}")
    return int(text)


def _print(options: argparse.Namespace, document: Any, text: str) -> None:
    print(json.dumps(document) if options.json else text)
