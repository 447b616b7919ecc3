"""The command `tp5`: what the laboratory does, for scripts. JSON on standard output, progress on error.

This file holds what can be said on the command line; `commands` and `study_command` do it.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

from core import __version__
from core.base.words import LANGUAGES, Refusal, language, say, system_language, use_language
from core.choices.devices import DEVICES
from core.cli import (
    commands,
    compare_command,
    film_command,
    kept_command,
    run_commands,
    streams,
    study_command,
    values,
)
from core.cli.ending import FAILURE, USER_ERROR, Ended, ended_by_signals
from core.cli.parsing import parsed


class Parser(argparse.ArgumentParser):
    """A parser whose errors are one line."""

    def error(self, message: str) -> NoReturn:
        """Print the message and end with the status of a user's mistake."""
        words = say("{program}: {message}; see {program} --help", program=self.prog, message=message)
        self.exit(USER_ERROR, f"{words}\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `tp5`.

    Parameters
    ----------
    arguments : the words after `tp5`; those of this process if None.

    Returns
    -------
    int : the exit status: 0, 2 for what the user got wrong, 1 for what went wrong, 130 for Ctrl+C, 143 for
        SIGTERM.
    """
    streams.prepare()
    words = sys.argv[1:] if arguments is None else arguments
    use_language(asked_language(words))
    try:
        with ended_by_signals():
            _obey(words)
    except BrokenPipeError:  # whoever reads has read enough
        return FAILURE
    except Ended as ended:
        streams.complain(ended)
        return ended.status
    except (ArithmeticError, OSError, ValueError, RuntimeError, MemoryError) as error:
        streams.complain(error)
        went_wrong = isinstance(error, ArithmeticError)  # a run that diverged has words of its own as well
        mistaken = isinstance(error, Refusal | FileNotFoundError) and not went_wrong
        return USER_ERROR if mistaken else FAILURE
    return 0


def _obey(words: Sequence[str]) -> None:
    """Do what the words say, `--help` included, and have all of it printed."""
    try:
        options = parsed(_parser, words)
        options.run(options)
    finally:
        streams.settle()


def asked_language(words: Sequence[str]) -> str:
    """The language that the words ask for, found before the parser is made, whose help is written in it."""
    first = argparse.ArgumentParser(add_help=False, exit_on_error=False)
    add_language(first, system_language())
    try:
        asked: str = first.parse_known_args(words)[0].lang
    except argparse.ArgumentError:  # the whole parser will say what is wrong
        return system_language()
    return asked


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="tp5", description=say("A laboratory for autoencoders."),
        epilog=say("`tp5 presets --json` shows every field of a run, `tp5 datasets` every set of images."),
    )  # fmt: skip
    add_version(parser)
    add_language(parser, language())
    actions = parser.add_subparsers(required=True, metavar=say("COMMAND"))

    def command(name: str, run: Callable[[argparse.Namespace], None], help: str) -> argparse.ArgumentParser:
        added = actions.add_parser(name, help=help, description=help)
        added.set_defaults(run=run)
        added.add_argument("--json", action="store_true", help=say("print one JSON document"))
        add_language(added)
        return added

    command("presets", commands.list_presets, say("List the presets: ready-made experiments."))
    _add_actions(
        command("datasets", commands.list_datasets, say("List the data sets, import one, or export one."))
    )
    _add_train(command("train", commands.train, say("Train a preset.")))
    _add_evaluate(
        command(
            "evaluate", run_commands.evaluate,
            say("Measure a trained run under noise, beside the best possible."),
        )
    )  # fmt: skip
    _add_reconstruct(
        command(
            "reconstruct", run_commands.reconstruct, say("Print the images before and after the network.")
        )
    )
    _add_interpolate(
        command("interpolate", run_commands.interpolate, say("Walk through latent space between two images."))
    )
    _add_generate(
        command("generate", run_commands.generate, say("Make new images: near the codes, or from the prior."))
    )
    _add_report(
        command("report", run_commands.report, say("Write a page about a trained run, to read and to print."))
    )
    film_command.add_options(
        command("film", film_command.film, say("Make a film of how a run learned, an animated picture."))
    )
    compare_command.add_options(
        command(
            "compare", compare_command.compare,
            say("Set two to four runs side by side, or moments of one run."),
        )
    )  # fmt: skip
    _add_run_actions(
        command(
            "runs", kept_command.list_runs, say("List the runs that the window keeps; rename or delete one.")
        )
    )
    study_command.add_options(
        command("study", study_command.study, say("Train many runs per setting and compare them."))
    )
    return parser


def add_version(parser: argparse.ArgumentParser) -> None:
    """Take `--version`."""
    words = say("say which version this is, and end")
    parser.add_argument("--version", action="version", version=f"{parser.prog} {__version__}", help=words)


def add_language(parser: argparse.ArgumentParser, default: str | None = argparse.SUPPRESS) -> None:
    """Take `--lang`; where a command does not give it, what stood before the command counts."""
    words = say("language of texts and figures (default: that of the system)")
    parser.add_argument("--lang", choices=LANGUAGES, default=default, help=words)


Adding = Callable[[str, Callable[[argparse.Namespace], None], str], argparse.ArgumentParser]
"""Adds an action to a command: its name, what it does, and one phrase of help."""


def _actions(command: argparse.ArgumentParser) -> Adding:
    """What adds actions to a command that lists something where none is given."""
    actions = command.add_subparsers(title=say("instead of the list"), metavar=say("ACTION"))

    def action(name: str, run: Callable[[argparse.Namespace], None], help: str) -> argparse.ArgumentParser:
        added = actions.add_parser(name, help=help)
        added.set_defaults(run=run)
        added.add_argument(
            "--json", action="store_true", default=argparse.SUPPRESS, help=say("print one JSON document")
        )
        add_language(added)
        return added

    return action


def _add_actions(datasets: argparse.ArgumentParser) -> None:
    action = _actions(datasets)
    _add_import(action("import", commands.import_dataset, say("make a data set of your own images")))
    _add_export(
        action("export", commands.export_dataset, say("write a data set to a file, for other programs"))
    )


def _add_run_actions(runs: argparse.ArgumentParser) -> None:
    action = _actions(runs)
    rename = action("rename", kept_command.rename_run, say("give a run a name, or another one"))
    delete = action(
        "delete", kept_command.delete_run, say("delete a run; for some days it can be brought back")
    )
    for each in (rename, delete):
        each.add_argument(
            "run_asked", metavar=say("RUN"),
            help=say("its number in the list, its name if no other run has it, or its file"),
        )  # fmt: skip
    rename.add_argument("name", metavar=say("NAME"), help=say("the new name; empty for none"))


def _add_export(command: argparse.ArgumentParser) -> None:
    command.add_argument("name", metavar=say("NAME"), help=say("the name of the set"))
    command.add_argument(
        "--out", type=Path, required=True, metavar=say("FILE.npz|FILE.png|FOLDER"),
        help=say("arrays for NumPy, one picture, or a folder of pictures with their labels"),
    )  # fmt: skip
    command.add_argument(
        "--replace", action="store_true", help=say("replace the file or the folder that is there, if any")
    )


def _add_import(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "source", type=Path, metavar=say("SOURCE"),
        help=say(
            "a folder of images, an image, .npy or .npz of shape (N, H, W), IDX, or a font (TTF, OTF, BDF)"
        ),
    )  # fmt: skip
    command.add_argument("--name", required=True, help=say("the name of the new set"))
    command.add_argument(
        "--grid", type=values.pair, metavar=say("COLSxROWS"), help=say("cut one image into this many cells")
    )
    command.add_argument(
        "--size", type=values.pair, metavar=say("WxH"), help=say("width and height of the images, in pixels")
    )
    command.add_argument(
        "--margin",
        type=values.pixels,
        metavar=say("PIXELS"),
        help=say("pixels around the cells of one image"),
    )
    command.add_argument(
        "--spacing", type=values.pixels, metavar=say("PIXELS"),
        help=say("pixels between the cells of one image"),
    )  # fmt: skip
    command.add_argument("--characters", metavar=say("TEXT"), help=say("the characters to draw from a font"))
    command.add_argument(
        "--array", metavar=say("NAME"), help=say("which array of a file has the images, as in x_train")
    )
    command.add_argument(
        "--range", type=values.span, metavar=say("LOW:HIGH"),
        help=say("the numbers that are black and white, as in 0:16; write --range=-1:1 for negative ones"),
    )  # fmt: skip
    command.add_argument(
        "--transpose", action="store_true", help=say("swap rows and columns, as the images of EMNIST need it")
    )
    command.add_argument("--mirror", action="store_true", help=say("swap left and right"))
    command.add_argument(
        "--count", type=values.count, metavar="N", help=say("take at most so many images, evenly spread")
    )
    command.add_argument(
        "--replace", action="store_true", help=say("replace the set that has this name, if there is one")
    )
    command.add_argument("--invert", action="store_true", help=say("swap black and white"))


def _add_train(command: argparse.ArgumentParser) -> None:
    command.add_argument("preset", metavar="PRESET")
    command.add_argument("--out", type=Path, metavar=say("RUN.tp5"), help=say("write the run to this file"))
    command.add_argument(
        "--moments", type=values.megabytes, metavar="MB",
        help=say("how much of its past the file may hold, for film, compare and --at (default: 8)"),
    )  # fmt: skip
    command.add_argument(
        "--seed", type=values.seed, metavar=say("SEED"), help=say("seed of the random generators")
    )
    command.add_argument(
        "--device", choices=DEVICES.names(), help=say("where the run is computed (default: auto)")
    )
    command.add_argument(
        "--set", action="append", default=[], metavar=say("FIELD=VALUE"), dest="settings",
        help=say("change any field of the run; may be given several times"),
    )  # fmt: skip


def _add_evaluate(command: argparse.ArgumentParser) -> None:
    _add_run(command)
    _add_noise(command)
    command.add_argument(
        "--repeats", type=values.count, metavar="N",
        help=say("noisy copies of the set (default: 100, or fewer for a large set)"),
    )  # fmt: skip
    _add_epoch(command)


def _add_reconstruct(command: argparse.ArgumentParser) -> None:
    _add_run(command)
    _add_noise(command)
    command.add_argument(
        "--characters", metavar=say("TEXT"), help=say("only the images with these labels (default: all)")
    )
    _add_epoch(command)
    _add_picture(command)


def _add_interpolate(command: argparse.ArgumentParser) -> None:
    _add_run(command)
    command.add_argument("start", metavar=say("FROM"), help=say("label of the first image"))
    command.add_argument("end", metavar=say("TO"), help=say("label of the last image"))
    command.add_argument(
        "--steps", type=values.steps, default=10, metavar="N",
        help=say("number of images, both ends included (default: 10)"),
    )  # fmt: skip
    command.add_argument(
        "--path", choices=("linear", "spherical"), default="linear",
        help=say("a straight line or an arc (default: linear)"),
    )  # fmt: skip
    _add_epoch(command)
    _add_picture(command)


def _add_generate(command: argparse.ArgumentParser) -> None:
    _add_run(command)
    command.add_argument(
        "--offset", type=values.offset, metavar="D",
        help=say("add D to every number of the code of every image (0.1 in the slides)"),
    )  # fmt: skip
    command.add_argument(
        "--item", metavar=say("LABEL"), help=say("only the image with this label; goes with --offset")
    )
    command.add_argument(
        "--samples", type=values.count, metavar="N",
        help=say("decode N draws from the prior of a run that is variational or trained with MMD"),
    )  # fmt: skip
    command.add_argument(
        "--seed", type=values.seed, metavar=say("SEED"), default=0, help=say("seed of the draws (default: 0)")
    )
    _add_epoch(command)
    _add_picture(command)


def _add_report(command: argparse.ArgumentParser) -> None:
    _add_run(command)
    command.add_argument(
        "--out", type=Path, metavar=say("FILE.html"), required=True, help=say("write the page to this file")
    )


def _add_run(command: argparse.ArgumentParser) -> None:
    command.add_argument("file", type=Path, metavar=say("RUN.tp5"))


def _add_epoch(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--at", type=values.epoch, metavar=say("EPOCH"),
        help=say("as the run was after this epoch, exactly (default: as it is)"),
    )  # fmt: skip


def _add_noise(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--noise", type=values.level, default=0.0, metavar=say("LEVEL"),
        help=say("noise level, from 0 to 1 (default: 0)"),
    )  # fmt: skip
    command.add_argument("--kind", metavar=say("NOISE"), help=say("kind of noise (default: the run's own)"))
    command.add_argument(
        "--seed", type=values.seed, metavar=say("SEED"), default=0, help=say("seed of the noise (default: 0)")
    )


def _add_picture(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--out", type=Path, metavar=say("FILE.png"), help=say("write the images to this picture file")
    )
    command.add_argument(
        "--scale", type=values.scale, default=8, metavar="N",
        help=say("side of a pixel in the picture, from 1 to 64 (default: 8)"),
    )  # fmt: skip
