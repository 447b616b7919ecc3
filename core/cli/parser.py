"""The command `tp5`: what the laboratory does, for scripts. JSON on standard output, progress on error.

Here is what can be said on the command line; what is then done is in `commands`.
"""

import argparse
import math
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from core import __version__
from core.base.registry import UnknownName
from core.choices.devices import DEVICES
from core.cli import commands, study_command
from core.cli.commands import Mistake
from core.data.library import LibraryError
from core.experiment.fields import SEED_LIMIT, SpecError
from core.studies.study import StudyError

USER_ERROR, FAILURE = 2, 1


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
    except (Mistake, SpecError, StudyError, UnknownName, LibraryError, FileNotFoundError) as error:
        print(f"tp5: {error}", file=sys.stderr)
        return USER_ERROR
    except BrokenPipeError:
        return FAILURE
    except (ArithmeticError, OSError, ValueError, RuntimeError) as error:
        from core.data.importers import ImportRefused
        from core.train.runfile import RunFileError

        print(f"tp5: {error}", file=sys.stderr)
        return USER_ERROR if isinstance(error, RunFileError | ImportRefused) else FAILURE
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="tp5", description="A laboratory for autoencoders.",
        epilog="`tp5 presets --json` shows every field of a run, `tp5 datasets` every set of images.",
    )  # fmt: skip
    parser.add_argument("--version", action="version", version=f"tp5 {__version__}")
    actions = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: Any, help: str) -> argparse.ArgumentParser:
        sub = actions.add_parser(name, help=help, description=help)
        sub.set_defaults(run=run)
        sub.add_argument("--json", action="store_true", help="print one JSON document")
        return sub

    listed = command("presets", commands.list_presets, "List the experiments by name.")
    listed.add_argument("--lang", choices=("en", "es"), default="en", help="language of the sentences")
    _add_datasets(command("datasets", commands.list_datasets, "List the data sets by name, or import one."))

    train = command("train", commands.train, "Train a preset.")
    train.add_argument("preset", metavar="PRESET")
    train.add_argument("--out", type=Path, metavar="RUN.tp5", help="write the run to this file")
    train.add_argument("--seed", type=_seed, help="where chance starts")
    train.add_argument("--device", choices=DEVICES.names(), help="where it is computed (default: auto)")
    train.add_argument(
        "--set", action="append", default=[], metavar="FIELD=VALUE", dest="settings",
        help="change any field of the run; may be given several times",
    )  # fmt: skip

    evaluate = command(
        "evaluate", commands.evaluate, "Measure a trained run under noise, beside the best possible."
    )
    _add_run(evaluate)
    _add_noise(evaluate)
    evaluate.add_argument(
        "--repeats", type=_positive, metavar="N", help="noisy copies of the set (100, fewer of a large one)"
    )

    reconstruct = command("reconstruct", commands.reconstruct, "Print the set before and after the network.")
    _add_run(reconstruct)
    _add_noise(reconstruct)
    reconstruct.add_argument("--characters", metavar="TEXT", help="only these labels (default: all)")
    _add_picture(reconstruct)

    interpolate = command("interpolate", commands.interpolate, "Walk through latent space between two items.")
    _add_run(interpolate)
    interpolate.add_argument("start", metavar="FROM", help="label of the item to start from")
    interpolate.add_argument("end", metavar="TO", help="label of the item to arrive at")
    interpolate.add_argument(
        "--steps", type=_steps, default=10, metavar="N", help="images, ends included (default: 10)"
    )
    interpolate.add_argument(
        "--path", choices=("linear", "spherical"), default="linear", help="the way (default: linear)"
    )
    _add_picture(interpolate)

    generate = command(
        "generate", commands.generate, "Make new images: beside the codes of the set, or from the prior."
    )
    _add_run(generate)
    generate.add_argument(
        "--offset", type=_offset, metavar="D",
        help="add D to every number of the code of every item (0.1 in the slides)",
    )  # fmt: skip
    generate.add_argument("--item", metavar="LABEL", help="with --offset: only this item")
    generate.add_argument(
        "--samples", type=_positive, metavar="N", help="decode N draws of the prior of a variational run"
    )
    generate.add_argument("--seed", type=_seed, default=0, help="seed of the draws")
    _add_picture(generate)
    study = command("study", study_command.study, "Ask how many runs of each setting turn out.")
    study_command.add_options(study, _seed, _positive)
    return parser


