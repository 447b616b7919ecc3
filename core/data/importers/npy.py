"""An array of NumPy in a file of its own, gzipped or not."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.base.progress import OnProgress
from core.base.words import Refusal, Remark, remark
from core.data.importers.arrays import gathered
from core.data.importers.labels import beside, check_words, words
from core.data.importers.reading import Read
from core.data.importers.unpacking import unpacked
from core.data.limits import MAX_LABEL_BYTES, printable
from core.data.numbers import body, npy_header
from core.data.wishes import Wishes

SUFFIXES = (".npy", ".npy.gz")


def read_npy(path: Path, wishes: Wishes, on_progress: OnProgress) -> Read:
    """An array, with the labels in the file beside it, or else labelled with numbers from 1."""
    with unpacked(path) as file:
        images = gathered(file, npy_header(file), wishes, on_progress)
    labels, said = _labels(path, images.total, images.rows)
    remarks = (*images.remarks, *said)
    return Read(
        images.images, images.numbers if labels is None else labels, images.found, remarks, asks=images.asks
    )


def _labels(path: Path, count: int, rows: NDArray[np.intp]) -> tuple[list[object] | None, tuple[Remark, ...]]:
    """The labels in the first file beside that could have them, and what was done with it."""
    for file in beside(path, SUFFIXES):
        name = printable(file.name)
        try:
            with unpacked(file) as opened:
                header = npy_header(opened)
                check_words(header, count)
                found = words(body(opened, header, MAX_LABEL_BYTES), count, rows)
        except (Refusal, OSError) as error:
            reason: Any = error if isinstance(error, Refusal) else str(error)
            return None, (
                remark("The labels are numbers: {file} beside it {reason}.", file=name, reason=reason),
            )
        return found, (remark("The labels are those of {file} beside it.", file=name),)
    return None, ()
