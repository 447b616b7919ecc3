"""The command `tp5 film`: the learning of a run as an animated picture."""

import argparse
from pathlib import Path

from core.base.words import number, say
from core.cli import values
from core.cli.commands import answer, check_place, shown_on_the_way
from core.reports.film_files import FRAMES, SUFFIXES
from core.reports.style import THEMES


def add_options(command: argparse.ArgumentParser) -> None:
    """Declare what `tp5 film` takes."""
    command.add_argument("file", type=Path, metavar=say("RUN.tp5"))
    command.add_argument(
        "--out", type=Path, metavar=say("FILE.png|FILE.gif"), required=True,
        help=say("write the film to this file: an animated PNG or GIF of less than 1 MB"),
    )  # fmt: skip
    command.add_argument(
        "--frames", type=values.frames, metavar="N", default=FRAMES,
        help=say("show so many epochs at most, early ones densely (default: {count})", count=FRAMES),
    )  # fmt: skip
    command.add_argument(
        "--theme", choices=tuple(THEMES), default="light", help=say("on which ground (default: light)")
    )


def film(options: argparse.Namespace) -> None:
    """`tp5 film`."""
    check_place(options.out, suffixes=tuple(SUFFIXES))

    from core.reports.film import write_film
    from core.train.runfile import load_run

    trainer = load_run(options.file)
    with shown_on_the_way(say("filming")) as on_progress:
        made = write_film(
            trainer.past(), options.out, on_progress,
            frames=options.frames, theme=options.theme, plane=trainer.plane,
        )  # fmt: skip
    result = {
        "file": str(options.out), "frames": len(made.epochs), "width": made.width, "height": made.height,
        "bytes": len(made.content), "seconds": made.seconds, "epochs": list(made.epochs),
    }  # fmt: skip
    line = say(
        "the film is in {path} ({size} KB): {seconds:.0f} s, {words}",
        path=options.out, size=number(round(len(made.content) / 1000)), seconds=made.seconds,
        words=made.words(),
    )  # fmt: skip
    answer(options, result, line)
