"""`tp5 compare`: runs side by side, or moments of one run."""

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from core.base.words import Option, Refusal, say
from core.cli import values
from core.cli.commands import answer, shown_on_the_way

if TYPE_CHECKING:
    from core.base.progress import OnProgress
    from core.reports.comparing import Side
    from core.train.past import Replay
    from core.train.trainer import Trainer


def add_options(command: argparse.ArgumentParser) -> None:
    """Take the files and the epochs."""
    command.add_argument("files", type=Path, nargs="+", metavar=say("RUN.tp5"))
    command.add_argument(
        "--at", type=values.epoch, action="append", default=[], metavar=say("EPOCH"),
        help=say("as each run was at this epoch; once for every run, or several times for one"),
    )  # fmt: skip


def compare(options: argparse.Namespace) -> None:
    """`tp5 compare`."""
    moments = _moments(options.files, options.at)
    from core.cli.compare_answer import document, lines
    from core.reports import comparing

    with shown_on_the_way(say("measuring")) as on_progress:
        sides = list(_sides(moments, lambda share: on_progress(share / 2)))
        compared = comparing.compare(sides, lambda share: on_progress((1 + share) / 2))
    places = [str(path) for path, _ in moments]
    answer(options, document(compared, places), "\n".join(lines(compared)))


def _moments(files: Sequence[Path], epochs: Sequence[int]) -> list[tuple[Path, int | None]]:
    """Which run at which epoch, None for its last one."""
    option = Option("at")
    if len(files) == 1:
        if len(epochs) < 2:
            raise Refusal("give two runs, or one and {option} twice", option=option)
        return [(files[0], epoch) for epoch in epochs]
    if epochs and len(epochs) != len(files):
        raise Refusal(
            "give {option} once for every run: {count} times, not {given}",
            option=option, count=len(files), given=len(epochs),
        )  # fmt: skip
    if epochs:
        return list(zip(files, epochs, strict=True))
    return [(path, None) for path in files]


def _sides(moments: Sequence[tuple[Path, int | None]], on_progress: "OnProgress") -> "Iterator[Side]":
    """The runs as they were then; a file is read once, however many moments of it are asked for."""
    from core.reports.comparing import Side, check_count, distinct
    from core.train.runfile import load_run

    check_count(len(moments))
    names = distinct([_name(path, epoch) for path, epoch in moments])
    trainers = {path: load_run(path) for path, _ in moments}
    replays = {path: _replay(trainers[path]) for path, epoch in moments if epoch is not None}
    for done, ((path, epoch), name) in enumerate(zip(moments, names, strict=True)):
        trainer = trainers[path]

        def tell(share: float, done: int = done) -> None:
            on_progress((done + share) / len(moments))

        if epoch is None:
            trainer.settle()
            still = trainer.as_trained()
        else:
            still = replays[path].still(epoch, tell)
        yield Side(name, still, trainer.threads)


def _replay(trainer: "Trainer") -> "Replay":
    from core.train.past import Replay

    return Replay(trainer.past())


def _name(path: Path, epoch: int | None) -> str:
    if epoch is None:
        return path.stem
    return say("{name} at epoch {epoch}", name=path.stem, epoch=epoch)
