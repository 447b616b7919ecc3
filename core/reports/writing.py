"""A report as a file."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from core.base.files import whole
from core.base.words import Refusal
from core.reports.facts import Facts, facts_of
from core.reports.page import page_of

if TYPE_CHECKING:
    from core.base.progress import OnProgress
    from core.train.trainer import Trainer

SUFFIXES = (".html", ".htm")
"""What a report's file may end in."""


def write_report(
    trainer: "Trainer", path: str | os.PathLike[str], on_progress: "OnProgress | None" = None
) -> Facts:
    """Measure a run as it is now and write its report; what it tells is returned as well.

    It tells of the settings that the run trained with: a change that no epoch has had yet is not among them.

    Raises
    ------
    Refusal : the name of the file is not one of a page.
    OSError : the place cannot be written.
    Diverged : the loss is not finite.
    """
    trainer.settle()
    facts = facts_of(trainer.as_trained(), trainer.threads, trainer.plane, on_progress)
    write_page(facts, path)
    return facts


def write_page(facts: Facts, path: str | os.PathLike[str]) -> Path:
    """Write what is known of a run as a page, in the language in use.

    Raises
    ------
    Refusal, OSError : as of `write_report`.
    """
    path = Path(path)
    if path.suffix.lower() not in SUFFIXES:
        raise Refusal("a report is an .html file, not {path}", path=path)
    page = page_of(facts).encode("utf-8")
    with whole(path) as file:
        file.write(page)
    return path