def _add_datasets(listed: argparse.ArgumentParser) -> None:
    actions = listed.add_subparsers(title="instead of the list", metavar="ACTION")
    taken = actions.add_parser("import", help="make a data set of your own images")
    taken.set_defaults(run=commands.import_dataset)
    taken.add_argument(
        "--json", action="store_true", default=argparse.SUPPRESS, help="print one JSON document"
    )
    taken.add_argument(
        "source", type=Path, metavar="SOURCE",
        help="a folder of images, an image, .npy or .npz of (N, H, W), IDX, or a font (TTF, OTF, BDF)",
    )  # fmt: skip
    taken.add_argument("--name", required=True, help="what the set is called from now on")
    taken.add_argument("--grid", type=_pair, metavar="COLSxROWS", help="cut one image into so many cells")
    taken.add_argument("--size", type=_pair, metavar="WxH", help="size of the images in pixels")
    taken.add_argument("--characters", metavar="TEXT", help="which characters of a font")
    taken.add_argument("--replace", action="store_true", help="even if there is a set of this name")
    taken.add_argument("--invert", action="store_true", help="swap black and white")


def _add_run(command: argparse.ArgumentParser) -> None:
    command.add_argument("file", type=Path, metavar="RUN.tp5")


def _add_noise(command: argparse.ArgumentParser) -> None:
    command.add_argument("--noise", type=_level, default=0.0, metavar="LEVEL", help="noise level, 0 to 1")
    command.add_argument("--kind", metavar="NOISE", help="kind of noise (default: the run's own)")
    command.add_argument("--seed", type=_seed, default=0, help="seed of the noise")


def _add_picture(command: argparse.ArgumentParser) -> None:
    command.add_argument("--out", type=Path, metavar="FILE.png", help="write the images to this file")
    command.add_argument(
        "--scale", type=_positive, default=8, metavar="N", help="side of a pixel in the file (default: 8)"
    )


def _seed(text: str) -> int:
    if not text.isdecimal() or int(text) > SEED_LIMIT:
        raise argparse.ArgumentTypeError(f"must be a whole number from 0 to {SEED_LIMIT}, not {text!r:.20}")
    return int(text)


def _offset(text: str) -> float:
    try:
        offset = float(text)
    except ValueError:
        offset = math.nan
    if not abs(offset) <= 1e6:
        raise argparse.ArgumentTypeError(f"must be a number from -1e6 to 1e6, not {text!r:.20}")
    return offset


def _level(text: str) -> float:
    try:
        level = float(text)
    except ValueError:
        level = -1.0
    if not 0 <= level <= 1:
        raise argparse.ArgumentTypeError(f"must be a number from 0 to 1, not {text!r}")
    return level


def _steps(text: str) -> int:
    if not text.isdecimal() or not 2 <= int(text[:9]) <= 1000:
        raise argparse.ArgumentTypeError(f"must be a whole number from 2 to 1,000, not {text!r:.20}")
    return int(text[:9])


def _positive(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 1_000_000:
        raise argparse.ArgumentTypeError(f"must be a whole number from 1 to 1,000,000, not {text!r:.20}")
    return int(text)


def _pair(text: str) -> tuple[int, int]:
    first, cross, second = text.lower().partition("x")
    if not (cross and first.isdecimal() and second.isdecimal() and int(first[:9]) * int(second[:9])):
        raise argparse.ArgumentTypeError(f"must be two whole numbers as in 15x7, not {text!r:.20}")
    return int(first[:9]), int(second[:9])
